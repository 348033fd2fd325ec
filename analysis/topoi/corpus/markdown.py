"""How the text of a Markdown page comes out of its marks and tables."""

from __future__ import annotations

import re
from functools import partial

from topoi.corpus.look import BAR, MARK, look
from topoi.corpus.rules import Outcome, chained, line_by_line, replaced

__all__ = ["drop_markdown", "read_tables"]

_DRAWN_RULE = re.compile(r"\+(?:[-=]{2,}+\+)++")
_RULE_CELL = re.compile(r"[ \t]*:?-{2,}:?[ \t]*|[ \t]*:?-:?[ \t]*")


def read_tables(text: str) -> Outcome:
    """Text with each row of a Markdown table as its own paragraph.

    A row reads "Header: cell. Header: cell."; without a header row it is the cells,
    joined by semicolons.
    """
    if not look(text).has(BAR):
        return Outcome(text)
    result: list[str] = []
    rows: list[str] = []
    count, example = 0, ""
    for line in [*_framed(text.split("\n")), ""]:
        if _is_row(line):
            rows.append(line)
            continue
        if rows:
            example = example if count else rows[0].strip()[:80]
            count += len(rows)
            result.extend(_told(rows))
            rows = []
        result.append(line)
    return Outcome("\n".join(result[:-1]), count, example) if count else Outcome(text)


def _framed(lines: list[str]) -> list[str]:
    """The lines, those of tables without outer bars and of drawn frames as rows between bars."""
    framed = [_ruled(line) if line.lstrip().startswith("+") else line for line in lines]
    for place in range(1, len(lines)):
        if _is_bare_rule(framed[place]) and "|" in framed[place - 1]:
            for at in range(place - 1, len(lines)):
                if "|" not in framed[at]:
                    break
                framed[at] = f"| {framed[at].strip().strip('|')} |"
    return framed


def _ruled(line: str) -> str:
    """A drawn rule "+---+===+" as the rule of a Markdown table; other lines as they are."""
    is_rule = _DRAWN_RULE.fullmatch(line.strip())
    return line.strip().replace("+", "|").replace("=", "-") if is_rule else line


def _is_bare_rule(line: str) -> bool:
    return line.count("-") > 2 and "|" in line and not _is_row(line) and _is_rule(_cells(line))


def _is_row(line: str) -> bool:
    return line.count("|") > 1 and line.lstrip().startswith("|") and line.rstrip().endswith("|")


def _told(rows: list[str]) -> list[str]:
    table = [_cells(row) for row in rows]
    while table and _is_rule(table[0]):  # the upper edge of a drawn frame
        table = table[1:]
    rules = [place for place, cells in enumerate(table) if _is_rule(cells)]
    has_header = bool(rules) and 0 < rules[0] < len(table) - 1
    header = table[rules[0] - 1] if has_header else []
    first = rules[0] - 1 if header else -1
    told = []
    for place, cells in enumerate(table):
        if place in rules or place == first:
            continue
        sentence = _sentence(header, cells) if header and place > first else _plain_row(cells)
        told.extend(["", sentence, ""] if sentence else [])
    return told


def _cells(row: str) -> list[str]:
    inner = row.strip().removeprefix("|").removesuffix("|")
    return [cell.replace("\\|", "/").strip() for cell in re.split(r"(?<!\\)\|", inner)]


def _is_rule(cells: list[str]) -> bool:
    return all(_RULE_CELL.fullmatch(cell) for cell in cells if cell) and any(cells)


def _sentence(header: list[str], cells: list[str]) -> str:
    names = header + [""] * (len(cells) - len(header))
    parts = [
        _ended(f"{name.rstrip(':')}: {cell}" if name else cell)
        for name, cell in zip(names, cells, strict=False)
        if cell
    ]
    return " ".join(parts)


def _ended(part: str) -> str:
    return part if part.endswith((".", "!", "?", ":", ";", "…", '."', ".”")) else f"{part}."


def _plain_row(cells: list[str]) -> str:
    return "; ".join(cell for cell in cells if cell)


_FENCE = re.compile(r"(?m)^[ \t]*(?:```|~~~)[\w-]{0,20}[ \t]*$")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
_REFERENCE = re.compile(
    r"(?m)^[ \t]{0,3}\[[^\[\]\n]{1,100}\]:[ \t]+(?:<|https?:|www\.|/|#).{0,2000}$"
)
_LINK = re.compile(
    r"\[([^\[\]\n]{1,500})\]"
    r"\((?:<|https?:|www\.|mailto:|/|#|\.\.?/|[\w-]{1,80}\.\w)[^()\s]{0,2000}"
    r"(?:\([^()\s]{0,200}\)[^()\s]{0,500})?(?:[ \t]+\"[^\"\n]{0,300}\")?\)"
)
_HEADING = re.compile(r"(?m)^[ \t]{0,3}#{1,6}[ \t]+(?![#\s])(.{1,300}?)(?:[ \t]+#{1,6})?[ \t]*$")
_UNDERLINE = re.compile(r"(?m)^[ \t]{0,3}(?:={3,}|-{3,}|_{3,}|\*{3,}|~{3,})[ \t]*$")
_QUOTE = re.compile(r"(?m)^[ \t]{0,3}(?:>[ \t]?){1,9}(?=[^\d\s=>]|$)")
# Not within words: "f**ing" and "snake_case" have no emphasis.
_STRONG = re.compile(r"(?<![\w*])(\*\*|__)(?=[^\s*_])([^*_\n]{1,500}?)(?<=[^\s*_])\1(?![\w*])")
_STAR = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300}?)(?<=[^\s*])\*(?![\w*])")
_UNDERSCORE = re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]{1,300}?)(?<=[^\s_])_(?![\w_])")
_STRIKE = re.compile(r"~~(?=\S)([^~\n]{1,300}?)(?<=\S)~~")
_CODE = re.compile(r"(?<![`\w])(`{1,3})(?![`\s])([^`\n]{1,300}?)(?<!\s)\1(?![`\w])")
_ESCAPE = re.compile(r"\\([*_#\[\]()>`~|.!+-])")

# Each with what it becomes, and signs of which a line must have one.
_MARKS: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = (
    (_FENCE, "", ("```", "~~~")),
    (_IMAGE, "", ("![",)),
    (_REFERENCE, "", ("]:",)),
    (_LINK, r"\1", ("](",)),
    (_UNDERLINE, "\n", ("===", "---", "___", "***", "~~~")),
    (_HEADING, r"\n\n\1\n\n", ("#",)),
    (_QUOTE, "", (">",)),
    (_STRONG, r"\2", ("**", "__")),
    (_STAR, r"\1", ("*",)),
    (_UNDERSCORE, r"\1", ("_",)),
    (_STRIKE, r"\1", ("~~",)),
    (_CODE, r"\2", ("`",)),
    (_ESCAPE, r"\1", ("\\",)),
)


def _replaced_if(pattern: re.Pattern[str], new: str, signs: tuple[str, ...], line: str) -> Outcome:
    has_sign = any(sign in line for sign in signs)
    return replaced(pattern, new, line) if has_sign else Outcome(line)


_MARK_STEPS = [partial(_replaced_if, *mark) for mark in _MARKS]


def drop_markdown(text: str) -> Outcome:
    """Text without heading marks, emphasis, quote marks, images and rules; links as their text."""
    if not look(text).has(MARK):
        return Outcome(text)
    return line_by_line(text, MARK, partial(chained, _MARK_STEPS))
