"""How well do shares or probabilities agree with codes?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least, fraction
from topoi.errors import InputError, listed
from topoi.measures.calibration_curve import calibration_error
from topoi.measures.codes import CodedTheme, coded_shares
from topoi.measures.kappa import kappa_of
from topoi.measures.krippendorff import alpha_of
from topoi.measures.ranking import average_precision, roc_auc

__all__ = ["score_report"]

Floats = NDArray[np.float64]

_COUNTED = ("precision", "recall", "f1")
_AGREED = ("kappa", "alpha")
_RANKED = ("roc_auc", "average_precision")
_CALIBRATION = "calibration_error"
_CHANCES = ("brier", _CALIBRATION)
_FEWEST_DOCUMENTS = 3
_SIGN_STREAM = 1  # of random numbers, beside that of the resamples


def score_report(
    shares: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    threshold: float | Mapping[str, float] | None = None,
    bins: int = 5,
    level: float = 0.95,
    n_resamples: int = 300,
    random_state: int = 0,
) -> pd.DataFrame:
    """Precision, recall, F1, ROC AUC, calibration and agreement of each theme, with intervals.

    Parameters
    ----------
    shares : DataFrame
        From `held_out_probabilities`, `Calibration.apply` or `theme_shares`. Its column
        probability is judged; without one, share.
    codes : DataFrame, see `topoi.measures.codes.coded_shares`
        Not those that the probabilities were learnt from: for these, `held_out_probabilities`.
    threshold : number, or mapping from theme to number
        From which on the model gives the theme. None: .5 of probabilities; of shares, which have
        no level of their own, the value that about as many coded rows reach as were coded with
        the theme, so that precision and recall are alike (the break-even point). Rows of one value
        reach it together, so where many have the same one the two may differ.
    bins : int >= 2, for the calibration error
    level : float in (0, 1), coverage of the intervals
    n_resamples : int >= 1, bootstrap samples of documents
    random_state : int >= 0

    Returns
    -------
    DataFrame
        theme (str; then "macro", the mean over themes, and "micro", all decisions together),
        measure (str), estimate, lower, upper, level (float64), n_coded, n_present (int64).
        Measures: precision, recall, f1, kappa, alpha (Krippendorff's, model and coder), roc_auc,
        average_precision, and of probabilities brier and calibration_error (mean distance of
        probability and coded share over bins of equal size; with few codes it is above 0 even
        for perfect ones). NaN where a measure does not exist, as AUC of codes that are all
        alike. Intervals are bootstrap percentiles over documents, with the threshold fixed, but
        for the lower limit of the calibration error (see Notes); NaN with fewer than 3 documents.

    Raises
    ------
    InputError
        If the tables do not fit together, a theme has no threshold, or a setting is out of range.

    Notes
    -----
    The calibration error is a sum of distances, so chance alone makes it too great, and percentiles
    of resamples, which add chance to chance, even more. Its lower limit is therefore the estimate
    less what chance would make if the probabilities were right: the upper percentile of the error
    when the differences of probability and code keep their size but change their sign, those of a
    document together, at random. Its upper limit is the percentile, which errs on the high side.
    tests/test_score_report.py holds both against simulated codes, of right and of wrong
    probabilities; percentiles alone never hold an error of 0.

    References
    ----------
    Break-even point: Joachims (1998), Text categorization with support vector machines. Calibration
    error: Naeini, Cooper & Hauskrecht (2015), Obtaining well calibrated probabilities using
    Bayesian binning. Random signs of clusters: Cameron, Gelbach & Miller (2008), Bootstrap-based
    improvements for inference with clustered errors.
    """
    at_least("bins", bins, 2, whole=True)
    fraction("level", level)
    at_least("n_resamples", n_resamples, 1, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    score = "probability" if "probability" in shares.columns else "share"
    coded = coded_shares(shares, codes, score=score).themes
    thresholds = [_threshold(theme, threshold, is_share=score == "share") for theme in coded]
    measures = [*_COUNTED, *_AGREED, *_RANKED, *(_CHANCES if score == "probability" else ())]
    times = _times(coded, n_resamples, random_state)
    found = np.array(
        [_all_scores(_columns(coded, thresholds, n), measures, bins) for n in times]
    )  # fmt: skip
    limits = _percentiles(found[1:], level)
    if score == "probability":
        place = measures.index(_CALIBRATION)
        columns = _columns(coded, thresholds, times[0])
        by_chance = _errors_by_chance(columns, bins, n_resamples, random_state)
        limits[:, place] = _held(found[0, :, place], limits[:, place], by_chance, level)
    if times[0].sum() < _FEWEST_DOCUMENTS:
        limits[:] = np.nan
    return _table(coded, measures, found[0], limits, level)


def _threshold(
    theme: CodedTheme, given: float | Mapping[str, float] | None, *, is_share: bool
) -> float:
    if isinstance(given, Mapping):
        if theme.name not in given:
            raise InputError(f"No threshold for {theme.name}; there are: {listed(given)}.")
        return float(given[theme.name])
    if given is not None:
        return float(given)
    if not is_share:
        return 0.5
    wanted = float((theme.weights * theme.codes).sum())
    return _break_even(theme.scores[theme.rows], theme.weights, wanted) if wanted > 0 else np.inf


def _break_even(scores: Floats, weights: Floats, wanted: float) -> float:
    """The score that rows of a weight next to the wanted one reach; of two the higher score."""
    order = np.argsort(-scores, kind="stable")
    ranked, reached = scores[order], np.cumsum(weights[order])
    is_last = np.append(ranked[1:] != ranked[:-1], True)  # of the rows with the same score
    nearest = int(np.argmin(np.abs(reached[is_last] - wanted)))
    return float(ranked[is_last][nearest])


def _times(coded: tuple[CodedTheme, ...], n_resamples: int, random_state: int) -> Floats:
    """How often each document counts: once, then as drawn; shape (1 + n_resamples, documents)."""
    names = np.unique(np.concatenate([theme.documents for theme in coded]))
    rng = np.random.default_rng(random_state)
    times = np.zeros((1 + n_resamples, int(names.max()) + 1))
    times[0, names] = 1.0
    for number in range(1, 1 + n_resamples):
        drawn = rng.choice(names, size=len(names))
        times[number] = np.bincount(drawn, minlength=times.shape[1])
    return times


class _Decisions(NamedTuple):
    """Scores, what they call (0 or 1), codes (0 or 1), weights >= 0 and documents of n rows."""

    scores: Floats
    called: Floats
    codes: Floats
    weights: Floats
    documents: NDArray[np.int64]


def _columns(
    coded: tuple[CodedTheme, ...], thresholds: list[float], times: Floats
) -> list[_Decisions]:
    """The decisions of each theme, then of all together, where documents count so often."""
    columns = []
    for theme, threshold in zip(coded, thresholds, strict=True):
        scores = theme.scores[theme.rows]
        called = (scores >= threshold).astype(np.float64)
        weights = theme.weights / theme.weights.mean() * times[theme.documents]
        columns.append(_Decisions(scores, called, theme.codes, weights, theme.documents))
    together = _Decisions(*(np.concatenate(parts) for parts in zip(*columns, strict=True)))
    return [*columns, together]


def _all_scores(columns: list[_Decisions], measures: list[str], bins: int) -> Floats:
    """Scores, shape (themes + 2, measures): each theme, macro, micro."""
    found = [_scores(column, bins) for column in columns]
    table = np.array([[scores.get(name, np.nan) for name in measures] for scores in found])
    return _with_macro(table)


def _with_macro(values: Floats) -> Floats:
    """Values of the themes and of all together, by row, with the mean of the themes between."""
    return np.vstack([values[:-1], values[:-1].mean(axis=0), values[-1]])


def _errors_by_chance(
    columns: list[_Decisions], bins: int, n_draws: int, random_state: int
) -> Floats:
    """Calibration errors of right probabilities, shape (n_draws, themes + 2).

    What a probability is off its code changes its sign at random, that of a document as a whole.
    """
    n_documents = 1 + max(int(column.documents.max()) for column in columns)
    rng = np.random.default_rng([random_state, _SIGN_STREAM])
    signs = 2.0 * rng.integers(2, size=(n_draws, n_documents)) - 1.0
    found = []
    for column in columns:
        off = column.scores - column.codes
        found.append([
            calibration_error(
                column.scores, column.scores - off * sign[column.documents], column.weights, bins
            )
            for sign in signs
        ])  # fmt: skip
    return _with_macro(np.array(found)).T


def _held(estimate: Floats, percentiles: Floats, by_chance: Floats, level: float) -> Floats:
    """Limits of the calibration error that hold it, shape (themes + 2, 2); see Notes above."""
    most = np.quantile(by_chance, 0.5 + level / 2.0, axis=0)
    lower, upper = np.maximum(estimate - most, 0.0), np.fmax(percentiles[:, 1], estimate)
    return np.stack([lower, upper], axis=1)


def _scores(decisions: _Decisions, bins: int) -> dict[str, float]:
    """The measures that exist."""
    drawn = decisions.weights > 0
    if not drawn.any():
        return {}
    scores, called, codes, weights = (column[drawn] for column in decisions[:4])
    hits = float((weights * called * codes).sum())
    n_called, n_coded = float((weights * called).sum()), float((weights * codes).sum())
    found = {
        "precision": _ratio(hits, n_called),
        "recall": _ratio(hits, n_coded),
        "f1": _ratio(2.0 * hits, n_called + n_coded),
        "kappa": float(kappa_of(called, codes, weights[np.newaxis])[0]),
        "alpha": float(alpha_of(_counts_of_two(called, codes), weights[np.newaxis])[0]),
        "brier": float(np.average((scores - codes) ** 2, weights=weights)),
        _CALIBRATION: calibration_error(scores, codes, weights, bins),
    }
    if 0 < codes.sum() < len(codes):
        found["roc_auc"] = roc_auc(scores, codes, weights)
        found["average_precision"] = average_precision(scores, codes, weights)
    return found


def _counts_of_two(called: Floats, codes: Floats) -> NDArray[np.int64]:
    """How many of model and coder gave each row 0 and 1, shape (n, 2)."""
    ones = (called + codes).astype(np.int64)
    return np.stack([2 - ones, ones], axis=1)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _percentiles(resampled: Floats, level: float) -> Floats:
    """Limits of each value of a table, shape (rows, measures, 2); NaN where no resample has one."""
    limits = np.full((*resampled.shape[1:], 2), np.nan)
    tail = (1.0 - level) / 2.0
    for row, column in np.ndindex(resampled.shape[1:]):
        values = resampled[:, row, column]
        values = values[np.isfinite(values)]
        if len(values):
            limits[row, column] = np.quantile(values, [tail, 1.0 - tail])
    return limits


def _table(
    coded: tuple[CodedTheme, ...],
    measures: list[str],
    estimates: Floats,
    limits: Floats,
    level: float,
) -> pd.DataFrame:
    names = [*(theme.name for theme in coded), "macro", "micro"]
    sizes = [len(theme.codes) for theme in coded]
    present = [int(theme.codes.sum()) for theme in coded]
    sizes, present = [*sizes, sum(sizes), sum(sizes)], [*present, sum(present), sum(present)]
    rows = [
        (name, measure, estimates[row, column], *limits[row, column], level)
        for row, name in enumerate(names)
        for column, measure in enumerate(measures)
    ]
    table = pd.DataFrame(
        rows, columns=["theme", "measure", "estimate", "lower", "upper", "level"]
    ).astype({"theme": "str", "measure": "str"})
    table["n_coded"] = np.repeat(sizes, len(measures))
    table["n_present"] = np.repeat(present, len(measures))
    return table
