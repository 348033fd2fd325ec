"""Which rows and columns a table file (csv, tsv, json, jsonl, parquet) holds."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa

from topoi.errors import InputError, listed
from topoi.io.decode import Decoded, decode, without_surrogates

__all__ = ["TABLE_TYPES", "read_table"]

TABLE_TYPES = (".csv", ".tsv", ".json", ".jsonl", ".parquet")


def read_table(path: Path) -> tuple[pd.DataFrame, Decoded]:
    """All rows of a table file, everything as it is written, and how its bytes were decoded.

    Parameters
    ----------
    path : Path
        The name's ending, one of `TABLE_TYPES`, says the type.

    Returns
    -------
    table : DataFrame
        Strings only ("NA", "null" and "007" stay; a missing json value is ""), except for
        parquet, whose columns keep their types. Column names are unique strings.
    decoded : Decoded
        Without the text; plain UTF-8 for parquet.

    Raises
    ------
    InputError
        If the content is broken; names the file and, for text, the line.
    OSError
        If the file cannot be read.
    """
    kind = path.suffix.lower()
    if kind == ".parquet":
        return _unique_names(_parquet(path), path), Decoded("", "utf-8", 0)
    decoded = decode(path.read_bytes())
    reader = _json_reader(kind) if kind.startswith(".json") else _delimited_reader(kind)
    table = reader(decoded.text, path)
    return _unique_names(table, path), decoded._replace(text="")


def _parquet(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_parquet(path, engine="pyarrow")
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).split("\n")[0]
        raise InputError(
            f"{path} is not a readable parquet file ({reason}). Write it again."
        ) from error
    if any(name is not None for name in table.index.names):
        table = table.reset_index()
    table.columns = pd.Index([str(name) for name in table.columns])
    return table


def _unique_names(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    names = table.columns
    twice = list(dict.fromkeys(names[names.duplicated()]))
    if twice:
        raise InputError(
            f"{path}: {len(twice)} column names occur more than once: {listed(twice)}. "
            "Give each column its own name."
        )
    return table


_Reader = Callable[[str, Path], pd.DataFrame]


def _delimited_reader(kind: str) -> _Reader:
    def read(text: str, path: Path) -> pd.DataFrame:
        separator = "\t" if kind == ".tsv" else _separator(text)
        rows = _delimited_rows(text, separator, path)
        header = [name.strip() for name in next(rows, [])]
        return _frame(list(rows), header)

    return read


def _separator(text: str) -> str:
    """Comma, unless the header has none and has semicolons or tabs (a habit of spreadsheets)."""
    header = text.lstrip("\n").split("\n", 1)[0]
    return next((mark for mark in (",", ";", "\t") if mark in header), ",")


def _delimited_rows(text: str, separator: str, path: Path) -> Iterator[list[str]]:
    """The header, then each row; every row as wide as the header, empty lines left out."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    width = 0
    try:
        with _unlimited_fields():
            for row in rows:
                if not row:
                    continue
                width = width or len(row)
                if len(row) != width:
                    raise InputError(
                        f"{path}, line {rows.line_num}: {len(row)} fields where the header has "
                        f"{width}. Put fields that hold the separator {separator!r} in quotes."
                    )
                yield row
    except csv.Error as error:
        raise InputError(
            f"{path}, line {rows.line_num}: {error}. Check the quotation marks of this row."
        ) from error


@contextmanager
def _unlimited_fields() -> Iterator[None]:
    """No limit to the length of a field; the csv module's own limit is put back afterwards."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _json_reader(kind: str) -> _Reader:
    def read(text: str, path: Path) -> pd.DataFrame:
        objects = _json_lines(text, path) if kind == ".jsonl" else _json_list(text, path)
        names = list(dict.fromkeys(name for item in objects for name in item))
        rows = [[_written(item.get(name)) for name in names] for item in objects]
        return _frame(rows, [without_surrogates(name)[0] for name in names])

    return read


def _json_lines(text: str, path: Path) -> list[dict[str, object]]:
    objects = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            item = _parsed(line, path, first_line=number)
            if not isinstance(item, dict):
                raise InputError(f"{path}, line {number}: not an object ({{...}}), but {line[:40]}")
            _check_keys(item, f"{path}, line {number}")
            objects.append(item)
    return objects


def _json_list(text: str, path: Path) -> list[dict[str, object]]:
    found = _parsed(text, path, first_line=1)
    if isinstance(found, dict):
        _check_keys(found, str(path), with_inner=False)
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else found
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise InputError(
            f"{path} must hold a list of objects, or one object with one such list. "
            "For one object a line use the ending .jsonl."
        )
    for number, item in enumerate(found, start=1):
        _check_keys(item, f"{path}, row {number}")
    return found


def _parsed(text: str, path: Path, *, first_line: int) -> object:
    try:
        # Numbers stay as they are written: 1.10 is not 1.1 where it is a code.
        return json.loads(
            text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise InputError(f"{path}, line {line}: not valid JSON ({error.msg}).") from error
    except RecursionError as error:
        raise InputError(
            f"{path}, line {first_line}: JSON nested too deeply. Give plain objects."
        ) from error


class _Repeating(dict[str, object]):
    """An object that has a key more than once; of its values the last one stays."""

    repeated: str = ""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    item = dict(pairs)
    if len(item) == len(pairs):
        return item
    counts = Counter(name for name, _ in pairs)
    result = _Repeating(item)
    result.repeated = next(name for name, count in counts.items() if count > 1)
    return result


def _check_keys(item: object, where: str, *, with_inner: bool = True) -> None:
    """Refuse an object that repeats a key, at any depth: one of its values would win unseen."""
    waiting = [item]
    while waiting:
        value = waiting.pop()
        if isinstance(value, _Repeating):
            raise InputError(
                f"{where}: the key {value.repeated!r} occurs more than once in one object. "
                "Give each value a key of its own."
            )
        if with_inner and isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)


def _written(value: object) -> str:
    """A JSON value as text: null is empty, true and lists as JSON writes them."""
    if value is None:
        return ""
    if isinstance(value, str):
        return without_surrogates(value)[0]
    return without_surrogates(json.dumps(value, ensure_ascii=False))[0]


def _frame(rows: list[list[str]], header: list[str]) -> pd.DataFrame:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    # Built by position: two columns of one name must reach the check, not shadow each other.
    table = pd.DataFrame(
        {place: pd.Series(list(cells), dtype="str") for place, cells in enumerate(columns)}
    )
    table.columns = pd.Index(header, dtype="object")
    return table
