"""Plain, slow versions of seeded topics and of priors by covariates, written from the papers."""

from itertools import product

import numpy as np
from scipy.special import digamma, gammaln


def seed_prior(counts, keywords, n_topics, eta, seed_weight):
    """eta + c, (K, V), c_kw = seed_weight * weight * f_w / (topics that w is a seed of)."""
    prior = np.full((n_topics, counts.shape[1]), eta)
    for k, seeds in enumerate(keywords):
        for w, weight in seeds.items():
            owners = sum(w in other for other in keywords)
            prior[k, w] += seed_weight * weight * counts[:, w].sum() / owners
    return prior


def seeded_posterior(documents, prior, alpha):
    """Exact E[N_wk] (V, K) of LDA with prior (K, V) over terms: all assignments are listed."""
    n_topics, n_terms = prior.shape
    tokens = [(d, w) for d, words in enumerate(documents) for w in words]
    total, mean = 0.0, np.zeros((n_terms, n_topics))
    for topics in product(range(n_topics), repeat=len(tokens)):
        n_wk, n_dk = np.zeros((n_terms, n_topics)), np.zeros((len(documents), n_topics))
        for (d, w), k in zip(tokens, topics, strict=True):
            n_wk[w, k] += 1
            n_dk[d, k] += 1
        chance = np.exp(
            sum(log_sequence(row, alpha) for row in n_dk)
            + sum(log_sequence(n_wk[:, k], prior[k]) for k in range(n_topics))
        )
        total += chance
        mean += chance * n_wk
    return mean / total


def seeded_cvb0(documents, prior, alpha, gammas, n_passes):
    """Expected tokens (V, K) by CVB0 with all counts live, the own token out of every count.

    Asuncion et al. (2009) with eta_kw for eta. gammas: one array (K,) a token, where it begins.
    """
    n_topics, n_terms = prior.shape
    tokens = [(d, w) for d, words in enumerate(documents) for w in words]
    n_wk, n_dk = np.zeros((n_terms, n_topics)), np.zeros((len(documents), n_topics))
    for (d, w), gamma in zip(tokens, gammas, strict=True):
        n_wk[w] += gamma
        n_dk[d] += gamma
    for _ in range(n_passes):
        for i, (d, w) in enumerate(tokens):
            n_wk[w] -= gammas[i]
            n_dk[d] -= gammas[i]
            phi = (n_wk[w] + prior[:, w]) / (n_wk.sum(axis=0) + prior.sum(axis=1))
            gammas[i] = phi * (n_dk[d] + alpha) / (phi * (n_dk[d] + alpha)).sum()
            n_wk[w] += gammas[i]
            n_dk[d] += gammas[i]
    return n_wk


def log_sequence(n, prior):
    """Log probability of one sequence of draws with these counts, the shares integrated out."""
    ends = gammaln(prior.sum()) - gammaln(prior.sum() + n.sum())
    return ends + (gammaln(prior + n) - gammaln(prior)).sum()


def regression_log_posterior(counts, design, coefficients, precision):
    """Mimno & McCallum (2008), section 3: whole counts (D, K), lambda (K, Q), Normal priors."""
    alpha = np.exp(design @ coefficients.T)
    likelihood = sum(log_sequence(n, a) for n, a in zip(counts, alpha, strict=True))
    return likelihood - 0.5 * (precision * coefficients**2).sum()


def regression_slope(counts, design, coefficients, precision):
    """Its derivative, by digammas."""
    alpha = np.exp(design @ coefficients.T)
    mass, lengths = alpha.sum(axis=1), counts.sum(axis=1)
    below = digamma(mass) - digamma(mass + lengths)
    pull = alpha * (below[:, np.newaxis] + digamma(alpha + counts) - digamma(alpha))
    return pull.T @ design - precision * coefficients
