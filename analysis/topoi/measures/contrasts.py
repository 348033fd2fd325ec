"""How much more of a topic or theme is there under one value of a column than under another?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from topoi.errors import InputError, listed
from topoi.measures.effects import Regression, Shares, in_name_order, regression_of, tested
from topoi.measures.formulas import decimal_years
from topoi.measures.share_regression import average_share
from topoi.models.blocks import one_thread
from topoi.text.matrix import DocTermMatrix

__all__ = ["average_shares", "contrasts"]

_MOST_LEVELS = 12
_STEPS = 25


def contrasts(
    shares: Shares,
    formula: str,
    data: pd.DataFrame | None = None,
    *,
    of: str,
    values: Sequence[Any] | None = None,
    matrix: DocTermMatrix | None = None,
    names: Sequence[str] | None = None,
    family: str = "ols",
    clusters: str | None = None,
    errors: str | None = None,
    weights: str | None = None,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Differences of the expected share between values of a column, averaged over observed rows.

    Each row is given one value, then the other, all else as it was; the difference of the
    expected shares is averaged over the rows (an average marginal effect). No row is put at a
    median or a mode, which for a category means nothing.

    Parameters
    ----------
    shares, formula, data, matrix, names, family, clusters, errors, weights, level, random_state :
        as for `effects`
    of : str, a column that the formula names
    values : two or more values of it, optional
        All pairs are compared, the later less the earlier. None takes all values of a category
        (numbers are one in ``C(year)``), or of numbers if there are two. Dates may be given as
        dates.

    Returns
    -------
    DataFrame
        name, of, value, baseline (str), share, share_baseline (float64, expected shares), then
        estimate (share less share_baseline) and the other columns of `effects` from std_error on;
        in the order of names, then of pairs. p_bh and p_joint are over the names of a pair.

    Raises
    ------
    InputError
        As `effects`; also if the formula does not name the column, a value is not one of the
        category's, or values must be given.

    Notes
    -----
    Intervals hold the covariates of the rows as they are, and carry what those of `effects` do;
    for logits of known shares by the delta method.

    References
    ----------
    Hanmer & Kalkan (2013), Behind the curve: observed values rather than an average case.
    """
    found = regression_of(
        shares, formula, data, matrix=matrix, names=names, family=family, clusters=clusters,
        errors=errors, weights=weights, level=level, random_state=random_state,
    )  # fmt: skip
    pairs = list(combinations(_values(found, of, values, least=2), 2))
    with one_thread():
        quantities = [
            average_share(family, designs, signs, found.weights)
            for baseline, value in pairs
            for designs, signs in _three(found, of, value, baseline)
        ]
    results = found.pooled(quantities)
    tables = []
    for number, (baseline, value) in enumerate(pairs):
        difference, one, other = results[3 * number : 3 * number + 3]
        told = {"of": of, "value": _shown(value), "baseline": _shown(baseline)}
        table = tested(found, difference, told, key=f"{of}\x00{value}\x00{baseline}")
        table.insert(4, "share", one.estimate)
        table.insert(5, "share_baseline", other.estimate)
        tables.append(table)
    return in_name_order(found, tables, ["name", "value", "baseline"])


def average_shares(
    shares: Shares,
    formula: str,
    data: pd.DataFrame | None = None,
    *,
    of: str,
    values: Sequence[Any] | None = None,
    matrix: DocTermMatrix | None = None,
    names: Sequence[str] | None = None,
    family: str = "ols",
    clusters: str | None = None,
    errors: str | None = None,
    weights: str | None = None,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Expected shares along the values of a column, averaged over observed rows: a curve.

    Parameters
    ----------
    shares, formula, data, matrix, names, family, clusters, errors, weights, level, random_state :
        as for `effects`
    of : str, a column that the formula names, such as date
    values : values of it, optional; None takes all of a category (numbers are one in
        ``C(year)``), or 25 from the least number to the greatest

    Returns
    -------
    DataFrame
        name, of (str), value (str), number (float64; NaN for categories), then estimate and the
        other columns of `effects` without p-values; in the order of names, then of values.
        Intervals are of each point alone. With family="ols" they may leave [0, 1].

    Raises
    ------
    InputError
        As `contrasts`.
    """
    found = regression_of(
        shares, formula, data, matrix=matrix, names=names, family=family, clusters=clusters,
        errors=errors, weights=weights, level=level, random_state=random_state,
    )  # fmt: skip
    points = _values(found, of, values, least=1, steps=_STEPS)
    with one_thread():
        quantities = [
            average_share(family, (found.design.at(of, point),), (1.0,), found.weights)
            for point in points
        ]
    results = found.pooled(quantities)
    tables = []
    is_category = _is_category(found, of)
    for point, result in zip(points, results, strict=True):
        number = np.nan if is_category else float(point)
        told = {"of": of, "value": _shown(point), "number": number}
        table = tested(found, result, told, key=_shown(point), is_tested=False)
        tables.append(table.drop(columns=["p_value", "p_bh", "p_joint"]))
    return in_name_order(found, tables, ["name", "value"])


def _three(found: Regression, of: str, value: Any, baseline: Any) -> list[tuple[Any, Any]]:
    """Designs and signs of the difference and of its two shares."""
    one, other = found.design.at(of, value), found.design.at(of, baseline)
    return [((one, other), (1.0, -1.0)), ((one,), (1.0,)), ((other,), (1.0,))]


def _values(
    found: Regression,
    of: str,
    values: Sequence[Any] | None,
    *,
    least: int,
    steps: int | None = None,
) -> list[Any]:
    """The values to look at, of a category or numbers, each once."""
    if of not in found.design.variables:
        raise InputError(
            f"of must be a column that the formula names: {listed(found.design.variables)}; got "
            f"{of!r}."
        )
    known = sorted(found.design.frame[of].unique())
    if _is_category(found, of):
        return _categories(of, known, values, least)
    if values is None and steps is not None:
        return [float(point) for point in np.linspace(known[0], known[-1], steps)]
    if values is None and len(known) != 2:
        raise InputError(
            f"{of} has {len(known)} different numbers; say which to compare, such as "
            f"values=[{known[0]:g}, {known[-1]:g}]."
        )
    given = known if values is None else [_number(of, value) for value in values]
    return _enough(of, list(dict.fromkeys(float(value) for value in given)), least)


def _is_category(found: Regression, of: str) -> bool:
    is_text = pd.api.types.is_string_dtype(found.design.frame[of])
    return is_text or found.design.is_category(of)


def _categories(of: str, known: list[Any], values: Sequence[Any] | None, least: int) -> list[Any]:
    """The values of a category, of texts or of numbers as in ``C(year)``, in their order."""
    if values is None and len(known) > _MOST_LEVELS:
        raise InputError(
            f"{of} has {len(known)} values; say which to compare with values=[...]: "
            f"{listed(map(_shown, known))}."
        )
    given = known
    if values is not None:
        read = str if isinstance(known[0], str) else partial(_number, of)
        given = list(dict.fromkeys(read(value) for value in values))
    unknown = [_shown(value) for value in given if value not in known]
    if unknown:
        raise InputError(
            f"{of} has no value {listed(unknown)}; it has: "
            f"{listed(map(_shown, known), most=_MOST_LEVELS)}."
        )
    return _enough(of, given, least)


def _enough(of: str, given: list[Any], least: int) -> list[Any]:
    if len(given) < least:
        raise InputError(
            f"{of} needs at least {least} different values; got {listed(map(_shown, given))}."
        )
    return given


def _number(of: str, value: Any) -> float:
    """The number that a formula sees for a number or a date."""
    if isinstance(value, (int, float, np.number)) and np.isfinite(value):
        return float(value)
    is_number = isinstance(value, (int, float, np.number))
    date = pd.to_datetime(pd.Series(["" if is_number else value]), errors="coerce")
    if date.isna().any():
        raise InputError(f"Values of {of} must be finite numbers or dates; got {value!r}.")
    return float(decimal_years(date).iloc[0])


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.10g}"
