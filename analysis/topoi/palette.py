"""Which colour and marker stand for a theme or topic, on paper and on screen."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from typing import NamedTuple

from topoi.errors import TopoiWarning

__all__ = ["INK", "MUTED", "SERIES", "Hue", "base_name", "display_name", "hues", "tinted"]

INK = "#1b1f24"
MUTED = "#5d6670"

_NUMBERED = re.compile(r"(.*\S) [0-9]+")


class Hue(NamedTuple):
    """How one name is drawn: `colour` as #rrggbb, a matplotlib `marker`, and the dash of its line.

    `dash` is points on and off in turn; () is a solid line.
    """

    colour: str
    marker: str
    dash: tuple[float, ...] = ()


# Blue, vermilion and green of Okabe and Ito's safe set, moved apart in lightness
# (CIE L* about 32, 49 and 62) so that they also differ in grey print.
_FIXED = {
    "root_causes": Hue("#0b4f86", "o"),
    "border_security": Hue("#c4500f", "s"),
    "legal_pathways": Hue("#40a583", "^"),
}
# Eight colours and eleven markers have no common divisor, so that no pair comes twice in 88.
# Of the first 22, and the three above, those with the same marker also differ in colour for
# colour-blind eyes: by 16 or more in CIE L*a*b*, whichever cones are lacking (Machado et al. 2009).
_COLOURS = (
    *("#7a3e8e", "#b8860b", "#a3355e", "#4f9bd0", "#5b6b1f"),
    *("#c4500f", "#0b4f86", "#40a583"),
)
_MARKERS = "DvPX<>*ds^o"
_DASHES: tuple[tuple[float, ...], ...] = ((), (5.0, 1.6), (5.0, 1.4, 1.2, 1.4), (2.0, 1.0))
_PAIRS = (Hue(_COLOURS[n % 8], _MARKERS[n % 11], _DASHES[n // 8 % 4]) for n in range(88))
_TAKEN = {(hue.colour, hue.marker) for hue in _FIXED.values()}
_SPARE = tuple(hue for hue in _PAIRS if (hue.colour, hue.marker) not in _TAKEN)
_OTHER = Hue("#8a929b", "o")

SERIES = (*_FIXED.values(), *_SPARE[:2], Hue(_OTHER.colour, "P"), *_SPARE[2:22])
"""What stands for things that are no themes, such as models, in the order that they come."""

_UNNAMED = ("topic", "residual")


def hues(names: Iterable[str]) -> dict[str, Hue]:
    """Colour, marker and dash of each name, in order.

    The three themes of the migration pack keep theirs in every figure; other themes take spare
    ones in the order of `names`; topics without a theme ("topic 3", "residual 1") are grey.

    Notes
    -----
    The first eight spare ones differ in colour and in marker. After them the colours come again
    with other markers and dashed lines. Pairs of colour and marker are used twice only where there
    are more than 85 themes, of which a TopoiWarning tells.
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
    if len(spare) > len(_SPARE):
        warnings.warn(
            f"There are {len(spare)} themes and {len(_SPARE)} pairs of colour and marker, so that "
            "some stand for two themes. Draw fewer at once.",
            TopoiWarning,
            stacklevel=2,
        )
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
