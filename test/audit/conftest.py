# SPDX-License-Identifier: Apache-2.0
"""A service whose record is worth verifying, and its log in a folder.

history   a stopped service with tickets of all kinds, sealed
sealed    a running copy of it for one test, which may be tampered with
bundle    its exported log, made once; bundle_copy is one to be spoilt
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import totp
from audit.log import Auditor, seal
from organisation import Tickets
from store.running import until


def enrol(service, login, password):
    """A second factor, and one recovery code less."""
    begun = service.as_(login).post(f"/v1/people/{login}/second-factor", {"current": password}).expect(201)
    code = totp.code(begun["secret"], totp.step_now(service.clock_shift))
    confirmed = service.as_(login).post(f"/v1/people/{login}/second-factor/confirmation", {"code": code}).expect(201)
    service.client.post("/v1/sessions", {"login": login, "password": password, "code": confirmed["recovery_codes"][0]}).expect(201)


def review(service):
    """One that is concluded, and one in which nothing was judged yet."""
    sun, opening = service.as_("sun"), {"title": "November 十一月", "from": "2020-01-01", "to": "2090-01-01", "share": 100}
    path = f"/v1/reviews/{sun.post('/v1/reviews', opening).expect(201)['id']}"
    for ticket, verdict in ((1, {"verdict": "pass"}), (1, {"verdict": "correct", "note": "The plan is missing"}), (2, {"verdict": "pass"})):
        sun.post(f"{path}/verdicts", {"ticket": ticket, **verdict}).expect(201)
    sun.post(f"{path}/decisions", {"head": "staffing", "text": "A second technician", "owner": "zhao", "due": "2027-01-31"}).expect(201)
    sun.post(f"{path}/conclusion", {"conclusion": "In order"}).expect(200)
    sun.post("/v1/reviews", opening).expect(201)


@pytest.fixture(scope="session")
def history(furnished, tmp_path_factory):
    service = furnished.copy(tmp_path_factory.mktemp("history"))
    try:
        tickets = Tickets(service.start())
        tickets.at("closed", "corrective")
        tickets.at("closed", "perfective")
        tickets.urgent("to_accept")
        ticket = tickets.at("to_authorise", "adaptive")
        tickets.add(ticket, "zhao", "comments", {"text": "内部 only for us", "internal": True})
        tickets.add(ticket, "zhang", "comments", {"text": "Any news? 有消息吗"})
        for n in range(4):
            tickets.attach(ticket, "zhao", f"secret{n}.log", b"%d lines \x00" % n, internal=n > 0)
        tickets.attempt(ticket, "zhang", "close")
        service.as_("zhao").patch(f"/v1/tickets/{ticket['id']}", {"priority": 3}).expect(200)
        service.as_("li").post("/v1/programs/pay/readings", {"read_at": "2026-11-20", "runs": 53000, "failures": 15}).expect(201)
        service.as_("root").patch("/v1/people/hu", {"email": "hu@example.org"}).expect(200)
        service.as_("root").post("/v1/programs/ledger/designations", {"login": "wang", "capacity": "sysadmin", "since": "2027-01-01"}).expect(201)
        for password in ("correct horse battery", "another horse battery"):
            service.as_("root").post("/v1/people/li/password", {"password": password}).expect(204)
        for name in ("Manual", "Plan", "Manual"):
            service.as_("li").post("/v1/programs/pay/documents", {"name": name, "state": "complete"}).expect(201)
        service.as_("root").post("/v1/people", {"login": "lu", "name": "鲁", "roles": ["admin"]}).expect(201)
        for role in ("lead", "reviewer"):
            service.as_("root").post("/v1/people/lu/loans", {"role": role, "reason": "A holiday", "minutes": 60}).expect(201)
        enrol(service, "li", "another horse battery")
        seal(service)
        review(service)
        seal(service)
        service.stop()
        yield service
    finally:
        service.remove()


def start_sealing(service):
    """Returns when the sealer has taken up the log: what is tampered with from now on, it did not see before."""
    service.start()
    until(lambda: "sealing the audit log" in service.log_text(), "the sealer")
    return service


@pytest.fixture
def make_sealed(history, tmp_path):
    made = []

    def make(**settings):
        made.append(history.copy(tmp_path / f"sealed{len(made)}", settings))
        return start_sealing(made[-1])

    yield make
    for service in made:
        service.remove()


@pytest.fixture
def sealed(make_sealed):
    return make_sealed()


@pytest.fixture
def auditor(tmp_path):
    return Auditor(tmp_path)


@pytest.fixture(scope="session")
def exported(history, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    service = history.copy(folder / "service")
    try:
        auditor = Auditor(folder)
        done = auditor.export(service.start(), folder / "bundle", "--ticket", 1, "--ticket", 2)
        assert done.code == 0, done.err
        return folder / "bundle"
    finally:
        service.remove()


@pytest.fixture
def bundle(exported, tmp_path):
    shutil.copytree(exported, tmp_path / "bundle")
    return tmp_path / "bundle"


@pytest.fixture(scope="session")
def independent(tmp_path_factory):
    """independent("verifier"): a program of test/audit/independent, built with Go and Debian's golang.org/x/mod."""
    folder, built = tmp_path_factory.mktemp("independent"), {}

    def build(name):
        if name not in built:
            built[name] = folder / name
            source = Path(__file__).parent / "independent" / f"{name}.go"
            env = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "", "GOCACHE": str(folder / "cache")}
            subprocess.run(["go", "build", "-o", built[name], source], env=env, check=True, timeout=300)
        return built[name]

    return build


@pytest.fixture
def verifier(independent):
    """verifier(folder, pins…): what the independent verifier says, and whether it accepts."""

    def run(folder, *pins):
        return subprocess.run([independent("verifier"), folder, *pins], capture_output=True, text=True, timeout=60, check=False)

    return run
