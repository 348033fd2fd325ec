"""Which characters of a text can be shown without harm, in a figure or on a page."""

from __future__ import annotations

import unicodedata

__all__ = ["printable"]

# marks that turn the direction of the text around them (Unicode TR 9)
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PLANE_END = 0xFFFE  # U+xxFFFE and U+xxFFFF are no characters, and XML refuses them


def printable(text: object) -> str:
    """The text, composed (NFC), on one line, without what could break its surroundings.

    Control characters, lone surrogates, non-characters and direction marks are taken out; runs of
    spaces, tabs and line breaks become one space.
    """
    given = str(text)
    kept = given if given.isprintable() else "".join(filter(_is_kept, given))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _is_kept(letter: str) -> bool:
    code = ord(letter)
    return letter.isspace() or (
        unicodedata.category(letter) not in ("Cc", "Cs")
        and letter not in _BIDI
        and code & _PLANE_END != _PLANE_END
        and not 0xFDD0 <= code <= 0xFDEF  # more non-characters
    )
