"""MALLET: topics of documents, keys and weights of topics, and the state with every token."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.io.interchange.counted import matrix_of, plain_units, sorted_terms
from topoi.io.interchange.given_files import beside, main_file
from topoi.io.interchange.imported import imported_fit
from topoi.io.interchange.mallet_state import State, read_state, state_bytes
from topoi.io.interchange.mallet_tables import (
    Named,
    joined_terms,
    key_rows,
    read_alpha,
    read_shares,
    read_weights,
    share_rows,
    weight_rows,
)
from topoi.io.interchange.trip import (
    ImportedCounts,
    ImportedFit,
    Written,
    distributions,
    one_line_each,
    text_bytes,
)
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

__all__ = ["read_counts", "read_fit", "write_fit"]

_STATE, _SHARES, _KEYS, _WEIGHTS = (
    *("state.mallet.gz", "doc-topics.txt"),
    *("topic-keys.txt", "word-weights.txt"),
)
_STATES = (_STATE, "state.mallet", "*state*.gz", "*.state")
_USUAL_BETA = 0.01


def write_fit(fit: TopicFit, matrix: DocTermMatrix | None = None) -> Written:
    """The files doc-topics.txt, topic-keys.txt and word-weights.txt; with a matrix, the state."""
    terms, notes = joined_terms(fit.vocabulary.terms)
    ids = one_line_each(fit.ids, "ids", other="\t")
    alpha = fit.document_prior
    if alpha is None:
        alpha = np.full(fit.n_topics, 1.0 / fit.n_topics)
        notes.append(f"the fit has no document prior; alpha is written as 1/{fit.n_topics}")
    files = {
        _SHARES: text_bytes(share_rows(ids, fit.doc_topic)),
        _KEYS: text_bytes(key_rows(fit, terms, alpha)),
        _WEIGHTS: text_bytes(weight_rows(fit, terms)),
    }
    if matrix is None:
        notes.append("without a matrix there is no state")
    else:
        files[_STATE] = state_bytes(
            matrix.counts,
            fit.topic_term,
            fit.doc_topic,
            terms=terms,
            sources=["".join("_" if each.isspace() else each for each in name) for name in ids],
            alpha=alpha,
            beta=_USUAL_BETA,
        )
        notes.append("topics of tokens in the state are expected ones, rounded; beta is 0.01")
    lost = "names of topics, themes, trace, provenance, dates and covariates"
    return Written(files, (*notes, f"left out: {lost}"))


def read_counts(path: str | Path) -> ImportedCounts:
    """The counts of a state."""
    file = main_file(path, *_STATES)
    matrix, notes = _counted(read_state(file), file, None)
    return ImportedCounts(matrix, tuple(notes))


def read_fit(path: str | Path) -> ImportedFit:
    """The fit of a state, or of word-weights.txt and doc-topics.txt, in a folder.

    Topics and shares are those of the two files where they are there, else smoothed counts of the
    state by its alpha and beta.
    """
    file = main_file(path, *_STATES, _WEIGHTS, "*weights*.txt")
    shares = read_shares(beside(file, _SHARES))
    weights = read_weights(beside(file, _WEIGHTS))
    if weights is not None and file.name.startswith(_WEIGHTS):
        return _without_state(file, weights, shares)
    return _with_state(file, weights, shares)


def _with_state(file: Path, weights: Named | None, shares: Named | None) -> ImportedFit:
    state = read_state(file)
    matrix, notes = _counted(state, file, shares)
    n_topics = len(state.alpha)
    if weights is None:
        topic_term = _smoothed_topics(state, file)
        notes.append(f"topics are counts of tokens + beta ({state.beta:g}), divided by their sums")
    else:
        topic_term, added = _topics(weights, matrix.vocabulary.terms, n_topics, file)
        notes += added
    if shares is None:
        doc_topic = _smoothed_shares(state)
        notes.append("shares are counts of tokens + alpha, divided by their sums")
    else:
        _check_shape(shares, matrix.shape[0], n_topics, file)
        doc_topic, added = distributions(shares.values, "shares", where=f"{file.parent}/{_SHARES}")
        notes += added
    fit = imported_fit(
        topic_term, doc_topic, matrix.vocabulary, matrix.units, source="mallet", prior=state.alpha
    )
    return ImportedFit(fit, tuple(notes))


def _without_state(file: Path, weights: Named, shares: Named | None) -> ImportedFit:
    if shares is None:
        raise InputError(f"{file} needs {_SHARES} or {_STATE} beside it.")
    terms = weights.ids
    order = sorted_terms(terms, where=str(file))
    ordered = tuple(terms[column] for column in order)
    topic_term, notes = _topics(weights, ordered, len(weights.values), file)
    _check_shape(shares, len(shares.ids), len(topic_term), file)
    doc_topic, added = distributions(shares.values, "shares", where=f"{file.parent}/{_SHARES}")
    nothing = np.zeros(len(terms), dtype=np.int64)
    units = plain_units(shares.ids, where=_SHARES).assign(n_tokens=np.int64(0))
    keys = beside(file, _KEYS)
    fit = imported_fit(
        topic_term,
        doc_topic,
        Vocabulary(ordered, nothing, nothing),
        units,
        source="mallet",
        prior=None if keys is None else read_alpha(keys, len(topic_term)),
    )
    lost = "without a state nothing is known of how often terms occur: all such numbers are 0"
    return ImportedFit(fit, (lost, *notes, *added))


def _counted(state: State, file: Path, shares: Named | None) -> tuple[DocTermMatrix, list[str]]:
    """The matrix of a state; documents are named by doc-topics.txt, else by the state, else 1 …"""
    n_rows = len(state.sources) if shares is None else len(shares.ids)
    if n_rows < len(state.sources):
        raise InputError(f"{file} has {len(state.sources)} documents, but {_SHARES} {n_rows}.")
    notes = ["n_tokens are those of the terms that are counted"]
    ids = state.sources if shares is None else shares.ids
    if "NA" in ids or len(set(ids)) < len(ids):
        ids = [str(number) for number in range(1, n_rows + 1)]
        notes.append(f"not every document has a name of its own: they are called 1 to {n_rows}")
    units = plain_units(ids, where=str(file))
    return matrix_of(state.triples, state.terms, units, where=str(file)), notes


def _smoothed_topics(state: State, file: Path) -> NDArray[np.float64]:
    tokens = np.full((len(state.alpha), len(state.terms)), state.beta)
    np.add.at(tokens, (state.topics, state.triples.arrays()[1]), 1.0)
    ordered = tokens[:, sorted_terms(state.terms, where=str(file))]
    found: NDArray[np.float64] = ordered / ordered.sum(axis=1, keepdims=True)
    return found


def _smoothed_shares(state: State) -> NDArray[np.float64]:
    tokens = np.tile(state.alpha, (len(state.sources), 1))
    np.add.at(tokens, (state.triples.arrays()[0], state.topics), 1.0)
    found: NDArray[np.float64] = tokens / tokens.sum(axis=1, keepdims=True)
    return found


def _topics(
    weights: Named, terms: tuple[str, ...], n_topics: int, file: Path
) -> tuple[NDArray[np.float64], list[str]]:
    """The topics by their weights, columns as in `terms`."""
    where = f"{file.parent}/{_WEIGHTS}"
    place = {term: column for column, term in enumerate(weights.ids)}
    lacking = [term for term in terms if term not in place]
    if lacking or len(place) != len(terms) or len(weights.values) != n_topics:
        raise InputError(
            f"{where} has {len(weights.values)} topics of {len(place)} terms; expected {n_topics} "
            f"of {len(terms)}. Missing: {listed(lacking) or 'none'}."
        )
    values = weights.values[:, [place[term] for term in terms]]
    sums = values.sum(axis=1, keepdims=True)
    if not (sums > 0).all():
        raise InputError(f"{where}: each topic needs a weight above 0.")
    if np.abs(sums - 1.0).max() <= 1e-9:
        return values, []
    return values / sums, ["weights of terms were divided by their sums"]


def _check_shape(shares: Named, n_rows: int, n_topics: int, file: Path) -> None:
    if shares.values.shape != (n_rows, n_topics):
        raise InputError(
            f"{file.parent}/{_SHARES} has {len(shares.values)} documents and "
            f"{shares.values.shape[1]} topics; expected {n_rows} and {n_topics}."
        )
