"""How the weights of a Kullback-Leibler factorisation are updated, on the stored values only.

Shapes: R rows (documents or terms), C columns, N stored values, K topics padded with unused ones
to a multiple of 8, S rows of a prior. For a row y of weights, the other factor F with column sums
s, and the row x of the data, one update minimises a function that lies above

    sum_c [x_c log(x_c / (F y)_c) - x_c + (F y)_c] + sum_k (l1 - pull_k) y_k
        + 1/2 sum_k (l2 + stiff_k) y_k^2

and touches it at the present y: with a_k = y_k sum_c x_c F_ck / (F y)_c, b_k = s_k + l1 - pull_k
and q_k = l2 + stiff_k, the new y_k is a_k / b_k, or the positive root of q y^2 + b y - a = 0. So
no update raises the objective. Weights below 1e-30 become zero, and zeros stay.

Only + - * / sqrt and max, in a written order: a sum over topics runs in the eight lanes of
`kernels.lanes`; a sum over stored values takes four at a time. No divisor is zero, and Python's
check of each would take a third of the time (`error_model="numpy"`).

Reference: Lee & Seung (2001), Algorithms for non-negative matrix factorization, theorem 2 and its
proof; the square terms are added to the same majoriser.
"""

import numpy as np
from numba import njit

from topoi.kernels.extrapolation import gone_on
from topoi.kernels.lanes import LANES, lane_sum, lanes_of, load, store

__all__ = ["kl_update", "kl_weights"]

_ZERO = np.float32(0.0)
_LEAST_FIT = np.float32(1e-20)
_LEAST_WEIGHT = np.float32(1e-30)
_MOMENTUM = np.float32(0.5)


@njit(cache=True, nogil=True, error_model="numpy")
def _fit_and_pull(indices, values, start, stop, factor, row, fits, pulls):
    """Set fits[start:stop] to (F y)_c, at least 1e-20, and pulls (K,) to the sum of x_c F_c / fit.

    Four stored values at a time, so that their rows of F are read once and their sums overlap.
    """
    n_topics = row.shape[0]
    for at in range(0, n_topics, LANES):
        store(pulls, at, lanes_of(_ZERO))
    i = start
    while i + 4 <= stop:
        f0, f1 = factor[np.intp(indices[i])], factor[np.intp(indices[i + 1])]
        f2, f3 = factor[np.intp(indices[i + 2])], factor[np.intp(indices[i + 3])]
        s0, s1, s2, s3 = lanes_of(_ZERO), lanes_of(_ZERO), lanes_of(_ZERO), lanes_of(_ZERO)
        for at in range(0, n_topics, LANES):
            own = load(row, at)
            s0 += own * load(f0, at)
            s1 += own * load(f1, at)
            s2 += own * load(f2, at)
            s3 += own * load(f3, at)
        fits[i] = max(lane_sum(s0), _LEAST_FIT)
        fits[i + 1] = max(lane_sum(s1), _LEAST_FIT)
        fits[i + 2] = max(lane_sum(s2), _LEAST_FIT)
        fits[i + 3] = max(lane_sum(s3), _LEAST_FIT)
        r0, r1 = lanes_of(values[i] / fits[i]), lanes_of(values[i + 1] / fits[i + 1])
        r2, r3 = lanes_of(values[i + 2] / fits[i + 2]), lanes_of(values[i + 3] / fits[i + 3])
        for at in range(0, n_topics, LANES):
            pulled = (r0 * load(f0, at) + r1 * load(f1, at)) + (
                r2 * load(f2, at) + r3 * load(f3, at)
            )
            store(pulls, at, load(pulls, at) + pulled)
        i += 4
    while i < stop:
        other, sums = factor[np.intp(indices[i])], lanes_of(_ZERO)
        for at in range(0, n_topics, LANES):
            sums += load(row, at) * load(other, at)
        fits[i] = max(lane_sum(sums), _LEAST_FIT)
        ratio = lanes_of(values[i] / fits[i])
        for at in range(0, n_topics, LANES):
            store(pulls, at, load(pulls, at) + ratio * load(other, at))
        i += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _root(a, b, q):
    """The positive root of q y^2 + b y - a = 0, for a, q >= 0; linear for q = 0."""
    if q > _ZERO:
        length = np.float32(np.sqrt(b * b + np.float32(4.0) * q * a))
        if b > _ZERO:
            return np.float32(2.0) * a / (b + length)
        return (length - b) / (np.float32(2.0) * q)
    return a / b


@njit(cache=True, nogil=True)
def kl_update(
    indptr, indices, values, factor, sums, l1, l2, slot, pull, stiff, is_open, rows, fits
):
    """Update each row once.

    indptr    int64 (R+1,)    where each row begins in indices, values and fits
    indices   int32 (N,)      columns
    values    float32 (N,)    > 0
    factor    float32 (C, K)  the other factor, >= 0
    sums      float32 (K,)    its column sums
    l1, l2    float32         >= 0
    slot      int32 (R,)      which row of the prior serves the row; row 0 is for no prior
    pull, stiff, is_open  float32 (S, K)  as in `hals.hals_sweeps`; a pull needs a stiffness
    rows      float32 (R, K)  weights, >= 0; updated
    fits      float32 (N,)    set to the fitted values before the update, at least 1e-20
    """
    n_topics = rows.shape[1]
    pulls = np.empty(n_topics, np.float32)
    for r in range(rows.shape[0]):
        start, stop = indptr[r], indptr[r + 1]
        row, prior = rows[r], slot[r]
        _fit_and_pull(indices, values, start, stop, factor, row, fits, pulls)
        for k in range(n_topics):
            b = sums[k] + l1 - pull[prior, k]
            q = l2 + stiff[prior, k]
            if b > _ZERO or q > _ZERO:
                new = _root(row[k] * pulls[k], b, q) * is_open[prior, k]
                row[k] = new if new > _LEAST_WEIGHT else _ZERO


@njit(cache=True, nogil=True, error_model="numpy")
def kl_weights(indptr, indices, values, factor, sums, l1, l2, rows, least_change, most_updates):
    """Update each row until it stands still, beginning at equal weights; no row sees another.

    Arrays as in `kl_update`, without a prior; rows is set, not continued. Every update begins where
    the row will be if it goes on as it went. A row stops once no weight of it, times the column's
    sum, changed by more than least_change times their total.
    """
    n_topics = rows.shape[1]
    pulls, ahead = np.empty(n_topics, np.float32), np.empty(n_topics, np.float32)
    fits = np.empty(values.shape[0], np.float32)
    mass = _ZERO
    for k in range(n_topics):
        mass += sums[k]
    for r in range(rows.shape[0]):
        start, stop = indptr[r], indptr[r + 1]
        row, total = rows[r], _ZERO
        for i in range(start, stop):
            total += values[i]
        for k in range(n_topics):
            used = sums[k] > _ZERO and mass > _ZERO
            row[k] = ahead[k] = total / mass if used else _ZERO
        for _ in range(most_updates):
            _fit_and_pull(indices, values, start, stop, factor, ahead, fits, pulls)
            change = _ZERO
            for k in range(n_topics):
                if sums[k] > _ZERO:
                    new = _root(ahead[k] * pulls[k], sums[k] + l1, l2)
                    new = new if new > _LEAST_WEIGHT else _ZERO
                    change = max(change, abs(new - row[k]) * sums[k])
                    ahead[k] = gone_on(new, row[k], _MOMENTUM)
                    row[k] = new
            if change <= least_change * total:
                break
