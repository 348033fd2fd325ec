"""What it costs a run of the bundled corpus to keep its steps, and what a second run takes.

Runs without kept steps and runs that keep them take turns, each in a process of its own and with
a new folder; seconds are those of the processor.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import page

_SOURCE = Path(__file__).resolve().parents[1] / "data" / "sample" / "documents"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    page.add_write(parser)
    options = parser.parse_args()
    with page.printed_into(options.write, "keeping", is_markdown=True):
        for line in lines(options.repeats):
            print(line, flush=True)


def lines(repeats: int) -> Iterator[str]:
    """A row for each way, medians with the least and the most."""
    found: dict[str, list[float]] = {
        "keeps nothing": [],
        "keeps its steps": [],
        "the same again": [],
    }
    size = 0
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as place:
            found["keeps nothing"].append(seconds(place, "--no-cache"))
            found["keeps its steps"].append(seconds(place))
            found["the same again"].append(seconds(place))
            kept = Path(place) / ".topoi-cache"
            size = sum(file.stat().st_size for file in kept.rglob("*") if file.is_file())
    yield "| a run of the bundled corpus | seconds of processor time |"
    yield "|---|---:|"
    for name, values in found.items():
        yield f"| {name} | {median(values):.1f} [{min(values):.1f}, {max(values):.1f}] |"
    yield ""
    yield f"Kept: {size / 1e6:.1f} MB."


def seconds(place: str, *words: str) -> float:
    """Processor time of a run to a folder in `place`, Python included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "topoi", "run", "--source", str(_SOURCE), "--quiet"]
    subprocess.run([*command, "--out", f"{place}/out", *words], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
