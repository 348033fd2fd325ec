"""What the topics are on average while the topics of the tokens are drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topoi.models.documents import Documents
from topoi.models.inference import Passes, Posterior
from topoi.models.token_draws import TokenDraws
from topoi.models.weights import DocumentPrior, Topics

__all__ = ["averaged_counts"]

_BURN_IN = 4  # one draw in so many, the first ones, is left out
_LEARN_EVERY = 10


def averaged_counts(
    documents: Documents,
    posterior: Posterior,
    topics: Topics,
    prior: DocumentPrior,
    passes: Passes,
    *,
    n_draws: int,
) -> NDArray[np.float32]:
    """Term counts (V, K') half way between those expected and the mean of those drawn.

    A chain of n_draws >= 1 passes begins at the posterior; its first quarter is left out, and
    where priors are learned this happens every tenth draw. Expected counts know one state of the
    corpus, the draws wander through its neighbourhood: together they predict better than either.
    """
    stage = documents.stage("draws")
    begun = stage.begun()
    if begun is None:
        done, rows = 0, posterior.rows.copy()
        drawn, total = posterior.term_counts.copy(), np.zeros_like(posterior.term_counts)
    else:
        done, rows = int(begun.arrays["done"]), begun.rows
        drawn, total = (begun.arrays[name].copy() for name in ("drawn", "total"))
        topics.learned, prior.learned = begun.arrays["topics"], begun.arrays["prior"]
    draws = TokenDraws(rows, documents.tables(drawn.shape[1]), seed=passes.seed)
    left_out = n_draws // _BURN_IN
    for number in range(done + 1, n_draws + 1):
        place = len(posterior.trace) + number  # after the passes: no random number comes twice
        draws.draw(topics.weigh(drawn), prior, drawn, number=place)
        if number > left_out:
            total += drawn
        if prior.learns and number % _LEARN_EVERY == 0:
            topics.learn(drawn)
            prior.learn(draws.rows)
        state = {"done": np.array(number), "drawn": drawn, "total": total}
        stage.keep(rows, {**state, "topics": topics.learned, "prior": prior.learned})
    draws.rows.drop()
    total *= np.float32(0.5 / (n_draws - left_out))
    total += np.float32(0.5) * posterior.term_counts
    return total
