"""How files of any kind become a corpus, with a ledger row for each that did not."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from topoi.checks import at_least, one_of
from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Event, Ledger
from topoi.errors import InputError, TopoiWarning
from topoi.io.dates import date_reader
from topoi.io.file_parts import file_parts
from topoi.io.part import Part, tabled
from topoi.io.places import Found, Places
from topoi.io.records import MOST_COLUMNS
from topoi.io.roles import DUPLICATES, Roles
from topoi.io.tally import Tally

__all__ = ["read_corpus", "read_parts"]

_BATCH = 2_000  # rows that are made into a table at once
_MOST_CHARACTERS = 2**26  # of the texts of a part


def read_corpus(
    path: str | Path | Sequence[str | Path],
    *,
    text: str | Sequence[str] | None = None,
    id: str | None = None,
    date: str | None = None,
    title: str | None = None,
    source: str | None = None,
    covariates: Sequence[str] | None = None,
    date_format: str | None = None,
    on_duplicate_id: str = "error",
    pattern: str = "**/*",
) -> Corpus:
    """All documents of files, folders or archives as one corpus, with a ledger of each.

    In a folder each txt, md, html, docx or pdf file is a document and each row of a csv, tsv,
    json, jsonl or parquet file is one; zip, tar and tar.gz files are read like folders, without
    extracting them. Everything else is dropped in the ledger with the reason. Hidden files are
    left out; links are followed only to files inside the folder. A file whose content is of
    another kind than its name says is read as what it is, with a note.

    Parameters
    ----------
    path : str, Path or sequence of these
        Files, folders, or patterns such as "reports/*.txt", or URLs of these, "s3://bucket/folder",
        which fsspec reads; see docs/scale.md.
    text : str or sequence of str, optional
        Columns of a table that hold the text, joined by a blank line; else "text".
    id : str, optional
        Column with the ids; else "id" or "doc_id" if there is one, else "row 1", "row 2", ….
    date, title, source : str, optional
        Columns with the dates, titles and sources; else those of these names if there are such.
    covariates : sequence of str, optional
        Columns of tables to keep; else all others. One that bears a name of ours, such as theme
        or lower, becomes original_<name>.
    date_format : str, optional
        How the dates of a column are written where they have more than one meaning: "dmy",
        "mdy", "ymd", "epoch" or a pattern of strptime, see `topoi.io.dates.date_reader`.
    on_duplicate_id : str
        What to do where two rows of a table have one id: "error"; "suffix", the later ones get a
        number; "first", the later ones are dropped.
    pattern : str
        Which files of a folder, as in `Path.glob`.

    Returns
    -------
    Corpus
        Rows in order of the paths given, then of file path, then of the table or archive.
        `doc_id` is the file's path in the folder, for several paths that in the deepest folder
        that holds them all; members of an archive have archive.zip/path, rows of a table in a
        folder path#id. A file that would so have the name of other documents gets a number and
        a note. In names of files backslashes are doubled, and bytes that are no UTF-8 are spelt
        out. `source` is the table's column, else the first step of that path where it has more
        than one; in an archive that lies in no folder, the first step inside it.
        Dates are days (see `topoi.io.dates`).

    Raises
    ------
    InputError
        If there is nothing to read at `path`, its type is unknown, a single file is unreadable, a
        column is missing or holds lists, structs or bytes where it should be text, an id occurs
        twice, or `date_format` is none.

    Warns
    -----
    TopoiWarning
        If files of a folder, members of an archive or rows of a table cannot be read, dates are
        not understood, or bytes mean nothing in the encoding of their file and were replaced;
        the ledger has each of them.

    Notes
    -----
    Time is linear in what is read. The corpus is in memory as a whole; `read_parts` gives the
    same in parts.
    """
    places = Places(path, pattern)
    roles = _roles(
        text=text,
        id=id,
        date=date,
        title=title,
        source=source,
        covariates=covariates,
        date_format=date_format,
        on_duplicate_id=on_duplicate_id,
    )
    tally = Tally(places.shown)
    parts = list(tally.counted(_parts(places, roles, batch=_BATCH)))
    _warn(tally)
    tally.check()
    return _corpus(parts)


def read_parts(
    path: str | Path | Sequence[str | Path],
    *,
    rows: int = 10_000,
    text: str | Sequence[str] | None = None,
    id: str | None = None,
    date: str | None = None,
    title: str | None = None,
    source: str | None = None,
    covariates: Sequence[str] | None = None,
    date_format: str | None = None,
    on_duplicate_id: str = "error",
    pattern: str = "**/*",
) -> Iterator[Corpus]:
    """The corpus that `read_corpus` gives, in parts that follow one another.

    The tables of the parts, one below another, are the table of the whole, and so are the events
    of their ledgers. A part may have no rows where nothing of what it accounts for was kept.

    Parameters
    ----------
    path, text, id, date, title, source, covariates, date_format, on_duplicate_id, pattern
        As for `read_corpus`.
    rows : int
        Documents of a part at most, counting those that are dropped; fewer where the texts have
        more than 64 million characters together.

    Yields
    ------
    Corpus
        The next documents.

    Raises
    ------
    InputError
        As `read_corpus`, but what is wrong with a file is found when its turn comes.

    Warns
    -----
    TopoiWarning
        As `read_corpus`, after the last part.

    Notes
    -----
    Memory holds one part, the ids of the table that is being read, and one file where that is a
    document or a json list. Everything else is read bit by bit. To clean the parts as the whole
    would be, see `topoi.io.frequent_lines.frequent_lines`; `segment` and `select` look at one
    document at a time, and `vectorise_stream` takes the parts as they come.
    """
    at_least("rows", rows, 1, whole=True)
    places = Places(path, pattern)
    roles = _roles(
        text=text,
        id=id,
        date=date,
        title=title,
        source=source,
        covariates=covariates,
        date_format=date_format,
        on_duplicate_id=on_duplicate_id,
    )
    return _corpora(places, roles, int(rows))


def _corpora(places: Places, roles: Roles, rows: int) -> Iterator[Corpus]:
    tally = Tally(places.shown)
    parts = tally.counted(_parts(places, roles, batch=min(rows, _BATCH)))
    for group in _grouped(parts, rows):
        yield _only(group)
    _warn(tally)
    tally.check()


def _only(group: list[Part]) -> Corpus:
    """The corpus of the parts, which are given up, so that memory does not hold both."""
    corpus = _corpus(group)
    group.clear()
    return corpus


def _grouped(parts: Iterable[Part], rows: int) -> Iterator[list[Part]]:
    group: list[Part] = []
    n_read = n_characters = 0
    for part in parts:
        read = sum(event.action == "read" for event in part.events)
        length = 0 if part.table is None else sum(map(len, part.table["text"]))
        if group and (n_read + read > rows or n_characters + length > _MOST_CHARACTERS):
            yield group
            group, n_read, n_characters = [], 0, 0
        group.append(part)
        n_read += read
        n_characters += length
    if group:
        yield group


def _parts(places: Places, roles: Roles, *, batch: int) -> Iterator[Part]:
    found = _found_parts(places, roles, batch=batch)
    return tabled(found, most=batch)


def _found_parts(places: Places, roles: Roles, *, batch: int) -> Iterator[Part]:
    for file in places.files():
        parts = file_parts(
            file,
            roles,
            batch=batch,
            is_alone=places.is_single,
            matches=places.matches,
        )
        yield from _renamed(parts, file) if file.given else parts


def _renamed(parts: Iterator[Part], file: Found) -> Iterator[Part]:
    """The same, with a note after the first event that the file has another name."""
    for number, part in enumerate(parts):
        first, *rest = part.events
        note = "name of other documents, got a number"
        told = Event("read", first.doc_id, "noted", note, 1, file.given)
        yield part if number else part._replace(events=[first, told, *rest])


def _roles(
    *,
    text: str | Sequence[str] | None,
    id: str | None,
    date: str | None,
    title: str | None,
    source: str | None,
    covariates: Sequence[str] | None,
    date_format: str | None,
    on_duplicate_id: str,
) -> Roles:
    one_of("on_duplicate_id", on_duplicate_id, DUPLICATES)
    kept = (covariates,) if isinstance(covariates, str) else covariates
    chosen = None if kept is None else tuple(kept)
    reader = date_reader(date_format)
    return Roles(text, id, date, title, source, chosen, on_duplicate_id, reader)


def _corpus(parts: list[Part]) -> Corpus:
    ledger = Ledger().add(event for part in parts for event in part.events)
    tables = [part.table for part in parts if part.table is not None and len(part.table)]
    if not tables:
        return Corpus(_no_rows(), ledger)
    names = dict.fromkeys(name for table in tables for name in table.columns)
    if len(names) > MOST_COLUMNS:
        raise InputError(
            f"The tables have {len(names)} different columns together; {MOST_COLUMNS} are "
            "allowed. Name those that you need with covariates=."
        )
    table = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]
    return Corpus(table, ledger)


def _no_rows() -> pd.DataFrame:
    return pd.DataFrame({"doc_id": pd.Series(dtype="str"), "text": pd.Series(dtype="str")})


def _warn(tally: Tally) -> None:
    for message in tally.warnings():
        warnings.warn(message, TopoiWarning, stacklevel=3)
