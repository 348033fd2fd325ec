"""How the settings of a run are written in a TOML file, and read from one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from topoi.config import PATHS, RunConfig, is_path
from topoi.errors import InputError, nearest
from topoi.io.toml_file import read_toml
from topoi.io.urls import is_url, refuse_url

__all__ = ["check_keys", "commented_toml", "read_config"]

_MOST_NAMED = 20  # unknown keys; a guess for each takes time


def read_config(path: str | Path) -> dict[str, Any]:
    """The settings in a TOML file, checked for unknown keys; paths are relative to the file.

    Raises
    ------
    InputError
        If the file is missing, too large, is no TOML, or has a key that no setting has.
    """
    refuse_url(path, "A settings file", "it is read here. Texts are named with --source.")
    file = Path(path)
    try:
        values = read_toml(file)
    except FileNotFoundError:
        raise InputError(
            f"There is no file {file}. `topoi init` writes one to start from."
        ) from None
    except IsADirectoryError:
        raise InputError(
            f"{file} is a folder: write --source {file} to read what is in it."
        ) from None
    except (ValueError, OSError) as error:
        raise InputError(f"{file} cannot be read as TOML: {error}.") from None
    check_keys(values, where=str(file))
    for name in PATHS:
        is_name = name == "themes" and not is_path(str(values.get(name)))
        if name in values and not is_name:
            values[name] = _beside(file, values[name])
    return values


def check_keys(values: Mapping[str, Any], *, where: str) -> None:
    """Refuse names that no setting has.

    Raises
    ------
    InputError
        Naming each unknown key and the nearest known one.
    """
    known = [f.name for f in fields(RunConfig)]
    unknown = [key for key in values if key not in known]
    faults = []
    for key in unknown[:_MOST_NAMED]:
        near = nearest(key, known)
        faults.append(f"unknown key {key!r}" + (f", did you mean {near!r}?" if near else ""))
    if len(unknown) > _MOST_NAMED:
        faults.append(f"{len(unknown) - _MOST_NAMED} more unknown keys")
    if faults:
        found = "; ".join(faults)
        stop = "" if found.endswith("?") else "."
        raise InputError(f"{where}: {found}{stop} Known keys: {', '.join(known)}.")


def commented_toml(*, source: str | tuple[str, ...]) -> str:
    """A settings file with every key, its default and a word on it.

    Keys that are not set by default are commented out, with an example.
    """
    lines = ["# Settings of `topoi run`; each is also a flag. Paths are relative to this file."]
    for f in fields(RunConfig):
        value = source if f.name == "source" else f.default
        shown = value if value is not None else f.metadata["example"]
        mark = "" if value is not None else "# "
        lines += ["", f"# {f.metadata['text']}", f"{mark}{f.name} = {_toml(shown)}"]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # A JSON text is a TOML one but for the character DEL, which TOML wants spelt out.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _beside(file: Path, value: Any) -> Any:
    """A path, or each of a list, that is written in a file, as seen from here; else as it is."""
    if isinstance(value, list):
        return [_beside(file, each) for each in value]
    is_path_text = isinstance(value, str) and value and not is_url(value)
    return str(file.parent / value) if is_path_text else value
