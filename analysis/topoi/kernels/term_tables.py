"""What happens to the tables of terms and topics between two passes, and to sums over terms.

Shapes: V terms, K topics padded to a multiple of 8, N stored counts. Float32 element by element,
sums in float64 over the terms, or the stored counts, from first to last.
"""

import numpy as np
from numba import njit

from topoi.kernels.lanes import LANES, lanes_of, larger, load, store

__all__ = ["add_documents", "add_table", "add_tokens", "change", "extrapolated", "smoothed_weights"]


@njit(cache=True, nogil=True)
def add_table(part, total):
    """Add part (V, K) to total (V, K), and set part to zero for its next use."""
    zero = lanes_of(np.float32(0.0))
    for w in range(total.shape[0]):
        source, target = part[w], total[w]
        for at in range(0, target.shape[0], LANES):
            store(target, at, load(target, at) + load(source, at))
            store(source, at, zero)


@njit(cache=True, nogil=True)
def add_documents(indices, doc_freq):
    """Add one to doc_freq (V,), int64, for each stored count of a term in `indices` (N,)."""
    for i in range(indices.shape[0]):
        doc_freq[np.intp(indices[i])] += 1


@njit(cache=True, nogil=True)
def add_tokens(indices, counts, totals):
    """Add stored counts (N,), float32, of the terms `indices` (N,) to totals (V,), in order."""
    for i in range(indices.shape[0]):
        totals[np.intp(indices[i])] += np.float64(counts[i])


@njit(cache=True, nogil=True)
def change(before, after):
    """Half the sum of absolute differences of two tables (V, K): tokens that moved."""
    moved = 0.0
    for w in range(before.shape[0]):
        row = np.float32(0.0)
        for k in range(before.shape[1]):
            row += abs(after[w, k] - before[w, k])
        moved += np.float64(row)
    return 0.5 * moved


@njit(cache=True, nogil=True)
def extrapolated(before, now, momentum, ahead):
    """Write max(0, now + momentum (now - before)) into ahead; all float32 (V, K)."""
    factor, zero = lanes_of(momentum), lanes_of(np.float32(0.0))
    for w in range(now.shape[0]):
        old, new, target = before[w], now[w], ahead[w]
        for at in range(0, target.shape[0], LANES):
            value = load(new, at)
            store(target, at, larger(value + factor * (value - load(old, at)), zero))


@njit(cache=True, nogil=True)
def smoothed_weights(term_counts, eta, n_topics, weight, slope):
    """Write (N_wk + eta) / (N_k + V eta) into weight (V, K'), 1 / (N_k + V eta) into slope (K',).

    The first n_topics columns; the padding gets zeros.
    """
    n_terms, width = term_counts.shape
    totals = np.zeros(width, np.float64)
    for w in range(n_terms):
        for k in range(width):
            totals[k] += np.float64(term_counts[w, k])
    slope[:] = np.float32(0.0)
    for k in range(n_topics):
        slope[k] = np.float32(1.0 / (totals[k] + n_terms * eta))
    prior = lanes_of(np.float32(eta))
    for w in range(n_terms):
        source, target = term_counts[w], weight[w]
        for at in range(0, width, LANES):
            store(target, at, (load(source, at) + prior) * load(slope, at))
