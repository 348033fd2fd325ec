"""What a text has at a glance, so that a rule with nothing to do in it need not go through it."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterable
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topoi.corpus.page_triggers import (
    NOTICE_STARTS,
    NOTICE_WORDS,
    START_WORDS,
    TELLING_WORDS,
    TRIGGER_WORDS,
)
from topoi.corpus.page_words import CALLS, KNOWN_WORDS, NAMING, WEIGHTY_WORDS
from topoi.kernels import sight
from topoi.kernels.sight import (
    BAR,
    CODE,
    DEBRIS,
    FORM,
    GLUED,
    HEADER,
    HYPHEN,
    LABEL,
    LABELS,
    LINK,
    MARK,
    NOTICE,
    ODD,
    ODD_SPACE,
    RAISED,
    STACKED,
    SUSPECT,
    TAG,
    UNLAID,
    WEIGHED,
    WORDING,
)

__all__ = [
    "BAR", "CODE", "DEBRIS", "FORM", "GLUED", "HEADER", "HYPHEN", "LABEL", "LABELS", "LINK",
    "MARK", "NOTICE", "ODD", "ODD_SPACE", "RAISED", "STACKED",
    "SUSPECT", "TAG", "UNLAID", "WEIGHED", "WORDING",
    "Look", "Sights", "kept_lines", "look", "remembered",
]  # fmt: skip

# Broken UTF-8 holds a sign besides these; most lines that are not ASCII have only these.
_USUAL = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0\u2022\u00a3\u20ac\u00a9\u00ae"
_USUAL += "\u00a7\u00b6\u2002\u2003\u2009"  # "§ 3" of laws, with the spaces that are set after it
_BULLETS = "•‣◦▪▫●○■□·∙⁃➢➤►✓✔➔→"
_SLOTS = 4096


_Lines = NDArray[np.int64]


class Sights(NamedTuple):
    """What the kernel sees of a text, see `topoi.kernels.sight.see`."""

    line_flags: _Lines
    line_numbers: _Lines
    line_hashes: _Lines


class Look:
    """A text, its lines and what there is in them; each flag tells what a rule is for.

    A flag that is absent tells that the rule has nothing to do; one that is there tells nothing.
    """

    def __init__(self, text: str, sights: Sights | None = None) -> None:
        self.text = text
        self._sights = _seen(text) if sights is None else sights
        self.flags = int(np.bitwise_or.reduce(self._sights.line_flags))

    def has(self, flag: int) -> bool:
        """Whether any of these may be in the text."""
        return bool(self.flags & flag)

    def lines_with(self, flag: int) -> list[int]:
        """Numbers of the lines that may have any of these."""
        numbers: list[int] = np.flatnonzero(self._sights.line_flags & flag).tolist()
        return numbers

    @property
    def page_lines(self) -> dict[int, int]:
        """Numbers of the lines that may be boiler-plate: WORDING, NOTICE and WEIGHED of each."""
        flags = self._sights.line_flags & (WORDING | NOTICE | WEIGHED)
        numbers = np.flatnonzero(flags)
        return dict(zip(numbers.tolist(), flags[numbers].tolist(), strict=True))

    @property
    def line_hashes(self) -> list[tuple[int, int]]:
        """Number and hash of each line that has a letter or a sign beyond ASCII.

        Lines with the same words in lower case have the same hash: 0 if they have no letter of
        ASCII, else above 0.
        """
        return list(zip(self._sights.line_numbers.tolist(), self.hashes, strict=True))

    @cached_property
    def hashes(self) -> list[int]:
        """The hashes of `line_hashes` alone; not to be changed."""
        numbers: list[int] = self._sights.line_hashes.tolist()
        return numbers

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text; not to be changed."""
        return self.text.split("\n")

    def without(self, gone: Iterable[int]) -> Look:
        """The look of the text without these lines, nor the gaps that they leave."""
        kept = self._kept(set(gone))
        lines = [self.lines[at] for at in kept]
        is_stacked = not all(lines[::2]) or any(lines[1::2])
        sights = _selected(self._sights, np.array(kept, dtype=np.int64), is_stacked=is_stacked)
        rest = Look("\n".join(lines), sights)
        rest.lines = lines or [""]
        return rest

    def _kept(self, gone: set[int]) -> list[int]:
        """As `kept_lines`, by counting where every second line is blank."""
        if self.has(STACKED) or any(at % 2 for at in gone):
            return kept_lines(self.lines, gone)
        pairs = [(at, at + 1) for at in range(0, len(self.lines), 2) if at not in gone]
        return [at for pair in pairs for at in pair][:-1]


def look(text: str) -> Look:
    """What is seen of a text; the same object as long as rules ask about the same text."""
    for seen in tuple(_LATEST):
        if seen.text is text or seen.text == text:
            return seen
    return remembered(Look(text))


def remembered(seen: Look) -> Look:
    """The same, to be found by `look`."""
    _LATEST.append(seen)
    return seen


_LATEST: deque[Look] = deque(maxlen=2)


def kept_lines(lines: list[str], gone: set[int]) -> list[int]:
    """Numbers of lines that stay, without the second of two blank ones and those at the ends."""
    rest = [at for at in range(len(lines)) if at not in gone]
    left = [lines[at] for at in rest]
    beside = zip(rest, left, ["", *left], strict=False)
    kept = [at for at, line, before in beside if line or before]
    if kept and not lines[kept[-1]]:
        kept.pop()
    return kept


def _selected(sights: Sights, kept: _Lines, *, is_stacked: bool) -> Sights:
    """What was seen of the lines that are kept, which are now numbered anew."""
    flags = sights.line_flags[kept] & ~sight.STACKED
    if is_stacked and flags.size:
        flags[0] |= sight.STACKED
    place = np.full(len(sights.line_flags), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    numbers = place[sights.line_numbers]
    return Sights(flags, numbers[numbers >= 0], sights.line_hashes[numbers >= 0])


def _seen(text: str) -> Sights:
    found = _seen_as_is(text)
    if np.bitwise_or.reduce(found.line_flags) & sight.ODD_CASE:
        lower = _seen_as_is(text.lower())
        return found._replace(line_numbers=lower.line_numbers, line_hashes=lower.line_hashes)
    return found


def _seen_as_is(text: str) -> Sights:
    octets = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    flags, numbers, hashes = np.empty((3, text.count("\n") + 1), dtype=np.int64)
    _, n_hashes = sight.see(octets, _sign_flags(), *_known_words(), flags, numbers, hashes)
    return Sights(flags, numbers[:n_hashes], hashes[:n_hashes])


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
    return flags | (0 if sign in _USUAL else sight.PAIRED) | (0 if _is_sound(sign) else ODD)


def _is_sound(sign: str) -> bool:
    """Whether a sign beyond ASCII is visible, composed, no ligature and joins with no other."""
    is_visible = unicodedata.category(sign)[0] in "LNPSZ" and sign not in "\u2028\u2029"
    is_jamo = "\u1100" <= sign <= "\u11ff"
    return is_visible and not is_jamo and unicodedata.normalize("NFC", sign) == sign


@cache
def _known_words() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The table of words by which lines of pages are told, as the kernel needs it."""
    keys, bits = np.full(_SLOTS, -1, dtype=np.int64), np.zeros(_SLOTS, dtype=np.int64)
    kinds = (
        (TRIGGER_WORDS, sight.TRIGGER),
        (KNOWN_WORDS, sight.KNOWN),
        (WEIGHTY_WORDS, sight.WEIGHTY),
        (NOTICE_STARTS, sight.NOTICE_START),
        (NOTICE_WORDS, sight.NOTICE_WORD),
        (CALLS, sight.CALL),
        (START_WORDS, sight.START),
        (TELLING_WORDS, sight.TELLING),
        (NAMING, sight.NAMING),
    )
    for words, bit in kinds:
        for part in sorted({part for word in words for part in re.findall("[a-z]+", word)}):
            key = sight.hash_word(np.frombuffer(part.encode("ascii"), dtype=np.uint8))
            place = sight.place_of(key, keys)
            keys[place] = key
            bits[place] |= bit
    return keys, bits
