# SPDX-License-Identifier: Apache-2.0
"""Retention: events leave the database only when they are old enough and in an archive that verifies, and proofs outlive them."""

import shutil

import pytest

from audit.log import events, seal, sealed_size
from organisation import Tickets
from store.running import weihud

DAY = 86400


@pytest.fixture
def old(make_sealed):
    """A service with more than a bundle of leaves, four years on."""
    service = make_sealed()
    while events(service) < 300:
        Tickets(service).file()
    seal(service)
    return service.restart(clock_shift=4 * 365 * DAY)


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
    Tickets(old).file()
    seal(old)
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
