"""Plain, slow versions of what topoi computes fast, written from the papers: the tests' judges."""

from collections import Counter
from itertools import pairwise, product

import numpy as np
from scipy.special import gammaln

# --- Topic models with keywords, and exact answers by listing all assignments (see naive_lda.py) --


def keyword_cvb0(documents, keywords, n_topics, n_terms, alpha, beta, keyword_prior, n_passes):
    """keyATM base by CVB0 over the joint outcomes (topic, part), all counts live.

    documents: lists of term ids, one id a token; keywords: for each keyword topic a dict from
    term to weight. Eshima, Imai & Sasaki (2024), the collapsed conditionals of (z, s) with
    expected counts in place of counts, and the own token out of every count.
    Gives expected tokens of the free part and of the keyword part, both (V, K).
    """
    tokens = [(d, w) for d, words in enumerate(documents) for w in words]
    free, in_keywords = np.zeros((n_terms, n_topics)), np.zeros((n_terms, n_topics))
    doc_counts = np.zeros((len(documents), n_topics))
    gammas = []
    for d, w in tokens:
        pairs = keyword_outcomes(w, keywords, n_topics)
        gamma = _to_one(np.array([4.0 if s or w in _of(keywords, k) else 1.0 for k, s in pairs]))
        gammas.append(gamma)
        _add(gamma, pairs, d, w, free, in_keywords, doc_counts)
    for _ in range(n_passes):
        for i, (d, w) in enumerate(tokens):
            pairs = keyword_outcomes(w, keywords, n_topics)
            _add(-gammas[i], pairs, d, w, free, in_keywords, doc_counts)
            gammas[i] = _to_one(
                np.array(
                    [
                        _keyword_conditional(
                            k, s, w, keywords, free, in_keywords, beta, keyword_prior
                        )
                        * (doc_counts[d, k] + alpha[k])
                        for k, s in pairs
                    ]
                )
            )
            _add(gammas[i], pairs, d, w, free, in_keywords, doc_counts)
    return free, in_keywords


def keyword_posterior(documents, keywords, n_topics, n_terms, alpha, beta, keyword_prior):
    """Exact E[N_wk] of the free and the keyword part, both (V, K), and E[theta] (D, K).

    All assignments of (z, s) are listed, so only for a handful of tokens. The joint probability
    is the product of the Dirichlet-multinomials of documents and parts and the Beta-binomials of
    the switches (Beta(1, 1)).
    """
    tokens = [(d, w) for d, words in enumerate(documents) for w in words]
    choices = [keyword_outcomes(w, keywords, n_topics) for _, w in tokens]
    logs, states = [], []
    for outcome in product(*choices):
        free, in_keywords = np.zeros((n_terms, n_topics)), np.zeros((n_terms, n_topics))
        doc_counts = np.zeros((len(documents), n_topics))
        for (d, w), pair in zip(tokens, outcome, strict=True):
            _add(np.ones(1), [pair], d, w, free, in_keywords, doc_counts)
        log = sum(_log_dirichlet_multinomial(row, alpha) for row in doc_counts)
        for k in range(n_topics):
            log += _log_dirichlet_multinomial(free[:, k], np.full(n_terms, beta))
            if _of(keywords, k):
                words = sorted(keywords[k])
                prior = keyword_prior * np.array([keywords[k][w] for w in words])
                log += _log_dirichlet_multinomial(in_keywords[words, k], prior)
                split = np.array([in_keywords[:, k].sum(), free[:, k].sum()])
                log += _log_dirichlet_multinomial(split, np.ones(2))
        logs.append(log)
        states.append((free, in_keywords, doc_counts))
    chance = _to_one(np.exp(np.array(logs) - max(logs)))
    free, in_keywords, doc_counts = (
        sum(p * state[part] for p, state in zip(chance, states, strict=True)) for part in range(3)
    )
    theta = (doc_counts + alpha) / (doc_counts + alpha).sum(axis=1, keepdims=True)
    return free, in_keywords, theta


def theta_by_enumeration(words, topic_term, alpha):
    """Exact posterior mean of theta (K,) of one document, a list of term ids, with fixed topics."""
    n_topics = len(alpha)
    total, mean = 0.0, np.zeros(n_topics)
    for topics in product(range(n_topics), repeat=len(words)):
        n = np.bincount(topics, minlength=n_topics)
        chance = np.exp(_log_dirichlet_multinomial(n, alpha))
        chance *= np.prod([topic_term[k][w] for k, w in zip(topics, words, strict=True)])
        total += chance
        mean += chance * (n + alpha) / (len(words) + alpha.sum())
    return mean / total


def keyword_outcomes(w, keywords, n_topics):
    """The pairs (topic, part) that a token of term w may have come from; part 1 is keywords."""
    return [(k, 0) for k in range(n_topics)] + [
        (k, 1) for k in range(n_topics) if w in _of(keywords, k)
    ]


def _keyword_conditional(k, s, w, keywords, free, in_keywords, beta, keyword_prior):
    n0, n1 = free[:, k].sum(), in_keywords[:, k].sum()
    words = _of(keywords, k)
    if s:
        mass = keyword_prior * sum(words.values())
        part = (keyword_prior * words[w] + in_keywords[w, k]) / (mass + n1)
        return part * (n1 + 1.0) / (n0 + n1 + 2.0)
    part = (beta + free[w, k]) / (len(free) * beta + n0)
    return part * (n0 + 1.0) / (n0 + n1 + 2.0) if words else part


def _of(keywords, k):
    return keywords[k] if k < len(keywords) else {}


def _add(amounts, pairs, d, w, free, in_keywords, doc_counts):
    for amount, (k, s) in zip(amounts, pairs, strict=True):
        (in_keywords if s else free)[w, k] += amount
        doc_counts[d, k] += amount


def _log_dirichlet_multinomial(n, prior):
    """Log probability of one sequence with these counts."""
    n, prior = np.asarray(n, dtype=np.float64), np.asarray(prior, dtype=np.float64)
    ends = gammaln(prior.sum()) - gammaln(prior.sum() + n.sum())
    return float(ends + (gammaln(prior + n) - gammaln(prior)).sum())


def _to_one(values):
    return values / values.sum()


# --- Copies of documents: every pair, sets of words and pairs of words --------------------------


def distinct_text(text):
    """The words of a text, letters and digits only, in lower case."""
    return tuple("".join(c if c.isalnum() else " " for c in text.lower()).split())


def shingles(text):
    """The distinct words and pairs of neighbouring words."""
    words = distinct_text(text)
    return set(words) | set(pairwise(words))


def jaccard(a, b):
    """Shared elements over all of two sets; 0 for empty ones."""
    return len(a & b) / max(len(a | b), 1)


def resemblance(text_a, text_b):
    """Jaccard similarity of the sets of words and of neighbouring words. Broder (1997)."""
    return jaccard(shingles(text_a), shingles(text_b))


def rare_shingles(texts):
    """The shingles that at most ten texts of 20 words and more have; equal texts count once."""
    distinct = {distinct_text(text) for text in texts}
    counts = Counter(
        shingle for words in distinct if len(words) >= 20 for shingle in shingles(" ".join(words))
    )
    return {shingle for shingle, n in counts.items() if n <= 10}


def are_copies(text_a, text_b, near, rare):
    """Whether two texts are exact copies or, with 20 words or more, near ones.

    Near copies are so alike in all and in rare shingles; or nearly identical.
    """
    a, b = distinct_text(text_a), distinct_text(text_b)
    if a == b:
        return bool(a)
    if near is None or min(len(a), len(b)) < 20:
        return False
    similarity = resemblance(text_a, text_b)
    rare_similarity = jaccard(shingles(text_a) & rare, shingles(text_b) & rare)
    return similarity >= near and (similarity >= max(0.9, near) or rare_similarity >= near)


def duplicate_clusters(texts, near):
    """Sets of document numbers: the longest waiting one and its copies, until none waits."""
    rare = rare_shingles(texts)
    waiting = sorted(range(len(texts)), key=lambda n: (-len(distinct_text(texts[n])), n))
    found = set()
    while waiting:
        best = waiting[0]
        group = [n for n in waiting if n == best or are_copies(texts[best], texts[n], near, rare)]
        waiting = [n for n in waiting if n not in group]
        found.add(frozenset(group))
    return found
