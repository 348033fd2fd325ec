"""How a corpus with its ledger is kept, in a folder or a zip file, and loaded again."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Action, Ledger
from topoi.errors import InputError, listed
from topoi.io.bundle import Kind, open_bundle, write_bundle
from topoi.io.kept_place import kept_place
from topoi.io.parts import parquet_bytes
from topoi.io.stored_tables import checked_columns
from topoi.io.urls import Url

__all__ = ["CORPUS", "load_corpus", "write_corpus"]

CORPUS = Kind("corpus", {1: ("ledger.parquet", "table.parquet")}, reader="load_corpus")

_EVENTS = {
    **{"step": "str", "doc_id": "str", "action": "str", "reason": "str"},
    **{"count": "int64", "detail": "str"},
}


def write_corpus(corpus: Corpus, path: str | Path) -> Path | Url:
    """Keep a corpus with its ledger; two writes of the same corpus give the same bytes.

    Columns keep their types; one that holds things of several kinds, or lists, is written as text.

    Parameters
    ----------
    corpus : Corpus
    path : a folder of its own, or one file if it ends in .zip, which may be a URL
        An earlier corpus there is replaced.

    Raises
    ------
    InputError
        If a column cannot be written, anything but an earlier corpus is there, or it is not
        writable.

    See Also
    --------
    load_corpus : gives it back. `read_corpus` reads raw texts and tables.
    """
    head = {"n_rows": len(corpus), "is_segmented": corpus.is_segmented}
    parts = {
        "table.parquet": parquet_bytes(corpus.table),
        "ledger.parquet": parquet_bytes(corpus.ledger.events),
    }
    return write_bundle(path, CORPUS, head, parts)


def load_corpus(path: str | Path) -> Corpus:
    """The corpus that `write_corpus` kept, with its ledger.

    Raises
    ------
    InputError
        If there is no kept corpus, a part is missing or was altered, or the schema is unknown.
    """
    bundle = open_bundle(kept_place(path), CORPUS)
    table, events = bundle.table("table.parquet"), bundle.table("ledger.parquet")
    with bundle.building():
        checked_columns(events, _EVENTS, "ledger")
        unknown = sorted(set(events["action"]) - set(get_args(Action)))
        if unknown:
            raise InputError(f"The ledger has actions that there are not: {listed(unknown)}.")
        return Corpus(table, Ledger(events[list(_EVENTS)]))
