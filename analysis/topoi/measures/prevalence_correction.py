"""How does a count of codes gain from the chances that a curve gives to all rows?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from topoi.measures.coded_curve import (
    AT_ONCE,
    CodedCurve,
    coded_curve,
    design_effect,
    fold_numbers,
    held_out_chances,
    kish_weights,
)
from topoi.measures.codes import CodedTheme
from topoi.measures.wilson import wilson_limits

__all__ = ["Evidence", "difference", "evidence_of", "predicted"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_FOLDS = 10
_FROM_CURVE = 5.0  # codes that the curve's word on the variance counts as


@dataclass(frozen=True, eq=False)
class Evidence:
    """A theme, with what its codes teach.

    sizes : (R,), what each row counts
    position : (R,), place among the coded rows, -1 where there is no code
    fold, by_fold : (n,), (folds, R), chances without the codes of a fold; no fold, no rows where
        all codes are of one document
    power : float in [0, 1], weight of the model
    effect : float >= 1, design effect of documents
    """

    theme: CodedTheme
    sizes: Floats
    position: NDArray[np.int64]
    curve: CodedCurve
    chances: Floats
    fold: NDArray[np.int64]
    by_fold: Floats
    power: float
    effect: float


def evidence_of(theme: CodedTheme, sizes: Floats, random_state: int) -> Evidence:
    """The curve of a theme, its held-out chances, and how much weight they deserve."""
    curve = coded_curve(theme)
    chances = curve.mean_chances(theme.scores)
    position = np.full(len(sizes), -1, dtype=np.int64)
    position[theme.rows] = np.arange(len(theme.rows))
    residuals = theme.codes - chances[theme.rows]
    effect = design_effect(residuals, theme.weights, theme.documents)
    fold, by_fold, power = np.zeros(0, dtype=np.int64), np.zeros((0, len(sizes))), 0.0
    if len(np.unique(theme.documents)) > 1:
        fold = fold_numbers(theme.documents, folds=_FOLDS, random_state=random_state)
        _, by_fold = held_out_chances(theme, folds=_FOLDS, random_state=random_state)
        everywhere = np.ones(len(sizes), dtype=bool)
        lift = _lift(by_fold, fold, theme.rows, sizes, everywhere)
        power = _power(lift, theme.codes, theme.weights * sizes[theme.rows])
    return Evidence(theme, sizes, position, curve, chances, fold, by_fold, power, effect)


def _lift(
    by_fold: Floats, fold: NDArray[np.int64], rows: NDArray[np.int64], sizes: Floats, in_cell: Flags
) -> Floats:
    """How far the held-out chance of each coded row is over the mean of the cell, shape (n,)."""
    means = np.einsum("fr,r->f", by_fold[:, in_cell], sizes[in_cell]) / sizes[in_cell].sum()
    return np.asarray(by_fold[fold, rows] - means[fold])


def _power(lift: Floats, codes: Floats, weights: Floats) -> float:
    """The slope of codes on lifts, kept within 0 and 1: the tuning of PPI++."""
    centred = lift - np.average(lift, weights=weights)
    spread = float((weights * centred * centred).sum())
    slope = float((weights * centred * codes).sum()) / spread if spread > 0 else 0.0
    return min(max(slope, 0.0), 1.0)


def difference(
    evidence: Evidence, in_cell: Flags, *, is_powered: bool, level: float
) -> tuple[float, float, float]:
    """Estimate and interval from the codes of a cell, with the lift of the model or without.

    The cell, a flag for each of the R rows, has codes of at least two documents.
    """
    theme = evidence.theme
    here = in_cell[theme.rows]
    weights = theme.weights[here] * evidence.sizes[theme.rows[here]]
    values = theme.codes[here]
    if is_powered:
        fold, rows = evidence.fold[here], theme.rows[here]
        lift = _lift(evidence.by_fold, fold, rows, evidence.sizes, in_cell)
        values = values - evidence.power * lift
    estimate = float(np.average(values, weights=weights))
    uncoded = 1.0 - np.minimum(1.0 / theme.weights[here], 1.0)
    errors = weights / weights.sum() * (values - estimate) * np.sqrt(uncoded)
    totals = np.bincount(theme.documents[here], weights=errors)
    freedom = len(np.unique(theme.documents[here])) - 1.0
    observed = float((totals * totals).sum()) * (freedom + 1.0) / freedom
    expected = _expected_variance(evidence, in_cell, weights, estimate, is_powered)
    # With few codes of the rarer kind the observed variance says little, with none nothing.
    rarer = min(theme.codes[here].sum(), (1.0 - theme.codes[here]).sum(), freedom)
    variance = rarer * observed + _FROM_CURVE * expected * float(uncoded.mean())
    variance /= rarer + _FROM_CURVE
    return _interval(estimate, variance, freedom, int(here.sum()), level)


def _expected_variance(
    evidence: Evidence, in_cell: Flags, weights: Floats, estimate: float, is_powered: bool
) -> float:
    """The variance of the estimate by the curve, if it were right."""
    inner = _inner(estimate, len(weights))
    spread = inner * (1.0 - inner)
    if is_powered:
        chances = evidence.chances[in_cell]
        spread = float(np.average(chances * (1.0 - chances), weights=evidence.sizes[in_cell]))
    return spread * evidence.effect / float(kish_weights(weights).sum())


def _interval(
    estimate: float, variance: float, freedom: float, n_coded: int, level: float
) -> tuple[float, float, float]:
    """The estimate, cut to [0, 1], and Wilson's interval for an effective number of codes."""
    inner = _inner(estimate, n_coded)
    number = inner * (1.0 - inner) / max(variance, 1e-300)
    lower, upper = wilson_limits(inner, number, float(stdtrit(freedom, 0.5 + level / 2.0)))
    kept = min(max(estimate, 0.0), 1.0)
    return kept, min(lower, kept), max(upper, kept)


def _inner(estimate: float, n_coded: int) -> float:
    """The estimate, kept off 0 and 1 by half a code."""
    edge = 0.5 / (n_coded + 1.0)
    return min(max(estimate, edge), 1.0 - edge)


def predicted(
    evidence: Evidence, in_cell: Flags, rng: np.random.Generator, level: float
) -> tuple[float, float, float]:
    """Estimate and interval from the codes of a cell and the curve for its other rows."""
    is_coded = evidence.position >= 0
    known = np.flatnonzero(in_cell & is_coded)
    total = float((evidence.sizes[known] * evidence.theme.codes[evidence.position[known]]).sum())
    unknown = np.flatnonzero(in_cell & ~is_coded)
    expected = np.zeros(len(evidence.curve.draws))
    variance = np.zeros(len(evidence.curve.draws))
    for start in range(0, len(unknown), AT_ONCE):
        part = unknown[start : start + AT_ONCE]
        chances = evidence.curve.chances(evidence.theme.scores[part])
        sizes = evidence.sizes[part]
        expected += np.einsum("rs,r->s", chances, sizes)
        variance += np.einsum("rs,r->s", chances * (1.0 - chances), sizes * sizes)
    whole = evidence.sizes[in_cell].sum()
    noisy = total + expected + np.sqrt(variance) * rng.standard_normal(len(expected))
    tail = (1.0 - level) / 2.0
    lower, upper = np.clip(np.quantile(noisy / whole, [tail, 1.0 - tail]), 0.0, 1.0)
    return (total + float(expected.mean())) / whole, float(lower), float(upper)
