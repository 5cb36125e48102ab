# SPDX-License-Identifier: Apache-2.0
"""A log of any size in a folder, made without a service: for measuring how long its verification takes."""

import base64
import hashlib
import json
import struct
import subprocess

NAME = "example.org/big"
EVENTS_OF_A_TICKET = 10  # it goes around in its workflow for so long
EDGES = [("submit", None, "submitted"), ("forward", "submitted", "to_evaluate"), ("return", "to_evaluate", "returned"),
         ("resubmit", "returned", "submitted")]
FIELDS = {"title": "支付网关超时 @", "description": "用户付款失败，页面一直等待", "program": "pay", "claimed_kind": "corrective",
          "circumstances": "早高峰", "inputs": "任意一笔订单", "observed": "超时", "since": "2026-11-02T08:00:00.000000Z", "requester": "zhang"}


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hash_of(first, *parts):
    return hashlib.sha256(bytes([first]) + b"".join(parts)).digest()


def event(seq, name, version, **more):
    return {"v": 1, "seq": seq, "at": f"2026-11-23T08:{seq // 60 % 60:02}:{seq % 60:02}.000000Z", "actor": "zhang", "role": "requester",
            "source": {"commitment": "0" * 64}, "request_id": f"{seq:032x}", "action": "register", "object": name,
            "object_version": version, "workflow": None, "from_state": None, "to_state": None, "changes": {}, "added": None,
            "waived": None, "result": "done", "reason": None, **more}


def events(count):
    """The workflow, then tickets that take turns."""
    edges = [{"action": action, "from": before, "to": after} for action, before, after in EDGES]
    yield event(1, "workflow/1", 1, changes={"edges": {"old": None, "new": edges}})
    tickets = max(1, (count - 1) // EVENTS_OF_A_TICKET)
    states = {}
    for n in range(count - 1):
        number, version = n % tickets + 1, n // tickets + 1
        before = states.get(number)
        action, _, after = EDGES[0] if version == 1 else EDGES[1 + (version - 2) % 3]
        changes = {key: {"old": None, "new": value} for key, value in FIELDS.items()} if version == 1 else {
            "priority": {"old": version - 2 or None, "new": version - 1}}
        states[number] = after
        yield event(n + 2, f"ticket/{number}", version, action=action, workflow=1, from_state=before, to_state=after, changes=changes)


def tile_name(index, width):
    name = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        name = f"x{index % 1000:03}/{name}"
    return name if width == 256 else f"{name}.p/{width}"


def write_tile(folder, level, index, parts):
    file = folder / "tile" / str(level) / tile_name(index, len(parts))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(parts))


def root_of(hashes):
    """Of any number of hashes, by RFC 6962: whole pairs go up, and the odd one out joins them as late as can be."""
    while len(hashes) > 1:
        odd = hashes[len(hashes) // 2 * 2 :]
        hashes = [hash_of(1, hashes[i], hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)] + odd
    return hashes[0]


def write_leaves(folder, count):
    last, entries, hashes = {}, [], []
    for document in events(count):
        document["previous"] = last.get(document["object"])
        leaf = canonical(document)
        hashes.append(hash_of(0, leaf))
        last[document["object"]] = hashes[-1].hex()
        entries.append(struct.pack(">H", len(leaf)) + leaf)
        if len(entries) == 256:
            write_tile(folder, "entries", len(hashes) // 256 - 1, entries)
            entries = []
    if entries:
        write_tile(folder, "entries", len(hashes) // 256, entries)
    return hashes


def openssl(folder, *words):
    return subprocess.run(["openssl", *words], cwd=folder, capture_output=True, check=True, timeout=60).stdout


def sign(folder, name, text):
    """A signed note (C2SP), with a new key whose verifier goes into the folder."""
    openssl(folder, "genpkey", "-algorithm", "ed25519", "-out", "secret.pem")
    public = b"\x01" + openssl(folder, "pkey", "-in", "secret.pem", "-pubout", "-outform", "DER")[-32:]
    number = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    (folder / "key").write_text(f"{name}+{number.hex()}+{base64.b64encode(public).decode()}\n")
    (folder / "text").write_text(text)
    signature = openssl(folder, "pkeyutl", "-sign", "-inkey", "secret.pem", "-rawin", "-in", "text")
    for file in ("secret.pem", "text"):
        (folder / file).unlink()
    return f"{text}\n— {name} {base64.b64encode(number + signature).decode()}\n"


def write_log(folder, count):
    """A folder that weihu audit verify accepts."""
    level, hashes = 0, write_leaves(folder, count)
    root = base64.b64encode(root_of(hashes)).decode()
    while hashes:
        for i in range(0, len(hashes), 256):
            write_tile(folder, level, i // 256, hashes[i : i + 256])
        hashes = [root_of(hashes[i : i + 256]) for i in range(0, len(hashes) - 255, 256)]
        level += 1
    (folder / "checkpoint").write_text(sign(folder, NAME, f"{NAME}\n{count}\n{root}\n"))
