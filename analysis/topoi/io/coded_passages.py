"""Which codes of passages a run is given: a table of them, or sheets that coders filled."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd

from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, TopoiWarning, listed
from topoi.io.coder_answers import read_codes
from topoi.io.coding_files import read_key, read_manifest
from topoi.io.tables import read_table

__all__ = ["read_coded_passages"]

_ROWS_AT_ONCE = 10_000


def read_coded_passages(path: str | Path, key: str | Path | None = None) -> pd.DataFrame:
    """The codes in a table or in filled sheets, as they are written.

    Parameters
    ----------
    path : a CSV with passage_id and a column for each theme, or with passage_id, theme and code
        Commas, semicolons and tabs are read. Or the folder that `write_sheets` made, with the
        sheets that came back, or one sheet in it.
    key : the folder of the key, where sheets are given

    Returns
    -------
    DataFrame
        The columns of the table, all str, with the index "codes.csv, row 1" and so on: where each
        row stands, without the names of columns. Of sheets: those of `read_codes`, and
        sampling_probability (float64) and shown (str, `fingerprint` of the text) from the key.

    Raises
    ------
    InputError
        If a file cannot be read, has no column passage_id, or sheets come without their key; with
        what `read_codes` finds wrong with them.

    Warns
    -----
    TopoiWarning
        If cells of sheets are empty, or rows of them missing.
    """
    place = Path(path)
    if place.is_dir():
        return _of_sheets(place, place, key)
    table = _table(place)
    if "item_id" in table.columns and "passage_id" not in table.columns:
        return _of_sheets(place, place.parent, key)
    if "passage_id" not in table.columns:
        raise InputError(
            f"codes: {place} has no column passage_id; it has: "
            f"{listed(table.columns, most=20)}. Give each coded passage the id that it has in "
            "corpus.parquet of a run."
        )
    if key is not None:
        raise InputError(f"codes_key names a key, but {place} has ids of passages and needs none.")
    return table


def _of_sheets(sheets: Path, folder: Path, key: str | Path | None) -> pd.DataFrame:
    if key is None:
        raise InputError(
            f"codes: {sheets} holds sheets of coding_sheet, which do not say of which passages "
            "they are. Name the folder of their key with codes_key."
        )
    codes = read_codes(sheets, manifest=folder, key=key, allow_missing=True)
    known = read_key(key, manifest=folder)
    unit = id_column(known)
    asked = read_manifest(folder)
    n_coders = len(asked["coders"]) if sheets == folder else codes["coder"].nunique()
    n_asked = len(known) * len(asked["answers"]) * n_coders
    if len(codes) < n_asked:
        warnings.warn(
            f"{n_asked - len(codes)} of {n_asked} codes of the sheets in {sheets} are missing.",
            TopoiWarning,
            stacklevel=2,
        )
    facts = known.rename(columns={unit: "passage_id", "probability": "sampling_probability"})
    return codes.merge(facts[["passage_id", "sampling_probability", "shown"]], on="passage_id")


def _table(path: Path) -> pd.DataFrame:
    """All cells of a CSV file as text, with the names in its first row, and where they stand."""
    try:
        with path.open("rb") as file:
            table = read_table(file, "csv", where=str(path), most=_ROWS_AT_ONCE)
            batches = list(table.batches(table.columns))
    except OSError as error:
        raise InputError(f"codes: {path} cannot be read: {error.strerror or error}.") from error
    bad = [f"{row.where} ({row.why})" for rows in batches for row in rows.bad]
    if bad:
        raise InputError(f"codes: {path}: {len(bad)} rows cannot be read: {listed(bad)}.")
    if not batches:
        raise InputError(f"codes: {path} has no rows.")
    numbers = [number for rows in batches for number in rows.numbers]
    cells = pd.concat([rows.table for rows in batches], ignore_index=True)
    return cells.set_axis([f"{path.name}, row {number}" for number in numbers], axis="index")
