"""How the folder of figures is made, and whether it is still what the data give."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from topoi.fit import versions
from topoi.io.atomic import write_file
from topoi.io.parts import json_bytes
from topoi.outputs import figure_files, figures_of
from topoi.study import Study

__all__ = ["differing_figures", "write_figures"]


def write_figures(study: Study, settings: Mapping[str, Any], folder: Path) -> list[str]:
    """Write every figure of a study with its table, captions and a manifest; gives the names.

    Raises
    ------
    InputError
        If the folder is not writable.
    """
    files = dict(figure_files(figures_of(study)))
    facts = {
        "settings": {name: value for name, value in settings.items() if name != "source"},
        "versions": versions(),
        "outputs": {name: hashlib.sha256(c).hexdigest() for name, c in files.items()},
    }
    for name, content in {**files, "manifest.json": json_bytes(facts)}.items():
        write_file(folder / name, content)
    return [*files, "manifest.json"]


def differing_figures(study: Study, folder: Path) -> list[str]:
    """Names of the files that are missing or not what the study gives; tables first.

    A drawing whose table differs is not named: the table is the cause.
    """
    files = dict(figure_files(figures_of(study)))
    wrong = {name for name, content in files.items() if _content(folder / name) != content}
    tables = {Path(name).stem for name in wrong if name.endswith(".csv")}
    causes = [n for n in files if n in wrong and (n.endswith(".csv") or Path(n).stem not in tables)]
    return sorted(causes, key=lambda name: (not name.endswith(".csv"), name))


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
