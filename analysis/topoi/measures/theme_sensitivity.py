"""How far do the shares of themes hang on single seeds, on chance, and on the model's settings?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.measures.new_documents import check_terms
from topoi.measures.row_weights import column_of
from topoi.measures.sensitivity_choices import of_model, of_seeds
from topoi.measures.theme_context import context_factor, context_terms
from topoi.measures.theme_evidence import rates_of
from topoi.measures.theme_fit import ThemeFit, fit_themes
from topoi.measures.theme_marks import ThemeMarks, marks_of
from topoi.measures.theme_parts import context_parts, row_topics
from topoi.measures.theme_seeds import SeedTokens
from topoi.text.matrix import DocTermMatrix
from topoi.themes.theme import Themes
from topoi.workers import worker_count

__all__ = ["sensitivity_summary", "theme_sensitivity"]

_Key = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
_KINDS = {
    "variation": "str",
    "detail": "str",
    "theme": "str",
    "is_own": "bool",
    "share": "float64",
    "change": "float64",
    "rank_correlation": "float64",
}


def theme_sensitivity(
    fit: ThemeFit,
    matrix: DocTermMatrix,
    *,
    by: str | None = None,
    background: DocTermMatrix | None = None,
    n_halves: int = 10,
    n_placebos: int = 20,
    n_topics: Sequence[int | Sequence[int]] | None = None,
    n_model_seeds: int = 3,
    n_jobs: int | None = None,
    random_state: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """The share of the text of each theme, and the order of the passages, under other choices.

    Parameters
    ----------
    fit : ThemeFit
    matrix : DocTermMatrix that the fit was made of
    by : str, optional; a column of the units ("source") whose groups are ranked by their share
    background : DocTermMatrix, needed for refits where the fit was made with one
    n_halves : int >= 0, random halvings of each theme's seeds; both halves are measured
    n_placebos : int >= 0, packs of random terms as frequent as the seeds (`placebo_seeds`)
    n_topics : sequence, other numbers of topics to fit again with, each as in `fit_themes`: an int
        or, for starts of several sizes, a sequence of int; None is half and twice as many as the
        fit has; () is none
    n_model_seeds : int >= 0, times to fit again from other random starts
    n_jobs : int or None, threads; None is 1, -1 all cores; does not change the result
    random_state : int >= 0, of the halves and placebos
    progress : function, optional; called with how many variations are done, and of how many

    Returns
    -------
    DataFrame
        variation, detail, theme (str), is_own (bool), share (float64: token-weighted part of the
        text that speaks of the theme), change (float64: share less that of the fit),
        rank_correlation (float64: Spearman's, of the shares of all rows with those of the fit;
        nan where all are equal) and, with `by`, swapped (float64 in [0, 1]: pairs of groups that
        stand in the other order than in the fit; nan for a single group). A row for each
        variation and theme, in this order:

        "fit" (as it is); "without seed" (detail: the seed, of those that occur; is_own: whether
        the theme has it; nan where it is the theme's only one); "half of seeds" ("1 first", "1
        second", …); "random seeds" ("1", …); "number of topics" ("40" or "12 and 60"); "model
        seed" (the random_state). is_own is true for all but "without seed".

    Raises
    ------
    InputError
        If the matrix counts other terms, there is no column `by`, a theme has one seed that occurs
        and halves are asked for, the background is lacking, or a setting is out of range.

    Notes
    -----
    Variations of seeds keep the topics, which know no seeds; each costs a fraction of a second for
    ten thousand rows. The topics of all rows are held: rows × topics × starts × 4 bytes. Each
    number of topics and each model seed is a fit; `n_topics=(), n_model_seeds=0` leaves them out.

    Random seeds have no meaning, so the order of their passages owes nothing to the theme: their
    rank correlation says what frequency alone brings about. The level of their shares need not
    be low, for one curve takes any seeds that are so frequent to shares like these.
    """
    check_terms(fit.vocabulary.terms, matrix.vocabulary.terms)
    for name, value in (
        ("n_halves", n_halves), ("n_placebos", n_placebos), ("n_model_seeds", n_model_seeds),
        ("random_state", random_state),
    ):  # fmt: skip
        at_least(name, value, 0, whole=True)
    again = of_model(fit, n_topics=n_topics, n_model_seeds=n_model_seeds)
    if again and background is None and fit.provenance.get("background_sha256") is not None:
        raise InputError(
            "The fit was made with a background, so fitting again needs it: give background, or "
            "n_topics=() and n_model_seeds=0."
        )
    by_seeds = of_seeds(
        fit, matrix, n_halves=n_halves, n_placebos=n_placebos, random_state=random_state
    )
    base = _Rows(fit, matrix, by, n_jobs)
    tables = [base.compared("fit", "", base.by_seeds(fit.themes))]
    total = len(by_seeds) + len(again)
    for done, variation in enumerate([*by_seeds, *again], start=1):
        if variation.refit is not None:
            shares = _refitted(fit, matrix, background, variation.refit, n_jobs)
        else:
            shares = base.by_seeds(variation.themes)
        tables.append(base.compared(variation.kind, variation.detail, shares, variation.own))
        if progress is not None:
            progress(done, total)
    kinds = {**_KINDS, **({"swapped": "float64"} if by is not None else {})}
    return pd.concat(tables, ignore_index=True)[list(kinds)].astype(kinds)


def sensitivity_summary(table: pd.DataFrame) -> pd.DataFrame:
    """How far each kind of variation moves each theme.

    Parameters
    ----------
    table : DataFrame from `theme_sensitivity`

    Returns
    -------
    DataFrame
        variation, theme (str), n (int64, variations; of "without seed" those of the theme's own
        seeds), share (that of the fit), lowest, highest, sd (float64: of the corpus share; of
        "model seed" with that of the fit, which is one more seed; nan for n < 2),
        rank_lowest, rank_highest (float64, of the rank correlations) and, where the table has it,
        swapped (float64, the highest).
    """
    fits = table.loc[table["variation"] == "fit"].set_index("theme")["share"].to_dict()
    own = table.loc[(table["variation"] != "fit") & table["is_own"]]
    rows = []
    for key, of in own.groupby(["variation", "theme"], sort=False):
        variation, theme = key
        shares = [*of["share"], *([fits[theme]] if variation == "model seed" else [])]
        row: dict[str, Any] = {
            "variation": variation,
            "theme": theme,
            "n": len(of),
            "share": fits[theme],
            "lowest": of["share"].min(),
            "highest": of["share"].max(),
            "sd": pd.Series(shares).std(ddof=1),
            "rank_lowest": of["rank_correlation"].min(),
            "rank_highest": of["rank_correlation"].max(),
        }
        if "swapped" in of.columns:
            row["swapped"] = of["swapped"].max()
        rows.append(row)
    return pd.DataFrame(rows)


def _refitted(
    fit: ThemeFit,
    matrix: DocTermMatrix,
    background: DocTermMatrix | None,
    how: dict[str, Any],
    n_jobs: int | None,
) -> NDArray[np.float64]:
    again = fit_themes(
        matrix, fit.themes, background=background, n_starts=len(fit.starts), n_draws=0,
        curve=fit.curve, max_rows=fit.provenance["settings"].get("max_rows"), n_jobs=n_jobs, **how,
    )  # fmt: skip
    return again.shares["share"].to_numpy(dtype=np.float64).reshape(matrix.shape[0], -1)


@dataclass(eq=False)
class _Rows:
    """The rows of the matrix with their topics, to which other seeds are applied."""

    fit: ThemeFit
    matrix: DocTermMatrix
    by: str | None
    n_jobs: int | None
    topics: list[NDArray[np.float32]] = field(init=False)
    n_tokens: NDArray[np.float64] = field(init=False)
    groups: NDArray[np.int64] | None = field(init=False, default=None)
    contexts: dict[_Key, list[NDArray[np.float64]]] = field(init=False, default_factory=dict)
    factors: dict[_Key, NDArray[np.float64]] = field(init=False, default_factory=dict)
    base: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.n_tokens = self.matrix.units["n_tokens"].to_numpy(dtype=np.float64)
        if self.by is not None:
            column = column_of(self.matrix.units, self.by, use="rank groups by")
            named = column.astype("str").fillna("")
            self.groups = pd.factorize(named, sort=True)[0].astype(np.int64)
        n_threads = worker_count(self.n_jobs)
        self.topics = [
            row_topics(start, self.matrix.counts, n_threads).astype(np.float32)
            for start in self.fit.starts
        ]
        self.base = self.by_seeds(self.fit.themes)

    def by_seeds(self, themes: Themes | None) -> NDArray[np.float64]:
        """The shares of the rows by these seeds, (D, T); nan where there are none."""
        if themes is None:
            return np.full_like(self.base, np.nan)
        marks = marks_of(themes, self.fit.vocabulary)
        tokens = SeedTokens(self.matrix.counts, marks.seeds)
        meant: NDArray[np.float64] = np.zeros(tokens.weights.shape)
        parts: NDArray[np.float64] = np.zeros(self._shape(themes))
        each = zip(self.topics, self.fit.starts, self._contexts(marks), strict=True)
        for topics, start, contexts in each:
            of_topics = marks.about(start.topic_term, contexts)
            # Both summed along their rows: six times as fast as "dk,kt->dt".
            parts += np.einsum("dk,tk->dt", topics, np.ascontiguousarray(of_topics.T))
            meant += tokens.meant(topics, start.topic_term, of_topics)
        n_starts = len(self.fit.starts)
        rates = rates_of(tokens.hits(meant / n_starts), self.n_tokens)
        evidence = self.fit.curve.evidence(rates, parts / n_starts)
        return self.fit.curve.probability(self._factor(themes) * evidence)

    def _shape(self, themes: Themes) -> tuple[int, int]:
        return self.matrix.shape[0], len(themes)

    def _contexts(self, marks: ThemeMarks) -> list[NDArray[np.float64]]:
        """Contexts in the topics of each start, (K, T); found once for packs with equal ones."""
        key = _context_key(marks.themes)
        if key not in self.contexts:
            self.contexts[key] = [marks.contexts(start.topic_term) for start in self.fit.starts]
        return self.contexts[key]

    def _factor(self, themes: Themes) -> NDArray[np.float64]:
        """What contexts make of the evidence, (D, T); found once for all packs with equal ones."""
        if not themes.contexts:
            return np.ones(self._shape(themes))
        key = _context_key(themes)
        if key not in self.factors:
            context = context_terms(themes, self.fit.vocabulary.terms)
            parts = [
                context_parts(topics, start.topic_term, context)
                for topics, start in zip(self.topics, self.fit.starts, strict=True)
            ]
            self.factors[key] = context_factor(np.mean(parts, axis=0), themes)
        return self.factors[key]

    def compared(
        self,
        kind: str,
        detail: str,
        shares: NDArray[np.float64],
        own: frozenset[str] | None = None,
    ) -> pd.DataFrame:
        names = self.fit.themes.names
        found, fitted = (self._mean(values) for values in (shares, self.base))
        table = pd.DataFrame({"theme": names, "share": found, "change": found - fitted})
        pairs = list(zip(shares.T, self.base.T, strict=True))
        table["rank_correlation"] = [_rank_correlation(one, other) for one, other in pairs]
        if self.groups is not None:
            table["swapped"] = [_swapped(*map(self._by_group, pair)) for pair in pairs]
        is_own = [own is None or name in own for name in names]
        return table.assign(variation=kind, detail=detail, is_own=is_own)

    @property
    def _weights(self) -> NDArray[np.float64]:
        return np.maximum(self.n_tokens, 1e-9)

    def _mean(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.einsum("d,dt->t", self._weights, shares) / self._weights.sum())

    def _by_group(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.bincount(self.groups, self._weights * shares)  # type: ignore[arg-type]
        return np.asarray(sums / np.bincount(self.groups, self._weights))  # type: ignore[arg-type]


def _context_key(themes: Themes) -> _Key:
    """All of a pack on which its context terms depend."""
    return tuple((theme.context, theme.counter_words) for theme in themes)


def _rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Spearman's rank correlation; nan where there is no order."""
    if np.isnan(one).any() or np.ptp(one) == 0 or np.ptp(other) == 0:
        return np.nan
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])


def _swapped(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The part of all pairs that stand in opposite order; nan without pairs."""
    first, second = np.triu_indices(len(one), k=1)
    if not len(first) or np.isnan(one).any():
        return np.nan
    return float(np.mean((one[first] - one[second]) * (other[first] - other[second]) < 0))
