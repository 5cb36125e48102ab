# SPDX-License-Identifier: Apache-2.0
"""Retention: events leave the database only when they are old enough and in an archive that verifies, and proofs outlive them."""

import shutil

import pytest

from audit.log import events, seal, sealed_size, unlinked
from organisation import Tickets
from store.running import until, weihud

DAY = 86400


def grow(service):
    """More than a bundle of leaves."""
    while events(service) < 300:
        Tickets(service).file()
    seal(service)
    return service


@pytest.fixture
def old(make_sealed):
    """A service with more than a bundle of leaves, four years on, that archives nothing by itself."""
    return grow(make_sealed(archiving="off")).restart(clock_shift=4 * 365 * DAY)


def archive(service, folder, *settings):
    service.stop()
    return weihud("archive", folder, "--set", f"data={service.data}", *settings,
                  env={"WEIHU_CLOCK_SHIFT": str(service.clock_shift)})


def unarchived(service):
    return int(service.psql("select count(*) from leaf where bytes is not null")[0])


def test_what_was_archived_still_verifies(old, auditor, verifier, tmp_path):
    size = sealed_size(old)
    assert auditor.pin(old, tmp_path / "pin").code == 0
    assert auditor.export(old, tmp_path / "archive").code == 0
    done = archive(old, tmp_path / "archive")
    assert done.returncode == 0 and done.stdout.startswith("256 leaves"), done.stderr
    old.start()
    seal(old)
    assert unarchived(old) == sealed_size(old) - 256
    assert auditor.found(tmp_path / "archive", "--against", tmp_path / "pin") == set()
    assert verifier(tmp_path / "archive").returncode == 0
    first = old.psql("select object from leaf where bytes is null and starts_with(object, 'ticket/') except select object from chain")[0]
    Tickets(old).do(int(first.partition("/")[2]), "zhang", "cancel", reason="No longer needed")
    seal(old)
    assert unlinked(old) == []
    assert auditor.export(old, tmp_path / "rest").code == 0
    report = auditor.report(tmp_path / "rest", "--against", tmp_path / "pin", "--against", tmp_path / "archive" / "checkpoint")
    assert report["verified"] and report["archived"] == 256 and report["size"] > size
    assert old.as_("wu").get(f"/v1/audit/proof?leaf=3&size={size}").status == 200
    assert old.as_("wu").get("/v1/audit/tile/entries/000").status == 404
    assert [row["action"] for row in old.as_("wu").pages("/v1/audit?action=archive")] == ["archive"]


def refused(service, folder, why, *settings):
    left = unarchived(service)
    done = archive(service, folder, *settings)
    service.start()
    assert done.returncode == 1 and why in done.stderr, done.stderr
    assert unarchived(service) >= left


def test_nothing_is_taken_out_that_the_archive_lacks(old, auditor, tmp_path):
    assert auditor.export(old, tmp_path / "archive").code == 0
    shutil.copytree(tmp_path / "archive", tmp_path / "lacking")
    (tmp_path / "lacking" / "tile" / "entries" / "000").unlink()
    (tmp_path / "lacking" / "audit.csv").unlink()
    refused(old, tmp_path / "lacking", "lacks leaves")
    shutil.copytree(tmp_path / "archive", tmp_path / "closed")
    (tmp_path / "closed" / "openings.jsonl").unlink()
    (tmp_path / "closed" / "audit.csv").unlink()
    refused(old, tmp_path / "closed", "lacks values")
    shutil.copytree(tmp_path / "archive", tmp_path / "spoilt")
    (tmp_path / "spoilt" / "audit.csv").write_text("x")
    refused(old, tmp_path / "spoilt", "does not verify")


def test_young_events_stay(old, auditor, tmp_path):
    old.restart(clock_shift=0)
    assert auditor.export(old, tmp_path / "archive").code == 0
    done = archive(old, tmp_path / "archive")
    assert done.returncode == 0 and done.stdout.startswith("0 leaves"), done.stderr
    old.start()
    refused(old, tmp_path / "archive", "retention_days is a whole number from 184", "--set", "retention_days=183")


# By itself.


def archives(service):
    return sorted(folder.name for folder in (service.data / "archive").glob("*") if not folder.name.endswith(".partial"))


def test_old_months_are_archived_by_themselves_and_still_verify(make_sealed, auditor, verifier, tmp_path):
    service = grow(make_sealed())
    size = sealed_size(service)
    assert auditor.pin(service, tmp_path / "pin").code == 0
    assert archives(service) == [] and unarchived(service) == size, "nothing is old enough"
    service.restart(clock_shift=4 * 365 * DAY)
    until(lambda: service.psql("select 1 from event where action = 'archive'"), "the archive")
    (month,) = archives(service)
    folder = service.data / "archive" / month
    assert month < service.psql("select to_char(now() + interval '1 year', 'YYYY-MM')")[0]
    seal(service)
    assert unarchived(service) == sealed_size(service) - 256
    shutil.copytree(folder, tmp_path / "archive")
    assert auditor.found(tmp_path / "archive", "--key", tmp_path / "archive" / "key") == set()
    assert auditor.report(tmp_path / "archive")["leaves"] == auditor.report(tmp_path / "archive")["size"] >= 256
    assert verifier(tmp_path / "archive").returncode == 0
    assert auditor.export(service, tmp_path / "rest").code == 0
    assert auditor.report(tmp_path / "rest", "--against", tmp_path / "archive" / "checkpoint", "--against", tmp_path / "pin")["archived"] == 256
    assert auditor.live(service) == set()


def test_an_archive_that_cannot_be_written_leaves_everything_where_it_is(make_sealed):
    service = grow(make_sealed())
    service.stop()
    (service.data / "archive").write_text("in the way")
    service.start(clock_shift=4 * 365 * DAY)
    until(lambda: "old events are not archived and stay" in service.log_text(), "the complaint")
    seal(service)
    assert unarchived(service) == sealed_size(service)


def test_the_next_archive_holds_what_came_since(make_sealed, auditor, tmp_path):
    service = grow(make_sealed()).restart(clock_shift=4 * 365 * DAY)
    until(lambda: archives(service), "the first archive")
    for _ in range(256):
        Tickets(service).file()
    seal(service)
    service.restart(clock_shift=8 * 365 * DAY)
    first, second = until(lambda: len(archives(service)) == 2 and archives(service), "the second archive")
    until(lambda: service.log_text().count("alone from now on") == 2, "the second to be taken out")
    report = auditor.report(service.data / "archive" / second, "--against", service.data / "archive" / first / "checkpoint")
    assert report["verified"] and report["archived"] == 256 and report["leaves"] >= 256
