"""How the weights of a Kullback-Leibler factorisation are updated, on the stored values only.

Shapes: R rows (documents or terms), C columns, N stored values, K topics padded with unused ones
to a multiple of 8, S rows of a prior. For a row y of weights, the other factor F with column sums
s, and the row x of the data, one update minimises a function that lies above

    sum_c [x_c log(x_c / (F y)_c) - x_c + (F y)_c] + sum_k (l1 - pull_k) y_k
        + 1/2 sum_k (l2 + stiff_k) y_k^2

and touches it at the present y: with a_k = y_k sum_c x_c F_ck / (F y)_c, b_k = s_k + l1 - pull_k
and q_k = l2 + stiff_k, the new y_k is a_k / b_k, or the positive root of q y^2 + b y - a = 0. So
no update raises the objective. Weights below 1e-30 become zero, and zeros stay.

Only + - * / sqrt and max, in a written order: a sum over topics adds the four quarters of the
topics element by element and then runs through the quarter; a sum over stored values takes four
at a time.

Reference: Lee & Seung (2001), Algorithms for non-negative matrix factorization, theorem 2 and its
proof; the square terms are added to the same majoriser.
"""

import numpy as np
from numba import njit

_LEAST_FIT = np.float32(1e-20)
_LEAST_WEIGHT = np.float32(1e-30)


@njit(cache=True, nogil=True)
def _longest(indptr):
    """Stored values of the row that has most."""
    longest = 0
    for r in range(indptr.shape[0] - 1):
        longest = max(longest, indptr[r + 1] - indptr[r])
    return longest


@njit(cache=True, nogil=True)
def _fit(indices, start, stop, factor, row, part, fits):
    """Set fits[start:stop] to (F y)_c, at least 1e-20; part is work space (n, K / 4)."""
    quarter = row.shape[0] // 4
    half = 2 * quarter
    for i in range(start, stop):
        other, sums = factor[indices[i]], part[i - start]
        for k in range(quarter):
            sums[k] = (row[k] * other[k] + row[quarter + k] * other[quarter + k]) + (
                row[half + k] * other[half + k]
                + row[half + quarter + k] * other[half + quarter + k]
            )
    for i in range(start, stop):
        total = part[i - start, 0]
        for k in range(1, quarter):
            total += part[i - start, k]
        fits[i] = max(total, _LEAST_FIT)


@njit(cache=True, nogil=True)
def _pull(indices, values, fits, start, stop, factor, pulls):
    """Set pulls (K,) to the sum of x_c F_c / (F y)_c over a row's stored values."""
    n_topics = pulls.shape[0]
    for k in range(n_topics):
        pulls[k] = np.float32(0.0)
    i = start
    while i + 4 <= stop:
        r0, r1 = values[i] / fits[i], values[i + 1] / fits[i + 1]
        r2, r3 = values[i + 2] / fits[i + 2], values[i + 3] / fits[i + 3]
        f0, f1 = factor[indices[i]], factor[indices[i + 1]]
        f2, f3 = factor[indices[i + 2]], factor[indices[i + 3]]
        for k in range(n_topics):
            pulls[k] += r0 * f0[k] + r1 * f1[k] + r2 * f2[k] + r3 * f3[k]
        i += 4
    while i < stop:
        ratio, other = values[i] / fits[i], factor[indices[i]]
        for k in range(n_topics):
            pulls[k] += ratio * other[k]
        i += 1


@njit(cache=True, nogil=True)
def _root(a, b, q):
    """The positive root of q y^2 + b y - a = 0, for a, q >= 0; linear for q = 0."""
    if q > np.float32(0.0):
        length = np.float32(np.sqrt(b * b + np.float32(4.0) * q * a))
        if b > np.float32(0.0):
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
    part = np.empty((_longest(indptr), n_topics // 4), np.float32)
    for r in range(rows.shape[0]):
        start, stop = indptr[r], indptr[r + 1]
        row, prior = rows[r], slot[r]
        _fit(indices, start, stop, factor, row, part, fits)
        _pull(indices, values, fits, start, stop, factor, pulls)
        for k in range(n_topics):
            b = sums[k] + l1 - pull[prior, k]
            q = l2 + stiff[prior, k]
            if b > np.float32(0.0) or q > np.float32(0.0):
                new = _root(row[k] * pulls[k], b, q) * is_open[prior, k]
                row[k] = new if new > _LEAST_WEIGHT else np.float32(0.0)


@njit(cache=True, nogil=True)
def kl_weights(indptr, indices, values, factor, sums, l1, l2, rows, least_change, most_updates):
    """Update each row until it stands still, beginning at equal weights; no row sees another.

    Arrays as in `kl_update`, without a prior; rows is set, not continued. A row stops once no
    weight of it, times the column's sum, changed by more than least_change times their total.
    """
    n_topics = rows.shape[1]
    pulls = np.empty(n_topics, np.float32)
    part = np.empty((_longest(indptr), n_topics // 4), np.float32)
    fits = np.empty(values.shape[0], np.float32)
    mass = np.float32(0.0)
    for k in range(n_topics):
        mass += sums[k]
    for r in range(rows.shape[0]):
        start, stop = indptr[r], indptr[r + 1]
        row, total = rows[r], np.float32(0.0)
        for i in range(start, stop):
            total += values[i]
        for k in range(n_topics):
            used = sums[k] > np.float32(0.0) and mass > np.float32(0.0)
            row[k] = total / mass if used else np.float32(0.0)
        for _ in range(most_updates):
            _fit(indices, start, stop, factor, row, part, fits)
            _pull(indices, values, fits, start, stop, factor, pulls)
            change = np.float32(0.0)
            for k in range(n_topics):
                if sums[k] > np.float32(0.0):
                    new = _root(row[k] * pulls[k], sums[k] + l1, l2)
                    new = new if new > _LEAST_WEIGHT else np.float32(0.0)
                    change = max(change, abs(new - row[k]) * sums[k])
                    row[k] = new
            if change <= least_change * total:
                break
