"""What the axes of several figures have alike: hair lines, no sides, points full or hollow."""

from __future__ import annotations

from typing import Any, Literal

from matplotlib.axes import Axes

from topoi.palette import MUTED, Hue
from topoi.plots._style import HAIR, NOTE

__all__ = ["draw_grid", "draw_points", "hide_sides", "quiet_axis"]


def draw_grid(ax: Axes, which: Literal["x", "y", "both"]) -> None:
    """Hair lines at the ticks, behind all else."""
    ax.grid(axis=which, color=HAIR, linewidth=0.5)
    ax.set_axisbelow(True)


def hide_sides(ax: Axes, *sides: str) -> None:
    """Take away these sides of the box, or all where none is named."""
    for side in sides or tuple(ax.spines):
        ax.spines[side].set_visible(False)


def quiet_axis(ax: Axes) -> None:
    """An axis below that stays behind its bars: hair lines, small grey labels."""
    ax.tick_params(axis="x", labelsize=NOTE, color=HAIR, labelcolor=MUTED, pad=1.5)
    ax.spines["bottom"].set_color(HAIR)
    draw_grid(ax, "x")


def draw_points(
    ax: Axes, x: Any, y: Any, hue: Hue, *, is_full: bool, size: float, edge: float, label: str
) -> None:
    """Markers of a series, `size` and `edge` in points; hollow where they are not full."""
    ax.plot(
        x, y, marker=hue.marker, markersize=size, color=hue.colour,
        markerfacecolor=hue.colour if is_full else "white", markeredgewidth=edge,
        linestyle="none", label=label, clip_on=False, zorder=3,
    )  # fmt: skip
