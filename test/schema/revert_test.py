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


# Six hundred leaves of three objects, every tenth of an event that committed late; some have values to open, the first bundle was archived.
LOG = """
insert into weihu.event (at, actor, action, object_kind, object_id, result)
	select '2026-11-23', 'zhang', 'note', 'thing', (n % 3)::text, 'done' from generate_series(1, 600) n;
insert into weihu.leaf
	select position, seq, 'thing/' || object_id, case when position >= 256 then convert_to('{"seq":' || seq || '}', 'UTF8') end, sha256(int8send(seq))
	from (select e.*, row_number() over (order by case when seq % 10 = 0 then seq + 15 else seq end) - 1 as position from weihu.event e) e;
insert into weihu.opening
	select position, path, md5(position || path), '"v"', position % 2 = 0
	from weihu.leaf, unnest('{/source,/added/comment/text}'::text[]) path where position >= 256 and position % 7 < 3"""
LEAVES = ["select position, seq, object, bytes, hash from weihu.leaf order by position",
          "select position, path, salt, value, internal from weihu.opening order by position, path",
          "select weihu.log_tile(l, f, w) from (values (-1, 256, 256), (-1, 512, 40), (0, 0, 256), (0, 256, 17), (-1, 0, 256)) t (l, f, w)",
          "select * from weihu.log_hashes('{0,0,0}', '{0,300,599}')", "select * from weihu.log_gaps()"]
PLACES = "select count(*) from weihu.leaf l where weihu.leaf_position(l.seq) is distinct from l.position"


def test_a_log_is_the_same_in_sheaves_and_apart(outside):
    deploy = migrations("deploy")
    (sheaves,) = [n for n, file in enumerate(deploy) if file.name == "0021_sheaves.sql"]
    for file in deploy[:sheaves]:
        run(outside, file)
    outside.psql("delete from weihu.event; alter table weihu.event alter seq restart 1000")
    outside.psql(LOG)
    told = [outside.psql(question) for question in LEAVES]
    assert len(told[0]) == 600 and len(told[1]) > 200 and all(told[:4])
    run(outside, deploy[sheaves])
    assert [outside.psql(question) for question in LEAVES] == told
    assert outside.psql(PLACES) == ["0"] and outside.psql("select count(*) from weihu.latecomer") == ["60"]
    assert outside.psql("select count(*), max(length(hashes)) from weihu.sheaf") == [f"3|{256 * 32}"]
    run(outside, migrations("revert")[sheaves])
    assert [outside.psql(question) for question in LEAVES] == told


# Three tickets, the second of which somebody was refused before it was filed. What is sealed of them: all but a second event of each.
FILED = """
insert into weihu.event (at, actor, action, object_kind, object_id, object_version, result)
	select '2026-11-23', 'zhang', action, 'ticket', id, version, result
	from (values ('forward', '2', null, 'refused'), ('submit', '1', 1, 'done'), ('submit', '2', 1, 'done'), ('submit', '3', 1, 'done')) v (action, id, version, result);
select weihu.log_append(0, array_agg(seq), array_agg('ticket/' || object_id), array_agg(2 * n::int), string_agg('xx', '')::bytea,
	string_agg(sha256(int8send(seq)), ''), array_agg(object_id = '2'), '{1,3}', '{ticket/2}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', true)
	from (select *, row_number() over (order by seq) as n from weihu.event) e;
insert into weihu.event (at, actor, action, object_kind, object_id, object_version, result)
	select '2026-11-23', 'zhang', 'cancel', 'ticket', id, 2, 'done' from unnest('{1,2,3}'::text[]) id"""
BEFORE = "select object, previous = sha256(int8send(seq - 3)) from weihu.log_pending((select high from weihu.log_end()), '{}', '{}', 9) order by 1"
LINKED = ["ticket/1|t", "ticket/2|t", "ticket/3|t"]


def test_first_leaves_are_found_with_and_without_a_place_in_the_chain(outside):
    deploy = migrations("deploy")
    (first_leaves,) = [n for n, file in enumerate(deploy) if file.name == "0022_first_leaves.sql"]
    for file in deploy[: first_leaves + 1]:
        run(outside, file)
    outside.psql("delete from weihu.event; alter table weihu.event alter seq restart 1000")
    outside.psql(FILED)
    assert outside.psql(BEFORE) == LINKED and outside.psql("select count(*) from weihu.chain") == ["2"]
    run(outside, migrations("revert")[first_leaves])
    assert outside.psql(BEFORE) == LINKED and outside.psql("select count(*) from weihu.chain") == ["4"]
    run(outside, deploy[first_leaves])
    assert outside.psql(BEFORE) == LINKED and "ticket/2" in outside.psql("select object from weihu.foretold")


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
