# SPDX-License-Identifier: Apache-2.0
"""Folders for the tests of the store."""

import shutil
import tempfile
from pathlib import Path

import pytest

from store.running import Service, end_database


@pytest.fixture
def place():
    """A folder with a path short enough for a socket, that nobody else can enter."""
    folder = Path(tempfile.mkdtemp(prefix="weihu-"))
    yield folder
    for data in folder.iterdir():
        end_database(data)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template():
    """A data folder as a first start leaves it."""
    folder = Path(tempfile.mkdtemp(prefix="weihu-"))
    with Service(folder / "data", folder / "log"):
        pass
    yield folder / "data"
    shutil.rmtree(folder)
