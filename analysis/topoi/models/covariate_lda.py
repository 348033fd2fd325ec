"""Which topics make up the documents, when what is known of a document tells its likely topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.utils.validation import check_is_fitted

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.models.blocks import one_thread
from topoi.models.covariate_prior import (
    CovariatePrior,
    CovariateScale,
    checked_covariates,
    prior_rows,
)
from topoi.models.cvb0 import Cvb0Model
from topoi.models.documents import Documents
from topoi.models.inference import Posterior
from topoi.models.priors import DirichletTopics
from topoi.models.start import cluster_topics, spread_terms
from topoi.models.weights import DocumentPrior, Topics
from topoi.workers import worker_count

if TYPE_CHECKING:
    from topoi.models.held_out_score import HeldOutScore

__all__ = ["CovariateLDA"]


class CovariateLDA(Cvb0Model):
    """LDA whose document prior follows covariates: Dirichlet-multinomial regression, by CVB0.

    The prior of document d is alpha_dk = exp(lambda_k0 + sum_p lambda_kp z_dp), kept between 1e-7
    and 1,100. Covariates z are numbers that are known of every document, such as a year or, as
    columns of 0 and 1, an outlet. They are standardised inside, so that their units do not matter;
    effects then have a Normal(0, effect_sd) prior and intercepts one of variance 10, both for
    ln alpha. Without covariates all documents have one learned asymmetric prior.

    lambda is made most likely for one draw of the tokens' topics at every tenth pass, as the priors
    of `LDA` are. It is a mode, so effects are drawn towards 0; their uncertainty is not estimated.
    The same data, settings and `random_state` give the same bits for any `n_jobs` and machine.

    Parameters
    ----------
    n_components : int >= 1, number of topics K
    effect_sd : float in [0.001, 1000]
        Prior standard deviation of what one standard deviation of a covariate adds to ln alpha.
        The default is the square root of the authors' variance of 0.5.
    doc_topic_prior : float in [1e-6, 1000] or None, alpha of all at the start; None is 1 / K
    topic_word_prior : float >= 1e-9, eta at the start
    learn_prior : bool, learn lambda and eta; without it no covariate has an effect
    n_init, max_iter, tol, fold_in_sweeps, n_jobs, random_state : as in `LDA`; inference begins at
        clusters of documents

    Attributes
    ----------
    components_, eta_, trace_ : as in `LDA`
    doc_topic_ : float64 array, shape (D, K), posterior mean shares, each row with its own prior
    alpha_ : float64 array, shape (K,), the mean prior of the training rows
    lambda_ : float64 array, shape (K, P + 1), nats
        Intercept first, then what one unit of each covariate, as given, adds to ln alpha.
    effects_ : float64 array, shape (K, P), nats
        What one standard deviation of each covariate adds to ln alpha; comparable between
        covariates.

    References
    ----------
    Mimno & McCallum (2008), Topic models conditioned on arbitrary features with
    Dirichlet-multinomial regression, UAI.
    """

    lambda_: NDArray[np.float64]
    effects_: NDArray[np.float64]

    def __init__(
        self,
        n_components: int = 10,
        *,
        effect_sd: float = 0.7,
        doc_topic_prior: float | None = None,
        topic_word_prior: float = 0.05,
        learn_prior: bool = True,
        n_init: int = 1,
        max_iter: int = 100,
        tol: float = 1e-3,
        fold_in_sweeps: int = 30,
        n_jobs: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.n_components = n_components
        self.effect_sd = effect_sd
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.learn_prior = learn_prior
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.fold_in_sweeps = fold_in_sweeps
        self.n_jobs = n_jobs
        self.random_state = random_state

    def check_settings(self) -> None:
        """Refuse settings out of range with an InputError that names the first at fault."""
        at_least("n_components", self.n_components, 1, whole=True)
        at_least("effect_sd", self.effect_sd, 1e-3, most=1e3)
        super().check_settings()

    def fit(
        self,
        X: Any,
        y: object = None,
        *,
        covariates: Any = None,
        held_out: Any = None,
        held_out_covariates: Any = None,
    ) -> Self:
        """Learn the topics of X, (D, V) sparse or dense, and how they follow the covariates.

        Parameters
        ----------
        X : tokens, from 0 to 2**24; parts of tokens are allowed
        y : ignored
        covariates : float array, shape (D, P), finite; or None for no covariates
            Categories as columns of 0 and 1, with or without one left out. An intercept is added.
        held_out, held_out_covariates : other rows and their covariates, as in `LDA.fit`

        Raises
        ------
        InputError
            If a setting, a count or a covariate is out of range, a covariate is the same for
            every document, shapes do not fit, or all counts are zero.
        """
        self._fit_covariates = (covariates, held_out_covariates)
        try:
            return super().fit(X, y, held_out=held_out)
        finally:
            del self._fit_covariates
            self.__dict__.pop("_design", None)

    def fit_transform(
        self, X: Any, y: object = None, *, covariates: Any = None
    ) -> NDArray[np.float64]:
        """The same as ``fit(X, covariates=covariates).doc_topic_``."""
        return self.fit(X, y, covariates=covariates).doc_topic_

    def transform(self, X: Any, *, covariates: Any = None) -> NDArray[np.float64]:
        """Topic shares of the rows of X, float64 (D, K); rows sum to 1, none depends on another.

        covariates (D, P) are those of the rows. Without them each row has the mean prior of the
        training rows, `alpha_`; so ``transform(X)`` is not the `doc_topic_` of ``fit(X, ...)``.

        Raises
        ------
        InputError
            If a count or a covariate is out of range, or shapes do not fit.
        """
        check_is_fitted(self, "components_")
        counts = self._checked(X, reset=False)
        alpha = self._prior_of(covariates, counts.shape[0])
        with one_thread():
            return self._shares(counts, self.components_, alpha)

    @property
    def document_prior_(self) -> NDArray[np.float64] | None:
        """None where documents have priors of their own, by covariates; else `alpha_`."""
        return None if self.effects_.shape[1] else self.alpha_

    def expected_prevalence(self, covariates: Any) -> NDArray[np.float64]:
        """Topic shares to be expected of documents by their covariates alone, float64 (D, K).

        E[theta | z] = alpha_k(z) / sum of alpha(z), the mean of the Dirichlet prior. Rows sum to 1.

        Raises
        ------
        InputError
            If a covariate is out of range, or shapes do not fit.
        """
        check_is_fitted(self, "components_")
        if np.ndim(covariates) != 2:
            raise InputError(
                "covariates must have a row for each document and a column for each covariate; "
                f"got {type(covariates).__name__} with {np.ndim(covariates)} dimensions."
            )
        alpha = self._prior_of(covariates, len(covariates))
        return np.asarray(alpha / alpha.sum(axis=1, keepdims=True))

    def score(self, X: Any, y: object = None, *, covariates: Any = None) -> float:  # noqa: ARG002
        """Mean log likelihood of a token of the scored half of each row, nats; higher is better."""
        return self.held_out(X, covariates=covariates).score

    def perplexity(self, X: Any, *, covariates: Any = None) -> float:
        """exp(-score(X)): document-completion perplexity, weighted by tokens."""
        return self.held_out(X, covariates=covariates).perplexity

    def held_out(self, X: Any, *, covariates: Any = None, random_state: int = 0) -> HeldOutScore:
        """Half of each row gives its shares, the other half is scored (models/held_out.py).

        covariates as in `transform`: with them a row's prior is its own.
        """
        from topoi.models.held_out import document_completion

        check_is_fitted(self, "components_")
        counts = self._checked(X, reset=False)
        alpha = self._prior_of(covariates, counts.shape[0])
        with one_thread():
            return document_completion(
                counts,
                self.components_,
                lambda half: self._shares(half, self.components_, alpha),
                seed=random_state,
            )

    def theta_draws(
        self,
        X: Any,
        n_draws: int = 100,
        random_state: int = 0,
        *,
        covariates: Any = None,
    ) -> NDArray[np.float64]:
        """Posterior draws of the rows' shares, topics and lambda fixed, float64 (n_draws, D, K).

        covariates as in `transform`; for the rest see `TopicModel.theta_draws`.
        """
        from topoi.models.draws import theta_draws

        check_is_fitted(self, "components_")
        at_least("random_state", random_state, 0, most=2**64 - 1, whole=True)
        counts = self._checked(X, reset=False)
        return theta_draws(
            counts,
            self.components_,
            self._prior_of(covariates, counts.shape[0]),
            n_draws=n_draws,
            seed=random_state,
            n_threads=worker_count(self.n_jobs),
        )

    def _prior_of(self, covariates: Any, n_docs: int) -> NDArray[np.float64]:
        """The priors of rows with these covariates (D, K), or the mean prior (K,) for None."""
        if covariates is None:
            return self.alpha_
        given = checked_covariates(covariates, n_docs, len(self._scale.mean))
        return prior_rows(self._scale.design(given), self._coefficients)

    def _fit_topics(self, counts: csr_array) -> None:
        given = checked_covariates(self._fit_covariates[0], counts.shape[0])
        self._scale = CovariateScale.of(given)
        self._design = self._scale.design(given)
        super()._fit_topics(counts)

    def _topics(self, documents: Documents) -> Topics:
        return DirichletTopics(
            self.topic_word_prior,
            n_topics=self.n_components,
            n_terms=documents.shape[1],
            learns=self.learn_prior,
        )

    def _prior(self) -> DocumentPrior:
        return CovariatePrior(
            self._design,
            self.doc_topic_prior or 1.0 / self.n_components,
            n_topics=self.n_components,
            effect_sd=self.effect_sd,
            learns=self.learn_prior,
            n_threads=worker_count(self.n_jobs),
        )

    def _start(self, documents: Documents, rng: np.random.Generator) -> NDArray[np.float32]:
        clusters = cluster_topics(documents, self.n_components, rng)
        return spread_terms(documents, clusters, rng)

    def _keep(self, posterior: Posterior, topics: Any, prior: Any) -> None:
        super()._keep(posterior, topics, prior)
        self.eta_ = topics.eta
        self._coefficients = prior.coefficients
        self.effects_ = np.ascontiguousarray(prior.coefficients[:, 1:])
        self.lambda_ = self._scale.on_given_scale(prior.coefficients)

    def _fitted_shares(self, counts: csr_array) -> NDArray[np.float64]:
        alpha = prior_rows(self._design, self._coefficients)
        return self._shares(counts, self.components_, alpha)

    def _held_out_prior(self, prior: Any, n_docs: int) -> Callable[[], NDArray[np.float64]]:
        covariates = self._fit_covariates[1]
        if covariates is None:
            return super()._held_out_prior(prior, n_docs)
        given = checked_covariates(covariates, n_docs, len(self._scale.mean))
        design = self._scale.design(given)
        return lambda: prior_rows(design, prior.coefficients)
