set local search_path = weihu;

drop function person_save, token_add, token_revoke, program_save, designation_add, reading_add, part_save, part_made, part_document, may_be_designated,
	register_note, designated, person_made, program_made, designation_made, person_new, program_new, values_made;
drop view person_view, program_view, reading_view;
drop function record_gaps;
drop table program_part, reading, designation, program, token, person, register_epoch;
drop function register_turn;

do $$
begin -- not one that was there before
	if exists (select from pg_extension where extname = 'btree_gist' and extnamespace = 'weihu'::regnamespace) then
		drop extension btree_gist;
	end if;
end $$;
