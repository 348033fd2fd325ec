"""When did the share of a topic or theme move to another level?"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from topoi.checks import at_least, fraction
from topoi.errors import InputError, listed
from topoi.measures.multiple_tests import at_least_as_large, benjamini_hochberg

__all__ = ["change_points"]

_NEEDED = ("name", "period", "estimate", "lower", "upper", "level")
_COLUMNS = {
    "name": "str", "group": "str", "period": "str", "earliest": "str", "latest": "str",
    "before": "float64", "after": "float64", "change": "float64", "p_value": "float64",
    "p_bh": "float64", "n_periods": "int64", "alpha": "float64", "n_permutations": "int64",
    "seed": "int64",
}  # fmt: skip
_REDRAWN = 499
_LEAST_ERROR = 1e-9  # below it an interval has no width, but for rounding
_LEAST_VARIANCE = 0.1  # of the median one, where some intervals have no width
_MOST_CELLS = 2_000_000


class _Series(NamedTuple):
    """A name's shares by period: values, weights, and variances of the values, each (n,)."""

    values: NDArray[np.float64]
    weights: NDArray[np.float64]
    variance: NDArray[np.float64]


def change_points(
    trend: pd.DataFrame,
    *,
    least_periods: int = 2,
    most_changes: int = 5,
    alpha: float = 0.05,
    block: int = 1,
    n_permutations: int = 999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Periods from which on a share has another level, with how sure each is.

    A level is a mean of consecutive periods, each weighted by its precision, to which what periods
    differ by beyond their intervals is added. Changes are added one
    by one or as pairs, a level that goes and returns: the stretch is cut where this explains most,
    if shuffled periods explain as much in fewer than `alpha` of cases; its parts are then looked at
    in the same way. With their number
    settled, all changes are placed anew where together they leave the smallest sum of squares.

    Parameters
    ----------
    trend : DataFrame from `prevalence` with freq, and with or without by
        Periods without an interval take no part.
    least_periods : int >= 1, between two changes, and before the first and after the last
    most_changes : int >= 0, of a name
    alpha : float in (0, 1), level of each test
    block : int >= 1, periods that are shuffled as one; give more than 1 where neighbouring periods
        are alike for other reasons, as slow news is, for which shuffled single periods are too
        ready to find changes
    n_permutations : int >= 1
    random_state : int >= 0; a name's changes do not depend on the other names

    Returns
    -------
    DataFrame
        name, group (str, if the trend has groups), period (str, the first of the new level),
        earliest, latest (str, between which that period lies in 95 % of series redrawn by their
        intervals, or by their spread around the levels if that is wider), before, after, change
        (float64, levels and their difference), p_value (float64, of this change alone between its
        neighbours, shuffled periods), p_bh (over the table), n_periods (int64), alpha,
        n_permutations, seed; in the order of the trend's names and groups, then of periods. No row
        where nothing changes.

    Raises
    ------
    InputError
        If a column is missing, a period occurs twice for a name, or a setting is out of range.

    Notes
    -----
    A test says that periods are not exchangeable, not why. A slow drift is found as steps.

    Where an interval has width 0, as where no text of a period has any of the share, it does not
    mean endless precision: in such a series no variance counts as less than a tenth of the median
    of those above 0. Where none is above 0, all periods count alike.

    References
    ----------
    Olshen, Venkatraman, Lucito & Wigler (2004), circular binary segmentation, which finds a level
    that returns, as plain binary segmentation does not; Bai & Perron (2003), section 3, the best
    placement of a given number of breaks by dynamic programming; DerSimonian & Laird (1986) for
    the weights; Phipson & Smyth (2010) for p-values.
    """
    _check_trend(trend)
    at_least("least_periods", least_periods, 1, whole=True)
    at_least("most_changes", most_changes, 0, whole=True)
    at_least("block", block, 1, whole=True)
    at_least("n_permutations", n_permutations, 1, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    fraction("alpha", alpha)
    keys = ["name", "group"] if "group" in trend.columns else ["name"]
    rows = []
    for key, own in trend.groupby(keys, sort=False):
        table = own.sort_values("period", kind="stable", ignore_index=True)
        table = table.dropna(subset=["estimate", "lower", "upper"]).reset_index(drop=True)
        series = _series(table)
        rng = np.random.default_rng([random_state, zlib.crc32("\x00".join(map(str, key)).encode())])
        test = _Test(least_periods, block, n_permutations, rng)
        number = len(test.split(series, 0, len(table), alpha, most_changes))
        for row in _rows(series, number, test, table["period"]):
            rows.append(dict(zip(keys, key, strict=True)) | row)
    columns = [name for name in _COLUMNS if name != "group" or "group" in keys]
    found = pd.DataFrame(rows, columns=columns)
    found["p_bh"] = benjamini_hochberg(found["p_value"].astype("float64"))
    found = found.assign(alpha=alpha, n_permutations=n_permutations, seed=random_state)
    return found.astype({name: _COLUMNS[name] for name in columns})


def _check_trend(trend: pd.DataFrame) -> None:
    missing = [name for name in _NEEDED if name not in trend.columns]
    if missing:
        raise InputError(
            f"change_points needs a table of prevalence by period; missing: {listed(missing)}. "
            "Make it with prevalence(shares, freq='Q')."
        )
    keys = [name for name in ("name", "group", "period") if name in trend.columns]
    twice = trend.loc[trend.duplicated(keys), "period"]
    if len(twice):
        raise InputError(f"Periods occur more than once for a name: {listed(twice.unique())}.")


def _series(table: pd.DataFrame) -> _Series:
    """The series of a table whose periods all have an interval.

    A period counts by 1 / (its variance + that between periods), the latter by DerSimonian &
    Laird's moments: so no period outweighs the others because its interval happens to be narrow.
    """
    values = table["estimate"].to_numpy(dtype=np.float64)
    half = (table["upper"] - table["lower"]).to_numpy(dtype=np.float64) / 2.0
    variance = _variances(half / ndtri(0.5 + table["level"].to_numpy(dtype=np.float64) / 2.0))
    if not len(values):
        return _Series(values, values, variance)
    precision = 1.0 / variance
    total = precision.sum()
    gaps = values - (precision * values).sum() / total
    spare = total - (precision**2).sum() / total
    between = ((precision * gaps**2).sum() - (len(values) - 1)) / spare if spare > 0 else 0.0
    return _Series(values, 1.0 / (variance + max(float(between), 0.0)), variance)


def _variances(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared standard errors (n,), above 0; those of intervals without width are not known."""
    variance = np.maximum(errors, _LEAST_ERROR) ** 2
    known = errors > _LEAST_ERROR
    if known.all() or not known.any():
        return np.asarray(variance)
    least = _LEAST_VARIANCE * float(np.median(variance[known]))
    return np.asarray(np.maximum(variance, least))


class _Test:
    """Whether, and where, a stretch of periods is best cut."""

    def __init__(self, least: int, block: int, n: int, rng: np.random.Generator) -> None:
        self.least, self.block, self.n, self.rng = least, block, n, rng

    def split(self, series: _Series, start: int, stop: int, alpha: float, most: int) -> list[int]:
        """Changes between start and stop, rising; at most `most`."""
        found: list[int] = []
        stretches = [(start, stop)]
        while stretches and len(found) < most:
            first, last = stretches.pop(0)
            p_value, places = self.p_value(series, first, last, single=most - len(found) < 2)
            if p_value < alpha:
                found += places
                stretches += list(pairwise([first, *places, last]))
        return sorted(found)

    def p_value(
        self, series: _Series, start: int, stop: int, *, single: bool
    ) -> tuple[float, list[int]]:
        """The chance of so strong a cut, or pair of cuts, in shuffled periods, and where it is."""
        size = stop - start
        arcs = self._arcs(size, single)
        if not len(arcs):
            return 1.0, []
        values, weights = series.values[start:stop], series.weights[start:stop]
        strength = _strength(values[np.newaxis], weights[np.newaxis], arcs)[0]
        count = 0
        for first in range(0, self.n, at_once := max(_MOST_CELLS // len(arcs), 1)):
            shuffled = np.stack(
                [self._shuffled(size) for _ in range(first, min(first + at_once, self.n))]
            )
            others = _strength(values[shuffled], weights[shuffled], arcs).max(axis=1)
            count += int(at_least_as_large(others[:, np.newaxis], strength.max(keepdims=True))[0])
        arc = arcs[int(np.argmax(strength))]
        places = [start + int(end) for end in arc if 0 < end < size]
        return (1.0 + count) / (self.n + 1.0), places

    def _arcs(self, size: int, single: bool) -> NDArray[np.intp]:
        """Beginning and end of each part that may have a level of its own, (arcs, 2)."""
        ends = np.arange(size + 1)
        start, stop = (found.ravel() for found in np.meshgrid(ends, ends, indexing="ij"))
        # A part that begins at 0 is the rest of one that ends last: one cut.
        long_enough = (start > 0) & (start >= self.least) & (stop - start >= self.least)
        right = size - stop
        allowed = long_enough & ((right == 0) | ((right >= self.least) & (not single)))
        return np.column_stack([start[allowed], stop[allowed]])

    def _shuffled(self, size: int) -> NDArray[np.intp]:
        """The places of a stretch with its blocks in another order; blocks begin anywhere."""
        shift = int(self.rng.integers(self.block))
        places = np.roll(np.arange(size), -shift)
        blocks = [places[at : at + self.block] for at in range(0, size, self.block)]
        return np.concatenate([blocks[at] for at in self.rng.permutation(len(blocks))])


def _strength(
    values: NDArray[np.float64], weights: NDArray[np.float64], arcs: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Part of the weighted sum of squares that a level of its own explains, (series, arcs)."""
    centred = values - values.mean(axis=1, keepdims=True)
    zeros = np.zeros((len(values), 1))
    mass = np.hstack([zeros, weights.cumsum(axis=1)])
    sums = np.hstack([zeros, (weights * centred).cumsum(axis=1)])
    start, stop = arcs.T
    inside, gain = mass[:, stop] - mass[:, start], sums[:, stop] - sums[:, start]
    outside, rest = mass[:, -1:] - inside, sums[:, -1:] - gain
    between = inside * outside / mass[:, -1:] * (gain / inside - rest / outside) ** 2
    centre = sums[:, -1:] / mass[:, -1:]
    total = (weights * (centred - centre) ** 2).sum(axis=1, keepdims=True)
    return np.asarray(between / np.where(total > 1e-300, total, 1.0))


def _rows(
    series: _Series, number: int, test: _Test, periods: pd.Series
) -> Iterator[dict[str, object]]:
    """What is told of each of so many changes, placed together."""
    if not number:
        return
    size = len(series.values)
    places = _best(series, number, test.least)
    edges = [0, *places, size]
    levels = [_level(series, a, b) for a, b in pairwise(edges)]
    fitted = np.repeat(levels, np.diff(edges))
    # Wider than the intervals where periods differ by more than these from their level.
    excess = ((series.values - fitted) ** 2 / series.variance).sum() / max(size - len(levels), 1)
    error = np.sqrt(series.variance * max(excess, 1.0))
    noise = test.rng.standard_normal((_REDRAWN, size)) * error
    redrawn = np.array(
        [_best(series._replace(values=fitted + row), number, test.least) for row in noise]
    )
    earliest, latest = np.quantile(redrawn, [0.025, 0.975], axis=0, method="nearest").astype(int)
    for at, place in enumerate(places):
        yield {
            "period": periods.iloc[place],
            "earliest": periods.iloc[min(earliest[at], place)],
            "latest": periods.iloc[max(latest[at], place)],
            "before": levels[at],
            "after": levels[at + 1],
            "change": levels[at + 1] - levels[at],
            "p_value": test.p_value(series, edges[at], edges[at + 2], single=True)[0],
            "n_periods": size,
        }


def _level(series: _Series, start: int, stop: int) -> float:
    values, weights = series.values[start:stop], series.weights[start:stop]
    return float((weights * values).sum() / weights.sum())


def _best(series: _Series, number: int, least: int) -> list[int]:
    """So many changes that leave the smallest weighted sum of squares; the earliest of equals."""
    size = len(series.values)
    cost = _costs(series, least)
    best = cost[0].copy()
    back = np.zeros((number, size + 1), np.int64)
    for step in range(number):
        reached = best[:, np.newaxis] + cost  # from, to
        back[step] = reached.argmin(axis=0)
        best = reached.min(axis=0)
    places, end = [], size
    for step in reversed(range(number)):
        end = int(back[step, end])
        places.append(end)
    return places[::-1]


def _costs(series: _Series, least: int) -> NDArray[np.float64]:
    """Weighted sum of squares of the stretch from i to j, (n + 1, n + 1); inf where too short."""
    centred = series.values - series.values.mean()
    mass, first, second = (
        np.concatenate([[0.0], (series.weights * centred**power).cumsum()]) for power in range(3)
    )
    w, a, b = (part[np.newaxis, :] - part[:, np.newaxis] for part in (mass, first, second))
    size = len(mass)
    long_enough = np.arange(size)[np.newaxis, :] - np.arange(size)[:, np.newaxis] >= least
    squares = b - a**2 / np.where(long_enough, w, 1.0)
    return np.where(long_enough, np.maximum(squares, 0.0), np.inf)
