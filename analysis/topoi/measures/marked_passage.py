"""Which words of a passage speak for each theme, shown in its text."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.measures.theme_evidence import seed_weights
from topoi.measures.theme_explanation import PRIOR, explain_share, one_row
from topoi.measures.theme_fit import ThemeFit, share_themes
from topoi.printable import printable
from topoi.text.matrix import DocTermMatrix
from topoi.text.term_places import term_places

__all__ = ["MarkedPassage", "explain_passage"]

_LIFT = 1.5  # a word is marked where alone it speaks so much more for the theme than no word
_LEVELS = (0.1, 0.25, 0.5)  # parts of the strongest word from which a mark is light, middle, dark
_LEAST_STRONGEST = 8.0  # evidence times counted tokens; where all words are weak no mark is dark
_SHORT = 40  # tokens; shorter passages are taken for as long
_SHOWN_TERMS = 6
_BRACKETS = ("[{}]".format, "[[{}]]".format)
_ALL_LEFT = 0.995  # of the evidence: so much is shown as 100 %
_WIDTH = 96  # characters of a line in a terminal

# One colour, so that marks differ in strength alone, and translucent, so that letters keep the
# colour of the page, be it light or dark. Seeds are underlined as well.
_MARK = "background:rgba(230,140,0,{});border-radius:2px;padding:0 1px"
_SHADES = ("0.14", "0.28", "0.46")
_SEED = ";border-bottom:2px solid currentColor"
_TEXT = "white-space:pre-wrap;overflow-wrap:anywhere;max-width:48em;line-height:1.6;margin:0 0 1em"

_Mark = dict[Hashable, Any]  # a row of marks


@dataclass(frozen=True, eq=False)
class MarkedPassage:
    """A passage with its shares, and the words that made them marked in its text.

    row_id : str
    text : str
    labels : dict from theme to label, in order
    shares : DataFrame
        theme (str), share, lower, upper (float64), one row for each theme
    terms : DataFrame, what each term adds: see `explain_share`
    marks : DataFrame
        theme (str), start, end (int64, characters of the text), term (str), is_seed (bool),
        evidence (float64, of this instance), level (int64: 1 light, 2 middle, 3 dark); in the
        order of themes and text
    not_found : dict from term to how many of its tokens have no place in the text
    """

    row_id: str
    text: str
    labels: dict[str, str]
    shares: pd.DataFrame
    terms: pd.DataFrame
    marks: pd.DataFrame
    not_found: dict[str, int]

    def __repr__(self) -> str:
        parts = [f"<Passage {printable(self.row_id)}: [[seed]], [word of a topic of the theme]>"]
        for theme in self.labels:
            parts += [f"{self._share(theme)}: {self._sum(theme)}", f"  {self._strongest(theme)}"]
            parts += [_wrapped(line) for line in self._plain(theme).split("\n") if line.strip()]
        return "\n".join([*parts, *self._note()])

    def _repr_html_(self) -> str:
        parts = [f"<p>{escape(printable(self.row_id))}</p>", *map(self._html_of, self.labels)]
        return "".join([*parts, *(f"<p>{escape(line)}</p>" for line in self._note())])

    def _share(self, theme: str) -> str:
        row = self.shares.loc[self.shares["theme"] == theme].iloc[0]
        interval = f"{row['lower']:.0%} to {row['upper']:.0%}"
        return f"{printable(self.labels[theme])} {row['share']:.0%} ({interval})"

    def _sum(self, theme: str) -> str:
        """The evidence, and what it is the sum of."""
        of_theme = self.terms.loc[self.terms["theme"] == theme]
        words, prior = (of_theme.loc[of_theme["n"] > 0], of_theme.loc[of_theme["n"] == 0])
        of_marked = words["term"].isin(self._marked(theme))
        return (
            f"evidence {of_theme['evidence'].sum():.2f} = {words['of_seeds'].sum():.2f} of seeds + "
            f"{words.loc[of_marked, 'of_topics'].sum():.2f} of the topics of marked words + "
            f"{words.loc[~of_marked, 'of_topics'].sum():.2f} of other words + "
            f"{prior['evidence'].sum():.2f} before reading; 1 is as likely as not"
            f"{self._context(of_theme)}"
        )

    def _context(self, of_theme: pd.DataFrame) -> str:
        """What the context left of the evidence, where it took something that can be seen."""
        left = float(of_theme["context"].iloc[0])
        if left >= _ALL_LEFT:
            return ""
        words = of_theme.loc[of_theme["is_context"], "term"].sort_values()
        named = ", ".join(printable(term) for term in words.iloc[:_SHOWN_TERMS])
        return f"; all of it {left:.0%} of what it would be in its context ({named or 'no word'})"

    def _strongest(self, theme: str) -> str:
        of_theme = self.terms.loc[self.terms["theme"] == theme]
        marked = of_theme["term"].isin(self._marked(theme)) & (of_theme["n"] > 0)
        chosen = of_theme.loc[marked if marked.any() else of_theme["n"] > 0]
        named = zip(chosen["term"], chosen["n"], chosen["evidence"], strict=True)
        shown = [
            f"{printable(term)}{f' ×{n}' if n > 1 else ''} {added:.2f}"
            for term, n, added in list(named)[:_SHOWN_TERMS]
        ]
        told = ", ".join(shown)
        return told if marked.any() else f"no word alone speaks for it; the most adds {told or '–'}"

    def _marked(self, theme: str) -> set[str]:
        return set(self.marks.loc[self.marks["theme"] == theme, "term"])

    def _plain(self, theme: str) -> str:
        """The text with marked words in brackets; empty where none is marked."""
        return "".join(
            _shown(piece) if mark is None else _BRACKETS[bool(mark["is_seed"])](_shown(piece))
            for piece, mark in self._pieces(theme)
        )

    def _html_of(self, theme: str) -> str:
        lines = f"{escape(self._sum(theme))}<br>{escape(self._strongest(theme))}"
        pieces = "".join(_html_piece(piece, mark) for piece, mark in self._pieces(theme))
        return (
            f'<p style="margin:0"><strong>{escape(self._share(theme))}</strong></p>'
            f'<p style="margin:0 0 0.4em;font-size:90%">{lines}</p>'
            + (f'<p style="{_TEXT}">{pieces}</p>' if pieces else "")
        )

    def _pieces(self, theme: str) -> Iterator[tuple[str, _Mark | None]]:
        """The text in pieces, each with its mark if it has one; none where nothing is marked."""
        marks = self.marks.loc[self.marks["theme"] == theme].to_dict("records")
        place = 0
        for mark in marks:
            yield self.text[place : mark["start"]], None
            yield self.text[mark["start"] : mark["end"]], mark
            place = mark["end"]
        if marks:
            yield self.text[place:], None

    def _note(self) -> list[str]:
        if not self.not_found:
            return []
        named = ", ".join(f"{printable(term)} ×{n}" for term, n in self.not_found.items())
        return [f"Counted, but not found in this text: {named}"]


def explain_passage(
    fit: ThemeFit, matrix: DocTermMatrix, passages: Corpus, row_id: str
) -> MarkedPassage:
    """A passage with the words marked that made its share of each theme.

    Parameters
    ----------
    fit : ThemeFit
    matrix : DocTermMatrix of the fit's terms: that of the fit, or one of new rows
    passages : Corpus that was counted, with the texts
    row_id : str, the passage_id (doc_id for documents)

    Returns
    -------
    MarkedPassage
        Readable in a notebook, on a light or dark page, and in a terminal. For each theme the
        share with its interval, the sum that it comes of, and the text. A word is marked where it
        is a seed (underlined; [[double brackets]] in a terminal), or where alone it speaks half
        as much again for the theme as no word does (see `alone` in `explain_share`), the darker
        the more it adds beside the strongest word for the theme. Words that add little, less than
        a tenth of the strongest or less than 0.8 evidence in as many words as the passage has,
        are not marked. Words that were folded or joined are marked as they are
        written. The text is left out for a theme without marked words.

    Raises
    ------
    InputError
        If there is no such row in the matrix or the corpus, or the matrix counts other terms.
    """
    terms = explain_share(fit, matrix, row_id)
    if row_id not in passages.ids:
        raise InputError(f"The corpus has no row {row_id!r}; give the one that was counted.")
    text = passages.texts[passages.ids.index(row_id)]
    found = _instances(fit, matrix, text, terms)
    counts = found["term"].value_counts()
    words = terms.loc[terms["n"] > 0].drop_duplicates("term").sort_values("term")
    named = zip(words["term"], words["n"], strict=True)
    lacking = {term: int(n - counts.get(term, 0)) for term, n in named}
    return MarkedPassage(
        row_id=row_id,
        text=text,
        labels=fit.themes.labels,
        shares=_shares(fit, matrix, row_id),
        terms=terms,
        marks=_marks(terms, found, fit.themes.names),
        not_found={term: n for term, n in lacking.items() if n > 0},
    )


def _shares(fit: ThemeFit, matrix: DocTermMatrix, row_id: str) -> pd.DataFrame:
    settings = fit.provenance.get("settings", {})
    how = {name: settings[name] for name in ("n_draws", "level") if name in settings}
    shares = share_themes(fit, one_row(matrix, row_id), **how)
    return shares[["theme", "share", "lower", "upper"]]


def _instances(
    fit: ThemeFit, matrix: DocTermMatrix, text: str, terms: pd.DataFrame
) -> pd.DataFrame:
    """Where the row's terms stand: start, end, term."""
    counted = list(dict.fromkeys(terms.loc[terms["n"] > 0, "term"]))
    weights = seed_weights(fit.themes, fit.vocabulary.terms).sum(axis=1)
    seeds = {term for term in counted if weights[fit.vocabulary.index[term]] > 0}
    forms = dict(zip(matrix.folded["word"], matrix.folded["form"], strict=True))
    found = term_places(text, counted, forms=forms, is_seed=seeds)
    return pd.DataFrame(found, columns=["start", "end", "term"]).astype(
        {"start": "int64", "end": "int64", "term": "str"}
    )


def _marks(terms: pd.DataFrame, found: pd.DataFrame, themes: list[str]) -> pd.DataFrame:
    words = terms.loc[terms["n"] > 0].assign(evidence=lambda t: t["evidence"] / t["n"])
    nothing = terms.loc[terms["term"].eq(PRIOR) & terms["n"].eq(0)].set_index("theme")["alone"]
    speaks = words["is_seed"] | (
        words["alone"] >= _LIFT * words["theme"].map(nothing).astype("float64")
    )
    strongest = words.groupby("theme")["evidence"].transform("max")
    n_tokens = max(int(words.drop_duplicates("term")["n"].sum()), _SHORT)
    strongest = strongest.clip(lower=_LEAST_STRONGEST / n_tokens)
    words["level"] = np.searchsorted(_LEVELS, words["evidence"] / strongest, side="right")
    chosen = words.loc[speaks & (words["level"] > 0)]
    marks = found.merge(chosen, on="term")
    order = marks["theme"].map({name: place for place, name in enumerate(themes)})
    marks = marks.assign(order=order).sort_values(["order", "start"], ignore_index=True)
    return marks[["theme", "start", "end", "term", "is_seed", "evidence", "level"]]


def _html_piece(piece: str, mark: _Mark | None) -> str:
    if mark is None:
        return escape(_shown(piece))
    style = _MARK.format(_SHADES[mark["level"] - 1]) + _SEED * mark["is_seed"]
    title = escape(f"{printable(mark['term'])} {mark['evidence']:.2f}")
    return f'<span style="{style}" title="{title}">{escape(_shown(piece))}</span>'


def _wrapped(line: str) -> str:
    return fill(
        line, _WIDTH, initial_indent="  ", subsequent_indent="  ",
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip


def _shown(piece: str) -> str:
    """The piece without what could break its surroundings; line breaks and spaces at ends stay."""
    return "\n".join(printable(f"|{line}|")[1:-1] for line in piece.split("\n"))
