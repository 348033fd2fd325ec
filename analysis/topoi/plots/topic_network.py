"""Which topics go together in documents: a ring of topics with links across it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from topoi.palette import INK, MUTED, Hue, hues
from topoi.plots._panels import draw_notes, note_lines
from topoi.plots._ring import ring_order
from topoi.plots._style import HAIR, NOTE, PAGE, TEXT, house_style, inches, new_frame
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label, safe_label, spread, text_width

__all__ = ["draw_topic_network"]

_MOST = 60  # topics on the ring
_WIDEST = 1.9  # inches a label may take
_NAME, _TERMS = 0.15, 0.115  # inches that a line of a label is high
_OFF = 0.13  # inches from the ring to the labels
_FOOT = 0.36  # inches under the ring for the key of widths and the note
_THICKEST, _THINNEST = 5.0, 0.4  # points
_NO_LINK = "no two topics go together\nmore than chance has it"

Points = NDArray[np.float64]


class _Network(NamedTuple):
    """Topics in the order of the ring, links between their places, and what is not shown."""

    topics: list[str]
    terms: list[str]
    links: list[tuple[int, int, float]]
    notes: list[str]


def draw_topic_network(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the topics on a ring, and a link between each two that go together.

    Parameters
    ----------
    table : DataFrame from `topic_correlation`
        Columns topic, other (str), correlation (float), is_link (bool), and optionally terms and
        other_terms (str), which stand under the names. A row for each two topics.
    ax : Axes, optional
        Where to draw. Without one, a new figure as wide as a page.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    InputError
        If a column is missing or there is no row.

    Notes
    -----
    The width of a link is the correlation. Links of a correlation that is not above 0, which are
    more than a constant sum leaves but no going together, are not drawn. Topics are ordered so that
    links are short. Of more than 60 topics those with the strongest links are shown. The note says
    what is left out.
    """
    require(table, ["topic", "other", "correlation", "is_link"], by="draw_topic_network")
    network = _network(table)
    with house_style() if ax is None else nullcontext():
        target = _new(network) if ax is None else ax
        target.set_axis_off()
        target.set_xlim(0.0, inches(target)[0])
        target.set_ylim(0.0, inches(target)[1])
        foot = _FOOT + 0.125 * (len(note_lines(network.notes, inches(target)[0])) - 1)
        places = _ring(target, network, foot)
        found = hues(network.topics)
        _draw_ring(target, places)
        _draw_links(target, network, places, found)
        _draw_topics(target, network, places, found, foot)
        if network.links:
            _draw_widths(target, network, foot - 0.08)
        draw_notes(target, network.notes, below=0.28 - foot)
    return target


def _network(table: pd.DataFrame) -> _Network:
    topics = list(dict.fromkeys([*in_order(table["topic"]), *in_order(table["other"])]))
    strength = table["correlation"].to_numpy(dtype=float)
    is_link = table["is_link"].to_numpy(dtype=bool)
    drawn = np.flatnonzero(is_link & (strength > 0))
    drawn = drawn[np.argsort(-strength[drawn], kind="stable")]
    pairs = [
        (str(table["topic"].iloc[row]), str(table["other"].iloc[row]), float(strength[row]))
        for row in drawn
    ]
    shown, kept = _strongest(topics, pairs)
    weights = np.zeros((len(shown), len(shown)))
    place = {topic: number for number, topic in enumerate(shown)}
    for one, other, weight in kept:
        weights[[place[one], place[other]], [place[other], place[one]]] = weight
    order = ring_order(weights)
    on_ring = {shown[number]: position for position, number in enumerate(order)}
    terms = _terms(table)
    lone = sum(not row.any() for row in weights)
    negative = int((is_link & (strength <= 0)).sum())
    notes = [
        "link: more often together in documents than chance has it" if kept else "",
        "hollow: no link" if kept and lone else "",
        f"links of no positive correlation, not drawn: {negative}" if negative else "",
        f"topics not shown: {len(topics) - len(shown)}" if len(topics) > len(shown) else "",
        f"weaker links not shown: {len(pairs) - len(kept)}" if len(pairs) > len(kept) else "",
    ]
    return _Network(
        [shown[number] for number in order],
        [terms.get(shown[number], "") for number in order],
        [(on_ring[one], on_ring[other], weight) for one, other, weight in kept],
        notes,
    )


def _strongest(
    topics: list[str], pairs: list[tuple[str, str, float]]
) -> tuple[list[str], list[tuple[str, str, float]]]:
    """The topics that the ring holds, in their order, and the links among them."""
    if len(topics) <= _MOST:
        return topics, pairs
    chosen: dict[str, None] = {}
    for one, other, _ in pairs:
        if len({*chosen, one, other}) <= _MOST:
            chosen.update(dict.fromkeys((one, other)))
    shown = [topic for topic in topics if topic in chosen] or topics[:_MOST]
    among = set(shown)
    return shown, [pair for pair in pairs if pair[0] in among and pair[1] in among]


def _terms(table: pd.DataFrame) -> Mapping[str, str]:
    if not {"terms", "other_terms"} <= set(table.columns):
        return {}
    both = [*zip(table["topic"], table["terms"], strict=True)]
    both += [*zip(table["other"], table["other_terms"], strict=True)]
    return {str(topic): safe_label(terms, 90) for topic, terms in both}


def _step(network: _Network) -> float:
    """Inches from one label to the next below it."""
    return _NAME + (_TERMS if any(network.terms) else 0.0)


def _new(network: _Network) -> Axes:
    n = len(network.topics)
    ring = 2.0 * (min(0.8 + 0.04 * n, 1.6) + _OFF)
    labels = (n + 1) // 2 * _step(network)
    lines = len(note_lines(network.notes, PAGE - 0.1))
    height = max(ring, labels) + 0.2 + _FOOT + 0.125 * (lines - 1)
    return new_frame(height, edge=0.05)


def _widest(width: float) -> float:
    return min(_WIDEST, 0.3 * width)


def _ring(ax: Axes, network: _Network, foot: float) -> Points:
    """Places of the topics, inches, clockwise from the top."""
    width, height = inches(ax)
    radius = min(width / 2.0 - _widest(width), (height - foot) / 2.0) - _OFF - 0.05
    angles = np.pi * (0.5 - 2.0 * (np.arange(len(network.topics)) + 0.5) / len(network.topics))
    middle = (width / 2.0, foot + (height - foot) / 2.0)
    return middle + max(radius, 0.2) * np.column_stack([np.cos(angles), np.sin(angles)])


def _draw_ring(ax: Axes, places: Points) -> None:
    middle = places.mean(axis=0)
    radius = float(np.hypot(*(places[0] - middle)))
    ax.add_patch(Circle(middle, radius, facecolor="none", edgecolor=HAIR, linewidth=0.8, zorder=1))


def _draw_links(ax: Axes, network: _Network, places: Points, found: Mapping[str, Hue]) -> None:
    """Curves, the more bent towards the middle the longer; the strongest lie on top."""
    middle = places.mean(axis=0)
    across = 2.0 * float(np.hypot(*(places[0] - middle)))
    widths = _widths(network)
    for (one, other, _), width in zip(reversed(network.links), reversed(widths), strict=True):
        colours = {found[network.topics[place]].colour for place in (one, other)}
        half = (places[one] + places[other]) / 2.0
        bend = half + (middle - half) * np.hypot(*(places[one] - places[other])) / across
        curve = Path([places[one], bend, places[other]], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
        ax.add_patch(
            PathPatch(
                curve, facecolor="none", edgecolor=colours.pop() if len(colours) == 1 else MUTED,
                linewidth=width, alpha=0.7, capstyle="butt", zorder=2,
            )
        )  # fmt: skip
    if not network.links:
        ax.text(
            middle[0], middle[1], _NO_LINK, fontsize=NOTE, color=MUTED,
            horizontalalignment="center", verticalalignment="center", parse_math=False,
        )  # fmt: skip


def _widths(network: _Network) -> list[float]:
    strongest = max((weight for *_, weight in network.links), default=1.0)
    return [max(_THICKEST * weight / strongest, _THINNEST) for *_, weight in network.links]


def _draw_topics(
    ax: Axes, network: _Network, places: Points, found: Mapping[str, Hue], foot: float
) -> None:
    linked = {place for one, other, _ in network.links for place in (one, other)}
    for number, (topic, (x, y)) in enumerate(zip(network.topics, places, strict=True)):
        hue = found[topic]
        ax.plot(
            [x], [y], marker=hue.marker, markersize=6, color=hue.colour, markeredgewidth=1.0,
            markerfacecolor=hue.colour if number in linked else "white", linestyle="none",
            label=name_label(topic), clip_on=False, zorder=3,
        )  # fmt: skip
    height = inches(ax)[1]
    middle = places.mean(axis=0)
    step = _step(network)
    for side in (1.0, -1.0):
        own = [n for n, (x, _) in enumerate(places) if (x >= middle[0] - 1e-9) == (side > 0)]
        wanted = [float(places[n, 1]) - foot - step / 2.0 for n in own]
        levels = spread(wanted, gap=step, high=height - foot - step)
        for number, level in zip(own, levels, strict=True):
            _write(ax, network, number, places, (side, foot + level + step / 2.0))


def _write(
    ax: Axes, network: _Network, number: int, places: Points, where: tuple[float, float]
) -> None:
    """The label of a topic at a level on its side of the ring, and a line that leads to it."""
    side, level = where
    most = _widest(inches(ax)[0])
    middle, (x, y) = places.mean(axis=0), places[number]
    radius = float(np.hypot(*(places[number] - middle))) + _OFF
    out = np.sqrt(max(radius**2 - (level - middle[1]) ** 2, 0.0))
    aside = abs(x - middle[0]) + (0.09 if abs(level - y) > 0.05 else _OFF)
    edge = float(middle[0] + side * max(out, aside))
    ax.plot([x, edge - side * 0.03], [y, level], color=MUTED, linewidth=0.5, label="", zorder=1)
    name = fitted(name_label(network.topics[number], 60) or "(none)", points=TEXT, width=most)
    terms = fitted(network.terms[number], points=NOTE, width=most)
    lift = _TERMS / 2.0 if terms else 0.0
    for text, size, colour, place in (
        (name, TEXT, INK, level + lift),
        (terms, NOTE, MUTED, level - lift),
    ):
        if text:
            ax.text(
                edge, place, text, fontsize=size, color=colour, zorder=4,
                horizontalalignment="left" if side > 0 else "right",
                verticalalignment="center_baseline", parse_math=False,
            )  # fmt: skip


def _draw_widths(ax: Axes, network: _Network, level: float) -> None:
    """How thick the strongest and the weakest link are, at the left."""
    widths, weights = _widths(network), [weight for *_, weight in network.links]
    shown = {f"{weights[place]:.2f}": widths[place] for place in (0, -1)}
    left = 0.0
    for text, width in shown.items():
        ax.plot([left, left + 0.25], [level, level], color=MUTED, linewidth=width, label="",
                solid_capstyle="butt", clip_on=False)  # fmt: skip
        left = _said(ax, left + 0.31, level, text) + 0.15
    _said(ax, left, level, "correlation of the shares")


def _said(ax: Axes, left: float, level: float, text: str) -> float:
    """Write at a place; gives where the text ends."""
    ax.text(left, level, text, fontsize=NOTE, color=MUTED, verticalalignment="center_baseline",
            parse_math=False)  # fmt: skip
    return left + text_width(text, points=NOTE)
