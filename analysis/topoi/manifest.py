"""What made the files of a run: its settings, versions, and the files that went in and came out?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.hashes import bytes_hash, file_hash
from topoi.io.places import Found, Places
from topoi.io.store_errors import UnreachableError
from topoi.provenance import counts_hash, versions
from topoi.study import Study

__all__ = ["input_hashes", "manifest"]

_SCHEMA = 1


def manifest(
    study: Study,
    settings: Mapping[str, Any],
    *,
    inputs: Mapping[str, Mapping[str, str]],
    outputs: Mapping[str, bytes],
) -> dict[str, Any]:
    """What made the files: versions, settings, seeds of the themes, sha256 of files in and out.

    It holds no times, paths of the machine or numbers of workers, so that equal results have
    equal manifests.
    """
    return {
        "schema": _SCHEMA,
        "versions": versions(),
        "settings": dict(settings),
        "seed": study.seed,
        "themes": study.themes.weights,
        "contexts": study.themes.contexts,
        "models": {name: _model_settings(fit) for name, fit in study.fits.items()},
        "counts_sha256": counts_hash(study.matrix),
        **{name: dict(hashes) for name, hashes in inputs.items()},
        "outputs": {name: bytes_hash(content) for name, content in outputs.items()},
    }


def input_hashes(source: str | Path | Sequence[str | Path]) -> dict[str, str]:
    """sha256 of the source file, or of each file that folders, patterns or URLs hold, by path.

    Hidden files and links out of the folder, which are not read, are left out, and so is what is
    no file.
    """
    files = Places(source, "**/*").files()
    return {file.name: _hash_or_reason(file) for file in files if _is_inside(file)}


def _is_inside(file: Found) -> bool:
    """Whether it is a file of the source: what a link points to may lie elsewhere."""
    if file.stored is not None:
        return file.stored.kind == "file" and not file.stored.refusal
    return not file.refusal.startswith("link") and Path(file.where).is_file()


def _hash_or_reason(file: Found) -> str:
    try:
        return file_hash(Path(file.where)) if file.stored is None else file.stored.sha256()
    except OSError as error:
        return f"unreadable: {error.strerror}"
    except UnreachableError:
        raise
    except InputError as error:
        return f"unreadable: {error}"


def _model_settings(fit: TopicFit) -> dict[str, Any]:
    """The settings of the estimator; keywords are the themes, which stand apart."""
    apart = ("keywords", "n_jobs")
    settings: Mapping[str, Any] = fit.provenance.get("settings", {})
    return {name: value for name, value in settings.items() if name not in apart}
