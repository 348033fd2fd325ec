"""How high theme shares are where the themes are not, and how they follow the number of topics.

Printed by `make bench` after the agreement with codes (benchmarks/themes.py).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

import topoi

STARTS = 5
SEED = 35  # as `topoi run --seed 7` with five starts
TOPICS = (12, 20, 40, 80)
RESIDUAL = (4, 12, 40)


def level_lines(matrices: dict[str, topoi.DocTermMatrix], themes: topoi.Themes) -> Iterator[str]:
    """A table of mean shares of each theme: a row for each corpus, model and number of topics."""
    yield "## Level of theme shares"
    yield ""
    yield (
        f"Mean over all rows and {STARTS} starts, in per cent: root causes / border security / "
        "legal pathways. *By name* sums the shares of a theme's own topics, as was tried first; "
        "*by seeds* is what `theme_shares` gives."
    )
    yield ""
    yield "| corpus | model | topics | by name | by seeds |"
    yield "|---|---|---:|---:|---:|"
    for corpus, matrix in matrices.items():
        for n_residual in RESIDUAL:
            models = [
                topoi.KeywordLDA(themes, n_residual=n_residual, n_jobs=2, random_state=SEED + start)
                for start in range(STARTS)
            ]
            yield _row(corpus, f"12 + {n_residual}", matrix, models, themes)
        for n_topics in TOPICS:
            plain = [
                topoi.LDA(n_topics, n_jobs=2, random_state=SEED + start) for start in range(STARTS)
            ]
            yield _row(corpus, str(n_topics), matrix, plain, themes)


def _row(
    corpus: str,
    n_topics: str,
    matrix: topoi.DocTermMatrix,
    models: list[topoi.KeywordLDA] | list[topoi.LDA],
    themes: topoi.Themes,
) -> str:
    fits = [topoi.fit_topics(matrix, model) for model in models]
    table = topoi.theme_shares(fits, themes)
    by_seeds = table["share"].to_numpy().reshape(-1, len(themes)).mean(axis=0)
    by_name = "–"
    if fits[0].themes:
        by_name = _shown(np.mean([_named(fit) for fit in fits], axis=0))
    model = type(models[0]).__name__
    return f"| {corpus} | {model} | {n_topics} | {by_name} | {_shown(by_seeds)} |"


def _named(fit: topoi.TopicFit) -> NDArray[np.float64]:
    topics = fit.themes.values()
    return np.array([fit.doc_topic[:, list(own)].sum(axis=1).mean() for own in topics])


def _shown(shares: NDArray[np.float64]) -> str:
    return " / ".join(f"{100 * share:.1f}" for share in shares)
