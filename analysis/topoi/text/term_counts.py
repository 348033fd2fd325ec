"""How often each row uses each term, before any term is removed."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

__all__ = ["TermCounts", "count_terms"]


@dataclass(frozen=True)
class TermCounts:
    """All V terms of D rows, in order of first appearance.

    terms : list of str, length V
    counts : sparse int32 array, shape (D, V), tokens
    doc_freq : int64 array, shape (V,), rows that hold the term
    term_freq : int64 array, shape (V,), tokens
    n_tokens : int64 array, shape (D,), tokens of each row
    """

    terms: list[str]
    counts: csr_array
    doc_freq: NDArray[np.int64]
    term_freq: NDArray[np.int64]
    n_tokens: NDArray[np.int64]


def count_terms(streams: Iterable[Sequence[str]]) -> TermCounts:
    """The counts of all terms of these token streams; breaks do not count."""
    columns: dict[str, int] = {}
    indices = array("i")
    bounds = array("q", [0])
    for stream in streams:
        indices.extend([columns.setdefault(term, len(columns)) for term in stream if term])
        bounds.append(len(indices))
    tokens = np.array(indices, dtype=np.int32)
    ones = np.ones(len(tokens), dtype=np.int32)
    indptr = np.array(bounds, dtype=np.int64)
    shape = (len(indptr) - 1, len(columns))
    counts = csr_array((ones, tokens, indptr), shape=shape, copy=True)
    counts.sum_duplicates()  # in place, in all three arrays
    return TermCounts(
        terms=list(columns),
        counts=counts,
        doc_freq=np.bincount(counts.indices, minlength=len(columns)),
        term_freq=np.bincount(tokens, minlength=len(columns)),
        n_tokens=indptr[1:] - indptr[:-1],
    )
