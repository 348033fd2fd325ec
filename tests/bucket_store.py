"""A store of objects for tests: folders of this machine behind fsspec, with faults on demand."""

from __future__ import annotations

import hashlib
import io
import os
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import fsspec
from fsspec.spec import AbstractFileSystem

__all__ = ["BucketFileSystem", "calls", "register"]

ROOT = "TOPOI_TEST_BUCKETS"  # an environment variable, which processes that are started inherit


class BucketFileSystem(AbstractFileSystem):
    """Objects of ``bucket://name/key`` are files name/key of a folder.

    calls : how often each verb was asked for each path
    on_open : by path, what to do when the object is opened: raise, change it, or give other bytes
    on_info : by path, what is given in place of its entry
    listings : by path, a function of the list of entries that gives another list
    has_etags : whether entries have one
    """

    protocol = "bucket"
    calls: ClassVar[Counter[tuple[str, str]]] = Counter()
    on_open: ClassVar[dict[str, Any]] = {}
    on_info: ClassVar[dict[str, Any]] = {}
    listings: ClassVar[dict[str, Any]] = {}
    has_etags = True

    @classmethod
    def reset(cls, root: Path) -> None:
        os.environ[ROOT] = str(root)
        cls.calls, cls.on_open, cls.on_info, cls.listings = Counter(), {}, {}, {}
        cls.has_etags = True

    def ls(self, path, detail=True, **_):
        path = self._asked("ls", path)
        place = self._place(path)
        if place.is_file():
            return [self._entry(path)]
        if not place.is_dir():
            raise FileNotFoundError(path)
        entries = [self._entry(f"{path}/{name}") for name in os.listdir(place)]  # noqa: PTH208
        change = self.listings.get(path)
        return entries if change is None else change(entries)

    def info(self, path, **_):
        path = self._asked("info", path)
        if path in self.on_info:
            return self.on_info[path]()
        return self._entry(path)

    def _open(self, path, mode="rb", **_):
        path = self._asked("open", path)
        content = self._place(path).read_bytes() if self._place(path).is_file() else None
        if path in self.on_open:
            found = self.on_open[path]()
            if found is not None:
                return found if hasattr(found, "read") else io.BytesIO(found)
        if content is None:
            raise FileNotFoundError(path)
        return io.BytesIO(content)

    def pipe_file(self, path, value, mode="overwrite", **_):
        path = self._asked("put", path)
        self._place(path).parent.mkdir(parents=True, exist_ok=True)
        self._place(path).write_bytes(value)

    def rm_file(self, path):
        self._place(self._asked("remove", path)).unlink()

    def _entry(self, path):
        place = self._place(path)
        if not place.exists():
            raise FileNotFoundError(path)
        if place.is_dir():
            return {"name": path, "size": 0, "type": "directory"}
        content = place.read_bytes()
        entry = {"name": path, "size": len(content), "type": "file"}
        tag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return {**entry, "ETag": f'"{tag}"'} if self.has_etags else entry

    def _asked(self, verb, path):
        path = self._strip_protocol(path)
        type(self).calls[verb, path] += 1
        return path

    def _place(self, path):
        return Path(os.environ[ROOT]) / path


def register() -> None:
    """Let this process know the store; a worker of a cluster has to be told, too."""
    fsspec.register_implementation("bucket", BucketFileSystem, clobber=True)


def calls() -> dict[tuple[str, str], int]:
    """How often this process asked for what."""
    return dict(BucketFileSystem.calls)
