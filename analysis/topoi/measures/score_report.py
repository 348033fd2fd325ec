"""How well do shares or probabilities agree with codes?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.measures.calibration_curve import calibration_error, check_settings
from topoi.measures.codes import CodedTheme, coded_shares
from topoi.measures.kappa import kappa_of
from topoi.measures.krippendorff import alpha_of
from topoi.measures.ranking import average_precision, roc_auc

__all__ = ["score_report"]

Floats = NDArray[np.float64]

_COUNTED = ("precision", "recall", "f1")
_AGREED = ("kappa", "alpha")
_RANKED = ("roc_auc", "average_precision")
_CHANCES = ("brier", "calibration_error")
_FEWEST_DOCUMENTS = 3


def score_report(
    shares: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    threshold: float | Mapping[str, float] | None = None,
    bins: int = 5,
    level: float = 0.95,
    draws: int = 300,
    seed: int = 0,
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
        no level of their own, the value that as many coded rows reach as were coded with the
        theme, so that precision and recall are alike (the break-even point).
    bins : int >= 2, for the calibration error
    level : float in (0, 1), coverage of the intervals
    draws : int >= 1, bootstrap samples of documents
    seed : int >= 0

    Returns
    -------
    DataFrame
        theme (str; then "macro", the mean over themes, and "micro", all decisions together),
        measure (str), estimate, lower, upper, level (float64), n_coded, n_present (int64).
        Measures: precision, recall, f1, kappa, alpha (Krippendorff's, model and coder), roc_auc,
        average_precision, and of probabilities brier and calibration_error (mean distance of
        probability and coded share over bins of equal size; with few codes it is above 0 even
        for perfect ones). NaN where a measure does not exist, as AUC of codes that are all
        alike. Intervals are bootstrap percentiles over documents, with the threshold fixed; NaN
        with fewer than 3 documents.

    Raises
    ------
    InputError
        If the tables do not fit together, a theme has no threshold, or a setting is out of range.
    """
    check_settings(bins, level, draws, seed)
    score = "probability" if "probability" in shares.columns else "share"
    coded = coded_shares(shares, codes, score=score).themes
    thresholds = [_threshold(theme, threshold, is_share=score == "share") for theme in coded]
    measures = [*_COUNTED, *_AGREED, *_RANKED, *(_CHANCES if score == "probability" else ())]
    times = _times(coded, draws, seed)
    found = np.array([_all_scores(coded, thresholds, measures, bins, counts) for counts in times])
    return _table(coded, measures, found, level, n_documents=int(times[0].sum()))


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
    order = np.argsort(-theme.scores[theme.rows], kind="stable")
    reached = np.cumsum(theme.weights[order])
    wanted = float((theme.weights * theme.codes).sum())
    place = int(np.argmin(np.abs(reached - wanted)))
    return float(theme.scores[theme.rows][order[place]]) if wanted > 0 else float("inf")


def _times(coded: tuple[CodedTheme, ...], draws: int, seed: int) -> Floats:
    """How often each document counts: once, then as drawn; shape (1 + draws, documents)."""
    names = np.unique(np.concatenate([theme.documents for theme in coded]))
    rng = np.random.default_rng(seed)
    times = np.zeros((1 + draws, int(names.max()) + 1))
    times[0, names] = 1.0
    for number in range(1, 1 + draws):
        drawn = rng.choice(names, size=len(names))
        times[number] = np.bincount(drawn, minlength=times.shape[1])
    return times


class _Decisions(NamedTuple):
    """Scores, what they call (0 or 1), codes (0 or 1) and weights >= 0 of n rows."""

    scores: Floats
    called: Floats
    codes: Floats
    weights: Floats


def _all_scores(
    coded: tuple[CodedTheme, ...],
    thresholds: list[float],
    measures: list[str],
    bins: int,
    times: Floats,
) -> Floats:
    """Scores, shape (themes + 2, measures): each theme, macro, micro."""
    columns = []
    for theme, threshold in zip(coded, thresholds, strict=True):
        scores = theme.scores[theme.rows]
        called = (scores >= threshold).astype(np.float64)
        weights = theme.weights / theme.weights.mean() * times[theme.documents]
        columns.append(_Decisions(scores, called, theme.codes, weights))
    together = _Decisions(*(np.concatenate(parts) for parts in zip(*columns, strict=True)))
    found = [_scores(column, bins) for column in (*columns, together)]
    table = np.array([[scores.get(name, np.nan) for name in measures] for scores in found])
    return np.vstack([table[:-1], table[:-1].mean(axis=0), table[-1]])


def _scores(decisions: _Decisions, bins: int) -> dict[str, float]:
    """The measures that exist."""
    drawn = decisions.weights > 0
    if not drawn.any():
        return {}
    scores, called, codes, weights = (column[drawn] for column in decisions)
    hits = float((weights * called * codes).sum())
    n_called, n_coded = float((weights * called).sum()), float((weights * codes).sum())
    found = {
        "precision": _ratio(hits, n_called),
        "recall": _ratio(hits, n_coded),
        "f1": _ratio(2.0 * hits, n_called + n_coded),
        "kappa": float(kappa_of(called, codes, weights[np.newaxis])[0]),
        "alpha": float(alpha_of(_counts_of_two(called, codes), weights[np.newaxis])[0]),
        "brier": float(np.average((scores - codes) ** 2, weights=weights)),
        "calibration_error": calibration_error(scores, codes, weights, bins),
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


def _table(
    coded: tuple[CodedTheme, ...],
    measures: list[str],
    found: Floats,
    level: float,
    *,
    n_documents: int,
) -> pd.DataFrame:
    names = [*(theme.name for theme in coded), "macro", "micro"]
    sizes = [len(theme.codes) for theme in coded]
    present = [int(theme.codes.sum()) for theme in coded]
    sizes, present = [*sizes, sum(sizes), sum(sizes)], [*present, sum(present), sum(present)]
    tail = (1.0 - level) / 2.0
    rows = []
    for row, name in enumerate(names):
        for column, measure in enumerate(measures):
            values = found[1:, row, column]
            values = values[np.isfinite(values)]
            limits = [np.nan, np.nan]
            if n_documents >= _FEWEST_DOCUMENTS and len(values):
                limits = np.quantile(values, [tail, 1.0 - tail]).tolist()
            rows.append((name, measure, found[0, row, column], *limits, level))
    table = pd.DataFrame(
        rows, columns=["theme", "measure", "estimate", "lower", "upper", "level"]
    ).astype({"theme": "str", "measure": "str"})
    table["n_coded"] = np.repeat(sizes, len(measures))
    table["n_present"] = np.repeat(present, len(measures))
    return table
