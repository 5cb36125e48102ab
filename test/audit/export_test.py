# SPDX-License-Identifier: Apache-2.0
"""What an exported log holds, and what is proved by it."""

import csv
import hashlib
import json

from audit.log import leaves, seal, sealed_size
from store.running import weihud


def test_the_whole_record_is_verified_without_a_server(bundle, auditor):
    report = auditor.report(bundle)
    assert report["verified"] and report["faults"] == []
    assert report["leaves"] == report["size"] == len(leaves(bundle)) > 80
    assert report["tickets"] == 4 and report["closed"] == 0 and report["opened"] > 10
    page = auditor.verify(bundle)
    for words in ("VERIFIED", "Not proved", "M1 failures per run", "M7 share of requests"):
        assert words in page.out, page.out


def test_leaves_are_canonical_and_hold_no_personal_data(bundle):
    text = "".join(json.dumps(leaf, ensure_ascii=False) for leaf in leaves(bundle))
    for secret in ("李娜", "hu@example.org", "内部 only for us", "Any news?", "127.0.0.1", "secret1.log"):
        assert secret not in text
    openings = (bundle / "openings.jsonl").read_text(encoding="utf-8")
    for known in ("李娜", "hu@example.org", "Any news? 有消息吗", "secret1.log"):
        assert known in openings


def test_each_leaf_says_what_the_record_demands(bundle):
    wanted = {"v", "seq", "at", "actor", "role", "source", "request_id", "action", "object", "object_version", "workflow",
              "from_state", "to_state", "changes", "added", "waived", "result", "reason", "previous"}
    assert all(set(leaf) == wanted for leaf in leaves(bundle))
    assert any(leaf["result"] == "refused" for leaf in leaves(bundle))


def test_openings_come_in_pages_in_the_order_of_their_leaves(sealed):
    wu = sealed.as_("wu")
    opened = [item for item in wu.pages("/v1/audit/openings", limit=500) if item["leaf"] < sealed_size(sealed)]
    assert opened == sorted(opened, key=lambda item: (item["leaf"], item["path"])) and len(opened) > 100
    for limit in (1, 7):
        assert wu.pages("/v1/audit/openings?to=60", limit=limit) == [item for item in opened if item["leaf"] < 60]
    assert wu.pages("/v1/audit/openings?from=31&to=60", limit=7) == [item for item in opened if 31 <= item["leaf"] < 60]
    wu.get("/v1/audit/openings?cursor=leaf~x~y").expect(400)


def test_files_are_sealed_by_their_digest(bundle, auditor):
    digests = {hashlib.sha256(b"%d lines \x00" % n).hexdigest() for n in range(4)}
    assert {leaf["added"]["attachment"]["sha256"] for leaf in leaves(bundle) if leaf["action"] == "attach"} == digests
    entries = b"".join(file.read_bytes() for file in (bundle / "tile" / "entries").rglob("*") if file.is_file())
    assert all(digest.encode() in entries for digest in digests)
    assert auditor.report(bundle)["attachments"] == 4 and "4 attached files" in auditor.verify(bundle).out


def test_names_of_internal_files_open_for_no_more_people_than_the_files(sealed):
    told = sealed.psql("select o.internal, (e.added #>> '{attachment,internal}')::boolean, count(*) from opening o "
                       "join event e using (seq) where o.path = '/added/attachment/name' group by 1, 2 order by 1")
    assert told == ["f|f|1", "t|t|3"]


def test_the_csv_is_the_record(bundle):
    with open(bundle / "audit.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = leaves(bundle)
    assert [(int(row["seq"]), row["object"], row["action"]) for row in rows] == [
        (leaf["seq"], leaf["object"], leaf["action"]) for leaf in told]
    assert any("Any news? 有消息吗" in row["added"] for row in rows)


def test_erased_values_harm_no_proof(bundle, auditor):
    file = bundle / "openings.jsonl"
    kept = [line for line in file.read_text(encoding="utf-8").splitlines(True) if "李娜" not in line]
    file.write_text("".join(kept), encoding="utf-8")
    (bundle / "audit.csv").unlink()
    report = auditor.report(bundle)
    assert report["verified"] and report["closed"] == 1


def test_the_owner_erases_any_value(sealed, auditor, tmp_path):
    before = sealed.as_("wu").pages("/v1/audit/openings", limit=500)
    texts = [item for item in before if item["path"] == "/added/comment/text"]
    sealed.psql(f"delete from opening where path = '/added/comment/text'; delete from opening where position = {before[0]['leaf']}")
    gone = texts + [item for item in before if item["leaf"] == before[0]["leaf"]]
    assert sealed.as_("wu").pages(f"/v1/audit/openings?to={before[-1]['leaf'] + 1}", limit=500) == [item for item in before if item not in gone]
    assert auditor.export(sealed, tmp_path / "after").code == 0
    report = auditor.report(tmp_path / "after")
    assert report["verified"] and report["closed"] >= len(gone) > 1


def test_the_18_items_are_recomputed(bundle, auditor, tmp_path):
    assert auditor.verify(bundle, "--items", tmp_path / "items.csv").code == 0
    with open(tmp_path / "items.csv", encoding="utf-8", newline="") as file:
        rows = {row["request_id"]: row for row in csv.DictReader(file)}
    row = rows["1"]
    assert {key: row[key] for key in row if key not in ("started_at", "finished_at")} == {
        "program_id": "pay", "source_statements": "120000", "machine_instructions": "900000", "language": "C",
        "installed_on": "2024-03-01", "runs_since_install": "53000", "failures_since_install": "15", "change_level": "module",
        "change_id": "pay/round", "statements_added": "12", "statements_deleted": "5", "people": "2", "person_minutes": "90",
        "by_person": '[{"login":"chen","minutes":60},{"login":"hu","minutes":30}]',
        "changed_on": row["changed_on"], "engineer": "chen", "request_id": "1", "kind": "corrective", "cumulative_people": "1",
        "cumulative_person_minutes": "90", "benefit": "+1200 CNY a month"}
    assert row["started_at"] < row["finished_at"]


def test_measures_are_recomputed(bundle, auditor):
    page = auditor.verify(bundle).out
    figures = {tuple(row[:2]): row[2:] for row in csv.reader(page[page.index("measure,") :].splitlines())}
    assert figures[("M1 failures per run", "")] == ["2", "1000", "0.002"]
    assert figures[("M2 person-hours by kind", "corrective")][0] == "3"
    assert figures[("M4 person-hours per statement", "")][:2] == ["4.5", "51"]
    assert figures[("M7 share of requests, percent", "corrective")][2] == "50"


def test_a_running_server_is_verified_over_the_web(sealed, auditor, bundle):
    report = auditor.report(f"{sealed.address}/v1/audit", "--key", bundle / "key", service=sealed)
    assert report["verified"] and report["size"] == sealed_size(sealed)


def test_tables_agree_with_the_log(sealed, auditor):
    sealed.as_("zhao").patch("/v1/tickets/4", {"priority": 1}).expect(200)
    seal(sealed)
    assert auditor.live(sealed) == set()


def test_only_those_who_may_read_the_record_read_the_log(sealed):
    for path in ("checkpoint", "keys", "tile/entries/000.p/1", "tile/0/000.p/1", "proof?leaf=0&size=1", "openings", "anchors"):
        assert sealed.as_("zhang").get(f"/v1/audit/{path}").status == 403, path
        assert sealed.as_(None).get(f"/v1/audit/{path}").status == 401, path
        assert sealed.as_("wu").get(f"/v1/audit/{path}").status == 200, path
    assert sealed.as_("wu").get("/v1/audit/rows/event").status == 403


def test_a_person_is_erased_and_the_record_still_verifies(sealed, auditor, tmp_path):
    assert auditor.pin(sealed, tmp_path / "pin").code == 0
    sealed.as_("root").patch("/v1/people/hu", {"active": False}).expect(200)
    seal(sealed)
    sealed.stop()
    done = weihud("erase", "hu", "--set", f"data={sealed.data}")
    assert done.returncode == 0 and "values about hu are erased" in done.stdout, done.stderr
    assert weihud("erase", "nobody", "--set", f"data={sealed.data}").returncode == 1
    sealed.start()
    seal(sealed)
    assert auditor.export(sealed, tmp_path / "after").code == 0
    report = auditor.report(tmp_path / "after", "--against", tmp_path / "pin")
    assert report["verified"] and report["closed"] >= 2
    for file in ("openings.jsonl", "audit.csv"):
        text = (tmp_path / "after" / file).read_text(encoding="utf-8")
        assert "胡军" not in text and "hu@example.org" not in text and "李娜" in text
    assert sealed.psql("select name, email from person where login = 'hu'") == ["hu|"]
    assert auditor.live(sealed) == set()
