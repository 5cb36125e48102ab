# SPDX-License-Identifier: Apache-2.0
"""The writing functions of the database, called in psql as the service calls them."""

import json
import re
import subprocess

from service import SqlError

SERVICE = "weihu_service"
AT = "2026-11-23T08:00:00.000001Z"


def quoted(value):
    """As a literal of SQL; anything that is no text is written as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "'" + text.replace("'", "''") + "'"


def deed(**members):
    return {"at": AT, "actor": "li", "action": "edit", **members}


def call(service, function, *deeds):
    """The outcome of each deed."""
    return service.psql(f"select outcome from weihu.{function}({quoted(list(deeds))}) order by n", SERVICE)


def refused(service, sql):
    """What PostgreSQL says against it; "" if it has nothing against it."""
    try:
        service.psql(sql, SERVICE)
    except SqlError as error:
        return str(error)
    return ""


def permitted(service, statements, role=SERVICE):
    """Those of the statements that do not fail for want of a right."""
    script = "set search_path = weihu;\n" + "".join(f"{statement};\n" for statement in statements)
    done = subprocess.run(["psql", "-XAtqf", "-", f"host=/proc/self/cwd/socket dbname=weihu user={role}"], cwd=service.data,
                          input=script, capture_output=True, text=True, timeout=30, check=True)
    complaints = re.findall(r":(\d+): ERROR:  (?:permission denied|must be (?:owner|superuser))", done.stderr)
    lines = {int(line) for line in complaints}
    return [statement for line, statement in enumerate(statements, 2) if line not in lines]


TABLES = ["anchor", "attachment", "attachment_content", "chain", "checkpoint", "comment", "designation", "event", "foretold", "kept_answer", "latecomer", "log_key", "login_attempt", "node",
          "password", "person", "program", "program_change", "program_part", "reading", "recovery_code",
          "register_epoch", "review", "review_decision", "review_record", "role_loan", "second_factor", "sheaf", "sheaf_opening", "technical_step", "ticket",
          "ticket_body", "ticket_link", "token", "work_entry", "workflow",
          "workflow_edge"]
SEALED = ["anchor", "chain", "checkpoint", "foretold", "latecomer", "node", "sheaf", "sheaf_opening"]  # these the sealer fills, whatever a test does meanwhile


def fingerprints(service):
    """{table: (number of its rows, a digest of them)}"""
    sql = " union all ".join(f"select '{table}', count(*), sum(hashtextextended(t::text, 0)) from weihu.{table} t" for table in TABLES if table not in SEALED)
    return {table: (int(count), digest) for table, count, digest in (row.split("|") for row in service.psql(sql))}


def view(service, ticket):
    return json.loads(service.psql(f"select to_jsonb(t) from ticket_view t where id = {ticket['id']}")[0])


def events(service, ticket):
    """What was done to it, as rows of table event."""
    rows = service.psql(f"select to_jsonb(e) from event e where object_kind = 'ticket' and object_id = '{ticket['id']}' "
                        "and result = 'done' order by object_version")
    return [json.loads(row) for row in rows]
