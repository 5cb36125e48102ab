-- A verification fails by an error.

set local search_path = weihu;
select id, ticket, author, name, media_type, size, sha256, internal, created_at from attachment where false;
select attachment, sha256, content from attachment_content where false;
select * from ticket_change('[]');
select * from attachment_rows('attachment', '', '', false);

do $$
begin
	assert (select count(*) = 1 from pg_constraint where conname = 'attachment_content_sha256_check');
	assert not has_table_privilege('weihu_service', 'attachment_content', 'insert, update, delete, truncate');
end $$;
