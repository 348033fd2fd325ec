"""How well and how fast are texts cleaned, beside ftfy with trafilatura on the same texts?

`python benchmarks/corpus_cleaning.py` prints all; `--quality` or `--speed` one part. `--half
development` takes the phrases that rules may be made on, `--show` prints what was not found and
what was lost. In an environment with the group `bench-corpus` the peers are measured too.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

import pandas as pd
from corpora import SHARED
from dirt import HALVES, LINE, Dirty, Planted, dirtied
from page import add_write, printed_into

from topoi.corpus.clean import RULES, clean, clean_text
from topoi.corpus.corpus import Corpus
from topoi.corpus.settle import Work
from topoi.io.read import read_corpus

BRIEFINGS = SHARED / "wh_briefings_2021_2025.parquet"
PEER = "ftfy + trafilatura"
# What the briefings themselves have of the kind: end marks, times, stage directions, letterheads.
_OWN = re.compile(
    r"(?:#\s*){3}|END|(?:END )?\d{1,2}:\d\d [AP]\.M\. \w+|FOR IMMEDIATE RELEASE.*"
    r"|\((?:Inaudible|Cross-?talk|Applause|Laugh).*\)|FOR FURTHER INFORMATION.*|Read more.*"
)
_WORD = re.compile(r"\w+")


class Quality(NamedTuple):
    """What was planted and is left, by kind; lines lost; paragraphs there and those harmed."""

    planted: Counter[str]
    left: list[Planted]
    lost: list[str]
    paragraphs: int
    harmed: list[str]


def chosen_texts(*, every: int = 40, least: int = 1000, most: int = 12_000) -> list[str]:
    """Every fortieth briefing of a length that a page may have."""
    texts = read_corpus(BRIEFINGS).texts
    return [text for text in texts[::every] if least <= len(text) <= most]


def judged(texts: Sequence[str], half: str, wash: Callable[[list[str]], list[str]]) -> Quality:
    """What is left of the dirt, and what went of the texts, when a function cleans them.

    A line is lost where no four of its words in a row are left, unless it is one that the
    briefings have of the kind that should go. A paragraph is harmed where it is left of the text
    but not of the dirty text.
    """
    soiled = [dirtied(text, half=half, seed=number) for number, text in enumerate(texts)]
    bare, washed = wash(list(texts)), wash([each.text for each in soiled])
    found = Quality(Counter(), [], [], 0, [])
    for text, dirt, plain, result in zip(texts, soiled, bare, washed, strict=True):
        found = _with_document(found, dirt, result, _flat(plain))
        found.lost.extend(line for line in text.split("\n") if _is_lost(line, plain))
    return found


def _with_document(found: Quality, dirt: Dirty, result: str, plain: str) -> Quality:
    found.planted.update(thing.kind for thing in dirt.planted)
    found.left.extend(thing for thing in dirt.planted if _is_seen(thing, f"\n{result}\n"))
    kept = [part for part in map(_flat, dirt.paragraphs) if part in plain]
    found.harmed.extend(part for part in kept if part not in _flat(result))
    return found._replace(paragraphs=found.paragraphs + len(kept))


def _is_seen(thing: Planted, text: str) -> bool:
    is_line = thing.kind in (LINE, "database header")
    return (f"\n{thing.trace}\n" if is_line else thing.trace) in text


def _is_lost(line: str, text: str) -> bool:
    words = _WORD.findall(line)
    if not words or _OWN.fullmatch(line.strip()):
        return False
    left = " ".join(_WORD.findall(text))
    return not any(" ".join(words[at : at + 4]) in left for at in range(max(1, len(words) - 3)))


def _flat(text: str) -> str:
    return re.sub(r"(?<!\w)- ", "", " ".join(text.split()))


def topoi_cleaned(texts: list[str]) -> list[str]:
    """Each text as `topoi.clean` leaves it."""
    ids = [str(number) for number in range(len(texts))]
    corpus = clean(Corpus(pd.DataFrame({"doc_id": ids, "text": texts})))
    found = dict(zip(corpus.ids, corpus.texts, strict=True))
    return [found.get(name, "") for name in ids]


def peer_cleaned(texts: list[str]) -> list[str]:
    """Each text as ftfy and trafilatura leave it, given as a page of a paragraph for each line."""
    import ftfy
    import trafilatura

    results = []
    for text in texts:
        lines = [line for line in ftfy.fix_text(text).split("\n") if line.strip()]
        body = "".join(f"<p>{line if '<' in line else escape(line)}</p>" for line in lines)
        page = f"<html><body><article>{body}</article></body></html>"
        results.append(trafilatura.extract(page, deduplicate=True) or "")
    return results


def print_quality(half: str, *, show: bool) -> None:
    """A table of what is left, for topoi and the peer."""
    texts = chosen_texts()
    print(f"{len(texts)} briefings, phrases of the half {half!r}")
    for name, wash in _cleaners().items():
        found = judged(texts, half, wash)
        left = Counter(thing.kind for thing in found.left)
        print(f"\n{name}")
        for kind, number in found.planted.items():
            print(f"  {kind:20} planted {number:5}   left {left[kind]:5}")
        removed = found.planted[LINE] - left[LINE]
        recall, lost = removed / found.planted[LINE], len(found.lost)
        print(f"  boiler-plate lines: precision {removed / max(1, removed + lost):.4f} ", end="")
        print(f"({lost} other lines lost), recall {recall:.4f}")
        print(f"  paragraphs harmed: {len(found.harmed)} of {found.paragraphs}")
        if show and name == "topoi":
            print("\n".join(f"  left {thing.kind}: {thing.trace!r}" for thing in found.left))
            print("\n".join(f"  lost: {line[:120]}" for line in found.lost))
            print("\n".join(f"  harmed: {part[:120]}" for part in found.harmed))


def _cleaners() -> dict[str, Callable[[list[str]], list[str]]]:
    if _has_peer():
        return {"topoi": topoi_cleaned, PEER: peer_cleaned}
    print("(trafilatura is not installed: not compared)")
    return {"topoi": topoi_cleaned}


def _has_peer() -> bool:
    from importlib.util import find_spec

    return find_spec("trafilatura") is not None


def print_speed(every: int) -> None:
    """Megabytes of text a second: read and clean, then clean beside the peer, then by rule."""
    clean_text("“Déjà vu” www.a.org <b>x</b>")  # loads what is loaded once
    start = time.perf_counter()
    corpus = read_corpus(BRIEFINGS)
    seconds_read = time.perf_counter() - start
    size = sum(len(text.encode("utf-8")) for text in corpus.texts) / 1e6
    print(f"{len(corpus)} briefings, {size:.1f} MB of text; read in {seconds_read:.2f} s")
    for n_jobs in (1, 2):
        start = time.perf_counter()
        clean(corpus, n_jobs=n_jobs)
        seconds = time.perf_counter() - start
        rate = size / (seconds + seconds_read)
        print(f"n_jobs={n_jobs}: clean {seconds:.2f} s, read + clean {rate:.1f} MB/s")
    _print_rules(corpus.texts[::every])
    if _has_peer():
        _print_peer(corpus.texts[:: 4 * every])


def _print_rules(texts: Sequence[str]) -> None:
    size, seconds = sum(map(len, texts)) / 1e6, Counter[str]()
    for text in texts:
        work = Work(text)
        for rule in RULES:
            start = time.perf_counter()
            outcome = rule.apply(work.text)
            seconds[rule.name] += time.perf_counter() - start
            work.take(rule.name, outcome)
    print(f"\none round over {size:.1f} million characters, the first rule with the look")
    for rule in RULES:
        print(f"  {rule.name:32} {1000 * seconds[rule.name] / size:8.2f} ms per million")


def _print_peer(texts: list[str]) -> None:
    size = sum(len(text.encode("utf-8")) for text in texts) / 1e6
    peer_cleaned(texts[:2])
    for name, wash in _cleaners().items():
        start = time.perf_counter()
        wash(texts)
        print(f"{name}: {size / (time.perf_counter() - start):.2f} MB/s on {len(texts)} briefings")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES, default="report")
    parser.add_argument("--show", action="store_true", help="print what was not found and lost")
    parser.add_argument("--quality", action="store_true")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--every", type=int, default=5, help="briefings for the times by rule")
    add_write(parser)
    given = parser.parse_args()
    if given.write and (given.half != "report" or given.show):
        parser.error("--write takes the figures of the half that is reported, without --show")
    if given.quality or not given.speed:
        with printed_into(given.write, "cleaning-quality"):
            print_quality(given.half, show=given.show)
    if given.speed or not given.quality:
        with printed_into(given.write, "cleaning-speed"):
            print_speed(given.every)


if __name__ == "__main__":  # the processes of clean import this file
    main()
