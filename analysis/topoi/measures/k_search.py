"""How many topics does a body of text bear, by several measures with error bars?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.html_table import html_table
from topoi.measures.k_cells import Cell, KCells
from topoi.measures.matching import agreement_by_chance, matched
from topoi.measures.rankings import average_jaccard

__all__ = ["KSearch", "summed_up"]

_OVER_SPLITS = ("held_out", "coherence", "exclusivity")
_MEASURES = (*_OVER_SPLITS, "stability")


@dataclass(frozen=True, eq=False)
class KSearch:
    """What a search over numbers of topics found.

    Parameters
    ----------
    table : DataFrame
        measure (str), k (int64), value, standard_error, chance (float64), within_one_error (bool),
        n_fits (int64); by measure in the order below, then by k. Higher is better in all of them.

        "held_out": mean log likelihood (nats) of a token of held-out documents, by document
        completion. "coherence": mean NPMI of the topics' top terms. "exclusivity": mean over top
        terms of the probability in the topic over the sum of those in all; chance is 1 / k.
        "stability": mean over pairs of fits of the average Jaccard coefficient of matched topics;
        chance is what random topics of the same terms get. chance is NaN for the first two.

        The standard error is over splits, for other documents as well (Nadeau & Bengio 2003); of
        stability it is the jackknife over fits, NaN for two. `within_one_error`: not below the
        best k by more than the standard error of the best; where there is a chance level, of
        (value - chance) / (1 - chance).
    cells : DataFrame
        k, split, seed (int64), held_out, held_out_error, coherence, exclusivity (float64); one row
        a fit, in this order. held_out_error is the standard error over rows.
    settings : mapping of str to JSON values
    """

    table: pd.DataFrame
    cells: pd.DataFrame
    settings: Mapping[str, Any]

    @property
    def range(self) -> tuple[int, int]:
        """The answers of the one-standard-error rule by held-out score and by coherence.

        Each is the fewest topics that are not worse than the best by more than one error. Where
        one of the two could not be measured, it is the other's answer twice.

        Raises
        ------
        InputError
            If neither could be measured with any number of topics.
        """
        known = self._answers()
        if not known:
            raise InputError(
                "Neither the held-out score nor coherence could be measured with any number of "
                "topics, so there is no range of numbers. Give more text, or count its terms in "
                "another way."
            )
        return min(known), max(known)

    def _answers(self) -> list[int]:
        """The answers of those of the two measures that have one."""
        found = [self._fewest(name) for name in ("held_out", "coherence")]
        return [k for k in found if k is not None]

    @property
    def advice(self) -> str:
        """The answer in plain words, and what speaks against its ends."""
        said = [self._headline(), self._on("held_out"), self._on("coherence")]
        return " ".join([*said, *self._along(), *self._cautions()])

    def _headline(self) -> str:
        if not self._answers():
            return "No number of topics can be named."
        low, high = self.range
        return f"{low} topics." if low == high else f"{low} to {high} topics."

    def _on(self, measure: str) -> str:
        name, what = {
            "held_out": ("The held-out score", "Held-out text is foretold best"),
            "coherence": ("Coherence", "Top terms of topics go together most"),
        }[measure]
        rows, fewest = self._of(measure), self._fewest(measure)
        if fewest is None:
            return f"{name} could not be measured."
        best = int(rows["k"].iloc[int(np.nanargmax(_compared(rows)))])
        if best == rows["k"].min():
            return f"{what} with {best}, the fewest that were tried."
        if best == fewest:
            return f"{what} with {best}; any fewer are worse by more than one standard error."
        return f"{what} with {best}; {fewest} are the fewest within one standard error."

    def _along(self) -> list[str]:
        """How the other measures go over the range."""
        if not self._answers():
            return []
        low, high = self.range
        parts = []
        for name in ("exclusivity", "stability"):
            rows = self._of(name).set_index("k")
            ends = [f"{rows['value'][k]:.2f} (chance {rows['chance'][k]:.2f})" for k in (low, high)]
            way = ends[0] if low == high else f"from {ends[0]} to {ends[1]}"
            if np.isfinite([rows["value"][k] for k in (low, high)]).all():
                parts.append(f"{name} {'is' if low == high else 'goes'} {way}")
        return [f"There, {' and '.join(parts)}."] if parts else []

    def _cautions(self) -> list[str]:
        said = []
        rows = self._of("held_out")
        ks, compared = rows["k"], _compared(rows)
        if len(ks) == 1:
            return [f"No other number was tried, so nothing speaks for {ks[0]} beside others."]
        best = int(ks[np.nanargmax(compared)]) if np.isfinite(compared).any() else None
        if best == ks.max():
            said.append(f"The held-out score still rises at {best}, the most that were tried.")
        rows = self._of("stability")
        low = rows["value"] - 2.0 * rows["standard_error"].fillna(0.0) <= rows["chance"]
        if low.any():
            said.append(
                f"With {_counted(rows.loc[low, 'k'])}, fits of other documents and starts may be "
                "no more alike than random topics of the same terms."
            )
        return said

    def _fewest(self, measure: str) -> int | None:
        rows = self._of(measure)
        found = rows.loc[rows["within_one_error"], "k"]
        return int(found.min()) if len(found) else None

    def _of(self, measure: str) -> pd.DataFrame:
        return self.table.loc[self.table["measure"] == measure].reset_index(drop=True)

    def __repr__(self) -> str:
        return f"<KSearch of {len(self.cells)} fits: {self.advice}>"

    def _repr_html_(self) -> str:
        wide = self.table.pivot(index="k", columns="measure", values="value")[list(_MEASURES)]
        shown = wide.map("{:.3f}".format).reset_index()
        return html_table(self.advice, shown, numbers=list(shown.columns))


def summed_up(
    given: KCells, results: Mapping[Cell, dict[str, Any]], settings: Mapping[str, Any]
) -> KSearch:
    """The tables of all cells of a grid; `results` has a result for each."""
    cells = sorted(results)
    table = pd.DataFrame(
        [
            {
                "k": cell.k,
                "split": cell.split,
                "seed": cell.seed,
                **{
                    name: np.nan if results[cell][name] is None else results[cell][name]
                    for name in ("held_out", "held_out_error", "coherence", "exclusivity")
                },
            }
            for cell in cells
        ]
    ).astype({"coherence": "float64", "held_out_error": "float64"})
    ks = np.unique(table["k"].to_numpy())
    parts = [_over_splits(table, name, ks, given.held_out) for name in _OVER_SPLITS]
    parts.append(_stability(given, results, ks))
    whole = pd.concat(parts, ignore_index=True).assign(n_fits=np.int64(len(cells) // len(ks)))
    return KSearch(whole, table, dict(settings))


def _over_splits(
    cells: pd.DataFrame, name: str, ks: NDArray[np.int64], held_out: float
) -> pd.DataFrame:
    """Means over splits, and their errors for other documents."""
    wide = cells.pivot_table(index="split", columns="k", values=name, aggfunc="mean", dropna=False)
    values = wide.reindex(columns=ks).to_numpy(dtype=np.float64)  # splits × ks
    chance = 1.0 / ks if name == "exclusivity" else np.full(len(ks), np.nan)
    return _rows(name, ks, values.mean(axis=0), _error(values, held_out), chance)


def _error(values: NDArray[np.float64], held_out: float) -> NDArray[np.float64]:
    """Standard error of the mean of each column over splits that share training documents.

    Reference: Nadeau & Bengio (2003), Inference for the generalization error, Machine Learning 52,
    equation 12: variance times 1 / J + n_test / n_train instead of 1 / J.
    """
    n_splits = len(values)
    if n_splits < 2:
        return np.full(values.shape[1], np.nan)
    with np.errstate(invalid="ignore"):  # of infinities
        spread = values.std(axis=0, ddof=1)
    return np.asarray(spread * np.sqrt(1.0 / n_splits + held_out / (1.0 - held_out)))


def _stability(
    given: KCells, results: Mapping[Cell, dict[str, Any]], ks: NDArray[np.int64]
) -> pd.DataFrame:
    found, errors, chances = [], [], []
    for k in ks:
        fits = [given.rankings(results[cell]) for cell in sorted(results) if cell.k == k]
        agreed, chance = _agreements(fits, int(k), given.random_state)
        found.append(_mean_of_pairs(agreed))
        chances.append(_mean_of_pairs(chance))
        errors.append(_jackknife_error(agreed))
    return _rows("stability", ks, np.array(found), np.array(errors), np.array(chances))


def _agreements(
    fits: list[NDArray[np.int64]], k: int, random_state: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean similarity of matched topics for each two fits, and what chance gives, (F, F)."""
    agreed = np.full((len(fits), len(fits)), np.nan)
    chance = agreed.copy()
    for one, other in combinations(range(len(fits)), 2):
        similarity = average_jaccard(fits[one], fits[other])
        own = similarity[np.arange(len(similarity)), matched(similarity)]
        rng = np.random.default_rng(np.random.SeedSequence([random_state, k, one, other]))
        dealt = agreement_by_chance(fits[one], fits[other], rng)
        agreed[one, other] = agreed[other, one] = own.mean()
        chance[one, other] = chance[other, one] = dealt.mean()
    return agreed, chance


def _mean_of_pairs(values: NDArray[np.float64]) -> float:
    pairs = values[np.triu_indices(len(values), k=1)]
    return float(pairs.mean()) if len(pairs) else float("nan")


def _jackknife_error(values: NDArray[np.float64]) -> float:
    """Standard error of the mean over pairs, leaving out a fit at a time; NaN for two fits.

    Reference: Arvesen (1969), Jackknifing U-statistics, Annals of Mathematical Statistics 40.
    """
    n = len(values)
    if n < 3:
        return float("nan")
    rest = [np.delete(np.delete(values, fit, 0), fit, 1) for fit in range(n)]
    left_out = np.array([_mean_of_pairs(pairs) for pairs in rest])
    return float(np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()))


def _rows(
    name: str,
    ks: NDArray[np.int64],
    values: NDArray[np.float64],
    errors: NDArray[np.float64],
    chance: NDArray[np.float64],
) -> pd.DataFrame:
    """The rows of a measure."""
    rows = pd.DataFrame(
        {
            "measure": pd.Series([name] * len(ks), dtype="str"),
            "k": ks,
            "value": values,
            "standard_error": errors,
            "chance": chance,
        }
    )
    compared = _compared(rows)
    if not np.isfinite(compared).any():
        return rows.assign(within_one_error=False)
    best = int(np.nanargmax(compared))
    scale = 1.0 if np.isnan(chance[best]) else max(1.0 - chance[best], 1e-12)
    error = np.nan_to_num(errors[best] / scale)
    return rows.assign(within_one_error=compared >= compared[best] - error)


def _compared(rows: pd.DataFrame) -> NDArray[np.float64]:
    """What numbers of topics are compared by: the values, or how far they are above chance."""
    value, chance = (rows[name].to_numpy(dtype=np.float64) for name in ("value", "chance"))
    above = (value - chance) / np.maximum(1.0 - chance, 1e-12)
    # Minus infinity, of text held impossible, is no candidate for the best.
    return np.where(np.isfinite(value), np.where(np.isnan(chance), value, above), np.nan)


def _counted(numbers: pd.Series) -> str:
    """Numbers in words: "5", "5 and 10", "5, 10 and 20"."""
    names = [str(int(number)) for number in numbers]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
