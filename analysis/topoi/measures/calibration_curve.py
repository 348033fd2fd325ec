"""Of the passages that have a theme with probability .7, were seven in ten coded with it?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from topoi.checks import at_least, fraction
from topoi.errors import InputError
from topoi.measures.coded_curve import kish_weights
from topoi.measures.codes import CodedTheme, coded_shares
from topoi.measures.wilson import wilson_limits

__all__ = ["calibration_curve", "calibration_error"]

Floats = NDArray[np.float64]


def calibration_curve(
    probabilities: pd.DataFrame, codes: pd.DataFrame, *, bins: int = 5, level: float = 0.95
) -> pd.DataFrame:
    """What share of rows was coded with the theme, among rows of about the same probability.

    Parameters
    ----------
    probabilities : DataFrame with the column probability, as for `score_report`
    codes : DataFrame, see `topoi.measures.codes.coded_shares`
    bins : int >= 2
        The coded rows of a theme, by probability, are cut into so many parts of equal size;
        rows of one probability stay together, so there may be fewer parts.
    level : float in (0, 1), coverage of the intervals

    Returns
    -------
    DataFrame
        name (str, the theme), probability (float64, mean of the part), estimate (float64, share
        coded with the theme), lower, upper, level (float64), n_coded (int64); by theme and
        probability. Intervals are Wilson's, with the number of codes that the weights leave
        (Kish); they take the codes as independent, also those of one document.

    Raises
    ------
    InputError
        If the tables do not fit together, there is no column probability, or a setting is out of
        range.
    """
    at_least("bins", bins, 2, whole=True)
    fraction("level", level)
    if "probability" not in probabilities.columns:
        raise InputError("The table has no column probability; see Calibration.apply.")
    coded = coded_shares(probabilities, codes, score="probability").themes
    rows = [
        {"name": theme.name, **_bin(theme, part == number, level), "level": level}
        for theme in coded
        for part in [_parts(theme.scores[theme.rows], bins)]
        for number in range(part.max() + 1)
    ]
    columns = ["name", "probability", "estimate", "lower", "upper", "level", "n_coded"]
    return pd.DataFrame(rows)[columns].astype({"name": "str"})


def _parts(scores: Floats, bins: int) -> NDArray[np.int64]:
    """The number of each row's bin, from 0, by rank; equal scores are in the first of theirs."""
    place = np.searchsorted(np.sort(scores), scores, side="left")
    part = place * bins // len(scores)
    return np.asarray(np.unique(part, return_inverse=True)[1], dtype=np.int64)


def calibration_error(scores: Floats, codes: Floats, weights: Floats, bins: int) -> float:
    """Mean distance of score and coded share over bins of equal size, weighted; shapes (n,)."""
    part = _parts(scores, bins)
    gaps = np.bincount(part, weights=weights * (scores - codes))
    return float(np.abs(gaps).sum() / weights.sum())


def _bin(theme: CodedTheme, is_in: NDArray[np.bool_], level: float) -> dict[str, float | int]:
    weights = theme.weights[is_in]
    estimate = float(np.average(theme.codes[is_in], weights=weights))
    number = float(kish_weights(weights).sum())
    lower, upper = wilson_limits(estimate, number, float(ndtri(0.5 + level / 2.0)))
    return {
        "probability": float(np.average(theme.scores[theme.rows][is_in], weights=weights)),
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "n_coded": int(is_in.sum()),
    }
