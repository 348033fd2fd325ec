"""How texts are read as the terms of a vocabulary that is given."""

from __future__ import annotations

from collections.abc import Iterable

from topoi.corpus.corpus import Corpus
from topoi.text.joining import join
from topoi.text.numbered import NumberedTexts
from topoi.text.patterns import Patterns, is_word
from topoi.text.settings import Settings
from topoi.text.terms import ReadTexts, fold_numbers, read
from topoi.text.vocabulary import Vocabulary

__all__ = ["read_known"]


def read_known(
    parts: Iterable[Corpus], vocabulary: Vocabulary, settings: Settings
) -> tuple[ReadTexts, NumberedTexts]:
    """What was read, and its texts with the vocabulary's phrases joined and words folded."""
    found = read(parts, settings, known=_words_of(vocabulary), fixed=vocabulary.index)
    phrases = _phrases_of(vocabulary, settings)
    joined = join(found.texts, phrases, is_taken=settings.kept.matches)
    return found, fold_numbers(joined, settings)


def _words_of(vocabulary: Vocabulary) -> dict[str, int]:
    """The terms of a vocabulary and the words of its phrases, with a frequency above 0."""
    words = {word: 1 for term in vocabulary.terms for word in term.split(" ")}
    n_tokens = (vocabulary.term_freq + 1).tolist()
    return {**words, **dict(zip(vocabulary.terms, n_tokens, strict=True))}


def _phrases_of(vocabulary: Vocabulary, settings: Settings) -> Patterns:
    """The phrases of a vocabulary that were learned, not those joined for the themes."""
    return Patterns(
        term
        for term in vocabulary.terms
        if " " in term and all(map(is_word, term.split(" "))) and not settings.kept.matching(term)
    )
