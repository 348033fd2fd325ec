"""How one pass of collapsed variational inference (CVB0) moves tokens between topics.

Shapes: D documents, V terms, K topics padded with unused topics (weight 0, prior 0) to a multiple
of 8, N stored counts, R rows of slopes, P rows of priors. Everything is float32 in a written
order: only + - * / and max, no fused multiply-add, so the same input gives the same bits on any
IEEE machine; sums over topics run in the eight lanes of `kernels.lanes`.

Reference: Asuncion, Welling, Smyth & Teh (2009), On smoothing and inference for topic models,
UAI, equation for CVB0. Within a pass the term counts stay frozen (as in their parallel version)
and the counts of the document in hand are live. We differ in three points. Responsibilities are not
kept between passes, which would take N * K numbers, but rebuilt from the document's counts when
its turn comes, own token included, and then updated without it. The last update goes half of the
way: a full one takes too much of the own token out, the next too little, and so on in turn. And
taking the own token out of the term's weight is linear (weight - share * slope), which leaves the
denominator untouched; at least 1/64 of the weight and 1e-6 of a token is left. A count below 1 is
part of a token, and only that part is taken out.
"""

import numpy as np
from numba import njit

from topoi.kernels.lanes import LANES, copy_row, lane_sum, lanes_of, larger, load, prefetch, store
from topoi.kernels.logarithm import natural_log

__all__ = ["cvb0_pass", "fold_in"]

_LEAST_WEIGHT = np.float32(1.0 / 64.0)
_LEAST_SHARE = np.float32(1e-6)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_HALF = np.float32(0.5)
# So many terms ahead a row of V is asked for: tables of V rows lie beyond the nearest memory.
_AHEAD = 4
# Whole counts up to here multiply a product of likelihoods, others take a logarithm each.
_FEW = 4.0
# Far from the ends of float64: one more factor, a float32, cannot reach them.
_SMALL_PRODUCT = 1e-200
_GREAT_PRODUCT = 1e200


@njit(cache=True, nogil=True)
def _longest(indptr):
    """Most stored counts of a document."""
    longest = 0
    for d in range(indptr.shape[0] - 1):
        longest = max(longest, indptr[d + 1] - indptr[d])
    return longest


@njit(cache=True, nogil=True)
def _reciprocal(total):
    """1 / total, and 0 for 0: weights that are all zero stay so."""
    return _ONE / total if total > _ZERO else _ZERO


@njit(cache=True, nogil=True)
def _log_product(factors, exponents):
    """Sum of exponents * ln(factors), with one logarithm for every hundred factors or so."""
    product, logs = 1.0, 0.0
    for i in range(exponents.shape[0]):
        factor, exponent = np.float64(factors[i]), np.float64(exponents[i])
        if exponent > _FEW or exponent != np.floor(exponent):
            logs += exponent * natural_log(factor)
            continue
        for _ in range(int(exponent)):
            product *= factor
            if not _SMALL_PRODUCT < product < _GREAT_PRODUCT:
                logs += natural_log(product)
                product = 1.0
    return logs + natural_log(product)


@njit(cache=True, nogil=True)
def _rebuild(terms, counts, weight, mass, gamma, totals, live):
    """Responsibilities (n, K) of a document in proportion to weight * mass, and their sums (n,).

    The document's expected tokens are added to live (K,), which is not mass.
    """
    n_topics = mass.shape[0]
    for i in range(terms.shape[0]):
        weights, shares = weight[np.intp(terms[i])], gamma[i]
        if i + _AHEAD < terms.shape[0]:
            prefetch(weight[np.intp(terms[i + _AHEAD])])
        sums = lanes_of(_ZERO)
        for at in range(0, n_topics, LANES):
            share = load(weights, at) * load(mass, at)
            store(shares, at, share)
            sums += share
        totals[i] = lane_sum(sums)
        inverse, count = lanes_of(_reciprocal(totals[i])), lanes_of(counts[i])
        for at in range(0, n_topics, LANES):
            share = load(shares, at) * inverse
            store(shares, at, share)
            store(live, at, load(live, at) + count * share)


@njit(cache=True, nogil=True)
def _without_own(count, weights, slopes, shares, live, fresh):
    """Write what a term's responsibilities are in proportion to into fresh (K,); gives its sum.

    The term's own tokens are taken out.
    """
    taken = lanes_of(min(count, _ONE))
    least_weight, least_share = lanes_of(_LEAST_WEIGHT), lanes_of(_LEAST_SHARE)
    sums = lanes_of(_ZERO)
    for at in range(0, live.shape[0], LANES):
        own, full = taken * load(shares, at), load(weights, at)
        without = larger(full - own * load(slopes, at), full * least_weight)
        share = without * larger(load(live, at) - own, least_share)
        store(fresh, at, share)
        sums += share
    return lane_sum(sums)


@njit(cache=True, nogil=True)
def _sweep(terms, counts, weight, slope, slope_row, gamma, live, fresh):
    """Renew each term's responsibilities, in order; changes gamma and live."""
    for i in range(terms.shape[0]):
        term, shares, count = np.intp(terms[i]), gamma[i], lanes_of(counts[i])
        slopes = slope[np.intp(slope_row[term])]
        total = _without_own(counts[i], weight[term], slopes, shares, live, fresh)
        inverse = lanes_of(_reciprocal(total))
        for at in range(0, live.shape[0], LANES):
            share = load(shares, at)
            moved = load(fresh, at) * inverse - share
            store(live, at, load(live, at) + count * moved)
            store(shares, at, share + moved)


@njit(cache=True, nogil=True)
def _last_sweep(terms, counts, weight, slope, slope_row, gamma, live, fresh, term_counts):
    """Move each term's responsibilities half of the way and add its tokens to term_counts (V, K).

    In order; changes live, and leaves gamma as it was.
    """
    half = lanes_of(_HALF)
    for i in range(terms.shape[0]):
        term, shares, count = np.intp(terms[i]), gamma[i], lanes_of(counts[i])
        if i + _AHEAD < terms.shape[0]:
            prefetch(term_counts[np.intp(terms[i + _AHEAD])])
        row, slopes = term_counts[term], slope[np.intp(slope_row[term])]
        total = _without_own(counts[i], weight[term], slopes, shares, live, fresh)
        inverse = lanes_of(_reciprocal(total))
        for at in range(0, live.shape[0], LANES):
            share = load(shares, at)
            moved = half * (load(fresh, at) * inverse - share)
            store(live, at, load(live, at) + count * moved)
            store(row, at, load(row, at) + count * (share + moved))


@njit(cache=True, nogil=True)
def cvb0_pass(
    indptr,
    indices,
    counts,
    weight,
    slope,
    slope_row,
    alpha,
    doc_counts,
    term_counts,
    n_sweeps,
    log_likelihood,
):
    """Infer the topics of a block of documents with frozen term weights.

    indptr      int64 (D+1,)      where each document begins in indices and counts
    indices     int32 (N,)        term ids
    counts      float32 (N,)      tokens, >= 0
    weight      float32 (V, K)    weight of the term in the topic, own tokens included
    slope       float32 (R, K)    how much the weight falls when one token is taken out
    slope_row   int32 (V,)        which row of slope serves the term
    alpha       float32 (P, K)    document prior: one row for all documents, or a row for each
    doc_counts  float32 (D, K)    expected tokens per document and topic; updated
    term_counts float32 (V, K)    expected tokens per term and topic; this block's are added
    n_sweeps    int               inner sweeps over each document, >= 1; the last half of the way
    log_likelihood float64        of the documents before these, nats; 0 where a block begins
    Returns float64, log_likelihood plus that of the tokens given the weights and doc_counts as
    they were: sum over tokens of ln sum_k weight_wk (N_dk + alpha_dk) / (N_d + sum alpha_d).
    """
    n_topics, longest = weight.shape[1], _longest(indptr)
    gamma = np.empty((longest, n_topics), np.float32)
    totals = np.empty(longest, np.float32)
    live, fresh = np.empty(n_topics, np.float32), np.empty(n_topics, np.float32)
    for d in range(doc_counts.shape[0]):
        terms = indices[indptr[d] : indptr[d + 1]]
        amounts = counts[indptr[d] : indptr[d + 1]]
        prior, kept = alpha[min(d, alpha.shape[0] - 1)], doc_counts[d]
        mass = _with_prior(kept, prior, fresh)
        copy_row(prior, live)
        _rebuild(terms, amounts, weight, fresh, gamma, totals, live)
        log_likelihood += _log_product(totals, amounts) - _tokens(amounts) * natural_log(mass)
        for _ in range(n_sweeps - 1):
            _sweep(terms, amounts, weight, slope, slope_row, gamma, live, fresh)
        _last_sweep(terms, amounts, weight, slope, slope_row, gamma, live, fresh, term_counts)
        _keep(live, prior, kept)
    return log_likelihood


@njit(cache=True, nogil=True)
def _with_prior(doc_count, prior, mass):
    """Write counts plus prior into mass (K,); gives their sum."""
    sums = lanes_of(_ZERO)
    for at in range(0, mass.shape[0], LANES):
        both = load(doc_count, at) + load(prior, at)
        store(mass, at, both)
        sums += both
    return np.float64(lane_sum(sums))


@njit(cache=True, nogil=True)
def _tokens(amounts):
    tokens = 0.0
    for i in range(amounts.shape[0]):
        tokens += np.float64(amounts[i])
    return tokens


@njit(cache=True, nogil=True)
def _keep(live, prior, doc_count):
    """The live counts without their prior, never below zero."""
    for at in range(0, live.shape[0], LANES):
        store(doc_count, at, larger(load(live, at) - load(prior, at), lanes_of(_ZERO)))


@njit(cache=True, nogil=True)
def fold_in(indptr, indices, counts, weight, alpha, doc_counts, most_sweeps, tolerance):
    """Infer the topics of documents with fixed topics; a row depends on no other row.

    Arrays as in `cvb0_pass`, with weight the topics' term probabilities; doc_counts is set, not
    continued. The own token is taken out of the document's counts only. A document's sweeps end
    when no topic gains or loses more than `tolerance` of its tokens in one, or after most_sweeps.
    """
    n_topics, longest = weight.shape[1], _longest(indptr)
    gamma = np.empty((longest, n_topics), np.float32)
    totals = np.empty(longest, np.float32)
    live, fresh = np.empty(n_topics, np.float32), np.empty(n_topics, np.float32)
    before = np.empty(n_topics, np.float32)
    no_slope = np.zeros((1, n_topics), np.float32)
    same_row = np.zeros(weight.shape[0], np.int32)
    for d in range(doc_counts.shape[0]):
        terms = indices[indptr[d] : indptr[d + 1]]
        amounts = counts[indptr[d] : indptr[d + 1]]
        prior = alpha[min(d, alpha.shape[0] - 1)]
        least = np.float32(tolerance * _tokens(amounts))
        copy_row(prior, live)
        _rebuild(terms, amounts, weight, prior, gamma, totals, live)
        for _ in range(most_sweeps):
            copy_row(live, before)
            _sweep(terms, amounts, weight, no_slope, same_row, gamma, live, fresh)
            if _greatest_change(before, live) <= least:
                break
        _keep(live, prior, doc_counts[d])


@njit(cache=True, nogil=True)
def _greatest_change(before, after):
    most = _ZERO
    for k in range(after.shape[0]):
        most = max(most, abs(after[k] - before[k]))
    return most
