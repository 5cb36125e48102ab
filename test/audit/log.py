# SPDX-License-Identifier: Apache-2.0
"""An auditor at work: the command line, what it finds, and the files of a log."""

import json
import struct
import types
from pathlib import Path

from cli.fake import Weihu
from store.running import until

ROOT = Path(__file__).resolve().parents[2]


def events(service):
    return int(service.psql("select count(*) from event")[0])


def order(service):
    """The events as they stand in the log."""
    return service.psql("select seq from leaf order by position")


def sealed_size(service):
    return int((service.psql("select size from checkpoint order by day desc limit 1") or ["0"])[0])


def is_sealed(service):
    return service.psql("select (select count(*) from leaf) = (select size from checkpoint order by day desc limit 1) and "
                        "not exists (select seq from event except select seq from leaf)") == ["t"]


def seal(service):
    """Waits until everything is sealed and signed."""
    until(lambda: is_sealed(service), "the sealer")


def unlinked(service):
    """What leaves are about that do not name the one before them, or name one that is not there. Leaves that were archived are not read."""
    return service.psql("select distinct object from (select object, bytes, lag(encode(hash, 'hex')) over (partition by object order by "
                        "position) as before from leaf) l where convert_from(bytes, 'UTF8')::jsonb ->> 'previous' is distinct from before "
                        "and bytes is not null")


def in_chain(service, ticket):
    """How many of its leaves have a place of their own in the chain of its leaves."""
    return int(service.psql(f"select count(*) from chain where object = 'ticket/{ticket['id']}'")[0])


# The log as tables of single leaves and openings, and what makes sheaves of them again, wherever one does not follow the other.
TAKE_APART = """create temp table apart as select position, seq, object, bytes, hash from leaf;
insert into chain select a.object, a.position, a.hash from apart a where not exists (select from chain c where (c.object, c.position) = (a.object, a.position));
create temp table openings_apart as select position, path, salt, value, internal from opening"""
PUT_TOGETHER = """delete from sheaf_opening;
delete from sheaf;
create temp table stretch as
	select a.*, min(a.position) over (partition by a.position / 256, a.run) as first
	from (select *, position - row_number() over (order by position) as run from apart) a;
insert into sheaf
	select first, min(seq), max(seq), array_agg(seq order by position), array_agg(object order by position), array_agg(ends order by position),
		string_agg(substring(int4send(octet_length(bytes)) from 3) || bytes, '' order by position), string_agg(hash, '' order by position)
	from (select *, (sum(octet_length(bytes) + 2) over (partition by first order by position))::int as ends from stretch) s group by first;
insert into sheaf_opening
	select s.first, array_agg((o.position - s.first)::int), array_agg(o.path), array_agg(o.salt), array_agg(o.value), array_agg(o.internal)
	from openings_apart o join stretch s using (position) group by s.first"""


def rewrite(service, sql):
    """As a superuser changes the log leaf by leaf: tables apart(position, seq, object, bytes, hash) and openings_apart."""
    service.psql(f"begin; set local session_replication_role = replica; {TAKE_APART}; {sql}; {PUT_TOGETHER}; commit", "postgres")


class Auditor:
    """Runs weihu audit; found(…) is the set of codes of faults that a verification names."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *words, service=None, by="wu"):
        weihu = Weihu(self.folder, types.SimpleNamespace(url=service.address if service else "http://127.0.0.1:1"))
        if service:
            weihu.env["WEIHU_TOKEN"] = service.tokens[by]
        return weihu(*map(str, words))

    def export(self, service, folder, *words):
        return self.run("audit", "export", "--bundle", folder, *words, service=service)

    def pin(self, service, file, by="wu"):
        return self.run("audit", "pin", file, service=service, by=by)

    def verify(self, place, *words, service=None, by="wu"):
        return self.run("audit", "verify", *([place] if place else []), *words, service=service, by=by)

    def report(self, place, *words, **more):
        done = self.verify(place, *words, "-o", "json", **more)
        assert done.out, done.err
        report = json.loads(done.out)
        assert (done.code == 0) == report["verified"], done.err
        return report

    def found(self, place, *words, **more):
        return {fault["code"] for fault in self.report(place, *words, **more)["faults"]}

    def live(self, service):
        """Faults of the tables, by what they are about."""
        return {(fault["code"], fault["place"]) for fault in self.report(None, "--live", service=service, by="root")["faults"]}


# The files of a log.


def read_bundle(path):
    data, entries, at = path.read_bytes(), [], 0
    while at < len(data):
        (length,) = struct.unpack_from(">H", data, at)
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    return entries


def write_bundle(path, entries):
    path.write_bytes(b"".join(struct.pack(">H", len(entry)) + entry for entry in entries))


def entries_file(folder):
    """The one bundle of a small log."""
    (file,) = (folder / "tile" / "entries").glob("000*/*") if not list((folder / "tile" / "entries").glob("000")) else \
        (folder / "tile" / "entries").glob("000")
    return file


def leaves(folder):
    files = sorted((folder / "tile" / "entries").rglob("*"), key=str)
    return [json.loads(entry) for file in files if file.is_file() for entry in read_bundle(file)]
