"""Which topics come again from other starts, other documents, another order or other numbers?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.base import clone

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.fit import TopicFit, fit_topics
from topoi.measures.document_splits import held_out_rows
from topoi.measures.matching import Matches, matches
from topoi.measures.rankings import top_rankings
from topoi.models.base import TopicModel
from topoi.models.blocks import one_thread
from topoi.text.matrix import DocTermMatrix
from topoi.workers import in_order, worker_count

__all__ = ["stability", "stability_summary"]

_SUBSAMPLE_STREAM, _ORDER_STREAM, _CHANCE_STREAM = range(3)


def stability(
    matrix: DocTermMatrix,
    model: TopicModel,
    *,
    n_seeds: int = 5,
    n_subsamples: int = 5,
    subsample: float = 0.8,
    n_orders: int = 2,
    other_ks: Sequence[int] | None = None,
    n: int = 20,
    n_random: int = 50,
    n_jobs: int | None = None,
    random_state: int = 0,
    progress: Callable[[int, int], None] | None = None,
    fit: TopicFit | None = None,
) -> pd.DataFrame:
    """How alike each topic is to the topic it is matched with in fits made otherwise.

    Parameters
    ----------
    matrix : DocTermMatrix
    model : TopicModel; the topics asked about are those of `fit_topics(matrix, model)`
    n_seeds : int >= 0, fits from other random starts
    n_subsamples : int >= 0, fits of part of the documents, drawn without replacement
    subsample : float in [0.5, 0.95], share of the documents in each
    n_orders : int >= 0, fits of the rows in another order
    other_ks : sequence of int >= 2, other numbers of topics, for a model with `n_components`; None
        is four fifths and five fourths as many, where the model has it; () is none
    n : int >= 2, top terms by which topics are compared
    n_random : int >= 20, sets of random topics for the level of chance
    n_jobs : int or None, fits at a time; None is 1, -1 all cores; does not change the result
    random_state : int >= 0, of subsamples, orders and chance; the seeds are the model's and so on
    progress : function, optional; called with how many fits are done, and of how many
    fit : TopicFit, optional; `fit_topics(matrix, model)` where it is there already

    Returns
    -------
    DataFrame
        variation, detail, topic, matched (str), similarity (float64 in [0, 1]: average Jaccard
        coefficient of the top terms), chance (float64: mean for random topics of the top terms of
        both fits), limit (float64: what 95 % of such matches do not pass), is_found (bool:
        similarity above the limit). A row for each fit and topic, in this order: "seed" (detail:
        the random_state), "subsample" ("1", …), "order" ("1", …), "number of topics" (detail: k).
        Fits with as many topics are matched one to one so that similarities add up to most, others
        by the most similar topic, so that several may share one.

    Raises
    ------
    InputError
        If a setting is out of range, nothing is varied, or a fit cannot be made of a subsample.

    Notes
    -----
    Chance depends on the number of topics and their terms, so similarity is to be read beside it.
    A topic that is not found again should not carry a finding of its own.

    References
    ----------
    Greene, O'Callaghan & Cunningham (2014), How many topics? Stability analysis for topic models,
    ECML; Belford, Mac Namee & Greene (2018), Stability of topic modeling via matrix factorization.
    """
    _check(
        subsample, n, n_random, n_seeds=n_seeds, n_subsamples=n_subsamples, n_orders=n_orders,
        random_state=random_state,
    )  # fmt: skip
    alone = _single(model)
    variations = _variations(alone, n_seeds, n_subsamples, n_orders, other_ks)
    given = _Given(matrix, subsample, n, random_state)
    with one_thread():  # what one fit sets would hold for those beside it
        reference = fit_topics(matrix, alone) if fit is None else fit
        ranked = top_rankings(reference.topic_term, n)
        fits = in_order(given.fitted, variations, n_threads=worker_count(n_jobs))
        tables = []
        for number, (variation, other) in enumerate(zip(variations, fits, strict=True)):
            rng = given.stream(_CHANCE_STREAM, number)
            found = matches(ranked, top_rankings(other.topic_term, n), n_random=n_random, rng=rng)
            tables.append(_table_of(variation, reference, other, found))
            if progress is not None:
                progress(number + 1, len(variations))
    return pd.concat(tables, ignore_index=True)


def stability_summary(table: pd.DataFrame) -> pd.DataFrame:
    """How stable each topic is under each kind of variation, and under all of them.

    Parameters
    ----------
    table : DataFrame from `stability`

    Returns
    -------
    DataFrame
        topic, variation (str; the last is "all"), n_fits (int64), similarity, lowest, chance
        (float64: means over the fits, and the lowest similarity), above_chance (float64, at most
        1: (similarity - chance) / (1 - chance)), found (float64 in [0, 1]: part of the fits in
        which the topic is found); in the order of topics and variations.
    """
    every = pd.concat([table, table.assign(variation="all")], ignore_index=True)
    order = {name: place for place, name in enumerate(dict.fromkeys(every["topic"]))}
    rows = [
        {
            "topic": topic,
            "variation": variation,
            "n_fits": len(of),
            "similarity": of["similarity"].mean(),
            "lowest": of["similarity"].min(),
            "chance": of["chance"].mean(),
            "found": of["is_found"].mean(),
        }
        for (variation, topic), of in every.groupby(["variation", "topic"], sort=False)
    ]
    found = pd.DataFrame(rows)
    spare = np.maximum(1.0 - found["chance"], 1e-12)
    found.insert(6, "above_chance", (found["similarity"] - found["chance"]) / spare)
    found = found.sort_values("topic", key=lambda names: names.map(order), kind="stable")
    kinds = {"topic": "str", "variation": "str", "n_fits": "int64", "found": "float64"}
    return found.reset_index(drop=True).astype(kinds)


@dataclass(frozen=True)
class _Variation:
    """What is done otherwise; `number` tells subsamples and orders apart."""

    kind: str
    detail: str
    model: TopicModel
    number: int = 0


@dataclass(frozen=True, eq=False)
class _Given:
    matrix: DocTermMatrix
    subsample: float
    n: int
    random_state: int

    def stream(self, *place: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence([self.random_state, *place]))

    def fitted(self, variation: _Variation) -> TopicFit:
        """The fit of a variation; an error names it."""
        try:
            return fit_topics(self._rows(variation), variation.model)
        except InputError as error:
            raise InputError(
                f"The fit for {variation.kind} {variation.detail} cannot be made: {error}"
            ) from error

    def _rows(self, variation: _Variation) -> DocTermMatrix:
        if variation.kind == "subsample":
            seed = int(self.stream(_SUBSAMPLE_STREAM).integers(2**31))
            ids = list(self.matrix.units["doc_id"])
            out = held_out_rows(ids, 1.0 - self.subsample, variation.number, seed)
            return _rows_of(self.matrix, np.flatnonzero(~out))
        if variation.kind == "order":
            rng = self.stream(_ORDER_STREAM, variation.number)
            return _rows_of(self.matrix, rng.permutation(self.matrix.shape[0]))
        return self.matrix


def _check(subsample: float, n: int, n_random: int, **counts: int) -> None:
    for name, value in counts.items():
        at_least(name, value, 0, whole=True)
    at_least("subsample", subsample, 0.5, most=0.95)
    at_least("n", n, 2, whole=True)
    at_least("n_random", n_random, 20, whole=True)


def _variations(
    model: TopicModel,
    n_seeds: int,
    n_subsamples: int,
    n_orders: int,
    other_ks: Sequence[int] | None,
) -> list[_Variation]:
    """What is done otherwise, a fit each, in the order of the table."""
    found = [
        *_seeds(model, n_seeds),
        *(_Variation("subsample", str(n + 1), model, n) for n in range(n_subsamples)),
        *(_Variation("order", str(n + 1), model, n) for n in range(n_orders)),
        *_numbers(model, other_ks),
    ]
    if not found:
        raise InputError(
            "Nothing is varied, so nothing can be compared: give n_seeds, n_subsamples, n_orders "
            "or other_ks."
        )
    return found


def _table_of(
    variation: _Variation, reference: TopicFit, other: TopicFit, found: Matches
) -> pd.DataFrame:
    """The rows of a fit: each topic of the reference with the topic it is matched with."""
    table = pd.DataFrame(
        {
            "variation": variation.kind,
            "detail": variation.detail,
            "topic": reference.topic_names,
            "matched": [other.topic_names[column] for column in found.columns],
            "similarity": found.similarity,
            "chance": found.chance,
            "limit": found.limit,
            "is_found": found.is_found,
        }
    )
    return table.astype(dict.fromkeys(("variation", "detail", "topic", "matched"), "str"))


def _rows_of(matrix: DocTermMatrix, rows: NDArray[np.int64]) -> DocTermMatrix:
    counts = csr_array(matrix.counts[rows])
    return DocTermMatrix(counts, matrix.vocabulary, matrix.units.iloc[rows])


def _single(model: TopicModel) -> TopicModel:
    """A copy that works in one thread: it is the fits that go side by side."""
    threads = {"n_jobs": 1} if "n_jobs" in model.get_params() else {}
    copy: TopicModel = clone(model).set_params(**threads)
    return copy


def _seeds(model: TopicModel, n_seeds: int) -> list[_Variation]:
    if not n_seeds:
        return []
    first = model.get_params().get("random_state")
    at_least("random_state of the model", first, 0, whole=True)
    found = []
    for seed in range(first + 1, first + 1 + n_seeds):
        varied: Any = clone(model).set_params(random_state=seed)
        found.append(_Variation("seed", str(seed), varied))
    return found


def _numbers(model: TopicModel, other_ks: Sequence[int] | None) -> list[_Variation]:
    has_number = "n_components" in model.get_params()
    if other_ks is None:
        own = model.n_topics if has_number else 0
        usual = {round(0.8 * own), round(1.25 * own)} - {own} if has_number else set()
        other_ks = sorted(k for k in usual if k >= 2)
    if other_ks and not has_number:
        raise InputError(
            f"{type(model).__name__} has no setting n_components, so its number of topics cannot "
            "be varied; leave other_ks out."
        )
    for k in other_ks:
        at_least("each of other_ks", k, 2, whole=True)
    return [
        _Variation("number of topics", str(k), clone(model).set_params(n_components=int(k)))
        for k in other_ks
    ]
