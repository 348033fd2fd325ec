"""Which different words are counted as one: plurals with singulars, or forms with their lemma."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.text.numbered import NameList, NumberedTexts
from topoi.text.patterns import Patterns, is_word
from topoi.text.plurals import plural_rule, singulars

__all__ = [
    "FOLDED_COLUMNS",
    "Bases",
    "Folding",
    "bases_by",
    "counts_by_name",
    "fold",
    "fold_table",
    "names_in_capitals",
    "token_counts",
]

FOLDED_COLUMNS = {"word": "str", "form": "str", "n_tokens": "int64"}
"""Columns of the table of folded words."""

_MOST_STEPS = 5  # from a word to its form to the form of that

Bases = Callable[[str], Iterable[str]]
"""The possible forms of a word, the likeliest first."""


@dataclass(frozen=True)
class Folding:
    """How words are folded.

    bases : of each word its possible forms
    must_occur : whether only a form that occurs in the text counts
    by_word : whether phrases are folded word by word, where the form occurs
    protected : terms that stay as they are
    seeds : no word is folded away from a pattern or counter-word that it is an instance of
    stop_words : no word becomes a stop word or comes of one
    """

    bases: Bases
    must_occur: bool
    by_word: bool
    protected: Patterns
    seeds: Patterns
    stop_words: frozenset[str]

    def allows(self, word: str, form: str) -> bool:
        """Whether a word may be counted as this form."""
        if word == form or {word, form} & self.stop_words or self.protected.matches(word):
            return False
        found = self.seeds.matching(word)
        if found and self.seeds.is_counter(word) != self.seeds.is_counter(form):
            return False
        return found <= self.seeds.matching(form)


def bases_by(lemmas: str | Mapping[str, str] | pd.DataFrame, language: str) -> Bases:
    """The forms of words by a rule, by simplemma or by a table.

    Raises
    ------
    InputError
        If there is no such way, no rule or dictionary for the language, simplemma is not
        installed, or the table is not one of words.
    """
    if isinstance(lemmas, str):
        if lemmas == "plurals":
            plural_rule(language)
            return lambda word: singulars(word, language)
        if lemmas == "simplemma":
            return _simplemma(language)
        raise InputError(
            f"lemmas must be 'plurals', 'simplemma', a table of words and forms, or None; got "
            f"{lemmas!r}."
        )
    table = _checked_table(lemmas)
    return lambda word: (table[word],) if word in table else ()


def fold(
    texts: NumberedTexts,
    folding: Folding,
    *,
    known: Mapping[str, int],
    fixed: Collection[str] = (),
) -> tuple[NumberedTexts, pd.DataFrame]:
    """The texts with each word as its form, and the table of what was folded.

    Parameters
    ----------
    texts : NumberedTexts, phrases of seeds joined
    folding : Folding
    known : mapping from term to frequency
        Where forms must occur they must be among these; of several the most frequent counts.
    fixed : collection of str
        Terms that stay as they are.

    Notes
    -----
    Looks at each distinct word once; its time hardly grows with the text.
    """
    n_tokens = token_counts(texts).tolist()
    used = [number for number in range(1, len(n_tokens)) if n_tokens[number] > 0]
    forms = {}
    for word in (texts.names[number] for number in used):
        if word not in fixed and (form := _form(word, folding, known)):
            forms[word] = form
    names = NameList(texts.names)
    numbers = np.arange(len(n_tokens), dtype=np.int32)
    rows = []
    for number in used:
        word = texts.names[number]
        if word in forms and (form := _last_form(word, forms, folding)):
            numbers[number] = names.number(form)
            rows.append((word, form, n_tokens[number]))
    return NumberedTexts(names.names, texts.renumbered(numbers).chunks), fold_table(sorted(rows))


def names_in_capitals(texts: NumberedTexts, n_capital: NDArray[np.int64]) -> frozenset[str]:
    """Words that are written in capitals alone half of the time and more: AIDS, ICE, DACA."""
    n_tokens = token_counts(texts)
    mostly = np.flatnonzero((n_capital > 0) & (2 * n_capital >= n_tokens))
    return frozenset(texts.names[number] for number in mostly)


def fold_table(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    """The table of folded words with these rows."""
    return pd.DataFrame(rows, columns=list(FOLDED_COLUMNS)).astype(FOLDED_COLUMNS)


def counts_by_name(texts: NumberedTexts) -> dict[str, int]:
    """How often each name is used."""
    return dict(zip(texts.names, token_counts(texts).tolist(), strict=True))


def token_counts(texts: NumberedTexts) -> NDArray[np.int64]:
    """How often each name is used, shape (V,)."""
    counts = np.zeros(len(texts.names), dtype=np.int64)
    for chunk in texts.chunks:
        counts += np.bincount(chunk.tokens, minlength=len(counts))
    return counts


def _form(term: str, folding: Folding, counts: Mapping[str, int]) -> str | None:
    """The form of a word or phrase; None where it stays. Of several forms the most frequent."""
    if " " in term and folding.by_word:
        return _phrase_form(term, folding, counts)
    usable = [base for base in folding.bases(term) if folding.allows(term, base)]
    if folding.must_occur:
        usable = [base for base in usable if counts.get(base, 0) > 0]
    return max(usable, key=lambda base: counts.get(base, 0), default=None)


def _phrase_form(phrase: str, folding: Folding, counts: Mapping[str, int]) -> str | None:
    """The phrase with all its words in their first form, or the last alone, if that occurs."""
    words = phrase.split(" ")
    firsts = [next(iter(folding.bases(word)), word) for word in words]
    for form in (" ".join(firsts), " ".join([*words[:-1], firsts[-1]])):
        if counts.get(form, 0) > 0 and folding.allows(phrase, form):
            return form
    return None


def _last_form(word: str, forms: Mapping[str, str], folding: Folding) -> str | None:
    """The form of the form and so on; None where that goes in a circle or away from a seed."""
    chain = [word]
    while chain[-1] in forms and len(chain) <= _MOST_STEPS:
        chain.append(forms[chain[-1]])
    if len(set(chain)) < len(chain) or not folding.allows(word, chain[-1]):
        return None
    return chain[-1]


def _simplemma(language: str) -> Bases:
    try:
        import simplemma
    except ImportError:
        raise InputError(
            "lemmas='simplemma' needs the package simplemma: pip install simplemma. Or give "
            "lemmas='plurals'."
        ) from None

    def bases(word: str) -> Iterable[str]:
        if not word.isalpha():
            return ()
        lemma = simplemma.lemmatize(word, lang=language).lower()
        return (lemma,) if is_word(lemma) else ()

    try:
        simplemma.lemmatize("a", lang=language)
    except ValueError:
        raise InputError(f"simplemma has no dictionary of the language {language!r}.") from None
    return bases


def _checked_table(given: Mapping[str, str] | pd.DataFrame) -> dict[str, str]:
    if isinstance(given, pd.DataFrame):
        missing = [name for name in ("word", "form") if name not in given.columns]
        if missing:
            raise InputError(
                f"A table of lemmas has the columns word and form; {' and '.join(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} not there."
            )
        pairs = list(zip(given["word"], given["form"], strict=True))
    elif isinstance(given, Mapping):
        pairs = list(given.items())
    else:
        raise InputError(
            "lemmas must be 'plurals', 'simplemma', a table of words and forms, or None; got "
            f"{given!r}."
        )
    odd = [pair for pair in pairs if not all(map(_is_term, pair))]
    if odd:
        raise InputError(
            f"{len(odd)} rows of lemmas are not usable: {listed(map(repr, odd))}. Write words in "
            "lower case, those of a phrase separated by one space."
        )
    ordered = sorted(pairs)
    twice = [a for (a, b), (c, d) in pairwise(ordered) if a == c and b != d]
    if twice:
        raise InputError(f"lemmas gives more than one form of: {listed(twice)}. Keep one of each.")
    return dict(ordered)


def _is_term(term: object) -> bool:
    return isinstance(term, str) and all(map(is_word, term.split(" ")))
