"""How files and folders are written whole or not at all."""

from __future__ import annotations

import errno
import os
import platform
import re
import secrets
import shutil
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from topoi.errors import InputError
from topoi.io.lasting import absent_folders, make_lasting, sync_names
from topoi.io.others import files_in, refuse_others
from topoi.io.urls import refuse_url

__all__ = [
    "changed_folder",
    "first_folder",
    "is_leftover",
    "new_folder",
    "resolved",
    "sweep",
    "sweep_folder",
    "take_away",
    "write_file",
    "write_first",
]

Files = Collection[str] | Callable[[], Collection[str]]


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
    target = resolved(path)
    try:
        absent = absent_folders(target.parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target)
        fresh = _beside(target)
        try:
            _write(fresh, content, is_lasting=is_lasting)
            fresh.replace(target)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        if is_lasting:
            _sync_names(target, absent)
    except OSError as error:
        raise InputError(f"Cannot write {target}: {error.strerror or error}.") from error


def write_first(path: str | Path, content: bytes) -> None:
    """Write a file whole where nothing is yet, in a folder that is there.

    Raises
    ------
    InputError
        If anything is in the place, which is then left alone, or it is not writable.
    """
    place = Path(path).absolute()
    try:
        sweep(place)
        fresh = _beside(place)
        try:
            _write(fresh, content, is_lasting=True)
            _take_first(fresh, place)
        finally:
            fresh.unlink(missing_ok=True)
        sync_names(place.parent)
    except FileExistsError:
        raise InputError(f"{path} exists; nothing was written. Name another file.") from None
    except FileNotFoundError:
        raise InputError(
            f"Cannot write {path}: there is no folder {Path(path).parent}. Make it, or name "
            "another file."
        ) from None
    except OSError as error:
        raise InputError(
            f"Cannot write {path}: {error.strerror or error}. Nothing was left there; free space, "
            "or name another file."
        ) from error


@contextmanager
def new_folder(path: str | Path, *, files: Files = ()) -> Iterator[Path]:
    """A fresh folder to fill; it takes its place when the block ends well, else it vanishes.

    It is made beside its place, under a hidden name that tells the process. What a process that
    was killed left behind is taken away by the next one that writes to the same place; if it was
    killed between taking the old folder away and putting the new one there, the old one is put
    back. The old one is taken away when the disk holds the new one.

    Parameters
    ----------
    path : where the folder shall be
    files : names that an earlier result of the same kind there may consist of, or a function that
        gives them; it is asked again at the end, when another process may have put a result there

    Raises
    ------
    InputError
        If something else is at `path`, which is then left alone, or the place is not writable.
    """
    target = resolved(path)
    with _told_of(target):
        absent = absent_folders(target.parent)
        sweep(target)
        _check_replaceable(target, files)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = _beside(target)
        fresh.mkdir()
    try:
        yield fresh
        with _told_of(target):
            make_lasting(fresh)
            _take_place(fresh, target, files, absent)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        with suppress(OSError):  # not empty: somebody else has begun to use it
            for folder in absent:
                folder.rmdir()
        raise


@contextmanager
def changed_folder(path: str | Path, *, keeps: Callable[[str], bool]) -> Iterator[Path]:
    """As `new_folder`, for a folder of which a part is written anew.

    The fresh folder begins with the files that are kept. They are not copied but linked, where
    the disk can do so.

    Parameters
    ----------
    path : where the folder is or shall be
    keeps : whether a file stays, by its path in the folder; the caller knows that all others may
        be taken away

    Raises
    ------
    InputError
        As `new_folder`, and if other files came while the block went on.
    """
    target = resolved(path)
    with _told_of(target):
        sweep(target)
    held = set(files_in(target))
    with new_folder(target, files=held) as fresh:
        with _told_of(target):
            _link(sorted(filter(keeps, held)), target, fresh)
        yield fresh


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


def sweep(target: Path) -> None:
    """Take away what killed processes left of a file or folder; put back what they had set aside.

    target : its absolute path, as `resolved` gives it
    """
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
            take_away(path)


def sweep_folder(folder: Path) -> None:
    """Take away what killed processes of this machine were about to put into a folder."""
    try:
        found = [(path, _leftover().fullmatch(path.name)) for path in folder.iterdir()]
    except OSError:
        return
    for path, match in found:
        if match is not None and not _is_alive(int(match[1])):
            take_away(path)


def is_leftover(name: str) -> bool:
    """Whether a file or folder is called as what a process of this machine is still writing."""
    return _leftover().fullmatch(name) is not None


def take_away(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it, as far as that is possible."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def resolved(path: str | Path) -> Path:
    """The absolute path without links, so that a link is kept and what it points to is written.

    Raises
    ------
    InputError
        If it is a URL or no path, or its links lead in a circle.
    """
    refuse_url(path, "What is written", "it is made beside its place and moved there.")
    try:
        target = Path(path).resolve()
        is_circle = target.is_symlink()  # Python 3.13 gives such a link itself
    except RuntimeError:
        is_circle = True
    except (OSError, ValueError) as error:  # a name that is too long; one with NUL
        raise InputError(f"Cannot write to {str(path)!r}: {error}.") from error
    if is_circle:
        raise InputError(f"Cannot write to {str(path)!r}: its links lead in a circle.")
    return target


@contextmanager
def _told_of(target: Path, *, end: str = "What was there is as it was.") -> Iterator[None]:
    """While it is open, what the disk refuses is told with the place that was meant."""
    try:
        yield
    except OSError as error:
        raise InputError(f"Cannot write to {target}: {error.strerror or error}. {end}") from error


def _check_replaceable(target: Path, files: Files, *, since: str = "") -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise InputError(f"{target} is a file, not a folder; name another folder.")
    if Path.cwd().is_relative_to(target):
        raise InputError(
            f"{target} is the folder you are in, or around it, and cannot be replaced. "
            "Name a new folder."
        )
    known = set(files() if callable(files) else files)
    refuse_others(target, known.__contains__, of="earlier result of topoi", since=since)


def _take_place(fresh: Path, target: Path, files: Files, absent: Collection[Path]) -> None:
    """Put a folder in its place, and take away what was there when that is on the disk."""
    while True:
        # Once more: filling it may have taken long.
        _check_replaceable(target, files, since="while the new result was made")
        old = Path(f"{_beside(target)}.old")
        try:
            with suppress(FileNotFoundError):
                target.replace(old)
            fresh.replace(target)
            break
        except BaseException as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                take_away(old)  # another process was faster with a result of its own
                continue
            if old.exists() and not target.exists():
                old.replace(target)
            raise
    with _told_of(target, end="The result is there; a power cut may still undo it."):
        _sync_names(target, absent)
    take_away(old)


def _sync_names(target: Path, absent: Collection[Path]) -> None:
    """Wait until the disk holds the name of what was written, and of folders made around it."""
    for folder in (target.parent, *(path.parent for path in absent)):
        sync_names(folder)


def _link(names: Collection[str], old: Path, fresh: Path) -> None:
    """Let a fresh folder have files of an old one, and its rights and those of folders in it."""
    if old.is_dir():
        shutil.copymode(old, fresh)
    for name in names:
        for folder in reversed(Path(name).parents[:-1]):
            if not (fresh / folder).is_dir():
                (fresh / folder).mkdir()
                shutil.copymode(old / folder, fresh / folder)
        try:
            os.link(old / name, fresh / name, follow_symlinks=False)
        except FileNotFoundError:  # what another process was writing has its name now
            continue
        except (OSError, NotImplementedError):  # not on every disk
            shutil.copy2(old / name, fresh / name, follow_symlinks=False)


def _take_first(fresh: Path, place: Path) -> None:
    """Let a file have its name unless something has it; FileExistsError then."""
    try:
        os.link(fresh, place)
    except FileExistsError:
        raise
    except OSError:  # not on every disk
        if os.path.lexists(place):
            raise FileExistsError(str(place)) from None
        fresh.replace(place)


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


def _leftover() -> re.Pattern[str]:
    """The hidden names of this machine, with the number of the process."""
    return re.compile(rf"\..+\.{_machine()}\.([0-9]+)\.[0-9a-f]{{8}}")


def _machine() -> str:
    """A short name of this machine, where processes are known by their numbers."""
    return f"{zlib.crc32(platform.node().encode('utf-8', 'surrogateescape')):08x}"


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
