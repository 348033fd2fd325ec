"""How many passages would coders give each theme, judged from shares of all and codes of some?"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least, fraction, one_of
from topoi.errors import InputError
from topoi.measures.codes import coded_shares, warn_of_few
from topoi.measures.prevalence import groups_of, periods_of
from topoi.measures.prevalence_correction import Evidence, difference, evidence_of, predicted

__all__ = ["corrected_prevalence"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_METHODS = ("difference", "predicted", "codes")
_FEWEST = 10  # codes in a cell; with fewer its level is the curve's
_FEWEST_DOCUMENTS = 3


def corrected_prevalence(
    shares: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    by: str | None = None,
    freq: str | None = None,
    weigh: str = "tokens",
    method: str = "difference",
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """The share of the text that coders would give each theme, in the whole table of shares.

    Parameters
    ----------
    shares : DataFrame of `fit_themes` or `theme_shares`, of all rows, coded or not
    codes : DataFrame, see `topoi.measures.codes.coded_shares`
        The coded rows must be drawn at random, or with chances that weight or
        sampling_probability tells; else "difference" is as biased as the choice of rows.
    by, freq : as for `prevalence`
    weigh : {"tokens", "passages"}
        Whether a passage counts by its n_tokens or as one. "tokens" corrects what `prevalence`
        gives by default, the share of the text, and is what corrected_prevalence.csv of a run has.
    method : {"difference", "predicted", "codes"}
        "difference": the mean of the calibrated probabilities, plus the mean error that the coded
        rows show; right on average whatever the model. "predicted": the codes, and for the rows
        without one the calibrated probability; narrower where the curve is right, wrong where
        the level of a group differs from what its shares say. "codes": the coded rows alone.
    level : float in (0, 1)
    random_state : int >= 0, how coded documents are dealt into folds, and the noise of "predicted"

    Returns
    -------
    DataFrame
        name (str), period (if `freq`), group (if `by`), estimate, lower, upper, level (float64),
        n_documents, n_passages, n_coded (int64), coded (float64, the weighted share among the
        coded rows, NaN without any), share (float64, the mean share before correction), method
        (str); in the order of names, groups and periods. The interval is for the passages of the
        table as they are, not for others that could have been written. A cell with fewer than 10
        codes or 3 coded documents is "predicted", whatever was asked: nothing but the curve of
        the other cells speaks for its level, and the interval does not cover that.

    Raises
    ------
    InputError
        If the tables do not fit together (`coded_shares`), a column is missing or a setting is
        out of range.

    Notes
    -----
    The difference estimator of survey sampling with a logistic working model, fitted without the
    fold of each document, and its weight tuned between 0 (codes alone) and 1: prediction-powered
    inference with power tuning. The variance is over coded documents, with the finite-population
    correction 1 - (chance of being coded) for each row; because it is itself uncertain with few
    codes, it is averaged with the curve's own, sum p (1 - p), which counts as 5 codes, while the
    observed one counts as many as there are codes of the rarer kind, 0 or 1 (but no more than the
    coded documents less one). The interval is Wilson's for the number of codes that would have
    this variance (Korn & Graubard's effective number) and Student's t. Simulated coverage:
    docs/calibration.md.

    References
    ----------
    Särndal, Swensson & Wretman (1992), Model assisted survey sampling, chapter 6; Angelopoulos,
    Duchi & Zrnic (2023), PPI++: efficient prediction-powered inference; Egami, Hinck, Stewart &
    Wei (2023), Using imperfect surrogates for downstream inference; Korn & Graubard (1998),
    Confidence intervals for proportions with small expected number of positive counts.
    """
    one_of("weigh", weigh, ("tokens", "passages"))
    one_of("method", method, _METHODS)
    fraction("level", level)
    at_least("random_state", random_state, 0, whole=True)
    coded = coded_shares(shares, codes)
    warn_of_few(coded.themes)
    sizes = _sizes(coded.facts, weigh)
    cells = list(_cells(coded.facts, by, freq))
    rows = []
    for theme in coded.themes:
        evidence = evidence_of(theme, sizes, random_state)
        for group, period, in_cell in cells:
            rng = np.random.default_rng([random_state, zlib.crc32(f"{group}\x00{period}".encode())])
            found = _of_cell(evidence, in_cell, rng, method=method, level=level)
            of_cell = coded.facts.loc[in_cell, "doc_id"]
            counts = {"n_documents": of_cell.nunique(), "n_passages": len(of_cell)}
            where = {"name": theme.name, "period": period, "group": group}
            rows.append(where | found | {"level": level} | counts)
    return _in_columns(pd.DataFrame(rows), by, freq)


def _sizes(facts: pd.DataFrame, weigh: str) -> Floats:
    if weigh == "passages":
        return np.ones(len(facts))
    if "n_tokens" not in facts.columns:
        raise InputError("To weigh by tokens the shares need the column n_tokens.")
    return np.asarray(np.maximum(facts["n_tokens"].to_numpy(dtype=np.float64), 1e-9))


def _cells(
    facts: pd.DataFrame, by: str | None, freq: str | None
) -> Iterator[tuple[str, str, Flags]]:
    if freq is not None and "date" not in facts.columns:
        raise InputError("The shares have no column date, so there are no periods.")
    groups, periods = groups_of(facts, by), periods_of(facts, freq)
    if freq is not None and (periods == "").all():
        raise InputError("No document has a date, so there are no periods; leave out freq.")
    for group, period in sorted(set(zip(groups, periods, strict=True))):
        if freq is None or period:
            yield group, period, ((groups == group) & (periods == period)).to_numpy()


def _of_cell(
    evidence: Evidence, in_cell: Flags, rng: np.random.Generator, *, method: str, level: float
) -> dict[str, object]:
    theme, sizes = evidence.theme, evidence.sizes
    here = in_cell[theme.rows]
    weights = theme.weights[here] * sizes[theme.rows][here]
    n_coded = int(here.sum())
    n_documents = len(np.unique(theme.documents[here]))
    is_enough = n_coded >= _FEWEST and n_documents >= _FEWEST_DOCUMENTS
    used = method if is_enough else "predicted"
    if n_coded == int(in_cell.sum()):
        exact = float(np.average(theme.codes[here], weights=sizes[in_cell]))
        found, used = (exact, exact, exact), "codes"
    elif used == "predicted":
        found = predicted(evidence, in_cell, rng, level)
    else:
        found = difference(evidence, in_cell, is_powered=used == "difference", level=level)
    return {
        **dict(zip(("estimate", "lower", "upper"), found, strict=True)),
        "n_coded": n_coded,
        "coded": float(np.average(theme.codes[here], weights=weights)) if n_coded else np.nan,
        "share": float(np.average(theme.scores[in_cell], weights=sizes[in_cell])),
        "method": used,
    }


def _in_columns(table: pd.DataFrame, by: str | None, freq: str | None) -> pd.DataFrame:
    columns = ["name", "period", "group", "estimate", "lower", "upper", "level"]
    columns += ["n_documents", "n_passages", "n_coded", "coded", "share", "method"]
    unused = [column for column, used in (("group", by), ("period", freq)) if used is None]
    kinds = {"name": "str", "method": "str"} | dict.fromkeys(
        ["n_documents", "n_passages", "n_coded"], "int64"
    )
    return table[columns].drop(columns=unused).astype(kinds)
