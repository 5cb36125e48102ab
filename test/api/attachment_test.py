# SPDX-License-Identifier: Apache-2.0
"""Files beside a ticket: attached as they are, given back as they were, and to nobody who may not see them."""

import hashlib
import os
from urllib.parse import quote

import pytest

from organisation import Tickets

PNG = b"\x89PNG\r\n\x1a\n\x00\xff'--"
MOST = 8 << 20


def path_of(ticket):
    return f"/v1/tickets/{ticket['id']}/attachments"


def attach(client, ticket, content=PNG, name="screen.png", media_type="image/png", query="", key=None):
    headers = {"Content-Type": media_type, **({"Idempotency-Key": key} if key else {})}
    return client.request("POST", f"{path_of(ticket)}?name={quote(name, safe='')}{query}", content, headers)


@pytest.fixture
def ticket(tickets):
    return tickets.file()


def test_a_file_comes_back_as_it_was(client, ticket):
    zhang, name = client.as_("zhang"), "错误 \"截图\" (1).png"
    made = attach(zhang, ticket, name=name).expect(201)
    digest = hashlib.sha256(PNG).hexdigest()
    assert {**made, "id": 0, "created_at": ""} == {
        "id": 0, "ticket": ticket["id"], "author": "zhang", "name": name, "media_type": "image/png", "size": len(PNG), "sha256": digest,
        "internal": False, "created_at": ""}
    assert zhang.get(path_of(ticket)).expect(200)["items"] == [made]
    got = client.as_("wu").get(f"{path_of(ticket)}/{made['id']}")
    assert (got.status, got.body) == (200, PNG)
    wanted = {"ETag": f'"{digest}"', "Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
              "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    assert {header: got.headers[header] for header in wanted} == wanted
    assert got.headers["Content-Security-Policy"].startswith("sandbox;")


def test_the_event_tells_what_was_attached(client, ticket):
    made = attach(client.as_("zhang"), ticket).expect(201)
    event = client.as_("wu").get(f"/v1/tickets/{ticket['id']}/audit").expect(200)["items"][-1]
    assert (event["action"], event["actor"], event["version"]) == ("attach", "zhang", ticket["version"] + 1)
    assert event["added"] == {"attachment": made}


@pytest.mark.parametrize("media_type, told, given", [
    ("text/html", "text/html", "application/octet-stream"), ("image/svg+xml", "image/svg+xml", "application/octet-stream"),
    ("Text/Plain; charset=gbk", "text/plain", "text/plain"), (None, "application/octet-stream", "application/octet-stream"),
])
def test_nothing_is_given_as_what_a_browser_might_run(client, ticket, media_type, told, given):
    made = attach(client.as_("zhang"), ticket, b"<script>", media_type=media_type).expect(201)
    got = client.as_("zhang").get(f"{path_of(ticket)}/{made['id']}")
    assert (made["media_type"], got.headers["Content-Type"], got.body) == (told, given, b"<script>")


@pytest.mark.parametrize("media_type", ["text", "/plain", "text/", "text/plain/x", "te(xt/plain", "x/" + "y" * 126])
def test_a_media_type_is_two_tokens(client, ticket, media_type):
    fault = attach(client.as_("zhang"), ticket, media_type=media_type).expect(400)
    assert [error["field"] for error in fault["errors"]] == ["Content-Type"]


@pytest.mark.parametrize("name", ["a/b", "..\\b", "/", ".", "..", "", "a\nb", "a\x7f", "a\u0085b", "x" * 256, "维" * 86])
def test_a_name_is_no_path_and_no_trick(client, ticket, name):
    before = client.as_("zhang").get(path_of(ticket)).expect(200)
    fault = attach(client.as_("zhang"), ticket, name=name).expect(400)
    assert [error["field"] for error in fault["errors"]] == ["name"]
    assert client.as_("zhang").get(path_of(ticket)).expect(200) == before


@pytest.mark.parametrize("query, field", [("", "name"), ("?name=%FF", "name"), ("?name=a&internal=yes", "internal"), ("?name=a&size=3", "size")])
def test_what_stands_in_the_query_is_checked(client, ticket, query, field):
    fault = client.as_("zhang").request("POST", path_of(ticket) + query, PNG, {"Content-Type": "image/png"}).expect(400)
    assert [error["field"] for error in fault["errors"]] == [field]


@pytest.mark.parametrize("name", ["x" * 255, "维" * 85, "a" + "é" * 127, ".profile", "C: 100%.txt"])
def test_other_names_are_fine(client, ticket, name):
    made = attach(client.as_("zhang"), ticket, name=name).expect(201)
    got = client.as_("zhang").get(f"{path_of(ticket)}/{made['id']}")
    assert made["name"] == name and got.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(name)}"


@pytest.mark.parametrize("size", [0, 1, len(PNG), 65535, 200_001, MOST])
def test_files_of_any_size_up_to_the_most(client, ticket, size):
    content = os.urandom(size)
    made = attach(client.as_("zhang"), ticket, content).expect(201)
    got = client.as_("zhang").get(f"{path_of(ticket)}/{made['id']}")
    assert made["size"] == size and got.body == content and got.headers["Content-Length"] == str(size)


def test_what_is_larger_is_refused_and_so_is_as_much_elsewhere(client, ticket):
    zhang = client.as_("zhang")
    assert attach(zhang, ticket, bytes(MOST + 1)).status == 413
    assert zhang.request("POST", f"/v1/tickets/{ticket['id']}/comments", bytes((1 << 20) + 1)).status == 413
    assert zhang.request("PATCH", path_of(ticket), bytes((1 << 20) + 1)).status == 413
    chunks = (bytes(1 << 16) for _ in range(2 * MOST >> 16))
    headers = {"Content-Type": "image/png", "Transfer-Encoding": "chunked"}
    assert zhang.request("POST", f"{path_of(ticket)}?name=a", b"".join(
        b"10000\r\n" + chunk + b"\r\n" for chunk in chunks) + b"0\r\n\r\n", headers).status == 413


def test_files_may_have_less_than_other_requests(make_service):
    own = make_service(attachment_size_most=2000)
    ticket, zhang = Tickets(own).file(), own.as_("zhang")
    assert attach(zhang, ticket, bytes(2001)).status == 413
    attach(zhang, ticket, bytes(2000)).expect(201)
    zhang.post(f"/v1/tickets/{ticket['id']}/comments", {"text": "x" * 3000}, key="long").expect(201)


def test_internal_files_are_kept_from_requesters(client, ticket):
    secret = attach(client.as_("zhao"), ticket, name="root cause.txt", query="&internal=true").expect(201)
    shown = attach(client.as_("zhao"), ticket).expect(201)
    place = f"{path_of(ticket)}/{secret['id']}"
    for login, ids in (("zhang", [shown["id"]]), ("li", [secret["id"], shown["id"]])):
        assert [item["id"] for item in client.as_(login).get(path_of(ticket)).expect(200)["items"]] == ids
    client.as_("li").get(place).expect(200)
    client.as_("zhang").get(place).expect(404)
    attach(client.as_("zhang"), ticket, query="&internal=true").expect(403)
    events = client.as_("zhang").get(f"/v1/tickets/{ticket['id']}/audit").expect(200)["items"]
    assert [event["added"] and event["added"]["attachment"]["id"] for event in events if event["action"] == "attach"] == [None, shown["id"]]


def test_a_file_belongs_to_its_ticket(client, tickets, ticket):
    made, other = attach(client.as_("zhang"), ticket).expect(201), tickets.file()
    for place in (f"{path_of(other)}/{made['id']}", f"{path_of(ticket)}/0{made['id']}", f"{path_of(ticket)}/0", f"{path_of(ticket)}/x",
                  f"{path_of(ticket)}/9223372036854775808", f"{path_of(ticket)}/{made['id'] + 1000}"):
        client.as_("zhang").get(place).expect(404)


def test_a_confidential_ticket_shows_no_file(client, tickets):
    ticket = tickets.file(readers=["zhao"])
    made = attach(client.as_("zhang"), ticket).expect(201)
    for answer in (client.as_("qian").get(path_of(ticket)), client.as_("qian").get(f"{path_of(ticket)}/{made['id']}"),
                   attach(client.as_("qian"), ticket)):
        answer.expect(404)
    client.as_("zhao").get(f"{path_of(ticket)}/{made['id']}").expect(200)
    assert client.as_("zhao").get(f"/v1/tickets/{ticket['id']}/audit").expect(200)["items"][-1]["action"] == "read"


def test_a_vendor_meets_the_files_of_what_was_handed_over(service, client, tickets):
    root = client.as_("root")
    root.post("/v1/people", {"login": "dell", "name": "Dell", "roles": ["technician"], "vendor": "Dell"}).expect(201)
    service.tokens["dell"] = root.post("/v1/people/dell/tokens", {"name": "t"}).expect(201)["token"]
    dell, ticket = client.as_("dell"), tickets.at("scheduled")
    place = f"{path_of(ticket)}/{attach(client.as_('zhang'), ticket).expect(201)['id']}"
    for answer in (dell.get(path_of(ticket)), dell.get(place), attach(dell, ticket)):
        answer.expect(404)
    tickets.do(ticket, "li", "assign", technician="dell")
    dell.get(place).expect(200)
    made = attach(dell, ticket, name="firmware.bin").expect(201)
    assert [item["id"] for item in dell.get(path_of(ticket)).expect(200)["items"]][-1] == made["id"]


def test_a_retry_attaches_once(client, ticket):
    zhang = client.as_("zhang")
    first = attach(zhang, ticket, key="once").expect(201)
    again = attach(zhang, ticket, key="once")
    assert again.expect(201) == first and again.headers["Idempotency-Replayed"] == "true"
    for other in (attach(zhang, ticket, PNG + b"!", key="once"), attach(zhang, ticket, name="b.png", key="once")):
        assert other.expect(422)["type"].endswith(":key_reused")
    assert len(zhang.get(path_of(ticket)).expect(200)["items"]) == 1


def test_who_does_not_comment_does_not_attach(client, ticket):
    for login, status in (("wu", 403), ("root", 403), (None, 401)):
        attach(client.as_(login), ticket).expect(status)


def test_a_stale_version_is_told(client, ticket):
    headers = {"Content-Type": "image/png", "If-Match": f'"{ticket["version"] + 1}"'}
    client.as_("zhang").request("POST", f"{path_of(ticket)}?name=a", PNG, headers).expect(412)


def test_the_database_takes_no_other_bytes_than_the_digest_names(service, ticket):
    deed = ('[{"at": "2026-11-23T08:00:00Z", "actor": "zhang", "request": "r", "action": "attach", "id": %d, "thing": "attachment", '
            '"add": {"name": "a", "media_type": "a/b", "sha256": "%s", "content": "YQ=="}}]')
    call = "select outcome from weihu.ticket_change('%s')"
    with pytest.raises(Exception, match="attachment_content_sha256_check"):
        service.psql(call % (deed % (ticket["id"], "0" * 64)))
    assert service.psql(call % (deed % (ticket["id"], hashlib.sha256(b"a").hexdigest()))) == ["done"]


def test_bytes_that_were_changed_are_not_given(service, client, ticket):
    made = attach(client.as_("zhang"), ticket).expect(201)
    service.psql("alter table attachment_content drop constraint attachment_content_sha256_check")
    try:
        service.psql(f"update attachment_content set content = set_byte(content, 3, 0) where attachment = {made['id']}")
        assert client.as_("zhang").get(f"{path_of(ticket)}/{made['id']}").status == 500
    finally:
        service.psql(f"update attachment_content set content = set_byte(content, 3, {PNG[3]}) where attachment = {made['id']}")
        service.psql("alter table attachment_content add constraint attachment_content_sha256_check "
                     "check (sha256 = encode(sha256(content), 'hex'))")
