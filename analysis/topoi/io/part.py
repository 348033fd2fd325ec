"""What is read at once: some rows of a corpus with the events of their documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import pandas as pd

from topoi.corpus.ledger import Event

__all__ = ["DocumentRow", "Part", "tabled"]

_MOST_CHARACTERS = 2**23  # of the texts of documents that are made into one table


class DocumentRow(NamedTuple):
    """A file that is one document, in the columns of a corpus."""

    doc_id: str
    text: str
    date: date | None
    source: str
    title: str


class Part(NamedTuple):
    """Rows in the columns of a corpus, or one document, or neither, and what happened.

    events : of one document after another, each beginning with its "read"
    """

    table: pd.DataFrame | None
    events: list[Event]
    document: DocumentRow | None = None


def tabled(parts: Iterable[Part], *, most: int) -> Iterator[Part]:
    """The same rows and events with documents in tables: one table for many costs far less.

    No part that is put together accounts for more than `most` documents.
    """
    waiting: list[Part] = []
    length = 0
    for part in parts:
        if part.table is None:
            waiting.append(part)
            length += len(part.document.text) if part.document else 0
        if waiting and (
            part.table is not None or len(waiting) >= most or length >= _MOST_CHARACTERS
        ):
            yield _together(waiting)
            waiting, length = [], 0
        if part.table is not None:
            yield part
    if waiting:
        yield _together(waiting)


def _together(parts: list[Part]) -> Part:
    events = [event for part in parts for event in part.events]
    rows = [part.document for part in parts if part.document]
    return Part(_table(rows) if rows else None, events)


def _table(rows: list[DocumentRow]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(DocumentRow._fields))
    days = pd.to_datetime(table["date"].astype("object")).astype("datetime64[us]")
    return table.assign(date=days)
