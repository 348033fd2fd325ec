"""Which terms look so alike that one gives the other away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["distinct_terms", "share_root"]

_COMMON_LETTERS = 5  # migrant and migration
_LONGEST_ENDING = 3  # wall and walls, work and working
_SHORTEST_WORD = 4  # of a phrase; shorter ones (of, the, and) say nothing
_SHORTEST_ROOT = 3
_WORD = re.compile(r"\w+")


def share_root(one: str, other: str) -> bool:
    """Whether two terms have a word in common but for its ending.

    Two words do when they begin with the same five letters, or when one (of three letters or more)
    is the beginning of the other and at most three letters shorter. Of phrases, words of fewer than
    four letters are passed over. Case, accents and dots do not count. A rough rule on purpose:
    "policy" and "police" count as alike, which costs a candidate and harms nothing.

    Examples
    --------
    >>> share_root("migrants", "migration policy"), share_root("wall", "walls")
    (True, True)
    >>> share_root("port", "portugal"), share_root("rule of law", "port of entry")
    (False, False)
    """
    return any(_alike(a, b) for a in _words(one) for b in _words(other))


def distinct_terms(terms: Iterable[str], n: int) -> list[str]:
    """The first n terms of which none shares a root with an earlier one; fewer if there are not."""
    kept: list[str] = []
    for term in terms:
        if len(kept) == n:
            break
        if not any(share_root(term, other) for other in kept):
            kept.append(term)
    return kept


def _words(term: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", term.replace(".", "").casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = _WORD.findall(letters)
    long_enough = [word for word in words if len(word) >= _SHORTEST_WORD]
    return long_enough if long_enough and len(words) > 1 else words


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if short == long or (
        len(short) >= _COMMON_LETTERS and long[:_COMMON_LETTERS] == short[:_COMMON_LETTERS]
    ):
        return True
    return (
        len(short) >= _SHORTEST_ROOT
        and long.startswith(short)
        and len(long) - len(short) <= _LONGEST_ENDING
    )
