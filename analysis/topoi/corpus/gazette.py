"""Which lines of a government notice are form and not matter: labels, codes, addresses, names."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from topoi.corpus.look import FORM, LABEL, LABELS, kept_lines, look
from topoi.corpus.rules import Outcome, without_lines

__all__ = ["drop_notice_form"]

_GONE = ("AGENCY", "AGENCIES", "ACTION", "ADDRESSES", "ADDRESS", "FOR FURTHER INFORMATION CONTACT",
         "FOR FURTHER INFORMATION", "CONTACT PERSON")  # fmt: skip
_KEPT = ("SUMMARY", "DATES", "DATE", "EFFECTIVE DATE", "EFFECTIVE DATES", "COMMENT DATE",
         "SUPPLEMENTARY INFORMATION", "SUPPLEMENTAL INFORMATION")  # fmt: skip
_LABEL = re.compile(rf"({'|'.join(sorted((*_GONE, *_KEPT), key=len, reverse=True))})\s?:(?:\s+|$)")
_LONGEST_FIELD = 60  # lines; a field that no label ends so soon loses its label only
_DOCKET = (
    r"\[(?:Docket|FR Doc|Release|OMB|RTID|Public Notice|File|Project|Investigation|Internal Agency"
    r"|Document|Doc\.|Notice|Case|Transmittal|Disaster Declaration|Investment Company Act"
    r"|[A-Z]{2,6} Docket)(?![a-z])[^\[\]]{0,400}\d[^\[\]]{0,200}\]\.?"
)
# A text with one of these is a notice, whether it has labels or none.
_NOTICE = re.compile(rf"{_DOCKET}|\[FR Doc\.[^\[\]]{{0,200}}\]|BILLING CODE:? ?[\w –—-]{{1,30}}")
_CODE = re.compile(
    rf"{_DOCKET}"
    r"|\[[A-Z0-9][A-Z0-9 .;:,/–-]{0,200}\]"
    r"|\[FR Doc\.[^\[\]]{0,200}\]|(?:BILLING|Billing) (?:CODE|Code|code):? ?[\w –—-]{1,30}"
    r"|RINs? ?:? ?\d{4}[-–][A-Z]{2}\d\d.{0,80}|\d{1,2} CFR Parts? [\w, .–-]{1,300}"
    r"|(?:\d{2,6}\s)?\s*Federal Register ?/ ?Vol\. ?\d{1,4}.{0,150}"
)
_DATED = re.compile(
    r"(?:Dated|Issued|Signed|Approved)(?:\s(?:in|at|on|this)\b.{0,60})?[:,]? .{0,80}"
)
_DAY = re.compile(
    r"(?:Dated|Issued|Signed|Approved)(?: (?:in|at) .{2,50}?)?(?:,| on|:)? "
    r"[A-Z][a-z]{2,8} \d{1,2}, \d{4}\."
)
_DATES = ("Dated", "Issued", "Signed", "Approved")
_GRAPHIC = re.compile(r"E[DNPR]\d\d[A-Z]{2}\d\d\.\d{3}")
_SIGNED = re.compile(r"[A-Z][\w.’'-]*(?: [\w.’'-]+){1,4}(?:, (?:Jr|Sr|I{2,3})\.?)?,")
_LAST_LINES = 8
_LONGEST_END = 600  # characters of a date, a name and an office
_NUMBER = re.compile(r"\d{1,3}")
_NUMBERED = re.compile(r"\d{1,3} (?=[a-z(])")
_CITED = re.compile(r"See\b|Id\.")
_CLOSING = (".", ",", ";", ")")
_REFERRED = (".", ",", ";", ")", "”", "’")
_ENDS = (".", ":", "!", "?", ";", ".”", "?”")
_LEADS = frozenset(
    ("the", "of", "in", "and", "a", "an", "to", "see", "by", "for", "from", "under", "with", "on",
     "that", "or", "its", "our", "at", "as")
)  # fmt: skip
# A sentence goes on after these, whatever stands in the next line.
_OPEN_ENDS = ("(", " v.", "e.g.", "i.e.")
_MANY_WORDS = 8


def drop_notice_form(text: str) -> Outcome:
    """Text of a notice of the Federal Register and the like without its form.

    Fields that say who gives notice, how to write and whom to call go with their labels (AGENCY,
    ACTION, ADDRESSES, FOR FURTHER INFORMATION CONTACT); of SUMMARY, DATES and SUPPLEMENTARY
    INFORMATION the label goes and the matter stays. Docket, billing, graphic and regulation codes,
    page headers, dates and signatures and the numbers of footnotes go; sentences that were broken
    around them or around words in italics are joined. The agency's name above the title and the
    footnotes stay. Codes go from any text; the rest from a notice: it has two of the labels, a
    docket code, or ends with a date, a name and an office.
    """
    seen = look(text)
    codes = [at for at in seen.lines_with(FORM) if _CODE.fullmatch(seen.lines[at].strip())]
    labels = _labels(text) if seen.has(LABELS) else {}
    has_labels = len(set(labels.values())) > 1
    if has_labels or _has_docket(text) or _ends_signed(text):
        return _without_parts(text, codes, labels if has_labels else {})
    return without_lines(text, codes)


def _has_docket(text: str) -> bool:
    seen = look(text)
    return any(_NOTICE.fullmatch(seen.lines[at].strip()) for at in seen.lines_with(FORM))


def _ends_signed(text: str) -> bool:
    """Whether the last lines are a date, a name with a comma and an office."""
    last = [line.strip() for line in text[-_LONGEST_END:].split("\n") if line.strip()][-3:]
    return len(last) == 3 and bool(_SIGNED.fullmatch(last[1]) and _DAY.fullmatch(last[0]))


def _labels(text: str) -> dict[str, str]:
    """The labels of a text by the lines that begin with them."""
    seen = look(text)
    found = {seen.lines[at]: _LABEL.match(seen.lines[at].lstrip()) for at in seen.lines_with(LABEL)}
    return {line: match[1] for line, match in found.items() if match}


class _Part(NamedTuple):
    """Lines after a step, how often it acted, and one example of what it acted on."""

    lines: list[str]
    times: int = 0
    example: str = ""


def _without_parts(text: str, codes: list[int], labels: dict[str, str]) -> Outcome:
    """Without codes, fields, graphics, signatures and numbers of footnotes, in whole sentences."""
    parts: list[Callable[[list[str]], _Part]] = [partial(_without, gone=codes)]
    if labels:
        parts.append(partial(_drop_fields, labels=labels))
    lines, count, example = look(text).lines, 0, ""
    for part in (*parts, _drop_graphics, _drop_signatures, _join_broken):
        lines, more, shown = part(lines)
        example = example if count else shown
        count += more
    return Outcome("\n".join(lines) if count else text, count, example)


def _drop_fields(lines: list[str], *, labels: dict[str, str]) -> _Part:
    """Without the fields of some labels, and without the other labels."""
    left = list(lines)
    places = [at for at, line in enumerate(lines) if line in labels]
    gone: list[int] = []
    for at, end in zip(places, [*places[1:], len(lines)], strict=True):
        is_closed = end < len(lines) and end - at <= _LONGEST_FIELD
        if labels[lines[at]] in _GONE and is_closed:
            gone += range(at, end)
        else:
            left[at] = _LABEL.sub("", lines[at].lstrip(), count=1)
    first = lines[gone[0]].strip() if gone else labels[lines[places[0]]]
    return _Part(_without(left, gone).lines, len(places), first[:80])


def _without(lines: list[str], gone: list[int]) -> _Part:
    """The lines that are left, as `without_lines` has them."""
    if not gone:
        return _Part(lines)
    kept = [lines[at] for at in kept_lines(lines, set(gone))]
    return _Part(kept or [""], len(gone), lines[gone[0]].strip()[:80])


def _drop_graphics(lines: list[str]) -> _Part:
    """Without the numbers of pictures that only the printed notice has."""
    graphics = [at for at, line in enumerate(map(str.strip, lines)) if _is_graphic(line)]
    return _without(lines, graphics)


def _is_graphic(line: str) -> bool:
    return line[:1] == "E" and bool(_GRAPHIC.fullmatch(line))


def _drop_signatures(lines: list[str]) -> _Part:
    """Without the date, name and office that end a notice or stand before its appendix."""
    bare = [line.strip() for line in lines]
    filled = [at for at, line in enumerate(bare) if line]
    gone = _at_end(bare, filled)
    for day, name, office in zip(filled, filled[1:], filled[2:], strict=False):
        is_dated = bare[day].startswith(_DATES) and _DAY.fullmatch(bare[day])
        if is_dated and _SIGNED.fullmatch(bare[name]):
            gone += [day, name, office]
    return _without(lines, sorted(set(gone)))


def _at_end(lines: list[str], filled: list[int]) -> list[int]:
    last = filled[-_LAST_LINES:]
    for place, at in enumerate(last):
        if place and _DATED.fullmatch(lines[at]):
            names = [
                n for n, after in enumerate(last) if n > place and _SIGNED.fullmatch(lines[after])
            ]
            return last[place : names[0] + 2] if names else last[place:]
    is_signed = len(last) > 2 and _SIGNED.fullmatch(lines[last[-2]])
    return last[-2:] if is_signed else []


def _join_broken(lines: list[str]) -> _Part:
    """Without numbers of footnotes; sentences that went on after them or after italics, whole."""
    whole, lines = lines, [line.strip() for line in lines]
    footnotes = {line for line in lines if len(line) <= 3 and _NUMBER.fullmatch(line)}
    joined: list[str] = []
    count, example, before = 0, "", ""
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line and not before and line[0] in _CLOSING and joined:
            joined.pop()  # an address stood on a line of its own
            before = joined[-1] if joined else ""
        if before and line in footnotes and _is_of_footnote(before, after):
            shown = f"{before[-40:]} {line}"
        elif line and before and _goes_on(before, line):
            shown = f"{before[-40:]} {line[:40]}"
            joined[-1] = before = _joined(before, line, footnotes)
        else:
            joined.append(line)
            before = line
            continue
        example = example if count else shown
        count += 1
    if not count:
        return _Part(whole)
    # What stood in italics after a bracket has a space before it.
    bare = [line.replace("( ", "(") if "(" in line else line for line in joined]
    return _Part(bare, count, example)


def _is_of_footnote(before: str, after: str) -> bool:
    """Whether a number between these lines is that of a footnote."""
    is_referred = before.endswith(_REFERRED) and before.count(" ") > 1
    return is_referred or before.startswith("Id.") or bool(_CITED.match(after))


def _joined(before: str, line: str, footnotes: set[str]) -> str:
    number, _, rest = line.partition(" ")
    is_numbered = _NUMBERED.match(line) and (before.endswith(_REFERRED[1:]) or number in footnotes)
    rest = rest if is_numbered else line
    if rest[0] in ".;" and before.endswith(","):
        before = before[:-1]
    return f"{before}{'' if rest[0] in _CLOSING or before.endswith('(') else ' '}{rest}"


def _goes_on(before: str, line: str) -> bool:
    """Whether a line is the rest of the sentence that the line before it began."""
    first = line[0]
    if first in ",;)" or before == "•" or before.endswith(_OPEN_ENDS):
        return True
    if first == "•" or before.endswith(_ENDS):
        return first.islower() and before.endswith(" et seq.")
    if first.islower() or first == "." or _NUMBERED.match(line):
        return True
    if before.endswith(","):
        return not _SIGNED.fullmatch(before)
    return before[-1].islower() and _is_open(before.split(), line)


def _is_open(words: list[str], line: str) -> bool:
    """Whether the words that do not end a sentence begin one; a heading in capitals does not."""
    if words[-1].lower() in _LEADS:
        return True
    if words[0] == "See":
        return line.endswith(".") and not line.startswith("See ")
    return len(words) >= _MANY_WORDS and any(word[0].islower() for word in words if len(word) > 4)
