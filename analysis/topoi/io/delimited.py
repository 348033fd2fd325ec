"""Which rows a csv or tsv file holds, and which of its lines are none."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from topoi.csv_guard import unlimited_fields
from topoi.errors import InputError
from topoi.io.records import Record

__all__ = ["LONGEST_ROW", "delimited_rows"]

LONGEST_ROW = 2**26  # characters
_AT_ONCE = 512  # rows
_MOST_CHARACTERS = 2**20
_SEPARATORS = (",", ";", "\t")
_LOOKED_AT = 20  # lines after the header that tell the separator
_MOST_LOOKED_AT = 2**16  # characters of these
_STATED = re.compile(r'"?sep=(\t|[^\w\s"])"?\n?', re.IGNORECASE)  # a first line of Excel's own


def delimited_rows(
    lines: Iterator[str], *, separator: str, where: str
) -> tuple[list[str], Iterator[Record]]:
    """The names in the header, and each further row or why it is none; empty lines are left out.

    A row has as many fields as the header. Where quotes are broken, so that a row would swallow
    the lines after it, the lines up to the fault are read again one by one, and only those that
    are no row by themselves are bad. Each line is read three times at most.

    Parameters
    ----------
    lines : iterator of str
        With their ends.
    separator : str
        Or empty: of comma, semicolon and tab the one that stands in the header outside quotes,
        where several do the one that cuts most of the first rows like the header. A first line
        "sep=;", which Excel writes, says it and is no row.

    Raises
    ------
    InputError
        If the header cannot be read; names the line.
    """
    before, header = _first_line(lines, 0)
    stated = _STATED.fullmatch(header)
    if stated:
        separator = stated[1]
        before, header = _first_line(lines, before + 1)
    looked_at = [header] if header else []
    if not separator:
        looked_at += _first_rows(lines)
        separator = _separator(looked_at)
    feed = _Feed(chain(looked_at, lines), before)
    rows = csv.reader(feed, delimiter=separator, strict=True)
    try:
        with unlimited_fields():
            names = next(rows, [])
    except (csv.Error, _TooLongError) as error:
        raise InputError(
            f"{where}, line {feed.line}: {error}. Check the quotation marks of this row."
        ) from error
    # Names are often spaced.
    return [name.strip() for name in names], _records(feed, rows, separator, len(names))


def _first_line(lines: Iterator[str], before: int) -> tuple[int, str]:
    """The first line that is not empty, or "", and how many lines stand before it."""
    for line in lines:
        if line.strip("\n"):
            return before, line
        before += 1
    return before, ""


def _first_rows(lines: Iterator[str]) -> list[str]:
    """The next few lines, by which a separator can be told."""
    found: list[str] = []
    size = 0
    for line in lines:
        found.append(line)
        size += len(line)
        if len(found) >= _LOOKED_AT or size > _MOST_LOOKED_AT:
            break
    return found


def _separator(lines: list[str]) -> str:
    """What separates the fields of these lines, the first of which is the header."""
    header = lines[0] if lines else ""
    present = [mark for mark in _SEPARATORS if mark in header] or [","]
    return present[0] if len(present) == 1 else max(present, key=lambda mark: _fit(lines, mark))


def _fit(lines: list[str], mark: str) -> tuple[int, int]:
    """How many rows have as many fields as the header if this mark separates, and how many."""
    try:
        with unlimited_fields():
            rows = [row for row in csv.reader(lines, delimiter=mark) if row]
    except csv.Error:
        return 0, 0
    width = len(rows[0])
    return (sum(len(row) == width for row in rows[1:]), width) if width > 1 else (0, 0)


class _TooLongError(Exception):
    """A row goes on beyond `LONGEST_ROW`."""

    def __init__(self) -> None:
        super().__init__(f"more than {LONGEST_ROW} characters in one row")


class _Feed:
    """Hands lines to a csv reader and remembers those of the row that is being read."""

    def __init__(self, lines: Iterable[str], before: int) -> None:
        self._lines = iter(lines)
        self._back: list[str] = []
        self.taken: list[str] = []
        self.size = 0
        self.line = before

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else next(self._lines)
        self.line += 1
        self.taken.append(line)
        self.size += len(line)
        if self.size > LONGEST_ROW:
            raise _TooLongError
        return line

    def begin(self) -> None:
        """The next line is the first of a row."""
        self.taken = []
        self.size = 0

    def give_back(self) -> None:
        """The last line taken comes again."""
        self._back.append(self.taken.pop())
        self.line -= 1


def _records(
    feed: _Feed, rows: Iterator[list[str]], separator: str, width: int
) -> Iterator[Record]:
    """All records; the csv module's limit is lifted for some at a time, never between two."""
    records = _unguarded_records(feed, rows, separator, width)
    while True:
        block: list[Record] = []
        size = 0
        with unlimited_fields():
            for record in islice(records, _AT_ONCE):
                block.append(record)
                size += record.size
                if size > _MOST_CHARACTERS:
                    break
        if not block:
            return
        yield from block


def _unguarded_records(
    feed: _Feed, rows: Iterator[list[str]], separator: str, width: int
) -> Iterator[Record]:
    while True:
        feed.begin()
        try:
            cells = next(rows)
        except StopIteration:
            return
        except (csv.Error, _TooLongError) as error:
            if len(feed.taken) > 1:
                feed.give_back()  # the fault came to light in it, but it may begin a good row
            yield from _one_by_one(feed, separator, width, str(error))
            continue
        if not cells:
            continue
        if len(cells) == width:
            yield Record(cells, feed.line, feed.size)
        elif len(feed.taken) > 1:
            yield from _one_by_one(feed, separator, width, _wrong_width(cells, width))
        else:
            yield Record(None, feed.line, 0, _wrong_width(cells, width))


def _one_by_one(feed: _Feed, separator: str, width: int, why: str) -> Iterator[Record]:
    """Each line that was taken as a row of its own, or as a bad one."""
    first = feed.line - len(feed.taken) + 1
    for line, text in enumerate(feed.taken, start=first):
        record = _alone(text, line, separator, width, why)
        if record is not None:
            yield record


def _alone(text: str, line: int, separator: str, width: int, why: str) -> Record | None:
    if len(text) > LONGEST_ROW:
        return Record(None, line, 0, why)
    try:
        cells = next(csv.reader([text], delimiter=separator, strict=True), [])
    except csv.Error as error:
        return Record(None, line, 0, str(error))
    if not cells:
        return None
    if len(cells) != width:
        return Record(None, line, 0, _wrong_width(cells, width))
    return Record(cells, line, len(text))


def _wrong_width(cells: list[str], width: int) -> str:
    return f"{len(cells)} fields where the header has {width}"
