# SPDX-License-Identifier: Apache-2.0
"""Every seed, and all that ever broke something, once more: `make fuzz` looks for new ones."""

import os
import subprocess
from pathlib import Path

import pytest

from store.running import ENVIRONMENT, PATIENCE, ROOT

HERE = ROOT / "test" / "fuzz"
PARTS = sorted(path.stem for path in HERE.glob("*.c") if path.stem != "replay")
PROGRAMS = ROOT / os.environ.get("WEIHU_BUILD", "build") / "fuzz"


def test_every_part_has_seeds():
    assert PARTS == sorted(path.name for path in (HERE / "seeds").iterdir())


@pytest.mark.parametrize("part", PARTS)
def test_seeds_break_nothing(part):
    seeds = sorted((HERE / "seeds" / part).iterdir())
    assert seeds
    seeds += (ROOT / "config").glob("*.yaml") if part == "yaml" else []
    done = subprocess.run([PROGRAMS / part, *seeds], env=ENVIRONMENT, capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-2000:]
    assert len(done.stdout.splitlines()) == len(seeds)
