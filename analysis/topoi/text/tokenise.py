"""Which words a text is made of, in order."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = [
    "BREAK",
    "CHARACTERS",
    "LONGEST",
    "is_number",
    "token_of",
    "token_spans",
    "token_stream",
    "tokenise",
]

BREAK = ""
"""Stands in a token stream where punctuation keeps the words on its two sides apart."""

LONGEST = 100
"""Characters of the longest word; longer runs are encoded data."""

_LONGEST_NUMBER = 4  # digits

# Vowel signs and other marks of the scripts where a word cannot be written without them, and the
# invisible characters that may stand inside a word (soft hyphen, joiners).
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0900-\u0963"
    "\u0971-\u0de5\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u00ad\u200c\u200d\u2060"
)
_WORD = rf"[\w{_MARKS}]"
_DOTTED = rf"[^\W\d](?:\.[^\W\d](?!{_WORD}))++\.?"  # single letters with stops: U.S., H.R., a.m.
_APOSTROPHES = "'\u2018\u2019"
_HYPHENS = "\\-\u2010\u2011\u2013"
_UNIT = rf"(?:{_DOTTED}|{_WORD}++)"
_JOINER = rf"[{_APOSTROPHES}{_HYPHENS}]"
_PUNCTUATION = rf"[^\w\s&{_APOSTROPHES}]"  # keeps words apart

# `kernels.words.scan_pieces` does the same for many texts; the two change together.
# Each alternative begins with other characters than those which end the one before it, and the
# quantifiers are possessive, so that the scan is linear in the length of the text.
_PIECE = re.compile(
    r"(?:https?://|www\.)\S++"
    r"|\d++(?:[.,]\d++)++"
    rf"|{_UNIT}(?:{_JOINER}{_UNIT})*+"
    r"|&"
    r"|\n[^\S\n]*+\n"
    rf"|{_PUNCTUATION}++"
)


class CHARACTERS:
    """Expressions for one character of each kind that the pieces are made of."""

    word = _WORD
    letter = r"[^\W\d]"
    joiner = _JOINER
    punctuation = _PUNCTUATION


_FOLD = str.maketrans(
    {mark: "'" for mark in "\u2018\u2019\u02bc"}
    | {mark: "-" for mark in "_\u2010\u2011\u2013"}
    | {mark: None for mark in "\u00ad\u200c\u200d\u2060"}
)
_US = re.compile(r"(?<![\w.])US(?![\w.])")


def tokenise(text: str) -> list[str]:
    """The tokens of a text, in order, in lower case.

    Returns
    -------
    list of str
        Letters of any script with inner apostrophes and hyphens ("asylum-seekers", "don't"); a
        possessive 's is cut ("Mexico's" gives "mexico").

        Single letters with stops are one token that ends in a stop: "U.S.", "U.S" and the word
        "US" in capitals give "u.s."; "us" stays "us". In text all in capitals the pronoun is
        therefore taken for the country.

        Numbers are tokens if they have one to four digits and nothing else ("title", "42"), so
        that phrases can hold them; longer, decimal and grouped numbers are left out. Digits in
        words stay: "covid-19", "h-2a". "&" gives "and", "_" a hyphen.

        Web addresses and runs of more than 100 characters are left out.

    Notes
    -----
    Linear in the length of the text.

    Examples
    --------
    >>> tokenise("Mexico's plan for the US-Mexico border: Title 42, U.S. law.")
    ['mexico', 'plan', 'for', 'the', 'u.s.-mexico', 'border', 'title', '42', 'u.s.', 'law']
    """
    return [token for token in token_stream(text) if token]


def token_stream(text: str) -> list[str]:
    """The tokens of `tokenise`, with a BREAK wherever words are not part of one phrase.

    Breaks stand for punctuation other than apostrophes and inner hyphens, for blank lines, and
    for what is left out. A stop that belongs to an abbreviation ("U.S.") makes no break.
    """
    return [token_of(piece) for piece in _PIECE.findall(text)]


def token_spans(text: str) -> list[tuple[str, int, int]]:
    """The tokens of `token_stream`, each with where its piece begins and ends in the text."""
    return [(token_of(piece[0]), piece.start(), piece.end()) for piece in _PIECE.finditer(text)]


def is_number(token: str) -> bool:
    """Whether a token, or each word of a phrase, is written without a letter."""
    return not any(map(str.isalpha, token))


@lru_cache(maxsize=1 << 18)
def token_of(piece: str) -> str:
    """The token that a piece of text stands for, or BREAK."""
    if piece == "&":
        return "and"
    if len(piece) > LONGEST or piece.startswith(("http://", "https://", "www.")):
        return BREAK
    token = unicodedata.normalize("NFC", piece.translate(_FOLD)).strip("-'")
    token = _US.sub("u.s.", token).lower().removesuffix("'s")
    if is_number(token):
        return token if len(token) <= _LONGEST_NUMBER and token.isdecimal() else BREAK
    return _with_last_stop(token)


def _with_last_stop(token: str) -> str:
    """The abbreviation "u.s" as "u.s.": it has one form wherever the sentence ends."""
    last = token.rpartition("-")[2]
    return token + "." if len(last) > 1 and last[-2] == "." else token
