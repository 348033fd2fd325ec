"""Which colour and marker stand for a theme or topic, on paper and on screen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["INK", "MUTED", "SERIES", "Hue", "base_name", "display_name", "hues", "tinted"]

INK = "#1b1f24"
MUTED = "#5d6670"

_NUMBERED = re.compile(r"(.*\S) [0-9]+")


class Hue(NamedTuple):
    """How one name is drawn: `colour` as #rrggbb and a matplotlib `marker`."""

    colour: str
    marker: str


# Blue, vermilion and green of Okabe and Ito's safe set, moved apart in lightness
# (CIE L* about 32, 49 and 62) so that they also differ in grey print.
_FIXED = {
    "root_causes": Hue("#0b4f86", "o"),
    "border_security": Hue("#c4500f", "s"),
    "legal_pathways": Hue("#40a583", "^"),
}
_SPARE = (
    Hue("#7a3e8e", "D"),
    Hue("#b8860b", "v"),
    Hue("#a3355e", "P"),
    Hue("#4f9bd0", "X"),
    Hue("#5b6b1f", "<"),
)
_OTHER = Hue("#8a929b", "o")

SERIES = (*_FIXED.values(), *_SPARE[:2], Hue(_OTHER.colour, "P"))
"""What stands for things that are no themes, such as models, in the order that they come."""

_UNNAMED = ("topic", "residual")


def hues(names: Iterable[str]) -> dict[str, Hue]:
    """Colour and marker of each name, in order.

    The three themes of the migration pack keep theirs in every figure; other themes take spare
    ones in the order of `names`; topics without a theme ("topic 3", "residual 1") are grey.
    """
    spare: dict[str, Hue] = {}
    found: dict[str, Hue] = {}
    for name in names:
        base = base_name(name)
        if base in _UNNAMED:
            found[name] = _OTHER
        elif base in _FIXED:
            found[name] = _FIXED[base]
        else:
            found[name] = spare.setdefault(base, _SPARE[len(spare) % len(_SPARE)])
    return found


def base_name(name: str) -> str:
    """The name without the number behind it: the theme of the topic "root_causes 2"."""
    match = _NUMBERED.fullmatch(name)
    return match[1] if match else name


def display_name(name: str) -> str:
    """The name as a reader wants it: "root_causes" becomes "Root causes"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def tinted(colour: str, amount: float) -> str:
    """`colour` (#rrggbb) mixed with white; 0 keeps it, 1 is white."""
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * amount):02x}" for part in parts)
