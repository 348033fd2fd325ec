"""How every figure looks: fonts, sizes and the settings that fix its bytes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from topoi.palette import INK, MUTED

__all__ = [
    "COLUMN",
    "HAIR",
    "NOTE",
    "PAGE",
    "STYLE",
    "TEXT",
    "house_style",
    "inches",
    "new_axes",
    "new_frame",
]

PAGE = 7.2  # width of a full-page figure, inches
COLUMN = 3.5  # of one in a column of two
TEXT = 8.0  # points; nothing in a figure is larger than its running text
NOTE = 6.8
HAIR = "#dde1e5"

STYLE: dict[str, Any] = {
    "svg.hashsalt": "topoi",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "pdf.compression": 0,
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "savefig.bbox": None,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "path.simplify": False,
    "axes.formatter.use_locale": False,
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 7.2,
    "ytick.labelsize": 7.2,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
}

# matplotlib keeps its settings in one global object, so two threads must not swap it at once
_LOCK = threading.RLock()


@contextmanager
def house_style() -> Iterator[None]:
    """Settings of topoi's figures, for drawing and for saving; the user's own come back after."""
    with _LOCK, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)  # type: ignore[arg-type]  # keys are checked by matplotlib
        yield


def new_axes(
    size: tuple[float, float], *, left: float, right: float, top: float, bottom: float
) -> Axes:
    """Axes alone in a new figure (no pyplot); `size` and the four margins are inches."""
    width, height = size
    box = (
        left / width,
        bottom / height,
        max(width - left - right, 0.2) / width,
        max(height - top - bottom, 0.2) / height,
    )
    return Figure(figsize=size).add_axes(box)


def new_frame(height: float, *, width: float = PAGE, edge: float) -> Axes:
    """Axes of this height in a new figure of this width, inches, with an `edge` all around."""
    size = (width, height + 2 * edge)
    return new_axes(size, left=edge, right=edge, top=edge, bottom=edge)


def inches(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes' area, inches."""
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("the axes belong to no figure")
    box = ax.get_window_extent()
    return box.width / figure.dpi, box.height / figure.dpi
