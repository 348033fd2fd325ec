"""How often each row uses each term, before any term is removed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.token_numbers import count_rows
from topoi.text.numbered import Chunk, NumberedTexts

__all__ = [
    "TermCounts",
    "TermFrequencies",
    "count_chunks",
    "count_columns",
    "count_terms",
    "row_sums",
    "term_frequencies",
]


@dataclass(frozen=True)
class TermFrequencies:
    """How frequent all V terms of D rows are, in the order of their numbers.

    terms : list of str, length V
    doc_freq : int64 array, shape (V,), rows that hold the term
    term_freq : int64 array, shape (V,), tokens
    n_rows : D
    """

    terms: list[str]
    doc_freq: NDArray[np.int64]
    term_freq: NDArray[np.int64]
    n_rows: int


@dataclass(frozen=True)
class TermCounts(TermFrequencies):
    """All V terms of D rows, with the counts of each row.

    counts : sparse int32 array, shape (D, V), tokens; columns of a row in any order
    n_tokens : int64 array, shape (D,), tokens of each row
    """

    counts: csr_array
    n_tokens: NDArray[np.int64]


def count_terms(texts: NumberedTexts) -> TermCounts:
    """The counts of all terms of these texts; breaks do not count."""
    used, term_freq, columns = _used(texts)
    counts = count_columns(texts, columns, len(used))
    return TermCounts(
        terms=[texts.names[number] for number in used],
        doc_freq=np.bincount(counts.indices, minlength=len(used)),
        term_freq=term_freq[used],
        n_rows=counts.shape[0],
        counts=counts,
        n_tokens=row_sums(counts),
    )


def term_frequencies(texts: NumberedTexts) -> TermFrequencies:
    """How frequent all terms of these texts are, with the counts of one chunk in memory."""
    used, term_freq, columns = _used(texts)
    doc_freq, n_rows = np.zeros(len(used), dtype=np.int64), 0
    for chunk in texts.chunks:
        counts = count_chunks([chunk], columns, len(used))
        doc_freq += np.bincount(counts.indices, minlength=len(used))
        n_rows += counts.shape[0]
    terms = [texts.names[number] for number in used]
    return TermFrequencies(terms, doc_freq, term_freq[used], n_rows)


def count_columns(texts: NumberedTexts, columns: NDArray[np.int64], n_columns: int) -> csr_array:
    """How often each row has the tokens of each column.

    Parameters
    ----------
    columns : int array, the column of each name, -1 for names that are not counted

    Returns
    -------
    sparse int32 array, shape (D, n_columns), columns of a row in order of first appearance
    """
    return count_chunks(texts.chunks, columns, n_columns)


def count_chunks(chunks: Iterable[Chunk], columns: NDArray[np.int64], n_columns: int) -> csr_array:
    """How often each row of some chunks has the tokens of each column; see `count_columns`."""
    small = columns.astype(np.int32)
    parts = [count_rows(c.tokens, c.bounds, small, n_columns) for c in chunks]
    data = np.concatenate([np.zeros(0, dtype=np.int32), *(part[0] for part in parts)])
    indices = np.concatenate([np.zeros(0, dtype=np.int32), *(part[1] for part in parts)])
    stored = np.concatenate([np.zeros(1, dtype=np.int64), *(np.diff(part[2]) for part in parts)])
    return csr_array((data, indices, np.cumsum(stored)), shape=(len(stored) - 1, n_columns))


def _used(
    texts: NumberedTexts,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The numbers of names that occur, how often each name does, and the column of each name."""
    term_freq = np.zeros(len(texts.names), dtype=np.int64)
    for chunk in texts.chunks:
        term_freq += np.bincount(chunk.tokens, minlength=len(texts.names))
    term_freq[0] = 0  # breaks
    used = np.flatnonzero(term_freq)
    columns = np.full(len(texts.names), -1)
    columns[used] = np.arange(len(used))
    return used, term_freq, columns


def row_sums(counts: csr_array) -> NDArray[np.int64]:
    """Tokens of each row."""
    running = np.concatenate([[0], np.cumsum(counts.data, dtype=np.int64)])
    sums: NDArray[np.int64] = np.diff(running[counts.indptr])
    return sums
