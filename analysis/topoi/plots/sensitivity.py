"""How far the share of each theme moves under other seeds, topics and random starts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.palette import INK, MUTED, Hue, hues
from topoi.plots._axes import hide_sides, quiet_axis
from topoi.plots._style import NOTE, TEXT, house_style, inches, new_frame
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label, safe_label, text_width

__all__ = ["draw_sensitivity"]

_COLUMNS = 3  # themes side by side
_ROW = 0.165  # inches
_HEAD, _AXIS, _FOOT = 0.28, 0.29, 0.37  # over a theme's rows, under each of its panels, under all
_ACROSS, _DOWN = 0.2, 0.16  # between themes
_SMALL = 7.0  # points
_WIDEST = 1.06  # inches a label may take
_RHO = 0.25  # inches for the numbers at the right
_HEADS = ("without", "with")  # what stands over the labels
_SEED, _RANDOM = "without seed", "random seeds"
_BAND = "#e6e9ed"
_HEAD_ROW = -0.85  # where it stands, in rows
_MINUS = "\N{MINUS SIGN}"
_TITLE = "change of the share of the text that speaks of the theme, percentage points"
_NOTE = (
    "ρ: rank correlation of the passages’ shares with those of the fit, the lowest of a row, "
    "of random seeds the highest.  Band: random seeds"
)


class _Row(NamedTuple):
    """What stands in one line: changes in points, and the rank correlation that is told."""

    label: str
    changes: NDArray[np.float64]
    rho: float


def draw_sensitivity(table: pd.DataFrame, *, most_seeds: int = 8, ax: Axes | None = None) -> Axes:
    """Draw how far each theme's share of the text moves, for each theme above and below.

    Above, the seeds of the theme without which its share moves most; below, each other kind of
    variation with a dot for each, on a wider axis. The band is what random seeds as frequent as
    the theme's give. All themes share both axes.

    Parameters
    ----------
    table : DataFrame
        From `theme_sensitivity`: columns variation, detail, theme (str), is_own (bool), share,
        change, rank_correlation (float).
    most_seeds : int >= 1, seeds that are shown of a theme
    ax : Axes, optional
        The panels become inset axes of it. Without one, a new figure of a fitting size.

    Returns
    -------
    Axes
        The frame; its `child_axes` are the panels, for each theme that of the seeds, then that
        of the other variations, where the table has both.

    Raises
    ------
    InputError
        If a column is missing, the table has no variation, or most_seeds < 1.
    """
    needed = [*("variation", "detail", "theme", "is_own"), *("share", "change", "rank_correlation")]
    require(table, needed, by="draw_sensitivity")
    if most_seeds < 1:
        raise InputError(f"most_seeds must be an int >= 1; got {most_seeds}.")
    themes = in_order(table["theme"])
    blocks = [_groups(table.loc[table["theme"].astype(str) == theme], most_seeds)
              for theme in themes]  # fmt: skip
    if not any(rows for groups in blocks for rows in groups):
        raise InputError("The table has no variation beside the fit; there is nothing to draw.")
    with house_style() if ax is None else nullcontext():
        sizes = [max(len(groups[place]) for groups in blocks) for place in (0, 1)]
        frame = _new(sizes, len(themes)) if ax is None else ax
        frame.set_axis_off()
        for place in range(2):
            if sizes[place]:
                limits = _limits([row for groups in blocks for row in groups[place]])
                for number, (theme, hue) in enumerate(hues(themes).items()):
                    panel = frame.inset_axes(_box(frame, number, place, sizes, len(themes)))
                    _draw_rows(panel, blocks[number][place], hue, limits, sizes[place])
                    _write_label(panel, _HEAD_ROW, _HEADS[place], MUTED)
                    if place == 0 or not sizes[0]:
                        _name(panel, theme, _share(table, theme))
        _draw_foot(frame)
    return frame


def _groups(of_theme: pd.DataFrame, most_seeds: int) -> tuple[list[_Row], list[_Row]]:
    """The rows of the strongest seeds, and those of the other kinds of variation."""
    is_seed = of_theme["variation"].astype(str) == _SEED
    own = of_theme.loc[is_seed & of_theme["is_own"]]
    strength = own["change"].abs().fillna(np.inf).sort_values(ascending=False, kind="stable")
    seeds = [
        _Row(str(detail), np.array([change * 100.0]), rho)
        for detail, change, rho in own.loc[
            strength.index[:most_seeds], ["detail", "change", "rank_correlation"]
        ].itertuples(index=False, name=None)
    ]
    rest = of_theme.loc[~is_seed & (of_theme["variation"].astype(str) != "fit")]
    others = [
        _Row(str(kind), of["change"].to_numpy(dtype=np.float64) * 100.0, _told(str(kind), of))
        for kind, of in rest.groupby("variation", sort=False)
    ]
    return seeds, others


def _told(kind: str, of: pd.DataFrame) -> float:
    """The rank correlation that is bad news: high for random seeds, low for all else."""
    found = of["rank_correlation"]
    return float(found.max() if kind == _RANDOM else found.min())


def _share(table: pd.DataFrame, theme: str) -> str:
    of = table.loc[(table["theme"].astype(str) == theme) & (table["variation"] == "fit"), "share"]
    return f"{of.iloc[0]:.0%}" if len(of) else ""


def _new(sizes: list[int], n_themes: int) -> Axes:
    height = -(-n_themes // _COLUMNS) * (_block(sizes) + _DOWN) - _DOWN + _FOOT
    return new_frame(height, edge=0.04)


def _block(sizes: list[int]) -> float:
    return _HEAD + sum(size * _ROW + _AXIS for size in sizes if size)


def _box(
    frame: Axes, number: int, place: int, sizes: list[int], n_themes: int
) -> tuple[float, float, float, float]:
    """Where a panel goes: left, bottom, width, height as parts of the frame."""
    width, height = inches(frame)
    n_columns = min(n_themes, _COLUMNS)
    n_rows = -(-n_themes // n_columns)
    line, column = divmod(number, n_columns)
    own = (width - (n_columns - 1) * _ACROSS) / n_columns
    step = (height - _FOOT - (n_rows - 1) * _DOWN) / n_rows
    stretch = step / _block(sizes)  # 1 in a figure of our own
    over = _HEAD + (sizes[0] * _ROW + _AXIS if place and sizes[0] else 0.0)
    top = line * (step + _DOWN) + over * stretch
    rows = sizes[place] * _ROW * stretch
    left = column * (own + _ACROSS) + _WIDEST
    room = max(own - _WIDEST - _RHO, 0.1)
    return left / width, (height - top - rows) / height, room / width, rows / height


def _limits(rows: Sequence[_Row]) -> tuple[float, float]:
    """From the lowest to the highest change, and zero, with some room."""
    found = np.concatenate([np.zeros(1), *(row.changes for row in rows)])
    low, high = float(np.nanmin(found)), float(np.nanmax(found))
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def _draw_rows(
    panel: Axes, rows: Sequence[_Row], hue: Hue, limits: tuple[float, float], most: int
) -> None:
    panel.set_xlim(*limits)
    panel.set_ylim(most - 0.5, -0.5)
    _axis(panel, limits)
    for number, row in enumerate(rows):
        known = row.changes[np.isfinite(row.changes)]
        if row.label == _RANDOM and len(known):
            panel.axvspan(known.min(), known.max(), color=_BAND, linewidth=0, zorder=0)
        colour = MUTED if row.label == _RANDOM else hue.colour
        if len(known):
            reach = [min(known.min(), 0.0), max(known.max(), 0.0)]
            ends = reach if len(row.changes) == 1 else [known.min(), known.max()]
            panel.plot(ends, [number, number], color=colour, linewidth=1.0, zorder=2)
        panel.plot(
            known, np.full(len(known), number), marker=hue.marker, markersize=3.6, color=colour,
            markeredgewidth=0, alpha=1.0 if len(row.changes) == 1 else 0.55, linestyle="none",
            clip_on=False, zorder=3,
        )  # fmt: skip
        _write(panel, number, row)
    _write_rho(panel, _HEAD_ROW, "ρ")


def _axis(panel: Axes, limits: tuple[float, float]) -> None:
    low, high = limits
    ticks = [
        t
        for t in MaxNLocator(nbins=4, steps=[1, 2, 5, 10]).tick_values(low, high)
        if low <= t <= high
    ]
    labels = [f"{tick:+.4g}".replace("-", _MINUS) if tick else "0" for tick in ticks]
    panel.set_xticks(ticks, labels)
    panel.set_yticks([])
    quiet_axis(panel)
    panel.axvline(0, color=MUTED, linewidth=0.7, zorder=1)
    hide_sides(panel, "top", "right", "left")


def _write(panel: Axes, number: int, row: _Row) -> None:
    _write_label(panel, number, row.label, INK)
    if not np.isfinite(row.changes).any():
        _write_rho(panel, number, "no other seed")
    elif np.isfinite(row.rho):
        told = f"{row.rho:.2f}".replace("0.", ".", 1).replace("-", _MINUS)
        _write_rho(panel, number, told)


def _write_label(panel: Axes, place: float, text: str, colour: str) -> None:
    label = fitted(safe_label(text, 40), points=_SMALL, width=_WIDEST - 0.08)
    panel.text(
        -0.06 / inches(panel)[0], place, label, transform=panel.get_yaxis_transform(),
        fontsize=_SMALL, color=colour, horizontalalignment="right",
        verticalalignment="center_baseline", parse_math=False,
    )  # fmt: skip


def _write_rho(panel: Axes, place: float, text: str) -> None:
    panel.text(
        1 + _RHO / inches(panel)[0], place, text, transform=panel.get_yaxis_transform(),
        fontsize=NOTE, color=MUTED, horizontalalignment="right",
        verticalalignment="center_baseline", parse_math=False,
    )  # fmt: skip


def _name(panel: Axes, theme: str, share: str) -> None:
    """The theme and its share in the fit, over its first panel."""
    width, height = inches(panel)
    room = _WIDEST + width + _RHO - 0.06
    name = fitted(
        name_label(theme), points=TEXT, width=room - text_width(share, points=TEXT), bold=True
    )
    start = -_WIDEST / width
    level = 1 + 0.17 / height
    how: dict[str, Any] = {
        "transform": panel.transAxes,
        "fontsize": TEXT,
        "color": INK,
        "parse_math": False,
    }
    panel.text(start, level, name, fontweight="bold", **how)
    after = start + (text_width(name, points=TEXT, bold=True) + 0.06) / width
    panel.text(after, level, share, **how)


def _draw_foot(frame: Axes) -> None:
    width, height = inches(frame)
    for text, size, colour, above in ((_TITLE, TEXT, INK, 0.2), (_NOTE, NOTE, MUTED, 0.03)):
        shown = fitted(text, points=size, width=width)
        frame.text(
            0, above / height, shown, transform=frame.transAxes, fontsize=size, color=colour,
            parse_math=False,
        )  # fmt: skip
