"""What a model has to say of its topics and of its documents' prior for tokens to be shared out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from topoi.kernels.lanes import LANES

__all__ = ["DocumentPrior", "TermWeights", "Topics", "pad_topics", "padded"]


@dataclass(frozen=True)
class TermWeights:
    """What the pass needs to know of the topics; shapes as in `kernels.cvb0.cvb0_pass`."""

    weight: NDArray[np.float32]
    slope: NDArray[np.float32]
    slope_row: NDArray[np.int32]


class Topics(Protocol):
    """What a model makes of term counts (V, K'), expected or drawn.

    learned : all that it knows beside its settings and the counts, float64; a copy, which brings
        it back there when it is set
    """

    learned: NDArray[np.float64]

    def weigh(self, term_counts: NDArray[np.float32]) -> TermWeights:
        """Term weights for the next pass, valid until the next call; once before each pass."""

    def learn(self, term_counts: NDArray[np.float32]) -> None:
        """Update the priors of the terms from drawn counts, if they are to be learned."""

    def topic_term(self, term_counts: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities of the terms, (K, V); rows sum to 1."""


class DocumentPrior(Protocol):
    """The Dirichlet prior of the documents' topic shares.

    learned : as for `Topics`
    """

    learns: bool
    learned: NDArray[np.float64]

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Alpha of these documents: one row (1, K') for all, or (stop - start, K')."""

    def learn(self, doc_counts: Iterable[NDArray[np.float32]]) -> None:
        """Update the prior from drawn counts (D, K'), whose rows come in pieces, in order."""


def padded(n_topics: int) -> int:
    """K rounded up to whole lanes."""
    return -(-n_topics // LANES) * LANES


def pad_topics(by_topic: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """An array (rows, K) with columns of zeros added up to whole lanes, shape (rows, K')."""
    n_rows, n_topics = by_topic.shape
    result = np.zeros((n_rows, padded(n_topics)), np.float32)
    result[:, :n_topics] = by_topic
    return result
