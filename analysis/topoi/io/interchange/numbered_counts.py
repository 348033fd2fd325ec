"""Rows "document term count", both from 1, that UCI and Matrix Market have below their heads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from topoi.errors import InputError
from topoi.io.interchange.counted import Triples
from topoi.io.interchange.given_files import fault, whole
from topoi.text.matrix import DocTermMatrix

__all__ = ["count_rows", "read_count_rows"]


def count_rows(matrix: DocTermMatrix) -> Iterator[str]:
    """A row for each stored count, document by document."""
    counts, n_rows = matrix.counts, matrix.shape[0]
    rows = np.repeat(np.arange(1, n_rows + 1), np.diff(counts.indptr)).tolist()
    triples = zip(rows, (counts.indices + 1).tolist(), counts.data.tolist(), strict=True)
    return (f"{d} {v} {n}\n" for d, v, n in triples)


def read_count_rows(
    rows: Iterable[tuple[int, list[str]]],
    file: Path,
    *,
    n_rows: int,
    n_terms: int,
    n_stored: int,
    count_in: Callable[[str, Path, int], int],
) -> Triples:
    """The counts of the rows of a file, of which its head says how many there are.

    Parameters
    ----------
    rows : number and cells of each row below the head
    file : where they are from
    n_rows, n_terms, n_stored : documents, terms and counts, as the head has them
    count_in : the count that a cell of this format holds, given with its file and row

    Raises
    ------
    InputError
        If a row is not as the format has it, or there are more or fewer than the head says.
    """
    triples = Triples()
    for row, cells in rows:
        if len(cells) != 3:
            raise fault(file, row, f"a row is document, term and count; got {len(cells)} cells")
        triples.add(
            whole(cells[0], file, row, "the document", least=1, most=n_rows) - 1,
            whole(cells[1], file, row, "the term", least=1, most=n_terms) - 1,
            count_in(cells[2], file, row),
        )
    if len(triples.counts) != n_stored:
        raise InputError(f"{file} says {n_stored} counts and has {len(triples.counts)}: is it cut?")
    return triples
