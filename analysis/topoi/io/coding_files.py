"""How a coding task goes into files: a sheet for each coder, and the key apart."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from topoi.errors import InputError, listed
from topoi.hashes import bytes_hash
from topoi.io.atomic import new_folder
from topoi.io.parts import json_bytes
from topoi.io.sheet_cells import sheet_csv, shown, stored, without_guard
from topoi.measures.coding_task import KINDS, CodingTask
from topoi.measures.keyed_order import keyed_order
from topoi.provenance import versions

__all__ = ["Manifest", "read_key", "read_manifest", "write_sheets"]

Manifest = dict[str, Any]

_SCHEMA = 1
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_SEPARATORS = (",", ";", "\t")
_KINDS = {"probability": "float64", "n_stratum": "int64", "intruder": "int64", "n_choices": "int64"}
_TRUTHS = {"true": True, "false": False}


def write_sheets(
    task: CodingTask,
    folder: str | Path,
    *,
    key: str | Path,
    coders: Sequence[str],
    separator: str = ",",
) -> Path:
    """Write a sheet for each coder, the instructions and a manifest; and the key elsewhere.

    Parameters
    ----------
    task : CodingTask
    folder : a new folder: sheet_<coder>.csv, instructions.md, manifest.json
        This is what coders get. Each has the same items in an order of their own. The manifest
        holds the sha256 of the key: keep it where its date is beyond doubt (a commit, a mail)
        before coding begins, and nobody can change the key later without notice.
    key : another new folder, not within the first: key.csv, settings.json
        Not for coders: it says what is right and where passages come from.
    coders : names of a letter, then letters, digits, _ or -; at most 40 characters
    separator : {",", ";", tab}; a semicolon opens at once where spreadsheets write decimal commas

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If a name is not usable or occurs twice, a folder is not new or not writable, the key
        would be among the sheets, or a text is longer than a spreadsheet's cell (32,767).

    Notes
    -----
    The sheets are UTF-8 with a mark, every cell in quotes, safe from formulas: see
    `topoi.io.sheet_cells`. Equal tasks and coders give equal bytes, but for the versions in the
    manifest.
    """
    _check_coders(coders)
    if separator not in _SEPARATORS:
        raise InputError(f"separator must be a comma, a semicolon or a tab; got {separator!r}.")
    out, key_out = _new_places(folder, key)
    parts = {f"sheet_{coder}.csv": _sheet(task, coder, separator) for coder in coders}
    parts["instructions.md"] = task.instructions.encode("utf-8")
    held = {"key.csv": _key_csv(task.key), "settings.json": json_bytes(dict(task.settings))}
    manifest = {
        "schema": _SCHEMA,
        "kind": task.kind,
        "n_items": len(task),
        "shown": task.shown,
        "answers": list(task.answers),
        "coders": list(coders),
        "sha256": {name: bytes_hash(content) for name, content in parts.items()},
        "key_sha256": {name: bytes_hash(content) for name, content in held.items()},
        "versions": {"topoi": versions()["topoi"]},
    }
    with new_folder(key_out) as key_folder, new_folder(out) as fresh:
        for name, content in held.items():
            (key_folder / name).write_bytes(content)
        for name, content in parts.items():
            (fresh / name).write_bytes(content)
        (fresh / "manifest.json").write_bytes(json_bytes(manifest))
    return Path(folder)


def read_manifest(path: str | Path) -> Manifest:
    """What the manifest of `write_sheets` says; the file, or the folder that holds it.

    Raises
    ------
    InputError
        If it cannot be read or is no manifest of coding sheets.
    """
    file = Path(path) / "manifest.json" if Path(path).is_dir() else Path(path)
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        is_ours = (
            manifest["schema"] == _SCHEMA
            and manifest["kind"] in KINDS
            and isinstance(manifest["key_sha256"]["key.csv"], str)
            and all(isinstance(manifest[name], list) for name in ("shown", "answers", "coders"))
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{file} is no manifest of coding sheets: {error!r}.") from error
    if not is_ours:
        raise InputError(f"{file} is no manifest of coding sheets that this version reads.")
    return dict(manifest)


def read_key(key: str | Path, *, manifest: str | Path) -> pd.DataFrame:
    """The key of a task, after a look whether it is the one that the sheets were written with.

    Parameters
    ----------
    key : key.csv, or the folder that holds it
    manifest : manifest.json of the sheets, or the folder that holds it

    Returns
    -------
    DataFrame
        The key of the `CodingTask`, equal in values and types.

    Raises
    ------
    InputError
        If a file cannot be read, or the key's sha256 is not the one in the manifest.
    """
    expected = read_manifest(manifest)["key_sha256"]["key.csv"]
    file = Path(key) / "key.csv" if Path(key).is_dir() else Path(key)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"Cannot read the key {file}: {error.strerror or error}.") from error
    if bytes_hash(content) != expected:
        raise InputError(
            f"{file} is not the key that these sheets were written with: its sha256 is not the one "
            "in the manifest. It was changed (to open it in a spreadsheet and save it is enough), "
            "or belongs to other sheets. Take the file as it was written."
        )
    # Not by the reader of tables, which makes one line end of all: ids stay as they are.
    names, *rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    return _typed(pd.DataFrame(rows, columns=names, dtype="str"))


def _check_coders(coders: Sequence[str]) -> None:
    if isinstance(coders, str) or not coders:
        raise InputError('coders must be a list of names, such as ["anna", "ben"].')
    odd = [repr(name) for name in coders if not (isinstance(name, str) and _NAME.fullmatch(name))]
    if odd:
        raise InputError(
            f"These names of coders are not usable: {listed(odd)}. A name is a letter, then "
            "letters, digits, _ or -; at most 40 characters."
        )
    lower = [name.lower() for name in coders]
    twice = sorted({name for name in lower if lower.count(name) > 1})
    if twice:
        raise InputError(f"Coders have the same name but for its case: {listed(twice)}.")


def _new_places(folder: str | Path, key: str | Path) -> tuple[Path, Path]:
    out, key_out = Path(folder).resolve(), Path(key).resolve()
    if key_out == out or out in key_out.parents or key_out in out.parents:
        raise InputError(
            f"The key ({key}) and the sheets ({folder}) must lie apart, neither folder within the "
            "other, so that who gets the sheets does not get the key."
        )
    for place in (out, key_out):
        if place.exists() and not (place.is_dir() and not any(place.iterdir())):
            raise InputError(
                f"{place} is there already and may hold codes that people gave; name a new folder."
            )
    return out, key_out


def _sheet(task: CodingTask, coder: str, separator: str) -> bytes:
    columns = {name: shown(task.items[name], where=f"Column {name}") for name in task.shown}
    rows = dict(zip(task.items["item_id"], zip(*columns.values(), strict=True), strict=True))
    extra = ("note",) if task.kind == "coding" else ()
    blank = [""] * (len(task.answers) + len(extra))
    order = keyed_order(rows, task.settings["seed"], "coder", coder)
    return sheet_csv(
        ["item_id", "coder", *columns, *task.answers, *extra],
        [[item_id, coder, *rows[item_id], *blank] for item_id in order],
        separator=separator,
    )


def _key_csv(key: pd.DataFrame) -> bytes:
    columns = [stored(key[name]) for name in key.columns]
    return sheet_csv([str(name) for name in key.columns], zip(*columns, strict=True), separator=",")


def _typed(cells: pd.DataFrame) -> pd.DataFrame:
    kinds = {name: _kind(name) for name in cells.columns}
    texts = [name for name, kind in kinds.items() if kind == "str"]
    table = cells.assign(**{name: cells[name].map(without_guard) for name in texts})
    if "is_check" in table.columns:
        table["is_check"] = table["is_check"].map(_TRUTHS)
    return table.astype(kinds)


def _kind(name: str) -> str:
    if name == "is_check":
        return "bool"
    return "float64" if name.startswith("share_") else _KINDS.get(name, "str")
