"""How sure the topic shares of a document are: draws from their posterior with fixed topics."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from topoi.checks import at_least
from topoi.errors import InputError, listed
from topoi.kernels.topic_chain import theta_chain
from topoi.models.blocks import block_bounds, rows_of
from topoi.models.fixed_topics import (
    checked_counts,
    document_keys,
    fixed_topics,
    refuse_parts_of_tokens,
    stream_seed,
)
from topoi.workers import in_threads

__all__ = ["BURN_IN", "THIN", "theta_draws"]

# Measured by benchmarks/draws.py on four corpora, 23 to 277 tokens a document, 12 to 100 topics.
# After 30 sweeps the start leaves a bias of .05 posterior standard deviations, no more than chance
# (after 10 up to .16); five sweeps apart, shares correlate by .01 to .05, nine in ten below .18.
BURN_IN = 30
THIN = 5
_MOST_GIB = 4.0


def theta_draws(
    counts: Any,
    topic_term: ArrayLike,
    alpha: ArrayLike,
    *,
    n_draws: int,
    seed: int,
    burn_in: int = BURN_IN,
    thin: int = THIN,
    n_threads: int = 1,
    most_gib: float = _MOST_GIB,
) -> NDArray[np.float64]:
    """Draws of every document's topic shares from their posterior, the topics held fixed.

    One Gibbs chain a document draws the topic of each token given all others, with the shares
    integrated out; it begins with each token's topic drawn given those before it. After `burn_in`
    sweeps, and then every `thin`, the shares are drawn from Dirichlet(tokens of each topic +
    alpha). They are draws, not the means (n_k + alpha_k) / (N + A), which vary too little.

    Parameters
    ----------
    counts : sparse or dense, shape (D, V), whole tokens
    topic_term : float array, shape (K, V); rows sum to 1
    alpha : float array, shape (K,) or (D, K), the document prior, in [1e-12, 1e6]
    n_draws : int >= 1, S; the first draws are the same whatever S is
    seed : int in [0, 2**64 - 1]
    burn_in : int >= 0, sweeps
    thin : int >= 1, sweeps from draw to draw
    n_threads : int >= 1, does not change the result
    most_gib : float > 0, refuse results that take more memory, in units of 2**30 bytes

    Returns
    -------
    float64 array, shape (S, D, K); the K shares sum to 1
        A document without tokens has draws from the prior. A document's draws depend on its
        counts, its prior, the topics and the seed only: not on the other documents, and not on
        its place, so that two documents with equal counts and prior have equal draws (why and at
        what price: `models.fixed_topics.document_keys`).

    Raises
    ------
    InputError
        If a count is not whole, a document holds a term that no topic has, shapes or values do
        not fit, or the result would take more than `most_gib`.

    Notes
    -----
    The uncertainty of the topics is not in the draws; add it by fits to other samples or starts.
    Time grows as tokens x K x (burn_in + S thin).

    References
    ----------
    Griffiths & Steyvers (2004), equation 5, topics fixed. Use of the draws as outcomes: Treier &
    Jackman (2008), Roberts, Stewart & Airoldi (2016).
    """
    at_least("n_draws", n_draws, 1, whole=True)
    at_least("burn_in", burn_in, 0, whole=True)
    at_least("thin", thin, 1, whole=True)
    key = stream_seed(seed)
    tokens = checked_counts(counts)
    refuse_parts_of_tokens(tokens)
    topics = fixed_topics(tokens, topic_term, alpha)
    _refuse_impossible_terms(tokens, topics.scale)
    shape = (int(n_draws), tokens.shape[0], topics.n_topics)
    _refuse_size(shape, most_gib)
    draws = np.empty(shape)
    streams = document_keys(tokens)

    def work(block: tuple[int, int]) -> None:
        start, stop = block
        theta_chain(
            rows_of(tokens, start, stop), tokens.indices, tokens.data, topics.weight,
            topics.prior_of(start, stop), streams[start:stop], key, int(burn_in),
            int(thin),
            draws[:, start:stop],
        )  # fmt: skip

    in_threads(work, block_bounds(tokens), n_threads=n_threads)
    return draws


def _refuse_impossible_terms(counts: csr_array, scale: NDArray[np.float64]) -> None:
    if not (scale <= 0.0).any():
        return
    used = np.unique(counts.indices)
    impossible = used[scale[used] <= 0.0]
    if impossible.size:
        raise InputError(
            f"{len(impossible)} terms of these documents have probability 0 in every topic "
            f"(columns {listed(impossible)}): no topic can be drawn for them. Leave these columns "
            "out, or give topics that are smoothed."
        )


def _refuse_size(shape: tuple[int, int, int], most_gib: float) -> None:
    gib = np.prod(shape, dtype=np.float64) * 8.0 / 2**30
    if gib > most_gib:
        raise InputError(
            f"{shape[0]} draws of {shape[1]} documents and {shape[2]} topics take {gib:.3g} GiB; "
            f"at most {most_gib:g} are allowed. Ask for fewer draws, or give the documents in "
            "parts (a document's draws do not depend on the others)."
        )
