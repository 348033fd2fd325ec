"""What all topic models share: how counts are checked and what a fitted model offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.models.blocks import one_thread
from topoi.workers import worker_count

if TYPE_CHECKING:
    from topoi.models.held_out_score import HeldOutScore

__all__ = ["MOST_SEED", "TopicModel", "normalised_rows"]

# What is taken as it is, so that no wider copy is made; other kinds become the first.
_KINDS = [np.float64, np.float32, np.int64, np.int32]
# float32 holds every whole number up to here.
_MOST_TOKENS = 2**24
# numpy's RandomState, which scikit-learn and gensim use, takes no greater seed.
MOST_SEED = 2**32 - 1


class TopicModel(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Base of the estimators; subclasses give `check_settings`, `_fit_topics`, `_topic_shares`.

    After `fit`: `components_` float64 (K, V), rows sum to 1; `doc_topic_` float64 (D, K), rows
    sum to 1; `trace_` DataFrame, one row a pass; `n_iter_`, `n_features_in_`.
    """

    n_components: int
    components_: NDArray[np.float64]
    doc_topic_: NDArray[np.float64]
    trace_: pd.DataFrame

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002 - scikit-learn passes y
        """Learn the topics of X, (D, V) sparse or dense; y is ignored.

        X holds tokens, from 0 to 2**24; parts of tokens are allowed.

        Raises
        ------
        InputError
            If a setting or a count is out of range, or all counts are zero.
        """
        self.check_settings()
        counts = self._checked(X, reset=True)
        self._refuse_empty(counts.nnz)
        with one_thread():
            self._fit_topics(counts)
            self.doc_topic_ = self._fitted_shares(counts)
        self.n_iter_ = len(self.trace_)
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Topic shares of the rows of X, float64 (D, K); rows sum to 1, none depends on another."""
        check_is_fitted(self, "components_")
        counts = self._checked(X, reset=False)
        with one_thread():
            return self._topic_shares(counts)

    def fit_transform(self, X: Any, y: object = None) -> NDArray[np.float64]:
        """The same as ``fit(X).transform(X)``."""
        return self.fit(X, y).doc_topic_

    def score(self, X: Any, y: object = None) -> float:  # noqa: ARG002 - scikit-learn passes y
        """Mean log likelihood of a token of the scored half of each row, nats; higher is better."""
        return self.held_out(X).score

    def perplexity(self, X: Any) -> float:
        """exp(-held_out(X).score): document-completion perplexity, weighted by tokens."""
        return self.held_out(X).perplexity

    def held_out(self, X: Any, *, random_state: int = 0) -> HeldOutScore:
        """Half of each row gives its shares, the other half is scored (models/held_out.py).

        The halves follow this random_state and the row, not the model's own: models are compared
        on the same halves.
        """
        from topoi.models.held_out import document_completion

        check_is_fitted(self, "components_")
        counts = self._checked(X, reset=False)
        with one_thread():
            return document_completion(
                counts,
                self.components_,
                lambda half: self._topic_shares(csr_array(half, dtype=np.float32)),
                seed=random_state,
            )

    def theta_draws(self, X: Any, n_draws: int = 100, random_state: int = 0) -> NDArray[np.float64]:
        """Posterior draws of the rows' shares, topics fixed, float64 (n_draws, D, K).

        A Gibbs chain for each row; random numbers are keyed on random_state and the row's content
        (models/draws.py).

        Raises
        ------
        InputError
            If the model has no document prior, a count is not whole, or the draws would not fit
            into memory.
        """
        from topoi.models.draws import theta_draws

        check_is_fitted(self, "components_")
        at_least("random_state", random_state, 0, most=2**64 - 1, whole=True)
        return theta_draws(
            self._checked(X, reset=False),
            self.components_,
            self.needed_prior(),
            n_draws=n_draws,
            seed=random_state,
            n_threads=worker_count(getattr(self, "n_jobs", None)),
        )

    @property
    def document_prior_(self) -> NDArray[np.float64] | None:
        """The Dirichlet prior that all documents share, (K,), > 0; None for models without one."""
        return None

    def needed_prior(self) -> NDArray[np.float64]:
        """`document_prior_`, for what cannot do without.

        Raises
        ------
        InputError
            If there is none.
        """
        prior = self.document_prior_
        if prior is None:
            raise InputError(
                f"{type(self).__name__} has no document prior that all rows share, so their shares "
                "have no posterior to draw from. Use LDA, KeywordLDA or SeededLDA; theta_draws of "
                "CovariateLDA takes the rows' covariates."
            )
        return prior

    def check_settings(self) -> None:
        """Refuse settings that no counts could make sense of.

        Raises
        ------
        InputError
            Naming the first setting at fault, what is allowed and what was given.
        """
        raise NotImplementedError

    @property
    def n_topics(self) -> int:
        """K, as set."""
        return self.n_components

    def _refuse_empty(self, n_stored: float) -> None:
        """Raises InputError where all counts are zero."""
        if not n_stored:
            raise InputError(
                f"Every row is empty: {type(self).__name__} has nothing to learn topics from. "
                "Give text with terms of the vocabulary, or lower min_docs."
            )

    def _fit_topics(self, counts: csr_array) -> None:
        raise NotImplementedError

    def _topic_shares(self, counts: csr_array) -> NDArray[np.float64]:
        raise NotImplementedError

    def _fitted_shares(self, counts: csr_array) -> NDArray[np.float64]:
        """The shares of the rows that were just fitted; for models that know them by now."""
        return self._topic_shares(counts)

    def _checked(self, X: Any, *, reset: bool) -> csr_array:
        """X as counts in float32, each row's terms once and in order.

        Places that are so already are shared with X; they are never written to.
        """
        given = csr_array(validate_data(self, X, accept_sparse="csr", dtype=_KINDS, reset=reset))
        _refuse_wrong_places(given)
        # As kernels are compiled for them: they would be compiled anew for any other layout.
        places = (
            np.require(part, requirements=["C", "A", "W"]) for part in (given.indices, given.indptr)
        )
        counts = csr_array((given.data.astype(np.float32), *places), shape=given.shape)
        if counts.data.size and counts.data.min() < 0:
            raise InputError(
                f"Negative values in data passed to {type(self).__name__}: counts must be >= 0."
            )
        if not (counts.has_canonical_format and counts.data.all()):
            counts = counts.copy()
            counts.sum_duplicates()
            counts.eliminate_zeros()
        if counts.data.size and counts.data.max() > _MOST_TOKENS:
            raise InputError(
                f"A count must be at most {_MOST_TOKENS} (as far as float32 counts exactly); got "
                f"{counts.data.max():.0f}. Split the document."
            )
        return counts

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    @property
    def _n_features_out(self) -> int:
        return int(self.components_.shape[0])


def _refuse_wrong_places(counts: csr_array) -> None:
    """Refuse stored counts of columns that are not there: neither scipy nor a kernel looks."""
    columns, n_terms = counts.indices, counts.shape[1]
    if columns.size and not 0 <= columns.min() <= columns.max() < n_terms:
        raise InputError(
            f"X has stored counts in columns {columns.min()} to {columns.max()}, but columns are "
            f"numbered from 0 to {n_terms - 1}. Build the matrix anew with its full shape."
        )


def normalised_rows(values: ArrayLike) -> NDArray[np.float64]:
    """Rows divided by their sums; a row of zeros becomes uniform."""
    rows = np.asarray(values, dtype=np.float64)
    sums = rows.sum(axis=1, keepdims=True)
    uniform = np.full_like(rows, 1.0 / max(rows.shape[1], 1))
    return np.where(sums > 0, rows / np.where(sums > 0, sums, 1.0), uniform)
