# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL whose database may be taken apart."""

import pytest

from outside import Outside


@pytest.fixture(scope="module")
def server():
    server = Outside()
    yield server
    server.remove()


@pytest.fixture
def outside(server):
    return server.make_database()
