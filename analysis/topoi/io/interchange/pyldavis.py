"""pyLDAvis (and LDAvis): the five things that `prepare` takes, in one JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.io.interchange.counted import sorted_terms
from topoi.io.interchange.given_files import lines, main_file
from topoi.io.interchange.imported import imported_fit
from topoi.io.interchange.listed_units import DOCS, listed_units
from topoi.io.interchange.trip import ImportedFit, Written, as_rows, distributions, one_line_each
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

__all__ = ["read_fit", "write_fit"]

_MAIN = "pyldavis.json"
_KEYS = ("topic_term_dists", "doc_topic_dists", "doc_lengths", "vocab", "term_frequency")


def write_fit(fit: TopicFit, matrix: DocTermMatrix | None = None) -> Written:
    """The files pyldavis.json, for `pyLDAvis.prepare(**json.load(file))`, and docs.txt."""
    notes = ["left out: names of topics, themes, prior, trace, provenance, dates and covariates"]
    if matrix is None:
        lengths = fit.units["n_tokens"].to_numpy()
        notes.append("doc_lengths are tokens before pruning; give the matrix for counted ones")
    else:
        lengths = np.asarray(matrix.counts.sum(axis=1)).ravel()
    values = {
        "topic_term_dists": fit.topic_term.tolist(),
        "doc_topic_dists": fit.doc_topic.tolist(),
        "doc_lengths": [int(length) for length in lengths],
        "vocab": list(fit.vocabulary.terms),
        "term_frequency": fit.vocabulary.term_freq.tolist(),
    }
    # As "<" in a term could end the script of the page that pyLDAvis makes.
    text = json.dumps(values, allow_nan=False).replace("<", "\\u003c")
    files = {_MAIN: f"{text}\n".encode("ascii"), DOCS: as_rows(one_line_each(fit.ids, "ids"))}
    return Written(files, tuple(notes))


def read_fit(path: str | Path) -> ImportedFit:
    """The fit in a JSON file of these five things."""
    file = main_file(path, _MAIN, "*.json")
    values = _values(file)
    order = sorted_terms(values["vocab"], where=str(file))
    topics, first = distributions(
        _numbers(values, "topic_term_dists", file, 2), "topic_term_dists", where=str(file)
    )
    shares, second = distributions(
        _numbers(values, "doc_topic_dists", file, 2), "doc_topic_dists", where=str(file)
    )
    lengths = _numbers(values, "doc_lengths", file, 1)
    frequency = _numbers(values, "term_frequency", file, 1)
    n_topics, n_terms = topics.shape
    if not (shares.shape == (len(lengths), n_topics) and len(order) == len(frequency) == n_terms):
        raise InputError(
            f"{file}: {n_topics} topics of {n_terms} terms and {len(shares)} documents; "
            f"expected {len(order)} terms in vocab and term_frequency, {shares.shape[1]} topics, "
            f"{len(lengths)} doc_lengths."
        )
    units, third = listed_units(file, len(lengths))
    vocabulary = Vocabulary(
        [values["vocab"][column] for column in order],
        np.zeros(n_terms, dtype=np.int64),
        np.rint(frequency[order]).astype(np.int64),
    )
    fit = imported_fit(
        topics[:, order],
        shares,
        vocabulary,
        units.assign(n_tokens=np.rint(lengths).astype(np.int64)),
        source="pyldavis",
    )
    lost = "there is no prior; in how many documents a term is, is not known: 0"
    return ImportedFit(fit, (lost, *first, *second, *third))


def _values(file: Path) -> dict[str, Any]:
    try:
        values = json.loads("".join(text for _, text in lines(file, with_ends=True)))
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{file} is no JSON: {error}.") from error
    lacking = [key for key in _KEYS if not isinstance(values, dict) or key not in values]
    if lacking:
        raise InputError(f"{file} must be an object with {', '.join(_KEYS)}; lacks {lacking[0]}.")
    vocab = values["vocab"]
    if not isinstance(vocab, list) or not all(isinstance(term, str) for term in vocab):
        raise InputError(f"{file}: vocab must be a list of texts.")
    found: dict[str, Any] = values
    return found


def _numbers(values: dict[str, Any], key: str, file: Path, n_axes: int) -> NDArray[np.float64]:
    try:
        found = np.array(values[key], dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise InputError(f"{file}: {key} must be rows of numbers, all of a length.") from error
    if found.ndim != n_axes or not np.isfinite(found).all() or (found < 0).any():
        raise InputError(f"{file}: {key} must be numbers >= 0 in {n_axes} dimensions.")
    return found
