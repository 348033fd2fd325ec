"""How heavy the seeds of SeededLDA should be: planted topics found, and agreement with codes.

Prints two tables; the second needs the folder ../shared/data.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from theme_scores import macro
from theme_tasks import Task, is_here, pack, task

from topoi.models.seeded_lda import SeededLDA

WEIGHTS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
# Share of a topic's tokens that all topics have alike; words a document; topics without seeds.
PLANTED = ((0.5, 60, 6), (0.7, 30, 6), (0.5, 20, 10), (0.7, 60, 10))
CORPORA, STARTS = 20, 2
N_TOPICS, N_TERMS, N_DOCS = 8, 80, 200
FOUND = 0.8  # cosine with the planted topic


def main() -> None:
    """Print both tables."""
    print("\n".join(_planted_part()))
    if is_here("bills"):
        print("\n".join(_coded_part()))


def _planted_part() -> Iterator[str]:
    yield f"Of two seeded topics among {N_TOPICS}, the share found (cosine above {FOUND})."
    yield "| overlap, words, residual topics |" + "".join(f" {w:g} |" for w in WEIGHTS)
    yield "|---|" + "---:|" * len(WEIGHTS)
    for overlap, length, n_residual in PLANTED:
        found = [_found(overlap, length, n_residual, weight) for weight in WEIGHTS]
        yield f"| {overlap}, {length}, {n_residual} |" + "".join(f" {x:.2f} |" for x in found)


def _found(overlap: float, length: int, n_residual: int, seed_weight: float) -> float:
    hits = []
    for corpus in range(CORPORA):
        counts, topics = _planted(corpus, overlap, length)
        seeds = [topics[k].argsort()[-5:-2].tolist() for k in (2, 0)]
        model = SeededLDA(
            seeds,
            topics_per_set=1,
            n_residual=n_residual,
            seed_weight=seed_weight,
            random_state=corpus,
        ).fit(counts)
        for topic, planted in zip(model.components_, topics[[2, 0]], strict=False):
            cosine = (topic * planted).sum() / np.sqrt((topic**2).sum() * (planted**2).sum())
            hits.append(cosine > FOUND)
    return float(np.mean(hits))


def _planted(seed: int, overlap: float, length: int) -> tuple[NDArray[np.float64], ...]:
    """Counts (D, V) and the topics (K, V) behind them, each with a stretch of terms of its own."""
    rng = np.random.default_rng(seed)
    own = N_TERMS // N_TOPICS
    falling = 1.0 / np.arange(1, own + 1)
    topics = np.full((N_TOPICS, N_TERMS), overlap / N_TERMS)
    for k in range(N_TOPICS):
        topics[k, k * own : (k + 1) * own] += (1.0 - overlap) * falling / falling.sum()
    mixed = rng.dirichlet(np.full(N_TOPICS, 0.2), N_DOCS) @ topics
    counts = [rng.multinomial(length, row / row.sum()) for row in mixed]
    return np.array(counts, dtype=np.float64), topics


def _coded_part() -> Iterator[str]:
    yield f"Macro ROC AUC of theme shares against codes, mean of {STARTS} starts."
    yield "| corpus, topics a theme |" + "".join(f" {w:g} |" for w in WEIGHTS)
    yield "|---|" + "---:|" * len(WEIGHTS)
    for on in (task("white_house"), task("bills")):
        for topics_per_set in (1, 4):
            scores = [_agreement(on, topics_per_set, weight) for weight in WEIGHTS]
            name = f"| {on.title.split(':')[0]}, {topics_per_set} |"
            yield name + "".join(f" {score:.3f} |" for score in scores)


def _agreement(on: Task, topics_per_set: int, seed_weight: float) -> float:
    columns = list(pack().seed_columns(on.matrix.vocabulary.terms).values())
    firsts = np.arange(0, len(columns) * topics_per_set, topics_per_set)
    scores = []
    for start in range(STARTS):
        model = SeededLDA(
            columns,
            topics_per_set=topics_per_set,
            seed_weight=seed_weight,
            random_state=start,
        )
        own = model.fit_transform(on.matrix.counts)[:, : len(columns) * topics_per_set]
        scores.append(macro(on.codes, on.of_units(np.add.reduceat(own, firsts, axis=1))))
    return float(np.mean(scores))


if __name__ == "__main__":
    main()
