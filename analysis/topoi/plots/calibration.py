"""Do passages of a probability have the theme as often as it says?"""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from topoi.palette import INK, MUTED, Hue, hues
from topoi.plots._axes import draw_grid, draw_points, hide_sides
from topoi.plots._panels import Margins, draw_note, panel_grid
from topoi.plots._shares import levels_text
from topoi.plots._style import PAGE, TEXT, house_style, inches, new_axes
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label

__all__ = ["draw_calibration"]

_SIDE = 1.95  # inches of a panel's cells, wide and high
_COLUMNS = 3
_MARGINS = Margins(left=0.58, right=0.12, top=0.24, bottom=0.62, across=0.24, down=0.5)
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def draw_calibration(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw coded share against probability: for each theme a panel with points and a band.

    Parameters
    ----------
    table : DataFrame as `calibration_curve` gives it
        Columns name (str), probability, estimate, lower, upper (float 0..1; limits may be NaN),
        level (float), n_coded (int); a row for each point.
    ax : Axes, optional
        The panels become inset axes of it. Without one, a new figure of a fitting size.

    Returns
    -------
    Axes
        The frame; the panels are its `child_axes`, in the order of the names.

    Raises
    ------
    InputError
        If a column is missing or there is no row.

    Notes
    -----
    On the grey diagonal the probability is right. A point above it: coders give the theme more
    often than the probability says. A point without an interval is hollow.
    """
    needed = ["name", "probability", "estimate", "lower", "upper", "level", "n_coded"]
    require(table, needed, by="draw_calibration")
    names = in_order(table["name"])
    n_columns = min(len(names), _COLUMNS)
    with house_style() if ax is None else nullcontext():
        frame = ax if ax is not None else _frame(len(names), n_columns)
        panels = panel_grid(frame, len(names), n_columns, _MARGINS)
        for number, (name, panel) in enumerate(zip(names, panels, strict=True)):
            of_name = table.loc[table["name"].astype(str) == name]
            _draw_panel(panel, of_name.sort_values("probability", kind="stable"), hues(names)[name])
            _title_panel(panel, name, int(of_name["n_coded"].sum()))
            _axes_of(
                panel, is_left=number % n_columns == 0, is_lowest=number + n_columns >= len(names)
            )
        _title_frame(frame, _note(table))
    return frame


def _frame(n_panels: int, n_columns: int) -> Axes:
    n_rows = -(-n_panels // n_columns)
    width = _MARGINS.left + _MARGINS.right + n_columns * _SIDE + (n_columns - 1) * _MARGINS.across
    height = _MARGINS.top + _MARGINS.bottom + n_rows * _SIDE + (n_rows - 1) * _MARGINS.down
    return new_axes((min(max(width, 3.2), PAGE), height), left=0, right=0, top=0, bottom=0)


def _draw_panel(panel: Axes, rows: pd.DataFrame, hue: Hue) -> None:
    columns = ("probability", "estimate", "lower", "upper")
    x, estimate, lower, upper = (rows[name].to_numpy(dtype=float) for name in columns)
    known = np.isfinite(lower) & np.isfinite(upper)
    panel.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, linestyle="--", label="", zorder=1)
    panel.fill_between(
        x, lower, upper, where=known.tolist(), color=hue.colour, alpha=0.16, linewidth=0
    )
    panel.vlines(x[known], lower[known], upper[known], color=hue.colour, linewidth=0.9)
    panel.plot(x, estimate, color=hue.colour, linewidth=1.2, label="")
    for which, is_full in ((known, True), (~known, False)):
        draw_points(
            panel, x[which], estimate[which], hue, is_full=is_full, size=4.2, edge=0.8, label=""
        )


def _axes_of(panel: Axes, *, is_left: bool, is_lowest: bool) -> None:
    labels = [f"{tick:g}" for tick in _TICKS]
    panel.set_xlim(0, 1)
    panel.set_ylim(0, 1)
    panel.set_xticks(_TICKS, labels if is_lowest else [""] * len(labels))
    panel.set_yticks(_TICKS, labels if is_left else [""] * len(labels))
    draw_grid(panel, "both")
    panel.tick_params(length=0)
    hide_sides(panel, "top", "right", "left")


def _title_panel(panel: Axes, name: str, n_coded: int) -> None:
    label = f"{name_label(name)} ({n_coded} coded)"
    shown = fitted(label, points=TEXT, width=inches(panel)[0])
    panel.set_title(shown, loc="left", fontsize=TEXT, color=INK, pad=4, parse_math=False)


def _title_frame(frame: Axes, note: str) -> None:
    width, height = inches(frame)
    middle = (_MARGINS.left + width - _MARGINS.right) / 2 / width
    for text, x, y, rotation in (
        ("probability of the theme", middle, 0.34 / height, 0),
        ("share coded with the theme", 0.14 / width, 0.5 + 0.19 / height, 90),
    ):
        frame.text(
            x,
            y,
            text,
            transform=frame.transAxes,
            fontsize=TEXT,
            color=INK,
            rotation=rotation,
            horizontalalignment="center",
            verticalalignment="center",
            parse_math=False,
        )
    draw_note(frame, note, below=-0.08)


def _note(table: pd.DataFrame) -> str:
    return f"dashed: probability is right; band: {levels_text(table['level'])} interval"
