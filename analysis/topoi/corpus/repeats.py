"""Which lines of a text say once more what it has said, as teasers and bullets of pages do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from topoi.corpus.boilerplate import line_key
from topoi.corpus.look import look
from topoi.corpus.rules import Outcome, without_lines

__all__ = ["drop_repeats"]

# Least words of what goes; words have letters.
_IN_PARAGRAPH, _IN_HEADLINE, _IN_TWIN = 12, 6, 4
_HEADLINES = 3
_NUMBERS = 5  # figures and citations have more than one number in so many words
_SPEAKERS = 2
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+")
_END = re.compile(r"[.…。][\"”’')\]]*$")
_LEADING = (":", ",", ";")
_ITEM = "- "
# Headings that a table of contents has too, items of laws and steps.
_NUMBERED = re.compile(r"(?:- )?(?:(?:[IVXLC]{1,6}|[A-Z]|\d{1,3})[.)] |\(\w{1,5}\)|§)")
_LABEL = re.compile(r"[A-Z][A-Z.'’ -]{1,40}:|[QA]\b|\(|\[")
_SPEAKER = re.compile(r"(?:[A-Z][A-Z.'’ -]{2,40}:|Q )")


def drop_repeats(text: str) -> Outcome:
    """Text without paragraphs, bullets and lists of headlines that have stood in it before.

    A line of twelve words or more goes straight after its twin, a shorter one if it is a sentence,
    an item or the title; a paragraph wherever it stands; an item in the list that has it already;
    headlines as three or more in their order. What may be a cell of a table, the value of a label
    ("Agenda:"), a heading or a numbered item stays, and in a transcript what speakers say again.
    """
    alike = set(_alike(text))
    if not alike:
        return Outcome(text)
    lines = look(text).lines
    places = [place for place, line in enumerate(lines) if line.strip()]
    keys = [line_key(lines[place]) if place in alike else "" for place in places]
    gone = _repeats([lines[place] for place in places], keys)
    return without_lines(text, [places[at] for at in gone])


def _alike(text: str) -> list[int]:
    """Places of lines that may have the words of another; in most texts there are few or none."""
    seen = look(text)
    counts = Counter(seen.hashes)
    if len(counts) == len(seen.hashes) and 0 not in counts:
        return []
    # Lines without letters of ASCII may be alike or not, the hash 0 does not tell.
    return [at for at, key in seen.line_hashes if counts[key] > 1 or key == 0]


def _repeats(lines: Sequence[str], keys: Sequence[str]) -> list[int]:
    """Which lines go, in order; a line whose words no other has may have an empty key."""
    twins = _first_places(keys)
    gone = {at for at in twins if _is_repeated_text(lines, at)}
    after = {at for at in twins if keys[at - 1] == keys[at]}
    gone |= {at for at in after if _is_twin(lines, at)}
    if any(lines[at].startswith(_ITEM) for at in twins):
        gone |= _in_their_list(lines, keys)
    gone |= _headlines(lines, twins)
    if gone and sum(map(bool, map(_SPEAKER.match, lines))) > _SPEAKERS:
        gone = {at for at in gone if not _may_be_said_again(lines[at])}
    return sorted(gone | {at for at in after if _n_words(lines[at]) >= _IN_PARAGRAPH})


def _first_places(keys: Sequence[str]) -> dict[int, int]:
    """Where the words of a line stand first, for each that has those of an earlier one."""
    first: dict[str, int] = {}
    twins: dict[int, int] = {}
    for at, key in enumerate(keys):
        if key and first.setdefault(key, at) != at:
            twins[at] = first[key]
    return twins


def _is_repeated_text(lines: Sequence[str], at: int) -> bool:
    """Whether a repeated line is a paragraph in the middle of text."""
    line = lines[at]
    if _n_words(line) < _IN_PARAGRAPH or not _END.search(line) or _NUMBERED.match(line):
        return False
    beside = [lines[at - 1], *lines[at + 1 : at + 2]]
    is_part = lines[at - 1].endswith(":") or any(map(_is_cell_or_entry, beside))
    return not is_part and _has_few_numbers(line)


def _is_cell_or_entry(line: str) -> bool:
    """Whether a line may be the name of what another says more of: "$500" or "3. Harbour Ltd"."""
    return _n_words(line) < _IN_TWIN or bool(_NUMBERED.match(line))


def _is_twin(lines: Sequence[str], at: int) -> bool:
    """Whether a line straight after its twin is a sentence, an item or the title once more."""
    line = lines[at]
    is_whole = bool(_END.search(line)) or line.startswith(_ITEM) or at == 1
    is_sure = is_whole and not line.endswith(_LEADING)
    return is_sure and _n_words(line) >= _IN_TWIN and _has_few_numbers(line)


def _in_their_list(lines: Sequence[str], keys: Sequence[str]) -> set[int]:
    """Items that their list has before."""
    found: set[int] = set()
    seen: set[str] = set()
    for at, line in enumerate(lines):
        if not line.startswith(_ITEM):
            seen = set()
        elif keys[at] in seen and _is_plain_item(line):
            found.add(at)
        elif keys[at]:
            seen.add(keys[at])
    return found


def _is_plain_item(line: str) -> bool:
    """Whether an item is no step, sum or lead-in, which a list may have again."""
    has_words = _n_words(line) >= _IN_TWIN
    return has_words and not _NUMBER.search(line) and not line.endswith(_LEADING)


def _headlines(lines: Sequence[str], twins: dict[int, int]) -> set[int]:
    """Headlines that stand in the order in which they stood before, as three or more."""
    found: set[int] = set()
    row: list[int] = []
    for at, twin in twins.items():
        if not _is_headline(lines[at]):
            continue
        follows = bool(row) and row[-1] == at - 1 and twins[row[-1]] == twin - 1
        row = [*row, at] if follows else [at]
        found.update(row[-_HEADLINES:] if len(row) >= _HEADLINES else ())
    return found


def _is_headline(line: str) -> bool:
    is_long = _n_words(line) >= _IN_HEADLINE and _has_few_numbers(line)
    is_other = line.endswith(_LEADING) or _END.search(line)
    return is_long and not is_other and not _NUMBERED.match(line)


def _n_words(line: str) -> int:
    return len(_WORD.findall(line))


def _has_few_numbers(line: str) -> bool:
    return _NUMBERS * len(_NUMBER.findall(line)) <= _n_words(line)


def _may_be_said_again(line: str) -> bool:
    return bool(_LABEL.match(line)) or _n_words(line) < _IN_PARAGRAPH
