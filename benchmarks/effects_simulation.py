"""Corpora whose topics, shares and effects are known: what intervals of effects should hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array

import topoi

N_TOPICS, N_TERMS = 4, 250
N_CLUSTERS, CLUSTER_SIZE = 80, 4
_MEANS = np.array([0.34, 0.28, 0.21, 0.17])
_TREATED = np.array([-0.14, 0.00, 0.05, 0.09])
_PULL = 0.3  # part of a speech that is about the first topic at the last date, beyond the speaker's
_FIRST = np.array([1.0, 0.0, 0.0, 0.0])

# What follows from these for speeches whose dates are spread evenly.
BASE = (1.0 - _PULL / 2.0) * _MEANS + _PULL / 2.0 * _FIRST
TREATMENT = (1.0 - _PULL / 2.0) * _TREATED
TIME = _PULL * (_FIRST - _MEANS)  # from the first date to the last


@dataclass(frozen=True)
class World:
    """A simulated corpus, its topics (K, V), and the documents' true shares (D, K)."""

    matrix: topoi.DocTermMatrix
    topics: NDArray[np.float64]
    shares: NDArray[np.float64]


def simulated(seed: int, *, has_effect: bool = True, overlap: float = 0.0) -> World:
    """Speakers, half of them treated, of four short speeches each.

    A speaker's shares scatter around what treatment makes expected, a speech's shares around a
    mixture of the speaker's and, more so at later dates, the first topic. So expected shares are
    linear in treatment and time and known, and no share has a distribution that LDA supposes.

    Parameters
    ----------
    seed : int
    has_effect : bool, whether treatment has one
    overlap : float in [0, 1), part of the words of each topic that is common to all
    """
    rng = np.random.default_rng([seed, 7])
    treated = rng.permutation(np.arange(N_CLUSTERS) % 2)
    speaker = np.repeat(np.arange(N_CLUSTERS), CLUSTER_SIZE)
    time = rng.uniform(-0.5, 0.5, len(speaker))
    means = _MEANS + np.outer(treated - 0.5, _TREATED * has_effect)
    of_speaker = np.stack([rng.dirichlet(12.0 * mean) for mean in means])
    pull = _PULL * (time + 0.5)[:, np.newaxis]
    expected = (1.0 - pull) * of_speaker[speaker] + pull * _FIRST
    shares = np.stack([rng.dirichlet(np.maximum(3.0 * row, 1e-6)) for row in expected])
    topics = _topics(np.random.default_rng(5), overlap)
    lengths = 10 + rng.poisson(rng.gamma(2.0, 6.0, len(speaker)))
    counts = np.stack(
        [
            rng.multinomial(n, row / row.sum())
            for n, row in zip(lengths, shares @ topics, strict=True)
        ]
    )
    used = counts.sum(axis=0) > 0
    counts, topics = counts[:, used], topics[:, used]
    units = pd.DataFrame(
        {
            "doc_id": pd.Series(
                [f"s{who:02}-{n:03}" for n, who in enumerate(speaker)], dtype="str"
            ),
            "speaker": pd.Series([f"s{who:02}" for who in speaker], dtype="str"),
            "treatment": treated[speaker].astype(float),
            "time": time,
            "group": pd.Series(np.where(treated[speaker] == 1, "b", "a"), dtype="str"),
            "n_tokens": lengths.astype(np.int64),
        }
    )
    terms = [f"t{n:03}" for n in range(counts.shape[1])]
    vocabulary = topoi.Vocabulary(terms, (counts > 0).sum(axis=0), counts.sum(axis=0))
    matrix = topoi.DocTermMatrix(csr_array(counts), vocabulary, units)
    return World(matrix, topics / topics.sum(axis=1, keepdims=True), shares)


def _topics(rng: np.random.Generator, overlap: float) -> NDArray[np.float64]:
    """Topics with words of their own and common words."""
    common = rng.dirichlet(np.full(N_TERMS, 0.3))
    own = rng.dirichlet(np.full(N_TERMS, 0.06), N_TOPICS)
    return overlap * common + (1.0 - overlap) * own


def matched(fit: topoi.TopicFit, world: World) -> list[int]:
    """Which topic of the fit is each true topic, by Bhattacharyya's coefficient."""
    likeness = np.sqrt(world.topics) @ np.sqrt(fit.topic_term).T
    return list(linear_sum_assignment(-likeness)[1])
