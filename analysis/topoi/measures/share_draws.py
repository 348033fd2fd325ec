"""How sure are the shares of rows? Draws that carry chance in their words and in the topics."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.checks import at_least
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, TopoiWarning, listed
from topoi.fit import TopicFit
from topoi.measures.formulas import covariates_of, design_of
from topoi.measures.new_documents import check_terms
from topoi.measures.share_worlds import Plan, members_of, refuse_size, scale_of
from topoi.measures.shares import checked_shares
from topoi.measures.theme_draws import theme_draws
from topoi.measures.theme_fit import ThemeFit
from topoi.measures.topic_draws import TopicWorlds, matched_topics, topic_draws
from topoi.models.fixed_topics import checked_counts
from topoi.provenance import counts_hash, versions
from topoi.shown_table import shown_html
from topoi.text.matrix import DocTermMatrix
from topoi.workers import worker_count

__all__ = ["ShareDraws", "as_draws", "share_draws"]

_LEAST_LIKENESS = 0.5


@dataclass(frozen=True, eq=False)
class ShareDraws:
    """Possible shares of each row, in the corpus and in parts of it drawn by lot.

    Parameters
    ----------
    values : float64 array, shape (S, D, K), S draws of the shares of D rows
    worlds : int64 array, shape (S,), rising: the sample that a draw belongs to; 0 is the corpus
        itself, 1 to B are parts of it, each with its own topics
    kept : bool array, shape (B + 1, D), which rows are in each sample; all in the corpus
    scale : float > 0, the variance of what is measured in the corpus over that between samples
    names : tuple of str, length K, topics or themes
    kind : "topic" or "theme"
    units : DataFrame, D rows, as in `DocTermMatrix.units`
    n_clusters : int, of the rows; samples are of clusters
    carries : tuple of str, of "shares" (a row's words are few, so its topics are drawn; seeds in a
        row are taken as they are, and their chance is in how documents differ) and "topics" (so
        are the documents that topics were learned from, and for themes starts differ); empty for
        shares taken as known
    given : tuple of str, the columns that the rows' prior was conditional on
    provenance : mapping of str to JSON values: settings, seed, hash of the counts, versions
    """

    values: NDArray[np.float64]
    worlds: NDArray[np.int64]
    kept: NDArray[np.bool_]
    scale: float
    names: tuple[str, ...]
    kind: str
    units: pd.DataFrame
    n_clusters: int
    carries: tuple[str, ...]
    given: tuple[str, ...]
    provenance: dict[str, Any]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Mean shares of the rows in the corpus itself, float64 (D, K)."""
        return np.asarray(self.values[self.worlds == 0].mean(axis=0))

    @property
    def uncertainty(self) -> str:
        """What intervals carry beside the sampling of documents, as tables say it."""
        return ", ".join(("documents", *self.carries))

    def __repr__(self) -> str:
        return f"<{self._headline()}>"

    def _repr_html_(self) -> str:
        table = pd.DataFrame(
            {
                self.kind: pd.Series(self.names, dtype="str"),
                "share": self.mean.mean(axis=0),
            }
        )
        return shown_html(f"{self._headline()}; mean share of the rows", table)

    def _headline(self) -> str:
        n_draws, n_rows, n_names = self.values.shape
        return (
            f"ShareDraws of {n_names} {self.kind}s in {n_rows} rows: {n_draws} draws in "
            f"{len(self.kept)} worlds; chance in {self.uncertainty}"
        )


def share_draws(
    fit: TopicFit | Sequence[TopicFit] | ThemeFit,
    matrix: DocTermMatrix,
    *,
    given: str | None = None,
    data: pd.DataFrame | None = None,
    clusters: str | None = None,
    n_worlds: int = 50,
    n_draws: int = 2,
    refit: bool = True,
    random_state: int = 0,
    n_jobs: int | None = None,
    cluster: Any = None,
) -> ShareDraws:
    """Draws of the shares of each row, for `prevalence`, `effects` and what follows from them.

    Each world is three quarters of the documents, drawn by lot (with clusters, of the clusters).
    In it the topics are fitted again, beginning at those of the fit, together with the prior of a
    row by its covariates; then shares are drawn from their posterior with these topics and this
    prior. What is measured in each world, such as a mean or a regression, varies between worlds
    by a third of the variance that it has between corpora, with all that the plug-in of posterior
    means leaves out; and it is not drawn towards the mean of all rows. For themes of `fit_themes`,
    each world takes three quarters of the starts; the topics stay.

    Parameters
    ----------
    fit : TopicFit, several of the same rows and terms, or ThemeFit
        Several fits (other starts or samples) take turns in the worlds, their topics matched to
        those of the first; names and rows are the first's.
    matrix : DocTermMatrix of the fit's terms; the one that was fitted, or new text
    given : str, optional
        Formula of the columns that the shares are to be compared by, ``"treatment + bs(date, 4)"``
        (the right side of the later formula, or more). Without one all rows have one prior. Not
        for themes, whose shares have no prior, and not for `permutation_test`.
    data : DataFrame, optional, further columns by doc_id or passage_id, for given and clusters
    clusters : str, optional
        Column whose rows are drawn together; else all passages of a document are.
    n_worlds : int >= 2, B, samples; fewer make intervals wider, not wrong
    n_draws : int >= 2, draws in each world; the corpus itself has ten times as many
    refit : bool, fit the topics anew in each world; without it they are held fixed
    random_state : int >= 0
    n_jobs : int or None, threads; None is 1, -1 all cores; does not change the result
    cluster : address, cluster or client of distributed, optional; its workers draw the worlds (of
        themes, the topics of the starts) instead, each a task of one thread. The data go there
        once; draws come back, and a killed worker costs those it was at. Does not change a bit.

    Returns
    -------
    ShareDraws
        Of the rows that have a known term and all columns of `given`, by their ids; others are
        left out with a warning. Does not depend on the order of the matrix, nor on which topics
        are looked at later.

    Raises
    ------
    InputError
        If the matrix counts other terms, the fit has no document prior (NMF), a column is
        missing, there are fewer than 2 clusters, a setting is out of range, or no cluster answers.

    Notes
    -----
    Refits are those of plain LDA, whatever model made the fit: topics that drift to others, as
    seeded ones may, are named in a warning; then use refit=False, or give fits of your own.

    References
    ----------
    Treier & Jackman (2008), Democracy as a latent variable: regression on draws. Roberts, Stewart
    & Airoldi (2016), section 4, whose draws hold the topics fixed. Samples without replacement:
    Shao & Wu (1989), A general theory for jackknife variance estimation (delete-d), and Politis &
    Romano (1994); a bootstrap has documents twice and thrice, and copies make topics of their own
    (docs/decisions/0023). Draws within samples: von Hippel & Bartlett (2021). Prior by covariates:
    Meng (1994), Mimno & McCallum (2008).
    """
    at_least("n_worlds", n_worlds, 2, whole=True)
    at_least("n_draws", n_draws, 2, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    n_threads = worker_count(n_jobs)
    facts = {
        "settings": {
            "given": given, "clusters": clusters, "n_draws": int(n_draws),
            "n_worlds": int(n_worlds), "refit": bool(refit), "random_state": int(random_state),
        },
        "counts_sha256": counts_hash(matrix),
        "versions": versions(),
    }  # fmt: skip
    plan = Plan(int(n_draws), int(n_worlds), int(random_state), n_threads if cluster is None else 1)
    if isinstance(fit, ThemeFit):
        if given is not None:
            raise InputError("Shares of themes have no prior; leave out given.")
        members = members_of(covariates_of(matrix.units, data), clusters)
        values, kept = theme_draws(fit, matrix, plan, members, cluster=cluster)
        carries = ("shares", "topics") if len(fit.starts) > 1 else ("shares",)
        return ShareDraws(
            values, plan.worlds, kept, scale_of(len(members)), tuple(fit.themes.names), "theme",
            matrix.units, len(members), carries, (), facts,
        )  # fmt: skip
    fits = [fit] if isinstance(fit, TopicFit) else list(fit)
    return _of_topics(
        fits, matrix, plan,
        facts=facts, given=given, data=data, clusters=clusters, refit=refit, cluster=cluster,
    )  # fmt: skip


def as_draws(shares: ShareDraws | TopicFit | ThemeFit | pd.DataFrame) -> ShareDraws:
    """Shares as draws: those without draws become one, taken as known.

    Raises
    ------
    InputError
        If a table is none of shares, or not whole (`checked_shares`).
    """
    if isinstance(shares, ShareDraws):
        return shares
    if isinstance(shares, TopicFit):
        return _known(shares.doc_topic, shares.topic_names, "topic", shares.units)
    table = shares.shares if isinstance(shares, ThemeFit) else shares
    kind = checked_shares(table)
    key = id_column(table)
    names = list(dict.fromkeys(table[kind]))
    units = table.drop_duplicates(key).reset_index(drop=True)
    wide = table.pivot(index=key, columns=kind, values="share").loc[units[key], names]
    units = units.drop(columns=[kind, "share", "lower", "upper"], errors="ignore")
    return _known(wide.to_numpy(dtype=np.float64), tuple(map(str, names)), kind, units)


def _known(
    values: NDArray[np.float64], names: tuple[str, ...], kind: str, units: pd.DataFrame
) -> ShareDraws:
    n_rows = len(units)
    return ShareDraws(
        values[np.newaxis], np.zeros(1, np.int64), np.ones((1, n_rows), bool), 1.0, names, kind,
        units, n_rows, (), (), {},
    )  # fmt: skip


def _of_topics(
    fits: list[TopicFit],
    matrix: DocTermMatrix,
    plan: Plan,
    *,
    facts: dict[str, Any],
    given: str | None,
    data: pd.DataFrame | None,
    clusters: str | None,
    refit: bool,
    cluster: Any,
) -> ShareDraws:
    topics = matched_topics(fits)
    first = fits[0]
    check_terms(first.vocabulary.terms, matrix.vocabulary.terms)
    prior = first.document_prior
    if prior is None:
        model = first.provenance.get("model", "this model")
        raise InputError(
            f"This fit of {model} has no document prior that all rows share, so its shares cannot "
            "be drawn; take them as known: effects(fit, ...), prevalence(fit, ...). For shares "
            "that follow covariates fit LDA and name them in given."
        )
    table = covariates_of(matrix.units, data, given)
    counts = csr_array(checked_counts(matrix.counts), dtype=np.float32)
    key = id_column(table)
    # By id, so that the order of the matrix has no say, not even in the last digit.
    rows = table[key].astype("str").sort_values(kind="stable").index.to_numpy()
    rows = rows[np.diff(counts.indptr)[rows] > 0]
    _warn_of_empty(len(matrix.units) - len(rows))
    if not len(rows):
        raise InputError("No row has a term that the fit knows, so there is nothing to draw.")
    design, variables, complete = _standard_design(given, table.iloc[rows])
    rows = rows[complete]
    table, counts = table.iloc[rows].reset_index(drop=True), counts[rows]
    refuse_size(plan.size, len(rows), first.n_topics)
    members = members_of(table, clusters)
    worlds = TopicWorlds(
        counts, tuple(topics), design, float(prior.mean()), refit, tuple(members), plan
    )
    values, kept, likeness = topic_draws(worlds, cluster=cluster)
    _warn_of_drift(first.topic_names, likeness)
    units = table if data is None else covariates_of(matrix.units, None).iloc[rows]
    varies = refit or len(fits) > 1
    return ShareDraws(
        values, plan.worlds, kept, scale_of(len(members)), first.topic_names, "topic",
        units.reset_index(drop=True), len(members),
        ("shares", "topics") if varies else ("shares",), variables, facts,
    )  # fmt: skip


def _standard_design(
    given: str | None, table: pd.DataFrame
) -> tuple[NDArray[np.float64], tuple[str, ...], NDArray[np.int64]]:
    """A column of 1 and the terms of the formula, standardised; its variables, its rows."""
    if given is None:
        return np.ones((len(table), 1)), (), np.arange(len(table))
    design = design_of(given, table)
    terms = design.matrix[:, [term != "Intercept" for term in design.terms]]
    # Another basis of the same terms, of unit variance and uncorrelated, so that the prior of
    # effects treats splines and categories alike.
    centred = terms - terms.mean(axis=0)
    basis = np.linalg.qr(centred)[0] * np.sqrt(len(centred))
    return np.hstack([np.ones((len(basis), 1)), basis]), design.variables, design.rows


def _warn_of_empty(n_empty: int) -> None:
    if n_empty:
        warnings.warn(
            f"{n_empty} rows have no term that the fit knows and take no part.",
            TopoiWarning,
            stacklevel=4,
        )


def _warn_of_drift(names: tuple[str, ...], likeness: NDArray[np.float64]) -> None:
    drifted = [
        f"{name} ({alike:.2f})"
        for name, alike in zip(names, likeness, strict=True)
        if alike < _LEAST_LIKENESS
    ]
    if drifted:
        warnings.warn(
            "In other samples of the documents these topics become others (mean likeness to the "
            f"fit below {_LEAST_LIKENESS}): {listed(drifted)}. Their shares are not of one topic; "
            "ask for fewer topics, or hold them fixed with refit=False.",
            TopoiWarning,
            stacklevel=4,
        )
