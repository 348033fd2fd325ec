"""Which terms of a vocabulary each text has, in the order of its words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed
from topoi.text.known_terms import read_known
from topoi.text.settings import Settings, WordSettings
from topoi.text.tokenise import BREAK
from topoi.text.vocabulary import Vocabulary

__all__ = ["TermSequences", "term_sequences"]


@dataclass(frozen=True, eq=False)
class TermSequences:
    """Texts as rows of terms, for what depends on how near words stand to one another.

    vocabulary : Vocabulary of V terms
    tokens : int32 array, shape (N,), column of each word's term in order, -1 for other words
    bounds : int64 array, shape (D + 1,); text d owns [bounds[d], bounds[d + 1])
    doc_ids : tuple of str, length D, the document that each text is of
    """

    vocabulary: Vocabulary
    tokens: NDArray[np.int32]
    bounds: NDArray[np.int64]
    doc_ids: tuple[str, ...]

    @cached_property
    def sha256(self) -> str:
        """Of what a measure can depend on, as hexadecimal digits."""
        digest = hashlib.sha256(np.ascontiguousarray(self.tokens, dtype="<i4").tobytes())
        digest.update(np.ascontiguousarray(self.bounds, dtype="<i8").tobytes())
        digest.update("\x00".join((*self.vocabulary.terms, "", *self.doc_ids)).encode())
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __repr__(self) -> str:
        return (
            f"<TermSequences of {len(self)} texts, {len(self.tokens)} words, "
            f"{np.count_nonzero(self.tokens >= 0)} of them terms of the vocabulary>"
        )


def term_sequences(
    texts: Corpus | Iterable[Sequence[str]],
    vocabulary: Vocabulary,
    **words: Unpack[WordSettings],
) -> TermSequences:
    """The words of each text as terms of the vocabulary, in order; other words keep their place.

    Parameters
    ----------
    texts : Corpus, or an iterable of texts that are cut into terms already
        Of a corpus, phrases of the vocabulary are one word each and stop words count as words;
        punctuation, and what `non_words` drops, does not. Cut texts are each a document.
    vocabulary : Vocabulary, as of a fit
    words : settings of `vectorise` that say what one word is, as the vocabulary was made with
        (for `lemmas` give the table `folded` of the matrix); for a Corpus only

    Raises
    ------
    InputError
        If a cut text is a str, or settings are given with cut texts, or are unusable.
    """
    if isinstance(texts, Corpus):
        return _of_corpus(texts, vocabulary, Settings(**words))
    if words:
        raise InputError(
            f"The texts are cut into terms already, so {listed(words)} would have no effect; leave "
            "it out, or give a Corpus."
        )
    columns, bounds = [], [0]
    for number, text in enumerate(texts):
        if isinstance(text, str):
            raise InputError(
                f"Text {number} is a str; give each text as a list of terms, or give a Corpus."
            )
        columns.extend([vocabulary.index.get(term, -1) for term in text])
        bounds.append(len(columns))
    ids = tuple(f"text {number + 1}" for number in range(len(bounds) - 1))
    return TermSequences(vocabulary, np.array(columns, np.int32), np.array(bounds, np.int64), ids)


def _of_corpus(texts: Corpus, vocabulary: Vocabulary, settings: Settings) -> TermSequences:
    found, joined = read_known([texts], vocabulary, settings)
    columns = np.array([vocabulary.index.get(name, -1) for name in joined.names], dtype=np.int32)
    is_word = np.array([name != BREAK for name in joined.names])
    tokens = [np.zeros(0, np.int32)]
    lengths = [np.zeros(1, np.int64)]
    for chunk in joined.chunks:
        kept = is_word[chunk.tokens]
        running = np.concatenate([[0], np.cumsum(kept)])
        tokens.append(columns[chunk.tokens[kept]])
        lengths.append(np.diff(running[chunk.bounds]))
    bounds = np.cumsum(np.concatenate(lengths))
    ids = tuple(found.units["doc_id"].astype("str"))
    return TermSequences(vocabulary, np.concatenate(tokens), bounds, ids)
