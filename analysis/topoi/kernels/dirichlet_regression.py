"""How likely topic counts are when the Dirichlet prior follows covariates, and its slope.

Shapes: D documents, K topics, Q columns of the design (1 and the covariates). The prior of a
document is alpha_dk = exp(x_d . lambda_k), kept between 1e-7 and 1,100 so that float32 holds it.
All in float64, sums from the first document to the last, with logarithms and exponentials of our
own (`kernels.logarithm`). The likelihood is the one of which the rises of `kernels.dirichlet` are
the slopes.

Reference: Mimno & McCallum (2008), Topic models conditioned on arbitrary features with
Dirichlet-multinomial regression, UAI, section 3, the likelihood of lambda and its derivative.
"""

import numpy as np
from numba import njit

from topoi.kernels.dirichlet import EXACT_TERMS, rise
from topoi.kernels.logarithm import exponential, natural_log

__all__ = ["document_priors", "information", "likelihood_and_slope", "solve_positive"]

_LEAST_LOG = -16.0
_MOST_LOG = 7.0
_LARGE_PRODUCT = 1e200
_SMALL_PRODUCT = 1e-200


@njit(cache=True, nogil=True)
def _log_prior(design, d, coefficients, k):
    """x_d . lambda_k, not yet bounded."""
    total = 0.0
    for q in range(design.shape[1]):
        total += design[d, q] * coefficients[k, q]
    return total


@njit(cache=True, nogil=True)
def _bounded_exponential(log_prior):
    return exponential(min(max(log_prior, _LEAST_LOG), _MOST_LOG))


@njit(cache=True, nogil=True)
def document_priors(design, coefficients, alpha):
    """Write exp(x_d . lambda_k) into alpha (D, K'), the first K columns; all float64.

    design (D, Q), coefficients (K, Q); exponents are kept in [-16, 7].
    """
    for d in range(design.shape[0]):
        for k in range(coefficients.shape[0]):
            alpha[d, k] = _bounded_exponential(_log_prior(design, d, coefficients, k))


@njit(cache=True, nogil=True)
def _log_gamma_above(x):
    """Log Gamma(x) up to a constant for x >= 64, the integral of `dirichlet._digamma_above`."""
    centre = x - 0.5
    return centre * natural_log(centre) - centre - 1.0 / (24.0 * centre)


@njit(cache=True, nogil=True)
def _log_rise(count, prior):
    """Log Gamma(count + prior) - log Gamma(prior), of which `dirichlet.rise` is the slope."""
    total, factor = 0.0, 1.0
    whole = int(count)
    for i in range(min(whole, EXACT_TERMS)):
        factor *= prior + i
        if factor > _LARGE_PRODUCT or factor < _SMALL_PRODUCT:
            total += natural_log(factor)
            factor = 1.0
    total += natural_log(factor)
    if whole > EXACT_TERMS:
        total += _log_gamma_above(prior + whole) - _log_gamma_above(prior + EXACT_TERMS)
    if count > whole:
        total += (count - whole) * natural_log(prior + whole)
    return total


@njit(cache=True, nogil=True)
def likelihood_and_slope(doc_counts, design, coefficients, slope):
    """Log likelihood of a block's counts, nats, up to a constant; its slope is added to `slope`.

    doc_counts   float32 (D, K')  tokens per document and topic, >= 0
    design       float64 (D, Q)   1 and covariates
    coefficients float64 (K, Q)   lambda
    slope        float64 (K, Q)   the derivatives are added: sum_d x_dq alpha_dk (psi(A_d)
                                  - psi(N_d + A_d) + psi(n_dk + alpha_dk) - psi(alpha_dk))
    Returns float64.
    """
    n_topics, width = coefficients.shape
    logs, alpha = np.empty(n_topics), np.empty(n_topics)
    total = 0.0
    for d in range(design.shape[0]):
        mass, length = 0.0, 0.0
        for k in range(n_topics):
            logs[k] = _log_prior(design, d, coefficients, k)
            alpha[k] = _bounded_exponential(logs[k])
            mass += alpha[k]
            length += np.float64(doc_counts[d, k])
        total -= _log_rise(length, mass)
        below = rise(length, mass)
        for k in range(n_topics):
            count = np.float64(doc_counts[d, k])
            total += _log_rise(count, alpha[k])
            if _LEAST_LOG < logs[k] < _MOST_LOG:
                pull = alpha[k] * (rise(count, alpha[k]) - below)
                for q in range(width):
                    slope[k, q] += pull * design[d, q]
    return total


@njit(cache=True, nogil=True)
def information(doc_counts, design, coefficients, curvature):
    """Add a block's bound on the curvature of each topic, sum_d alpha_dk b_d x_d x_d'.

    b_d = psi(N_d + A_d) - psi(A_d). The likelihood lies above one whose curvature is this (the
    bounds of Minka 2000 that give the fixed point of `kernels.dirichlet`, here in lambda: what is
    left is a Poisson regression for each topic), so that steps solved with it seldom overshoot.

    curvature float64 (K, Q, Q); other arrays as in `likelihood_and_slope`
    """
    n_topics, width = coefficients.shape
    alpha = np.empty(n_topics)
    for d in range(design.shape[0]):
        mass, length = 0.0, 0.0
        for k in range(n_topics):
            alpha[k] = _bounded_exponential(_log_prior(design, d, coefficients, k))
            mass += alpha[k]
            length += np.float64(doc_counts[d, k])
        below = rise(length, mass)
        for k in range(n_topics):
            for q in range(width):
                scaled = alpha[k] * below * design[d, q]
                for r in range(q + 1):
                    curvature[k, q, r] += scaled * design[d, r]


@njit(cache=True, nogil=True)
def solve_positive(matrices, right, solution):
    """Solve a positive definite system for each topic, by Cholesky's factors.

    matrices float64 (K, Q, Q), lower triangles used; right, solution float64 (K, Q)
    """
    n_topics, width = right.shape
    factor = np.empty((width, width))
    for k in range(n_topics):
        for i in range(width):
            for j in range(i + 1):
                rest = matrices[k, i, j]
                for m in range(j):
                    rest -= factor[i, m] * factor[j, m]
                factor[i, j] = np.sqrt(rest) if i == j else rest / factor[j, j]
        for i in range(width):
            rest = right[k, i]
            for m in range(i):
                rest -= factor[i, m] * solution[k, m]
            solution[k, i] = rest / factor[i, i]
        for i in range(width - 1, -1, -1):
            rest = solution[k, i]
            for m in range(i + 1, width):
                rest -= factor[m, i] * solution[k, m]
            solution[k, i] = rest / factor[i, i]
