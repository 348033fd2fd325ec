"""Who speaks where in a transcript."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from topoi.corpus.abbreviations import words

__all__ = ["Turn", "turns"]

_LONGEST = 70  # characters of a label
_MOST_WORDS = 8
_LEAST_SHARE = 1 / 3  # of the lines of a transcript that begin with a name

# A word in capitals, also McCONNELL, and one with stops in it and behind it.
_LETTERS = r"(?:[^\W\d_a-z]|[A-Z][a-z]{1,2}(?=[A-Z]{2}))[^\W\d_a-z]*+"
_WORD = rf"{_LETTERS}(?:['’-]{_LETTERS})*+"
_DOTTED_WORD = rf"{_LETTERS}(?:['’.-]+{_LETTERS})*+[.]?"
_NAME = rf"{_DOTTED_WORD}(?:,? {_DOTTED_WORD}){{0,{_MOST_WORDS - 1}}}"
# "MS. PSAKI:", "PRESIDENT YOON (via interpreter):"; the bracket stays with what is said.
_COLON = re.compile(
    rf"({_NAME})(?= ?\([^()\n]{{1,40}}\) ?:| ?:)( ?\([^()\n]{{1,40}}\))? ?:(?=\s|\Z)"
)
# "Ms. Psaki:", "Senator Cruz:".
_TITLED = re.compile(
    r"((?:Mr\.|Mrs\.|Ms\.|Miss|Dr\.|Sen\.|Rep\.|Senator|Representative|Secretary|President|Sr\.|Sra\.)"
    r"(?: [^\W\d_a-z][\w'’.-]{1,20}){1,3})(): ?(?=\s|\Z)"
)
# The record of Congress: "Mr. DURBIN.", "Mr. SMITH of New Jersey.", "The PRESIDING OFFICER."
_RECORD = re.compile(
    rf"((?:Mr|Mrs|Ms|Miss|Dr)\. {_WORD}(?: {_WORD}){{0,3}}(?: of [A-Z][a-z]+(?: [A-Z][a-z]+)?)?"
    r"|The (?:PRESIDING OFFICER|SPEAKER|CHAIR|CHAIRMAN|ACTING PRESIDENT|VICE PRESIDENT|PRESIDENT)"
    r"(?: pro tempore)?)()\.(?=\s)"
)
_QUESTION = re.compile(r"(Q|A(?=:))()[.:]?(?=\s+\S)")
_CAPITALS = re.compile(r"[^\W\d_a-z]{2}")
_KINDS = (_RECORD, _COLON, _TITLED, _QUESTION)

_TITLES = words(
    """
    mr mrs ms miss dr sir madam president vice senator sen representative rep congressman
    congresswoman secretary speaker governor mayor ambassador minister chancellor chairman
    chairwoman chair director administrator general admiral colonel judge justice commissioner
    attorney moderator operator participant reporter interpreter witness audience host interviewer
    questioner official sr sra
    presidente presidenta ministro ministra senador senadora secretario secretaria gobernador
    gobernadora canciller diputado diputada moderador moderadora pregunta respuesta
    """
)
_HEADINGS = words(
    """
    action actions address addresses agency attachment authority background cc contact contents date
    dates docket enclosure fact figure from further goal heading important information memorandum
    nominations note notes priority purpose re release resources sheet source subject summary table
    title to update warning washington withdrawals what when where who why how
    """
)


class Turn(NamedTuple):
    """What one speaker says in a row.

    speaker : the name as it is written before the turn; empty before the first one
    text : what is said, without the name
    """

    speaker: str
    text: str


def turns(text: str) -> list[Turn]:
    """The turns of a transcript; one turn without a speaker where the text is none.

    A name stands at the start of a line: "MS. JEAN-PIERRE:", "THE PRESIDENT:", "Senator Cruz:",
    "Mr. DURBIN.", "Q" or "A:". A text is a transcript if a name in capitals with a title or an
    office stands there, or if a third of its lines begin with names of which one comes twice;
    headings such as "SUMMARY:" are no names.

    Notes
    -----
    Linear in the length of the text.
    """
    lines = text.split("\n")
    labels = [_label(line) for line in lines]
    if not _is_transcript([label[0] for label in labels if label], sum(map(bool, lines))):
        return [Turn("", text.strip())]
    found: list[tuple[str, list[str]]] = [("", [])]
    for line, label in zip(lines, labels, strict=True):
        if label:
            found.append((label[0], [label[1] + line.lstrip()[label[2] :]]))
        else:
            found[-1][1].append(line)
    made = [Turn(speaker, "\n".join(said).strip()) for speaker, said in found]
    return [turn for turn in made if turn.speaker or turn.text]


def _label(line: str) -> tuple[str, str, int] | None:
    """The name at the start of a line, what stays with the text of it, and where it ends."""
    start = line[: 3 * _LONGEST].lstrip()[:_LONGEST]
    if not start[:1].isupper():
        return None
    for kind in _KINDS:
        match = kind.match(start)
        if match and not _is_heading(match[1]):
            return match[1], (match[2] or "").strip(), match.end()
    return None


def _is_heading(name: str) -> bool:
    words = name.lower().split()
    return words[0] in _HEADINGS or words[-1] in _HEADINGS


def _is_transcript(names: list[str], n_lines: int) -> bool:
    if any(map(_has_title, names)):
        return True
    often = max(Counter(names).values(), default=0)
    return often > 1 and len(names) >= _LEAST_SHARE * n_lines


def _has_title(name: str) -> bool:
    """Whether a name has a title or an office, and a word in capitals."""
    if name.startswith("The "):
        return True
    words_of_name = re.findall(r"\w+", name.lower())
    return _CAPITALS.search(name) is not None and not _TITLES.isdisjoint(words_of_name)
