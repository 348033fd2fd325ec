"""What the rows of a table file are called while it is read, whatever its type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from topoi.errors import InputError, listed
from topoi.io.decode import Encoding

__all__ = ["MOST_COLUMNS", "BadRow", "Record", "Rows", "TableFile", "check_names", "in_batches"]

MOST_COLUMNS = 4096
_MOST_CHARACTERS = 2**23  # of the cells of one batch


class Record(NamedTuple):
    """One row: its cells in the order of the columns, or None and why it cannot be read."""

    cells: list[str] | None
    line: int
    size: int
    why: str = ""


class BadRow(NamedTuple):
    """A row that could not be read: its number among all rows, where it stands, and why."""

    number: int
    where: str
    why: str


class Rows(NamedTuple):
    """Some rows of a table, in order: those that could be read, and those that could not."""

    table: pd.DataFrame
    numbers: list[int]
    bad: list[BadRow]


class TableFile(NamedTuple):
    """A table while it is read.

    columns : the names of all
    encoding : how its bytes are decoded
    batches : gives the rows, in the columns that are named, batch by batch; to be called once
    notes : what is to be told of each row, since it is true of the file
    no_text : of columns whose cells cannot be written as text, what they hold
    """

    columns: list[str]
    encoding: Encoding
    batches: Callable[[list[str]], Iterator[Rows]]
    notes: tuple[str, ...] = ()
    no_text: Mapping[str, str] = MappingProxyType({})


def check_names(names: list[str], where: str) -> None:
    """Refuse columns of one name or of none, and more than a table of texts can sensibly have.

    One column without a name, as a table's index often is, may stay.

    Raises
    ------
    InputError
        Naming the columns.
    """
    index = pd.Index(names, dtype="object")
    twice = list(dict.fromkeys(index[index.duplicated()]))
    if "" in twice:
        places = [place for place, name in enumerate(names, start=1) if not name]
        raise InputError(
            f"{where}: {len(places)} columns have no name: columns {listed(places)}. Give each a "
            "name of its own, or take it out."
        )
    if twice:
        raise InputError(
            f"{where}: {len(twice)} column names occur more than once: {listed(twice)}. "
            "Give each column its own name."
        )
    if len(names) > MOST_COLUMNS:
        raise InputError(
            f"{where} has {len(names)} columns; {MOST_COLUMNS} are allowed. Leave out those that "
            "are not needed."
        )


def in_batches(
    records: Iterator[Record], columns: list[str], chosen: list[str], *, most: int, unit: str
) -> Iterator[Rows]:
    """The records as tables of at most `most` rows, and fewer where they are long.

    `columns` are those of the records, `chosen` those of the tables; `unit` is what
    `Record.line` counts: "line" or "row".
    """
    size = 0
    good: list[list[str]] = []
    numbers: list[int] = []
    bad: list[BadRow] = []
    for number, record in enumerate(records, start=1):
        size += record.size
        if record.cells is None:
            bad.append(BadRow(number, f"{unit} {record.line}", record.why))
        else:
            good.append(record.cells)
            numbers.append(number)
        if len(good) + len(bad) >= most or size >= _MOST_CHARACTERS:
            yield Rows(_frame(good, columns)[chosen], numbers, bad)
            good, numbers, bad, size = [], [], [], 0
    if good or bad:
        yield Rows(_frame(good, columns)[chosen], numbers, bad)


def _frame(rows: list[list[str]], columns: list[str]) -> pd.DataFrame:
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    table = pd.DataFrame(
        {place: pd.Series(list(column), dtype="str") for place, column in enumerate(cells)}
    )
    table.columns = pd.Index(columns, dtype="object")
    return table
