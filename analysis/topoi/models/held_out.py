"""How well topics foretell text they have not seen: half of each document scored by the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from topoi.errors import InputError
from topoi.kernels.completion import log_likelihoods, observed_half
from topoi.models.blocks import rows_of
from topoi.models.fixed_topics import (
    checked_counts,
    checked_topics,
    document_keys,
    stream_seed,
)
from topoi.models.held_out_score import HeldOutScore, held_out_score

__all__ = [
    "completion_halves",
    "completion_log_likelihood",
    "document_completion",
    "smoothed_topics",
]

_SMOOTHING = 0.01


def document_completion(
    counts: Any,
    topic_term: ArrayLike,
    share_topics: Callable[[csr_array], NDArray[np.float64]],
    *,
    seed: int = 0,
) -> HeldOutScore:
    """The score of documents whose halves are made by `completion_halves`.

    Models are to be compared on the same halves, so with the same seed, whatever their own.
    Arguments, results and errors as of the two functions that follow.
    """
    observed, scored = completion_halves(counts, seed=seed)
    return completion_log_likelihood(observed, scored, topic_term, share_topics)


def completion_halves(counts: Any, *, seed: int) -> tuple[csr_array, csr_array]:
    """The tokens of each document parted by lot into an observed and a scored half.

    Parameters
    ----------
    counts : sparse or dense, shape (D, V), tokens >= 0
        What a count has over a whole number is one short token, which goes to one half whole.
    seed : int in [0, 2**64 - 1]

    Returns
    -------
    observed, scored : csr_array, float64, shape (D, V); their sum is counts
        Of an odd number of tokens the scored half has one more. So a document of one token is
        scored, by the shares of a document without tokens, which is what the model holds likely
        before it has seen any; a document without tokens has two empty halves and is not scored.
        A document's halves depend on its counts and the seed only.

    Raises
    ------
    InputError
        If a count is negative or not finite, or the seed is out of range.
    """
    key = stream_seed(seed)
    tokens = checked_counts(counts)
    taken = np.empty_like(tokens.data)
    observed_half(
        rows_of(tokens, 0, tokens.shape[0]), tokens.data, document_keys(tokens), key, taken
    )
    observed, scored = tokens.copy(), tokens
    observed.data, scored.data = taken, tokens.data - taken
    observed.eliminate_zeros()
    scored.eliminate_zeros()
    return observed, scored


def completion_log_likelihood(
    observed: Any,
    scored: Any,
    topic_term: ArrayLike,
    share_topics: Callable[[csr_array], NDArray[np.float64]],
) -> HeldOutScore:
    """How likely the scored tokens of each document are, given its observed ones.

    log p(d) = sum_w n_dw log sum_k theta_dk phi_kw, n from `scored`, theta from `observed`.

    Parameters
    ----------
    observed, scored : sparse or dense, shape (D, V), tokens
    topic_term : float array, shape (K, V), phi; rows sum to 1
    share_topics : callable
        Gives theta, float64 (D, K), rows that sum to 1, for counts (D, V): a model's `transform`.

    Returns
    -------
    HeldOutScore
        Documents without scored tokens have log likelihood 0 of 0 tokens; they are counted in
        `n_left_out` and weigh nothing. A token that no topic of the document has gives minus
        infinity, and a warning says how many there are.

    Raises
    ------
    InputError
        If shapes do not fit, a row is no distribution, or there is nothing to score.

    References
    ----------
    Wallach, Murray, Salakhutdinov & Mimno (2009), Evaluation methods for topic models, ICML, on
    document completion; here with the shares estimated as the model does.
    """
    seen, tokens = checked_counts(observed), checked_counts(scored)
    if seen.shape != tokens.shape:
        raise InputError(
            "observed and scored must have the same documents and terms; got shapes "
            f"{seen.shape} and {tokens.shape}."
        )
    topics = checked_topics(topic_term, tokens.shape[1])
    shares = _checked_shares(share_topics(seen), tokens.shape[0], topics.shape[0])
    result = np.empty(tokens.shape[0])
    log_likelihoods(
        rows_of(tokens, 0, tokens.shape[0]),
        tokens.indices,
        tokens.data,
        shares,
        np.ascontiguousarray(topics.T),
        result,
    )
    return held_out_score(result, tokens.sum(axis=1))


def smoothed_topics(
    topic_term: NDArray[np.float64], n_tokens: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Topics with a hundredth of the frequencies of terms mixed in, so that no term is impossible.

    For models such as NMF whose topics have zeros: a held-out term that no topic of a document has
    would make the score minus infinity. n_tokens (V,) are those of the text that was fitted, to
    which half a token is added for each term (Jeffreys).
    """
    frequency = (n_tokens + 0.5) / (n_tokens + 0.5).sum()
    return np.asarray((1.0 - _SMOOTHING) * topic_term + _SMOOTHING * frequency)


def _checked_shares(shares: ArrayLike, n_docs: int, n_topics: int) -> NDArray[np.float64]:
    values = np.ascontiguousarray(shares, dtype=np.float64)
    if values.shape != (n_docs, n_topics):
        raise InputError(
            f"share_topics must give shape ({n_docs}, {n_topics}), documents and topics; got "
            f"{values.shape}."
        )
    if not (values >= 0).all() or not (np.abs(values.sum(axis=1) - 1.0) <= 1e-4).all():
        raise InputError("share_topics must give shares >= 0 that sum to 1 in each row.")
    return values
