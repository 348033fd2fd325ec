"""In which order topics stand on a ring, so that those that go together are neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["ring_order"]

_MOST_ROUNDS = 20
_ROUNDING = 1e-9

Weights = NDArray[np.float64]


def ring_order(weights: Weights) -> list[int]:
    """Nodes in an order that makes the sum of weight times steps along the ring small.

    Parameters
    ----------
    weights : float64 array, shape (N, N), symmetric, >= 0, of the links; 0 where there is none

    Returns
    -------
    list of int
        Beginning with node 0, and with the lower of its neighbours next. Nodes without a link
        stand together.

    Notes
    -----
    The smallest sum is hard to find (Garey, Johnson & Stockmeyer 1976); this one cannot be made
    smaller by moving one node. Each node is moved to the best place, the first of equals, until
    none moves.
    """
    order = _chain(weights)
    for _ in range(_MOST_ROUNDS):
        before = list(order)
        for node in before:
            if weights[node].any():
                order = _moved(order, node, weights)
        if order == before:
            break
    first = order.index(0)
    order = order[first:] + order[:first]
    return order if len(order) < 3 or order[1] < order[-1] else [order[0], *order[:0:-1]]


def _chain(weights: Weights) -> list[int]:
    """Each next node is the one most linked to those before it, ties by number."""
    order: list[int] = []
    rest = list(range(len(weights)))
    while rest:
        pull = weights[rest][:, order].sum(axis=1) if order else np.zeros(len(rest))
        strength = weights[rest].sum(axis=1)
        best = max(range(len(rest)), key=lambda n: (pull[n], strength[n], -rest[n]))
        order.append(rest.pop(best))
    return order


def _moved(order: Sequence[int], node: int, weights: Weights) -> list[int]:
    """The order with the node where the sum is smallest; as it is if that is no smaller."""
    rest = [other for other in order if other != node]
    best, least = list(order), _length(order, weights)
    for place in range(len(order)):
        tried = [*rest[:place], node, *rest[place:]]
        length = _length(tried, weights)
        if length < least - _ROUNDING:
            best, least = tried, length
    return best


def _length(order: Sequence[int], weights: Weights) -> float:
    """Sum of weight times steps along the ring, each pair twice."""
    n = len(order)
    places = np.empty(n)
    places[list(order)] = np.arange(n)
    steps = np.abs(places[:, None] - places[None, :])
    return float((weights * np.minimum(steps, n - steps)).sum())
