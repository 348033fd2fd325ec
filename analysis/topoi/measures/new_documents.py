"""What the topics of an earlier fit say about documents that it has never seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.checks import at_least
from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.models import draws
from topoi.models.fixed_topics import MOST_STREAM_SEED, checked_counts
from topoi.models.fold_in import share_topics
from topoi.provenance import counts_hash, versions
from topoi.text.matrix import DocTermMatrix
from topoi.workers import worker_count

__all__ = ["check_terms", "fold_in", "theta_draws"]


def fold_in(
    fit: TopicFit, matrix: DocTermMatrix, *, most_sweeps: int = 30, n_jobs: int | None = None
) -> TopicFit:
    """The fit with its topics as they are and other rows: those of new text.

    So everything that takes a fit takes new text: `theme_shares`, `prevalence`, `write_fit`.

    Parameters
    ----------
    fit : TopicFit with a document prior: of LDA, KeywordLDA, SeededLDA, SklearnLDA or GensimLDA
    matrix : DocTermMatrix of the fit's terms, from ``vectorise(new, vocabulary=fit.vocabulary)``
        with the other settings of the fitted text, its table `folded` as lemmas. Rows should be
        what they were there, passages or documents: the prior was learned from rows of that size.
    most_sweeps : int >= 1, over a row; `fold_in_sweeps` of the estimators
    n_jobs : int or None, threads; None is 1, -1 all cores; does not change the result

    Returns
    -------
    TopicFit
        Its units are the matrix's, so they say what of each row was known (n_unknown, coverage:
        see `vectorise`), and have one more column: `is_prior_mean` (bool), whether a row has no
        known term. Its shares are then the prior mean, which says nothing about the row: leave it
        out of averages. A row's shares depend on its own counts only. Topics, names, themes and
        trace are the fit's; its provenance has one more entry, `folded_in`.

    Raises
    ------
    InputError
        If the matrix counts other terms than the fit or has no row, the fit has no document
        prior, a row is longer than 2**24 tokens, or a setting is out of range.

    Notes
    -----
    Shares are posterior means given the topics, by CVB0. Of LDA and KeywordLDA they are the bits
    of the estimator's `transform`; for SklearnLDA and GensimLDA they differ a little from the
    estimator's own, which average over uncertain topics.

    References
    ----------
    Asuncion, Welling, Smyth & Teh (2009), On smoothing and inference for topic models, UAI.
    """
    at_least("most_sweeps", most_sweeps, 1, whole=True)
    n_threads = worker_count(n_jobs)
    prior = _prior_for(fit, matrix)
    counts = csr_array(checked_counts(matrix.counts), dtype=np.float32)
    shares = share_topics(
        counts, fit.topic_term, prior, most_sweeps=most_sweeps, n_threads=n_threads
    )
    made_of = {
        "counts_sha256": counts_hash(matrix),
        "most_sweeps": int(most_sweeps),
        "versions": versions(),
    }
    return replace(
        fit,
        doc_topic=shares,
        units=matrix.units.assign(is_prior_mean=np.diff(counts.indptr) == 0),
        provenance={**fit.provenance, "folded_in": made_of},
    )


def theta_draws(
    fit: TopicFit,
    matrix: DocTermMatrix,
    *,
    n_draws: int = 100,
    random_state: int = 0,
    n_jobs: int | None = None,
) -> NDArray[np.float64]:
    """Posterior draws of the shares of rows, topics fixed, float64 (n_draws, D, K).

    Parameters
    ----------
    fit, matrix, n_jobs : as for `fold_in`; the matrix may also be the one that was fitted
    n_draws : int >= 1
    random_state : int in [0, 2**64 - 1]

    Raises
    ------
    InputError
        As `fold_in`; also if the draws would not fit into memory.

    See Also
    --------
    topoi.models.draws.theta_draws : what is drawn, and from what a row's draws follow.
    """
    at_least("random_state", random_state, 0, most=MOST_STREAM_SEED, whole=True)
    return draws.theta_draws(
        matrix.counts,
        fit.topic_term,
        _prior_for(fit, matrix),
        n_draws=n_draws,
        seed=random_state,
        n_threads=worker_count(n_jobs),
    )


def _prior_for(fit: TopicFit, matrix: DocTermMatrix) -> NDArray[np.float64]:
    """The fit's document prior, if the fit can say anything about the matrix."""
    check_terms(fit.vocabulary.terms, matrix.vocabulary.terms)
    if not len(matrix.units):
        raise InputError("The matrix has no row, so there is nothing to fold in. Give text.")
    if fit.document_prior is None:
        raise InputError(_no_prior(str(fit.provenance.get("model", "a model without a name"))))
    return fit.document_prior


def check_terms(known: tuple[str, ...], counted: tuple[str, ...]) -> None:
    """Refuse a matrix that counts other terms than the fit, with an InputError that names some."""
    if known == counted:
        return
    faults = [
        f"{len(terms)} {words}: {listed(terms)}"
        for words, terms in (
            ("of its terms are not the fit's", sorted(set(counted).difference(known))),
            ("of the fit's are not counted", sorted(set(known).difference(counted))),
        )
        if terms
    ]
    raise InputError(
        f"The matrix does not count the {len(known)} terms of the fit; {'; '.join(faults)}. "
        "Count new text with vectorise(new, vocabulary=fit.vocabulary)."
    )


def _no_prior(model: str) -> str:
    return (
        f"This fit of {model} has no document prior, which shares of new rows begin from: either "
        "an earlier version of topoi wrote it, or the model has none that all rows share. For LDA, "
        "KeywordLDA, SeededLDA, SklearnLDA and GensimLDA fit again. NMF, and CovariateLDA with "
        "covariates, know more than a fit holds: fit the estimator itself, "
        "model.fit(matrix.counts), keep it, and call model.transform(new.counts)."
    )
