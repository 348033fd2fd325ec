"""What does each step of a run give, as the content of files, and back?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pandas as pd
from scipy.sparse import csr_array

from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Ledger
from topoi.fit import TopicFit
from topoi.io.exact_table import exact_table_parts, table_of_parts
from topoi.io.parts import array_bytes, arrays_of
from topoi.io.steps import Form
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

__all__ = [
    "CORPORA", "CORPUS", "COUNTED_TEXTS", "DRAWN", "FILES", "MATRIX", "TABLE", "TABLES",
    "fit_form",
]  # fmt: skip

Value = TypeVar("Value")
Other = TypeVar("Other")


def _corpus_parts(corpus: Corpus) -> dict[str, bytes]:
    return {
        **exact_table_parts("table", corpus.table),
        **exact_table_parts("events", corpus.ledger.events),
    }


def _corpus_of(parts: Mapping[str, bytes]) -> Corpus:
    return Corpus(table_of_parts("table", parts), Ledger(table_of_parts("events", parts)))


def _matrix_parts(matrix: DocTermMatrix) -> dict[str, bytes]:
    counts = matrix.counts
    arrays = {"data": counts.data, "indices": counts.indices, "indptr": counts.indptr}
    return {
        "counts.npz": array_bytes(arrays),
        **exact_table_parts("vocabulary", matrix.vocabulary.to_frame()),
        **exact_table_parts("units", matrix.units),
        **exact_table_parts("phrases", matrix.phrases),
        **exact_table_parts("folded", matrix.folded),
        **exact_table_parts("unknown", matrix.unknown),
    }


def _matrix_of(parts: Mapping[str, bytes]) -> DocTermMatrix:
    terms, units = table_of_parts("vocabulary", parts), table_of_parts("units", parts)
    arrays = arrays_of(parts["counts.npz"], Path("counts.npz"))
    counts = csr_array(
        (arrays["data"], arrays["indices"], arrays["indptr"]), shape=(len(units), len(terms))
    )
    vocabulary = Vocabulary(
        list(terms["term"]), terms["doc_freq"].to_numpy(), terms["term_freq"].to_numpy()
    )
    tables = {name: table_of_parts(name, parts) for name in ("phrases", "folded", "unknown")}
    return DocTermMatrix(counts, vocabulary, units, **tables)


class _Pair(NamedTuple):
    """Two values that one step gives, each in its form."""

    first: Form[Any]
    second: Form[Any]

    def parts(self, values: tuple[Any, Any]) -> dict[str, bytes]:
        first, second = self.first.parts(values[0]), self.second.parts(values[1])
        return {
            **{f"1/{name}": content for name, content in first.items()},
            **{f"2/{name}": content for name, content in second.items()},
        }

    def value(self, parts: Mapping[str, bytes]) -> tuple[Any, Any]:
        return self.first.value(_below("1/", parts)), self.second.value(_below("2/", parts))


def _below(place: str, parts: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        name.removeprefix(place): content
        for name, content in parts.items()
        if name.startswith(place)
    }


def _tables_parts(tables: Mapping[str, pd.DataFrame | None]) -> dict[str, bytes]:
    there = {name: table for name, table in tables.items() if table is not None}
    parts = {"names.json": json.dumps([list(tables), list(there)]).encode()}
    for name, table in there.items():
        parts |= exact_table_parts(name, table)
    return parts


def _tables_of(parts: Mapping[str, bytes]) -> dict[str, pd.DataFrame | None]:
    names, there = json.loads(parts["names.json"])
    return {name: table_of_parts(name, parts) if name in there else None for name in names}


def fit_form(matrix: DocTermMatrix) -> Form[TopicFit]:
    """The form of a fit of this matrix, whose rows and terms are not written again."""

    def parts(fit: TopicFit) -> dict[str, bytes]:
        arrays = {"topic_term": fit.topic_term, "doc_topic": fit.doc_topic}
        if fit.document_prior is not None:
            arrays["document_prior"] = fit.document_prior
        head = {
            "topic_names": list(fit.topic_names),
            "themes": list(fit.themes.items()),
            "provenance": dict(fit.provenance),
        }
        return {
            "arrays.npz": array_bytes(arrays),
            "fit.json": json.dumps(head).encode("ascii"),
            **exact_table_parts("trace", fit.trace),
        }

    def value(parts: Mapping[str, bytes]) -> TopicFit:
        arrays, head = (
            arrays_of(parts["arrays.npz"], Path("arrays.npz")),
            json.loads(parts["fit.json"]),
        )
        return TopicFit(
            topic_term=arrays["topic_term"],
            doc_topic=arrays["doc_topic"],
            topic_names=tuple(head["topic_names"]),
            vocabulary=matrix.vocabulary,
            units=matrix.units,
            themes={name: tuple(topics) for name, topics in head["themes"]},
            trace=table_of_parts("trace", parts),
            provenance=head["provenance"],
            document_prior=arrays.get("document_prior"),
        )

    return Form(parts, value)


def _form_of_pair(first: Form[Value], second: Form[Other]) -> Form[tuple[Value, Other]]:
    pair = _Pair(first, second)
    return Form(pair.parts, pair.value)


CORPUS: Form[Corpus] = Form(_corpus_parts, _corpus_of)
MATRIX: Form[DocTermMatrix] = Form(_matrix_parts, _matrix_of)
CORPORA: Form[tuple[Corpus, Corpus]] = _form_of_pair(CORPUS, CORPUS)
COUNTED_TEXTS: Form[tuple[Corpus, DocTermMatrix]] = _form_of_pair(CORPUS, MATRIX)
TABLES: Form[dict[str, pd.DataFrame | None]] = Form(_tables_parts, _tables_of)
TABLE: Form[pd.DataFrame] = Form(
    lambda table: exact_table_parts("table", table), lambda parts: table_of_parts("table", parts)
)
FILES: Form[dict[str, bytes]] = Form(dict, dict)
DRAWN: Form[bytes] = Form(lambda drawn: {"drawing": drawn}, lambda parts: parts["drawing"])
