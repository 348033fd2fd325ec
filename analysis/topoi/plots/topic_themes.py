"""Which topic of each model speaks of which theme: a matrix of affinities."""

from __future__ import annotations

from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from numpy.typing import NDArray

from topoi.palette import INK
from topoi.plots._axes import hide_sides
from topoi.plots._blocks import in_columns
from topoi.plots._panels import draw_note
from topoi.plots._shares import shade_of
from topoi.plots._style import NOTE, PAGE, TEXT, house_style, inches, new_axes
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label, safe_label, text_width

__all__ = ["draw_topic_themes"]

_ROW = 0.16  # inches a topic
_CELL = 0.56  # inches a theme
_WIDEST = 1.25  # inches the name of a topic may take
_LINE = 0.125  # inches a line of a theme's name
_FOOT = 0.2
_ACROSS = 0.3
_GAP = 0.12  # inches between a block and the next below it
_PALE, _DARK = "#f2f4f7", "#1f3d63"
_DARK_FROM = 0.65  # where white letters have more contrast than dark ones
_NOTE = "share of each theme in the text of the topic, per cent"


def draw_topic_themes(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the affinity of topics and themes: for each model a block, a row for each topic.

    Parameters
    ----------
    table : DataFrame
        Columns model, topic, theme (str), affinity (float 0..1; NaN is left blank), one row for
        each model, topic and theme; models, topics and themes in the order of the rows.
    ax : Axes, optional
        The blocks become inset axes of it. Without one, a new figure of a fitting size.

    Returns
    -------
    Axes
        The frame; the blocks are its `child_axes`, in the order of the models.

    Raises
    ------
    InputError
        If a column is missing or there is no row.

    Notes
    -----
    Blocks follow each other down, then across. The number in a cell is the affinity in per cent;
    the shade runs from 0 to the highest affinity of the table, the same in every block.
    """
    require(table, ["model", "topic", "theme", "affinity"], by="draw_topic_themes")
    models, themes = in_order(table["model"]), in_order(table["theme"])
    with house_style() if ax is None else nullcontext():
        frame = ax if ax is not None else _frame(table)
        layout = _layout(table, inches(frame)[0])
        frame.set_axis_off()
        for model, box in zip(models, _boxes(layout, inches(frame)), strict=True):
            panel = frame.inset_axes(box)
            of_model = table.loc[table["model"].astype(str) == model]
            _draw_block(panel, of_model, themes, shade_of(table["affinity"]))
            _name_block(panel, model, of_model, themes, layout)
        draw_note(frame, _NOTE, below=-0.03)
    return frame


class _Layout(NamedTuple):
    """Blocks in columns; inches: left of the cells, a cell's width, over the cells, a column."""

    columns: list[list[int]]
    n_topics: list[int]
    n_themes: int
    left: float
    cell: float
    head: float

    @property
    def rows(self) -> list[int]:
        """Rows of cells in each column."""
        return [sum(self.n_topics[block] for block in column) for column in self.columns]

    @property
    def fixed(self) -> list[float]:
        """Inches of each column that are not cells."""
        return [len(column) * (self.head + _GAP) - _GAP for column in self.columns]


def _layout(table: pd.DataFrame, width: float) -> _Layout:
    themes = in_order(table["theme"])
    sizes = table.groupby("model", sort=False)["topic"].nunique()
    n_topics = [int(sizes[model]) for model in dict.fromkeys(table["model"])]
    left = _left(table)
    n_columns = _n_columns(len(n_topics), len(themes), left)
    cell = max((width + _ACROSS) / n_columns - left - _ACROSS, 0.1) / len(themes)
    head = _head(themes, cell)
    heights = [count * _ROW + head + _GAP for count in n_topics]
    return _Layout(in_columns(heights, n_columns), n_topics, len(themes), left, cell, head)


def _n_columns(n_models: int, n_themes: int, left: float) -> int:
    """As many columns of blocks as the page holds, and models fill."""
    fit = int((PAGE - 0.1 + _ACROSS) / (left + n_themes * _CELL + _ACROSS))
    return min(max(fit, 1), n_models)


def _boxes(layout: _Layout, size: tuple[float, float]) -> list[tuple[float, float, float, float]]:
    """The cells of each block: left, bottom, width, height as parts of the frame."""
    width, height = size
    free = [height - _FOOT - fixed for fixed in layout.fixed]
    row = max(min(f / n for f, n in zip(free, layout.rows, strict=True)), 0.01)
    boxes = []
    for place, column in enumerate(layout.columns):
        left = place * (width + _ACROSS) / len(layout.columns) + layout.left
        top = height
        for block in column:
            top -= layout.head
            tall = row * layout.n_topics[block]
            wide = layout.cell * layout.n_themes
            boxes.append((left / width, (top - tall) / height, wide / width, tall / height))
            top -= tall + _GAP
    return boxes


def _left(table: pd.DataFrame) -> float:
    """Inches for the names of topics and, in bold, of models."""
    topics = (text_width(name_label(name), points=7.2) for name in in_order(table["topic"]))
    models = (
        text_width(safe_label(name), points=TEXT, bold=True) for name in in_order(table["model"])
    )
    return min(max(*topics, *models) + 0.1, _WIDEST)


def _frame(table: pd.DataFrame) -> Axes:
    n_models, n_themes = (len(in_order(table[name])) for name in ("model", "theme"))
    left = _left(table)
    n_columns = _n_columns(n_models, n_themes, left)
    block = left + _ACROSS + n_themes * _CELL
    width = min(max(n_columns * block - _ACROSS, text_width(_NOTE, points=NOTE)), PAGE - 0.1)
    layout = _layout(table, width)
    tallest = max(n * _ROW + f for n, f in zip(layout.rows, layout.fixed, strict=True))
    size = (width + 0.1, tallest + _FOOT + 0.08)
    return new_axes(size, left=0.05, right=0.05, top=0.04, bottom=0.04)


def _head(themes: list[str], cell: float) -> float:
    """Inches over the cells for the names of themes, on as many lines as the longest needs."""
    lines = max(_in_lines(theme, cell).count("\n") + 1 for theme in themes)
    return 0.06 + lines * _LINE


def _draw_block(panel: Axes, rows: pd.DataFrame, themes: list[str], shade: Normalize) -> None:
    topics = in_order(rows["topic"])
    matrix = _matrix(rows, topics, themes)
    panel.pcolormesh(
        np.arange(len(themes) + 1) - 0.5,
        np.arange(len(topics) + 1) - 0.5,
        np.ma.masked_invalid(matrix),
        cmap=LinearSegmentedColormap.from_list("topoi", [_PALE, _DARK]),
        norm=shade,
        edgecolors="white",
        linewidth=1.0,
    )
    for (row, column), value in np.ndenumerate(matrix):
        _write_cell(panel, row, column, value, is_dark=bool(shade(value) > _DARK_FROM))
    panel.set_xlim(-0.5, len(themes) - 0.5)
    panel.set_ylim(len(topics) - 0.5, -0.5)
    hide_sides(panel)


def _write_cell(panel: Axes, row: int, column: int, value: float, *, is_dark: bool) -> None:
    panel.text(
        column,
        row,
        f"{value * 100:.0f}" if np.isfinite(value) else "–",
        fontsize=7.2,
        color="white" if is_dark else INK,
        horizontalalignment="center",
        verticalalignment="center_baseline",
        parse_math=False,
    )


def _name_block(
    panel: Axes, model: str, rows: pd.DataFrame, themes: list[str], layout: _Layout
) -> None:
    """Write the model, its topics at the left and the themes over the cells."""
    left = layout.left
    topics = [fitted(name_label(t), points=7.2, width=left - 0.06) for t in in_order(rows["topic"])]
    panel.set_yticks(range(len(topics)), topics, fontsize=7.2, color=INK, parse_math=False)
    panel.tick_params(axis="y", length=0, pad=3)
    columns = [_in_lines(theme, layout.cell) for theme in themes]
    panel.set_xticks(range(len(themes)), columns, fontsize=7.2, color=INK, parse_math=False)
    panel.tick_params(axis="x", length=0, pad=2, top=True, labeltop=True, labelbottom=False)
    width, height = inches(panel)
    panel.text(
        -(left - 0.01) / width,
        1 + 0.05 / height,
        fitted(safe_label(model), points=TEXT, width=left - 0.04, bold=True),
        transform=panel.transAxes,
        fontsize=TEXT,
        fontweight="bold",
        color=INK,
        parse_math=False,
    )


def _in_lines(theme: str, cell: float) -> str:
    """The theme's label on one line if it fits, else broken at the space nearest its middle."""
    label, room = name_label(theme), max(cell - 0.03, 0.1)
    if text_width(label, points=7.2) <= room:
        return label
    spaces = [place for place, letter in enumerate(label) if letter == " "]
    middle = min(spaces, key=lambda place: abs(place - len(label) / 2), default=len(label))
    lines = (label[:middle], label[middle + 1 :])
    return "\n".join(fitted(line, points=7.2, width=room) for line in lines if line)


def _matrix(rows: pd.DataFrame, topics: list[str], themes: list[str]) -> NDArray[np.float64]:
    """Affinities, topics x themes; nan where the table has no row."""
    matrix = np.full((len(topics), len(themes)), np.nan)
    places = {name: place for place, name in enumerate(topics)}
    columns = {name: place for place, name in enumerate(themes)}
    for topic, theme, affinity in zip(rows["topic"], rows["theme"], rows["affinity"], strict=True):
        matrix[places[str(topic)], columns[str(theme)]] = float(affinity)
    return matrix
