"""How near the engine comes to what the machine can do: its pairs a second beside two limits.

A pair is a stored count and a topic. Two limits: single-precision multiplications and additions
without fusing, as the kernels do them, and bytes to and from memory; both measured here by small
loops. Results are added to benchmarks/results/roofline.jsonl.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import results
from corpora import default_corpora, load_corpus
from numba import njit
from passes import seconds_per_pass, warm_up
from results import Record

# Counted in kernels/cvb0.py, a pass of two sweeps: rebuilding a responsibility 5, each sweep 14,
# adding it to the term counts 2; the weight is read, the term count read and written.
FLOPS_PER_PAIR = 35
BYTES_PER_PAIR = 12
PASSES = 12
_CHAIN = 8
_IN_CACHE = 2048  # float32, 8 KiB
_IN_MEMORY = 2**24  # float32, 64 MiB
_ROUNDS = 5


def main() -> None:
    """Measure the machine and the engine with one thread and with two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", nargs="+", default=["im", "sotu"])
    parser.add_argument("--k", nargs="+", type=int, default=[50, 200])
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--flops", type=float, default=FLOPS_PER_PAIR, help="per pair")
    parser.add_argument("--bytes", type=float, default=BYTES_PER_PAIR, help="per pair")
    parser.add_argument("--passes", type=int, default=PASSES)
    parser.add_argument("--results", type=Path, default=results.FOLDER, help="folder of results")
    options = parser.parse_args()
    warm_up()
    for threads in options.threads:
        limits = {
            "flops_peak": arithmetic_peak(threads),
            "bytes_peak": memory_peak(threads),
            "flops_pair": options.flops,
            "bytes_pair": options.bytes,
        }
        for corpus in default_corpora(options.corpus):
            for k in options.k:
                record = {"corpus": corpus, "k": k, "threads": threads}
                record |= _engine(corpus, k, threads, options.passes) | limits
                record["machine"] = results.machine()
                results.append("roofline", record, options.results)
                print(record, flush=True)


def arithmetic_peak(threads: int) -> float:
    """Multiplications and additions a second, float32, unfused, all threads together."""
    repeats = 20_000
    arrays = [np.ones(_IN_CACHE, np.float32) for _ in range(threads)]
    seconds = _fastest(
        lambda turn: _multiply_and_add(arrays[turn], np.float32(0.999), np.float32(0.001), repeats),
        threads,
    )
    return 2.0 * _CHAIN * _IN_CACHE * repeats * threads / seconds


def memory_peak(threads: int) -> float:
    """Bytes a second read and written over arrays that no cache holds, all threads together."""
    arrays = [[np.ones(_IN_MEMORY, np.float32) for _ in range(3)] for _ in range(threads)]
    seconds = _fastest(lambda turn: _triad(*arrays[turn], np.float32(0.5)), threads)
    return 3.0 * 4.0 * _IN_MEMORY * threads / seconds


def lines(records: list[Record]) -> Iterator[str]:
    """A row for each corpus, number of topics and number of threads."""
    yield (
        "| corpus | topics | threads | million pairs a second | of the arithmetic limit | of the "
        "memory limit |"
    )
    yield "|---|---:|---:|---:|---:|---:|"
    for record in results.latest(records, ("corpus", "k", "threads")).values():
        pairs = record["pairs_second"]
        yield (
            f"| {record['corpus']} | {record['k']} | {record['threads']} | {pairs / 1e6:.0f} | "
            f"{100 * pairs * record['flops_pair'] / record['flops_peak']:.0f} % of "
            f"{record['flops_peak'] / 1e9:.1f} GFLOP/s | "
            f"{100 * pairs * record['bytes_pair'] / record['bytes_peak']:.0f} % of "
            f"{record['bytes_peak'] / 1e9:.1f} GB/s |"
        )
    yield ""
    yield results.machines(records)


def _engine(corpus: str, k: int, threads: int, passes: int) -> Record:
    train = load_corpus(corpus).train
    seconds = seconds_per_pass(train, k, n_jobs=threads, passes=passes)
    return {"nnz": train.nnz, "seconds_pass": seconds, "pairs_second": train.nnz * k / seconds}


def _fastest(work: Callable[[int], None], threads: int) -> float:
    """Least seconds that so many threads take for their share of the work, of five rounds."""
    found = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(_ROUNDS + 1):  # the first compiles
            begun = time.perf_counter()
            list(pool.map(work, range(threads)))
            found.append(time.perf_counter() - begun)
    return min(found[1:])


@njit(nogil=True)
def _multiply_and_add(values, factor, term, repeats):
    """Eight multiplications and additions on each of the values (N,), so many times; in place."""
    for _ in range(repeats):
        for i in range(values.shape[0]):
            value = values[i]
            for _ in range(_CHAIN):
                value = value * factor + term
            values[i] = value


@njit(nogil=True)
def _triad(target, left, right, factor):
    """Set target to left + factor * right, all (N,)."""
    for i in range(target.shape[0]):
        target[i] = left[i] + factor * right[i]


if __name__ == "__main__":
    main()
