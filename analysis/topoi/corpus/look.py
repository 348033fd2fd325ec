"""What a text has at a glance, so that a rule with nothing to do in it need not go through it."""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from topoi.corpus.page_lines import NOTICE_STARTS, NOTICE_WORDS, TRIGGER_WORDS
from topoi.corpus.page_words import KNOWN_WORDS, WEIGHTY_WORDS
from topoi.kernels import sight
from topoi.kernels.sight import (
    BAR,
    CODE,
    DEBRIS,
    FORM,
    GLUED,
    HEADER,
    HYPHEN,
    LABELS,
    LINK,
    MARK,
    ODD,
    ODD_SPACE,
    SUSPECT,
    TAG,
    UNLAID,
)

__all__ = [
    "BAR", "CODE", "DEBRIS", "FORM", "GLUED", "HEADER", "HYPHEN", "LABELS", "LINK", "MARK", "ODD",
    "ODD_SPACE", "SUSPECT", "TAG", "UNLAID", "Look", "look",
]  # fmt: skip

# Broken UTF-8 holds a sign besides these; most lines that are not ASCII have only these.
_USUAL = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0\u2022\u00a3\u20ac\u00a9\u00ae"
# Signs that are visible, composed and no ligature: most of Latin-1 and some beyond.
_SOUND = frozenset([*map(chr, range(0xA0, 0x100)), *_USUAL, *"\u2010\u2011™′″"]) - {"\u00ad"}
_BULLETS = "•‣◦▪▫●○■□·∙⁃➢➤►✓✔➔→"
_SLOTS = 8192


class Look:
    """What the kernel sees of one text, when it is first asked.

    flags : int, the sum of what there is, such as LINK; one that is absent tells that the rule for
        it has nothing to do, one that is there tells nothing
    line_numbers, line_hashes : int64, one for each line that has a letter or a sign beyond ASCII;
        lines with the same words in lower case have the same hash, 0 if none has a letter of ASCII
    page_lines : int64, numbers of the lines that may be boiler-plate
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.flags, self._line_flags, *lines = _seen(text)
        self.line_numbers, self.line_hashes, self.page_lines = lines
        if self.flags & sight.ODD_CASE:
            *_, self.line_numbers, self.line_hashes, _ = _seen(text.lower())

    def has(self, flag: int) -> bool:
        """Whether any of these may be in the text."""
        return bool(self.flags & flag)

    def lines_with(self, flag: int) -> list[int]:
        """Numbers of the lines that may have any of these."""
        numbers: list[int] = np.flatnonzero(self._line_flags & flag).tolist()
        return numbers

    @cached_property
    def signs(self) -> frozenset[str]:
        """The different characters."""
        return frozenset(self._text)


@lru_cache(maxsize=2)
def look(text: str) -> Look:
    """What is seen of a text, the same object as long as rules ask about the same text."""
    return Look(text)


_Lines = NDArray[np.int64]


def _seen(text: str) -> tuple[int, _Lines, _Lines, _Lines, _Lines]:
    octets = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    n_lines = text.count("\n") + 1
    line_flags, numbers, hashes, pages = np.empty((4, n_lines), dtype=np.int64)
    flags, n_hashes, n_pages = sight.see(
        octets, _sign_flags(), *_known_words(), line_flags, numbers, hashes, pages
    )
    return flags, line_flags, numbers[:n_hashes], hashes[:n_hashes], pages[:n_pages]


@cache
def _sign_flags() -> NDArray[np.int64]:
    """Flags of each code point up to U+3000."""
    return np.array([_flags_of(chr(point)) for point in range(0x3001)], dtype=np.int64)


_FLAGS = {
    "<": TAG | DEBRIS,
    ">": DEBRIS | MARK,
    "&": TAG,
    "\u00c2": DEBRIS | SUSPECT | sight.PAIRED,
    # What broken UTF-8 begins with where a space has become of its second octet.
    **dict.fromkeys("\u00c3\u00c5\u00ce\u00d0\u00d9", SUSPECT | sight.PAIRED),
    **{chr(point): SUSPECT | sight.PAIRED | ODD for point in range(0x80, 0xA0)},
    "\u0085": SUSPECT | sight.PAIRED | ODD | UNLAID | ODD_SPACE,
    "_": MARK | UNLAID,
    "|": BAR,
    "@": LINK,
    "\u2010": HYPHEN | sight.PAIRED,
    "\u0130": sight.ODD_CASE | sight.PAIRED | ODD,
    "\u212a": sight.ODD_CASE | sight.PAIRED | ODD,
    "\n": 0,
    "\t": UNLAID | ODD_SPACE,
    " ": 0,
    **dict.fromkeys("*`~\\", MARK),
    **dict.fromkeys("{}[", CODE),
}


def _flags_of(sign: str) -> int:
    if sign in _FLAGS:
        return _FLAGS[sign]
    flags = UNLAID | ODD_SPACE if sign.isspace() else UNLAID if sign in _BULLETS else 0
    if sign.isascii():
        return flags if sign.isprintable() else flags | ODD
    return flags | (0 if sign in _USUAL else sight.PAIRED) | (0 if sign in _SOUND else ODD)


@cache
def _known_words() -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """The table of words by which lines of pages are told, as the kernel needs it."""
    keys, bits = np.full(_SLOTS, -1, dtype=np.int64), np.zeros(_SLOTS, dtype=np.uint8)
    kinds = (
        (TRIGGER_WORDS, sight.TRIGGER),
        (KNOWN_WORDS, sight.KNOWN),
        (WEIGHTY_WORDS, sight.WEIGHTY),
        (NOTICE_STARTS, sight.NOTICE_START),
        (NOTICE_WORDS, sight.NOTICE_WORD),
    )
    for words, bit in kinds:
        for part in sorted({part for word in words for part in re.findall("[a-z]+", word)}):
            key = sight.hash_word(np.frombuffer(part.encode("ascii"), dtype=np.uint8))
            place = sight.place_of(key, keys)
            keys[place] = key
            bits[place] |= bit
    return keys, bits
