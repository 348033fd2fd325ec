"""How an object shows itself in a notebook: a line, then a table in the colours of the page."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from html import escape
from typing import Any

import pandas as pd

from topoi.printable import printable

__all__ = ["html_table", "shortened"]

# Only what no theme of a notebook sets otherwise: no colours, so that light and dark both work.
_TEXT = "text-align:left;vertical-align:baseline;overflow-wrap:anywhere;min-width:8em"
_WORD = "text-align:left;vertical-align:baseline;white-space:nowrap"
_NUMBER = "text-align:right;vertical-align:baseline;white-space:nowrap"
_MARKUP = "text-align:left;vertical-align:baseline"
_WORD_LENGTH = 22  # characters of a cell that is not broken, such as a date or a name


def html_table(
    headline: str,
    table: pd.DataFrame,
    *,
    markup: Collection[str] = (),
    numbers: Collection[str] = (),
) -> str:
    """The headline and the table as HTML; everything is escaped, nothing is cut.

    Text stands at the left, numbers at the right; missing values are empty. Nothing is loaded from
    elsewhere and no script runs, whatever the texts hold. The columns named in `markup` hold HTML
    made by `html_parts`, and nothing else, which stands there as it is; those in `numbers` hold
    numbers that are written out already.
    """
    ready = [name in markup for name in table.columns]
    styles = [
        _MARKUP if is_html else _NUMBER if name in numbers else _style(table[name])
        for name, is_html in zip(table.columns, ready, strict=True)
    ]
    head = "".join(_cells("th", list(table.columns), styles, [False] * len(ready)))
    rows = (_cells("td", row, styles, ready) for row in table.itertuples(index=False, name=None))
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


def _cells(
    tag: str,
    values: list[object] | tuple[object, ...],
    styles: list[str],
    ready: list[bool],
) -> Iterator[str]:
    for value, style, is_html in zip(values, styles, ready, strict=True):
        text = "" if pd.isna(value) else str(value)  # type: ignore[call-overload]
        yield f'<{tag} style="{style}">{text if is_html else escape(printable(text))}</{tag}>'
