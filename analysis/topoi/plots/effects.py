"""How much each topic or theme differs by what is known of the documents: a forest plot."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from topoi.palette import INK, MUTED, Hue, hues
from topoi.plots._axes import draw_grid, draw_points, hide_sides
from topoi.plots._panels import draw_note
from topoi.plots._style import NOTE, PAGE, TEXT, house_style, inches, new_axes
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label, safe_label, text_width

__all__ = ["draw_effects"]

_ROW = 0.2  # inches
_WIDEST = 2.0  # inches a row label may take
_NUMBERS = 1.42  # inches for the numbers at the right
_BELOW = 0.62
_BAND = "#f3f5f7"
_MINUS = "\N{MINUS SIGN}"
_INTERCEPT = "Intercept"


class _Row(NamedTuple):
    """A line of the figure: a heading without figures, or a name with them."""

    label: str
    hue: Hue | None
    estimate: float
    lower: float
    upper: float


def draw_effects(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw differences of shares, or coefficients, with their intervals around zero.

    Parameters
    ----------
    table : DataFrame from `contrasts` or `effects`
        Columns name (str), estimate, lower, upper, level (float), and either value and baseline
        (str; a block of rows for each pair) or term (str; a block for each but the intercept, named
        by label (str) where there is one).
        Of a table with family "logit" and terms the axis has log odds, else percentage points.
    ax : Axes, optional
        Where to draw. Without one, a new figure of a fitting size.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    InputError
        If a column is missing, or there is no row but of the intercept.

    Notes
    -----
    Hollow points have an interval that holds zero.
    """
    kind = ["value", "baseline"] if "value" in table.columns else ["term"]
    needed = ["name", "estimate", "lower", "upper", "level"]
    require(table, [*needed, *kind], by="draw_effects")
    if kind == ["term"]:
        table = table.loc[table["term"].astype(str) != _INTERCEPT]
        require(table, [*needed, *kind], by="draw_effects")
        table = table.assign(term=table["label"] if "label" in table.columns else table["term"])
    is_logit = kind == ["term"] and "family" in table and "logit" in set(table["family"])
    scale = 1.0 if is_logit else 100.0
    rows = _rows(table, kind, scale)
    with house_style() if ax is None else nullcontext():
        target = _new(rows) if ax is None else ax
        _frame(target, rows)
        for number, row in enumerate(rows):
            if row.hue is None:
                _draw_heading(target, number, row.label, _label_width(rows))
            else:
                _draw_row(target, number, row, row.hue)
        unit = "log odds" if is_logit else "percentage points"
        target.set_xlabel(f"difference, {unit}", fontsize=TEXT, color=INK, parse_math=False)
        draw_note(target, _note(table), below=_BELOW - 0.06)
    return target


def _rows(table: pd.DataFrame, kind: Sequence[str], scale: float) -> list[_Row]:
    names = in_order(table["name"])
    found = hues(names)
    told = table[list(kind)].astype(str)
    block_of = told.agg(" \N{EN DASH} ".join, axis=1)
    blocks = in_order(block_of)
    column = str(table["of"].iloc[0]) if "of" in table.columns else ""
    rows = []
    for block in blocks:
        if len(blocks) > 1 or kind != ["term"]:
            heading = _heading(column, told.loc[block_of == block].iloc[0])
            rows.append(_Row(heading, None, np.nan, np.nan, np.nan))
        own = table.loc[block_of == block]
        for name, *figures in own[["name", "estimate", "lower", "upper"]].itertuples(index=False):
            values = [float(figure) * scale for figure in figures]
            rows.append(_Row(name_label(name, 40), found[str(name)], *values))
    return rows


def _heading(column: str, parts: pd.Series) -> str:
    """What is compared, each part cut by itself so that both sides are seen."""
    most = 60 if len(parts) == 1 else 28
    told = " \N{EN DASH} ".join(safe_label(part, most) for part in parts)
    return f"{safe_label(column)}: {told}" if column else told


def _new(rows: list[_Row]) -> Axes:
    left = _label_width(rows) + 0.16
    height = len(rows) * _ROW + 0.06 + _BELOW
    return new_axes((PAGE, height), left=left, right=_NUMBERS, top=0.06, bottom=_BELOW)


def _label_width(rows: list[_Row]) -> float:
    """Inches that the names take; headings run on over the plot."""
    names = (text_width(row.label, points=TEXT) for row in rows if row.hue is not None)
    return min(max(names, default=0.0), _WIDEST)


def _frame(ax: Axes, rows: list[_Row]) -> None:
    figures = np.array([[row.estimate, row.lower, row.upper] for row in rows])
    finite = np.concatenate([[0.0], figures[np.isfinite(figures)]])
    room = 0.05 * (finite.max() - finite.min()) or 1.0
    low, high = float(finite.min() - room), float(finite.max() + room)
    places = MaxNLocator(nbins=7, steps=[1, 2, 5, 10]).tick_values(low, high)
    ticks = [float(place) for place in places if low <= place <= high]
    ax.set_xlim(low, high)
    ax.set_xticks(ticks, [_signed(tick) for tick in ticks])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_yticks([])
    ax.axvline(0, color=MUTED, linewidth=0.8, zorder=1)
    draw_grid(ax, "x")
    ax.tick_params(axis="x", length=0)
    hide_sides(ax)


def _draw_heading(ax: Axes, number: int, text: str, left: float) -> None:
    """A heading from where the names begin, on a band that hides the lines under it."""
    width = inches(ax)[0]
    begin = -(left + 0.14) / width
    ax.add_patch(
        Rectangle(
            (begin, number - 0.5), 1 - begin, 1, transform=ax.get_yaxis_transform(), color=_BAND,
            linewidth=0, clip_on=False, zorder=1.5,
        )
    )  # fmt: skip
    ax.text(
        begin + 0.04 / width, number, fitted(text, points=TEXT, width=left + width),
        transform=ax.get_yaxis_transform(), fontsize=TEXT, color=MUTED,
        verticalalignment="center_baseline", parse_math=False,
    )  # fmt: skip


def _draw_row(ax: Axes, number: int, row: _Row, hue: Hue) -> None:
    width = inches(ax)[0]
    ax.text(
        -0.1 / width, number, fitted(row.label, points=TEXT, width=_WIDEST),
        transform=ax.get_yaxis_transform(), fontsize=TEXT, color=INK, horizontalalignment="right",
        verticalalignment="center_baseline", parse_math=False,
    )  # fmt: skip
    has_interval = bool(np.isfinite([row.lower, row.upper]).all())
    is_clear = has_interval and (row.lower > 0 or row.upper < 0)
    if has_interval:
        ax.plot([row.lower, row.upper], [number, number], color=hue.colour, linewidth=1.3)
    draw_points(
        ax, [row.estimate], [number], hue, is_full=is_clear, size=5, edge=1.0, label=row.label
    )
    told = _signed(row.estimate)
    if has_interval:
        told = f"{told}  [{_signed(row.lower)}, {_signed(row.upper)}]"
    ax.text(
        1 + 0.1 / width, number, told, transform=ax.get_yaxis_transform(), fontsize=NOTE,
        color=MUTED, verticalalignment="center_baseline", parse_math=False,
    )  # fmt: skip


def _signed(value: float) -> str:
    if not np.isfinite(value):
        return "?"
    text = f"{value:+.2g}" if abs(value) < 10 else f"{value:+.0f}"
    return "0" if float(text) == 0 else text.replace("-", _MINUS)


def _note(table: pd.DataFrame) -> str:
    levels = " or ".join(f"{float(level) * 100:.4g}%" for level in sorted(set(table["level"])))
    carries = in_order(table["uncertainty"]) if "uncertainty" in table.columns else []
    chance = f", chance in {safe_label(carries[0], 60)}" if len(carries) == 1 else ""
    return f"line: {levels} interval{chance}; hollow: it holds zero"
