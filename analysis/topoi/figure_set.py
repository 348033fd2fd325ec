"""Which figures are made together, of a study or of the tables that a run left, and from what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topoi.catalogue import CATALOGUE, figure_spec
from topoi.errors import InputError
from topoi.figures.figure import Figure
from topoi.hashes import bytes_hash
from topoi.outputs import figures_of
from topoi.plots.table_csv import guarded_csv
from topoi.provenance import versions
from topoi.study import Study

__all__ = ["FigureSet", "is_of_run", "manifest_in", "set_of_folder", "set_of_study"]

_FACTS = ("settings", "versions", "inputs", "background", "codes", "codes_key")


@dataclass(frozen=True, eq=False)
class FigureSet:
    """Figures, and what decided their tables.

    Parameters
    ----------
    figures : in the order of the catalogue
    facts : settings and versions with which the tables were made, and sha256 of the files that
        were read, by path
    is_part : whether they were asked for by name, and others may stand beside them
    """

    figures: tuple[Figure, ...]
    facts: Mapping[str, Any]
    is_part: bool


def set_of_study(
    study: Study,
    names: Sequence[str] = (),
    *,
    settings: Mapping[str, Any],
    inputs: Mapping[str, Mapping[str, str]],
) -> FigureSet:
    """The figures of these names, or all that the study can have.

    Parameters
    ----------
    study : Study
    names : keys of `CATALOGUE`; none for all
    settings : `settings_in_force` of the study; the place of the source is left out
    inputs : `inputs_of` the study

    Raises
    ------
    InputError
        If there is no figure of a name, or the study has nothing to show in it.
    """
    facts = {"settings": _shown(settings), "versions": versions(), **inputs}
    return FigureSet(tuple(figures_of(study, _in_order(names))), facts, bool(names))


def set_of_folder(folder: Path, names: Sequence[str] = ()) -> FigureSet:
    """The same from a run or a folder of figures: drawn anew of the tables there, nothing refitted.

    Raises
    ------
    InputError
        If the folder is neither, there is no figure of a name in it, or a table or the captions
        are not those that its manifest names.
    """
    facts = manifest_in(folder)
    place = "figures/" if is_of_run(facts) else ""
    outputs: Mapping[str, str] = facts.get("outputs", {})
    held = [name for name in CATALOGUE if f"{place}{name}.csv" in outputs]
    if not held:
        raise InputError(
            f"{folder} has no figures that topoi made. Name a settings file, the folder of a run, "
            "or a folder that `topoi figures` wrote."
        )
    lacking = [name for name in _in_order(names) if name not in held]
    if lacking:
        raise InputError(f"{folder} has no figure {lacking[0]!r}; it has: {', '.join(held)}.")
    guard = guarded_csv if facts.get("settings", {}).get("raw_csv") else bytes
    captions = json.loads(_checked(folder, f"{place}captions.json", outputs))
    tables = {
        name: _checked(folder, f"{place}{name}.csv", outputs) for name in _in_order(names) or held
    }
    figures = tuple(Figure(CATALOGUE[name], captions[name], guard(tables[name])) for name in tables)
    return FigureSet(figures, _facts(facts), bool(names))


def manifest_in(folder: Path) -> dict[str, Any]:
    """What the manifest in a folder says; empty where there is none of ours."""
    try:
        facts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    parts = ("outputs", "settings")
    if not isinstance(facts, dict) or not all(isinstance(facts.get(n, {}), dict) for n in parts):
        return {}
    return facts if "outputs" in facts else {}


def is_of_run(facts: Mapping[str, Any]) -> bool:
    """Whether a manifest is that of a run, which counts terms, and not of a folder of figures."""
    return "counts_sha256" in facts


def _in_order(names: Sequence[str]) -> list[str]:
    """The names in the order of the catalogue, each once and known."""
    for name in names:
        figure_spec(name)
    return [name for name in CATALOGUE if name in names]


def _facts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: manifest[name] for name in _FACTS if name in manifest}
    settings = found.get("settings", {})
    return {**found, "settings": _shown(settings)}


def _shown(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Without those that decide nothing here: tables of figures are read again, so never raw."""
    return {name: value for name, value in settings.items() if name not in ("source", "raw_csv")}


def _checked(folder: Path, name: str, outputs: Mapping[str, str]) -> bytes:
    """The content of a file that the manifest names, if it is the one that was written."""
    path = folder / name
    content = path.read_bytes() if path.is_file() else b""
    if bytes_hash(content) != outputs.get(name):
        raise InputError(
            f"{path} is missing or not as {folder / 'manifest.json'} says (sha256), so its figure "
            "would not be that of the data. Put the file back, or make the figures anew from the "
            "data."
        )
    return content
