"""How likely a document is, token by token from the left, in each of several particles."""

import numpy as np
from numba import njit

from topoi.kernels.counter_random import FOR_PARTICLES, below, uniform
from topoi.kernels.logarithm import natural_log
from topoi.kernels.topic_chain import LANES, drawn_topic, most_tokens, sweep, tokens_of

__all__ = ["left_to_right"]

_ONE = np.uint64(1)
_PER_PARTICLE = np.uint64(40)  # bits of the counter that one particle may use


@njit(cache=True, nogil=True)
def _shuffle(token_term, n_tokens, seed, stream, counter):
    """Put the first n_tokens into random order (Fisher & Yates); the next free counter."""
    for last in range(n_tokens - 1, 0, -1):
        other, counter = below(seed, stream, counter, np.uint64(last + 1))
        place = np.int64(other)
        token_term[last], token_term[place] = token_term[place], token_term[last]
    return counter


@njit(cache=True, nogil=True)
def _one_particle(
    token_term, token_topic, n_tokens, weight, scale, doc_count, alpha, seed, stream, counter,
    mass, lanes,
):  # fmt: skip
    """Sum over tokens of the logarithm of p(token | topics of the tokens before it)."""
    prior_mass = 0.0
    for k in range(alpha.shape[0]):
        prior_mass += np.float64(alpha[k])
    doc_count[:] = np.float32(0.0)
    result = 0.0
    for n in range(n_tokens):
        counter = sweep(
            token_term, token_topic, n, weight, doc_count, alpha, seed, stream, counter,
            mass, lanes,
        )  # fmt: skip
        term = token_term[n]
        if scale[term] == 0.0:
            return -np.inf
        u = uniform(seed, stream, counter)
        counter += _ONE
        topic, total = drawn_topic(weight[term], doc_count, alpha, u, mass, lanes)
        result += natural_log(total * scale[term] / (n + prior_mass))
        token_topic[n] = topic
        doc_count[topic] += np.float32(1.0)
    return result


@njit(cache=True, nogil=True)
def left_to_right(indptr, indices, counts, weight, scale, alpha, keys, seed, result):
    """The estimate of log p(tokens) by each of R particles, for a block of documents.

    Arrays as in `kernels.topic_chain.theta_chain`, and
    scale   float64 (V,)     what to multiply weight by to have probabilities; 0 where no topic
                             has the term
    result  float64 (D, R)   set; nats

    Each particle takes the tokens in a random order of its own and draws all earlier topics anew
    before each token. Reference: Wallach, Murray, Salakhutdinov & Mimno (2009), algorithm 3, with
    the products kept apart.
    """
    longest = most_tokens(indptr, counts)
    token_term = np.empty(longest, np.int32)
    token_topic = np.empty(longest, np.int32)
    doc_count = np.empty(weight.shape[1], np.float32)
    mass = np.empty(weight.shape[1], np.float32)
    lanes = np.empty(LANES, np.float32)
    for d in range(result.shape[0]):
        prior = alpha[d if alpha.shape[0] > 1 else 0].astype(np.float32)
        bounds = slice(indptr[d], indptr[d + 1])
        for r in range(result.shape[1]):
            counter = FOR_PARTICLES + (np.uint64(r) << _PER_PARTICLE)
            n_tokens = tokens_of(indices[bounds], counts[bounds], token_term)
            counter = _shuffle(token_term, n_tokens, seed, keys[d], counter)
            result[d, r] = _one_particle(
                token_term, token_topic, n_tokens, weight, scale, doc_count, prior, seed, keys[d],
                counter, mass, lanes,
            )  # fmt: skip
