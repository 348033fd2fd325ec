"""Which documents are copies of others, and which one of them stays."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Event
from topoi.errors import InputError
from topoi.kernels import minhash

__all__ = ["deduplicate", "duplicate_pairs"]

_LEAST_WORDS = 20  # shorter texts are alike by chance; for them only exact copies count
_LEAST_NEAR = 0.2
_MISSED = 0.005  # chance that a pair at the threshold shares no band; 0.01 is promised
_MOST_HASHES = 512
_SEED = 20_21  # of the hash functions; any other would do
# Odd numbers that make the hash of a pair of words differ from those of its words and of the
# pair the other way round.
_LEFT = np.uint64(0x9E3779B97F4A7C15)
_RIGHT = np.uint64(0xC2B2AE3D27D4EB4F)


def deduplicate(corpus: Corpus, *, near: float | None = 0.6) -> Corpus:
    """The corpus with one document of each cluster of copies.

    Exact copies have the same letters and digits in the same words, whatever their case,
    punctuation and white space. Near copies share at least `near` of their distinct words and
    pairs of neighbouring words (Jaccard similarity). Every copy is at least so similar to the
    document it is merged into; being like another copy is not enough. Titles do not count.

    Parameters
    ----------
    corpus : Corpus of whole documents
    near : float in [0.2, 1], or None for exact copies only
        A copy with one word in ten replaced has a similarity of about 0.74, one in five 0.56, one
        in four 0.48. Notices written from one template may have as much; compare
        `duplicate_pairs`. Texts under 20 words take part in exact matching only.

    Returns
    -------
    Corpus
        Among documents that pairs of copies connect, the one with the earliest date, then the most
        words, then the first in order stays and its copies are merged into it; of the others the
        next one stays, and so on. The ledger has the merged ones with the id of the document that
        stays and, for near copies, a note of their similarity to it.

    Raises
    ------
    InputError
        If the corpus is cut into passages or `near` is out of range.

    Notes
    -----
    MinHash with bands finds the candidates, the similarity of each is then counted exactly. A
    pair at the threshold is found with a probability of at least .99, a closer pair with more.
    Time and memory are near-linear in the number of words, but for large groups of texts that
    are nearly alike (thousands of notices on one template), whose pairs are all looked at.

    References
    ----------
    Broder (1997) for resemblance and MinHash; Leskovec, Rajaraman and Ullman (2020), section 3.4,
    for bands.
    """
    _check(corpus, near)
    texts = _distinct_texts(corpus.texts, with_shingles=near is not None)
    a, b, _ = _near_pairs(texts, near, spanning=True)
    n_texts = len(texts.first)
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(n_texts, n_texts))
    _, cluster_of_text = connected_components(graph, directed=False)
    stays = _representatives(corpus, texts, cluster_of_text[texts.text_of], near or 1.0)
    events = _events(corpus, texts, stays)
    return corpus.select(stays == np.arange(len(corpus)), events)


def duplicate_pairs(corpus: Corpus, *, near: float | None = 0.6) -> pd.DataFrame:
    """The pairs of documents that `deduplicate` counts as copies.

    Returns
    -------
    DataFrame
        Columns doc_id_a, doc_id_b (str), similarity (float64, in [near, 1]), kind (str, "exact
        copy" or "near copy"). An exact copy stands once, beside the first document with its text;
        near copies are pairs of such first documents. `a` comes before `b` in the corpus, rows are
        in the order of `a`, then `b`.

    Raises
    ------
    InputError
        As `deduplicate`.
    """
    _check(corpus, near)
    texts = _distinct_texts(corpus.texts, with_shingles=near is not None)
    a, b, similarity = _near_pairs(texts, near, spanning=False)
    copies = np.flatnonzero(texts.first[texts.text_of] != np.arange(len(corpus)))
    rows = pd.DataFrame(
        {
            "a": np.concatenate([texts.first[texts.text_of[copies]], texts.first[a]]),
            "b": np.concatenate([copies, texts.first[b]]),
            "similarity": np.concatenate([np.ones(len(copies)), similarity]),
            "kind": pd.Series(["exact copy"] * len(copies) + ["near copy"] * len(a), dtype="str"),
        }
    ).sort_values(["a", "b"], ignore_index=True)
    ids = np.array(corpus.ids, dtype=object)
    return pd.DataFrame(
        {
            "doc_id_a": pd.Series(ids[rows["a"]], dtype="str"),
            "doc_id_b": pd.Series(ids[rows["b"]], dtype="str"),
            "similarity": rows["similarity"],
            "kind": rows["kind"],
        }
    )


@dataclass(frozen=True)
class _Texts:
    """The T distinct texts of D documents, as sets of hashed shingles.

    text_of : int64 array, shape (D,), text of each document
    first : int64 array, shape (T,), first document with the text
    n_words : int64 array, shape (T,)
    shingles : uint64 array, sorted and unique within each text; text t owns
        [bounds[t], bounds[t + 1]), which is empty for texts that are too short
    """

    text_of: NDArray[np.int64]
    first: NDArray[np.int64]
    n_words: NDArray[np.int64]
    shingles: NDArray[np.uint64]
    bounds: NDArray[np.int64]


def _check(corpus: Corpus, near: float | None) -> None:
    if corpus.is_segmented:
        raise InputError(
            "The corpus is cut into passages; copies are looked for among whole documents. "
            "De-duplicate first, then segment."
        )
    if near is not None and not _LEAST_NEAR <= near <= 1:
        raise InputError(
            f"near must be a similarity in [{_LEAST_NEAR}, 1], or None for exact copies only; "
            f"got {near}."
        )


def _distinct_texts(texts: Sequence[str], *, with_shingles: bool) -> _Texts:
    """The texts that differ in their words, in order of first appearance."""
    numbers: dict[bytes, int] = {}
    first: list[int] = []
    n_words: list[int] = []
    text_of = np.empty(len(texts), dtype=np.int64)
    sets = [np.empty(0, dtype=np.uint64)]
    hashes = _WordHashes()
    for doc, text in enumerate(texts):
        words = re.findall(r"[^\W_]+", text.lower())
        text_of[doc] = number = numbers.setdefault(_key(words, doc), len(first))
        if number == len(first):
            first.append(doc)
            n_words.append(len(words))
            takes_part = with_shingles and len(words) >= _LEAST_WORDS
            sets.append(_shingles([hashes[word] for word in words] if takes_part else []))
    bounds = np.cumsum([len(shingles) for shingles in sets], dtype=np.int64)
    firsts, lengths = (np.array(numbers, dtype=np.int64) for numbers in (first, n_words))
    return _Texts(text_of, firsts, lengths, np.concatenate(sets), bounds)


def _key(words: Sequence[str], doc: int) -> bytes:
    """What two texts must share to be exact copies; a text without words is a copy of none."""
    return blake2b(" ".join(words).encode(), digest_size=16).digest() if words else b"%d" % doc


class _WordHashes(dict[str, int]):
    """64-bit hash of each word, the same in every process."""

    def __missing__(self, word: str) -> int:
        value = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")
        self[word] = value
        return value


def _shingles(word_hashes: Sequence[int]) -> NDArray[np.uint64]:
    """Hashes of the distinct words and pairs of neighbouring words, sorted."""
    words = np.array(word_hashes, dtype=np.uint64)
    pairs = (words[:-1] * _LEFT) ^ (words[1:] * _RIGHT)
    return np.unique(np.concatenate([words, pairs ^ (pairs >> np.uint64(32))]))


def _near_pairs(
    texts: _Texts, near: float | None, *, spanning: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of texts, the lower number first, with similarity; sorted unless `spanning`."""
    long = np.flatnonzero(np.diff(texts.bounds))
    if near is None or not len(long):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
    n_bands, n_rows = _bands(near)
    factors = np.random.Generator(np.random.Philox(_SEED)).integers(
        0, 1 << 63, size=n_bands * n_rows, dtype=np.uint64
    ) * np.uint64(2) + np.uint64(1)
    bounds = np.append(texts.bounds[long], texts.bounds[-1])
    signature = minhash.signatures(texts.shingles, bounds, factors)
    keys = minhash.band_keys(signature, n_rows)
    order = np.argsort(keys, axis=1, kind="stable")
    a, b, similarity = minhash.near_pairs(
        texts.shingles,
        bounds,
        signature,
        keys,
        order,
        near,
        _agreement(near, len(factors)),
        spanning,
    )
    return long[a], long[b], similarity


def _bands(near: float) -> tuple[int, int]:
    """Number of bands and rows in a band: as many rows, so as few candidates, as we can afford."""
    rows = 1
    while _bands_needed(near, rows + 1) * (rows + 1) <= _MOST_HASHES:
        rows += 1
    return _bands_needed(near, rows), rows


def _bands_needed(near: float, rows: int) -> int:
    """Least number of bands of which a pair at the threshold shares one, but for _MISSED."""
    if near == 1:
        return 1
    return math.ceil(math.log(_MISSED) / math.log1p(-(near**rows)))


def _agreement(near: float, n_hashes: int) -> int:
    """Signature values in which a pair at the threshold agrees but for a chance of 1e-6."""
    spread = math.sqrt(n_hashes * near * (1 - near))
    return max(0, math.floor(n_hashes * near - 5 * spread))


def _representatives(
    corpus: Corpus, texts: _Texts, cluster: NDArray[np.int64], near: float
) -> NDArray[np.int64]:
    """For each document the one that stays for it, which is itself where it stays."""
    ranked = pd.DataFrame(
        {"cluster": cluster, "date": corpus.table["date"], "words": -texts.n_words[texts.text_of]}
    ).sort_values(["cluster", "date", "words"], kind="stable", na_position="last")
    stays = np.arange(len(corpus))
    for _, members in ranked.groupby("cluster", sort=False):
        waiting = members.index.to_list()
        while len(waiting) > 1:
            best, *others = waiting
            alike = [doc for doc in others if _similarity(texts, best, doc) >= near]
            stays[alike] = best
            waiting = [doc for doc in others if stays[doc] == doc]
    return stays


def _similarity(texts: _Texts, doc: int, other: int) -> float:
    a, b = int(texts.text_of[doc]), int(texts.text_of[other])
    return 1.0 if a == b else float(minhash.jaccard(texts.shingles, texts.bounds, a, b))


def _events(corpus: Corpus, texts: _Texts, stays: NDArray[np.int64]) -> Iterator[Event]:
    ids = corpus.ids
    for doc, other in enumerate(stays):
        if doc == other:
            continue
        if texts.text_of[doc] == texts.text_of[other]:
            yield Event("deduplicate", ids[doc], "merged", "exact copy", detail=ids[other])
        else:
            yield Event("deduplicate", ids[doc], "merged", "near copy", detail=ids[other])
            similarity = f"{_similarity(texts, doc, int(other)):.2f}"
            yield Event("deduplicate", ids[doc], "noted", "similarity to that copy", 1, similarity)
