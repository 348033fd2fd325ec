"""What a theme is: a name, a definition and the seeds that mark it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from topoi.errors import InputError, listed
from topoi.html_parts import chip
from topoi.html_table import html_table
from topoi.palette import hues
from topoi.themes.seed import NAME, NAME_RULE, Coverage, Seed, found_terms

__all__ = ["HIDDEN_HINT", "Seed", "Theme", "Themes", "hidden_seeds"]

_SEEDS_SHOWN, _LESS_SHOWN = 12, 4  # of each theme in a notebook, and of these of less weight
HIDDEN_HINT = (
    "A counter-word is a phrase with a seed inside; one that is itself a seed of another theme "
    "need not be listed."
)
_TAKEN = ("topic", "residual")


@dataclass(frozen=True)
class Theme:
    """A named set of seeds with the definition that a human coder would use.

    `name` is used in tables and file keys, `label` in figures; `includes` and `excludes` are
    notes for coders; `sources` name where the seeds come from. `counter_words` are written like
    seeds: phrases in which a seed does not mean the theme ("prison parole"). They are joined like
    seeds, so that the seed inside is not counted, and are no seeds of any theme themselves.

    `context` is written like seeds, too: words that a text speaks of, in which the seeds mean the
    theme ("migra*", where war and poverty are to count as causes of migration alone). Where the
    topics of a passage hold none of them, `fit_themes` does not count its evidence. Without a
    context the seeds mean the theme anywhere.
    """

    name: str
    label: str
    definition: str
    seeds: tuple[Seed, ...]
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    counter_words: tuple[str, ...] = ()
    context: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise InputError(f"Theme name {self.name!r} is not usable: {NAME_RULE}")
        if self.name in _TAKEN:
            raise InputError(f"Theme name {self.name!r} is what topics without a theme are called.")
        if not self.seeds:
            raise InputError(f"Theme {self.name!r} has no seeds; give at least one.")
        self._refuse_bare_texts()
        for what, patterns in (
            ("seeds", [seed.pattern for seed in self.seeds]),
            ("counter-words", [*self._checked("counter-words", self.counter_words)]),
            ("words of its context", [*self._checked("context", self.context)]),
        ):
            twice = sorted(pattern for pattern, count in Counter(patterns).items() if count > 1)
            if twice:
                raise InputError(f"Theme {self.name!r} lists these {what} twice: {listed(twice)}.")
        whole = [seed.pattern for seed in self.seeds if not seed.sub_theme]
        if 0 < len(whole) < len(self.seeds):
            raise InputError(
                f"Theme {self.name!r} has sub-themes, but these seeds are in none: "
                f"{listed(whole)}. Give each seed a sub_theme, or none."
            )

    def _refuse_bare_texts(self) -> None:
        """A text in place of a tuple would be taken apart into letters that no term is."""
        for what in ("seeds", "includes", "excludes", "sources", "counter_words", "context"):
            if isinstance(getattr(self, what), str):
                raise InputError(
                    f"{what} of theme {self.name!r} is one text; give a tuple of them, as "
                    f"({getattr(self, what)!r},)."
                )
        odd = [seed for seed in self.seeds if not isinstance(seed, Seed)]
        if odd:
            raise InputError(
                f"Seeds of theme {self.name!r} must be of the class Seed; got {listed(odd)}. Write "
                f"Seed({odd[0]!r})."
            )

    def _checked(self, what: str, words: tuple[str, ...]) -> Iterator[str]:
        for word in words:
            try:
                yield Seed(word).pattern
            except InputError as error:
                raise InputError(f"Of the {what} of theme {self.name!r}: {error}") from error

    @property
    def sub_themes(self) -> dict[str, tuple[Seed, ...]]:
        """The seeds of each sub-theme by its name, in order; empty where there are none."""
        names = dict.fromkeys(seed.sub_theme for seed in self.seeds if seed.sub_theme)
        return {
            name: tuple(seed for seed in self.seeds if seed.sub_theme == name) for name in names
        }

    def split(self) -> tuple[Theme, ...]:
        """A theme for each sub-theme, named "theme_sub"; the theme itself where there are none."""
        return tuple(
            replace(
                self,
                name=f"{self.name}_{name}",
                label=f"{self.label}: {name.replace('_', ' ')}",
                seeds=tuple(replace(seed, sub_theme="") for seed in seeds),
            )
            for name, seeds in self.sub_themes.items()
        ) or (self,)


@dataclass(frozen=True)
class Themes:
    """An ordered set of themes, usually read from one TOML pack by `load_themes`."""

    name: str
    themes: tuple[Theme, ...]
    language: str = "en"

    def __post_init__(self) -> None:
        names = self.names
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        if twice:
            raise InputError(f"Theme pack {self.name!r} names these themes twice: {listed(twice)}.")
        if not names:
            raise InputError(f"Theme pack {self.name!r} has no theme.")
        hidden = hidden_seeds(self.themes)
        if hidden:
            raise InputError(f"Theme pack {self.name!r}: {listed(hidden)}. {HIDDEN_HINT}")

    @property
    def names(self) -> list[str]:
        """The themes' names, in order."""
        return [theme.name for theme in self.themes]

    @property
    def labels(self) -> dict[str, str]:
        """Label of each theme by name, in order."""
        return {theme.name: theme.label for theme in self.themes}

    @property
    def weights(self) -> dict[str, dict[str, float]]:
        """Weight of each seed of each theme, 0 for counter-words, as results record them."""
        return {
            theme.name: {seed.pattern: seed.weight for seed in theme.seeds}
            | dict.fromkeys(theme.counter_words, 0.0)
            for theme in self.themes
        }

    @property
    def contexts(self) -> dict[str, list[str]]:
        """The words of the context of each theme that has one, as results record them."""
        return {theme.name: list(theme.context) for theme in self.themes if theme.context}

    def __iter__(self) -> Iterator[Theme]:
        return iter(self.themes)

    def __len__(self) -> int:
        return len(self.themes)

    def __repr__(self) -> str:
        return f"<{self._headline()}: {', '.join(self.names)}>"

    def _repr_html_(self) -> str:
        colours = {name: hue.colour for name, hue in hues(self.names).items()}
        rows = [
            (
                chip(theme.name, colours[theme.name]),
                theme.definition,
                len(theme.seeds),
                _first_seeds(theme, colours[theme.name]),
                len(theme.counter_words),
            )
            for theme in self.themes
        ]
        columns = ["theme", "definition", "seeds", "such as", "counter-words"]
        table = pd.DataFrame(rows, columns=columns)
        return html_table(self._headline(), table, markup=["theme", "such as"])

    def _headline(self) -> str:
        return f"{len(self)} themes of the pack {self.name} ({self.language})"

    def split(self) -> Themes:
        """The sub-themes as themes of their own, to be measured with the topics of the same fit.

        Returns
        -------
        Themes
            Named "<pack> sub-themes"; each named "border_security_detention", for instance, with
            the definition, notes and counter-words of its theme, and all seeds and weights as
            they are. Themes without sub-themes stay whole.

        Raises
        ------
        InputError
            If no theme has sub-themes, or two would have the same name.

        Examples
        --------
        ``share_themes(fit, matrix, themes=themes.split())``: the shares of sub-themes.
        """
        if not any(theme.sub_themes for theme in self.themes):
            raise InputError(
                f"No theme of the pack {self.name!r} has sub-themes. Group the seeds of a theme "
                "under [theme.seeds], as the pack migration does."
            )
        parts = tuple(part for theme in self.themes for part in theme.split())
        return replace(self, name=f"{self.name} sub-themes", themes=parts)

    def match(self, terms: Sequence[str]) -> pd.DataFrame:
        """Which terms each seed stands for.

        Columns: theme, seed, term (str; empty where the seed matches nothing), term_id (int64;
        -1 where it matches nothing), weight (float64). Rows in the order of themes, seeds, terms.
        A term that is a counter-word of any theme stands for no seed.
        """
        ranked = sorted((term, column) for column, term in enumerate(terms))
        words = [Seed(word) for theme in self.themes for word in theme.counter_words]
        countered = {column for word in words for column, _ in found_terms(word, ranked)}
        ranked = [(term, column) for term, column in ranked if column not in countered]
        rows = [
            (theme.name, seed.pattern, term, column, seed.weight)
            for theme in self.themes
            for seed in theme.seeds
            for column, term in found_terms(seed, ranked)
        ]
        return pd.DataFrame(rows, columns=["theme", "seed", "term", "term_id", "weight"]).astype(
            {"theme": "str", "seed": "str", "term": "str", "term_id": "int64", "weight": "float64"}
        )

    def seed_columns(self, terms: Sequence[str]) -> dict[str, dict[int, float]]:
        """Column and weight of the terms that mark each theme (the largest weight of its seeds).

        Raises
        ------
        InputError
            If a theme marks no term at all; names the themes and some of their seeds.
        """
        table = self.match(terms)
        found = table.loc[table["term_id"] >= 0]
        best = found.groupby(["theme", "term_id"], sort=True)["weight"].max()
        columns = {
            name: {int(term_id): float(weight) for term_id, weight in best.loc[name].items()}
            if name in best.index.get_level_values(0)
            else {}
            for name in self.names
        }
        lost = [theme for theme in self.themes if not columns[theme.name]]
        if lost:
            raise InputError(
                "; ".join(
                    f"no seed of theme {theme.name!r} occurs in the vocabulary of {len(terms)} "
                    f"terms (looked for {listed(seed.pattern for seed in theme.seeds)})"
                    for theme in lost
                ).capitalize()
                + ". Use seeds that occur in the text, lower min_docs, or drop the theme."
            )
        return columns


def hidden_seeds(themes: Sequence[Theme]) -> list[str]:
    """Seeds that could never be found, since counter-words of a theme stand for all they do."""
    words = [(owner.name, word) for owner in themes for word in owner.counter_words]
    seeds = [(theme.name, seed.pattern) for theme in themes for seed in theme.seeds]
    covering = Coverage([word for _, word in words])
    pairs = sorted(
        (number, place)
        for place, (_, pattern) in enumerate(seeds)
        for number in covering.of(pattern)
    )
    return [
        f"counter-word {words[number][1]!r} of theme {words[number][0]!r} stands for all that the "
        f"seed {seeds[place][1]!r} of theme {seeds[place][0]!r} does"
        for number, place in pairs
    ]


def _first_seeds(theme: Theme, colour: str) -> str:
    """As many seeds as a few lines hold: some that mark the theme alone, some that count less."""
    full = [seed for seed in theme.seeds if seed.weight >= 1]
    less = sorted((seed for seed in theme.seeds if seed.weight < 1), key=lambda s: -s.weight)
    n_less = min(len(less), max(_LESS_SHOWN, _SEEDS_SHOWN - len(full)))
    shown = [*full[: _SEEDS_SHOWN - n_less], *less[:n_less]]
    chips = [chip(seed.pattern, colour, is_faint=seed.weight < 1) for seed in shown]
    n_more = len(theme.seeds) - len(shown)
    return " ".join([*chips, *([f"and {n_more} more"] if n_more > 0 else [])])
