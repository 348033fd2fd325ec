"""Which terms of a passage made its share of each theme, and by how much?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, did_you_mean
from topoi.measures.new_documents import check_terms
from topoi.measures.theme_context import context_factor
from topoi.measures.theme_evidence import rates_of
from topoi.measures.theme_fit import ThemeFit
from topoi.measures.theme_marks import ThemeMarks, marks_of
from topoi.measures.theme_parts import StartTopics, context_parts, row_topics
from topoi.measures.theme_seeds import SeedTokens
from topoi.text.matrix import DocTermMatrix

__all__ = ["PRIOR", "explain_share", "one_row", "spoken_alone"]

PRIOR = "(prior)"
"""What stands in place of a term for the evidence that is there before a word is read."""

_COLUMNS = {
    "theme": "str",
    "term": "str",
    "n": "int64",
    "is_seed": "bool",
    "is_context": "bool",
    "meant": "float64",
    "of_topics": "float64",
    "of_seeds": "float64",
    "evidence": "float64",
    "alone": "float64",
    "context": "float64",
}


def explain_share(fit: ThemeFit, matrix: DocTermMatrix, row_id: str) -> pd.DataFrame:
    """What each term of a row adds to the evidence for each theme.

    Parameters
    ----------
    fit : ThemeFit
    matrix : DocTermMatrix of the fit's terms: that of the fit, or one of new rows
    row_id : str, the passage_id (doc_id for documents) of the row

    Returns
    -------
    DataFrame
        theme, term (str), n (int64, tokens in the row), is_seed, is_context (bool, a seed of this
        theme, a word of its context), meant (float64, in [0, 1)), of_topics, of_seeds, evidence
        (float64, >= 0; the sum of the two), alone (float64, in [0, 1]), context (float64, in
        [0, 1]; one a theme). For
        each theme, in their order, first the row "(prior)", the part of topics that is there
        before a word is read, with n = 0; then the row's terms by falling evidence, ties by term.
        The evidence of a theme adds up to the square root of the odds p / (1 - p) of its share p,
        so evidence of 1 makes a theme as likely as not.

        `meant` is how far a seed counts: as far as its topics in this row are about the theme, and
        half as far as they are about other themes (`SeedTokens`); 0 for a term that is no seed.

        `alone` is how far the term speaks of the theme with no other word beside it: the part of
        its tokens in topics about the theme, p(k | v) ~ phi_kv alpha_k; of "(prior)" that of no
        word. Where it is much lower than what the term adds, the words around it have taken the
        term into their topic.

        `context` is what the context of the theme leaves of the evidence, which has been
        multiplied by it (`context_factor`): 1 for a theme without a context, and near 0 in a row
        whose topics do not speak of it.

    Raises
    ------
    InputError
        If there is no such row, or the matrix counts other terms.

    Notes
    -----
    The evidence is a sum, seeds · sqrt(r) + topics · h (`ThemeCurve`), times the factor of the
    context. The square root is split among the row's seeds by weight times tokens times how far
    they are meant. h is the mean over starts of
    sum_k theta_k · about_k, with theta_k = (tokens of topic k + alpha_k) / (tokens + sum of
    alpha); the tokens of a topic are split among the row's terms in proportion to the
    probability that they were drawn from it, p(k | v) ~ phi_kv theta_k (Blei, Ng & Jordan 2003,
    equation 6, with the mean of theta). So a term adds much where its topics are about the theme.
    No term takes anything away, but each takes room that others could have had.
    """
    check_terms(fit.vocabulary.terms, matrix.vocabulary.terms)
    row = one_row(matrix, row_id)
    columns, n = row.counts.indices, row.counts.data.astype(np.float64)
    marks = marks_of(fit.themes, fit.vocabulary)
    read = [_Read.of(start, row.counts, marks) for start in fit.starts]
    factor = _factor(fit, read, marks.context)
    of_prior, of_words = (factor * part for part in _through_topics(fit, row.counts, read))
    nothing, alone = _alone(fit, columns, [each.about for each in read])
    is_seed = marks.seeds[columns] > 0
    meant = _meant(row.counts, marks, read)
    weights = n[:, np.newaxis] * marks.seeds[columns] * meant
    n_tokens = row.units["n_tokens"].to_numpy(dtype=np.float64)
    hits = weights.sum(axis=0)
    root = factor * fit.curve.seeds * np.sqrt(rates_of(hits[np.newaxis], n_tokens)[0])
    of_seeds = weights * root / np.where(hits > 0, hits, 1.0)
    terms = [fit.vocabulary.terms[column] for column in columns]
    frames = [
        _of_theme(
            (PRIOR, 0, False, False, 0.0, of_prior[place], 0.0, of_prior[place], nothing[place]),
            {
                "term": terms,
                "n": n,
                "is_seed": is_seed[:, place],
                "is_context": marks.context[columns, place] > 0,
                "meant": np.where(is_seed[:, place], meant[:, place], 0.0),
                "of_topics": of_words[:, place],
                "of_seeds": of_seeds[:, place],
                "evidence": of_words[:, place] + of_seeds[:, place],
                "alone": alone[:, place],
            },
        ).assign(theme=name, context=factor[place])
        for place, name in enumerate(fit.themes.names)
    ]
    return pd.concat(frames, ignore_index=True)[list(_COLUMNS)].astype(_COLUMNS)


def one_row(matrix: DocTermMatrix, row_id: str) -> DocTermMatrix:
    """The matrix of the row with this id alone.

    Raises
    ------
    InputError
        If there is none; the message has the nearest id.
    """
    ids = matrix.ids
    if row_id not in ids:
        hint = did_you_mean(str(row_id), ids)
        key = id_column(matrix.units)
        raise InputError(f"No row of the matrix has the {key} {row_id!r}.{hint}")
    place = [ids.index(row_id)]
    return DocTermMatrix(matrix.counts[place], matrix.vocabulary, matrix.units.iloc[place])


class _Read(NamedTuple):
    """One row as a start reads it: its topics, (1, K), and how far topics are about themes."""

    start: StartTopics
    topics: NDArray[np.float64]
    about: NDArray[np.float64]  # (K, T)

    @classmethod
    def of(cls, start: StartTopics, counts: csr_array, marks: ThemeMarks) -> _Read:
        topics = row_topics(start, counts, n_threads=1)
        return cls(start, topics, marks.about(start.topic_term))


def _factor(fit: ThemeFit, read: list[_Read], context: NDArray[np.float64]) -> NDArray[np.float64]:
    """What contexts leave of the evidence of one row, (T,)."""
    parts = [context_parts(each.topics, each.start.topic_term, context) for each in read]
    factor: NDArray[np.float64] = context_factor(np.mean(parts, axis=0), fit.themes)[0]
    return factor


def _through_topics(
    fit: ThemeFit, counts: csr_array, read: list[_Read]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Evidence by the topics of one row: of the prior, (T,), and of each of its terms, (N, T)."""
    of_prior = np.zeros(len(fit.themes))
    of_words = np.zeros((counts.nnz, len(fit.themes)))
    for each in read:
        of_topics = fit.curve.topics / len(read) * each.about
        prior, words = _split(each.start, counts, each.topics[0])
        of_prior += np.einsum("k,kt->t", prior, of_topics)
        of_words += np.einsum("vk,kt->vt", words, of_topics)
    return of_prior, of_words


def _split(
    start: StartTopics, counts: csr_array, theta: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The topics of one row by where they come from: prior (K,), terms (N, K); all sum to 1."""
    n = counts.data.astype(np.float64)
    prior = start.document_prior / (n.sum() + start.document_prior.sum())
    drawn = start.topic_term[:, counts.indices].T * theta
    drawn *= (n / drawn.sum(axis=1))[:, np.newaxis]
    # The tokens that the sweeps left in a topic, not those of a further one, make the share.
    return prior, drawn / drawn.sum(axis=0) * (theta - prior)


def spoken_alone(
    fit: ThemeFit, columns: NDArray[np.int32], marks: ThemeMarks
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The part in topics about each theme of no word, (T,), and of each term alone, (N, T)."""
    return _alone(fit, columns, [marks.about(start.topic_term) for start in fit.starts])


def _alone(
    fit: ThemeFit, columns: NDArray[np.int32], about: list[NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What `spoken_alone` gives, for how far each start's topics are about themes, (K, T)."""
    nothing = np.zeros(len(fit.themes))
    alone = np.zeros((len(columns), len(fit.themes)))
    for start, each in zip(fit.starts, about, strict=True):
        of_topics = each / len(fit.starts)
        prior = start.document_prior / start.document_prior.sum()
        drawn = start.topic_term[:, columns].T * prior
        nothing += np.einsum("k,kt->t", prior, of_topics)
        alone += np.einsum("vk,kt->vt", drawn / drawn.sum(axis=1, keepdims=True), of_topics)
    return nothing, alone


def _meant(counts: csr_array, marks: ThemeMarks, read: list[_Read]) -> NDArray[np.float64]:
    """How far each term of one row would mean each theme as its seed, (N, T)."""
    every_term = SeedTokens(counts, np.ones_like(marks.seeds))
    found = [every_term.meant(each.topics, each.start.topic_term, each.about) for each in read]
    return np.asarray(np.mean(found, axis=0))


def _of_theme(prior: tuple[object, ...], terms: dict[str, object]) -> pd.DataFrame:
    names = list(_COLUMNS)[1:-1]
    ranked = pd.DataFrame(terms, columns=names).sort_values(
        ["evidence", "term"], ascending=[False, True], kind="stable"
    )
    return pd.concat([pd.DataFrame([prior], columns=names), ranked], ignore_index=True)
