"""How the folder of figures is made, and whether it is still what the data give."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from topoi.errors import InputError
from topoi.fit import versions
from topoi.io.atomic import write_file
from topoi.io.parts import json_bytes
from topoi.outputs import figure_files, figures_of
from topoi.study import Study

__all__ = ["differing_figures", "write_figures"]


def write_figures(study: Study, settings: Mapping[str, Any], folder: Path) -> list[str]:
    """Write every figure of a study with its table, captions and a manifest; gives the names.

    Figures that the manifest in the folder names and the study no longer has are taken away.

    Raises
    ------
    InputError
        If the folder is not writable or holds the results of a run.
    """
    earlier = _manifest(folder)
    files = dict(figure_files(figures_of(study)))
    facts = {
        "settings": {name: value for name, value in settings.items() if name != "source"},
        "versions": versions(),
        "outputs": {name: hashlib.sha256(c).hexdigest() for name, c in files.items()},
    }
    for name, content in {**files, "manifest.json": json_bytes(facts)}.items():
        write_file(folder / name, content)
    for name in _stale(folder, earlier, files):
        (folder / name).unlink(missing_ok=True)
    return [*files, "manifest.json"]


def differing_figures(study: Study, folder: Path) -> list[str]:
    """Names of the files that are missing, no longer made or not what the study gives.

    Tables come first. A drawing whose table differs is not named: the table is the cause.

    Raises
    ------
    InputError
        If the folder holds the results of a run.
    """
    earlier = _manifest(folder)
    files = dict(figure_files(figures_of(study)))
    wrong = {name for name, content in files.items() if _content(folder / name) != content}
    tables = {Path(name).stem for name in wrong if name.endswith(".csv")}
    causes = [n for n in files if n in wrong and (n.endswith(".csv") or Path(n).stem not in tables)]
    causes += _stale(folder, earlier, files)
    return sorted(causes, key=lambda name: (not name.endswith(".csv"), name))


def _stale(folder: Path, earlier: Mapping[str, Any], files: Mapping[str, bytes]) -> list[str]:
    """Files of the folder that its manifest names and that are not among these."""
    named = (name for name in earlier.get("outputs", ()) if Path(name).name == name)
    return sorted(name for name in {*named} - set(files) if (folder / name).is_file())


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest in the folder; empty where there is none of ours.

    Raises
    ------
    InputError
        If it is that of a run.
    """
    try:
        facts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(facts, dict) or not isinstance(facts.get("outputs"), dict):
        return {}
    if "counts_sha256" in facts:
        raise InputError(f"{folder} holds the results of a run; name another folder for figures.")
    return facts


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
