"""What one file gives: a document, the rows of a table, or the files of an archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from topoi.corpus.ledger import Event
from topoi.errors import InputError
from topoi.io.archives import members
from topoi.io.documents import read_document
from topoi.io.kinds import ARCHIVES, SUPPORTED, TABLES, find_kind, kind_by_name
from topoi.io.part import DocumentRow, Part
from topoi.io.places import Found, Matcher
from topoi.io.refusal import RefusedError
from topoi.io.roles import IdError, MissingColumnError, Roles, table_parts
from topoi.io.store_errors import UnreachableError
from topoi.io.tables import read_table

__all__ = ["file_parts"]


def file_parts(
    file: Found, roles: Roles, *, batch: int, is_alone: bool, matches: Matcher
) -> Iterator[Part]:
    """The documents of a file in order, and the events of what is none.

    Parameters
    ----------
    batch : int
        Rows of a table that are held at once.
    is_alone : bool
        Whether the user gave this file only: what is wrong with it is then an error, else an
        event.
    matches : Matcher
        Which members of an archive that is alone are read.

    Raises
    ------
    InputError
        If the file is alone and cannot be read, ids of a table are empty or repeated, or a store
        does not answer.
    """
    if is_alone and not kind_by_name(file.name):
        raise InputError(f"{file.where} has an unknown type. {SUPPORTED}")
    if file.refusal:
        yield _dropped(file.name, file.refusal, file.detail)
        return
    try:
        yield from _opened_parts(file, roles, batch=batch, is_alone=is_alone, matches=matches)
    except (IdError, UnreachableError):
        raise  # The file is sound: the user can name another column, or ask the store again.
    except (InputError, OSError) as error:
        if is_alone:
            raise _named(error, file.where) from error
        yield _failed(file.name, error)


def _failed(name: str, error: InputError | OSError) -> Part:
    if isinstance(error, MissingColumnError):
        return _dropped(name, error.reason, str(error), count=error.n_rows)
    if isinstance(error, RefusedError):
        return _dropped(name, error.reason, str(error))
    return _dropped(name, "unreadable", _reason(error))


def _named(error: InputError | OSError, where: str) -> InputError:
    """The error of a file with the file's name in its message."""
    if isinstance(error, InputError) and where in str(error):
        return error
    reason = _reason(error)
    return InputError(f"{where} cannot be read: {reason}" + ("" if reason.endswith(".") else "."))


def _reason(error: InputError | OSError) -> str:
    return str(error.strerror or error) if isinstance(error, OSError) else str(error)


def _dropped(
    name: str, reason: str, detail: str = "", *, count: int = 1, before: Iterable[Event] = ()
) -> Part:
    """A file without documents; `before` are the events between its reading and its dropping."""
    read = Event("read", name, "read", "file")
    return Part(None, [read, *before, Event("read", name, "dropped", reason, count, detail)])


def _opened_parts(
    file: Found, roles: Roles, *, batch: int, is_alone: bool, matches: Matcher
) -> Iterator[Part]:
    with file.open() as opened:
        kind, refusal, note = find_kind(opened, file.name)
        if refusal:
            raise RefusedError(refusal, f"Its {note}. {SUPPORTED}")
        if kind in ARCHIVES and file.is_member:
            raise RefusedError("archive in an archive", "Unpack it and give the folder.")
        if kind in TABLES:
            prefix = "" if is_alone else f"{file.name}#"
            yield from _table(opened, file, roles, kind, batch=batch, prefix=prefix, note=note)
        elif kind not in ARCHIVES:
            yield _document(opened, file, kind, note)
    if kind in ARCHIVES:
        yield from _archive(file, roles, kind, batch=batch, matches=matches if is_alone else None)


def _table(
    opened: BinaryIO, file: Found, roles: Roles, kind: str, *, batch: int, prefix: str, note: str
) -> Iterator[Part]:
    table = read_table(opened, kind, where=file.where, most=batch)
    is_empty = True
    for part in table_parts(
        table, roles, where=file.where, source=file.source, prefix=prefix, note=note
    ):
        is_empty = False
        yield part
    if is_empty:
        notes = [Event("read", file.name, "noted", note)] if note else []
        if not table.encoding.is_plain:
            reason = f"decoded as {table.encoding.name}"
            notes.append(Event("read", file.name, "noted", reason))
        yield _dropped(file.name, "empty", before=notes)


def _document(opened: BinaryIO, file: Found, kind: str, note: str) -> Part:
    stem = PurePosixPath(file.name).stem
    found = read_document(opened, kind, stem=stem, doc_id=file.name)
    events = [Event("read", file.name, "noted", note)] if note else []
    events += found.events
    if not found.text.strip():
        return _dropped(file.name, "empty", before=events)
    row = DocumentRow(file.name, found.text, found.day, file.source, found.title)
    return Part(None, [Event("read", file.name, "read", "file"), *events], row)


def _archive(
    archive: Found, roles: Roles, kind: str, *, batch: int, matches: Matcher | None
) -> Iterator[Part]:
    """The documents of the members, each treated as a file of a folder."""
    n_members = 0
    try:
        for member in members(archive, kind):
            below = member.name.removeprefix(f"{archive.name}/")
            if matches is None or matches(below):
                n_members += 1
                yield from file_parts(
                    member, roles, batch=batch, is_alone=False, matches=lambda _: True
                )
    except RefusedError as error:
        # The members before it are sound.
        yield _dropped(archive.name, error.reason, str(error))
        return
    if not n_members:
        yield _dropped(archive.name, "empty")
