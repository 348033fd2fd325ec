"""Plain, slow versions of the topic models' engine, written from the papers: the tests' judges.

Dense float64 arrays, one document after the other, every responsibility kept.
"""

import numpy as np
from scipy.special import digamma

from topoi.kernels.counter_random import philox

LEAST_WEIGHT = 1.0 / 64.0
LEAST_SHARE = 1e-6


def cvb0_pass(counts, weight, slope, alpha, doc_counts, n_sweeps, *, last_step=0.5):
    """One pass with frozen term weights: doc_counts (D, K), term_counts (V, K), log likelihood.

    counts (D, V); weight, slope (V, K); alpha (K,) or (D, K). Own token (or the part of a token
    that is there) out of the weight: weight - own slope, at least weight / 64; out of the
    document: N_dk + alpha - own, at least 1e-6. Asuncion et al. (2009) with the linear exclusion.
    The last sweep moves responsibilities by `last_step` of the way. The log likelihood (nats) is
    that of the tokens before the pass.
    """
    priors = np.broadcast_to(alpha, doc_counts.shape)
    new_doc_counts = np.zeros_like(doc_counts, dtype=np.float64)
    term_counts = np.zeros_like(weight, dtype=np.float64)
    log_likelihood = 0.0
    for d, row in enumerate(counts):
        terms, prior = np.flatnonzero(row), priors[d]
        theta = (doc_counts[d] + prior) / (doc_counts[d] + prior).sum()
        log_likelihood += sum(row[w] * np.log(weight[w] @ theta) for w in terms)
        gamma = np.array([to_one(weight[w] * theta) for w in terms]).reshape(len(terms), len(prior))
        for sweep in range(n_sweeps):
            step = last_step if sweep == n_sweeps - 1 else 1.0
            for i, w in enumerate(terms):
                live = prior + row[terms] @ gamma
                own = min(row[w], 1.0) * gamma[i]
                term_part = np.maximum(weight[w] - own * slope[w], weight[w] * LEAST_WEIGHT)
                fresh = to_one(term_part * np.maximum(live - own, LEAST_SHARE))
                gamma[i] = (1.0 - step) * gamma[i] + step * fresh
        new_doc_counts[d] = row[terms] @ gamma
        term_counts[terms] += row[terms, np.newaxis] * gamma
    return new_doc_counts, term_counts, log_likelihood


def fold_in(counts, topic_term, alpha, n_sweeps):
    """Expected tokens (D, K) of documents with fixed topics (K, V), always as many sweeps."""
    weight = np.asarray(topic_term, dtype=np.float64).T
    nothing = np.zeros((len(counts), weight.shape[1]))
    no_slope = np.zeros_like(weight)
    return cvb0_pass(counts, weight, no_slope, alpha, nothing, n_sweeps, last_step=1.0)[0]


def fold_in_until_still(words, topic_term, alpha, most_sweeps, tolerance):
    """Expected tokens (K,) of one document (V,) and the sweeps it took."""
    before = fold_in_start(words, topic_term, alpha)
    for n_sweeps in range(1, most_sweeps + 1):
        after = fold_in([words], topic_term, alpha, n_sweeps)[0]
        if np.abs(after - before).max() <= tolerance * words.sum():
            break
        before = after
    return after, n_sweeps


def fold_in_start(words, topic_term, alpha):
    """Expected tokens (K,) when each token is shared out by the prior and its own weight."""
    return sum(words[w] * to_one(topic_term[:, w] * alpha) for w in np.flatnonzero(words))


def lda_fit(counts, start, alpha, eta, n_passes, *, learns=False, momentum=0.9):
    """Tokens (V, K) and (D, K) after passes with momentum, each pass' likelihood, alpha and eta.

    Term counts are frozen within a pass; from the third pass on it sees them ahead of themselves
    by `momentum` of their last change, never below zero. Priors are learned every tenth pass, from
    a draw of the tokens' topics.
    """
    before = now = start.astype(np.float64)
    doc_counts, likelihoods = np.zeros((len(counts), start.shape[1])), []
    for number in range(1, n_passes + 1):
        ahead = np.maximum(now + momentum * (now - before), 0.0) if number >= 3 else now
        weight, inverse = smoothed(ahead, eta)
        slope = np.tile(inverse, (len(ahead), 1))
        sweeps = 3 if number == 1 else 2
        doc_counts, fresh, found = cvb0_pass(counts, weight, slope, alpha, doc_counts, sweeps)
        before, now = now, fresh
        likelihoods.append(found / counts.sum())
        if learns and number % 10 == 0:
            weight = smoothed(now, eta)[0]
            of_docs, of_terms, _ = drawn_pass(
                counts, weight, weight * 0, alpha, doc_counts, None, 3, seed=0, number=number
            )
            for _ in range(5):
                eta = topic_prior_step(of_terms, eta, 1.001, 1.0)
                alpha = document_prior_step(of_docs, alpha, 1.001, 1.0)
    return now, doc_counts, np.array(likelihoods), alpha, eta


def smoothed(term_counts, eta):
    """(N_wk + eta) / (N_k + V eta), (V, K), and the reciprocals of its denominators, (K,)."""
    inverse = 1.0 / (term_counts.sum(axis=0) + len(term_counts) * eta)
    return (term_counts + eta) * inverse, inverse


def drawn_pass(
    counts, weight, slope, alpha, doc_counts, topics, n_sweeps, *, seed, number, first_doc=0
):
    """Draws with frozen weights: doc_counts (D, K), term_counts (V, K), each document's topics.

    Griffiths & Steyvers (2004), equation 5, with the own token, or part of one, out of the
    document's counts and linearly out of the weight, at least weight / 64. With topics None each
    token is first drawn on its own from weight * (doc_counts + alpha).
    """
    priors = np.broadcast_to(alpha, doc_counts.shape)
    of_docs, of_terms, drawn = np.zeros_like(doc_counts, float), np.zeros_like(weight, float), []
    for d, row in enumerate(counts):
        pieces = [
            (w, row[w] / n)
            for w in np.flatnonzero(row)
            for n in [n_pieces(row[w])]
            for _ in range(n)
        ]
        chances = uniforms(seed, first_doc + d, number)
        if topics is None:
            z = [
                one_drawn(weight[w] * (doc_counts[d] + priors[d]), next(chances)) for w, _ in pieces
            ]
        else:
            z = list(topics[d])
        for _ in range(n_sweeps):
            for i, (w, size) in enumerate(pieces):
                others = priors[d].astype(float)
                for j, (_, other) in enumerate(pieces):
                    others[z[j]] += other if j != i and z[j] >= 0 else 0.0
                mass = weight[w].astype(float)
                if z[i] >= 0:
                    own = mass[z[i]] - min(size, 1.0) * slope[w, z[i]]
                    mass[z[i]] = max(own, mass[z[i]] * LEAST_WEIGHT)
                z[i] = one_drawn(mass * others, next(chances))
        for (w, size), k in zip(pieces, z, strict=True):
            if k >= 0:
                of_docs[d, k] += size
                of_terms[w, k] += size
        drawn.append(z)
    return of_docs, of_terms, drawn


def n_pieces(count):
    """Whole tokens, a part as one more piece, 64 pieces at most."""
    return min(int(np.ceil(count)), 64)


def uniforms(seed, stream, number):
    """Two numbers in [0, 1) from each block of Philox, from the counter of a pass on."""
    counter = (3 << 56) + (number << 32)
    while True:
        for bits in philox(np.uint64(seed), np.uint64(stream), np.uint64(counter)):
            yield float(int(bits) >> 11) * 2.0**-53
        counter += 1


def one_drawn(mass, u):
    """The topic whose share of [0, 1) holds u, topics in the order 0, 8, 16, ..., 1, 9, ..."""
    if not mass.sum() > 0:
        return -1
    order = sorted(range(len(mass)), key=lambda k: (k % 8, k))
    return order[int(np.searchsorted(np.cumsum(mass[order]), u * mass.sum(), side="right"))]


def textbook_fit(counts, start, alpha, eta, n_passes):
    """Expected tokens (V, K) by (N_wk - own + eta) / (N_k - own + V eta): Asuncion et al. (2009).

    All else is as in `lda_fit` without momentum.
    """
    term_counts, doc_counts = start.astype(np.float64), np.zeros((len(counts), len(alpha)))
    for number in range(n_passes):
        sweeps = 3 if number == 0 else 2
        doc_counts, term_counts = _textbook_pass(
            counts, term_counts, alpha, eta, doc_counts, sweeps
        )
    return term_counts


def _textbook_pass(counts, frozen, alpha, eta, doc_counts, n_sweeps):
    n_terms, totals = len(frozen), frozen.sum(axis=0)
    new_doc_counts, term_counts = np.zeros_like(doc_counts), np.zeros_like(frozen)
    for d, row in enumerate(counts):
        terms = np.flatnonzero(row)
        full = (frozen + eta) / (totals + n_terms * eta)
        gamma = {w: to_one(full[w] * (doc_counts[d] + alpha)) for w in terms}
        for sweep in range(n_sweeps):
            step = 0.5 if sweep == n_sweeps - 1 else 1.0
            for w in terms:
                own = gamma[w]
                live = alpha + sum(row[v] * gamma[v] for v in terms)
                without = np.maximum(frozen[w] + eta - own, (frozen[w] + eta) * LEAST_WEIGHT)
                rest = np.maximum(totals - own, 0.0) + n_terms * eta
                fresh = to_one(without / rest * np.maximum(live - own, LEAST_SHARE))
                gamma[w] = (1.0 - step) * own + step * fresh
        for w in terms:
            new_doc_counts[d] += row[w] * gamma[w]
            term_counts[w] += row[w] * gamma[w]
    return new_doc_counts, term_counts


def gibbs(counts, n_topics, alpha, eta, *, n_sweeps, burn_in, seed):
    """Mean tokens (V, K) over the sweeps after burn_in of a plain collapsed Gibbs sampler.

    Griffiths & Steyvers (2004), equation 5, one token after the other.
    """
    rng = np.random.default_rng(seed)
    docs, terms = (
        np.repeat(places, counts[np.nonzero(counts)].astype(int)) for places in np.nonzero(counts)
    )
    topics = rng.integers(n_topics, size=len(docs))
    by_doc, by_term = np.zeros((len(counts), n_topics)), np.zeros((counts.shape[1], n_topics))
    np.add.at(by_doc, (docs, topics), 1)
    np.add.at(by_term, (terms, topics), 1)
    total, kept = by_term.sum(axis=0), np.zeros_like(by_term)
    for sweep in range(n_sweeps):
        chances = rng.random(len(docs))
        for i, (d, w) in enumerate(zip(docs.tolist(), terms.tolist(), strict=True)):
            z = topics[i]
            by_doc[d, z] -= 1
            by_term[w, z] -= 1
            total[z] -= 1
            sums = (
                (by_doc[d] + alpha) * (by_term[w] + eta) / (total + len(by_term) * eta)
            ).cumsum()
            z = topics[i] = sums.searchsorted(chances[i] * sums[-1], side="right")
            by_doc[d, z] += 1
            by_term[w, z] += 1
            total[z] += 1
        if sweep >= burn_in:
            kept += by_term
    return kept / (n_sweeps - burn_in)


# --- priors ---------------------------------------------------------------------------------------


def rise(count, prior):
    """psi(count + prior) - psi(prior); a count between whole ones is two whole ones in part."""
    low, part = np.floor(count), count % 1.0
    rises = digamma(np.array([low, low + 1.0]) + prior) - digamma(prior)
    return (1.0 - part) * rises[0] + part * rises[1]


def document_prior_step(counts, alpha, shape, scale):
    """Minka (2000), equation 55, with a Gamma(shape, scale) prior on each entry (K,)."""
    rises = np.vectorize(rise)(counts, alpha)
    below = sum(rise(length, alpha.sum()) for length in counts.sum(axis=1))
    return (alpha * rises.sum(axis=0) + shape - 1.0) / (below + 1.0 / scale)


def topic_prior_step(term_counts, eta, shape, scale):
    """The same for one symmetric prior of the topics (V, K)."""
    n_terms = len(term_counts)
    above = np.vectorize(rise)(term_counts, eta).sum()
    below = sum(rise(total, n_terms * eta) for total in term_counts.sum(axis=0))
    return (eta * above + shape - 1.0) / (n_terms * below + 1.0 / scale)


def to_one(values):
    """Values divided by their sum."""
    return values / values.sum()
