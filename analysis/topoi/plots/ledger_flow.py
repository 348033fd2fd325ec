"""How the documents read became those kept: a stream that narrows step by step."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from topoi.palette import INK, MUTED
from topoi.plots._axes import hide_sides, quiet_axis
from topoi.plots._style import COLUMN, NOTE, TEXT, house_style, inches, new_axes
from topoi.plots.columns import require
from topoi.plots.labels import fitted, safe_label, text_width

__all__ = ["draw_ledger_flow"]

_ROW = 0.165  # inches
_SMALL = 7.2  # points
_WIDEST = 2.05  # inches a label may take
_NUMBERS = 0.5  # inches for the numbers at the right
_TOP, _BELOW = 0.06, 0.56
_FLOW, _CHANGED, _GONE = "#d5e0ec", "#5b86b3", "#12263f"
_THIN = 0.006  # of the documents read, the least width of what is drawn
_MINUS = "\N{MINUS SIGN}"
_TOTALS = {"read": "documents read", "kept": "documents kept"}


class _Row(NamedTuple):
    """A line of the figure: label and number, documents before and after, and what it shows.

    kind : "read", "kept", "step" (a heading), "dropped", "merged" or "changed"
    """

    kind: str
    label: str
    number: float
    before: float
    left: float

    @property
    def is_bold(self) -> bool:
        """Whether it is a total or a heading."""
        return self.kind in _TOTALS or self.kind == "step"


def draw_ledger_flow(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw from documents read to documents kept, with what left and what was changed on the way.

    Parameters
    ----------
    table : DataFrame from `ledger_flow`
        Columns step, action, reason (str), n_reasons, n_documents, n_left (int), in the order of
        the flow.
    ax : Axes, optional
        Where the flow goes; labels stand left of it and numbers right. Without one, a new figure of
        a column's width.

    Returns
    -------
    Axes
        The axes drawn on; its y axis counts lines from the top.

    Raises
    ------
    InputError
        If a column is missing or there is no row.

    Notes
    -----
    The pale stream is as wide as documents are left. Dark at its right edge is what was dropped,
    hatched what was merged into another document; inside it is what was changed and stays. The
    numbers of a minus sign take the documents read to those kept.
    """
    needed = ["step", "action", "reason", "n_reasons", "n_documents", "n_left"]
    require(table, needed, by="draw_ledger_flow")
    rows = _rows(table)
    with house_style() if ax is None else nullcontext():
        target = _new(rows) if ax is None else ax
        total = max([1.0, *(row.before for row in rows)])
        _count_axis(target, total, len(rows))
        for place, row in enumerate(rows):
            _draw_row(target, place, row, total)
            _write_row(target, place, row)
        _write_note(target, _note(rows))
    return target


def _rows(table: pd.DataFrame) -> list[_Row]:
    """The lines: totals, and a heading over what happened in each step."""
    rows: list[_Row] = []
    before, last = 0.0, ""
    columns = ["step", "action", "reason", "n_reasons", "n_documents", "n_left"]
    for step, action, reason, n_reasons, n_documents, n_left in table[columns].itertuples(
        index=False, name=None
    ):
        kind, left = str(action), float(np.nan_to_num(n_left))
        if kind in _TOTALS:
            rows.append(_Row(kind, _TOTALS[kind], n_documents, left, left))
        else:
            if str(step) != last:
                rows.append(_Row("step", safe_label(step, 60), np.nan, before, before))
            told = safe_label(reason, 80) or f"{n_reasons} other reasons"
            label = told if kind == "changed" else f"{safe_label(kind)}: {told}"
            rows.append(_Row(kind, label, n_documents, before, left))
            last = str(step)
        before = left
    return rows


def _new(rows: list[_Row]) -> Axes:
    widths = [text_width(row.label, points=_SMALL, bold=row.is_bold) for row in rows]
    left = min(max(widths), _WIDEST) + 0.12
    height = len(rows) * _ROW + _TOP + _BELOW
    return new_axes((COLUMN, height), left=left, right=_NUMBERS, top=_TOP, bottom=_BELOW)


def _count_axis(ax: Axes, total: float, n_rows: int) -> None:
    places = MaxNLocator(nbins=3, steps=[1, 2, 5, 10], integer=True).tick_values(0, total)
    ticks = [int(place) for place in places if 0 <= place <= total]
    ax.set_xlim(0, total * 1.01)
    ax.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    ax.set_ylim(n_rows - 0.5, -0.5)
    ax.set_yticks([])
    ax.set_xlabel("documents", fontsize=TEXT, color=INK, labelpad=2, parse_math=False)
    quiet_axis(ax)
    hide_sides(ax, "top", "right", "left")


def _draw_row(ax: Axes, place: int, row: _Row, total: float) -> None:
    # A little taller than a row, so that no line of white parts the stream.
    ax.barh(place, row.left, height=1.02, color=_FLOW, linewidth=0, zorder=1)
    number = float(np.nan_to_num(row.number))
    if row.kind == "changed":
        width = max(number, total * _THIN) if number else 0.0
        ax.barh(place, width, height=0.5, color=_CHANGED, linewidth=0, zorder=2, label="changed")
    elif row.kind in ("dropped", "merged"):
        is_merged = row.kind == "merged"
        gone = max(row.before - row.left, total * _THIN)
        ax.barh(
            place, gone, left=min(row.left, total - gone), height=0.8, label=row.kind, zorder=2,
            color="white" if is_merged else _GONE, edgecolor=_GONE, linewidth=0.5,
            hatch="//////" if is_merged else None,
        )  # fmt: skip


def _write_row(ax: Axes, place: int, row: _Row) -> None:
    width = inches(ax)[0]
    how: dict[str, Any] = {
        "transform": ax.get_yaxis_transform(), "fontsize": _SMALL, "parse_math": False,
        "verticalalignment": "center_baseline", "fontweight": "bold" if row.is_bold else "normal",
    }  # fmt: skip
    label = fitted(row.label, points=_SMALL, width=_WIDEST, bold=row.is_bold)
    colour = MUTED if row.kind == "step" else INK
    ax.text(-0.08 / width, place, label, color=colour, horizontalalignment="right", **how)
    if row.kind != "step":
        end = 1 + (_NUMBERS - 0.04) / width
        colour = MUTED if row.kind == "changed" else INK
        ax.text(end, place, _number(row), color=colour, horizontalalignment="right", **how)


def _number(row: _Row) -> str:
    if not np.isfinite(row.number):
        return "?"
    sign = _MINUS if row.kind in ("dropped", "merged") else ""
    return f"{sign}{row.number:,.0f}"


def _note(rows: list[_Row]) -> str:
    kinds = {row.kind for row in rows}
    words = {
        "dropped": "dark: dropped", "merged": "hatched: merged into another",
        "changed": "inside: changed",
    }  # fmt: skip
    return "; ".join(word for kind, word in words.items() if kind in kinds)


def _write_note(ax: Axes, text: str) -> None:
    """What the marks mean, flush right under the numbers."""
    width, height = inches(ax)
    ax.text(
        1 + (_NUMBERS - 0.04) / width, -(_BELOW - 0.05) / height, text, transform=ax.transAxes,
        fontsize=NOTE, color=MUTED, horizontalalignment="right", parse_math=False,
    )  # fmt: skip
