# SPDX-License-Identifier: Apache-2.0
"""Two servers on one database, killed in turn while clients write: one seals at a time, each event once, in an order that never changes."""


from audit.log import order, seal
from crowd import together
from organisation import Tickets
from store.running import until, weihud

KILLS = 4
SEALERS = "select count(*) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database " \
          "where datname = current_database())"


def sealing(guests):
    """Those that say they seal now, as the last of what they said about it."""
    return [guest for guest in guests if guest.process.poll() is None and "sealing the audit log" in guest.log_text()]


def test_one_of_two_servers_seals_and_the_other_takes_over(make_guest, tmp_path):
    key = tmp_path / "log.key"
    assert weihud("key", "create", key, "--name", "example.org/weihu").returncode == 0
    guests = [make_guest(log_key=key).start() for _ in range(2)]
    until(lambda: sealing(guests), "a sealer")
    assert guests[0].psql(SEALERS, "postgres") == ["1"] and len(sealing(guests)) == 1
    known = []
    for _ in range(KILLS):
        (first,) = sealing(guests)
        other = guests[1 - guests.index(first)]
        together(4, lambda n: [Tickets(guest).file() for guest in (first, other) for _ in range(5)])
        first.kill()
        Tickets(other).file()
        until(lambda: other in sealing(guests), "the other to take over")
        seal(other)
        now = order(other)
        assert now[: len(known)] == known and len(set(now)) == len(now)
        known = now
        first.log.unlink()
        first.start()
        assert other.psql(SEALERS, "postgres") == ["1"] and sealing(guests) == [other]
    assert sorted(map(int, known)) == sorted(map(int, guests[0].psql("select seq from event where seq <= (select max(seq) from leaf)")))
