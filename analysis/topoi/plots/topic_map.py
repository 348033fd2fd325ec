"""Which topics lie near each other, how large are they, and of which theme?"""

from __future__ import annotations

from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.palette import INK, MUTED, Hue, hues
from topoi.plots._axes import draw_grid, hide_sides
from topoi.plots._panels import KEY_LINE, draw_key, draw_notes, key_lines, lines_over, note_lines
from topoi.plots._placement import Box, place_labels
from topoi.plots._style import NOTE, PAGE, TEXT, house_style, inches, new_axes
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label, safe_label, text_width

__all__ = ["draw_topic_map"]

_LEFT, _RIGHT, _BELOW = 0.58, 0.12, 0.54  # inches around the map, as far as the note
_WIDEST = 1.7  # inches a label may take
_NAME, _TERMS = 0.135, 0.115  # inches that a line of a label is high
_COVERED = 0.05  # part of the map that circles cover
_LARGEST, _SMALLEST = 0.36, 0.02  # inches, radius

Points = NDArray[np.float64]


class _Label(NamedTuple):
    """The name of a topic and, if there is room under it, its terms; sizes in inches."""

    name: str
    terms: str

    @property
    def sizes(self) -> list[tuple[float, float]]:
        """With the terms, then without."""
        name, terms = text_width(self.name, points=TEXT), text_width(self.terms, points=NOTE)
        plain = [(name, _NAME)]
        return [(max(name, terms), _NAME + _TERMS), *plain] if self.terms else plain


def draw_topic_map(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw each topic as a circle on the plane, named beside it.

    Parameters
    ----------
    table : DataFrame from `topic_map`
        Columns topic (str), x, y (float, Jensen-Shannon distance), share (float 0..1), theme
        (str, "" for none), explained (float 0..1 or NaN, the same in each row), and optionally
        terms (str), which stand under the names where there is room.
    ax : Axes, optional
        Where to draw. Without one, a new figure as wide as a page.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    InputError
        If a column is missing, there is no row, or a place is no finite number.

    Notes
    -----
    The area of a circle is the topic's share of the text, its colour the theme's, grey for none.
    Both axes have one scale. Topics that are left without a name for want of room are counted in
    the note.
    """
    require(table, ["topic", "x", "y", "share", "theme", "explained"], by="draw_topic_map")
    _require_places(table)
    colours = _colours(table)
    # large circles first: they choose their labels' places, and small ones lie on top
    table = table.iloc[np.argsort(-_shares(table), kind="stable")]
    with house_style() if ax is None else nullcontext():
        target = _new(table) if ax is None else ax
        radii = _radii(table, inches(target))
        points = _framed(target, table[["x", "y"]].to_numpy(dtype=float), inches(target))
        _draw_circles(target, table, radii, colours)
        n_left = _draw_labels(target, table, points, radii)
        entries = [entry for entry in colours.items() if entry[0]]
        lines = lines_over(target, [theme for theme, _ in entries], above=0.16)
        draw_key(target, entries, above=0.16, lines=lines)
        draw_notes(target, _notes(table, n_left), below=_BELOW)
    return target


def _require_places(table: pd.DataFrame) -> None:
    lost = table.loc[~np.isfinite(table[["x", "y"]].to_numpy(dtype=float)).all(axis=1), "topic"]
    if len(lost):
        raise InputError(
            f"{len(lost)} topics have no place on the map, for x or y is no finite number: "
            f"{listed(safe_label(name) for name in lost)}. Take them out of the table."
        )


def _colours(table: pd.DataFrame) -> dict[str, Hue]:
    """Colour of each theme, in their order, round as the circles are; grey for none.

    Where some have the same colour, their markers, which then stand in the circles, too.
    """
    themes = in_order(table["theme"])
    found = {**hues(themes), "": hues(["topic"])["topic"]}
    if _repeats(found):
        return {theme: found[theme] for theme in themes}
    return {theme: Hue(found[theme].colour, "o") for theme in themes}


def _repeats(found: dict[str, Hue]) -> bool:
    """Whether some themes share a colour, and not a marker."""
    pairs = {(hue.colour, hue.marker) for name, hue in found.items() if name}
    return len({colour for colour, _ in pairs}) < len(pairs)


def _shares(table: pd.DataFrame) -> Points:
    """Shares of the text; a missing one is zero."""
    return np.asarray(np.nan_to_num(table["share"].to_numpy(dtype=float)).clip(0.0))


def _new(table: pd.DataFrame) -> Axes:
    width = PAGE - _LEFT - _RIGHT
    across, up = np.ptp(table[["x", "y"]].to_numpy(dtype=float), axis=0)
    height = min(max((up / across if across > 0 else 0.0) * (width - 1.2) + 0.8, 2.8), 5.2)
    top = 0.34 if any(in_order(table["theme"])) else 0.1
    top += KEY_LINE * (key_lines(filter(None, in_order(table["theme"])), width) - 1)
    bottom = _BELOW + 0.06 + 0.125 * (len(note_lines(_notes(table, 0), width)) - 1)
    return new_axes((PAGE, height + top + bottom), left=_LEFT, right=_RIGHT, top=top, bottom=bottom)


def _radii(table: pd.DataFrame, room: tuple[float, float]) -> Points:
    """Radius of each circle, inches, so that areas follow the shares."""
    shares = _shares(table)
    most = float(shares.max())
    if most <= 0:
        return np.full(len(shares), _SMALLEST)
    largest = np.sqrt(_COVERED * room[0] * room[1] * most / shares.sum() / np.pi)
    return np.asarray(np.maximum(np.sqrt(shares / most) * min(largest, _LARGEST), _SMALLEST))


def _framed(ax: Axes, places: Points, room: tuple[float, float]) -> Points:
    """Set limits of one scale on both axes; gives the places as inches from the lower left."""
    size = np.array(room)
    middle = (places.max(axis=0) + places.min(axis=0)) / 2.0
    free = np.maximum(size - (1.2, 0.8), size / 3.0)  # the rest is for labels
    scale = float((np.ptp(places, axis=0) / free).max()) or 0.2  # distance in an inch
    low, high = middle - size * scale / 2.0, middle + size * scale / 2.0
    step = MaxNLocator(nbins=8, steps=[1, 2, 5, 10]).tick_values(0, size.max() * scale)[1]
    for axis, limit, write in ((0, ax.set_xlim, ax.set_xticks), (1, ax.set_ylim, ax.set_yticks)):
        limit(low[axis], high[axis])
        numbers = np.arange(np.ceil(low[axis] / step), np.floor(high[axis] / step) + 1.0)
        told = [f"{n * step + 0.0:.6g}".replace("-", "\N{MINUS SIGN}") for n in numbers]
        write(numbers * step, told)
    draw_grid(ax, "both")
    ax.tick_params(length=0)
    hide_sides(ax)
    scale_of = "Jensen–Shannon distance"
    ax.set_xlabel(f"first axis, {scale_of}", fontsize=TEXT, color=INK, parse_math=False)
    ax.set_ylabel("second axis", fontsize=TEXT, color=INK, parse_math=False)
    return np.asarray((places - low) / scale)


def _draw_circles(ax: Axes, table: pd.DataFrame, radii: Points, colours: dict[str, Hue]) -> None:
    is_marked = any(hue.marker != "o" for hue in colours.values())
    rows = table[["x", "y", "theme"]].itertuples(index=False, name=None)
    for number, ((x, y, theme), radius) in enumerate(zip(rows, radii, strict=True)):
        colour = colours[str(theme)].colour
        ax.scatter(
            [x], [y], s=(2.0 * radius * 72.0) ** 2, marker="o", linewidths=1.0,
            facecolors=[to_rgba(colour, 0.45)], edgecolors=[colour], clip_on=False,
            zorder=2.0 + number / len(table),
        )  # fmt: skip
        if theme and is_marked:
            ax.plot(
                [x], [y], marker=colours[str(theme)].marker, markersize=4, color=colour,
                linestyle="none", label="", clip_on=False, zorder=2.0 + (number + 0.5) / len(table),
            )  # fmt: skip


def _draw_labels(ax: Axes, table: pd.DataFrame, points: Points, radii: Points) -> int:
    """Write the names, and terms where there is room; gives how many names are left out."""
    room = inches(ax)
    labels = _labels(table, min(_WIDEST, 0.4 * room[0]))
    boxes = place_labels(points, radii, [label.sizes for label in labels], room)
    for label, box in zip(labels, boxes, strict=True):
        if box is not None:
            _write(ax, label, box, room)
    return boxes.count(None)


def _labels(table: pd.DataFrame, most: float) -> list[_Label]:
    names = [name_label(name, 60) or "(none)" for name in table["topic"]]
    terms = table["terms"] if "terms" in table.columns else [""] * len(names)
    return [
        _Label(
            fitted(name, points=TEXT, width=most),
            fitted(safe_label(words, 90), points=NOTE, width=most),
        )
        for name, words in zip(names, terms, strict=True)
    ]


def _write(ax: Axes, label: _Label, box: Box, room: tuple[float, float]) -> None:
    if box.leader is not None:
        x0, y0, x1, y1 = box.leader
        ax.plot(
            [x0 / room[0], x1 / room[0]], [y0 / room[1], y1 / room[1]], color=MUTED,
            linewidth=0.6, transform=ax.transAxes, label="", zorder=4,
        )  # fmt: skip
    top = box.bottom + box.height
    for text, size, colour, level in (
        (label.name, TEXT, INK, top - _NAME / 2),
        (label.terms, NOTE, MUTED, top - _NAME - _TERMS / 2),
    )[: 2 - box.choice]:
        if text:
            ax.text(
                box.left / room[0], level / room[1], text, transform=ax.transAxes, fontsize=size,
                color=colour, verticalalignment="center_baseline", parse_math=False, zorder=5,
            )  # fmt: skip


def _notes(table: pd.DataFrame, n_left: int) -> list[str]:
    shares = _shares(table) * 100.0
    low, high = float(shares.min()), float(shares.max())
    told = f"{high:.2g}%" if low == high else f"{low:.2g}% to {high:.2g}%"
    held = float(table["explained"].iloc[0])
    return [
        f"area of a circle: share of the text, {told}",
        f"both axes hold {held:.0%} of the inertia" if np.isfinite(held) else "",
        f"{n_left} without room for a name" if n_left else "",
    ]
