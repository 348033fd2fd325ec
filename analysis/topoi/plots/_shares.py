"""How shares of text are put on an axis: percent ticks from zero, and what the interval is."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator

from topoi.palette import INK
from topoi.plots._axes import draw_grid, hide_sides
from topoi.plots._style import TEXT

__all__ = [
    "AXIS_TITLE",
    "highest_share",
    "interval_note",
    "levels_text",
    "percent_axis",
    "shade_of",
    "title_axis",
]

AXIS_TITLE = "share of text"


def highest_share(table: pd.DataFrame) -> float:
    """The highest share or upper limit in the table; 0.01 where all are zero or missing."""
    values = table[["estimate", "upper"]].to_numpy(dtype=float)
    finite = values[np.isfinite(values)]
    highest = float(finite.max()) if finite.size else 0.0
    return highest if highest > 0 else 0.01


def percent_axis(ax: Axes, which: Literal["x", "y"], highest: float, *, bins: int = 5) -> None:
    """Set limits from 0 to a little over `highest`, with ticks as percentages."""
    top = highest * 1.04
    places = MaxNLocator(nbins=bins, steps=[1, 2, 5, 10]).tick_values(0, top)
    ticks = [float(place) for place in places if place <= top]
    digits = 0
    while digits < 6 and any(abs(round(t * 100, digits) - t * 100) > 1e-9 for t in ticks):
        digits += 1
    labels = [f"{tick * 100:.{digits}f}%" for tick in ticks]
    if which == "x":
        ax.set_xlim(0, top)
        ax.set_xticks(ticks, labels)
    else:
        ax.set_ylim(0, top)
        ax.set_yticks(ticks, labels)
    draw_grid(ax, which)
    ax.tick_params(axis=which, length=0)
    hide_sides(ax, "top", "right", "left" if which == "y" else "bottom")


def interval_note(table: pd.DataFrame, *, shown_as: str) -> str:
    """What the interval is, and what a hollow point means if there is one."""
    percent = levels_text(table["level"])
    has_interval = table["lower"].notna() & table["upper"].notna()
    parts = [f"{shown_as}: {percent} interval"] if percent and bool(has_interval.any()) else []
    if bool((table["estimate"].notna() & ~has_interval).any()):
        parts.append("hollow: too few documents for an interval")
    return "; ".join(parts)


def levels_text(levels: pd.Series) -> str:
    """The levels of intervals as percentages, each once: ``90% or 95%``."""
    known = sorted({float(level) for level in levels if np.isfinite(level)})
    return " or ".join(f"{level * 100:.4g}%" for level in known)


def shade_of(shares: pd.Series) -> Normalize:
    """How dark a share is drawn: from 0 to the highest of these."""
    values = shares.to_numpy(dtype=float)
    highest = float(values[np.isfinite(values)].max(initial=0.0))
    return Normalize(0, highest if highest > 0 else 1.0)


def title_axis(ax: Axes, which: Literal["x", "y"]) -> None:
    """Write what the share axis measures."""
    set_title = ax.set_xlabel if which == "x" else ax.set_ylabel
    set_title(AXIS_TITLE, fontsize=TEXT, color=INK, parse_math=False)
