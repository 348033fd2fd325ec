"""How a fit is kept, in a folder or a zip file, and read back: JSON, npz and Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.io.bundle import Bundle, Kind, bundle_zip, open_bundle, write_bundle
from topoi.io.kept_place import KeptPlace, kept_place
from topoi.io.parts import array_bytes, parquet_bytes
from topoi.io.stored_tables import vocabulary_of
from topoi.io.urls import Url

__all__ = ["FIT", "fit_in", "fit_zip", "read_fit", "write_fit"]

_OLD = ("arrays.npz", "trace.parquet", "units.parquet", "vocabulary.parquet")
FIT = Kind(
    name="fit",
    parts={
        1: _OLD,  # no document prior
        2: _OLD,  # all arrays in one part
        3: ("doc_topic.npz", "topics.npz", *_OLD[1:]),
    },
    reader="read_fit",
)


def write_fit(fit: TopicFit, path: str | Path) -> Path | Url:
    """Keep a fit; two writes of the same fit give the same bytes.

    Parameters
    ----------
    fit : TopicFit
    path : a folder of its own, or one file if it ends in .zip, which may be a URL
        An earlier fit there is replaced.

    Raises
    ------
    InputError
        If anything but an earlier fit is there, or it is not writable.
    """
    return write_bundle(path, FIT, _head(fit), _parts(fit))


def fit_zip(fit: TopicFit) -> bytes:
    """The bytes of the zip file that `write_fit` writes."""
    return bundle_zip(FIT, _head(fit), _parts(fit))


def read_fit(path: str | Path) -> TopicFit:
    """The fit in a folder, a zip file or a zip file at a URL, equal to what was written.

    Shares of rows are read, and compared with their hash, when they are first asked for. Fits that
    versions before document priors wrote have None for theirs.

    Raises
    ------
    InputError
        If there is no fit, a part is missing or was altered, or the schema is unknown.
    """
    return fit_in(kept_place(path))


def fit_in(place: KeptPlace) -> TopicFit:
    """The fit of `read_fit`, wherever its parts are."""
    bundle = open_bundle(place, FIT)
    units, trace = bundle.table("units.parquet"), bundle.table("trace.parquet")
    terms = bundle.table("vocabulary.parquet")
    arrays = bundle.arrays("topics.npz" if bundle.schema >= 3 else "arrays.npz")
    with bundle.building():
        head = bundle.head
        values: dict[str, Any] = {
            "topic_term": arrays["topic_term"],
            "topic_names": tuple(map(str, head["topic_names"])),
            "vocabulary": vocabulary_of(terms),
            "units": units,
            "themes": {name: tuple(head["themes"][name]) for name in head["theme_order"]},
            "trace": trace,
            "provenance": dict(head["provenance"]),
            "document_prior": arrays.get("document_prior"),
        }
        if "doc_topic" in arrays:
            return TopicFit(doc_topic=arrays["doc_topic"], **values)
        return _KeptFit.waiting(bundle, values)


class _KeptFit(TopicFit):
    """A fit whose shares of rows are on disk until they are asked for."""

    _bundle: Bundle

    @classmethod
    def waiting(cls, bundle: Bundle, values: Mapping[str, Any]) -> _KeptFit:
        """The fit of these values, checked as far as they go."""
        fit: _KeptFit = object.__new__(cls)
        for name, value in {**values, "_bundle": bundle}.items():
            object.__setattr__(fit, name, value)
        fit.__post_init__()
        return fit

    def __getattr__(self, name: str) -> NDArray[np.float64]:
        # Called for what is not there only, so for the shares once.
        if name != "doc_topic" or "_bundle" not in vars(self):
            raise AttributeError(f"TopicFit has no attribute {name!r}")
        shares = _shares(self._bundle, (len(self.units), self.n_topics))
        object.__setattr__(self, "doc_topic", shares)
        return shares


def _shares(bundle: Bundle, shape: tuple[int, int]) -> NDArray[np.float64]:
    arrays = bundle.arrays("doc_topic.npz")
    with bundle.building():
        shares = np.asarray(arrays["doc_topic"], dtype=np.float64)
        if shares.shape != shape:
            raise InputError(f"doc_topic has shape {shares.shape}; expected {shape}.")
        shares.setflags(write=False)
        return shares


def _head(fit: TopicFit) -> dict[str, Any]:
    return {
        "topic_names": list(fit.topic_names),
        "themes": {name: list(topics) for name, topics in fit.themes.items()},
        "theme_order": list(fit.themes),
        "provenance": dict(fit.provenance),
    }


def _parts(fit: TopicFit) -> dict[str, bytes]:
    arrays = {"topic_term": fit.topic_term}
    if fit.document_prior is not None:
        arrays["document_prior"] = fit.document_prior
    return {
        "topics.npz": array_bytes(arrays),
        "doc_topic.npz": array_bytes({"doc_topic": fit.doc_topic}),
        "trace.parquet": parquet_bytes(fit.trace),
        "units.parquet": parquet_bytes(fit.units),
        "vocabulary.parquet": parquet_bytes(fit.vocabulary.to_frame()),
    }
