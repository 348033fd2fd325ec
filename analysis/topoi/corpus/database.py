"""Which parts of a text a newspaper database wrote: its header, its masthead, its copyright."""

from __future__ import annotations

import re

from topoi.corpus.look import HEADER, look
from topoi.corpus.rules import Outcome, replaced, without_lines

__all__ = ["drop_database_header"]

_COUNT = re.compile(r"(?:Length:\s*)?\d[\d,.]{0,7} words\.?", re.IGNORECASE)
_FIELD = re.compile(
    r"(?:Length|Byline|Section|Edition|Language|Load-Date|Publication-Type|Copyright|Body"
    r"|Document Type|Dateline):.{0,120}"
)
_CODE = re.compile(r"[A-Z0-9]{2,12}|\d{1,4}|English|\d{1,2}:\d{2}(?: [AP]M)?")
_DATED = re.compile(r"\d{1,2} [A-Z][a-z]{2,8} \d{4}")
_RIGHTS = re.compile(
    r"(?:\(c\)|©|copyright)(?: ©| \(c\)|,)? (?:19|20)\d\d\b.{0,120}|.{0,80}all rights reserved\.?",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"Document [A-Z]{2,10}\d{8,16}[a-z0-9]{4,16}")
_HEADER_LINES = 12
_LONGEST_FIELD = 80

_DAILIES = r"the (?:daily|sunday) (?:express|telegraph)|the sun|the (?:sunday )?times"
_REGIONS = r"national|scotland|ulster|eire|lancs|north|london"
_OWNER = (
    r"(?:the (?:daily|sunday) telegraph |copyright )?© (?:copyright )?(?:19|20)\d\d +"
    r"[a-z][a-z ]{2,40}? +(?:ltd|limited|plc|inc|all rights reserved)(?: +all rights reserved)?"
    r"(?: the (?:daily|sunday) telegraph established \d{4})?"
)
# As databases give them once case and punctuation are gone; each needs an edition, a page or a
# domain, for "the times" or "the guardian" alone may be part of the first sentence.
_MASTHEADS = (
    rf"(?:{_DAILIES})(?: dt| t)? \d(?:s\d)? (?:{_REGIONS})(?: \d{{1,3}})?",
    r"the (?:guardian|observer) \d{1,3}|(?:the )?daily mail \d{1,3}",
    r"the independent \d(?:st|nd|rd)(?: \d+)?(?: [a-z]+ \|(?: \*)?)?",
    r"financial times (?:ftcom|(?:usa|london|europe|asia|surveys) [a-z]{2,4}\d \d\d)",
    r"(?:the telegraph online )?the telegraph online|mail online(?: \*)?|independent online",
    r"(?:theguardiancom )?guardiancouk|theguardiancom|expresscouk|thesuncouk|thetimescouk",
)
_MASTHEAD = re.compile(rf"(?<!\S)(?:(?:{'|'.join(_MASTHEADS)})(?: {_OWNER})?|{_OWNER})(?!\S)")
_TEL = r"\+?[\d ]{8,20}"
_AGENCIES = r"ap|afp|alamy|corbis|empics|epa|getty(?: images)?|pa|reuters|rex(?: features)?|wenn"
_CREDITED = r"(?:[a-z][\w.'-]* ){0,4}"
_STAMP = re.compile(
    r"(?<!\S)(?:the tabular content relating to this article is not available to view"
    r"(?: apologies in advance for the inconvenience caused)?"
    r"|(?:(?:daily|sunday) express )?the northern & shell building [\w ]{10,90}? tel "
    rf"{_TEL}(?:outside uk {_TEL})?"
    r"|(?:comment on [\w' ]{3,40} at|for more telegraph \w{3,12} go to) telegraphcouk/\w{3,20}"
    rf"|\[(?:{_AGENCIES})\]|\[\]"
    rf"|photographs? {_CREDITED}(?:{_AGENCIES}|[\w.'-]+/(?:{_AGENCIES}|\w+)"
    r"|for the (?:guardian|observer))(?=\s*$)"
    r"|(?:timestamp \d.{0,40}?page +of +)?© (?:19|20)\d\d +factiva inc +"
    r"all rights reserved|(?:guardiancouk )?© guardian news and media (?:19|20)\d\d"
    r"|scroll down for videos?)(?!\S)"
)
_OPENING = 350


def drop_database_header(text: str) -> Outcome:
    """Text without what a newspaper database writes around an article.

    Lines from a word count ("888 words") to the copyright line, as Factiva and LexisNexis write
    them. Where a text is one line without capitals, its masthead with edition or page and the
    copyright phrase: what stands before it, mostly the headline, becomes a paragraph.
    """
    opening = text.strip()[:_OPENING]
    if "\n" not in opening and opening == opening.lower():
        return _drop_masthead(text)
    if not look(text).has(HEADER):
        return Outcome(text)
    return without_lines(text, _header_places(look(text).lines, look(text).lines_with(HEADER)))


def _header_places(lines: list[str], marked: list[int]) -> list[int]:
    """Places of lines of headers; word counts and document codes are among the marked."""
    bare = {at: lines[at].strip() for at in marked}
    places = {at for at in marked if _DOCUMENT.fullmatch(bare[at])}
    for start in marked:
        if _COUNT.fullmatch(bare[start]):
            after = [line.strip() for line in lines[start : start + _HEADER_LINES]]
            places.update(start + at for at in _header_block(after))
    return sorted(places)


def _header_block(lines: list[str]) -> set[int]:
    """Places of a word count, the first, and of fields after it; empty where there are none."""
    rights = next((at for at, line in enumerate(lines) if _RIGHTS.fullmatch(line)), 0)
    places: set[int] = set()
    for at, line in enumerate(lines[1:], start=1):
        is_field = any(kind.fullmatch(line) for kind in (_CODE, _DATED, _FIELD, _RIGHTS))
        if line and (is_field or (at < rights and len(line) <= _LONGEST_FIELD)):
            places.add(at)
        elif line:
            break
    return places | {0} if places else places


def _drop_masthead(text: str) -> Outcome:
    whole, text = text, text.strip()
    opening, rest = text[:_OPENING], text[_OPENING:]
    match = _MASTHEAD.search(opening)
    if match:
        parts = (opening[: match.start()].strip(), (opening[match.end() :] + rest).strip())
        text = "\n\n".join(part for part in parts if part)
    stamped = replaced(_STAMP, "", text)
    if not (match or stamped.times):
        return Outcome(whole)  # bare white space is the matter of another rule
    example = match[0][:80] if match else stamped.example
    return Outcome(stamped.text, stamped.times + bool(match), example)
