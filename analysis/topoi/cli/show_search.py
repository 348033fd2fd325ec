"""What a search over numbers of topics says on the screen, and to other programs."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from topoi.cli.show import plain_rows, read_line
from topoi.k_run import FILES, SearchedTopics

__all__ = ["search_json", "search_text"]

_SCHEMA = 1
_WIDTH = 100
_COLUMNS = {"held_out": 23, "coherence": 23, "exclusivity": 27, "stability": 0}  # characters
_TITLES = {"held_out": "held-out score"}
_DIGITS = {"held_out": 3, "coherence": 3, "exclusivity": 2, "stability": 2}


def search_text(found: SearchedTopics, out: str | None) -> str:
    """What was read, the measures by number of topics, the answer, and where the files are."""
    counted = found.counted
    read = [
        read_line(counted.documents),
        f"{len(counted.passages)} passages, {len(counted.matrix.vocabulary)} terms.",
    ]
    parts = [read, list(_table(found.search.table)), _wrapped(found.search.advice)]
    if out is not None:
        parts.append([f"{_kind(path):10}{path}" for path in _paths(out)])
    return "\n\n".join("\n".join(lines) for lines in parts)


def search_json(found: SearchedTopics, out: str | None) -> dict[str, Any]:
    """The same as one JSON document; missing numbers are null."""
    search = found.search
    settings = search.settings
    return {
        "schema": _SCHEMA,
        "out": out,
        "documents": found.counted.documents.ledger.counts(),
        "passages": len(found.counted.passages),
        "terms": len(found.counted.matrix.vocabulary),
        "model": settings["model"],
        "splits": settings["splits"],
        "seeds": settings["seeds"],
        "range": list(search.range),
        "advice": search.advice,
        "table": plain_rows(search.table),
        "files": [] if out is None else _paths(out),
    }


def _table(table: pd.DataFrame) -> Iterator[str]:
    """A line for each number of topics, a column for each measure."""
    titles = (f"{_TITLES.get(name, name):{width}}" for name, width in _COLUMNS.items())
    yield f"topics   {''.join(titles)}".rstrip()
    for k, rows in table.groupby("k", sort=True):
        by_measure = {str(row["measure"]): row for row in rows.to_dict("records")}
        cells = (f"{_cell(by_measure[n], _DIGITS[n]):{width}}" for n, width in _COLUMNS.items())
        yield f"{k:6}   {''.join(cells)}".rstrip()
    yield "± one standard error; * within one of the best; in brackets what chance alone gives"


def _cell(row: Mapping[Any, Any], digits: int) -> str:
    value, error, chance = row["value"], row["standard_error"], row["chance"]
    parts = [f"{value:.{digits}f}"]
    if not math.isnan(error):
        parts.append(f"± {error:.{digits}f}")
    if not math.isnan(chance):
        parts.append(f"({chance:.2f})")
    return " ".join([*parts, "*"] if row["within_one_error"] else parts)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH)


def _paths(out: str) -> list[str]:
    return [str(Path(out) / name) for name in FILES]


def _kind(path: str) -> str:
    kinds = {".csv": "table", ".svg": "figure", ".png": "figure", ".txt": "answer"}
    return kinds.get(Path(path).suffix, "manifest")
