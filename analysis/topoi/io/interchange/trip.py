"""What an import or an export gives back: the value or the files, and what was lost on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.text.matrix import DocTermMatrix

__all__ = [
    "Exported",
    "ImportedCounts",
    "ImportedFit",
    "Written",
    "as_rows",
    "distributions",
    "lost_columns",
    "lost_tables",
    "one_line_each",
    "text_bytes",
]

_KEPT_NOWHERE = ("phrases", "folded", "unknown")
_CLOSE = 1e-6  # rows of probabilities written with six digits and more sum to 1 so nearly


class Written(NamedTuple):
    """Bytes by name of file, and what they leave out or change."""

    files: Mapping[str, bytes]
    notes: tuple[str, ...]


class Exported(NamedTuple):
    """The files that were written, in order, and what they leave out or change."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]


class ImportedCounts(NamedTuple):
    """The matrix that was read, and what was left out or changed."""

    matrix: DocTermMatrix
    notes: tuple[str, ...]


class ImportedFit(NamedTuple):
    """The fit that was read, and what was left out or changed."""

    fit: TopicFit
    notes: tuple[str, ...]


def one_line_each(names: Iterable[str], what: str, *, other: str = "") -> list[str]:
    """The names, if each can be a line of a text file.

    Raises
    ------
    InputError
        If one holds a line break, a character of `other`, or what UTF-8 cannot hold, or is empty.
    """
    listing = list(names)
    odd = [name for name in listing if not name or _is_odd(name, other)]
    if odd:
        raise InputError(
            f"{len(odd)} {what} cannot be written in this format, which has them in lines: "
            f"{listed(map(ascii, odd))}. Rename them, or export to parquet."
        )
    return listing


def as_rows(names: Iterable[str]) -> bytes:
    """The names, one a line."""
    return text_bytes(f"{name}\n" for name in names)


def text_bytes(parts: Iterable[str]) -> bytes:
    """Pieces of text as UTF-8."""
    return "".join(parts).encode("utf-8")


def lost_columns(matrix: DocTermMatrix, kept: Iterable[str] = ()) -> tuple[str, ...]:
    """A note on the columns of the units, and on the tables, that a format has no place for."""
    units = matrix.units
    key = id_column(units)
    gone = [name for name in units.columns if name not in {key, *kept}]
    gone += _lost_tables(matrix)
    return (f"left out: {', '.join(gone)}",) if gone else ()


def lost_tables(matrix: DocTermMatrix) -> tuple[str, ...]:
    """A note on the tables of the matrix that only topoi's own format has a place for."""
    gone = _lost_tables(matrix)
    return (f"left out: {', '.join(gone)}",) if gone else ()


def distributions(
    values: NDArray[np.float64], what: str, *, where: str
) -> tuple[NDArray[np.float64], list[str]]:
    """Rows that sum to 1 as they are; rows that nearly do are divided by their sums, with a note.

    Raises
    ------
    InputError
        If a row has a negative number or one without end, or does not sum to 1 within 1e-6.
    """
    sums = values.sum(axis=1)
    bad = np.flatnonzero(
        ~(np.abs(sums - 1.0) <= _CLOSE) | ~((values >= 0) & np.isfinite(values)).all(axis=1)
    )
    if bad.size:
        raise InputError(
            f"{where}: each row of {what} must be probabilities that sum to 1; {len(bad)} are not "
            f"(rows {listed(bad + 1)})."
        )
    off = np.abs(sums - 1.0) > 1e-9
    if not off.any():
        return values, []
    scaled = np.where(off[:, np.newaxis], values / sums[:, np.newaxis], values)
    return scaled, [f"{int(off.sum())} rows of {what} were divided by their sums"]


def _lost_tables(matrix: DocTermMatrix) -> list[str]:
    return [name for name in _KEPT_NOWHERE if len(getattr(matrix, name))]


def _is_odd(name: str, other: str) -> bool:
    if any(letter in name for letter in f"\n\r{other}"):
        return True
    return any("\ud800" <= letter <= "\udfff" for letter in name)
