"""Where blocks of different heights go: into columns, in order, so that the figure is short."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["in_columns"]


def in_columns(heights: Sequence[float], n_columns: int) -> list[list[int]]:
    """Positions of the blocks in each column; blocks follow each other down, then across.

    Of all ways to cut the sequence into at most `n_columns` runs, one whose tallest run is
    shortest; earlier columns are filled first.
    """
    tallest = sorted(
        sum(heights[start:stop])
        for start in range(len(heights))
        for stop in range(start + 1, len(heights) + 1)
    )
    for limit in tallest:
        columns = _filled(heights, limit)
        if max(heights) <= limit and len(columns) <= n_columns:
            return columns
    return []


def _filled(heights: Sequence[float], limit: float) -> list[list[int]]:
    columns: list[list[int]] = []
    height = 0.0
    for position, own in enumerate(heights):
        if not columns or height + own > limit + 1e-9:
            columns.append([])
            height = 0.0
        columns[-1].append(position)
        height += own
    return columns
