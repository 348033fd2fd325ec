"""How the shares of themes vary with the topics that rows are drawn to have, and with starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.cluster_tasks import made_by
from topoi.measures.new_documents import check_terms
from topoi.measures.share_worlds import Plan, n_kept, part_of, refuse_size
from topoi.measures.theme_context import context_factor
from topoi.measures.theme_evidence import rates_of
from topoi.measures.theme_fit import ThemeFit
from topoi.measures.theme_marks import ThemeMarks, marks_of
from topoi.measures.theme_parts import StartTopics, context_parts
from topoi.measures.theme_seeds import SeedTokens
from topoi.models.draws import theta_draws
from topoi.text.matrix import DocTermMatrix

__all__ = ["theme_draws"]

_DRAWS_A_START = 8
_DRAWN_ROWS = 20_000


def theme_draws(
    fit: ThemeFit,
    matrix: DocTermMatrix,
    plan: Plan,
    members: list[NDArray[np.int64]],
    *,
    cluster: Any = None,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Draws (S, D, T) of the shares of each row, and which rows each world has, (B + 1, D).

    Worlds differ by their starts, three quarters of those of the fit. The draws of each start are
    a task where there is a `cluster`, as for `share_draws`.
    """
    check_terms(fit.vocabulary.terms, matrix.vocabulary.terms)
    marks = marks_of(fit.themes, fit.vocabulary)
    n_tokens = matrix.units["n_tokens"].to_numpy(dtype=np.float64)
    refuse_size(plan.size, len(n_tokens), len(fit.themes))
    starts = _Starts(matrix.counts, fit.starts, marks, plan)
    numbers = range(len(fit.starts))
    with made_by(cluster, starts.drawn, numbers, label="theme-draws", name=_name) as made:
        parts, hits, contexts = map(np.stack, zip(*map(made, numbers), strict=True))
    values = np.empty((len(plan.worlds), len(n_tokens), len(fit.themes)))
    kept = np.ones((plan.n_worlds + 1, len(n_tokens)), bool)
    n_starts = len(fit.starts)
    for world in range(plan.n_worlds + 1):
        rng = plan.rng(world)
        chosen = np.arange(n_starts)
        if world:
            kept[world] = part_of(members, len(n_tokens), rng)
            chosen = rng.permutation(n_starts)[: n_kept(n_starts)]
        rates = rates_of(hits[chosen].mean(axis=0), n_tokens)
        factor = context_factor(contexts[chosen].mean(axis=0), fit.themes)
        for number in plan.of_world(world):
            which = rng.integers(parts.shape[1], size=len(chosen))
            evidence = fit.curve.evidence(rates, parts[chosen, which].mean(axis=0))
            values[number] = fit.curve.probability(factor * evidence)
    return values, kept


@dataclass(frozen=True, eq=False)
class _Starts:
    """All that the draws of a start depend on beside its number."""

    counts: csr_array
    starts: tuple[StartTopics, ...]
    marks: ThemeMarks
    plan: Plan

    def drawn(
        self, number: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Draws of the part of each row's words in topics about each theme, (draws, D, T).

        And the seeds as far as they mean each theme, (D, T), and the part of its context, (D, T),
        by the mean of the draws: as in `fit_themes` chance in them is left out.
        """
        start, n_rows = self.starts[number], self.counts.shape[0]
        of_topics = self.marks.about(start.topic_term)
        found = np.empty((_DRAWS_A_START, n_rows, len(self.marks.themes)))
        means = np.empty((n_rows, len(start.topic_term)))
        for first in range(0, n_rows, _DRAWN_ROWS):
            rows = slice(first, first + _DRAWN_ROWS)
            draws = theta_draws(
                self.counts[rows], start.topic_term, start.document_prior,
                n_draws=_DRAWS_A_START, seed=self.plan.seed, n_threads=self.plan.n_threads,
            )  # fmt: skip
            found[:, rows] = np.einsum("sdk,kt->sdt", draws, of_topics)
            means[rows] = draws.mean(axis=0)
        tokens = SeedTokens(self.counts, self.marks.seeds)
        hits = tokens.hits(tokens.meant(means, start.topic_term, of_topics))
        return found, hits, context_parts(means, start.topic_term, self.marks.context)


def _name(number: int) -> str:
    return f"start-{number:03}"
