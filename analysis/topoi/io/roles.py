"""Which column of a table is text, id, date, title, source or covariate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from topoi.corpus.ledger import Event
from topoi.errors import InputError, listed, nearest
from topoi.io.dates import read_date

__all__ = ["IdError", "MissingColumnError", "Part", "Roles", "part_of_table"]

_OURS = ("doc_id", "passage_id", "text", "date", "source", "title")


class MissingColumnError(InputError):
    """A table has no column of the name that is asked for; `n_rows` rows remain unread."""

    def __init__(self, message: str, n_rows: int) -> None:
        super().__init__(message)
        self.n_rows = n_rows


class IdError(InputError):
    """The ids of a table are empty or repeated."""


class Roles(NamedTuple):
    """The columns that the caller chose; None means the usual names."""

    text: str | Sequence[str] | None = None
    id: str | None = None
    date: str | None = None
    title: str | None = None


class Part(NamedTuple):
    """The rows of one file in the columns of a corpus, or None, and its events in order."""

    table: pd.DataFrame | None
    events: list[Event]


def part_of_table(
    table: pd.DataFrame, roles: Roles, *, path: Path, source: str, prefix: str
) -> Part:
    """The rows that have text, in the columns of a corpus; a ledger event for each row.

    Raises
    ------
    MissingColumnError
        If a chosen column, or a text column, is missing; says which there are.
    IdError
        If ids are empty or repeated; names up to five.
    InputError
        If a column of texts or ids holds bytes.
    """
    chosen = _chosen(table, roles, path)
    ids = _ids(table, chosen.id, path)
    doc_ids = [f"{prefix}{name}" for name in ids]
    texts = _joined_texts(table, list(chosen.text or ()), path)
    events = [Event("read", doc_id, "read", "row of a table") for doc_id in doc_ids]
    days, notes = _days(table, chosen.date, doc_ids)
    columns: dict[str, object] = {"doc_id": doc_ids, "text": texts, "date": days}
    if "source" in table.columns and "source" not in _used(chosen):
        columns["source"] = _strings(table["source"])
    else:
        columns["source"] = [source] * len(table)
    columns["title"] = _strings(table[chosen.title]) if chosen.title else [""] * len(table)
    result = pd.DataFrame(columns, index=table.index).assign(**_covariates(table, chosen))
    filled = pd.Series([bool(text.strip()) for text in texts], index=table.index, dtype="bool")
    empty = [doc_id for doc_id, keep in zip(doc_ids, filled, strict=True) if not keep]
    dropped = [Event("read", doc_id, "dropped", "empty") for doc_id in empty]
    return Part(result.loc[filled].reset_index(drop=True), [*events, *notes, *dropped])


def _chosen(table: pd.DataFrame, roles: Roles, path: Path) -> Roles:
    names = set(table.columns)
    texts = [roles.text] if isinstance(roles.text, str) else list(roles.text or ["text"])
    others = [name for name in roles[1:] if isinstance(name, str)]
    missing = [name for name in (*texts, *others) if name not in names]
    if missing:
        message = _missing_message(missing, table.columns, roles, path)
        raise MissingColumnError(message, len(table))
    usual_id = next((name for name in ("id", "doc_id") if name in names), None)
    usual_date = "date" if "date" in names else None
    usual_title = "title" if "title" in names else None
    return Roles(texts, roles.id or usual_id, roles.date or usual_date, roles.title or usual_title)


def _missing_message(missing: list[str], columns: Iterable[str], roles: Roles, path: Path) -> str:
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
        f"{path} has no column {listed(missing)}. It has: "
        f"{listed(present, most=20) or 'none'}. {hint}".rstrip(".")
        + ("" if near else ".")
    )


def _used(chosen: Roles) -> set[str]:
    single = {name for name in chosen[1:] if isinstance(name, str)}
    return single.union(chosen.text or ())


def _ids(table: pd.DataFrame, column: str | None, path: Path) -> list[str]:
    if column is None:
        return [f"row {number}" for number in range(1, len(table) + 1)]
    ids = [text.strip() for text in _strings(table[column], path)]
    empty = [number for number, name in enumerate(ids, start=1) if not name]
    if empty:
        raise IdError(
            f"{path}: {len(empty)} rows have no {column} (rows {listed(empty)}). "
            "Give each an id or choose another column with id=."
        )
    series = pd.Series(ids, dtype="str")
    twice = list(dict.fromkeys(series[series.duplicated()]))
    if twice:
        raise IdError(
            f"{path}: {len(twice)} values of {column} occur more than once: {listed(twice)}. "
            "Ids must be unique; choose another column with id=."
        )
    return ids


def _joined_texts(table: pd.DataFrame, names: list[str], path: Path) -> list[str]:
    columns = [_strings(table[name], path) for name in names]
    return [
        "\n\n".join(cell for cell in cells if cell.strip()) for cells in zip(*columns, strict=True)
    ]


def _strings(column: pd.Series, path: Path | None = None) -> list[str]:
    """The cells as text, missing ones empty, lone line feeds as line ends."""
    cells = ["" if missing else cell for cell, missing in zip(column, column.isna(), strict=True)]
    if path is not None and any(isinstance(cell, bytes) for cell in cells):
        raise InputError(
            f"{path}: column {column.name} holds bytes, not text. Write it as strings."
        )
    return [str(cell).replace("\r\n", "\n").replace("\r", "\n") for cell in cells]


def _days(
    table: pd.DataFrame, column: str | None, doc_ids: list[str]
) -> tuple[pd.Series, list[Event]]:
    """Days (datetime64[us], NaT where unknown) and a note for each that is not plain."""
    if column is None:
        return pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]"), []
    cells = table[column]
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        cells = cells.dt.tz_convert("UTC").dt.tz_localize(None)
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return cells.astype("datetime64[us]").dt.normalize(), []
    days: list[date | None] = []
    notes = []
    for doc_id, cell in zip(doc_ids, _strings(cells), strict=True):
        found = read_date(cell)
        days.append(found.day)
        if found.note:
            notes.append(Event("read", doc_id, "noted", found.note, 1, cell[:80]))
    series = pd.Series(days, index=table.index, dtype="object")
    return pd.to_datetime(series).astype("datetime64[us]"), notes


def _covariates(table: pd.DataFrame, chosen: Roles) -> dict[str, pd.Series]:
    used = _used(chosen) | {"source"}
    rest = [name for name in table.columns if name not in used]
    taken = set(rest)
    columns = {}
    for name in rest:
        new = name
        while new in _OURS or (new != name and new in taken):
            new = f"original_{new}"
        columns[new] = table[name]
    return columns
