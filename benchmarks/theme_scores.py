"""How well scores agree with codes: area under the ROC curve, average precision, prevalence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.metrics import average_precision_score

DRAWS = 1000
SEED = 0

Scores = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Interval:
    """An estimate and the 95 % percentiles of its bootstrap draws."""

    value: float
    low: float
    high: float


def areas(codes: Codes, scores: Scores) -> NDArray[np.float64]:
    """ROC AUC of each theme, (T,): ties count half; nan where all rows have one code."""
    ranks = rankdata(scores, axis=0)
    n_with = codes.sum(axis=0)
    n_without = len(codes) - n_with
    above = (ranks * codes).sum(axis=0) - n_with * (n_with + 1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(above / (n_with * n_without))


def macro(codes: Codes, scores: Scores) -> float:
    """Mean area over themes; nan where a theme has one code alone."""
    return float(areas(codes, scores).mean())


def precision(codes: Codes, scores: Scores) -> float:
    """Mean average precision over themes."""
    columns = zip(codes.T, scores.T, strict=True)
    return float(np.mean([average_precision_score(code, score) for code, score in columns]))


def prevalence_errors(codes: Codes, shares: Scores) -> NDArray[np.float64]:
    """Mean share less coded share of each theme, (T,)."""
    return np.asarray(shares.mean(axis=0) - codes.mean(axis=0))


def draws(clusters: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Positions of the coded units in each bootstrap sample of their documents."""
    rng = np.random.default_rng(SEED)
    names = np.unique(clusters)
    members = {name: np.flatnonzero(clusters == name) for name in names}
    samples = rng.choice(names, size=(DRAWS, len(names)))
    return [np.concatenate([members[name] for name in sample]) for sample in samples]


def macro_by_draw(
    codes: Codes, scores: Scores, samples: list[NDArray[np.int64]]
) -> NDArray[np.float64]:
    """Macro area in each sample, (draws,)."""
    return np.array([macro(codes[rows], scores[rows]) for rows in samples])


def interval(value: float, by_draw: NDArray[np.float64]) -> Interval:
    """A value with the middle 95 % of its draws; draws where a theme has one code are left out."""
    low, high = np.nanquantile(by_draw, [0.025, 0.975])
    return Interval(value, float(low), float(high))
