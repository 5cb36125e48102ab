# SPDX-License-Identifier: Apache-2.0
"""Every denial is an event, and nobody fills the disk by being denied."""


def denied(service, login):
    return service.as_("wu").get(f"/v1/audit?actor={login}&result=refused&sort=seq&limit=500").expect(200)["items"]


def test_a_denial_is_an_event(service):
    service.as_("chen").post("/v1/people", {"login": "x", "name": "x"}).expect(403)
    service.as_("chen").get("/v1/audit").expect(403)
    told = [(event["action"], event["object"], event["reason"]["problem"]) for event in denied(service, "chen")[-2:]]
    assert told == [("add_person", "path/v1/people", "forbidden"), ("list_events", "path/v1/audit", "forbidden")]


def test_denials_are_told_up_to_a_limit(make_service):
    service = make_service(refusals_most=5)
    for _ in range(20):
        service.as_("chen").get("/v1/audit").expect(403)
    events = denied(service, "chen")
    assert len(events) == 5 and ["more" in event["reason"] for event in events] == [False] * 4 + [True]
    service.as_("hu").get("/v1/audit").expect(403)
    assert len(denied(service, "hu")) == 1, "each person counts alone"
    service.restart(clock_shift=61)
    service.as_("chen").get("/v1/audit").expect(403)
    assert len(denied(service, "chen")) == 6, "and is told of again after a minute"
