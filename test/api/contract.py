# SPDX-License-Identifier: Apache-2.0
"""docs/openapi.yaml as something to hold requests and answers against."""

import re
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, FormatChecker, RefResolver

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
METHODS = ("get", "post", "patch", "put", "delete")


class Operation:
    def __init__(self, contract, path, method, row, common):
        self.contract, self.path, self.method, self.row = contract, path, method.upper(), row
        self.name = row["operationId"]
        self.parameters = [contract.follow(p) for p in [*common, *row.get("parameters", [])]]
        self.statuses = [int(status) for status in row["responses"]]

    def response(self, status):
        return self.contract.follow(self.row["responses"][str(status)])

    @property
    def success(self):
        return max(status for status in self.statuses if status < 300)

    @property
    def takes_body(self):
        """JSON, and not a file."""
        return "application/json" in self.row.get("requestBody", {}).get("content", {})

    def body_schema(self, media_type="application/json"):
        return self.row["requestBody"]["content"][media_type]["schema"]

    def url(self, **arguments):
        return re.sub(r"\{(\w+)\}", lambda found: str(arguments[found.group(1)]), self.path)


class Contract:
    def __init__(self):
        self.document = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
        self.resolver = RefResolver.from_schema(self.document)
        self.operations = {}
        for path, rows in self.document["paths"].items():
            for method in METHODS:
                if method in rows:
                    operation = Operation(self, path, method, rows[method], rows.get("parameters", []))
                    assert operation.name not in self.operations, f"{operation.name} stands there twice"
                    self.operations[operation.name] = operation

    def follow(self, node):
        return self.resolver.resolve(node["$ref"])[1] if "$ref" in node else node

    def schema(self, name):
        return self.document["components"]["schemas"][name]

    def faults(self, value, schema):
        validator = Draft202012Validator(schema, resolver=self.resolver, format_checker=FormatChecker())
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    def check(self, value, schema, what):
        faults = self.faults(value, schema)
        assert not faults, f"{what} is not as the document says:\n" + "\n".join(faults)

    def check_answer(self, operation, answer):
        """Whatever came back must be one of the answers that the document gives for the operation."""
        assert answer.status in operation.statuses, f"{answer} is not among {operation.statuses} of {operation.name}"
        self.check_response(operation.response(answer.status), answer)

    def check_response(self, response, answer):
        self.check_headers(response.get("headers", {}), answer)
        if "content" not in response:
            assert answer.body == b"", f"{answer} should be empty"
            return
        media_type = answer.headers["Content-Type"].partition(";")[0]
        assert media_type in response["content"], f"{answer} is {media_type}"
        schema = response["content"][media_type]["schema"]
        self.check(answer.json if "json" in media_type else answer.body.decode(errors="replace"), schema, str(answer))
        if media_type == "application/problem+json":
            assert answer.json["status"] == answer.status

    def check_headers(self, headers, answer):
        for name, header in headers.items():
            value = answer.headers.get(name)
            if value is not None:
                self.check(value, self.follow(header)["schema"], f"{name} of {answer}")
        assert re.fullmatch("[0-9a-f]{32}", answer.headers.get("X-Request-Id", "")), f"{answer} has no number"
