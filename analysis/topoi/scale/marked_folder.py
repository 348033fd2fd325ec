"""Is a folder one whose files earlier calls of ours wrote, so that they may be replaced?"""

from __future__ import annotations

from pathlib import Path

from topoi.errors import InputError, listed
from topoi.io.atomic import is_leftover, sweep_folder, write_file
from topoi.io.parts import json_bytes

__all__ = ["mark_folder"]

_MARK = "build_corpus.json"
_MARK_TEXT = json_bytes({"kind": "steps of build_corpus", "schema": 1})


def mark_folder(folder: Path) -> None:
    """Mark a folder as one for these steps, which replace and remove what is in their folders.

    Raises
    ------
    InputError
        If it holds something else, or cannot be written to.
    """
    sweep_folder(folder)
    try:
        names = sorted(path.name for path in folder.iterdir() if not is_leftover(path.name))
    except FileNotFoundError:
        names = []
    except OSError as error:
        raise InputError(f"work ({folder}) cannot be used: {error.strerror}.") from error
    is_marked = _MARK in names and (folder / _MARK).read_bytes() == _MARK_TEXT
    if names and not is_marked:
        raise InputError(
            f"work ({folder}) is of no earlier call of build_corpus, which would have left its "
            f"{_MARK}, and holds: {listed(names)}. Nothing was changed; name a new or empty folder."
        )
    if not names:
        write_file(folder / _MARK, _MARK_TEXT)
