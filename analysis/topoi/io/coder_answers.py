"""Which codes and choices come back from several coders, as one table."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pandas as pd

from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, TopoiWarning, listed
from topoi.io.coding_files import Manifest, read_key, read_manifest
from topoi.io.returned_sheets import Answer, answers_in

__all__ = ["read_choices", "read_codes"]

Paths = str | Path | Iterable[str | Path]

_CODES = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1, "no": 0, "yes": 1}
_SHOWN = 60  # characters of a wrong cell


def read_codes(
    paths: Paths, *, manifest: str | Path, key: str | Path, allow_missing: bool = False
) -> pd.DataFrame:
    """The codes of all coders of a `coding_sheet` task, in long form.

    Parameters
    ----------
    paths : the filled sheets, CSV with commas, semicolons or tabs, or one folder of them
        Columns may stand in any order; further ones (`note`) are not read.
    manifest : manifest.json of the sheets, or the folder that holds it
    key : key.csv, or the folder that holds it
    allow_missing : bool
        False: an item without a row or a code is an error. True: it has no row in the table.

    Returns
    -------
    DataFrame
        passage_id (str; the doc_id where documents were coded), coder, theme (str), code (int64,
        0 or 1); by coder in the manifest's order, then in the order of the key and of the themes.

    Raises
    ------
    InputError
        If the key was changed; a file is no sheet, lacks a column or has a broken row; an id or
        coder is unknown, a row is there twice, a text is not the one sent; a code is neither 0 nor
        1, or missing. Faults are told with file and row, of each kind up to five.

    Warns
    -----
    TopoiWarning
        A coder to whom a sheet was sent is in none of those that are read.
    """
    head = _manifest_of(manifest, ("coding",))
    known = read_key(key, manifest=manifest)
    answers = _read(paths, head, known, _code, "0 or 1", allow_missing=allow_missing)
    unit = id_column(known)
    units = dict(zip(known["item_id"], known[unit], strict=True))
    rows = [(units[item], coder, theme, code) for item, coder, theme, code in answers]
    table = pd.DataFrame(rows, columns=["passage_id", "coder", "theme", "code"])
    return table.astype({"passage_id": "str", "coder": "str", "theme": "str", "code": "int64"})


def read_choices(
    paths: Paths, *, manifest: str | Path, key: str | Path, allow_missing: bool = False
) -> pd.DataFrame:
    """The choices of all coders of a `word_intrusion` or `topic_intrusion` task.

    A choice is the number of the word or topic in its row; the word itself is taken as well.

    Parameters
    ----------
    paths, manifest, key, allow_missing : as of `read_codes`

    Returns
    -------
    DataFrame
        item_id, coder (str), chosen (int64, from 1); by coder in the manifest's order, then in the
        order of the key.

    Raises
    ------
    InputError
        As `read_codes`.
    """
    head = _manifest_of(manifest, ("word_intrusion", "topic_intrusion"))
    known = read_key(key, manifest=manifest)
    n_choices = int(known["n_choices"].iloc[0]) if len(known) else 0
    allowed = f"a number from 1 to {n_choices}"
    answers = _read(
        paths, head, known, lambda a: _choice(a, n_choices), allowed, allow_missing=allow_missing
    )
    rows = [(item, coder, chosen) for item, coder, _, chosen in answers]
    table = pd.DataFrame(rows, columns=["item_id", "coder", "chosen"])
    return table.astype({"item_id": "str", "coder": "str", "chosen": "int64"})


def _manifest_of(manifest: str | Path, kinds: tuple[str, ...]) -> Manifest:
    head = read_manifest(manifest)
    if head["kind"] not in kinds:
        reader = "read_codes" if head["kind"] == "coding" else "read_choices"
        raise InputError(f"These are sheets of the task {head['kind']}; read them with {reader}.")
    return head


def _read(
    paths: Paths,
    head: Manifest,
    key: pd.DataFrame,
    value: Callable[[Answer], int | None],
    allowed: str,
    *,
    allow_missing: bool,
) -> list[tuple[str, str, str, int]]:
    """Item, coder, column and value of each answer, by coder, in the key's order."""
    fingerprints = dict(zip(key["item_id"], key["shown"], strict=True))
    answers = list(answers_in(paths, head, fingerprints))
    values = {(a.coder, a.item_id, a.column): value(a) for a in answers if a.written}
    wrong = [a for a in answers if a.written and values[a.coder, a.item_id, a.column] is None]
    faults = list(_wrong(wrong, allowed))
    if not allow_missing:
        faults += [*_blank(answers), *_absent(answers, head, list(fingerprints))]
    if faults:
        raise InputError(" ".join(faults))
    _warn_of_silent(answers, head)
    order = [
        (coder, item, column)
        for coder in head["coders"]
        for item in fingerprints
        for column in head["answers"]
    ]
    found = [
        (item, coder, column, values.get((coder, item, column))) for coder, item, column in order
    ]
    return [(i, coder, column, v) for i, coder, column, v in found if v is not None]


def _warn_of_silent(answers: list[Answer], head: Manifest) -> None:
    """Name the coders of whom no sheet came back."""
    heard = {answer.coder for answer in answers}
    silent = [coder for coder in head["coders"] if coder not in heard]
    if silent:
        warnings.warn(
            f"No sheet came back of {listed(silent)}, of the coders {listed(head['coders'])}.",
            TopoiWarning,
            stacklevel=4,
        )


def _code(answer: Answer) -> int | None:
    return _CODES.get(answer.written.replace(",", ".").casefold())


def _choice(answer: Answer, n_choices: int) -> int | None:
    written = answer.written.casefold()
    number = written.replace(",", ".").removesuffix(".0")
    if number.isascii() and number.isdigit() and len(number) < 4:
        return int(number) if 1 <= int(number) <= n_choices else None
    words = [cell.strip().casefold() for cell in answer.shown[-n_choices:]]
    return words.index(written) + 1 if words.count(written) == 1 else None


def _wrong(wrong: list[Answer], allowed: str) -> Iterator[str]:
    if wrong:
        cases = [f"{a.written[:_SHOWN]!r} in {a.column} ({a.where})" for a in wrong]
        yield f"{len(wrong)} cells are not {allowed}: {listed(cases)}."


def _blank(answers: list[Answer]) -> Iterator[str]:
    blank = [f"{a.column} of {a.item_id} ({a.where})" for a in answers if not a.written]
    if blank:
        yield (
            f"{len(blank)} cells are empty: {listed(blank)}. Let the coders fill them, or read "
            "with allow_missing=True."
        )


def _absent(answers: list[Answer], head: Manifest, items: list[str]) -> Iterator[str]:
    """Of each coder who gave a sheet back, the items without a row."""
    there = {(answer.coder, answer.item_id) for answer in answers}
    coders = {answer.coder for answer in answers}
    cases = [
        f"{item} of {coder}"
        for coder in head["coders"]
        if coder in coders
        for item in items
        if (coder, item) not in there
    ]
    if cases:
        yield (
            f"{len(cases)} items have no row: {listed(cases)}. Take them from the sheet as it was "
            "sent, or read with allow_missing=True."
        )
