"""Which words a text is made of, in order."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = [
    "BREAK",
    "CHARACTERS",
    "KINDS",
    "LONGEST",
    "is_number",
    "kind_of",
    "token_of",
    "token_spans",
    "token_stream",
    "tokenise",
    "word_token",
    "written_form",
]

BREAK = ""
"""Stands in a token stream where punctuation keeps the words on its two sides apart."""

LONGEST = 100
"""Characters of the longest word; longer runs are encoded data."""

KINDS = ("word", "url", "email", "mention", "hashtag", "date", "number")
"""What a piece of text can be; see `kind_of`."""

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

_WORDS = rf"{_UNIT}(?:{_JOINER}{_UNIT})*+"
_LABEL = rf"(?:{_WORD}|-){{1,63}}+"
_EMAIL = rf"{_WORD}(?:{_WORD}|[.%+\-]){{0,63}}+@(?=[^\W\d]){_LABEL}(?:\.{_LABEL})++"
_DATE = r"\d{1,4}+/\d{1,2}+/\d{1,4}+(?!\d)"  # with stops and hyphens it is a number or a word
_DOUBLED = r"(?:([A-Z])\1\. ?([A-Z])\2|([a-z])\3\.([a-z])\4)\."  # EE. UU., ee.uu.
_TAG = rf"(?<!{_WORD})[#@](?=[^\W\d])"

# `kernels.pieces.scan_pieces` does the same for many texts; the two change together.
# Quantifiers are possessive or bounded and nothing but an e-mail address looks further ahead than
# its piece, and that by 64 characters, so that the scan is linear in the length of the text.
_PIECE = re.compile(
    r"(?:https?://|www\.)\S++"
    rf"|{_DATE}"
    r"|\d++(?:[.,]\d++)++"
    rf"|{_DOUBLED}"
    rf"|{_EMAIL}"
    rf"|{_WORDS}"
    rf"|(?P<tag>{_TAG}{_WORDS})"
    r"|&"
    r"|\n[^\S\n]*+\n"
    rf"|(?:(?!{_TAG}){_PUNCTUATION})++"
)
_ADDRESSES = ("http://", "https://", "www.")
_DIGITS_DATE = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})")


class CHARACTERS:
    """Expressions for one character of each kind that the pieces are made of."""

    word = _WORD
    letter = r"[^\W\d]"
    joiner = _JOINER
    punctuation = _PUNCTUATION
    sign = "[#@]"


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
        words stay: "covid-19", "h-2a". "&" gives "and", "_" a hyphen. "EE. UU." and other doubled
        abbreviations of Spanish are one token, "ee.uu.".

        Left out are web and e-mail addresses, names with "@", dates in digits, and runs of more
        than 100 characters. Of a hashtag the word stays. `vectorise` can treat them otherwise.

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
    return [token for token, _, _ in token_spans(text)]


def token_spans(text: str) -> list[tuple[str, int, int]]:
    """The tokens of `token_stream`, each with where its piece begins and ends in the text."""
    spans: list[tuple[str, int, int]] = []
    for piece in _PIECE.finditer(text):
        if piece["tag"]:
            spans.append((BREAK, piece.start(), piece.start()))  # as the sign alone would make
        spans.append((token_of(piece.group()), *piece.span()))
    return spans


def is_number(token: str) -> bool:
    """Whether a token, or each word of a phrase, is written without a letter."""
    return not any(map(str.isalpha, token))


def kind_of(piece: str) -> str:
    """Which of KINDS a piece is; a number of up to four digits is a word like others."""
    if piece.isalpha():
        return "word"
    if piece.startswith(_ADDRESSES):
        return "url"
    if "@" in piece[1:]:
        return "email"
    if piece[0] in "#@" and (piece[1:2].isalnum() or piece[1:2] == "_"):
        return "hashtag" if piece[0] == "#" else "mention"
    if not piece[0].isdecimal() or not is_number(piece) or _is_short_number(_folded(piece)):
        return "word"
    return "date" if _DIGITS_DATE.fullmatch(_folded(piece)) else "number"


def written_form(piece: str, kind: str) -> str:
    """The token of a piece that is kept although it is no word.

    A web address is its host, of a hashtag or a name with "@" the sign is left out, the rest
    stays as it is, in lower case.
    """
    if kind == "url":
        host = re.split(r"[/?#]", piece.split("://", 1)[-1], maxsplit=1)[0]
        return host.lower().removeprefix("www.").strip(".,;:)'\"")
    if kind in ("hashtag", "mention"):
        return token_of(piece[1:])
    return _folded(piece).lower()


def token_of(piece: str) -> str:
    """The token that a piece of text stands for, or BREAK."""
    kind = kind_of(piece)
    if kind == "hashtag":
        return token_of(piece[1:])
    return word_token(piece) if kind == "word" else BREAK


@lru_cache(maxsize=1 << 18)
def word_token(piece: str) -> str:
    """The token of a piece that is a word, or BREAK if it is too long or has no letter."""
    if len(piece) > LONGEST:
        return BREAK
    if piece.isascii() and piece.isalpha():  # most words; the rest changes nothing in them
        return "u.s." if piece == "US" else piece.lower()
    if piece == "&":
        return "and"
    token = _US.sub("u.s.", _folded(piece)).lower().removesuffix("'s").replace(" ", "")
    if is_number(token):
        return token if _is_short_number(token) else BREAK
    return _with_last_stop(token)


def _folded(piece: str) -> str:
    """The piece with one kind of hyphen and apostrophe, none at its ends."""
    return unicodedata.normalize("NFC", piece.translate(_FOLD)).strip("-'")


def _is_short_number(token: str) -> bool:
    return len(token) <= _LONGEST_NUMBER and token.isdecimal()


def _with_last_stop(token: str) -> str:
    """The abbreviation "u.s" as "u.s.": it has one form wherever the sentence ends."""
    last = token.rpartition("-")[2]
    return token + "." if len(last) > 1 and last[-2] == "." else token
