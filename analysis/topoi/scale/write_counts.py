"""How counts come to be in partitions on disk or in a bucket, each whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from topoi.checks import at_least
from topoi.errors import InputError, listed
from topoi.hashes import bytes_hash, file_hash
from topoi.io.atomic import write_file
from topoi.io.parts import array_bytes, json_bytes, parquet_bytes
from topoi.io.urls import Url, place_of
from topoi.scale.counts_folder import (
    SCHEMA,
    TABLES,
    CountsFolder,
    PartEntry,
    open_counts,
)
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

__all__ = ["CountsWriter", "write_counts"]

_PART_SIZE = 2**22  # stored counts, 32 MiB
_MOST_TOKENS = 2**24  # float32 holds every whole number up to here
_NUMBER = re.compile(r"(?<=-)\d{5}(?=\.)")
_OURS = re.compile(
    r"(part-\d{5}\.(npz|json)|units-\d{5}\.parquet)|((vocabulary|phrases|folded)\.parquet)|counts\.json"
)


def write_counts(
    counts: DocTermMatrix | Iterable[DocTermMatrix],
    path: str | Path,
    *,
    part_size: int = _PART_SIZE,
) -> CountsFolder:
    """Keep counts in a folder of partitions, for `fit_parts`.

    Parameters
    ----------
    counts : DocTermMatrix, or an iterable of these
        Matrices that come one after another have the same vocabulary, as by
        ``vectorise(part, vocabulary=...)``, and each is a partition; none is needed any more when
        the next is asked for.
    path : str or Path
        A new folder, one of the same counts that is not complete yet, or a complete one; or the
        URL of one, where partitions are written again whether they are there or not.
    part_size : int >= 1
        Stored counts of a partition at most, where one matrix is cut; each has a row at least.

    Returns
    -------
    CountsFolder
        `counts.json` is written last, so that the folder is complete where it is. A partition
        that is there from an earlier call, with its sha256, is not written again.

    Raises
    ------
    InputError
        If the folder holds other things, vocabularies differ, a count is above 2**24, or there is
        no row at all.
    """
    at_least("part_size", part_size, 1, whole=True)
    parts = _cut(counts, int(part_size)) if isinstance(counts, DocTermMatrix) else iter(counts)
    first = next(parts, None)
    if first is None:
        raise InputError("There is no matrix to write: give at least one.")
    writer = CountsWriter(path, first.vocabulary, key="")
    writer.add(0, first.counts, first.units)
    tables = {"phrases": first.phrases, "folded": first.folded}
    del first
    n_parts = 1
    for part in parts:
        _check_terms(part, writer.vocabulary, n_parts)
        writer.add(n_parts, part.counts, part.units)
        n_parts += 1
    return writer.finish(n_parts, **tables)


class CountsWriter:
    """Writes partitions one by one, in any order; those that are there need not be made.

    Parameters
    ----------
    path : the folder, or its URL
    vocabulary : Vocabulary of all partitions
    key : what the partitions are made from; those of another key are made anew. Empty where it is
        not known: then partitions have to be made, to see whether they are the same.
    """

    def __init__(self, path: str | Path, vocabulary: Vocabulary, *, key: str) -> None:
        self.path, self.vocabulary, self._key = place_of(path), vocabulary, key
        self._put: dict[int, dict[str, Any]] = {}  # what this writer has noted in a bucket
        _check_folder(self.path)

    def has(self, number: int) -> bool:
        """Whether a partition of this key is there, whole."""
        record = self._record(number)
        return bool(self._key) and record is not None and record["key"] == self._key

    def add(self, number: int, counts: csr_array, units: pd.DataFrame) -> None:
        """Write a partition, if it is not there.

        Raises
        ------
        InputError
            If a count is above 2**24 or the folder cannot be written to.
        """
        if counts.data.size and counts.data.max() > _MOST_TOKENS:
            raise InputError(
                f"A count must be at most {_MOST_TOKENS}; partition {number} has "
                f"{counts.data.max()}. Split the document."
            )
        arrays = {
            "indptr": counts.indptr.astype(np.int64),
            "indices": counts.indices.astype(np.int32),
            "data": counts.data.astype(np.int32),
        }
        content, table = array_bytes(arrays), parquet_bytes(units)
        found = {
            "rows": counts.shape[0],
            "stored": int(counts.indptr[-1]),
            "tokens": int(counts.data.sum(dtype=np.int64)),
            "sha256": bytes_hash(content),
            "units_sha256": bytes_hash(table),
            "key": self._key,
        }
        if self._record(number) == found:
            return
        _write(self._file(number, "part", "npz"), content)
        _write(self._file(number, "units", "parquet"), table)
        _write(self._file(number, "part", "json"), json_bytes(found))
        self._put[number] = found

    def finish(self, n_parts: int, *, phrases: pd.DataFrame, folded: pd.DataFrame) -> CountsFolder:
        """Say that the partitions 0..n_parts-1 are all; what else is of an earlier call goes.

        Raises
        ------
        InputError
            If one of them is not there.
        """
        records = [self._record(number) for number in range(n_parts)]
        missing = [number for number, record in enumerate(records) if record is None]
        if missing:
            raise InputError(f"{self.path} lacks the partitions {listed(missing)}.")
        tables = {"vocabulary": self.vocabulary.to_frame(), "phrases": phrases, "folded": folded}
        contents = {name: parquet_bytes(tables[name]) for name in TABLES}
        for name, content in contents.items():
            _write(self.path / f"{name}.parquet", content)
        head = {
            "schema": SCHEMA,
            "key": self._key,
            "n_rows": sum(record["rows"] for record in records if record),
            "n_terms": len(self.vocabulary),
            "n_stored": sum(record["stored"] for record in records if record),
            "n_tokens": sum(record["tokens"] for record in records if record),
            "parts": [
                {name: record[name] for name in PartEntry._fields} for record in records if record
            ],
            "tables": {name: bytes_hash(content) for name, content in contents.items()},
        }
        _write(self.path / "counts.json", json_bytes(head))
        _sweep(self.path, n_parts)
        return open_counts(str(self.path))

    def _record(self, number: int) -> dict[str, Any] | None:
        """What was noted of a partition, if both its files are as they were then."""
        if isinstance(self.path, Url):
            return self._put.get(number)  # a store has what was put
        found = _noted(self.path, number)
        if found is None:
            return None
        files = {
            "sha256": self.path / _name(number, "part", "npz"),
            "units_sha256": self.path / _name(number, "units", "parquet"),
        }
        is_whole = all(
            file.is_file() and file_hash(file) == found[name] for name, file in files.items()
        )
        return found if is_whole else None

    def _file(self, number: int, kind: str, end: str) -> Path | Url:
        return self.path / _name(number, kind, end)


def _name(number: int, kind: str, end: str) -> str:
    return f"{kind}-{number:05}.{end}"


def _write(place: Path | Url, content: bytes) -> None:
    """Write a file or an object; others see it whole, or as it was."""
    if isinstance(place, Url):
        place.write_bytes(content)
    else:
        write_file(place, content)


def _noted(folder: Path, number: int) -> dict[str, Any] | None:
    """The note of a partition that was written, or what counts.json says of it."""
    try:
        note = json.loads((folder / f"part-{number:05}.json").read_text(encoding="utf-8"))
        return {**{name: note[name] for name in PartEntry._fields}, "key": note["key"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _check_folder(folder: Path | Url) -> None:
    """Refuse a folder with things of others in it, and make it where there is none."""
    try:
        if isinstance(folder, Path):
            folder.mkdir(parents=True, exist_ok=True)
        names = _names(folder)
    except OSError as error:
        raise InputError(f"Cannot write to {folder}: {error.strerror or error}.") from error
    strange = [name for name in names if not _OURS.fullmatch(name) and not name.startswith(".")]
    if strange:
        raise InputError(
            f"{folder} holds things that are no counts: {listed(strange)}. Nothing was changed; "
            "name another folder."
        )
    # Not complete from here on, whatever it was.
    (folder / "counts.json").unlink(missing_ok=True)


def _names(folder: Path | Url) -> list[str]:
    return folder.names() if isinstance(folder, Url) else sorted(p.name for p in folder.iterdir())


def _sweep(folder: Path | Url, n_parts: int) -> None:
    """Remove the partitions of earlier calls behind the last one."""
    for name in _names(folder):
        number = _NUMBER.search(name)
        if number and int(number[0]) >= n_parts and _OURS.fullmatch(name):
            (folder / name).unlink(missing_ok=True)


def _cut(matrix: DocTermMatrix, part_size: int) -> Iterator[DocTermMatrix]:
    """The rows of a matrix in stretches of at most so many stored counts, one row at least."""
    ends, start = matrix.counts.indptr[1:], 0
    while start < len(ends):
        most = int(matrix.counts.indptr[start]) + part_size
        stop = max(int(np.searchsorted(ends, most, side="right")), start + 1)
        yield DocTermMatrix(
            matrix.counts[start:stop],
            matrix.vocabulary,
            matrix.units.iloc[start:stop],
            phrases=matrix.phrases,
            folded=matrix.folded,
        )
        start = stop


def _check_terms(part: DocTermMatrix, vocabulary: Vocabulary, number: int) -> None:
    if part.vocabulary.terms != vocabulary.terms:
        raise InputError(
            f"Matrix {number} (from 0) has another vocabulary than the first. Count all with one: "
            "vectorise(part, vocabulary=...)."
        )
