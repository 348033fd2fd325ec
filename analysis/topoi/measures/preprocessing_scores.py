"""Which combinations of choices move texts that other combinations leave in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import t

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.measures.choices import AS_GIVEN, OTHER_CHOICES, check_settings, counted, every_nth
from topoi.text.settings import repeatable

__all__ = ["preprocessing_effects", "preprocessing_scores"]

_MOST_CHOICES = 8  # 256 combinations
_SINGULAR = 1e-9  # part of a choice's sum of squares that the others leave, if it is one of its own


def preprocessing_scores(
    passages: Corpus,
    *,
    choices: Mapping[str, Mapping[str, Any]] | None = None,
    base: Mapping[str, Any] | None = None,
    most_rows: int = 150,
    most_pairs: int = 50,
) -> pd.DataFrame:
    """How unusual the distances between texts are under each combination of choices (preText).

    For each combination the pairs of rows are ranked by how far their distance is from that as
    given. The score asks where the pairs at its top stand in the rankings of the other
    combinations. A high score is a warning: this combination moves texts that others leave.

    Parameters
    ----------
    passages : Corpus
        Of more than `most_rows` rows every n-th is taken.
    choices : mapping from name to settings of `vectorise`, optional; at most eight
        Each may be made or not, in all combinations; None is OTHER_CHOICES. Where two set the
        same, the later one counts.
    base : mapping of settings of `vectorise`, optional
    most_rows : int >= 3
    most_pairs : int >= 1, pairs at the top of a ranking

    Returns
    -------
    DataFrame
        A row for each combination but that as given, by score, the highest first; a column (bool)
        for each choice, terms (int64), and score (float64 in [0, 1], mean difference of ranks as
        a share of the number of pairs).

    Raises
    ------
    InputError
        If there are no or more than eight choices, fewer than three rows, or a combination leaves
        no term.

    Notes
    -----
    Cosine distance; rows without terms are at distance 1 from all others. Differences of ranks
    are divided by the number of pairs, so that a score can be compared between corpora.

    References
    ----------
    Denny & Spirling (2018), Text preprocessing for unsupervised learning: why it matters, when it
    misleads, and what to do about it, Political Analysis 26, section 4.
    """
    others = OTHER_CHOICES if choices is None else choices
    named = {name: repeatable(settings) for name, settings in others.items()}
    usual = repeatable(base or {})
    check_settings([usual, *named.values()])
    if not 1 <= len(named) <= _MOST_CHOICES:
        raise InputError(f"Give one to {_MOST_CHOICES} choices; got {len(named)}.")
    rows = every_nth(passages, most_rows)
    if len(rows) < 3:
        raise InputError(f"Distances need at least three rows of text; there are {len(rows)}.")
    combinations = list(product([False, True], repeat=len(named)))
    matrices = [
        counted(rows, _combined(usual, named, made), _name(named, made)) for made in combinations
    ]
    scores = _scores(np.array([_distances(matrix.counts) for matrix in matrices]), most_pairs)
    table = pd.DataFrame(combinations[1:], columns=list(named))
    table["terms"] = np.array([len(matrix.vocabulary) for matrix in matrices[1:]], dtype=np.int64)
    table["score"] = scores
    return table.sort_values("score", ascending=False, kind="stable", ignore_index=True)


def preprocessing_effects(scores: pd.DataFrame) -> pd.DataFrame:
    """What each choice adds to the score of a combination, by least squares.

    Parameters
    ----------
    scores : DataFrame from `preprocessing_scores`, of at least three choices

    Returns
    -------
    DataFrame
        A row for each choice, in order. Columns choice (str), effect (float64), lower, upper
        (float64, 95 % interval of the linear model). A choice whose interval lies above 0 makes
        results unusual: see `preprocessing_sensitivity` for which.

    Raises
    ------
    InputError
        If the table is not one of scores or has too few rows, or not all choices vary by
        themselves in them.

    References
    ----------
    Denny & Spirling (2018), section 5.2.
    """
    if not {"terms", "score"} <= set(scores.columns):
        raise InputError("The table has no columns terms and score; give preprocessing_scores().")
    names = [name for name in scores.columns if name not in ("terms", "score")]
    n_free = len(scores) - len(names) - 1
    if n_free < 1:
        raise InputError(
            f"{len(scores)} combinations are too few for the effects of {len(names)} choices; "
            "give scores of three choices and more."
        )
    made = scores[names].to_numpy(dtype=np.float64)
    design = np.column_stack([np.ones(len(scores)), made])
    target = scores["score"].to_numpy()
    # einsum and own elimination: their sums have one order whatever BLAS is installed.
    inverse = _inverse(np.einsum("sp,sq->pq", design, design))
    if not np.isfinite(inverse).all():
        raise InputError(
            "In these combinations some choices cannot be told apart, or are always or never made: "
            "their effects are not known. Give all rows of preprocessing_scores()."
        )
    effects = np.einsum("pq,sq,s->p", inverse, design, target)
    left = target - np.einsum("sp,p->s", design, effects)
    variance = np.einsum("s,s->", left, left) / n_free * np.diagonal(inverse)
    half = t.ppf(0.975, n_free) * np.sqrt(variance)
    return pd.DataFrame(
        {
            "choice": pd.Series(names, dtype="str"),
            "effect": effects[1:],
            "lower": (effects - half)[1:],
            "upper": (effects + half)[1:],
        }
    )


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of a positive definite matrix (P, P), by Gauss and Jordan; NaN where there is none."""
    size = len(matrix)
    found = np.hstack([matrix, np.eye(size)])
    for place in range(size):
        pivot = found[place, place]
        if pivot <= _SINGULAR * matrix[place, place]:
            return np.full_like(matrix, np.nan)
        found[place] /= pivot
        others = np.arange(size) != place
        found[others] -= found[others, place, np.newaxis] * found[place]
    return found[:, size:]


def _combined(
    base: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]], made: Sequence[bool]
) -> dict[str, Any]:
    settings = dict(base)
    for choice, is_made in zip(named.values(), made, strict=True):
        settings.update(choice if is_made else {})
    return settings


def _name(named: Mapping[str, object], made: Sequence[bool]) -> str:
    chosen = [name for name, is_made in zip(named, made, strict=True) if is_made]
    return ", ".join(chosen) or AS_GIVEN


def _distances(counts: csr_array) -> NDArray[np.float64]:
    """Cosine distance of each pair of rows, shape (D (D - 1) / 2,)."""
    values = counts.astype(np.float64)
    products = (values @ values.T).toarray()
    lengths = np.sqrt(np.diag(products))
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = products / np.outer(lengths, lengths)
    cosine = np.nan_to_num(cosine, nan=0.0, posinf=0.0)
    distances: NDArray[np.float64] = 1 - cosine[np.triu_indices(len(lengths), k=1)]
    return np.round(distances, 12)  # ties stay ties whatever the order of the sums


def _scores(distances: NDArray[np.float64], most_pairs: int) -> NDArray[np.float64]:
    """The score of each combination but the first, from the distances of all, shape (S, P)."""
    n_pairs = distances.shape[1]
    n_top = min(most_pairs, n_pairs)
    order = np.argsort(-np.abs(distances[1:] - distances[0]), axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(n_pairs)[None, :], axis=1)
    scores = np.zeros(len(order))
    for number, pairs in enumerate(order[:, :n_top]):
        moved = np.abs(np.delete(ranks, number, axis=0)[:, pairs] - np.arange(n_top))
        scores[number] = moved.mean() / n_pairs if moved.size else 0.0
    return scores
