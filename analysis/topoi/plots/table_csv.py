"""What a figure's table is in a file: CSV bytes that give the same figure when re-read."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from io import StringIO

import numpy as np
import pandas as pd

from topoi.errors import InputError, listed

__all__ = ["guarded", "quoted", "read_table", "table_csv", "unguarded"]

_FLOATS = (
    *("weight", "estimate", "lower", "upper", "level", "affinity"),
    *("share", "change", "rank_correlation", "swapped", "probability", "coded"),
    *("x", "y", "explained", "correlation", "expected", "n_tokens", "said"),
    *("similarity", "chance", "limit", "found"),
    *("frex", "rate", "other_rate", "z", "ambiguity", "chance_ambiguity", "objective", "distance"),
)
_INTEGERS = (
    *("rank", "n_documents", "n_passages", "n_coded", "occurrences", "passages", "documents"),
    *("place", "start", "end", "pass", "n_reasons", "n_left"),
)
_BOOLEANS = ("is_seed", "is_own", "is_ambiguous", "is_link", "is_small", "is_found")
_TRUTHS = {"true": True, "false": False}
# a spreadsheet runs a cell with such a beginning as a formula (OWASP, CSV injection)
_SPECIAL = re.compile(r'[",\r\n]')
_GUARDED = re.compile(r"'*[=+\-@\t\r]")


def table_csv(table: pd.DataFrame) -> bytes:
    """The table as CSV: UTF-8, commas, lines ended by a line feed, numbers with 6 digits.

    Missing values are empty cells, truth values are words, dates are written as YYYY-MM-DD. A
    text cell that a spreadsheet would take for a formula gets a leading apostrophe, which
    `read_table` takes off. NUL and lone surrogates, which no file can hold, become U+FFFD.
    """
    columns = [_written(str(name), table[name]) for name in table.columns]
    rows = [[str(name) for name in table.columns], *zip(*columns, strict=True)]
    lines = (",".join(quoted(cell) for cell in row) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def read_table(content: bytes) -> pd.DataFrame:
    """The table of `table_csv`: numbers and truth values by the names of columns, the rest text.

    Raises
    ------
    InputError
        If the bytes are no such CSV, or a number is none; names the column and up to five cells.
    """
    try:
        lines = list(csv.reader(StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"This is not a table of a figure (UTF-8 CSV): {error}.") from error
    if not lines or any(len(line) != len(lines[0]) for line in lines):
        raise InputError("This is not a table of a figure: its lines differ in their columns.")
    names, rows = lines[0], lines[1:]
    columns = [[row[place] for row in rows] for place in range(len(names))]
    parsed = {name: _parsed(name, cells) for name, cells in zip(names, columns, strict=True)}
    return pd.DataFrame(parsed, columns=names)


def quoted(cell: str) -> str:
    """The cell of a CSV file, in quotation marks where it needs them."""
    # not csv.writer: before Python 3.13 it leaves a lone carriage return bare
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell


def _written(name: str, column: pd.Series) -> list[str]:
    types = pd.api.types
    if types.is_bool_dtype(column) or name in _BOOLEANS:
        return ["true" if value else "false" for value in column]
    if types.is_integer_dtype(column) or name in _INTEGERS:
        return [str(int(value)) for value in column]
    if types.is_float_dtype(column) or name in _FLOATS:
        return [_number(value) for value in column.to_numpy(dtype=np.float64)]
    if types.is_datetime64_any_dtype(column):
        return ["" if pd.isna(value) else value.isoformat()[:10] for value in column]
    return ["" if pd.isna(value) else guarded(value) for value in column]


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value + 0.0:.6g}"  # + 0.0: no minus zero


def guarded(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula and every file can hold."""
    text = "".join(
        "\ufffd" if letter == "\x00" or "\ud800" <= letter <= "\udfff" else letter
        for letter in str(value)
    )
    return f"'{text}" if _GUARDED.match(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` wrote."""
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def _parsed(name: str, cells: list[str]) -> pd.Series:
    if name in _FLOATS:
        values = [np.nan if not cell else _try(float, cell) for cell in cells]
        return _checked(name, cells, values, "float64")
    if name in _INTEGERS:
        return _checked(name, cells, [_try(int, cell) for cell in cells], "int64")
    if name in _BOOLEANS:
        return _checked(name, cells, [_TRUTHS.get(cell.lower()) for cell in cells], "bool")
    return pd.Series([unguarded(cell) for cell in cells], dtype="str")


def _try(kind: Callable[[str], float], cell: str) -> float | None:
    try:
        return kind(cell)
    except ValueError:
        return None


def _checked(name: str, cells: list[str], values: list[float | None], dtype: str) -> pd.Series:
    wrong = [repr(cell) for cell, value in zip(cells, values, strict=True) if value is None]
    if wrong:
        raise InputError(
            f"Column {name} has {len(wrong)} cells that are no {dtype}: {listed(wrong)}."
        )
    return pd.Series(values, dtype=dtype)
