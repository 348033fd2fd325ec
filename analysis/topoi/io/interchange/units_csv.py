"""How the units of a matrix are written as CSV that R and spreadsheets read, and read back."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from topoi.errors import InputError
from topoi.io.interchange.given_files import lines
from topoi.plots.table_csv import guarded, quoted, unguarded

__all__ = ["UNITS", "read_units", "units_csv"]

UNITS = "units.csv"
_LONGEST_CELL = 2**24  # characters


def units_csv(units: pd.DataFrame) -> bytes:
    """The units as CSV: UTF-8, floats in full, dates as ISO 8601, missing values as empty cells.

    A text cell that a spreadsheet would take for a formula gets a leading apostrophe, which
    `read_units` takes off.
    """
    columns = [[guarded(name) for name in units.columns]]
    cells = [_written(units[name]) for name in units.columns]
    rows = [*columns, *zip(*cells, strict=True)]
    return "".join(",".join(map(quoted, row)) + "\n" for row in rows).encode("utf-8")


def read_units(path: Path) -> tuple[pd.DataFrame, list[str]]:
    """The units of such a file, and notes: all columns are text, but date and n_tokens.

    Raises
    ------
    InputError
        If the file is damaged, or has no column doc_id.
    """
    csv.field_size_limit(_LONGEST_CELL)
    text = "".join(line for _, line in lines(path, with_ends=True))
    try:
        rows = list(csv.reader(StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InputError(f"{path} is no CSV file: {error}.") from error
    if not rows or "doc_id" not in rows[0]:
        raise InputError(f"{path} must have a first row of names of columns, doc_id among them.")
    names = [unguarded(name) for name in rows[0]]
    odd = [number for number, row in enumerate(rows, start=1) if len(row) != len(names)]
    if odd or len(set(names)) < len(names):
        told = f"row {odd[0]} has {len(rows[odd[0] - 1])}" if odd else "a name occurs twice"
        raise InputError(f"{path} must have {len(names)} cells a row, as its first row; {told}.")
    table = pd.DataFrame(
        [[unguarded(cell) for cell in row] for row in rows[1:]], columns=names, dtype="str"
    )
    return _typed(table, path)


def _written(column: pd.Series) -> list[str]:
    write: Callable[[Any], str]
    if pd.api.types.is_datetime64_any_dtype(column):
        write = _moment
    elif pd.api.types.is_float_dtype(column):
        write = _float
    elif pd.api.types.is_bool_dtype(column):
        write = _truth
    else:
        write = guarded
    missing = column.isna()
    return ["" if gone else write(value) for value, gone in zip(column, missing, strict=True)]


def _float(value: float) -> str:
    return repr(float(value))


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _moment(value: pd.Timestamp) -> str:
    whole: str = value.isoformat()
    return whole.removesuffix("T00:00:00")


def _typed(table: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, list[str]]:
    for name in ("source", "title"):
        if name not in table:
            table[name] = pd.Series("", index=table.index, dtype="str")
    given = table["date"] if "date" in table else pd.Series("", index=table.index, dtype="str")
    dates = pd.to_datetime(given, format="ISO8601", errors="coerce")
    wrong = dates.isna() & (given != "")
    if wrong.any():
        raise InputError(
            f"{path}: dates must be written as 2021-03-31 or be empty; got "
            f"{given[wrong].iloc[0]!r}."
        )
    table["date"] = dates.astype("datetime64[us]")
    if "n_tokens" in table:
        table["n_tokens"] = _whole(table["n_tokens"], path)
    rest = [
        name
        for name in table.columns
        if name not in ("passage_id", "doc_id", "date", "source", "title", "n_tokens")
    ]
    return table, [f"text, whatever they were: {', '.join(rest)}"] if rest else []


def _whole(cells: pd.Series, path: Path) -> pd.Series:
    wrong = cells[~cells.str.fullmatch(r"[0-9]{1,18}")]
    if len(wrong):
        raise InputError(f"{path}: n_tokens must be whole numbers >= 0; got {wrong.iloc[0]!r}.")
    return cells.astype("int64")
