"""Which Dirichlet priors make topic counts most likely.

A fixed point after Minka (2000), Estimating a Dirichlet distribution, equation 55, with a Gamma
prior added as in a MAP estimate. Counts are those of one draw of the tokens' topics
(`kernels.drawn_pass`): differences of digammas are concave in a count, steeply so near 0, and
expected counts, which are seldom near 0, would overstate the priors.

Differences of digammas are sums of 1 / (prior + i), and beyond 64 an asymptotic series with a
logarithm of our own, so that the bits do not depend on a mathematics library.
"""

import numpy as np
from numba import njit

from topoi.kernels.logarithm import natural_log

__all__ = [
    "EXACT_TERMS",
    "add_rises",
    "prior_of_rises",
    "rise",
    "topic_prior_step",
]

EXACT_TERMS = 64


@njit(cache=True, nogil=True)
def rise(count, prior):
    """psi(count + prior) - psi(prior): exact for whole counts to 1e-9, linear between them."""
    total = 0.0
    whole = int(count)
    for i in range(min(whole, EXACT_TERMS)):
        total += 1.0 / (prior + i)
    if whole > EXACT_TERMS:
        total += _digamma_above(prior + whole) - _digamma_above(prior + EXACT_TERMS)
    return total + (count - whole) / (prior + whole)


@njit(cache=True, nogil=True)
def _digamma_above(x):
    """psi(x) for x >= 64, within 5e-10: ln(x - 1/2) + 1 / (24 (x - 1/2)^2) - ..."""
    centre = x - 0.5
    return natural_log(centre) + 1.0 / (24.0 * centre * centre)


@njit(cache=True, nogil=True)
def add_rises(doc_counts, alpha, sums):
    """Add what documents say of their prior to sums, float64 (K + 1,), document by document.

    doc_counts  float32 (D, K)   tokens per document and topic, >= 0
    alpha       float64 (K,)     current prior, > 0; entries of 0 are unused topics
    Entry k < K gets sum_d psi(n_dk + alpha_k) - psi(alpha_k), the last one
    sum_d psi(N_d + A) - psi(A), A = sum alpha.
    """
    n_topics = alpha.shape[0]
    mass = 0.0
    for k in range(n_topics):
        mass += alpha[k]
    below = sums[n_topics]
    for d in range(doc_counts.shape[0]):
        length = 0.0
        for k in range(n_topics):
            if alpha[k] > 0.0:
                count = float(doc_counts[d, k])
                sums[k] += rise(count, alpha[k])
                length += count
        below += rise(length, mass)
    sums[n_topics] = below


@njit(cache=True, nogil=True)
def prior_of_rises(sums, alpha, shape, scale):
    """One step for the asymmetric prior of the documents, with Gamma(shape, scale) on each entry.

    sums   float64 (K + 1,)  S_k and T of `add_rises` with this alpha
    alpha  float64 (K,)      current prior, > 0; entries of 0 are unused topics and stay 0
    Returns float64 (K,): (alpha_k S_k + shape - 1) / (T + 1 / scale).
    """
    n_topics = alpha.shape[0]
    updated = np.zeros(n_topics, np.float64)
    for k in range(n_topics):
        if alpha[k] > 0.0:
            updated[k] = (alpha[k] * sums[k] + shape - 1.0) / (sums[n_topics] + 1.0 / scale)
    return updated


@njit(cache=True, nogil=True)
def topic_prior_step(term_counts, n_topics, eta, shape, scale):
    """One step for the symmetric prior of the topics' terms, with a Gamma(shape, scale) prior.

    term_counts float32 (V, K')  tokens per term and topic, >= 0; the first K are used
    Returns float64: (eta S + shape - 1) / (V T + 1 / scale) with S = sum_kw
    psi(n_kw + eta) - psi(eta) and T = sum_k psi(n_k + V eta) - psi(V eta).
    """
    n_terms = term_counts.shape[0]
    totals = np.zeros(n_topics, np.float64)
    above, below = 0.0, 0.0
    for w in range(n_terms):
        for k in range(n_topics):
            count = float(term_counts[w, k])
            above += rise(count, eta)
            totals[k] += count
    for k in range(n_topics):
        below += rise(totals[k], n_terms * eta)
    return (eta * above + shape - 1.0) / (n_terms * below + 1.0 / scale)
