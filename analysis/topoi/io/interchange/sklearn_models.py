"""What a fitted model of scikit-learn says as a fit, and the other way round."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.io.interchange.imported import imported_fit
from topoi.io.interchange.trip import ImportedFit
from topoi.models.base import normalised_rows
from topoi.provenance import counts_hash
from topoi.text.matrix import DocTermMatrix

__all__ = ["from_sklearn", "to_sklearn"]

_TINY = 1e-12  # tokens; digamma has no value at 0


def from_sklearn(model: Any, matrix: DocTermMatrix) -> ImportedFit:
    """The fit of a `LatentDirichletAllocation`, an `NMF` or another model with `components_`.

    Parameters
    ----------
    model : fitted estimator with `components_`, shape (K, V), and `transform`
    matrix : DocTermMatrix, whose counts it was fitted to; or other text with the same columns

    Returns
    -------
    ImportedFit
        fit and notes. Shares are what `transform` gives, topics are `components_`; both divided
        by the sums of their rows.

    Raises
    ------
    InputError
        If the model is not fitted, or to other terms.
    """
    components = getattr(model, "components_", None)
    if components is None or not hasattr(model, "transform"):
        raise InputError(f"{type(model).__name__} has no components_ and transform; fit it first.")
    values = np.asarray(components, dtype=np.float64)
    n_terms = matrix.shape[1]
    if values.ndim != 2 or values.shape[1] != n_terms:
        raise InputError(
            f"components_ has shape {values.shape}, but the matrix has {n_terms} terms. Give the "
            "matrix that the model was fitted to."
        )
    if not np.isfinite(values).all() or (values < 0).any():
        raise InputError("components_ must be finite numbers >= 0: topics are shares of terms.")
    names = getattr(model, "feature_names_in_", None)
    if names is not None and tuple(map(str, names)) != matrix.vocabulary.terms:
        raise InputError("feature_names_in_ of the model are not the terms of the matrix.")
    prior = getattr(model, "doc_topic_prior_", None)
    shares = model.transform(csr_array(matrix.counts, dtype=np.float64))
    fit = imported_fit(
        normalised_rows(values),
        normalised_rows(shares),
        matrix.vocabulary,
        matrix.units,
        source=f"sklearn.{type(model).__name__}",
        prior=None if prior is None else np.full(len(values), float(prior)),
        made_of={"counts_sha256": counts_hash(matrix)},
    )
    lost = [] if prior is not None else ["the model has no document prior"]
    return ImportedFit(
        fit, ("components_ and shares were divided by the sums of their rows", *lost)
    )


def to_sklearn(fit: TopicFit) -> Any:
    """A `LatentDirichletAllocation` with the topics of the fit, ready to `transform` counts.

    Its `components_` are the topics times the tokens of each, so that rows divided by their sums
    are the topics again, to 12 digits. Its prior is one number: the mean of the fit's, or 1/K
    without. Shares that it gives are scikit-learn's own, which differ a little from the fit's.

    Raises
    ------
    InputError
        If the vocabulary says nothing of how often terms occur and no unit has tokens.
    """
    from scipy.special import psi
    from sklearn.decomposition import LatentDirichletAllocation

    prior = 1.0 / fit.n_topics
    if fit.document_prior is not None:
        prior = float(fit.document_prior.mean())
    n_tokens = max(float(fit.vocabulary.term_freq.sum()), 1.0)
    weight = np.maximum(fit.topic_term * (n_tokens * fit.shares_of_text)[:, np.newaxis], _TINY)
    model = LatentDirichletAllocation(fit.n_topics, doc_topic_prior=prior, random_state=0)
    model.components_ = weight
    model.exp_dirichlet_component_ = np.exp(psi(weight) - psi(weight.sum(axis=1, keepdims=True)))
    model.doc_topic_prior_ = prior
    model.topic_word_prior_ = 1.0 / fit.n_topics
    model.n_features_in_ = len(fit.vocabulary)
    model.random_state_ = np.random.RandomState(0)
    model.n_batch_iter_, model.n_iter_, model.bound_ = 1, 0, 1.0
    return model
