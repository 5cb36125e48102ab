# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command line share.

server   answers as the test scripts it
weihu    the program, told of that server: weihu("ticket", "list"), weihu.tty("ticket", "list") on a terminal
nobody   the address of a server that is not there
"""

import socket

import pytest

from cli.fake import Server, Weihu


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def weihu(tmp_path, server):
    return Weihu(tmp_path, server)


@pytest.fixture
def nobody():
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        yield "http://127.0.0.1:%d" % taken.getsockname()[1]
