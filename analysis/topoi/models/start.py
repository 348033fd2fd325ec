"""Where inference begins: one rough cluster of documents for each topic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

__all__ = ["cluster_topics", "spread_terms"]

_ROUNDS = 8
_CLUSTER_SHARE = 0.7
_SHAKEN = 0.1


def cluster_topics(
    counts: csr_array, n_topics: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Term counts of K clusters of documents, shape (K, V), by spherical k-means on tf-idf.

    Centres begin at random documents; a centre that loses its documents moves to the one that
    fits worst. Eight rounds: later ones changed little in every corpus tried.

    References
    ----------
    Dhillon & Modha (2001), Concept decompositions for large sparse text data using clustering.
    """
    points = _weighted(counts)
    centres = points[_first_centres(points, n_topics, rng)].toarray()
    nearest = np.zeros(counts.shape[0], dtype=np.int64)
    filled = np.diff(points.indptr) > 0
    for _ in range(_ROUNDS):
        likeness = points @ centres.T
        nearest = _without_empty(likeness, n_topics, filled)
        centres = _unit_rows(_sums(points, nearest, n_topics))
    return _sums(counts, nearest, n_topics)


def spread_terms(
    counts: csr_array, topic_counts: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Every term's tokens shared out among the topics, shape (V, K), tokens.

    In proportion to each topic's term distribution, mixed with the corpus' own so that no topic
    begins without a term, and shaken a little: topics that began equal would stay equal.
    """
    total = counts.sum(axis=0).astype(np.float64)
    corpus = total / max(total.sum(), 1.0)
    sizes = np.maximum(topic_counts.sum(axis=1, keepdims=True), 1e-12)
    topics = _CLUSTER_SHARE * topic_counts / sizes + (1.0 - _CLUSTER_SHARE) * corpus
    topics *= 1.0 + _SHAKEN * rng.random(topics.shape)
    column_sums = np.maximum(topics.sum(axis=0), 1e-300)
    return np.asarray((total * topics / column_sums).T, dtype=np.float32)


def _weighted(counts: csr_array) -> csr_array:
    """Rows of log-scaled counts times inverse document frequency, scaled to length 1."""
    doc_freq = np.bincount(counts.indices, minlength=counts.shape[1])
    scarcity = _log2(counts.shape[0] / np.maximum(doc_freq, 1)) + 1.0
    points = csr_array(counts, dtype=np.float64, copy=True)
    points.data = _log2(1.0 + points.data) * scarcity[points.indices]
    lengths = np.sqrt(np.asarray((points * points).sum(axis=1)))
    return csr_array(diags_array(1.0 / np.where(lengths > 0, lengths, 1.0)) @ points)


def _log2(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm to base 2, linear between powers of two.

    Only exact operations, so that the start has the same bits on every machine. Off by at most
    0.09, which weights can bear.
    """
    mantissa, exponent = np.frexp(values)
    return np.asarray(exponent - 1 + (2.0 * mantissa - 1.0))


def _first_centres(points: csr_array, n_topics: int, rng: np.random.Generator) -> NDArray[np.int64]:
    filled = np.flatnonzero(np.diff(points.indptr) > 0)
    if filled.size == 0:
        filled = np.arange(points.shape[0])
    order = rng.permutation(filled)
    return np.resize(order, n_topics)


def _without_empty(
    likeness: NDArray[np.float64], n_topics: int, filled: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The nearest centre of each document; a centre without any gets the one that fits worst.

    Documents without terms fit nothing and are never given to a centre in this way.
    """
    nearest = likeness.argmax(axis=1)
    fit = likeness[np.arange(len(nearest)), nearest]
    worst_first = [doc for doc in np.argsort(fit, kind="stable").tolist() if filled[doc]]
    sizes = np.bincount(nearest[filled], minlength=n_topics)
    empty = np.flatnonzero(sizes == 0)
    takers = iter(empty.tolist())
    for doc in worst_first:
        if sizes[nearest[doc]] <= 1:
            continue
        topic = next(takers, None)
        if topic is None:
            break
        sizes[nearest[doc]] -= 1
        sizes[topic] += 1
        nearest[doc] = topic
    return np.asarray(nearest)


def _sums(rows: csr_array, labels: NDArray[np.int64], n_labels: int) -> NDArray[np.float64]:
    n_rows = rows.shape[0]
    ones = np.ones(n_rows)
    members = csr_array((ones, (labels, np.arange(n_rows))), shape=(n_labels, n_rows))
    return np.asarray((members @ rows).toarray(), dtype=np.float64)


def _unit_rows(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    return rows / np.where(lengths > 0, lengths, 1.0)
