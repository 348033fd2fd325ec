"""Which lines of a scraped text are programs and styles of the page, without any tag around."""

from __future__ import annotations

import re
from functools import partial

from topoi.corpus.look import CODE, look
from topoi.corpus.rules import Outcome, chained, line_by_line, replaced, without_lines

__all__ = ["drop_code"]

_ENDS = (";", "{", "}", ");", "*/")
_SCRIPT = re.compile(
    r"\bfunction ?[\w$]{0,40}\(|\b(?:window|document|console|jQuery|googletag)\.[a-z]|\$\(['\"]"
    r"|===|\b(?:var|let|const) [\w$]{1,40} ?=|\.push\([\[{]|\) ?=> ?\{|\btypeof "
)
# A line that `_SCRIPT` finds has one of these.
_SCRIPT_SIGNS = (
    "=", "$(", ".push(", "function", "typeof ",
    "window.", "document.", "console.", "jQuery.", "googletag.",
)  # fmt: skip
_SELECTOR = re.compile(r"[.#@*:]?[a-zA-Z][\w ,.#>:()*+~\[\]=\"'-]{0,300}")
_STYLE = re.compile(r"\s*[a-z-]{2,40}\s?:\s?[^:]{1,300}")
_SHORTCODE = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|contact-form(?:-7)?|vc_\w{1,40}"
    r"|et_pb_\w{1,40}|fusion_\w{1,40}|su_\w{1,40}|wp_\w{1,40})(?:\s[^\[\]\n=]{1,60}=[^\[\]\n]{0,1000})?\]"
)


def drop_code(text: str) -> Outcome:
    """Text without lines that are wholly script or style, and without short codes of WordPress.

    A line of script ends like a statement and has what only scripts have ("function(",
    "window.x", "var x ="); one of style is a selector with properties in braces.
    """
    if not look(text).has(CODE):
        return Outcome(text)
    seen = look(text)
    gone = [at for at in seen.lines_with(CODE) if _is_code(seen.lines[at].strip())]
    steps = [partial(without_lines, gone=gone), partial(line_by_line, flag=CODE, step=_bare)]
    return chained(steps, text)


def _bare(line: str) -> Outcome:
    """The line without short codes."""
    return replaced(_SHORTCODE, "", line) if "[" in line else Outcome(line)


def _is_code(line: str) -> bool:
    return line.endswith(_ENDS) and (_is_script(line) or _is_style(line))


def _is_script(line: str) -> bool:
    return any(sign in line for sign in _SCRIPT_SIGNS) and bool(_SCRIPT.search(line))


def _is_style(line: str) -> bool:
    selector, brace, properties = line.partition("{")
    if not brace or not _SELECTOR.fullmatch(selector):
        return False
    parts = properties.rstrip("} ").split(";")
    return all(_STYLE.fullmatch(part) for part in parts if part.strip())
