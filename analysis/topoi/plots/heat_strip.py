"""Where in a document each theme stands: its passages in order, shaded by their shares."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle

from topoi.palette import INK, MUTED
from topoi.plots._axes import hide_sides
from topoi.plots._panels import Margins, panel_grid
from topoi.plots._shares import shade_of
from topoi.plots._style import NOTE, TEXT, house_style, inches, new_frame
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label, safe_label, text_width

__all__ = ["draw_heat_strip"]

_ROW = 0.15  # inches a theme
_SMALL = 7.2  # points
_WIDEST = 1.3  # inches a theme's name may take
_MARGINS = Margins(left=0.0, right=0.16, top=0.22, bottom=0.68, down=0.32)
_PALE, _DARK = "#f2f4f7", "#1f3d63"
_SHADES = LinearSegmentedColormap.from_list("topoi", [_PALE, _DARK])
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_KEY = 5  # shades in the key
_AXIS = "place in the document, by its tokens"


def draw_heat_strip(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw documents as strips: for each a row a theme, in it a cell a passage, shaded by share.

    Parameters
    ----------
    table : DataFrame from `theme_strips`
        Columns doc_id, title (str), place, start, end (int, tokens), theme (str), share (float
        0..1; NaN is left white); documents and themes in the order of the rows.
    ax : Axes, optional
        The strips become inset axes of it. Without one, a new figure of a fitting size.

    Returns
    -------
    Axes
        The frame; the strips are its `child_axes`, in the order of the documents.

    Raises
    ------
    InputError
        If a column is missing or there is no row.

    Notes
    -----
    Every document is as wide as every other; its tokens are told beside its title. The shade runs
    from 0 to the highest share of the table, the same in every strip.
    """
    needed = ["doc_id", "title", "place", "start", "end", "theme", "share"]
    require(table, needed, by="draw_heat_strip")
    documents, themes = in_order(table["doc_id"]), in_order(table["theme"])
    with house_style() if ax is None else nullcontext():
        widths = [text_width(name_label(theme), points=_SMALL) for theme in themes]
        margins = _MARGINS._replace(left=min(max(widths), _WIDEST) + 0.08)
        frame = _new(len(documents), len(themes), margins) if ax is None else ax
        panels = panel_grid(frame, len(documents), 1, margins)
        shade = shade_of(table["share"])
        for number, (doc_id, panel) in enumerate(zip(documents, panels, strict=True)):
            rows = table.loc[table["doc_id"].astype(str) == doc_id]
            _draw_strip(panel, rows, themes, shade)
            _name_rows(panel, themes, margins.left - 0.06)
            _title(panel, rows, margins.left)
            _place_axis(panel, labelled=number == len(documents) - 1)
        _draw_foot(frame, margins.left, shade, has_gaps=bool(table["share"].isna().any()))
    return frame


def _new(n_documents: int, n_themes: int, margins: Margins) -> Axes:
    height = n_documents * (n_themes * _ROW + margins.down) - margins.down
    height += margins.top + margins.bottom
    return new_frame(height, edge=0.04)


def _draw_strip(panel: Axes, rows: pd.DataFrame, themes: list[str], shade: Normalize) -> None:
    length = float(rows["end"].max())
    edge = _edge(rows, inches(panel)[0])
    for number, theme in enumerate(themes):
        own = rows.loc[rows["theme"].astype(str) == theme]
        begin, stop, place, share = (
            own[name].to_numpy(dtype=float) for name in ("start", "end", "place", "share")
        )
        if length > 0:
            begin, stop = begin / length, stop / length
        else:  # no passage has a token: all alike
            begin, stop = (place - 1) / place.max(), place / place.max()
        colours = [_SHADES(shade(s)) if np.isfinite(s) else "white" for s in share]
        panel.broken_barh(
            list(zip(begin, stop - begin, strict=True)), (number - 0.5, 1.0),
            facecolors=colours, edgecolors="white" if edge else colours, linewidth=edge or 0.1,
        )  # fmt: skip
    panel.hlines(np.arange(1, len(themes)) - 0.5, 0, 1, color="white", linewidth=1.2)
    panel.set_xlim(0, 1)
    panel.set_ylim(len(themes) - 0.5, -0.5)


def _edge(rows: pd.DataFrame, width: float) -> float:
    """Points of white between two cells: none where cells are too narrow to lose any."""
    n_cells = max(rows["place"].nunique(), 1)
    return 0.6 if width / n_cells > 0.12 else 0.0


def _name_rows(panel: Axes, themes: list[str], room: float) -> None:
    labels = [fitted(name_label(theme), points=_SMALL, width=room) for theme in themes]
    panel.set_yticks(range(len(themes)), labels, fontsize=_SMALL, color=INK, parse_math=False)
    panel.tick_params(axis="y", length=0, pad=4)


def _title(panel: Axes, rows: pd.DataFrame, left: float) -> None:
    """Title (or id) of the document over its strip, its size at the right."""
    width, height = inches(panel)
    level = 1 + 0.07 / height
    n_tokens, n_passages = int(rows["end"].max()), rows["place"].nunique()
    told = f"{n_tokens:,} tokens, {n_passages:,} passage{'' if n_passages == 1 else 's'}"
    title = safe_label(rows["title"].iloc[0], 200) or safe_label(rows["doc_id"].iloc[0], 200)
    room = width + left - text_width(told, points=NOTE) - 0.12
    panel.text(
        -left / width, level, fitted(title, points=TEXT, width=room, bold=True),
        transform=panel.transAxes, fontsize=TEXT, fontweight="bold", color=INK, parse_math=False,
    )  # fmt: skip
    panel.text(
        1, level, told, transform=panel.transAxes, fontsize=NOTE, color=MUTED,
        horizontalalignment="right", parse_math=False,
    )  # fmt: skip


def _place_axis(panel: Axes, *, labelled: bool) -> None:
    labels = [f"{tick:.0%}" if labelled else "" for tick in _TICKS]
    panel.set_xticks(_TICKS, labels)
    panel.tick_params(axis="x", labelsize=NOTE, color=MUTED, labelcolor=MUTED, pad=1.5)
    hide_sides(panel)


def _draw_foot(frame: Axes, left: float, shade: Normalize, *, has_gaps: bool) -> None:
    """What the axis is, and below it what the shades are."""
    width, height = inches(frame)
    frame.text(
        left / width, 0.33 / height, fitted(_AXIS, points=TEXT, width=width - left),
        transform=frame.transAxes, fontsize=TEXT, color=INK, parse_math=False,
    )  # fmt: skip
    place, step = left, 0.16
    for number in range(_KEY):
        frame.add_patch(Rectangle(
            (place / width, 0.06 / height), step / width, 0.13 / height,
            facecolor=_SHADES(number / (_KEY - 1)), edgecolor=MUTED, linewidth=0.3,
            transform=frame.transAxes, clip_on=False,
        ))  # fmt: skip
        place += step
    highest = f"{float(shade.vmax or 1.0) * 100:.2g}%"
    told = f"share of the passage, 0 to {highest}" + (", white: none known" if has_gaps else "")
    frame.text(
        (place + 0.08) / width, 0.09 / height,
        fitted(told, points=NOTE, width=width - place - 0.1),
        transform=frame.transAxes, fontsize=NOTE, color=MUTED, parse_math=False,
    )  # fmt: skip
