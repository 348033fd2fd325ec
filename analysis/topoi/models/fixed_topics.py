"""What inference about documents with given topics needs, checked and laid out for the kernels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from topoi.checks import at_least
from topoi.errors import InputError, listed
from topoi.kernels.content_key import content_keys
from topoi.kernels.topic_chain import LANES
from topoi.models.blocks import rows_of

__all__ = [
    "MOST_STREAM_SEED",
    "FixedTopics",
    "checked_counts",
    "checked_topics",
    "document_keys",
    "fixed_topics",
    "refuse_parts_of_tokens",
    "stream_seed",
]

MOST_STREAM_SEED = 2**64 - 1
_MOST_TOKENS = 2**24
# Rows that sum to 1 in float32 are off by about 1e-7 times the square root of V.
_SUM_TOLERANCE = 1e-4
# Below, a prior is lost beside 1 even in float64's last digits; above, a token beside it in
# float32.
_LEAST_PRIOR, _MOST_PRIOR = 1e-12, 1e6


@dataclass(frozen=True)
class FixedTopics:
    """Topics and document prior as the kernels take them, K' = K padded to a multiple of 16.

    weight : float32 (V, K'), each term's probabilities over the greatest of them; zeros if none
    scale : float64 (V,), that greatest probability
    alpha : float64 (1, K') or (D, K'), zero for the padding
    n_topics : K
    """

    weight: NDArray[np.float32]
    scale: NDArray[np.float64]
    alpha: NDArray[np.float64]
    n_topics: int

    def prior_of(self, start: int, stop: int) -> NDArray[np.float64]:
        """The priors of these documents: the one of all, or a row each."""
        return self.alpha if len(self.alpha) == 1 else self.alpha[start:stop]


def checked_counts(counts: Any) -> csr_array:
    """A float64 copy of counts (D, V) with sorted columns, each once, and no stored zeros.

    Raises
    ------
    InputError
        If counts have no rows and columns, one is negative or not finite, or a document is longer
        than 2**24 tokens, as far as the kernels' float32 counts exactly.
    """
    copy = csr_array(counts, dtype=np.float64, copy=True)
    if copy.ndim != 2:
        raise InputError(
            f"counts must have a row for each document and a column for each term; got shape "
            f"{copy.shape}. Give one document as one row."
        )
    if not np.isfinite(copy.data).all() or (copy.data < 0).any():
        raise InputError(
            f"counts must be finite and >= 0; got {listed(_faults(copy.data))}. Give tokens."
        )
    long = np.flatnonzero(copy.sum(axis=1) > _MOST_TOKENS)
    if long.size:
        raise InputError(
            f"A document may have at most {_MOST_TOKENS} tokens; {len(long)} have more (rows "
            f"{listed(long)}). Split them."
        )
    copy.sum_duplicates()
    copy.eliminate_zeros()
    copy.sort_indices()
    # One type of index wherever it fits, so that kernels are compiled once.
    index = np.int32 if max(copy.nnz, *copy.shape) < 2**31 else np.int64
    places = copy.indices.astype(index), copy.indptr.astype(index)
    return csr_array((copy.data, *places), shape=copy.shape)


def refuse_parts_of_tokens(counts: csr_array) -> None:
    """Refuse counts that are not whole, with an InputError that says where the first are."""
    entry = np.flatnonzero(counts.data != np.floor(counts.data))
    if not entry.size:
        return
    rows = np.unique(np.searchsorted(counts.indptr, entry, side="right") - 1)
    raise InputError(
        f"counts must be whole numbers of tokens: a part of a token has no topic to draw; "
        f"{len(rows)} rows have parts (rows {listed(rows)}). Give counts without weights."
    )


def checked_topics(topic_term: ArrayLike, n_terms: int) -> NDArray[np.float64]:
    """topic_term as float64 (K, V).

    Raises
    ------
    InputError
        If the shape does not fit, or a row is not a distribution of terms.
    """
    topics = np.asarray(topic_term, dtype=np.float64)
    if topics.ndim != 2 or not topics.shape[0] or topics.shape[1] != n_terms:
        raise InputError(
            f"topic_term must have a row for each topic and {n_terms} columns, one for each term "
            f"of counts; got shape {topics.shape}."
        )
    rows = np.flatnonzero(
        ~np.isfinite(topics).all(axis=1)
        | (topics < 0).any(axis=1)
        | ~(np.abs(topics.sum(axis=1) - 1.0) <= _SUM_TOLERANCE)
    )
    if rows.size:
        raise InputError(
            f"Each row of topic_term must be probabilities that sum to 1; {len(rows)} are not "
            f"(topics {listed(rows)}). Divide rows of weights by their sums."
        )
    return topics


def fixed_topics(counts: csr_array, topic_term: ArrayLike, alpha: ArrayLike) -> FixedTopics:
    """Topics (K, V) and prior (K,) or (D, K) for the kernels.

    Raises
    ------
    InputError
        If shapes do not fit or values are no probabilities or priors.
    """
    topics = checked_topics(topic_term, counts.shape[1])
    n_topics = topics.shape[0]
    prior = _checked_prior(alpha, counts.shape[0], n_topics)
    padding = -n_topics % LANES
    scale = topics.max(axis=0)
    weight = (topics / np.where(scale > 0, scale, 1.0)).T.astype(np.float32)
    return FixedTopics(
        weight=np.ascontiguousarray(np.pad(weight, ((0, 0), (0, padding)))),
        scale=scale,
        alpha=np.pad(prior, ((0, 0), (0, padding))),
        n_topics=n_topics,
    )


def document_keys(counts: csr_array) -> NDArray[np.uint64]:
    """The random stream of each document of `checked_counts`, uint64 (D,), by content alone.

    A document has the same stream wherever it stands and whatever stands beside it, so that its
    result can be had alone, in parts, or in another order; counting copies would make a row
    depend on the rows before it. The price: two documents with equal counts have equal streams
    and equal draws for one seed, not independent ones. So an average over copies varies between
    draws as much as one document (an interval too wide), and a difference between copies not at
    all (one too narrow). Empty documents are copies too: leave them out of averages.
    """
    bits = counts.data.view(np.uint64)
    return np.asarray(content_keys(rows_of(counts, 0, counts.shape[0]), counts.indices, bits))


def stream_seed(seed: Any) -> np.uint64:
    """A seed as the kernels take it; a wrong one is an InputError."""
    at_least("seed", seed, 0, most=MOST_STREAM_SEED, whole=True)
    return np.uint64(seed)


def _checked_prior(alpha: ArrayLike, n_docs: int, n_topics: int) -> NDArray[np.float64]:
    prior = np.asarray(alpha, dtype=np.float64)
    if prior.shape not in {(n_topics,), (n_docs, n_topics)}:
        raise InputError(
            f"alpha must have shape ({n_topics},) or ({n_docs}, {n_topics}), one prior for all "
            f"documents or one for each; got shape {prior.shape}."
        )
    prior = np.atleast_2d(prior)
    fits = (prior >= _LEAST_PRIOR) & (prior <= _MOST_PRIOR)
    if not fits.all():
        raise InputError(
            f"alpha must be between {_LEAST_PRIOR:g} and {_MOST_PRIOR:g}; got "
            f"{listed(f'{value:g}' for value in prior[~fits])}."
        )
    return prior


def _faults(values: NDArray[np.float64]) -> list[str]:
    return [f"{value:g}" for value in values[~(np.isfinite(values) & (values >= 0))]]
