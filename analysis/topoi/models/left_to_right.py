"""How likely whole documents are under given topics, estimated token by token from the left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topoi.checks import at_least
from topoi.kernels.left_to_right import left_to_right
from topoi.models.blocks import block_bounds, rows_of
from topoi.models.fixed_topics import (
    checked_counts,
    document_keys,
    fixed_topics,
    refuse_parts_of_tokens,
    stream_seed,
)
from topoi.models.held_out_score import HeldOutScore, held_out_score
from topoi.workers import in_threads

__all__ = ["LeftToRight", "left_to_right_log_likelihood"]

_MOST_PARTICLES = 2**14


@dataclass(frozen=True)
class LeftToRight:
    """Marginal log likelihood of each document and its Monte-Carlo error.

    documents : HeldOutScore, all tokens scored; its standard error is over documents
    monte_carlo_error : float64 (D,), nats, standard error over the particles; 0 without tokens
    """

    documents: HeldOutScore
    monte_carlo_error: NDArray[np.float64]


def left_to_right_log_likelihood(
    counts: Any,
    topic_term: ArrayLike,
    alpha: ArrayLike,
    *,
    n_particles: int = 20,
    seed: int = 0,
    n_threads: int = 1,
) -> LeftToRight:
    """The log likelihood of each document given topics and prior, the shares integrated out.

    The logarithm of the mean over particles of the product over tokens. That mean is unbiased for
    the probability; its logarithm is too low by about half the square of the Monte-Carlo error.
    The product over tokens of means over particles, as MALLET has it, is biased upwards without
    resampling (checked by enumeration in tests/test_held_out.py) and is not offered.

    Parameters
    ----------
    counts : sparse or dense, shape (D, V), whole tokens
    topic_term : float array, shape (K, V); rows sum to 1
    alpha : float array, shape (K,) or (D, K), the document prior
    n_particles : int in [2, 2**14], R
    seed : int in [0, 2**64 - 1]
    n_threads : int >= 1, does not change the result

    Returns
    -------
    LeftToRight
        Likelihoods are of the tokens in an order, all orders being equally likely. A document
        with a term that no topic has gives minus infinity, and a warning.

    Raises
    ------
    InputError
        If a count is not whole, shapes or values do not fit, or no document has a token.

    Notes
    -----
    Time grows as R x K x the sum of squared lengths: for long documents take
    `models.held_out.document_completion`.

    References
    ----------
    Wallach, Murray, Salakhutdinov & Mimno (2009), Evaluation methods for topic models, ICML,
    algorithm 3, but products averaged; Buntine (2009).
    """
    at_least("n_particles", n_particles, 2, most=_MOST_PARTICLES, whole=True)
    key = stream_seed(seed)
    tokens = checked_counts(counts)
    refuse_parts_of_tokens(tokens)
    topics = fixed_topics(tokens, topic_term, alpha)
    streams = document_keys(tokens)
    by_particle = np.empty((tokens.shape[0], int(n_particles)))

    def work(block: tuple[int, int]) -> None:
        start, stop = block
        left_to_right(
            rows_of(tokens, start, stop), tokens.indices, tokens.data, topics.weight, topics.scale,
            topics.prior_of(start, stop), streams[start:stop], key, by_particle[start:stop],
        )  # fmt: skip

    in_threads(work, block_bounds(tokens), n_threads=n_threads)
    means, errors = _log_means(by_particle)
    return LeftToRight(held_out_score(means, tokens.sum(axis=1)), errors)


def _log_means(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Logarithm of the mean of exp(values) in each row, and its standard error (delta method)."""
    highest = values.max(axis=1, keepdims=True)
    finite = np.where(np.isneginf(highest), 0.0, highest)
    weights = np.exp(values - finite)
    mean = weights.mean(axis=1)
    spread = weights.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(mean) + finite[:, 0], np.where(mean > 0, spread / mean, np.nan)
