"""A table of results as a reader wants it: shares as bars, themes in their colours."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from topoi.checks import at_least
from topoi.errors import InputError, listed
from topoi.html_parts import bar, chip
from topoi.html_table import html_table, shortened
from topoi.palette import hues
from topoi.printable import printable

__all__ = ["ShownTable", "show", "shown_html"]

_NAMES = ("name", "theme", "topic")  # columns shown as chips
# What the bars stand for, and between which bounds: the first of these that a table has.
_MEASURED = (
    *(("estimate", "lower", "upper"), ("share", "lower", "upper")),
    *(
        ("probability", "probability_lower", "probability_upper"),
        ("probability", "", ""),
        ("share", "", ""),
    ),
)
_SHARES = frozenset(
    {
        *("estimate", "share", "share_baseline", "probability", "coded", "before", "after"),
        *("change", "share_1", "coverage", "token_share"),
    }
)
_OF_SHARES = ("lowest", "highest")  # are shares where the table has shares, else other numbers
_CHANCES = ("p_value", "p_bh", "p_joint", "p_max")
# Told above the table where they are the same in all rows.
_SETTINGS = (
    *("level", "uncertainty", "weighting", "family", "errors", "method", "alpha"),
    *("groups", "unit", "n_permutations", "seed"),
)
_TEXT_SHOWN = 60  # characters of a cell in a terminal
_BLOCKS = 24


@dataclass(frozen=True, eq=False)
class ShownTable:
    """A table that shows itself in a notebook and in a terminal; made by `show`.

    table : DataFrame, as it was given
    most : int, rows that are shown
    """

    table: pd.DataFrame
    most: int

    def __repr__(self) -> str:
        flat = _flat(self.table)
        columns = list(_columns(flat, hidden=_same(flat), most=self.most))
        texts = [[column.title, *column.plain] for column in columns]
        widths = [max(map(len, cells)) for cells in texts]
        rows = [
            "  ".join(
                cell.rjust(width) if column.is_number else cell.ljust(width)
                for cell, width, column in zip(row, widths, columns, strict=True)
            ).rstrip()
            for row in zip(*texts, strict=True)
        ]
        return "\n".join([f"<{self._headline()}>", *rows])

    def _repr_html_(self) -> str:
        flat = _flat(self.table)
        return _html(self._headline(), _columns(flat, hidden=_same(flat), most=self.most))

    def _headline(self) -> str:
        n = len(self.table)
        rows = (
            f"{n} row{'s' * (n != 1)}" if n <= self.most else f"the first {self.most} of {n} rows"
        )
        return "; ".join([rows, *_told(_flat(self.table))])


def show(table: pd.DataFrame, *, most: int = 60) -> ShownTable:
    """A table of results with its shares as bars, intervals as lines and themes as chips.

    Parameters
    ----------
    table : DataFrame
        From `prevalence`, `contrasts`, `corrected_prevalence`, `typical_passages` or any other
        function; it stays as it is. A column `estimate`, `share` or `probability` becomes a bar,
        with its bounds as a line on it; shares are shown in per cent. What is the same in all
        rows, such as the level of the intervals, is told above. Texts are shown in full.
    most : int >= 1, rows that are shown

    Returns
    -------
    ShownTable
        Shows itself in a notebook, on a light or dark page, and as text in a terminal; its
        `table` is the one given.

    Raises
    ------
    InputError
        If `table` is no DataFrame, two of its columns have one name, or `most` is below 1.

    Examples
    --------
    >>> show(pd.DataFrame({"theme": ["walls", "visas"], "share": [0.25, 0.5]}))
    <2 rows>
    theme  share  0 to 50.0%
    walls  25.0%  ████████████
    visas  50.0%  ████████████████████████
    """
    if not isinstance(table, pd.DataFrame):
        raise InputError(
            f"show takes a table (a pandas DataFrame); got {type(table).__name__}. Other objects "
            "of topoi show themselves: leave out show, or give a table of theirs."
        )
    at_least("most", most, 1, whole=True)
    titles = list(_flat(table).columns)
    twice = sorted({title for title in titles if titles.count(title) > 1})
    if twice:
        raise InputError(f"Several columns of the table are called {listed(twice)}; rename them.")
    return ShownTable(table, most)


def shown_html(headline: str, table: pd.DataFrame) -> str:
    """The headline and all of the table, with bars and chips as `show` has them, as HTML."""
    return _html(headline, _columns(_flat(table), hidden=[], most=None))


@dataclass(frozen=True)
class _Column:
    """What is shown of a column: its title, and a cell for each row, on a page and as text."""

    title: str
    cells: list[str]
    plain: list[str]
    is_number: bool = False
    is_markup: bool = False


def _html(headline: str, columns: Iterable[_Column]) -> str:
    shown = list(columns)
    cells = {column.title: pd.Series(column.cells, dtype="object") for column in shown}
    return html_table(
        headline,
        pd.DataFrame(cells),
        markup=[column.title for column in shown if column.is_markup],
        numbers=[column.title for column in shown if column.is_number],
    )


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its index as columns, if it is more than numbers, and names that are text."""
    index = table.index
    is_numbered = index.name is None and types.is_integer_dtype(index)
    flat = table.reset_index(drop=is_numbered, allow_duplicates=True)
    return flat.set_axis([printable(name) for name in flat.columns], axis=1)


def _told(table: pd.DataFrame) -> Iterator[str]:
    """The settings that are the same in all rows, in words."""
    for name in _same(table):
        value = table[name].iloc[0]
        is_level = name == "level" and isinstance(value, float)
        label = name.replace("_", " ")
        yield f"{100 * value:g} % intervals" if is_level else f"{label}: {printable(value)}"


def _same(table: pd.DataFrame) -> list[str]:
    known = [name for name in _SETTINGS if name in table.columns]
    # A seed that is a word marks a theme.
    known = [name for name in known if name != "seed" or types.is_integer_dtype(table[name])]
    return [name for name in known if table[name].nunique(dropna=False) == 1]


def _columns(
    table: pd.DataFrame, *, hidden: Collection[str], most: int | None
) -> Iterator[_Column]:
    measured, *bounds = _measured(table)
    is_any_small = "is_small" in table.columns and table["is_small"].any()
    left_out = {*hidden, *bounds, *([] if is_any_small else ["is_small"])}
    shares = _share_columns(table)
    rows = table if most is None else table.head(most)
    for name in table.columns:
        if name in left_out:
            continue
        if name in _NAMES:
            yield _chips(name, rows[name])
        else:
            is_signed = _is_signed(name, table)
            yield _column(name, rows[name], is_share=name in shares, is_signed=is_signed)
        if name == measured:
            yield from _bars(rows, measured, bounds, is_share=name in shares)


def _measured(table: pd.DataFrame) -> tuple[str, ...]:
    """The column that the bars stand for, and its bounds, if there are such; "" without one."""
    for measured, lower, upper in _MEASURED:
        needed = [name for name in (measured, lower, upper) if name]
        is_there = set(needed) <= set(table.columns)
        if is_there and all(types.is_float_dtype(table[name]) for name in needed):
            return tuple(needed)
    return ("",)


def _share_columns(table: pd.DataFrame) -> frozenset[str]:
    """The columns with shares; none where estimates are scores, or log odds of a logit."""
    is_logit = "term" in table.columns and "logit" in set(table.get("family", ()))
    if is_logit or "measure" in table.columns:
        return frozenset()
    return _SHARES.union(_OF_SHARES) if "share" in table.columns else _SHARES


def _is_signed(name: str, table: pd.DataFrame) -> bool:
    """Whether the numbers of a column are differences, which have a plus or minus."""
    is_difference = not {"baseline", "term", "statistic"}.isdisjoint(table.columns)
    return name == "change" or (name == "estimate" and is_difference)


def _chips(title: str, names: pd.Series[Any]) -> _Column:
    known = ["" if _is_missing(name) else str(name) for name in names]
    colours = hues(dict.fromkeys(known))
    cells = [chip(name, colours[name].colour) if name else "" for name in known]
    plain = [shortened(name, most=_TEXT_SHOWN) for name in known]
    return _Column(title, cells, plain, is_markup=True)


def _column(title: str, values: pd.Series[Any], *, is_share: bool, is_signed: bool) -> _Column:
    if types.is_bool_dtype(values):
        return _of_texts(title, ["yes" if value else "" for value in values.fillna(False)])
    if types.is_datetime64_any_dtype(values):
        return _of_texts(title, list(values.dt.strftime("%Y-%m-%d").fillna("")))
    if not types.is_float_dtype(values):
        texts = ["" if _is_missing(value) else str(value) for value in values]
        return _of_texts(title, texts, is_number=types.is_integer_dtype(values))
    style = ".1%" if is_share else ".3f" if title in _CHANCES else _digits(values)
    sign = "+" if is_signed else ""
    texts = ["" if _is_missing(value) else f"{value:{sign}{style}}" for value in values]
    if title in _CHANCES:
        texts = ["<0.001" if text == "0.000" else text for text in texts]
    return _of_texts(title, texts, is_number=True)


def _of_texts(title: str, texts: list[str], *, is_number: bool = False) -> _Column:
    plain = [shortened(text, most=_TEXT_SHOWN) for text in texts]
    return _Column(title, texts, plain, is_number=is_number)


def _bars(
    table: pd.DataFrame, measured: str, bounds: list[str], *, is_share: bool
) -> Iterator[_Column]:
    """The bounds in a column, and a bar for each row."""
    values = table[measured].to_numpy(dtype=np.float64)
    nothing = np.full(len(values), np.nan)
    lower, upper = [table[name].to_numpy(np.float64) for name in bounds] or [nothing, nothing]
    known = np.concatenate([values, lower, upper])
    known = known[np.isfinite(known)]
    least, most = float(known.min(initial=0.0)), float(known.max(initial=0.0))
    style = ".1%" if is_share else _digits(pd.Series(known))
    if bounds:
        intervals = [
            f"[{start:{style}}, {end:{style}}]" if np.isfinite([start, end]).all() else ""
            for start, end in zip(lower, upper, strict=True)
        ]
        yield _of_texts(_free("interval", table), intervals, is_number=True)
    cells = [
        bar(value, start, end, least=least, most=most, colour=colour)
        for value, start, end, colour in zip(values, lower, upper, _colours(table), strict=True)
    ]
    title = f"{least:{style}} to {most:{style}}" if least < 0 else f"0 to {most:{style}}"
    plain = [_blocks(value, least, most) for value in values]
    yield _Column(_free(title, table), cells, plain, is_markup=True)


def _free(title: str, table: pd.DataFrame) -> str:
    """The title, with a mark where a column of the table has it."""
    return title if title not in table.columns else _free(f"{title} (shown)", table)


def _colours(table: pd.DataFrame) -> list[str | None]:
    """The colour of each row, by the first of its columns that has names; None without one."""
    column = next((name for name in _NAMES if name in table.columns), None)
    if column is None:
        return [None] * len(table)
    names = ["" if _is_missing(name) else str(name) for name in table[column]]
    known = hues(dict.fromkeys(names))
    return [known[name].colour for name in names]


def _blocks(value: float, least: float, most: float) -> str:
    """A bar of letters; none where there is no number, or some are below zero."""
    if least < 0 or most <= 0 or not math.isfinite(value):
        return ""
    return "█" * round(_BLOCKS * value / most)


def _digits(values: pd.Series[float]) -> str:
    """A format for all numbers of a column, without the powers of ten that few readers take in."""
    sizes = values.abs()
    most = sizes[np.isfinite(sizes)].max()
    return ".0f" if most >= 100 else ".3f" if most < 0.1 else ".2f"


def _is_missing(value: Any) -> bool:
    return bool(types.is_scalar(value) and pd.isna(value))
