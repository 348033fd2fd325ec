"""Which tokens of a document are observed and which are scored, and how likely each term is."""

import numpy as np
from numba import njit

from topoi.kernels.counter_random import FOR_HALVES, below

_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def observed_half(indptr, counts, keys, seed, observed):
    """Set observed (N,) to the tokens of each count that fall into the observed half.

    indptr    int64 (D+1,)    where each document begins
    counts    float64 (N,)    tokens, > 0; what is left over a whole number is one short token
    keys      uint64 (D,)     random streams
    seed      uint64
    observed  float64 (N,)

    Half of the document's tokens, rounded down, every choice of them equally likely: each token
    is taken with probability (still to be taken) / (still to come). Reference: Knuth, The art of
    computer programming 2, section 3.4.2, algorithm S.
    """
    for d in range(indptr.shape[0] - 1):
        left = np.uint64(0)
        for i in range(indptr[d], indptr[d + 1]):
            left += np.uint64(np.ceil(counts[i]))
        wanted = left >> _ONE
        counter = FOR_HALVES
        for i in range(indptr[d], indptr[d + 1]):
            rest = counts[i]
            observed[i] = 0.0
            while rest > 0.0:
                place, counter = below(seed, keys[d], counter, left)
                if place < wanted:
                    observed[i] += min(rest, 1.0)
                    wanted -= _ONE
                left -= _ONE
                rest -= 1.0


@njit(cache=True, nogil=True)
def term_probabilities(indptr, indices, shares, term_topic, probability):
    """Set probability (N,) to sum_k shares_dk term_topic_wk, k from left to right.

    indptr int64 (D+1,), indices int32 (N,), shares float64 (D, K), term_topic float64 (V, K).
    """
    for d in range(indptr.shape[0] - 1):
        for i in range(indptr[d], indptr[d + 1]):
            term = indices[i]
            total = 0.0
            for k in range(shares.shape[1]):
                total += shares[d, k] * term_topic[term, k]
            probability[i] = total
