"""Where inference begins: one rough cluster of documents for each topic, or chance."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.clusters import (
    cluster_sums,
    join_clusters,
    nearest_centres,
    scale_to_length_one,
    tfidf_rows,
)
from topoi.kernels.products import gram
from topoi.kernels.term_tables import add_documents
from topoi.models.documents import Documents, Piece, as_documents, term_totals
from topoi.models.weights import padded

__all__ = ["cluster_topics", "given_topics", "random_topics", "spread_terms"]

_ROUNDS = 8
_JOIN_AFTER = 4
_CLUSTER_SHARE = 0.1
_SHAKEN = 0.1


def cluster_topics(
    counts: csr_array | Documents,
    n_topics: int,
    rng: np.random.Generator,
    *,
    finer: int = 1,
    n_threads: int = 1,
) -> NDArray[np.float64]:
    """Term counts of K clusters of documents, shape (K, V), by spherical k-means on tf-idf.

    Centres begin at random documents; a centre that loses its documents moves to the one that
    fits worst. Eight rounds: later ones changed little in every corpus tried. With `finer` >= 2
    the first four are of so many clusters for each topic, no more than there are documents; then
    those that lose least by it are joined. That leaves fewer clusters where one kind of text was
    drawn twice and another not at all.

    References
    ----------
    Dhillon & Modha (2001), Concept decompositions for large sparse text data using clustering.
    """
    documents = as_documents(counts, n_threads=n_threads)
    points, filled = _weighted(documents)
    n_clusters = max(n_topics, min(finer * n_topics, int(filled.sum())))
    centres = np.zeros((documents.shape[1], padded(n_clusters)), np.float32)
    for cluster, doc in enumerate(_first_centres(filled, n_clusters, rng).tolist()):
        terms, values = points.row(doc)
        centres[terms, cluster] = values
    for number in range(1, _ROUNDS + 1):
        look = _Nearest(centres, n_clusters)
        nearest, likeness = _assigned(points, look, name=f"start-{number}")
        nearest = _without_empty(nearest, likeness, n_clusters, filled)
        shape = centres.shape
        del look, centres  # and sums below: two tables of twice as many clusters are the most
        sums = _summed(points, nearest, shape)
        if number == _JOIN_AFTER and n_clusters > n_topics:
            sums, n_clusters = _joined(sums, n_clusters, n_topics), n_topics
        centres = np.empty(sums.shape, np.float32)
        scale_to_length_one(sums, centres)
        del sums
    sums = _summed(documents, nearest, centres.shape)
    return np.ascontiguousarray(sums[:, :n_topics].T)


def random_topics(n_terms: int, n_topics: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Random weights of terms in topics, shape (K, V), uniform in [0, 1)."""
    return rng.random((n_topics, n_terms))


def spread_terms(
    counts: csr_array | Documents, topic_counts: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Every term's tokens shared out among the topics, shape (V, K), tokens.

    In proportion to each topic's term distribution, mixed with the corpus' own so that no topic
    begins without a term, and shaken a little: topics that began equal would stay equal. Worked
    out in place, since these tables are the largest of a fit.
    """
    total = term_totals(as_documents(counts))
    corpus = total / max(total.sum(), 1.0)
    sizes = np.maximum(topic_counts.sum(axis=1, keepdims=True), 1e-12)
    topics = _CLUSTER_SHARE * topic_counts
    topics /= sizes
    topics += (1.0 - _CLUSTER_SHARE) * corpus
    shaken = rng.random(topics.shape)
    shaken *= _SHAKEN
    shaken += 1.0
    topics *= shaken
    del shaken
    column_sums = np.maximum(topics.sum(axis=0), 1e-300)
    topics *= total
    topics /= column_sums
    return np.ascontiguousarray(topics.T, dtype=np.float32)


@dataclass(frozen=True)
class _Nearest:
    """Which centre each document of a piece is nearest to, and how like it; see `nearest_centres`.

    centres : float32 array, shape (V, K'); the first n_topics are used
    """

    centres: NDArray[np.float32]
    n_topics: int

    def __call__(self, piece: Piece) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        nearest, likeness = np.empty(len(piece), np.int64), np.empty(len(piece), np.float32)
        nearest_centres(
            piece.indptr, piece.indices, piece.values, self.centres, self.n_topics, nearest,
            likeness,
        )  # fmt: skip
        return nearest, likeness


@dataclass(frozen=True)
class _TfIdf:
    """Rows of log-scaled counts times inverse document frequency, scaled to length 1.

    scarcity : float64 array, shape (V,), documents over those with the term
    """

    scarcity: NDArray[np.float64]

    def __call__(self, piece: Piece) -> Piece:
        weighted = np.empty_like(piece.values)
        tfidf_rows(piece.indptr, piece.indices, piece.values, self.scarcity, weighted)
        return replace(piece, values=weighted)


def _assigned(
    points: Documents, look: _Nearest, *, name: str
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    found = points.each(look, name=name)
    return np.concatenate([one for one, _ in found]), np.concatenate([two for _, two in found])


def _summed(
    documents: Documents, nearest: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """The documents of each cluster added up in their order, float64 (V, K')."""
    sums = np.zeros(shape)
    for piece in documents.pieces():
        own = nearest[piece.start : piece.stop]
        cluster_sums(piece.indptr, piece.indices, piece.values, own, sums)
    return sums


def _joined(sums: NDArray[np.float64], n_clusters: int, n_left: int) -> NDArray[np.float64]:
    """The sums of clusters (V, M') as those of the n_left that they are joined to."""
    products = np.empty((sums.shape[1], sums.shape[1]))
    gram(sums.astype(np.float32), products)
    label = np.empty(n_clusters, np.int64)
    join_clusters(np.ascontiguousarray(products[:n_clusters, :n_clusters]), n_left, label)
    joined = np.zeros((len(sums), padded(n_left)))
    for cluster, left in enumerate(label.tolist()):
        joined[:, left] += sums[:, cluster]
    return joined


def _weighted(documents: Documents) -> tuple[Documents, NDArray[np.bool_]]:
    """The documents weighted by tf-idf, and which of them, shape (D,), have any term."""
    n_docs, n_terms = documents.shape
    filled = np.empty(n_docs, np.bool_)
    doc_freq = np.zeros(n_terms, np.int64)
    for piece in documents.pieces():
        filled[piece.start : piece.stop] = np.diff(piece.indptr) > 0
        add_documents(piece.indices[piece.stored], doc_freq)
    return documents.changed(_TfIdf(n_docs / np.maximum(doc_freq, 1))), filled


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


def given_topics(
    counts: csr_array | Documents, weights: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Tokens of each term shared out by given topic weights (K, V), neither mixed nor shaken.

    Returns
    -------
    float32 array, shape (V, K)
    """
    topics = weights / weights.sum(axis=1, keepdims=True)
    columns = topics.sum(axis=0)
    even = np.full_like(topics, 1.0 / len(topics))
    shares = np.where(columns > 0, topics / np.where(columns > 0, columns, 1.0), even)
    total = term_totals(as_documents(counts))
    return np.ascontiguousarray((total * shares).T, dtype=np.float32)
