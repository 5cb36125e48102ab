-- Confidential tickets are few: who reads many rows learns from an index of them alone that a row is none of theirs.

set local search_path = weihu;

create index ticket_confidential on ticket_body ((ticket::text)) where coalesce(fields -> 'readers', '[]') <> '[]';

-- That they are few is what the planner has to know, to look for them in that index.
create statistics ticket_readers on (coalesce(fields -> 'readers', '[]')) from ticket_body;
analyze ticket_body;
