"""Which of three themes is what is said on them about: points in a triangle."""

from __future__ import annotations

from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.palette import INK, MUTED, hues
from topoi.plots._panels import Margins, draw_notes, note_lines, panel_grid
from topoi.plots._placement import Box, place_labels
from topoi.plots._style import NOTE, PAGE, TEXT, house_style, inches, new_frame
from topoi.plots._time_axis import period_names
from topoi.plots._triangle import ABOVE, ASIDE, BELOW, Triangle, draw_triangle, triangle_in
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, safe_label, text_width

__all__ = ["draw_ternary"]

_WIDTH = 5.4  # inches of a figure of our own
_NOTE = 0.125  # inches a line of the note
_ACROSS = 0.1  # inches between two triangles
_LARGEST, _SMALLEST = 0.1, 0.025  # inches, radius of a point
_WIDEST = 1.6  # inches a label may take
_MOST_NAMED = 8  # periods of a path that are all named
_MOST_CROSSES = 12  # points that all have their intervals drawn
_POINT = "#4a525b"
_ALONG = np.linspace(0.0, 1.0, 9)[:, None]  # where labels keep off an interval

Points = NDArray[np.float64]


class _Cells(NamedTuple):
    """The points, N: group, period, parts and limits (N, 3), tokens on the themes (N,)."""

    groups: list[str]
    periods: list[str]
    parts: Points
    lower: Points
    upper: Points
    tokens: Points
    is_few: NDArray[np.bool_]


class _Drawn(NamedTuple):
    """One triangle: its cells, their names, the intervals drawn, and what must lie inside."""

    cells: _Cells
    labels: list[str]
    crosses: list[Points]
    mixes: Points


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
    """
    needed = ["name", "estimate", "lower", "upper", "level", "n_tokens", "said"]
    require(table, needed, by="draw_ternary")
    names = in_order(table["name"])
    drawn = [_drawn(cut, names) for cut in _cuts(table)]
    notes = _notes(table, drawn)
    with house_style() if ax is None else nullcontext():
        frame = _new(len(drawn), notes) if ax is None else ax
        foot = _NOTE * len(note_lines(notes, inches(frame)[0])) + 0.04
        margins = Margins(bottom=foot, across=_ACROSS)
        for panel, cut in zip(
            panel_grid(frame, len(drawn), len(drawn), margins), drawn, strict=True
        ):
            _draw(panel, cut, drawn, names)
        draw_notes(frame, notes, below=_NOTE - foot)
    return frame


def _cuts(table: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows of groups and those of periods, if each row is of either; else all rows."""
    if not {"group", "period"} <= set(table.columns):
        return [table]
    has_group, has_period = (table[name].astype(str) != "" for name in ("group", "period"))
    if bool((has_group == has_period).any()) or has_group.all() or has_period.all():
        return [table]
    return [table.loc[has_group], table.loc[has_period]]


def _drawn(table: pd.DataFrame, names: list[str]) -> _Drawn:
    cells = _cells(table, names)
    labels = _labels(cells)
    crosses = _crosses(cells, labels)
    return _Drawn(cells, labels, crosses, np.concatenate([cells.parts, *crosses]))


def _new(n_triangles: int, notes: list[str]) -> Axes:
    width = (PAGE if n_triangles > 1 else _WIDTH) - 0.1
    side = (width - _ACROSS * (n_triangles - 1)) / n_triangles - 2.0 * ASIDE
    foot = _NOTE * len(note_lines(notes, width)) + 0.04
    height = side * np.sqrt(0.75) + ABOVE + BELOW + foot
    return new_frame(height, width=width + 0.1, edge=0.05)


def _draw(ax: Axes, own: _Drawn, every: list[_Drawn], names: list[str]) -> None:
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
    _draw_labels(ax, own.labels, (points, radii), triangle, obstacles)


def _cells(table: pd.DataFrame, names: list[str]) -> _Cells:
    """The cells that have a part of each name, in the order of the rows."""
    numbers = table[["estimate", "lower", "upper", "n_tokens", "said"]].to_numpy(dtype=float)
    rows = _rows(table, names, numbers[:, 0])
    places = np.array(list(rows.values()))
    parts, lower, upper = (numbers[places, column] for column in range(3))
    small = table["is_small"] if "is_small" in table.columns else np.zeros(len(table), dtype=bool)
    return _Cells(
        [group for group, _ in rows],
        [period for _, period in rows],
        parts,
        lower,
        upper,
        np.nan_to_num(numbers[places[:, 0], 3] * numbers[places[:, 0], 4]),
        ~np.isfinite(lower + upper).all(axis=1) | np.asarray(small, dtype=bool)[places].any(axis=1),
    )


def _rows(
    table: pd.DataFrame, names: list[str], estimate: Points
) -> dict[tuple[str, str], list[int]]:
    """Where the three parts of each cell are in the table, by group and period."""
    if len(names) != 3:
        raise InputError(
            f"draw_ternary draws three themes; the table has {len(names)}: "
            f"{listed(safe_label(name) for name in names)}. Make a table of three with theme_mix, "
            "or draw any number with draw_prevalence."
        )
    groups, periods = (
        table[column].astype(str) if column in table.columns else [""] * len(table)
        for column in ("group", "period")
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row, (*cell, name) in enumerate(zip(groups, periods, table["name"], strict=True)):
        if np.isfinite(estimate[row]):
            found.setdefault((cell[0], cell[1]), {})[str(name)] = row
    whole = {key: [of[name] for name in names] for key, of in found.items() if len(of) == 3}
    wrong = [key for key, of in whole.items() if abs(estimate[of].sum() - 1.0) > 1e-3]
    if wrong or not whole:
        cells = listed(safe_label(" ".join(key)) or "(all)" for key in wrong)
        raise InputError(
            f"The parts of {len(wrong)} cells do not add up to 1: {cells}. Make the table with "
            "theme_mix."
            if wrong
            else "No cell of the table has a part of each theme; there is nothing to draw."
        )
    return whole


def _labels(cells: _Cells) -> list[str]:
    """The name of each point; empty for those within a path."""
    dated = [period for period in cells.periods if period]
    names = {"": "", **dict(zip(dated, period_names(pd.Series(dated)), strict=True))}
    labels = [""] * len(cells.groups)
    for path in _paths(cells):
        group = safe_label(cells.groups[path[0]], 60)
        if group:
            labels[path[-1]] = group
        else:
            shown = path if len(path) <= _MOST_NAMED else [path[0], path[-1]]
            for place in shown:
                labels[place] = names[cells.periods[place]]
    return [fitted(label, points=TEXT, width=_WIDEST) for label in labels]


def _paths(cells: _Cells) -> list[list[int]]:
    """The points of each group in the order of their periods."""
    places: dict[str, list[int]] = {}
    for place, group in enumerate(cells.groups):
        places.setdefault(group, []).append(place)
    return [sorted(of, key=lambda place: cells.periods[place]) for of in places.values()]


def _crosses(cells: _Cells, labels: list[str]) -> list[Points]:
    """The intervals that are drawn, each as its two ends (2, 3): of all points or of named ones."""
    ends = []
    for place, label in enumerate(labels):
        if len(labels) > _MOST_CROSSES and not label:
            continue
        for theme in range(3):
            limits = cells.lower[place, theme], cells.upper[place, theme]
            if np.isfinite(limits).all():
                mixes = [_with_part(cells.parts[place], theme, limit) for limit in limits]
                ends.append(np.array(mixes))
    return ends


def _with_part(parts: Points, theme: int, part: float) -> Points:
    """The mix with another part of one theme, the other two in proportion."""
    found = parts.copy()
    found[theme] = 0.0
    rest = float(found.sum())
    found = found * (1.0 - part) / rest if rest > 0 else np.full(3, (1.0 - part) / 2.0)
    found[theme] = part
    return found


def _notes(table: pd.DataFrame, drawn: list[_Drawn]) -> list[str]:
    levels = sorted({float(level) for level in table["level"] if np.isfinite(level)})
    shown = " or ".join(f"{level * 100:.4g}%" for level in levels)
    of = "a named point" if any(len(d.labels) > _MOST_CROSSES for d in drawn) else "a point"
    tokens = np.concatenate([d.cells.tokens for d in drawn])
    low, high = (_rounded(value) for value in (tokens.min(), tokens.max()))
    is_few = any(d.cells.is_few.any() for d in drawn)
    is_cut = triangle_in((9.0, 9.0), np.concatenate([d.mixes for d in drawn])).size < 1.0
    return [
        f"lines through {of}: {shown} intervals" if any(d.crosses for d in drawn) else "",
        f"area: words on the themes, {low}" + (f" to {high}" if high != low else ""),
        *(_path_note(d.cells) for d in drawn),
        "hollow: too few documents for a sound interval" if is_few else "",
        "dark in the small triangle: what is shown" if is_cut else "",
    ]


def _rounded(value: float) -> str:
    """A number of words to two digits."""
    return f"{float(f'{value:.2g}'):,.0f}"


def _path_note(cells: _Cells) -> str:
    """From when to when the lines of groups run; nothing where there are none."""
    dated = [period for period in cells.periods if period]
    if not any(len(path) > 1 for path in _paths(cells)) or not any(cells.groups) or not dated:
        return ""
    first, last = period_names(pd.Series([min(dated), max(dated)]))
    return f"path: {first} to {last}, named at the end"


def _draw_paths(ax: Axes, cells: _Cells, points: Points) -> None:
    for path in _paths(cells):
        if len(path) > 1:
            ax.plot(*points[path].T, color=_POINT, linewidth=0.9, alpha=0.7, label="", zorder=2.5)


def _radii(own: _Drawn, every: list[_Drawn]) -> Points:
    """Radii in inches, with one scale for all triangles; many points are smaller."""
    most = max(float(drawn.cells.tokens.max()) for drawn in every)
    crowd = min(1.0, np.sqrt(_MOST_CROSSES / max(len(drawn.labels) for drawn in every)))
    parts = np.sqrt(own.cells.tokens / most) if most > 0 else np.zeros(len(own.labels))
    return np.asarray(np.maximum(parts * _LARGEST * crowd, _SMALLEST))


def _draw_points(ax: Axes, own: _Drawn, points: Points, radii: Points) -> None:
    """Circles, small ones on top."""
    for place in np.argsort(-radii, kind="stable"):
        ax.scatter(
            [points[place, 0]], [points[place, 1]], s=(2.0 * radii[place] * 72.0) ** 2,
            marker="o", linewidths=0.9,
            facecolors="white" if own.cells.is_few[place] else [to_rgba(_POINT, 0.6)],
            edgecolors=_POINT, clip_on=False, zorder=3, label=own.labels[place],
        )  # fmt: skip


def _draw_labels(
    ax: Axes,
    labels: list[str],
    circles: tuple[Points, Points],
    triangle: Triangle,
    obstacles: list[Points],
) -> None:
    """Write the names over the base, those of large points first.

    If all fit so, they keep off the first of the obstacles, the sides and the intervals; else
    off the first and the sides, or off the first.
    """
    points, radii = circles
    order = [int(place) for place in np.argsort(-radii, kind="stable") if labels[place]]
    low = np.array([0.0, triangle.corners[1, 1]])
    room = inches(ax)[0], float(triangle.corners[0, 1] - low[1]) + 0.07
    sizes = [[(text_width(labels[place], points=TEXT), 0.135)] for place in order]
    for n_kept in (len(obstacles), 2, 1):
        off = np.concatenate(obstacles[:n_kept])
        boxes = place_labels(
            points[order] - low, radii[order], sizes, room, keep_off=off - (*low, 0.0)
        )
        if None not in boxes:
            break
    for place, box in zip(order, boxes, strict=True):
        if box is not None:
            _write(ax, labels[place], box, low)
    if None in boxes:
        ax.text(
            inches(ax)[0], triangle.corners[0, 1], f"{boxes.count(None)} without room for a name",
            fontsize=NOTE, color=MUTED, horizontalalignment="right", parse_math=False,
        )  # fmt: skip


def _write(ax: Axes, label: str, box: Box, low: Points) -> None:
    if box.leader is not None:
        ends = np.array(box.leader).reshape(2, 2) + low
        ax.plot(*ends.T, color=INK, linewidth=0.7, linestyle=":", label="", zorder=4)
    ax.text(
        box.left, low[1] + box.bottom + box.height / 2.0, label, fontsize=TEXT, color=INK,
        verticalalignment="center_baseline", parse_math=False, zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.6, "pad": 0.4},
    )  # fmt: skip
