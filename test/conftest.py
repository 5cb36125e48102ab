# SPDX-License-Identifier: Apache-2.0
"""A running service with an organisation, for every test that talks to one.

service       the one that the whole run shares; nobody stops it
own_service   one for a single test, to be stopped, killed, restarted, or moved in time
make_service  makes such ones, with settings; make_module_service makes them for a file of tests
client        of `service`: client.as_("li").post("/v1/…", {…}, key="…").expect(201)
tickets       on `service`: tickets.at("to_review", "adaptive")
"""

import pytest

from organisation import ADMIN, Tickets, furnish
from service import Service


@pytest.fixture(scope="session")
def furnished(tmp_path_factory):
    """A service that is stopped, to be copied."""
    service = Service(tmp_path_factory.mktemp("furnished"))
    try:
        service.create_admin(ADMIN)
        furnish(service.start())
        service.stop()
        yield service
    finally:
        service.remove()


@pytest.fixture(scope="session")
def service(furnished, tmp_path_factory):
    service = furnished.copy(tmp_path_factory.mktemp("service"))
    try:
        yield service.start()
        assert service.stop() == 0, service.log_text()[-2000:]
    finally:
        service.remove()


def services_made(furnished, tmp_path_factory):
    made = []

    def make(**settings):
        made.append(furnished.copy(tmp_path_factory.mktemp("service"), settings))
        return made[-1].start()

    yield make
    for service in made:
        service.remove()


@pytest.fixture
def make_service(furnished, tmp_path_factory):
    yield from services_made(furnished, tmp_path_factory)


@pytest.fixture(scope="module")
def make_module_service(furnished, tmp_path_factory):
    yield from services_made(furnished, tmp_path_factory)


@pytest.fixture
def own_service(make_service):
    return make_service()


@pytest.fixture(scope="session")
def client(service):
    return service.client


@pytest.fixture(scope="session")
def tickets(service):
    return Tickets(service)
