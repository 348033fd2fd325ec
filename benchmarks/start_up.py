"""How long one waits before anything happens: importing topoi, its help, its first fit.

Results are added to benchmarks/results/start_up.jsonl.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import results
from results import Record

TIMES = 5
_FIT = """
import time
import numpy as np
from topoi import LDA
counts = np.random.default_rng(0).poisson(1.0, size=(40, 30))
begun = time.perf_counter()
LDA(3, max_iter=2, n_jobs=2).fit(counts)
print(time.perf_counter() - begun)
"""


def main() -> None:
    """Measure and keep the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--results", type=Path, default=results.FOLDER, help="folder of results")
    options = parser.parse_args()
    record = measure(options.times) | {"machine": results.machine()}
    results.append("start_up", record, options.results)
    print(record)


def measure(times: int) -> Record:
    """Median seconds of each command, after one run to warm the file caches; seconds of first fits.

    What a first fit imports is not counted, what it compiles or reads from the cache is.
    """
    with tempfile.TemporaryDirectory() as cache:
        first, second = _fit_seconds(cache), _fit_seconds(cache)
    return {
        "python": _median_seconds(times, "-c", "pass"),
        "import": _median_seconds(times, "-c", "import topoi"),
        "help": _median_seconds(times, "-m", "topoi", "--help"),
        "first_fit_compiling": first,
        "first_fit_compiled": second,
    }


def lines(records: list[Record]) -> Iterator[str]:
    """The last measurement."""
    names = {
        "python": "`python -c pass`",
        "import": "`import topoi`, Python included",
        "help": "`topoi --help`",
        "first_fit_compiling": "first fit of `LDA` ever, kernels compiled",
        "first_fit_compiled": "first fit of `LDA` in a process, kernels from the cache",
    }
    yield "| what | seconds |"
    yield "|---|---:|"
    for name, shown in names.items():
        yield f"| {shown} | {records[-1][name]:.2f} |"
    yield ""
    yield results.machines(records[-1:])


def _median_seconds(times: int, *arguments: str) -> float:
    return median([_seconds(arguments) for _ in range(times + 1)][1:])


def _seconds(arguments: tuple[str, ...]) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def _fit_seconds(cache: str) -> float:
    """Seconds of a tiny fit in a fresh process with that folder for compiled kernels."""
    found = subprocess.run(
        [sys.executable, "-c", _FIT],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"NUMBA_CACHE_DIR": cache},
    )
    return float(found.stdout)


if __name__ == "__main__":
    main()
