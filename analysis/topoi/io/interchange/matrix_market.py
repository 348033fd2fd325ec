"""Matrix Market: documents by terms, "row column count" from 1, as R, scipy and gensim read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from topoi.corpus.row_ids import id_column
from topoi.errors import InputError
from topoi.io.interchange.counted import MOST_COUNT, Triples, check_rows, matrix_of, plain_units
from topoi.io.interchange.given_files import beside, fault, lines, main_file, names_in, whole
from topoi.io.interchange.listed_units import listed_units
from topoi.io.interchange.numbered_counts import count_rows, read_count_rows
from topoi.io.interchange.trip import (
    ImportedCounts,
    Written,
    as_rows,
    lost_tables,
    one_line_each,
    text_bytes,
)
from topoi.io.interchange.units_csv import UNITS, read_units, units_csv
from topoi.text.matrix import DocTermMatrix

__all__ = ["market_bytes", "read_counts", "read_market", "write_counts"]

_MAIN, _TERMS = "counts.mtx", "terms.txt"
# "real", since gensim and R's Matrix read no whole numbers.
_HEAD = "%%MatrixMarket matrix coordinate real general"
_KINDS = ("real", "integer")


def write_counts(matrix: DocTermMatrix) -> Written:
    """The files counts.mtx, terms.txt (a term a line) and units.csv (a row a document)."""
    files = {
        _MAIN: market_bytes(matrix),
        _TERMS: as_rows(one_line_each(matrix.vocabulary.terms, "terms")),
        UNITS: units_csv(matrix.units),
    }
    return Written(files, lost_tables(matrix))


def market_bytes(matrix: DocTermMatrix) -> bytes:
    """The counts, documents by terms."""
    n_rows, n_terms = matrix.shape
    head = f"{_HEAD}\n{n_rows} {n_terms} {matrix.counts.nnz}\n"
    return text_bytes([head, *count_rows(matrix)])


def read_counts(path: str | Path) -> ImportedCounts:
    """The counts of a .mtx file with terms.txt and, where it is there, units.csv or docs.txt."""
    file = main_file(path, _MAIN, "*.mtx", "*.mm")
    names = beside(file, _TERMS, "vocab.txt")
    if names is None:
        raise InputError(f"{file} needs {_TERMS} beside it, a term a line.")
    terms = names_in(names)
    triples, n_rows = read_market(file, len(terms), named=str(names))
    units, notes = _units(file, n_rows)
    return ImportedCounts(matrix_of(triples, terms, units, where=str(file)), tuple(notes))


def read_market(file: Path, n_terms: int, *, named: str) -> tuple[Triples, int]:
    """The counts of a file of documents by terms, and the number of documents.

    Raises
    ------
    InputError
        If it is no such file, or has another number of terms than the file `named`.
    """
    rows = _rows(file)
    head, sizes = next(rows, None), next(rows, None)
    if head is None or sizes is None or len(sizes[1]) != 3:
        raise InputError(f"{file} must begin with {_HEAD}, then rows, columns and counts.")
    n_rows, n_columns, n_stored = (
        whole(cell, file, sizes[0], what, most=2**60)
        for cell, what in zip(sizes[1], ("rows", "columns", "counts"), strict=True)
    )
    if n_columns != n_terms:
        turned = " Its rows are the terms: transpose it." if n_rows == n_terms else ""
        raise InputError(f"{file} has {n_columns} columns, but {named} {n_terms} terms.{turned}")
    check_rows(n_rows, n_stored, where=str(file))
    triples = read_count_rows(
        rows, file, n_rows=n_rows, n_terms=n_terms, n_stored=n_stored, count_in=_count
    )
    return triples, n_rows


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row: the head, then what is no comment."""
    for row, text in lines(file):
        if row == 1:
            words = text.lower().split()
            if words[:3] != ["%%matrixmarket", "matrix", "coordinate"] or words[4:] != ["general"]:
                raise fault(file, row, f"the head must be {_HEAD}; got {text[:80]!r}")
            if words[3] not in _KINDS:
                raise fault(file, row, f"numbers must be {' or '.join(_KINDS)}; got {words[3]}")
            yield row, words
        elif text.strip() and not text.startswith("%"):
            yield row, text.split()


def _count(cell: str, file: Path, row: int) -> int:
    """A whole number, be it written 3, 3.0 or 3e0."""
    try:
        value = float(cell) if cell.isascii() and "_" not in cell else -1.0
    except ValueError:
        value = -1.0
    if not (0 <= value <= MOST_COUNT) or value != int(value):
        raise fault(
            file, row, f"the count must be a whole number from 0 to {MOST_COUNT}; got {cell[:40]!r}"
        )
    return int(value)


def _units(file: Path, n_rows: int) -> tuple[pd.DataFrame, list[str]]:
    named = beside(file, UNITS)
    if named is None:
        return listed_units(file, n_rows)
    units, notes = read_units(named)
    if len(units) != n_rows:
        raise InputError(f"{named} has {len(units)} rows, but {file} has {n_rows} documents.")
    plain_units(units[id_column(units)], where=str(named))
    return units, notes
