"""How fast are words counted with plurals folded or as lemmas, and how many terms are left?

Run as ``python benchmarks/corpus_words.py``. Needs wh_briefings_2021_2025 in ../shared/data; on
machines without it the bundled corpus is used. The ways take turns, so that a slow minute of the
machine meets them all. Beside them: CountVectorizer with its own pattern, and with a tokenizer
that looks every word up in simplemma, as is usual. That one is timed once, on the first documents
only. Thresholds, stop words and phrases are the same everywhere: none.

With ``--sensitivity`` it prints instead how theme shares move under other choices, for the bundled
corpus and for wh_migration_paragraphs_2021_2025, and how long that takes.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import simplemma
from counting import SHARED, first_megabytes
from page import add_write, printed_into
from sklearn.feature_extraction.text import CountVectorizer

import topoi
from topoi.corpus.corpus import Corpus

EVERYTHING = {"phrases": False, "stop_words": None, "min_docs": 1, "max_share": 1.0}
CHOICES = {
    "words as written": {},
    "plurals folded": {"lemmas": "plurals"},
    "lemmas of simplemma": {"lemmas": "simplemma"},
    "numbers as one term": {"non_words": {"number": "fold"}},
}
_WORD = re.compile(r"(?u)\b\w\w+\b")


def main() -> None:
    """Print MB/s and terms of each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=20)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--sensitivity", action="store_true")
    add_write(parser)
    given = parser.parse_args()
    if given.sensitivity:
        with printed_into(given.write, "words-sensitivity"):
            sensitivity()
        return
    with printed_into(given.write, "words"):
        speeds_and_terms(given.megabytes, given.turns)


def speeds_and_terms(megabytes: float, turns: int) -> None:
    """Print both for the first documents."""
    corpus, size = texts(megabytes)
    print(f"{len(corpus)} documents, {size:.1f} MB as UTF-8")
    speeds(corpus, size, turns)
    terms(corpus)


def texts(most: float) -> tuple[Corpus, float]:
    """The first documents of the White House, or the bundled corpus, and their MB."""
    path = SHARED / "wh_briefings_2021_2025.parquet"
    if path.is_file():
        return first_megabytes(pd.read_parquet(path), most)
    print("wh_briefings_2021_2025 is not on this machine: the bundled corpus", file=sys.stderr)
    return first_megabytes(topoi.load_sample().table, most)


def speeds(corpus: Corpus, size: float, turns: int) -> None:
    """Time the ways in turn."""
    ways: dict[str, Callable[[], object]] = {
        f"vectorise, {name}": lambda settings=settings: topoi.vectorise(
            corpus, **EVERYTHING, **settings
        )
        for name, settings in CHOICES.items()
    }
    ways["CountVectorizer"] = lambda: CountVectorizer().fit_transform(corpus.texts)
    for way in ways.values():  # kernels are compiled, caches and dictionaries filled
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(turns):
        for name, way in ways.items():
            seconds[name].append(seconds_of(way))
    print(f"{'':44} {'MB/s':>7} {'least':>7} {'most':>7}")
    for name, spent in seconds.items():
        speed = size / np.array(spent)
        print(f"{name:44} {np.median(speed):7.1f} {speed.min():7.1f} {speed.max():7.1f}")
    few, few_size = first_megabytes(corpus.table, 3)
    rival = CountVectorizer(tokenizer=lemmas, token_pattern=None)
    speed = few_size / seconds_of(lambda: rival.fit_transform(few.texts))
    print(f"{'CountVectorizer, simplemma as tokenizer':44} {speed:7.1f}")


def lemmas(text: str) -> list[str]:
    """The lemma of each word, looked up wherever it stands; simplemma keeps what it has seen."""
    return [simplemma.lemmatize(word, lang="en") for word in _WORD.findall(text)]


def seconds_of(way: Callable[[], object]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def sensitivity() -> None:
    """Print how theme shares move under other choices."""
    themes = topoi.load_themes("migration")
    sample = topoi.deduplicate(topoi.clean(topoi.load_sample()))
    corpora = {"the bundled corpus": topoi.segment(sample)}
    path = SHARED / "wh_migration_paragraphs_2021_2025.parquet"
    if path.is_file():
        table = pd.read_parquet(path, columns=["id", "text", "source"])
        corpora[path.stem] = Corpus(table.rename(columns={"id": "doc_id"}))
    for name, corpus in corpora.items():
        start = time.perf_counter()
        moved = topoi.preprocessing_sensitivity(corpus, themes, by="source", n_jobs=-1)
        scores = topoi.preprocessing_scores(corpus)
        print(f"\n{name}: {len(corpus)} passages, {time.perf_counter() - start:.0f} s")
        print(moved.round(3).to_string(index=False))
        print(topoi.preprocessing_effects(scores).round(3).to_string(index=False))


def terms(corpus: Corpus) -> None:
    """Print the distinct terms that each choice leaves, all of them and by the defaults."""
    print(f"\n{'':24} {'terms':>8} {'folded':>8} {'in 5 documents and more':>24}")
    for name, settings in CHOICES.items():
        all_terms = topoi.vectorise(corpus, **EVERYTHING, **settings)
        usual = topoi.vectorise(corpus, phrases=False, **settings)
        n_all, n_usual = len(all_terms.vocabulary), len(usual.vocabulary)
        print(f"{name:24} {n_all:8} {len(all_terms.folded):8} {n_usual:24}")


if __name__ == "__main__":
    main()
