"""Which files an archive (zip, tar, tar.gz) holds; it is read, never extracted."""

from __future__ import annotations

import gzip
import lzma
import re
import stat
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, NamedTuple, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from topoi.errors import InputError
from topoi.io.kinds import ARCHIVES, kind_by_name
from topoi.io.places import Found, written
from topoi.io.refusal import RefusedError

__all__ = [
    "LIMITS",
    "ArchiveLimitError",
    "Limits",
    "members",
    "refused_name",
    "zip_refusal",
]

_BLOCK = 2**18
_IN_MEMORY = 2**25  # bytes of a member; a larger one waits in a temporary file without a name
_DRIVE = re.compile(r"[A-Za-z]:")
# What broken archives make of zipfile, tarfile and the unpackers below them.
_BROKEN = (
    *(BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(ValueError, NotImplementedError, RecursionError, OverflowError, LookupError),
)


class Limits(NamedTuple):
    """Beyond what an archive is not read on; sizes are counted while unpacking, never believed.

    members : files and folders in the archive
    total, member : bytes of all members together, and of one
    ratio, free : a member, or a tar.gz, of more than `free` bytes may not be more than `ratio`
        times its packed size
    """

    members: int = 100_000
    total: int = 2**33
    member: int = 2**31
    ratio: int = 200
    free: int = 2**24


LIMITS = Limits()


class ArchiveLimitError(RefusedError):
    """An archive, or a member of it, is larger than is safe to unpack."""

    def __init__(self, message: str) -> None:
        super().__init__("archive limit", message)


def members(archive: Found, kind: str, *, limits: Limits = LIMITS) -> Iterator[Found]:
    """The files in an archive in its own order; what is no plain file has its reason.

    Use each before asking for the next one: a tar file is read from front to back. Members of
    tar files and of zip files are held in memory or, when large, in a temporary file without a
    name; nothing is ever written under a name from the archive. Hidden files are left out.

    Raises
    ------
    ArchiveLimitError
        If there are too many members or bytes; `limits` says what is allowed.
    InputError
        If the archive is damaged or cut off.
    """
    names = _Names(archive)
    with archive.open() as file, _told(archive.where):
        for number, member in enumerate(_raw_members(file, archive, kind, limits), start=1):
            if number > limits.members:
                raise ArchiveLimitError(
                    f"{archive.where} has more than {limits.members} members; the others are not "
                    "read. Unpack it and give the folder."
                )
            found = names.found(member)
            if found is not None:
                yield found


class _Member(NamedTuple):
    name: str
    refusal: str
    open: Callable[[], BinaryIO]


def _raw_members(file: BinaryIO, archive: Found, kind: str, limits: Limits) -> Iterator[_Member]:
    if kind == "zip":
        return _zip_members(file, archive, limits)
    return _tar_members(file, archive, limits, is_packed=kind == "tar.gz")


class _Names:
    """The names of members in ids: below that of the archive, each for one member."""

    def __init__(self, archive: Found) -> None:
        self.archive = archive
        self.used: dict[str, int] = {}  # and the number that the next one of the name gets

    def found(self, member: _Member) -> Found | None:
        """What is to be read or told of a member; None for a hidden one."""
        refusal, detail = refused_name(member.name) or member.refusal, ""
        steps = [
            step for step in member.name.replace("\\", "/").split("/") if step not in ("", ".")
        ]
        if not refusal and any(step.startswith(".") or step == "__MACOSX" for step in steps):
            return None
        if not refusal and not kind_by_name(member.name):
            refusal = "unsupported file type"
        elif not refusal and kind_by_name(member.name) in ARCHIVES:
            refusal, detail = "archive in an archive", "Unpack it and give the folder."
        name = written(f"{self.archive.name}/{member.name if refusal else '/'.join(steps)}")
        return Found(
            name=self._unused(name),
            source=self.archive.source or self._source(steps),
            where=f"{self.archive.where}/{written('/'.join(steps))}",
            open=member.open,
            refusal=refusal,
            detail=detail,
            is_member=True,
        )

    def _unused(self, name: str) -> str:
        """The name, or one with a number where an earlier member has it."""
        number, free = self.used.get(name, 1), name
        while free in self.used:
            number += 1
            free = f"{name} ({number})"
        self.used[free] = 1
        self.used[name] = number
        return free

    def _source(self, steps: list[str]) -> str:
        return written(steps[0]) if len(steps) > 1 else ""


def refused_name(name: str) -> str:
    """Why a name of a member is not used; empty where it may be."""
    if "\x00" in name:
        return "NUL in the name"
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        return "absolute name"
    return "name leads out of the archive" if ".." in re.split(r"[/\\]", name) else ""


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Errors of the unpacking libraries as errors that name the archive."""
    try:
        yield
    except InputError:
        raise
    except _BROKEN as error:
        raise InputError(
            f"{where} is damaged or cut off ({error or type(error).__name__}). Fetch or pack it "
            "again."
        ) from error


# --- zip


def _zip_members(file: BinaryIO, archive: Found, limits: Limits) -> Iterator[_Member]:
    budget = _Budget(archive.where, limits)
    with ZipFile(file) as opened:
        for info in opened.infolist():
            if not info.is_dir():
                unpack = partial(_unpacked_zip, opened, info, budget)
                # `filename` ends at a NUL; the name that was written is told.
                yield _Member(info.orig_filename, zip_refusal(info), unpack)


def zip_refusal(info: ZipInfo) -> str:
    """Why a member of a zip file is not read; empty where it may be."""
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "link"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "no plain file"
    return "encrypted" if info.flag_bits & 1 else ""


def _unpacked_zip(opened: ZipFile, info: ZipInfo, budget: _Budget) -> BinaryIO:
    with _told(f"{budget.where}/{written(info.filename)}"):
        try:
            with opened.open(info) as packed:
                return budget.unpacked(cast("BinaryIO", packed), packed_size=info.compress_size)
        except (NotImplementedError, RuntimeError) as error:
            raise ValueError(str(error)) from error


class _Budget:
    """Counts the bytes that an archive was unpacked to, and stops at the limits."""

    def __init__(self, where: str, limits: Limits) -> None:
        self.where = where
        self.limits = limits
        self.left = limits.total

    def unpacked(self, packed: BinaryIO, *, packed_size: int | None) -> BinaryIO:
        """All bytes of a member as a file that can seek."""
        limits = self.limits
        most = min(self.left, limits.member)
        if packed_size is not None:
            most = min(most, max(limits.free, limits.ratio * packed_size))
        spool = cast("BinaryIO", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
        size = 0
        while block := packed.read(_BLOCK):
            size += len(block)
            if size > most:
                spool.close()
                raise ArchiveLimitError(
                    f"A member of {self.where} unpacks to more than {most} bytes; an archive may "
                    f"hold {limits.total}, a member {limits.member}, and beyond {limits.free} no "
                    f"more than {limits.ratio} times its packed size. Unpack it and give the "
                    "folder, if you trust it."
                )
            spool.write(block)
        self.left -= size
        spool.seek(0)
        return spool


# --- tar


def _tar_members(
    file: BinaryIO, archive: Found, limits: Limits, *, is_packed: bool
) -> Iterator[_Member]:
    unpacked = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if is_packed else file
    stream = _Forward(unpacked, file, archive.where, limits)
    budget = _Budget(archive.where, limits)
    with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r:") as opened:
        while (info := opened.next()) is not None:
            opened.members = []  # type: ignore[attr-defined]  # else it keeps a record of each
            if not info.isdir():
                unpack = partial(_unpacked_tar, opened, info, budget)
                yield _Member(info.name, _tar_refusal(info), unpack)
    if not stream.last_block or stream.last_block.strip(b"\x00"):
        raise tarfile.ReadError("no end mark")


def _tar_refusal(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return "link"
    return "" if info.isreg() and not info.issparse() else "no plain file"


def _unpacked_tar(opened: tarfile.TarFile, info: tarfile.TarInfo, budget: _Budget) -> BinaryIO:
    with _told(f"{budget.where}/{written(info.name)}"):
        packed = opened.extractfile(info)
        assert packed is not None, "a regular file has content"
        spool = budget.unpacked(cast("BinaryIO", packed), packed_size=None)
        if spool.seek(0, 2) != info.size:
            raise EOFError("the member is cut off")
        spool.seek(0)
        return spool


class _Forward:
    """A stream that only goes on, counts what comes out of it, and stops at the limits.

    tarfile asks for as many bytes as a header says; a request that is too large is refused
    before it takes memory.
    """

    def __init__(self, unpacked: BinaryIO, packed: BinaryIO, where: str, limits: Limits) -> None:
        self.unpacked = unpacked
        self.packed = packed
        self.where = where
        self.limits = limits
        self.place = 0
        self.last_block = b""
        self.failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= 2**24:
            raise ArchiveLimitError(f"{self.where} has a header of {size} bytes; it is not read.")
        return self._next(size)

    def tell(self) -> int:
        return self.place

    def seek(self, place: int) -> int:
        if place < self.place:
            raise tarfile.ReadError("headers point backwards")
        while self.place < place and self._next(min(_BLOCK, place - self.place)):
            pass
        return self.place

    def close(self) -> None:
        self.unpacked.close()

    def _next(self, size: int) -> bytes:
        if self.failure is not None:  # a broken stream stays broken
            raise self.failure
        try:
            block = self.unpacked.read(size)
            self.place += len(block)
            self._check()
        except Exception as error:
            self.failure = error
            raise
        self.last_block = block
        return block

    def _check(self) -> None:
        limits = self.limits
        most = limits.total
        if self.packed is not self.unpacked:
            most = min(most, max(limits.free, limits.ratio * self.packed.tell()))
        if self.place > most:
            raise ArchiveLimitError(
                f"{self.where} unpacks to more than {most} bytes; {limits.total} are allowed and, "
                f"beyond {limits.free}, no more than {limits.ratio} times its packed size. Unpack "
                "it and give the folder, if you trust it."
            )
