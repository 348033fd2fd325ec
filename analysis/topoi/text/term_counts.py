"""How often each row uses each term, before any term is removed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.token_numbers import count_rows
from topoi.text.numbered import NumberedTexts

__all__ = ["TermCounts", "count_columns", "count_terms", "row_sums"]


@dataclass(frozen=True)
class TermCounts:
    """All V terms of D rows, in the order of their numbers.

    terms : list of str, length V
    counts : sparse int32 array, shape (D, V), tokens; columns of a row in any order
    doc_freq : int64 array, shape (V,), rows that hold the term
    term_freq : int64 array, shape (V,), tokens
    n_tokens : int64 array, shape (D,), tokens of each row
    """

    terms: list[str]
    counts: csr_array
    doc_freq: NDArray[np.int64]
    term_freq: NDArray[np.int64]
    n_tokens: NDArray[np.int64]


def count_terms(texts: NumberedTexts) -> TermCounts:
    """The counts of all terms of these texts; breaks do not count."""
    term_freq = np.zeros(len(texts.names), dtype=np.int64)
    for chunk in texts.chunks:
        term_freq += np.bincount(chunk.tokens, minlength=len(texts.names))
    term_freq[0] = 0  # breaks
    used = np.flatnonzero(term_freq)
    columns = np.full(len(texts.names), -1)
    columns[used] = np.arange(len(used))
    counts = count_columns(texts, columns, len(used))
    return TermCounts(
        terms=[texts.names[number] for number in used],
        counts=counts,
        doc_freq=np.bincount(counts.indices, minlength=len(used)),
        term_freq=term_freq[used],
        n_tokens=row_sums(counts),
    )


def count_columns(texts: NumberedTexts, columns: NDArray[np.int64], n_columns: int) -> csr_array:
    """How often each row has the tokens of each column.

    Parameters
    ----------
    columns : int array, the column of each name, -1 for names that are not counted

    Returns
    -------
    sparse int32 array, shape (D, n_columns), columns of a row in order of first appearance
    """
    small = columns.astype(np.int32)
    parts = [count_rows(c.tokens, c.bounds, small, n_columns) for c in texts.chunks]
    data = np.concatenate([np.zeros(0, dtype=np.int32), *(part[0] for part in parts)])
    indices = np.concatenate([np.zeros(0, dtype=np.int32), *(part[1] for part in parts)])
    stored = np.concatenate([np.zeros(1, dtype=np.int64), *(np.diff(part[2]) for part in parts)])
    return csr_array((data, indices, np.cumsum(stored)), shape=(texts.n_texts, n_columns))


def row_sums(counts: csr_array) -> NDArray[np.int64]:
    """Tokens of each row."""
    running = np.concatenate([[0], np.cumsum(counts.data, dtype=np.int64)])
    sums: NDArray[np.int64] = np.diff(running[counts.indptr])
    return sums
