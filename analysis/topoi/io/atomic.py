"""How files and folders are written whole or not at all."""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from topoi.errors import InputError, listed
from topoi.io.urls import refuse_url

__all__ = ["first_folder", "new_folder", "sweep_folder", "write_file"]


def write_file(path: str | Path, content: bytes, *, is_lasting: bool = True) -> None:
    """Write a file beside its place and move it there; a failure leaves the old file as it was.

    Parameters
    ----------
    path : where the file shall be
    content : bytes of the file
    is_lasting : whether it must be on the disk before this ends, should the power fail

    Raises
    ------
    InputError
        If the folder cannot be made or written to, or a folder is in the place.
    """
    target = _resolved(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        fresh = _beside(target)
        try:
            _write(fresh, content, is_lasting=is_lasting)
            fresh.replace(target)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(f"Cannot write {target}: {error.strerror or error}.") from error


@contextmanager
def new_folder(path: str | Path, *, files: Collection[str] = ()) -> Iterator[Path]:
    """A fresh folder to fill; it takes its place when the block ends well, else it vanishes.

    It is made beside its place, under a hidden name that tells the process. What a process that
    was killed left behind is taken away by the next one that writes to the same place; if it was
    killed between taking the old folder away and putting the new one there, the old one is put
    back.

    Parameters
    ----------
    path : where the folder shall be
    files : names that an earlier result of the same kind there may consist of

    Raises
    ------
    InputError
        If something else is at `path`, which is then left alone, or the place is not writable.
    """
    target = _resolved(path)
    try:
        missing = [p for p in (target.parent, *target.parent.parents) if not p.exists()]
        _sweep(target)
        _check_replaceable(target, files)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = _beside(target)
        fresh.mkdir()
    except OSError as error:
        raise InputError(f"Cannot write to {target}: {error.strerror or error}.") from error
    try:
        yield fresh
        # Once more: the block may have taken long.
        _check_replaceable(target, files)
        _take_place(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        with suppress(OSError):  # not empty: somebody else has begun to use it
            for folder in missing:
                folder.rmdir()
        raise


@contextmanager
def first_folder(path: Path) -> Iterator[Path]:
    """A fresh folder to fill; it takes its place unless another was there first.

    For contents that are the same whoever makes them: no process waits for another, the folder
    that is finished first stays, and that of a process that was killed is taken away by
    `sweep_folder`.

    Raises
    ------
    OSError
        If the place is not writable, or a file is in it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = _beside(path)
    fresh.mkdir()
    try:
        yield fresh
        _take_free_place(fresh, path)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def sweep_folder(folder: Path) -> None:
    """Take away what killed processes of this machine were about to put into a folder."""
    ours = re.compile(rf"\..+\.{_machine()}\.([0-9]+)\.[0-9a-f]{{8}}")
    try:
        found = [(path, ours.fullmatch(path.name)) for path in folder.iterdir()]
    except OSError:
        return
    for path, match in found:
        if match is not None and not _is_alive(int(match[1])):
            _take_away(path)


def _resolved(path: str | Path) -> Path:
    """The absolute path without links, so that a link is kept and what it points to is written."""
    refuse_url(path, "What is written", "it is made beside its place and moved there.")
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links; a name with NUL
        raise InputError(f"Cannot write to {str(path)!r}: {error}.") from error


def _check_replaceable(target: Path, files: Collection[str]) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise InputError(f"{target} is a file, not a folder; name another folder.")
    if Path.cwd().is_relative_to(target):
        raise InputError(
            f"{target} is the folder you are in, or around it, and cannot be replaced. "
            "Name a new folder."
        )
    found = (p for p in target.rglob("*") if p.is_symlink() or not p.is_dir())
    strange = sorted({p.relative_to(target).as_posix() for p in found} - set(files))
    if strange:
        raise InputError(
            f"{target} holds files that no earlier result of topoi accounts for: "
            f"{listed(strange)}. Nothing was changed; name another folder or move them."
        )


def _take_place(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.replace(target)
        return
    old = fresh.with_name(f"{fresh.name}.old")
    target.replace(old)
    try:
        fresh.replace(target)
    except BaseException:
        old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _take_free_place(fresh: Path, target: Path) -> None:
    try:
        fresh.rename(target)  # refused where a folder with something in it is
    except OSError:
        if not target.is_dir():
            raise
        shutil.rmtree(fresh, ignore_errors=True)


def _write(path: Path, content: bytes, *, is_lasting: bool) -> None:
    # "x" and no mkstemp: the file gets the rights that the user's umask allows.
    with path.open("xb") as file:
        file.write(content)
        if is_lasting:
            file.flush()
            os.fsync(file.fileno())


def _beside(target: Path) -> Path:
    """A hidden name next to the target that no other process takes."""
    return target.with_name(f"{_mark(target)}{os.getpid()}.{secrets.token_hex(4)}")


def _mark(target: Path) -> str:
    """How the hidden names of this target begin, on this machine."""
    return f".{target.name}.{_machine()}."


def _machine() -> str:
    """A short name of this machine, where processes are known by their numbers."""
    return f"{zlib.crc32(platform.node().encode('utf-8', 'surrogateescape')):08x}"


def _sweep(target: Path) -> None:
    """Take away what killed processes left of this target; put back what they had set aside."""
    if not target.parent.is_dir():
        return
    ours = re.compile(re.escape(_mark(target)) + r"([0-9]+)\.[0-9a-f]{8}(\.old)?")
    for path in sorted(target.parent.iterdir()):
        match = ours.fullmatch(path.name)
        if match is None or _is_alive(int(match[1])):
            continue
        if match[2] and not target.exists():
            path.replace(target)
        else:
            _take_away(path)


def _take_away(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    if os.name != "posix":
        return True  # there, the question would end the process
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
