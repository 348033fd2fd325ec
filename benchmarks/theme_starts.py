"""What are the topics of each start of `fit_themes`, without fitting them twice?

A start is kept in runs/ by its counts, its numbers and the source of the models, so that ways to
measure themes by it may change while the topics stay.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from corpora import CACHE
from numpy.typing import NDArray
from theme_own import wide
from theme_tasks import Scores, Task, pack

import topoi
from topoi.measures.theme_curve import USUAL_CURVE, ThemeCurve
from topoi.measures.theme_fit import ThemeFit, usual_starts, usual_topics
from topoi.measures.theme_parts import StartTopics
from topoi.provenance import counts_hash

STARTS = 8  # of a block in tables of trials


def usual_starts_of(matrix: topoi.DocTermMatrix, first: int = 0) -> tuple[StartTopics, ...]:
    """Those of `fit_themes` with its usual settings and an even `random_state=first`."""
    numbers = range(first, first + usual_starts(len(matrix.units)))
    return tuple(usual_start(matrix, number) for number in numbers)


def usual_start(matrix: topoi.DocTermMatrix, number: int) -> StartTopics:
    """A coarse one or a fine one in turn."""
    sizes = usual_topics(len(matrix.units))
    return start_of(matrix, sizes[number % len(sizes)], number)


def start_of(matrix: topoi.DocTermMatrix, n_topics: int, seed: int) -> StartTopics:
    """So many topics of one start; one that was fitted before is read."""
    key = f"{counts_hash(matrix)} {models_source()} {n_topics} {seed}"
    path = CACHE / "themes" / f"topics-{hashlib.sha256(key.encode()).hexdigest()[:16]}.npz"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        model = topoi.LDA(n_topics, init="clusters", draw_passes=0, random_state=seed)
        fit = topoi.fit_topics(matrix, model)
        np.savez(path, topic_term=fit.topic_term, document_prior=fit.document_prior)
    with np.load(path) as kept:
        return StartTopics(kept["topic_term"], kept["document_prior"])


def usual_fit(
    matrix: topoi.DocTermMatrix, *, first: int = 0, curve: ThemeCurve = USUAL_CURVE
) -> ThemeFit:
    """What `fit_themes` gives with its usual settings, but for the shares of the rows."""
    starts = usual_starts_of(matrix, first)
    return ThemeFit(pd.DataFrame(), pack(), matrix.vocabulary, starts, curve, {})


def usual_shares(matrix: topoi.DocTermMatrix, *, first: int = 0) -> Scores:
    """The shares of `fit_themes`, (R, 3)."""
    return wide(topoi.share_themes(usual_fit(matrix, first=first), matrix, n_draws=0))


def scored_rows(on: Task) -> NDArray[np.int64]:
    """The rows that scores of the coded units hang on: all where text is standardised over them."""
    if on.is_text.any():
        return np.arange(len(on.unit_of))
    return np.flatnonzero(np.isin(on.unit_of, on.coded))


def only(matrix: topoi.DocTermMatrix, rows: NDArray[np.int64]) -> topoi.DocTermMatrix:
    """The matrix of these rows alone."""
    units = matrix.units.iloc[rows].reset_index(drop=True)
    return topoi.DocTermMatrix(matrix.counts[rows], matrix.vocabulary, units)


def laid_out(found: Scores, rows: NDArray[np.int64], n_rows: int) -> Scores:
    """Values of these rows among all, 0 elsewhere."""
    whole = np.zeros((n_rows, found.shape[1]))
    whole[rows] = found
    return whole


@cache
def models_source() -> str:
    """Eight letters that change with the source of the models."""
    digest = hashlib.sha256()
    for name in ("kernels", "models"):
        for path in sorted((Path(topoi.__file__).parent / name).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
