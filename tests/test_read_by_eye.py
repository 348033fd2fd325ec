"""Real documents that were read by eye beside their raw text stay as they were approved.

Their text is not ours to commit: kept are word counts and a hash of each cleaned text. After a
change of the rules read the texts that differ (`explain_cleaning`), then write the hashes anew:
`python tests/test_read_by_eye.py`.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from topoi.corpus.clean import clean
from topoi.corpus.corpus import Corpus
from topoi.io.read import read_corpus

APPROVED = Path(__file__).with_suffix(".csv")
# Corpus, and every how many-th row was read.
TABLES = {
    "uk_immigration_news_2014": 140,
    "federal_register_full": 2000,
    "wh_briefings_2021_2025": 1225,
}
NAMES = ["articles", *TABLES]
DEBRIS = {
    "a tag": r"<(?![\d=$])|(?<![>\d]\s)>(?![\d=\s>])",  # "<0.05" and "<1600 tons" are numbers
    "a rule of a table": r"\|\s*:?-",
    "an entity": r"&[a-z]{2,8};|&#\d+;",
    "half a no-break space": "Â|â€|\u7ab6",
    "the rest of a tag": r"\b(?:strong|li|p|em|br) >",
    "a header of a database": r"(?m)^\d[\d,]* words$|all rights reserved|factiva",
    "a code of a notice": r"(?m)^\[(?:Docket|FR Doc|Release)|BILLING CODE|^E[NRPD]\d\d[A-Z]{2}\d",
    "an address": r"https?://|\bwww\.|\w@\w+\.\w",
    "doubled punctuation": r",[,.;]|(?<!\.)\.\.(?!\.)|\bat\.",
    "a label": r"(?m)^(?:AGENCY|ACTION|SUMMARY|DATES|ADDRESSES)\s*:",
    "spaces or gaps": r" {2}|\n{3}| \n|^\s|\s$",
}


def read_raw(shared_data: Path, name: str, folder: Path) -> Corpus:
    """The documents that were read."""
    if name == "articles":
        return read_corpus(shared_data / "articles")
    table = pd.read_parquet(shared_data / f"{name}.parquet").iloc[:: TABLES[name]]
    path = folder / f"{name}.parquet"
    table.to_parquet(path)
    return read_corpus(path)


def summary(name: str, raw: Corpus, cleaned: Corpus) -> pd.DataFrame:
    """corpus, doc_id, words of the raw text, words of the clean one, hash of the clean one."""
    kept = dict(zip(cleaned.ids, cleaned.texts, strict=True))
    rows = [
        (name, doc_id, len(text.split()), len(kept[doc_id].split()), _hash(kept[doc_id]))
        for doc_id, text in zip(raw.ids, raw.texts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["corpus", "doc_id", "raw_words", "words", "sha256"])


@cache
def cleaned_of(shared_data: Path, name: str) -> tuple[Corpus, Corpus]:
    """The documents that were read, as they were and cleaned."""
    with tempfile.TemporaryDirectory() as folder:
        raw = read_raw(shared_data, name, Path(folder))
    return raw, clean(raw)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module", params=NAMES)
def read(request, shared_data) -> tuple[str, Corpus, Corpus]:
    return request.param, *cleaned_of(shared_data, request.param)


def test_texts_are_as_they_were_read(read):
    name, raw, cleaned = read
    approved = pd.read_csv(APPROVED)
    approved = approved.loc[approved["corpus"] == name].reset_index(drop=True)

    now = summary(name, raw, cleaned)

    assert list(now["doc_id"]) == list(approved["doc_id"])
    changed = now.loc[now["sha256"] != approved["sha256"], "doc_id"].tolist()
    assert changed == [], "read these beside their raw text, then write the hashes anew"


def test_no_debris_is_left(read):
    _, _, cleaned = read

    left = [
        (doc_id, kind, found[0])
        for doc_id, text in zip(cleaned.ids, cleaned.texts, strict=True)
        for kind, pattern in DEBRIS.items()
        if (found := re.search(pattern, text))
    ]

    assert left == []


@pytest.mark.parametrize(
    ("name", "least"),
    [("articles", 0.94), ("uk_immigration_news_2014", 0.85), ("wh_briefings_2021_2025", 0.98)],
)
def test_words_are_kept(shared_data, name, least):
    counts = summary(name, *cleaned_of(shared_data, name))

    assert (counts["words"] >= least * counts["raw_words"]).all(), counts


def test_words_of_notices_are_kept_in_their_order(shared_data):
    raw, cleaned = cleaned_of(shared_data, "federal_register_full")

    texts = dict(zip(raw.ids, raw.texts, strict=True))
    for doc_id, text in zip(cleaned.ids, cleaned.texts, strict=True):
        words = iter(re.findall(r"\w+", texts[doc_id]))
        missing = [word for word in re.findall(r"\w+", text) if word not in words]
        assert missing == [], f"{doc_id} has words that its raw text does not have"


def test_dates_and_titles_are_found(read):
    name, raw, _ = read

    table = raw.table

    if name == "articles":
        assert [bool(title) for title in table["title"]] == [True, False, False]
        assert table["title"][0].startswith("Senator Marco Rubio")
    else:
        assert table["date"].notna().all()
        assert (table["title"].str.len() > 3).all()


if __name__ == "__main__":
    data = Path(__file__).resolve().parents[2] / "shared" / "data"
    tables = [summary(name, *cleaned_of(data, name)) for name in NAMES]
    pd.concat(tables).to_csv(APPROVED, index=False)
