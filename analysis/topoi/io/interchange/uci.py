"""UCI bag of words: three numbers, then "document term count", both from 1; a vocabulary file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from topoi.errors import InputError
from topoi.io.interchange.counted import MOST_COUNT, check_rows, matrix_of
from topoi.io.interchange.given_files import beside, lines, main_file, names_in, whole
from topoi.io.interchange.listed_units import DOCS, listed_units
from topoi.io.interchange.numbered_counts import count_rows, read_count_rows
from topoi.io.interchange.trip import (
    ImportedCounts,
    Written,
    as_rows,
    lost_columns,
    one_line_each,
    text_bytes,
)
from topoi.text.matrix import DocTermMatrix

__all__ = ["read_counts", "write_counts"]

_MAIN, _TERMS = "docword.txt", "vocab.txt"
_MOST_ROWS = 2**31 - 1


def write_counts(matrix: DocTermMatrix) -> Written:
    """The files docword.txt, vocab.txt (a term a line) and docs.txt (an id a line)."""
    n_rows, n_terms = matrix.shape
    head = f"{n_rows}\n{n_terms}\n{matrix.counts.nnz}\n"
    files = {
        _MAIN: text_bytes([head, *count_rows(matrix)]),
        _TERMS: as_rows(one_line_each(matrix.vocabulary.terms, "terms")),
        DOCS: as_rows(one_line_each(matrix.ids, "ids")),
    }
    return Written(files, lost_columns(matrix))


def read_counts(path: str | Path) -> ImportedCounts:
    """The counts of docword.NAME.txt with vocab.NAME.txt beside it, plain or .gz."""
    file = main_file(path, _MAIN, "docword.*.txt")
    plain = file.name.removesuffix(".gz")
    names = beside(file, plain.replace("docword", "vocab", 1), _TERMS)
    if names is None or names == file:
        raise InputError(f"{file} needs vocab.NAME.txt or {_TERMS} beside it, a term a line.")
    terms = names_in(names)
    rows = ((row, text.split()) for row, text in lines(file) if text.strip())
    n_rows, n_terms, n_stored = _head(rows, file)
    check_rows(n_rows, n_stored, where=str(file))
    if n_terms != len(terms):
        raise InputError(
            f"{file} says that there are {n_terms} terms, but {names} has {len(terms)}."
        )
    triples = read_count_rows(
        rows, file, n_rows=n_rows, n_terms=n_terms, n_stored=n_stored, count_in=_count
    )
    units, notes = listed_units(file, n_rows)
    return ImportedCounts(matrix_of(triples, terms, units, where=str(file)), tuple(notes))


def _head(rows: Iterator[tuple[int, list[str]]], file: Path) -> list[int]:
    found: list[int] = []
    for what in ("the number of documents", "the number of terms", "the number of counts"):
        row, cells = next(rows, (0, []))
        if len(cells) != 1:
            raise InputError(f"{file} must begin with three rows of one number; {what} is missing.")
        found.append(whole(cells[0], file, row, what, most=_MOST_ROWS if len(found) < 2 else 2**60))
    return found


def _count(cell: str, file: Path, row: int) -> int:
    return whole(cell, file, row, "the count", most=MOST_COUNT)
