"""How the text of a page comes out of its HTML, whole or in debris."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from topoi.corpus.look import DEBRIS, TAG, look
from topoi.corpus.rules import Outcome, replaced

__all__ = ["drop_debris", "drop_html"]

_BLOCK_NAMES = (
    "address article aside blockquote body br caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html iframe legend "
    "main menu nav noscript ol optgroup p pre section summary table tbody tfoot thead title tr ul "
    "video audio"
)
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big button canvas cite code col colgroup data del dfn em embed font "
    "i img input ins kbd label li link map mark meta meter object option output path picture "
    "progress q s samp script select small source span strike strong style sub sup svg td template "
    "textarea th time track tt u var wbr"
)
_DROPPED_NAMES = (
    "script style nav footer aside form button noscript template iframe svg head select textarea "
    "object canvas video audio dialog"
)
# What authors of pages call the blocks around an article, in class and id.
_FRAME_WORDS = (
    "related relatedposts share shares sharing sharedaddy sharethis social comment comments "
    "respond newsletter newsletters cookie cookies subscribe subscription promo promos promotion "
    "sidebar breadcrumb breadcrumbs"
)
# "has-sidebar" and "category-social" tell what an article is, "comments-open" what it may get.
_STATE_WORDS = "has with no not non without category tag topic section open closed enabled disabled"
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_INLINE = frozenset(_INLINE_NAMES.split())
_DROPPED = frozenset(_DROPPED_NAMES.split())
# Everything between these is code, whatever it looks like.
_CODE = frozenset(("script", "style", "svg", "head", "template"))
_SPACED = frozenset(("td", "th"))
_NAMED = frozenset(("div", "section", "ul", "ol"))
_FRAMES = frozenset(_FRAME_WORDS.split())
_STATES = frozenset(_STATE_WORDS.split())
_CLASS_OR_ID = re.compile(
    r"\s(?:class|id)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'<>]++))", re.IGNORECASE
)
_WORD_ENDS = re.compile(r"[-_]+|(?<=[a-z])(?=[A-Z])")
# A whole tag: attributes need a value or are known flags, so "<b educational initiatives >" and
# "a < b" are text. No part can match the same place in two ways, so the time is linear.
_TAG = re.compile(
    r"<!--.*?-->|<!(?i:doctype)[^<>]{0,300}>|<\?[^<>]{0,300}>|<!\[CDATA\[|\]\]>"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,14}(?:[-:][a-zA-Z0-9-]{1,40})?)"
    r"(?:\s++(?:[a-zA-Z_@:*][\w.:@*-]{0,80}\s{0,9}+=\s{0,9}+"
    r"(?:\"[^\"]{0,8000}+\"|'[^']{0,8000}+'|[^\s\"'<>=`]{1,2000}+)"
    r"|(?i:async|defer|hidden|checked|disabled|selected|controls|nofollow|required|nowrap|open"
    r"|itemscope|allowfullscreen|novalidate|crossorigin|autoplay|loop|muted|readonly|reversed)"
    r"(?=[\s/>]))){0,60}+\s{0,9}+/?>",
    re.DOTALL,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_NEWLINES = re.compile(r"(?<![ \t])[ \t]*+\n\s*+")
# A page may stand within one <form> or <aside>: an element with more of its text is not dropped.
_MOST_DROPPED = 0.5


def drop_html(text: str) -> Outcome:
    """Text of the page: tags out, blocks as paragraphs, table rows as rows, entities resolved.

    Scripts, styles, comments, navigation, footers, asides, forms and buttons go with what they
    hold, and so do blocks whose class or id says that they share, relate, comment, subscribe or
    the like, unless they hold more than half of the page's text or are never closed. Lists become
    lines with "- ", tables rows of cells between bars (with a Markdown header row where they have
    header cells). A "<" that begins no whole tag is text.
    """
    if not look(text).has(TAG):
        return Outcome(text)
    tags = [tag for tag in _tags(text) if _is_markup(tag)] if "<" in text else []
    bare = _without_tags(text, tags) if tags else text
    entities = replaced(_ENTITY, lambda match: unescape(match[0]), bare)
    example = tags[0][0][:80] if tags else entities.example
    return Outcome(entities.text, len(tags) + entities.times, example)


def _tags(text: str) -> Iterator[re.Match[str]]:
    # An unclosed comment would be searched to the end of the text from each of its starts.
    last_close = text.rfind("-->")
    place = 0
    while (place := text.find("<", place)) >= 0:
        is_open_comment = text.startswith("<!--", place) and place > last_close
        match = None if is_open_comment else _TAG.match(text, place)
        if match:
            yield match
        place = match.end() if match else place + 1


def _is_markup(tag: re.Match[str]) -> bool:
    name = _name(tag)
    return not name or name in _BLOCKS or name in _INLINE or "-" in name or ":" in name


def _name(tag: re.Match[str]) -> str:
    """The element's name in lower case; nothing for comments and declarations."""
    return (tag["name"] or "").lower()


def _without_tags(text: str, tags: list[re.Match[str]]) -> str:
    blocks = sum(_name(tag) in _BLOCKS for tag in tags)
    lines = sum(1 for line in text.split("\n") if line.strip())
    # In written HTML a line end is a space; in plain text with a few tags it ends a line.
    is_page = blocks * 2 >= lines
    header_rows = _header_rows(tags)
    skipped = _skipped(text, tags)
    pieces: list[str] = []
    place, skip_to = 0, -1
    for number, tag in enumerate(tags):
        if tag.start() < skip_to:
            continue
        pieces.append(_flowed(text[place : tag.start()], is_page=is_page))
        skip_to = skipped.get(number, -1)
        place = max(tag.end(), skip_to)
        pieces.append("\n\n" if skip_to >= 0 else _mark(tag, header_rows.get(number, 0)))
    pieces.append(_flowed(text[place:], is_page=is_page))
    return "".join(pieces)


def _flowed(piece: str, *, is_page: bool) -> str:
    if not is_page or "\n" not in piece:
        return piece
    return _NEWLINES.sub(lambda match: "\n\n" if match[0].count("\n") > 1 else " ", piece)


def _skipped(text: str, tags: list[re.Match[str]]) -> dict[int, int]:
    """For each element that goes with its content: number of its tag, place where it ends."""
    ends = _droppable(tags)
    sizes = _sizes_before(text, tags, ends)
    return {
        start: tags[end].end()
        for start, end in ends.items()
        if _name(tags[start]) in _CODE or sizes[end] - sizes[start] <= _MOST_DROPPED * sizes[-1]
    }


def _droppable(tags: list[re.Match[str]]) -> dict[int, int]:
    """Numbers of the opening and closing tags of elements that hold none of the article."""
    open_tags: dict[str, list[int]] = {}
    found: dict[int, int] = {}
    for number, tag in enumerate(tags):
        name = _name(tag)
        if name not in _DROPPED | _NAMED or tag[0].endswith("/>"):
            continue
        if not tag["end"]:
            open_tags.setdefault(name, []).append(number)
        elif open_tags.get(name):
            start = open_tags[name].pop()
            if name in _DROPPED or _is_frame(tags[start][0]):
                found[start] = number
    return found


def _is_frame(tag: str) -> bool:
    """Whether class or id of a tag name a frame; "has-sidebar" and the like do not."""
    values = [value for groups in _CLASS_OR_ID.findall(tag) for value in groups]
    for value in " ".join(values).split():
        words = {word.lower() for word in _WORD_ENDS.split(value)}
        if words & _FRAMES and not words & _STATES:
            return True
    return False


def _sizes_before(text: str, tags: list[re.Match[str]], ends: dict[int, int]) -> list[int]:
    """How many characters of text stand before each tag and, last, in all; code does not count."""
    sizes: list[int] = []
    size, place, code_end = 0, 0, -1
    for number, tag in enumerate(tags):
        if number > code_end:
            size += len(text[place : tag.start()].strip())
        if _name(tag) in _CODE:
            code_end = max(code_end, ends.get(number, -1))
        sizes.append(size)
        place = tag.end()
    return [*sizes, size + len(text[place:].strip())]


def _header_rows(tags: list[re.Match[str]]) -> dict[int, int]:
    """For the closing tag of each table's first row, if it has header cells: how many."""
    found: dict[int, int] = {}
    cells, is_first = 0, False
    for number, tag in enumerate(tags):
        name = _name(tag)
        if name == "table":
            cells, is_first = 0, not tag["end"]
        elif name == "th" and not tag["end"]:
            cells += 1
        elif name == "tr" and tag["end"] and is_first:
            found[number] = cells
            is_first = False
    return {number: cells for number, cells in found.items() if cells > 1}


def _mark(tag: re.Match[str], header_cells: int) -> str:
    name = _name(tag)
    if name in _SPACED:
        return " " if tag["end"] else " | "
    if name == "tr":
        rule = "\n" + "| --- " * header_cells + "|" if header_cells else ""
        return f" |{rule}" if tag["end"] else "\n"
    if name == "li":
        return "\n" if tag["end"] else "\n- "
    if name == "br":
        return "\n"
    if name in ("thead", "tbody", "tfoot"):
        return ""
    return "\n\n" if name in _BLOCKS else ""


_NAMES = "strong|em|li|ul|ol|span|div|br|td|tr|table|blockquote|h[1-6]|p|b|i|a|u"
_LONG = "strong|em|li|ul|ol|span|div|br|td|tr|blockquote|h[1-6]"
# "for<strong trade", "<b Regular", "</p" : a tag that lost its end.
_CUT_TAG = re.compile(rf"</?(?:{_NAMES})(?=[ \t\n.,;:<]|$)[ \t]?>?|</(?:{_NAMES})>")
# "opportunities strong >", "migrations . li >": a tag that lost its beginning; but "p > 0.05".
_CUT_END = re.compile(
    rf"(?<![\w<&])/?(?:{_LONG})[ ]?>(?![ ]?[\d.=<>])"
    r"|(?<![\w<&])/?(?:p|b|i|a|u)[ ]?>(?=[ \t]*+(?:\n|$))"
)
# A lone "Â" is half of a no-break space; before a list line it stands where the mark stood.
_BULLET_A = re.compile(r"[ \t\u00a0]*+\u00c2[ \t\u00a0\u00c2]*+(?:[-*•·][ \t\u00a0]*+)?(?=\S)")
_STRAY_A = re.compile(r"(?<![\w\u00c2])\u00c2++(?!\w)")
# "caused <>the biggest": a tag that lost its name; but "a <> b".
_HOLLOW_TAG = re.compile(r"<[ ]?/[ ]?>|<[ ]>|<>(?=\S)|(?<=\S)<>")
_DEBRIS = re.compile(
    rf"{_CUT_TAG.pattern}|{_CUT_END.pattern}|{_STRAY_A.pattern}|{_HOLLOW_TAG.pattern}"
)
# "establishing strongregional ties", in a text with other remains of this tag.
_STRONG = re.compile(r"<strong\b|\bstrong >")
_GLUED_STRONG = re.compile(
    r"\bstrong(?!er\b|est\b|ly\b|ish\b|hold|box|man|men|room|wom|point|arm)(?=[a-z]{4})"
)
# The lookbehind keeps a long run of spaces from being searched from each of its places.
_SPACE_BEFORE = re.compile(r"(?<![ \t\u00a0])[ \t\u00a0]++([.,;:!?])(?=\s|$)")
_LIST_LINE = re.compile(r"\s*[-*•]\s")


def drop_debris(text: str) -> Outcome:
    """Lines without the remains of broken tags ("strong >", "<b educational", a stray "Â").

    In such lines the space before a full stop, colon or comma goes too; a line that begins with
    a stray "Â" next to a list is an item of it.
    """
    if not look(text).has(DEBRIS):
        return Outcome(text)
    has_strong = "strong" in text and _STRONG.search(text)
    unglued = replaced(_GLUED_STRONG, "strong ", text) if has_strong else Outcome(text)
    text, count, example = unglued
    lines = list(look(text).lines)
    for number in look(text).lines_with(DEBRIS):
        line = lines[number]
        mended = _mended(line, lines[max(0, number - 1)], lines[min(len(lines) - 1, number + 1)])
        if mended != line:
            found = _DEBRIS.search(line)
            start = max(0, found.start() - 30) if found else 0
            example = example if count else line[start : start + 80].strip()
            count += 1
            lines[number] = mended
    return Outcome("\n".join(lines), count, example)


def _mended(line: str, before: str, after: str) -> str:
    if not _DEBRIS.search(line):
        return line
    marked = _BULLET_A.match(line)
    if marked and (_LIST_LINE.match(before) or _LIST_LINE.match(after)):
        line = f"- {line[marked.end() :]}"
    return _SPACE_BEFORE.sub(r"\1", _DEBRIS.sub(" ", line))
