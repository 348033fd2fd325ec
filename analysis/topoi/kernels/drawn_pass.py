"""How one pass draws the topic of each token anew, given the topics of all others (Gibbs).

Shapes: D documents, V terms, K topics padded with unused topics (weight 0, prior 0) to a multiple
of 8, N stored counts, R rows of slopes, P rows of priors. A stored count is drawn in equal pieces,
at most 64 of them and no more than it takes for none to exceed a token: a whole count up to 64 is
drawn token by token. As in `kernels.cvb0` the term counts stay frozen within a pass, the counts of
the document in hand are live, the own piece is taken out of the document's counts and (of a piece,
one token at most) linearly out of the weight, all is float32 in a written order, and the random
numbers are those of a counter: the same input gives the same bits. In counts far above 64 small
shares are lost to the size of the pieces.

Reference: Griffiths & Steyvers (2004), Finding scientific topics, PNAS, equation 5; term counts
frozen for a pass as in Newman, Asuncion, Smyth & Welling (2009), Distributed algorithms for topic
models, JMLR, taken to its end: every document is a processor of its own.
"""

import numpy as np
from numba import njit

from topoi.kernels.counter_random import FOR_PASSES, philox, to_float64
from topoi.kernels.lanes import LANES, copy_row, lanes_of, load, prefetch, store

__all__ = ["drawn_pass", "piece_places"]

_MOST_PIECES = 64
_AHEAD = 2  # pieces ahead for which a term's weights are asked for; these lie in a large table
_LEAST_WEIGHT = np.float32(1.0 / 64.0)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_ONE_MORE = np.uint64(1)
_PASS_WIDTH = np.uint64(32)  # bits for the pieces of a document in one pass


@njit(cache=True, nogil=True)
def _n_pieces(count):
    """In how many pieces a count is drawn."""
    return min(int(np.ceil(count)), _MOST_PIECES)


@njit(cache=True, nogil=True)
def piece_places(indptr, counts):
    """Where the pieces of each document begin, int64 (D+1,)."""
    places = np.zeros(indptr.shape[0], np.int64)
    for d in range(indptr.shape[0] - 1):
        places[d + 1] = places[d]
        for i in range(indptr[d], indptr[d + 1]):
            places[d + 1] += _n_pieces(counts[i])
    return places


@njit(cache=True, nogil=True)
def _masses(weights, live, mass, lanes):
    """Write weight * live into mass (K,), and the sums of every eighth of them into lanes (8,)."""
    sums = lanes_of(_ZERO)
    for at in range(0, mass.shape[0], LANES):
        one = load(weights, at) * load(live, at)
        store(mass, at, one)
        sums += one
    store(lanes, 0, sums)


@njit(cache=True, nogil=True)
def _chosen(mass, lanes, u):
    """A topic with probability in proportion to its mass; -1 where all masses are 0.

    u is uniform in [0, 1). First one of the eight lanes is chosen, then a topic of the lane.
    """
    total = 0.0
    for lane in range(LANES):
        total += np.float64(lanes[lane])
    if not total > 0.0:
        return -1
    target, lane = u * total, 0
    while np.float64(lanes[lane]) <= target and lane + 1 < LANES:
        target -= np.float64(lanes[lane])
        lane += 1
    topic, reached = -1, 0.0
    for k in range(lane, mass.shape[0], LANES):
        if mass[k] > _ZERO:
            topic = k
            reached += np.float64(mass[k])
            if reached > target:
                break
    return topic


@njit(cache=True, nogil=True)
def _uniform(stream, chance):
    """The next uniform number of a stream (seed, stream); two come from one block of 128 bits.

    chance uint64 (3,): the next counter, the second half of the last block, 1 while that is unused.
    """
    if chance[2]:
        chance[2] = np.uint64(0)
        return to_float64(chance[1])
    first, second = philox(stream[0], stream[1], chance[0])
    chance[0] += _ONE_MORE
    chance[1], chance[2] = second, _ONE_MORE
    return to_float64(first)


@njit(cache=True, nogil=True)
def _cut(terms, counts, piece_term, piece):
    """Write the term and the size of each piece of a document; gives their number."""
    n_pieces = 0
    for i in range(terms.shape[0]):
        n_here = _n_pieces(counts[i])
        for _ in range(n_here):
            piece_term[n_pieces] = terms[i]
            piece[n_pieces] = counts[i] / np.float32(n_here)
            n_pieces += 1
    return n_pieces


@njit(cache=True, nogil=True)
def _begin(piece_term, weight, live, topic_of, stream, chance, mass, lanes):
    """Draw each piece of a document on its own."""
    for i in range(topic_of.shape[0]):
        _masses(weight[np.intp(piece_term[i])], live, mass, lanes)
        topic_of[i] = _chosen(mass, lanes, _uniform(stream, chance))


@njit(cache=True, nogil=True)
def _sweep(
    piece_term, piece, weight, slope, slope_row, live, topic_of, stream, chance, mass, lanes
):
    """Draw each piece of a document given all others; changes live, counts and prior together."""
    for i in range(topic_of.shape[0]):
        term, old = np.intp(piece_term[i]), np.intp(topic_of[i])
        if i + _AHEAD < topic_of.shape[0]:
            prefetch(weight[np.intp(piece_term[i + _AHEAD])])
        weights = weight[term]
        if old >= 0:
            live[old] = max(live[old] - piece[i], _ZERO)
        _masses(weights, live, mass, lanes)
        if old >= 0:
            own = weights[old] - min(piece[i], _ONE) * slope[np.intp(slope_row[term]), old]
            without = max(own, weights[old] * _LEAST_WEIGHT) * live[old]
            lanes[old % LANES] += without - mass[old]
            mass[old] = without
        new = _chosen(mass, lanes, _uniform(stream, chance))
        topic_of[i] = new
        if new >= 0:
            live[new] += piece[i]


@njit(cache=True, nogil=True)
def _add_rows(one, other, both):
    """Write one + other into both, rows (K,)."""
    for at in range(0, both.shape[0], LANES):
        store(both, at, load(one, at) + load(other, at))


@njit(cache=True, nogil=True)
def _add_pieces(piece, topic_of, counts):
    """Add the pieces of a document to counts (K,)."""
    for i in range(topic_of.shape[0]):
        if topic_of[i] >= 0:
            counts[np.intp(topic_of[i])] += piece[i]


@njit(cache=True, nogil=True)
def drawn_pass(
    indptr, indices, counts, weight, slope, slope_row, alpha, doc_counts, term_counts, topic_of,
    places, begins, n_sweeps, seed, first_doc, number,
):  # fmt: skip
    """Draw the topics of a block of documents with frozen term weights.

    indptr, indices, counts, weight, slope, slope_row, alpha: as in `kernels.cvb0.cvb0_pass`
    doc_counts  float32 (D, K)    tokens per document and topic; read where it begins, then set
    term_counts float32 (V, K)    tokens per term and topic; this block's are added
    topic_of    int (M,)          the topic of each piece, -1 for none; updated
    places      int64 (D+1,)      where the pieces of each document begin in topic_of
    begins      bool              first draw every piece on its own, from weight (N_dk + alpha_dk)
    n_sweeps    int >= 0          sweeps over each document
    seed, first_doc, number       uint64: random numbers belong to the seed, the document (its
                                  place: first_doc + d) and the number of the pass
    A piece whose weights are all zero has no topic and is not counted.
    """
    n_topics, longest = weight.shape[1], _longest_step(places)
    piece_term, piece = np.empty(longest, np.int32), np.empty(longest, np.float32)
    live, mass = np.empty(n_topics, np.float32), np.empty(n_topics, np.float32)
    lanes, chance = np.empty(LANES, np.float32), np.zeros(3, np.uint64)
    for d in range(doc_counts.shape[0]):
        inside = slice(indptr[d], indptr[d + 1])
        _cut(indices[inside], counts[inside], piece_term, piece)
        prior, kept = alpha[min(d, alpha.shape[0] - 1)], doc_counts[d]
        topics = topic_of[places[d] : places[d + 1]]
        stream = (seed, first_doc + np.uint64(d))
        chance[0], chance[2] = FOR_PASSES + (number << _PASS_WIDTH), np.uint64(0)
        if begins:
            _add_rows(kept, prior, live)
            _begin(piece_term, weight, live, topics, stream, chance, mass, lanes)
        copy_row(prior, live)
        _add_pieces(piece, topics, live)
        for _ in range(n_sweeps):
            _sweep(
                piece_term, piece, weight, slope, slope_row, live, topics, stream, chance, mass,
                lanes,
            )  # fmt: skip
        kept[:] = _ZERO
        _add_pieces(piece, topics, kept)
        for i in range(topics.shape[0]):
            if topics[i] >= 0:
                term_counts[np.intp(piece_term[i]), np.intp(topics[i])] += piece[i]


@njit(cache=True, nogil=True)
def _longest_step(places):
    """Most pieces of a document."""
    longest = 0
    for d in range(places.shape[0] - 1):
        longest = max(longest, places[d + 1] - places[d])
    return longest
