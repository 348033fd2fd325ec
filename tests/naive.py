"""Plain, slow versions of what topoi computes fast, written from the papers: the tests' judges."""

from itertools import pairwise, product

import numpy as np
from scipy.special import digamma, gammaln

# --- Topic models: CVB0, keywords, Dirichlet prior, fold-in -------------------------------------
# Dense float64 arrays, one document after the other, every responsibility kept.

LEAST_WEIGHT = 1.0 / 64.0
LEAST_SHARE = 1e-6


def cvb0_pass(counts, weight, slope, alpha, doc_counts, n_sweeps):
    """One pass with frozen term weights; gives doc_counts (D, K), term_counts (V, K), gammas.

    counts (D, V); weight, slope (V, K); alpha (K,). Own token (or the part of a token that is
    there) out of the weight: weight - own slope, at least weight / 64; out of the document:
    N_dk + alpha - own, at least 1e-6. Asuncion et al. (2009) with the linear exclusion.
    """
    gammas = {}
    new_doc_counts = np.zeros_like(doc_counts, dtype=np.float64)
    term_counts = np.zeros_like(weight, dtype=np.float64)
    for d, row in enumerate(counts):
        terms = np.flatnonzero(row)
        gamma = {w: _to_one(weight[w] * (doc_counts[d] + alpha)) for w in terms}
        for _ in range(n_sweeps):
            for w in terms:
                live = alpha + sum(row[v] * gamma[v] for v in terms)
                own = min(row[w], 1.0) * gamma[w]
                term_part = np.maximum(weight[w] - own * slope[w], weight[w] * LEAST_WEIGHT)
                gamma[w] = _to_one(term_part * np.maximum(live - own, LEAST_SHARE))
        for w in terms:
            gammas[d, w] = gamma[w]
            new_doc_counts[d] += row[w] * gamma[w]
            term_counts[w] += row[w] * gamma[w]
    return new_doc_counts, term_counts, gammas


def fold_in(counts, topic_term, alpha, n_sweeps):
    """Expected tokens (D, K) of documents with fixed topics (K, V)."""
    weight = np.asarray(topic_term, dtype=np.float64).T
    nothing = np.zeros((len(counts), len(alpha)))
    return cvb0_pass(counts, weight, np.zeros_like(weight), alpha, nothing, n_sweeps)[0]


def lda_cvb0(counts, start, alpha, eta, n_passes, *, textbook):
    """Expected tokens (V, K) after passes that take the own token out in one of two ways.

    textbook: (N_wk - own + eta) / (N_k - own + V eta), Asuncion et al. (2009), else linear. All
    else is the same: term counts frozen within a pass, one sweep, three in the first pass.
    """
    n_docs, n_terms = counts.shape
    term_counts, doc_counts = start.astype(np.float64), np.zeros((n_docs, len(alpha)))
    for number in range(n_passes):
        sweeps = 3 if number == 0 else 1
        if textbook:
            doc_counts, term_counts = _textbook_pass(
                counts, term_counts, alpha, eta, doc_counts, sweeps
            )
        else:
            inverse = 1.0 / (term_counts.sum(axis=0) + n_terms * eta)
            weight, slope = (term_counts + eta) * inverse, np.tile(inverse, (n_terms, 1))
            doc_counts, term_counts, _ = cvb0_pass(counts, weight, slope, alpha, doc_counts, sweeps)
    return term_counts


def _textbook_pass(counts, frozen, alpha, eta, doc_counts, n_sweeps):
    n_terms, totals = len(frozen), frozen.sum(axis=0)
    new_doc_counts, term_counts = np.zeros_like(doc_counts), np.zeros_like(frozen)
    for d, row in enumerate(counts):
        terms = np.flatnonzero(row)
        full = (frozen + eta) / (totals + n_terms * eta)
        gamma = {w: _to_one(full[w] * (doc_counts[d] + alpha)) for w in terms}
        for _ in range(n_sweeps):
            for w in terms:
                own = gamma[w]
                live = alpha + sum(row[v] * gamma[v] for v in terms)
                without = np.maximum(frozen[w] + eta - own, (frozen[w] + eta) * LEAST_WEIGHT)
                rest = np.maximum(totals - own, 0.0) + n_terms * eta
                gamma[w] = _to_one(without / rest * np.maximum(live - own, LEAST_SHARE))
        for w in terms:
            new_doc_counts[d] += row[w] * gamma[w]
            term_counts[w] += row[w] * gamma[w]
    return new_doc_counts, term_counts


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


def dirichlet_step(doc_counts, alpha, shape, scale):
    """Minka (2000), equation 55, by digammas, with a Gamma(shape, scale) prior."""
    lengths = doc_counts.sum(axis=1)
    above = (digamma(doc_counts + alpha) - digamma(alpha)).sum(axis=0)
    below = (digamma(lengths + alpha.sum()) - digamma(alpha.sum())).sum()
    return (alpha * above + shape - 1.0) / (below + 1.0 / scale)


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


def resemblance(text_a, text_b):
    """Jaccard similarity of the sets of words and of neighbouring words. Broder (1997)."""
    a, b = (set(t) | set(pairwise(t)) for t in map(distinct_text, (text_a, text_b)))
    return len(a & b) / len(a | b)


def are_copies(text_a, text_b, near):
    """Whether two texts are exact copies or, with 20 words or more, near ones."""
    a, b = distinct_text(text_a), distinct_text(text_b)
    if a == b:
        return bool(a)
    if near is None or min(len(a), len(b)) < 20:
        return False
    return resemblance(text_a, text_b) >= near


def duplicate_clusters(texts, near):
    """Sets of document numbers that copies connect, by letting labels flow until nothing moves."""
    label = list(range(len(texts)))
    moved = True
    while moved:
        moved = False
        for i, text_a in enumerate(texts):
            for j, text_b in enumerate(texts):
                if label[i] != label[j] and are_copies(text_a, text_b, near):
                    label[i] = label[j] = min(label[i], label[j])
                    moved = True
    return {frozenset(i for i, own in enumerate(label) if own == one) for one in label}
