"""How a document-term matrix is kept, in a folder or a zip file, and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.io.bundle import Kind, bundle_zip, open_bundle, write_bundle
from topoi.io.kept_place import KeptPlace, kept_place
from topoi.io.parts import array_bytes, parquet_bytes
from topoi.io.stored_tables import checked_columns, vocabulary_of
from topoi.io.urls import Url
from topoi.text.lemmas import FOLDED_COLUMNS
from topoi.text.matrix import UNKNOWN_COLUMNS, DocTermMatrix
from topoi.text.terms import PHRASE_COLUMNS

__all__ = ["MATRIX", "matrix_in", "matrix_zip", "read_matrix", "write_matrix"]

_TABLES = {"phrases": PHRASE_COLUMNS, "folded": FOLDED_COLUMNS, "unknown": UNKNOWN_COLUMNS}
MATRIX = Kind(
    name="matrix",
    parts={
        1: (
            *("counts.npz", "folded.parquet", "phrases.parquet"),
            *("units.parquet", "unknown.parquet", "vocabulary.parquet"),
        )
    },
    reader="read_matrix",
)


def write_matrix(matrix: DocTermMatrix, path: str | Path) -> Path | Url:
    """Keep counts, vocabulary, units and the tables of phrases, folded and unknown words.

    Two writes of the same matrix give the same bytes.

    Parameters
    ----------
    matrix : DocTermMatrix
    path : a folder of its own, or one file if it ends in .zip, which may be a URL
        An earlier matrix there is replaced.

    Raises
    ------
    InputError
        If a column of the units cannot be written, anything but an earlier matrix is there, or it
        is not writable.
    """
    return write_bundle(path, MATRIX, _head(matrix), _parts(matrix))


def matrix_zip(matrix: DocTermMatrix) -> bytes:
    """The bytes of the zip file that `write_matrix` writes."""
    return bundle_zip(MATRIX, _head(matrix), _parts(matrix))


def read_matrix(path: str | Path) -> DocTermMatrix:
    """The matrix that `write_matrix` kept.

    Raises
    ------
    InputError
        If there is no kept matrix, a part is missing or was altered, or the schema is unknown.
    """
    return matrix_in(kept_place(path))


def matrix_in(place: KeptPlace) -> DocTermMatrix:
    """The matrix of `read_matrix`, wherever its parts are."""
    bundle = open_bundle(place, MATRIX)
    arrays, units = bundle.arrays("counts.npz"), bundle.table("units.parquet")
    terms = bundle.table("vocabulary.parquet")
    tables = {name: bundle.table(f"{name}.parquet") for name in _TABLES}
    with bundle.building():
        for name, columns in _TABLES.items():
            checked_columns(tables[name], columns, name)
        counts = _counts(arrays, (len(units), len(terms)))
        return DocTermMatrix(counts, vocabulary_of(terms), units, **tables)


def _counts(arrays: dict[str, NDArray[Any]], shape: tuple[int, int]) -> csr_array:
    """The counts, with every place within the shape: kernels do not look."""
    fields = [np.asarray(arrays[name]) for name in ("data", "indices", "indptr")]
    if any(field.ndim != 1 or field.dtype.kind != "i" for field in fields):
        raise ValueError("data, indices and indptr of the counts must be whole numbers in a row")
    data, indices, indptr = fields
    if len(indptr) != shape[0] + 1 or len(data) != len(indices) or indptr[-1] != len(data):
        raise ValueError(f"the arrays of the counts do not belong to a matrix of shape {shape}")
    counts = csr_array((data, indices, indptr), shape=shape)
    counts.check_format(full_check=True)
    return counts


def _head(matrix: DocTermMatrix) -> dict[str, Any]:
    n_rows, n_terms = matrix.shape
    return {"n_rows": n_rows, "n_terms": n_terms}


def _parts(matrix: DocTermMatrix) -> dict[str, bytes]:
    counts = matrix.counts
    # One width whatever scipy chose, so that equal counts are equal bytes.
    places = {name: getattr(counts, name).astype("<i8") for name in ("indices", "indptr")}
    tables = {name: getattr(matrix, name) for name in _TABLES}
    return {
        "counts.npz": array_bytes({"data": counts.data.astype("<i4"), **places}),
        "units.parquet": parquet_bytes(matrix.units),
        "vocabulary.parquet": parquet_bytes(matrix.vocabulary.to_frame()),
        **{f"{name}.parquet": parquet_bytes(table) for name, table in tables.items()},
    }
