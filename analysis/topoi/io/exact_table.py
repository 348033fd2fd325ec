"""How is a table kept so that exactly the same comes back, whatever its columns hold?"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

__all__ = ["NotKeptError", "exact_table_parts", "table_of_parts"]


class NotKeptError(Exception):
    """A value that cannot be kept so that exactly the same comes back."""


def _moment(cell: datetime) -> str:
    if cell.tzinfo not in (None, UTC):
        raise NotKeptError("a moment in a time zone of its own")
    return cell.isoformat()


# Kind of a cell in a column of things of several kinds: how it is written, and read.
_CELLS: dict[type, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    type(None): ("none", lambda _: None, lambda _: None),
    bool: ("bool", bool, bool),
    int: ("int", str, int),
    float: ("float", float.hex, float.fromhex),
    str: ("str", str, str),
    date: ("date", date.isoformat, date.fromisoformat),
    datetime: ("datetime", _moment, datetime.fromisoformat),
    Decimal: ("decimal", str, Decimal),
    type(pd.NaT): ("nat", lambda _: None, lambda _: pd.NaT),
    type(pd.NA): ("na", lambda _: None, lambda _: pd.NA),
}
_READERS = {name: read for name, _, read in _CELLS.values()}


def exact_table_parts(name: str, table: pd.DataFrame) -> dict[str, bytes]:
    """The table as the content of files, by their names, for `table_of_parts`.

    A column of objects goes into JSON with the kind of each cell, everything else into Parquet.
    Column names and index are kept, too.

    Raises
    ------
    NotKeptError
        If what comes back would differ in any way.
    """
    if not all(isinstance(column, str) for column in table.columns):
        raise NotKeptError(f"{name} has a column whose name is no text")
    by_place = table.set_axis([str(place) for place in range(table.shape[1])], axis=1)
    objects = [place for place in by_place.columns if by_place[place].dtype == object]
    head = {
        "columns": list(table.columns),
        "n_rows": len(table),
        "objects": {place: _cells(name, by_place[place]) for place in objects},
        "texts": {place: [dtype.storage, dtype.na_value is pd.NA]
                  for place, dtype in by_place.dtypes.items()
                  if isinstance(dtype, pd.StringDtype)},
    }  # fmt: skip
    parts = {
        f"{name}.parquet": _parquet(name, by_place.drop(columns=objects)),
        # In ASCII: names of files may hold lone surrogates, which UTF-8 has not.
        f"{name}.json": json.dumps(head, allow_nan=False).encode("ascii"),
    }
    if not _is_same(table_of_parts(name, parts), table):
        raise NotKeptError(f"{name} would not come back as it is")
    return parts


def table_of_parts(name: str, parts: Mapping[str, bytes]) -> pd.DataFrame:
    """The table that `exact_table_parts` wrote.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the parts are not those of a table.
    """
    head = json.loads(parts[f"{name}.json"])
    plain = pd.read_parquet(io.BytesIO(parts[f"{name}.parquet"]))
    columns: dict[str, pd.Series] = {}
    for number in range(len(head["columns"])):
        place = str(number)
        if place in head["objects"]:
            cells = [_READERS[kind](cell) for kind, cell in head["objects"][place]]
            columns[place] = pd.Series(cells, dtype="object")
        elif place in head["texts"]:
            storage, has_na = head["texts"][place]
            kind = pd.StringDtype(storage, na_value=pd.NA if has_na else math.nan)
            columns[place] = plain[place].astype(kind)
        else:
            columns[place] = plain[place]
    table = pd.DataFrame(columns, index=pd.RangeIndex(head["n_rows"]))
    return table.set_axis(head["columns"], axis=1)


def _cells(name: str, column: pd.Series) -> list[tuple[str, Any]]:
    cells = []
    for cell in column:
        if type(cell) not in _CELLS:
            raise NotKeptError(f"{name} holds a {type(cell).__name__}")
        kind, write, _ = _CELLS[type(cell)]
        cells.append((kind, write(cell)))
    return cells


def _parquet(name: str, table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    try:
        table.to_parquet(buffer, index=False, compression="zstd")
    except (ValueError, TypeError, OverflowError, pa.ArrowException) as error:
        raise NotKeptError(f"{name}: {error}") from error
    return buffer.getvalue()


def _is_same(found: pd.DataFrame, table: pd.DataFrame) -> bool:
    return (
        list(found.columns) == list(table.columns)
        and list(found.dtypes) == list(table.dtypes)
        and found.index.equals(table.index)
        and found.equals(table)
    )
