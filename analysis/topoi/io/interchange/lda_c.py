"""LDA-C: a line a document, "number of terms term:count term:count ...", terms from 0."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from topoi.errors import InputError
from topoi.io.interchange.counted import MOST_COUNT, Triples, matrix_of
from topoi.io.interchange.given_files import beside, fault, lines, main_file, names_in, whole
from topoi.io.interchange.listed_units import DOCS, listed_units
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

_MAIN, _TERMS = "docs.ldac", "vocab.txt"


def write_counts(matrix: DocTermMatrix) -> Written:
    """The files docs.ldac, vocab.txt (a term a line) and docs.txt (an id a line)."""
    counts = matrix.counts
    rows = []
    for start, stop in pairwise(counts.indptr.tolist()):
        pairs = zip(
            counts.indices[start:stop].tolist(), counts.data[start:stop].tolist(), strict=True
        )
        rows.append("".join([str(stop - start), *(f" {v}:{n}" for v, n in pairs), "\n"]))
    files = {
        _MAIN: text_bytes(rows),
        _TERMS: as_rows(one_line_each(matrix.vocabulary.terms, "terms")),
        DOCS: as_rows(one_line_each(matrix.ids, "ids")),
    }
    return Written(files, lost_columns(matrix))


def read_counts(path: str | Path) -> ImportedCounts:
    """The counts of a file in LDA-C's format, with vocab.txt and, where it is there, docs.txt."""
    file = main_file(path, _MAIN, "*.ldac", "*.dat")
    names = beside(file, _TERMS, f"{file.stem}.vocab")
    if names is None:
        raise InputError(f"{file} needs {_TERMS} beside it, a term a line.")
    terms = names_in(names)
    triples, n_rows = Triples(), 0
    for row, text in lines(file):
        if text.strip():
            for term, count in _pairs(text.split(), len(terms), file, row):
                triples.add(n_rows, term, count)
            n_rows += 1
    units, notes = listed_units(file, n_rows)
    return ImportedCounts(matrix_of(triples, terms, units, where=str(file)), tuple(notes))


def _pairs(cells: list[str], n_terms: int, file: Path, row: int) -> Iterator[tuple[int, int]]:
    """Term and count of each cell of a row but its first, which says how many there are."""
    n_pairs = whole(cells[0], file, row, "the number of terms", most=n_terms)
    if len(cells) != n_pairs + 1:
        raise fault(file, row, f"it says {n_pairs} terms and has {len(cells) - 1}")
    for cell in cells[1:]:
        term, colon, count = cell.partition(":")
        if not colon:
            raise fault(file, row, f"a term and its count are written 3:1; got {cell[:40]!r}")
        yield (
            whole(term, file, row, "a term", most=n_terms - 1),
            whole(count, file, row, "a count", most=MOST_COUNT),
        )
