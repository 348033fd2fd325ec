"""Where are the parts of a kept thing, in a folder or in one zip file, and what does each hold?"""

from __future__ import annotations

import io
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from topoi.errors import InputError, listed
from topoi.io.archives import Limits, refused_name, zip_refusal
from topoi.io.atomic import new_folder, write_file
from topoi.io.buckets import bytes_at
from topoi.io.store_errors import GoneError
from topoi.io.urls import Url, place_of

__all__ = [
    "BROKEN_ZIP",
    "LIMITS",
    "KeptPlace",
    "check_members",
    "kept_place",
    "read_member",
    "write_kept",
    "zip_bytes",
]

LIMITS = Limits(members=10_000, total=2**40, member=2**38)
"""Parts are stored or packed a little: what unpacks to 200 times its size is none of ours."""

BROKEN_ZIP = (BadZipFile, EOFError, zlib.error, OSError, ValueError, NotImplementedError)
"""What opening a damaged zip file, or reading a member of it, may raise."""

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16


@dataclass(frozen=True)
class KeptPlace:
    """A folder or a zip file with parts that are read by name.

    Nothing is held open: a part is looked for anew each time it is asked for.

    path : the folder or the file, also for messages
    packed : the bytes of a zip file that is no file of this machine
    """

    path: Path | Url
    packed: bytes | None = None

    @property
    def is_zip(self) -> bool:
        """Whether the parts are in one zip file."""
        return self.packed is not None or self._path.is_file()

    @property
    def _path(self) -> Path:
        assert isinstance(self.path, Path), "what lies at a URL is packed"
        return self.path

    def size(self, name: str) -> int | None:
        """The length of a part in bytes, as the folder or the zip file has it; None without it."""
        if self.is_zip:
            return _zip_sizes(self).get(name)
        place = self._path / name
        return place.stat().st_size if place.is_file() else None

    def names(self) -> frozenset[str]:
        """The names of all parts, with folders, parted by "/".

        Raises
        ------
        InputError
            If a zip file is damaged, or holds what a kept thing never does.
        """
        if not self.is_zip:
            found = (each for each in self._path.rglob("*") if each.is_file())
            return frozenset(each.relative_to(self._path).as_posix() for each in found)
        return frozenset(_zip_sizes(self))

    def content(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is none, or its name leads elsewhere.

        Raises
        ------
        InputError
            If the part cannot be read.
        """
        if refused_name(name):
            return None
        if self.is_zip:
            return _zip_content(self, name)
        place = self._path / name
        try:
            return place.read_bytes() if place.is_file() else None
        except (OSError, ValueError) as error:
            raise InputError(f"{place} cannot be read: {error}.") from error


def kept_place(path: str | Path) -> KeptPlace:
    """The folder or zip file; what lies at a URL is one zip file and is read whole.

    Raises
    ------
    InputError
        If there is neither, or it cannot be read.
    """
    place = place_of(path)
    if isinstance(place, Url):
        _check_zip_url(place)
        return KeptPlace(place, bytes_at(place))
    if not (place.is_dir() or place.is_file()):
        raise InputError(f"{place} is neither a folder nor a file. Check the path.")
    return KeptPlace(place)


def write_kept(
    path: str | Path, parts: Mapping[str, bytes], *, head: str, earlier: Collection[str]
) -> Path | Url:
    """Keep parts in a zip file where the path ends in .zip, else in a folder; whole or not at all.

    The same parts give the same bytes: a zip file has them stored, in the order of `parts`, all
    with one date and the rights of a plain file.

    Parameters
    ----------
    path : where; an earlier thing of the same kind there is replaced. A URL must end in .zip
    parts : bytes by name
    head : the part by which a thing of this kind is known
    earlier : names that an earlier thing of this kind may consist of

    Raises
    ------
    InputError
        If something else is there, which is then left alone, or the place is not writable.
    """
    place = place_of(path)
    if isinstance(place, Url):
        _check_zip_url(place)
        _check_earlier(place, head)
        place.write_bytes(zip_bytes(parts))
        return place
    if place.suffix.lower() == ".zip" and not place.is_dir():
        _check_earlier(place, head)
        write_file(place, zip_bytes(parts))
        return place
    known = earlier if (place / head).is_file() else ()
    with new_folder(place, files=known) as folder:
        for name, content in parts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    return place


def zip_bytes(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a zip file that depends on nothing else.

    Stored, since Parquet is packed and floats do not pack, and since two builds of zlib may pack
    the same bytes in two ways.
    """
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as file:
        for name, content in parts.items():
            member = ZipInfo(name, _DATE)
            member.create_system = _UNIX
            member.external_attr = _PLAIN_FILE
            file.writestr(member, content)
    return buffer.getvalue()


def read_member(opened: ZipFile, member: ZipInfo) -> bytes:
    """All bytes of a member, not more than it says that it has.

    Raises
    ------
    BadZipFile
        If there are fewer or others; other errors of `BROKEN_ZIP` for other faults.
    """
    try:
        with opened.open(member) as packed:
            content = packed.read(member.file_size + 1)
    except RuntimeError as error:  # encrypted
        raise BadZipFile(str(error)) from error
    if len(content) != member.file_size:
        raise BadZipFile(f"{member.filename} is cut off")
    return content


def check_members(opened: ZipFile, size: int) -> None:
    """Refuse a zip file of `size` bytes that holds too much, or what may mean two things.

    Raises
    ------
    BadZipFile
        If it has too many members, unpacks to too much, a name leads elsewhere or occurs twice,
        or a member is a link or encrypted.
    """
    members = opened.infolist()
    if len(members) > LIMITS.members:
        raise BadZipFile(f"it has {len(members)} members; {LIMITS.members} are allowed")
    total = sum(member.file_size for member in members)
    most = min(LIMITS.total, max(LIMITS.free, LIMITS.ratio * size))
    if total > most:
        raise BadZipFile(f"it unpacks to {total} bytes; for its size {most} are allowed")
    for member in members:
        fault = refused_name(member.orig_filename) or zip_refusal(member)
        if fault:
            raise BadZipFile(f"{member.filename!r}: {fault}")
    names = [member.filename for member in members]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise BadZipFile(f"names occur more than once: {listed(twice)}")


def _zip_sizes(place: KeptPlace) -> dict[str, int]:
    with _opened(place, place.path) as file:
        return {each.filename: each.file_size for each in file.infolist() if not each.is_dir()}


def _zip_content(place: KeptPlace, name: str) -> bytes | None:
    with _opened(place, place.path / name) as file:
        found = [each for each in file.infolist() if each.filename == name]
        return read_member(file, found[0]) if found else None


@contextmanager
def _opened(place: KeptPlace, named: Path | Url) -> Iterator[ZipFile]:
    """The zip file, checked; while it is open, what is broken is told of what is `named`."""
    packed = place.packed
    try:
        with ZipFile(place._path if packed is None else io.BytesIO(packed)) as file:
            check_members(file, place._path.stat().st_size if packed is None else len(packed))
            yield file
    except BROKEN_ZIP as error:
        raise InputError(_broken(named, error)) from error


def _broken(path: Path | Url, error: Exception) -> str:
    told = str(error).rstrip(".") or type(error).__name__
    return (
        f"{path} is damaged or no zip file of topoi: {told}. Take the file from its origin again."
    )


def _check_zip_url(url: Url) -> None:
    if not url.name.lower().endswith(".zip"):
        raise InputError(f"What is kept at a URL is one zip file: {url} must end in .zip.")


def _check_earlier(place: Path | Url, head: str) -> None:
    try:
        if isinstance(place, Path) and not place.exists():
            return
        packed = bytes_at(place) if isinstance(place, Url) else None
        is_ours = KeptPlace(place, packed).size(head) is not None
    except GoneError:
        return
    except InputError:
        is_ours = False
    if not is_ours:
        raise InputError(
            f"{place} exists and holds no {head}, so it is no earlier result of the same kind. "
            "Nothing was changed; name another file."
        )
