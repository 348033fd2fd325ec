"""What a seed is, and which terms it stands for."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from numbers import Real
from operator import itemgetter

from topoi.errors import InputError

__all__ = ["NAME", "NAME_RULE", "Coverage", "Seed", "found_terms"]

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""Names of themes and sub-themes."""

NAME_RULE = "write a lower-case letter, then letters, digits or underscores."

_SEED = re.compile(r"[^\W_*][^\s*]*\*?(?: [^\W_*][^\s*]*\*?)*")
_LONGEST = 200  # characters of a pattern; words beyond 100 are no tokens
_LAST_LETTER = "\U0010ffff"


@dataclass(frozen=True)
class Seed:
    """A word or phrase that marks a theme.

    `pattern` is lower-case; words are separated by one space, and a word that ends in ``*``
    stands for every word with that beginning: "visa*", "root cause*". `sub_theme` names the part
    of the theme that it belongs to; empty where the theme is not parted.
    """

    pattern: str
    weight: float = 1.0
    sub_theme: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.pattern, str):
            raise InputError(f"A seed is a text; got {self.pattern!r}.")
        if self.pattern != self.pattern.lower() or not _SEED.fullmatch(self.pattern):
            raise InputError(
                f"Seed {self.pattern!r} is not usable: write lower-case words separated by one "
                "space; a word may end in * and must begin with a letter or digit."
            )
        if len(self.pattern) > _LONGEST:
            raise InputError(
                f"Seed {self.pattern[:40]!r}... has {len(self.pattern)} characters; {_LONGEST} are "
                "allowed."
            )
        if not (isinstance(self.weight, Real) and 0 < self.weight < inf):
            raise InputError(
                f"Seed {self.pattern!r} has weight {self.weight!r}; it must be a number > 0."
            )
        if self.sub_theme and not NAME.fullmatch(self.sub_theme):
            raise InputError(f"Sub-theme name {self.sub_theme!r} is not usable: {NAME_RULE}")

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        words = self.pattern.split(" ")
        return re.compile(
            " ".join(
                re.escape(word[:-1]) + r"[^ ]*" if word.endswith("*") else re.escape(word)
                for word in words
            )
        )

    def matches(self, term: str) -> bool:
        """Whether a vocabulary term (words separated by one space) is an instance of the seed."""
        return self._regex.fullmatch(term) is not None


def found_terms(seed: Seed, ranked: Sequence[tuple[str, int]]) -> list[tuple[int, str]]:
    """Columns and terms that the seed stands for, in column order; (-1, "") where none is.

    `ranked` is sorted by term, so that only terms with the seed's beginning are looked at.
    """
    beginning = seed.pattern.partition("*")[0]
    first = bisect_left(ranked, beginning, key=itemgetter(0))
    last = bisect_left(ranked, beginning + _LAST_LETTER, key=itemgetter(0))
    hits = sorted((column, term) for term, column in ranked[first:last] if seed.matches(term))
    return hits or [(-1, "")]


class Coverage:
    """Which of many counter-words stand for all that a seed does.

    Parameters
    ----------
    words : sequence of str, written like seeds
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._root = _Step()
        for number, word in enumerate(words):
            step = self._root
            for slot in word.split(" "):
                step = step.after.setdefault(slot, _Step())
            step.numbers.append(number)

    def of(self, pattern: str) -> list[int]:
        """The numbers of the words of which each instance of the pattern is an instance, too."""
        steps = [self._root]
        for slot in pattern.split(" "):
            stem = slot.removesuffix("*")
            wider = {slot, *(f"{stem[:length]}*" for length in range(1, len(stem) + 1))}
            steps = [step.after[each] for step in steps for each in wider if each in step.after]
        return [number for step in steps for number in step.numbers]


@dataclass(eq=False)
class _Step:
    """Where counter-words stand after some of their words, and which end there."""

    after: dict[str, _Step] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
