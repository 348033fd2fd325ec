"""What a corpus and an LdaModel of gensim say as a matrix and a fit, and the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.io.interchange.counted import MOST_COUNT, Triples, matrix_of, plain_units
from topoi.io.interchange.imported import imported_fit
from topoi.io.interchange.trip import ImportedCounts, ImportedFit
from topoi.models.base import normalised_rows
from topoi.provenance import counts_hash
from topoi.text.matrix import DocTermMatrix

__all__ = ["from_gensim", "from_gensim_corpus", "to_gensim"]

_TINY = 1e-12  # tokens; digamma has no value at 0


def from_gensim_corpus(
    corpus: Iterable[Iterable[tuple[int, float]]],
    id2word: Mapping[int, str],
    *,
    ids: Iterable[str] | None = None,
) -> ImportedCounts:
    """The matrix of bags of words and their dictionary; `DocTermMatrix.to_gensim` goes back.

    Parameters
    ----------
    corpus : bags of words, a list of (id of term, count) for each document
    id2word : a `Dictionary` of gensim, or a mapping from id to term
    ids : names of the documents; None for 1, 2 and so on

    Raises
    ------
    InputError
        If a count is no whole number >= 0, or an id is not in the dictionary.
    """
    keys = sorted(int(key) for key in id2word)
    terms = [str(id2word[key]) for key in keys]
    place = {key: column for column, key in enumerate(keys)}
    triples, n_rows = Triples(), 0
    for n_rows, bag in enumerate(corpus, start=1):
        for key, count in bag:
            if key not in place or not 0 <= count <= MOST_COUNT or count != int(count):
                raise InputError(
                    f"Document {n_rows}: ({key}, {count}) is no id of the dictionary with a whole "
                    f"number from 0 to {MOST_COUNT}."
                )
            triples.add(n_rows - 1, place[key], int(count))
    notes = [] if ids is not None else [f"documents are called 1 to {n_rows}"]
    names = [str(number) for number in range(1, n_rows + 1)] if ids is None else list(ids)
    if len(names) != n_rows:
        raise InputError(f"There are {n_rows} documents and {len(names)} ids.")
    units = plain_units(names, where="the corpus of gensim")
    matrix = matrix_of(triples, terms, units, where="the corpus of gensim")
    return ImportedCounts(matrix, (*notes, "n_tokens are those of the terms that are counted"))


def from_gensim(model: Any, matrix: DocTermMatrix) -> ImportedFit:
    """The fit of an `LdaModel`.

    Parameters
    ----------
    model : gensim.models.LdaModel, with id2word
    matrix : DocTermMatrix with the terms of the model, in whatever order the model has them;
        see `from_gensim_corpus`

    Returns
    -------
    ImportedFit
        Shares are the model's own inference, begun anew for each row, so that a row does not
        depend on the others. The model is left as it was.

    Raises
    ------
    InputError
        If the model and the matrix have other terms.
    """
    if not hasattr(model, "get_topics") or not hasattr(model, "inference"):
        raise InputError(f"An LdaModel of gensim is needed; got {type(model).__name__}.")
    names = {str(model.id2word[key]): int(key) for key in model.id2word}
    terms = matrix.vocabulary.terms
    odd = sorted(set(names).symmetric_difference(terms))
    if odd:
        raise InputError(
            f"Model and matrix differ in {len(odd)} terms: {listed(odd)}. Give the matrix of the "
            "corpus that the model was fitted to."
        )
    columns = [names[term] for term in terms]
    fit = imported_fit(
        normalised_rows(model.get_topics()[:, columns]),
        _inferred(model, matrix, columns),
        matrix.vocabulary,
        matrix.units,
        source=f"gensim.{type(model).__name__}",
        prior=np.asarray(model.alpha, dtype=np.float64),
        made_of={"counts_sha256": counts_hash(matrix)},
    )
    return ImportedFit(fit, ("topics and shares are of float32, divided by their sums again",))


def to_gensim(fit: TopicFit) -> Any:
    """An `LdaModel` with the topics of the fit, ready to infer shares of bags of words.

    `get_topics` gives the topics again, to 9 digits; ids of terms are the columns of the fit.
    """
    from gensim.models import LdaModel

    prior = np.full(fit.n_topics, 1.0 / fit.n_topics)
    if fit.document_prior is not None:
        prior = np.array(fit.document_prior)
    n_tokens = max(float(fit.vocabulary.term_freq.sum()), 1.0)
    model = LdaModel(
        id2word=dict(enumerate(fit.vocabulary.terms)),
        num_topics=fit.n_topics,
        alpha=prior,
        eta=_TINY,
        random_state=0,
        dtype=np.float64,
    )
    model.state.sstats = fit.topic_term * (n_tokens * fit.shares_of_text)[:, np.newaxis]
    model.sync_state()
    return model


def _inferred(model: Any, matrix: DocTermMatrix, columns: list[int]) -> NDArray[np.float64]:
    """The model's shares of each row, (D, K)."""
    kept = model.random_state
    shares = np.empty((matrix.shape[0], model.num_topics))
    try:
        for row, bag in enumerate(matrix.to_gensim()[0]):
            model.random_state = np.random.RandomState(0)
            gamma, _ = model.inference([[(columns[column], count) for column, count in bag]])
            shares[row] = gamma[0]
    finally:
        model.random_state = kept
    return normalised_rows(shares)
