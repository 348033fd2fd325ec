"""How tables and arrays become bytes that are the same each time."""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from topoi.errors import InputError

__all__ = [
    "array_bytes",
    "file_hash",
    "json_bytes",
    "load_arrays",
    "parquet_bytes",
]


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """The table as Parquet, without its index; the same bytes for the same version of pyarrow.

    A column of things of several kinds, or of lists and the like, is written as text.
    """
    plain = pd.DataFrame({name: _of_one_kind(table[name]) for name in table.columns})
    buffer = io.BytesIO()
    plain.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def _of_one_kind(column: pd.Series) -> pd.Series:
    if column.dtype != object:
        return column
    try:
        kind = pa.array(column, from_pandas=True).type
    except (pa.ArrowException, OverflowError):
        kind = None
    if kind is not None and not pa.types.is_nested(kind):
        return column
    return column.map(str, na_action="ignore").astype("str")


def json_bytes(values: Mapping[str, Any]) -> bytes:
    """The values as indented JSON with sorted keys and a line feed at the end."""
    text = json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    # Names of files may hold lone surrogates; their escape is the same in Python and JSON.
    return (text + "\n").encode("utf-8", "backslashreplace")


def array_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The arrays as npz; numpy writes no times into it, so the bytes depend on the arrays only."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **dict(arrays))
    return buffer.getvalue()


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of an npz file; objects, which could run code, are refused.

    Raises
    ------
    InputError
        If the file is damaged or holds objects.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (ValueError, OSError, KeyError, EOFError, BadZipFile, zlib.error) as error:
        raise InputError(f"{path} is damaged or no array file of topoi: {error}.") from error


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
