"""What a text has at a glance, so that a rule with nothing to do in it need not go through it."""

from __future__ import annotations

from functools import cached_property, lru_cache

__all__ = ["Look", "look"]

_LOWER, _UPPER, _DIGITS = range(97, 123), range(65, 91), range(48, 58)
_PLAIN = bytes((*_LOWER, *_UPPER, *_DIGITS, *b" ,."))
_SHAPES = bytes(
    97 if code in _LOWER else 65 if code in _UPPER else 48 if code in _DIGITS else code
    for code in range(256)
)
_LOWERED = bytes(code + 32 if code in _UPPER else code for code in range(256))
_NO_WORD = bytes(code for code in range(256) if code not in (*_LOWER, *_UPPER, *_DIGITS, *b"_\n"))
# In lower case these two have a letter of ASCII that they had not before.
_ODD_CASES = frozenset("\u0130\u212a")


class Look:
    """Cheap views of one text; each is one pass over its bytes, made when it is first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def octets(self) -> bytes:
        """The text in UTF-8; lone surrogates stay."""
        return self._text.encode("utf-8", "surrogatepass")

    @cached_property
    def shape(self) -> bytes:
        """`octets` with "a" for a to z, "A" for A to Z and "0" for digits."""
        return self.octets.translate(_SHAPES)

    @cached_property
    def signs(self) -> frozenset[str]:
        """The characters besides letters and digits of ASCII, space, comma and full stop."""
        return frozenset(self.octets.translate(None, _PLAIN).decode("utf-8", "surrogatepass"))

    @cached_property
    def line_letters(self) -> list[bytes]:
        """For each line its letters, digits and "_" of ASCII, in lower case and without gaps.

        Lines with the same words in lower case have the same letters.
        """
        is_odd = not _ODD_CASES.isdisjoint(self.signs)
        octets = self._text.lower().encode("utf-8", "surrogatepass") if is_odd else self.octets
        return octets.translate(_LOWERED, _NO_WORD).split(b"\n")


@lru_cache(maxsize=2)
def look(text: str) -> Look:
    """The views of a text, the same object as long as rules ask about the same text."""
    return Look(text)
