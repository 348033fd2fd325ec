"""What the measuring of themes says on the screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pandas as pd

from topoi.cli.show import corpus_lines, theme_lines
from topoi.measures.passages import typical_passages
from topoi.printable import printable
from topoi.study import Study

__all__ = ["measured_text"]

_WIDTH = 100
_MOST_LINES = 6  # of a passage


def measured_text(study: Study) -> str:
    """What was read, the theme shares, and the most typical passage of each theme."""
    parts = [list(corpus_lines(study)), list(theme_lines(study)), *_passages(study)]
    return "\n\n".join("\n".join(lines) for lines in parts)


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
