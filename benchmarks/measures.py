"""What coherence and a search over numbers of topics cost, and whether coherence is gensim's.

`python benchmarks/measures.py` prints both: coherence of 20 topics beside gensim's CoherenceModel,
and the search over ten numbers of topics and five splits beside gensim's models and coherence. On
paragraphs of the White House on migration; where they are not there, on the bundled corpus.
Processor seconds are told, which other work on the machine changes little.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from corpora import SHARED
from numpy.typing import NDArray
from page import add_write, printed_into

import topoi
from topoi.io.sample import sample_settings

KS = (5, 10, 15, 20, 30, 40, 50, 60, 80, 100)
SPLITS = 5
GENSIM_PASSES = 10
GENSIM_KS = (5, 20, 50, 100)  # of these a split each; gensim takes long
NAMES = {"umass": "u_mass", "uci": "c_uci", "npmi": "c_npmi", "c_v": "c_v"}
Texts = list[list[str]]


def main() -> None:
    """Print both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("coherence", "search"), help="only this one")
    parser.add_argument("--figure", type=Path, help="where the panel of the search is drawn")
    add_write(parser)
    given = parser.parse_args()
    corpus, name = read()
    matrix = topoi.vectorise(corpus)
    if given.part != "search":
        with printed_into(given.write, "coherence", is_markdown=True):
            print(f"{name}: {matrix.shape[0]} rows, {matrix.shape[1]} terms, LDA with 20 topics.")
            print_coherence(corpus, matrix)
    if given.part != "coherence":
        with printed_into(given.write, "search", is_markdown=True):
            print_search(matrix, name, given.figure)


def read() -> tuple[topoi.Corpus, str]:
    """The paragraphs, and what they are called."""
    path = SHARED / "wh_migration_paragraphs_2021_2025.parquet"
    if path.is_file():
        table = pd.read_parquet(path, columns=["id", "doc_id", "text", "date", "source"])
        return topoi.Corpus(table.rename(columns={"id": "passage_id"})), "White House paragraphs"
    corpus = topoi.clean(topoi.read_corpus(sample_settings()["source"]))
    return topoi.segment(corpus), "The bundled corpus"


def print_coherence(corpus: topoi.Corpus, matrix: topoi.DocTermMatrix) -> None:
    """Values and processor seconds of each measure beside gensim's, on two kinds of text."""
    fit = topoi.fit_topics(matrix, topoi.LDA(20))
    sequences = topoi.term_sequences(corpus, matrix.vocabulary)
    texts = words_of(sequences)
    topics = list(topoi.top_terms(fit).groupby("topic", sort=False)["term"].apply(list))
    once = [list(dict.fromkeys(word for word in text if word)) for text in texts]
    kinds = {
        "as written": (texts, sequences),
        "each word once a row": (once, topoi.term_sequences(once, matrix.vocabulary)),
    }
    topoi.coherence(fit, sequences)  # loads the kernels
    print()
    print(
        "| text | measure | topoi | gensim | greatest difference | topoi, s | gensim, s | times |"
    )
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for kind, (words, counted_in) in kinds.items():
        for measure in NAMES:
            # gensim adds 1e-12 to the share of documents, ours a number of documents.
            more = {"epsilon": 1e-12 * len(words)} if measure == "umass" else {}
            ours, own = timed(
                lambda: topoi.coherence(fit, counted_in, measure=measure, **more)  # noqa: B023
            )
            theirs, other = timed(lambda: gensim_coherence(topics, words, measure))  # noqa: B023
            values = ours["coherence"].to_numpy()
            print(
                f"| {kind} | {measure} | {values.mean():.4f} | {theirs.mean():.4f} "
                f"| {np.abs(values - theirs).max():.0e} | {own:.3f} | {other:.2f} "
                f"| {other / own:.0f} |"
            )
    print()
    print(
        "gensim forgets a word that comes twice in a window as soon as the first one leaves it, so "
        "the numbers differ where words repeat; where none does, they are the same."
    )


def print_search(matrix: topoi.DocTermMatrix, name: str, figure: Path | None) -> None:
    """What the search found and took, and what gensim takes for parts of the same grid."""
    load, began = os.getloadavg()[0], time.perf_counter()
    found, seconds = timed(lambda: topoi.search_k(matrix, KS, splits=SPLITS, workers=2), n_times=1)
    passed = time.perf_counter() - began
    print(
        f"{name}: {len(KS)} numbers of topics × {SPLITS} splits, {matrix.shape[0]} rows, two "
        f"workers: {passed:.0f} seconds by the clock (load before: {load:.1f}), {seconds:.0f} of "
        "processors."
    )
    print()
    print(f"> {found.advice}")
    print()
    print("| topics | held-out score | coherence | exclusivity | stability | chance |")
    print("|---:|---:|---:|---:|---:|---:|")
    wide = {m: rows.set_index("k") for m, rows in found.table.groupby("measure")}
    for k in KS:
        cells = [
            f"{rows.loc[k, 'value']:.3f} ± {rows.loc[k, 'standard_error']:.3f}"
            for rows in (wide[m] for m in ("held_out", "coherence", "exclusivity", "stability"))
        ]
        print(f"| {k} | {' | '.join(cells)} | {wide['stability'].loc[k, 'chance']:.3f} |")
    print()
    print_gensim(matrix)
    if figure is not None:
        ax = topoi.plots.draw_search_k(found.table)
        ax.get_figure(root=True).savefig(figure)


def print_gensim(matrix: topoi.DocTermMatrix) -> None:
    """Seconds that gensim takes for a fit and its coherence, for some numbers of topics."""
    texts = [
        [matrix.vocabulary.terms[c] for c, n in row for _ in range(n)]
        for row in matrix.to_gensim()[0]
    ]
    told = []
    for k in GENSIM_KS:
        model, own = timed(lambda: gensim_fit(texts, k), n_times=1)  # noqa: B023
        _, more = timed(lambda: gensim_coherence(model, texts, "npmi"), n_times=1)  # noqa: B023
        told.append((k, own + more))
    each = ", ".join(f"{seconds:.0f} for {k} topics" for k, seconds in told)
    ks, seconds = zip(*told, strict=True)
    whole = SPLITS * float(np.interp(KS, ks, seconds).sum())
    print(
        f"gensim's LdaModel with {GENSIM_PASSES} passes and CoherenceModel (c_npmi, one process) "
        f"take {each}, processor seconds a split. On straight lines between, the grid would take "
        f"{whole:.0f}, without held-out score and stability."
    )


def words_of(sequences: topoi.TermSequences) -> Texts:
    """The texts as lists of terms, "" for other words."""
    terms = [*sequences.vocabulary.terms, ""]
    bounds = sequences.bounds
    return [
        [terms[token] for token in sequences.tokens[start:stop]] for start, stop in pairwise(bounds)
    ]


def gensim_fit(texts: Texts, k: int) -> object:
    """An LdaModel of gensim."""
    from gensim.corpora import Dictionary
    from gensim.models import LdaModel

    known = Dictionary(texts)
    bags = [known.doc2bow(text) for text in texts]
    return LdaModel(
        bags, num_topics=k, id2word=known, passes=GENSIM_PASSES, alpha="auto", random_state=0
    )


def gensim_coherence(topics: object, texts: Texts, measure: str) -> NDArray[np.float64]:
    """The coherence of each topic by gensim; of topics, or those of a model of gensim."""
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    given = {"topics": topics} if isinstance(topics, list) else {"model": topics}
    known = Dictionary(texts)
    found = CoherenceModel(
        texts=texts, dictionary=known, coherence=NAMES[measure], topn=10, processes=1, **given
    )
    return np.array(found.get_coherence_per_topic())


def timed(work: Callable[[], object], n_times: int = 3) -> tuple[object, float]:
    """What the work gives, and the fewest processor seconds of several times."""
    seconds = []
    for _ in range(n_times):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return result, min(seconds)


if __name__ == "__main__":
    main()
