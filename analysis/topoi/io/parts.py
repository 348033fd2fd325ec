"""How tables and arrays become bytes that are the same each time."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.io.buckets import bytes_at
from topoi.io.kept_place import BROKEN_ZIP, check_members, read_member
from topoi.io.urls import Url

__all__ = [
    "array_bytes",
    "arrays_of",
    "bytes_of",
    "json_bytes",
    "load_arrays",
    "parquet_bytes",
]

# The two headers of arrays without names; a later one is for fields with other than ASCII names.
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}

# What bytes that are no arrays make of zipfile and numpy.
_BROKEN = (
    *(*BROKEN_ZIP, KeyError, TypeError, SyntaxError, MemoryError, RuntimeError),
    *(OverflowError, TokenError),
)


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """The table as Parquet, without its index; the same bytes for the same version of pyarrow.

    A column of things of several kinds, or of lists and the like, is written as text.

    Raises
    ------
    InputError
        If a column has no text for a name or the name of another one, or cannot be written.
    """
    odd = [repr(name) for name in table.columns if not isinstance(name, str)]
    odd += [repr(name) for name in table.columns[table.columns.duplicated()]]
    if odd:
        raise InputError(
            f"Names of columns must be text, each for one column; got {listed(odd)}. Rename them."
        )
    try:
        plain = pd.DataFrame({name: _of_one_kind(table[name]) for name in table.columns})
        buffer = io.BytesIO()
        plain.to_parquet(buffer, index=False, compression="zstd")
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        raise InputError(
            f"A table with the columns {listed(table.columns)} cannot be kept as Parquet: {error}."
        ) from error
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
    return arrays_of(bytes_of(path), path)


def bytes_of(path: Path | Url) -> bytes:
    """The bytes of a file or object; an InputError with its name where it cannot be read."""
    try:
        return bytes_at(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def arrays_of(content: bytes, where: Path | Url) -> dict[str, NDArray[Any]]:
    """The arrays of an npz file that is `where`, read-only; nothing in it is run or believed.

    Raises
    ------
    InputError
        If it is damaged, holds objects, or unpacks to more than its size allows.
    """
    try:
        with ZipFile(io.BytesIO(content)) as file:
            check_members(file, len(content))
            return {
                member.filename.removesuffix(".npy"): _array(read_member(file, member))
                for member in file.infolist()
            }
    except _BROKEN as error:
        raise InputError(f"{where} is damaged or no array file of topoi: {error}.") from error


def _array(content: bytes) -> NDArray[Any]:
    """The array of npy bytes, without a copy; its header may not promise more than there is."""
    file = io.BytesIO(content)
    header = _HEADERS[np.lib.format.read_magic(file)]
    shape, is_fortran, dtype = header(file)
    if dtype.hasobject:
        raise ValueError("it holds objects, which topoi never reads")
    start = file.tell()
    if math.prod(shape) * dtype.itemsize != len(content) - start:
        raise ValueError(f"an array of shape {shape} has {len(content) - start} bytes")
    if start == len(content):  # frombuffer refuses to begin at the end
        return np.empty(shape, dtype)
    flat = np.frombuffer(content, dtype, offset=start)
    return flat.reshape(shape, order="F" if is_fortran else "C")
