"""How a folder of results is filled: apart from the texts, over an earlier result of its kind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from topoi.config import RunConfig, places_of
from topoi.errors import InputError
from topoi.io.apart import check_apart, check_sources_apart
from topoi.io.atomic import new_folder

__all__ = ["check_inputs_apart", "fill", "result_folder"]


@contextmanager
def result_folder(config: RunConfig, *, has_models: bool) -> Iterator[Path]:
    """A fresh folder that takes the place of `config.out` when the block ends well.

    Parameters
    ----------
    config : RunConfig, whose out, source, background, codes and codes_key are looked at
    has_models : whether the result is that of a run, with topic models, or of themes alone; only
        an earlier result of the same kind is replaced

    Raises
    ------
    InputError
        If the folder and the texts or codes lie in one another, or it holds anything else.
    """
    out = Path(config.out)
    check_inputs_apart(config, out)

    def files() -> list[str]:
        return _earlier_files(out, has_models=has_models)

    with new_folder(out, files=files) as folder:
        yield folder


def check_inputs_apart(config: RunConfig, out: Path) -> None:
    """Refuse results in, or around, the texts, the background or the codes.

    Raises
    ------
    InputError
        If one lies in the other.
    """
    check_sources_apart((*places_of(config.source), *places_of(config.background)), out)
    for name in ("codes", "codes_key"):
        for place in places_of(getattr(config, name)):
            check_apart(Path(place), out, named=f"{name} ({place})")


def fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, by their names with folders, into a folder.

    Raises
    ------
    InputError
        If that is not possible, such as on a full disk.
    """
    for name, content in files.items():
        try:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        except OSError as error:
            raise InputError(
                f"Cannot write {name} of the results in {folder.parent}: "
                f"{error.strerror or error}. An earlier result there is as it was. Free space, or "
                "name another folder with --out."
            ) from error


def _earlier_files(out: Path, *, has_models: bool) -> list[str]:
    """The files of the result whose manifest is in the folder; none where there is no manifest."""
    try:
        facts: Mapping[str, Any] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        # A folder of figures has a manifest, too, but counts no terms.
        files = [*facts["outputs"], "manifest.json"] if facts["counts_sha256"] else []
        had_models = bool(facts["models"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    if files and had_models is not has_models:
        kind = "topoi run" if had_models else "topoi themes measure"
        raise InputError(f"{out} holds the results of `{kind}`; name another folder with --out.")
    return files
