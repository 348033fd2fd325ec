"""How a fit is kept in a folder and read back: JSON, npz and Parquet, never pickle."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd

from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.io.atomic import new_folder
from topoi.io.parts import array_bytes, file_hash, json_bytes, load_arrays, parquet_bytes
from topoi.text.vocabulary import Vocabulary

__all__ = ["read_fit", "write_fit"]

_SCHEMA = 2
_READ = (1, 2)  # 1 has no document prior
_PARTS = ("arrays.npz", "trace.parquet", "units.parquet", "vocabulary.parquet")
_FILES = ("fit.json", *_PARTS)


def write_fit(fit: TopicFit, path: str | Path) -> Path:
    """Keep a fit in a folder of its own; two writes of the same fit give the same bytes.

    Raises
    ------
    InputError
        If the folder holds anything but an earlier fit, or is not writable.
    """
    arrays = {"topic_term": fit.topic_term, "doc_topic": fit.doc_topic}
    if fit.document_prior is not None:
        arrays["document_prior"] = fit.document_prior
    parts = {
        "arrays.npz": array_bytes(arrays),
        "trace.parquet": parquet_bytes(fit.trace),
        "units.parquet": parquet_bytes(fit.units),
        "vocabulary.parquet": parquet_bytes(fit.vocabulary.to_frame()),
    }
    head = {
        "schema": _SCHEMA,
        "topic_names": list(fit.topic_names),
        "themes": {name: list(topics) for name, topics in fit.themes.items()},
        "theme_order": list(fit.themes),
        "provenance": dict(fit.provenance),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()},
    }
    earlier = _FILES if (Path(path) / "fit.json").is_file() else ()
    with new_folder(path, files=earlier) as folder:
        for name, content in parts.items():
            (folder / name).write_bytes(content)
        (folder / "fit.json").write_bytes(json_bytes(head))
    return Path(path)


def read_fit(path: str | Path) -> TopicFit:
    """The fit in a folder, equal to what was written.

    Fits that versions before document priors wrote have None for theirs.

    Raises
    ------
    InputError
        If the folder is no fit, a part is missing or was altered, or the schema is unknown.
    """
    folder = Path(path)
    head = _head(folder)
    try:
        return _fit(folder, head)
    except InputError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{folder} is no folder of a fit: {error!r}.") from error


def _fit(folder: Path, head: dict[str, Any]) -> TopicFit:
    arrays = load_arrays(folder / "arrays.npz")
    terms = _table(folder / "vocabulary.parquet")
    vocabulary = Vocabulary(
        list(terms["term"]), terms["doc_freq"].to_numpy(), terms["term_freq"].to_numpy()
    )
    return TopicFit(
        topic_term=arrays["topic_term"],
        doc_topic=arrays["doc_topic"],
        topic_names=tuple(head["topic_names"]),
        vocabulary=vocabulary,
        units=_table(folder / "units.parquet"),
        themes={name: tuple(head["themes"][name]) for name in head["theme_order"]},
        trace=_table(folder / "trace.parquet"),
        provenance=head["provenance"],
        document_prior=arrays.get("document_prior"),
    )


def _head(folder: Path) -> dict[str, Any]:
    try:
        head = json.loads((folder / "fit.json").read_text(encoding="utf-8"))
        known, hashes = head["schema"] in _READ, dict(head["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder} is no folder of a fit: fit.json: {error}.") from error
    if not known:
        raise InputError(
            f"{folder} has schema {head['schema']}; this version reads "
            f"{' and '.join(map(str, _READ))}. "
            "Fit again, or use the version of topoi that wrote it."
        )
    for name in _PARTS:
        part = folder / name
        if not part.is_file():
            raise InputError(f"{folder} lacks {name}; the fit is not complete.")
        if file_hash(part) != hashes.get(name):
            raise InputError(
                f"{part} was altered or damaged: its sha256 is not the one in fit.json."
            )
    return dict(head)


def _table(path: Path) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(path.read_bytes()))
