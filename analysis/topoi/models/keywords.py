"""Which columns the keywords of each set are, and which documents speak of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.errors import InputError, listed
from topoi.models.documents import Documents, Piece, as_documents
from topoi.models.start import cluster_topics

__all__ = ["check_listed", "check_some_open", "checked_keywords", "keyword_clusters"]


def check_listed(keywords: object) -> None:
    """Refuse keywords that are no sequence of keyword sets.

    Raises
    ------
    InputError
        Saying what was given, and who can look up words.
    """
    if isinstance(keywords, str) or not isinstance(keywords, Sequence):
        raise InputError(
            "keywords must list the columns of each keyword set; got "
            f"{type(keywords).__name__}. Themes name words: pass the model to fit_topics, "
            "which looks them up in the vocabulary."
        )


def checked_keywords(keywords: Sequence[object], n_terms: int) -> list[dict[int, float]]:
    """Columns in order, with their weights, of each keyword set.

    Raises
    ------
    InputError
        If a set is empty or no mapping or list of columns, a column is no int or outside the
        matrix, or a weight is not above 0.
    """
    found = [_columns(topic, entry) for topic, entry in enumerate(keywords)]
    empty = [topic for topic, columns in enumerate(found) if not columns]
    outside = sorted({w for columns in found for w in columns if not 0 <= w < n_terms})
    if empty:
        raise InputError(f"Keyword sets without any keyword: {listed(empty)}. Give each one.")
    if outside:
        raise InputError(f"Keyword columns outside 0..{n_terms - 1}: {listed(outside)}.")
    return found


def check_some_open(
    n_closed: NDArray[np.integer], n_terms: int, where: str, otherwise: str
) -> None:
    """Refuse topics to which all terms are closed, as keywords of others.

    n_closed : int array, shape (K,), terms closed to each topic
    where, otherwise : which setting closes terms, and what to set instead, for the message

    Raises
    ------
    InputError
        Naming the topics.
    """
    closed = np.flatnonzero(n_closed == n_terms).tolist()
    if closed:
        raise InputError(
            f"Every term is a keyword of another topic for {len(closed)} topics: {listed(closed)}. "
            f"{where} a topic needs a term of its own: leave out residual topics, give "
            f"fewer keywords or more terms, or {otherwise}."
        )


def keyword_clusters(
    counts: csr_array | Documents,
    sets: list[dict[int, float]],
    topics_per_set: int,
    n_residual: int,
    rng: np.random.Generator,
    *,
    n_threads: int = 1,
) -> NDArray[np.float64]:
    """Term counts of clusters of documents for each topic, shape (K, V), set by set.

    Topics of a set: clusters of the documents with most of its keywords, zero if there are none;
    residual topics: clusters of all documents. n_threads is for counts in memory and does not
    change a result; documents bring their own.
    """
    documents = as_documents(counts, n_threads=n_threads)
    n_topics = len(sets) * topics_per_set + n_residual
    clusters = np.zeros((n_topics, documents.shape[1]))
    own = _most_keywords(documents, sets)
    for position in range(len(sets)):
        first = position * topics_per_set
        chosen = own == position
        if chosen.any():
            clusters[first : first + topics_per_set] = cluster_topics(
                documents.where(chosen), topics_per_set, rng
            )
    if n_residual:
        clusters[-n_residual:] = cluster_topics(documents, n_residual, rng)
    return clusters


def _columns(topic: int, entry: object) -> dict[int, float]:
    if isinstance(entry, str) or not isinstance(entry, Iterable):
        raise InputError(
            f"Keyword set {topic} must be columns or a mapping of column to weight; got {entry!r}."
        )
    weights = entry.items() if isinstance(entry, Mapping) else ((column, 1.0) for column in entry)
    found = {}
    for column, weight in weights:
        if not isinstance(column, (int, np.integer)) or isinstance(column, bool):
            raise InputError(f"Keyword set {topic}: columns must be ints; got {column!r}.")
        if not isinstance(weight, (int, float, np.number)) or not 0 < weight < np.inf:
            raise InputError(f"Keyword set {topic}: weights must be numbers > 0; got {weight!r}.")
        found[int(column)] = float(weight)
    # By column: the order in which the user lists them must not change the order of sums.
    return dict(sorted(found.items()))


def _most_keywords(documents: Documents, sets: list[dict[int, float]]) -> NDArray[np.int64]:
    """The set of which each document has most keywords, by weight; -1 where it has none."""
    hits = np.zeros((documents.shape[1], max(len(sets), 1)))
    for position, columns in enumerate(sets):
        hits[list(columns), position] = list(columns.values())
    return np.concatenate(documents.each(_MostHits(hits), name="keywords"))


@dataclass(frozen=True)
class _MostHits:
    """The column in which each document of a piece hits most; -1 where it hits none.

    hits : float64 array, shape (V, S)
    """

    hits: NDArray[np.float64]

    def __call__(self, piece: Piece) -> NDArray[np.int64]:
        own = piece.stored
        indptr = piece.indptr - piece.indptr[0]
        shape = (len(piece), len(self.hits))
        found = csr_array((piece.values[own], piece.indices[own], indptr), shape=shape) @ self.hits
        return np.where(found.max(axis=1) > 0, found.argmax(axis=1), -1)
