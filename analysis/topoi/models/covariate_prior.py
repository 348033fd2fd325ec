"""How a document's prior follows its covariates, and how that is learned on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.kernels.dirichlet_regression import (
    document_priors,
    information,
    likelihood_and_slope,
    solve_positive,
)
from topoi.kernels.logarithm import natural_log
from topoi.models.blocks import N_BLOCKS
from topoi.models.quasi_newton import maximise
from topoi.models.weights import padded
from topoi.workers import in_threads

__all__ = ["CovariatePrior", "CovariateScale", "checked_covariates", "prior_rows"]

# Nats that a step promises. Small, as the preconditioner takes flat directions for curved ones.
_TOLERANCE = 1e-6
_MOST_STEPS = 25
_MOST_VALUE, _LEAST_RANGE = 1e100, 1e-100
# Variance of the intercepts, ln alpha of an average document, as in Mimno & McCallum (2008).
_INTERCEPT_VARIANCE = 10.0


@dataclass(frozen=True)
class CovariateScale:
    """Mean and standard deviation (divisor D) of each covariate in training, both (P,)."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]

    @classmethod
    def of(cls, covariates: NDArray[np.float64]) -> CovariateScale:
        """The scale of these covariates (D, P).

        Raises
        ------
        InputError
            Naming covariates that are the same for every document.
        """
        same = np.flatnonzero(covariates.max(axis=0) - covariates.min(axis=0) <= _LEAST_RANGE)
        if same.size:
            raise InputError(
                f"{len(same)} covariates are the same for every document (columns "
                f"{listed(same)}), so they have no effect to estimate. Leave them out; the "
                "intercept is added for you."
            )
        columns = np.ascontiguousarray(covariates.T)
        mean = columns.sum(axis=1) / max(columns.shape[1], 1)
        gaps = columns - mean[:, np.newaxis]
        widest = np.abs(gaps).max(axis=1, initial=0.0)
        parts = gaps / widest[:, np.newaxis]  # so that no square under- or overflows
        deviation = widest * np.sqrt((parts * parts).sum(axis=1) / max(columns.shape[1], 1))
        return cls(mean, deviation)

    def design(self, covariates: NDArray[np.float64]) -> NDArray[np.float64]:
        """A column of 1 and the covariates in standard deviations from the mean, (D, P + 1)."""
        ones = np.ones((len(covariates), 1))
        return np.hstack([ones, (covariates - self.mean) / self.deviation])

    def on_given_scale(self, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coefficients (K, P + 1) of the design as coefficients of 1 and the covariates given."""
        given = coefficients.copy()
        given[:, 1:] /= self.deviation
        given[:, 0] -= (given[:, 1:] * self.mean).sum(axis=1)
        return given


def checked_covariates(
    covariates: Any, n_docs: int, n_covariates: int | None = None
) -> NDArray[np.float64]:
    """Covariates as float64 (D, P), C order; None is no covariates, P = 0.

    Raises
    ------
    InputError
        If they are no numbers, not finite, beyond 1e100, or of another shape than expected.
    """
    try:
        values = np.ascontiguousarray(
            np.empty((n_docs, 0)) if covariates is None else covariates, dtype=np.float64
        )
    except (TypeError, ValueError) as error:
        raise InputError(
            f"covariates must be numbers: {error}. Give each category a column of 0 and 1."
        ) from None
    if values.ndim != 2 or len(values) != n_docs:
        raise InputError(
            f"covariates must have a row for each of the {n_docs} documents and a column for each "
            f"covariate; got shape {values.shape}. Give a single covariate as one column."
        )
    if n_covariates is not None and values.shape[1] != n_covariates:
        raise InputError(
            f"covariates must have the {n_covariates} columns of those in fit, in the same order; "
            f"got {values.shape[1]}."
        )
    faulty = np.flatnonzero(~(np.abs(values) <= _MOST_VALUE).all(axis=1))
    if faulty.size:
        raise InputError(
            f"covariates must be finite and at most {_MOST_VALUE:g} in size; {len(faulty)} rows "
            f"are not (rows {listed(faulty)}). Fill in what is missing, or leave these documents "
            "out."
        )
    return values


def prior_rows(
    design: NDArray[np.float64], coefficients: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The prior of each document, exp(x_d . lambda_k), float64 (D, K)."""
    alpha = np.empty((len(design), len(coefficients)))
    document_priors(design, coefficients, alpha)
    return alpha


class CovariatePrior:
    """A Dirichlet prior for each document, alpha_dk = exp(x_d . lambda_k), lambda learned or fixed.

    Parameters
    ----------
    design : float64 array, shape (D, Q), C order, 1 and standardised covariates
    alpha : float > 0, the prior of every document and topic, where learning begins
    n_topics : K
    effect_sd : float > 0, standard deviation of the Normal(0, .) prior of each effect
    learns : whether to learn lambda
    n_threads : int >= 1, does not change the result

    References
    ----------
    Mimno & McCallum (2008), UAI, section 3.
    """

    def __init__(
        self,
        design: NDArray[np.float64],
        alpha: float,
        *,
        n_topics: int,
        effect_sd: float,
        learns: bool,
        n_threads: int,
    ) -> None:
        self.learns = learns
        self._design = design
        self._n_threads = n_threads
        self._precision = np.full(design.shape[1], 1.0 / (effect_sd * effect_sd))
        self._precision[0] = 1.0 / _INTERCEPT_VARIANCE
        edges = np.unique(np.linspace(0, len(design), N_BLOCKS + 1).astype(np.int64)).tolist()
        self._blocks = list(pairwise(edges))
        self._padded = np.zeros((len(design), padded(n_topics)), np.float32)
        self.coefficients = np.zeros((n_topics, design.shape[1]))
        self.coefficients[:, 0] = natural_log(float(alpha))
        self._update()

    @property
    def alpha(self) -> NDArray[np.float64]:
        """The mean prior over the documents, float64 (K,)."""
        by_topic = np.ascontiguousarray(prior_rows(self._design, self.coefficients).T)
        return np.asarray(by_topic.sum(axis=1) / by_topic.shape[1])

    @property
    def learned(self) -> NDArray[np.float64]:
        """Lambda, (K, Q)."""
        return self.coefficients.copy()

    @learned.setter
    def learned(self, values: NDArray[np.float64]) -> None:
        self.coefficients = values.copy()
        self._update()

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """The priors of these documents, (stop - start, K')."""
        return self._padded[start:stop]

    def learn(self, doc_counts: Iterable[NDArray[np.float32]]) -> None:
        """Make lambda most likely, given its priors, for the counts as they stand."""
        (counts,) = doc_counts  # each document has a prior of its own, in memory like its counts
        curvature = self._curvature(counts)

        def solve(right: NDArray[np.float64]) -> NDArray[np.float64]:
            solution = np.empty_like(right)
            solve_positive(curvature, right, solution)
            return solution

        self.coefficients = maximise(
            lambda place: self.objective(counts, place),
            self.coefficients,
            solve,
            tolerance=_TOLERANCE,
            most_steps=_MOST_STEPS,
        )
        self._update()

    def objective(
        self,
        doc_counts: NDArray[np.float32],
        coefficients: NDArray[np.float64],
    ) -> tuple[float, NDArray[np.float64]]:
        """Log posterior of lambda (K, Q), nats up to a constant, and its slope (K, Q)."""

        def work(block: tuple[int, int]) -> tuple[float, NDArray[np.float64]]:
            rows = slice(*block)
            slope = np.zeros_like(coefficients)
            value = likelihood_and_slope(doc_counts[rows], self._design[rows], coefficients, slope)
            return value, slope

        pull = coefficients * self._precision
        value, slope = -0.5 * float((pull * coefficients).sum()), -pull
        for part, part_slope in in_threads(work, self._blocks, n_threads=self._n_threads):
            value += part
            slope += part_slope
        return value, slope

    def _curvature(self, doc_counts: NDArray[np.float32]) -> NDArray[np.float64]:
        """Of each topic, (K, Q, Q), lower triangles, with the Normal priors of lambda."""
        n_topics, width = self.coefficients.shape

        def work(block: tuple[int, int]) -> NDArray[np.float64]:
            part = np.zeros((n_topics, width, width))
            information(
                doc_counts[slice(*block)], self._design[slice(*block)], self.coefficients, part
            )
            return part

        total = np.zeros((n_topics, width, width))
        total[:, np.arange(width), np.arange(width)] = self._precision
        for part in in_threads(work, self._blocks, n_threads=self._n_threads):
            total += part
        return total

    def _update(self) -> None:
        n_topics = len(self.coefficients)
        self._padded[:, :n_topics] = prior_rows(self._design, self.coefficients)
