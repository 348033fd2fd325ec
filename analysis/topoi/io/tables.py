"""Which rows and columns a table file (csv, tsv, json, jsonl, parquet) holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from topoi.io.decode import Encoding, decode, find_encoding, text_lines
from topoi.io.delimited import LONGEST_ROW, delimited_rows
from topoi.io.json_rows import json_line_records, json_list, json_list_records, json_names
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
        names, batches = parquet_rows(file, where=where, most=most)
        check_names(names, where)
        return TableFile(names, _PLAIN, batches)
    encoding = find_encoding(file)
    names, records = _records(file, kind, encoding, where)
    check_names(names, where)
    unit = "row" if kind == "json" else "line"
    return TableFile(
        names, encoding, lambda chosen: in_batches(records, names, chosen, most=most, unit=unit)
    )


def _records(
    file: BinaryIO, kind: str, encoding: Encoding, where: str
) -> tuple[list[str], Iterator[Record]]:
    if kind == "json":
        file.seek(0)
        return json_list_records(json_list(decode(file.read()).text, where), where)
    if kind == "jsonl":
        # Twice through the file: a key may stand first in its last line.
        names = json_names(text_lines(file, encoding, longest=LONGEST_ROW), where)
        return names, json_line_records(text_lines(file, encoding, longest=LONGEST_ROW), names)
    lines = text_lines(file, encoding, longest=LONGEST_ROW)
    return delimited_rows(lines, separator="\t" if kind == "tsv" else "", where=where)
