"""Which themes a pack defines: one shipped with topoi, or a TOML file of the user's."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Never

from topoi.errors import InputError, listed, nearest
from topoi.io.toml_file import read_toml
from topoi.themes.seed import Coverage
from topoi.themes.theme import HIDDEN_HINT, Seed, Theme, Themes, hidden_seeds

__all__ = ["load_themes", "shipped_packs"]

_TOP_KEYS = ("name", "language", "theme")
_THEME_KEYS = (
    *("name", "label", "definition", "includes", "excludes", "sources"),
    *("counter", "context", "seeds"),
)
_SEED_KEYS = ("seed", "weight")
_LONGEST = 60  # characters of a value in a message
_MOST_GUESSED = 5  # keys; a guess at what was meant takes time


def load_themes(pack: str | Path) -> Themes:
    """The themes of a pack.

    Parameters
    ----------
    pack : str or Path
        The name of a shipped pack ("migration"), or the path of a TOML file. A text is taken for
        a path if it ends in .toml or holds a slash.

    Returns
    -------
    Themes
        In the order of the file. A theme without `label` has its name, with spaces for
        underscores; a pack without `language` is English ("en").

    Raises
    ------
    InputError
        If there is no such pack or file, the file is not TOML in UTF-8, a key is unknown, missing
        or of the wrong type, a seed or counter-word is not usable or repeated, or a seed is in two
        themes or a counter-word. The message names file, theme and key.

    See Also
    --------
    shipped_packs : the names.

    Examples
    --------
    >>> load_themes("migration").names
    ['root_causes', 'border_security', 'legal_pathways']
    """
    file, place = _found(pack)
    return _themes(_Table(_parsed(file, place), place))


def shipped_packs() -> list[str]:
    """The names of the packs that come with topoi, in alphabetical order."""
    names = [entry.name for entry in _folder().iterdir()]
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def _folder() -> Traversable:
    return resources.files("topoi.themes") / "packs"


def _found(pack: str | Path) -> tuple[Traversable, str]:
    """The file of a pack, and how messages call it."""
    if not isinstance(pack, str | Path):
        raise InputError(
            f"A theme pack is given by its name or the path of its file; got {pack!r}."
        )
    if isinstance(pack, Path) or pack.endswith(".toml") or "/" in pack or "\\" in pack:
        return Path(pack), f"theme pack {pack}"
    names = shipped_packs()
    if pack in names:
        return _folder() / f"{pack}.toml", f"theme pack {pack!r}"
    raise InputError(
        f"There is no theme pack {pack!r}{_suggestion(pack, names)}. Shipped with topoi: "
        f"{listed(names)}. For a pack of your own give the path of its file, ending in .toml."
    )


def _parsed(file: Traversable, place: str) -> dict[str, Any]:
    try:
        return read_toml(file)
    except UnicodeDecodeError as error:
        raise InputError(
            f"The file of {place} is not UTF-8 (byte {error.start}). Save it as UTF-8."
        ) from error
    except OSError as error:
        raise InputError(
            f"The file of {place} cannot be read: {error.strerror}. Check the path."
        ) from error
    except ValueError as error:
        raise InputError(f"The file of {place} is not valid TOML: {error}.") from error


@dataclass(frozen=True)
class _Table:
    """A table of the file, and how messages call its place."""

    values: Mapping[str, Any]
    place: str

    def refuse(self, fault: str) -> Never:
        """Raise the fault, with its place."""
        raise InputError(f"{self.place[0].upper()}{self.place[1:]}: {fault}")

    def check_keys(self, allowed: Collection[str]) -> None:
        """Refuse keys that the format does not have."""
        unknown = [key for key in self.values if key not in allowed]
        if unknown:
            guessed = [f"{key!r}{_suggestion(key, allowed)}" for key in unknown[:_MOST_GUESSED]]
            named = listed([*guessed, *unknown[_MOST_GUESSED:]])
            self.refuse(f"unknown key {named}. Allowed: {', '.join(allowed)}.")

    def text(self, key: str, *, default: str | None = None) -> str:
        """The text of a key, without blanks at its ends; required if there is no default."""
        value = self.values.get(key, default)
        if value is None:
            self.refuse(f"key {key!r} is missing; it must be a text.")
        if not isinstance(value, str) or not value.strip():
            self.refuse(f"key {key!r} must be a text that is not empty; got {_shown(value)}.")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a key; none if it is missing."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.refuse(f"key {key!r} must be a list of texts; got {_shown(value)}.")
        return tuple(value)

    def entries(self, key: str, *, meant: str) -> list[object]:
        """The entries of a list that must be there and not be empty."""
        value = self.values.get(key)
        if value is None:
            self.refuse(f"key {key!r} is missing; {meant}.")
        if not isinstance(value, list) or not value:
            self.refuse(f"key {key!r} is {_shown(value)}; {meant}.")
        return value


def _themes(table: _Table) -> Themes:
    table.check_keys(_TOP_KEYS)
    name, language = table.text("name"), table.text("language", default="en")
    entries = table.entries("theme", meant="write one [[theme]] table for each theme")
    themes = tuple(_theme(entry, number, table) for number, entry in enumerate(entries, start=1))
    _check_shared(themes, table)
    _check_hidden(themes, table)
    try:
        return Themes(name=name, themes=themes, language=language)
    except InputError as error:
        table.refuse(str(error))


def _theme(entry: object, number: int, pack: _Table) -> Theme:
    if not isinstance(entry, dict):
        pack.refuse(f"key 'theme' holds {_shown(entry)}; write a [[theme]] table for each theme.")
    title = entry.get("name")
    called = repr(title) if isinstance(title, str) else f"number {number}"
    table = _Table(entry, f"{pack.place}, theme {called}")
    table.check_keys(_THEME_KEYS)
    name = table.text("name")
    label = table.text("label", default=name.replace("_", " "))
    definition = table.text("definition")
    includes, excludes, sources = map(table.texts, ("includes", "excludes", "sources"))
    seeds = _seeds(table)
    counter, context = (_patterns(table, key) for key in ("counter", "context"))
    try:
        return Theme(name, label, definition, seeds, includes, excludes, sources, counter, context)
    except InputError as error:
        table.refuse(str(error))


def _seeds(theme: _Table) -> tuple[Seed, ...]:
    """The seeds of a list, or of a table with a list for each sub-theme."""
    given = theme.values.get("seeds")
    if not isinstance(given, dict):
        entries = theme.entries("seeds", meant="it must be a list of at least one seed")
        return tuple(_seed(entry, theme) for entry in entries)
    if not given:
        theme.refuse("key 'seeds' is {}; it must have a list of seeds for each sub-theme.")
    groups = _Table(given, f"{theme.place}, key 'seeds'")
    return tuple(
        _seed(entry, theme, name)
        for name in given
        for entry in groups.entries(name, meant="a sub-theme is a list of at least one seed")
    )


def _seed(entry: object, theme: _Table, sub_theme: str = "") -> Seed:
    if isinstance(entry, str):
        entry = {"seed": entry}
    if not isinstance(entry, dict):
        theme.refuse(
            "key 'seeds' must hold texts or tables such as "
            f'{{ seed = "border*", weight = 0.5 }}; got {_shown(entry)}.'
        )
    table = _Table(entry, f"{theme.place}, key 'seeds'")
    table.check_keys(_SEED_KEYS)
    pattern, weight = entry.get("seed"), entry.get("weight", 1.0)
    if not isinstance(pattern, str):
        table.refuse(f"a seed needs a text under 'seed'; got {_shown(entry)}.")
    if not _is_weight(weight):
        table.refuse(f"the weight of {pattern!r} must be a number > 0; got {_shown(weight)}.")
    try:
        return Seed(pattern, float(weight), sub_theme)
    except InputError as error:
        table.refuse(str(error))


def _patterns(theme: _Table, key: str) -> tuple[str, ...]:
    words = theme.texts(key)
    odd = [word for word in words if not _is_pattern(word)]
    if odd:
        theme.refuse(
            f"key {key!r}: {listed(map(_shown, odd))} not usable; write them like seeds, without "
            "weights: lower-case words separated by one space; a word may end in *."
        )
    return words


def _is_pattern(word: str) -> bool:
    try:
        Seed(word)
    except InputError:
        return False
    return True


def _is_weight(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 < value <= sys.float_info.max


def _check_shared(themes: tuple[Theme, ...], pack: _Table) -> None:
    """Refuse seeds that mark two themes: they could not tell them apart."""
    seeds = [(seed.pattern, theme.name) for theme in themes for seed in theme.seeds]
    covering = Coverage([pattern for pattern, _ in seeds])
    pairs = [
        (pattern, name, *seeds[wider])
        for place, (pattern, name) in enumerate(seeds)
        for wider in covering.of(pattern)
        if seeds[wider][1] != name and (seeds[wider][0] != pattern or wider > place)
    ]
    shared = [
        f"{pattern!r} ({name} and {other})"
        if wider == pattern
        else f"{pattern!r} ({name}), which {wider!r} ({other}) stands for"
        for pattern, name, wider, other in pairs
    ]
    if shared:
        pack.refuse(
            f"key 'seeds': in more than one theme: {listed(shared)}. Keep each seed in one theme."
        )


def _check_hidden(themes: tuple[Theme, ...], pack: _Table) -> None:
    """Refuse counter-words that would leave a seed nothing to match."""
    hidden = hidden_seeds(themes)
    if hidden:
        pack.refuse(f"key 'counter': {listed(hidden)}. {HIDDEN_HINT}")


def _suggestion(word: str, known: Collection[str]) -> str:
    """What the word was perhaps meant to be, in brackets; empty if nothing is close."""
    close = nearest(word, known)
    return f" (did you mean {close!r}?)" if close else ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
