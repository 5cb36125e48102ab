# SPDX-License-Identifier: Apache-2.0
"""TLS as clients meet it: what is spoken and what is not, a certificate changed under way, and files that are not right."""

import shutil
import signal
import socket
import ssl
import subprocess
import types

import pytest

import certificates
from api.wire_test import CHUNKED, HOST, PATIENCE, Wire, get, post
from cli.fake import Weihu
from fault.load import Load, check_record
from organisation import Tickets
from store.running import until, weihud


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    return certificates.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def secure(make_module_service, pair):
    return make_module_service(tls_certificate=pair[0], tls_key=pair[1])


def trusting(certificate):
    return ssl.create_default_context(cafile=certificate)


class SecureWire(Wire):
    """A connection by TLS, spoken to in bytes."""

    def __init__(self, service, context=None):
        plain = socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE)
        self.socket = (context or service.trusted).wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False)
        self.file = self.socket.makefile("rb")


def handshake(service, *options):
    """What openssl says of a handshake with these options."""
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{service.port}", *options], input=b"", capture_output=True,
                          timeout=PATIENCE, check=False)
    return done.returncode == 0, done.stdout.decode(errors="replace")


def test_a_whole_day_of_work_goes_through_it(secure):
    tickets = Tickets(secure)
    assert tickets.at("closed")["state"] == "closed"
    with Load(secure, tickets) as load:
        load.wait_for(40)
    assert set(load.statuses()) == {200, 201}
    check_record(secure, load)


def test_large_bodies_and_answers_go_through_it(secure):
    with SecureWire(secure) as wire:
        for _ in range(3):
            status, _, body = wire.say(get(b"/openapi.yaml")).hear()
            assert status == 200 and len(body) > 50000
        filled = b'{"login":"' + b"x" * 900000 + b'","password":"x"}'
        wire.say(post(str(len(filled)).encode(), b"") .replace(b"\r\n\r\n", b"\r\nContent-Type: application/json\r\n\r\n") + filled)
        assert wire.hear()[0] in (401, 422)


def test_the_guard_judges_what_was_decrypted(secure):
    for said, status in ((b"GET /healthz HTTP/1.1\r\n\r\n", 400), (post(b"+1"), 400), (post(b"999999999999"), 413),
                         (CHUNKED + b"0x1\r\na\r\n0\r\n\r\n", 400), (get(b"/" + b"a" * 9000), 414), (b"BREW / HTTP/1.1\r\n" + HOST + b"\r\n", 501)):
        with SecureWire(secure) as wire:
            got, headers, _ = wire.say(said + get(b"/smuggled")).hear()
            assert (got, headers["connection"]) == (status, "close")
            assert headers["strict-transport-security"] == "max-age=31536000"
            assert wire.ended(), "with a farewell (RFC 5246, 7.2.1), or reading it would have failed"


def test_pipelined_and_kept(secure):
    with SecureWire(secure) as wire:
        wire.say(get(b"/healthz") + get(b"/nowhere") + get(b"/v1/me"))
        assert [wire.hear()[0] for _ in range(3)] == [200, 404, 401]
        for byte in get(b"/healthz", b"Connection: close"):
            wire.say(bytes([byte]))
        assert wire.hear()[0] == 200 and wire.ended()


def test_browsers_are_told_to_stay(secure, service):
    assert secure.client.get("/healthz").headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in service.client.get("/healthz").headers


def test_versions_and_ciphers(secure):
    for version in "-tls1_2", "-tls1_3":
        assert handshake(secure, version)[0], version
    for options in (("-tls1", "-cipher", "ALL:@SECLEVEL=0"), ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"),
                    ("-tls1_2", "-cipher", "AES128-GCM-SHA256"), ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA")):
        assert not handshake(secure, *options)[0], options
    for options in ("-tls1_2", "-tls1_3"):
        said = handshake(secure, options)[1]
        assert "Compression: NONE" in said and "New Session Ticket" not in said, said


def test_nobody_renegotiates(secure):
    session = subprocess.Popen(["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{secure.port}"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = session.communicate(b"R\n", timeout=PATIENCE)
    assert b"no renegotiation" in said, said[-500:]


def test_only_http_1_is_agreed_on(secure):
    assert "ALPN protocol: http/1.1" in handshake(secure, "-alpn", "h2,http/1.1")[1]
    assert not handshake(secure, "-alpn", "h2")[0]


def test_clear_text_gets_no_answer(secure):
    with Wire(secure) as wire:
        wire.say(get(b"/healthz"))
        assert b"HTTP" not in wire.file.read()
    assert secure.client.get("/healthz").status == 200


def test_clients_that_stall_or_leave_in_the_handshake(make_service, pair):
    service = make_service(tls_certificate=pair[0], tls_key=pair[1], request_seconds=3, idle_seconds=1)
    with Wire(service) as silent, Wire(service) as begun, SecureWire(service) as slow, SecureWire(service) as kept:
        assert kept.say(get(b"/healthz")).hear()[0] == 200
        begun.say(b"\x16\x03\x01\x02\x00\x01")
        assert slow.say(b"GET /healthz HTTP/1.1\r\n").hear()[0] == 408
        assert silent.ended() and begun.ended() and slow.ended() and kept.ended()
    for _ in range(50):
        Wire(service).say(b"\x16\x03\x01\x02\x00\x01").__exit__()
    assert service.client.get("/healthz").status == 200


def shown(service):
    """The certificate that a new connection is shown."""
    return ssl.get_server_certificate(("127.0.0.1", service.port))


def hang_up(service, says):
    before = service.log_text().count(says)
    service.process.send_signal(signal.SIGHUP)
    until(lambda: service.log_text().count(says) > before, says)


def test_a_new_certificate_is_shown_and_old_connections_go_on(make_service, tmp_path):
    certificate, key = certificates.make(tmp_path / "shown")
    service = make_service(tls_certificate=certificate, tls_key=key, hsts_seconds=0)
    assert "Strict-Transport-Security" not in service.client.get("/healthz").headers
    first = certificate.read_text()
    with SecureWire(service) as old:
        assert old.say(get(b"/healthz")).hear()[0] == 200
        for file in certificates.make(tmp_path / "next"):
            shutil.copy(file, tmp_path / "shown")
        hang_up(service, "certificate reloaded")
        until(lambda: shown(service).split() == certificate.read_text().split() != first.split(), "the new one")
        assert old.say(get(b"/healthz")).hear()[0] == 200, "an old connection goes on"
    key.chmod(0o644)
    hang_up(service, "certificate not reloaded")
    key.chmod(0o600)
    certificate.write_text(first)
    hang_up(service, "certificate not reloaded")
    assert shown(service).split() != first.split()
    with SecureWire(service, trusting(tmp_path / "next" / "certificate.pem")) as wire:
        assert wire.say(get(b"/healthz")).hear()[0] == 200


def check(*settings):
    done = weihud("check", *[word for setting in settings for word in ("--set", setting)])
    return done.returncode, done.stderr


def test_check_tells_what_is_wrong_with_the_files(pair, tmp_path):
    certificate, key = pair
    other = certificates.make(tmp_path / "other")
    open_key, nothing = tmp_path / "open.pem", tmp_path / "nothing.pem"
    shutil.copy(key, open_key)
    open_key.chmod(0o644)
    nothing.write_text("nothing\n")
    nothing.chmod(0o600)
    locked = tmp_path / "locked.pem"
    subprocess.run(["openssl", "pkcs8", "-topk8", "-in", key, "-out", locked, "-passout", "pass:secret"], check=True, capture_output=True)
    locked.chmod(0o600)
    assert check(f"tls_certificate={certificate}", f"tls_key={key}", "listen=0.0.0.0:8420") == (0, "")
    for certificate_file, key_file, told in (
        (certificate, "", "a certificate and its key go together"),
        ("", key, "a certificate and its key go together"),
        (tmp_path / "away.pem", key, "holds no certificate"),
        (nothing, key, "holds no certificate"),
        (certificate, tmp_path / "away.pem", "the key cannot be read: No such file"),
        (certificate, nothing, "holds no private key"),
        (certificate, locked, "without a passphrase"),
        (certificate, open_key, "others can read the key"),
        (certificate, other[1], "is no key for the certificate"),
        (certificate, tmp_path, "the key is no file"),
    ):
        code, said = check(f"tls_certificate={certificate_file}", f"tls_key={key_file}")
        assert code == 1 and told in said, (told, said)


def test_check_tells_of_an_expired_or_weak_certificate(tmp_path):
    late = certificates.make(tmp_path / "late")
    subprocess.run(["openssl", "x509", "-in", late[0], "-signkey", late[1], "-days", "-1", "-out", late[0]], check=True, capture_output=True)
    code, said = check(f"tls_certificate={late[0]}", f"tls_key={late[1]}")
    assert code == 1 and "has expired" in said
    weak = certificates.make(tmp_path / "weak", algorithm=("rsa:1024",))
    code, said = check(f"tls_certificate={weak[0]}", f"tls_key={weak[1]}")
    assert code == 1 and "too small" in said, said


def test_the_command_line_believes_whom_it_is_told_to(secure, pair, tmp_path):
    weihu = Weihu(tmp_path, types.SimpleNamespace(url=secure.address))
    weihu.env["WEIHU_TOKEN"] = secure.tokens["li"]
    doubted = weihu("whoami")
    assert doubted.code == 8 and "certificate" in doubted.err and "--ca-file" in doubted.err, doubted.err
    trusted = weihu("--ca-file", pair[0], "whoami", "-o", "json")
    assert trusted.code == 0 and trusted.json["login"] == "li", trusted.err
    assert weihu("whoami", env={"WEIHU_CA_FILE": str(pair[0])}).code == 0
    stranger = certificates.make(tmp_path / "stranger")[0]
    assert weihu("--ca-file", stranger, "whoami").code == 8
    elsewhere = weihu("--ca-file", pair[0], "--server", secure.address.replace("127.0.0.1", "127.0.0.2"), "whoami")
    assert elsewhere.code == 8
