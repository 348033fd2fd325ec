"""What the files of a run hold, read as tables and checked against its manifest."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from topoi.errors import InputError, listed
from topoi.plots.table_csv import read_table

__all__ = ["RunFiles", "open_run"]

_HINT = "Give the folder that `topoi run` wrote with --out."


class RunFiles:
    """Files of a run by name, as tables.

    Parameters
    ----------
    contents : mapping from name ("topics.csv", "figures/map.svg") to bytes
    """

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = dict(contents)

    def __contains__(self, name: str) -> bool:
        return name in self._contents

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def content(self, name: str) -> bytes:
        """The bytes of a file.

        Raises
        ------
        InputError
            If the run has no such file.
        """
        if name not in self._contents:
            raise InputError(
                f"The run has no file {name}: it was made by an earlier version of topoi. Run the "
                "analysis again."
            )
        return self._contents[name]

    def json(self, name: str) -> Any:
        """The values of a JSON file."""
        return json.loads(self.content(name))

    def csv(self, name: str, **types: Literal["int64", "float64"]) -> pd.DataFrame:
        """The table of a CSV file; `types` are those of columns that `read_table` has as text."""
        table = read_table(self.content(name))
        for column, kind in types.items():
            table[column] = pd.to_numeric(table[column]).astype(kind)
        return table

    def csv_or_none(self, name: str, **types: Literal["int64", "float64"]) -> pd.DataFrame | None:
        """The table of a CSV file that not every run has."""
        return self.csv(name, **types) if name in self else None

    def parquet(self, name: str) -> pd.DataFrame:
        """The table of a Parquet file."""
        return pd.read_parquet(io.BytesIO(self.content(name)))


def open_run(folder: str | Path) -> tuple[RunFiles, dict[str, Any]]:
    """The files of a run and its manifest, each file as it was when the run ended.

    Raises
    ------
    InputError
        If the folder holds no run, or files are missing or differ from the manifest; names up to
        five.
    """
    place = Path(folder)
    facts = _manifest(place)
    contents, wrong = {}, []
    for name, digest in facts["outputs"].items():
        content = _content(place, name)
        if name != "report.html" and (content is None or _sha256(content) != digest):
            wrong.append(name)
        elif content is not None:
            contents[name] = content
    if wrong:
        raise InputError(
            f"{len(wrong)} files of the run in {place} are missing or not as it wrote them: "
            f"{listed(wrong)}. Run the analysis again."
        )
    return RunFiles(contents), facts


def _manifest(place: Path) -> dict[str, Any]:
    path = place / "manifest.json"
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{place} holds no run ({path}: {error.strerror}). {_HINT}") from error
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}. Run the analysis again.") from error
    if not isinstance(facts, dict) or not isinstance(facts.get("outputs"), dict):
        raise InputError(f"{path} is not the manifest of a run. {_HINT}")
    if not facts.get("models"):
        raise InputError(f"{place} holds no topic models, which a report needs. {_HINT}")
    return facts


def _content(place: Path, name: str) -> bytes | None:
    """The bytes of a file in the folder; None where there is none, or its name leads elsewhere."""
    path = place / name
    inside = not Path(name).is_absolute() and ".." not in Path(name).parts
    try:
        return path.read_bytes() if inside else None
    except OSError:
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
