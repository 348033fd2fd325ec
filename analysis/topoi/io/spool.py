"""Where texts wait on disk while all of a corpus is looked at and only a part fits in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from topoi.corpus.settle import Work
from topoi.errors import InputError
from topoi.io.parts import load_arrays

__all__ = ["Spool", "spool_in"]


@contextmanager
def spool_in(folder: str | Path | None) -> Iterator[Spool]:
    """A spool in a new folder there, or where the system keeps such; gone with all in it after.

    Raises
    ------
    InputError
        If nothing can be written there.
    """
    try:
        place = TemporaryDirectory(prefix="topoi-", dir=folder)
    except OSError as error:
        raise _refusal(error) from error
    with place as name:
        yield Spool(Path(name))


class Spool:
    """Settled texts with their sources in files of a folder, one file for each part."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: list[list[str]] = []
        self._names: dict[str, str] = {}  # one string for each source, not one for each text

    def add(self, works: list[Work], sources: list[str]) -> None:
        """Write a part."""
        self._sources.append([self._names.setdefault(name, name) for name in sources])
        self._write(len(self._sources) - 1, works)

    def __iter__(self) -> Iterator[tuple[str, Work]]:
        """Each source and text in order; texts that change meanwhile are kept as they are then."""
        for number, sources in enumerate(self._sources):
            texts = self._texts(number)
            works = [Work(text) for text in texts]
            yield from zip(sources, works, strict=True)
            if any(work.text != text for work, text in zip(works, texts, strict=True)):
                self._write(number, works)

    def _texts(self, number: int) -> list[str]:
        arrays = load_arrays(self._path(number))
        octets, ends = arrays["octets"].tobytes(), arrays["ends"].tolist()
        bounds = zip([0, *ends], ends, strict=False)
        return [octets[a:b].decode("utf-8", "surrogatepass") for a, b in bounds]

    def _write(self, number: int, works: list[Work]) -> None:
        """Raises InputError where there is no room."""
        coded = [work.text.encode("utf-8", "surrogatepass") for work in works]
        ends = np.cumsum([len(text) for text in coded], dtype=np.int64)
        octets = np.frombuffer(b"".join(coded), dtype=np.uint8)
        try:
            np.savez(self._path(number), octets=octets, ends=ends)
        except OSError as error:
            raise _refusal(error) from error

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.npz"


def _refusal(error: OSError) -> InputError:
    return InputError(
        f"The texts cannot wait on disk ({error}). Name a folder with room for them by folder=."
    )
