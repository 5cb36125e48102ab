# SPDX-License-Identifier: Apache-2.0
"""Anchors: a witness of independent make cosigns checkpoints, and a timestamping authority made with openssl dates them."""

import http.server
import subprocess
import threading

import pytest

from audit.log import rewrite, seal, sealed_size
from organisation import Tickets
from store.running import until, weihud


def anchored(service, kind):
    return [int(size) for size in service.psql(f"select size from anchor where kind = '{kind}' order by size")]


@pytest.fixture
def witness(independent, history, tmp_path):
    """A running witness for the log of history: its address and verifier key."""
    (tmp_path / "log.pub").write_text(weihud("key", "show", history.data / "log.key").stdout)
    process = subprocess.Popen([independent("witness"), tmp_path / "address", tmp_path / "log.pub", tmp_path / "witness.key"])
    try:
        until(lambda: (tmp_path / "address").exists() and (tmp_path / "address").read_text(), "the witness")
        yield (tmp_path / "address").read_text(), (tmp_path / "witness.key").read_text().strip()
    finally:
        process.kill()
        process.wait()


def test_a_witness_cosigns_as_the_log_grows(witness, make_sealed, auditor, tmp_path):
    url, key = witness
    service = make_sealed(witness_url=url, witness_key=key, anchor_seconds=1)
    until(lambda: anchored(service, "witness"), "the first cosignature")
    Tickets(service).file()
    seal(service)
    until(lambda: sealed_size(service) in anchored(service, "witness"), "the next cosignature")
    assert auditor.export(service, tmp_path / "bundle").code == 0
    cosigned = sorted((tmp_path / "bundle" / "anchors").glob("*.witness"))
    assert len(cosigned) >= 2
    assert all(file.read_text().count("— witness.example/w1 ") == 1 for file in cosigned)
    page = auditor.verify(tmp_path / "bundle", "--witness", key).out
    assert f"{len(cosigned)} cosignatures of witness.example/w1" in page, page


def test_a_witness_does_not_follow_a_rewritten_log(witness, make_sealed, tmp_path):
    url, key = witness
    service = make_sealed(witness_url=url, witness_key=key, anchor_seconds=1)
    until(lambda: anchored(service, "witness"), "the first cosignature")
    rewrite(service, "update apart set bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'Java', 'Rust'), 'UTF8') "
                     "where object = 'program/sms'; update apart set hash = sha256('\\x00'::bytea || bytes); delete from checkpoint")
    service.stop()
    (service.data / "log.key.checkpoint").unlink()
    service.start()
    Tickets(service).file()
    seal(service)
    until(lambda: "the witness answers 422" in service.log_text(), "the witness's refusal")
    assert sealed_size(service) not in anchored(service, "witness")


class Authority:
    """A timestamping authority on a port of its own."""

    def __init__(self, folder):
        self.folder, self.certificate = folder, folder / "tsa.pem"
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.pem", "-subj", "/CN=tsa",
                     "-days", "30", "-addext", "extendedKeyUsage=critical,timeStamping")
        (folder / "serial").write_text("01\n")
        (folder / "tsa.conf").write_text("[tsa]\ndefault_tsa = t\n[t]\nserial = serial\nsigner_cert = tsa.pem\nsigner_key = tsa.key\n"
                                         "signer_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256\naccuracy = secs:1\n")
        authority = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                query = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                reply = authority.answer(query)
                self.send_response(200)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def openssl(self, *words):
        return subprocess.run(["openssl", *map(str, words)], cwd=self.folder, check=False, capture_output=True, text=True, timeout=60)

    def answer(self, query):
        (self.folder / "query").write_bytes(query)
        self.openssl("ts", "-reply", "-config", "tsa.conf", "-queryfile", "query", "-out", "reply")
        return (self.folder / "reply").read_bytes()

    def verifies(self, data, token):
        return self.openssl("ts", "-verify", "-data", data, "-in", token, "-CAfile", self.certificate).returncode == 0


@pytest.fixture
def authority(tmp_path):
    (tmp_path / "tsa").mkdir()
    authority = Authority(tmp_path / "tsa")
    yield authority
    authority.server.shutdown()
    authority.server.server_close()


def test_a_timestamp_is_verified_by_openssl(authority, make_sealed, auditor, tmp_path):
    service = make_sealed(timestamp_url=authority.url, anchor_seconds=1)
    until(lambda: anchored(service, "timestamp"), "the timestamp")
    assert auditor.export(service, tmp_path / "bundle").code == 0
    (token, *_) = (tmp_path / "bundle" / "anchors").glob("*.tsr")
    dated = token.with_suffix(".checkpoint")
    assert authority.verifies(dated, token)
    assert "timestamp" in auditor.verify(tmp_path / "bundle").out
    dated.write_text(dated.read_text() + " ")
    assert not authority.verifies(dated, token)
