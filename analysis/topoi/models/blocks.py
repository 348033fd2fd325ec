"""How the documents are shared out to threads without changing any bit of the result."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.errors import InputError

__all__ = [
    "N_BLOCKS",
    "block_bounds",
    "in_order",
    "in_threads",
    "one_thread",
    "rows_of",
    "thread_count",
]

Block = TypeVar("Block")
Result = TypeVar("Result")

# Fixed: the blocks' sums are added in block order, so their number decides the bits.
N_BLOCKS = 8


def block_bounds(counts: csr_array) -> list[tuple[int, int]]:
    """First and last-plus-one document of each block; about equally many stored counts in each.

    Depends on the matrix only. Empty blocks are left out.
    """
    n_docs = counts.shape[0]
    targets = np.linspace(0, counts.indptr[-1], N_BLOCKS + 1)[1:-1]
    cuts = np.searchsorted(counts.indptr[1:], targets, side="left") + 1
    edges = [0, *np.minimum(cuts, n_docs).tolist(), n_docs]
    return [(start, stop) for start, stop in pairwise(edges) if stop > start]


def in_threads(
    work: Callable[[Block], Result], blocks: list[Block], *, n_threads: int
) -> list[Result]:
    """Results in the order of the blocks, whichever thread worked on them."""
    return list(in_order(work, blocks, n_threads=n_threads))


def in_order(
    work: Callable[[Block], Result], blocks: list[Block], *, n_threads: int
) -> Iterator[Result]:
    """The results one by one in the order of the blocks.

    At most n_threads + 1 of them are under way or waiting to be taken, which bounds the memory.
    """
    if n_threads == 1 or len(blocks) <= 1:
        yield from map(work, blocks)
        return
    with ThreadPoolExecutor(max_workers=min(n_threads, len(blocks))) as pool:
        waiting: deque[Future[Result]] = deque()
        for block in blocks:
            waiting.append(pool.submit(work, block))
            if len(waiting) > n_threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def thread_count(n_jobs: int | None) -> int:
    """Threads for a scikit-learn style `n_jobs`: None is 1, -1 is all cores.

    Raises
    ------
    InputError
        If n_jobs is no int, 0 or below -1.
    """
    if n_jobs is None:
        return 1
    whole = isinstance(n_jobs, (int, np.integer)) and not isinstance(n_jobs, bool)
    if not whole or (n_jobs < 1 and n_jobs != -1):
        raise InputError(f"n_jobs must be None, -1 or an int >= 1; got {n_jobs!r}.")
    return os.cpu_count() or 1 if n_jobs == -1 else int(n_jobs)


def rows_of(counts: csr_array, start: int, stop: int) -> NDArray[np.int64]:
    """Where the rows start..stop-1 begin in the stored values, and where the last one ends."""
    return np.asarray(counts.indptr[start : stop + 1], dtype=np.int64)


def one_thread() -> AbstractContextManager[object]:
    """BLAS on one thread while it is open, so that its sums have one order."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1)
    return limits
