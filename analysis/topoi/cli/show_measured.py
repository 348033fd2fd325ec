"""What the measuring of themes says on the screen, and to other programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import pandas as pd

from topoi.cli.show import corpus_lines, plain_rows, share_cell, shares_json, theme_lines
from topoi.cli.show_themes import counter_cell
from topoi.measures.passages import typical_passages
from topoi.measures.sub_theme_shares import sub_theme_labels
from topoi.printable import printable
from topoi.study import Study
from topoi.theme_run import MeasuredThemes

__all__ = ["measured_json", "measured_text"]

_SCHEMA = 1
_WIDTH = 100
_MOST_LINES = 6  # of a passage


def measured_text(found: MeasuredThemes) -> str:
    """What was read, the shares, counter-words that fired, a typical passage of each theme."""
    study = found.study
    parts = [list(corpus_lines(study)), [*theme_lines(study), *_parts(study)]]
    parts += [list(_counters(found)), *_passages(study)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def measured_json(found: MeasuredThemes, out: str | None) -> dict[str, Any]:
    """The same as one JSON document; missing numbers are null."""
    study = found.study
    by = study.by
    groups = [] if by is None else plain_rows(study.prevalence(by=by))
    return {
        "schema": _SCHEMA,
        "out": out,
        "documents": study.documents.ledger.counts(),
        "passages": len(study.passages),
        "terms": len(study.matrix.vocabulary),
        **shares_json(study),
        "by": by,
        "groups": groups,
        "counter_words": plain_rows(found.audit.counters),
    }


def _parts(study: Study) -> Iterator[str]:
    """The shares of sub-themes, where the pack has any."""
    if study.sub_shares is None:
        return
    labels = sub_theme_labels(study.themes)
    yield "Sub-themes, each measured as a theme of its own; they may overlap:"
    for row in study.prevalence(study.sub_shares).to_dict("records"):
        yield f"  {printable(labels[row['name']])[:40]:42}{share_cell(row)}".rstrip()
    absent = [labels[name] for name in labels if name not in set(study.sub_shares["theme"])]
    if absent:
        yield f"  no seed occurs of: {printable(', '.join(absent))}"


def _counters(found: MeasuredThemes) -> Iterator[str]:
    """The counter-words that fired; nothing where none did."""
    counters = found.audit.counters
    fired = counters.loc[counters["occurrences"] > 0]
    for theme, rows in fired.groupby("theme", sort=False):
        label = printable(found.study.themes.labels[str(theme)])
        shown = ", ".join(map(counter_cell, rows.to_dict("records")))
        yield f"Counter-words of {label}, not counted as seeds: {printable(shown)}"


def _passages(study: Study) -> Iterator[list[str]]:
    labels = study.themes.labels
    for row in typical_passages(study.shares, study.passages, n=1).to_dict("records"):
        date = "" if pd.isna(row["date"]) else f", {row['date']:%Y-%m-%d}"
        where = printable(f"{row['title'] or row['doc_id']} ({row['source'] or 'no source'}{date})")
        label = printable(labels[row["theme"]])
        yield [f"Most typical of {label}, {row['share']:.0%}: {where}", *_text(row["text"])]


def _text(text: str) -> list[str]:
    return textwrap.wrap(
        printable(text),
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="  ",
        max_lines=_MOST_LINES,
        placeholder=" …",
    )
