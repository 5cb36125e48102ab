# SPDX-License-Identifier: Apache-2.0
"""Months of the record: one may be made while an event is on its way to the partition for all others."""

import re
from concurrent.futures import ThreadPoolExecutor

from organisation import Tickets
from store.running import until

WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
SUPERUSER = "postgres"  # others do not see who waits
AHEAD = 400 * 86400  # no month is there yet


def test_an_event_is_written_while_its_month_is_made(own_service):
    tickets = Tickets(own_service)
    own_service.restart(clock_shift=AHEAD)
    (month,) = own_service.psql("select to_char(now() + interval '400 days', '\"event_\"YYYY_MM')")
    until(lambda: own_service.psql(f"select to_regclass('{month}')") == [month], "the month")
    (bound,) = own_service.psql(f"select pg_get_expr(relpartbound, oid) from pg_class where relname = '{month}'")
    own_service.psql(f"alter table event detach partition {month}; drop table {month}")
    assert re.fullmatch(r"FOR VALUES FROM \('.*'\) TO \('.*'\)", bound)
    with own_service.session() as session, ThreadPoolExecutor(1) as pool:
        session.stdin.write(f"begin; create table {month} (like event including defaults including constraints); "
                            f"alter table event attach partition {month} {bound}; select 'made';\n")
        session.stdin.flush()
        assert session.stdout.readline() == "made\n"
        filing = pool.submit(tickets.file)
        until(lambda: own_service.psql(WAITING, SUPERUSER) != ["0"], "the wait")
        session.stdin.write("commit;\n")
        session.stdin.close()
        assert filing.result()["state"] == "submitted"
