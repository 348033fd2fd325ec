"""How does what was written stay should the power fail?"""

from __future__ import annotations

import errno
import os
from pathlib import Path

__all__ = ["absent_folders", "make_lasting", "sync_names"]

# What systems say that cannot do this with a folder.
_UNABLE = (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM)


def make_lasting(folder: Path) -> None:
    """Wait until the disk holds every file of a folder, and the names in it.

    Raises
    ------
    OSError
        If the disk cannot, such as a full one that noticed late.
    """
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                _sync(path)
        sync_names(Path(place))


def sync_names(folder: Path) -> None:
    """Wait until the disk holds what a folder says is in it, where the system can do so.

    Raises
    ------
    OSError
        If the disk cannot.
    """
    if os.name != "posix":  # there, a folder cannot be opened
        return
    try:
        _sync(folder)
    except OSError as error:
        if error.errno not in _UNABLE:
            raise


def absent_folders(folder: Path) -> list[Path]:
    """The folder and those around it that are not there, the innermost first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _sync(path: Path) -> None:
    # Windows asks for the right to write.
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
