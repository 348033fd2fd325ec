"""Which topics a document is about when the topics are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.cvb0 import fold_in
from topoi.models.blocks import block_bounds, rows_of
from topoi.models.weights import pad_topics, padded
from topoi.workers import in_threads

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
    shares = np.empty((counts.shape[0], n_topics))

    def work(block: tuple[int, int]) -> None:
        start, stop = block
        own = priors if len(priors) == 1 else priors[start:stop]
        found = np.empty((stop - start, padded(n_topics)), np.float32)
        fold_in(
            rows_of(counts, start, stop),
            counts.indices,
            counts.data,
            weight,
            pad_topics(own),
            found,
            most_sweeps,
            _STILL,
        )
        mass = found[:, :n_topics] + own
        np.divide(mass, mass.sum(axis=1, keepdims=True), out=shares[start:stop])

    in_threads(work, block_bounds(counts), n_threads=n_threads)
    return shares
