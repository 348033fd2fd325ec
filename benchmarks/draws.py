"""How long a chain of `theta_draws` takes to forget its start, and its own past.

Printed by `python benchmarks/draws.py`, some two minutes; corpora beside the bundled one only
where the folder ../shared/data is. From it come the defaults BURN_IN and THIN of models/draws.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer

import topoi
from topoi.models.draws import theta_draws

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
N_SWEEPS = 1000
N_SEEDS = 60
LAGS = (1, 2, 5, 10, 20)
BURN_INS = (0, 1, 5, 10, 20, 30)
# A share that the posterior holds for nearly 0 or 1 hardly moves and says nothing.
LEAST_SHARE = 0.05


def main() -> None:
    """Print both tables."""
    corpora = list(_corpora())
    print("| corpus | topics | tokens | " + " | ".join(f"lag {lag}" for lag in LAGS) + " |")
    print("|---|---:|---:|" + "---:|" * len(LAGS))
    chains = [_Chains(name, counts, n_topics) for name, counts, n_topics in corpora]
    for chain in chains:
        print(chain.row(f"{_shown(chain.past(lag))}" for lag in LAGS))
    print()
    print("| corpus | topics | tokens | " + " | ".join(f"after {b}" for b in BURN_INS) + " |")
    print("|---|---:|---:|" + "---:|" * len(BURN_INS))
    for chain in chains:
        print(chain.row(f"{chain.bias(burn_in):.2f}" for burn_in in BURN_INS))


class _Chains:
    """Long chains of some documents of a corpus, the topics fitted to the corpus."""

    def __init__(self, name: str, counts: csr_array, n_topics: int) -> None:
        self.name = name
        model = topoi.LDA(n_topics, max_iter=30, random_state=0).fit(counts)
        self.topics, self.alpha = model.components_, model.alpha_
        by_length = np.argsort(counts.sum(axis=1), kind="stable")
        every = max(counts.shape[0] // 150, 1)
        self.counts = csr_array(counts[np.sort(by_length[::every])])
        draws = self._draws(n_draws=N_SWEEPS, seed=1, burn_in=200)
        self.mean = draws.mean(axis=0)
        moving = (self.mean > LEAST_SHARE) & (self.mean < 1 - LEAST_SHARE)
        self.moving = moving
        self.gaps = draws[:, moving] - self.mean[moving]
        self.variance = (self.gaps**2).mean(axis=0)

    def row(self, cells: Iterator[str]) -> str:
        """One line of a table."""
        tokens = f"{np.median(self.counts.sum(axis=1)):.0f}"
        return "| " + " | ".join([self.name, str(len(self.topics)), tokens, *cells]) + " |"

    def past(self, lag: int) -> NDArray[np.float64]:
        """Correlation of each share with itself so many sweeps before."""
        return (self.gaps[:-lag] * self.gaps[lag:]).mean(axis=0) / self.variance

    def bias(self, burn_in: int) -> float:
        """What is left of the start: root mean square bias, in posterior standard deviations.

        Squared gaps between the mean over many short chains and that of the long one, less what
        chance alone would give; 0 where that is more.
        """
        first = np.stack(
            [
                self._draws(n_draws=1, seed=100 + seed, burn_in=burn_in)[0][self.moving]
                for seed in range(N_SEEDS)
            ]
        )
        gap = (first.mean(axis=0) - self.mean[self.moving]) ** 2
        correlation = 1.0 + 2.0 * sum(self.past(lag) for lag in range(1, 30))
        chance = first.var(axis=0, ddof=1) / N_SEEDS + self.variance * correlation / N_SWEEPS
        return float(np.sqrt(max((gap - chance).mean() / self.variance.mean(), 0.0)))

    def _draws(self, *, n_draws: int, seed: int, burn_in: int) -> NDArray[np.float64]:
        return theta_draws(
            self.counts, self.topics, self.alpha,
            n_draws=n_draws, seed=seed, burn_in=burn_in, thin=1,
        )  # fmt: skip


def _shown(values: NDArray[np.float64]) -> str:
    """Median and the value that nine in ten stay below."""
    middle, high = np.quantile(values, [0.5, 0.9])
    return f"{middle:.2f} / {high:.2f}"


def _corpora() -> Iterator[tuple[str, csr_array, int]]:
    sample = _counts(pd.Series(topoi.load_sample().texts))
    yield "bundled documents", sample, 12
    paragraphs = _texts("wh_migration_paragraphs_2021_2025")
    for n_topics in (20, 100):
        if paragraphs is not None:
            yield "White House paragraphs", _counts(paragraphs), n_topics
    articles = _texts("uk_immigration_news_2014")
    if articles is not None:
        yield "UK articles", _counts(articles), 50


def _texts(name: str) -> pd.Series | None:
    file = SHARED / f"{name}.parquet"
    return pd.read_parquet(file)["text"] if file.exists() else None


def _counts(texts: pd.Series) -> csr_array:
    words = CountVectorizer(
        token_pattern="[a-z]{3,}", stop_words="english", min_df=3, max_df=0.5, dtype=np.float32
    )
    return csr_array(words.fit_transform(texts))


if __name__ == "__main__":
    main()
