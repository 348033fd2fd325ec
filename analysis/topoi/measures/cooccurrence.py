"""In how many windows of a body of text do terms occur, alone and two together?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.errors import InputError
from topoi.kernels.windows import count_windows, places_of_terms
from topoi.measures.new_documents import check_terms
from topoi.provenance import counts_hash
from topoi.text.matrix import DocTermMatrix
from topoi.text.sequences import TermSequences

__all__ = ["Counted", "Reference", "reference_for"]


@dataclass(frozen=True)
class Counted:
    """together : int64 array, shape (M, M), windows with both terms; n_windows : of all windows."""

    together: NDArray[np.int64]
    n_windows: int


@dataclass(frozen=True, eq=False)
class Reference:
    """A body of text ready to be counted in, for M terms.

    columns : int64 array, shape (M,), the terms' columns of the vocabulary, rising
    window : int, words; 0 is the whole row
    doc_ids : document of each of the D rows
    text : the text itself
    n_windows_of : int64 array, shape (D,)
    """

    columns: NDArray[np.int64]
    window: int
    doc_ids: tuple[str, ...]
    text: DocTermMatrix | TermSequences
    n_windows_of: NDArray[np.int64]
    _rows: csr_array | None  # which terms each row has, int64 (D, M)
    _words: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]] | None

    @property
    def sha256(self) -> str:
        """Of the text; read only where it is told, as it takes a pass over all counts."""
        text = self.text
        return counts_hash(text) if isinstance(text, DocTermMatrix) else text.sha256

    def count(self, weights: NDArray[np.int64] | None = None) -> Counted:
        """Windows of the M terms; with weights, int64 (D,), each row counts so often."""
        own = np.ones(len(self.doc_ids), dtype=np.int64) if weights is None else weights
        n_windows = int(self.n_windows_of @ own)
        if self._rows is not None:
            kept = self._rows
            weighted = csr_array((kept.data * np.repeat(own, np.diff(kept.indptr)),
                                  kept.indices, kept.indptr), shape=kept.shape)  # fmt: skip
            return Counted(np.asarray((weighted.T @ kept).toarray()), n_windows)
        assert self._words is not None
        together = np.zeros((len(self.columns), len(self.columns)), dtype=np.int64)
        count_windows(*self._words, self.window, own, together)
        return Counted(together, n_windows)


def reference_for(
    text: DocTermMatrix | TermSequences,
    terms: tuple[str, ...],
    columns: NDArray[np.int64],
    window: int,
) -> Reference:
    """The text, to be counted in for these columns of the fit's terms.

    Raises
    ------
    InputError
        If the text is of other terms than the fit, or a window is asked of a matrix.
    """
    check_terms(terms, text.vocabulary.terms)
    if isinstance(text, DocTermMatrix):
        return _of_rows(text, columns, window)
    lengths = np.diff(text.bounds)
    slot_of = np.full(len(terms) + 1, -1, dtype=np.int32)  # the last is that of other words
    slot_of[columns] = np.arange(len(columns))
    words = (*places_of_terms(text.tokens, text.bounds, slot_of), lengths)
    n_windows = np.where(lengths > 0, 1, 0)
    if window:
        n_windows = np.where(lengths > 0, np.maximum(lengths - window + 1, 1), 0)
    return Reference(columns, window, text.doc_ids, text, n_windows, None, words)


def _of_rows(matrix: DocTermMatrix, columns: NDArray[np.int64], window: int) -> Reference:
    if window:
        raise InputError(
            f"window is {window}, but a matrix knows no order of words, only whole rows. Give the "
            "Corpus or its term_sequences, or window=0."
        )
    present = csr_array(matrix.counts[:, columns].astype(bool), dtype=np.int64)
    n_windows = (np.diff(matrix.counts.indptr) > 0).astype(np.int64)
    ids = tuple(matrix.units["doc_id"].astype("str"))
    return Reference(columns, 0, ids, matrix, n_windows, present, None)
