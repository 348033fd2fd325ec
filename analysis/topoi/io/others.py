"""Which files in a folder are not ours, and must be left alone?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from topoi.errors import InputError, listed

__all__ = ["files_in", "refuse_others"]


def files_in(folder: Path) -> Iterator[str]:
    """Paths in a folder of all that is no folder, with "/" between the steps.

    Links count as files, whatever they lead to, and so does a folder that cannot be looked into.
    What goes while this looks is left out; of what is no folder nothing is found.
    """
    closed: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=closed.append):
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in (*names, *links):
            yield Path(place, name).relative_to(folder).as_posix()
    for error in closed:
        if isinstance(error, PermissionError):
            yield Path(error.filename).relative_to(folder).as_posix()


def refuse_others(
    folder: Path, is_ours: Callable[[str], bool], *, of: str, advice: str = "", since: str = ""
) -> None:
    """Refuse a folder in which files are that are not ours.

    Parameters
    ----------
    folder : Path, which need not be there
    is_ours : whether a file is, by its path in the folder with "/" between the steps
    of : what accounts for our files, such as "earlier search"
    advice : what to do, optional
    since : what was going on when they came, optional

    Raises
    ------
    InputError
        Names up to five of them.
    """
    others = sorted(name for name in files_in(folder) if not is_ours(name))
    if others:
        came = f", which came {since}" if since else ""
        raise InputError(
            f"{folder} holds files that no {of} accounts for: {listed(others)}{came}. Nothing was "
            f"changed; {advice or 'name another folder or move them.'}"
        )
