"""How well do scores rank coded rows, in every one of thousands of bootstrap samples?

scikit-learn's functions take milliseconds a call, which thousands of samples cannot afford; these
two give the same numbers (tests/test_score_report.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["average_precision", "roc_auc"]

Floats = NDArray[np.float64]


def roc_auc(scores: Floats, codes: Floats, weights: Floats) -> float:
    """The chance that a row coded 1 has a higher score than one coded 0; ties count half.

    Parameters
    ----------
    scores : float64, shape (n,)
    codes : float64, shape (n,), 0 or 1
    weights : float64 >= 0, shape (n,), how much each row counts; not all 0

    Returns
    -------
    float in [0, 1]; NaN where all rows with weight are coded alike
    """
    ones, zeros = _by_score(scores, weights * codes), _by_score(scores, weights * (1.0 - codes))
    pairs = float(ones.sum() * zeros.sum())
    lower = zeros.sum() - np.cumsum(zeros)
    return float((ones * (lower + 0.5 * zeros)).sum()) / pairs if pairs > 0 else float("nan")


def average_precision(scores: Floats, codes: Floats, weights: Floats) -> float:
    """The mean precision at the scores of the rows coded 1; parameters as `roc_auc`.

    Like scikit-learn's, without interpolation. NaN where no row with weight is coded 1.
    """
    ones, every = _by_score(scores, weights * codes), _by_score(scores, weights)
    reached = np.cumsum(every)
    precision = np.cumsum(ones) / np.where(reached > 0, reached, 1.0)
    return float((ones * precision).sum() / ones.sum()) if ones.sum() > 0 else float("nan")


def _by_score(scores: Floats, weights: Floats) -> Floats:
    """Weights summed over equal scores, the highest score first, shape (distinct scores,)."""
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    starts = np.flatnonzero(np.r_[True, falling[1:] != falling[:-1]])
    return np.asarray(np.add.reduceat(weights[order], starts))
