"""How is one theme's curve learnt from codes, and how far do codes of one document go together?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.measures.codes import CodedTheme
from topoi.measures.logistic_curve import curve_draws, likeliest_curve

__all__ = [
    "AT_ONCE",
    "CodedCurve",
    "coded_curve",
    "design_effect",
    "fold_numbers",
    "held_out_chances",
    "kish_weights",
]

Floats = NDArray[np.float64]

AT_ONCE = 20_000  # rows whose chances are taken for all draws in one table
_LEAST = 1e-3  # shares nearer to 0 or 1 have no finite or no sensible log odds
_DRAWS = 200


@dataclass(frozen=True, eq=False)
class CodedCurve:
    """What was learnt for one theme.

    centre, scale : mean and standard deviation of the log odds of the shares it was learnt with
    draws : float64, shape (S, 2), intercept and slope >= 0 of curves drawn from the posterior
    n_coded, n_present : passages with a code, and those with code 1
    f1_threshold : the probability from which on calling a passage the theme's gives the highest
        expected F1 in the whole table
    prevalence_threshold : the probability from which on there are as many passages as expected
    """

    centre: float
    scale: float
    draws: Floats
    n_coded: int
    n_present: int
    f1_threshold: float
    prevalence_threshold: float

    def chances(self, shares: Floats) -> Floats:
        """The chance of a code by each drawn curve, shape (R, S), of shares of shape (R,)."""
        scores = (_log_odds(shares) - self.centre) / self.scale
        return np.asarray(expit(self.draws[:, 0] + np.multiply.outer(scores, self.draws[:, 1])))

    def mean_chances(self, shares: Floats) -> Floats:
        """The posterior mean of the chance, shape (R,); some rows at a time."""
        parts = range(0, len(shares), AT_ONCE)
        return np.concatenate([self.chances(shares[p : p + AT_ONCE]).mean(axis=1) for p in parts])


def coded_curve(theme: CodedTheme) -> CodedCurve:
    """The posterior of one theme's curve."""
    scores, centre, scale = _standardised(theme.scores)
    likelihood = _likelihood_weights(theme, scores[theme.rows])
    draws = curve_draws(scores[theme.rows], theme.codes, likelihood, n_draws=_DRAWS)
    curve = CodedCurve(
        centre, scale, draws, len(theme.codes), int(theme.codes.sum()), np.nan, np.nan
    )
    chances = curve.mean_chances(theme.scores)
    best, equal = _thresholds(chances)
    return replace(curve, f1_threshold=best, prevalence_threshold=equal)


def held_out_chances(theme: CodedTheme, *, folds: int, random_state: int) -> tuple[Floats, Floats]:
    """Chances of the coded rows and of all rows, by curves that did not see a document's codes.

    Returns
    -------
    held_out : float64, shape (n,)
    by_fold : float64, shape (folds, R), by the curve without the fold
    fold of each coded row is `fold_numbers(theme.documents, ...)`
    """
    fold = fold_numbers(theme.documents, folds=folds, random_state=random_state)
    scores, _, _ = _standardised(theme.scores)
    of_coded = scores[theme.rows]
    weights = kish_weights(theme.weights)
    held_out, by_fold = np.zeros(len(theme.rows)), np.zeros((fold.max() + 1, len(scores)))
    for number in range(fold.max() + 1):
        seen = fold != number
        curve, _ = likeliest_curve(of_coded[seen], theme.codes[seen], weights[seen])
        by_fold[number] = expit(curve[0] + curve[1] * scores)
        held_out[~seen] = by_fold[number, theme.rows[~seen]]
    return held_out, by_fold


def fold_numbers(
    documents: NDArray[np.int64], *, folds: int, random_state: int
) -> NDArray[np.int64]:
    """Which fold each coded row is in, shape (n,); a document is never in two."""
    at_least("folds", folds, 2, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    names, place = np.unique(documents, return_inverse=True)
    if len(names) < 2:
        raise InputError("All codes of a theme are of one document, so none can be held out.")
    dealt = np.random.default_rng(random_state).permutation(len(names)) % min(folds, len(names))
    return np.asarray(dealt[place], dtype=np.int64)


def _standardised(shares: Floats) -> tuple[Floats, float, float]:
    """Log odds of shares in standard deviations from their mean; also that mean and deviation."""
    odds = _log_odds(shares)
    centre, scale = float(odds.mean()), float(odds.std())
    scale = scale if scale > 1e-9 else 1.0  # all shares alike
    return (odds - centre) / scale, centre, scale


def kish_weights(weights: Floats) -> Floats:
    """Weights in proportion that sum to Kish's effective number, (sum w)^2 / sum w^2."""
    return np.asarray(weights * (weights.sum() / (weights * weights).sum()))


def design_effect(residuals: Floats, weights: Floats, documents: NDArray[np.int64]) -> float:
    """How many times the variance of a sum grows as residuals of a document go together; >= 1."""
    parts = (residuals - np.average(residuals, weights=weights)) * weights
    alone = float((parts * parts).sum())
    together = float((np.bincount(documents, weights=parts) ** 2).sum())
    return max(together / alone, 1.0) if alone > 0 else 1.0


def _likelihood_weights(theme: CodedTheme, scores: Floats) -> Floats:
    weights = kish_weights(theme.weights)
    curve, _ = likeliest_curve(scores, theme.codes, weights)
    residuals = theme.codes - expit(curve[0] + curve[1] * scores)
    return weights / design_effect(residuals, weights, theme.documents)


def _log_odds(shares: Floats) -> Floats:
    return np.asarray(logit(np.clip(shares, _LEAST, 1.0 - _LEAST)))


def _thresholds(chances: Floats) -> tuple[float, float]:
    """For the highest expected F1 and for equal prevalence.

    Expected F1 is taken as the ratio of expectations, 2 sum of chances above / (number above +
    sum of all chances); Lipton, Elkan & Naryanaswamy (2014).
    """
    falling = np.sort(chances)[::-1]
    above = np.arange(1, len(falling) + 1)
    f1 = 2.0 * np.cumsum(falling) / (above + falling.sum())
    expected = min(max(round(float(falling.sum())), 1), len(falling))
    return float(falling[int(np.argmax(f1))]), float(falling[expected - 1])
