"""How is the line of one name over time drawn, with its band, gaps and lone intervals?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from topoi.palette import Hue
from topoi.plots._axes import draw_points
from topoi.plots._style import inches
from topoi.plots.labels import name_label

__all__ = ["Line", "draw_line", "known_rows", "line_of", "longest_step", "offsets"]

Days = NDArray[np.float64]

_DODGE, _LEAST_DODGE = 0.055, 0.02  # inches between intervals that stand alone


class Line(NamedTuple):
    """The rows of a name that have a share, in the order of time, and their days.

    breaks : places before which a period is lacking
    lone : whether a row has an interval that neither neighbour can share a band with
    """

    rows: pd.DataFrame
    days: Days
    breaks: NDArray[np.int64]
    lone: NDArray[np.bool_]


def line_of(table: pd.DataFrame, days: Days, name: str, longest: float) -> Line:
    chosen = (table["name"].astype(str) == name).to_numpy() & table["estimate"].notna().to_numpy()
    order = np.argsort(days[chosen], kind="stable")
    rows, own = table.loc[chosen].iloc[order], days[chosen][order]
    breaks = np.flatnonzero(np.diff(own) > longest) + 1
    lone = np.zeros(len(own), dtype=bool)
    lone[[run[0] for run in _runs(known_rows(rows), breaks) if len(run) == 1]] = True
    return Line(rows, own, breaks, lone)


def known_rows(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows have an interval."""
    return np.asarray(np.isfinite(rows[["lower", "upper"]].to_numpy(dtype=float)).all(axis=1))


def offsets(ax: Axes, names: Sequence[str], span: Days) -> dict[str, float]:
    """Days by which each name's lone intervals are moved, so that none hides another."""
    (left, right), room = ax.get_xlim(), inches(ax)[0]
    steps = np.diff(np.unique(span))
    step = float(steps.min()) / (right - left) * room if len(steps) else room
    apart = max(min(_DODGE, 0.8 * step / max(len(names) - 1, 1)), _LEAST_DODGE)
    middle = (len(names) - 1) / 2.0
    return {
        name: (number - middle) * apart * (right - left) / room for number, name in enumerate(names)
    }


def longest_step(days: Days) -> float:
    """Days between two periods that still follow each other: the shortest step and a half."""
    steps = np.diff(np.unique(days))
    return float(steps.min()) * 1.5 if len(steps) else 0.0


def draw_line(ax: Axes, line: Line, x: Days, hue: Hue, name: str, *, opacity: float) -> None:
    rows, breaks, known = line.rows, line.breaks, known_rows(line.rows)
    estimate, lower, upper = (rows[c].to_numpy(dtype=float) for c in ("estimate", "lower", "upper"))
    gaps = [np.arange(len(x))] if not hue.dash else [np.array([b - 1, b]) for b in breaks]
    for gap in gaps:  # under a solid line the dots are not seen
        ax.plot(x[gap], estimate[gap], color=hue.colour, linewidth=0.8, linestyle=":", label="")
    dash = (0, hue.dash) if hue.dash else "-"
    for run in np.split(np.arange(len(x)), breaks):
        ax.plot(x[run], estimate[run], color=hue.colour, linewidth=1.5, linestyle=dash, label="")
    _draw_bands(ax, x, lower, upper, known=known, breaks=breaks, hue=hue, opacity=opacity)
    marked = _marked(x, inches(ax)[0])
    flagged = rows["is_flagged"].to_numpy(dtype=bool) if "is_flagged" in rows.columns else ~known
    full = known & ~flagged
    label = name_label(name)
    for which, is_full in ((full & marked, True), (~full, False)):
        draw_points(
            ax, x[which], estimate[which], hue, is_full=is_full, size=3.6, edge=0.8, label=label
        )


def _marked(x: Days, room: float) -> NDArray[np.bool_]:
    """Which points get a marker: all, or every so many that markers are 0.12 inches apart."""
    every = max(int(np.ceil(0.12 * len(x) / room)), 1)
    marked: NDArray[np.bool_] = (len(x) - 1 - np.arange(len(x))) % every == 0
    return marked


def _draw_bands(
    ax: Axes,
    x: Days,
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    *,
    known: NDArray[np.bool_],
    breaks: NDArray[np.int64],
    hue: Hue,
    opacity: float,
) -> None:
    """Fill between the limits where neighbours have them; a lone interval is a vertical line."""
    for run in _runs(known, breaks) if opacity else []:
        if len(run) == 1:
            ax.vlines(x[run], lower[run], upper[run], color=hue.colour, linewidth=0.9)
        else:
            ax.fill_between(
                x[run], lower[run], upper[run], color=hue.colour, alpha=opacity, linewidth=0
            )


def _runs(known: NDArray[np.bool_], breaks: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Places with an interval that follow each other."""
    changes = np.flatnonzero(np.diff(known)) + 1
    runs = np.split(np.arange(len(known)), np.union1d(breaks, changes))
    return [run for run in runs if len(run) and known[run[0]]]
