"""What the files of a run hold, read as tables and checked against its manifest."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from topoi.errors import InputError, listed
from topoi.hashes import bytes_hash
from topoi.io.kept_place import KeptPlace, kept_place, write_kept
from topoi.io.parts import json_bytes
from topoi.io.urls import Url, is_url, place_of
from topoi.plots.table_csv import guarded_csv, read_table

__all__ = ["RunFiles", "open_run", "pack_run"]

_MANIFEST = "manifest.json"
_SCHEMA = 1
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

    def kept(self, name: str) -> KeptPlace:
        """The parts of a zip file, such as "matrix.zip" or "fits/LDA.zip"."""
        return KeptPlace(Path(name), self.content(name))

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


def open_run(path: str | Path) -> tuple[RunFiles, dict[str, Any]]:
    """The files of a run and its manifest, each file as it was when the run ended.

    Parameters
    ----------
    path : the folder of a run, or a zip file of it as `pack_run` makes it, or its URL

    Raises
    ------
    InputError
        If there is no run, or files are missing or differ from the manifest; names up to five.
    """
    contents, facts = _written(path)
    if facts.get("settings", {}).get("raw_csv"):
        tables = [name for name in contents if name.endswith(".csv")]
        contents.update({name: guarded_csv(contents[name]) for name in tables})
    return RunFiles(contents), facts


def _written(path: str | Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files of a run as they are in its folder or zip file, and its manifest."""
    place = _place(path)
    facts = _manifest(place)
    contents, wrong = {}, []
    for name, digest in facts["outputs"].items():
        content = place.content(name)
        # People may give topics their own labels in the report.
        if name != "report.html" and (content is None or bytes_hash(content) != digest):
            wrong.append(name)
        elif content is not None:
            contents[name] = content
    if wrong:
        raise InputError(
            f"{len(wrong)} files of the run in {place.path} are missing or not as it wrote them: "
            f"{listed(wrong)}. Run the analysis again."
        )
    return contents, facts


def pack_run(run: str | Path, path: str | Path) -> Path | Url:
    """A run in one zip file, each file as the run wrote it; the same run, the same bytes.

    Parameters
    ----------
    run : the folder of a run
    path : the zip file, whose name ends in .zip, or its URL
        An earlier zip file of a run there is replaced. `open_run` and `report_run` read it.

    Raises
    ------
    InputError
        If there is no run, its files were changed, or the zip file cannot be written.
    """
    place = place_of(path)
    if not str(place).lower().endswith(".zip"):
        raise InputError(f"The name of the file must end in .zip; got {place}.")
    contents, facts = _written(run)
    parts = {_MANIFEST: json_bytes(facts), **{name: contents[name] for name in sorted(contents)}}
    return write_kept(path, parts, head=_MANIFEST, earlier=())


def _place(path: str | Path) -> KeptPlace:
    if is_url(path):
        return kept_place(path)
    try:
        return kept_place(path)
    except InputError as error:
        raise InputError(f"{path} holds no run ({error}) {_HINT}") from error


def _manifest(place: KeptPlace) -> dict[str, Any]:
    path = place.path / _MANIFEST
    content = place.content(_MANIFEST)
    if content is None:
        raise InputError(f"{place.path} holds no run (it has no {_MANIFEST}). {_HINT}")
    try:
        facts = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is damaged: {error}. Run the analysis again.") from error
    if not isinstance(facts, dict) or not isinstance(facts.get("outputs"), dict):
        raise InputError(f"{path} is not the manifest of a run. {_HINT}")
    if not isinstance(facts.get("settings", {}), dict):
        raise InputError(f"{path} has no settings of a run. {_HINT}")
    if facts.get("schema", _SCHEMA) != _SCHEMA:
        raise InputError(
            f"{path} has schema {facts['schema']!r}; this version reads {_SCHEMA}. Run the "
            "analysis again, or use the version of topoi that wrote it."
        )
    return facts
