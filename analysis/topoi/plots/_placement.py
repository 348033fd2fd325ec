"""Where labels of points go: beside them, over no point and no other label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "place_labels"]

_APART = 0.02  # inches that stay free around labels
_AMBIGUOUS = 0.13  # inches to another point that are too few for a label without a leader
_DISTANCES = (0.04, 0.1, 0.18, 0.28, 0.4, 0.55, 0.75)  # inches from the point's edge
_SLANT, _FLAT, _STEEP = 0.7071, 0.9239, 0.3827  # cosines of 45, 22.5 and 67.5 degrees
_DIRECTIONS = (
    *((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)),
    *((_SLANT, _SLANT), (_SLANT, -_SLANT), (-_SLANT, _SLANT), (-_SLANT, -_SLANT)),
    *((_FLAT, _STEEP), (_FLAT, -_STEEP), (-_FLAT, _STEEP), (-_FLAT, -_STEEP)),
    *((_STEEP, _FLAT), (_STEEP, -_FLAT), (-_STEEP, _FLAT), (-_STEEP, -_FLAT)),
)
_ON_LEADER = np.linspace(0.2, 0.8, 4)  # where a leader is looked at
_MOST_ROUNDS = 12
_MANY = 60  # labels of which one round is enough

Size = tuple[float, float]


class Box(NamedTuple):
    """A label's box, inches; which of its sizes it has; the line to its point's edge, if any.

    `leader` is x, y at the point and x, y at the box.
    """

    left: float
    bottom: float
    width: float
    height: float
    choice: int
    leader: tuple[float, float, float, float] | None


def place_labels(
    points: NDArray[np.float64],
    radii: NDArray[np.float64],
    sizes: Sequence[Sequence[Size]],
    room: Size,
    *,
    keep_off: NDArray[np.float64] | None = None,
) -> list[Box | None]:
    """A box for each label, or None where there is no free place near its point.

    Parameters
    ----------
    points : float64 array, shape (N, 2), inches from the lower left of the area
    radii : float64 array, shape (N,), inches; labels keep off these circles
    sizes : for each label its width and height, inches; after the first smaller ones that will do
    room : width and height of the area, inches
    keep_off : float64 array, shape (M, 3): more circles that stay free, x, y and radius

    Notes
    -----
    Labels are placed in the order given, each at the first free place of a fixed list, by distance,
    then right, left, above, below, and between them. A label that is not next to its point has a
    leader, which crosses no label and is crossed by none. If that can be, it crosses no circle, and
    a label without one is not near another point.
    Labels without a place are placed first in the next round, those that had none twice with the
    next of their sizes. Of up to 12 rounds (of more than 60 labels one, with the smallest sizes)
    that with most labels counts, the first of equals.
    """
    circles = np.column_stack([points, radii])
    discs = circles if keep_off is None else np.concatenate([circles, keep_off])
    is_many = len(sizes) > _MANY
    choices = [len(own) - 1 if is_many else 0 for own in sizes]
    order, failed = list(range(len(sizes))), set[int]()
    best: list[Box | None] = [None] * len(sizes)
    for _ in range(1 if is_many else _MOST_ROUNDS):
        shown = [own[choice] for own, choice in zip(sizes, choices, strict=True)]
        boxes = _in_turn(circles, discs, shown, room, order)
        if boxes.count(None) < best.count(None):
            best = [box and box._replace(choice=choices[n]) for n, box in enumerate(boxes)]
        without = [number for number in order if boxes[number] is None]
        if not without:
            break
        for number in failed.intersection(without):
            choices[number] = min(choices[number] + 1, len(sizes[number]) - 1)
        failed.update(without)
        order = [*without, *(number for number in order if number not in without)]
    return best


def _in_turn(
    circles: NDArray[np.float64],
    discs: NDArray[np.float64],
    sizes: Sequence[Size],
    room: Size,
    order: Sequence[int],
) -> list[Box | None]:
    """The box of each label, placed in this order."""
    taken: list[Box] = []
    found: list[Box | None] = [None] * len(sizes)
    for number in order:
        free = [
            box
            for box in _candidates(circles[number], sizes[number])
            if _is_inside(box, room) and not _is_covered(box, taken, discs)
        ]
        others = np.delete(circles, number, axis=0)
        clear = [box for box in free if not _crosses(box, discs)]
        own = (box for box in clear if not _is_near(box, others))
        box = next(own, next(iter([*clear, *free]), None))
        if box is not None:
            found[number] = box
            taken.append(box)
            discs = np.concatenate([discs, _leader_points(box)])
    return found


def _candidates(circle: NDArray[np.float64], size: Size) -> Iterator[Box]:
    x, y, radius = (float(value) for value in circle)
    width, height = size
    for distance in _DISTANCES:
        for across, up in _DIRECTIONS:
            near = x + across * (radius + distance), y + up * (radius + distance)
            left = near[0] + (float(np.sign(across)) - 1.0) * width / 2.0
            bottom = near[1] + (float(np.sign(up)) - 1.0) * height / 2.0
            edge = x + across * radius, y + up * radius
            leader = None if distance == _DISTANCES[0] else (*edge, *near)
            yield Box(left, bottom, width, height, 0, leader)


def _is_inside(box: Box, room: Size) -> bool:
    return (
        box.left >= 0.0
        and box.bottom >= 0.0
        and box.left + box.width <= room[0]
        and box.bottom + box.height <= room[1]
    )


def _is_covered(box: Box, taken: Sequence[Box], discs: NDArray[np.float64]) -> bool:
    """Whether the label lies over a label, a circle or a leader, or its leader over a label."""
    if any(_overlap(box, other) for other in taken):
        return True
    if bool((_gaps(box, discs) < _APART).any()):
        return True
    return any(
        other.left <= x <= other.left + other.width
        and other.bottom <= y <= other.bottom + other.height
        for x, y, _ in _leader_points(box)
        for other in taken
    )


def _gaps(box: Box, discs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inches from the label to each circle."""
    across = np.maximum(box.left - discs[:, 0], discs[:, 0] - box.left - box.width)
    up = np.maximum(box.bottom - discs[:, 1], discs[:, 1] - box.bottom - box.height)
    distances = np.hypot(np.maximum(across, 0.0), np.maximum(up, 0.0))
    return np.asarray(distances - discs[:, 2])


def _overlap(one: Box, other: Box) -> bool:
    right = min(one.left + one.width, other.left + other.width)
    top = min(one.bottom + one.height, other.bottom + other.height)
    return (
        right - max(one.left, other.left) > -_APART
        and top - max(one.bottom, other.bottom) > -_APART
    )


def _is_near(box: Box, others: NDArray[np.float64]) -> bool:
    """Whether a label without a leader could be taken for that of another point."""
    return box.leader is None and bool((_gaps(box, others) < _AMBIGUOUS).any())


def _crosses(box: Box, discs: NDArray[np.float64]) -> bool:
    """Whether the leader lies over a circle."""
    return any(
        bool((np.hypot(discs[:, 0] - x, discs[:, 1] - y) < discs[:, 2]).any())
        for x, y, _ in _leader_points(box)
    )


def _leader_points(box: Box) -> NDArray[np.float64]:
    """Points of the leader as circles of no size, shape (M, 3)."""
    if box.leader is None:
        return np.empty((0, 3))
    x0, y0, x1, y1 = box.leader
    return np.column_stack(
        [x0 + _ON_LEADER * (x1 - x0), y0 + _ON_LEADER * (y1 - y0), np.zeros(len(_ON_LEADER))]
    )
