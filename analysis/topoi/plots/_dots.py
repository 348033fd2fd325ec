"""How shares without dates are drawn: a dot with its interval for each name and group."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from topoi.palette import INK, MUTED, Hue, hues
from topoi.plots._axes import draw_points, hide_sides
from topoi.plots._panels import draw_key, draw_note
from topoi.plots._shares import highest_share, interval_note, percent_axis, title_axis
from topoi.plots._style import NOTE, PAGE, TEXT, inches, new_axes
from topoi.plots.columns import in_order
from topoi.plots.labels import fitted, name_label, safe_label, text_width

__all__ = ["draw_dots"]

_WIDEST = 2.2  # inches a row label may take
_BELOW = 0.62  # inches for tick labels, axis title and note
_BAND = "#f3f5f7"


def draw_dots(table: pd.DataFrame, ax: Axes | None) -> Axes:
    """Rows of dots with intervals: a row for each group (a dot for each name), or each name."""
    by = "group" if "group" in table.columns else "name"
    rows, names = in_order(table[by]), in_order(table["name"])
    labels = [_row_label(row, by=by) for row in rows]
    notes = [_n_documents(table, by, row) for row in rows]
    target = _new(labels, notes, len(names) if by == "group" else 1) if ax is None else ax
    found = hues(names)
    for number, row in enumerate(rows):
        of_row = table.loc[table[by].astype(str) == row]
        _draw_row(target, of_row, number, found if by == "group" else {row: found[row]})
    _row_axis(target, labels, notes)
    percent_axis(target, "x", highest_share(table), bins=7)
    title_axis(target, "x")
    if by == "group":
        draw_key(target, list(found.items()), above=0.16)
    draw_note(target, interval_note(table, shown_as="line"), below=_BELOW - 0.06)
    return target


def _row_label(row: str, *, by: str) -> str:
    label = name_label(row, 60) if by == "name" else safe_label(row, 60)
    return fitted(label, points=TEXT, width=_WIDEST) or "(none)"


def _n_documents(table: pd.DataFrame, by: str, row: str) -> str:
    """How many documents a row rests on, if its names agree about it."""
    counts = table.loc[table[by].astype(str) == row, "n_documents"].unique()
    if len(counts) != 1:
        return ""
    return f"{int(counts[0])} document{'' if int(counts[0]) == 1 else 's'}"


def _new(labels: list[str], notes: list[str], dots: int) -> Axes:
    left = max(
        [text_width(label, points=TEXT) for label in labels]
        + [text_width(note, points=NOTE) for note in notes]
    )
    top = 0.32 if dots > 1 else 0.08
    height = len(labels) * max(0.15 * dots + 0.1, 0.36) + top + _BELOW
    return new_axes((PAGE, height), left=left + 0.14, right=0.2, top=top, bottom=_BELOW)


def _draw_row(ax: Axes, rows: pd.DataFrame, number: int, found: dict[str, Hue]) -> None:
    if number % 2 == 0:
        ax.axhspan(number - 0.5, number + 0.5, color=_BAND, linewidth=0, zorder=0)
    offsets = np.linspace(-0.3, 0.3, len(found)) if len(found) > 1 else np.zeros(1)
    for offset, (name, hue) in zip(offsets, found.items(), strict=True):
        of_name = rows.loc[rows["name"].astype(str) == name, ["estimate", "lower", "upper"]]
        for shares in of_name.to_numpy(dtype=float):
            _draw_dot(ax, number + float(offset), shares, hue, label=name_label(name))


def _draw_dot(ax: Axes, place: float, shares: NDArray[np.float64], hue: Hue, *, label: str) -> None:
    estimate, *limits = shares
    has_interval = bool(np.isfinite(limits).all())
    if has_interval:
        ax.plot(limits, [place, place], color=hue.colour, linewidth=1.3, label="")
    draw_points(ax, [estimate], [place], hue, is_full=has_interval, size=5, edge=1.0, label=label)


def _row_axis(ax: Axes, labels: list[str], notes: list[str]) -> None:
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.set_yticks(range(len(labels)), [""] * len(labels))
    ax.tick_params(axis="y", length=0)
    hide_sides(ax, "left")
    width, height = inches(ax)
    step = height / max(len(labels), 1)
    for number, (label, note) in enumerate(zip(labels, notes, strict=True)):
        lift = 0.075 / step if note else 0.0
        for text, size, colour, place in (
            (label, TEXT, INK, number - lift),
            (note, NOTE, MUTED, number + lift),
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
