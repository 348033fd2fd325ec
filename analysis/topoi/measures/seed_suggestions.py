"""Which terms a pack may lack: those that go with a theme's seeds and with no other theme's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.measures.seed_candidates import Candidates, Scores, judge_apart, scored
from topoi.measures.seed_rows import SeedRows
from topoi.printable import printable
from topoi.text.find import instances
from topoi.text.matrix import DocTermMatrix
from topoi.text.patterns import Patterns, is_word
from topoi.themes.theme import Themes

__all__ = ["suggest_seeds"]

_LEAST_SCORE = 1.96
_SIDE = 32  # characters on either side of a term in its context
_REACH = 4 * _SIDE  # characters looked at for these; white space is made one blank
_KINDS = {
    **{"theme": "str", "rank": "int64", "term": "str", "passages": "int64", "documents": "int64"},
    **{"with_theme": "int64", "share": "float64", "log_odds": "float64", "z": "float64"},
    **{"log_odds_others": "float64", "z_others": "float64", "min_hits": "int64"},
    **{"left_out": "str"},
    **{"example_1": "str", "example_2": "str", "context": "str"},
}


def suggest_seeds(
    matrix: DocTermMatrix,
    themes: Themes,
    n: int = 20,
    *,
    passages: Corpus | None = None,
    min_documents: int = 3,
    min_hits: int | None = None,
) -> pd.DataFrame:
    """Terms that an analyst may want to add to each theme; the themes stay as they are.

    Parameters
    ----------
    matrix : DocTermMatrix counted with these themes
    themes : Themes
    n : int >= 1, the most terms a theme
    passages : Corpus of the rows of the matrix, for the words around each term
    min_documents : int >= 1, fewest documents that hold the term in a passage of the theme
    min_hits : int >= 1, seed tokens that a passage of a theme holds at least; None is 2 for a
        theme with 100 such passages and more, else 1. One seed in a long passage says little.

    Returns
    -------
    DataFrame
        theme (str), rank (int64, from 1), term (str); passages, documents (int64, that hold it),
        with_theme (int64, of its passages those of the theme), share (float64, with_theme /
        passages); log_odds, z (float64, passages of the theme beside those without any seed);
        log_odds_others, z_others (float64, passages of this theme alone beside those of other
        themes without its seeds; nan where there are none); min_hits (int64, that made a passage
        one of the theme); left_out (str, seeds inside the term);
        example_1, example_2 (str, ids of passages of different documents, with the most seeds of
        the theme, the shortest of these; may be empty), context (str, the words around it in the
        first; empty without `passages`). In the order of themes, then by the smaller of z and
        z_others, falling, ties by term.
        Terms with that number below 1.96 are none, so that there may be fewer than n, and so are
        instances of any seed or counter-word.

    Raises
    ------
    InputError
        If n, min_documents or min_hits is below 1, the matrix has no row, or `passages` are other
        rows.

    Notes
    -----
    A term counts once a passage. A seed that a phrase holds inside ("asylum" in "asylum claims")
    does not count as marking when that phrase is judged (leave one out).

    References
    ----------
    Monroe, Colaresi & Quinn (2008), see `topoi.measures.log_odds`. Keywords found from marked and
    unmarked documents for the analyst to judge: King, Lam & Roberts (2017), Computer-assisted
    keyword and document set discovery from unstructured text.

    See Also
    --------
    audit_themes : what the seeds that are there find.
    """
    at_least("n", n, 1, whole=True)
    at_least("min_documents", min_documents, 1, whole=True)
    if min_hits is not None:
        at_least("min_hits", min_hits, 1, whole=True)
    if passages is not None and passages.ids != matrix.ids:
        raise InputError("The passages are other rows than those of the matrix; give its own.")
    candidates = Candidates(SeedRows(matrix, themes), min_hits)
    found = [
        row
        for place in range(len(themes))
        for row in _of_theme(candidates, place, n, min_documents, passages)
    ]
    return pd.DataFrame(found, columns=list(_KINDS)).astype(_KINDS)


def _of_theme(
    candidates: Candidates, place: int, n: int, min_documents: int, passages: Corpus | None
) -> Iterator[dict[str, object]]:
    hits = candidates.marked[place]
    scores = scored(candidates, place, hits, np.arange(candidates.present.shape[1]))
    left_out = judge_apart(candidates, place, scores)
    of_theme = hits >= candidates.least_hits[place]
    rank = 0
    for column in _ranked(candidates, scores):
        held = candidates.rows_with(column)
        marked = held[of_theme[held]]
        if len(np.unique(candidates.rows.documents[marked])) < min_documents:
            continue
        rank += 1
        yield {
            "theme": candidates.rows.themes.names[place],
            "rank": rank,
            **_numbers(candidates, column, scores),
            "min_hits": candidates.least_hits[place],
            "left_out": left_out.get(column, ""),
            **_shown(candidates, place, column, marked, passages),
        }
        if rank == n:
            return


def _ranked(candidates: Candidates, scores: Scores) -> list[int]:
    """Columns of the terms that may be seeds, the most typical first."""
    usable = candidates.allowed & (scores.least >= _LEAST_SCORE)
    terms = candidates.rows.matrix.vocabulary.terms
    return sorted(np.flatnonzero(usable).tolist(), key=lambda c: (-scores.least[c], terms[c]))


def _numbers(candidates: Candidates, column: int, scores: Scores) -> dict[str, object]:
    held = candidates.rows_with(column)
    return {
        "term": candidates.rows.matrix.vocabulary.terms[column],
        "passages": len(held),
        "documents": len(np.unique(candidates.rows.documents[held])),
        "with_theme": scores.with_theme[column],
        "share": scores.with_theme[column] / len(held),
        "log_odds": scores.log_odds[column],
        "z": scores.z[column],
        "log_odds_others": scores.log_odds_others[column],
        "z_others": scores.z_others[column],
    }


def _shown(
    candidates: Candidates,
    place: int,
    column: int,
    marked: NDArray[np.int64],
    passages: Corpus | None,
) -> dict[str, object]:
    """Examples of the term in passages of the theme."""
    examples = _examples(candidates, place, marked)
    return {
        "example_1": candidates.ids[examples[0]],
        "example_2": candidates.ids[examples[1]] if len(examples) > 1 else "",
        "context": _context(passages, examples[0], candidates.rows.matrix.vocabulary.terms[column]),
    }


def _examples(candidates: Candidates, place: int, held: NDArray[np.int64]) -> list[int]:
    """The row with the most of the theme, the shortest of these, and the next of another text."""
    rows, ids = candidates.rows, candidates.ids
    tokens = candidates.marked[place]
    ranked = sorted(held.tolist(), key=lambda row: (-tokens[row], rows.n_tokens[row], ids[row]))
    first = ranked[0]
    second = next((r for r in ranked if rows.documents[r] != rows.documents[first]), None)
    return [first] if second is None else [first, second]


def _context(passages: Corpus | None, row: int, term: str) -> str:
    """The first place of the term in a row, with the text around it."""
    if passages is None or not all(map(is_word, term.split(" "))):
        return ""
    text = passages.texts[row]
    found = next(iter(instances(text, Patterns([term]))), None)
    if found is None:  # a word that is counted in another form
        return ""
    left, right = text[: found.start][-_REACH:], text[found.end :][:_REACH]
    keyword = printable(text[found.start : found.end])
    return f"{_last_words(printable(left))} [{keyword}] {_first_words(printable(right))}".strip()


def _last_words(text: str) -> str:
    return text if len(text) <= _SIDE else text[-_SIDE:].partition(" ")[2]


def _first_words(text: str) -> str:
    return text if len(text) <= _SIDE else text[:_SIDE].rpartition(" ")[0]
