"""Which rows a parquet file holds, some at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO, cast

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from topoi.errors import InputError
from topoi.io.records import Rows

__all__ = ["parquet_rows"]

_BATCH_BYTES = 2**23
_BUFFER = 2**20
_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")
# What pandas raises for a table that it cannot take.
_UNFIT = (TypeError, ValueError, KeyError, AttributeError, OverflowError)
# Types of pandas that have a missing value of their own: others would make numbers of it.
_NULLABLE = {
    **{pa.int8(): pd.Int8Dtype(), pa.int16(): pd.Int16Dtype(), pa.int32(): pd.Int32Dtype()},
    **{pa.uint8(): pd.UInt8Dtype(), pa.uint16(): pd.UInt16Dtype(), pa.uint32(): pd.UInt32Dtype()},
    **{pa.int64(): pd.Int64Dtype(), pa.uint64(): pd.UInt64Dtype(), pa.bool_(): pd.BooleanDtype()},
}


def parquet_rows(
    file: BinaryIO, *, where: str, most: int
) -> tuple[list[str], dict[str, str], Callable[[list[str]], Iterator[Rows]]]:
    """The names of the columns, those that are no text, and what gives rows in chosen columns.

    A batch has at most `most` rows and about 8 MB. Columns keep their types, in each batch the
    same; whole numbers and truth values stay what they are where some are missing, in types of
    pandas that allow for it. Categories become what they are categories of, since each batch has
    others; of days that Python does not know, those after the year 9999, a batch has text. An
    index without a name, which pandas writes for rows that were chosen, is left out.

    Raises
    ------
    InputError
        If the file is no sound parquet file.
    """
    try:
        source = parquet.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken(where, error) from error
    stored = source.schema_arrow.names
    names = [name for name in stored if not _UNNAMED_INDEX.fullmatch(name)]
    return names, _no_text(source.schema_arrow), partial(_batches, source, where, most)


def _no_text(schema: Any) -> dict[str, str]:
    """What columns hold whose cells no text can stand for: bytes, lists, structs, maps."""
    held = {field.name: _value_type(field.type) for field in schema}
    bytes_of = {name: "bytes" for name, kind in held.items() if _is_binary(kind)}
    return bytes_of | {name: str(kind) for name, kind in held.items() if pa.types.is_nested(kind)}


def _value_type(kind: Any) -> Any:
    """The type of what cells stand for: categories and types of others are kept as another."""
    if isinstance(kind, pa.BaseExtensionType):
        return _value_type(kind.storage_type)
    return _value_type(kind.value_type) if pa.types.is_dictionary(kind) else kind


def _is_binary(kind: Any) -> bool:
    types = pa.types
    return bool(
        types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_fixed_size_binary(kind)
        or types.is_binary_view(kind)
    )


def _batches(source: Any, where: str, most: int, names: list[str]) -> Iterator[Rows]:
    number = 0
    size = _rows_at_once(source.metadata, most)
    full = _full_columns(source, names)
    try:
        # In one thread: the order of rows is then that of the file, and memory that of a batch.
        for batch in source.iter_batches(batch_size=size, columns=names, use_threads=False):
            if batch.num_rows:
                batch.validate(full=True)  # text that is no UTF-8 would be found later on
                table = _frame(pa.Table.from_batches([batch]), names, full)
                yield Rows(table, list(range(number + 1, number + batch.num_rows + 1)), [])
                number += batch.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken(where, error) from error


def _rows_at_once(metadata: Any, most: int) -> int:
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    largest = max((group.total_byte_size / max(1, group.num_rows) for group in groups), default=1)
    return max(1, min(most, int(_BATCH_BYTES / max(1, largest))))


def _full_columns(source: Any, names: list[str]) -> set[str]:
    """The columns of whole numbers and truth values that lack no cell, by the file's statistics."""
    places = {source.schema.column(n).path: n for n in range(len(source.schema))}
    types = {field.name: _value_type(field.type) for field in source.schema_arrow}
    full = {name for name in names if types[name] in _NULLABLE and name in places}
    for number in range(source.metadata.num_row_groups):
        group = source.metadata.row_group(number)
        if group.num_rows:
            full = {name for name in full if _is_full(group.column(places[name]))}
    return full


def _is_full(chunk: Any) -> bool:
    told = chunk.statistics
    return told is not None and told.has_null_count and told.null_count == 0


def _frame(table: Any, names: list[str], full: Collection[str]) -> pd.DataFrame:
    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    # Columns come in the order of the file, not of the names.
    plain = table.cast(pa.schema(fields, metadata=_without_index(table.schema.metadata)))
    frame = _converted(plain)
    frame.columns = pd.Index(table.schema.names, dtype="object")
    for field in plain.schema:
        cells = plain[field.name]
        if field.type in _NULLABLE and (field.name not in full or cells.null_count):
            frame[field.name] = cells.to_pandas(types_mapper=_NULLABLE.get)
    return frame[names]


def _converted(table: Any) -> pd.DataFrame:
    with suppress(*_UNFIT):
        return cast("pd.DataFrame", table.to_pandas())
    with suppress(*_UNFIT):  # what pandas says there of the types is wrong
        return cast("pd.DataFrame", table.to_pandas(ignore_metadata=True))
    return cast("pd.DataFrame", _with_written_days(table).to_pandas(ignore_metadata=True))


def _with_written_days(table: Any) -> Any:
    """The table with days as text, since Python knows none after the year 9999."""
    days = [
        field.with_type(pa.string()) if pa.types.is_date(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(days))


def _without_index(metadata: dict[bytes, bytes] | None) -> dict[bytes, bytes] | None:
    """What pandas says of the columns' types, but not which of them were an index."""
    try:
        told = json.loads((metadata or {})[b"pandas"])
        told.update(index_columns=[], column_indexes=[])
    except (KeyError, ValueError, AttributeError, RecursionError):
        return None
    return {b"pandas": json.dumps(told).encode("utf-8")}


def _broken(where: str, error: Exception) -> InputError:
    reason = str(error).split("\n")[0]
    return InputError(f"{where} is not a readable parquet file ({reason}). Write it again.")
