"""How often each passage uses each term: sparse counts with their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.html_parts import bar
from topoi.html_table import html_table
from topoi.text.lemmas import FOLDED_COLUMNS
from topoi.text.terms import PHRASE_COLUMNS
from topoi.text.vocabulary import Vocabulary

__all__ = ["UNKNOWN_COLUMNS", "DocTermMatrix"]

_TERMS_SHOWN = 10  # in a notebook
_MOST_COUNT = 2**31 - 1  # of int32
UNKNOWN_COLUMNS = {"term": "str", "n_tokens": "int64", "n_docs": "int64"}
"""Columns of the table of unknown terms."""


@dataclass(frozen=True, eq=False)
class DocTermMatrix:
    """Counts of V terms in D units (documents or passages), and who the units are.

    Counts and tables are copied: what is done to them afterwards does not change the matrix.

    Parameters
    ----------
    counts : sparse array, shape (D, V), tokens
        Stored as CSR int32, columns sorted, without duplicates or stored zeros. Empty rows are
        allowed: a unit without a known term stays in the analysis.
    vocabulary : Vocabulary of the V columns
    units : DataFrame, D rows
        The corpus table without its text: passage_id (for passages), doc_id, date, source, title,
        covariates, and `n_tokens` (int64), the unit's tokens before pruning.
    phrases : DataFrame, optional
        The terms of several words before pruning, by phrase. Columns phrase, kind (str: "seed",
        "counter", "keep", "given", "learned" or "protected"), n_tokens, n_docs (int64: rows), score
        (float64: normalised pointwise mutual information; nan where not learned). Can be edited
        and given to `vectorise` again. Empty where counted by a given vocabulary.
    folded : DataFrame, optional
        The words that are counted as others, by word. Columns word, form (str), n_tokens (int64).
        Can be edited and given to `vectorise` as `lemmas`.
    unknown : DataFrame, optional
        Where counted by a given vocabulary, the terms that are not in it and say something, the
        most frequent first. Columns term (str), n_tokens, n_docs (int64).

    Raises
    ------
    InputError
        If the shapes disagree, or a count is no whole number from 0 to 2**31 - 1.
    """

    counts: csr_array
    vocabulary: Vocabulary
    units: pd.DataFrame
    phrases: pd.DataFrame
    folded: pd.DataFrame
    unknown: pd.DataFrame

    def __init__(
        self,
        counts: csr_array,
        vocabulary: Vocabulary,
        units: pd.DataFrame,
        *,
        phrases: pd.DataFrame | None = None,
        folded: pd.DataFrame | None = None,
        unknown: pd.DataFrame | None = None,
    ) -> None:
        if counts.shape != (len(units), len(vocabulary)):
            raise InputError(
                f"The counts have shape {counts.shape}, but there are {len(units)} units "
                f"and {len(vocabulary)} terms."
            )
        object.__setattr__(self, "counts", _canonical(counts))
        object.__setattr__(self, "vocabulary", vocabulary)
        object.__setattr__(self, "units", units.reset_index(drop=True).copy())
        object.__setattr__(self, "phrases", _table(phrases, PHRASE_COLUMNS))
        object.__setattr__(self, "folded", _table(folded, FOLDED_COLUMNS))
        object.__setattr__(self, "unknown", _table(unknown, UNKNOWN_COLUMNS))

    @property
    def ids(self) -> list[str]:
        """The unique id of each row."""
        return list(self.units[id_column(self.units)])

    @property
    def shape(self) -> tuple[int, int]:
        """(D, V)"""
        return len(self.units), len(self.vocabulary)

    def to_gensim(self) -> tuple[list[list[tuple[int, int]]], dict[int, str]]:
        """The bags of words and the id-to-term mapping that gensim's models take."""
        bags = [
            [(int(column), int(count)) for column, count in zip(columns, counts, strict=True)]
            for columns, counts in self._rows()
        ]
        return bags, dict(enumerate(self.vocabulary.terms))

    def _rows(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        bounds = self.counts.indptr
        for start, stop in pairwise(bounds):
            yield self.counts.indices[start:stop], self.counts.data[start:stop]

    def __repr__(self) -> str:
        n_units, n_terms = self.shape
        n_empty = int((np.diff(self.counts.indptr) == 0).sum())
        return (
            f"<DocTermMatrix of {n_units} rows x {n_terms} terms, "
            f"{int(self.counts.sum())} tokens, {n_empty} empty rows>"
        )

    def _repr_html_(self) -> str:
        tokens = np.asarray(self.counts.sum(axis=0)).ravel()
        rows = np.bincount(self.counts.indices, minlength=len(tokens))
        best = np.argsort(-tokens, kind="stable")[:_TERMS_SHOWN]
        table = pd.DataFrame(
            {
                "term": [self.vocabulary.terms[column] for column in best],
                "tokens": tokens[best],
                "of the most frequent": [bar(n, most=tokens.max()) for n in tokens[best]],
                "rows": rows[best],
            }
        )
        headline = f"{self!r}"[1:-1]
        return html_table(
            f"{headline}; the most frequent terms", table, markup=["of the most frequent"]
        )


def _table(given: pd.DataFrame | None, columns: dict[str, str]) -> pd.DataFrame:
    """A copy of the table, or one of these columns without rows."""
    return pd.DataFrame(columns=list(columns)).astype(columns) if given is None else given.copy()


def _canonical(counts: csr_array) -> csr_array:
    given = csr_array(counts)
    _check_counts(given.data)
    # Counts of one place are added up, which may be more than each of them.
    is_small = given.data.sum(dtype=np.float64) <= _MOST_COUNT
    result = csr_array(given, dtype=np.int32 if is_small else np.int64, copy=True)
    result.sum_duplicates()
    _check_counts(result.data)
    result.eliminate_zeros()
    return result.astype(np.int32, copy=False)


def _check_counts(values: NDArray[Any]) -> None:
    """Refuse counts that int32 does not hold as they are."""
    is_whole = values.dtype.kind in "biu" or not np.any(values != np.floor(values))
    least, most = float(values.min(initial=0)), float(values.max(initial=0))
    if is_whole and least >= 0 and most <= _MOST_COUNT:
        return
    # As float64, since the limit is no float32.
    wide = values.astype(np.float64)
    odd = values[~((wide >= 0) & (wide <= _MOST_COUNT) & (wide == np.floor(wide)))]
    raise InputError(
        f"Counts must be whole numbers from 0 to {_MOST_COUNT}; got {len(odd)} others: "
        f"{listed(odd)}. Give numbers of tokens, not weights."
    )
