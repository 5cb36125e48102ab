# SPDX-License-Identifier: Apache-2.0
"""Migrations as an operator meets them: deployed once, refused when they do not fit, told by FILE:LINE."""

import shutil
import subprocess
from pathlib import Path

import pytest

from store.running import ENVIRONMENT, Service, weihud


@pytest.fixture
def place(place, template):
    """With a deployed database, and a copy of the schema to be changed at will."""
    subprocess.run(["cp", "-a", template, place / "data"], check=True)
    shutil.copytree(ENVIRONMENT["WEIHU_SCHEMA_DIR"], place / "schema")
    return place


def migrate(place):
    return weihud("migrate", "--set", f"data={place}/data", env={"WEIHU_SCHEMA_DIR": str(place / "schema")})


def newest(place):
    return max((place / "schema" / "deploy").iterdir())


def add(place, deploy, verify="select 1;\n", revert="select 1;\n"):
    """One more migration; its name without the folder."""
    name = f"{int(newest(place).name[:4]) + 1:04d}_more.sql"
    for folder, text in (("deploy", deploy), ("verify", verify), ("revert", revert)):
        (place / "schema" / folder / name).write_text(text)
    return name


def deployed(place):
    with Service(place / "data", place / "log", env={"WEIHU_SCHEMA_DIR": str(place / "schema")}) as service:
        return service.ask("select name || '.sql' from public.migration order by number").stdout.split()


def test_each_is_deployed_once_and_in_order(place):
    name = add(place, "create table public.more (n int);\n")
    assert migrate(place).returncode == 0
    assert migrate(place).returncode == 0
    names = deployed(place)
    assert names == sorted(path.name for path in (place / "schema" / "deploy").iterdir())
    assert names[-1] == name


def test_a_failing_statement_is_named_by_file_and_line_and_leaves_nothing(place):
    name = add(place, "-- one; two\ncreate table public.half (n int);\nselect ';', $$;$$; /* ; */\n\ndo $$ begin\n"
                      "\traise exception 'no further';\nend $$;\n")
    failed = migrate(place)
    assert failed.returncode != 0
    assert f"deploy/{name}:5: no further" in failed.stderr
    (place / "schema" / "deploy" / name).write_text("create table public.half (n int);\n")
    assert migrate(place).returncode == 0


def test_a_position_given_by_the_server_is_told_as_a_line(place):
    name = add(place, "select '维护维护维护维护';\n\nselect\n\tnowhere;\n")
    assert f"deploy/{name}:4: " in migrate(place).stderr


def test_a_failing_verification_takes_the_migration_back(place):
    name = add(place, "create table public.half (n int);\n", verify="\nselect 1 / 0;\n")
    failed = migrate(place)
    assert failed.returncode != 0
    assert f"verify/{name}:2: " in failed.stderr
    (place / "schema" / "verify" / name).write_text("select n from public.half;\n")
    assert migrate(place).returncode == 0


def test_a_deployed_file_that_changed_is_refused(place):
    file = newest(place)
    file.write_text(file.read_text() + "-- changed\n")
    refused = migrate(place)
    assert refused.returncode != 0
    assert f"{file}: has changed" in refused.stderr


def test_a_database_newer_than_the_release_is_refused(place):
    name = add(place, "select 1;\n")
    assert migrate(place).returncode == 0
    newest(place).unlink()
    refused = migrate(place)
    assert refused.returncode != 0
    assert name in refused.stderr


def test_a_gap_in_the_numbers_is_refused(place):
    file = newest(place)
    file.rename(file.with_name("0099_later.sql"))
    refused = migrate(place)
    assert refused.returncode != 0
    assert file.name[:4] in refused.stderr


def test_a_migration_that_commits_by_itself_is_refused(place):
    name = add(place, "select 1;\ncommit;\n")
    refused = migrate(place)
    assert refused.returncode != 0
    assert name in refused.stderr


def test_an_outside_database_is_checked_not_changed(place):
    with Service(place / "data", place / "log") as service:
        dsn = f"dsn=host={service.data}/socket dbname=weihu user=weihu_service"
        schema = {"WEIHU_SCHEMA_DIR": str(place / "schema")}
        assert weihud("check", "--set", dsn).returncode == 0
        name = add(place, "select 1;\n")
        behind = weihud("check", "--set", dsn, env=schema)
        assert behind.returncode != 0
        assert Path(name).stem in behind.stderr


@pytest.mark.parametrize("dsn", ["postgres//boss:geheim@host/db", "host=/nowhere password=geheim dbname=x user=y"])
def test_a_password_is_never_told(dsn):
    failed = weihud("migrate", "--set", f"dsn={dsn}")
    assert failed.returncode != 0
    assert "geheim" not in failed.stderr + failed.stdout
