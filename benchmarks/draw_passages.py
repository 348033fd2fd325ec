"""Which passages of other kinds of text were drawn to be coded for the batch held_out_2.

`python benchmarks/draw_passages.py --to FILE` writes them with their text, a JSON line each, in the
order of the draw. The file holds text that may not be in the repository.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from bisect import bisect
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from coded_passages import CORPORA, documents, letters, letters_hash
from corpora import SHARED
from unlabelled import all_passages, n_on_migration

SEED = "held_out_2"
LONGEST = 220  # words of a passage
# Words of people who move and of their status: rarer than those of borders, custody and traffic.
_ON_MOVING = re.compile(
    r"\b(?:(?:im|em|e)?migra|asylum|refugee|visa|deport|displace|citizenship|naturali[sz]|resettle"
    r"|parole)\w*",
    re.IGNORECASE,
)
_ON_LEAVING = re.compile(
    r"\b(?:(?:im|em|e)?migra|refugee|asylum|displace|resettle|flee\b|fled\b|fleeing|exile|exodus"
    r"|uproot|homeless)\w*",
    re.IGNORECASE,
)
_ON_WANT = re.compile(
    r"\b(?:poverty|hunger|hungry|famine|starv|wars?\b|violen|gang|persecut|oppress|repress|tyranny"
    r"|disaster|earthquake|hurricane|drought|flood|humanitarian|relief|aid\b|assistance|develop"
    r"|conflict|corrupt|crisis|crises|invasion|distress|destitut|suffer)\w*",
    re.IGNORECASE,
)
_SHORTEST_STRETCH = 8  # letters
_RUN = 10  # words in a row that tell a passage that was looked at before


class Draw(NamedTuple):
    """How many passages of each stratum, one of a document at most, of how many words at least."""

    counts: dict[str, int]
    shortest: int = 40


# Drawn one after the other, none twice.
DRAWS = {
    "sotu": Draw({"none": 20, "any": 50, "moving": 80, "causes": 35}),
    "press": Draw({"none": 15, "any": 45, "moving": 50, "causes": 40}),
    "survey": Draw({"every": 45}, shortest=20),
}


def main() -> None:
    """Write the draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", nargs="+", choices=DRAWS, default=list(CORPORA[SEED]))
    parser.add_argument("--to", type=Path, required=True, help="the file of JSON lines to write")
    options = parser.parse_args()
    rows = pd.concat([drawn(corpus, SHARED) for corpus in options.corpus])
    rows.to_json(options.to, orient="records", lines=True, force_ascii=False)
    print(rows.groupby(["corpus", "stratum"], sort=False).size().to_string())


def drawn(corpus: str, shared: Path) -> pd.DataFrame:
    """Columns corpus, stratum, passage_id, sha256, letters_sha256, ranges, text (str)."""
    passages = all_passages(corpus, shared)
    raw = dict(documents(shared, corpus).itertuples(index=False))
    looked_at = _looked_at(shared)
    rows = [
        {
            "corpus": corpus,
            "stratum": stratum,
            "passage_id": passage_id,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "letters_sha256": letters_hash(text),
            "ranges": ranges(raw[doc_id], text),
            "text": text,
        }
        for stratum, passage_id, doc_id, text in _chosen(passages, DRAWS[corpus], looked_at)
    ]
    return pd.DataFrame(rows)


def is_of(stratum: str, text: str) -> bool:
    """Whether a text belongs to a stratum.

    none: without a word on migration; moving: with one of people who move; any: with others alone;
    causes: with one of people who leave and one of want, war or aid; every: all.
    """
    if stratum == "causes":
        return bool(_ON_LEAVING.search(text) and _ON_WANT.search(text))
    if stratum == "moving":
        return bool(_ON_MOVING.search(text))
    if stratum == "any":
        return n_on_migration(text) > 0 and not is_of("moving", text)
    return stratum == "every" or n_on_migration(text) == 0


def ranges(document: str, text: str) -> str:
    """Which stretches of the document's letters and digits a passage is made of ("0-12;20-31").

    Raises
    ------
    ValueError
        If they do not make up the passage.
    """
    whole, wanted = letters(document)[0], letters(text)[0]
    stretches, end = [], 0
    while wanted:
        n_found = bisect(range(1, len(wanted) + 1), 0, key=lambda n: wanted[:n] not in whole[end:])
        if n_found < min(_SHORTEST_STRETCH, len(wanted)):
            raise ValueError(f"not made of stretches of its document: {text[:60]}")
        start = whole.index(wanted[:n_found], end)
        end = start + n_found
        stretches.append(f"{start}-{end}")
        wanted = wanted[n_found:]
    return ";".join(stretches)


def _chosen(
    passages: pd.DataFrame, draw: Draw, looked_at: set[tuple[str, ...]]
) -> Iterator[tuple[str, str, str, str]]:
    """Stratum, passage_id, doc_id, text of each, in an order that hangs on the names alone."""
    rows = sorted(passages.itertuples(index=False), key=lambda row: _place(row.passage_id))
    rows = [row for row in rows if draw.shortest <= len(row.text.split()) <= LONGEST]
    drawn_before: set[str] = set()
    for stratum, n_wanted in draw.counts.items():
        names: dict[str, str] = {}  # of the passage drawn from each document
        for passage_id, doc_id, text in rows:
            if len(names) == n_wanted:
                break
            is_new = doc_id not in names and passage_id not in drawn_before
            if is_new and is_of(stratum, text) and looked_at.isdisjoint(_runs(text)):
                names[doc_id] = passage_id
                yield stratum, passage_id, doc_id, text
        drawn_before.update(names.values())


def _place(passage_id: str) -> str:
    return hashlib.sha256(f"{SEED} {passage_id}".encode()).hexdigest()


def _looked_at(shared: Path) -> set[tuple[str, ...]]:
    """The runs of words of the White House paragraphs on migration and of those coded."""
    names = ("wh_migration_paragraphs_2021_2025", "wh_passages_coded")
    tables = [pd.read_parquet(shared / f"{name}.parquet", columns=["text"]) for name in names]
    return {run for table in tables for text in table["text"] for run in _runs(text)}


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return (tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1))


if __name__ == "__main__":
    main()
