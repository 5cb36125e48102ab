set local search_path = weihu;

create or replace function workflow_register(name text, source text, edges jsonb, at timestamptz) returns int
language plpgsql set search_path = weihu, pg_temp as $$
declare
	fingerprint bytea := sha256(convert_to(source, 'UTF8'));
	registered int;
begin
	select w.version into registered from workflow w where w.digest = fingerprint;
	if found then
		return registered;
	end if;
	insert into workflow (name, source, digest, at)
	values (workflow_register.name, workflow_register.source, fingerprint, workflow_register.at)
	returning version into registered;
	insert into workflow_edge (workflow, action, from_state, to_state)
	select registered, e.action, e."from", e."to" from jsonb_to_recordset(edges) as e (action text, "from" text, "to" text);
	insert into event (at, actor, action, object_kind, object_id, object_version, changes, result)
	values (workflow_register.at, 'weihud', 'register', 'workflow', registered::text, 1,
		jsonb_build_object('digest', jsonb_build_object('old', null, 'new', encode(fingerprint, 'hex'))), 'done');
	return registered;
end $$;

drop function person_erase, log_archive, log_too_young, log_tile, log_hashes, anchor_keep, log_publish, log_append, log_gaps, log_pending, ticket_is_confidential, ticket_number,
	event_document;
drop table anchor, log_key, checkpoint, opening, node, leaf;
revoke select on event from weihu_sealer;
revoke select on public.migration from weihu_sealer;
revoke usage on schema weihu from weihu_sealer;
