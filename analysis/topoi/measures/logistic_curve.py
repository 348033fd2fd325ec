"""Which rising curve leads from a score to the chance of a code, when codes are few?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["curve_draws", "likeliest_curve"]

Floats = NDArray[np.float64]

# Slope for a score in standard deviations: the log odds ratio of one deviation. Two normal classes
# with ROC AUC .75, .85, .95 have slopes of about 1, 1.7 and 3.
SLOPE_MEAN, SLOPE_SD = 1.5, 1.0
_STEPS = 200
_CLOSE = 1e-10
_REACH = 6.5  # half width of the grid of curves, posterior standard deviations
_POINTS = 61  # of the grid in each direction


def likeliest_curve(scores: Floats, codes: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """The curve of highest posterior density, and the Hessian of the negative log posterior there.

    The chance of a code is 1 / (1 + exp(-(a + b * score))) with b >= 0.

    Parameters
    ----------
    scores : float64, shape (n,), standardised so that 0 is a usual score
    codes : float64, shape (n,), 0 or 1; all alike is allowed, and so is n = 0
    weights : float64 > 0, shape (n,), how many passages each stands for in the likelihood

    Returns
    -------
    curve : float64, shape (2,), intercept a and slope b
    hessian : float64, shape (2, 2), positive definite

    Notes
    -----
    Priors: a is log-F(1, 1), as if half a passage with a usual score had been coded 1 and half a
    one 0, so that codes that are all 0 give about .5 / (n + 1); b is normal with mean 1.5 and
    standard deviation 1, cut off at 0. Newton steps, halved until the density rises.

    References
    ----------
    Platt (1999), Probabilistic outputs for support vector machines; Greenland & Mansournia (2015),
    Penalization, bias reduction, and default priors in logistic regression, for log-F priors.
    """
    curve = np.array([0.0, SLOPE_MEAN])
    design = np.column_stack([np.ones_like(scores), scores])
    density = _log_posterior(curve[:, np.newaxis], scores, codes, weights)[0]
    for _ in range(_STEPS):
        gradient, hessian = _derivatives(curve, design, codes, weights)
        step = _step(curve, gradient, hessian)
        for _ in range(60):
            candidate = np.array([curve[0] + step[0], max(curve[1] + step[1], 0.0)])
            reached = _log_posterior(candidate[:, np.newaxis], scores, codes, weights)[0]
            if reached >= density - 1e-12:
                break
            step = step / 2.0
        moved = np.abs(candidate - curve).max()
        curve, density = candidate, reached
        if moved < _CLOSE:
            break
    return curve, _derivatives(curve, design, codes, weights)[1]


def curve_draws(scores: Floats, codes: Floats, weights: Floats, *, n_draws: int) -> Floats:
    """Curves spread over the posterior of `likeliest_curve`, shape (n_draws, 2).

    The density is taken on a grid around its top, and the curves are the grid points at
    n_draws equal steps of the cumulated probability (systematic sampling), so that nothing is
    left to chance. For scores without codes they are draws of the prior.
    """
    top, hessian = likeliest_curve(scores, codes, weights)
    curves = _grid(top, hessian)
    density = _log_posterior(curves, scores, codes, weights)
    cumulated = np.cumsum(np.exp(density - density.max()))
    wanted = (np.arange(n_draws) + 0.5) / n_draws * cumulated[-1]
    return np.ascontiguousarray(curves[:, np.searchsorted(cumulated, wanted)].T)


def _grid(top: Floats, hessian: Floats) -> Floats:
    """Middles of cells around the top, shape (2, points^2): for each slope >= 0 intercepts."""
    covariance = np.linalg.inv(hessian)
    of_slope = float(np.sqrt(covariance[1, 1]))
    lowest = max(top[1] - _REACH * of_slope, 0.0)
    parts = (np.arange(_POINTS) + 0.5) / _POINTS
    slopes = lowest + parts * (top[1] + _REACH * of_slope - lowest)
    middles = top[0] + covariance[0, 1] / covariance[1, 1] * (slopes - top[1])
    around = (2.0 * parts - 1.0) * _REACH / np.sqrt(hessian[0, 0])
    intercepts = middles[:, np.newaxis] + around
    return np.stack([intercepts.ravel(), np.repeat(slopes, _POINTS)])


def _step(curve: Floats, gradient: Floats, hessian: Floats) -> Floats:
    """A Newton step, along the edge where the slope is 0 and would fall."""
    step = np.linalg.solve(hessian, gradient)
    if curve[1] <= 0.0 and step[1] < 0.0:
        return np.array([gradient[0] / hessian[0, 0], 0.0])
    return np.asarray(step)


def _log_posterior(curves: Floats, scores: Floats, codes: Floats, weights: Floats) -> Floats:
    """Of curves, shape (2, C), up to a constant; shape (C,)."""
    a, b = curves
    level = a[:, np.newaxis] + b[:, np.newaxis] * scores
    likelihood = np.einsum("cn,n->c", codes * level - np.logaddexp(0.0, level), weights)
    prior = 0.5 * a - np.logaddexp(0.0, a) - 0.5 * ((b - SLOPE_MEAN) / SLOPE_SD) ** 2
    return np.asarray(likelihood + prior)


def _derivatives(
    curve: Floats, design: Floats, codes: Floats, weights: Floats
) -> tuple[Floats, Floats]:
    """Gradient of the log posterior, and the Hessian of its negative."""
    chance = expit(np.einsum("nj,j->n", design, curve))
    at_zero = expit(curve[0])
    gradient = np.einsum("n,nj->j", weights * (codes - chance), design)
    gradient += [0.5 - at_zero, -(curve[1] - SLOPE_MEAN) / SLOPE_SD**2]
    spread = weights * chance * (1.0 - chance)
    hessian = np.einsum("n,ni,nj->ij", spread, design, design)
    hessian += np.diag([at_zero * (1.0 - at_zero), 1.0 / SLOPE_SD**2])
    return gradient, hessian
