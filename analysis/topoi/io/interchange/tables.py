"""Tidy tables, as Parquet or Arrow files: one row a count, a probability, a share, a unit."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.io.interchange.counted import MOST_COUNT, Triples, matrix_of, sorted_terms
from topoi.io.interchange.imported import imported_fit
from topoi.io.interchange.trip import (
    ImportedCounts,
    ImportedFit,
    Written,
    distributions,
    lost_tables,
)
from topoi.io.parts import parquet_bytes
from topoi.io.stored_tables import checked_columns, vocabulary_of
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

__all__ = ["Tables", "arrow_bytes"]


class Tables:
    """Tidy tables in one of the two kinds of file, "parquet" or "arrow"."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._bytes: Callable[[pd.DataFrame], bytes] = (
            parquet_bytes if kind == "parquet" else arrow_bytes
        )

    def write_counts(self, matrix: DocTermMatrix) -> Written:
        """The tables counts (unit, term, count), terms and units."""
        counts = matrix.counts
        units, terms = np.array(matrix.ids, dtype=object), _terms(matrix.vocabulary)
        rows = np.repeat(np.arange(len(units)), np.diff(counts.indptr))
        table = {
            "unit": _texts(units[rows]),
            "term": _texts(terms[counts.indices]),
            "count": counts.data.astype(np.int64),
        }
        tables = {
            "counts": pd.DataFrame(table),
            "terms": matrix.vocabulary.to_frame(),
            "units": matrix.units,
        }
        return Written(self._files(tables), lost_tables(matrix))

    def write_fit(self, fit: TopicFit, matrix: DocTermMatrix | None = None) -> Written:
        """The tables topics, topic_terms, doc_topics, terms and units, and those of the counts."""
        ids = np.array(fit.ids, dtype=object)
        prior = np.full(fit.n_topics, np.nan) if fit.document_prior is None else fit.document_prior
        theme_of = {topic: name for name, topics in fit.themes.items() for topic in topics}
        themes = [theme_of.get(topic, "") for topic in range(fit.n_topics)]
        topics = {
            "topic": _texts(fit.topic_names),
            "theme": _texts(themes),
            "share_of_text": fit.shares_of_text,
            "prior": prior,
        }
        names = np.array(fit.topic_names, dtype=object)
        tables = {
            "topics": pd.DataFrame(topics),
            "topic_terms": _long(
                fit.topic_term, names, _terms(fit.vocabulary), ("topic", "term", "probability")
            ),
            "doc_topics": _long(fit.doc_topic, ids, names, ("unit", "topic", "share")),
            "terms": fit.vocabulary.to_frame(),
            "units": fit.units,
        }
        counts = {} if matrix is None else dict(self.write_counts(matrix).files)
        return Written(
            {**counts, **self._files(tables)}, ("left out: trace, settings of the model",)
        )

    def read_counts(self, path: str | Path) -> ImportedCounts:
        """The matrix of the tables counts, terms and units in a folder."""
        folder = _folder(path)
        counts, terms, units = (self._table(folder, n) for n in ("counts", "terms", "units"))
        columns = {"unit": "str", "term": "str", "count": "int64"}
        where = f"{folder}/counts.{self.kind}"
        checked_columns(counts, columns, where)
        values = counts["count"].to_numpy()
        if values.size and not (values.min() >= 0 and values.max() <= MOST_COUNT):
            raise InputError(f"{where}: counts must be from 0 to {MOST_COUNT}.")
        names = list(checked_columns(terms, {"term": "str"}, f"{folder}/terms.{self.kind}")["term"])
        sorted_terms(names, where=f"{folder}/terms.{self.kind}")
        triples = Triples()
        triples.rows.extend(_places(counts["unit"], _ids(units, folder), where, "units").tolist())
        triples.columns.extend(_places(counts["term"], names, where, "terms").tolist())
        triples.counts.extend(values.tolist())
        return ImportedCounts(matrix_of(triples, names, units, where=where), ())

    def read_fit(self, path: str | Path) -> ImportedFit:
        """The fit of the tables topics, topic_terms, doc_topics, terms and units in a folder."""
        folder = _folder(path)
        topics = self._table(folder, "topics")
        checked_columns(
            topics, {"topic": "str", "theme": "str", "prior": "float64"}, f"{folder}/topics"
        )
        terms = self._table(folder, "terms")
        where = f"{folder}/terms.{self.kind}"
        names = list(checked_columns(terms, {"term": "str"}, where)["term"])
        vocabulary = vocabulary_of(terms.iloc[sorted_terms(names, where=where)])
        units, names = self._table(folder, "units"), list(topics["topic"])
        topic_term = self._values(
            folder, "topic_terms", ("topic", "term", "probability"), names, list(vocabulary.terms)
        )
        doc_topic = self._values(
            folder, "doc_topics", ("unit", "topic", "share"), _ids(units, folder), names
        )
        topic_term, first = distributions(topic_term, "topic_terms", where=str(folder))
        doc_topic, second = distributions(doc_topic, "doc_topics", where=str(folder))
        prior = topics["prior"].to_numpy()
        fit = imported_fit(
            topic_term, doc_topic, vocabulary, units,
            source=self.kind, names=names, themes=_themes(topics),
            prior=None if np.isnan(prior).all() else prior,
        )  # fmt: skip
        return ImportedFit(fit, ("there is no trace and no setting of the model", *first, *second))

    def _files(self, tables: dict[str, pd.DataFrame]) -> dict[str, bytes]:
        return {f"{name}.{self.kind}": self._bytes(table) for name, table in tables.items()}

    def _table(self, folder: Path, name: str) -> pd.DataFrame:
        path = folder / f"{name}.{self.kind}"
        if not path.is_file():
            raise InputError(f"{folder} lacks {path.name}, which this format is read from.")
        try:
            if self.kind == "parquet":
                return pd.read_parquet(path)
            with pa.ipc.open_file(path.read_bytes()) as file:
                found: pd.DataFrame = file.read_pandas()
                return found
        except (pa.ArrowException, OSError, ValueError, TypeError, KeyError) as error:
            raise InputError(f"{path} is damaged or no {self.kind} file: {error}.") from error

    def _values(
        self,
        folder: Path,
        name: str,
        columns: tuple[str, str, str],
        rows: list[str],
        names: list[str],
    ) -> NDArray[np.float64]:
        """The matrix of a long table; pairs that it does not have are 0."""
        table, where = self._table(folder, name), f"{folder}/{name}.{self.kind}"
        checked_columns(table, {columns[0]: "str", columns[1]: "str", columns[2]: "float64"}, where)
        if table.duplicated(list(columns[:2])).any():
            raise InputError(f"{where}: {columns[0]} and {columns[1]} must be unique together.")
        values = np.zeros((len(rows), len(names)))
        first = _places(table[columns[0]], rows, where, columns[0])
        second = _places(table[columns[1]], names, where, columns[1])
        values[first, second] = table[columns[2]].to_numpy()
        return values


def arrow_bytes(table: pd.DataFrame) -> bytes:
    """The table as an Arrow file (Feather 2), not packed, in the types that Parquet keeps."""
    found = pq.read_table(io.BytesIO(parquet_bytes(table)))
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, found.schema) as file:
        file.write_table(found)
    return sink.getvalue()


def _long(
    values: NDArray[np.float64],
    rows: NDArray[np.object_],
    names: NDArray[np.object_],
    columns: tuple[str, str, str],
) -> pd.DataFrame:
    """One row for each value that is not 0, in order of rows, then of names."""
    first, second = np.nonzero(values)
    return pd.DataFrame(
        {
            columns[0]: _texts(rows[first]),
            columns[1]: _texts(names[second]),
            columns[2]: values[first, second],
        }
    )


def _texts(values: object) -> pd.Series:
    return pd.Series(list(values), dtype="str")  # type: ignore[call-overload]


def _terms(vocabulary: Vocabulary) -> NDArray[np.object_]:
    return np.array(vocabulary.terms, dtype=object)


def _folder(path: str | Path) -> Path:
    if not Path(path).is_dir():
        raise InputError(f"{path} is no folder; give the one with the tables.")
    return Path(path)


def _ids(units: pd.DataFrame, folder: Path) -> list[str]:
    key = id_column(units)
    ids = checked_columns(units, {key: "str"}, f"{folder}/units")[key]
    if ids.duplicated().any():
        raise InputError(
            f"{folder}/units: {key} must be unique; got {listed(ids[ids.duplicated()])}."
        )
    return list(ids)


def _places(names: pd.Series, known: list[str], where: str, what: str) -> NDArray[np.int64]:
    """The place of each name among those that are known."""
    index = pd.Index(known, dtype="str")
    if not index.is_unique:
        raise InputError(f"{where}: {what} must be unique in their table.")
    places = index.get_indexer(pd.Index(names, dtype="str"))
    unknown = list(dict.fromkeys(names[places < 0]))
    if unknown:
        raise InputError(
            f"{where}: there are no {what} {listed(map(repr, unknown))} in their table."
        )
    found: NDArray[np.int64] = places.astype(np.int64)
    return found


def _themes(topics: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for topic, theme in enumerate(topics["theme"]):
        if theme:
            found.setdefault(str(theme), []).append(topic)
    return {name: tuple(places) for name, places in found.items()}
