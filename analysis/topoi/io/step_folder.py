"""Where are finished steps kept, and is what is kept whole?"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from topoi.errors import InputError, listed
from topoi.hashes import bytes_hash
from topoi.io.atomic import first_folder, is_leftover, sweep_folder, take_away, write_file
from topoi.io.parts import json_bytes

__all__ = ["DamagedStepError", "KeptStep", "StepFolder"]

_SCHEMA = 1
_HEAD = "step.json"
_TAG = "CACHEDIR.TAG"
# The first line is what makers of backups look for: bford.info/cachedir
_TAG_TEXT = b"""Signature: 8a477f597d28d172789f06886806bc55
# Finished steps of topoi, which can be made again. See `topoi cache --help`.
"""
_OWN = (_TAG, ".gitignore", "steps", "runs", "damaged")
_KEY = re.compile(r"[0-9a-f]{64}")
_DAMAGED = re.compile(rf"{_KEY.pattern}\.[0-9a-f]{{8}}")
_GONE = re.compile(r"\.gone\.[0-9a-f]{16}")
_DAY = 24 * 3600.0


class DamagedStepError(Exception):
    """What is kept of a step is not whole, or not of that step; says why."""


@dataclass(frozen=True)
class KeptStep:
    """What the head of a kept step says.

    name : of the step
    sizes : bytes of each part, by its name
    hashes : sha256 of each part, by its name
    warnings : what the user was told when it was made
    """

    name: str
    sizes: Mapping[str, int]
    hashes: Mapping[str, str]
    warnings: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(self.sizes.values())


@dataclass(frozen=True)
class StepFolder:
    """A folder of finished steps, each in a folder that is called by its key.

    No process waits for another, and nothing is locked: a step is written beside its place and
    moved there; what is there is never changed.
    """

    folder: Path

    def check(self) -> None:
        """Refuse a folder that holds something else.

        Raises
        ------
        InputError
            Says what to do.
        """
        if not os.path.lexists(self.folder):
            return
        try:
            names = sorted(
                path.name for path in self.folder.iterdir() if not is_leftover(path.name)
            )
        except OSError as error:
            raise InputError(
                f"{self.folder} is not a folder of kept steps: {error.strerror}. Name a new or "
                "empty folder for cache."
            ) from error
        # Other programs mark folders by a file of this name, too: its text says whose it is.
        others = [name for name in names if name not in _OWN] if self._is_marked() else names
        if others:
            raise InputError(
                f"{self.folder} is not a folder of kept steps: it holds something else "
                f"({listed(others)}). Nothing was changed. Name the folder that a run told, or a "
                "new or empty folder for cache."
            )

    def head(self, key: str) -> KeptStep | None:
        """What is kept under a key; None where nothing is.

        Raises
        ------
        DamagedStepError
            If a part is missing or cut short, or it is no step of this key.
        """
        place = self._place(key)
        if not os.path.lexists(place):
            return None
        if place.is_symlink() or not place.is_dir():
            raise DamagedStepError("it is no folder")
        step = _step(place, key)
        for name, size in step.sizes.items():
            part = place / name
            if not part.is_file():
                raise DamagedStepError(f"{name} is missing")
            if part.stat().st_size != size:
                raise DamagedStepError(f"{name} has {part.stat().st_size} bytes, not {size}")
        return step

    def read(self, key: str) -> dict[str, bytes]:
        """The parts of a step, each as it was written.

        Raises
        ------
        DamagedStepError
            If there is no such step any more, or any part is not what was written.
        """
        step = self.head(key)
        if step is None:
            raise DamagedStepError("it was taken away")
        parts = {}
        for name, digest in step.hashes.items():
            try:
                parts[name] = (self._place(key) / name).read_bytes()
            except OSError as error:
                raise DamagedStepError(f"{name}: {error.strerror}") from error
            if bytes_hash(parts[name]) != digest:
                raise DamagedStepError(f"{name} is not what was written (sha256)")
        return parts

    def write(
        self, key: str, name: str, parts: Mapping[str, bytes], warnings: Collection[str] = ()
    ) -> None:
        """Keep a step, unless another process was first.

        Raises
        ------
        OSError
            If the folder is not writable, or the disk is full.
        """
        self._make()
        head = {
            "schema": _SCHEMA, "key": key, "step": name, "warnings": list(warnings),
            "parts": {part: [len(content), bytes_hash(content)] for part, content in parts.items()},
        }  # fmt: skip
        with first_folder(self._place(key)) as fresh:
            for part, content in parts.items():
                (fresh / part).parent.mkdir(parents=True, exist_ok=True)
                (fresh / part).write_bytes(content)
            digest = bytes_hash(json_bytes(head))
            (fresh / _HEAD).write_bytes(json_bytes({"head": head, "sha256": digest}))

    def set_aside(self, key: str) -> None:
        """Take a damaged step out of the way; it stays in `damaged` until that is cleared."""
        with suppress(OSError):
            aside = self.folder / "damaged" / f"{key}.{secrets.token_hex(4)}"
            aside.parent.mkdir(parents=True, exist_ok=True)
            self._place(key).rename(aside)

    def used(self, key: str) -> None:
        """Note that a step was of use now, for those who clear by age; nothing else looks at it."""
        with suppress(OSError):
            os.utime(self._place(key) / _HEAD)

    def sweep(self) -> None:
        """Take away what killed processes left half-written."""
        for name in ("", "steps", "runs"):
            sweep_folder(self.folder / name)

    def all_keys(self) -> list[str]:
        """The keys under which something is kept, in order."""
        return sorted(name for name in _names(self.folder / "steps") if _KEY.fullmatch(name))

    def age(self, key: str) -> float:
        """Days since a step was last of use; 0 where the clock was set back since."""
        try:
            used = (self._place(key) / _HEAD).stat().st_mtime
        except OSError:
            return float("inf")
        return max(time.time() - used, 0.0) / _DAY

    def remove(self, keys: Collection[str]) -> None:
        """Take steps away, each by one move first, so that nobody sees half of one."""
        for key in keys:
            gone = self.folder / "steps" / f".gone.{secrets.token_hex(8)}"
            with suppress(OSError):
                self._place(key).rename(gone)
                take_away(gone)

    def clear_damaged(self) -> None:
        """Take away the damaged steps that were put aside, and what was half taken away."""
        for name in self.damaged():
            take_away(self.folder / "damaged" / name)
        with suppress(OSError):  # not there, or something else is in it
            (self.folder / "damaged").rmdir()
        for name in _names(self.folder / "steps"):
            if _GONE.fullmatch(name):
                take_away(self.folder / "steps" / name)

    def damaged(self) -> list[str]:
        """Names of the folders of damaged steps."""
        return [name for name in _names(self.folder / "damaged") if _DAMAGED.fullmatch(name)]

    def write_record(self, out: Path, record: Mapping[str, Any]) -> None:
        """Note how far a run to a result folder has come, in place of what an earlier one noted.

        Raises
        ------
        InputError
            If the folder is not writable.
        """
        self._make()
        write_file(self._record(out), json_bytes(record), is_lasting=False)

    def record(self, out: Path) -> dict[str, Any] | None:
        """What the last run to a result folder noted; None where there is none or it is damaged."""
        return _record(self._record(out))

    def records(self) -> Iterator[dict[str, Any]]:
        """What the last run to each result folder noted, in order."""
        for name in _names(self.folder / "runs"):
            record = None if name.startswith(".") else _record(self.folder / "runs" / name)
            if record is not None:
                yield record

    def _make(self) -> None:
        """The folder with its marks: neither backups nor git take it."""
        if not self._is_marked():
            write_file(self.folder / _TAG, _TAG_TEXT, is_lasting=False)
        if not (self.folder / ".gitignore").is_file():
            (self.folder / ".gitignore").write_bytes(b"*\n")

    def _is_marked(self) -> bool:
        try:
            return (self.folder / _TAG).read_bytes() == _TAG_TEXT
        except OSError:
            return False

    def _place(self, key: str) -> Path:
        return self.folder / "steps" / key

    def _record(self, out: Path) -> Path:
        name = str(out.resolve()).encode("utf-8", "surrogateescape")
        return self.folder / "runs" / f"{bytes_hash(name)[:16]}.json"


def _step(place: Path, key: str) -> KeptStep:
    """The head of a step, checked against its own sha256."""
    try:
        kept = json.loads((place / _HEAD).read_bytes())
        head = kept["head"]
        if bytes_hash(json_bytes(head)) != kept["sha256"]:
            raise DamagedStepError(f"{_HEAD} is not what was written (sha256)")
        if head["schema"] != _SCHEMA or head["key"] != key:
            raise DamagedStepError("it is another step")
        parts = {str(name): (int(size), str(sha)) for name, (size, sha) in head["parts"].items()}
        warnings = tuple(map(str, head["warnings"]))
        name = str(head["step"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedStepError(f"{_HEAD} cannot be read") from error
    for part in parts:
        if PurePosixPath(part).is_absolute() or ".." in PurePosixPath(part).parts:
            raise DamagedStepError("it names a file outside")
    sizes = {part: size for part, (size, _) in parts.items()}
    return KeptStep(name, sizes, {part: sha for part, (_, sha) in parts.items()}, warnings)


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []


def _record(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_bytes())
        steps = [(str(name), str(key)) for name, key in record["steps"]]
        checked = {name: record[name] for name in ("out", "facts", "is_finished")}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return {**checked, "steps": steps}
