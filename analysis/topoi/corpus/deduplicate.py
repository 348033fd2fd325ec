"""Which documents or passages are copies of others, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import one_of
from topoi.corpus.copy_pairs import KINDS, CopyRules
from topoi.corpus.corpus import Corpus
from topoi.corpus.found_copies import FoundCopies, find_copies
from topoi.corpus.ledger import Event
from topoi.errors import InputError, listed

__all__ = ["deduplicate", "document_events", "duplicate_pairs", "pair_table"]

_CHOICES = ("drop", "count", "weight", "mark")


def deduplicate(
    corpus: Corpus,
    *,
    near: float | None = 0.6,
    contained: float | None = 0.85,
    spun: bool = True,
    copies: str = "drop",
    n_jobs: int | None = None,
) -> Corpus:
    """The corpus with one document of each cluster of copies, or with all of them marked.

    Exact copies have the same letters and digits in the same words, whatever their case,
    punctuation and white space. Near copies share at least `near` of their distinct words and
    pairs of neighbouring words (Jaccard similarity), and as large a share of those that at most ten
    texts of the corpus have: notices on one template that speak of different things are no copies.
    Spun copies have words replaced all over, about a quarter at most. Contained copies are pieces
    of a longer text. Every copy is a copy of the document that stays for it; being like another
    copy is not enough. Titles do not count.

    Parameters
    ----------
    corpus : Corpus
        Of whole documents; or of passages, then passages are looked for that other documents
        have, too, such as paragraphs of a press release. Passages under 8 words stay.
    near : float in [0.2, 1], or None for exact copies only, whatever `contained` and `spun` are
        A copy with one word in ten replaced has a similarity of about 0.74, one in five 0.56, one
        in four 0.48. Texts that are 0.9 alike are copies even on a template. Texts under 20 words
        take part in exact matching only.
    contained : float in [0.2, 1], or None
        Share of the words and pairs of words of the shorter text that the longer one has.
    spun : bool
        Whether texts below `near` but not below half of it are copies where the changes are words
        in the place of words.
    copies : str
        "drop": copies are taken out; the ledger has them as merged into what stays for them.
        "count": as "drop", and `weight` comes in: how many documents each stands for, itself
        included, without those that it contains.
        "weight": all stay and two columns come in: `cluster`, the id of what stays for a row, and
        `weight`: 1 / n in a cluster of n. What a longer text contains weighs 0 and does not count
        in n.
        "mark": all stay, and `cluster` comes in.
        For passages the columns are passage_cluster and passage_weight. `prevalence` takes their
        names as `weights` and `clusters`.
    n_jobs : int or None, threads; None is 1, -1 all cores; does not change the result

    Returns
    -------
    Corpus
        Among copies of one another the one with the earliest date, then the most words, then the
        first id stays; what a longer text contains goes into the longer one. The ledger has
        each copy with the id of what stays for it, and its similarity to that or, where it is
        contained, the share of it that is. Passages are counted for each document; one that loses
        all of them is dropped.

    Raises
    ------
    InputError
        If a setting is out of range, or a column is there already that should come in.

    Notes
    -----
    Of each text the 64 words and pairs of words with the least hash values (MinHash, bottom-k) are
    looked up in all texts, of those that at most ten texts have; pairs that share a tenth
    of them are compared in full. Texts that are made of common words and pairs nearly all are
    grouped by bands of minima instead, and each is compared with up to 64 of its group. So time
    and memory are linear in the words of the corpus, also for thousands of texts on one template,
    but a text that more than ten others repeat is found again only where it is nearly identical,
    contained or has something rare of its own: see `duplicate_report`. The clusters depend neither
    on the order of the documents nor on `n_jobs`.

    References
    ----------
    Broder (1997) for resemblance, containment and MinHash; Leskovec, Rajaraman and Ullman (2020),
    section 3.4, for bands; Schofield, Thompson and Mimno (2017) for what copies do to topics.
    """
    _check_choice(corpus, copies)
    found = find_copies(corpus, CopyRules(near, contained, spun), n_jobs=n_jobs)
    if copies in ("weight", "mark"):
        return _marked(corpus, found, with_weight=copies == "weight")
    if copies == "count":
        sizes = pd.Series(_sizes(found), dtype="int64")
        corpus = Corpus(corpus.table.assign(**{_columns(corpus)[1]: sizes}), corpus.ledger)
    return corpus.select(~found.is_copy, _events(corpus, found, "merged"))


def duplicate_pairs(
    corpus: Corpus,
    *,
    near: float | None = 0.6,
    contained: float | None = 0.85,
    spun: bool = True,
    n_jobs: int | None = None,
) -> pd.DataFrame:
    """The pairs that `deduplicate` counts as copies.

    Returns
    -------
    DataFrame
        Columns doc_id_a, doc_id_b (str; ids of passages where the corpus is cut), similarity
        (float64, in [0, 1], Jaccard), contained (float64, share of the shorter text that the other
        has), kind (str, "exact copy", "near copy", "spun copy", "contained copy"). An exact copy
        stands once, beside the best document with its text; other copies are pairs of such
        documents. In a large group of nearly identical texts each stands beside the best ones
        only. `a` comes before `b` in the corpus, rows are in the order of `a`, then `b`.

    Raises
    ------
    InputError
        As `deduplicate`.
    """
    found = find_copies(corpus, CopyRules(near, contained, spun), n_jobs=n_jobs)
    return pair_table(corpus, found)


def pair_table(corpus: Corpus, found: FoundCopies) -> pd.DataFrame:
    """The table of `duplicate_pairs`."""
    texts, pairs = found.texts, found.pairs
    again = np.flatnonzero(texts.first[texts.text_of] != np.arange(len(corpus)))
    one = np.concatenate([texts.first[texts.text_of[again]], texts.first[pairs.a]])
    other = np.concatenate([again, texts.first[pairs.b]])
    ones = np.ones(len(again))
    kinds = ["exact copy"] * len(again) + [KINDS[kind] for kind in pairs.kind]
    ids = np.array(corpus.ids, dtype=object)
    a, b = np.minimum(one, other), np.maximum(one, other)
    table = pd.DataFrame(
        {
            "doc_id_a": pd.Series(ids[a], dtype="str"),
            "doc_id_b": pd.Series(ids[b], dtype="str"),
            "similarity": np.concatenate([ones, pairs.similarity]),
            "contained": np.concatenate([ones, pairs.contained]),
            "kind": pd.Series(kinds, dtype="str"),
        }
    ).iloc[np.lexsort([b, a])]
    if corpus.is_segmented:
        documents = corpus.table["doc_id"].to_numpy()
        table = table.loc[(documents[a] != documents[b])[table.index]]
    return table.reset_index(drop=True)


def _check_choice(corpus: Corpus, copies: str) -> None:
    one_of("copies", copies, _CHOICES)
    cluster, weight = _columns(corpus)
    new = {"drop": [], "count": [weight], "weight": [cluster, weight], "mark": [cluster]}[copies]
    there = [name for name in new if name in corpus.table.columns]
    if there:
        raise InputError(
            f"The corpus has a column {listed(there)} already, which copies={copies!r} would "
            "bring in. Rename it or leave it out."
        )


def _columns(corpus: Corpus) -> list[str]:
    names = ["cluster", "weight"]
    return [f"passage_{name}" for name in names] if corpus.is_segmented else names


def _marked(corpus: Corpus, found: FoundCopies, *, with_weight: bool) -> Corpus:
    """All rows, with the row that stays for each and, if wanted, their weights."""
    cluster, weight = _columns(corpus)
    ids = np.array(corpus.ids, dtype=object)[found.stays]
    table = corpus.table.assign(**{cluster: pd.Series(ids, dtype="str")})
    if with_weight:
        table[weight] = _weights(found)
    return Corpus(table, corpus.ledger.add(_events(corpus, found, "noted")))


def _weights(found: FoundCopies) -> NDArray[np.float64]:
    """1 / n for the n copies of one text; 0 for what is in a longer one."""
    counts = found.kind != "contained copy"
    weights: NDArray[np.float64] = counts / _sizes(found)[found.stays]
    return weights


def _sizes(found: FoundCopies) -> NDArray[np.float64]:
    """How many copies of one text each row stands for, without those that it contains."""
    counts = found.kind != "contained copy"
    sizes = np.bincount(found.stays, weights=counts, minlength=len(counts))
    return sizes.astype(np.float64)


def _events(corpus: Corpus, found: FoundCopies, action: str) -> Iterator[Event]:
    if corpus.is_segmented:
        return _passage_events(corpus, found, action)
    return document_events(corpus.ids, found, action)


def document_events(
    ids: Sequence[str], found: FoundCopies, action: str, *, rows: slice = slice(None)
) -> Iterator[Event]:
    """What became of the documents of these rows that are copies.

    ids : of all documents
    action : "merged" or "noted"
    """
    places = np.arange(len(ids))[rows]
    for row in places[found.is_copy[rows]].tolist():
        kind = str(found.kind[row])
        into = ids[found.stays[row]]
        yield Event("deduplicate", ids[row], action, kind, detail=into)  # type: ignore[arg-type]
        if kind == "contained copy":
            share = f"{found.contained[row]:.2f}"
            yield Event("deduplicate", ids[row], "noted", "share contained in it", 1, share)
        elif kind != "exact copy":
            share = f"{found.similarity[row]:.2f}"
            yield Event("deduplicate", ids[row], "noted", "similarity to that copy", 1, share)


def _passage_events(corpus: Corpus, found: FoundCopies, action: str) -> Iterator[Event]:
    """How many passages of each document others have, and the documents that lose all."""
    ids = np.array(corpus.ids, dtype=object)
    rows = pd.DataFrame(
        {
            "doc_id": corpus.table["doc_id"],
            "kind": found.kind,
            "into": ids[found.stays],
            "is_copy": found.is_copy,
        }
    )
    copied = rows.loc[rows["is_copy"]]
    for (doc_id, kind), group in copied.groupby(["doc_id", "kind"], sort=False):
        reason = f"passages of other documents: {kind}"
        detail = f"the first of {group['into'].iloc[0]}"
        yield Event("deduplicate", str(doc_id), "noted", reason, len(group), detail)
    if action == "merged":
        loses_all = rows.groupby("doc_id", sort=False)["is_copy"].all()
        for doc_id in loses_all.index[loses_all]:
            yield Event(
                "deduplicate", str(doc_id), "dropped", "all passages are in other documents"
            )
