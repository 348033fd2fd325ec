"""How long does `fit_themes` take, and how much memory, from ten thousand to a million passages?

The passages are those of UK newspapers, the UN General Debate and the Federal Register, again and
again until there are enough, each time with part of its words left out by lot. Each size is
measured in a process of its own. The table goes into docs/scale.md by `make bench-scale`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd
from memory import PeakMemory
from page import add_write, printed_into
from scipy.sparse import csr_array, vstack
from theme_tasks import is_here, pack, task

import topoi

SIZES = (10_000, 100_000, 1_000_000)
KEPT = 0.8  # of the tokens of a passage that comes again
MOST_DRAWN = 100_000  # rows whose topics are drawn, too; their time grows with the rows


def main() -> None:
    """Print the table; with --of the figures of one size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--of", type=int, help="measure this size alone, and print JSON")
    add_write(parser)
    given = parser.parse_args()
    if given.of:
        print(json.dumps(measured(given.of)))
        return
    if not is_here("mixed"):
        sys.exit("The texts are not here; see benchmarks/README.md.")
    with printed_into(given.write, "themes", is_markdown=True):
        for line in _lines():
            print(line, flush=True)


def measured(n_rows: int) -> dict[str, float]:
    """Seconds of each part, and MiB at the peak over those of the counts."""
    matrix = enlarged(task("mixed").matrix, n_rows)
    topoi.fit_themes(enlarged(matrix, 2_000), pack(), n_starts=1, n_jobs=2)  # compiled before
    memory = PeakMemory()
    found: dict[str, float] = {"tokens": float(matrix.counts.sum())}
    start = time.perf_counter()
    fit = topoi.fit_themes(matrix, pack(), n_draws=0, n_jobs=2)
    found["fit"] = time.perf_counter() - start
    found["mib"] = memory.own()
    for n_draws in (0, 4) if n_rows <= MOST_DRAWN else (0,):
        start = time.perf_counter()
        topoi.share_themes(fit, matrix, n_draws=n_draws, n_jobs=2)
        found[f"shares {n_draws}"] = time.perf_counter() - start
    return found


def enlarged(matrix: topoi.DocTermMatrix, n_rows: int) -> topoi.DocTermMatrix:
    """So many rows, of which those beyond the matrix are its own with tokens left out by lot."""
    rng = np.random.default_rng(0)
    parts = [csr_array(matrix.counts[:n_rows])]
    while sum(part.shape[0] for part in parts) < n_rows:
        again = csr_array(matrix.counts, copy=True)
        again.data = rng.binomial(again.data.astype(np.int64), KEPT).astype(again.dtype)
        again.eliminate_zeros()
        parts.append(again)
    counts = csr_array(vstack(parts, format="csr")[:n_rows])
    units = pd.DataFrame({"doc_id": [f"row {number}" for number in range(n_rows)]})
    units["n_tokens"] = np.asarray(counts.sum(axis=1)).ravel().astype(np.int64)
    return topoi.DocTermMatrix(counts, matrix.vocabulary, units)


def _lines() -> Iterator[str]:
    yield (
        "Seconds on two threads, each size once: topics of 8 starts and shares without draws "
        "(`n_draws=0`), then the shares alone, without draws and with 4 for each row and start as "
        "usual. Peak is of the first, over what was there with the counts."
    )
    yield ""
    yield "| passages | counted tokens | topics and shares | shares | shares, 4 draws | peak MiB |"
    yield "|---:|---:|---:|---:|---:|---:|"
    for n_rows in SIZES:
        command = [sys.executable, __file__, "--of", str(n_rows)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = json.loads(printed.splitlines()[-1])
        drawn = f"{found['shares 4']:,.0f}" if "shares 4" in found else "–"
        yield (
            f"| {n_rows:,} | {found['tokens']:,.0f} | {found['fit']:,.0f} "
            f"| {found['shares 0']:,.1f} | {drawn} | {found['mib']:,.0f} |"
        )


if __name__ == "__main__":
    main()
