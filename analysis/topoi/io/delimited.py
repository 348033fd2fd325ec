"""Which rows a csv or tsv file holds, and which of its lines are none."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from topoi.csv_guard import unlimited_fields
from topoi.errors import InputError
from topoi.io.records import Record

__all__ = ["LONGEST_ROW", "delimited_rows"]

LONGEST_ROW = 2**26  # characters
_AT_ONCE = 512  # rows
_MOST_CHARACTERS = 2**20


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
        Or empty: a comma, unless the header has none and has semicolons or tabs.

    Raises
    ------
    InputError
        If the header cannot be read; names the line.
    """
    header_line = next((line for line in lines if line.strip("\n")), "")
    separator = separator or _separator(header_line)
    feed = _Feed(chain([header_line] if header_line else [], lines))
    rows = csv.reader(feed, delimiter=separator, strict=True)
    try:
        with unlimited_fields():
            header = next(rows, [])
    except (csv.Error, _TooLongError) as error:
        raise InputError(
            f"{where}, line {feed.line}: {error}. Check the quotation marks of this row."
        ) from error
    # An editor's mark of order may stand before the first name; names are often spaced.
    return [name.strip() for name in header], _records(feed, rows, separator, len(header))


def _separator(header: str) -> str:
    """Comma, unless the header has none and has semicolons or tabs (a habit of spreadsheets)."""
    return next((mark for mark in (",", ";", "\t") if mark in header), ",")


class _TooLongError(Exception):
    """A row goes on beyond `LONGEST_ROW`."""

    def __init__(self) -> None:
        super().__init__(f"more than {LONGEST_ROW} characters in one row")


class _Feed:
    """Hands lines to a csv reader and remembers those of the row that is being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._back: list[str] = []
        self.taken: list[str] = []
        self.size = 0
        self.line = 0

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
