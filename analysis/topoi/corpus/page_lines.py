"""Whether a line is boiler-plate of a web page, by its whole wording."""

from __future__ import annotations

import re
from functools import lru_cache

from topoi.corpus.page_forms import FORM
from topoi.corpus.page_notes import NAMED_NOTE, NOTE
from topoi.corpus.page_notices import LONG_NOTICE
from topoi.corpus.page_tally import are_page_words, is_made_of_page_words
from topoi.corpus.page_wording import NAMED_LINE, NOTICE_LINE, OPEN_LINE, SHORT_LINE
from topoi.kernels.sight import NOTICE, WEIGHED, WORDING

__all__ = ["is_boilerplate", "is_link", "is_mark"]

_MOST_WORDS = 12
_MOST_NOTICE_WORDS = 30
_MOST_LINK_WORDS = 4
_MOST_SMALL_WORDS = 8
_MOST_CHARACTERS = 400
# An open line that is a sentence of its own has one of these.
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|shall|should"
    r"|do|does|did|said|says?|told|tells?|met|made|came|went|got|took|gave|found|left|fell|rose"
    r"|grew|keeps?|kept|bars?|lets?|\w{3,20}ed)\b"
)
_MARKS = re.compile(
    r"[-–*_ ]{0,9}(?:#\s*){3,}[-–*_]{0,9}|(?:-+\s*)?30-?\s*-+"
    r"|[-–—*/#~=_ ([]{1,10}(?:[Ee]nds?|ENDS?)[-–—*/#~=_ )\]]{1,10}|(?:-+\s*)?(?:end|ends"
    r"|END|ENDS)\s*-+|ENDS?|Ends|(?i:end of (?:text|document|release|article|story|transcript"
    r"|statement))"
)
# Sounds and times that a transcript notes between what is said; other words in brackets are text.
_SOUND = r"(?:music|jingle|applause|laughter|cheer(?:s|ing)|cross-?talk|inaudible)"
_CUE = re.compile(
    rf"[\[(](?:theme |intro |outro |upbeat |soft )?{_SOUND}(?:(?:,| and) {_SOUND})?"
    r"(?: plays| playing| fades| ends| (?:by|from) reporters)?\.?[\])]",
    re.IGNORECASE,
)
_CLOCK = r"\d{1,2}:\d\d"
_SECOND = r":\d\d(?:[.,]\d{1,3})?"
# A bare "12:45" may be an hour in a programme, with a time zone it is when a briefing began.
_TIME_STAMP = re.compile(
    rf"[\[(]{_CLOCK}(?:{_SECOND})?[\])]|{_CLOCK}{_SECOND}"
    rf"|(?:END )?{_CLOCK} [AP]\.?M\.? [A-Z]{{2,4}}"
)
_TAG_ROW = re.compile(r"[#@]\w+(?:[\s,;|]+[#@]\w+)+")
_CORE = re.compile(r"[^\W_](?:.*[^\W_])?")
_SENTENCE_END = re.compile(r"[.!?…][”\"’')\]]*(?: |$)")
_FULL_STOP = re.compile(r"[.!…][”\"’')\]]*$")
_STOP = re.compile(r"[.!?…,;:—–][”\"’')\]]*$")
_KEPT_STARTS = ("©", "(c)")


@lru_cache(maxsize=4096)
def is_boilerplate(line: str, kinds: int = WORDING | NOTICE | WEIGHED) -> bool:
    """Whether the whole line is a request, button, notice, tag row or end mark of a page, or a
    sound or time that a transcript notes ("[applause]", "[00:03:07]").

    A sentence of an article that merely has such words is not; neither are credits
    ("Sources: …") nor lines that begin with a speaker's label.
    """
    bare = _bare(line)
    n_words = bare.count(" ") + 1
    if not bare or n_words > _MOST_NOTICE_WORDS or len(bare) > _MOST_CHARACTERS:
        return False
    if kinds & WORDING and (_is_mark(bare) or _TAG_ROW.fullmatch(bare)):
        return True
    if _goes_on(bare):
        return False
    text = bare if bare.lower().startswith(_KEPT_STARTS) else _core(bare)
    if kinds & WORDING and n_words <= _MOST_WORDS and (_is_short_line(text) or _is_open_line(bare)):
        return True
    if kinds & WEIGHED and is_made_of_page_words(bare):
        return True
    return bool(kinds & NOTICE) and _is_notice(text.lower().rstrip(" .!*"))


def _goes_on(bare: str) -> bool:
    """Whether a line is rather the rest of a sentence, in a paragraph cut into lines."""
    if not bare[0].islower():
        return False
    return bare.count(" ") >= _MOST_SMALL_WORDS or bool(_SENTENCE_END.search(bare))


def is_mark(line: str) -> bool:
    """Whether a line marks an end, a sound or a time, as transcripts and releases do."""
    return _is_mark(_bare(line))


def _is_mark(bare: str) -> bool:
    return bool(_MARKS.fullmatch(bare) or _CUE.fullmatch(bare) or _TIME_STAMP.fullmatch(bare))


def is_link(line: str) -> bool:
    """Whether a line may be a link of a page where lines of the page stand on both sides.

    Such lines have up to four words, all of pages, and do not end as a sentence or a lead-in.
    """
    bare = _bare(line)
    is_short = bare.count(" ") < _MOST_LINK_WORDS and len(bare) <= _MOST_CHARACTERS
    return is_short and not _STOP.search(bare) and are_page_words(bare)


def _bare(line: str) -> str:
    return " ".join(line.strip().removeprefix("- ").split())


def _is_notice(text: str) -> bool:
    return bool(NOTICE_LINE.fullmatch(text) or LONG_NOTICE.fullmatch(text))


def _core(bare: str) -> str:
    """The line without marks at its ends."""
    found = _CORE.search(bare)
    return found[0] if found else ""


def _is_short_line(text: str) -> bool:
    lower = text.lower().rstrip(" .!?*")
    if SHORT_LINE.fullmatch(lower) or NOTE.fullmatch(lower) or FORM.fullmatch(lower):
        return True
    if text.isupper():
        return False
    named = text.rstrip(" .!")
    return bool(NAMED_LINE.fullmatch(named) or NAMED_NOTE.fullmatch(named))


def _is_open_line(bare: str) -> bool:
    found = OPEN_LINE.fullmatch(bare.lower().lstrip(" *_»>→•"))
    return found is not None and not (_FULL_STOP.search(bare) and _VERB.search(found[1]))
