"""What names bytes, a file or values: their sha256, as hexadecimal digits."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

__all__ = ["bytes_hash", "file_hash", "json_hash"]


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
