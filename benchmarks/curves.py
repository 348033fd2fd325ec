"""Curves from score to probability that calibration.py sets beside topoi's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, ndtri
from scipy.stats import rankdata
from sklearn.isotonic import IsotonicRegression

from topoi.measures.logistic_curve import curve_draws, likeliest_curve

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]

EDGE = 1e-3


def log_odds(shares: Floats) -> Floats:
    """Log odds in standard deviations, as `calibrate` takes them."""
    kept = np.clip(shares, EDGE, 1.0 - EDGE)
    odds = np.log(kept) - np.log1p(-kept)
    return (odds - odds.mean()) / odds.std()


def normal_ranks(shares: Floats) -> Floats:
    """Ranks as normal quantiles: the same for any rising change of the score."""
    return ndtri((rankdata(shares) - 0.5) / len(shares))


def as_given(shares: Floats) -> Floats:
    """Shares in standard deviations."""
    return (shares - shares.mean()) / shares.std()


def ours(scores: Floats, codes: Floats) -> Curve:
    """Mean over the posterior."""
    draws = curve_draws(scores, codes, np.ones_like(scores), n_draws=200)
    return lambda x: expit(draws[:, 0] + np.multiply.outer(x, draws[:, 1])).mean(axis=1)


def likeliest(scores: Floats, codes: Floats) -> Curve:
    """The same prior, its likeliest curve alone."""
    a, b = likeliest_curve(scores, codes, np.ones_like(scores))[0]
    return lambda x: expit(a + b * x)


def platt(scores: Floats, codes: Floats) -> Curve:
    """Platt (1999): no prior, codes moved off 0 and 1."""
    ones, zeros = codes.sum(), (1.0 - codes).sum()
    targets = np.where(codes > 0, (ones + 1.0) / (ones + 2.0), 1.0 / (zeros + 2.0))
    return _logistic(scores, targets, lambda _: 0.0)


def plain(scores: Floats, codes: Floats) -> Curve:
    """Maximum likelihood, with a ridge so slight that it only keeps the curve finite."""
    return _logistic(scores, codes, lambda c: 1e-4 * float(c @ c))


def cauchy(scores: Floats, codes: Floats) -> Curve:
    """Gelman et al. (2008): Cauchy priors, scale 10 and 2.5 for a score of deviation .5."""
    return _logistic(
        scores, codes, lambda c: float(np.log1p((c[0] / 10) ** 2) + np.log1p((c[1] / 1.25) ** 2))
    )


def firth(scores: Floats, codes: Floats) -> Curve:
    """Firth (1993): Jeffreys' prior."""
    design = np.column_stack([np.ones_like(scores), scores])

    def penalty(c: Floats) -> float:
        p = expit(design @ c)
        information = np.einsum("n,ni,nj->ij", p * (1.0 - p), design, design)
        return -0.5 * float(np.linalg.slogdet(information + 1e-9 * np.eye(2))[1])

    return _logistic(scores, codes, penalty)


def beta(scores: Floats, codes: Floats) -> Curve:
    """Kull, Silva Filho & Flach (2017), both slopes drawn to .75 with deviation 1."""
    place = expit(scores)
    design = np.column_stack([np.ones_like(place), np.log(place), -np.log1p(-place)])

    def loss(c: Floats) -> float:
        return _loss(design @ c, codes) + 0.5 * float(((c[1:] - 0.75) ** 2).sum())

    bounds = [(None, None), (0, None), (0, None)]
    c = minimize(loss, [0.0, 0.75, 0.75], method="L-BFGS-B", bounds=bounds).x
    return lambda x: expit(c[0] + c[1] * np.log(expit(x)) - c[2] * np.log1p(-expit(x)))


def isotonic(scores: Floats, codes: Floats) -> Curve:
    """Isotonic regression, with half a code of each kind so that the loss is finite."""
    model = IsotonicRegression(out_of_bounds="clip").fit(scores, codes)
    n = len(codes)
    return lambda x: (model.predict(x) * n + 0.5) / (n + 1.0)


def _logistic(scores: Floats, targets: Floats, penalty: Callable[[Floats], float]) -> Curve:
    def loss(c: Floats) -> float:
        level = c[0] + c[1] * scores
        return _loss(level, targets) + penalty(c)

    a, b = minimize(loss, [0.0, 1.0], method="BFGS").x
    return lambda x: expit(a + b * x)


def _loss(level: Floats, codes: Floats) -> float:
    return -float((codes * level - np.logaddexp(0.0, level)).sum())


CURVES: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats, Floats], Curve]]] = {
    "**log odds, prior, posterior mean** (`calibrate`)": (log_odds, ours),
    "log odds, prior, likeliest curve": (log_odds, likeliest),
    "ranks, prior, posterior mean": (normal_ranks, ours),
    "share as given, prior, posterior mean": (as_given, ours),
    "log odds, Cauchy priors": (log_odds, cauchy),
    "log odds, Firth": (log_odds, firth),
    "log odds, Platt's targets": (log_odds, platt),
    "log odds, maximum likelihood": (log_odds, plain),
    "log odds, beta calibration": (log_odds, beta),
    "isotonic regression": (log_odds, isotonic),
}
