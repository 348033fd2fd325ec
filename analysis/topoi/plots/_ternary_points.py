"""Which points has a triangle of three themes, and what is written and drawn at each?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.plots._numbered_list import WIDEST
from topoi.plots._style import TEXT
from topoi.plots.labels import fitted, safe_label
from topoi.plots.period_names import period_names

__all__ = [
    "MAIN", "MOST_CROSSES", "Cells", "Drawn", "Points", "drawn_of", "ends_of", "paths_of",
]  # fmt: skip

MOST_CROSSES = 8  # points that all have their intervals drawn, and names written at them
MAIN = 5  # of more names, those of most text that are written and have intervals
_MOST_NAMED = 8  # periods of a path that are all named
_MOST_LISTED = 36  # others that have a number and stand in a list

Points = NDArray[np.float64]


class Cells(NamedTuple):
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


class Drawn(NamedTuple):
    """One triangle.

    cells : its points
    labels : what is written at each: a name, a number, or nothing
    listed : the names of the points with numbers, in the order of these
    main : whether a point is no lesser one, as those with numbers and those left out of the list
    crosses : the intervals drawn, each as its two ends (2, 3)
    mixes : what must lie inside
    """

    cells: Cells
    labels: list[str]
    listed: list[str]
    main: NDArray[np.bool_]
    crosses: list[Points]
    mixes: Points


def drawn_of(table: pd.DataFrame, names: list[str]) -> Drawn:
    cells = _cells(table, names)
    labels = _labels(cells)
    main = _main(cells, labels)
    shown = main | np.isin(np.arange(len(labels)), [*ends_of(cells)])
    if not shown.all():
        cells = Cells(*(_chosen(values, shown) for values in cells))
        labels, main = _chosen(labels, shown), main[shown]
    crosses = _crosses(cells, labels, main)
    labels, listed = _numbered(cells, labels, main)
    mixes = np.concatenate([cells.parts, *crosses])
    return Drawn(cells, labels, listed, main, crosses, mixes)


def _chosen(values: Any, shown: NDArray[np.bool_]) -> Any:
    """Those of the shown points; what is not told by point stays as it is."""
    if isinstance(values, dict):
        return values
    if isinstance(values, list):
        return [value for value, is_shown in zip(values, shown, strict=True) if is_shown]
    return values[shown]


def _cells(table: pd.DataFrame, names: list[str]) -> Cells:
    """The cells that have a part of each name, in the order of the rows."""
    numbers = table[["estimate", "lower", "upper", "n_tokens", "said"]].to_numpy(dtype=float)
    rows = _rows(table, names, numbers[:, 0])
    places = np.array(list(rows.values()))
    parts, lower, upper = (numbers[places, column] for column in range(3))
    small = table["is_small"] if "is_small" in table.columns else np.zeros(len(table), dtype=bool)
    return Cells(
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


def _labels(cells: Cells) -> list[str]:
    """The name of each point; empty for those within a path."""
    labels = [""] * len(cells.groups)
    for path in paths_of(cells):
        group = safe_label(cells.groups[path[0]], 60)
        if group or (any(cells.groups) and not cells.periods[path[-1]]):
            labels[path[-1]] = group or "(none)"
        else:
            shown = path if len(path) <= _MOST_NAMED else [path[0], path[-1]]
            for place in shown:
                labels[place] = cells.names.get(cells.periods[place], "")
    return [fitted(label, points=TEXT, width=WIDEST) for label in labels]


def paths_of(cells: Cells) -> list[list[int]]:
    """The points of each group in the order of their periods."""
    places: dict[str, list[int]] = {}
    for place, group in enumerate(cells.groups):
        places.setdefault(group, []).append(place)
    return [sorted(of, key=lambda place: cells.periods[place]) for of in places.values()]


def _main(cells: Cells, labels: list[str]) -> NDArray[np.bool_]:
    """Which points belong to groups that are named: all, or of many those of most text."""
    named = [place for place, label in enumerate(labels) if label]
    groups = np.array(cells.groups)
    if len(named) <= MOST_CROSSES or not any(cells.groups):
        return np.ones(len(groups), dtype=bool)
    tokens = {group: cells.tokens[groups == group].sum() for group in cells.groups if group}
    largest = sorted(tokens, key=lambda group: -tokens[group])[:MAIN]
    return np.isin(groups, largest)


def _numbered(
    cells: Cells, labels: list[str], main: NDArray[np.bool_]
) -> tuple[list[str], list[str]]:
    """The labels with numbers instead of names at lesser points, and what the numbers mean."""
    lesser = [place for place, label in enumerate(labels) if not main[place]]
    ends = [place for place in lesser if place in ends_of(cells)]
    largest = sorted(ends, key=lambda place: -cells.tokens[place])[:_MOST_LISTED]
    shown, listed = list(labels), []
    for place in lesser:
        shown[place] = ""
        if place in largest:
            listed.append(safe_label(cells.groups[place], 60) or "(none)")
            shown[place] = str(len(listed))
    return shown, listed


def ends_of(cells: Cells) -> set[int]:
    """The last point of each path."""
    return {path[-1] for path in paths_of(cells)}


def _crosses(cells: Cells, labels: list[str], main: NDArray[np.bool_]) -> list[Points]:
    """The intervals that are drawn: of all points, or of many those of named ones."""
    ends = []
    for place, label in enumerate(labels):
        if not main[place] or (len(labels) > MOST_CROSSES and not label):
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
