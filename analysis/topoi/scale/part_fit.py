"""What a fit over partitions is, and how it is kept: topics in a file, shares by partition."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.hashes import bytes_hash
from topoi.io.parts import array_bytes, json_bytes, parquet_bytes
from topoi.io.urls import refuse_url
from topoi.scale.counts_folder import CountsFolder, checked_bytes

__all__ = ["PartFit", "files_of", "read_part_fit", "shares_name", "write_part_fit"]

_KIND = "fit over partitions"
_SCHEMA = 1
_HEAD = "fit.json"


@dataclass(frozen=True, eq=False)
class PartFit:
    """Topics of a corpus in partitions; the shares of its rows are in files.

    path : the folder
    topic_term : float64 array, shape (K, V), probabilities; rows sum to 1
    document_prior : float64 array, shape (K,)
    topic_names, themes, trace, provenance : as in `TopicFit`
    shares : sha256 of the shares' file of each partition
    """

    path: Path
    topic_term: NDArray[np.float64]
    document_prior: NDArray[np.float64]
    topic_names: tuple[str, ...]
    themes: Mapping[str, tuple[int, ...]]
    trace: pd.DataFrame
    provenance: Mapping[str, Any]
    shares: tuple[str, ...]

    def doc_topic(self, number: int) -> NDArray[np.float64]:
        """Shares of the rows of a partition, float64 (n, K); rows sum to 1.

        Raises
        ------
        InputError
            If their file is missing or was altered.
        """
        content = checked_bytes(self.path / shares_name(number), self.shares[number])
        return np.asarray(np.load(io.BytesIO(content), allow_pickle=False))

    def to_fit(self, counts: CountsFolder) -> TopicFit:
        """All in memory, for tables, figures and `write_fit`: the fit that `fit_topics` gives.

        counts : those of which it is a fit

        Raises
        ------
        InputError
            If the counts are others.
        """
        rows = [entry.rows for entry in counts.entries]
        parts = [self.doc_topic(number) for number in range(len(self.shares))]
        if [len(part) for part in parts] != rows:
            raise InputError(
                f"{self.path} is no fit of {counts.path}: its partitions have other rows. Give "
                "the counts that it was made of."
            )
        return TopicFit(
            topic_term=self.topic_term,
            doc_topic=np.concatenate(parts),
            topic_names=self.topic_names,
            vocabulary=counts.vocabulary,
            units=pd.concat(list(_units(counts)), ignore_index=True),
            themes=self.themes,
            trace=self.trace,
            provenance=self.provenance,
            document_prior=self.document_prior,
        )

    def __repr__(self) -> str:
        n_topics, n_terms = self.topic_term.shape
        return (
            f"<PartFit of {self.provenance['model']}: {n_topics} topics, {n_terms} terms, "
            f"{len(self.shares)} partitions>"
        )


def write_part_fit(fit: PartFit) -> None:
    """Write all but the shares, which are there, into the folder of the fit; its head last."""
    contents = {
        "arrays.npz": array_bytes(
            {"topic_term": fit.topic_term, "document_prior": fit.document_prior}
        ),
        "trace.parquet": parquet_bytes(fit.trace),
    }
    head = {
        "kind": _KIND,
        "schema": _SCHEMA,
        "topic_names": list(fit.topic_names),
        "themes": {name: list(topics) for name, topics in fit.themes.items()},
        "theme_order": list(fit.themes),
        "provenance": dict(fit.provenance),
        "sha256": {name: bytes_hash(content) for name, content in contents.items()},
        "shares": list(fit.shares),
    }
    for name, content in contents.items():
        (fit.path / name).write_bytes(content)
    (fit.path / _HEAD).write_bytes(json_bytes(head))


def files_of(folder: Path) -> tuple[str, ...]:
    """The files of a fit over partitions in a folder; none where there is no such fit."""
    if not (folder / _HEAD).is_file():
        return ()
    shares = [path.name for path in folder.glob("doc_topic-*.npy")]
    return (_HEAD, "arrays.npz", "trace.parquet", *shares)


def read_part_fit(path: str | Path) -> PartFit:
    """The fit in a folder that `fit_parts` has made.

    Raises
    ------
    InputError
        If the folder is none of these, or a file was altered.
    """
    refuse_url(path, "The folder of a fit over partitions", "write_fit keeps a fit in a bucket.")
    folder = Path(path)
    try:
        head = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
        if head["kind"] != _KIND or head["schema"] != _SCHEMA:
            raise ValueError(f"{head['kind']}, schema {head['schema']}")
        files = {
            name: io.BytesIO(checked_bytes(folder / name, sha256))
            for name, sha256 in head["sha256"].items()
        }
        arrays = np.load(files["arrays.npz"], allow_pickle=False)
        return PartFit(
            path=folder,
            topic_term=arrays["topic_term"],
            document_prior=arrays["document_prior"],
            topic_names=tuple(head["topic_names"]),
            themes={name: tuple(head["themes"][name]) for name in head["theme_order"]},
            trace=pd.read_parquet(files["trace.parquet"]),
            provenance=head["provenance"],
            shares=tuple(head["shares"]),
        )
    except InputError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder} is no folder of a fit over partitions: {error}.") from error


def shares_name(number: int) -> str:
    """The file with the shares of a partition."""
    return f"doc_topic-{number:05}.npy"


def _units(counts: CountsFolder) -> Iterator[pd.DataFrame]:
    return (counts.units(number) for number in range(len(counts)))
