"""How the report of a run is made again from its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from topoi.errors import InputError
from topoi.io.atomic import write_file
from topoi.io.run_files import RunFiles, open_run
from topoi.report.page import report_page
from topoi.run_report.facts import run_facts

__all__ = ["MOST_PASSAGES", "Labels", "read_labels", "report_bytes", "report_run"]

MOST_PASSAGES = 10_000

# What no other page has: where the data of the page's own script begin.
_SIGN = b'<script type="application/json" id="run-data">'

Labels = Mapping[str, Mapping[str, str]]


def report_run(
    folder: str | Path,
    out: str | Path | None = None,
    *,
    labels: str | Path | Labels | None = None,
    most: int = MOST_PASSAGES,
) -> Path:
    """One page on a run that needs no other file and no network; the same run, the same bytes.

    Parameters
    ----------
    folder : path of a run, as `run` and `topoi run` write it, or of a zip file of it
    out : path of the page, which ends in .html; None for report.html in the folder
        A page that is there is replaced, anything else is not.
    labels : mapping from model to mapping from topic to label, or the path of a JSON file with
        them, as the page saves it
    most : int >= 1, passages that the page holds; of more a sample is drawn by a fixed rule, which
        the page says

    Returns
    -------
    Path of the page

    Raises
    ------
    InputError
        If the folder holds no run or its files were changed, the labels are not those of its
        topics, something else is where the page shall be, or it cannot be written.
    """
    if out is not None:
        _check_place(Path(out))
    given = read_labels(labels) if isinstance(labels, (str, Path)) else labels
    files, facts = open_run(folder)
    if not facts.get("models"):
        raise InputError(
            f"{folder} holds no topic models, which a report needs. Give the folder that "
            "`topoi run` wrote with --out."
        )
    if out is None and not Path(folder).is_dir():
        raise InputError(f"{folder} is no folder. Name the page with out (--out).")
    page = report_bytes(files, facts, labels=given, most=most)
    path = Path(folder) / "report.html" if out is None else Path(out)
    write_file(path, page)
    return path


def _check_place(path: Path) -> None:
    """Refuse to put a page where anything else is, or under the name of something else."""
    if path.suffix.lower() != ".html":
        raise InputError(f"The name of the page must end in .html; got {path}.")
    try:
        is_page = _SIGN in path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(f"Cannot write {path}: {error.strerror or error}.") from error
    if not is_page:
        raise InputError(
            f"{path} exists and is no report of topoi. Nothing was changed; name another file."
        )


def report_bytes(
    files: RunFiles,
    facts: Mapping[str, Any],
    *,
    labels: Labels | None = None,
    most: int = MOST_PASSAGES,
) -> bytes:
    """The page of the files of a run, whose manifest has these facts."""
    return report_page(run_facts(files, facts, labels=labels, most=most)).encode("utf-8")


def read_labels(path: str | Path) -> Labels:
    """The labels of a JSON file: for each model an object from topic to label.

    Raises
    ------
    InputError
        If the file cannot be read or holds anything else.
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"The labels in {path} cannot be read: {error}.") from error
    if not isinstance(found, dict) or not all(map(_is_labels, found.values())):
        raise InputError(
            f'{path} holds no labels. Write {{"LDA": {{"topic 1": "Asylum courts"}}}}, as the '
            "button Save labels of the page does."
        )
    return found


def _is_labels(values: object) -> bool:
    return isinstance(values, dict) and all(isinstance(label, str) for label in values.values())
