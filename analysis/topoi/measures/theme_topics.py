"""Which topics stand behind each theme?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.measures.new_documents import check_terms
from topoi.measures.theme_fit import ThemeFit
from topoi.measures.theme_marks import marks_of
from topoi.measures.theme_parts import StartTopics, row_topics
from topoi.text.matrix import DocTermMatrix
from topoi.workers import worker_count

__all__ = ["theme_topics"]


def theme_topics(
    fit: ThemeFit, matrix: DocTermMatrix, *, n_terms: int = 8, n_jobs: int | None = None
) -> pd.DataFrame:
    """How far each topic of each start is about each theme, and what it is made of.

    Parameters
    ----------
    fit : ThemeFit
    matrix : DocTermMatrix of the fit's terms, whose words are shared among the topics
    n_terms : int >= 1, terms and seeds that are named of a topic
    n_jobs : int or None, threads; None is 1, -1 all cores; does not change the result

    Returns
    -------
    DataFrame
        theme (str), start, topic (int64, from 1), part (float64, in [0, 1]: how far the topic is
        about the theme), belongs (bool: whether it is about this theme more than about any other
        and about none), share (float64: part of the matrix's words in the topic; a start's topics
        sum to 1), of_theme (float64: part of all that the theme has of this start that comes of
        the topic; sum to 1), terms, seeds (str, separated by ", ": the likeliest terms of the
        topic, and its likeliest seeds of the theme), context (float64: the probability that a word
        of the topic is of the theme's context; nan where it has none). In the order of themes and
        starts, then by falling `of_theme`, ties by topic.

    Raises
    ------
    InputError
        If the matrix counts other terms, or n_terms is out of range.
    """
    at_least("n_terms", n_terms, 1, whole=True)
    check_terms(fit.vocabulary.terms, matrix.vocabulary.terms)
    marks = marks_of(fit.themes, fit.vocabulary)
    context = marks.context.copy()
    context[:, [not theme.context for theme in fit.themes]] = np.nan
    names = np.array(fit.vocabulary.terms, dtype=object)
    frames = []
    for number, start in enumerate(fit.starts, start=1):
        shares = _corpus_shares(start, matrix, worker_count(n_jobs))
        parts = marks.about(start.topic_term)
        contexts = np.einsum("kv,vt->kt", start.topic_term, context)
        terms = _named(start.topic_term, names, n_terms)
        for place, theme in enumerate(fit.themes.names):
            of_seeds = _named(start.topic_term * marks.seeds[:, place], names, n_terms)
            table = _table(parts, place, shares, terms, of_seeds)
            of_context = contexts[table["topic"].to_numpy() - 1, place]
            frames.append(table.assign(theme=theme, start=number, context=of_context))
    table = pd.concat(frames, ignore_index=True)
    order = {name: place for place, name in enumerate(fit.themes.names)}
    table = table.iloc[np.lexsort((table["start"], table["theme"].map(order)))]
    first = ["theme", "start", "topic"]
    kinds = {"theme": "str", "start": "int64", "topic": "int64", "terms": "str", "seeds": "str"}
    rest = [name for name in table.columns if name not in first]
    return table[[*first, *rest]].astype(kinds).reset_index(drop=True)


def _corpus_shares(
    start: StartTopics, matrix: DocTermMatrix, n_threads: int
) -> NDArray[np.float64]:
    """Part of the matrix's words in each topic, shape (K,)."""
    n_tokens = np.asarray(matrix.counts.sum(axis=1), dtype=np.float64).ravel()
    topics = row_topics(start, matrix.counts, n_threads)
    weights = n_tokens / n_tokens.sum() if n_tokens.any() else np.full_like(n_tokens, np.nan)
    return np.asarray(np.einsum("d,dk->k", weights, topics))


def _named(weights: NDArray[np.float64], names: NDArray[np.object_], n: int) -> list[str]:
    """The n terms of the largest weights above 0 of each row, ties in column order."""
    ranked = np.argsort(-weights, axis=1, kind="stable")[:, :n]
    return [
        ", ".join(names[[column for column in columns if row[column] > 0]])
        for row, columns in zip(weights, ranked.tolist(), strict=True)
    ]


def _table(
    parts: NDArray[np.float64],
    place: int,
    shares: NDArray[np.float64],
    terms: list[str],
    seeds: list[str],
) -> pd.DataFrame:
    none = 1.0 - parts.sum(axis=1)
    best = np.argmax(np.column_stack([none, parts]), axis=1) == place + 1
    evidence = parts[:, place] * shares
    table = pd.DataFrame(
        {
            "topic": np.arange(1, len(parts) + 1),
            "part": parts[:, place],
            "belongs": best,
            "share": shares,
            "of_theme": evidence / evidence.sum(),
            "terms": terms,
            "seeds": seeds,
        }
    )
    return table.sort_values("of_theme", ascending=False, kind="stable")
