"""Whether the words of a line add up to a request, an offer or a note of a page."""

from __future__ import annotations

import re
from typing import NamedTuple

from topoi.corpus.page_words import CALLS, NAMING, SITES, WEIGHTS

__all__ = ["are_page_words", "is_made_of_page_words"]

_ENOUGH = 2
_MOST_WORDS = 25
_MOST_NAMES = 4
# A call to the reader may have a few words that no page needs to have: "Receive our reports on
# trade by e-mail".
_MOST_OTHERS = 2
_MOST_CALL_WORDS = 16
_OTHER_COST = 2
# A longer line has more of them: speech has many a "here", "share" and "support".
_SHORT = 8
_SPARSEST, _SPARSE, _DENSE = 6, 4, 3
# What is said begins with these, what goes on in another line ends with those, items of laws are
# numbered.
_SAID = frozenset(["and", "but", "so", "well"])
_NO_START = re.compile(
    r"[A-Z][A-Z.’' -]{1,40}:\s*\S|\(\w{1,4}\) |\d{1,3}[.)] "
    r"|(?i:listen|look|see|like|now|okay|ok|yes|no), "
)
_UNFINISHED = re.compile(r"(?:[,;—–]|\b(?:the|an?|and|or|of|in|this|our))$", re.IGNORECASE)
_READER = frozenset(["our", "us", "your", "you", "my", "me"])
# Where a name may stand: "Follow the Valley Sentinel on X", "Sponsored by Valley Motors".
_LEADS = frozenset(["on", "at", "from", "by", "with", "the", "to", "for", "follow", "via", "in"])
_WORD = re.compile(r"[@#]?\w[\w’'.@-]*")


class _Tally(NamedTuple):
    """Weights by word, and how many words, names and others a line has."""

    weights: dict[str, int]
    n_words: int
    n_names: int
    n_others: int


def is_made_of_page_words(line: str) -> bool:
    """Whether a line has words of pages, enough that articles seldom use, and hardly any other.

    Names are words in capitals after "on", "by", "the" and the like, in a line that begins as a
    request and is not all capitals. One or two other words are borne by a call to the reader
    ("Receive our …") that has the more words of pages. Lines that begin with a speaker's label
    are not of a page.
    """
    tally = _counted(line)
    if tally is None or tally.n_words > _MOST_WORDS or _first(tally) in _SAID:
        return False
    if tally.n_others and tally.n_words > _MOST_CALL_WORDS:
        return False
    is_enough = _bears_others(tally) if tally.n_others else _is_enough(tally)
    return is_enough and not (_NO_START.match(line) or _UNFINISHED.search(line))


def are_page_words(line: str) -> bool:
    """Whether a line has some words, all of which pages use, much or little as they tell."""
    words = [_plain(written.lower()) for written in _WORD.findall(line)]
    return bool(words) and all(_weight(word) is not None for word in words)


def _counted(line: str) -> _Tally | None:
    """The tally of a line; None as soon as it has too many other words or names."""
    weights: dict[str, int] = {}
    n_words = n_names = n_others = most_others = 0
    follows_lead = may_name = False
    for written in map(re.Match.group, _WORD.finditer(line)):
        word = written.lower()
        weight = WEIGHTS.get(word)
        if weight is None:
            word = _plain(word)
            weight = _weight(word)
        if n_words == 0:
            may_name = word in NAMING and not line.isupper()
            most_others = _MOST_OTHERS if word in CALLS else 0
        is_name = weight is None and may_name and follows_lead and written[0].isupper()
        if weight is not None:
            weights["@" if word[:1] in "@#" else word] = weight
        elif is_name:
            n_names += 1
        else:
            n_others += 1
        if n_others > most_others or n_names > _MOST_NAMES:
            return None
        n_words, follows_lead = n_words + 1, is_name or word in _LEADS
    return _Tally(weights, n_words, n_names, n_others)


def _plain(word: str) -> str:
    return word.replace("'", "’").rstrip(".’")


def _weight(word: str) -> int | None:
    """The weight of a word, of what it belongs to ("today’s") or of its heaviest part."""
    if word in WEIGHTS:
        return WEIGHTS[word]
    if word[:1] in "@#":
        return 1
    if word[:1].isdigit():
        return 0
    if word.endswith("’s"):
        return _weight(word[:-2])
    parts = [WEIGHTS.get(part) for part in word.split("-")]
    known = [part for part in parts if part is not None]
    return max(known) if len(known) == len(parts) > 1 else None


def _first(tally: _Tally) -> str:
    return next(iter(tally.weights), "")


def _is_enough(tally: _Tally) -> bool:
    """Whether there are words of pages enough, a call for any other than itself is one of them."""
    weight = sum(tally.weights.values())
    first = _first(tally)
    is_request = first in CALLS and any(map(WEIGHTS.get, [*tally.weights][1:]))
    share = _SPARSE if 2 in tally.weights.values() else _DENSE
    if share == _SPARSE and is_request and not _READER.isdisjoint(tally.weights):
        share = _SPARSEST
    n_words = tally.n_words - tally.n_names
    is_dense = n_words <= _SHORT or share * weight >= n_words
    return is_dense and weight + is_request >= _ENOUGH


def _bears_others(tally: _Tally) -> bool:
    """Whether a call with other words is to the reader of a page all the same."""
    if _READER.isdisjoint(tally.weights):
        return False
    of_pages = sum(weight for word, weight in tally.weights.items() if word not in SITES)
    return of_pages + 1 - _OTHER_COST * tally.n_others >= _ENOUGH
