"""How shares without dates are drawn: a dot with its interval for each name and group."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from topoi.palette import INK, MUTED, Hue, hues
from topoi.plots._axes import draw_points, hide_sides
from topoi.plots._panels import KEY_LINE, draw_key, draw_note, key_lines, lines_over
from topoi.plots._shares import highest_share, interval_note, percent_axis, title_axis
from topoi.plots._style import NOTE, PAGE, TEXT, inches, new_axes
from topoi.plots.columns import in_order
from topoi.plots.labels import fitted, name_label, safe_label, text_width

__all__ = ["draw_dots"]

_WIDEST = 2.2  # inches a row label may take
_BELOW = 0.62  # inches for tick labels, axis title and note
_BAND = "#f3f5f7"
_GREY, _GREY_ROW = "#8a929b", 0.7  # of rows without any interval: colour, and part of a row
_HIGHEST = 9.4  # inches of a figure on a page, if rows need not be narrower than markers


def draw_dots(table: pd.DataFrame, ax: Axes | None) -> Axes:
    """Rows of dots with intervals: a row for each group (a dot for each name), or each name.

    Groups without a name stand last; behind them and in grey those without any interval.
    """
    by = "group" if "group" in table.columns else "name"
    names = in_order(table["name"])
    found = hues(names)
    rows = _rows(table, by)
    if ax is None:
        ax = _new(rows, *((len(names), names) if by == "group" else (1, [])))
    for number, row in enumerate(rows):
        of_row = table.loc[table[by].astype(str) == row.value]
        if number % 2 == 0:
            ax.axhspan(row.top, row.top + row.size, color=_BAND, linewidth=0, zorder=0)
        _draw_row(ax, of_row, row, found if by == "group" else {row.value: found[row.value]})
    _row_axis(ax, rows)
    percent_axis(ax, "x", highest_share(table), bins=7)
    title_axis(ax, "x")
    if by == "group":
        lines = lines_over(ax, names, above=0.16)
        draw_key(ax, [*found.items()], above=0.16, lines=lines)
    draw_note(ax, _note(table, rows), below=_BELOW - 0.06)
    return ax


class _Row(NamedTuple):
    """A row: its value in the table, what is written at it, and where it is.

    top, size : in rows; -0.5 and 1 of the first
    is_grey : whether it has too few documents for an interval, unlike others
    """

    value: str
    label: str
    note: str
    top: float
    size: float
    is_grey: bool

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return self.top + self.size / 2.0


def _rows(table: pd.DataFrame, by: str) -> list[_Row]:
    values = in_order(table[by])
    known = table[["lower", "upper"]].notna().all(axis=1)
    sound = set(table.loc[known, by].astype(str)) if by == "group" else set(values)
    grey = {value for value in values if sound and value not in sound}
    if by == "group":
        values.sort(key=lambda value: (value in grey, value == ""))  # stable
    rows, top = [], -0.5
    for value in values:
        size = _GREY_ROW if value in grey else 1.0
        label, note = _row_label(value, by=by), _n_documents(table, by, value)
        rows.append(_Row(value, label, note, top, size, value in grey))
        top += size
    return rows


def _note(table: pd.DataFrame, rows: list[_Row]) -> str:
    grey = {row.value for row in rows if row.is_grey}
    if not grey:
        return interval_note(table, shown_as="line")
    told = interval_note(table.loc[~table["group"].astype(str).isin(grey)], shown_as="line")
    return f"{told}; grey: too few documents for an interval"


def _row_label(row: str, *, by: str) -> str:
    label = name_label(row, 60) if by == "name" else safe_label(row, 60)
    return fitted(label, points=TEXT, width=_WIDEST) or "(none)"


def _n_documents(table: pd.DataFrame, by: str, row: str) -> str:
    """How many documents a row rests on, if its names agree about it."""
    counts = table.loc[table[by].astype(str) == row, "n_documents"].unique()
    if len(counts) != 1:
        return ""
    return f"{int(counts[0])} document{'' if int(counts[0]) == 1 else 's'}"


def _new(rows: list[_Row], dots: int, key: list[str]) -> Axes:
    """Axes in a new figure that is no higher than a page, if that can be."""
    left = 0.14 + max(
        [text_width(row.label, points=TEXT) for row in rows]
        + [text_width(row.note, points=NOTE) for row in rows]
    )
    lines = key_lines(key, PAGE - left - 0.2)
    top = (0.32 if dots > 1 else 0.08) + (lines - 1) * KEY_LINE
    n = sum(row.size for row in rows)
    row = max(0.15 * dots + 0.1, 0.36)
    if n * row > _HIGHEST - top - _BELOW:
        row = max((_HIGHEST - top - _BELOW) / n, 0.08 * dots + 0.1, 0.36)
    height = n * row + top + _BELOW
    return new_axes((PAGE, height), left=left, right=0.2, top=top, bottom=_BELOW)


def _draw_row(ax: Axes, table: pd.DataFrame, row: _Row, found: dict[str, Hue]) -> None:
    offsets = np.linspace(-0.3, 0.3, len(found)) if len(found) > 1 else np.zeros(1)
    for offset, (name, hue) in zip(offsets * row.size, found.items(), strict=True):
        shown = hue._replace(colour=_GREY) if row.is_grey else hue
        of_name = table.loc[table["name"].astype(str) == name, ["estimate", "lower", "upper"]]
        for shares in of_name.to_numpy(dtype=float):
            _draw_dot(ax, row.middle + float(offset), shares, shown, label=name_label(name))


def _draw_dot(ax: Axes, place: float, shares: NDArray[np.float64], hue: Hue, *, label: str) -> None:
    estimate, *limits = shares
    has_interval = bool(np.isfinite(limits).all())
    if has_interval:
        ax.plot(limits, [place, place], color=hue.colour, linewidth=1.3, label="")
    draw_points(ax, [estimate], [place], hue, is_full=has_interval, size=5, edge=1.0, label=label)


def _row_axis(ax: Axes, rows: list[_Row]) -> None:
    end = rows[-1].top + rows[-1].size
    ax.set_ylim(end, -0.5)
    ax.set_yticks([row.middle for row in rows], [""] * len(rows))
    ax.tick_params(axis="y", length=0)
    hide_sides(ax, "left")
    width, height = inches(ax)
    step = height / max(end + 0.5, 1.0)
    for row in rows:
        lift = 0.075 / step if row.note else 0.0
        ink = MUTED if row.is_grey else INK
        for text, size, colour, place in (
            (row.label, TEXT, ink, row.middle - lift),
            (row.note, NOTE, MUTED, row.middle + lift),
        ):
            ax.text(
                -0.08 / width,
                place,
                text,
                transform=ax.get_yaxis_transform(),
                fontsize=size,
                color=colour,
                horizontalalignment="right",
                verticalalignment="center_baseline",
                parse_math=False,
            )
