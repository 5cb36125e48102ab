-- Answers that were kept for retries are forgotten in time.

set local search_path = weihu;

-- They are written in the order of their times, or nearly: an index of page ranges finds the old ones and costs writers nothing.
create index kept_answer_at on kept_answer using brin (at) with (pages_per_range = 32, autosummarize = on);

-- Forgets a thousand answers at a time, those that others forget meanwhile left aside. Members: before. Outcomes: done, more (there
-- may be).
create function answers_forget(deeds jsonb) returns table (n int, outcome text)
language plpgsql security definer set search_path = weihu, pg_temp set enable_seqscan = off as $$
declare
	d jsonb;
	i int := 0;
	forgotten int;
begin
	for d in select jsonb_array_elements(deeds) loop
		i := i + 1;
		delete from kept_answer k where k.ctid = any (array(
			select a.ctid from kept_answer a where a.at < (d ->> 'before')::timestamptz limit 1000 for update skip locked));
		get diagnostics forgotten = row_count;
		return query select i, case when forgotten = 1000 then 'more' else 'done' end;
	end loop;
end $$;

grant execute on function answers_forget to weihu_service;
revoke execute on function answers_forget from public;
