"""How files and folders are written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from topoi.errors import InputError, listed

__all__ = ["new_folder", "write_file"]


def write_file(path: str | Path, content: bytes) -> None:
    """Write a file beside its place and move it there; a failure leaves the old file as it was.

    Raises
    ------
    InputError
        If the folder cannot be made or written to.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise InputError(f"Cannot write {target}: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def new_folder(path: str | Path, *, files: list[str] | None = None) -> Iterator[Path]:
    """A fresh folder to fill; it takes its place when the block ends well, else it vanishes.

    Parameters
    ----------
    path : where the folder shall be
    files : names that an earlier result of the same kind there may consist of; None means that
        nothing may be there

    Raises
    ------
    InputError
        If something else is at `path`, which is then left alone, or the place is not writable.
    """
    target = Path(path).absolute()
    _check_replaceable(target, files)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise InputError(f"Cannot write to {target.parent}: {error.strerror}.") from error
    fresh.chmod(0o755)
    try:
        yield fresh
        _take_place(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _check_replaceable(target: Path, files: list[str] | None) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise InputError(f"{target} is a file, not a folder; name another folder.")
    present = [str(p.relative_to(target).as_posix()) for p in target.rglob("*") if not p.is_dir()]
    strange = sorted(set(present) - set(files or []))
    if strange:
        raise InputError(
            f"{target} holds files that no earlier result of topoi accounts for: "
            f"{listed(strange)}. Nothing was changed; name another folder or move them."
        )


def _take_place(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.replace(target)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
    target.replace(aside / target.name)
    try:
        fresh.replace(target)
    except OSError:
        (aside / target.name).replace(target)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
