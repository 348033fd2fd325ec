"""How well and how fast are texts cleaned, beside ftfy with trafilatura on the same texts?

`python benchmarks/corpus_cleaning.py` prints both parts, `--quality` or `--speed` one of them,
`--half development` the half of the phrases that rules may be made on.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from corpora import SHARED
from dirt import HALVES, LINE, dirtied

from topoi.corpus.clean import clean
from topoi.corpus.corpus import Corpus
from topoi.io.read import read_corpus

BRIEFINGS = "wh_briefings_2021_2025.parquet"
# What the briefings themselves have of the kind: end marks, times, stage directions, letterheads.
_OWN = re.compile(
    r"(?:#\s*){3}|END|\d{1,2}:\d\d [AP]\.M\. \w+|END \d.*|\((?:Inaudible|Cross-?talk|Applause"
    r"|Laugh).*\)"
    r"|FOR (?:IMMEDIATE RELEASE|FURTHER INFORMATION).*"
)


_WORD = re.compile(r"\w+")


class Quality(NamedTuple):
    """Counts over documents, see `table`."""

    planted: Counter[str]
    left: Counter[str]
    lines_lost: list[str]
    paragraphs: int
    paragraphs_harmed: list[str]


def chosen_texts(*, every: int = 40, least: int = 1000, most: int = 12_000) -> list[str]:
    """Every fortieth briefing of a length that a page may have."""
    texts = read_corpus(SHARED / BRIEFINGS).texts
    return [text for text in texts[::every] if least <= len(text) <= most]


def quality(texts: list[str], half: str) -> Quality:
    """What is left of the dirt, and what went of the texts, when both are cleaned."""
    dirty = [dirtied(text, half=half, seed=number) for number, text in enumerate(texts)]
    plain = _cleaned(texts)
    planted, left, lost, harmed, n = Counter[str](), Counter[str](), [], [], 0
    for text, soiled, bare, washed in zip(
        texts, dirty, plain, _cleaned([each.text for each in dirty]), strict=True
    ):
        framed = f"\n{washed}\n"
        planted.update(thing.kind for thing in soiled.planted)
        left.update(thing.kind for thing in soiled.planted if _is_seen(thing, framed))
        lost += [line for line in sorted(_lines(text)) if _is_lost(line, bare)]
        kept = [part for part in map(_flat, soiled.paragraphs) if part in _flat(bare)]
        n += len(kept)
        harmed += [part for part in kept if part not in _flat(washed)]
    return Quality(planted, left, lost, n, harmed)


def _is_seen(thing, text: str) -> bool:
    return (
        f"\n{thing.trace}\n" if thing.kind in (LINE, "database header") else thing.trace
    ) in text


def _is_lost(line: str, text: str) -> bool:
    """Whether a line went: not one that only lost an address or a mark, nor one as `_OWN`."""
    words = _WORD.findall(line)
    return (
        bool(words)
        and not _OWN.fullmatch(line)
        and not any(
            " ".join(words[at : at + 4]) in _words(text) for at in range(max(1, len(words) - 3))
        )
    )


def _cleaned(texts: list[str]) -> list[str]:
    import pandas as pd

    ids = [str(number) for number in range(len(texts))]
    corpus = clean(Corpus(pd.DataFrame({"doc_id": ids, "text": texts})))
    found = dict(zip(corpus.ids, corpus.texts, strict=True))
    return [found.get(name, "") for name in ids]


@lru_cache(maxsize=2)
def _words(text: str) -> str:
    return " ".join(_WORD.findall(text))


def _flat(text: str) -> str:
    return re.sub(r"(?<!\w)- ", "", " ".join(text.split()))


def _lines(text: str) -> set[str]:
    return {" ".join(line.split()).removeprefix("- ") for line in text.split("\n")} - {""}


def main() -> None:
    """Print what cleaning found of the dirt, and what it harmed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES, default="report")
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    given = parser.parse_args()
    found = quality(chosen_texts(), given.half)
    for kind, number in found.planted.items():
        print(f"{kind:20} planted {number:5}  left {found.left[kind]:4}")
    removed = found.planted[LINE] - found.left[LINE]
    print(
        f"lines: recall {removed / found.planted[LINE]:.4f}, "
        f"precision {removed / (removed + len(found.lines_lost)):.4f}"
    )
    print(f"paragraphs harmed: {len(found.paragraphs_harmed)} of {found.paragraphs}")
    if given.show:
        for line in found.lines_lost:
            print("LOST", line[:150])
        for line in found.paragraphs_harmed[:30]:
            print("HARMED", line[:200])


main()
