"""How often people found the intruder, by topic and over all, beside what guessing gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import fraction
from topoi.errors import InputError, listed
from topoi.measures.clustered_means import (
    Estimate,
    clustered_proportion,
    crossed_mean,
    crossed_proportion,
    wilson,
)

__all__ = ["coder_scores", "topic_intrusion_scores", "word_intrusion_scores"]

_ALL = "all topics"
_LEAST_SHARE = 1e-6  # of NMF, whose shares may be 0
_COLUMNS = {
    **{"topic": "str", "measure": "str"},
    **dict.fromkeys(("estimate", "lower", "upper", "level", "chance"), "float64"),
    **dict.fromkeys(("n_items", "n_coders", "n_answers"), "int64"),
}


def word_intrusion_scores(
    choices: pd.DataFrame, key: pd.DataFrame, *, level: float = 0.95
) -> pd.DataFrame:
    """Model precision: the part of answers that name the intruder, for each topic and over all.

    Parameters
    ----------
    choices : DataFrame from `read_choices`: item_id, coder, chosen
    key : DataFrame, the key of the `word_intrusion` task, see `read_key`
    level : float in (0, 1), coverage of the intervals

    Returns
    -------
    DataFrame
        topic (str; the last is "all topics"), measure ("precision"), estimate, lower, upper, level,
        chance (float64; what guessing gives), n_items, n_coders, n_answers (int64), in the order of
        the key. A topic's interval is Wilson's and speaks of other coders, given its items; with
        several items the answers of a coder are taken together. That of all topics speaks of other
        topics and other coders. Checks are left out, see `coder_scores`.

    Raises
    ------
    InputError
        If a choice is of no item of the key, or there is none.

    References
    ----------
    Chang et al. (2009), NIPS 22, equation 1. Intervals: `clustered_proportion` where coders
    answered several items of a topic; over all `crossed_proportion`.
    """
    answers = _answers(choices, key, level)
    answers = answers.loc[~answers["is_check"]]
    _check_any(answers)
    chance = 1.0 / int(key["n_choices"].iloc[0])
    rows = []
    for topic, own in _by_topic(answers, key):
        found = (
            crossed_proportion(own["hit"], list(own["topic"]), list(own["coder"]), level)
            if topic == _ALL
            else _of_topic(own, level)
        )
        rows.append(_row(topic, "precision", found, chance, own))
    return _table(rows, level)


def topic_intrusion_scores(
    choices: pd.DataFrame, key: pd.DataFrame, *, level: float = 0.95
) -> pd.DataFrame:
    """Topic log odds and precision of topic intrusion, for each topic and over all.

    The log odds of an answer are log share of the intruder - log share of the chosen topic: 0 where
    the intruder was found, and the more negative the larger the topic that was taken for it.

    Parameters
    ----------
    choices : DataFrame from `read_choices`: item_id, coder, chosen
    key : DataFrame, the key of the `topic_intrusion` task, see `read_key`
    level : float in (0, 1), coverage of the intervals

    Returns
    -------
    DataFrame
        As of `word_intrusion_scores`, with the measures "log odds" (nats, <= 0) and "precision" of
        each topic; the topic is the largest of the text. Texts and coders are taken as samples; the
        bounds are NaN where a topic has one text, and those of log odds where all are alike. Texts
        count alike, so "all topics" gives each topic the weight of its texts in the task, not in
        the corpus. Shares below 1e-6 (of NMF) count as that.

    Raises
    ------
    InputError
        If a choice is of no item of the key, or there is none.

    References
    ----------
    Chang et al. (2009), NIPS 22, equation 2. Intervals: `crossed_mean`, `crossed_proportion`.
    """
    answers = _answers(choices, key, level)
    _check_any(answers)
    n_places = int(key["n_choices"].iloc[0])
    shares = answers[[f"share_{place}" for place in range(1, n_places + 1)]]
    odds = _log_odds(shares.to_numpy(dtype=np.float64), answers["intruder"].to_numpy())
    answers = answers.assign(
        odds=odds[np.arange(len(odds)), answers["chosen"].to_numpy() - 1],
        expected=odds.mean(axis=1),
    )
    rows = []
    for topic, own in _by_topic(answers, key):
        mean = crossed_mean(own["odds"], list(own["item_id"]), list(own["coder"]), level)
        bounded = Estimate(mean.estimate, mean.lower, min(mean.upper, 0.0))
        if np.isnan(mean.upper):
            bounded = mean
        rows.append(_row(topic, "log odds", bounded, float(own["expected"].mean()), own))
        found = crossed_proportion(own["hit"], list(own["item_id"]), list(own["coder"]), level)
        rows.append(_row(topic, "precision", found, 1.0 / n_places, own))
    return _table(rows, level)


def coder_scores(choices: pd.DataFrame, key: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """How often each coder found the intruder: who guesses, or did not read?

    Returns
    -------
    DataFrame
        coder (str), estimate, lower, upper, level, chance (float64; Wilson's interval), n_answers,
        n_checks, n_checks_right (int64), by coder. Checks are not in the estimate.

    Raises
    ------
    InputError
        As `word_intrusion_scores`.
    """
    answers = _answers(choices, key, level)
    _check_any(answers)
    chance = 1.0 / int(key["n_choices"].iloc[0])
    rows = []
    for coder, own in answers.groupby("coder", sort=True):
        real, checks = own.loc[~own["is_check"], "hit"], own.loc[own["is_check"], "hit"]
        found = wilson(float(real.sum()), len(real), level)._asdict()
        counts = {"n_answers": len(real), "n_checks": len(checks)}
        rows.append(
            {"coder": str(coder), **found, "level": level, "chance": chance, **counts}
            | {"n_checks_right": int(checks.sum())}
        )
    return pd.DataFrame(rows).astype({"coder": "str"})


def _answers(choices: pd.DataFrame, key: pd.DataFrame, level: float) -> pd.DataFrame:
    """The choices with what the key says of each item, by item and coder."""
    fraction("level", level)
    for name, table, needed in (
        ("choices", choices, ("item_id", "coder", "chosen")),
        ("key", key, ("item_id", "topic", "intruder", "n_choices")),
    ):
        lacking = [column for column in needed if column not in table.columns]
        if lacking:
            raise InputError(f"The {name} lack the column {listed(lacking)}; see read_{name}.")
    unknown = sorted(set(choices["item_id"]) - set(key["item_id"]))
    if unknown:
        raise InputError(f"{len(unknown)} items are not in the key: {listed(unknown)}.")
    twice = choices.loc[choices.duplicated(["item_id", "coder"]), "item_id"]
    if len(twice):
        raise InputError(f"Coders answered items twice: {listed(dict.fromkeys(twice))}.")
    table = choices.merge(key, on="item_id", how="left", validate="many_to_one")
    table = table.sort_values(["item_id", "coder"], ignore_index=True)
    if "is_check" not in table.columns:
        table["is_check"] = False
    return table.assign(hit=(table["chosen"] == table["intruder"]).astype("int64"))


def _check_any(answers: pd.DataFrame) -> None:
    if not len(answers):
        raise InputError("There is no answer to score; read the coders' sheets with read_choices.")


def _by_topic(answers: pd.DataFrame, key: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    met = set(answers["topic"])
    for topic in dict.fromkeys(key["topic"]):
        if topic in met:
            yield str(topic), answers.loc[answers["topic"] == topic]
    yield _ALL, answers


def _of_topic(answers: pd.DataFrame, level: float) -> Estimate:
    """The part of answers on a topic that are right, for other coders."""
    hits, coders = answers["hit"], answers["coder"]
    if coders.duplicated().any():
        return clustered_proportion(hits, list(coders), level)
    return wilson(float(hits.sum()), len(hits), level)


def _log_odds(shares: NDArray[np.float64], intruder: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log odds that each choice of each answer would give, shape (N, places)."""
    logs = np.log(np.maximum(shares, _LEAST_SHARE))
    return np.asarray(logs[np.arange(len(logs)), intruder - 1][:, np.newaxis] - logs)


def _row(
    topic: str, measure: str, found: Estimate, chance: float, own: pd.DataFrame
) -> dict[str, Any]:
    counts = {"n_items": own["item_id"].nunique(), "n_coders": own["coder"].nunique()}
    row = {"topic": topic, "measure": measure, **found._asdict(), "chance": chance}
    return {**row, **counts, "n_answers": len(own)}


def _table(rows: list[dict[str, Any]], level: float) -> pd.DataFrame:
    return pd.DataFrame(rows).assign(level=level)[list(_COLUMNS)].astype(_COLUMNS)
