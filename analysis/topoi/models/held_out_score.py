"""What a held-out likelihood comes to: score, perplexity, and how sure they are."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import exp, fsum, inf, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError, TopoiWarning, listed

__all__ = ["HeldOutScore", "held_out_score"]


@dataclass(frozen=True)
class HeldOutScore:
    """Log likelihood of held-out tokens.

    log_likelihood : float64 (D,), nats, of each document's scored tokens; 0 without any
    n_tokens : float64 (D,), scored tokens

    All summaries weigh documents by their scored tokens.
    """

    log_likelihood: NDArray[np.float64]
    n_tokens: NDArray[np.float64]

    @property
    def score(self) -> float:
        """Mean log likelihood of a token, nats; higher is better."""
        return fsum(self.log_likelihood.tolist()) / fsum(self.n_tokens.tolist())

    @property
    def perplexity(self) -> float:
        """exp(-score): a uniform choice among so many terms would be as hard to foretell."""
        return inf if self.score == -inf else exp(-self.score)

    @property
    def standard_error(self) -> float:
        """Standard error of `score`, documents taken as drawn at random; nan below two.

        Of a ratio of sums by the delta method: Cochran (1977), Sampling techniques, chapter 6,
        without the finite-population factor.
        """
        scored = self.n_tokens > 0
        n = int(scored.sum())
        if n < 2 or self.score == -inf:
            return nan
        gaps = self.log_likelihood[scored] - self.score * self.n_tokens[scored]
        squares = fsum((gaps * gaps).tolist())
        return sqrt(n / (n - 1) * squares) / fsum(self.n_tokens.tolist())

    @property
    def n_documents(self) -> int:
        """Documents with scored tokens."""
        return int((self.n_tokens > 0).sum())

    @property
    def n_left_out(self) -> int:
        """Documents without scored tokens."""
        return len(self.n_tokens) - self.n_documents


def held_out_score(
    log_likelihood: NDArray[np.float64], n_tokens: NDArray[np.float64]
) -> HeldOutScore:
    """The two columns as one value, with a warning where text was held impossible.

    Raises
    ------
    InputError
        If no document has a token.
    """
    if not (n_tokens > 0).any():
        raise InputError(
            "There is nothing to score: no document has a token of the vocabulary. Give text with "
            "terms that the model knows."
        )
    impossible = np.flatnonzero(np.isneginf(log_likelihood))
    if impossible.size:
        warnings.warn(
            f"{len(impossible)} documents (rows {listed(impossible)}) hold terms to which the "
            "model gives probability 0: their log likelihood, and the score, is minus infinity. "
            "Smooth the topics, or leave these terms out for all models alike.",
            TopoiWarning,
            stacklevel=3,
        )
    return HeldOutScore(log_likelihood, n_tokens)
