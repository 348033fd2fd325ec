"""How a kept thing is made of parts that are verified: a head in JSON with their hashes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.hashes import bytes_hash
from topoi.io.kept_place import KeptPlace, write_kept, zip_bytes
from topoi.io.parts import arrays_of, json_bytes
from topoi.io.urls import Url

__all__ = ["Bundle", "Kind", "bundle_zip", "open_bundle", "write_bundle"]

_MOST_HEAD = 2**28  # bytes


class Kind(NamedTuple):
    """What is kept.

    name : "fit", "corpus" or "matrix"; its head is the part fit.json and so on
    parts : names of the other parts by schema; the last schema is the one that is written
    reader : how a user reads it, for messages
    """

    name: str
    parts: Mapping[int, tuple[str, ...]]
    reader: str

    @property
    def head(self) -> str:
        """The name of the part that tells of the others."""
        return f"{self.name}.json"

    @property
    def schema(self) -> int:
        """The schema that is written."""
        return max(self.parts)


@dataclass(frozen=True)
class Bundle:
    """A kept thing whose parts are read, and compared with the hashes of its head, when asked for.

    head : the values of the head, among them "schema"
    """

    kind: Kind
    place: KeptPlace
    head: Mapping[str, Any]

    @property
    def schema(self) -> int:
        """The schema by which it was written."""
        return int(self.head["schema"])

    def content(self, name: str) -> bytes:
        """The bytes of a part.

        Raises
        ------
        InputError
            If they are missing or not those that were written; names the part.
        """
        content = self.place.content(name)
        if content is None:
            raise InputError(
                f"{self.place.path} lacks {name}; the {self.kind.name} is not complete."
            )
        if bytes_hash(content) != self.head["sha256"].get(name):
            raise InputError(
                f"{self.place.path / name} was altered or damaged: its sha256 is not the one in "
                f"{self.kind.head}. Take the {self.kind.name} from its origin, or make it again."
            )
        return content

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """The arrays of an npz part; objects are refused."""
        return arrays_of(self.content(name), self.place.path / name)

    def table(self, name: str) -> pd.DataFrame:
        """The table of a Parquet part."""
        content = self.content(name)
        try:
            return pd.read_parquet(io.BytesIO(content))
        except (pa.ArrowException, OSError, ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"{self.place.path / name} is no Parquet table of topoi: {error}."
            ) from error

    @contextmanager
    def building(self) -> Iterator[None]:
        """While it is open, what the parts hold wrong is told with the name of the whole."""
        try:
            yield
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            told = str(error) if isinstance(error, InputError) else f"{error!r}."
            raise InputError(
                f"{self.place.path} is no {self.kind.name} of topoi: {told}"
            ) from error


def write_bundle(
    path: str | Path, kind: Kind, head: Mapping[str, Any], parts: Mapping[str, bytes]
) -> Path | Url:
    """Keep parts and their head in a zip file where the path ends in .zip, else in a folder.

    Raises
    ------
    InputError
        If anything else is there, or it is not writable.
    """
    every = {name for names in kind.parts.values() for name in names}
    return write_kept(
        path, _with_head(kind, head, parts), head=kind.head, earlier={kind.head, *every}
    )


def bundle_zip(kind: Kind, head: Mapping[str, Any], parts: Mapping[str, bytes]) -> bytes:
    """The zip file that `write_bundle` writes."""
    return zip_bytes(_with_head(kind, head, parts))


def open_bundle(place: KeptPlace, kind: Kind) -> Bundle:
    """The kept thing of this kind, all its parts there.

    Raises
    ------
    InputError
        If it is of another kind or a schema that is not known, its head is damaged, or a part is
        missing or has another length than was written.
    """
    head = _head(place, kind)
    schema = head["schema"]
    if schema not in kind.parts:
        raise InputError(
            f"{place.path} has schema {schema!r}; this version reads "
            f"{' and '.join(map(str, sorted(kind.parts)))}. {_advice(schema, kind)}"
        )
    bundle = Bundle(kind, place, head)
    for name in kind.parts[schema]:
        _check_there(bundle, name)
    return bundle


def _with_head(kind: Kind, head: Mapping[str, Any], parts: Mapping[str, bytes]) -> dict[str, bytes]:
    whole = {
        **head,
        "kind": kind.name,
        "schema": kind.schema,
        "sha256": {name: bytes_hash(content) for name, content in parts.items()},
        "bytes": {name: len(content) for name, content in parts.items()},
    }
    return {kind.head: json_bytes(whole), **{name: parts[name] for name in sorted(parts)}}


def _head(place: KeptPlace, kind: Kind) -> dict[str, Any]:
    content = place.content(kind.head)
    if content is None:
        raise InputError(f"{place.path} is no {kind.name} of topoi: {_instead(place, kind)}")
    try:
        if len(content) > _MOST_HEAD:
            raise ValueError(f"it has {len(content)} bytes; {_MOST_HEAD} are allowed")
        head = json.loads(content.decode("utf-8"))
        hashes = head["sha256"]
        if not isinstance(head["schema"], int) or not isinstance(hashes, dict):
            raise TypeError("schema is no whole number, or sha256 is no object")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"{place.path} is no {kind.name} of topoi: {kind.head}: {error!r}."
        ) from error
    return dict(head)


def _instead(place: KeptPlace, kind: Kind) -> str:
    """What is there in place of the head."""
    heads = {"manifest.json": "a run: open_run or topoi report reads it"}
    heads |= {f"{name}.json": f"a {name}" for name in ("fit", "corpus", "matrix")}
    names = place.names()
    for head, what in heads.items():
        if head in names:
            return f"it holds {what}."
    deeper = sorted(name for name in names if name.endswith(f"/{kind.head}"))
    if deeper:
        return f"{kind.head} is not at its top but at {deeper[0]}; name the folder around that."
    return f"it has no {kind.head}. Name what {kind.reader} can read."


def _advice(schema: int, kind: Kind) -> str:
    if schema > kind.schema:
        return "A later version of topoi wrote it: install that one."
    return "Make it again, or use the version of topoi that wrote it."


def _check_there(bundle: Bundle, name: str) -> None:
    place, kind = bundle.place, bundle.kind
    size = place.size(name)
    if size is None:
        raise InputError(f"{place.path} lacks {name}; the {kind.name} is not complete.")
    sizes = bundle.head.get("bytes", {})
    expected = sizes.get(name, size) if isinstance(sizes, dict) else None
    if size != expected:
        raise InputError(
            f"{place.path / name} was altered or damaged: it has {size} bytes, not {expected}. "
            f"Take the {kind.name} from its origin, or make it again."
        )
