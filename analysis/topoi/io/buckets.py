"""Which objects lie at a URL, and what does each hold?"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import Any, BinaryIO, cast

from topoi.errors import InputError
from topoi.io.store_errors import UnreachableError, asking, changed_message
from topoi.io.urls import WEB, Url, store_of

__all__ = ["Bucket", "StoredFile", "bytes_at"]

_BLOCK = 2**20
_MOST_UNSAID = 2**33  # bytes of an object whose store does not say how many there are
_LONGEST = 4096  # characters of a path
_ETAGS = ("ETag", "etag", "generation", "md5Hash")  # change with the content, unlike times


def bytes_at(place: Path | Url) -> bytes:
    """The bytes of a file or of an object.

    Raises
    ------
    GoneError
        If there is no object.
    InputError
        If the object cannot be read; OSError if the file cannot.
    """
    return b"".join(Bucket(place).file().blocks()) if isinstance(place, Url) else place.read_bytes()


@dataclass(frozen=True)
class StoredFile:
    """An object as its store lists it.

    url : the URL below which it was found
    name : its path below that, with "/" between the steps; empty where the URL is that of an object
    path : how the store calls it
    kind : "file", "directory", or another word of the store
    size : bytes; None where the store does not say
    etag : what changes with the content; empty where the store has none
    refusal : why it is not read; empty where it may be
    """

    url: Url
    name: str
    path: str
    kind: str
    size: int | None
    etag: str
    refusal: str = ""

    @property
    def where(self) -> str:
        """How messages name it."""
        return f"{self.url.text.rstrip('/')}/{self.name}" if self.name else str(self.url)

    def stamp(self) -> str:
        """What is another one when the content is."""
        return f"{self.size} {self.etag}" if self.etag else self.sha256()

    def sha256(self) -> str:
        """sha256 of the bytes; of an object with an etag this process asks for them once."""
        return _sha256(self) if self.etag else _sha256.__wrapped__(self)

    @contextmanager
    def held(self) -> Iterator[Callable[[], BinaryIO]]:
        """While it is open, what it gives opens a copy of the object as often as it is called.

        The object is fetched with the first call, into a temporary file without a name. Close a
        copy before the next is opened: they share their place in the file.
        """
        with ExitStack() as stack:
            copies: list[BinaryIO] = []

            def opened() -> BinaryIO:
                if not copies:
                    copies.append(stack.enter_context(self._copy()))
                return _from_the_start(copies[0])

            yield opened

    def blocks(self) -> Iterator[bytes]:
        """The bytes in order, a megabyte at a time.

        Raises
        ------
        InputError
            If the object has gone, may not be read, or is not the one that was listed.
        UnreachableError
            If the store does not answer.
        """
        store, _ = store_of(self.url)
        n_bytes = 0
        with asking(self.where), store.open(self.path, "rb") as file:
            while block := file.read(_BLOCK):
                n_bytes += len(block)
                if n_bytes > (_MOST_UNSAID if self.size is None else self.size):
                    break
                yield block
        self._check(store, n_bytes)

    def _check(self, store: Any, n_bytes: int) -> None:
        """Refuse what is not what was listed."""
        if self.size is None:
            if n_bytes > _MOST_UNSAID:
                raise InputError(f"{self.where} has no end in {_MOST_UNSAID} bytes. Fetch it.")
        elif n_bytes != self.size:
            most = "more than " if n_bytes > self.size else f"{n_bytes} of "
            raise InputError(
                f"{self.where} gave {most}the {self.size} bytes that were listed: it changed, or "
                "was cut off, while it was read. Read it again when nobody writes to it."
            )
        if self.etag:
            with asking(self.where):
                store.invalidate_cache()
                now = _etag(store.info(self.path))
            if now and now != self.etag:
                raise InputError(changed_message(self.where))

    @contextmanager
    def _copy(self) -> Iterator[BinaryIO]:
        with ExitStack() as stack:
            try:
                file = stack.enter_context(TemporaryFile(prefix="topoi-"))
                for block in self.blocks():
                    file.write(block)
                file.flush()
            except OSError as error:
                raise UnreachableError(
                    f"{self.where} cannot be kept in {gettempdir()} while it is read "
                    f"({error.strerror or error}). Free space, or name another folder by TMPDIR."
                ) from error
            yield cast("BinaryIO", file)


class Bucket:
    """What lies below a URL.

    Raises
    ------
    GoneError
        If nothing does.
    InputError
        If a package is missing, or it cannot be read.
    """

    def __init__(self, url: Url) -> None:
        self.url = url
        self._store, path = store_of(url)
        with asking(str(url)):
            self._store.invalidate_cache()
            self._root = _stored(url, "", self._store.info(path), path)

    @property
    def is_folder(self) -> bool:
        """Whether other objects lie below it; of a web page, whether it ends in a slash."""
        is_page = self.url.scheme in WEB and self.url.text.endswith("/")
        return is_page or self._root.kind == "directory"

    def file(self) -> StoredFile:
        """The object at the URL itself."""
        return self._root

    def files(self) -> Iterator[StoredFile]:
        """All objects below the URL, in order of their paths, without hidden ones.

        A folder that may not be listed is given itself. Names that are none of a file in this
        folder have a refusal; no name is ever used as a path of this machine.
        """
        waiting = [self._root]
        while waiting:
            found = waiting.pop()
            if found.refusal or (found.kind != "directory" and found is not self._root):
                yield found
                continue
            try:
                inside = self._inside(found)
            except UnreachableError:
                raise
            except InputError:
                if found is self._root:
                    raise
                yield replace(found, refusal="unreadable")
                continue
            waiting.extend(sorted(inside, key=_order, reverse=True))

    def _inside(self, folder: StoredFile) -> list[StoredFile]:
        with asking(folder.where):
            infos = list(self._store.ls(folder.path, detail=True))
        base = folder.path.rstrip("/")
        start = f"{base}/" if folder.path else ""
        found = []
        for info in infos:
            path = str(info["name"])
            if path in (base, folder.path) or (path.rstrip("/") == base and _is_file(info)):
                continue  # the folder itself, or the empty object that marks it
            is_below = path.startswith(start)
            step = path.removeprefix(start).rstrip("/") if is_below else path
            fault = _fault(step, self.url) if is_below else "name leads out of the folder"
            if not fault and step.startswith("."):
                continue
            shown = (step.partition("?")[0] if self.url.scheme in WEB else step) or "/"
            name = f"{folder.name}/{shown}" if folder.name else shown
            if not fault and info.get("type") not in ("file", "directory"):
                fault = "no plain file"
            if not fault and len(name) > _LONGEST:
                fault = "name too long"
            found.append(replace(_stored(self.url, name, info, path), refusal=fault))
        return found


def _fault(step: str, url: Url) -> str:
    """Why a store's name cannot be that of a file in the folder; empty where it can."""
    if "\x00" in step:
        return "NUL in the name"
    if not step:
        return "name with an empty step"
    if "/" in step or step in (".", ".."):
        return "name leads out of the folder"
    return "query in the name" if url.scheme in WEB and "?" in step else ""


def _order(found: StoredFile) -> str:
    """Folders are sorted as if with a slash at the end, as those of a file system are."""
    return f"{found.name}/" if found.kind == "directory" else found.name


def _stored(url: Url, name: str, info: dict[str, Any], path: str) -> StoredFile:
    size = info.get("size")
    plain = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return StoredFile(
        url, plain, path, str(info.get("type")), None if size is None else int(size), _etag(info)
    )


def _is_file(info: dict[str, Any]) -> bool:
    return info.get("type") == "file"


def _etag(info: dict[str, Any]) -> str:
    """What the store says of the content; listings and heads quote it unlike."""
    found = next((str(info[name]) for name in _ETAGS if info.get(name)), "")
    return found.removeprefix("W/").strip('"')


@lru_cache(maxsize=2**16)
def _sha256(file: StoredFile) -> str:
    digest = hashlib.sha256()
    for block in file.blocks():
        digest.update(block)
    return digest.hexdigest()


def _from_the_start(file: BinaryIO) -> BinaryIO:
    """Another handle of an open file, at its beginning."""
    again = os.fdopen(os.dup(file.fileno()), "rb")
    again.seek(0)
    return again
