"""Which words mark each topic: the terms of highest probability, as bars, with their FREX."""

from __future__ import annotations

import math
from contextlib import nullcontext

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.palette import INK, MUTED, Hue, hues, tinted
from topoi.plots._axes import hide_sides, quiet_axis
from topoi.plots._panels import Margins, draw_note, panel_grid
from topoi.plots._style import NOTE, PAGE, TEXT, house_style, inches, new_axes
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label, safe_label, text_width

__all__ = ["draw_top_terms"]

_ROW = 0.158  # inches a term
_GUTTER = 0.13  # left of each panel, for the dot of a seed
_MARGINS = Margins(left=_GUTTER, right=0.08, top=0.2, bottom=0.0, across=0.3, down=0.3)
_BELOW = 0.5  # inches for tick labels, axis title and key
_SCALE = 0.13  # inches for the scale of FREX over the first row of panels
_LINE = 0.15  # inches for the line that explains it
_FREX = "tick: FREX, near 1 where a term is frequent here and rare elsewhere"


def draw_top_terms(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the top terms of one model: a panel for each topic, a bar for each term.

    Parameters
    ----------
    table : DataFrame
        Columns topic, term (str), rank (int), weight (float: probability of the term in the
        topic), is_seed (bool), and optionally frex (float 0..1; NaN has no tick); a column model
        may hold one model. Topics in the order of the rows, terms by rank. All panels share the
        axes.
    ax : Axes, optional
        The panels become inset axes of it. Without one, a new figure of a fitting size.

    Returns
    -------
    Axes
        The frame; the panels are its `child_axes`, in the order of the topics.

    Raises
    ------
    InputError
        If a column is missing, there is no row, or the table holds several models.

    Notes
    -----
    A bar is the probability of the term in the topic, a tick its FREX, on a scale of its own up to
    1: near 1 where the term is frequent in this topic and rare in the others. A dot marks a seed.
    """
    require(table, ["topic", "term", "rank", "weight", "is_seed"], by="draw_top_terms")
    _require_one_model(table)
    topics = in_order(table["topic"])
    n_columns = _columns(len(topics))
    has_frex = "frex" in table.columns
    with house_style() if ax is None else nullcontext():
        scale, foot = (_SCALE, _BELOW + _LINE) if has_frex else (0.0, _BELOW)
        margins = _MARGINS._replace(top=_MARGINS.top + scale)
        frame = _frame(table, len(topics), n_columns, margins, foot) if ax is None else ax
        own = margins if ax is None else margins._replace(bottom=foot)
        panels = panel_grid(frame, len(topics), n_columns, own)
        heaviest = float(np.nanmax(table["weight"].to_numpy(dtype=float), initial=0.0)) or 1.0
        for number, (panel, (topic, hue)) in enumerate(
            zip(panels, hues(topics).items(), strict=True)
        ):
            rows = table.loc[table["topic"].astype(str) == topic].sort_values("rank", kind="stable")
            is_first = number < n_columns
            _draw_topic(panel, rows, hue, most=_longest(table))
            _title_topic(panel, topic, above=scale if is_first else 0.0)
            _weight_axis(panel, heaviest, labelled=number + n_columns >= len(topics))
            if has_frex:
                frex = rows["frex"].to_numpy(dtype=float)
                _draw_frex(panel, frex, _frex_from(table), labelled=is_first)
        below = 0.0 if ax is None else -foot
        _draw_foot(frame, below, with_seeds=bool(table["is_seed"].any()), has_frex=has_frex)
    return frame


def _require_one_model(table: pd.DataFrame) -> None:
    models = in_order(table["model"]) if "model" in table.columns else []
    if len(models) > 1:
        raise InputError(
            f"draw_top_terms draws one model; the table holds {len(models)}: {listed(models)}. "
            "Choose one: table[table['model'] == name]."
        )


def _columns(n_topics: int) -> int:
    """Three or four panels a row, so that the last row is as full as can be."""
    if n_topics <= 4:
        return n_topics
    return 3 if n_topics in (5, 6, 9) else 4


def _longest(table: pd.DataFrame) -> int:
    return int(table.groupby("topic", sort=False).size().max())


def _frame(
    table: pd.DataFrame, n_topics: int, n_columns: int, margins: Margins, foot: float
) -> Axes:
    n_rows = -(-n_topics // n_columns)
    panel = _longest(table) * _ROW
    height = n_rows * panel + (n_rows - 1) * margins.down + margins.top + foot + 0.04
    width = PAGE if n_columns > 2 else PAGE * 0.5 * n_columns
    return new_axes((width, height), left=0.04, right=0.04, top=0.04, bottom=foot)


def _draw_topic(panel: Axes, rows: pd.DataFrame, hue: Hue, *, most: int) -> None:
    weights = rows["weight"].to_numpy(dtype=float)
    places = np.arange(len(rows), dtype=float)
    room = inches(panel)[0]
    panel.barh(places, weights, height=0.84, color=tinted(hue.colour, 0.68), linewidth=0)
    for place, term, is_seed in zip(places, rows["term"], rows["is_seed"], strict=True):
        _write_term(panel, place, str(term), hue, room=room, is_seed=bool(is_seed))
    panel.set_ylim(most - 0.5, -0.5)
    panel.set_yticks([])
    panel.spines["left"].set_color(hue.colour)
    panel.spines["left"].set_linewidth(1.4)


def _title_topic(panel: Axes, topic: str, *, above: float) -> None:
    panel.set_title(
        fitted(name_label(topic), points=TEXT, width=inches(panel)[0], bold=True),
        loc="left",
        fontsize=TEXT,
        fontweight="bold",
        color=INK,
        pad=3 + 72 * above,
        parse_math=False,
    )


def _frex_from(table: pd.DataFrame) -> float:
    """Where the scale of FREX begins: a round number under the least of the table."""
    known = table["frex"].to_numpy(dtype=float)
    least = float(known[np.isfinite(known)].min(initial=1.0))
    step = next(step for step in (0.01, 0.05, 0.1, 0.2) if 1 - least <= 4 * step or step == 0.2)
    return min(math.floor(least / step + 1e-9) * step, 1 - step)


def _draw_frex(panel: Axes, frex: NDArray[np.float64], low: float, *, labelled: bool) -> None:
    """A tick for each term on a scale from `low` to 1 over the right half of the panel."""
    known = np.isfinite(frex)
    panel.plot(
        0.5 + 0.5 * (frex[known] - low) / (1 - low), np.flatnonzero(known), marker="|",
        markersize=7.5, markeredgewidth=1.3, color=INK, linestyle="none",
        transform=panel.get_yaxis_transform(), clip_on=False, zorder=3, label="FREX",
    )  # fmt: skip
    if not labelled:
        return
    height = inches(panel)[1]
    panel.plot(
        [0.5, 0.5, 1, 1], [1 + up / height for up in (0.01, 0.035, 0.035, 0.01)], color=MUTED,
        linewidth=0.6, transform=panel.transAxes, clip_on=False, label="",
    )  # fmt: skip
    for place, align, told in (
        (0.5, "left", f"{low:g}"),
        (0.75, "center", "FREX"),
        (1.0, "right", "1"),
    ):
        panel.text(
            place, 1 + 0.055 / height, told, transform=panel.transAxes, fontsize=NOTE,
            color=MUTED, horizontalalignment=align, parse_math=False,
        )  # fmt: skip


def _write_term(
    panel: Axes, place: float, term: str, hue: Hue, *, room: float, is_seed: bool
) -> None:
    panel.text(
        0.045 / room,
        place,
        fitted(safe_label(term), points=7.2, width=room - 0.05),
        transform=panel.get_yaxis_transform(),
        fontsize=7.2,
        color=INK,
        verticalalignment="center_baseline",
        parse_math=False,
    )
    if is_seed:
        panel.plot(
            [-0.07 / room],
            [place],
            marker="o",
            markersize=3.4,
            color=hue.colour,
            linestyle="none",
            transform=panel.get_yaxis_transform(),
            clip_on=False,
        )


def _weight_axis(panel: Axes, heaviest: float, *, labelled: bool) -> None:
    panel.set_xlim(0, heaviest * 1.02)
    ticks = [tick for tick in MaxNLocator(nbins=3).tick_values(0, heaviest) if tick <= heaviest]
    panel.set_xticks(ticks, [f"{tick:.6g}" for tick in ticks] if labelled else [""] * len(ticks))
    quiet_axis(panel)
    hide_sides(panel, "top", "right")


def _draw_foot(frame: Axes, below: float, *, with_seeds: bool, has_frex: bool) -> None:
    width, height = inches(frame)
    bottom = -(0.36 + below) / height
    frame.text(
        _GUTTER / width,
        bottom,
        "probability of the term in the topic",
        transform=frame.transAxes,
        fontsize=TEXT,
        color=INK,
        parse_math=False,
    )
    if has_frex:
        frame.text(
            _GUTTER / width, bottom - _LINE / height,
            fitted(_FREX, points=NOTE, width=width - _GUTTER), transform=frame.transAxes,
            fontsize=NOTE, color=MUTED, parse_math=False,
        )  # fmt: skip
    if with_seeds:
        draw_note(frame, "seed of the theme", below=0.36 + below)
        place = 1 - (text_width("seed of the theme", points=NOTE) + 0.08) / width
        frame.plot(
            [place],
            [bottom + 0.035 / height],
            marker="o",
            markersize=3.4,
            color=MUTED,
            linestyle="none",
            transform=frame.transAxes,
            clip_on=False,
        )
