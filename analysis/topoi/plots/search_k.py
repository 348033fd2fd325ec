"""How four measures of topics change with the number of topics."""

from __future__ import annotations

from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from topoi.palette import INK, MUTED
from topoi.plots._axes import draw_grid, hide_sides
from topoi.plots._panels import Margins, draw_note, panel_grid
from topoi.plots._style import NOTE, TEXT, house_style, inches, new_frame
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label

__all__ = ["draw_search_k"]

_COLOUR = "#0b4f86"
_PANEL = 1.45  # inches high
_MARGINS = Margins(left=0.5, right=0.08, top=0.33, bottom=0.58, across=0.62, down=0.66)

Vector = NDArray[np.float64]


class _Title(NamedTuple):
    name: str
    unit: str


_TITLES = {
    "held_out": _Title("Held-out score", "nats a token"),
    "coherence": _Title("Coherence", "mean NPMI"),
    "exclusivity": _Title("Exclusivity", "of the top terms"),
    "stability": _Title("Stability", "average Jaccard, matched topics"),
}


def draw_search_k(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw a panel for each measure of `search_k` over the number of topics.

    Points within one standard error of the best are filled, the best has a ring, bars are one
    standard error, and a dashed line is what chance alone gives. The axis of the numbers of
    topics is logarithmic. Higher is better in each panel.

    Parameters
    ----------
    table : DataFrame
        `KSearch.table`: columns measure (str), k (int), value, standard_error, chance (float),
        within_one_error (bool).
    ax : Axes, optional
        The panels become inset axes of it. Without one, a new figure of a fitting size.

    Returns
    -------
    Axes
        The frame; its `child_axes` are the panels, in the order of the measures.

    Raises
    ------
    InputError
        If a column or all rows are missing.
    """
    needed = ("measure", "k", "value", "standard_error", "chance", "within_one_error")
    require(table, needed, by="draw_search_k")
    measures = in_order(table["measure"])
    n_columns = min(len(measures), 2)
    with house_style() if ax is None else nullcontext():
        frame = _new(-(-len(measures) // n_columns)) if ax is None else ax
        panels = panel_grid(frame, len(measures), n_columns, _MARGINS)
        for panel, measure in zip(panels, measures, strict=True):
            rows = table.loc[table["measure"].astype(str) == measure].sort_values("k")
            _draw(panel, rows)
            _name(panel, _TITLES.get(measure, _Title(name_label(measure), "")))
        for panel in panels[-n_columns:]:
            panel.set_xlabel("number of topics")
        draw_note(
            frame,
            "Filled: within one standard error of the best (ring).  Bars: one standard error.  "
            "Dashed: chance",
            below=-0.04,
        )
    return frame


def _new(n_rows: int) -> Axes:
    between = (n_rows - 1) * _MARGINS.down
    height = n_rows * _PANEL + between + _MARGINS.top + _MARGINS.bottom
    return new_frame(height, edge=0.04)


def _draw(panel: Axes, rows: pd.DataFrame) -> None:
    ks, values, errors, chance = (
        rows[name].to_numpy(dtype=np.float64) for name in ("k", "value", "standard_error", "chance")
    )
    panel.set_xscale("log")
    panel.margins(x=0.06, y=0.14)
    panel.plot(ks, values, color=_COLOUR, linewidth=1.0, zorder=2)
    known = np.isfinite(errors) & np.isfinite(values)
    panel.vlines(
        ks[known], (values - errors)[known], (values + errors)[known],
        color=_COLOUR, linewidth=1.0, zorder=2,
    )  # fmt: skip
    near = rows["within_one_error"].to_numpy(dtype=bool)
    for chosen, fill, label in ((near, _COLOUR, "within one error"), (~near, "white", "others")):
        panel.plot(
            ks[chosen], values[chosen], marker="o", markersize=4.2, linestyle="none",
            color=_COLOUR, markerfacecolor=fill, markeredgewidth=0.9, zorder=3, label=label,
        )  # fmt: skip
    if np.isfinite(chance).any():
        panel.plot(ks, chance, color=MUTED, linewidth=0.9, linestyle=(0, (4, 2)), label="chance")
        panel.set_ylim(bottom=0.0)
    _ring(panel, ks, values, chance)
    _axes(panel, ks)


def _ring(panel: Axes, ks: Vector, values: Vector, chance: Vector) -> None:
    """Round the point that is best, above chance where there is a level."""
    level = np.nan_to_num(chance)
    above = np.where(
        np.isfinite(values), (values - level) / np.maximum(1.0 - level, 1e-12), -np.inf
    )
    if not np.isfinite(above).any():
        return
    best = int(np.argmax(above))
    panel.plot(
        ks[best : best + 1], values[best : best + 1], marker="o", markersize=9, linestyle="none",
        markerfacecolor="none", markeredgecolor=_COLOUR, markeredgewidth=0.9, label="best",
    )  # fmt: skip


def _axes(panel: Axes, ks: Vector) -> None:
    panel.minorticks_off()
    panel.set_xticks(*_ticks(panel, ks))
    low, high = panel.get_ylim()
    ticks = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    panel.set_yticks([tick for tick in ticks if low <= tick <= high])
    panel.set_ylim(low, high)
    draw_grid(panel, "y")
    panel.tick_params(labelsize=NOTE)
    hide_sides(panel, "top", "right")


def _ticks(panel: Axes, ks: Vector) -> tuple[list[float], list[str]]:
    """All numbers of topics as ticks, labelled from the greatest down as far as there is room."""
    width = inches(panel)[0] / 1.12
    span = np.log(ks.max() / ks.min()) or 1.0
    labels, begin = [], np.inf
    for k in ks[::-1]:
        text = f"{k:.0f}"
        place, half = np.log(k / ks.min()) / span * width, 0.035 * len(text) + 0.02
        labels.append(text if place + half < begin else "")
        begin = place - half if labels[-1] else begin
    return list(ks), labels[::-1]


def _name(panel: Axes, title: _Title) -> None:
    width, height = inches(panel)
    text = f"{title.name}, {title.unit}" if title.unit else title.name
    panel.text(
        -0.42 / width, 1 + 0.15 / height, fitted(text, points=TEXT, width=width + 0.42),
        transform=panel.transAxes, fontsize=TEXT, color=INK, parse_math=False,
    )  # fmt: skip
