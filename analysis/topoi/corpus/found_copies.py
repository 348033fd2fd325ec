"""Which rows of a corpus are copies of which: what is dropped, weighted, marked or reported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.corpus.copy_clusters import Clusters, clusters
from topoi.corpus.copy_pairs import KINDS, TEMPLATE, CopyFinder, CopyPairs, CopyRules
from topoi.corpus.copy_texts import ComparedTexts, compared_texts
from topoi.corpus.corpus import Corpus
from topoi.workers import worker_count

__all__ = ["FoundCopies", "copies_among", "find_copies"]

_LEAST_PASSAGE = 8  # words; shorter ones, such as "Thank you.", come again in any text


@dataclass(frozen=True)
class FoundCopies:
    """The copies among D rows, documents or passages.

    texts, pairs : what was compared and what was found; pairs holds no exact copies
    stays : int64 array, shape (D,), the row that stays for each, itself where it stays
    kind : str array, shape (D,), "exact copy", "near copy", "spun copy", "contained copy" or ""
    similarity, contained : float64 arrays, shape (D,), to the row that stays
    n_template : int, pairs that are as alike as copies by a template only
    n_capped : int, texts of large groups that were not compared with all of their group
    """

    texts: ComparedTexts
    pairs: CopyPairs
    stays: NDArray[np.int64]
    kind: NDArray[np.str_]
    similarity: NDArray[np.float64]
    contained: NDArray[np.float64]
    n_template: int
    n_capped: int

    @property
    def is_copy(self) -> NDArray[np.bool_]:
        """Whether another row stays for each row, shape (D,)."""
        return np.not_equal(self.stays, np.arange(len(self.stays)))


def find_copies(corpus: Corpus, rules: CopyRules, *, n_jobs: int | None) -> FoundCopies:
    """The copies among the documents, or among passages of different documents.

    Raises
    ------
    InputError
        If a rule or `n_jobs` is out of range.
    """
    rules.check()
    n_threads = worker_count(n_jobs)
    texts = compared_texts(corpus, with_shingles=rules.near is not None, n_threads=n_threads)
    return copies_among(
        texts,
        rules,
        documents=pd.factorize(corpus.table["doc_id"])[0] if corpus.is_segmented else None,
        n_threads=n_threads,
    )


def copies_among(
    texts: ComparedTexts,
    rules: CopyRules,
    *,
    documents: NDArray[np.int64] | None = None,
    n_threads: int,
) -> FoundCopies:
    """The copies among rows whose texts are given.

    documents : int array, shape (D,), where the rows are passages: the document of each
    """
    finder = CopyFinder(texts, rules, n_threads)
    found = finder.pairs()
    chosen = clusters(finder, found)
    stays = texts.first[chosen.stays[texts.text_of]]
    if documents is not None:
        stays = _across_documents(documents, texts, stays)
    kind, similarity, contained = _relations(texts, chosen, stays)
    is_template = found.kind == TEMPLATE
    return FoundCopies(
        texts=texts,
        pairs=found.where((found.kind != TEMPLATE) & (found.kind > 0)),
        stays=stays,
        kind=kind,
        similarity=similarity,
        contained=contained,
        n_template=int(is_template.sum()),
        n_capped=finder.n_capped,
    )


def _across_documents(
    documents: NDArray[np.int64], texts: ComparedTexts, stays: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Passages stay that only their own document repeats, and those that are too short."""
    is_kept = (documents == documents[stays]) | (texts.n_words[texts.text_of] < _LEAST_PASSAGE)
    return np.where(is_kept, np.arange(len(stays)), stays)


def _relations(
    texts: ComparedTexts, chosen: Clusters, stays: NDArray[np.int64]
) -> tuple[NDArray[np.str_], NDArray[np.float64], NDArray[np.float64]]:
    """Kind, similarity and containment of each row to the one that stays for it."""
    is_copy = stays != np.arange(len(stays))
    is_exact = is_copy & (texts.text_of == texts.text_of[stays])
    kind = np.array(KINDS)[chosen.kind[texts.text_of]]
    kind = np.where(is_exact, "exact copy", np.where(is_copy, kind, ""))
    has_other = is_copy & ~is_exact
    similarity = np.where(has_other, chosen.similarity[texts.text_of], 1.0)
    return kind, similarity, np.where(has_other, chosen.contained[texts.text_of], 1.0)
