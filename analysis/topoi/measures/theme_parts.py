"""Which part of each row's words is in topics about each theme, and how sure is that?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.measures.theme_marks import ThemeMarks
from topoi.measures.theme_seeds import SeedTokens
from topoi.models.draws import theta_draws
from topoi.models.fixed_topics import checked_counts
from topoi.models.fold_in import share_topics

__all__ = ["StartTopics", "ThemeParts", "context_parts", "row_topics", "theme_parts"]

_ROWS = 100_000  # whose topics are held at a time
_DRAWN_ROWS = 20_000  # and draws
_SWEEPS = 30


@dataclass(frozen=True, eq=False)
class StartTopics:
    """Topics of one start: topic_term (K, V), rows sum to 1; document_prior (K,), > 0."""

    topic_term: NDArray[np.float64]
    document_prior: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ThemeParts:
    """What the topics of D rows say of T themes, the mean over starts; all of shape (D, T).

    Parameters
    ----------
    hits : weighted seeds of each theme, each as far as it means it in the row (`SeedTokens`)
    parts : parts of the row's words in topics about each theme
    variance : of the parts, within starts and between them
    contexts : probability that a word of the row's topics is of the context of the theme
    """

    hits: NDArray[np.float64]
    parts: NDArray[np.float64]
    variance: NDArray[np.float64]
    contexts: NDArray[np.float64]


def row_topics(start: StartTopics, counts: csr_array, n_threads: int) -> NDArray[np.float64]:
    """The part of each row's words in each topic of a start, shape (D, K); rows sum to 1."""
    return share_topics(
        csr_array(checked_counts(counts), dtype=np.float32),
        start.topic_term, start.document_prior, most_sweeps=_SWEEPS, n_threads=n_threads,
    )  # fmt: skip


def theme_parts(
    starts: Sequence[StartTopics],
    counts: csr_array,
    marks: ThemeMarks,
    *,
    n_draws: int,
    n_threads: int,
) -> ThemeParts:
    """What starts say of each row.

    Parameters
    ----------
    starts : StartTopics, one or several, over which the mean is taken
    counts : sparse array, shape (D, V), tokens
    marks : ThemeMarks of the V terms
    n_draws : int, draws of each row's topics in each start; with 0 their chance is left out
    n_threads : int >= 1, does not change the result

    Notes
    -----
    The variance within starts (of draws) and that between them add up. The topics and draws of some
    rows are held at a time; those of a row do not depend on the others.
    """
    parts = [
        _parts_of(starts, counts[first : first + _ROWS], marks, n_draws, n_threads)
        for first in range(0, max(counts.shape[0], 1), _ROWS)
    ]
    columns = zip(*((p.hits, p.parts, p.variance, p.contexts) for p in parts), strict=True)
    return ThemeParts(*map(np.concatenate, columns))


def _parts_of(
    starts: Sequence[StartTopics],
    counts: csr_array,
    marks: ThemeMarks,
    n_draws: int,
    n_threads: int,
) -> ThemeParts:
    tokens = SeedTokens(counts, marks.seeds)
    means = []
    within, contexts = np.zeros((2, counts.shape[0], marks.seeds.shape[1]))
    meant = np.zeros(tokens.weights.shape)
    for start in starts:
        of_topics = marks.about(start.topic_term)
        topics = row_topics(start, counts, n_threads)
        # einsum, not @: its sums have one order whatever BLAS is installed.
        means.append(np.einsum("dk,kt->dt", topics, of_topics))
        meant += tokens.meant(topics, start.topic_term, of_topics) / len(starts)
        contexts += context_parts(topics, start.topic_term, marks.context) / len(starts)
        if n_draws > 1:
            within += _drawn_variance(counts, start, of_topics, n_draws, n_threads)
    between = np.var(means, axis=0, ddof=1) if len(means) > 1 else 0.0
    variance = within / len(means) + between
    return ThemeParts(tokens.hits(meant), np.mean(means, axis=0), variance, contexts)


def context_parts(
    topics: NDArray[Any], topic_term: NDArray[np.float64], context: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The probability that a word of each row's topics is of the context of each theme, (D, T)."""
    of_topics = np.einsum("kv,vt->kt", topic_term, context)
    return np.asarray(np.einsum("dk,kt->dt", topics, of_topics))


def _drawn_variance(
    counts: csr_array,
    start: StartTopics,
    of_topics: NDArray[np.float64],
    n_draws: int,
    n_threads: int,
) -> NDArray[np.float64]:
    found = np.empty((counts.shape[0], of_topics.shape[1]))
    for first in range(0, counts.shape[0], _DRAWN_ROWS):
        rows = slice(first, first + _DRAWN_ROWS)
        draws = theta_draws(
            counts[rows], start.topic_term, start.document_prior,
            n_draws=n_draws, seed=0, n_threads=n_threads,
        )  # fmt: skip
        found[rows] = np.var(np.einsum("sdk,kt->sdt", draws, of_topics), axis=0, ddof=1)
    return found
