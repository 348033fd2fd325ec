"""Which rows a parquet file holds, some at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from topoi.errors import InputError
from topoi.io.records import Rows

__all__ = ["parquet_rows"]

_BATCH_BYTES = 2**23
_BUFFER = 2**20
_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")


def parquet_rows(
    file: BinaryIO, *, where: str, most: int
) -> tuple[list[str], Callable[[list[str]], Iterator[Rows]]]:
    """The names of the columns, and what gives the rows in those that are chosen.

    A batch has at most `most` rows and about 8 MB. Columns keep their types; categories become
    what they are categories of, since each batch has others. An index without a name, which
    pandas writes for rows that were chosen, is left out.

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
    return names, partial(_batches, source, where, most)


def _batches(source: Any, where: str, most: int, names: list[str]) -> Iterator[Rows]:
    number = 0
    size = _rows_at_once(source.metadata, most)
    try:
        # In one thread: the order of rows is then that of the file, and memory that of a batch.
        for batch in source.iter_batches(batch_size=size, columns=names, use_threads=False):
            if batch.num_rows:
                batch.validate(full=True)  # text that is no UTF-8 would be found later on
                table = _frame(pa.Table.from_batches([batch]), names)
                yield Rows(table, list(range(number + 1, number + batch.num_rows + 1)), [])
                number += batch.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken(where, error) from error


def _rows_at_once(metadata: Any, most: int) -> int:
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    largest = max((group.total_byte_size / max(1, group.num_rows) for group in groups), default=1)
    return max(1, min(most, int(_BATCH_BYTES / max(1, largest))))


def _frame(table: Any, names: list[str]) -> pd.DataFrame:
    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    # Columns come in the order of the file, not of the names.
    plain = table.cast(pa.schema(fields, metadata=_without_index(table.schema.metadata)))
    try:
        frame: pd.DataFrame = plain.to_pandas()
    except (TypeError, ValueError, KeyError, AttributeError):  # what pandas says there is wrong
        frame = plain.to_pandas(ignore_metadata=True)
    frame.columns = pd.Index(table.schema.names, dtype="object")
    return frame[names]


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
