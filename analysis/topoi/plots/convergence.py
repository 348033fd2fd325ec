"""Whether each model had come to rest when its passes ended: its objective by pass."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from topoi.palette import INK, MUTED, SERIES
from topoi.plots._axes import draw_grid, draw_points, hide_sides
from topoi.plots._panels import draw_note
from topoi.plots._style import COLUMN, NOTE, TEXT, house_style, inches, new_axes
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, safe_label, spread, text_width

__all__ = ["draw_convergence"]

_HEIGHT = 2.3  # inches
_BELOW = 0.52
_LEAD = 0.2  # inches from the plot to its labels
_GAP = 0.28  # inches between the middles of two labels, of two lines each
_WIDEST = 1.1  # inches a label may take
_ROUNDING = 1e-15  # of a value: less is no distance
_SPAN = 100.0  # from the least to the greatest distance, where a logarithm helps
# Lightness and dashes differ, so that grey print tells them apart, too.
_DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1)), (0, (6, 1.5, 1.5, 1.5)), (0, (3, 2)), "-")


class _Stop(NamedTuple):
    """Where a model's passes ended: pass, change of the last pass, and why."""

    number: float
    distance: float
    why: str


def draw_convergence(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how far the objective of each model was from its last value, by pass.

    Parameters
    ----------
    table : DataFrame from `convergence`
        Columns model (str), pass (int), distance (float >= 0; NaN breaks the line), stop (str);
        models in the order of the rows.
    ax : Axes, optional
        Where to draw; labels stand right of it. Without one, a new figure of a column's width.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    InputError
        If a column is missing or there is no row.

    Notes
    -----
    The axis is logarithmic where the greatest distance is over 100 times the least. The marker
    stands at the last pass, as high as that pass changed the objective: filled where the model had
    settled, hollow where it had made as many passes as it may.
    """
    require(table, ["model", "pass", "distance", "stop"], by="draw_convergence")
    models = in_order(table["model"])
    with house_style() if ax is None else nullcontext():
        labels = {name: fitted(safe_label(name), points=TEXT, width=_WIDEST) for name in models}
        target = _new(labels) if ax is None else ax
        floor = _distance_axis(target, table["distance"].to_numpy(dtype=float))
        _pass_axis(target, float(table["pass"].max()))
        stops = {}
        for place, name in enumerate(models):
            rows = table.loc[table["model"].astype(str) == name].sort_values("pass", kind="stable")
            stops[name] = _draw_line(target, rows, place, floor, labels[name])
        _label(target, stops, labels)
        draw_note(target, _note(stops), below=_BELOW - 0.05)
    return target


def _new(labels: Mapping[str, str]) -> Axes:
    widest = max(
        *(text_width(label, points=TEXT) for label in labels.values()),
        text_width("1,000 passes", points=NOTE),
    )
    height = max(_HEIGHT, len(labels) * _GAP + _BELOW + 0.2)
    right = _LEAD + min(widest, _WIDEST) + 0.06
    return new_axes((COLUMN, height), left=0.74, right=right, top=0.1, bottom=_BELOW)


def _distance_axis(ax: Axes, distances: NDArray[np.float64]) -> float:
    """Ticks in per cent, by a logarithm where it helps; gives the height of what is zero."""
    positive = distances[distances > _ROUNDING]
    low, high = (float(positive.min()), float(positive.max())) if len(positive) else (1.0, 1.0)
    if high > _SPAN * low:
        ax.set_yscale("log")
        ax.set_ylim(low / 1.6, high * 1.6)
        ticks = [t for t in LogLocator(numticks=7).tick_values(low, high) if low <= t <= high]
        ax.yaxis.set_minor_locator(NullLocator())
        floor = low / 1.6
    else:
        ax.set_ylim(0, high * 1.06)
        ticks = [t for t in MaxNLocator(nbins=5).tick_values(0, high) if t <= high * 1.06]
        floor = 0.0
    ax.set_yticks(ticks, [f"{tick * 100:.6g}%" for tick in ticks])
    draw_grid(ax, "y")
    ax.tick_params(labelsize=NOTE)
    ax.set_ylabel("distance from the last value", fontsize=TEXT, color=INK, parse_math=False)
    return floor


def _pass_axis(ax: Axes, last: float) -> None:
    ax.set_xlim(0, last * 1.02)
    places = MaxNLocator(nbins=5, steps=[1, 2, 5, 10], integer=True).tick_values(0, last)
    ticks = [int(place) for place in places if 0 <= place <= last]
    ax.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    ax.set_xlabel("pass", fontsize=TEXT, color=INK, labelpad=2, parse_math=False)
    hide_sides(ax, "top", "right")


def _draw_line(ax: Axes, rows: pd.DataFrame, place: int, floor: float, label: str) -> _Stop:
    numbers, distances = (rows[name].to_numpy(dtype=float) for name in ("pass", "distance"))
    hue = SERIES[place % len(SERIES)]
    shown = np.where(distances > _ROUNDING, distances, np.nan if floor > 0 else distances)
    positive = distances[distances > _ROUNDING]
    end = _Stop(
        float(numbers[-1]),
        float(positive[-1]) if len(positive) else floor,
        str(rows["stop"].iloc[0]),
    )
    # The last value is no distance from itself: the line ends at what the last pass changed.
    ax.plot(
        numbers, np.append(shown[:-1], end.distance), color=hue.colour, linewidth=1.3,
        linestyle=_DASHES[place % len(_DASHES)], label=label,
    )  # fmt: skip
    draw_points(
        ax, [end.number], [end.distance], hue, is_full=end.why != "limit", size=5, edge=1.0,
        label=f"{label}: stop",
    )  # fmt: skip
    return end


def _label(ax: Axes, stops: Mapping[str, _Stop], labels: Mapping[str, str]) -> None:
    """Name each line at the right, joined to where it ends, with its number of passes below."""
    width, height = inches(ax)
    ends = [ax.transData.transform((stop.number, stop.distance)) for stop in stops.values()]
    points = [ax.transAxes.inverted().transform(end) for end in ends]
    places = spread([float(y) * height for _, y in points], gap=_GAP, high=height)
    for place, (name, stop), (x, y), level in zip(
        range(len(stops)), stops.items(), points, places, strict=True
    ):
        ax.plot(
            [float(x) + 0.05 / width, 1 + (_LEAD - 0.04) / width], [float(y), level / height],
            color=SERIES[place % len(SERIES)].colour, linewidth=0.5, transform=ax.transAxes,
            clip_on=False, label="",
        )  # fmt: skip
        n = int(stop.number)
        for text, size, colour, up in (
            (labels[name], TEXT, INK, 0.06),
            (f"{n:,} pass{'' if n == 1 else 'es'}", NOTE, MUTED, -0.06),
        ):
            ax.text(
                1 + _LEAD / width, (level + up) / height, text, transform=ax.transAxes,
                fontsize=size, color=colour, verticalalignment="center_baseline", parse_math=False,
            )  # fmt: skip


def _note(stops: Mapping[str, _Stop]) -> str:
    words = {"settled": "filled: settled", "limit": "hollow: stopped by the limit of passes"}
    found = {stop.why for stop in stops.values()}
    return "; ".join(word for why, word in words.items() if why in found)
