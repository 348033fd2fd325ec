"""Which topics a document is about when the topics are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.cvb0 import fold_in
from topoi.models.blocks import block_bounds, in_threads, rows_of
from topoi.models.inference import pad_topics, padded

__all__ = ["share_topics"]

# Of a document's tokens, in a sweep.
_STILL = 1e-3


def share_topics(
    counts: csr_array,
    topic_term: NDArray[np.float64],
    alpha: NDArray[np.float64],
    *,
    most_sweeps: int,
    n_threads: int,
) -> NDArray[np.float64]:
    """Topic shares of documents given the topics, shape (D, K); rows sum to 1.

    alpha is the document prior, (K,) or a row for each document (D, K). Each document is swept
    until no topic changes by more than a thousandth of its tokens, or most_sweeps times. A
    document without known terms has the prior mean. A row depends on no other row.
    """
    n_topics = topic_term.shape[0]
    weight = pad_topics(topic_term.T)
    priors = np.atleast_2d(alpha)
    rows = pad_topics(priors)

    def work(block: tuple[int, int]) -> NDArray[np.float32]:
        found = np.empty((block[1] - block[0], padded(n_topics)), np.float32)
        fold_in(
            rows_of(counts, *block),
            counts.indices,
            counts.data,
            weight,
            rows if len(rows) == 1 else rows[block[0] : block[1]],
            found,
            most_sweeps,
            _STILL,
        )
        return found

    parts = in_threads(work, block_bounds(counts), n_threads=n_threads)
    doc_counts = np.concatenate(parts)[:, :n_topics].astype(np.float64)
    shares = doc_counts + priors
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
