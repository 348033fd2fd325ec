"""Are the files still those that were read?"""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from topoi.errors import InputError
from topoi.hashes import file_hash
from topoi.io.places import Found, Places
from topoi.io.store_errors import UnreachableError

__all__ = ["fingerprint"]

_MOST_HASHED = 2**24  # bytes of a file of which the sha256 is taken


def fingerprint(path: str | Path | Sequence[str | Path], reading: Mapping[str, Any]) -> str:
    """What tells whether the files are still those that were read."""
    places = Places(path, str(reading.get("pattern", "**/*")))
    digest = hashlib.sha256()
    for found in places.files():
        digest.update(json.dumps([found.name, *_stamp(found)]).encode())
    return digest.hexdigest()


def _stamp(found: Found) -> list[int] | list[str]:
    """What is another one when the file is; zeros for what cannot be read and is in the ledger.

    Of a small file it is the sha256, of a large one size and time, of an object its etag.
    """
    try:
        if found.stored is not None:
            return [found.stored.stamp()] if not found.refusal else [0, 0]
        status = Path(found.where).stat()
        is_read = not found.refusal and stat.S_ISREG(status.st_mode)
        if is_read and status.st_size <= _MOST_HASHED:
            return [file_hash(Path(found.where))]
        return [status.st_size, status.st_mtime_ns]
    except UnreachableError:
        raise
    except (OSError, InputError):
        return [0, 0]
