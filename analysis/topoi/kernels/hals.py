"""How the weights of a least-squares factorisation fall into place, one coordinate at a time.

Shapes: R rows (documents or terms), K topics padded with unused ones to a multiple of 8, S rows
of a prior. For rows y of weights the kernels lower, over y >= 0,

    1/2 y G y' - y g + l1 sum(y) + 1/2 sum_k stiff_k y_k^2 - sum_k pull_k y_k

with the Gram matrix G of the other factor (a square penalty l2 already added to its diagonal) and
the goal g, the row of the data times the other factor. Each coordinate goes to its best value
given the others, topics in order:

    y_k <- max(0, y_k + (g_k - l1 + pull_k - sum_j G_kj y_j - stiff_k y_k) / (G_kk + stiff_k))

Sixty-four rows are worked on side by side, each in a lane of its own: a row's bits depend on no
other row. Sums over topics run in order, four at a time. A coordinate whose denominator is zero
stays as it is, one that is closed is zero.

References: Cichocki & Phan (2009), Fast local algorithms for large scale nonnegative matrix and
tensor factorizations, equations 17 and 18 (HALS); Gillis & Glineur (2012), Accelerated
multiplicative updates and hierarchical ALS algorithms, for several sweeps with one goal.
"""

import numpy as np
from numba import njit

__all__ = ["hals_sweeps", "least_squares"]

_ROWS = 64
_LEAST_CURVATURE = np.float32(1e-30)


@njit(cache=True, nogil=True)
def _sweep(tile, want, overlap, stiff, inverse, gap):
    """Visit each topic of a tile (K, 64) once."""
    n_topics, n_lanes = tile.shape
    for k in range(n_topics):
        for lane in range(n_lanes):
            gap[lane] = want[k, lane] - stiff[k, lane] * tile[k, lane]
        for j in range(0, n_topics, 4):
            a, b, c, d = overlap[k, j], overlap[k, j + 1], overlap[k, j + 2], overlap[k, j + 3]
            for lane in range(n_lanes):
                gap[lane] -= (a * tile[j, lane] + b * tile[j + 1, lane]) + (
                    c * tile[j + 2, lane] + d * tile[j + 3, lane]
                )
        for lane in range(n_lanes):
            tile[k, lane] = max(tile[k, lane] + gap[lane] * inverse[k, lane], np.float32(0.0))


@njit(cache=True, nogil=True)
def _inverse(curvature):
    """1 / curvature, or 0 where it is too small to divide by."""
    if curvature > _LEAST_CURVATURE:
        return np.float32(1.0) / curvature
    return np.float32(0.0)


@njit(cache=True, nogil=True)
def hals_sweeps(goal, overlap, l1, slot, pull, stiff, is_open, rows, n_sweeps):
    """Sweep over each row a number of times.

    goal     float32 (R, K)
    overlap  float32 (K, K)  Gram matrix of the other factor, l2 added to its diagonal
    l1       float32         >= 0
    slot     int32 (R,)      which row of the prior serves the row; row 0 is for no prior
    pull     float32 (S, K)  >= 0
    stiff    float32 (S, K)  >= 0
    is_open  float32 (S, K)  0 where the weight must be zero, else 1
    rows     float32 (R, K)  weights, >= 0; updated
    n_sweeps int             >= 1
    """
    n_rows, n_topics = rows.shape
    tile = np.zeros((n_topics, _ROWS), np.float32)
    want = np.zeros((n_topics, _ROWS), np.float32)
    own_stiff = np.zeros((n_topics, _ROWS), np.float32)
    inverse = np.zeros((n_topics, _ROWS), np.float32)
    gap = np.empty(_ROWS, np.float32)
    for first in range(0, n_rows, _ROWS):
        n_lanes = min(_ROWS, n_rows - first)
        for lane in range(n_lanes):
            prior = slot[first + lane]
            for k in range(n_topics):
                tile[k, lane] = rows[first + lane, k] * is_open[prior, k]
                want[k, lane] = goal[first + lane, k] - l1 + pull[prior, k]
                own_stiff[k, lane] = stiff[prior, k]
                inverse[k, lane] = is_open[prior, k] * _inverse(overlap[k, k] + stiff[prior, k])
        for _ in range(n_sweeps):
            _sweep(tile, want, overlap, own_stiff, inverse, gap)
        for lane in range(n_lanes):
            for k in range(n_topics):
                rows[first + lane, k] = tile[k, lane]


@njit(cache=True, nogil=True)
def least_squares(goal, overlap, l1, rows, least_change, most_sweeps):
    """Sweep over each row, beginning at zero, until the row stands still.

    Arrays as in `hals_sweeps`, without a prior; rows is set, not continued. A row stops by itself
    once no weight of it changed by more than least_change times its greatest.
    """
    n_rows, n_topics = rows.shape
    tile = np.empty((n_topics, _ROWS), np.float32)
    before = np.empty((n_topics, _ROWS), np.float32)
    want = np.zeros((n_topics, _ROWS), np.float32)
    no_stiff = np.zeros((n_topics, _ROWS), np.float32)
    inverse = np.empty((n_topics, _ROWS), np.float32)
    gap = np.empty(_ROWS, np.float32)
    moving = np.empty(_ROWS, np.bool_)
    for k in range(n_topics):
        for lane in range(_ROWS):
            inverse[k, lane] = _inverse(overlap[k, k])
    for first in range(0, n_rows, _ROWS):
        n_lanes = min(_ROWS, n_rows - first)
        for lane in range(_ROWS):
            moving[lane] = lane < n_lanes
            for k in range(n_topics):
                tile[k, lane] = np.float32(0.0)
                want[k, lane] = goal[first + lane, k] - l1 if lane < n_lanes else np.float32(0.0)
        for _ in range(most_sweeps):
            _copy(tile, before)
            _sweep(tile, want, overlap, no_stiff, inverse, gap)
            if not _still_moving(tile, before, moving, least_change):
                break
        for lane in range(n_lanes):
            for k in range(n_topics):
                rows[first + lane, k] = tile[k, lane]


@njit(cache=True, nogil=True)
def _copy(tile, found):
    for k in range(tile.shape[0]):
        for lane in range(tile.shape[1]):
            found[k, lane] = tile[k, lane]


@njit(cache=True, nogil=True)
def _still_moving(tile, before, moving, least_change):
    """Put back rows that had stopped, stop those that stand still; whether any goes on."""
    n_topics = tile.shape[0]
    n_moving = 0
    for lane in range(moving.shape[0]):
        greatest = change = np.float32(0.0)
        for k in range(n_topics):
            if not moving[lane]:
                tile[k, lane] = before[k, lane]
            greatest = max(greatest, tile[k, lane])
            change = max(change, abs(tile[k, lane] - before[k, lane]))
        moving[lane] = moving[lane] and change > least_change * greatest
        n_moving += moving[lane]
    return n_moving > 0
