"""What cleaning a corpus in one way takes: seconds, peak memory and a hash of the texts.

Asked by corpus_streaming.py, in a process of its own.
"""

from __future__ import annotations

import hashlib
import time
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from fresh import answer
from memory import PeakMemory

import topoi

WHOLE, PARTS, COUNTED = "whole", "parts", "counted"


def measure(path: str, way: str, rows: int) -> dict[str, Any]:
    """Read and clean all at once, or in parts of so many rows; or in parts, cut and counted."""
    warnings.simplefilter("ignore", topoi.TopoiWarning)  # dates that are not understood
    topoi.vectorise(topoi.segment(topoi.clean(topoi.load_sample())), phrases=False)
    texts = Texts()
    memory, start = PeakMemory(), time.perf_counter()
    if way == WHOLE:
        texts.add(topoi.clean(topoi.read_corpus(path)))
    elif way == PARTS:
        for part in in_parts(path, rows):
            texts.add(part)
    else:
        topoi.vectorise_stream(cut(in_parts(path, rows), texts), phrases=False)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "peak_mib": memory.own(),
        "documents": texts.number,
        "sha256": texts.digest(),
    }


class Texts:
    """How many texts have come, and a hash of them in their order."""

    def __init__(self) -> None:
        self.number = 0
        self._hash = hashlib.sha256()

    def add(self, corpus: topoi.Corpus) -> None:
        """Take in the documents of a part."""
        self.number += len(corpus)
        for text in corpus.table["text"]:
            self._hash.update(f"{text}\0".encode("utf-8", "surrogatepass"))

    def digest(self) -> str:
        """In hexadecimal digits."""
        return self._hash.hexdigest()


def in_parts(path: str, rows: int) -> Iterator[topoi.Corpus]:
    """The cleaned parts."""
    lines = topoi.frequent_lines(topoi.read_parts(path, rows=rows))
    for part in topoi.read_parts(path, rows=rows):
        yield topoi.clean(part, frequent=lines)


def cut(parts: Iterable[topoi.Corpus], texts: Texts) -> Iterator[topoi.Corpus]:
    """The paragraphs of each part."""
    for part in parts:
        texts.add(part)
        yield topoi.segment(part)


if __name__ == "__main__":
    answer(measure)
