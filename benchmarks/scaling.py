"""How the time of a pass and the memory of a fit grow with the text: 1, 4, 16, 40 million words.

Documents of the Federal Register, terms pruned on those taken. Results are added to
benchmarks/results/scaling.jsonl.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import fresh
import results
from corpora import first_words, is_here, prepare
from memory import PeakMemory
from passes import seconds_per_pass, warm_up
from results import Record
from scipy.sparse import csr_array

import topoi

MILLIONS = (1, 4, 16, 40)
TOPICS = 50
THREADS = 2
PASSES = 6


def main() -> None:
    """Measure each size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", nargs="+", type=float, default=MILLIONS, help="words of text")
    parser.add_argument("--k", type=int, default=TOPICS)
    parser.add_argument("--results", type=Path, default=results.FOLDER, help="folder of results")
    options = parser.parse_args()
    if not is_here("federal"):
        print("the Federal Register is not on this machine", file=sys.stderr)
        return
    prepare(["federal-all"])
    for millions in options.millions:
        record = fresh.ask("scaling.py", {"millions": millions, "k": options.k})
        record = {"millions": millions, "k": options.k} | record
        results.append("scaling", record, options.results)
        print(record, flush=True)


def measure(*, millions: float, k: int) -> Record:
    """Seconds of a pass, and peak memory beside the bound, for so many million words."""
    counts = first_words(millions * 1e6)
    warm_up()
    memory = PeakMemory()
    begun = time.perf_counter()
    topoi.LDA(k, max_iter=PASSES, n_jobs=THREADS).fit(counts)
    seconds = time.perf_counter() - begun
    return {
        "docs": counts.shape[0],
        "terms": counts.shape[1],
        "tokens": int(counts.sum()),
        "nnz": counts.nnz,
        "passes": PASSES,
        "seconds": seconds,
        "peak_mib": memory.own(),
        "bound_mib": bound(counts, k) / 2**20,
        "seconds_pass": seconds_per_pass(counts, k, n_jobs=THREADS, passes=PASSES),
        "machine": results.machine(),
    }


def bound(counts: csr_array, n_topics: int) -> int:
    """The most bytes that a fit shall need: 2 sparse matrices and 4 (D + 2V) K floats."""
    sparse = counts.data.nbytes + counts.indices.nbytes + counts.indptr.nbytes
    n_docs, n_terms = counts.shape
    return 2 * sparse + 4 * (n_docs + 2 * n_terms) * n_topics * 4


def lines(records: list[Record]) -> Iterator[str]:
    """A row for each size, with the time per million pairs of a stored count and a topic."""
    found = results.latest(records, ("millions", "k")).values()
    yield (
        "| million words | documents | terms | tokens kept | stored counts | topics | seconds a "
        "pass | ns a pair | peak MiB | bound MiB |"
    )
    yield f"|{'---:|' * 10}"
    for record in sorted(found, key=lambda record: (record["k"], record["millions"])):
        if "failed" in record:
            yield f"| {record['millions']:g} | {record['failed']} |{' – |' * 8}"
            continue
        pairs = record["nnz"] * record["k"]
        yield (
            f"| {record['millions']:g} | {record['docs']:,} | {record['terms']:,} | "
            f"{record['tokens']:,} | {record['nnz']:,} | {record['k']} | "
            f"{record['seconds_pass']:.3f} | {1e9 * record['seconds_pass'] / pairs:.2f} | "
            f"{record['peak_mib']:.0f} | {record['bound_mib']:.0f} |"
        )
    yield ""
    yield results.machines(records)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1].startswith("{"):
        fresh.answer(measure)
    else:
        main()
