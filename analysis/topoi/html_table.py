"""How an object shows itself in a notebook: a line, then a table in the colours of the page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import pandas as pd

from topoi.printable import printable

__all__ = ["html_table", "shortened"]

# Only what no theme of a notebook sets otherwise: no colours, so that light and dark both work.
_TEXT = "text-align:left;vertical-align:top;overflow-wrap:anywhere;min-width:8em"
_WORD = "text-align:left;vertical-align:top;white-space:nowrap"
_NUMBER = "text-align:right;vertical-align:top;white-space:nowrap"
_WORD_LENGTH = 22  # characters of a cell that is not broken, such as a date or a name


def html_table(headline: str, table: pd.DataFrame) -> str:
    """The headline and the table as HTML; everything is escaped, nothing is cut.

    Text stands at the left, numbers at the right; missing values are empty. Nothing is loaded from
    elsewhere and no script runs, whatever the texts hold.
    """
    styles = [_style(table[name]) for name in table.columns]
    head = "".join(_cells("th", list(table.columns), styles))
    rows = (_cells("td", row, styles) for row in table.itertuples(index=False, name=None))
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    return (
        f"<p>{escape(printable(headline))}</p>"
        f'<table class="dataframe"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def shortened(text: str, *, most: int) -> str:
    """The text on one line; where it has more than `most` characters, its start and "…"."""
    # Far more than is shown, so that a whole book is not gone through for a line of it.
    line = printable(text[: 4 * most])
    return line if len(line) <= most and len(text) <= 4 * most else f"{line[: most - 1].rstrip()}…"


def _style(column: pd.Series[Any]) -> str:
    if pd.api.types.is_numeric_dtype(column):
        return _NUMBER
    is_short = all(len(str(value)) <= _WORD_LENGTH for value in column)
    return _WORD if is_short else _TEXT


def _cells(tag: str, values: list[object] | tuple[object, ...], styles: list[str]) -> Iterator[str]:
    for value, style in zip(values, styles, strict=True):
        text = "" if pd.isna(value) else printable(value)  # type: ignore[call-overload]
        yield f'<{tag} style="{style}">{escape(text)}</{tag}>'
