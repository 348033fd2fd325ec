"""Which lines of a scraped text are programs and styles of the page, without any tag around."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from topoi.corpus.look import look
from topoi.corpus.rules import Outcome, chained, replaced, without_lines

__all__ = ["drop_code"]

_ENDS = (";", "{", "}", ");", "*/")
_SCRIPT = re.compile(
    r"\bfunction ?[\w$]{0,40}\(|\b(?:window|document|console|jQuery|googletag)\.[a-z]|\$\(['\"]"
    r"|===|\b(?:var|let|const) [\w$]{1,40} ?=|\.push\([\[{]|\) ?=> ?\{|\btypeof "
)
_SELECTOR = re.compile(r"[.#@*:]?[a-zA-Z][\w ,.#>:()*+~\[\]=\"'-]{0,300}")
_STYLE = re.compile(r"\s*[a-z-]{2,40}\s?:\s?[^:]{1,300}")
_SHORTCODE = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|contact-form(?:-7)?|vc_\w{1,40}"
    r"|et_pb_\w{1,40}|fusion_\w{1,40}|su_\w{1,40}|wp_\w{1,40})(?:\s[^\[\]\n]{0,1000})?\]"
)


def drop_code(text: str) -> Outcome:
    """Text without lines that are wholly script or style, and without short codes of WordPress.

    A line of script ends like a statement and has what only scripts have ("function(",
    "window.x", "var x ="); one of style is a selector with properties in braces.
    """
    seen = look(text)
    steps: list[Callable[[str], Outcome]] = []
    if b";\n" in seen.octets or text.endswith(_ENDS) or not seen.signs.isdisjoint("{}/"):
        steps.append(_drop_code_lines)
    if "[" in seen.signs:
        steps.append(partial(replaced, _SHORTCODE, ""))
    return chained(steps, text)


def _drop_code_lines(text: str) -> Outcome:
    lines = text.split("\n")
    gone = [at for at, line in enumerate(lines) if _is_code(line.strip())]
    return without_lines(lines, gone) if gone else Outcome(text)


def _is_code(line: str) -> bool:
    return line.endswith(_ENDS) and (bool(_SCRIPT.search(line)) or _is_style(line))


def _is_style(line: str) -> bool:
    selector, brace, properties = line.partition("{")
    if not brace or not _SELECTOR.fullmatch(selector):
        return False
    parts = properties.rstrip("} ").split(";")
    return all(_STYLE.fullmatch(part) for part in parts if part.strip())
