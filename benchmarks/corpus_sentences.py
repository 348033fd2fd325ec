"""How well sentence ends are found, beside spaCy's sentencizer and pysbd, and how fast.

`python benchmarks/corpus_sentences.py` prints both; peers that are not installed are left out.
The paragraphs were coded once by the authors, with no second coder, without looking at what any
rule does: those of the first round before the rules were revised, which was then done on other
documents only, and those of the second when they had been settled. Speed is by processor time.
Scores are for the ends within a paragraph: its last end is given.
"""

from __future__ import annotations

import argparse
import random
import time
import warnings
from collections.abc import Callable, Iterable

import numpy as np
from page import add_write, printed_into
from sentence_passages import SOURCES, Passage, coded, documents, is_held_out

Cut = Callable[[str], list[str]]
DRAWS = 2000
MEGABYTES = {"topoi": 8.0, "spaCy sentencizer": 1.0, "pysbd": 0.1}  # pysbd would take minutes


def main() -> None:
    """Print the table of quality and that of speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-ours", action="store_true", help="leave the peers out")
    parser.add_argument("--errors", action="store_true", help="print what we got wrong")
    add_write(parser)
    asked = parser.parse_args()
    if asked.write and (asked.only_ours or asked.errors):
        parser.error("--write takes all figures, without --only-ours and --errors")
    with printed_into(asked.write, "sentences"):
        print_all(peers=not asked.only_ours, with_errors=asked.errors)


def print_all(*, peers: bool, with_errors: bool) -> None:
    """Quality, then speed."""
    cutters = dict(_cutters(peers=peers))
    passages = coded()
    n_sentences = sum(len(passage.ends) + 1 for passage, _ in passages)
    print(f"{len(passages)} paragraphs, {n_sentences} sentences; coded once, no second coder")
    print(f"{'':18} {'draw':9} {'ends':>5} {'precision':>9} {'recall':>7} {'F1':>6}  95 %")
    for draw in ("plain", "doubtful", "round 1", "round 2", "all"):
        chosen = [(p, t) for p, t in passages if draw in (p.draw, f"round {p.round}", "all")]
        for name, cut in cutters.items():
            print(f"{name:18} {draw:9} {_scores(chosen, cut)}")
    if with_errors:
        _print_errors(passages, cutters["topoi"])
    print()
    for name, cut in cutters.items():
        print(f"{name:18} {_speed(cut, MEGABYTES[name]):8.2f} MB/s of processor time")


def _cutters(*, peers: bool) -> Iterable[tuple[str, Cut]]:
    from topoi.corpus.sentences import sentences

    yield "topoi", sentences
    if not peers:
        return
    try:
        import spacy

        pipeline = spacy.blank("en")
        pipeline.add_pipe("sentencizer")
        pipeline.max_length = 10**9
        yield "spaCy sentencizer", lambda text: [s.text for s in pipeline(text).sents]
    except ImportError:
        print("spaCy is not installed")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pysbd
        segmenter = pysbd.Segmenter(language="en", clean=False)
        yield "pysbd", segmenter.segment
    except ImportError:
        print("pysbd is not installed")


def ends_of(text: str, parts: list[str]) -> set[int]:
    """Where parts end in a text, by count of its non-space characters; without the last end."""
    counts = np.cumsum([len("".join(part.split())) for part in parts])
    total = len("".join(text.split()))
    return {int(count) for count in counts if 0 < count < total}


def coded_ends(passage: Passage, text: str) -> set[int]:
    """The same for the ends that people found."""
    return {len("".join(text[:end].split())) for end in passage.ends}


def _scores(passages: list[tuple[Passage, str]], cut: Cut) -> str:
    counts = np.array([_hits(passage, text, cut) for passage, text in passages], dtype=np.float64)
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(counts), size=(DRAWS, len(counts)))
    low, high = np.quantile([_f1(counts[rows].sum(axis=0)) for rows in drawn], [0.025, 0.975])
    hits, found, wanted = total = counts.sum(axis=0)
    return (
        f"{wanted:5.0f} {hits / found:9.3f} {hits / wanted:7.3f} {_f1(total):6.3f}"
        f"  {low:.3f}-{high:.3f}"
    )


def _hits(passage: Passage, text: str, cut: Cut) -> tuple[int, int, int]:
    found, wanted = ends_of(text, cut(text)), coded_ends(passage, text)
    return len(found & wanted), len(found), len(wanted)


def _f1(counts: np.ndarray) -> float:
    return float(2 * counts[0] / max(counts[1] + counts[2], 1))


def _print_errors(passages: list[tuple[Passage, str]], cut: Cut) -> None:
    for passage, text in passages:
        found, wanted = ends_of(text, cut(text)), coded_ends(passage, text)
        for kind, ends in (("too many", found - wanted), ("missed", wanted - found)):
            for end in sorted(ends):
                place = _offset(text, end)
                print(f"{kind:8} {passage.doc_id}: …{text[max(0, place - 50) : place]}|", end="")
                print(f"{text[place : place + 40]}…")


def _offset(text: str, count: int) -> int:
    places = [place for place, letter in enumerate(text) if not letter.isspace()]
    return places[count - 1] + 1


def _speed(cut: Cut, megabytes: float) -> float:
    """Megabytes of text a second of the processor, paragraph by paragraph, best of three."""
    paragraphs = _paragraphs(megabytes)
    size = sum(len(paragraph.encode()) for paragraph in paragraphs) / 1e6
    times = []
    for _ in range(3):
        start = time.process_time()
        for paragraph in paragraphs:
            cut(paragraph)
        times.append(time.process_time() - start)
    return size / min(times)


def _paragraphs(megabytes: float) -> list[str]:
    """Paragraphs of documents from all sources that rules may be written on, in random order."""
    pool = []
    for corpus in SOURCES:
        texts = [text for doc_id, text in documents(corpus).items() if not is_held_out(doc_id)]
        random.Random(0).shuffle(texts)
        lines = [line for text in texts[:300] for line in text.split("\n") if line.strip()]
        pool += lines[:40_000]
    random.Random(0).shuffle(pool)
    held, size = [], 0
    while pool and size < megabytes * 1e6:
        held.append(pool.pop())
        size += len(held[-1])
    return held


if __name__ == "__main__":
    main()
