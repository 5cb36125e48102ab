# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 as RFC 9112 and RFC 9110 want it, case by case in bytes: what must be served, and what must be refused and ended."""

import pytest

from api.wire_test import HOST, Wire

END = b"\r\n"
JSON = b"Content-Type: application/json\r\n"
LOGIN = b'{"login":"raw","password":"x"}'


def get(*lines, target=b"/healthz", version=b"HTTP/1.1", host=HOST):
    return b"GET " + target + b" " + version + END + host + b"".join(line + END for line in lines) + END


def post(*lines, body=b""):
    return b"POST /v1/tickets HTTP/1.1\r\n" + HOST + JSON + b"".join(line + END for line in lines) + END + body


def chunks(body, *lines):
    return post(b"Transfer-Encoding: chunked", *lines, body=body)


# Served: 200, or the 401 of a request that was understood whole.
SERVED = {
    "an empty line before the request": (END + get(), 200),
    "two empty lines before the request": (END + END + get(), 200),
    "white space around a value": (get(b"Accept: \t */* \t "), 200),
    "an empty value": (get(b"Accept:"), 200),
    "any case of a name": (get(b"aCCept: */*"), 200),
    "obs-text in a value": (get(b"X-Old: \xe9\xff"), 200),
    "a query": (get(target=b"/healthz?"), 200),
    "the absolute form": (get(target=b"http://weihu.test/healthz"), 200),
    "HTTP/1.0 without Host": (get(version=b"HTTP/1.0", host=b""), 200),
    "Host with a port": (get(host=b"Host: weihu.test:8420\r\n"), 200),
    "Host of IPv6": (get(host=b"Host: [::1]:8420\r\n"), 200),
    "Content-Length: 0 on GET": (get(b"Content-Length: 0"), 200),
    "Connection: close": (get(b"Connection: close"), 200),
    "a token that nobody knows in Connection": (get(b"Connection: keep-alive, strange"), 200),
    "leading zeros in Content-Length": (post(b"Content-Length: 0002", body=b"{}"), 401),
    "a body in one chunk": (chunks(b"2\r\n{}\r\n0\r\n\r\n"), 401),
    "capital hexadecimal digits": (chunks(b"A\r\n{\"abc\": 1}\r\n0\r\n\r\n"), 401),
    "leading zeros of a chunk's size": (chunks(b"0002\r\n{}\r\n000\r\n\r\n"), 401),
    "chunk extensions": (chunks(b"2;a;b=c;d=\"e\"\r\n{}\r\n0;last\r\n\r\n"), 401),
    "a trailer": (chunks(b"2\r\n{}\r\n0\r\nX-Sum: 1\r\n\r\n"), 401),
    "any case of chunked": (post(b"Transfer-Encoding: Chunked", body=b"2\r\n{}\r\n0\r\n\r\n"), 401),
}

REFUSED = {
    # the request line
    "no version": (b"GET /healthz\r\n\r\n", 400),
    "two spaces before the target": (b"GET  /healthz HTTP/1.1\r\n" + HOST + END, 400),
    "two spaces behind the target": (b"GET /healthz  HTTP/1.1\r\n" + HOST + END, 400),
    "a tab for a space": (b"GET\t/healthz\tHTTP/1.1\r\n" + HOST + END, 400),
    "a space before the method": (b" GET /healthz HTTP/1.1\r\n" + HOST + END, 400),
    "a space behind the version": (b"GET /healthz HTTP/1.1 \r\n" + HOST + END, 400),
    "a small version": (get(version=b"http/1.1"), 400),
    "a version of one digit": (get(version=b"HTTP/1"), 400),
    "a version of three digits": (get(version=b"HTTP/1.10"), 400),
    "HTTP/2.0": (get(version=b"HTTP/2.0"), 505),
    "HTTP/0.9 with a version": (get(version=b"HTTP/0.9"), 505),
    "a small method": (b"get /healthz HTTP/1.1\r\n" + HOST + END, 501),
    "an unknown method": (b"BREW /healthz HTTP/1.1\r\n" + HOST + END, 501),
    "a method that is no token": (b"G(T /healthz HTTP/1.1\r\n" + HOST + END, 400),
    "a target that begins with no slash": (get(target=b"healthz"), 400),
    "a fragment": (get(target=b"/healthz#top"), 400),
    "a byte beyond ASCII in the target": (get(target=b"/health\xe9"), 400),
    "a control character in the target": (get(target=b"/health\x01z"), 400),
    "a target without end": (get(target=b"/" + b"a" * 9000), 414),
    # lines
    "bare line feeds": (b"GET /healthz HTTP/1.1\nHost: a\n\n", 400),
    "a bare carriage return in a value": (get(b"A: b\rc"), 400),
    "a bare line feed between two fields": (b"GET /healthz HTTP/1.1\r\nHost: a\nB: c\r\n\r\n", 400),
    "a folded line": (get(b"A: b", b" c"), 400),
    "a folded first line": (b"GET /healthz HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    "NUL in a value": (get(b"A: b\0c"), 400),
    "a control character in a value": (get(b"A: b\x07c"), 400),
    "DEL in a value": (get(b"A: b\x7fc"), 400),
    # fields
    "a space before the colon": (get(b"A : b"), 400),
    "a tab before the colon": (get(b"A\t: b"), 400),
    "an empty name": (get(b": b"), 400),
    "no colon": (get(b"Accept"), 400),
    "a name that is no token": (get(b"A(b): c"), 400),
    "a name beyond ASCII": (get(b"\xc3\xa4: b"), 400),
    "a field without end": (get(b"A: " + b"a" * 70000), 431),
    "fields without end": (get(*[b"A%d: b" % n for n in range(200)]), 431),
    # Host
    "no Host": (get(host=b""), 400),
    "two Hosts": (get(host=HOST + HOST), 400),
    "two Hosts that differ": (get(host=HOST + b"Host: other\r\n"), 400),
    "an empty Host": (get(host=b"Host:\r\n"), 400),
    "a Host with a space": (get(host=b"Host: a b\r\n"), 400),
    "a Host with a path": (get(host=b"Host: a/b\r\n"), 400),
    "a Host with a user": (get(host=b"Host: me@a\r\n"), 400),
    # the length of a body, where smuggling begins
    "Content-Length twice, the same": (post(b"Content-Length: 2", b"Content-Length: 2", body=b"{}"), 400),
    "Content-Length twice, different": (post(b"Content-Length: 2", b"Content-Length: 3", body=b"{}"), 400),
    "Content-Length as a list": (post(b"Content-Length: 2, 2", body=b"{}"), 400),
    "a signed Content-Length": (post(b"Content-Length: +2", body=b"{}"), 400),
    "a negative Content-Length": (post(b"Content-Length: -2", body=b"{}"), 400),
    "a hexadecimal Content-Length": (post(b"Content-Length: 0x2", body=b"{}"), 400),
    "a Content-Length with a fraction": (post(b"Content-Length: 2.0", body=b"{}"), 400),
    "an empty Content-Length": (post(b"Content-Length:", body=b"{}"), 400),
    "a Content-Length with a space inside": (post(b"Content-Length: 1 2", body=b"{}"), 400),
    "a Content-Length beyond 64 bits": (post(b"Content-Length: 18446744073709551618", body=b"{}"), 413),
    "more than is taken": (post(b"Content-Length: 999999999"), 413),
    "both lengths": (post(b"Content-Length: 2", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"), 400),
    "both lengths, the other way round": (post(b"Transfer-Encoding: chunked", b"Content-Length: 2", body=b"0\r\n\r\n"), 400),
    "chunked in HTTP/1.0": (chunks(b"0\r\n\r\n").replace(b"HTTP/1.1", b"HTTP/1.0"), 400),
    "chunked twice": (post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"), 400),
    "chunked, chunked": (post(b"Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"), 400),
    "chunked before the last coding": (post(b"Transfer-Encoding: chunked, gzip", body=b"0\r\n\r\n"), 400),
    "another coding before chunked": (post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"), 501),
    "chunked twice with another between": (post(b"Transfer-Encoding: chunked, gzip, chunked", body=b"0\r\n\r\n"), 400),
    "chunked with a parameter": (post(b"Transfer-Encoding: chunked;q=1", body=b"0\r\n\r\n"), 400),
    "chunked and a comma": (post(b"Transfer-Encoding: chunked,", body=b"0\r\n\r\n"), 400),
    "a coding alone": (post(b"Transfer-Encoding: gzip", body=b"0\r\n\r\n"), 400),
    "identity": (post(b"Transfer-Encoding: identity", body=b"{}"), 400),
    "an unknown coding": (post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"), 400),
    "an empty coding": (post(b"Transfer-Encoding:", body=b"0\r\n\r\n"), 400),
    "a vertical tab before chunked": (post(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"), 400),
    # chunks
    "0x before a chunk's size": (chunks(b"0x2\r\n{}\r\n0\r\n\r\n"), 400),
    "a signed size": (chunks(b"+2\r\n{}\r\n0\r\n\r\n"), 400),
    "a space before the size": (chunks(b" 2\r\n{}\r\n0\r\n\r\n"), 400),
    "an empty size": (chunks(b"\r\n{}\r\n0\r\n\r\n"), 400),
    "an extension without a size": (chunks(b";a=b\r\n{}\r\n0\r\n\r\n"), 400),
    "a size beyond what is taken": (chunks(b"ffffffff\r\n"), 413),
    "a size beyond 64 bits": (chunks(b"10000000000000002\r\n{}\r\n0\r\n\r\n"), 400),
    "a chunk that is longer than its size": (chunks(b"2\r\n{}}\r\n0\r\n\r\n"), 400),
    "a chunk that ends in a line feed": (chunks(b"2\r\n{}\n0\r\n\r\n"), 400),
    "a size that ends in a line feed": (chunks(b"2\n{}\r\n0\r\n\r\n"), 400),
    "NUL in an extension": (chunks(b"2;a=\0\r\n{}\r\n0\r\n\r\n"), 400),
    "a trailer that is no field": (chunks(b"2\r\n{}\r\n0\r\nnonsense\r\n\r\n"), 400),
}


def test_there_are_enough_of_them():
    assert len(SERVED) + len(REFUSED) >= 60


@pytest.mark.parametrize("name", SERVED)
def test_right_requests_are_served(service, name):
    data, status = SERVED[name]
    with Wire(service) as wire:
        assert wire.say(data).hear()[0] == status


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_requests_are_refused_and_nothing_behind_them_is_read(service, name):
    data, status = REFUSED[name]
    with Wire(service) as wire:
        got, headers, _ = wire.say(data + get(target=b"/smuggled")).hear()
        assert (got, headers["connection"]) == (status, "close")
        assert headers["content-type"] == "application/problem+json"
        assert f"request={headers['x-request-id']} msg=\"refused 127.0.0.1: {status} " in service.log_text()
        assert wire.ended()


def test_all_of_them_byte_by_byte(service):
    for data, status in list(SERVED.values())[:8] + list(REFUSED.values())[::9]:
        if len(data) > 300:
            continue
        with Wire(service) as wire:
            for byte in data:
                try:
                    wire.say(bytes([byte]))
                except OSError:
                    break  # it has heard enough
            assert wire.hear()[0] == status, data
