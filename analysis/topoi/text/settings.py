"""How text is to be counted: the settings of `vectorise`, checked, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypedDict

import pandas as pd

from topoi.checks import is_whole
from topoi.errors import InputError, listed
from topoi.text.lemmas import Bases, Folding, bases_by
from topoi.text.non_words import checked_rules, placeholder
from topoi.text.patterns import Patterns, is_word, seed_patterns
from topoi.text.plurals import protected_terms
from topoi.text.scan import Scanner, scanner
from topoi.text.stop_words import stop_words as listed_stop_words
from topoi.text.tokenise import is_number, kind_of
from topoi.themes.theme import Themes

__all__ = ["CountSettings", "Lemmas", "Phrases", "Settings", "WordSettings", "repeatable"]

Phrases = bool | Iterable[str] | pd.DataFrame
"""Whether phrases are learned, or which are joined."""

Lemmas = str | Mapping[str, str] | pd.DataFrame | None
"""How words are folded."""


class WordSettings(TypedDict, total=False):
    """Settings of `vectorise` that say what is one word; defaults are at `Settings`."""

    themes: Themes | None
    language: str | None
    phrases: Phrases
    exclude_phrases: Iterable[str]
    lemmas: Lemmas
    protected: Iterable[str] | None
    non_words: Mapping[str, str] | None
    stop_words: str | Collection[str] | None
    keep: Iterable[str]
    token_pattern: str | None


class CountSettings(WordSettings, total=False):
    """All settings of `vectorise`, but for a vocabulary."""

    min_docs: int
    max_share: float
    max_terms: int | None


class Settings:
    """The checked settings, and what follows from them; the meaning of each is at `vectorise`."""

    def __init__(
        self,
        *,
        themes: Themes | None = None,
        language: str | None = None,
        phrases: Phrases = True,
        exclude_phrases: Iterable[str] = (),
        lemmas: Lemmas = None,
        protected: Iterable[str] | None = None,
        non_words: Mapping[str, str] | None = None,
        stop_words: str | Collection[str] | None = "auto",
        min_docs: int = 5,
        max_share: float = 0.5,
        max_terms: int | None = None,
        keep: Iterable[str] = (),
        token_pattern: str | None = None,
    ) -> None:
        _check(min_docs, max_share, max_terms)
        if token_pattern is not None and non_words is not None:
            raise InputError(
                "With token_pattern every match is a token, so non_words has no effect; leave one "
                "of the two out."
            )
        self.language = language or (themes.language if themes else "en")
        self.seeds = seed_patterns(themes or ())
        wanted = _patterns("keep", keep)
        counter = [word for word in self.seeds.counter if word not in wanted]
        self.kept = Patterns([*self.seeds.patterns, *wanted], counter=counter)
        self.stop_words = _stop_words(stop_words, self.language)
        self.min_docs, self.max_share, self.max_terms = min_docs, max_share, max_terms
        self.learns_phrases = phrases is True
        self.excluded = Patterns(_patterns("exclude_phrases", exclude_phrases))
        self._lemmas = lemmas
        words = protected_terms(self.language) if protected is None else protected
        self.protected = Patterns(_patterns("protected", words) if self.folds else ())
        # Phrases of seeds and protected ones are joined in any case, and before these.
        joined = Patterns([*self.kept.patterns, *self.protected.patterns], counter=counter)
        self.given = tuple(p for p in _given_phrases(phrases) if not joined.matching(p))
        _check_no_seed(self.given, self.kept)
        self._bases: Bases = lambda _: ()
        if lemmas is not None:
            self._bases = bases_by(lemmas, self.language)
        self.non_words = checked_rules(non_words)
        self._token_pattern = token_pattern
        self._words_only = token_pattern is None
        self._non_word_terms = frozenset(map(placeholder, self.non_words))
        # Whether any rule depends on what a term is called.
        self.minds_names = bool(self._words_only or self.stop_words or self.kept.patterns)

    def scanner(self) -> Scanner:
        """A new reader of texts."""
        return scanner(self._token_pattern, non_words=self.non_words, is_kept=self.kept.matches)

    @cached_property
    def unfolded_phrases(self) -> Patterns:
        """Phrases to join before words are folded: protected ones and those that hold one."""
        inner = [f" {phrase} " for phrase in self.protected.patterns if " " in phrase]
        longer = (p for p in self.given if any(phrase in f" {p} " for phrase in inner))
        return Patterns([*self.protected.patterns, *longer])

    @property
    def folds_numbers(self) -> bool:
        """Whether all numbers are one term."""
        return self._words_only and self.non_words["number"] == "fold"

    @property
    def spots_names(self) -> bool:
        """Whether words in capitals are left as they are; a table says itself what is folded."""
        return isinstance(self._lemmas, str)

    @property
    def folds(self) -> bool:
        """Whether words are folded."""
        return self._lemmas is not None

    def folding(self, names: frozenset[str]) -> Folding:
        """How words are folded, proper `names` left as they are."""
        return Folding(
            bases=lambda word: () if word in names else self._bases(word),
            must_occur=isinstance(self._lemmas, str) and self._lemmas == "plurals",
            by_word=self.spots_names,
            protected=self.protected,
            seeds=self.kept,
            stop_words=self.stop_words,
        )

    def is_number(self, term: str) -> bool:
        """Whether the rule for numbers applies to a term; dates in digits have their own."""
        return self._words_only and is_number(term) and kind_of(term) != "date"

    def is_barred(self, token: str) -> bool:
        """Whether a token may be in no learned phrase."""
        return (
            token in self.stop_words
            or len(token) == 1
            or is_number(token)
            or token in self._non_word_terms
            or self.kept.matches(token)
            or (" " in token and self.protected.matches(token))
            or not is_word(token)
        )

    def empty_word_rule(self, term: str) -> str | None:
        """The rule by which a term says nothing, wherever it occurs."""
        if term in self.stop_words:
            return "stop_words"
        if term.isalpha() and len(term) > 1:  # most terms, sooner
            return None
        if self.non_words["number"] == "drop" and self.is_number(term):
            return "number"
        if self._words_only and len(term) == 1 and not term.isdecimal():
            return "one_letter"
        return None


def repeatable(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as several can use them: a list of what can be gone through only once."""
    return {name: list(v) if isinstance(v, Iterator) else v for name, v in settings.items()}


def _check(min_docs: int, max_share: float, max_terms: int | None) -> None:
    faults = []
    if not is_whole(min_docs) or min_docs < 1:
        faults.append(f"min_docs must be an int >= 1, a number of rows; got {min_docs}.")
    if not 0 < max_share <= 1:
        faults.append(f"max_share must be a share of the rows, in (0, 1]; got {max_share}.")
    if max_terms is not None and (not is_whole(max_terms) or max_terms < 1):
        faults.append(f"max_terms must be an int >= 1 or None; got {max_terms}.")
    if faults:
        raise InputError(" ".join(faults))


def _patterns(name: str, given: Iterable[str]) -> list[str]:
    if isinstance(given, str):
        raise InputError(f"{name} must be a list of patterns; got the text {given!r}.")
    return list(given)


def _stop_words(given: str | Collection[str] | None, language: str) -> frozenset[str]:
    if given is None:
        return frozenset()
    if isinstance(given, str):
        return listed_stop_words(language if given == "auto" else given)
    return frozenset(given)


def _check_no_seed(phrases: tuple[str, ...], kept: Patterns) -> None:
    """Refuse phrases that could be joined only where a seed would be lost."""
    lost = [phrase for phrase in phrases if any(map(kept.matches, phrase.split(" ")))]
    if lost:
        raise InputError(
            f"{len(lost)} phrases hold a word that is a seed or in keep, and it would be lost in "
            f"them: {listed(map(repr, lost))}. Make the phrase a seed, too, or give it to keep; "
            "or take it from the list."
        )


def _given_phrases(phrases: Phrases) -> tuple[str, ...]:
    if isinstance(phrases, bool):
        return ()
    if isinstance(phrases, pd.DataFrame):
        if "phrase" not in phrases.columns:
            raise InputError("A table of phrases has a column phrase; this one has none.")
        phrases = phrases["phrase"]
    given = _patterns("phrases", phrases)
    single = [phrase for phrase in given if not isinstance(phrase, str) or " " not in phrase]
    if single:
        raise InputError(
            f"{len(single)} phrases are no text of several words: {listed(map(repr, single))}. "
            "Single words need not be joined; give them to keep if they must not be removed."
        )
    return Patterns(given).patterns
