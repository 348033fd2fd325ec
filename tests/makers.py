"""Every model in small, for tests of what all of them promise."""

import numpy as np
import pytest

from topoi.models.adapters import GensimLDA, GensimNMF, SklearnLDA
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF

QUIET = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning", "ignore::RuntimeWarning:gensim"
)


MAKERS = {
    "LDA": lambda k, **more: LDA(k, **{"max_iter": 15, **more}),
    "KeywordLDA": lambda k, **more: KeywordLDA(
        [[0]], **{"topics_per_set": 1, "n_residual": k - 1, "max_iter": 15, **more}
    ),
    "NMF": lambda k, **more: NMF(k, **{"max_iter": 50, **more}),
    "SklearnLDA": lambda k, **more: SklearnLDA(k, **{"max_iter": 3, **more}),
    "GensimLDA": lambda k, **more: GensimLDA(k, passes=2, **more),
    "GensimNMF": lambda k, **more: GensimNMF(k, passes=2, **more),
}


every_model = pytest.mark.parametrize("name", MAKERS)


own_models = pytest.mark.parametrize("name", ["LDA", "KeywordLDA"])


def assert_distributions(model, n_docs, n_terms, n_topics):
    assert model.components_.shape == (n_topics, n_terms)
    assert model.doc_topic_.shape == (n_docs, n_topics)
    for values in (model.components_, model.doc_topic_):
        assert values.dtype == np.float64
        assert (values >= 0).all()
        np.testing.assert_allclose(values.sum(axis=1), 1.0, atol=1e-9)
