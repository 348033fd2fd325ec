"""Which blocks the documents are worked on in, so that no number of threads changes a bit."""

from __future__ import annotations

from contextlib import AbstractContextManager
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

__all__ = [
    "N_BLOCKS",
    "block_bounds",
    "block_targets",
    "blocks_between",
    "one_thread",
    "rows_of",
]

# Fixed: the blocks' sums are added in block order, so their number decides the bits.
N_BLOCKS = 8
# Beyond so many stored counts in each there are more blocks: for more than eight workers, and so
# that a block's float32 sums stay exact enough (they hold whole tokens up to 2**24 in a cell).
_MOST_STORED = 2**25


def block_bounds(counts: csr_array) -> list[tuple[int, int]]:
    """First and last-plus-one document of each block; about equally many stored counts in each.

    Depends on the matrix only. Empty blocks are left out.
    """
    targets = block_targets(int(counts.indptr[-1]))
    cuts = np.searchsorted(counts.indptr[1:], targets, side="left") + 1
    return blocks_between(cuts, counts.shape[0])


def block_targets(n_stored: int) -> NDArray[np.float64]:
    """Where in the stored counts each block but the last is to end: with the first document that
    ends there or later.
    """
    n_blocks = max(N_BLOCKS, -(-n_stored // _MOST_STORED))
    return np.linspace(0, n_stored, n_blocks + 1)[1:-1]


def blocks_between(cuts: NDArray[np.int64], n_docs: int) -> list[tuple[int, int]]:
    """The blocks that begin at these documents, and at the first."""
    edges = [0, *np.minimum(cuts, n_docs).tolist(), n_docs]
    return [(start, stop) for start, stop in pairwise(edges) if stop > start]


def rows_of(counts: csr_array, start: int, stop: int) -> NDArray[np.int64]:
    """Where the rows start..stop-1 begin in the stored values, and where the last one ends."""
    return np.asarray(counts.indptr[start : stop + 1], dtype=np.int64)


def one_thread() -> AbstractContextManager[object]:
    """BLAS on one thread while it is open, so that its sums have one order."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1)
    return limits
