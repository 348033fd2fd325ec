"""Which documents the engine is measured on, and which of their tokens are held out.

Texts are lower-cased and cut into runs of three and more letters a-z, without scikit-learn's
English stop words; terms of fewer than 5 documents or more than half of them are left out. Tables
that come counted keep their terms and are pruned by the same document frequencies. The real corpora
are read from ../shared/data; `sample`, the bundled one, is there on any machine.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, load_npz, save_npz
from sklearn.feature_extraction.text import CountVectorizer

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
CACHE = ROOT / "runs" / "bench"

REPORTED = ("im", "sotu", "news20", "wh")
DEVELOPMENT = ("bbc", "poliblog", "ap")  # settings are chosen on these
NAMES = (*REPORTED, *DEVELOPMENT, "federal", "sample")

MIN_DOCS = 5
MOST_DOCS = 0.5
HELD_OUT = 0.1
SEED = 20140101
_TOKEN = r"[a-z]{3,}"
_FILES = {
    "im": "uk_immigration_news_2014",
    "sotu": "sotu",
    "news20": "dtm_20newsgroups",
    "wh": "wh_briefings_2021_2025",
    "bbc": "octis_bbc_news",
    "poliblog": "dtm_poliblog5k",
    "ap": "dtm_associated_press",
    "federal": "federal_register_full",
}


@dataclass(frozen=True, eq=False)
class Corpus:
    """Counts to fit on and to score with; all have the same V columns, each used in training.

    `train` int32 (D, V). Of each held-out document, `given` int32 (H, V) holds the half of the
    tokens that its topic shares are inferred from, `hidden` int32 (H, V) the half to be predicted.
    `is_chosen_on` bool (H,) marks the held-out documents that a scoring prior is chosen on; figures
    are reported on the others.
    """

    train: csr_array
    given: csr_array
    hidden: csr_array
    is_chosen_on: NDArray[np.bool_]


def is_here(name: str) -> bool:
    """Whether the texts of a corpus are on this machine."""
    return name == "sample" or (SHARED / f"{_FILES[name]}.parquet").is_file()


def default_corpora(names: Iterable[str]) -> list[str]:
    """Those of the names that are on this machine; the bundled corpus where none is."""
    return list(filter(is_here, names)) or ["sample"]


def load_corpus(name: str) -> Corpus:
    """A corpus with its held-out documents, always the same 10 %."""
    return hold_out(load_counts(name))


def load_counts(name: str) -> csr_array:
    """The counts of all documents with at least one term, int32 (D, V); kept in runs/bench."""
    path = CACHE / f"{name}-{_settings_key()}.npz"
    if not path.is_file():
        _save(path, _counted(name))
    return csr_array(load_npz(path))


def hold_out(counts: csr_array) -> Corpus:
    """Set a tenth of the documents with two and more tokens aside and cut each in halves."""
    rng = np.random.default_rng(SEED)
    can_halve = np.flatnonzero(counts.sum(axis=1) >= 2)
    n_held = max(2, round(HELD_OUT * counts.shape[0]))
    held = rng.permutation(can_halve)[:n_held]
    is_train = np.ones(counts.shape[0], dtype=bool)
    is_train[held] = False
    train = counts[np.flatnonzero(is_train)]
    is_used = np.asarray(train.sum(axis=0)).ravel() > 0
    given, hidden = (half[:, is_used] for half in _halves(counts, held, rng))
    return Corpus(csr_array(train[:, is_used]), given, hidden, np.arange(n_held) % 2 == 0)


def first_words(n_words: float) -> csr_array:
    """Counts of the first documents of the Federal Register that hold so many words of text.

    The documents come in an order drawn once; terms are pruned on these documents alone.
    """
    counts = load_counts("federal-all")
    words = np.load(CACHE / f"federal-words-{_settings_key()}.npy")
    order = np.random.default_rng(SEED).permutation(counts.shape[0])
    n_docs = int(np.searchsorted(np.cumsum(words[order]), n_words)) + 1
    return _pruned(counts[np.sort(order[:n_docs])])


def prepare(names: Iterable[str]) -> None:
    """Count the corpora that are not yet counted, so that no measurement has to."""
    for name in names:
        load_counts(name)


def _counted(name: str) -> csr_array:
    if name == "federal-all":
        return _all_federal()
    if name == "sample":
        return _count(_sample_texts())
    table = pd.read_parquet(SHARED / f"{_FILES[name]}.parquet")
    if name in ("news20", "poliblog", "ap"):
        return _pruned(_from_long(table))
    if name == "wh":
        table = table[~table["is_duplicate"]]
    texts = _paragraphs(table["text"]) if name == "sotu" else list(table["text"])
    return _count(texts)


def _count(texts: Iterable[str]) -> csr_array:
    vectoriser = CountVectorizer(
        token_pattern=_TOKEN,
        stop_words="english",
        min_df=MIN_DOCS,
        max_df=MOST_DOCS,
        dtype=np.int32,
    )
    return _without_empty(csr_array(vectoriser.fit_transform(texts)))


def _all_federal() -> csr_array:
    """All terms of the Federal Register; writes the words of each document beside the counts."""
    table = pd.read_parquet(SHARED / "federal_register_full.parquet", columns=["text", "n_tokens"])
    vectoriser = CountVectorizer(token_pattern=_TOKEN, stop_words="english", dtype=np.int32)
    counts = csr_array(vectoriser.fit_transform(table["text"]))
    is_kept = np.asarray(counts.sum(axis=1)).ravel() > 0
    CACHE.mkdir(parents=True, exist_ok=True)
    words = table["n_tokens"].to_numpy(dtype=np.int64)[is_kept]
    np.save(CACHE / f"federal-words-{_settings_key()}.npy", words)
    return _without_empty(counts)


def _from_long(table: pd.DataFrame) -> csr_array:
    rows, documents = pd.factorize(table["doc"], sort=True)
    columns, terms = pd.factorize(table["term"], sort=True)
    values = table["count"].to_numpy(dtype=np.int32)
    return csr_array((values, (rows, columns)), shape=(len(documents), len(terms)))


def _pruned(counts: csr_array) -> csr_array:
    n_docs = np.bincount(counts.indices, minlength=counts.shape[1])
    is_kept = (n_docs >= MIN_DOCS) & (n_docs <= MOST_DOCS * counts.shape[0])
    return _without_empty(csr_array(counts[:, is_kept]))


def _without_empty(counts: csr_array) -> csr_array:
    counts.sort_indices()
    return csr_array(counts[np.flatnonzero(counts.sum(axis=1))])


def _halves(
    counts: csr_array, rows: NDArray[np.int64], rng: np.random.Generator
) -> tuple[csr_array, csr_array]:
    """The tokens of documents in two halves by chance; the second has the odd one."""
    shuffled = [rng.permutation(_tokens(counts, row)) for row in rows]
    return (
        _bags([tokens[: len(tokens) // 2] for tokens in shuffled], counts.shape[1]),
        _bags([tokens[len(tokens) // 2 :] for tokens in shuffled], counts.shape[1]),
    )


def _tokens(counts: csr_array, row: int) -> NDArray[np.int32]:
    """The terms of a document, each as often as it is used."""
    inside = slice(counts.indptr[row], counts.indptr[row + 1])
    return np.repeat(counts.indices[inside], counts.data[inside])


def _bags(documents: list[NDArray[np.int32]], n_terms: int) -> csr_array:
    rows = np.repeat(np.arange(len(documents)), [len(tokens) for tokens in documents])
    columns = np.concatenate(documents)
    ones = np.ones(len(columns), dtype=np.int32)
    return csr_array((ones, (rows, columns)), shape=(len(documents), n_terms))


def _paragraphs(texts: Iterable[str]) -> list[str]:
    parts = (part for text in texts for part in re.split(r"\n\s*\n", text))
    return [part for part in parts if part.strip()]


def _sample_texts() -> list[str]:
    import topoi
    from topoi.io.sample import sample_settings

    corpus = topoi.clean(topoi.read_corpus(sample_settings()["source"]))
    return list(topoi.segment(corpus).table["text"])


def _save(path: Path, counts: csr_array) -> None:
    """Write the counts whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".npz", dir=path.parent)
    os.close(handle)
    save_npz(name, counts, compressed=False)
    Path(name).replace(path)


def _settings_key() -> str:
    """Changes with this file, so that counts of other rules are not taken for these."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
