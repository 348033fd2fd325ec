"""Which other choices of seeds, topics and chance is a fit of themes to be held against?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from topoi.checks import at_least
from topoi.errors import InputError, listed
from topoi.measures.placebo_seeds import Placebos
from topoi.measures.theme_evidence import seed_weights
from topoi.measures.theme_fit import ThemeFit
from topoi.text.matrix import DocTermMatrix
from topoi.themes.theme import Theme, Themes
from topoi.themes.variations import drop_seed, half_seeds

__all__ = ["Variation", "of_model", "of_seeds"]


@dataclass(frozen=True)
class Variation:
    """One other choice: other seeds (None where a theme is left without any), or a refit."""

    kind: str
    detail: str
    themes: Themes | None = None
    refit: dict[str, Any] | None = None
    own: frozenset[str] | None = None  # themes that it touches; None is all


def of_seeds(
    fit: ThemeFit, matrix: DocTermMatrix, *, n_halves: int, n_placebos: int, random_state: int
) -> list[Variation]:
    """Each seed that occurs left out, halves of the seeds, and random seeds.

    Raises
    ------
    InputError
        If a theme has one seed that occurs and halves are asked for.
    """
    seeds = _occurring(fit.themes, fit.vocabulary.terms)
    return [
        *_without_seeds(seeds),
        *_halves(seeds, n_halves, random_state),
        *_placebos(matrix, fit.themes, n_placebos, random_state),
    ]


def of_model(
    fit: ThemeFit, *, n_topics: Sequence[int | Sequence[int]] | None, n_model_seeds: int
) -> list[Variation]:
    """Other numbers of topics (None: half and twice as many), and other random starts."""
    own = _own_sizes(fit)
    half, twice = [max(size // 2, 1) for size in own], [2 * size for size in own]
    return [
        *_sizes(fit, (half, twice) if n_topics is None else n_topics),
        *_model_seeds(fit, n_model_seeds),
    ]


def _without_seeds(seeds: Themes) -> Iterator[Variation]:
    owners: dict[str, list[Theme]] = {}
    for theme in seeds:
        for seed in theme.seeds:
            owners.setdefault(seed.pattern, []).append(theme)
    for pattern, themes in owners.items():
        is_last = any(len(theme.seeds) == 1 for theme in themes)
        changed = None if is_last else drop_seed(seeds, pattern)
        own = frozenset(theme.name for theme in themes)
        yield Variation("without seed", pattern, changed, own=own)


def _halves(seeds: Themes, n_halves: int, random_state: int) -> Iterator[Variation]:
    lonely = [theme.name for theme in seeds if len(theme.seeds) < 2]
    if n_halves and lonely:
        raise InputError(
            f"Only one seed occurs of: {listed(lonely)}, so there are no halves. Give n_halves=0, "
            "or the theme another seed."
        )
    for number in range(n_halves):
        sides = zip(("first", "second"), half_seeds(seeds, random_state + number), strict=True)
        for side, themes in sides:
            yield Variation("half of seeds", f"{number + 1} {side}", themes)


def _placebos(
    matrix: DocTermMatrix, themes: Themes, n_placebos: int, random_state: int
) -> Iterator[Variation]:
    placebos = Placebos(matrix, themes)
    for number in range(n_placebos):
        yield Variation("random seeds", str(number + 1), placebos.drawn(random_state + number))


def _sizes(fit: ThemeFit, sizes: Sequence[int | Sequence[int]]) -> Iterator[Variation]:
    for given in sizes:
        n_topics = [given] if isinstance(given, int | np.integer) else list(given)
        for size in n_topics:
            at_least("n_topics", size, 1, whole=True)
        how = {"n_topics": n_topics, "random_state": _setting(fit, "random_state", 0)}
        yield Variation("number of topics", " and ".join(map(str, n_topics)), refit=how)


def _model_seeds(fit: ThemeFit, n_seeds: int) -> Iterator[Variation]:
    first = _setting(fit, "random_state", 0)
    for number in range(1, n_seeds + 1):
        seed = first + number * len(fit.starts)  # no start is drawn twice
        how = {"n_topics": _own_sizes(fit), "random_state": seed}
        yield Variation("model seed", str(seed), refit=how)


def _own_sizes(fit: ThemeFit) -> list[int]:
    """The numbers of topics that the starts of the fit take in turn."""
    sizes = [len(start.topic_term) for start in fit.starts]
    return list(_setting(fit, "n_topics", sizes))


def _setting(fit: ThemeFit, name: str, otherwise: Any) -> Any:
    return fit.provenance.get("settings", {}).get(name, otherwise)


def _occurring(themes: Themes, terms: Sequence[str]) -> Themes:
    """The pack with the seeds alone that occur."""
    seed_weights(themes, terms)  # refuses themes without any
    table = themes.match(terms)
    found = set(zip(*(table.loc[table["term_id"] >= 0, c] for c in ("theme", "seed")), strict=True))
    kept = (
        replace(theme, seeds=tuple(s for s in theme.seeds if (theme.name, s.pattern) in found))
        for theme in themes
    )
    return replace(themes, themes=tuple(kept))
