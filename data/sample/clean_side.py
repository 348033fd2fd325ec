"""What the clean documents of the sample say, paragraph by paragraph, and what each is about."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

import soil


class Master(NamedTuple):
    """A clean document; a paragraph is its themes and its text."""

    source: str
    number: int
    day: date
    title: str
    place: str
    paragraphs: list[tuple[list[str], str]]

    @property
    def texts(self) -> list[str]:
        """The paragraphs as they stand in the master."""
        return [text for _, text in self.paragraphs]

    def random(self, use: str) -> Random:
        """Numbers for one use in this document; only random() is asked: it never changes."""
        return Random(f"2021 {self.source} {self.number} {use}")

    def chosen(self, lines: list[str], number: int) -> list[str]:
        """Some of the lines to plant, the same each time."""
        return soil.chosen(self.random(lines[0]), lines, number)


def read_masters(folder: Path) -> list[Master]:
    """All masters of a folder, by source and number."""
    return [_master(path) for path in sorted(folder.glob("*/*.txt"))]


def clean_text(text: str) -> str:
    """A paragraph as `topoi.clean` should give it: a table becomes a sentence a cell."""
    if not text.startswith("|"):
        return text
    lines = [line.strip("| ").split(" | ") for line in text.split("\n")]
    return "\n".join(
        " ".join(f"{name}: {cell}." for name, cell in zip(lines[0], cells, strict=True))
        for cells in lines[2:]
    )


def _master(path: Path) -> Master:
    """One master: head lines, then paragraphs that each start with their codes."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    heads = dict(line.split(": ", 1) for line in head.splitlines())
    paragraphs = []
    for block in re.split(r"\n\s*\n", body.strip()):
        codes, _, text = block.partition("]")
        paragraphs.append((codes.strip("[").split(), text.strip()))
    day, place = date.fromisoformat(heads["date"]), heads.get("place", "")
    return Master(path.parent.name, int(path.stem), day, heads["title"], place, paragraphs)
