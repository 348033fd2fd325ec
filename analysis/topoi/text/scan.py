"""Which tokens many texts are made of, as numbers, without a Python object for each token."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topoi.kernels import pieces, words
from topoi.text.expression import Expression, checked_expression
from topoi.text.non_words import NON_WORDS, token_by_rule
from topoi.text.numbered import Chunk, NameList
from topoi.text.tokenise import CHARACTERS, KINDS, LONGEST, word_token

__all__ = ["Scanner", "scanner"]

# [a-z]{3,}, \w+, (?u)\b\w\w+\b: one class of characters, repeated without an upper limit.
_RUNS = re.compile(
    r"(?:\(\?u\))?(?P<edge>\\b)?(?P<one>\\w|\[\^?(?:[^\]\\\[^]|\\.)+\])"
    r"(?P<more>(?P=one)*)(?:(?P<plus>\+)|\{(?P<least>[1-9]\d{0,5}),\})(?P<end>\\b)?"
)
_CAPITALS = 255
_BETWEEN, _SPOILS, _MAKES = range(3)  # classes of characters in `pieces.scan_runs`


class Scanner:
    """Reads texts chunk by chunk and numbers their tokens; equal tokens have one number."""

    names: list[str]
    """The tokens so far; the first is BREAK."""

    def scan(self, texts: list[str]) -> Chunk:
        """The tokens of the texts, numbered; adds new ones to the names."""
        raise NotImplementedError

    def left_out(self) -> dict[str, tuple[int, int]]:
        """Of each kind of non-words that are dropped: different spellings, and occurrences."""
        return {}

    def n_capital(self) -> NDArray[np.int64]:
        """How often each token was written in capitals alone, shape (tokens so far,)."""
        return np.zeros(len(self.names), dtype=np.int64)


def scanner(
    token_pattern: str | None,
    *,
    non_words: Mapping[str, str] = NON_WORDS,
    is_kept: Callable[[str], bool] = lambda _: False,
) -> Scanner:
    """What reads texts: our tokeniser, or a regular expression as in scikit-learn.

    Parameters
    ----------
    token_pattern : str, optional
        Its matches in the lower-case text are the tokens; with a group, what the group matches.
        None is `tokenise`.
    non_words : mapping with a rule for each kind, for our tokeniser only
    is_kept : callable
        Whether a seed asks for a token that is no word; it stays then.

    Raises
    ------
    InputError
        If the pattern is not one, or has more than one group; while texts are read, if it takes
        too long.
    """
    if token_pattern is None:
        return _PieceScanner(non_words, is_kept)
    pattern = checked_expression(token_pattern)
    runs = _RUNS.fullmatch(pattern)
    if runs and bool(runs["edge"]) == bool(runs["end"]):
        classes = _run_classes(runs["one"], has_edges=bool(runs["edge"]))
        if classes is not None:
            n_before = len(runs["more"]) // len(runs["one"])
            return _RunScanner(classes, n_before + int(runs["least"] or 1))
    return _ExpressionScanner(Expression(pattern))


class _WordNumbers:
    """The numbers of the distinct words met so far."""

    def __init__(self, hash_mask: int = words.WHOLE_HASH) -> None:
        self._mask = np.uint64(hash_mask)
        self._n_words = 0
        self._pool = np.zeros(0, dtype=np.uint32)
        self._bounds = np.zeros(1, dtype=np.int64)
        self._keys = np.zeros(1, dtype=np.uint64)
        self._slots = np.zeros(1, dtype=np.int32)

    def of(
        self, codes: NDArray[np.uint32], starts: NDArray[np.int64], stops: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], list[str]]:
        """The number of each word, from 1; 0 for an empty one; and the words that are new."""
        self._make_room(len(starts), len(codes))
        n_known = self._n_words
        table = (self._slots, self._keys, self._bounds, self._pool)
        numbers, self._n_words = words.number_words(
            codes, starts, stops, *table, n_known, self._mask
        )
        return numbers, self._from(n_known)

    def _make_room(self, n_words: int, n_characters: int) -> None:
        """Lengthen the table so that so many more words find room and a third of it is free."""
        most = self._n_words + n_words
        self._keys = _lengthened(self._keys, most + 1)
        self._bounds = _lengthened(self._bounds, most + 1)
        self._pool = _lengthened(self._pool, int(self._bounds[self._n_words]) + n_characters)
        if 2 * len(self._slots) < 3 * most:
            n_slots = 1 << (2 * most).bit_length()
            self._slots = words.word_slots(self._keys, self._n_words, n_slots, self._mask)

    def _from(self, first: int) -> list[str]:
        bounds = self._bounds[first : self._n_words + 1].tolist()
        text = _text(self._pool[bounds[0] : bounds[-1]])
        return [text[a - bounds[0] : b - bounds[0]] for a, b in pairwise(bounds)]


class _PieceScanner(Scanner):
    """Our tokeniser: pieces are found and numbered; a new piece is made a token once."""

    def __init__(self, non_words: Mapping[str, str], is_kept: Callable[[str], bool]) -> None:
        self._rules = non_words
        self._is_kept = is_kept
        self._pieces = _WordNumbers()
        self._tokens = NameList()
        self._token_of_piece = np.zeros(1, dtype=np.int32)
        # Number in KINDS of what is dropped, _CAPITALS for what is in capitals, 0 for the rest.
        self._mark_of_piece = np.zeros(1, dtype=np.uint8)
        self._n_dropped = np.zeros((2, len(KINDS)), dtype=np.int64)  # spellings, occurrences
        self._n_capital = np.zeros(1, dtype=np.int64)
        self.names = self._tokens.names

    def scan(self, texts: list[str]) -> Chunk:
        codes, bounds = _codes(texts)
        starts, stops, bounds = pieces.scan_pieces(codes, bounds, _piece_classes(), LONGEST)
        numbers, new = self._pieces.of(codes, starts, stops)
        self._add(new)
        tokens = self._token_of_piece[numbers]
        self._tally(self._mark_of_piece[numbers], tokens)
        return Chunk(tokens, bounds)

    def left_out(self) -> dict[str, tuple[int, int]]:
        spellings, occurrences = self._n_dropped.tolist()
        return {kind: (spellings[n], occurrences[n]) for n, kind in enumerate(KINDS) if n > 0}

    def n_capital(self) -> NDArray[np.int64]:
        return _lengthened(self._n_capital, len(self.names))[: len(self.names)]

    def _add(self, new: list[str]) -> None:
        """Make tokens of new pieces."""
        tokens, marks = [], []
        for piece in new:
            if piece.isalpha():  # most pieces; what `token_by_rule` says of them, sooner
                token, mark = word_token(piece), 0
            else:
                token, mark = token_by_rule(piece, self._rules, self._is_kept)
            if mark:
                self._n_dropped[0, mark] += 1
            elif len(piece) > 1 and piece.isupper():
                mark = _CAPITALS
            tokens.append(self._tokens.number(token))
            marks.append(mark)
        self._token_of_piece = np.append(self._token_of_piece, np.array(tokens, dtype=np.int32))
        self._mark_of_piece = np.append(self._mark_of_piece, np.array(marks, dtype=np.uint8))

    def _tally(self, marks: NDArray[np.uint8], tokens: NDArray[np.int32]) -> None:
        """Count what was dropped, and what is written in capitals."""
        marked = np.flatnonzero(marks)
        kinds = np.bincount(marks[marked], minlength=len(KINDS))[: len(KINDS)]
        self._n_dropped[1] += kinds
        capital = tokens[marked[marks[marked] == _CAPITALS]]
        self._n_capital = _lengthened(self._n_capital, len(self.names))
        np.add.at(self._n_capital, capital, 1)


class _RunScanner(Scanner):
    """Runs of one class of characters."""

    def __init__(self, classes: NDArray[np.uint8], least: int) -> None:
        self._classes = classes
        self._least = least
        self._words = _WordNumbers()
        self.names = NameList().names

    def scan(self, texts: list[str]) -> Chunk:
        if any(letter in text for text in texts for letter in _NOT_BY_TABLE):
            texts = [text.lower() for text in texts]
        codes, bounds = _codes(texts)
        starts, stops, bounds = pieces.scan_runs(
            codes, bounds, _lower_case(), self._classes, self._least
        )
        tokens, new = self._words.of(codes, starts, stops)
        self.names.extend(new)
        return Chunk(tokens, bounds)


class _ExpressionScanner(Scanner):
    """Any other regular expression; an empty match is no token."""

    def __init__(self, expression: Expression) -> None:
        self._expression = expression
        self._tokens = NameList()
        self.names = self._tokens.names

    def scan(self, texts: list[str]) -> Chunk:
        return self._tokens.chunk(self._expression.tokens(texts))


def _lengthened(array: NDArray[Any], least: int) -> NDArray[Any]:
    """The array, or a copy of twice the least length if it is shorter."""
    if len(array) >= least:
        return array
    longer = np.zeros(2 * least, dtype=array.dtype)
    longer[: len(array)] = array
    return longer


def _run_classes(one: str, *, has_edges: bool) -> NDArray[np.uint8] | None:
    r"""Classes for `pieces.scan_runs`; None where runs are not what the expression means.

    Between two \b stand whole words only: a word with another character does not count.
    """
    makes = _members(one)
    if not has_edges:
        return np.where(makes, _MAKES, _BETWEEN).astype(np.uint8)
    is_word = _members(r"\w")
    if np.any(makes & ~is_word):
        return None
    return np.select([makes, is_word], [_MAKES, _SPOILS], _BETWEEN).astype(np.uint8)


@lru_cache(maxsize=1)
def _piece_classes() -> NDArray[np.uint8]:
    """The flags of each character for `pieces.scan_pieces`."""
    flags = {
        pieces.WORD: CHARACTERS.word,
        pieces.LETTER: CHARACTERS.letter,
        pieces.DIGIT: r"\d",
        pieces.SPACE: r"\s",
        pieces.JOINER: CHARACTERS.joiner,
        pieces.PUNCTUATION: CHARACTERS.punctuation,
        pieces.SIGN: CHARACTERS.sign,
    }
    return sum(
        (_members(one).astype(np.uint8) * np.uint8(flag) for flag, one in flags.items()),
        start=np.zeros(_N_CODES, dtype=np.uint8),
    )


_N_CODES = 0x110000


@lru_cache(maxsize=8)
def _members(one: str) -> NDArray[np.bool_]:
    """Whether an expression for one character matches it, for each code point."""
    every = _text(np.arange(_N_CODES, dtype=np.uint32))
    is_member = np.zeros(_N_CODES, dtype=np.bool_)
    for run in re.finditer(f"{one}+", every):
        is_member[run.start() : run.end()] = True
    is_member.flags.writeable = False  # the cache hands it out again
    return is_member


def _codes(texts: list[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The code points of the texts, and where each text begins and ends."""
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    bounds = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    return np.frombuffer(joined, dtype="<u4").astype(np.uint32), bounds


# The first is two characters in lower case, the second depends on its neighbours.
_NOT_BY_TABLE = "\u0130\u03a3"


@lru_cache(maxsize=1)
def _lower_case() -> NDArray[np.uint32]:
    """The lower case of each code point but those of `_NOT_BY_TABLE`, which stay."""
    every = _text(np.arange(_N_CODES, dtype=np.uint32))
    parts = re.split(f"([{_NOT_BY_TABLE}])", every)
    lower = [part if part in _NOT_BY_TABLE else part.lower() for part in parts]
    return np.frombuffer("".join(lower).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(
        np.uint32
    )


def _text(codes: NDArray[np.uint32]) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")
