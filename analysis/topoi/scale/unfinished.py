"""Where was a fit over partitions when it was stopped?"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError, TopoiWarning
from topoi.hashes import bytes_hash
from topoi.io.atomic import write_file
from topoi.io.others import refuse_others
from topoi.io.parts import array_bytes, arrays_of, json_bytes
from topoi.models.documents import Begun, DocumentRows
from topoi.scale.part_documents import PartDocuments
from topoi.scale.row_files import RowFiles

__all__ = ["UnfinishedFit", "unfinished_fit"]

# Seconds from one keeping to the next, and how many times as long as the keeping took.
_LEAST_SECONDS = 60.0
_LEAST_TIMES = 20.0
_OWNER = "owner"
_HEAD = "head"  # the array of bytes that says what the others are of
# What a fit that was killed at any moment may leave in its folder.
_OURS = re.compile(r"owner|sign|(start-[0-9]+|draws)\.state|(rows|tables)-[0-9a-f]{8}|\..+")
_ROWS = re.compile(r"rows-[0-9a-f]{8}/[0-9]{5,}")  # as `RowFiles` calls what a pass wrote


@contextmanager
def unfinished_fit(out: Path, key: str) -> Iterator[UnfinishedFit]:
    """A hidden folder beside `out` to fit in, with what an earlier fit of the same key left there.

    It stays where the fit is stopped after something was kept. Whoever begins to fit to the same
    place takes it over; the process that had it ends with an error when it next needs the folder.

    Parameters
    ----------
    out : where the result will be; its folder is there
    key : digest of all that decides the result

    Raises
    ------
    InputError
        If the folder holds other things, cannot be written, or was taken over.
    """
    fit = UnfinishedFit(out.with_name(f".{out.name}.unfinished"), key)
    try:
        yield fit
    except Exception as error:
        fit.refuse_other_owner(error)
        raise
    finally:
        fit.leave()


class UnfinishedFit:
    """The folder of an unfinished fit: what is kept of its loops, and what they work with.

    A loop is kept in one file: sha256 of the rest, then arrays, among them the key of the fit,
    where the rows of the documents are, and sha256 of these rows block by block. A file that is
    damaged, or of another key, is as none at all.

    path : the folder; key : as for `unfinished_fit`
    """

    def __init__(self, path: Path, key: str) -> None:
        self.path, self._key = path, key
        self._owner = secrets.token_hex(8)
        self._kept_at, self._took = monotonic(), 0.0
        refuse_others(path, _is_ours, of="unfinished fit", advice="move them.")
        write_file(path / _OWNER, self._owner.encode())
        self._sweep()

    def stage(self, name: str, documents: PartDocuments) -> _Stage:
        """Where the loop of this name over these documents is kept."""
        return _Stage(self, name, documents)

    def is_due(self) -> bool:
        """Whether enough time has gone since something was kept."""
        return monotonic() - self._kept_at >= max(_LEAST_SECONDS, _LEAST_TIMES * self._took)

    def read(self, name: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]] | None:
        """Head and arrays of a loop; None where nothing was kept, or it is of another fit."""
        path = self._path(name)
        if not path.is_file():
            return None
        digest, _, content = path.read_bytes().partition(b"\n")
        try:
            if bytes_hash(content).encode() != digest:
                raise ValueError("sha256")
            arrays = arrays_of(content, path)
            head = json.loads(arrays.pop(_HEAD).tobytes())
            if not _ROWS.fullmatch(head["rows"]):
                raise ValueError("rows")
            return (head, arrays) if head["key"] == self._key else None
        except (InputError, ValueError, KeyError, TypeError):
            self.discard(name)
            return None

    def write(self, name: str, head: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep a loop in place of what was kept of it before."""
        self.refuse_other_owner()
        told = np.frombuffer(json_bytes({**head, "key": self._key}), np.uint8)
        content = array_bytes({**arrays, _HEAD: told})
        digest = bytes_hash(content).encode()
        write_file(self._path(name), digest + b"\n" + content)

    def kept(self, since: float) -> None:
        """Something was kept, which was begun then."""
        self._kept_at = monotonic()
        self._took = self._kept_at - since

    def discard(self, name: str) -> None:
        """Say that what was kept of a loop is damaged, and forget it."""
        self._path(name).unlink(missing_ok=True)
        warnings.warn(
            f"What {self.path} had kept of an unfinished fit ({name}) is damaged and is not used; "
            "this part begins anew.",
            TopoiWarning,
            stacklevel=2,
        )

    def refuse_other_owner(self, cause: Exception | None = None) -> None:
        """Raise InputError if another process has taken the folder over."""
        if not self._is_ours():
            raise InputError(
                f"Another process has gone on with the fit in {self.path}, so this one ends. Wait "
                "for the other, or give each a folder of its own."
            ) from cause

    def leave(self) -> None:
        """Take the folder away if nothing in it is kept."""
        if not list(self.path.glob("*.state")):
            self.remove()

    def remove(self) -> None:
        """Take the folder away, unless another process has it."""
        if self._is_ours():
            shutil.rmtree(self.path, ignore_errors=True)

    def _is_ours(self) -> bool:
        try:
            return (self.path / _OWNER).read_text() == self._owner
        except OSError:
            return False

    def _sweep(self) -> None:
        """Take away all but what is kept of this fit, and the rows that it is about."""
        found = {path: self.read(path.stem) for path in self.path.glob("*.state")}
        rows = {self.path / kept[0]["rows"] for kept in found.values() if kept is not None}
        for path, kept in found.items():
            if kept is None:
                path.unlink(missing_ok=True)
        for folder in self.path.glob("*-*/"):  # where tasks that nobody waits for may still write
            own = rows & set(folder.iterdir())
            for place in set(folder.iterdir()) - own if own else {folder}:
                shutil.rmtree(place, ignore_errors=True)

    def _path(self, name: str) -> Path:
        return self.path / f"{name}.state"


def _is_ours(name: str) -> bool:
    """Whether a fit may have left what is called so, or lies in a folder that is."""
    return _OURS.fullmatch(name.partition("/")[0]) is not None


@dataclass(frozen=True)
class _Stage:
    """A loop over documents in partitions; see `models.documents.Stage`."""

    fit: UnfinishedFit
    name: str
    documents: PartDocuments

    def begun(self) -> Begun | None:
        """What was kept last, if it and all rows are as they were written."""
        kept = self.fit.read(self.name)
        if kept is None:
            return None
        head, arrays = kept
        place = self.fit.path / head["rows"]
        try:
            is_whole = self.documents.row_digests(place) == head["digests"]
        except OSError:
            is_whole = False
        if not is_whole:
            self.fit.discard(self.name)
            return None
        return Begun(arrays, self.documents.new_rows(head["width"], reads=place))

    def keep(self, rows: DocumentRows, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep the loop as it stands, if enough time has gone since that was done last."""
        if not self.fit.is_due():
            return
        assert isinstance(rows, RowFiles)
        since, place = monotonic(), rows.places.reads
        assert place is not None
        head = {
            "rows": place.relative_to(self.fit.path).as_posix(),
            "width": rows.places.width,
            "digests": self.documents.row_digests(place),
        }
        self.fit.write(self.name, head, arrays)
        rows.keep()
        self.fit.kept(since)
