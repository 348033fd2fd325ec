"""Whether a line is boiler-plate of a web page, by its whole wording."""

from __future__ import annotations

import re
from functools import lru_cache

from topoi.corpus.page_wording import NAMED_LINE, NOTICE, OPEN_LINE, SHORT_LINE
from topoi.corpus.page_words import is_made_of_page_words

__all__ = ["is_boilerplate"]

_MOST_WORDS = 12
_MOST_NOTICE_WORDS = 30
_MOST_CHARACTERS = 400
# An open line that is a sentence of its own has one of these.
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|shall|should"
    r"|do|does|did|said|says?|told|tells?|met|made|came|went|got|took|gave|found|left|fell|rose"
    r"|grew|keeps?|kept|bars?|lets?|\w{3,20}ed)\b"
)
_MARKS = re.compile(
    r"(?:#\s*){3,}|(?:-+\s*)?30-?\s*-+|(?:-+\s*)?(?:end|ends|END|ENDS)\s*-+|ENDS?"
    r"|End of (?:text|document)"
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
_FULL_STOP = re.compile(r"[.!…][”\"’')\]]*$")
_KEPT_STARTS = ("©", "(c)")


@lru_cache(maxsize=4096)
def is_boilerplate(line: str) -> bool:
    """Whether the whole line is a request, button, notice, tag row or end mark of a page, or a
    sound or time that a transcript notes ("[applause]", "[00:03:07]").

    A sentence of an article that merely has such words is not; neither are credits
    ("Sources: …") nor lines that begin with a speaker's label.
    """
    bare = " ".join(line.strip().removeprefix("- ").split())
    n_words = bare.count(" ") + 1
    if not bare or n_words > _MOST_NOTICE_WORDS or len(bare) > _MOST_CHARACTERS:
        return False
    if any(pattern.fullmatch(bare) for pattern in (_MARKS, _TAG_ROW, _CUE, _TIME_STAMP)):
        return True
    text = bare if bare.lower().startswith(_KEPT_STARTS) else _core(bare)
    if n_words <= _MOST_WORDS and (_is_short_line(text) or _is_open_line(bare)):
        return True
    return is_made_of_page_words(bare) or bool(NOTICE.fullmatch(text.lower().rstrip(" .!*")))


def _core(bare: str) -> str:
    """The line without marks at its ends."""
    found = _CORE.search(bare)
    return found[0] if found else ""


def _is_short_line(text: str) -> bool:
    if SHORT_LINE.fullmatch(text.lower().rstrip(" .!*")):
        return True
    return not text.isupper() and bool(NAMED_LINE.fullmatch(text.rstrip(" .!")))


def _is_open_line(bare: str) -> bool:
    found = OPEN_LINE.fullmatch(bare.lower().lstrip(" *_»>→•"))
    return found is not None and not (_FULL_STOP.search(bare) and _VERB.search(found[1]))
