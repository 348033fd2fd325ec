"""How tables and arrays become bytes that are the same each time."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
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
    """The table as Parquet, without its index; the same bytes for the same version of pyarrow."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def json_bytes(values: Mapping[str, Any]) -> bytes:
    """The values as indented JSON with sorted keys and a line feed at the end."""
    text = json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8")


def array_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The arrays as npz, which numpy writes without times, so that the bytes depend on them only."""
    buffer = io.BytesIO()
    np.savez(buffer, **dict(arrays))
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
    except (ValueError, OSError, KeyError, EOFError) as error:
        raise InputError(f"{path} is damaged or no array file of topoi: {error}.") from error


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
