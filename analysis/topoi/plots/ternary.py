"""Which of three themes is what is said on them about: points in a triangle."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from topoi.palette import INK, MUTED, hues
from topoi.plots._numbered_list import draw_numbers, numbers_height
from topoi.plots._panels import Margins, draw_notes, note_lines, panel_grid
from topoi.plots._placement import Box, place_labels
from topoi.plots._style import NOTE, PAGE, TEXT, house_style, inches, new_frame
from topoi.plots._ternary_points import (
    MAIN,
    MOST_CROSSES,
    Cells,
    Drawn,
    Points,
    drawn_of,
    ends_of,
    paths_of,
)
from topoi.plots._triangle import ABOVE, ASIDE, BELOW, Triangle, draw_triangle, triangle_in
from topoi.plots.columns import in_order, require
from topoi.plots.labels import text_width

__all__ = ["draw_ternary"]

_WIDTH = 5.4  # inches of a figure of our own
_NOTE = 0.125  # inches a line of the note
_ACROSS = 0.1  # inches between two triangles
_LARGEST, _SMALLEST = 0.1, 0.025  # inches, radius of a point
_MOST_OF_LIST = 0.2  # of the height of given axes
_MANY = 12  # points over which all are smaller
_POINT, _LESSER = "#4a525b", "#8a929b"
_ALONG = np.linspace(0.0, 1.0, 9)[:, None]  # where labels keep off an interval


def draw_ternary(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw each cell as a point that is the nearer to a corner, the more is said on its theme.

    Parameters
    ----------
    table : DataFrame from `theme_mix`
        Columns name (str, three of them), estimate, lower, upper (float 0..1; limits may be NaN;
        the estimates of a cell add up to 1), level, n_tokens, said (float), and optionally group,
        period (str, ISO date of the period's first day) and is_small (bool). Where some rows have
        only a group and the others only a period (the other is ""), there are two triangles.
    ax : Axes, optional
        The triangles become inset axes of it. Without one, a new figure.

    Returns
    -------
    Axes
        The frame; its `child_axes` are the triangles.

    Raises
    ------
    InputError
        If a column is missing, there is no row, the names are not three, no cell has all three,
        their estimates do not add up to 1, or a period is not an ISO date.

    Notes
    -----
    The lines through a point are the intervals of the three parts, each towards its corner, with
    the other two in proportion. The area of a point is the text on the themes. A line joins the
    periods of a group, which is named at the last one. Points of few documents are hollow.

    Of more than 8 groups the 5 of most text are named and have intervals; of the others, which are
    paler, there is the last period alone, with a number that a list below explains. Of more than
    8 points in all, only named ones have intervals.
    """
    needed = ["name", "estimate", "lower", "upper", "level", "n_tokens", "said"]
    require(table, needed, by="draw_ternary")
    names = in_order(table["name"])
    drawn = [drawn_of(cut, names) for cut in _cuts(table)]
    if ax is not None:
        drawn = _listed_in(drawn, inches(ax))
    notes = _notes(table, drawn)
    with house_style() if ax is None else nullcontext():
        frame = _new(drawn, notes) if ax is None else ax
        width = inches(frame)[0]
        foot = _NOTE * len(note_lines(notes, width)) + 0.04
        below = foot
        for cut in drawn:
            foot += numbers_height(cut.listed, width)
        margins = Margins(bottom=foot, across=_ACROSS)
        for panel, cut in zip(
            panel_grid(frame, len(drawn), len(drawn), margins), drawn, strict=True
        ):
            _draw(panel, cut, drawn, names)
        level = foot
        for cut in drawn:
            draw_numbers(frame, cut.listed, level)
            level -= numbers_height(cut.listed, width)
        draw_notes(frame, notes, below=_NOTE - below)
    return frame


def _cuts(table: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows of groups and those of periods, if no row is of both; else all rows.

    Rows of neither are those of the group without a name.
    """
    if not {"group", "period"} <= set(table.columns):
        return [table]
    has_group, has_period = (table[name].astype(str) != "" for name in ("group", "period"))
    if bool((has_group & has_period).any()) or not has_group.any() or not has_period.any():
        return [table]
    return [table.loc[~has_period], table.loc[has_period]]


def _listed_in(drawn: list[Drawn], size: tuple[float, float]) -> list[Drawn]:
    """Without lists where these would take much of the room."""
    width, height = size
    if sum(numbers_height(cut.listed, width) for cut in drawn) <= _MOST_OF_LIST * height:
        return drawn
    return [
        cut._replace(
            labels=[
                label if main else "" for label, main in zip(cut.labels, cut.main, strict=True)
            ],
            listed=[],
        )
        for cut in drawn
    ]


def _new(drawn: list[Drawn], notes: list[str]) -> Axes:
    n_triangles = len(drawn)
    width = (PAGE if n_triangles > 1 else _WIDTH) - 0.1
    side = (width - _ACROSS * (n_triangles - 1)) / n_triangles - 2.0 * ASIDE
    foot = _NOTE * len(note_lines(notes, width)) + 0.04
    foot += sum(numbers_height(cut.listed, width) for cut in drawn)
    height = side * np.sqrt(0.75) + ABOVE + BELOW + foot
    return new_frame(height, width=width + 0.1, edge=0.05)


def _draw(ax: Axes, own: Drawn, every: list[Drawn], names: list[str]) -> None:
    """One triangle, of the part and with the areas that all have."""
    room = inches(ax)
    ax.set_axis_off()
    ax.set_xlim(0.0, room[0])
    ax.set_ylim(0.0, room[1])
    triangle = triangle_in(room, np.concatenate([drawn.mixes for drawn in every]))
    kept_off = draw_triangle(ax, triangle, hues(names))
    intervals = []
    points = triangle.places(own.cells.parts)
    _draw_paths(ax, own.cells, points)
    for cross in own.crosses:
        ends = triangle.places(cross)
        ax.plot(*ends.T, color=_POINT, linewidth=0.6, alpha=0.8, label="", zorder=2)
        along = ends[0] + _ALONG * (ends[1] - ends[0])
        intervals.append(np.column_stack([along, np.zeros(len(along))]))
    radii = _radii(own, every)
    _draw_points(ax, own, points, radii)
    unnamed = [place for place, label in enumerate(own.labels) if not label]
    kept_off = np.concatenate([kept_off, np.column_stack([points, radii])[unnamed]])
    obstacles = [kept_off, triangle.sides(), *intervals]
    _draw_labels(ax, own, (points, radii), triangle, obstacles)


def _notes(table: pd.DataFrame, drawn: list[Drawn]) -> list[str]:
    levels = sorted({float(level) for level in table["level"] if np.isfinite(level)})
    shown = " or ".join(f"{level * 100:.4g}%" for level in levels)
    of = "a named point" if any(len(d.labels) > MOST_CROSSES for d in drawn) else "a point"
    n_unlisted = sum(
        len(ends_of(d.cells)) - int(d.main[[*ends_of(d.cells)]].sum()) - len(d.listed)
        for d in drawn
    )
    tokens = np.concatenate([d.cells.tokens for d in drawn])
    low, high = (_rounded(value) for value in (tokens.min(), tokens.max()))
    is_few = any(d.cells.is_few.any() for d in drawn)
    is_cut = triangle_in((9.0, 9.0), np.concatenate([d.mixes for d in drawn])).size < 1.0
    return [
        f"lines through {of}: {shown} intervals" if any(d.crosses for d in drawn) else "",
        f"area: words on the themes, {low}" + (f" to {high}" if high != low else ""),
        *(_path_note(d.cells) for d in drawn),
        "hollow: too few documents for a sound interval" if is_few else "",
        f"named: the {MAIN} groups of most text" if any(not d.main.all() for d in drawn) else "",
        f"grey without number: {n_unlisted} smaller groups" if n_unlisted else "",
        "dark in the small triangle: what is shown" if is_cut else "",
    ]


def _rounded(value: float) -> str:
    """A number of words to two digits."""
    return f"{float(f'{value:.2g}'):,.0f}"


def _path_note(cells: Cells) -> str:
    """From when to when the lines of groups run; nothing where there are none."""
    dated = [period for period in cells.periods if period]
    if not any(len(path) > 1 for path in paths_of(cells)) or not any(cells.groups) or not dated:
        return ""
    first, last = cells.names[min(dated)], cells.names[max(dated)]
    return f"path: {first} to {last}, named at the end"


def _draw_paths(ax: Axes, cells: Cells, points: Points) -> None:
    for path in paths_of(cells):
        if len(path) > 1:
            ax.plot(*points[path].T, color=_POINT, linewidth=0.9, alpha=0.7, label="", zorder=2.5)


def _radii(own: Drawn, every: list[Drawn]) -> Points:
    """Radii in inches, with one scale for all triangles; many points are smaller."""
    most = max(float(drawn.cells.tokens.max()) for drawn in every)
    crowd = min(1.0, np.sqrt(_MANY / max(len(drawn.labels) for drawn in every)))
    parts = np.sqrt(own.cells.tokens / most) if most > 0 else np.zeros(len(own.labels))
    return np.asarray(np.maximum(parts * _LARGEST * crowd, _SMALLEST))


def _draw_points(ax: Axes, own: Drawn, points: Points, radii: Points) -> None:
    """Circles, small ones on top."""
    for place in np.argsort(-radii, kind="stable"):
        edge, opacity = (_POINT, 0.6) if own.main[place] else (_LESSER, 0.5)
        ax.scatter(
            [points[place, 0]], [points[place, 1]], s=(2.0 * radii[place] * 72.0) ** 2,
            marker="o", linewidths=0.9,
            facecolors="white" if own.cells.is_few[place] else [to_rgba(edge, opacity)],
            edgecolors=edge, clip_on=False, zorder=3, label=own.labels[place],
        )  # fmt: skip


def _draw_labels(
    ax: Axes,
    own: Drawn,
    circles: tuple[Points, Points],
    triangle: Triangle,
    obstacles: list[Points],
) -> None:
    """Write the names over the base, those of large points first, then the numbers.

    If all fit so, they keep off the first of the obstacles, the sides and the intervals; else
    off the first and the sides, or off the first.
    """
    points, radii = circles
    labels = own.labels
    ranks = np.lexsort((-radii, ~own.main))
    order = [int(place) for place in ranks if labels[place]]
    low = np.array([0.0, triangle.corners[1, 1]])
    room = inches(ax)[0], float(triangle.corners[0, 1] - low[1]) + 0.07
    points_of = [TEXT if main else NOTE for main in own.main]
    sizes = [
        [(text_width(labels[place], points=points_of[place]), 0.135 if own.main[place] else 0.11)]
        for place in order
    ]
    for n_kept in (len(obstacles), 2, 1):
        off = np.concatenate(obstacles[:n_kept])
        boxes = place_labels(
            points[order] - low, radii[order], sizes, room, keep_off=off - (*low, 0.0)
        )
        if None not in boxes:
            break
    for place, box in zip(order, boxes, strict=True):
        if box is not None:
            _write(ax, labels[place], box, low, points_of[place])
    if None in boxes:
        ax.text(
            inches(ax)[0], triangle.corners[0, 1], f"{boxes.count(None)} without room for a name",
            fontsize=NOTE, color=MUTED, horizontalalignment="right", parse_math=False,
        )  # fmt: skip


def _write(ax: Axes, label: str, box: Box, low: Points, size: float) -> None:
    if box.leader is not None:
        ends = np.array(box.leader).reshape(2, 2) + low
        ax.plot(*ends.T, color=INK, linewidth=0.7, linestyle=":", label="", zorder=4)
    ax.text(
        box.left, low[1] + box.bottom + box.height / 2.0, label, fontsize=size, color=INK,
        verticalalignment="center_baseline", parse_math=False, zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.6, "pad": 0.4},
    )  # fmt: skip
