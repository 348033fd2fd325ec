"""What a fitted topic model says: topics, document shares, names and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone

from topoi.corpus.row_ids import id_column
from topoi.edited_topics import merged, renamed
from topoi.errors import InputError, listed
from topoi.models.base import TopicModel
from topoi.models.covariate_lda import CovariateLDA
from topoi.provenance import counts_hash, covariates_hash, model_settings, versions
from topoi.shown_table import shown_html
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Themes

__all__ = [
    "TopicFit",
    "check_enough",
    "fit_topics",
    "resolved",
    "topic_names",
]

_TERMS_SHOWN = 10  # of each topic in a notebook


@dataclass(frozen=True, eq=False)
class TopicFit:
    """Topics of a corpus, whichever model found them.

    Parameters
    ----------
    topic_term : float64 array, shape (K, V), probabilities; rows sum to 1
    doc_topic : float64 array, shape (D, K), shares; rows sum to 1
        A unit without known terms has the model's prior mean.
    topic_names : sequence of str, length K, unique
    vocabulary : Vocabulary of the V columns
    units : DataFrame, D rows, as in `DocTermMatrix.units`
    themes : mapping from theme name to the indices of the topics fitted to it
        Empty for models that know no themes.
    trace : DataFrame, one row a pass: `pass` (int64) and the model's own measures
        A column `seconds`, which differs from one fit to the next, is left out: equal fits are
        kept as equal bytes.
    provenance : mapping of str to JSON values: model, settings, hash of the counts, versions
    document_prior : float64 array, shape (K,), > 0, or None for models without one prior for all
        The Dirichlet prior of a row's shares; `fold_in` and `theta_draws` need it.

    Raises
    ------
    InputError
        If shapes disagree, a topic's name occurs twice, or the prior is not finite and > 0.
    """

    topic_term: NDArray[np.float64]
    doc_topic: NDArray[np.float64]
    topic_names: tuple[str, ...]
    vocabulary: Vocabulary
    units: pd.DataFrame
    themes: Mapping[str, tuple[int, ...]]
    trace: pd.DataFrame
    provenance: Mapping[str, Any]
    document_prior: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        names = tuple(self.topic_names)
        _check_shapes(self, len(names))
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InputError(f"Topic names occur more than once: {listed(twice)}.")
        # Whoever made the arrays and the tables may go on using them.
        for name in ("topic_term", "doc_topic", "document_prior"):
            if name in vars(self):
                object.__setattr__(self, name, _read_only(vars(self)[name]))
        object.__setattr__(self, "topic_names", names)
        object.__setattr__(self, "units", self.units.copy(deep=False))
        trace = self.trace.drop(columns="seconds", errors="ignore")
        object.__setattr__(self, "trace", trace)

    @property
    def n_topics(self) -> int:
        """K."""
        return len(self.topic_names)

    @property
    def is_segmented(self) -> bool:
        """Whether the rows are passages."""
        return "passage_id" in self.units.columns

    @property
    def ids(self) -> list[str]:
        """The unique id of each row."""
        return list(self.units[id_column(self.units)])

    def rename(self, names: Mapping[str, str]) -> TopicFit:
        """The fit with other names for some topics, which every table and figure then has.

        Parameters
        ----------
        names : mapping from name to new name; see `suggest_labels`
            `themes` stays: it says which topics were fitted to a theme, whatever their names.

        Raises
        ------
        InputError
            If there is no topic of a name, a new name is empty, or one would occur twice.
        """
        return renamed(self, names)

    def merge(self, groups: Mapping[str, Sequence[str]] | Sequence[Sequence[str]]) -> TopicFit:
        """The fit with each group of topics made one, which every table and figure then has.

        Shares of the topics of a group are added, as is the document prior; probabilities of terms
        are averaged by the text that each topic has. The new topic stands where the first of its
        group stood.

        Parameters
        ----------
        groups : mapping from new name to names of topics, or a sequence of groups of names, which
            are then called by their first
            Two topics and more each, none in two groups. Topics of a theme can be merged with
            topics of the same theme only.

        Raises
        ------
        InputError
            If there is no topic of a name, one is in two groups, a group has fewer than two, it
            joins topics of different themes, or a new name would occur twice.

        Notes
        -----
        New rows: use `fold_in` on the fit as it was, then merge. The merged topics with the added
        prior give nearly but not quite the sums of the shares.
        """
        return merged(self, groups)

    def __repr__(self) -> str:
        return f"<{self._headline()}>"

    def _repr_html_(self) -> str:
        terms = self.vocabulary.terms
        best = np.argsort(-self.topic_term, axis=1, kind="stable")[:, :_TERMS_SHOWN]
        table = pd.DataFrame(
            {
                "topic": pd.Series(self.topic_names, dtype="str"),
                "share": self.shares_of_text,
                "terms": [", ".join(terms[column] for column in row) for row in best],
            }
        )
        headline = f"{self._headline()}; share of the text, and most probable terms"
        return shown_html(headline, table)

    def _headline(self) -> str:
        name = self.provenance.get("model", "topic model")
        return (
            f"TopicFit of {name}: {self.n_topics} topics, {len(self.vocabulary)} terms, "
            f"{len(self.units)} {'passages' if self.is_segmented else 'documents'}"
        )

    @property
    def shares_of_text(self) -> NDArray[np.float64]:
        """Mean share of each topic over the rows, weighted by their tokens, shape (K,)."""
        n_tokens = np.maximum(self.units["n_tokens"].to_numpy(dtype=np.float64), 1e-9)
        # einsum, not @: its sums have one order whatever BLAS is installed.
        tokens = np.einsum("d,dk->k", n_tokens, self.doc_topic)
        shares: NDArray[np.float64] = tokens / n_tokens.sum()
        return shares


def _check_shapes(fit: TopicFit, n_topics: int) -> None:
    expected = (n_topics, len(fit.vocabulary))
    if fit.topic_term.shape != expected:
        raise InputError(
            f"topic_term has shape {fit.topic_term.shape}; expected {expected} for {n_topics} "
            "topics."
        )
    expected = (len(fit.units), n_topics)
    # Those of a kept fit are read, and checked, when they are first asked for.
    if "doc_topic" in vars(fit) and fit.doc_topic.shape != expected:
        raise InputError(f"doc_topic has shape {fit.doc_topic.shape}; expected {expected}.")
    prior = fit.document_prior
    if prior is None:
        return
    if prior.shape != (n_topics,):
        raise InputError(f"document_prior has shape {prior.shape}; expected ({n_topics},).")
    if not (np.isfinite(prior) & (prior > 0)).all():
        raise InputError("document_prior must hold finite numbers > 0; leave it out if unknown.")


def _read_only(values: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
    """A copy that nobody can write to; the values themselves where nobody can already."""
    if values is None:
        return None
    if values.dtype == np.float64 and values.base is None and not values.flags.writeable:
        return values
    copy = np.array(values, dtype=np.float64)
    copy.setflags(write=False)
    return copy


def fit_topics(
    matrix: DocTermMatrix, model: TopicModel, *, covariates: ArrayLike | None = None
) -> TopicFit:
    """Topics of a document-term matrix, with the names that the model never saw.

    A model with keywords may hold `Themes`: their seeds are looked up in the vocabulary, and each
    theme gets topics with its name. The model that is passed in is not changed.

    Parameters
    ----------
    matrix : DocTermMatrix, D rows
    model : TopicModel
    covariates : float array, shape (D, P), optional
        For `CovariateLDA` only: a row for each row of the matrix.

    Raises
    ------
    InputError
        If a setting is out of range, there are more topics than rows with terms, a theme has no
        seed in the vocabulary, or the model takes no covariates.
    """
    fitted, themes = resolved(model, matrix.vocabulary)
    fitted.check_settings()
    n_filled = int(np.count_nonzero(np.diff(matrix.counts.indptr)))
    check_enough(fitted, n_filled, has_passages="passage_id" in matrix.units.columns)
    if covariates is None:
        fitted.fit(matrix.counts)
    elif isinstance(fitted, CovariateLDA):
        fitted.fit(matrix.counts, covariates=covariates)
    else:
        raise InputError(f"{type(model).__name__} takes no covariates; CovariateLDA does.")
    for table in (fitted.components_, fitted.doc_topic_):  # ours alone, so they need no copy
        table.setflags(write=False)
    return TopicFit(
        topic_term=fitted.components_,
        doc_topic=fitted.doc_topic_,
        topic_names=topic_names(len(fitted.components_), themes),
        vocabulary=matrix.vocabulary,
        units=matrix.units,
        themes=themes,
        trace=fitted.trace_,
        provenance=_provenance(model, matrix) | covariates_hash(covariates),
        document_prior=fitted.document_prior_,
    )


def resolved(
    model: TopicModel, vocabulary: Vocabulary
) -> tuple[TopicModel, dict[str, tuple[int, ...]]]:
    """A copy of the model with themes turned into columns, and the topics of each theme."""
    fitted = clone(model)
    keywords = getattr(fitted, "keywords", None)
    if not isinstance(keywords, Themes):
        return fitted, {}
    columns = keywords.seed_columns(vocabulary.terms)
    fitted.set_params(keywords=list(columns.values()))
    size = int(fitted.get_params()["topics_per_set"])
    firsts = range(0, len(columns) * size, size)
    topics = [tuple(range(first, first + size)) for first in firsts]
    return fitted, dict(zip(columns, topics, strict=True))


def check_enough(model: TopicModel, n_filled: int, *, has_passages: bool) -> None:
    """Refuse more topics than there are rows with terms.

    Raises
    ------
    InputError
        Saying how many there are of each.
    """
    if model.n_topics > n_filled:
        rows = "passages" if has_passages else "documents"
        raise InputError(
            f"{type(model).__name__} is to find {model.n_topics} topics in {n_filled} {rows} with "
            f"terms; there must be at least as many {rows} as topics. Ask for fewer topics, give "
            "more text, or lower min_docs."
        )


def topic_names(n_topics: int, themes: Mapping[str, tuple[int, ...]]) -> tuple[str, ...]:
    """A theme's only topic has its name, several have it with a number; then the others."""
    named = [
        name if len(topics) == 1 else f"{name} {number}"
        for name, topics in themes.items()
        for number in range(1, len(topics) + 1)
    ]
    rest = "residual" if themes else "topic"
    free = [f"{rest} {number}" for number in range(1, n_topics - len(named) + 1)]
    return (*named, *free)


def _provenance(model: TopicModel, matrix: DocTermMatrix) -> dict[str, Any]:
    return {
        "model": type(model).__name__,
        "settings": model_settings(model),
        "counts_sha256": counts_hash(matrix),
        "versions": versions(),
    }
