"""What a TOML file of the user's holds, read within limits."""

from __future__ import annotations

import errno
import re
import tomllib
from importlib.resources.abc import Traversable
from typing import Any

__all__ = ["MOST_BYTES", "read_toml"]

MOST_BYTES = 2**20
"""Of a file; the packs that topoi ships have 20,000."""

_MOST_STEPS = 16  # of a key such as theme.seeds.roots
# Texts and comments; one that is not closed goes on to where it must be, so that each character
# is looked at once.
_TEXTS = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\[^\n])*+(?:"|(?=\n)|\Z|\\)'
    r"|'[^'\n]*+(?:'|(?=\n)|\Z)"
    r"|#[^\n]*+",
    re.DOTALL,
)
_STEP = r"[\w-]++[ \t]*+"
_LONG_KEY = re.compile(rf"(?<![\w-]){_STEP}(?:\.[ \t]*+{_STEP}){{{_MOST_STEPS}}}")


def read_toml(file: Traversable) -> dict[str, Any]:
    """The values in a file.

    Raises
    ------
    OSError
        If it cannot be read.
    UnicodeDecodeError
        If it is not UTF-8; a mark of order at its beginning is allowed.
    ValueError
        If it is no TOML, has more than `MOST_BYTES`, or nests keys or values too deeply.
    """
    content = _content(file)
    if len(content) > MOST_BYTES:
        raise ValueError(f"it has more than {MOST_BYTES:,} bytes")
    text = content.decode("utf-8-sig")  # editors on Windows write the mark
    # tomllib takes time by the square of the steps of a key.
    if _LONG_KEY.search(_TEXTS.sub("x", text)):
        raise ValueError(f"a key has more than {_MOST_STEPS} steps")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("its values lie too deep in one another") from None


def _content(file: Traversable) -> bytes:
    """The bytes of the file, one more than are allowed at most."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except ValueError as error:  # a path that no system takes
        raise OSError(errno.EINVAL, str(error)) from error
