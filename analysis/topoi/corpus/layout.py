"""Where the paragraphs and lists of a text begin and end."""

from __future__ import annotations

import re
from itertools import pairwise

from topoi.corpus.look import ODD_SPACE, STACKED, UNLAID, look
from topoi.corpus.rules import Outcome

__all__ = ["lay_out"]

_BULLET = re.compile(r"(?:[-*+]|[•‣◦▪▫●○■□·∙⁃➢➤►✓✔➔→]\s?)\s+(?=\S)|[•‣◦▪▫●○■□∙⁃➢➤►✓✔➔](?=\S)")
_ITEM = "- "
_SENTENCE_ENDS = (".", "!", "?", "…", ".”", "!”", "?”", '."', '!"', '?"', ".’", ".)", "’.", "”.")
_LONG = 100
_WRAPPED_SHARE = 0.6


def lay_out(text: str) -> Outcome:
    """Text as paragraphs with one blank line between; lists as lines "- item" under their lead-in.

    Runs of spaces become one. Lines that an old program broke at a fixed width are joined. In a
    text without blank lines each long line is a paragraph; short lines (verse, an address) stay
    lines of one paragraph.
    """
    if not look(text).has(UNLAID | STACKED):
        return Outcome(text)
    has_odd_spaces = look(text).has(ODD_SPACE)
    lines = list(look(text).lines)
    for at in look(text).lines_with(UNLAID):
        lines[at] = _bulleted(_tidy(lines[at], has_odd_spaces))
    width = _wrap_width(lines)
    paragraphs: list[list[str]] = []
    for block in _blocks(lines):
        _add_paragraphs(paragraphs, _unwrapped(block, width) if width else block)
    result = "\n\n".join("\n".join(paragraph) for paragraph in paragraphs)
    return Outcome(result, int(result != text))


def _tidy(line: str, has_odd_spaces: bool) -> str:
    is_odd = has_odd_spaces or "  " in line
    return " ".join(line.split()) if is_odd else line.strip()


def _bulleted(line: str) -> str:
    match = _BULLET.match(line)
    return _ITEM + line[match.end() :] if match else line


def _blocks(lines: list[str]) -> list[list[str]]:
    """Runs of lines that hold something; a line of mere punctuation ends a run."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line and (line[0].isalnum() or any(sign.isalnum() or sign > "\u2fff" for sign in line)):
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _wrap_width(lines: list[str]) -> int:
    """The width at which lines were broken, or 0 for a text whose lines end where they mean to."""
    inner = [
        line
        for line, after in pairwise(lines)
        if line and after and not line.startswith(_ITEM) and not after.startswith(_ITEM)
    ]
    if len(inner) < 2:
        return 0
    width = sorted(map(len, inner))[int(0.95 * (len(inner) - 1))]
    if not 50 <= width <= _LONG:
        return 0
    broken = sum(_is_broken(line, width) for line in inner)
    return width if broken >= _WRAPPED_SHARE * len(inner) else 0


def _is_broken(line: str, width: int) -> bool:
    return len(line) >= 0.7 * width and not line.endswith(_SENTENCE_ENDS)


def _unwrapped(block: list[str], width: int) -> list[str]:
    """Lines of a block joined, except after a short line that ends a sentence, and before items."""
    joined = [[block[0]]]
    for before, line in pairwise(block):
        ends = before.endswith(_SENTENCE_ENDS) and len(before) < 0.7 * width
        if ends or len(before) < 0.45 * width or line.startswith(_ITEM):
            joined.append([line])
        else:
            joined[-1].append(line)
    return [" ".join(lines) for lines in joined]


def _add_paragraphs(paragraphs: list[list[str]], block: list[str]) -> None:
    """Add the paragraphs of one block; a list goes under the lead-in that stands before it."""
    if block[0].startswith(_ITEM) and paragraphs and _may_lead(paragraphs[-1][-1]):
        paragraphs[-1].append(block[0])
    else:
        paragraphs.append([block[0]])
    is_verse = max(map(len, block)) <= _LONG
    for before, line in pairwise(block):
        if line.startswith(_ITEM):
            paragraphs[-1].append(line)
        elif before.startswith(_ITEM) and _goes_on(before, line):
            paragraphs[-1][-1] += f" {line}"
        elif is_verse and not before.startswith(_ITEM) and not _is_new_sentence(before, line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])


def _may_lead(line: str) -> bool:
    """Whether a list after a blank line belongs to the paragraph that ends so: lead-in or list."""
    return line.endswith(":") or line.startswith(_ITEM)


def _goes_on(item: str, line: str) -> bool:
    """Whether a line is the rest of the list item before it."""
    return not item.endswith(_SENTENCE_ENDS) and line[:1].islower()


def _is_new_sentence(before: str, line: str) -> bool:
    return before.endswith(_SENTENCE_ENDS) and line[:1].isupper()
