"""Which ways of measuring themes stand in the table, with their settings.

The settings are those that a package's documentation recommends or shows, or, for what is a recipe
and no package, those of its authors; none was chosen on the tasks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import theme_counting
import theme_own
import theme_peers
from theme_tasks import Scores, Task

import topoi

_MANY_TOKENS = 200_000  # counted, of all rows


@dataclass(frozen=True)
class Method:
    """A way to score rows (R, 3), or with `of_units` coded units (C, 3).

    `is_own`: the method under test, measured anew when its source changes. `is_share`: whether a
    mean of the scores claims to be a share of the text. `is_slow`: one start on large corpora.
    """

    label: str
    run: Callable[..., Scores]
    settings: dict[str, Any] = field(default_factory=dict)
    package: str = "topoi"
    is_own: bool = False
    is_share: bool = False
    is_slow: bool = False
    of_units: bool = False

    @property
    def is_rival(self) -> bool:
        """Whether it uses no labels and is not the method under test."""
        return not self.is_own and self.run is not theme_counting.supervised

    def settings_for(self, task: Task) -> dict[str, Any]:
        """The settings, with one start where a slow sampler would take too long for several."""
        is_large = task.matrix.counts.sum() > _MANY_TOKENS
        return self.settings | ({"starts": 1} if self.is_slow and is_large else {})


BASELINE = "rate"
METHODS: dict[str, Method] = {
    "rate": Method("seed words per word", theme_counting.seed_rate),
    "count": Method("seed words, count", theme_counting.hits),
    "tfidf": Method("seed words, tf-idf", theme_counting.dictionary_tfidf),
    "centroid": Method("nearest centroid of definition and seeds", theme_counting.nearest_centroid),
    "marked": Method(
        "classifier of seed-marked passages",
        theme_counting.marked_classifier,
        package="scikit-learn",
    ),
    "recipe_a": Method(
        "the same, seed rate and positive words (2P + √R + N)",
        theme_counting.recipe_a,
        package="scikit-learn",
    ),
    "nmf": Method("NMF, parts by seed mass", theme_peers.mapped_nmf, {"most_topics": 80}),
    "lda": Method(
        "LDA, topics by seed mass", theme_peers.mapped_lda, {"most_topics": 150, "starts": 3}
    ),
    "guided": Method(
        "GuidedLDA-style start",
        theme_peers.guided_lda,
        {"n_topics": 20, "starts": 5, "confidence": 0.15},
        is_share=True,
    ),
    "word_priors": Method(
        "tomotopy LDA, word priors",
        theme_peers.word_priors,
        {"n_topics": 20, "own": 1.0, "other": 0.1, "iterations": 1000, "starts": 3},
        "tomotopy",
        is_share=True,
        is_slow=True,
    ),
    "seededlda": Method(
        "topica SeededLDA",
        theme_peers.seededlda,
        {"residual": 5, "iterations": 2000, "starts": 3},
        "topica",
        is_share=True,
        is_slow=True,
    ),
    # Its vignette's number of topics without keywords. 15 of them, or seeds of full weight alone,
    # were no better on bills and the bundled corpus.
    "keyatm": Method(
        "topica KeyATM",
        theme_peers.keyatm,
        {"no_keyword_topics": 5, "iterations": 1500, "starts": 3},
        "topica",
        is_share=True,
        is_slow=True,
    ),
    "keyword_lda": Method(
        "KeywordLDA as keyATM was published",
        theme_own.by_keyword_lda,
        {"n_residual": 12, "starts": 5},
        is_share=True,
    ),
    "run_models": Method(
        "KeywordLDA and LDA, `topoi run` before",
        theme_own.by_models_of_run,
        {"starts": 5},
        is_share=True,
    ),
    "fit_themes": Method("**`fit_themes`**", theme_own.by_fit_themes, is_own=True, is_share=True),
    "supervised": Method(
        "*supervised: logistic regression on the labels, 10 folds*",
        theme_counting.supervised,
        package="scikit-learn",
        of_units=True,
    ),
}
OURS = "fit_themes"


def own_source() -> str:
    """Eight letters that change with the source of `fit_themes`: models, packs and measures."""
    folder = Path(topoi.__file__).parent
    digest = hashlib.sha256()
    for name in ("kernels", "models", "themes"):
        for path in sorted([*(folder / name).rglob("*.py"), *(folder / name).rglob("*.toml")]):
            digest.update(path.read_bytes())
    for path in sorted((folder / "measures").glob("theme_*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
