"""How themes are written into a file of a run, and read from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from topoi.errors import InputError
from topoi.themes.theme import Seed, Theme, Themes

__all__ = ["themes_from_json", "themes_to_json"]


def themes_to_json(themes: Themes) -> dict[str, Any]:
    """The themes with their definitions, seeds and weights as values that JSON has."""
    return asdict(themes)


def themes_from_json(values: Mapping[str, Any]) -> Themes:
    """The themes of `themes_to_json`.

    Raises
    ------
    InputError
        If the values are not those of themes.
    """
    try:
        themes = tuple(_theme(theme) for theme in values["themes"])
        return Themes(str(values["name"]), themes, language=str(values["language"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"These are not the themes of a run: {error!r}.") from error


def _theme(values: Mapping[str, Any]) -> Theme:
    lists = ("includes", "excludes", "sources", "counter_words", "context")
    return Theme(
        name=values["name"],
        label=values["label"],
        definition=values["definition"],
        seeds=tuple(Seed(**seed) for seed in values["seeds"]),
        **{name: tuple(values[name]) for name in lists},
    )
