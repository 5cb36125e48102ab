# SPDX-License-Identifier: Apache-2.0
"""The one table that a bench prints, and the conditions under which it came about."""

import os
import statistics

ROUNDS, SECONDS = int(os.environ.get("ROUNDS", 5)), int(os.environ.get("SECONDS", 3))


def told(values, digits=0):
    """The median, and how it is written: with the least and the most."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return middle, f"{middle:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def head(conditions):
    with open("/proc/loadavg", encoding="ascii") as load:
        print(f"{os.cpu_count()} cores, load {load.read().split()[0]} at the beginning, {ROUNDS} rounds of {SECONDS} s, {conditions}; "
              "median (least–most)\n")
    print("| figure | weihud | reference | ratio | reach |\n|---|---|---|---|---|")


def row(figure, ours, reference="", ratio="", reach=""):
    ratio = f"{ratio:.2f}" if isinstance(ratio, float) else ratio
    print(f"| {figure} | {ours} | {reference} | {ratio} | {reach} |", flush=True)
