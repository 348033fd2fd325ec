"""What names bytes, a file or values: their sha256, as hexadecimal digits."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["add_whole_numbers", "bytes_hash", "file_hash", "json_hash"]

_AT_ONCE = 2**16


def bytes_hash(content: bytes) -> str:
    """sha256 of these bytes."""
    return hashlib.sha256(content).hexdigest()


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes, which are not held in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def json_hash(values: Any) -> str:
    """sha256 of values that JSON has, whatever the order of their names."""
    return bytes_hash(json.dumps(values, sort_keys=True).encode())


def add_whole_numbers(digest: Any, values: NDArray[Any]) -> None:
    """Update a digest of hashlib with an array (N,), each number in eight bytes, least first."""
    for start in range(0, len(values), _AT_ONCE):
        digest.update(np.ascontiguousarray(values[start : start + _AT_ONCE], dtype="<i8"))
