"""How fast are terms counted, beside scikit-learn's CountVectorizer with the same pattern?

Run as ``python benchmarks/counting.py``. Needs the corpora in ../shared/data; leaves out those
that are absent. The ways take turns, so that a slow minute of the machine meets them all. Each
pattern is checked first: vocabulary and counts must be CountVectorizer's. Our own tokens are
set beside CountVectorizer with its own pattern, though they are other tokens.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from page import add_write, printed_into
from sklearn.feature_extraction.text import CountVectorizer

from topoi.corpus.corpus import Corpus
from topoi.text.matrix import DocTermMatrix
from topoi.text.vectorise import vectorise

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
CORPORA = {"uk_immigration_news_2014": 30, "wh_briefings_2021_2025": 30}  # at most so many MB
PATTERNS = (r"(?u)\b\w\w+\b", "[a-z]{3,}")
EVERYTHING = {"phrases": False, "stop_words": None, "min_docs": 1, "max_share": 1.0}
TURNS = 5


def main() -> None:
    """Print MB/s of each way and its ratio to CountVectorizer with the same pattern."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    with printed_into(parser.parse_args().write, "counting"):
        print_corpora()


def print_corpora() -> None:
    """A block for each corpus that is here."""
    for name, most in CORPORA.items():
        path = SHARED / f"{name}.parquet"
        if not path.is_file():
            print(f"{name}: not on this machine", file=sys.stderr)
            continue
        corpus, size = first_megabytes(pd.read_parquet(path), most)
        print(f"\n{name}: {len(corpus)} documents, {size:.1f} MB as UTF-8")
        compare(corpus, size)


def first_megabytes(table: pd.DataFrame, most: float) -> tuple[Corpus, float]:
    """The first documents of a table, about `most` MB of them, and how many MB they are."""
    sizes = table["text"].map(lambda text: len(text.encode())).cumsum().to_numpy() / 1e6
    n_docs = int(np.searchsorted(sizes, most)) + 1
    ids = [f"d{number}" for number in range(len(table))]
    rows = pd.DataFrame({"doc_id": ids, "text": table["text"]}).head(n_docs)
    return Corpus(rows), float(sizes[len(rows) - 1])


def compare(corpus: Corpus, size: float) -> None:
    """Time the ways in turn and print what came out."""
    ways = ways_of(corpus)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():  # kernels are compiled, caches filled
        way()
    for _ in range(TURNS):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    print(f"{'':48} {'MB/s':>7} {'least':>7} {'most':>7} {'ratio':>7} {'least':>7} {'most':>7}")
    default = f"CountVectorizer {PATTERNS[0]}"
    for name, spent in seconds.items():
        speed = size / np.array(spent)
        rival = seconds.get(f"CountVectorizer {name.split(' ', 1)[1]}", seconds[default])
        # The ratio is the median over turns, each against its neighbour in time.
        ratios = np.array(rival) / np.array(spent)
        print("".join([f"{name:48}", *_middle(speed, 1), *_middle(ratios, 2)]))


def _middle(values: np.ndarray, digits: int) -> list[str]:
    """Median, least and most."""
    return [f" {value:7.{digits}f}" for value in (np.median(values), values.min(), values.max())]


def ways_of(corpus: Corpus) -> dict[str, Callable[[], object]]:
    """What is timed; the patterned ways of ours are checked against CountVectorizer here."""
    texts = corpus.texts
    ways: dict[str, Callable[[], object]] = {}
    for pattern in PATTERNS:
        rival = CountVectorizer(token_pattern=pattern)
        check(vectorise(corpus, token_pattern=pattern, **EVERYTHING), rival, texts)
        ways[f"CountVectorizer {pattern}"] = lambda rival=rival: rival.fit_transform(texts)
        ways[f"vectorise {pattern}"] = lambda pattern=pattern: vectorise(
            corpus, token_pattern=pattern, **EVERYTHING
        )
    ways["vectorise our tokens"] = lambda: vectorise(corpus, phrases=False)
    ways["vectorise our tokens with learned phrases"] = lambda: vectorise(corpus)
    return ways


def check(matrix: DocTermMatrix, rival: CountVectorizer, texts: list[str]) -> None:
    """Stop if vocabulary or counts differ from CountVectorizer's."""
    expected = rival.fit_transform(texts)
    expected.sort_indices()
    assert list(matrix.vocabulary.terms) == list(rival.get_feature_names_out())
    for part in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(matrix.counts, part), getattr(expected, part)), part


if __name__ == "__main__":
    main()
