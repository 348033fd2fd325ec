"""How near the memory and time that `topoi doctor` foresees are to those that a run takes.

Each run is a process of its own; its peak is that of the whole process, Python included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page

from topoi.config import RunConfig
from topoi.doctor.estimate import FACTOR, Estimate, estimate_run

_ROOT = Path(__file__).resolve().parents[1]
_SHARED = _ROOT.parent / "shared" / "data"
_QUICK = {"starts": 1, "refits": 0, "formats": ("svg",)}
_RUNS = (
    ("bundled corpus", _ROOT / "data" / "sample" / "documents", {}),
    ("White House, on migration", _SHARED / "wh_migration_docs_2021_2025.parquet", {}),
    ("the same, 150 topics", _SHARED / "wh_migration_docs_2021_2025.parquet", {"topics": 150}),
    ("State of the Union", _SHARED / "sotu.parquet", {}),
    ("UN General Debate 2017", _SHARED / "ungd2017.parquet", {}),
)
_RUN = """
import json, resource, sys, time
from topoi.config import RunConfig
from topoi.pipeline import run
settings = json.loads(sys.argv[1])
begun = time.perf_counter()
found = run(RunConfig(**settings))
seconds = time.perf_counter() - begun
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps({
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
    "seconds": seconds,
    "passages": len(found.study.passages),
    "terms": found.study.matrix.shape[1],
}))
"""


def main() -> None:
    """Estimate, run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    page.add_write(parser)
    options = parser.parse_args()
    with page.printed_into(options.write, "doctor", is_markdown=True):
        for line in lines():
            print(line, flush=True)


def lines() -> Iterator[str]:
    """A row for each corpus that is on this machine."""
    yield (
        "| corpus | passages: foreseen, found | terms: foreseen, found | memory, MB: foreseen, "
        "found | ratio | seconds: foreseen, found |"
    )
    yield "|---|---:|---:|---:|---:|---:|"
    for name, source, more in _RUNS:
        if source.exists():
            settings = {**_QUICK, **more, "source": str(source)}
            yield _row(name, estimate_run(RunConfig(**settings)), _measured(settings))
    yield ""
    yield f"Promised is a ratio from 1/{FACTOR:g} to {FACTOR:g}. One start, no refits, SVG only."


def _row(name: str, foreseen: Estimate, found: dict[str, Any]) -> str:
    size = foreseen.size
    return (
        f"| {name} | {size.n_passages}, {found['passages']} | {size.n_terms}, {found['terms']} | "
        f"{foreseen.n_bytes / 1e6:.0f}, {found['memory'] / 1e6:.0f} | "
        f"{found['memory'] / foreseen.n_bytes:.2f} | "
        f"{foreseen.seconds:.0f}, {found['seconds']:.0f} |"
    )


def _measured(settings: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        whole = json.dumps({**settings, "out": f"{folder}/out"})
        words = [sys.executable, "-c", _RUN, whole]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
