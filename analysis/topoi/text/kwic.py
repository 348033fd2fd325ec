"""In which words around it a keyword stands: concordances."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from topoi.checks import at_least
from topoi.corpus.corpus import Corpus
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError
from topoi.html_table import html_table
from topoi.printable import printable
from topoi.text.find import ScannedTexts, instances, pattern_of
from topoi.text.patterns import Patterns, seed_patterns
from topoi.themes.theme import Theme, Themes

__all__ = ["Concordance", "kwic"]

_LONGEST_WORD = 40  # characters of a word of the context; longer ones are cut
_SHOWN = 20  # rows
_SIDE = 50  # characters on either side, as text


@dataclass(frozen=True, eq=False)
class Concordance:
    """Each instance of a keyword with the words around it; shows itself aligned.

    table : DataFrame
        passage_id (passages only), doc_id (str), date (datetime64), source, left, keyword, right
        (str, on one line each), start (int64, first character of the keyword in the row's text);
        in the order of the rows, then of their text
    """

    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return "\n".join([f"<{self._headline()}>", *self._lines()])

    def _repr_html_(self) -> str:
        head = self.table.head(_SHOWN)
        key = id_column(head)
        shown = head[[key, "date", "left", "keyword", "right"]].assign(
            date=head["date"].dt.strftime("%Y-%m-%d")
        )
        shown["keyword"] = [
            f"<strong>{escape(printable(word))}</strong>" for word in head["keyword"]
        ]
        headline = f"{self._headline()}; the first {len(head)}"
        # The words before stand at the right, so that keywords stand below each other.
        return html_table(headline, shown, markup=["keyword"], numbers=["left"])

    def _headline(self) -> str:
        return f"{len(self)} instances in {self.table['doc_id'].nunique()} documents"

    def _lines(self) -> Iterator[str]:
        head = self.table.head(_SHOWN)
        keywords = [printable(word) for word in head["keyword"]]
        width = max(map(_width, keywords), default=0)
        sides = zip(head["left"], keywords, head["right"], strict=True)
        for before, keyword, after in sides:
            left, right = _last(printable(before)), _first(printable(after))
            yield f"{_pad(left, _SIDE)}{left} [{keyword}]{_pad(keyword, width)} {right}".rstrip()
        if len(self) > _SHOWN:
            yield f"and {len(self) - _SHOWN} more"


def kwic(
    corpus: Corpus, pattern: str | Iterable[str] | Theme | Themes, *, window: int = 8
) -> Concordance:
    """Each instance of a word or phrase with the words before and after it.

    Parameters
    ----------
    corpus : Corpus of documents or passages
    pattern : str, iterable of str, Theme or Themes
        A word or phrase as a seed is written, or several: "root cause*". Capitals do not matter.
        What it matches is what `vectorise` counts and a query finds. Of several patterns the
        leftmost instance counts, of those the longest. Of a theme or a pack, its seeds; those
        inside counter-words are left out.
    window : int >= 0, words on either side, as white space separates them

    Returns
    -------
    Concordance
        Its `table` has a row for each instance.

    Raises
    ------
    InputError
        If there is no pattern, one is not usable, or the window is out of range.

    Notes
    -----
    Linear in the length of the text and the number of instances times the window.

    Examples
    --------
    >>> import pandas as pd
    >>> text = "We address the root causes of migration."
    >>> kwic(Corpus(pd.DataFrame({"doc_id": ["a"], "text": [text]})), "root cause*", window=2)
    <1 instances in 1 documents>
                                           address the [root causes] of migration.
    """
    at_least("window", window, 0, whole=True)
    patterns = _patterns(pattern)
    texts = corpus.texts
    rows: list[int] = []
    found: list[tuple[str, str, str, int]] = []
    for row in np.flatnonzero(ScannedTexts(texts).count(patterns)).tolist():
        for instance in instances(texts[row], patterns):
            rows.append(row)
            found.append(_context(texts[row], instance.start, instance.end, window))
    return Concordance(_table(corpus, rows, found))


def _patterns(pattern: str | Iterable[str] | Theme | Themes) -> Patterns:
    if isinstance(pattern, Theme | Themes):
        return seed_patterns([pattern] if isinstance(pattern, Theme) else pattern)
    given = [pattern] if isinstance(pattern, str) else list(pattern)
    if not given:
        raise InputError("There is no pattern to look for; give at least one.")
    return Patterns(map(pattern_of, given))


def _table(corpus: Corpus, rows: list[int], found: list[tuple[str, str, str, int]]) -> pd.DataFrame:
    names = ["passage_id"] * corpus.is_segmented + ["doc_id", "date", "source"]
    table = corpus.table[names].iloc[rows].reset_index(drop=True)
    columns = list(zip(*found, strict=True)) or [()] * 4
    for name, values in zip(("left", "keyword", "right"), columns, strict=False):
        table[name] = pd.Series(list(values), index=table.index, dtype="str")
    table["start"] = pd.Series(list(columns[3]), index=table.index, dtype="int64")
    return table


def _context(text: str, start: int, end: int, window: int) -> tuple[str, str, str, int]:
    """The words before, the keyword, the words after, and where the keyword begins."""
    reach = window * (_LONGEST_WORD + 1)
    before = text[max(0, start - reach) : start].split()
    after = text[end : end + reach].split()
    left = " ".join(before[len(before) - window :]) if len(before) > window else " ".join(before)
    return left, " ".join(text[start:end].split()), " ".join(after[:window]), start


def _width(text: str) -> int:
    """How many columns a text takes where letters have one width."""
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def _pad(text: str, width: int) -> str:
    return " " * (width - _width(text))


def _last(text: str) -> str:
    """The end of a text, as much as a side holds."""
    cut = text[-_SIDE:]
    while _width(cut) > _SIDE:
        cut = cut[1:]
    return cut


def _first(text: str) -> str:
    cut = text[:_SIDE]
    while _width(cut) > _SIDE:
        cut = cut[:-1]
    return cut
