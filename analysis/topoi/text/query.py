"""Which texts a query asks for, as in (asylum OR "safe third*") AND NOT sport*."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.text.find import ScannedTexts, pattern_of, word_places
from topoi.text.patterns import Patterns

__all__ = ["AnyOf", "Both", "Either", "Near", "Not", "Query", "matching", "parse_query"]

_DEEPEST = 50  # brackets in brackets
_SHOWN = 30  # characters of a long query on either side of a fault

_TOKEN = re.compile(
    r"\s*+(?:(?P<open>\()|(?P<close>\))|[\"“”](?P<phrase>[^\"“”]*+)(?P<quote>[\"“”]?)"
    r"|NEAR/(?P<near>\d{1,4})(?![^\s()\"“”])|(?P<operator>AND|OR|NOT)(?![^\s()\"“”])"
    r"|(?P<word>[^\s()\"“”]++))"
)


@dataclass(frozen=True)
class AnyOf:
    """Texts with an instance of one of the patterns."""

    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Near:
    """Texts where instances of the two stand at most so many words from each other."""

    left: AnyOf
    right: AnyOf
    words: int


@dataclass(frozen=True)
class Not:
    """Texts that the query does not ask for."""

    query: Query


@dataclass(frozen=True)
class Both:
    """Texts that all queries ask for."""

    queries: tuple[Query, ...]


@dataclass(frozen=True)
class Either:
    """Texts that one of the queries asks for."""

    queries: tuple[Query, ...]


Query = AnyOf | Near | Not | Both | Either


def parse_query(query: str) -> Query:
    """What a query asks for.

    Parameters
    ----------
    query : str
        Words and phrases in quotes, in any case; a word that ends in ``*`` stands for every word
        with that beginning. AND, OR and NOT in capitals: NOT binds closer than AND, AND closer
        than OR; brackets. ``a NEAR/5 b``: at most five words from one to the other, in either
        order (neighbours are one word apart), each a word, a phrase or words joined with OR in
        brackets.

    Raises
    ------
    InputError
        If the query cannot be read; marks the place.

    Notes
    -----
    Linear in the length of the query.
    """
    return _Parser(query).whole()


def matching(query: Query, texts: ScannedTexts) -> NDArray[np.bool_]:
    """Whether each text is one that the query asks for, shape (D,).

    Words and phrases match as seeds do: see `topoi.text.find.instances`.
    """
    return _matching(query, texts, np.ones(len(texts), dtype=np.bool_))


def _matching(query: Query, texts: ScannedTexts, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each text matches, of those that are among those asked about."""
    if isinstance(query, AnyOf):
        return among & (texts.count(Patterns(query.patterns)) > 0)
    if isinstance(query, Near):
        return _matching_near(query, texts, among)
    if isinstance(query, Not):
        return among & ~_matching(query.query, texts, among)
    if isinstance(query, Either):
        return reduce(np.logical_or, (_matching(part, texts, among) for part in query.queries))
    # What is found fast leaves less to be gone through word by word.
    for part in sorted(query.queries, key=_has_near):
        among = _matching(part, texts, among)
    return among


def _has_near(query: Query) -> bool:
    if isinstance(query, Not):
        return _has_near(query.query)
    if isinstance(query, (Both, Either)):
        return any(map(_has_near, query.queries))
    return isinstance(query, Near)


def _matching_near(query: Near, texts: ScannedTexts, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    left, right = Patterns(query.left.patterns), Patterns(query.right.patterns)
    found = among & (texts.count(left) > 0) & (texts.count(right) > 0)
    for row in np.flatnonzero(found):
        tokens = texts.tokens(int(row))
        found[row] = _are_near(word_places(tokens, left), word_places(tokens, right), query.words)
    return found


def _are_near(left: list[tuple[int, int]], right: list[tuple[int, int]], words: int) -> bool:
    """Whether a place of one list ends at most so many words before one of the other begins."""
    return _follows(left, right, words) or _follows(right, left, words)


def _follows(before: list[tuple[int, int]], after: list[tuple[int, int]], words: int) -> bool:
    position = 0
    for _, last in before:
        while position < len(after) and after[position][0] <= last:
            position += 1
        if position < len(after) and after[position][0] - last <= words:
            return True
    return False


class _Token(NamedTuple):
    """A word, bracket or operator of a query, and where it begins."""

    kind: str
    text: str
    start: int


class _Parser:
    """Reads a query from left to right."""

    def __init__(self, query: str) -> None:
        if not isinstance(query, str):
            raise InputError(f"query must be a text; got {query!r}.")
        self._query = query
        self._tokens = list(self._split())
        self._position = 0
        self._depth = 0

    def whole(self) -> Query:
        found = self._either()
        token = self._next()
        if token.kind == "close":
            self._fail(token.start, "a bracket closes that was not opened")
        if token.kind != "end":
            self._fail(token.start, _JOIN)
        return found

    def _split(self) -> Iterator[_Token]:
        end = len(self._query.rstrip())
        position = 0
        while position < end:
            match = _TOKEN.match(self._query, position)
            if match is None or match.lastgroup is None:  # pragma: no cover
                self._fail(position, "this cannot be read")
            position = match.end()
            kind = match.lastgroup
            start = position - len(match[0].lstrip())
            if kind == "quote":
                if not match["quote"]:
                    self._fail(start, "this quote is not closed")
                kind = "phrase"
            yield _Token(kind, match[kind], start)
        yield _Token("end", "", len(self._query))

    def _either(self) -> Query:
        parts = [self._both()]
        while self._takes("operator", "OR"):
            parts.append(self._both())
        if len(parts) == 1:
            return parts[0]
        if all(isinstance(part, AnyOf) for part in parts):
            # One list of words is looked for at once, and NEAR takes nothing else.
            return AnyOf(tuple(p for part in parts for p in part.patterns))  # type: ignore[union-attr]
        return Either(tuple(parts))

    def _both(self) -> Query:
        parts = [self._not()]
        while self._takes("operator", "AND"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _not(self) -> Query:
        n_nots = 0
        while self._takes("operator", "NOT"):
            n_nots += 1
        found = self._near()
        return Not(found) if n_nots % 2 else found

    def _near(self) -> Query:
        start = self._peek().start
        left = self._one()
        token = self._peek()
        if token.kind != "near":
            return left
        self._next()
        right_start = self._peek().start
        right = self._one()
        if self._peek().kind == "near":
            self._fail(self._peek().start, "NEAR joins two; join two such pairs with AND")
        if int(token.text) < 1:
            self._fail(token.start, "NEAR needs a number of words from 1 on")
        if not isinstance(left, AnyOf):
            self._fail(start, _NEAR_TAKES)
        if not isinstance(right, AnyOf):
            self._fail(right_start, _NEAR_TAKES)
        return Near(left, right, int(token.text))

    def _one(self) -> Query:
        token = self._next()
        if token.kind == "open":
            return self._bracket(token)
        if token.kind not in ("word", "phrase"):
            what = "the query ends" if token.kind == "end" else f"{self._shown(token)} stands"
            self._fail(token.start, f"{what} where a word, a phrase or a bracket is needed")
        if token.kind == "word":
            self._check_word(token)
        try:
            return AnyOf((pattern_of(token.text),))
        except InputError as error:
            self._fail(token.start, str(error).rstrip("."))

    def _bracket(self, opened: _Token) -> Query:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._fail(opened.start, f"brackets stand more than {_DEEPEST} deep")
        found = self._either()
        token = self._next()
        if token.kind == "end":
            self._fail(opened.start, "this bracket is not closed")
        if token.kind != "close":
            self._fail(token.start, _JOIN)
        self._depth -= 1
        return found

    def _check_word(self, token: _Token) -> None:
        upper = token.text.upper()
        if upper in ("AND", "OR", "NOT") or re.match(r"NEAR(?:/|$)", upper):
            self._fail(
                token.start,
                f"{token.text!r} is no operator; those are AND, OR, NOT and NEAR/5 in capitals. "
                "Put it in quotes to look for the word",
            )

    def _shown(self, token: _Token) -> str:
        return f"NEAR/{token.text}" if token.kind == "near" else token.text

    def _peek(self) -> _Token:
        return self._tokens[self._position]

    def _next(self) -> _Token:
        token = self._tokens[self._position]
        self._position = min(self._position + 1, len(self._tokens) - 1)
        return token

    def _takes(self, kind: str, text: str) -> bool:
        token = self._peek()
        is_next = (token.kind, token.text) == (kind, text)
        self._position += is_next
        return is_next

    def _fail(self, place: int, what: str) -> NoReturn:
        first = max(0, place - _SHOWN)
        before = "…" * (first > 0) + re.sub(r"\s", " ", self._query[first:place])
        after = re.sub(r"\s", " ", self._query[place : place + _SHOWN])
        rest = "…" * (place + _SHOWN < len(self._query))
        raise InputError(
            f"The query cannot be read at character {place + 1}: {what}.\n"
            f"    {before}{after}{rest}\n    {' ' * len(before)}^"
        )


_JOIN = "join the two with AND, OR or NEAR/5, or put a phrase in quotes"
_NEAR_TAKES = "NEAR takes words, phrases, or words joined with OR in brackets"
