"""How a cleaning rule looks, and the rules for characters: encodings, hyphens, links, spacing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from topoi.corpus.look import GLUED, HYPHEN, LINK, ODD, RAISED, SUSPECT, look, remembered

__all__ = [
    "Near",
    "Outcome",
    "Rule",
    "chained",
    "drop_links",
    "drop_odd_characters",
    "join_hyphens",
    "line_by_line",
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
    and is then not asked again. A rule for characters says `in_titles` and is applied to titles,
    too, unless they are printable ASCII.
    """

    name: str
    apply: Callable[[str], Outcome]
    by_line: bool = False
    drops_lines: bool = False
    in_titles: bool = False


class Near(NamedTuple):
    """Where alone a pattern may match: each match has the sign, at most so far from its start."""

    sign: re.Pattern[str]
    reach: int


def replaced(
    pattern: re.Pattern[str],
    new: str | Callable[[re.Match[str]], str],
    text: str,
    near: Near | None = None,
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

    if near is None:
        return Outcome(pattern.sub(change, text), count, example)
    pieces, place = [], 0
    for match in _matches_near(pattern, text, near):
        pieces += [text[place : match.start()], change(match)]
        place = match.end()
    return Outcome("".join([*pieces, text[place:]]) if count else text, count, example)


def _matches_near(pattern: re.Pattern[str], text: str, near: Near) -> Iterator[re.Match[str]]:
    """The matches of a pattern, which is not tried far from the signs."""
    place = 0
    while sign := near.sign.search(text, place):
        match = pattern.search(text, max(place, sign.start() - near.reach))
        if match is None:
            return
        yield match
        place = match.end()


def chained(steps: Sequence[Callable[[str], Outcome]], text: str) -> Outcome:
    """The outcome of several steps as one: counts added, the first example."""
    count, example = 0, ""
    for step in steps:
        text, more, shown = step(text)
        example = example if count else shown
        count += more
    return Outcome(text, count, example)


def line_by_line(text: str, flag: int, step: Callable[[str], Outcome]) -> Outcome:
    """The outcome of a step on each line that may have what the flag says (`topoi.corpus.look`)."""
    lines = list(look(text).lines)
    count, example = 0, ""
    for at in look(text).lines_with(flag):
        lines[at], more, shown = step(lines[at])
        example = example if count else shown
        count += more
    return Outcome("\n".join(lines) if count else text, count, example)


def mend_encoding(text: str) -> Outcome:
    """Lines whose UTF-8 was read as another encoding ("â€™"), read rightly; other lines as is."""
    whole = replaced(_HALF_READ, _half_reread, text) if "\u7ab6" in text else Outcome(text)
    text = whole.text
    if not look(text).has(SUSPECT):
        return whole
    from ftfy import TextFixerConfig, fix_encoding
    from ftfy.badness import is_bad

    config = TextFixerConfig(uncurl_quotes=False, unescape_html=False)

    # Line by line: one sound line in another alphabet would keep ftfy from mending the rest.
    def mend(line: str) -> Outcome:
        mended = fix_encoding(line, config) if is_bad(line) else line
        if "\u7ab6" in mended:
            mended = _READ_AS_JAPANESE.sub(_reread, mended)
        return Outcome(mended, int(mended != line), line.strip()[:_EXAMPLE_LENGTH])

    return chained([lambda _: whole, partial(line_by_line, flag=SUSPECT, step=mend)], text)


# UTF-8 of quotation marks and dashes read as Shift-JIS, with the letter that follows.
_READ_AS_JAPANESE = re.compile("\u7ab6[\uff61-\uff9f\u4e00-\u9fff]")

# The same before a space, where the last octet is lost: a dash between words, else a closing mark.
_HALF_READ = re.compile("(?<=[\x00-\u00ff\u2018-\u201d\u2026])\u7ab6(?=[\x00-\u00ff]|$)")


def _half_reread(match: re.Match[str]) -> str:
    around = match.string[match.start() - 1] + match.string[match.end() : match.end() + 1]
    return "\u2013" if around == "  " else "\u201d"


def _reread(match: re.Match[str]) -> str:
    try:
        return match[0].encode("cp932").decode("utf-8")
    except UnicodeError:
        return match[0]


# Joiners mean something between letters of Arabic, Indic and other scripts and in emoji.
_JOINER = re.compile(r"[\u200c\u200d]")
_SOFT_HYPHEN = re.compile(r"(?<=\w)\u00ad[ \n]*(?=[^\W\d_A-Z])|\u00ad")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffc\ue000-\uf8ff]"
)
_LIGATURE = re.compile("[\ufb00-\ufb06]")


def drop_odd_characters(text: str) -> Outcome:
    """Text without control, zero-width and private characters; accents composed (NFC)."""
    if not look(text).has(ODD):
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

# From the first letter on: a long run of letters is gone through once.
_HYPHENED = re.compile(r"(?<![^\W\d_])[^\W\d_]++-[^\W\d_]++")
_HYPHEN = re.compile(r"(?<![\w-])([^\W\d_]{2,40})[-\u2010]\n([^\W\d_A-Z]{2,40})")


def join_hyphens(text: str) -> Outcome:
    """Words that were divided at the end of a line, in one piece.

    The hyphen stays where the text has the word with its hyphen elsewhere ("long-term").
    """
    lines = look(text).lines
    places = look(text).lines_with(HYPHEN)
    if not any(_is_divided(lines[at], *lines[at + 1 : at + 2]) for at in places):
        return Outcome(text)
    words = set(_HYPHENED.findall(text.lower()))

    def whole(match: re.Match[str]) -> str:
        hyphened = f"{match[1]}-{match[2]}"
        return hyphened if hyphened.lower() in words else match[1] + match[2]

    return replaced(_HYPHEN, whole, text)


def _is_divided(line: str, after: str = "") -> bool:
    """Whether a word may go on in the line after."""
    return line.endswith(("-", "\u2010")) and after[:1].isalpha() and not after[0].isupper()


# A preposition that leads to nothing but the address goes with it; "go to" and "see" stay.
_LEAD = r"(?P<stop>[,;:.])?(?P<lead>(?<=\w)[ \t](?:at|via|on|from|through|of|in):?(?=[ \t]))?"
_URL = re.compile(rf"{_LEAD}[ \t]?<?\b(?:https?://|ftp://|www\.)[^\s<>\"\[\]]+>?", re.IGNORECASE)
# "wwwglobal-migrationinfo": what is left of an address where all points were taken out.
_POINTLESS = re.compile(rf"{_LEAD}[ \t]?\bwww[a-z\d][a-z\d-]{{4,80}}\b", re.IGNORECASE)
_MAIL = re.compile(
    rf"{_LEAD}[ \t]?<?(?:mailto:)?(?<![\w.%+-])[\w.%+-]{{1,64}}@"
    r"(?:[\w-]{1,63}\.[\w.-]{1,190}[a-z]|[\w-]{2,63}(?:com|couk|org|net)\b)>?",
    re.IGNORECASE,
)
# A stop, the lead and a bracket before an address have twelve characters, "https" and the like
# five, the name in a mail address 64 after "mailto:".
_ADDRESSES: tuple[tuple[re.Pattern[str], Near], ...] = (
    (_URL, Near(re.compile(r"[:wW](?://|[wW]{2}\.)"), 20)),
    (_MAIL, Near(re.compile("@"), 90)),
    (_POINTLESS, Near(re.compile(r"[wW]{3}[^\W_]"), 20)),
)
_TRAIL = ".,;:!?)'\u2019\u201d\u00bb*_"
_STOPS = (".", ",", ";", ":", "!", "?")
_DOUBLED = re.compile(r"[,;](?=[,.;])")
_HOLLOW = re.compile(r"[ \t]?\(\s{0,9}\)|[ \t]?\[\s{0,9}\]")
_BRACKETS = Near(re.compile(r"[(\[]\s{0,9}[)\]]"), 1)


def drop_links(text: str) -> Outcome:
    """Text without web and mail addresses, nor the "at" or "via" that leads to one.

    The punctuation that ends an address stays, without the comma or colon before it.
    """
    if not look(text).has(LINK):
        return Outcome(text)
    bare, count, example = line_by_line(text, LINK, _without_addresses)
    filled = replaced(_HOLLOW, "", bare, near=_BRACKETS).text if count else bare
    return Outcome(filled, count, example)


def _without_addresses(line: str) -> Outcome:
    steps = [partial(replaced, pattern, _gap, near=near) for pattern, near in _ADDRESSES]
    bare, count, example = chained(steps, line)
    return Outcome(_DOUBLED.sub("", bare) if count else bare, count, example)


def _gap(match: re.Match[str]) -> str:
    """What stays of an address: the space before it and the marks after it, but not both."""
    stop = match["stop"] or ""
    tail = match[0][len(stop) + len(match["lead"] or "") :]
    address = tail.strip()
    is_framed = address.startswith("<") and address.endswith(">")
    marks = "" if is_framed else address[len(address.rstrip(_TRAIL)) :]
    after = marks or match.string[match.end() : match.end() + 1]
    if after in ("", "\n") or after[0] in _TRAIL + " ":
        is_doubled = after[:1] in _STOPS and stop
        return marks if is_doubled and stop != "." else stop + marks.removeprefix(stop or " ")
    return stop + tail[: tail.index(address)] + marks


# "regions.By prioritizing", "migration,particularly": words long enough not to be a name or code.
_GLUED = re.compile(
    r"[.?](?<=[a-z]{3}.)(?=[A-Z][a-z])(?!(?:Gov|Org|Com|Net|Edu|Js)\b)|,(?<=[a-z]{3}.)(?=[A-Za-z][a-z]{2})"
    r"|\.(?<=[A-Z]\.[A-Z].)(?=(?:and|or|in|is|to|for|of|on|has)\b)"
)


# "the 14 th of May": the letters stood higher than the number.
_RAISED = re.compile(
    r"(?<![\d.,])\d{0,2}(?:1 st (?=[a-z])|2 nd (?=[a-z])|3 rd (?=[a-z])|\d th (?=\w))"
)


def mend_spacing(text: str) -> Outcome:
    """Text with a space after a full stop or comma that joins two words, none within "14th"."""
    if not look(text).has(GLUED | RAISED):
        return Outcome(text)
    steps = ((GLUED, _spaced), (RAISED, partial(replaced, _RAISED, _unraised)))
    return chained([partial(line_by_line, flag=flag, step=step) for flag, step in steps], text)


def _unraised(match: re.Match[str]) -> str:
    return match[0].replace(" ", "", 1)


def _spaced(line: str) -> Outcome:
    mended, count, _ = replaced(_GLUED, r"\g<0> ", line)
    first = _GLUED.search(line) if count else None
    shown = line[max(0, first.start() - 15) : first.end() + 15] if first else ""
    return Outcome(mended, count, " ".join(shown.split()))


def without_lines(text: str, gone: list[int]) -> Outcome:
    """The text without the lines at the places in `gone`, nor the gaps that they leave."""
    if not gone:
        return Outcome(text)
    seen = look(text)
    example = seen.lines[gone[0]].strip()[:_EXAMPLE_LENGTH]
    return Outcome(remembered(seen.without(gone)).text, len(gone), example)
