"""How the shares of topics vary with samples of the documents, in which topics are fitted anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.cluster_tasks import made_by
from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.measures.matching import matched
from topoi.measures.share_worlds import Plan, part_of
from topoi.models.conditional_prior import conditional_prior
from topoi.models.draws import theta_draws

__all__ = ["TopicWorlds", "matched_topics", "topic_draws"]


class _World(NamedTuple):
    """What a world is: which rows it has (D,), draws (n, D, K), and likeness of topics (K,)."""

    kept: NDArray[np.bool_]
    values: NDArray[np.float64]
    likeness: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TopicWorlds:
    """All that a world depends on beside its number.

    counts : csr_array, float32, shape (D, V)
    topics : float64 arrays, shape (K, V), which take turns as where a world's topics begin
    design : float64 array, shape (D, Q), as for `conditional_prior`
    alpha : float > 0, of every topic where learning begins
    refit : whether topics are fitted anew
    members : the rows of each cluster
    plan : Plan
    """

    counts: csr_array
    topics: tuple[NDArray[np.float64], ...]
    design: NDArray[np.float64]
    alpha: float
    refit: bool
    members: tuple[NDArray[np.int64], ...]
    plan: Plan

    def drawn(self, world: int) -> _World:
        """A world: its sample, its topics and prior, and draws of all rows from them."""
        plan, rng, n_rows = self.plan, self.plan.rng(world), self.counts.shape[0]
        kept = part_of(self.members, n_rows, rng) if world else np.ones(n_rows, bool)
        sample = np.flatnonzero(kept)
        found = conditional_prior(
            self.counts[sample], self.topics[world % len(self.topics)], self.design[sample],
            alpha=self.alpha, refit=self.refit, n_threads=plan.n_threads,
        )  # fmt: skip
        values = theta_draws(
            self.counts, found.topic_term, found.alpha(self.design),
            n_draws=len(plan.of_world(world)), seed=int(rng.integers(2**63)),
            n_threads=plan.n_threads,
        )  # fmt: skip
        return _World(kept, values, np.diagonal(_likeness(found.topic_term, self.topics[0])))


def topic_draws(
    worlds: TopicWorlds, *, cluster: Any
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Draws (S, D, K), the rows of each world (B + 1, D), and likeness to the first topics (K,).

    cluster : as for `share_draws`
    """
    plan, numbers = worlds.plan, range(worlds.plan.n_worlds + 1)
    n_rows, n_topics = len(worlds.design), len(worlds.topics[0])
    values = np.empty((plan.size, n_rows, n_topics))
    kept = np.empty((len(numbers), n_rows), bool)
    likeness = np.empty((len(numbers), n_topics))
    with made_by(cluster, worlds.drawn, numbers, label="share-draws", name=_name) as drawn:
        for world in numbers:
            found = drawn(world)
            kept[world], likeness[world] = found.kept, found.likeness
            values[plan.of_world(world)] = found.values
    return values, kept, likeness.mean(axis=0)


def _name(world: int) -> str:
    return f"world-{world:03}"


def matched_topics(fits: list[TopicFit]) -> list[NDArray[np.float64]]:
    """The topics of each fit in the order of the first's, by the greatest sum of likeness."""
    if not fits:
        raise InputError("There is no fit to draw shares of; give at least one.")
    first = fits[0]
    found = []
    for number, fit in enumerate(fits):
        same = fit.vocabulary.terms == first.vocabulary.terms and fit.n_topics == first.n_topics
        if not same:
            raise InputError(
                f"Fit {number + 1} has {fit.n_topics} topics of {len(fit.vocabulary)} terms, the "
                f"first {first.n_topics} of {len(first.vocabulary)}; give fits of the same terms "
                "and number of topics."
            )
        found.append(fit.topic_term[matched(_likeness(first.topic_term, fit.topic_term))])
    return found


def _likeness(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bhattacharyya's coefficient of each pair of topics, in [0, 1], shape (K, K)."""
    found: NDArray[np.float64] = np.einsum("kv,lv->kl", np.sqrt(one), np.sqrt(other))
    return found
