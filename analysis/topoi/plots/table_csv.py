"""What a figure's table is in a file: CSV bytes that give the same figure when re-read."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from numbers import Real

import numpy as np
import pandas as pd

from topoi import csv_guard
from topoi.csv_guard import unguarded, unlimited_fields
from topoi.errors import InputError, listed

__all__ = [
    "guarded",
    "guarded_csv",
    "quoted",
    "raw_csv",
    "read_table",
    "table_csv",
    "unguarded",
]

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
_SPECIAL = re.compile(r'[",\r\n]')


def table_csv(table: pd.DataFrame) -> bytes:
    """The table as CSV: UTF-8, commas, lines ended by a line feed, numbers with 6 digits.

    Missing values are empty cells, truth values are words, dates are written as YYYY-MM-DD. Text
    that a spreadsheet would take for a formula is guarded (see `topoi.csv_guard`), which
    `read_table` undoes. NUL and lone surrogates, which no file can hold, become U+FFFD.
    """
    columns = [_written(str(name), table[name]) for name in table.columns]
    names = [guarded(name) for name in table.columns]
    return _csv([names, *zip(*columns, strict=True)])


def read_table(content: bytes) -> pd.DataFrame:
    """The table of `table_csv`: numbers and truth values by the names of columns, the rest text.

    Raises
    ------
    InputError
        If the bytes are no such CSV, two columns have one name, or a number is none; names the
        column and up to five cells.
    """
    names, *rows = _cells(content)
    names = [unguarded(name) for name in names]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(f"This is not a table of a figure: two columns are called {twice[0]!r}.")
    columns = [[row[place] for row in rows] for place in range(len(names))]
    parsed = {name: _parsed(name, cells) for name, cells in zip(names, columns, strict=True)}
    return pd.DataFrame(parsed, columns=names)


def raw_csv(content: bytes) -> bytes:
    """The CSV of `table_csv` with every text as it is: a spreadsheet may run what is in it.

    Raises
    ------
    InputError
        If the bytes are no such CSV.
    """
    return _csv([[unguarded(cell) for cell in row] for row in _cells(content)])


def guarded_csv(content: bytes) -> bytes:
    """The CSV of which `raw_csv` made these bytes, as `read_table` takes it.

    Raises
    ------
    InputError
        If the bytes are no such CSV.
    """
    names, *rows = _cells(content)
    is_text = [name not in (*_FLOATS, *_INTEGERS, *_BOOLEANS) for name in names]
    guards = [csv_guard.guarded if text else str for text in is_text]
    lines = [[guard(cell) for guard, cell in zip(guards, row, strict=True)] for row in rows]
    return _csv([[csv_guard.guarded(name) for name in names], *lines])


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    lines = (",".join(quoted(cell) for cell in row) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _cells(content: bytes) -> list[list[str]]:
    """The header and the rows, all of the same length."""
    try:
        with unlimited_fields():
            lines = list(csv.reader(StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"This is not a table of a figure (UTF-8 CSV): {error}.") from error
    if not lines or any(len(line) != len(lines[0]) for line in lines):
        raise InputError("This is not a table of a figure: its lines differ in their columns.")
    return lines


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
    if isinstance(value, Real):
        return str(value)
    return csv_guard.guarded(
        "".join(
            "\ufffd" if letter == "\x00" or "\ud800" <= letter <= "\udfff" else letter
            for letter in str(value)
        )
    )


def _parsed(name: str, cells: list[str]) -> pd.Series:
    if name in _FLOATS:
        values = [np.nan if not cell else _try(float, cell) for cell in cells]
        return _checked(name, cells, values, "float64")
    if name in _INTEGERS:
        return _checked(name, cells, [_try(_whole, cell) for cell in cells], "int64")
    if name in _BOOLEANS:
        return _checked(name, cells, [_TRUTHS.get(cell.lower()) for cell in cells], "bool")
    return pd.Series([unguarded(cell) for cell in cells], dtype="str")


def _whole(cell: str) -> int:
    number = int(cell)
    if not -(2**63) <= number < 2**63:
        raise ValueError("more than 64 bits")
    return number


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
