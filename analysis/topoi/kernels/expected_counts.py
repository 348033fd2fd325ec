"""How many tokens of each term and each document are expected of each topic."""

import numpy as np
from numba import njit

__all__ = ["expected_counts"]


@njit(cache=True, nogil=True)
def expected_counts(indptr, indices, counts, shares, term_topic, weights, by_term, rows_by_term,
                    by_doc):  # fmt: skip
    """Set by_doc (D, K), and by_term and rows_by_term (V, K) to sums over documents by weight.

    indptr        int64 (D+1,)     where each document begins
    indices       int32 (N,)       term ids
    counts        float64 (N,)     tokens, > 0
    shares        float64 (D, K)   topic shares; rows sum to 1
    term_topic    float64 (V, K)   probability of the term in the topic
    weights       int64 (D,)       how often each document counts in the sums over documents
    by_term       float64 (V, K)   tokens of the term that are of the topic
    rows_by_term  float64 (V, K)   documents in which some token of the term is of the topic
    by_doc        float64 (D, K)   tokens of the document that are of the topic; 0 for weight 0

    A token of term w in document d is of topic k with probability shares_dk term_topic_wk over the
    sum of these over the topics; of n such tokens none is with the n-th power of the rest. A term
    with probability 0 in all topics of a document is of none.
    """
    by_term[:] = 0.0
    rows_by_term[:] = 0.0
    by_doc[:] = 0.0
    n_topics = shares.shape[1]
    part = np.empty(n_topics)
    for d in range(shares.shape[0]):
        if weights[d] == 0:
            continue
        for i in range(indptr[d], indptr[d + 1]):
            w = indices[i]
            total = 0.0
            for k in range(n_topics):
                part[k] = shares[d, k] * term_topic[w, k]
                total += part[k]
            if total <= 0.0:
                continue
            for k in range(n_topics):
                is_of_topic = part[k] / total
                tokens = counts[i] * is_of_topic
                by_doc[d, k] += tokens
                by_term[w, k] += weights[d] * tokens
                some = is_of_topic if counts[i] == 1.0 else 1.0 - (1.0 - is_of_topic) ** counts[i]
                rows_by_term[w, k] += weights[d] * some
