"""Which packs differ from a pack by some of its seeds, to see what hangs on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from topoi.checks import at_least
from topoi.errors import InputError, did_you_mean
from topoi.themes.theme import Seed, Theme, Themes

__all__ = ["drop_seed", "half_seeds"]


def drop_seed(themes: Themes, pattern: str) -> Themes:
    """The pack without one seed; everything else, and the pack that was given, stays as it is.

    Parameters
    ----------
    themes : Themes
    pattern : str, as the seed is written in the pack: "border*"

    Returns
    -------
    Themes
        Named "<pack> without <pattern>".

    Raises
    ------
    InputError
        If no theme has the seed, or it is the only one of its theme.
    """
    patterns = [seed.pattern for theme in themes for seed in theme.seeds]
    if pattern not in patterns:
        hint = did_you_mean(str(pattern), patterns)
        raise InputError(f"The pack {themes.name!r} has no seed {pattern!r}.{hint}")
    changed = tuple(_without(theme, pattern) for theme in themes)
    return replace(themes, name=f"{themes.name} without {pattern}", themes=changed)


def half_seeds(themes: Themes, random_state: int) -> tuple[Themes, Themes]:
    """The pack with one random half of each theme's seeds, and with the other half.

    Parameters
    ----------
    themes : Themes; it stays as it is
    random_state : int >= 0; equal numbers give equal halves

    Returns
    -------
    two Themes
        Named "<pack> first half" and "<pack> second half". No seed is in both and none in
        neither; they keep their order and weight. Of an odd number the first half has one more.

    Raises
    ------
    InputError
        If a theme has one seed only, or `random_state` is out of range.
    """
    lonely = [theme.name for theme in themes if len(theme.seeds) < 2]
    if lonely:
        raise InputError(
            f"Themes with one seed cannot be halved: {', '.join(lonely)}. Give them another seed."
        )
    at_least("random_state", random_state, 0, whole=True)
    rng = np.random.default_rng(random_state)
    halves = [_halves(theme, rng) for theme in themes]
    first, second = (tuple(theme for theme in side) for side in zip(*halves, strict=True))
    return (
        replace(themes, name=f"{themes.name} first half", themes=first),
        replace(themes, name=f"{themes.name} second half", themes=second),
    )


def _without(theme: Theme, pattern: str) -> Theme:
    left = tuple(seed for seed in theme.seeds if seed.pattern != pattern)
    if not left:
        raise InputError(
            f"{pattern!r} is the only seed of theme {theme.name!r}; a theme needs at least one."
        )
    return replace(theme, seeds=left)


def _halves(theme: Theme, rng: np.random.Generator) -> tuple[Theme, Theme]:
    drawn = rng.permutation(len(theme.seeds))
    middle = (len(drawn) + 1) // 2
    sides = (sorted(drawn[:middle].tolist()), sorted(drawn[middle:].tolist()))
    first, second = (_chosen(theme, places) for places in sides)
    return first, second


def _chosen(theme: Theme, places: list[int]) -> Theme:
    seeds: tuple[Seed, ...] = tuple(theme.seeds[place] for place in places)
    return replace(theme, seeds=seeds)
