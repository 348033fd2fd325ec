"""Which of three themes is what is said on them about: points in a triangle."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, NamedTuple

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
from topoi.plots._triangle import ABOVE, ASIDE, BELOW, Triangle, draw_triangle, triangle_in
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, safe_label, text_width
from topoi.plots.period_names import period_names

__all__ = ["draw_ternary"]

_WIDTH = 5.4  # inches of a figure of our own
_NOTE = 0.125  # inches a line of the note, or of the list
_NUMBER = 0.2  # inches a number takes in the list
_ACROSS = 0.1  # inches between two triangles
_LARGEST, _SMALLEST = 0.1, 0.025  # inches, radius of a point
_WIDEST = 1.6  # inches a label may take
_MOST_NAMED = 8  # periods of a path that are all named
_MOST_CROSSES = 8  # points that all have their intervals drawn, and names written at them
_MAIN = 5  # of more names, those of most text that are written and have intervals
_MOST_LISTED = 36  # others that have a number and stand in a list
_MOST_OF_LIST = 0.2  # of the height of given axes
_MANY = 12  # points over which all are smaller
_POINT, _LESSER = "#4a525b", "#8a929b"
_ALONG = np.linspace(0.0, 1.0, 9)[:, None]  # where labels keep off an interval

Points = NDArray[np.float64]


class _Cells(NamedTuple):
    """The points, N: group, period, parts and limits (N, 3), tokens on the themes (N,).

    names : what periods are called, in the order of time
    """

    groups: list[str]
    periods: list[str]
    names: dict[str, str]
    parts: Points
    lower: Points
    upper: Points
    tokens: Points
    is_few: NDArray[np.bool_]


class _Drawn(NamedTuple):
    """One triangle.

    cells : its points
    labels : what is written at each: a name, a number, or nothing
    listed : the names of the points with numbers, in the order of these
    main : whether a point is no lesser one, as those with numbers and those left out of the list
    crosses : the intervals drawn, each as its two ends (2, 3)
    mixes : what must lie inside
    """

    cells: _Cells
    labels: list[str]
    listed: list[str]
    main: NDArray[np.bool_]
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

    Of more than 8 groups the 5 of most text are named and have intervals; of the others, which are
    paler, there is the last period alone, with a number that a list below explains. Of more than
    8 points in all, only named ones have intervals.
    """
    needed = ["name", "estimate", "lower", "upper", "level", "n_tokens", "said"]
    require(table, needed, by="draw_ternary")
    names = in_order(table["name"])
    drawn = [_drawn(cut, names) for cut in _cuts(table)]
    if ax is not None:
        drawn = _listed_in(drawn, inches(ax))
    notes = _notes(table, drawn)
    with house_style() if ax is None else nullcontext():
        frame = _new(drawn, notes) if ax is None else ax
        width = inches(frame)[0]
        foot = _NOTE * len(note_lines(notes, width)) + 0.04
        below = foot
        for cut in drawn:
            foot += _list_height(cut.listed, width)
        margins = Margins(bottom=foot, across=_ACROSS)
        for panel, cut in zip(
            panel_grid(frame, len(drawn), len(drawn), margins), drawn, strict=True
        ):
            _draw(panel, cut, drawn, names)
        level = foot
        for cut in drawn:
            _draw_list(frame, cut.listed, level)
            level -= _list_height(cut.listed, width)
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


def _drawn(table: pd.DataFrame, names: list[str]) -> _Drawn:
    cells = _cells(table, names)
    labels = _labels(cells)
    main = _main(cells, labels)
    shown = main | np.isin(np.arange(len(labels)), [*_ends(cells)])
    if not shown.all():
        cells = _Cells(*(_chosen(values, shown) for values in cells))
        labels, main = _chosen(labels, shown), main[shown]
    crosses = _crosses(cells, labels, main)
    labels, listed = _numbered(cells, labels, main)
    mixes = np.concatenate([cells.parts, *crosses])
    return _Drawn(cells, labels, listed, main, crosses, mixes)


def _chosen(values: Any, shown: NDArray[np.bool_]) -> Any:
    """Those of the shown points; what is not told by point stays as it is."""
    if isinstance(values, dict):
        return values
    if isinstance(values, list):
        return [value for value, is_shown in zip(values, shown, strict=True) if is_shown]
    return values[shown]


def _listed_in(drawn: list[_Drawn], size: tuple[float, float]) -> list[_Drawn]:
    """Without lists where these would take much of the room."""
    width, height = size
    if sum(_list_height(cut.listed, width) for cut in drawn) <= _MOST_OF_LIST * height:
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


def _new(drawn: list[_Drawn], notes: list[str]) -> Axes:
    n_triangles = len(drawn)
    width = (PAGE if n_triangles > 1 else _WIDTH) - 0.1
    side = (width - _ACROSS * (n_triangles - 1)) / n_triangles - 2.0 * ASIDE
    foot = _NOTE * len(note_lines(notes, width)) + 0.04
    foot += sum(_list_height(cut.listed, width) for cut in drawn)
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
    _draw_labels(ax, own, (points, radii), triangle, obstacles)


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
        period_names(table) if "period" in table.columns else {},
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
    labels = [""] * len(cells.groups)
    for path in _paths(cells):
        group = safe_label(cells.groups[path[0]], 60)
        if group or (any(cells.groups) and not cells.periods[path[-1]]):
            labels[path[-1]] = group or "(none)"
        else:
            shown = path if len(path) <= _MOST_NAMED else [path[0], path[-1]]
            for place in shown:
                labels[place] = cells.names.get(cells.periods[place], "")
    return [fitted(label, points=TEXT, width=_WIDEST) for label in labels]


def _paths(cells: _Cells) -> list[list[int]]:
    """The points of each group in the order of their periods."""
    places: dict[str, list[int]] = {}
    for place, group in enumerate(cells.groups):
        places.setdefault(group, []).append(place)
    return [sorted(of, key=lambda place: cells.periods[place]) for of in places.values()]


def _main(cells: _Cells, labels: list[str]) -> NDArray[np.bool_]:
    """Which points belong to groups that are named: all, or of many those of most text."""
    named = [place for place, label in enumerate(labels) if label]
    groups = np.array(cells.groups)
    if len(named) <= _MOST_CROSSES or not any(cells.groups):
        return np.ones(len(groups), dtype=bool)
    tokens = {group: cells.tokens[groups == group].sum() for group in cells.groups if group}
    largest = sorted(tokens, key=lambda group: -tokens[group])[:_MAIN]
    return np.isin(groups, largest)


def _numbered(
    cells: _Cells, labels: list[str], main: NDArray[np.bool_]
) -> tuple[list[str], list[str]]:
    """The labels with numbers instead of names at lesser points, and what the numbers mean."""
    lesser = [place for place, label in enumerate(labels) if not main[place]]
    ends = [place for place in lesser if place in _ends(cells)]
    largest = sorted(ends, key=lambda place: -cells.tokens[place])[:_MOST_LISTED]
    shown, listed = list(labels), []
    for place in lesser:
        shown[place] = ""
        if place in largest:
            listed.append(safe_label(cells.groups[place], 60) or "(none)")
            shown[place] = str(len(listed))
    return shown, listed


def _ends(cells: _Cells) -> set[int]:
    """The last point of each path."""
    return {path[-1] for path in _paths(cells)}


def _crosses(cells: _Cells, labels: list[str], main: NDArray[np.bool_]) -> list[Points]:
    """The intervals that are drawn: of all points, or of many those of named ones."""
    ends = []
    for place, label in enumerate(labels):
        if not main[place] or (len(labels) > _MOST_CROSSES and not label):
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
    n_unlisted = sum(
        len(_ends(d.cells)) - int(d.main[[*_ends(d.cells)]].sum()) - len(d.listed) for d in drawn
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
        f"named: the {_MAIN} groups of most text" if any(not d.main.all() for d in drawn) else "",
        f"grey without number: {n_unlisted} smaller groups" if n_unlisted else "",
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
    first, last = cells.names[min(dated)], cells.names[max(dated)]
    return f"path: {first} to {last}, named at the end"


def _draw_paths(ax: Axes, cells: _Cells, points: Points) -> None:
    for path in _paths(cells):
        if len(path) > 1:
            ax.plot(*points[path].T, color=_POINT, linewidth=0.9, alpha=0.7, label="", zorder=2.5)


def _radii(own: _Drawn, every: list[_Drawn]) -> Points:
    """Radii in inches, with one scale for all triangles; many points are smaller."""
    most = max(float(drawn.cells.tokens.max()) for drawn in every)
    crowd = min(1.0, np.sqrt(_MANY / max(len(drawn.labels) for drawn in every)))
    parts = np.sqrt(own.cells.tokens / most) if most > 0 else np.zeros(len(own.labels))
    return np.asarray(np.maximum(parts * _LARGEST * crowd, _SMALLEST))


def _draw_points(ax: Axes, own: _Drawn, points: Points, radii: Points) -> None:
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
    own: _Drawn,
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


def _columns(names: list[str], width: float) -> tuple[int, float]:
    """How many columns of a list of `width` inches hold these names, and how wide each is."""
    widest = min(max(text_width(name, points=NOTE) for name in names), _WIDEST) + _NUMBER + 0.15
    n_columns = min(max(int(width / widest), 1), len(names))
    return n_columns, min(width / n_columns, widest)


def _list_height(names: list[str], width: float) -> float:
    """Inches that the list takes; 0 without names."""
    return -(-len(names) // _columns(names, width)[0]) * _NOTE + 0.08 if names else 0.0


def _draw_list(frame: Axes, names: list[str], top: float) -> None:
    """What the numbers mean, in columns, from `top` inches over the bottom."""
    if not names:
        return
    width, height = inches(frame)
    n_columns, column = _columns(names, width)
    n_rows = -(-len(names) // n_columns)
    for number, name in enumerate(names):
        left = number // n_rows * column
        level = (top - 0.04 - _NOTE * (number % n_rows + 0.5)) / height
        shown = fitted(name, points=NOTE, width=column - _NUMBER - 0.1)
        for text, begin, colour, side in (
            (str(number + 1), left + _NUMBER - 0.06, INK, "right"),
            (shown, left + _NUMBER, MUTED, "left"),
        ):
            frame.text(
                begin / width, level, text, transform=frame.transAxes, fontsize=NOTE,
                color=colour, horizontalalignment=side, verticalalignment="center_baseline",
                parse_math=False,
            )  # fmt: skip
