# SPDX-License-Identifier: Apache-2.0
"""Instructions of the service for one request, counted by callgrind: they do not depend on the machine's mood."""

import re
import subprocess
import time

WARM, COUNTED = 40, 200
VALGRIND = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--dump-instr=no", "--quiet"]


def put_under(service, folder):
    """From its next start the service runs under callgrind."""
    service.under = [*VALGRIND, f"--callgrind-out-file={folder}/callgrind.out"]


def control(service, *words):
    subprocess.run(["callgrind_control", *words, str(service.process.pid)], check=True, capture_output=True, timeout=60)


def instructions(service, folder, ask, name):
    """Of one call of `ask(number)`, on average; leaves the profile in callgrind.NAME."""
    for number in range(WARM):
        ask(number)
    control(service, "--instr=on")
    control(service, "--zero")
    for number in range(WARM, WARM + COUNTED):
        ask(number)
    control(service, f"--dump={name}")
    control(service, "--instr=off")
    profile = newest(folder, name)
    total = int(re.search(r"^(?:totals|summary): (\d+)", profile.read_text(), re.MULTILINE)[1])
    return total / COUNTED


def newest(folder, name):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for file in sorted(folder.glob("callgrind.out.*"), key=lambda path: path.stat().st_mtime, reverse=True):
            text = file.read_text()
            if name in text and re.search(r"^(?:totals|summary): ", text, re.MULTILINE):
                return file
        time.sleep(0.1)
    raise SystemExit(f"callgrind left no profile of {name}")
