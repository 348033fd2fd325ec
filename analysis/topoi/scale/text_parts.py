"""How the texts and the ledger of a corpus are kept in partitions on disk."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Ledger
from topoi.errors import InputError
from topoi.hashes import bytes_hash, file_hash, json_hash
from topoi.io.atomic import write_file
from topoi.io.parts import json_bytes, parquet_bytes
from topoi.scale.counts_folder import checked_bytes

__all__ = [
    "PartTask",
    "TextParts",
    "is_made",
    "key_of",
    "note_made",
    "part_is_made",
    "write_text_part",
]

_TITLES = " (title)"  # how reasons of events of titles end, see `corpus.titles`


@dataclass(frozen=True)
class TextParts:
    """A corpus in partitions of a folder, each a table and a ledger in files.

    path : the folder
    n_parts : partitions 0..n_parts-1
    """

    path: Path
    n_parts: int

    def corpus(self, number: int) -> Corpus:
        """The rows of a partition, with what became of all its documents.

        Raises
        ------
        InputError
            If a file is missing or was altered.
        """
        return Corpus(self.table(number), Ledger(self.events(number)))

    def table(self, number: int) -> pd.DataFrame:
        """The rows of a partition."""
        return self._read(number, "rows")

    def events(self, number: int) -> pd.DataFrame:
        """What became of the documents of a partition, as in `Ledger.events`."""
        return self._read(number, "events")

    def ledger(self) -> Ledger:
        """What became of all documents, in memory: the ledger of the corpus in one piece."""
        parts = [self.events(number) for number in range(self.n_parts)]
        events = pd.concat([Ledger().events, *parts], ignore_index=True)
        steps = {step: place for place, step in enumerate(dict.fromkeys(events["step"]))}
        # Step by step; `clean` tells of all titles first.
        of_text = ~((events["step"] == "clean") & events["reason"].str.endswith(_TITLES))
        order = pd.DataFrame({"step": events["step"].map(steps), "of_text": of_text})
        places = order.sort_values(["step", "of_text"], kind="stable").index
        return Ledger(events.loc[places].reset_index(drop=True))

    def hash(self, number: int) -> str:
        """sha256 of a partition, of what was noted when it was made."""
        return file_hash(_note(self.path, number))

    def __iter__(self) -> Iterator[Corpus]:
        return map(self.corpus, range(self.n_parts))

    def __len__(self) -> int:
        return self.n_parts

    def _read(self, number: int, kind: str) -> pd.DataFrame:
        note = _note(self.path, number)
        path = _file(self.path, number, kind)
        try:
            sha256 = json.loads(note.read_text(encoding="utf-8"))["files"][path.name]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{note} is missing or damaged; build the corpus again.") from error
        return pd.read_parquet(io.BytesIO(checked_bytes(path, sha256)))


@dataclass(frozen=True)
class PartTask:
    """Makes a partition of a corpus from one of another, unless it is there.

    change : Corpus to Corpus; looks at nothing but the partition
    key : what the change depends on
    """

    source: TextParts
    target: Path
    change: Callable[[Corpus], Corpus]
    key: str

    def __call__(self, number: int) -> None:
        """Updates: the folder `target`."""
        key = key_of(self.key, self.source.hash(number))
        if not is_made(_note(self.target, number), key):
            write_text_part(self.target, number, self.change(self.source.corpus(number)), key)


def write_text_part(folder: Path, number: int, corpus: Corpus, key: str) -> None:
    """Write a partition whole; its note, with the key, comes last."""
    contents = {
        _file(folder, number, "rows"): parquet_bytes(corpus.table),
        _file(folder, number, "events"): parquet_bytes(corpus.ledger.events),
    }
    for path, content in contents.items():
        write_file(path, content)
    hashes = {path.name: bytes_hash(content) for path, content in contents.items()}
    note_made(_note(folder, number), key, hashes)


def part_is_made(folder: Path, number: int, key: str) -> bool:
    """Whether a partition of a corpus is there, whole and of this key."""
    return is_made(_note(folder, number), key)


def is_made(note: Path, key: str) -> bool:
    """Whether the files that a note tells of are there as they were, and made for this key."""
    try:
        found = json.loads(note.read_text(encoding="utf-8"))
        return bool(found["key"] == key) and all(
            file_hash(note.with_name(name)) == sha256 for name, sha256 in found["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def note_made(note: Path, key: str, files: dict[str, str], **further: Any) -> None:
    """Note that files beside the note are whole, with their sha256, and what they depend on."""
    write_file(note, json_bytes({"key": key, "files": files, **further}))


def key_of(*values: Any) -> str:
    """One name for all that a result depends on."""
    return json_hash(values)


def _note(folder: Path, number: int) -> Path:
    return _file(folder, number, "rows").with_suffix(".json")


def _file(folder: Path, number: int, kind: str) -> Path:
    return folder / f"{kind}-{number:05}.parquet"
