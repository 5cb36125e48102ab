# SPDX-License-Identifier: Apache-2.0
"""Every migration goes back as it came: what it made is gone, and it deploys again."""

import subprocess
from pathlib import Path

from store.running import ENVIRONMENT, weihud

SCHEMA = Path(ENVIRONMENT["WEIHU_SCHEMA_DIR"])

# Everything that a migration could leave behind, as PostgreSQL describes it.
OBJECTS = """
select type || ' ' || identity from (
	select 'pg_class'::regclass classid, oid from pg_class union all select 'pg_proc'::regclass, oid from pg_proc
	union all select 'pg_type'::regclass, oid from pg_type union all select 'pg_constraint'::regclass, oid from pg_constraint
	union all select 'pg_namespace'::regclass, oid from pg_namespace union all select 'pg_trigger'::regclass, oid from pg_trigger where not tgisinternal
	union all select 'pg_extension'::regclass, oid from pg_extension union all select 'pg_opclass'::regclass, oid from pg_opclass
	union all select 'pg_operator'::regclass, oid from pg_operator union all select 'pg_default_acl'::regclass, oid from pg_default_acl
) o, pg_identify_object(classid, oid, 0) where identity !~ 'pg_toast|pg_temp' order by 1"""


def migrations(folder):
    return sorted((SCHEMA / folder).glob("*.sql"))


def run(outside, file):
    done = subprocess.run(["psql", "-XAtqf", file, "-1", "-v", "ON_ERROR_STOP=1", outside.dsn("weihu_owner")],
                          capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr


def test_each_migration_reverts_to_what_was_before_it(outside):
    before = []
    for file in migrations("deploy"):
        before.append(outside.psql(OBJECTS))
        run(outside, file)
    deployed = outside.psql(OBJECTS)
    for file, objects in zip(reversed(migrations("revert")), reversed(before), strict=True):
        run(outside, file)
        left = outside.psql(OBJECTS)
        assert left == objects, f"after {file.name}: {set(left) ^ set(objects)}"
    for file in migrations("deploy"):
        run(outside, file)
    assert outside.psql(OBJECTS) == deployed
    for file in migrations("verify"):
        run(outside, file)


def test_an_extension_that_was_there_before_stays(outside):
    outside.psql("create extension btree_gist schema public", "postgres")
    for file in migrations("deploy"):
        run(outside, file)
    for file in reversed(migrations("revert")):
        run(outside, file)
    assert outside.psql("select count(*) from pg_extension where extname = 'btree_gist'") == ["1"]


def test_a_reverted_schema_is_told_as_missing(outside):
    assert weihud("migrate", "--set", f"dsn={outside.dsn('weihu_owner')}").returncode == 0
    assert weihud("check", "--set", f"dsn={outside.dsn('weihu_app')}").returncode == 0
    run(outside, migrations("revert")[-1])
    outside.psql("delete from public.migration where number = (select max(number) from public.migration)")
    told = weihud("check", "--set", f"dsn={outside.dsn('weihu_app')}")
    assert told.returncode != 0 and migrations("deploy")[-1].stem in told.stderr
    assert weihud("migrate", "--set", f"dsn={outside.dsn('weihu_owner')}").returncode == 0
    assert weihud("check", "--set", f"dsn={outside.dsn('weihu_app')}").returncode == 0
