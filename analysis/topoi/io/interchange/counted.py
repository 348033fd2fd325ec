"""How counts from elsewhere become a matrix: terms sorted, documents named, sums checked."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.errors import InputError, listed
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

__all__ = ["MOST_COUNT", "Triples", "check_rows", "matrix_of", "plain_units", "sorted_terms"]

MOST_COUNT = 2**31 - 1
"""The largest count of a term in a document."""


class Triples:
    """Row, column and count of each stored count, in the order in which they are read."""

    def __init__(self) -> None:
        self.rows = array("q")
        self.columns = array("q")
        self.counts = array("q")

    def add(self, row: int, column: int, count: int) -> None:
        """One more."""
        self.rows.append(row)
        self.columns.append(column)
        self.counts.append(count)

    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Rows, columns and counts as int64 arrays."""
        rows, columns, counts = (
            np.array(each, dtype=np.int64) for each in (self.rows, self.columns, self.counts)
        )
        return rows, columns, counts


def matrix_of(
    triples: Triples, terms: Sequence[str], units: pd.DataFrame, *, where: str
) -> DocTermMatrix:
    """The matrix of these counts, its columns sorted by term; equal places are added.

    Parameters
    ----------
    triples : rows in [0, D), columns in [0, V), counts
    terms : V names in the order of the columns
    units : DataFrame, D rows; n_tokens is added where missing
    where : how messages name the source

    Raises
    ------
    InputError
        If a term is empty or occurs twice, or counts of one place add up to too much.
    """
    order = sorted_terms(terms, where=where)
    rows, columns, values = triples.arrays()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    columns = place[columns] if len(order) else columns
    counts = csr_array((values, (rows, columns)), shape=(len(units), len(terms)))
    counts.sum_duplicates()
    if counts.data.size and counts.data.max() > MOST_COUNT:
        raise InputError(f"{where}: counts of one term in one document exceed {MOST_COUNT}.")
    counts.eliminate_zeros()
    doc_freq = np.bincount(counts.indices, minlength=len(terms))
    vocabulary = Vocabulary(
        [terms[column] for column in order], doc_freq, np.asarray(counts.sum(axis=0)).ravel()
    )
    if "n_tokens" not in units:
        units = units.assign(n_tokens=np.asarray(counts.sum(axis=1)).ravel().astype(np.int64))
    return DocTermMatrix(counts, vocabulary, units)


def check_rows(n_rows: int, n_stored: int, *, where: str) -> None:
    """Refuse a head that promises far more documents than there are counts.

    Raises
    ------
    InputError
        If so: each document takes memory, be it empty.
    """
    most = 10 * n_stored + 10_000
    if n_rows > most:
        raise InputError(
            f"{where} says {n_rows} documents for {n_stored} counts; at most {most} are read. "
            "Leave the empty ones out."
        )


def sorted_terms(terms: Sequence[str], *, where: str) -> NDArray[np.int64]:
    """The order that sorts terms by code point.

    Raises
    ------
    InputError
        If one is empty or occurs twice; names rows, from 1.
    """
    empty = [row for row, term in enumerate(terms, start=1) if not term]
    if empty:
        raise InputError(f"{where}: terms are empty in the rows {listed(empty)}.")
    first: dict[str, int] = {}
    twice = []
    for row, term in enumerate(terms, start=1):
        if first.setdefault(term, row) != row:
            twice.append(f"{term!r} (rows {first[term]} and {row})")
    if twice:
        raise InputError(f"{where}: each term may occur once; more often: {listed(twice)}.")
    return np.array(sorted(range(len(terms)), key=terms.__getitem__), dtype=np.int64)


def plain_units(ids: Iterable[str], *, where: str) -> pd.DataFrame:
    """Units of which nothing is known but their ids.

    Raises
    ------
    InputError
        If an id is empty or occurs twice.
    """
    names = pd.Series(list(ids), dtype="str")
    twice = list(dict.fromkeys(names[names.duplicated()]))
    if twice or (names == "").any():
        told = listed(twice) if twice else "an empty one"
        raise InputError(f"{where}: ids of documents must be unique and not empty; got {told}.")
    empty = pd.Series("", index=names.index, dtype="str")
    dates = pd.Series(pd.NaT, index=names.index, dtype="datetime64[us]")
    return pd.DataFrame({"doc_id": names, "date": dates, "source": empty, "title": empty})
