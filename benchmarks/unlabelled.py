"""Which passages stand around the coded ones: all of the same three corpora, without labels."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from coded_passages import BATCHES, FILES, cut_passages, letters_hash
from corpora import CACHE

import topoi

_ON_MIGRATION = re.compile(
    r"\b(?:(?:im|em|e)?migra|asylum|refugee|visa|border|deport|smuggl|traffick|displace|citizenship"
    r"|naturali[sz]|alien|resettle|detain|detention|parole)\w*",
    re.IGNORECASE,
)
_FEWEST = 6  # words on migration in a document of the Federal Register
_KEPT_OF_100 = 12  # of its passages, since it is so much longer than the others
_WORDS = (40, 220)  # of a passage there
_UK_WINDOW = 100


def coded_corpora(shared: Path) -> pd.DataFrame:
    """The passages of both batches, then all others of their corpora that say something else.

    Columns corpus, doc_id, text, coded_id (the passage_id of a coded passage, else empty; str).
    Cutting takes minutes, so the table is kept in runs/ until topoi's treatment of text changes.
    """
    path = CACHE / f"coded-corpora-{_source_hash()}.parquet"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        _coded_and_others(shared).to_parquet(path)
    return pd.read_parquet(path)


def _coded_and_others(shared: Path) -> pd.DataFrame:
    coded = pd.concat([cut_passages(batch, shared) for batch in BATCHES])
    coded = coded.rename(columns={"passage_id": "coded_id"})
    others = pd.concat([_passages(corpus, shared) for corpus in FILES])
    is_coded = others["text"].map(letters_hash).isin(set(coded["letters_sha256"]))
    table = pd.concat([coded, others[~is_coded]], ignore_index=True)
    table["coded_id"] = table["coded_id"].fillna("")
    return table[["corpus", "doc_id", "text", "coded_id"]]


def _passages(corpus: str, shared: Path) -> pd.DataFrame:
    documents = pd.read_parquet(shared / f"{FILES[corpus]}.parquet")
    if corpus == "fr":
        documents = documents[documents["text"].map(_n_on_migration) >= _FEWEST]
    raw = topoi.Corpus(pd.DataFrame({"doc_id": documents["id"], "text": documents["text"]}))
    by = {"by": "window", "words": _UK_WINDOW} if corpus == "uk" else {}
    passages = topoi.segment(topoi.deduplicate(topoi.clean(raw)), **by).table
    if corpus == "fr":
        passages = passages[list(map(_is_kept, passages["passage_id"], passages["text"]))]
    return passages[["doc_id", "text"]].assign(corpus=corpus)


def _n_on_migration(text: str) -> int:
    return len(_ON_MIGRATION.findall(text))


def _is_kept(passage_id: str, text: str) -> bool:
    """A sample that depends on nothing but the passage's own name and length."""
    fewest, most = _WORDS
    draw = int.from_bytes(hashlib.sha256(passage_id.encode()).digest()[:4]) % 100
    return draw < _KEPT_OF_100 and fewest <= len(text.split()) <= most


def _source_hash() -> str:
    """Eight letters that change with this file and the source of topoi's corpus steps."""
    folder = Path(topoi.__file__).parent / "corpus"
    digest = hashlib.sha256()
    for path in _sources(folder):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _sources(folder: Path) -> Iterator[Path]:
    yield Path(__file__)
    yield from sorted(folder.rglob("*.py"))
    yield from sorted(folder.rglob("*.toml"))
