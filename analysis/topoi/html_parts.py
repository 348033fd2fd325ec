"""What a notebook shows beside letters: names as chips of their colour, numbers as bars, images."""

from __future__ import annotations

import base64
import math
from html import escape

from topoi.palette import tinted
from topoi.printable import printable

__all__ = ["bar", "chip", "image", "on_screen"]

# Fills are translucent and letters keep the colour of the page, so that all of it can be read on
# white and on black. The grey of what has no colour is as far from both.
_GREY = "#808080"
_DARKEST = 0.18  # relative luminance of a hue that is still seen on black
_CHIP = (
    "display:inline-block;max-width:100%;box-sizing:border-box;overflow-wrap:anywhere;"
    "padding:0 0.5em;margin:1px;border-radius:0.8em;line-height:1.45;white-space:"
)
_ONE_LINE = 24  # characters of a chip that is not broken
_WIDTH, _HEIGHT = 160, 14  # of a bar, pixels
_MARGIN = 2.0
_THINNEST = 1.5  # so that one document of thousands can be seen


def chip(text: object, colour: str | None = None, *, is_faint: bool = False) -> str:
    """The text in a rounded box, as HTML; a faint one has a dashed line and no fill.

    Parameters
    ----------
    text : object, shown by `printable` and escaped
    colour : #rrggbb, None for grey
    """
    hue = on_screen(colour or _GREY)
    line = "dashed" if is_faint else "solid"
    fill = "" if is_faint else f";background:{_rgba(hue, 0.2)}"
    shown = printable(text)
    space = "nowrap" if len(shown) <= _ONE_LINE else "normal"
    style = f"{_CHIP}{space};border:1px {line} {_rgba(hue, 0.85)}{fill}"
    return f'<span style="{style}">{escape(shown)}</span>'


def bar(
    value: float,
    lower: float = math.nan,
    upper: float = math.nan,
    *,
    start: float = 0.0,
    least: float = 0.0,
    most: float,
    colour: str | None = None,
) -> str:
    """A bar from start to the value with a line from lower to upper, as SVG for a table's cell.

    Parameters
    ----------
    value, lower, upper : float; without a value there is no bar, without both bounds no line
    start : float, where the bar begins
    least, most : float, what the left and right end stand for; the same for all bars of a column
    colour : #rrggbb, None for grey
    """
    parts = [_filled(start, value, least, most, colour)]
    if math.isfinite(lower) and math.isfinite(upper):
        left, right = _place(lower, least, most), _place(upper, least, most)
        ends = f"M{left:g} 4V{_HEIGHT - 4}M{right:g} 4V{_HEIGHT - 4}"
        line = f"M{left:g} {_HEIGHT // 2}H{right:g}{ends}"
        parts.append(f'<path d="{line}" stroke="currentColor" fill="none"></path>')
    if least < 0 < most:
        line = f"M{_place(0.0, least, most):g} 0V{_HEIGHT}"
        parts.append(f'<path d="{line}" stroke="currentColor" opacity="0.5"></path>')
    # The number stands beside it, so a screen reader need not know of the bar.
    return (
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'aria-hidden="true" style="display:block;max-width:none">{"".join(parts)}</svg>'
    )


def image(svg: bytes, caption: str) -> str:
    """A drawing on white paper, with its caption below, as HTML."""
    content = base64.b64encode(svg).decode("ascii")
    told = escape(printable(caption))
    return (
        f'<figure><img src="data:image/svg+xml;base64,{content}" alt="{told}" '
        f'style="max-width:100%;background:#fff"><figcaption>{told}</figcaption></figure>'
    )


def on_screen(colour: str) -> str:
    """The colour (#rrggbb), mixed with as much white as it takes to be seen on black."""
    amount = 0.0
    while _luminance(tinted(colour, amount)) < _DARKEST:
        amount += 0.05
    return tinted(colour, amount)


def _filled(start: float, end: float, least: float, most: float, colour: str | None) -> str:
    if not (math.isfinite(start) and math.isfinite(end)) or start == end:
        return ""
    left, right = sorted(_place(value, least, most) for value in (start, end))
    fill = _rgba(on_screen(colour or _GREY), 0.75)
    return (
        f'<rect x="{left:g}" y="2" width="{max(right - left, _THINNEST):g}" '
        f'height="{_HEIGHT - 4}" fill="{fill}"></rect>'
    )


def _place(value: float, least: float, most: float) -> float:
    """Where a value stands, pixels, to a tenth; what lies outside stands at the end."""
    part = (value - least) / (most - least) if most > least else 0.0
    return round(_MARGIN + min(max(part, 0.0), 1.0) * (_WIDTH - 2 * _MARGIN), 1)


def _rgba(colour: str, alpha: float) -> str:
    return f"rgba({','.join(map(str, _parts(colour)))},{alpha:g})"


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1: Web Content Accessibility Guidelines 2.2, its definition."""
    linear = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
