set local search_path = weihu;

drop function event_months_make, refusal_note, changes_between, workflow_register, utc;
drop table workflow_edge, workflow, kept_answer, event;
drop schema weihu;
