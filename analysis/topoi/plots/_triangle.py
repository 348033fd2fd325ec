"""Where a mix of three parts lies in a triangle, whole or the part of it that holds the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from topoi.palette import INK, MUTED, Hue, tinted
from topoi.plots._style import NOTE, TEXT, inches
from topoi.plots.labels import fitted, name_label, text_width

__all__ = ["ABOVE", "ASIDE", "BELOW", "Triangle", "draw_triangle", "triangle_in"]

ASIDE = 0.4  # inches left and right of the triangle, for the ticks
ABOVE, BELOW = 0.26, 0.4  # over it, for a name; under it, for ticks and two names
_CORNERS = np.array([[0.5, np.sqrt(0.75)], [0.0, 0.0], [1.0, 0.0]])  # top, left, right
_TICK = 0.16  # inches from a side to the middle of a tick label
_TICKS_APART = 0.55  # inches
_WHOLE = 0.7  # a part larger than this is not worth cutting out
_PAD = 0.01
_LOCATOR = 0.5  # inches, a side of the small triangle
_ALONG = np.linspace(0.0, 1.0, 60)[:, None]  # where labels keep off a side

Points = NDArray[np.float64]


class Triangle(NamedTuple):
    """Corners (3, 2), inches: top, left, right; what is least of each part (3,) in it; its size.

    At a corner its part is least + size. The whole triangle has least 0 and size 1.
    """

    corners: Points
    least: Points
    size: float

    def places(self, mixes: Points) -> Points:
        """Where mixes (N, 3) lie, (N, 2), inches."""
        found: Points = np.einsum("nt,tx->nx", (mixes - self.least) / self.size, self.corners)
        return found

    def sides(self) -> Points:
        """Points of the sides as circles of no size, (M, 3)."""
        following = np.roll(self.corners, -1, axis=0)
        places = np.concatenate(self.corners + _ALONG[:, None] * (following - self.corners))
        return np.column_stack([places, np.zeros(len(places))])


def triangle_in(room: tuple[float, float], mixes: Points) -> Triangle:
    """As large a triangle as the room holds, of the part that the mixes are in."""
    width, height = room
    side = min(width - 2.0 * ASIDE, (height - ABOVE - BELOW) / _CORNERS[0, 1])
    side = max(side, 0.5)
    corners = _CORNERS * side + ((width - side) / 2.0, BELOW)
    steps = np.floor((mixes.min(axis=0) - _PAD) * 20.0 + 1e-9).clip(0.0)  # of 5%
    least, size = steps / 20.0, float(20.0 - steps.sum()) / 20.0
    return Triangle(corners, least, size) if size <= _WHOLE else Triangle(corners, 0.0 * least, 1.0)


def draw_triangle(ax: Axes, triangle: Triangle, found: Mapping[str, Hue]) -> Points:
    """Sides, a grid for each theme in its colour, and names; gives circles (M, 3) to keep free."""
    corners = triangle.corners
    ax.plot(*corners[[0, 1, 2, 0]].T, color=MUTED, linewidth=0.8, label="", zorder=1.5)
    kept_off = []
    for number, (name, hue) in enumerate(found.items()):
        # a line of one part runs from the side to the next corner to that from the one before
        own, following, before = (corners[(number + step) % 3] for step in (0, 1, 2))
        for part in _ticks(triangle, number):
            along = (part - triangle.least[number]) / triangle.size
            start, end = (other + along * (own - other) for other in (following, before))
            ax.plot(*np.array([start, end]).T, color=tinted(hue.colour, 0.55), linewidth=0.5,
                    label="", zorder=1)  # fmt: skip
            kept_off.append(_write_tick(ax, part, start, end))
        _name_corner(ax, name, hue, own, number)
    if triangle.size < 1.0:
        kept_off.append(_draw_locator(ax, triangle))
    return np.array(kept_off)


def _ticks(triangle: Triangle, number: int) -> list[float]:
    """Round parts between the side and the corner of a theme, as dense as there is room."""
    side = float(triangle.corners[2, 0] - triangle.corners[1, 0])
    apart = {step: step / 20.0 / triangle.size * side for step in (1, 2, 4)}
    twentieths = next((step for step in apart if apart[step] >= _TICKS_APART), 4)
    first = round(triangle.least[number] * 20)
    last = round((triangle.least[number] + triangle.size) * 20)
    return [tick / 20.0 for tick in range(first + 1, last) if tick % twentieths == 0]


def _write_tick(ax: Axes, part: float, start: Points, end: Points) -> tuple[float, float, float]:
    """The percentage where a grid line begins, in line with it; gives a circle around it."""
    x, y = start + _TICK * (start - end) / np.hypot(*(start - end))
    ax.text(
        x, y, f"{part:.0%}", fontsize=NOTE, color=MUTED, horizontalalignment="center",
        verticalalignment="center", parse_math=False,
    )  # fmt: skip
    return float(x), float(y), 0.12


def _name_corner(ax: Axes, name: str, hue: Hue, corner: Points, number: int) -> None:
    """The name of a theme: over the top, under the left corner and under the right one."""
    room = inches(ax)[0] * (0.9 if number == 0 else 0.48)
    label = fitted(name_label(name, 60) or "(none)", points=TEXT, width=room - 0.15, bold=True)
    width = text_width(label, points=TEXT, bold=True) + 0.13
    level = corner[1] + (0.14 if number == 0 else -0.31)
    left = (corner[0] - width / 2.0, corner[0] - ASIDE, corner[0] + ASIDE - width)[number]
    ax.plot([left + 0.04], [level], marker=hue.marker, color=hue.colour, markersize=5,
            linestyle="none", clip_on=False, label="")  # fmt: skip
    ax.text(
        left + 0.13, level, label, fontsize=TEXT, fontweight="bold", color=INK,
        verticalalignment="center_baseline", parse_math=False,
    )  # fmt: skip


def _draw_locator(ax: Axes, triangle: Triangle) -> tuple[float, float, float]:
    """A small whole triangle with the part that is shown; gives a circle around it."""
    side = min(_LOCATOR, 0.2 * float(triangle.corners[2, 0] - triangle.corners[1, 0]))
    top = float(triangle.corners[0, 1])
    small = _CORNERS * side + (0.05, top - _CORNERS[0, 1] * side)
    whole = Triangle(small, np.zeros(3), 1.0)
    part = whole.places(triangle.least + triangle.size * np.eye(3))
    for corners, colour in ((small, "none"), (part, MUTED)):
        ax.add_patch(Polygon(corners, facecolor=colour, edgecolor=MUTED, linewidth=0.6, zorder=1))
    middle = small.mean(axis=0)
    return float(middle[0]), float(middle[1]), 0.6 * side
