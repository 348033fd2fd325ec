"""How counts that lie in a bucket come to a disk that all workers see, for one fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from topoi.io.atomic import write_file
from topoi.io.urls import Url
from topoi.scale.counts_folder import CountsFolder, checked_bytes
from topoi.scale.part_documents import Workers

__all__ = ["on_disk"]


def on_disk(counts: CountsFolder, folder: Path, workers: Workers) -> CountsFolder:
    """The same counts in a folder; those that are on a disk stay where they are.

    Each object is asked for once, by one of the workers, and compared with its sha256.

    Parameters
    ----------
    counts : CountsFolder
    folder : Path
        Where to put partitions of a bucket; all workers see it.
    workers : Workers

    Raises
    ------
    InputError
        If an object is missing, altered or may not be read, or the folder has no room.
    """
    if isinstance(counts.path, Path):
        return counts
    folder.mkdir()
    for _ in workers.in_order(_CopyTask(folder), list(_objects(counts)), name="fetch"):
        pass
    return replace(counts, path=folder)


@dataclass(frozen=True)
class _CopyTask:
    """Copies an object into a folder."""

    folder: Path

    def __call__(self, item: tuple[Url, str]) -> None:
        url, sha256 = item
        write_file(self.folder / url.name, checked_bytes(url, sha256), is_lasting=False)


def _objects(counts: CountsFolder) -> Iterator[tuple[Url, str]]:
    """All objects of counts but their head, with their sha256."""
    place = counts.path
    assert isinstance(place, Url)
    for name, sha256 in counts.tables.items():
        yield place / f"{name}.parquet", sha256
    for number, entry in enumerate(counts.entries):
        yield place / counts.part_path(number).name, entry.sha256
        yield place / f"units-{number:05}.parquet", entry.units_sha256
