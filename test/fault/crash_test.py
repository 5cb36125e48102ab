# SPDX-License-Identifier: Apache-2.0
"""kill -9 in the middle of work: what was acknowledged stays, nothing is half done, and nothing needs repair."""

import os
import time

import pytest

from fault.load import Load, check_record, wait_until_served
from organisation import Tickets
from store.running import kill_all, processes_of, until

ROUNDS = int(os.environ.get("ROUNDS", "1"))


@pytest.mark.parametrize("turn", range(2 * ROUNDS))
def test_a_killed_service_loses_and_doubles_nothing(own_service, turn):
    with Load(own_service, Tickets(own_service)) as load:
        load.wait_for(60 + 37 * turn)
        own_service.kill()
        load.ending.set()
    assert None in load.statuses() and set(load.statuses()) <= {200, 201, None}
    own_service.start()
    check_record(own_service, load)


def test_a_killed_database_is_away_for_a_while_and_loses_nothing(own_service):
    for _ in range(ROUNDS):
        with Load(own_service, Tickets(own_service)) as load:
            load.wait_for(40)
            kill_all(processes_of(own_service.data))
            load.wait_for(40)
        assert set(load.statuses()) <= {200, 201, 503}, load.statuses()
        refused = [attempt for attempt in load.attempts if attempt.answer.status == 503]
        assert refused
        for attempt in refused:
            assert int(attempt.answer.headers["Retry-After"]) >= 1
            assert attempt.answer.json["type"] == "urn:weihu:problem:unavailable"
        assert max(attempt.seconds for attempt in load.attempts) < 5
        wait_until_served(own_service)
        check_record(own_service, load)


def test_both_killed_at_once(own_service):
    with Load(own_service, Tickets(own_service)) as load:
        load.wait_for(40)
        own_service.kill()
        kill_all(processes_of(own_service.data))
        load.ending.set()
    own_service.start()
    check_record(own_service, load)


def test_a_service_that_is_not_ready_says_so(own_service):
    kill_all(processes_of(own_service.data))
    answers = until(lambda: [answer for answer in [own_service.client.get("/readyz")] if answer.status != 200], "the loss to be seen")
    assert answers[0].status == 503
    assert own_service.client.get("/healthz").status == 200
    wait_until_served(own_service)
    own_service.as_("zhang").get("/v1/tickets").expect(200)


@pytest.mark.parametrize("turn", range(2 * ROUNDS))
def test_a_stop_under_load_answers_what_it_does_and_ends_in_time(make_service, turn):
    service = make_service(stop_seconds=5)
    with Load(service, Tickets(service), clients=32) as load:
        load.wait_for(50 + 7 * turn)
        began = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - began < 5
        load.ending.set()
    assert set(load.statuses()) <= {200, 201, 503, None}, load.statuses()
    service.start()
    done = set(service.psql(f"select key from kept_answer where key like '%:{load.name}-%'"))
    assert done == {attempt.key for attempt in load.attempts if attempt.done}
    check_record(service, load)
