"""How high theme shares are where the themes are not, and how they follow the number of topics.

The bundled corpus and, where it is there, general news, which has few passages on the themes.
Shares are those of `theme_shares`, and in the last row of a corpus of `fit_themes`. The table goes
into docs/benchmarks-themes.md by `make bench-themes`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd
from corpora import SHARED
from numpy.typing import NDArray
from page import add_write, printed_into
from theme_own import wide
from theme_tasks import corpus_of, count, is_here, pack, task

import topoi
from topoi.measures.theme_fit import usual_topics

STARTS = 5
SEED = 35  # as `topoi run --seed 7` with five starts
TOPICS = (12, 20, 40, 80)
RESIDUAL = (4, 12, 40)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    with printed_into(parser.parse_args().write, "levels", is_markdown=True):
        for line in _lines(_corpora(), pack()):
            print(line)


def _corpora() -> dict[str, topoi.DocTermMatrix]:
    found = {"bundled": task("sample").matrix}
    if is_here("news"):
        news = pd.read_parquet(SHARED / "octis_bbc_news.parquet")["text"]
        found["general news"] = count(corpus_of(news))
    return found


def _lines(matrices: dict[str, topoi.DocTermMatrix], themes: topoi.Themes) -> Iterator[str]:
    yield (
        f"Mean over all rows and {STARTS} starts, in per cent: root causes / border security / "
        "legal pathways. *By name* sums the shares of a theme's own topics, as was tried first; "
        "*by seeds* is what `theme_shares` gives; `fit_themes` gives probabilities, not parts of "
        "the words."
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
        sizes = " and ".join(map(str, usual_topics(len(matrix.units))))
        means = wide(topoi.fit_themes(matrix, themes, n_draws=0, n_jobs=2).shares).mean(axis=0)
        yield f"| {corpus} | `fit_themes` | {sizes} | – | {_shown(means)} |"


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


if __name__ == "__main__":
    main()
