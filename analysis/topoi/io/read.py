"""How files of any kind become a corpus, with a ledger row for each that did not."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Event, Ledger
from topoi.errors import InputError, TopoiWarning, listed
from topoi.io.decode import Decoded
from topoi.io.documents import DOCUMENT_TYPES, decoding_events, read_document
from topoi.io.roles import IdError, MissingColumnError, Part, Roles, part_of_table
from topoi.io.tables import TABLE_TYPES, read_table

__all__ = ["read_corpus"]

_SUPPORTED = f"Supported are {', '.join((*DOCUMENT_TYPES, *TABLE_TYPES))}, and folders of these."


def read_corpus(
    path: str | Path,
    *,
    text: str | Sequence[str] | None = None,
    id: str | None = None,
    date: str | None = None,
    title: str | None = None,
    pattern: str = "**/*",
) -> Corpus:
    """All documents of a file or a folder as one corpus, with a ledger of what became of each.

    In a folder each txt, md or html file is a document and each row of a csv, tsv, json, jsonl or
    parquet file is one; everything else is dropped in the ledger with the reason. Hidden files
    are left out; links are followed only to files inside the folder.

    Parameters
    ----------
    path : str or Path
        A file or a folder.
    text : str or sequence of str, optional
        Columns of a table that hold the text, joined by a blank line; else "text".
    id : str, optional
        Column with the ids; else "id" or "doc_id" if there is one, else "row 1", "row 2", ….
    date, title : str, optional
        Columns with the dates and titles; else those named "date" and "title" if there are such.
        All other columns are covariates; one that bears a name of ours becomes original_<name>.
    pattern : str
        Which files of a folder, as in `Path.glob`.

    Returns
    -------
    Corpus
        Rows in order of file path, then of the table. `doc_id` is the file's path in the folder;
        rows of a table in a folder have path#id. `source` is the table's column of that name, else
        the first sub-folder that the file is in. Dates are days (see `topoi.io.dates`).

    Raises
    ------
    InputError
        If there is nothing to read at `path`, its type is unknown, a single file is unreadable, a
        column is missing or an id occurs twice.

    Warns
    -----
    TopoiWarning
        If a file or sub-folder of the folder cannot be read; it is dropped in the ledger, a table
        without the column of texts with the number of its rows.
    """
    place = Path(path)
    roles = Roles(text, id, date, title)
    if place.is_dir():
        return _corpus(_folder_parts(place, roles, pattern), place)
    if not place.exists():
        raise InputError(f"There is nothing at {place}. Give a file or a folder. {_SUPPORTED}")
    return _corpus([_single(place, roles)], place)


def _single(path: Path, roles: Roles) -> Part:
    if path.suffix.lower() not in (*DOCUMENT_TYPES, *TABLE_TYPES):
        raise InputError(f"{path} has an unknown type. {_SUPPORTED}")
    try:
        return _file_part(path, roles, name=_written(path.name), source="", prefix="")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    except InputError as error:
        known = str(path) in str(error)
        raise error if known else InputError(f"{path} cannot be read: {error}") from error


def _folder_parts(folder: Path, roles: Roles, pattern: str) -> list[Part]:
    found = [_path_part(folder, path, roles) for path in _files(folder, pattern)]
    failed = [event.doc_id for part in found for event in part.events if _failed(event)]
    if failed:
        warnings.warn(
            f"{len(failed)} files of {folder} could not be used: {listed(failed)}. "
            "The ledger says why.",
            TopoiWarning,
            stacklevel=3,
        )
    return found


def _failed(event: Event) -> bool:
    return event.action == "dropped" and event.reason in ("unreadable", "no such column")


def _files(folder: Path, pattern: str) -> list[Path]:
    """Paths in the folder that are not hidden, in order; folders only where they need a word."""
    try:
        found = list(folder.glob(pattern))
    except (ValueError, NotImplementedError, IndexError) as error:
        raise InputError(
            f'pattern must be a relative file pattern such as "**/*.txt"; got {pattern!r}.'
        ) from error
    shut = {path for path in folder.glob("**/") if not os.access(path, os.R_OK | os.X_OK)}
    if folder in shut:
        raise InputError(
            f"The folder {folder} cannot be read: no permission. Let its owner give the right to "
            "list and to enter it."
        )
    names = {path.relative_to(folder).as_posix(): path for path in (*found, *shut)}
    return [
        path
        for name, path in sorted(names.items())
        if not any(step.startswith(".") for step in name.split("/"))
        # Below a folder that may be listed but not entered, no path can be asked what it is.
        and shut.isdisjoint(path.parents)
        and (path in shut or path.is_symlink() or not path.is_dir())
    ]


def _path_part(folder: Path, path: Path, roles: Roles) -> Part:
    relative = path.relative_to(folder)
    name = _written(relative.as_posix())
    refusal = _refusal(folder, path)
    if refusal:
        return _dropped(name, refusal)
    source = _written(relative.parts[0]) if len(relative.parts) > 1 else ""
    try:
        return _file_part(path, roles, name=name, source=source, prefix=f"{name}#")
    except MissingColumnError as error:
        return _dropped(name, "no such column", str(error), count=error.n_rows)
    except OSError as error:
        return _dropped(name, "unreadable", str(error.strerror or error))
    except IdError:
        raise  # The file is sound: the user can name another column.
    except InputError as error:
        return _dropped(name, "unreadable", str(error))


def _refusal(folder: Path, path: Path) -> str:
    if path.is_symlink():
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            return "unreadable"
        if not target.is_relative_to(folder.resolve()):
            return "link out of the folder"
        if target.is_dir():
            return "link to a folder"
    if path.is_dir():
        return "unreadable"
    if not path.is_file() or path.suffix.lower() not in (*DOCUMENT_TYPES, *TABLE_TYPES):
        return "unsupported file type"
    return ""


def _dropped(
    name: str, reason: str, detail: str = "", *, count: int = 1, before: Iterable[Event] = ()
) -> Part:
    """A file without documents; `before` are the events between its reading and its dropping."""
    read = Event("read", name, "read", "file")
    return Part(None, [read, *before, Event("read", name, "dropped", reason, count, detail)])


def _file_part(path: Path, roles: Roles, *, name: str, source: str, prefix: str) -> Part:
    if path.suffix.lower() in TABLE_TYPES:
        table, decoded = read_table(path)
        if not len(table):
            return _dropped(name, "empty", before=decoding_events(decoded, doc_id=name))
        part = part_of_table(table, roles, path=path, source=source, prefix=prefix)
        return part._replace(events=_with_decoding(part.events, table, decoded))
    document = read_document(path, doc_id=name)
    if not document.text.strip():
        return _dropped(name, "empty", before=document.events)
    row = {
        "doc_id": [name],
        "text": [document.text],
        "date": pd.to_datetime(pd.Series([document.day], dtype="object")).astype("datetime64[us]"),
        "source": [source],
        "title": [document.title],
    }
    return Part(pd.DataFrame(row), [Event("read", name, "read", "file"), *document.events])


def _with_decoding(events: list[Event], table: pd.DataFrame, decoded: Decoded) -> list[Event]:
    """The events of a table's rows with a note on each row of how the file was decoded.

    A file of rows is no document of its own: what is true of all of its bytes is told of each
    row, and bytes that mean nothing of the rows that have them.
    """
    if decoded.is_plain:
        return events
    read = [event for event in events if event.action == "read"]
    notes: list[Event] = []
    for event, cells in zip(read, table.itertuples(index=False, name=None), strict=True):
        own = sum(cell.count("\ufffd") for cell in cells) if decoded.replaced else 0
        notes += decoding_events(decoded._replace(replaced=own), doc_id=event.doc_id)
    return [*read, *notes, *(event for event in events if event.action != "read")]


def _corpus(parts: list[Part], path: Path) -> Corpus:
    events = [event for part in parts for event in part.events]
    tables = [part.table for part in parts if part.table is not None and len(part.table)]
    if not tables:
        reasons = Ledger().add(events).summary()
        dropped = reasons.loc[reasons["action"] == "dropped"]
        why = "; ".join(_counted(dropped)) or "no files"
        first = next((f" {event.detail}" for event in events if event.detail), "")
        raise InputError(f"There is nothing to read in {path} ({why}).{first} {_SUPPORTED}")
    table = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]
    return Corpus(table, Ledger().add(events))


def _counted(dropped: pd.DataFrame) -> Iterator[str]:
    for reason, number in zip(dropped["reason"], dropped["documents"], strict=True):
        yield f"{reason}: {number}"


def _written(name: str) -> str:
    """A file name as text; bytes that are no UTF-8 are spelt out, so that names stay unique."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")
