"""What coders wrote into their sheets, and what went wrong with the sheets on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from topoi.errors import InputError, listed, nearest
from topoi.io.coding_files import Manifest
from topoi.io.sheet_cells import without_guard
from topoi.io.tables import read_table
from topoi.measures.coding_task import fingerprint

__all__ = ["Answer", "answers_in"]

_BOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")
_ROWS_AT_ONCE = 10_000
_NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]*)?(e[-+]?[0-9]+)?", re.IGNORECASE)
_RENAMED = "Coders may change nothing but the columns that are theirs to fill."


class Answer(NamedTuple):
    """What a coder wrote for an item into a column; empty where nothing is written."""

    item_id: str
    coder: str
    column: str
    written: str
    where: str  # file and line
    shown: tuple[str, ...]


class _Row(NamedTuple):
    where: str
    cells: dict[str, str]


def answers_in(
    paths: str | Path | Iterable[str | Path], manifest: Manifest, fingerprints: dict[str, str]
) -> Iterator[Answer]:
    """The answers of all sheets, in their order, after all that stands around them was checked.

    Parameters
    ----------
    paths : files, or one folder of CSV files
    manifest : from `read_manifest`
    fingerprints : item_id to `fingerprint` of the cells that were shown

    Raises
    ------
    InputError
        If a file is no sheet, columns are missing, rows cannot be read, ids or coders are unknown,
        rows are there twice or hold another text than was sent. All faults of all files are told
        at once, of each kind up to five.
    """
    rows = [row for file in _files(paths) for row in _rows(file, manifest)]
    faults = [
        *_unknown(rows, "item_id", fingerprints, "ids that no item of this task has"),
        *_unknown(rows, "coder", manifest["coders"], "names of coders that got no sheet"),
        *_changed(rows, manifest["shown"], fingerprints),
        *_twice(rows),
    ]
    if faults:
        raise InputError(" ".join(faults))
    for where, cells in rows:
        shown = tuple(without_guard(cells[name]) for name in manifest["shown"])
        for column in manifest["answers"]:
            written = cells[column].strip()
            yield Answer(cells["item_id"], cells["coder"], column, written, where, shown)


def _files(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    if isinstance(paths, (str, Path)):
        place = Path(paths)
        given = sorted(place.glob("*.csv")) if place.is_dir() else [place]
        if not given:
            raise InputError(f"{place} holds no CSV file.")
    else:
        given = [Path(path) for path in paths]
    if not given:
        raise InputError("There is no sheet to read; give one file or more.")
    books = [path.name for path in given if path.suffix.lower() in _BOOKS]
    if books:
        raise InputError(
            f"{listed(books)}: workbooks are not read. Open each in the spreadsheet and save it as "
            "CSV (UTF-8)."
        )
    return given


def _rows(path: Path, manifest: Manifest) -> Iterator[_Row]:
    """The rows of a file that hold anything."""
    needed = ["item_id", "coder", *manifest["shown"], *manifest["answers"]]
    try:
        with path.open("rb") as file:
            table = read_table(file, "csv", where=path.name, most=_ROWS_AT_ONCE)
            _check_columns(path.name, table.columns, needed)
            batches = list(table.batches(needed))
    except InputError as error:
        named = str(error) if path.name in str(error) else f"{path.name}: {error}"
        raise InputError(named) from error
    except OSError as error:
        raise InputError(f"Cannot read the sheet {path}: {error.strerror or error}.") from error
    bad = [f"{row.where} ({row.why})" for rows in batches for row in rows.bad]
    if bad:
        raise InputError(f"{path.name}: {len(bad)} rows cannot be read: {listed(bad)}.")
    for rows in batches:
        for number, cells in zip(rows.numbers, rows.table.to_dict("records"), strict=True):
            own = {str(name): str(cell) for name, cell in cells.items()}
            own["item_id"], own["coder"] = own["item_id"].strip(), own["coder"].strip()
            if any(cell.strip() for cell in own.values()):
                yield _Row(f"{path.name}, row {number + 1}", own)  # as the spreadsheet counts


def _check_columns(where: str, found: list[str], needed: list[str]) -> None:
    lacking = [name for name in needed if name not in found]
    if not lacking:
        return
    others = [name for name in found if name not in needed]
    hints = [(name, nearest(name, others)) for name in lacking]
    meant = [f"{name} (is it {other!r}?)" if other else name for name, other in hints]
    raise InputError(
        f"{where} lacks the columns {listed(meant)}; it has {listed(found, most=12)}. Give the "
        f"columns the names that they had. {_RENAMED}"
    )


def _unknown(rows: list[_Row], name: str, known: Iterable[str], what: str) -> Iterator[str]:
    allowed = dict.fromkeys(known)
    odd = [row for row in rows if row.cells[name] not in allowed]
    if odd:
        cases = [
            f"{row.cells[name]!r}{_hint(row.cells[name], allowed)} ({row.where})" for row in odd
        ]
        yield f"{len(odd)} rows have {what}: {listed(cases)}."


def _hint(written: str, known: Iterable[str]) -> str:
    if not written:
        return ", an empty cell"
    if _NUMBER.fullmatch(written) or written.startswith("#"):
        return ", which a spreadsheet made of it"
    close = nearest(written, known)
    return f", perhaps {close}" if close else ""


def _changed(rows: list[_Row], shown: list[str], fingerprints: dict[str, str]) -> Iterator[str]:
    odd = [
        f"{row.cells['item_id']} ({row.where})"
        for row in rows
        if row.cells["item_id"] in fingerprints and not _is_as_sent(row, shown, fingerprints)
    ]
    if odd:
        yield (
            f"{len(odd)} rows hold another text than was sent under their id: {listed(odd)}. If a "
            "column was sorted without the others, the codes belong to other rows: undo it in the "
            "coder's file. If a cell was edited, put its text back."
        )


def _is_as_sent(row: _Row, shown: list[str], fingerprints: dict[str, str]) -> bool:
    return fingerprint([row.cells[name] for name in shown]) == fingerprints[row.cells["item_id"]]


def _twice(rows: list[_Row]) -> Iterator[str]:
    first: dict[tuple[str, str], str] = {}
    cases = []
    for row in rows:
        key = (row.cells["item_id"], row.cells["coder"])
        if key in first:
            cases.append(f"{key[0]} of {key[1]} ({first[key]}; {row.where})")
        first.setdefault(key, row.where)
    if cases:
        yield (
            f"{len(cases)} rows are there twice: {listed(cases)}. Keep one of each; is a sheet "
            "given in two versions?"
        )
