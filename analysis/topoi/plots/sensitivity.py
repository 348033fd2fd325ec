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

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.palette import INK, MUTED, Hue, hues
from topoi.plots._axes import hide_sides, quiet_axis
from topoi.plots._style import NOTE, TEXT, house_style, inches, new_frame
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label, safe_label, text_width

__all__ = ["draw_sensitivity"]

_COLUMNS = 3  # themes side by side
_ROWS = (0.165, 0.27)  # inches of a seed, and of a kind of variation
_HEAD, _FOOT = 0.28, 0.37  # inches over a theme's rows, and under all
_AXES = (0.34, 0.29)  # under the upper and under the lower panel
_ACROSS, _DOWN = 0.2, 0.16  # between themes
_SMALL = 7.0  # points
_WIDEST, _WIDE = 1.06, 1.8  # inches a label may take, and where fewer themes stand side by side
_RHO = 0.25  # inches for the numbers at the right
_SEED, _RANDOM = "without seed", "random seeds"
_BAND = "#e6e9ed"
_OVER = 0.058  # inches from the first row up to the middle of a panel's title
_MINUS = "\N{MINUS SIGN}"
_TITLE = "change of the share of the text that speaks of the theme, percentage points"
_NOTE = "ρ: rank correlation of the passages’ shares with those of the fit.  Band: random seeds"


class _Row(NamedTuple):
    """What stands in one line: changes in points, the rank correlation that is told, and which."""

    label: str
    changes: NDArray[np.float64]
    rho: float
    which: str = ""


def draw_sensitivity(table: pd.DataFrame, *, most_seeds: int = 8, ax: Axes | None = None) -> Axes:
    """Draw how far each theme's share of the text moves, in two panels for each theme.

    Above, the seeds of the theme without which its share moves most; below, each other kind of
    variation with a dot for each. Both kinds of panels have an axis of their own, which all themes
    share; the title of the lower one tells how much more its axis spans. The band is what random
    seeds as frequent as the theme's give. Beside a seed stands the rank correlation of the
    passages' shares, below a kind of variation the lowest, of random seeds the highest.

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
    at_least("most_seeds", most_seeds, 1, whole=True)
    themes = in_order(table["theme"])
    blocks = [_groups(table.loc[table["theme"].astype(str) == theme], most_seeds)
              for theme in themes]  # fmt: skip
    if not any(rows for groups in blocks for rows in groups):
        raise InputError("The table has no variation beside the fit; there is nothing to draw.")
    with house_style() if ax is None else nullcontext():
        sizes = [max(len(groups[place]) for groups in blocks) for place in (0, 1)]
        frame = _new(sizes, len(themes)) if ax is None else ax
        frame.set_axis_off()
        left = _left(blocks)
        limits = [_limits([row for of in blocks for row in of[place]]) for place in (0, 1)]
        titles = _titles(sizes, limits)
        for place in range(2):
            if sizes[place]:
                for number, (theme, hue) in enumerate(hues(themes).items()):
                    panel = frame.inset_axes(_box(frame, number, place, sizes, (len(themes), left)))
                    _draw_rows(panel, blocks[number][place], hue, limits[place], sizes[place])
                    for line, row in enumerate(blocks[number][place]):
                        _write(panel, line, row, left)
                    _write_title(panel, titles[place], left, with_rho=place == 0)
                    if place == 0 or not sizes[0]:
                        _name(panel, theme, _share(table, theme), left)
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
        _Row(str(kind), of["change"].to_numpy(dtype=np.float64) * 100.0, *_told(str(kind), of))
        for kind, of in rest.groupby("variation", sort=False)
    ]
    return seeds, others


def _told(kind: str, of: pd.DataFrame) -> tuple[float, str]:
    """The rank correlation that is bad news, and which: high for random seeds, low for others."""
    found = of["rank_correlation"]
    if len(found) == 1:
        return float(found.iloc[0]), "ρ"
    if kind == _RANDOM:
        return float(found.max()), "highest ρ"
    return float(found.min()), "lowest ρ"


def _titles(sizes: Sequence[int], limits: Sequence[tuple[float, float]]) -> tuple[str, str]:
    """What the upper and the lower panel are, and how the axis of the lower one compares."""
    upper, lower = (high - low for low, high in limits)
    ratio = lower / upper
    if not all(sizes) or 0.67 < ratio < 1.5:
        return "without one seed", "other choices"
    times = f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"
    return "without one seed", f"other choices; axis spans {times} times as much"


def _share(table: pd.DataFrame, theme: str) -> str:
    of = table.loc[(table["theme"].astype(str) == theme) & (table["variation"] == "fit"), "share"]
    return f"{of.iloc[0]:.0%}" if len(of) else ""


def _new(sizes: list[int], n_themes: int) -> Axes:
    height = -(-n_themes // _COLUMNS) * (_block(sizes) + _DOWN) - _DOWN + _FOOT
    return new_frame(height, edge=0.04)


def _block(sizes: list[int]) -> float:
    each = zip(sizes, _ROWS, _AXES, strict=True)
    return _HEAD + sum(size * row + axis for size, row, axis in each if size)


def _left(blocks: Sequence[tuple[list[_Row], list[_Row]]]) -> float:
    """Inches for the labels: as many as the longest needs, as far as the columns leave some."""
    rows = [row for groups in blocks for of_place in groups for row in of_place]
    longest = max(text_width(safe_label(row.label, 60), points=_SMALL) for row in rows)
    return max(_WIDEST, min(longest + 0.1, _WIDE)) if len(blocks) < _COLUMNS else _WIDEST


def _box(
    frame: Axes, number: int, place: int, sizes: list[int], across: tuple[int, float]
) -> tuple[float, float, float, float]:
    """Where a panel goes: left, bottom, width, height as parts of the frame."""
    width, height = inches(frame)
    n_themes, labels = across
    n_columns = min(n_themes, _COLUMNS)
    n_rows = -(-n_themes // n_columns)
    line, column = divmod(number, n_columns)
    own = (width - (n_columns - 1) * _ACROSS) / n_columns
    step = (height - _FOOT - (n_rows - 1) * _DOWN) / n_rows
    stretch = step / _block(sizes)  # 1 in a figure of our own
    over = _HEAD + (sizes[0] * _ROWS[0] + _AXES[0] if place and sizes[0] else 0.0)
    top = line * (step + _DOWN) + over * stretch
    rows = sizes[place] * _ROWS[place] * stretch
    left = column * (own + _ACROSS) + labels
    room = max(own - labels - _RHO, 0.1)
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


def _write_title(panel: Axes, title: str, left: float, *, with_rho: bool) -> None:
    """What a panel shows, from where the labels begin, and what the numbers at its right are."""
    width, height = inches(panel)
    level = 1 + _OVER / height
    room = left + width + _RHO - (0.16 if with_rho else 0.0)
    how: dict[str, Any] = {
        "transform": panel.transAxes,
        "fontsize": NOTE,
        "verticalalignment": "center_baseline",
        "parse_math": False,
    }
    panel.text(-left / width, level, fitted(title, points=NOTE, width=room), color=INK, **how)
    if with_rho:
        how |= {"horizontalalignment": "right", "color": MUTED}
        panel.text(1 + _RHO / width, level, "ρ", **how)


def _write(panel: Axes, number: int, row: _Row, left: float) -> None:
    rho = f"{row.rho:.2f}".replace("0.", ".", 1).replace("-", _MINUS)
    has_rho = bool(np.isfinite(row.rho))
    two_lines = bool(row.which) and has_rho
    lines = [(row.label, _SMALL, INK, -0.21 if two_lines else 0.0)]
    if two_lines:
        lines.append((f"{row.which} {rho}", NOTE, MUTED, 0.23))
    for text, size, colour, down in lines:
        label = fitted(safe_label(text, 60), points=size, width=left - 0.08)
        panel.text(
            -0.06 / inches(panel)[0], number + down, label, transform=panel.get_yaxis_transform(),
            fontsize=size, color=colour, horizontalalignment="right",
            verticalalignment="center_baseline", parse_math=False,
        )  # fmt: skip
    if not np.isfinite(row.changes).any():
        _write_rho(panel, number, "no other seed")
    elif has_rho and not two_lines:
        _write_rho(panel, number, rho)


def _write_rho(panel: Axes, place: float, text: str) -> None:
    panel.text(
        1 + _RHO / inches(panel)[0], place, text, transform=panel.get_yaxis_transform(),
        fontsize=NOTE, color=MUTED, horizontalalignment="right",
        verticalalignment="center_baseline", parse_math=False,
    )  # fmt: skip


def _name(panel: Axes, theme: str, share: str, left: float) -> None:
    """The theme and its share in the fit, over its first panel."""
    width, height = inches(panel)
    room = left + width + _RHO - 0.06
    name = fitted(
        name_label(theme), points=TEXT, width=room - text_width(share, points=TEXT), bold=True
    )
    start = -left / width
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
