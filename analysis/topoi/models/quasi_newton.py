"""Where a smooth function is greatest, found in steps whose bits do not depend on the machine.

Limited-memory BFGS with a preconditioner and step halving. Sums are numpy's own pairwise ones over
contiguous arrays, never BLAS.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["maximise"]

_Array = NDArray[np.float64]
_REMEMBERED = 10
_HALVINGS = 30
_ENOUGH = 1e-4  # of the rise that the slope promises (Armijo)


def maximise(
    value_and_slope: Callable[[_Array], tuple[float, _Array]],
    start: _Array,
    solve: Callable[[_Array], _Array],
    *,
    tolerance: float,
    most_steps: int,
) -> _Array:
    """A place near `start` where the function is greatest, up to tolerance, or after most_steps.

    Parameters
    ----------
    value_and_slope : callable, gives the function and its slope, of the shape of `start`
    solve : callable, the slope times the inverse of a rough, positive definite curvature
    tolerance : stop when a step promises to raise the function by less
    most_steps : int >= 0

    Returns
    -------
    float64 array, where the function is at least as great as at `start`

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, algorithms 7.4 and 3.1.
    """
    place, (value, slope) = start, value_and_slope(start)
    steps: deque[tuple[_Array, _Array]] = deque(maxlen=_REMEMBERED)
    for _ in range(most_steps):
        direction = _direction(slope, steps, solve)
        promised = _inner(slope, direction)
        if not promised > tolerance:
            break
        found = _climb(value_and_slope, place, value, direction, promised)
        if found is None:
            break
        moved, fallen = found[0] - place, slope - found[2]
        if _inner(moved, fallen) > 0.0:
            steps.append((moved, fallen))
        place, value, slope = found
    return place


def _inner(a: _Array, b: _Array) -> float:
    return float((a * b).sum())


def _direction(
    slope: _Array, steps: deque[tuple[_Array, _Array]], solve: Callable[[_Array], _Array]
) -> _Array:
    """The slope times the inverse curvature that the last steps have shown."""
    rest, taken = slope, []
    for moved, fallen in reversed(steps):
        share = _inner(moved, rest) / _inner(moved, fallen)
        taken.append(share)
        rest = rest - share * fallen
    direction = solve(rest)
    for (moved, fallen), share in zip(steps, reversed(taken), strict=True):
        back = _inner(fallen, direction) / _inner(moved, fallen)
        direction = direction + (share - back) * moved
    return direction


def _climb(
    value_and_slope: Callable[[_Array], tuple[float, _Array]],
    place: _Array,
    value: float,
    direction: _Array,
    promised: float,
) -> tuple[_Array, float, _Array] | None:
    """The first of a whole, half, quarter ... step that raises the function enough."""
    length = 1.0
    for _ in range(_HALVINGS):
        ahead = place + length * direction
        reached, slope = value_and_slope(ahead)
        if reached >= value + _ENOUGH * length * promised:
            return ahead, reached, slope
        length *= 0.5
    return None
