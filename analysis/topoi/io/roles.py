"""Which column of a table is text, id, date, title, source or covariate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from topoi.corpus.column_names import RESERVED_COLUMNS, names_beside
from topoi.corpus.ledger import Action, Event
from topoi.errors import InputError, listed, nearest
from topoi.io.dates import OUTSIDE, DateReader, ReadDate, is_plausible, read_date
from topoi.io.ids import DUPLICATES, IdError, RowId, RowIds
from topoi.io.part import Part
from topoi.io.records import BadRow, Rows, TableFile

__all__ = [
    "DUPLICATES",
    "NO_COVARIATE",
    "IdError",
    "MissingColumnError",
    "Roles",
    "table_parts",
]

NO_COVARIATE = "no such covariate"
_FIRST_DAY, _LAST_DAY = np.datetime64("0001-01-01"), np.datetime64("9999-12-31")


class MissingColumnError(InputError):
    """A table has no column of the name that is asked for; `n_rows` rows remain unread.

    `reason` tells whether covariates alone are missing, so that it is a table of texts.
    """

    def __init__(self, message: str, n_rows: int, reason: str) -> None:
        super().__init__(message)
        self.n_rows = n_rows
        self.reason = reason


class Roles(NamedTuple):
    """The columns that the caller chose; None means the usual names, and all covariates."""

    text: str | Sequence[str] | None = None
    id: str | None = None
    date: str | None = None
    title: str | None = None
    source: str | None = None
    covariates: tuple[str, ...] | None = None
    on_duplicate_id: str = "error"
    read_date: DateReader = read_date


def table_parts(
    file: TableFile, roles: Roles, *, where: str, source: str, prefix: str, note: str = ""
) -> Iterator[Part]:
    """The rows that have text, in the columns of a corpus, batch by batch.

    Raises
    ------
    MissingColumnError
        If a chosen column, or a text column, is missing; says which there are.
    IdError
        If ids are empty or repeated and that is an error; names up to five.
    InputError
        If a column of texts, ids, dates, titles or sources holds bytes, lists or the like.
    """
    missing = _missing(file.columns, roles)
    if missing:
        bad, n_good = _counted(file)
        if n_good or (bad and file.columns):
            message = _missing_message(missing, file.columns, roles, where)
            is_covariate = set(missing) <= set(roles.covariates or ())
            reason = NO_COVARIATE if is_covariate else "no such column"
            raise MissingColumnError(message, n_good + len(bad), reason)
    chosen = _chosen(file.columns, roles)
    _check_texts(file, chosen, where)
    ids = RowIds(None if missing else chosen.id, chosen.on_duplicate_id, where)
    notes, is_flawed = _file_notes(file, note), file.encoding.is_flawed
    reading = _Reading(chosen, ids, where, source, prefix, notes, is_flawed)
    if missing:
        # No row of a json file could be read, so that no column is known.
        yield from (Part(None, _bad_events(row, reading)) for row in bad)
        return
    for rows in file.batches(_wanted(file.columns, chosen)):
        part = _part(rows, reading)
        # After a fault the other rows are read for their ids only, so that all are named.
        if not ids.is_faulty:
            yield part
    ids.check()


def _counted(file: TableFile) -> tuple[list[BadRow], int]:
    """The bad rows of a table, and how many there are of the others."""
    bad: list[BadRow] = []
    n_good = 0
    for rows in file.batches(file.columns[:1]):
        bad += rows.bad
        n_good += len(rows.numbers)
    return bad, n_good


def _check_texts(file: TableFile, chosen: Roles, where: str) -> None:
    for name in sorted(_used(chosen).intersection(file.no_text)):
        raise InputError(
            f"{where}: column {name} holds {file.no_text[name]}, not text. Write it as strings, "
            "or choose another column for what it should be."
        )


def _file_notes(file: TableFile, note: str) -> list[_Note]:
    """What is true of all bytes of the file; it is told of each row, since the file is none."""
    notes = [_Note("noted", each) for each in (note, *file.notes) if each]
    if not file.encoding.is_plain:
        notes.append(_Note("noted", f"decoded as {file.encoding.name}"))
    return notes


class _Note(NamedTuple):
    """An event of a row whose id stands elsewhere."""

    action: Action
    reason: str
    count: int = 1  # type: ignore[assignment]  # as in Event
    detail: str = ""


class _Reading(NamedTuple):
    """What is the same for all rows of a file."""

    chosen: Roles
    ids: RowIds
    where: str
    source: str
    prefix: str
    notes: list[_Note]
    is_flawed: bool


def _part(rows: Rows, reading: _Reading) -> Part:
    table, chosen = rows.table, reading.chosen
    cells = _strings(table[chosen.id]) if chosen.id else None
    named = reading.ids.of_rows(cells, rows.numbers)
    texts = _joined_texts(table, list(chosen.text or ()))
    days, date_notes = _days(table, chosen)
    columns = {
        "doc_id": [f"{reading.prefix}{row.id}" for row in named],
        "text": texts,
        "date": days,
        "source": _strings(table[chosen.source])
        if chosen.source
        else [reading.source] * len(table),
        "title": _strings(table[chosen.title]) if chosen.title else [""] * len(table),
    }
    keep = [bool(text.strip()) and not row.refusal for text, row in zip(texts, named, strict=True)]
    # Typed by name: of a batch without good rows pandas could not tell.
    types = dict.fromkeys(("doc_id", "text", "source", "title"), "str")
    own = pd.DataFrame(columns, index=table.index).astype(types)
    # At once: to add a thousand columns one by one takes time by their square.
    others = pd.DataFrame(_covariates(table, chosen), index=table.index)
    result = pd.concat([own, others], axis=1)
    mask = pd.Series(keep, index=table.index, dtype="bool")
    told = _told(rows, named, keep, date_notes, reading)
    return Part(result.loc[mask].reset_index(drop=True), told)


def _told(
    rows: Rows,
    named: list[RowId],
    keep: list[bool],
    date_notes: dict[int, list[_Note]],
    reading: _Reading,
) -> list[Event]:
    """The events of all rows, good and bad, in the order of the file."""
    flaws = _flaws(rows.table) if reading.is_flawed else [0] * len(named)
    bad = [(row.number, _bad_events(row, reading)) for row in rows.bad]
    good: list[tuple[int, list[Event]]] = []
    for place, (number, row) in enumerate(zip(rows.numbers, named, strict=True)):
        doc_id = f"{reading.prefix}{row.id}"
        events = [Event("read", doc_id, "read", "row of a table")]
        notes = [*reading.notes, *_flaw_notes(flaws[place]), *_id_notes(row)]
        notes += date_notes.get(place, ())
        if row.refusal:
            notes.append(_Note("dropped", row.refusal, 1, row.given[:80]))
        elif not keep[place]:
            notes.append(_Note("dropped", "empty"))
        good.append((number, events + [Event("read", doc_id, *note) for note in notes]))
    in_order = sorted([*good, *bad], key=_number) if bad else good
    return [event for _, events in in_order for event in events]


def _number(numbered: tuple[int, list[Event]]) -> int:
    return numbered[0]


def _flaws(table: pd.DataFrame) -> list[int]:
    """How many characters of each row mean nothing."""
    rows = table.itertuples(index=False, name=None)
    return [sum(str(cell).count("\ufffd") for cell in cells) for cells in rows]


def _flaw_notes(count: int) -> list[_Note]:
    return [_Note("changed", "undefined bytes replaced", count)] if count else []


def _id_notes(row: RowId) -> list[_Note]:
    return [_Note("noted", row.note, 1, row.given[:80])] if row.note else []


def _bad_events(row: BadRow, reading: _Reading) -> list[Event]:
    doc_id = f"{reading.prefix}{reading.ids.unused(row.where)}"
    detail = f"{reading.where}, {row.where}: {row.why}"
    return [
        Event("read", doc_id, "read", "row of a table"),
        Event("read", doc_id, "dropped", "bad row", 1, detail),
    ]


def _missing(columns: list[str], roles: Roles) -> list[str]:
    texts = [roles.text] if isinstance(roles.text, str) else list(roles.text or ["text"])
    single = (roles.id, roles.date, roles.title, roles.source)
    wanted = (*texts, *filter(None, single), *(roles.covariates or ()))
    present = set(columns)
    return [name for name in dict.fromkeys(wanted) if name not in present]


def _chosen(columns: list[str], roles: Roles) -> Roles:
    """The roles with the usual names where none was chosen."""
    present = set(columns)
    texts = [roles.text] if isinstance(roles.text, str) else list(roles.text or ["text"])

    def usual(*names: str) -> str | None:
        return next((name for name in names if name in present), None)

    chosen = roles._replace(
        text=texts,
        id=roles.id or usual("id", "doc_id"),
        date=roles.date or usual("date"),
        title=roles.title or usual("title"),
    )
    # A column called source is the source, unless it is chosen to be something else.
    by_name = None if "source" in _used(chosen) else usual("source")
    return chosen._replace(source=roles.source or by_name)


def _missing_message(missing: list[str], columns: Iterable[str], roles: Roles, where: str) -> str:
    present = [str(name) for name in columns]
    near = [
        f"did you mean {close!r} for {name!r}?"
        for name in missing
        if (close := nearest(name, present))
    ]
    hint = " ".join(near) or "Choose among them"
    if roles.text is None and missing == ["text"]:
        hint = "Name the column of the texts with text=" + (f" ({near[0]})" if near else "")
    return (
        f"{where} has no column {listed(missing)}. It has: "
        f"{listed(present, most=20) or 'none'}. {hint}".rstrip(".")
        + ("" if near else ".")
    )


def _used(chosen: Roles) -> set[str]:
    single = {chosen.id, chosen.date, chosen.title, chosen.source} - {None}
    return {*(name for name in single if name), *(chosen.text or ())}


def _wanted(columns: list[str], chosen: Roles) -> list[str]:
    """The columns that are to be read, in their order."""
    if chosen.covariates is None:
        return columns
    wanted = _used(chosen).union(chosen.covariates)
    return [name for name in columns if name in wanted]


def _joined_texts(table: pd.DataFrame, names: list[str]) -> list[str]:
    columns = [_strings(table[name]) for name in names]
    if len(columns) == 1:
        return columns[0]
    return [
        "\n\n".join(cell for cell in cells if cell.strip()) for cells in zip(*columns, strict=True)
    ]


def _strings(column: pd.Series) -> list[str]:
    """The cells as text, missing ones empty, lone carriage returns as line ends."""
    if isinstance(column.dtype, pd.DatetimeTZDtype) and not _known(_in_utc(column)).all():
        column = _in_utc(column)  # in another zone pandas cannot write days after the year 9999
    cells = ["" if missing else cell for cell, missing in zip(column, column.isna(), strict=True)]
    texts = map(str, cells)
    return [
        text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text for text in texts
    ]


def _days(table: pd.DataFrame, chosen: Roles) -> tuple[pd.Series, dict[int, list[_Note]]]:
    """Days (datetime64[us], NaT where unknown) and notes by place where a day is not plain."""
    if chosen.date is None:
        return pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]"), {}
    cells = table[chosen.date]
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        cells = _in_utc(cells)
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        days = cells.where(_known(cells)).astype("datetime64[us]").dt.normalize()
        return days, _odd_days(cells, days)
    texts = _strings(cells)
    found = [chosen.read_date(text) for text in texts]
    notes = {
        place: told
        for place, (each, text) in enumerate(zip(found, texts, strict=True))
        if (told := _date_notes(each, text))
    }
    series = pd.Series([each.day for each in found], index=table.index, dtype="object")
    return pd.to_datetime(series).astype("datetime64[us]"), notes


def _in_utc(moments: pd.Series) -> pd.Series:
    naive: pd.Series = moments.dt.tz_convert("UTC").dt.tz_localize(None)
    return naive


def _known(moments: pd.Series) -> pd.Series:
    """Whether each is none, or on a day that Python has, of the years 1 to 9999."""
    days = moments.to_numpy().astype("datetime64[D]")
    known = np.isnat(days) | ((days >= _FIRST_DAY) & (days <= _LAST_DAY))
    return pd.Series(known, index=moments.index)


def _date_notes(found: ReadDate, text: str) -> list[_Note]:
    notes = [_Note("noted", found.note, 1, text[:80])] if found.note else []
    if found.day and not is_plausible(found.day):
        notes.append(_odd_note(text))
    return notes


def _odd_days(moments: pd.Series, days: pd.Series) -> dict[int, list[_Note]]:
    """Notes on days that are not plausible, and on moments of which no day was made."""
    notes = {
        place: [_odd_note(str(day.date()))]
        for place, day in enumerate(days)
        if not pd.isna(day) and not is_plausible(day.date())
    }
    for place in np.flatnonzero(days.isna() & moments.notna()):
        written = str(moments.to_numpy()[place])
        notes[int(place)] = [_Note("noted", "date not understood", 1, written)]
    return notes


def _odd_note(text: str) -> _Note:
    return _Note("noted", OUTSIDE, 1, text[:80])


def _covariates(table: pd.DataFrame, chosen: Roles) -> dict[str, pd.Series]:
    used = _used(chosen)
    rest = [name for name in table.columns if name not in used]
    if chosen.covariates is not None:
        rest = [name for name in table.columns if name in chosen.covariates]
    new = names_beside(rest, RESERVED_COLUMNS)
    return {new.get(name, name): table[name] for name in rest}
