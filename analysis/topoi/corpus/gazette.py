"""Which lines of a government notice are form and not matter: labels, codes, addresses, names."""

from __future__ import annotations

import re
from collections.abc import Callable

from topoi.corpus.look import FORM, LABELS, look
from topoi.corpus.rules import Outcome, chained, without_lines

__all__ = ["drop_notice_form"]

_GONE = ("AGENCY", "AGENCIES", "ACTION", "ADDRESSES", "ADDRESS", "FOR FURTHER INFORMATION CONTACT",
         "FOR FURTHER INFORMATION", "CONTACT PERSON")  # fmt: skip
_KEPT = ("SUMMARY", "DATES", "DATE", "EFFECTIVE DATE", "EFFECTIVE DATES", "COMMENT DATE",
         "SUPPLEMENTARY INFORMATION", "SUPPLEMENTAL INFORMATION")  # fmt: skip
_LABEL = re.compile(rf"({'|'.join(sorted((*_GONE, *_KEPT), key=len, reverse=True))})\s?:(?:\s+|$)")
_LONGEST_FIELD = 60  # lines; a field that no label ends so soon loses its label only
_CODE = re.compile(
    r"\[(?:Docket|FR Doc|Release|OMB|RTID|Public Notice|File|Project|Investigation|Internal Agency"
    r"|Document|Doc\.|Notice|Case|DHS Docket)\b[^\[\]]{0,400}\d[^\[\]]{0,200}\]\.?"
    r"|\[[A-Z0-9][A-Z0-9 .;:,/–-]{0,200}\]"
    r"|\[FR Doc\.[^\[\]]{0,200}\]|(?:BILLING|Billing) (?:CODE|Code|code):? ?[\w –—-]{1,30}"
    r"|RINs? ?:? ?\d{4}[-–][A-Z]{2}\d\d.{0,80}|\d{1,2} CFR Parts? [\w, .–-]{1,300}"
    r"|(?:\d{2,6}\s)?\s*Federal Register ?/ ?Vol\. ?\d{1,4}.{0,150}"
)
_DATED = re.compile(
    r"(?:Dated|Issued|Signed|Approved)(?:\s(?:in|at|on|this)\b.{0,60})?[:,]? .{0,80}"
)
_SIGNED = re.compile(r"[A-Z][\w.’'-]*(?: [\w.’'-]+){1,4}(?:, (?:Jr|Sr|I{2,3})\.?)?,")
_LAST_LINES = 8
_NUMBER = re.compile(r"\d{1,3}")
_NUMBERED = re.compile(r"\d{1,3} (?=[a-z(])")
_REFERRED = (".", ",", ";", ")", "”", "’")
_ENDS = (".", ":", "!", "?", ";", ".”", "?”")
_LEADS = frozenset(
    [
        "the",
        "of",
        "in",
        "and",
        "a",
        "an",
        "to",
        "see",
        "by",
        "for",
        "from",
        "under",
        "with",
        "on",
        "that",
        "or",
        "its",
        "our",
        "at",
        "as",
    ]
)
_MANY_WORDS = 8


def drop_notice_form(text: str) -> Outcome:
    """Text of a notice of the Federal Register and the like without its form.

    Fields that say who gives notice, how to write and whom to call go with their labels (AGENCY,
    ACTION, ADDRESSES, FOR FURTHER INFORMATION CONTACT); of SUMMARY, DATES and SUPPLEMENTARY
    INFORMATION the label goes and the matter stays. Docket, billing and regulation codes, page
    headers, the date and signature at the end and the numbers of footnotes go; sentences that were
    broken around them or around words in italics are joined. The agency's name above the title and
    the footnotes stay. Codes go from any text, the rest from one with two of the labels.
    """
    steps: list[Callable[[str], Outcome]] = [_drop_codes] if look(text).has(FORM) else []
    if look(text).has(LABELS) and len(set(map(_label, look(text).lines)) - {""}) > 1:
        steps += [_drop_fields, _drop_signature, _join_broken]
    return chained(steps, text) if steps else Outcome(text)


def _label(line: str) -> str:
    found = _LABEL.match(line.lstrip())
    return found[1] if found else ""


def _drop_codes(text: str) -> Outcome:
    seen = look(text)
    places = [at for at in seen.lines_with(FORM) if _CODE.fullmatch(seen.lines[at].strip())]
    return without_lines(text, places)


def _drop_fields(text: str) -> Outcome:
    lines = text.split("\n")
    labels = [at for at, line in enumerate(lines) if _label(line)]
    gone: list[int] = []
    for at, end in zip(labels, [*labels[1:], len(lines)], strict=True):
        is_closed = end < len(lines) and end - at <= _LONGEST_FIELD
        if _label(lines[at]) in _GONE and is_closed:
            gone += range(at, end)
        else:
            lines[at] = _LABEL.sub("", lines[at].lstrip(), count=1)
    first = lines[gone[0]].strip() if gone else _label(text.split("\n")[labels[0]])
    bare = without_lines("\n".join(lines), gone).text
    return Outcome(bare, len(labels), first[:80])


def _drop_signature(text: str) -> Outcome:
    """Without the date and name that end a notice."""
    lines = text.split("\n")
    last = [at for at, line in enumerate(lines) if line.strip()][-_LAST_LINES:]
    for at in last[1:]:
        if _DATED.fullmatch(lines[at].strip()):
            return without_lines(text, list(range(at, len(lines))))
    is_signed = len(last) > 2 and _SIGNED.fullmatch(lines[last[-2]].strip())
    return without_lines(text, last[-2:] if is_signed else [])


def _join_broken(text: str) -> Outcome:
    """Without numbers of footnotes; sentences that went on after them or after italics, whole."""
    joined: list[str] = []
    count, example = 0, ""
    for line in map(str.strip, text.split("\n")):
        before = joined[-1] if joined else ""
        is_number = _NUMBER.fullmatch(line) and before.endswith(_REFERRED) and before.count(" ") > 1
        if is_number:
            example = example if count else f"{before[-40:]} {line}"
            count += 1
        elif line and before and _goes_on(before, line):
            rest = _NUMBERED.sub("", line, count=1) if before.endswith(_REFERRED[1:]) else line
            example = example if count else f"{before[-40:]} {line[:40]}"
            joined[-1] = f"{before}{'' if rest[0] in '.,;)' else ' '}{rest}"
            count += 1
        else:
            joined.append(line)
    return Outcome("\n".join(joined) if count else text, count, example)


def _goes_on(before: str, line: str) -> bool:
    """Whether a line is the rest of the sentence that the line before it began."""
    if before.endswith(_ENDS):
        return False
    if line[0].islower() or line[0] in ".,;)" or _NUMBERED.match(line):
        return True
    words = before.split()
    is_open = before[-1].islower() or before[-1] in ",("
    return is_open and (words[-1].lower() in _LEADS or len(words) >= _MANY_WORDS)
