"""How a cleaning rule looks, and the rules for characters: encodings, hyphens, links, spacing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from topoi.corpus.look import look

__all__ = [
    "Outcome",
    "Rule",
    "chained",
    "drop_links",
    "drop_odd_characters",
    "join_hyphens",
    "mend_encoding",
    "mend_spacing",
    "replaced",
    "without_lines",
]

_EXAMPLE_LENGTH = 80


class Outcome(NamedTuple):
    """The text after a rule, how often the rule acted, and one example of what it acted on."""

    text: str
    times: int = 0
    example: str = ""


class Rule(NamedTuple):
    """A named cleaning step: `apply` turns one text into its `Outcome`, by that text alone.

    A rule that judges each line by itself says `by_line`, one that does nothing but take out whole
    lines says `drops_lines`: a rule by line that found nothing finds nothing when lines are gone,
    and is then not asked again.
    """

    name: str
    apply: Callable[[str], Outcome]
    by_line: bool = False
    drops_lines: bool = False


def replaced(
    pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str], text: str
) -> Outcome:
    """The text with all matches replaced; matches that stay as they are do not count."""
    count, example = 0, ""

    def change(match: re.Match[str]) -> str:
        nonlocal count, example
        result = match.expand(new) if isinstance(new, str) else new(match)
        if result != match[0]:
            example = example if count else match[0][:_EXAMPLE_LENGTH]
            count += 1
        return result

    return Outcome(pattern.sub(change, text), count, example)


def chained(steps: Sequence[Callable[[str], Outcome]], text: str) -> Outcome:
    """The outcome of several steps as one: counts added, the first example."""
    count, example = 0, ""
    for step in steps:
        text, more, shown = step(text)
        example = example if count else shown
        count += more
    return Outcome(text, count, example)


# Broken UTF-8 holds a letter besides these; most lines that are not ASCII have only these.
_USUAL = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0\u2022\u00a3\u20ac\u00a9\u00ae"


def mend_encoding(text: str) -> Outcome:
    """Lines whose UTF-8 was read as another encoding ("â€™"), read rightly; other lines as is."""
    odd = [sign for sign in look(text).signs if sign > "\x7f" and sign not in _USUAL]
    if not odd:
        return Outcome(text)
    from ftfy import TextFixerConfig, fix_encoding
    from ftfy.badness import is_bad

    config = TextFixerConfig(uncurl_quotes=False, unescape_html=False)
    lines = text.split("\n")
    # Line by line: one sound line in another alphabet would keep ftfy from mending the rest.
    mended = [
        fix_encoding(line, config) if _has_any(line, odd) and is_bad(line) else line
        for line in lines
    ]
    changed = [old for old, new in zip(lines, mended, strict=True) if old != new]
    return Outcome("\n".join(mended), len(changed), changed[0].strip()[:80] if changed else "")


def _has_any(line: str, signs: list[str]) -> bool:
    return not line.isascii() and any(sign in line for sign in signs)


# Joiners mean something between letters of Arabic, Indic and other scripts and in emoji.
_JOINER = re.compile(r"[\u200c\u200d]")
_SOFT_HYPHEN = re.compile(r"(?<=\w)\u00ad[ \n]*(?=[^\W\d_A-Z])|\u00ad")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffc\ue000-\uf8ff]"
)
_LIGATURE = re.compile("[\ufb00-\ufb06]")
# Signs of ASCII and Latin-1 but for controls and the soft hyphen, and the usual ones beyond.
_SOUND_SIGNS = frozenset(
    [*map(chr, range(0x20, 0x7F)), *map(chr, range(0xA0, 0x100)), *_USUAL, *"\n\t\u2010\u2011™′″"]
) - {"\u00ad"}


def drop_odd_characters(text: str) -> Outcome:
    """Text without control, zero-width and private characters; accents composed (NFC)."""
    if look(text).signs <= _SOUND_SIGNS:
        return Outcome(text)
    composed = unicodedata.normalize("NFC", text)
    start = Outcome(composed, int(composed != text))
    text, count, example = chained(_CHARACTER_STEPS, composed)
    return Outcome(text, count + start.times, ascii(example)[1:-1] if example else "")


def _kept_joiner(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return match[0] if before > "\u0590" and after > "\u0590" and after != before else ""


def _spelt_out(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


_CHARACTER_STEPS: list[Callable[[str], Outcome]] = [
    partial(replaced, _BREAKS, "\n"),
    partial(replaced, _SOFT_HYPHEN, ""),
    partial(replaced, _INVISIBLE, ""),
    partial(replaced, _JOINER, _kept_joiner),
    partial(replaced, _LIGATURE, _spelt_out),
]

_HYPHEN = re.compile(r"(?<![\w-])([^\W\d_]{2,40})[-\u2010]\n([^\W\d_A-Z]{2,40})")


def join_hyphens(text: str) -> Outcome:
    """Words that were divided at the end of a line, in one piece.

    The hyphen stays where the text has the word with its hyphen elsewhere ("long-term").
    """
    seen = look(text)
    if b"-\n" not in seen.octets and "\u2010" not in seen.signs:
        return Outcome(text)
    words = set(re.findall(r"[^\W\d_]+-[^\W\d_]+", text.lower()))

    def whole(match: re.Match[str]) -> str:
        hyphened = f"{match[1]}-{match[2]}"
        return hyphened if hyphened.lower() in words else match[1] + match[2]

    return replaced(_HYPHEN, whole, text)


_URL = re.compile(r"[ \t]?<?\b(?:https?://|ftp://|www\.)[^\s<>\"\[\]]+>?", re.IGNORECASE)
_MAIL = re.compile(
    r"[ \t]?<?(?:mailto:)?(?<![\w.%+-])[\w.%+-]{1,64}@"
    r"(?:[\w-]{1,63}\.[\w.-]{1,190}[a-z]|[\w-]{2,63}(?:com|couk|org|net)\b)>?",
    re.IGNORECASE,
)
_WEB = (b"ww", b"WW", b"wW", b"Ww")
_TRAIL = ".,;:!?)'\u2019\u201d\u00bb*_"
_HOLLOW = re.compile(r"[ \t]?\(\s{0,9}\)|[ \t]?\[\s{0,9}\]")


def drop_links(text: str) -> Outcome:
    """Text without web and mail addresses; the punctuation that ends them stays."""
    seen = look(text)
    has_link = ":" in seen.signs and "/" in seen.signs and b"://" in seen.octets
    if not has_link and "@" not in seen.signs and not any(w in seen.octets for w in _WEB):
        return Outcome(text)
    steps = [partial(replaced, _URL, _gap), partial(replaced, _MAIL, _gap)]
    bare, count, example = chained(steps, text)
    return Outcome(_HOLLOW.sub("", bare) if count else bare, count, example)


def _gap(match: re.Match[str]) -> str:
    """What stays of an address: the space before it and the marks after it, but not both."""
    address = match[0].strip()
    is_framed = address.startswith("<") and address.endswith(">")
    marks = "" if is_framed else address[len(address.rstrip(_TRAIL)) :]
    before = match[0][: match[0].index(address)]
    after = marks or match.string[match.end() : match.end() + 1]
    return marks if after in ("", "\n") or after[0] in _TRAIL + " " else before + marks


# "regions.By prioritizing", "migration,particularly": words long enough not to be a name or code.
_GLUED = re.compile(
    r"[.?](?<=[a-z]{3}.)(?=[A-Z][a-z])(?!(?:Gov|Org|Com|Net|Edu|Js)\b)|,(?<=[a-z]{3}.)(?=[A-Za-z][a-z]{2})"
    r"|\.(?<=[A-Z]\.[A-Z].)(?=(?:and|or|in|is|to|for|of|on|has)\b)"
)
# What any match has of letters (`Look.shape`).
_GLUED_SHAPES = (b"aaa.Aa", b"aaa?Aa", b"aaa,aaa", b"aaa,Aaa", b"A.A.a")


def mend_spacing(text: str) -> Outcome:
    """Text with a space after a full stop or comma that joins two words."""
    shape = look(text).shape
    if not any(glued in shape for glued in _GLUED_SHAPES):
        return Outcome(text)
    mended, count, _ = replaced(_GLUED, r"\g<0> ", text)
    first = _GLUED.search(text) if count else None
    shown = text[max(0, first.start() - 15) : first.end() + 15] if first else ""
    return Outcome(mended, count, " ".join(shown.split()))


_BLANKS = re.compile(r"\n{3,}")


def without_lines(lines: list[str], gone: list[int]) -> Outcome:
    """The text of these lines without those at the places in `gone`, nor the gaps they leave."""
    if not gone:
        return Outcome("\n".join(lines))
    places = set(gone)
    kept = "\n".join(line for place, line in enumerate(lines) if place not in places)
    example = lines[gone[0]].strip()[:_EXAMPLE_LENGTH]
    return Outcome(_BLANKS.sub("\n\n", kept).strip("\n"), len(gone), example)
