"""How the shares of themes vary with the topics that rows are drawn to have, and with starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.measures.new_documents import check_terms
from topoi.measures.share_worlds import Plan, n_kept, part_of, refuse_size
from topoi.measures.theme_context import context_factor, context_terms
from topoi.measures.theme_evidence import about, balanced, seed_rates, seed_weights
from topoi.measures.theme_fit import ThemeFit
from topoi.measures.theme_parts import StartTopics, context_parts
from topoi.models.draws import theta_draws
from topoi.text.matrix import DocTermMatrix

__all__ = ["theme_draws"]

_DRAWS_A_START = 8
_DRAWN_ROWS = 20_000


def theme_draws(
    fit: ThemeFit, matrix: DocTermMatrix, plan: Plan, members: list[NDArray[np.int64]]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Draws (S, D, T) of the shares of each row, and which rows each world has, (B + 1, D).

    Worlds differ by their starts, three quarters of those of the fit.
    """
    check_terms(fit.vocabulary.terms, matrix.vocabulary.terms)
    seeds = seed_weights(fit.themes, matrix.vocabulary.terms)
    n_tokens = matrix.units["n_tokens"].to_numpy(dtype=np.float64)
    rates = seed_rates(matrix.counts, n_tokens, seeds)
    refuse_size(plan.size, len(n_tokens), len(fit.themes))
    marks = balanced(seeds, fit.vocabulary.term_freq)
    context = context_terms(fit.themes, fit.vocabulary.terms)
    drawn = [_drawn_parts(matrix.counts, start, marks, context, plan) for start in fit.starts]
    parts, contexts = np.stack([part for part, _ in drawn]), np.stack([of for _, of in drawn])
    values = np.empty((len(plan.worlds), len(n_tokens), len(fit.themes)))
    kept = np.ones((plan.n_worlds + 1, len(n_tokens)), bool)
    n_starts = len(fit.starts)
    for world in range(plan.n_worlds + 1):
        rng = plan.rng(world)
        chosen = np.arange(n_starts)
        if world:
            kept[world] = part_of(members, len(n_tokens), rng)
            chosen = rng.permutation(n_starts)[: n_kept(n_starts)]
        for number in plan.of_world(world):
            which = rng.integers(parts.shape[1], size=len(chosen))
            evidence = fit.curve.evidence(rates, parts[chosen, which].mean(axis=0))
            factor = context_factor(contexts[chosen].mean(axis=0), fit.themes)
            values[number] = fit.curve.probability(factor * evidence)
    return values, kept


def _drawn_parts(
    counts: csr_array,
    start: StartTopics,
    marks: NDArray[np.float64],
    context: NDArray[np.float64],
    plan: Plan,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draws of the part of each row's words in topics about each theme, (draws, D, T).

    And the part of the context of each theme, (D, T), the mean of the draws: as in `fit_themes`
    chance in it is left out.
    """
    of_topics = about(start.topic_term, marks)
    found = np.empty((_DRAWS_A_START, counts.shape[0], marks.shape[1]))
    contexts = np.empty((counts.shape[0], marks.shape[1]))
    for first in range(0, counts.shape[0], _DRAWN_ROWS):
        rows = slice(first, first + _DRAWN_ROWS)
        draws = theta_draws(
            counts[rows], start.topic_term, start.document_prior,
            n_draws=_DRAWS_A_START, seed=plan.seed, n_threads=plan.n_threads,
        )  # fmt: skip
        found[:, rows] = np.einsum("sdk,kt->sdt", draws, of_topics)
        contexts[rows] = context_parts(draws.mean(axis=0), start.topic_term, context)
    return found, contexts
