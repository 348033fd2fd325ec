"""How topoi measures themes: `fit_themes` as it is, and what it had before.

Each takes a task and gives shares (R, 3) of its rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from theme_counting import N_THEMES, seeds
from theme_tasks import Scores, Task, pack

import topoi
from topoi.defaults import sizes_for

SEED = 35  # as `topoi run --seed 7` with five starts


def by_fit_themes(task: Task) -> Scores:
    """Shares of `fit_themes` with its usual settings."""
    return wide(topoi.fit_themes(task.matrix, pack(), n_draws=0).shares)


def by_models_of_run(task: Task, *, starts: int) -> Scores:
    """Shares by seeds in the topics of so many starts of KeywordLDA and of LDA together."""
    sizes = sizes_for(topoi.RunConfig(source="-"), task.matrix.shape[0])
    models: list[topoi.KeywordLDA | topoi.LDA] = []
    for start in range(starts):
        keyword = topoi.KeywordLDA(
            pack(),
            topics_per_set=sizes.theme_topics,
            n_residual=sizes.residual,
            random_state=SEED + start,
        )
        models += [keyword, topoi.LDA(sizes.topics, random_state=SEED + start)]
    fits = [topoi.fit_topics(task.matrix, model) for model in models]
    return wide(topoi.theme_shares(fits, pack()))


def by_keyword_lda(task: Task, *, n_residual: int, starts: int) -> Scores:
    """KeywordLDA as keyATM's base model was published: one topic a theme, keywords open to all."""
    columns = [dict(zip(*_of_theme(column), strict=True)) for column in seeds(task).T]
    total = np.zeros((task.matrix.shape[0], N_THEMES))
    for start in range(starts):
        model = topoi.KeywordLDA(
            columns,
            topics_per_set=1,
            n_residual=n_residual,
            exclusive=False,
            random_state=SEED + start,
        )
        total += model.fit_transform(task.matrix.counts)[:, :N_THEMES]
    return total / starts


def wide(shares: pd.DataFrame) -> Scores:
    """Shares in the order of rows, then themes, as (R, 3)."""
    return shares["share"].to_numpy().reshape(-1, N_THEMES)


def _of_theme(column: Scores) -> tuple[list[int], list[float]]:
    own = np.flatnonzero(column)
    return own.tolist(), column[own].tolist()
