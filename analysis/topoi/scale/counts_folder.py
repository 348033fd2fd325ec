"""How the counts of a corpus are kept in partitions on disk or in a bucket, read one at a time."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from topoi.corpus.row_ids import id_column
from topoi.errors import InputError
from topoi.hashes import bytes_hash, file_hash
from topoi.io.buckets import bytes_at
from topoi.io.parts import arrays_of, bytes_of, load_arrays
from topoi.io.store_errors import GoneError
from topoi.io.urls import Url, place_of
from topoi.models.blocks import block_targets, blocks_between
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

__all__ = [
    "SCHEMA",
    "TABLES",
    "CountsFolder",
    "PartEntry",
    "check_part",
    "checked_bytes",
    "open_counts",
]

SCHEMA = 1
TABLES = ("vocabulary", "phrases", "folded")


class PartEntry(NamedTuple):
    """What counts.json says of a partition.

    rows, stored, tokens : its rows, stored counts and tokens
    sha256, units_sha256 : of its two files
    """

    rows: int
    stored: int
    tokens: int
    sha256: str
    units_sha256: str


@dataclass(frozen=True, eq=False)
class CountsFolder:
    """Counts of V terms in D rows, in partitions that follow one another; see `open_counts`.

    path : the folder, or its URL
    n_terms : V
    entries : of each partition, in order
    tables : sha256 of vocabulary.parquet, phrases.parquet and folded.parquet
    key : what they were made from; empty where that is not known
    """

    path: Path | Url
    n_terms: int
    entries: tuple[PartEntry, ...]
    tables: dict[str, str]
    key: str = ""

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The V terms."""
        terms = self._table("vocabulary")
        return Vocabulary(
            list(terms["term"]), terms["doc_freq"].to_numpy(), terms["term_freq"].to_numpy()
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(D, V)"""
        return sum(entry.rows for entry in self.entries), self.n_terms

    @property
    def n_tokens(self) -> int:
        """All counts together."""
        return sum(entry.tokens for entry in self.entries)

    @cached_property
    def firsts(self) -> NDArray[np.int64]:
        """The first row of each partition among all, then D."""
        return np.cumsum([0, *(entry.rows for entry in self.entries)], dtype=np.int64)

    @cached_property
    def blocks(self) -> list[tuple[int, int]]:
        """The blocks of `models.blocks.block_bounds` for the matrix in one piece."""
        before = np.cumsum([0, *(entry.stored for entry in self.entries)], dtype=np.int64)
        cuts = []
        for target in block_targets(int(before[-1])).tolist():
            # Within this partition ends the first row that ends at the target or later.
            number = int(np.searchsorted(before[1:], target, side="left"))
            if number == len(self.entries):
                cuts.append(self.shape[0])
                continue
            ends = self.counts(number).indptr[1:] + before[number]
            cuts.append(self.firsts[number] + np.searchsorted(ends, target, side="left") + 1)
        return blocks_between(np.array(cuts, dtype=np.int64), self.shape[0])

    def part_path(self, number: int) -> Path | Url:
        """Where the counts of a partition are."""
        return self.path / f"part-{number:05}.npz"

    def counts(self, number: int) -> csr_array:
        """The counts of a partition, int32 (n, V), with int64 row bounds.

        Raises
        ------
        InputError
            If its file is missing or is not the one that was written.
        """
        entry, path = self.entries[number], self.part_path(number)
        if isinstance(path, Url):
            arrays = arrays_of(checked_bytes(path, entry.sha256), path)
        else:
            check_part(str(path), entry.sha256)
            arrays = load_arrays(path)
        parts = (arrays["data"], arrays["indices"], arrays["indptr"])
        return csr_array(parts, shape=(entry.rows, self.n_terms))

    def units(self, number: int) -> pd.DataFrame:
        """The table of a partition's rows, as in `DocTermMatrix.units`."""
        path = self.path / f"units-{number:05}.parquet"
        return _table(path, self.entries[number].units_sha256)

    def to_matrix(self) -> DocTermMatrix:
        """All partitions in memory."""
        numbers = range(len(self.entries))
        return DocTermMatrix(
            csr_array(vstack([self.counts(number) for number in numbers], format="csr")),
            self.vocabulary,
            pd.concat([self.units(number) for number in numbers], ignore_index=True),
            phrases=self._table("phrases"),
            folded=self._table("folded"),
        )

    def ids(self) -> Iterator[str]:
        """The unique id of each row."""
        for number in range(len(self.entries)):
            units = self.units(number)
            yield from units[id_column(units)]

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        n_rows, n_terms = self.shape
        return (
            f"<CountsFolder of {n_rows} rows x {n_terms} terms, {self.n_tokens} tokens, "
            f"{len(self)} partitions>"
        )

    def _table(self, name: str) -> pd.DataFrame:
        return _table(self.path / f"{name}.parquet", self.tables[name])


def open_counts(path: str | Path) -> CountsFolder:
    """The counts in a folder that `write_counts` has made; each partition is read when asked for.

    A partition's file is compared with its sha256 when this process reads it first; one that lies
    at a URL is fetched and compared at every reading.

    Raises
    ------
    InputError
        If the folder is none of these, is not complete, or another version wrote it.
    """
    place = place_of(path)
    folder = place if isinstance(place, Url) else place.absolute()
    head = folder / "counts.json"
    content = _head(head)
    if content is None:
        n_parts = sum(name.startswith("part-") for name in _json_names(folder))
        begun = (
            f"{n_parts} partitions of it are there: write the same counts again"
            + ("." if isinstance(folder, Url) else ", and it goes on from these.")
            if n_parts
            else "Make one with topoi.write_counts."
        )
        raise InputError(f"{folder} is no complete folder of counts: no counts.json. {begun}")
    try:
        found = json.loads(content.decode("utf-8"))
        schema = found["schema"]
        if schema != SCHEMA:
            raise InputError(
                f"{folder} has schema {schema}; this version reads {SCHEMA}. Write the counts "
                "again, or use the version of topoi that wrote them."
            )
        entries = tuple(_entry(part) for part in found["parts"])
        tables = {name: str(found["tables"][name]) for name in TABLES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{head} is damaged: {error!r}.") from error
    return CountsFolder(folder, int(found["n_terms"]), entries, tables, str(found["key"]))


def _head(path: Path | Url) -> bytes | None:
    try:
        return bytes_at(path) if isinstance(path, Url) or path.is_file() else None
    except GoneError:
        return None
    except OSError as error:
        raise InputError(f"{path} is damaged: {error!r}.") from error


def _json_names(folder: Path | Url) -> list[str]:
    if isinstance(folder, Url):
        return [name for name in folder.names() if name.endswith(".json")]
    return [path.name for path in folder.glob("*.json")]


def _entry(part: dict[str, Any]) -> PartEntry:
    return PartEntry(
        int(part["rows"]),
        int(part["stored"]),
        int(part["tokens"]),
        str(part["sha256"]),
        str(part["units_sha256"]),
    )


@lru_cache(maxsize=2**16)
def check_part(path: str, sha256: str) -> None:
    """Refuse a file that is missing or has other bytes; looks at each file once.

    Raises
    ------
    InputError
        Naming the file and what to do.
    """
    if not Path(path).is_file():
        raise InputError(f"{path} is missing. Write the counts again to make it anew.")
    if file_hash(Path(path)) != sha256:
        raise InputError(
            f"{path} was altered or damaged: its sha256 is not the one in counts.json. Write the "
            "counts again; only what is damaged is made anew."
        )


def checked_bytes(path: Path | Url, sha256: str) -> bytes:
    """The bytes of a file or object, compared with their sha256.

    Raises
    ------
    InputError
        If the file is missing or was altered.
    """
    content = bytes_of(path)
    if bytes_hash(content) != sha256:
        raise InputError(f"{path} was altered or damaged: its sha256 is not the one on record.")
    return content


def _table(path: Path | Url, sha256: str) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(checked_bytes(path, sha256)))
