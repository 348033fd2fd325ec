"""Which terms are counted, and how frequent they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError, listed

__all__ = ["Vocabulary"]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The V terms of a matrix in column order, which is alphabetical (by code point).

    Parameters
    ----------
    terms : sequence of str, length V
        Sorted and unique. The words of a joined phrase are separated by one space.
    doc_freq : int64 array, shape (V,), rows (documents or passages) that hold the term; copied
    term_freq : int64 array, shape (V,), tokens; copied

    Raises
    ------
    InputError
        If the terms are not sorted, repeat, or the lengths differ.
    """

    terms: tuple[str, ...]
    doc_freq: NDArray[np.int64]
    term_freq: NDArray[np.int64]

    def __init__(
        self,
        terms: Sequence[str],
        doc_freq: NDArray[np.int64],
        term_freq: NDArray[np.int64],
    ) -> None:
        names = tuple(terms)
        unsorted = [b for a, b in pairwise(names) if a >= b]
        if unsorted:
            raise InputError(f"Terms must be sorted and unique; out of place: {listed(unsorted)}.")
        if not len(names) == len(doc_freq) == len(term_freq):
            raise InputError(
                f"{len(names)} terms, {len(doc_freq)} document frequencies and "
                f"{len(term_freq)} term frequencies; the three must be equally many."
            )
        object.__setattr__(self, "terms", names)
        object.__setattr__(self, "doc_freq", np.array(doc_freq, dtype=np.int64))
        object.__setattr__(self, "term_freq", np.array(term_freq, dtype=np.int64))

    @cached_property
    def index(self) -> dict[str, int]:
        """Column of each term."""
        return {term: column for column, term in enumerate(self.terms)}

    def to_frame(self) -> pd.DataFrame:
        """Columns term_id (int64), term (str), doc_freq, term_freq (int64), in column order."""
        return pd.DataFrame(
            {
                "term_id": np.arange(len(self.terms), dtype=np.int64),
                "term": pd.Series(self.terms, dtype="str"),
                "doc_freq": self.doc_freq,
                "term_freq": self.term_freq,
            }
        )

    def __len__(self) -> int:
        return len(self.terms)

    def __contains__(self, term: object) -> bool:
        return term in self.index

    def __repr__(self) -> str:
        return f"<Vocabulary of {len(self)} terms, {int(self.term_freq.sum())} tokens>"
