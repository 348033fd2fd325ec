"""Which tokens of a document are observed and which are scored, and how likely the latter are."""

import numpy as np
from numba import njit

from topoi.kernels.counter_random import FOR_HALVES, below
from topoi.kernels.logarithm import natural_log

__all__ = ["log_likelihoods", "observed_half"]

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
def log_likelihoods(indptr, indices, counts, shares, term_topic, result):
    """Set result (D,) to sum_w counts_dw log sum_k shares_dk term_topic_wk, terms and k in order.

    indptr      int64 (D+1,)     where each document begins
    indices     int32 (N,)       term ids
    counts      float64 (N,)     scored tokens, > 0
    shares      float64 (D, K)   topic shares; rows sum to 1
    term_topic  float64 (V, K)   probability of the term in the topic
    result      float64 (D,)     nats; minus infinity where a term has probability 0
    """
    for d in range(result.shape[0]):
        result[d] = 0.0
        for i in range(indptr[d], indptr[d + 1]):
            probability = 0.0
            for k in range(shares.shape[1]):
                probability += shares[d, k] * term_topic[indices[i], k]
            result[d] += counts[i] * natural_log(probability)
