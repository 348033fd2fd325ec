"""How one pass of collapsed variational inference (CVB0) moves tokens between topics.

Shapes: D documents, V terms, K topics padded with unused topics (weight 0, prior 0) to a multiple
of 16, N stored counts, R rows of slopes. Everything is float32 in a written order: only + - * /
and max, no fused multiply-add, so the same input gives the same bits on any IEEE machine.

Reference: Asuncion, Welling, Smyth & Teh (2009), On smoothing and inference for topic models,
UAI, equation for CVB0. Within a pass the term counts stay frozen (as in their parallel version)
and the counts of the document in hand are live. We differ in two points. Responsibilities are not
kept between passes, which would take N * K numbers, but rebuilt from the document's counts when
its turn comes, own token included, and then updated without it. And taking the own token out
of the term's weight is linear (weight - share * slope), which leaves the denominator untouched; at
least 1/64 of the weight and 1e-6 of a token is left. A count below 1 is part of a token, and only
that part is taken out.
"""

import numpy as np
from numba import njit

LANES = 16
_LEAST_WEIGHT = np.float32(1.0 / 64.0)
_LEAST_SHARE = np.float32(1e-6)


@njit(cache=True, nogil=True)
def _total(values, lanes):
    """Sum of a (K,) array in 16 lanes, then the lanes from left to right."""
    for lane in range(LANES):
        lanes[lane] = np.float32(0.0)
    for start in range(0, values.shape[0], LANES):
        for lane in range(LANES):
            lanes[lane] += values[start + lane]
    total = np.float32(0.0)
    for lane in range(LANES):
        total += lanes[lane]
    return total


@njit(cache=True, nogil=True)
def _scale_to_one(values, lanes):
    """Divide a (K,) array by its sum, in place; an all-zero array stays as it is."""
    total = _total(values, lanes)
    if total > np.float32(0.0):
        inverse = np.float32(1.0) / total
        for k in range(values.shape[0]):
            values[k] *= inverse


@njit(cache=True, nogil=True)
def _begin(terms, counts, weight, alpha, doc_count, gamma, live, lanes):
    """Rebuild a document's responsibilities (n, K) and live counts (K,) from its kept counts."""
    n_topics = alpha.shape[0]
    for k in range(n_topics):
        live[k] = alpha[k]
    for i in range(terms.shape[0]):
        term = terms[i]
        for k in range(n_topics):
            gamma[i, k] = weight[term, k] * (doc_count[k] + alpha[k])
        _scale_to_one(gamma[i], lanes)
        for k in range(n_topics):
            live[k] += counts[i] * gamma[i, k]


@njit(cache=True, nogil=True)
def _sweep(terms, counts, weight, slope, slope_row, gamma, live, fresh, lanes):
    """Update each term's responsibilities once, in order; changes gamma and live."""
    n_topics = live.shape[0]
    for i in range(terms.shape[0]):
        term = terms[i]
        row = slope_row[term]
        taken = min(counts[i], np.float32(1.0))
        for k in range(n_topics):
            own = taken * gamma[i, k]
            without = max(weight[term, k] - own * slope[row, k], weight[term, k] * _LEAST_WEIGHT)
            fresh[k] = without * max(live[k] - own, _LEAST_SHARE)
        _scale_to_one(fresh, lanes)
        for k in range(n_topics):
            live[k] += counts[i] * (fresh[k] - gamma[i, k])
            gamma[i, k] = fresh[k]


@njit(cache=True, nogil=True)
def cvb0_pass(
    indptr, indices, counts, weight, slope, slope_row, alpha, doc_counts, term_counts, n_sweeps
):
    """Infer the topics of a block of documents with frozen term weights.

    indptr      int64 (D+1,)      where each document begins in indices and counts
    indices     int32 (N,)        term ids
    counts      float32 (N,)      tokens, >= 0
    weight      float32 (V, K)    weight of the term in the topic, own tokens included
    slope       float32 (R, K)    how much the weight falls when one token is taken out
    slope_row   int32 (V,)        which row of slope serves the term
    alpha       float32 (K,)      document prior
    doc_counts  float32 (D, K)    expected tokens per document and topic; updated
    term_counts float32 (V, K)    expected tokens per term and topic; this block's are added
    n_sweeps    int               inner sweeps over each document, >= 1
    """
    n_topics = alpha.shape[0]
    longest = 0
    for d in range(doc_counts.shape[0]):
        longest = max(longest, indptr[d + 1] - indptr[d])
    gamma = np.empty((longest, n_topics), np.float32)
    live = np.empty(n_topics, np.float32)
    fresh = np.empty(n_topics, np.float32)
    lanes = np.empty(LANES, np.float32)
    for d in range(doc_counts.shape[0]):
        terms = indices[indptr[d] : indptr[d + 1]]
        amounts = counts[indptr[d] : indptr[d + 1]]
        _begin(terms, amounts, weight, alpha, doc_counts[d], gamma, live, lanes)
        for _ in range(n_sweeps):
            _sweep(terms, amounts, weight, slope, slope_row, gamma, live, fresh, lanes)
        for k in range(n_topics):
            doc_counts[d, k] = max(live[k] - alpha[k], np.float32(0.0))
        for i in range(terms.shape[0]):
            for k in range(n_topics):
                term_counts[terms[i], k] += amounts[i] * gamma[i, k]


@njit(cache=True, nogil=True)
def fold_in(indptr, indices, counts, weight, alpha, doc_counts, n_sweeps):
    """Infer the topics of documents with fixed topics; a row depends on no other row.

    Arrays as in `cvb0_pass`, with weight the topics' term probabilities; doc_counts is set, not
    continued. The own token is taken out of the document's counts only.
    """
    n_topics = alpha.shape[0]
    longest = 0
    for d in range(doc_counts.shape[0]):
        longest = max(longest, indptr[d + 1] - indptr[d])
    gamma = np.empty((longest, n_topics), np.float32)
    live = np.empty(n_topics, np.float32)
    fresh = np.empty(n_topics, np.float32)
    lanes = np.empty(LANES, np.float32)
    no_slope = np.zeros((1, n_topics), np.float32)
    same_row = np.zeros(weight.shape[0], np.int32)
    for d in range(doc_counts.shape[0]):
        terms = indices[indptr[d] : indptr[d + 1]]
        amounts = counts[indptr[d] : indptr[d + 1]]
        doc_counts[d, :] = np.float32(0.0)
        _begin(terms, amounts, weight, alpha, doc_counts[d], gamma, live, lanes)
        for _ in range(n_sweeps):
            _sweep(terms, amounts, weight, no_slope, same_row, gamma, live, fresh, lanes)
        for k in range(n_topics):
            doc_counts[d, k] = max(live[k] - alpha[k], np.float32(0.0))
