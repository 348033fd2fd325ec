"""Which paragraphs sentences are scored on, and where people would end their sentences.

`python benchmarks/sentence_passages.py --draw` prints the draw; `coded_sentences.csv` has it with
the codes. The text itself is not kept: it is read from ../shared/data and known by its sha256.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "shared" / "data"
CODES = HERE / "coded_sentences.csv"
SEED = 20250401
HELD_OUT = 5  # one document in so many may be drawn from; rules are written on the others

# Public-domain text only: works of the government of the United States.
SOURCES = {
    "wh_briefings_2021_2025": "text",
    "federal_register_full": "text",
    "us_bills_119_house_migration": "bill_text",
    "sotu": "text",
}
# Paragraphs to draw, plain and doubtful, in the first round and in a later one.
ROUNDS = (
    {
        "wh_briefings_2021_2025": (44, 20),
        "federal_register_full": (28, 16),
        "us_bills_119_house_migration": (18, 8),
        "sotu": (14, 4),
    },
    {
        "wh_briefings_2021_2025": (14, 6),
        "federal_register_full": (9, 5),
        "us_bills_119_house_migration": (6, 3),
        "sotu": (5, 2),
    },
)
SHORTEST, LONGEST = 200, 1100  # characters of a paragraph
# A short word with a stop before a capital letter or a digit: as often an abbreviation as an end.
_DOUBTFUL = re.compile(
    r"(?<!\w)(?:\w{1,3}\.|(?:\w\.){2,5}|[A-Z]\w{1,4}\.)(?=\s[(\"\u201c]?[A-Z\d])"
)
_FEWEST_DOUBTFUL = 3


class Passage(NamedTuple):
    """A paragraph of a document: where it is, how it was drawn and, once coded, its inner ends.

    round : 1, or 2 for what was drawn and coded when the rules had been settled
    ends : offsets in the paragraph behind the last character of every sentence but the last
    """

    corpus: str
    doc_id: str
    start: int
    length: int
    sha256: str
    draw: str
    round: int
    ends: tuple[int, ...] = ()


def is_held_out(doc_id: str) -> bool:
    """Whether no rule may be written with this document in view."""
    return int.from_bytes(hashlib.sha256(doc_id.encode()).digest()[:4], "big") % HELD_OUT == 0


def documents(corpus: str) -> dict[str, str]:
    """The text of each document of a corpus, by id."""
    column = SOURCES[corpus]
    table = pd.read_parquet(DATA / f"{corpus}.parquet", columns=["id", column])
    return {doc_id: text for doc_id, text in zip(table["id"], table[column], strict=True) if text}


def draw() -> Iterator[tuple[Passage, str]]:
    """The passages with their texts, round by round: at most one a document, in random order.

    A text that has been drawn already (bills repeat each other) is passed over without another.
    """
    texts_drawn = set()
    # These were read by those who wrote the rules before there was a draw.
    table = pd.read_parquet(DATA / "wh_migration_docs_2021_2025.parquet", columns=["id"])
    seen = set(table["id"])
    held_out = {
        corpus: {k: v for k, v in documents(corpus).items() if is_held_out(k)} for corpus in SOURCES
    }
    for number, wanted in enumerate(ROUNDS, start=1):
        for corpus, counts in wanted.items():
            rng = random.Random(
                f"{SEED} {corpus}" if number == 1 else f"{SEED} {number - 1} {corpus}"
            )
            texts = {k: v for k, v in held_out[corpus].items() if k not in seen}
            for doc_id, start, text, kind in list(_drawn(texts, rng, counts)):
                seen.add(doc_id)
                key = hashlib.sha256(text.encode()).hexdigest()
                if key not in texts_drawn:
                    texts_drawn.add(key)
                    yield Passage(corpus, doc_id, start, len(text), key, kind, number), text


def _drawn(
    texts: dict[str, str], rng: random.Random, counts: tuple[int, int]
) -> Iterator[tuple[str, int, str, str]]:
    """A paragraph each of so many documents: id, offset, text, and whether plain or doubtful."""
    order = sorted(texts)
    rng.shuffle(order)
    wanted = dict(zip(("plain", "doubtful"), counts, strict=True))
    for doc_id in order:
        kind = "plain" if wanted["plain"] else "doubtful"
        if not wanted[kind]:
            break
        found = _paragraphs(texts[doc_id], kind)
        if found:
            start, text = rng.choice(found)
            wanted[kind] -= 1
            yield doc_id, start, text, kind


def _paragraphs(text: str, kind: str) -> list[tuple[int, str]]:
    lines = [(m.start(), m.group().rstrip()) for m in re.finditer(r"\S[^\n]*", text)]
    fit = [(start, line) for start, line in lines if SHORTEST <= len(line) <= LONGEST]
    if kind == "plain":
        return fit
    return [(a, line) for a, line in fit if len(_DOUBTFUL.findall(line)) >= _FEWEST_DOUBTFUL]


def coded() -> list[tuple[Passage, str]]:
    """The coded passages with their texts.

    Raises
    ------
    ValueError
        If a document does not hold the text that was coded.
    """
    texts = {corpus: documents(corpus) for corpus in SOURCES}
    result = []
    with CODES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            start, length = int(row["start"]), int(row["length"])
            text = texts[row["corpus"]][row["doc_id"]][start : start + length]
            if hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
                raise ValueError(f"{row['corpus']}: {row['doc_id']} is not the text that was coded")
            ends = tuple(map(int, row["ends"].split()))
            place = (row["corpus"], row["doc_id"], start, length, row["sha256"])
            drawn = (row["draw"], int(row["round"]))
            result.append((Passage(*place, *drawn, ends), text))
    return result


def main() -> None:
    """Print the draw, so that it can be coded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draw", action="store_true", required=True)
    parser.parse_args()
    for number, (passage, text) in enumerate(draw()):
        print(f"{number} {passage.corpus} {passage.doc_id} {passage.draw}\n{text}\n")


if __name__ == "__main__":
    main()
