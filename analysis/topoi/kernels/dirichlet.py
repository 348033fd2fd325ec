"""Which Dirichlet prior makes the documents' topic counts most likely."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _harmonic(count, prior):
    """psi(count + prior) - psi(prior): exact for whole counts, linear between them."""
    total = 0.0
    whole = int(count)
    for i in range(whole):
        total += 1.0 / (prior + i)
    return total + (count - whole) / (prior + whole)


@njit(cache=True, nogil=True)
def prior_step(doc_counts, alpha, shape, scale):
    """One fixed-point step for an asymmetric Dirichlet prior with a Gamma(shape, scale) prior.

    doc_counts  float32 (D, K)   expected tokens per document and topic, >= 0
    alpha       float64 (K,)     current prior, > 0; entries of 0 are unused topics and stay 0
    Returns float64 (K,): alpha_k (S_k + (shape - 1) / alpha_k) / (T + 1 / scale) with
    S_k = sum_d psi(n_dk + alpha_k) - psi(alpha_k), T = sum_d psi(N_d + A) - psi(A), A = sum alpha.

    Differences of digammas are sums of 1 / (alpha + i), so only + and / are used and the bits do
    not depend on a mathematics library. Reference: Minka (2000), Estimating a Dirichlet
    distribution, equation 55, with the Gamma prior added as in a MAP estimate.
    """
    n_topics = alpha.shape[0]
    mass = 0.0
    for k in range(n_topics):
        mass += alpha[k]
    above = np.zeros(n_topics, np.float64)
    below = 0.0
    for d in range(doc_counts.shape[0]):
        length = 0.0
        for k in range(n_topics):
            if alpha[k] > 0.0:
                above[k] += _harmonic(float(doc_counts[d, k]), alpha[k])
                length += float(doc_counts[d, k])
        below += _harmonic(length, mass)
    updated = np.zeros(n_topics, np.float64)
    for k in range(n_topics):
        if alpha[k] > 0.0:
            updated[k] = (alpha[k] * above[k] + shape - 1.0) / (below + 1.0 / scale)
    return updated
