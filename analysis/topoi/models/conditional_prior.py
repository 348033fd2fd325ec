"""What prior do documents have, given what is known of them and topics of an earlier fit?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.models.covariate_prior import CovariatePrior, prior_rows
from topoi.models.inference import Passes, infer
from topoi.models.priors import DirichletTopics
from topoi.models.start import given_topics
from topoi.models.weights import TermWeights, Topics, pad_topics

__all__ = ["Conditional", "conditional_prior"]

# Wide: the regression on shares, not this prior, is to say how large an effect is.
_EFFECT_SD = 2.0
_ETA = 0.05
_MOST_PASSES = 60
_TOLERANCE = 1e-3


class Conditional(NamedTuple):
    """Topics (K, V), rows sum to 1, and what the documents' prior is by their design.

    coefficients : float64 array, shape (K, Q), nats, of `covariate_prior.prior_rows`
    """

    topic_term: NDArray[np.float64]
    coefficients: NDArray[np.float64]

    def alpha(self, design: NDArray[np.float64]) -> NDArray[np.float64]:
        """The prior of documents with this design (D, Q), float64 (D, K)."""
        return prior_rows(np.ascontiguousarray(design), self.coefficients)


def conditional_prior(
    counts: csr_array,
    topic_term: NDArray[np.float64],
    design: NDArray[np.float64],
    *,
    alpha: float,
    refit: bool,
    n_threads: int = 1,
) -> Conditional:
    """The prior exp(x . lambda) that makes the documents' topics most likely, by CVB0.

    Draws of shares that are to be regressed on x must come from a prior that knows x: else they
    are drawn towards the mean of all documents, and so are effects, most in short documents.

    Parameters
    ----------
    counts : csr_array, float32, shape (D, V), tokens
    topic_term : float64 array, shape (K, V); rows sum to 1
    design : float64 array, shape (D, Q): a column of 1, and standardised covariates
    alpha : float > 0, of every topic where learning begins
    refit : whether to fit the topics, too, beginning at those given (a warm start of LDA); else
        they stay as they are
    n_threads : int >= 1, does not change the result

    References
    ----------
    Mimno & McCallum (2008) for the prior. That a model for unknown values must hold the
    covariates of the analysis: Meng (1994), Multiple-imputation inferences with uncongenial
    sources of input.
    """
    n_topics, n_terms = topic_term.shape
    topics: Topics = (
        DirichletTopics(_ETA, n_topics=n_topics, n_terms=n_terms, learns=True)
        if refit
        else _SameTopics(topic_term)
    )
    prior = CovariatePrior(
        np.ascontiguousarray(design), alpha,
        n_topics=n_topics, effect_sd=_EFFECT_SD, learns=True, n_threads=n_threads,
    )  # fmt: skip
    posterior = infer(
        counts,
        given_topics(counts, topic_term),
        topics,
        prior,
        Passes(_MOST_PASSES, _TOLERANCE, n_threads),
    )
    return Conditional(topics.topic_term(posterior.term_counts), prior.coefficients)


class _SameTopics:
    """Topics that inference leaves as they are."""

    def __init__(self, topic_term: NDArray[np.float64]) -> None:
        self._topic_term = topic_term
        self.learned = np.empty(0)
        weight = pad_topics(topic_term.T)
        slope = np.zeros((1, weight.shape[1]), np.float32)
        self._weights = TermWeights(weight, slope, np.zeros(len(weight), np.int32))

    def weigh(self, term_counts: NDArray[np.float32]) -> TermWeights:  # noqa: ARG002 - they stay
        return self._weights

    def learn(self, term_counts: NDArray[np.float32]) -> None:
        """Nothing: the topics are given."""

    def topic_term(self, term_counts: NDArray[np.float32]) -> NDArray[np.float64]:  # noqa: ARG002
        return self._topic_term
