"""What is a URL that a user may name, and to which store does fsspec say that it leads?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topoi.errors import InputError, listed
from topoi.io.store_errors import STORE_SETTINGS, GoneError, asking

__all__ = ["WEB", "Url", "is_url", "place_of", "refuse_url", "store_of"]

WEB = ("http", "https")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_OF_THIS_MACHINE = ("file", "local")
_PACKAGES = {
    **{"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "http": "aiohttp"},
    **{"https": "aiohttp", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs", "sftp": "paramiko"},
}


def is_url(path: object) -> bool:
    """Whether a text begins with ``scheme://``; nothing else makes it a URL."""
    return isinstance(path, str) and _URL.match(path) is not None


def place_of(path: str | Path | Url) -> Path | Url:
    """Where a path leads: into a file system, or to a store.

    Raises
    ------
    InputError
        As `Url`.
    """
    if isinstance(path, Url):
        return path
    return Url(path) if isinstance(path, str) and is_url(path) else Path(path)


def refuse_url(path: object, what: str, why: str) -> None:
    """Refuse a URL where only a path of a file system will do.

    Raises
    ------
    InputError
        Says what was named, and why it cannot lie in a store.
    """
    if isinstance(path, Url) or is_url(path):
        raise InputError(f"{what} cannot be a URL: {why} Name a path of a file system.")


@dataclass(frozen=True)
class Url:
    """A URL that fsspec can read, without credentials.

    Raises
    ------
    InputError
        If it holds a password or a query, which would end up in messages and manifests, names a
        file of this machine or nothing at all, or is a chain.
    """

    text: str

    def __post_init__(self) -> None:
        _check(self.text)

    @property
    def scheme(self) -> str:
        """What stands before ``://``."""
        return self.text.partition("://")[0]

    @property
    def steps(self) -> list[str]:
        """Bucket or host, then the steps of the path."""
        return [step for step in self.text.partition("://")[2].split("/") if step]

    @property
    def name(self) -> str:
        """The last step."""
        return self.steps[-1]

    def write_bytes(self, content: bytes) -> None:
        """Put the object; a store has it whole, or as it was.

        Raises
        ------
        InputError
            If that is not possible.
        """
        store, path = store_of(self)
        with asking(str(self)):
            store.pipe_file(path, content)

    def names(self) -> list[str]:
        """The names of the objects that lie directly below, in order; none where nothing does."""
        store, path = store_of(self)
        try:
            with asking(str(self)):
                store.invalidate_cache()
                found = [str(info["name"]).rstrip("/") for info in store.ls(path, detail=True)]
        except GoneError:
            return []
        return sorted(name.rpartition("/")[2] for name in found if name != path.rstrip("/"))

    def unlink(self, *, missing_ok: bool = False) -> None:
        """Remove the object."""
        store, path = store_of(self)
        try:
            with asking(str(self)):
                store.rm_file(path)
        except GoneError:
            if not missing_ok:
                raise

    def __truediv__(self, name: str) -> Url:
        return Url(f"{self.text.rstrip('/')}/{name}")

    def __str__(self) -> str:
        return self.text


def _check(text: str) -> None:
    """Refuse what is no URL that may be shown and read; what is secret in it is not repeated."""
    scheme, _, rest = text.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    user, at, server = host.rpartition("@")
    shown = f"The URL {scheme}://{server.partition(':')[0]}…"
    if "::" in text or "\x00" in text:
        raise InputError(f"{shown} is a chain of file systems, or holds NUL; name one place.")
    is_secret = bool(at) and (scheme in WEB or ":" in user or "%3a" in user.lower())
    if is_secret or not re.fullmatch(r"[^:]*(:[0-9]*)?|\[[0-9A-Fa-f:]*\](:[0-9]*)?", server):
        raise InputError(
            f"{shown} holds a user's name or password, which would be in messages and results. "
            f"Take it out. {STORE_SETTINGS}"
        )
    if "?" in rest or "#" in rest:
        raise InputError(
            f"{shown} has a ? or #. What follows may be a token, which would be in messages and "
            "results, so such URLs are not read: fetch the file first, or name its folder and a "
            "pattern."
        )
    if scheme in _OF_THIS_MACHINE:
        raise InputError(f"{scheme}:// is a file of this machine: give its path alone.")
    if not host:
        raise InputError(f"{scheme}:// names no bucket or host; write it as {scheme}://name/path.")


def store_of(url: Url) -> tuple[Any, str]:
    """The store of a URL, and the path in it.

    Raises
    ------
    InputError
        If a package is missing or the scheme unknown; says what to install.
    """
    package = _PACKAGES.get(url.scheme)
    try:
        import fsspec
    except ImportError:
        more = f" {package}" if package else ""
        raise InputError(
            f"{url} is read by the package fsspec: pip install fsspec{more}."
        ) from None
    try:
        fsspec.get_filesystem_class(url.scheme)
    except ImportError as error:
        told = f"the package {package}: pip install {package}" if package else f"more: {error}"
        raise InputError(f"{url} needs {told}.") from None
    except ValueError:
        known = listed(sorted(_PACKAGES), most=20)
        raise InputError(
            f"{url.scheme}:// is no kind of store that fsspec knows; such are {known}. Check the "
            "spelling."
        ) from None
    with asking(str(url)):
        store, path = fsspec.url_to_fs(str(url))
    return store, str(path)
