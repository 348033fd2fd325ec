"""How the topics of a document's tokens, and then its shares, are drawn with fixed topics.

Shapes: D documents, V terms, K topics padded with unused topics (weight 0, prior 0) to K', a
multiple of 16, N stored counts, S draws, A priors (1 for all documents, or D). Weights are float32
in a written order, without fused multiply-add; counts of tokens are whole and kept apart from
the prior, so that float32 adds and takes them without error.

Reference: Griffiths & Steyvers (2004), Finding scientific topics, PNAS, equation 5, with the
topics held fixed.
"""

import numpy as np
from numba import njit

from topoi.kernels.counter_random import FOR_DRAWS, uniform
from topoi.kernels.gamma_variates import dirichlet_variate

__all__ = ["LANES", "drawn_topic", "most_tokens", "sweep", "theta_chain", "tokens_of"]

LANES = 16
_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def drawn_topic(weight, doc_count, alpha, u, mass, lanes):
    """A topic k with probability in proportion to weight_k (doc_count_k + alpha_k), and their sum.

    All (K',) float32; u is uniform in [0, 1); mass (K',) and lanes (16,) are room to work in.
    First one of 16 lanes of topics is drawn, then a topic of the lane, so that all sums over
    topics run side by side. The sum must be above 0; a topic of weight 0 is never drawn.
    """
    for k in range(weight.shape[0]):
        mass[k] = weight[k] * (doc_count[k] + alpha[k])
    for lane in range(LANES):
        lanes[lane] = np.float32(0.0)
    for first in range(0, weight.shape[0], LANES):
        for lane in range(LANES):
            lanes[lane] += mass[first + lane]
    total = 0.0
    for lane in range(LANES):
        total += np.float64(lanes[lane])
    target = u * total
    chosen, before, reached = 0, 0.0, 0.0
    for lane in range(LANES):
        before, reached = reached, reached + np.float64(lanes[lane])
        chosen = lane
        if reached > target:
            break
    target -= before
    topic = chosen
    within = np.float32(0.0)
    for k in range(chosen, weight.shape[0], LANES):
        if mass[k] > np.float32(0.0):
            topic = k
            within += mass[k]
            if np.float64(within) > target:
                break
    return topic, total


@njit(cache=True, nogil=True)
def tokens_of(terms, counts, token_term):
    """Write the term of each token into token_term, copies side by side; gives the tokens."""
    n_tokens = 0
    for i in range(terms.shape[0]):
        for _ in range(int(counts[i])):
            token_term[n_tokens] = terms[i]
            n_tokens += 1
    return n_tokens


@njit(cache=True, nogil=True)
def most_tokens(indptr, counts):
    """Tokens of the longest document."""
    most = 0
    for d in range(indptr.shape[0] - 1):
        n_tokens = 0
        for i in range(indptr[d], indptr[d + 1]):
            n_tokens += int(counts[i])
        most = max(most, n_tokens)
    return most


@njit(cache=True, nogil=True)
def sweep(
    token_term, token_topic, n_tokens, weight, doc_count, alpha, seed, stream, counter, mass, lanes
):
    """Draw the topic of each of the first n_tokens anew, given all others; the next counter.

    A token of topic -1 has none yet and is not in doc_count, so that a first sweep draws each
    token's topic given those before it.
    """
    for i in range(n_tokens):
        if token_topic[i] >= 0:
            doc_count[token_topic[i]] -= np.float32(1.0)
        u = uniform(seed, stream, counter)
        counter += _ONE
        topic, _ = drawn_topic(weight[token_term[i]], doc_count, alpha, u, mass, lanes)
        token_topic[i] = topic
        doc_count[topic] += np.float32(1.0)
    return counter


@njit(cache=True, nogil=True)
def theta_chain(indptr, indices, counts, weight, alpha, keys, seed, burn_in, thin, draws):
    """Draw the topic shares of a block of documents, each by its own chain.

    indptr   int64 (D+1,)        where each document begins in indices and counts
    indices  int32 (N,)          term ids
    counts   float64 (N,)        tokens, whole, > 0
    weight   float32 (V, K')     in proportion to the term's probability in the topic; a term
                                 that occurs has a weight above 0 somewhere
    alpha    float64 (A, K')     document prior, > 0 for the K topics
    keys     uint64 (D,)         random streams
    seed     uint64
    burn_in  int >= 0            sweeps before the first `thin`
    thin     int >= 1            sweeps before each draw
    draws    float64 (S, D, K)   set
    """
    n_draws, n_docs, n_topics = draws.shape
    longest = most_tokens(indptr, counts)
    token_term = np.empty(longest, np.int32)
    token_topic = np.empty(longest, np.int32)
    doc_count = np.empty(weight.shape[1], np.float32)
    mass = np.empty(weight.shape[1], np.float32)
    lanes = np.empty(LANES, np.float32)
    shapes = np.empty(n_topics, np.float64)
    for d in range(n_docs):
        prior = alpha[d if alpha.shape[0] > 1 else 0]
        prior32 = prior.astype(np.float32)
        stream, counter = keys[d], FOR_DRAWS
        bounds = slice(indptr[d], indptr[d + 1])
        n_tokens = tokens_of(indices[bounds], counts[bounds], token_term)
        token_topic[:n_tokens] = -1
        doc_count[:] = np.float32(0.0)
        for s in range(n_draws):
            for _ in range(thin if s > 0 else 1 + burn_in + thin):
                counter = sweep(
                    token_term, token_topic, n_tokens, weight, doc_count, prior32, seed, stream,
                    counter, mass, lanes,
                )  # fmt: skip
            for k in range(n_topics):
                shapes[k] = np.float64(doc_count[k]) + prior[k]
            counter = dirichlet_variate(seed, stream, counter, shapes, draws[s, d])
