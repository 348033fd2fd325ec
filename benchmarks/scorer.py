"""How well topics predict held-out words, how coherent and how distinct they are.

One scorer for every package: it sees the topics' term probabilities and nothing of the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from corpora import Corpus
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array
from threadpoolctl import threadpool_limits

PRIORS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
STEPS = 50
COHERENCE_TERMS = 10
DIVERSITY_TERMS = 25
# A probability of zero would cost without end; no package that smooths its topics comes near.
LEAST_PROBABILITY = 1e-12

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """What `score` gives.

    `perplexity` of the hidden tokens of the reported documents, with the document prior that gives
    the least perplexity (`chosen_perplexity`) on the documents set aside for choosing it. `prior`
    is that prior as text, a number per topic or "own"; `by_prior` has the reported documents'
    perplexity for all candidates. `npmi` in [-1, 1], `diversity` in (0, 1].
    """

    perplexity: float
    prior: str
    chosen_perplexity: float
    by_prior: dict[str, float]
    npmi: float
    diversity: float


def score(corpus: Corpus, topic_term: Matrix, own_prior: Matrix | None = None) -> Scores:
    """Judge topics, (K, V) with rows that sum to 1; `own_prior` (K,) is the model's learned one."""
    topic_term = np.maximum(topic_term, LEAST_PROBABILITY)
    topic_term = topic_term / topic_term.sum(axis=1, keepdims=True)
    names, priors = candidate_priors(len(topic_term), own_prior)
    with threadpool_limits(1):  # the matrices are small
        likelihoods = log_likelihoods(corpus.given, corpus.hidden, topic_term, priors)
    n_tokens = np.asarray(corpus.hidden.sum(axis=1)).ravel()
    chosen_on = _perplexities(likelihoods, n_tokens, corpus.is_chosen_on)
    reported = _perplexities(likelihoods, n_tokens, ~corpus.is_chosen_on)
    best = int(chosen_on.argmin())
    return Scores(
        perplexity=float(reported[best]),
        prior=names[best],
        chosen_perplexity=float(chosen_on[best]),
        by_prior=dict(zip(names, reported.tolist(), strict=True)),
        npmi=float(npmi(corpus.train, top_terms(topic_term, COHERENCE_TERMS)).mean()),
        diversity=diversity(top_terms(topic_term, DIVERSITY_TERMS)),
    )


def candidate_priors(n_topics: int, own_prior: Matrix | None) -> tuple[list[str], Matrix]:
    """Names and values, (K, P), of the document priors that a model is scored with."""
    names = [f"{prior:g}" for prior in PRIORS]
    columns = [np.full(n_topics, prior) for prior in PRIORS]
    if own_prior is not None:
        names.append("own")
        columns.append(np.asarray(own_prior, dtype=np.float64))
    return names, np.stack(columns, axis=1)


def log_likelihoods(
    given: csr_array, hidden: csr_array, topic_term: Matrix, priors: Matrix
) -> Matrix:
    """Log probability of each document's hidden tokens under each prior, nats, (H, P).

    Shares of a document: n_k starts at prior_k + N / K; then, 50 times over,
    n_k = prior_k + sum_w c_w p(k | w) with p(k | w) proportional to phi_kw n_k; the shares are n
    divided by its sum (mean field with a point estimate in place of exp(digamma)).
    """
    likelihoods = np.zeros((given.shape[0], priors.shape[1]))
    term_topic = np.ascontiguousarray(topic_term.T)
    for row in range(given.shape[0]):
        shares = _shares(*_row(given, row), term_topic, priors)
        terms, counts = _row(hidden, row)
        likelihoods[row] = counts @ np.log(term_topic[terms] @ shares)
    return likelihoods


def top_terms(topic_term: Matrix, n_terms: int) -> NDArray[np.int64]:
    """The most probable terms of each topic, (K, n_terms), best first; ties by column."""
    return np.argsort(-topic_term, axis=1, kind="stable")[:, :n_terms]


def npmi(counts: csr_array, terms: NDArray[np.int64]) -> Matrix:
    """Mean normalised PMI over the pairs of each topic's terms, (K,), in [-1, 1].

    Probabilities are shares of the documents. A pair that no document has counts as -1, one that
    all documents have as 1.

    References
    ----------
    Bouma (2009) for one pair; Aletras & Stevenson (2013) for the mean over pairs.
    """
    used, places = np.unique(terms, return_inverse=True)
    has_term = csc_array(csc_array(counts)[:, used] > 0, dtype=np.float64)
    together = (has_term.T @ has_term).toarray() / counts.shape[0]
    places = places.reshape(terms.shape)
    return np.array([_topic_npmi(together, topic) for topic in places])


def diversity(terms: NDArray[np.int64]) -> float:
    """Distinct terms among all top terms, as a share of their number."""
    return float(len(np.unique(terms)) / terms.size)


def _shares(terms: NDArray[np.int32], counts: Matrix, term_topic: Matrix, priors: Matrix) -> Matrix:
    weights = term_topic[terms]
    expected = priors + counts.sum() / len(priors)
    for _ in range(STEPS):
        expected = priors + expected * (weights.T @ (counts[:, np.newaxis] / (weights @ expected)))
    return expected / expected.sum(axis=0)


def _row(counts: csr_array, row: int) -> tuple[NDArray[np.int32], Matrix]:
    inside = slice(counts.indptr[row], counts.indptr[row + 1])
    return counts.indices[inside], counts.data[inside].astype(np.float64)


def _perplexities(likelihoods: Matrix, n_tokens: Matrix, rows: NDArray[np.bool_]) -> Matrix:
    return np.exp(-likelihoods[rows].sum(axis=0) / n_tokens[rows].sum())


def _topic_npmi(together: Matrix, topic: NDArray[np.int64]) -> float:
    return float(np.mean([_pair_npmi(together, i, j) for i, j in combinations(topic, 2)]))


def _pair_npmi(together: Matrix, i: int, j: int) -> float:
    both = together[i, j]
    if both == 0.0:
        return -1.0
    if both == 1.0:
        return 1.0
    return float(np.log(both / (together[i, i] * together[j, j])) / -np.log(both))
