"""Where inference begins: one rough cluster of documents for each topic, or chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.clusters import (
    cluster_sums,
    nearest_centres,
    scale_to_length_one,
    tfidf_rows,
)
from topoi.models.blocks import block_bounds, rows_of
from topoi.models.weights import padded
from topoi.workers import in_threads

__all__ = ["cluster_topics", "given_topics", "random_topics", "spread_terms"]

_ROUNDS = 8
_CLUSTER_SHARE = 0.1
_SHAKEN = 0.1


def cluster_topics(
    counts: csr_array, n_topics: int, rng: np.random.Generator, *, n_threads: int = 1
) -> NDArray[np.float64]:
    """Term counts of K clusters of documents, shape (K, V), by spherical k-means on tf-idf.

    Centres begin at random documents; a centre that loses its documents moves to the one that
    fits worst. Eight rounds: later ones changed little in every corpus tried.

    References
    ----------
    Dhillon & Modha (2001), Concept decompositions for large sparse text data using clustering.
    """
    counts = csr_array(counts, dtype=np.float32)
    points = _weighted(counts)
    n_docs, n_terms = counts.shape
    filled = np.diff(points.indptr) > 0
    nearest = np.full(n_docs, -1, dtype=np.int64)
    first = _first_centres(filled, n_topics, rng)
    centres = np.zeros((n_terms, padded(n_topics)), np.float32)
    for cluster, doc in enumerate(first.tolist()):
        row = slice(points.indptr[doc], points.indptr[doc + 1])
        centres[points.indices[row], cluster] = points.data[row]
    for _ in range(_ROUNDS):
        nearest, likeness = _assigned(points, centres, n_topics, n_threads)
        nearest = _without_empty(nearest, likeness, n_topics, filled)
        sums = np.zeros(centres.shape)
        cluster_sums(rows_of(points, 0, n_docs), points.indices, points.data, nearest, sums)
        scale_to_length_one(sums, centres)
    sums = np.zeros(centres.shape)
    cluster_sums(rows_of(counts, 0, n_docs), counts.indices, counts.data, nearest, sums)
    return np.ascontiguousarray(sums[:, :n_topics].T)


def random_topics(n_terms: int, n_topics: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Random weights of terms in topics, shape (K, V), uniform in [0, 1)."""
    return rng.random((n_topics, n_terms))


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
    return np.ascontiguousarray((total * topics / column_sums).T, dtype=np.float32)


def _assigned(
    points: csr_array, centres: NDArray[np.float32], n_topics: int, n_threads: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    nearest = np.empty(points.shape[0], np.int64)
    likeness = np.empty(points.shape[0], np.float32)

    def work(block: tuple[int, int]) -> None:
        rows = slice(*block)
        nearest_centres(
            rows_of(points, *block),
            points.indices,
            points.data,
            centres,
            n_topics,
            nearest[rows],
            likeness[rows],
        )

    in_threads(work, block_bounds(points), n_threads=n_threads)
    return nearest, likeness


def _weighted(counts: csr_array) -> csr_array:
    """Rows of log-scaled counts times inverse document frequency, scaled to length 1, float32."""
    n_docs, n_terms = counts.shape
    doc_freq = np.bincount(counts.indices, minlength=n_terms)
    weighted = np.empty_like(counts.data)
    tfidf_rows(
        rows_of(counts, 0, n_docs),
        counts.indices,
        counts.data,
        n_docs / np.maximum(doc_freq, 1),
        weighted,
    )
    return csr_array((weighted, counts.indices, counts.indptr), shape=counts.shape)


def _first_centres(
    filled: NDArray[np.bool_], n_topics: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    with_terms = np.flatnonzero(filled)
    if with_terms.size == 0:
        with_terms = np.arange(len(filled))
    return np.resize(rng.permutation(with_terms), n_topics)


def _without_empty(
    nearest: NDArray[np.int64],
    likeness: NDArray[np.float32],
    n_topics: int,
    filled: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """The nearest centre of each document; a centre without any gets the one that fits worst.

    Documents without terms fit nothing and are never given to a centre in this way.
    """
    sizes = np.bincount(nearest[filled], minlength=n_topics)
    empty = np.flatnonzero(sizes == 0)
    if not empty.size:
        return nearest
    moved = nearest.copy()
    takers = iter(empty.tolist())
    for doc in np.argsort(likeness, kind="stable").tolist():
        if not filled[doc] or sizes[moved[doc]] <= 1:
            continue
        topic = next(takers, None)
        if topic is None:
            break
        sizes[moved[doc]] -= 1
        sizes[topic] += 1
        moved[doc] = topic
    return moved


def given_topics(counts: csr_array, weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """Tokens of each term shared out by given topic weights (K, V), neither mixed nor shaken.

    Returns
    -------
    float32 array, shape (V, K)
    """
    topics = weights / weights.sum(axis=1, keepdims=True)
    columns = topics.sum(axis=0)
    even = np.full_like(topics, 1.0 / len(topics))
    shares = np.where(columns > 0, topics / np.where(columns > 0, columns, 1.0), even)
    total = counts.sum(axis=0).astype(np.float64)
    return np.ascontiguousarray((total * shares).T, dtype=np.float32)
