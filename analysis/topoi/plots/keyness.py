"""Which words each group uses more than the others: two dots a word, joined."""

from __future__ import annotations

from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.palette import INK, MUTED
from topoi.plots._axes import draw_grid, hide_sides
from topoi.plots._panels import Margins, draw_note, panel_grid
from topoi.plots._style import NOTE, TEXT, house_style, inches, new_frame
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label, safe_label

__all__ = ["draw_keyness"]

_ROW = 0.165  # inches
_SMALL = 7.0  # points
_COLUMNS = 2
_WIDEST = 1.3  # inches a term may take
_OWN, _OTHER = "#0b4f86", "#8a929b"
_TICKS = (0.01, 0.1, 1.0, 10.0, 100.0)
_AXIS = "times in 1,000 words, logarithmic"


class _Panel(NamedTuple):
    """The terms of one group, and what stands over them."""

    title: str
    other: str
    terms: pd.DataFrame


def draw_keyness(table: pd.DataFrame, *, n_terms: int = 12, ax: Axes | None = None) -> Axes:
    """Draw how often each group and the others use the group's most typical terms.

    Parameters
    ----------
    table : DataFrame from `keyness`
        Columns group, other, term (str), rate, other_rate (float, per 1,000 tokens), z (float),
        and optionally theme (str). For each theme and group a panel, two side by side.
    n_terms : int >= 1, terms of a panel, those with the greatest z above 0
    ax : Axes, optional
        The panels become inset axes of it. Without one, a new figure of a fitting size.

    Returns
    -------
    Axes
        The frame; its `child_axes` are the panels, in the order of the table.

    Raises
    ------
    InputError
        If a column is missing, no term has z above 0, or n_terms < 1.

    Notes
    -----
    A hollow dot at the left edge is a rate of zero. A thick line joins dots whose |z| is over 1.96.
    """
    require(table, ["group", "other", "term", "rate", "other_rate", "z"], by="draw_keyness")
    at_least("n_terms", n_terms, 1, whole=True)
    panels = _panels(table, n_terms)
    if not panels:
        raise InputError("No term has z above 0 in this table; there is nothing to draw.")
    with house_style() if ax is None else nullcontext():
        n_columns = min(len(panels), _COLUMNS)
        most = max(len(panel.terms) for panel in panels)
        margins = Margins(
            left=_WIDEST + 0.1, right=0.4, top=0.36, bottom=0.58, across=_WIDEST + 0.45, down=0.62
        )
        frame = _new(len(panels), n_columns, most, margins) if ax is None else ax
        limits = _limits(panels)
        axes = panel_grid(frame, len(panels), n_columns, margins)
        for panel, own in zip(panels, axes, strict=True):
            _draw_panel(own, panel, most, limits)
        draw_note(frame, f"{_AXIS}; hollow: never; thick: |z| over 1.96 between clusters",
                  below=-0.08)  # fmt: skip
    return frame


def _panels(table: pd.DataFrame, n_terms: int) -> list[_Panel]:
    keys = ["theme", "group"] if "theme" in table.columns else ["group"]
    has_several = "theme" in table.columns and table["theme"].nunique() > 1
    found = []
    for key, own in table.groupby(keys, sort=False):
        best = own.loc[own["z"] > 0].sort_values(["z", "term"], ascending=[False, True])
        if not len(best):
            continue
        title = safe_label(key[-1], 40)
        if has_several:
            title = f"{name_label(key[0], 30)}: {title}"
        other = safe_label(in_order(own["other"])[0], 40)
        found.append(_Panel(title, other, best.head(n_terms).reset_index(drop=True)))
    return found


def _new(n_panels: int, n_columns: int, most: int, margins: Margins) -> Axes:
    n_rows = -(-n_panels // n_columns)
    height = margins.top + margins.bottom + n_rows * most * _ROW + (n_rows - 1) * margins.down
    return new_frame(height, edge=0.04)


def _limits(panels: list[_Panel]) -> tuple[float, float]:
    rates = np.concatenate(
        [panel.terms[["rate", "other_rate"]].to_numpy(dtype=float).ravel() for panel in panels]
    )
    positive = rates[rates > 0]
    return float(positive.min()) / 2.5, float(positive.max()) * 1.4


def _draw_panel(ax: Axes, panel: _Panel, most: int, limits: tuple[float, float]) -> None:
    low, high = limits
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ax.set_ylim(most - 0.5, -0.5)
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_xticks([], minor=True)
    ax.set_yticks([])
    ax.tick_params(axis="x", labelsize=NOTE, length=0, labelcolor=MUTED)
    draw_grid(ax, "x")
    hide_sides(ax)
    for number, row in enumerate(panel.terms.itertuples(index=False)):
        _draw_term(ax, number, row, low)
    _write_heads(ax, panel)


def _draw_term(ax: Axes, number: int, row: object, low: float) -> None:
    own, other = float(row.rate), float(row.other_rate)  # type: ignore[attr-defined]
    z, term = float(row.z), str(row.term)  # type: ignore[attr-defined]
    places = [rate if rate > 0 else low for rate in (own, other)]
    ax.plot(places, [number, number], color=_OTHER, linewidth=1.8 if z > 1.96 else 0.7, zorder=2)
    for place, rate, colour, marker in (
        (places[1], other, _OTHER, "s"), (places[0], own, _OWN, "o"),
    ):  # fmt: skip
        ax.plot(
            [place], [number], marker=marker, markersize=4.4, color=colour,
            markerfacecolor=colour if rate > 0 else "white", markeredgewidth=1.0,
            linestyle="none", clip_on=False, zorder=3,
        )  # fmt: skip
    label = fitted(safe_label(term, 40), points=_SMALL, width=_WIDEST - 0.1)
    width = inches(ax)[0]
    for place, text, align, size, colour in (
        (-0.1 / width, label, "right", _SMALL, INK),
        (1 + 0.08 / width, f"z {z:.1f}", "left", NOTE, MUTED),
    ):
        ax.text(
            place, number, text, transform=ax.get_yaxis_transform(), fontsize=size, color=colour,
            horizontalalignment=align, verticalalignment="center_baseline", parse_math=False,
        )  # fmt: skip


def _write_heads(ax: Axes, panel: _Panel) -> None:
    """Which dot is whose, over the panel."""
    width, height = inches(ax)
    room = (width + _WIDEST) / 2
    place = -_WIDEST
    for text, colour, marker in ((panel.title, _OWN, "o"), (panel.other, _OTHER, "s")):
        level = 1 + 0.2 / height
        ax.plot([(place + 0.04) / width], [level], marker=marker, markersize=4.4, color=colour,
                linestyle="none", transform=ax.transAxes, clip_on=False)  # fmt: skip
        ax.text(
            (place + 0.13) / width, level, fitted(text, points=TEXT, width=room - 0.2),
            transform=ax.transAxes, fontsize=TEXT, color=INK if colour == _OWN else MUTED,
            verticalalignment="center_baseline", parse_math=False,
        )  # fmt: skip
        place += room
