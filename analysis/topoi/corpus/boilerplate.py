"""Which lines of a text belong to the page and not to what was written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from topoi.corpus.phrases import is_boilerplate
from topoi.corpus.rules import Outcome, without_lines

__all__ = ["drop_boilerplate", "drop_repeats", "frequent_lines"]

_LEAST_WORDS = 3
_FREQUENT_SHARE = 0.2
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_LABEL = re.compile(r"[A-Z][A-Z.'’ -]{1,40}:|[QA]\b|\(|\[")
_LEAST_LABELS = 2
_SPEAKER = re.compile(r"(?m)^(?:[A-Z][A-Z.'’ -]{2,40}:|Q )")


def drop_boilerplate(text: str) -> Outcome:
    """Text without lines that are wholly a request, a button, a notice or a mark of a page."""
    lines = text.split("\n")
    gone = [place for place, line in enumerate(lines) if line and is_boilerplate(line)]
    return without_lines(lines, gone) if gone else Outcome(text)


def drop_repeats(text: str) -> Outcome:
    """Text with a line of three words or more only where it stands first.

    Lines that lead to the next (they end with a colon, comma or semicolon) stay, and in a
    transcript what speakers say again and stage directions.
    """
    lines = text.split("\n")
    seen: set[str] = set()
    gone: list[int] = []
    for place, line in enumerate(lines):
        key = _key(line)
        if key in seen and not line.endswith((":", ",", ";")):
            gone.append(place)
        elif key:
            seen.add(key)
    if gone and len(_SPEAKER.findall(text)) > _LEAST_LABELS:
        gone = [place for place in gone if not _may_be_said_again(lines[place])]
    return without_lines(lines, gone) if gone else Outcome(text)


def _may_be_said_again(line: str) -> bool:
    return bool(_LABEL.match(line)) or len(_WORD.findall(line)) < 12


def _key(line: str) -> str:
    """The words of a line in lower case; nothing for a line too short to be told by its words."""
    words = _WORD.findall(line.lower())
    return " ".join(words) if len(words) >= _LEAST_WORDS else ""


def frequent_lines(
    texts: Sequence[str], sources: Sequence[str], *, min_repeats: int
) -> list[Outcome]:
    """Each text without the lines that stand in many texts of its source.

    A line (its words in lower case, three or more) is dropped where it stands in at least
    `min_repeats` texts and a fifth of the texts of a source that has more than `min_repeats`. A
    text that would be left empty stays whole.
    """
    outcomes = [Outcome(text) for text in texts]
    groups: dict[str, list[int]] = {}
    for place, source in enumerate(sources):
        groups.setdefault(source, []).append(place)
    for places in groups.values():
        if len(places) > min_repeats:
            _drop_frequent(outcomes, places, min_repeats)
    return outcomes


def _drop_frequent(outcomes: list[Outcome], places: list[int], min_repeats: int) -> None:
    counts: Counter[str] = Counter()
    for place in places:
        counts.update({_key(line) for line in outcomes[place].text.split("\n")} - {""})
    least = max(min_repeats, _FREQUENT_SHARE * len(places))
    frequent = {key for key, count in counts.items() if count >= least}
    for place in places if frequent else ():
        lines = outcomes[place].text.split("\n")
        kept = [line for line in lines if _key(line) not in frequent]
        if len(kept) < len(lines) and any(line.strip() for line in kept):
            gone = [at for at, line in enumerate(lines) if _key(line) in frequent]
            outcomes[place] = without_lines(lines, gone)
