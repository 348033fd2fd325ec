"""Which rows and columns a table file (csv, tsv, json, jsonl, parquet) holds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress
from typing import BinaryIO, NamedTuple

from topoi.io.decode import Encoding, decode, find_encoding, text_lines
from topoi.io.delimited import LONGEST_ROW, delimited_rows
from topoi.io.json_rows import (
    is_json_lines,
    json_line_records,
    json_list,
    json_list_records,
    json_names,
)
from topoi.io.parquet_rows import parquet_rows
from topoi.io.records import Record, TableFile, check_names, in_batches

__all__ = ["read_table"]

_PLAIN = Encoding("utf-8", "utf-8")


def read_table(file: BinaryIO, kind: str, *, where: str, most: int) -> TableFile:
    """The rows of a table file in batches, everything as it is written.

    Only a batch is in memory at a time; a json file, which is one list, is read whole.

    Parameters
    ----------
    file : binary file that can seek
        It must stay open while the rows are read.
    kind : str
        One of `topoi.io.kinds.TABLES`.
    where : str
        How messages name the file.
    most : int
        Rows in a batch; fewer where they are long.

    Returns
    -------
    TableFile
        The cells are strings ("NA", "null" and "007" stay; a missing json value is ""), except
        for parquet, whose columns keep their types. Column names are unique strings.

    Raises
    ------
    InputError
        If the content is broken as a whole; names the file and, for text, the line. Rows that
        are broken by themselves are among the rows, with the reason.
    OSError
        If the file cannot be read.
    """
    if kind == "parquet":
        columns, no_text, batches = parquet_rows(file, where=where, most=most)
        check_names(columns, where)
        return TableFile(columns, _PLAIN, batches, no_text=no_text)
    encoding = find_encoding(file)
    names, records, unit, notes = _written_rows(file, kind, encoding, where)
    check_names(names, where)
    return TableFile(
        names,
        encoding,
        lambda chosen: in_batches(records, names, chosen, most=most, unit=unit),
        notes,
    )


class _WrittenRows(NamedTuple):
    """The rows of a file that is text; `unit` is what their places count."""

    names: list[str]
    records: Iterator[Record]
    unit: str = "line"
    notes: tuple[str, ...] = ()


def _written_rows(file: BinaryIO, kind: str, encoding: Encoding, where: str) -> _WrittenRows:
    if kind == "json":
        file.seek(0)
        text = decode(file.read()).text
        if not is_json_lines(text):
            return _WrittenRows(*json_list_records(json_list(text, where), where), "row")
        return _json_lines(file, encoding, where)._replace(notes=("content is jsonl, not json",))
    if kind == "jsonl":
        return _json_lines(file, encoding, where)
    separator = "\t" if kind == "tsv" else ""
    return _delimited(file, separator, encoding, where)


def _json_lines(file: BinaryIO, encoding: Encoding, where: str) -> _WrittenRows:
    # Twice through the file: a key may stand first in its last line.
    names = json_names(text_lines(file, encoding, longest=LONGEST_ROW), where)
    records = json_line_records(text_lines(file, encoding, longest=LONGEST_ROW), names)
    return _WrittenRows(names, records)


def _delimited(file: BinaryIO, separator: str, encoding: Encoding, where: str) -> _WrittenRows:
    """The rows, without columns that have neither a name nor a cell, as spreadsheets write them."""

    def rows() -> tuple[list[str], Iterator[Record]]:
        lines = text_lines(file, encoding, longest=LONGEST_ROW)
        return delimited_rows(lines, separator=separator, where=where)

    names, records = rows()
    if all(names):
        return _WrittenRows(names, records)
    # Twice through the file: a column may have its first cell in the last line.
    keep = _named_or_filled(names, records)
    names, records = rows()
    if sum(keep) > sum(map(bool, names)) + 1:
        return _WrittenRows(names, records)  # to be refused, with the places of all without a name
    notes = () if all(keep) else ("empty columns without a name left out",)
    kept = (_with_cells(record, keep) for record in records)
    return _WrittenRows(list(compress(names, keep)), kept, notes=notes)


def _named_or_filled(names: list[str], records: Iterator[Record]) -> list[bool]:
    empty = [place for place, name in enumerate(names) if not name]
    for record in records:
        if record.cells and empty:
            empty = [place for place in empty if not record.cells[place].strip()]
    return [place not in empty for place in range(len(names))]


def _with_cells(record: Record, keep: list[bool]) -> Record:
    if record.cells is None:
        return record
    return record._replace(cells=list(compress(record.cells, keep)))
