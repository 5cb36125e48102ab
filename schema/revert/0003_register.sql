set local search_path = weihu;

drop function person_save, token_add, token_revoke, program_save, designation_add, reading_add, may_be_designated,
	register_note, designated;
drop view person_view, program_view;
drop function record_gaps;
drop table reading, designation, program, token, person;
drop extension btree_gist;
