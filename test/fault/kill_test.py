# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random moments of a long life on one data folder: every acknowledged write is there, and none twice."""

import os
import random

from fault.load import Load, check_record, wait_until_served
from organisation import Tickets
from store.running import kill_all, processes_of

ROUNDS = int(os.environ.get("ROUNDS", "3"))
VICTIMS = ("service", "database", "both")


def kill(service, victim):
    """The processes of PostgreSQL die in any order."""
    if victim != "database":
        service.kill()
    if victim != "service":
        database = processes_of(service.data)
        random.shuffle(database)
        kill_all(database)


def test_a_life_full_of_accidents(own_service):
    tickets, loads = Tickets(own_service), []
    for turn in range(ROUNDS):
        victim = VICTIMS[turn % len(VICTIMS)]
        with Load(own_service, tickets) as load:
            load.wait_for(random.randrange(1, 150))
            kill(own_service, victim)
            if victim == "database":
                load.wait_for(random.randrange(1, 30))
            load.ending.set()
        assert set(load.statuses()) <= {200, 201, 503, None}, (turn, load.statuses())
        if victim == "database":
            wait_until_served(own_service)
        else:
            own_service.start()
        check_record(own_service, load)
        loads.append(load)
    promised = sum(load.done() for load in loads)
    assert promised >= ROUNDS
    for load in loads:  # no later accident has taken anything
        titles = own_service.psql(f"select fields ->> 'title' from ticket_body where fields ->> 'title' like '{load.name}-%'")
        assert sorted(titles) == sorted(attempt.key.removeprefix("file:") for attempt in load.attempts if attempt.key.startswith("file:"))
    print(f"{ROUNDS} accidents, {promised} acknowledged writes")
