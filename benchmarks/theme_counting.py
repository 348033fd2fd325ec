"""What counting seeds and classifiers that seeds train make of themes, and one that labels train.

Each takes a task and gives scores (R, 3) of its rows, `supervised` of its coded units. All see the
same passages and the same seeds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize
from theme_tasks import THEMES, Scores, Task, pack, standardised

import topoi
from topoi.measures.theme_evidence import rates_of, seed_weights

N_THEMES = len(THEMES)
# A word, perhaps with hyphens, of two characters and more.
_TOKEN = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_TERMS: dict[str, Any] = {
    "token_pattern": rf"\b{_TOKEN}\b", "ngram_range": (1, 2), "min_df": 4, "max_df": 0.3,
    "sublinear_tf": True, "stop_words": "english",
}  # fmt: skip
_STRONG, _WEAK = 3.0, 2.0  # hits that mark a row for the classifier and for the word weights
_FEWEST_MARKED = 10
_CAP, _FLOOR, _SMOOTH, _LENGTH = 3.0, 0.5, 0.5, 20.0  # of the word weights


def seeds(task: Task) -> NDArray[np.float64]:
    """Weight of each term as a seed of each theme, (V, 3)."""
    return seed_weights(pack(), task.matrix.vocabulary.terms)


def hits(task: Task) -> Scores:
    """Weighted seeds of each theme in each row."""
    return np.asarray(task.matrix.counts @ seeds(task))


def tokens(task: Task) -> NDArray[np.float64]:
    """Tokens of each row before pruning."""
    return task.matrix.units["n_tokens"].to_numpy(dtype=np.float64)


def seed_rate(task: Task) -> Scores:
    """Weighted seeds per word of the row."""
    return hits(task) / np.maximum(tokens(task), 1.0)[:, np.newaxis]


def seed_rates(
    counts: csr_array, n_tokens: NDArray[np.float64], weights: NDArray[np.float64]
) -> Scores:
    """The rates of `fit_themes` (D, T) by weights (V, T), where every seed counts in full."""
    return rates_of(np.asarray(counts @ weights), n_tokens)


def dictionary_tfidf(task: Task) -> Scores:
    """Sum of the seeds' tf-idf in a row of length 1: (1 + ln count) times smoothed idf."""
    return np.asarray(_tfidf(task.matrix.counts) @ seeds(task))


def nearest_centroid(task: Task) -> Scores:
    """Cosine of a row with the theme's definition, notes of what it includes, and seeds."""
    texts = [" ".join([t.label, t.definition, *t.includes]) for t in pack()]
    about = topoi.Corpus(pd.DataFrame({"doc_id": list(THEMES), "text": texts}))
    words = topoi.vectorise(about, themes=pack(), vocabulary=task.matrix.vocabulary)
    queries = csr_array(words.counts + csr_array(seeds(task).T))
    idf = _idf(task.matrix.counts)
    rows = _tfidf(task.matrix.counts)
    return np.asarray((rows @ normalize(queries @ diags_array(idf)).T).todense())


def marked_classifier(task: Task) -> Scores:
    """Logistic regression of rows that seeds mark, on tf-idf of one- and two-word terms."""
    features = TfidfVectorizer(**_TERMS).fit_transform(task.passages.table["text"])
    found = np.empty((features.shape[0], N_THEMES))
    for theme in range(N_THEMES):
        positive, negative = marked(hits(task), theme, _STRONG)
        rows = np.flatnonzero(positive | negative)
        model = LogisticRegression(class_weight="balanced", max_iter=1000)
        found[:, theme] = model.fit(features[rows], positive[rows]).decision_function(features)
    return found


def recipe_a(task: Task) -> Scores:
    """2 P + sqrt R + N, each standardised: marked classifier, seed rate, positive word weights."""
    rate = seed_rates(task.matrix.counts, tokens(task), seeds(task))
    parts = (marked_classifier(task), np.sqrt(rate), positive_words(task))
    classifier, root, words = map(standardised, parts)
    return 2 * classifier + root + words


def positive_words(task: Task) -> Scores:
    """Log ratios of document frequencies in marked and unmarked rows, summed over a row's terms."""
    terms = TfidfVectorizer(**_TERMS | {"sublinear_tf": False, "use_idf": False, "norm": None})
    present = terms.fit_transform(task.passages.table["text"]) > 0
    found = np.empty((present.shape[0], N_THEMES))
    n_distinct = np.asarray(present.sum(axis=1)).ravel()
    for theme in range(N_THEMES):
        positive, negative = marked(hits(task), theme, _WEAK)
        ratio = np.log(_frequency(present[positive]) / _frequency(present[negative]))
        weights = np.where(ratio < _FLOOR, 0.0, np.minimum(ratio, _CAP))
        found[:, theme] = (present @ weights) / (n_distinct + _LENGTH)
    return found


def _frequency(present: csr_array) -> NDArray[np.float64]:
    n_rows = np.asarray(present.sum(axis=0)).ravel()
    return (n_rows + _SMOOTH) / (present.shape[0] + 2 * _SMOOTH)


def marked(
    found: Scores, theme: int, fewest_hits: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Rows with so many hits of the theme and more than of any other; rows without any of it.

    Where fewer than ten rows are marked, as in short passages, one hit less is enough, and so on.
    """
    own, others = found[:, theme], np.delete(found, theme, axis=1).max(axis=1)
    positive = (own >= fewest_hits) & (own > others)
    while positive.sum() < _FEWEST_MARKED and fewest_hits > 1:
        fewest_hits -= 1
        positive = (own >= fewest_hits) & (own > others)
    return positive, own == 0


def supervised(task: Task) -> Scores:
    """Scores (C, 3) of the coded units, each from a model of the labels of the other nine tenths.

    Logistic regression, tf-idf of one- and two-word terms of the unit's text; units of one
    document stay together.
    """
    model = make_pipeline(
        TfidfVectorizer(**_TERMS | {"min_df": 2}),
        LogisticRegression(class_weight="balanced", max_iter=1000),
    )
    folds = GroupKFold(10, shuffle=True, random_state=0)
    columns = [
        cross_val_predict(
            model, task.texts(), task.codes[:, theme], groups=task.clusters, cv=folds,
            method="decision_function",
        )
        for theme in range(N_THEMES)
    ]  # fmt: skip
    return np.column_stack(columns)


def _tfidf(counts: csr_array) -> csr_array:
    weights = csr_array(counts, dtype=np.float64, copy=True)
    weights.data = 1.0 + np.log(weights.data)
    return csr_array(normalize(weights @ diags_array(_idf(counts))))


def _idf(counts: csr_array) -> NDArray[np.float64]:
    n_rows = counts.shape[0]
    n_with = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.log((1 + n_rows) / (1 + n_with)) + 1.0
