"""How do the shares of topics or themes follow what is known of the documents?"""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least, fraction, one_of
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, TopoiWarning, listed
from topoi.fit import TopicFit
from topoi.measures.formulas import Design, covariates_of, design_of, variables_of
from topoi.measures.multiple_tests import benjamini_hochberg, joint_p
from topoi.measures.row_weights import row_weights
from topoi.measures.share_draws import ShareDraws, as_draws, share_draws
from topoi.measures.share_regression import (
    ERRORS,
    FAMILIES,
    Pooled,
    Quantity,
    coefficient,
    of_known_shares,
    over_worlds,
)
from topoi.measures.share_worlds import clusters_of
from topoi.measures.term_labels import term_labels
from topoi.measures.theme_fit import ThemeFit
from topoi.models.blocks import one_thread
from topoi.text.matrix import DocTermMatrix

__all__ = [
    "Regression",
    "Shares",
    "chosen_names",
    "effects",
    "in_name_order",
    "regression_of",
    "tested",
]

Shares = ShareDraws | TopicFit | ThemeFit | pd.DataFrame


def effects(
    shares: Shares,
    formula: str,
    data: pd.DataFrame | None = None,
    *,
    matrix: DocTermMatrix | None = None,
    names: Sequence[str] | None = None,
    family: str = "ols",
    clusters: str | None = None,
    errors: str | None = None,
    weights: str | None = None,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Coefficients of a regression of each topic's or theme's share, with honest intervals.

    Parameters
    ----------
    shares : ShareDraws, TopicFit, ThemeFit, or DataFrame of shares
        Draws from `share_draws`, made with ``given=`` the terms of the formula, carry chance in
        shares and topics; anything else is taken as known, and its intervals carry the sampling
        of documents alone, which the table says.
    formula : str, such as ``"share ~ treatment + bs(date, 4) + C(outlet)"``
        In the grammar of formulaic; dates are decimal years. A formula is Python: take none from
        somebody whom you would not let run code.
    data : DataFrame, optional, with doc_id (or passage_id) and further columns of the formula
    matrix : DocTermMatrix, optional, of a TopicFit or ThemeFit: makes the draws, with the seed and
        the defaults of `share_draws` (of topics given the formula's right side)
    names : topics or themes to report; None is all. A name's numbers do not depend on the others,
        except p_joint and p_bh, which are of those reported.
    family : {"ols", "logit"}
        "ols": differences of shares, in points of 0 to 1; right for averages of any distribution.
        "logit": fractional logit, on the scale of log odds, whose predictions stay within 0 and 1;
        `contrasts` and `average_shares` bring it back to shares.
    clusters : str, optional
        Column whose rows are not independent (speaker, outlet, `cluster` from `deduplicate`).
        None: the passages of a document.
    errors : {"CR1", "CR3"}, optional, of shares taken as known; None is CR1
        Cluster-robust; CR3, the jackknife, is safer with few or uneven clusters. The errors of
        draws are those between samples of their clusters.
    weights : str, optional, column that rows count by: "n_tokens" for shares of the text; None
        counts each row as one
    level : float in (0, 1), of the intervals
    random_state : int >= 0, of p_joint, and of the draws where matrix is given

    Returns
    -------
    DataFrame
        name, term, label (str, the term of the formula and what to call it, such as "outlet: x
        (against y)"), estimate, std_error, lower, upper, p_value, p_bh, p_joint (float64), freedom
        (float64, degrees of), n_rows, n_clusters (int64), family, errors, weighting, uncertainty
        (str, what intervals carry), level (float64), seed (int64); in the order of names, then of
        terms. p_bh (Benjamini & Hochberg) and p_joint (the greatest of all t
        ratios) are over the names of one term. p-values of the intercept are NaN: a share of 0 is
        nobody's hypothesis.

    Raises
    ------
    InputError
        If the formula cannot be worked out, a column or a row of data is missing, there are fewer
        than 2 clusters, or a setting is out of range.

    References
    ----------
    Treier & Jackman (2008); Roberts, Stewart & Airoldi (2016), whose estimateEffect this is with
    clusters and topics that are not fixed; Papke & Wooldridge (1996), a quasi-likelihood: only
    the mean need be right. Pooling: `share_regression.over_worlds`; variances of known shares:
    `share_regression.of_known_shares`.
    """
    found = regression_of(
        shares, formula, data, matrix=matrix, names=names, family=family, clusters=clusters,
        errors=errors, weights=weights, level=level, random_state=random_state,
    )  # fmt: skip
    n_terms = len(found.design.terms)
    results = found.pooled([coefficient(place, n_terms) for place in range(n_terms)])
    tables = [
        tested(
            found, result, {"term": term, "label": label}, key=term, is_tested=term != "Intercept"
        )
        for term, label, result in zip(
            found.design.terms, term_labels(found.design), results, strict=True
        )
    ]
    return in_name_order(found, tables, ["name", "term"])


@dataclass(frozen=True, eq=False)
class Regression:
    """Everything that a regression of shares needs, checked and in order of the rows."""

    draws: ShareDraws
    design: Design
    names: tuple[str, ...]
    rows: NDArray[np.intp]
    chosen: list[int]
    clusters: NDArray[np.int64]
    weights: NDArray[np.float64]
    weighting: str
    family: str
    errors: str
    level: float
    random_state: int

    def pooled(self, quantities: list[Quantity]) -> list[Pooled]:
        """Each quantity over the draws, for the names."""
        with one_thread():  # so that equations with many terms are solved in one order
            found = self._of_all(quantities)
        return [result.of(self.chosen) for result in found]

    def _of_all(self, quantities: list[Quantity]) -> list[Pooled]:
        """Of all names, so that none depends on which others are reported."""
        draws = self.draws
        if draws.carries:
            return over_worlds(
                quantities, draws.values[:, self.rows], worlds=draws.worlds,
                kept=draws.kept[:, self.rows], scale=draws.scale, design=self.design.matrix,
                weights=self.weights, family=self.family, n_clusters=self.n_clusters,
            )  # fmt: skip
        return of_known_shares(
            quantities, draws.values[0, self.rows], self.design.matrix, self.clusters,
            self.weights, family=self.family, errors=self.errors,
        )  # fmt: skip

    @property
    def n_clusters(self) -> int:
        """G, of the rows that take part."""
        return int(self.clusters.max()) + 1


def regression_of(
    shares: Shares,
    formula: str,
    data: pd.DataFrame | None,
    *,
    matrix: DocTermMatrix | None,
    names: Sequence[str] | None,
    family: str,
    clusters: str | None,
    errors: str | None,
    weights: str | None,
    level: float,
    random_state: int,
) -> Regression:
    """The regression that these arguments, described at `effects`, ask for; errors as there."""
    one_of("family", family, FAMILIES)
    if errors is not None:
        one_of("errors", errors, ERRORS)
    at_least("random_state", random_state, 0, whole=True)
    fraction("level", level)
    draws = _drawn(
        shares,
        formula=formula,
        data=data,
        matrix=matrix,
        clusters=clusters,
        random_state=random_state,
    )
    clusters, errors = _sampling(draws, clusters, errors)
    _warn_of_attenuation(draws, formula)
    table = covariates_of(draws.units, data, formula)
    own = row_weights(table, weights)
    key = id_column(table)
    # By id, so that the order of the rows has no say, not even in the last digit.
    rows = np.argsort(table[key].astype("str").to_numpy(dtype=object), kind="stable")
    rows = rows[own[rows] > 0]
    with one_thread():
        design = design_of(formula, table.iloc[rows])
    rows = rows[design.rows]
    chosen = chosen_names(draws, names)
    groups = clusters_of(table, clusters).iloc[rows]
    return Regression(
        draws, design, tuple(draws.names[place] for place in chosen),
        rows, chosen,
        pd.factorize(groups, sort=True)[0].astype(np.int64), own[rows],
        "rows" if weights is None else weights, family, errors, float(level), int(random_state),
    )  # fmt: skip


def tested(
    found: Regression,
    result: Pooled,
    told: Mapping[str, object],
    *,
    key: str,
    is_tested: bool = True,
) -> pd.DataFrame:
    """The columns of one quantity for all names, `told` behind the name; key is for the seed."""
    lower, upper = result.limits(found.level)
    error = result.std_error
    p_value = result.p_value if is_tested else np.full(len(error), np.nan)
    rng = np.random.default_rng([found.random_state, zlib.crc32(key.encode())])
    ratios = np.where(np.isfinite(p_value), result.estimate / np.where(error > 0, error, 1), np.nan)
    with one_thread():
        joint = joint_p(ratios, result.covariance, result.freedom, rng)
    table = pd.DataFrame({"name": pd.Series(found.names, dtype="str")})
    for name, value in told.items():
        kind = "str" if isinstance(value, str) else None
        table[name] = pd.Series([value] * len(table), dtype=kind)
    return table.assign(
        estimate=result.estimate, std_error=error, lower=lower, upper=upper, p_value=p_value,
        p_bh=benjamini_hochberg(p_value), p_joint=np.fmax(joint, p_value),
        freedom=result.freedom,
        n_rows=len(found.weights), n_clusters=found.n_clusters,
        family=_text(table, found.family), errors=_text(table, found.errors),
        weighting=_text(table, found.weighting),
        uncertainty=_text(table, found.draws.uncertainty),
        level=found.level, seed=found.random_state,
    )  # fmt: skip


def in_name_order(found: Regression, tables: list[pd.DataFrame], by: list[str]) -> pd.DataFrame:
    """One table in the order of the names, within a name in that of the tables; `by` is unique."""
    whole = pd.concat(tables, ignore_index=True)
    place = whole["name"].map({name: number for number, name in enumerate(found.names)})
    ordered = whole.iloc[np.argsort(place.to_numpy(), kind="stable")].reset_index(drop=True)
    assert not ordered.duplicated(by).any()
    return ordered


def _drawn(
    shares: Shares,
    *,
    formula: str,
    data: pd.DataFrame | None,
    matrix: DocTermMatrix | None,
    clusters: str | None,
    random_state: int,
) -> ShareDraws:
    if matrix is None:
        return as_draws(shares)
    if isinstance(shares, ThemeFit):
        return share_draws(shares, matrix, random_state=random_state)
    if not isinstance(shares, TopicFit):
        raise InputError(
            f"matrix is for a TopicFit or ThemeFit, from which draws are made; got "
            f"{type(shares).__name__}. Leave matrix out."
        )
    right = formula.partition("~")[2] or formula
    given = right if variables_of(formula) else None
    return share_draws(
        shares, matrix, given=given, data=data, clusters=clusters, random_state=random_state
    )


def chosen_names(draws: ShareDraws, names: Sequence[str] | None) -> list[int]:
    """Places of these names in the draws, in the order of the draws; None is all."""
    if names is None:
        return list(range(len(draws.names)))
    wanted = [names] if isinstance(names, str) else list(names)
    unknown = [name for name in wanted if name not in draws.names]
    if unknown or not wanted:
        raise InputError(
            f"names must be {draws.kind}s of the shares: {listed(draws.names, most=20)}; got "
            f"{listed(unknown) or 'none'}."
        )
    return [place for place, name in enumerate(draws.names) if name in wanted]


def _sampling(
    draws: ShareDraws, clusters: str | None, errors: str | None
) -> tuple[str | None, str]:
    """The column of the clusters and how the variance is found: of draws both are settled."""
    if not draws.carries:
        return clusters, errors or ERRORS[0]
    made_with = draws.provenance["settings"]["clusters"]
    if errors is not None:
        raise InputError(
            f"The variance of draws is that between samples of their clusters; leave out errors "
            f"({errors!r})."
        )
    if clusters not in (None, made_with):
        raise InputError(
            f"The draws were made with clusters={made_with!r}, not {clusters!r}; make them anew "
            "with share_draws(..., clusters=...)."
        )
    return made_with, "samples"


def _warn_of_attenuation(draws: ShareDraws, formula: str) -> None:
    if draws.kind != "topic" or not draws.carries:
        return
    left_out = [name for name in variables_of(formula) if name not in draws.given]
    if left_out:
        warnings.warn(
            f"The draws were made without {listed(left_out)}: as a row's few words leave its "
            "shares near the mean of all rows, effects are drawn towards 0. Make them with "
            "share_draws(..., given=<the right side of the formula>).",
            TopoiWarning,
            stacklevel=4,
        )


def _text(table: pd.DataFrame, value: str) -> pd.Series:
    return pd.Series([value] * len(table), index=table.index, dtype="str")
