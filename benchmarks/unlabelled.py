"""Which passages stand around the coded ones: all of the same corpora, without labels."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from coded_passages import CORPORA, cut_passages, documents, letters_hash
from corpora import CACHE

import topoi

_ON_MIGRATION = re.compile(
    r"\b(?:(?:im|em|e)?migra|asylum|refugee|visa|border|deport|smuggl|traffick|displace|citizenship"
    r"|naturali[sz]|alien|resettle|detain|detention|parole)\w*",
    re.IGNORECASE,
)
_FEWEST = 6  # words on migration in a document of the Federal Register
# Of the passages of corpora that are so much longer than the others.
_KEPT_OF_100 = {"fr": 12, "press": 20}
_WORDS = (40, 220)  # of a passage there
_UK_WINDOW = 100


def coded_corpora(shared: Path, batches: tuple[str, ...]) -> pd.DataFrame:
    """The passages of batches of the same corpora, then all others that say something else.

    Columns corpus, doc_id, text, coded_id (the passage_id of a coded passage, else empty; str).
    Cutting takes minutes, so the table is kept in runs/ until topoi's treatment of text changes.
    """
    path = CACHE / f"coded-corpora-{'-'.join(batches)}-{_source_hash()}.parquet"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        _coded_and_others(shared, batches).to_parquet(path)
    return pd.read_parquet(path)


def all_passages(corpus: str, shared: Path) -> pd.DataFrame:
    """Columns passage_id, doc_id, text (str) of a corpus, cleaned, freed of copies and cut."""
    found = documents(shared, corpus)
    if corpus == "fr":
        found = found[found["text"].map(n_on_migration) >= _FEWEST]
    raw = topoi.Corpus(pd.DataFrame({"doc_id": found["id"], "text": found["text"]}))
    by: dict[str, Any] = {"max_words": None}  # whole paragraphs, as those that were coded
    if corpus == "uk":
        by = {"by": "window", "words": _UK_WINDOW}
    passages = topoi.segment(topoi.deduplicate(topoi.clean(raw)), **by).table
    return passages[["passage_id", "doc_id", "text"]]


def _coded_and_others(shared: Path, batches: tuple[str, ...]) -> pd.DataFrame:
    coded = pd.concat([cut_passages(batch, shared) for batch in batches])
    coded = coded.rename(columns={"passage_id": "coded_id"})
    others = pd.concat([_kept_passages(corpus, shared) for corpus in CORPORA[batches[0]]])
    is_coded = others["text"].map(letters_hash).isin(set(coded["letters_sha256"]))
    table = pd.concat([coded, others[~is_coded]], ignore_index=True)
    table["coded_id"] = table["coded_id"].fillna("")
    return table[["corpus", "doc_id", "text", "coded_id"]]


def _kept_passages(corpus: str, shared: Path) -> pd.DataFrame:
    passages = all_passages(corpus, shared)
    if corpus in _KEPT_OF_100:
        of_100 = _KEPT_OF_100[corpus]
        names = zip(passages["passage_id"], passages["text"], strict=True)
        passages = passages[[_is_kept(name, text, of_100) for name, text in names]]
    return passages[["doc_id", "text"]].assign(corpus=corpus)


def n_on_migration(text: str) -> int:
    """How many words of a text are of a broad list on migration; no theme's seeds."""
    return len(_ON_MIGRATION.findall(text))


def _is_kept(passage_id: str, text: str, of_100: int) -> bool:
    """A sample that depends on nothing but the passage's own name and length."""
    fewest, most = _WORDS
    draw = int.from_bytes(hashlib.sha256(passage_id.encode()).digest()[:4]) % 100
    return draw < of_100 and fewest <= len(text.split()) <= most


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
