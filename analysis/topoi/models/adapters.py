"""How the LDA of scikit-learn and the models of gensim are fitted behind the same interface."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.checks import at_least
from topoi.models.base import MOST_SEED, TopicModel, normalised_rows

__all__ = ["GensimLDA", "GensimNMF", "SklearnLDA"]

_Bags = list[list[tuple[int, float]]]


class SklearnLDA(TopicModel):
    """scikit-learn's variational LDA in batch mode, always with one job.

    With several jobs scikit-learn's result depends on their number, so the choice is not offered.
    A row without known terms has the uniform prior mean.

    Parameters
    ----------
    n_components : int >= 1, number of topics K
    max_iter : int >= 1, passes
    random_state : int in [0, 2**32 - 1]

    References
    ----------
    Hoffman, Blei & Bach (2010), Online learning for latent Dirichlet allocation.
    """

    def __init__(
        self, n_components: int = 10, *, max_iter: int = 20, random_state: int = 0
    ) -> None:
        self.n_components = n_components
        self.max_iter = max_iter
        self.random_state = random_state

    def check_settings(self) -> None:
        """Refuse settings out of range with an InputError that names the first at fault."""
        at_least("n_components", self.n_components, 1, whole=True)
        at_least("max_iter", self.max_iter, 1, whole=True)
        at_least("random_state", self.random_state, 0, most=MOST_SEED, whole=True)

    def _fit_topics(self, counts: csr_array) -> None:
        from sklearn.decomposition import LatentDirichletAllocation

        self._model = LatentDirichletAllocation(
            self.n_components, max_iter=self.max_iter, random_state=self.random_state, n_jobs=1
        )
        self._model.fit(_double(counts))
        self.components_ = normalised_rows(self._model.components_)
        self.trace_ = _passes(self._model.n_iter_)

    def _topic_shares(self, counts: csr_array) -> NDArray[np.float64]:
        return normalised_rows(self._model.transform(_double(counts)))

    @property
    def document_prior_(self) -> NDArray[np.float64] | None:
        """The same for each topic, as scikit-learn has it."""
        return np.full(self.n_components, self._model.doc_topic_prior_)


class _GensimModel(TopicModel):
    """What gensim's models have alike: their settings, and what they are fitted to."""

    passes: int
    random_state: int

    def check_settings(self) -> None:
        """Refuse settings out of range with an InputError that names the first at fault."""
        at_least("n_components", self.n_components, 1, whole=True)
        at_least("passes", self.passes, 1, whole=True)
        at_least("random_state", self.random_state, 0, most=MOST_SEED, whole=True)

    def _fit_topics(self, counts: csr_array) -> None:
        self._model = self._fitted(
            list(_bags(counts)),
            id2word=_names(counts),
            num_topics=self.n_components,
            passes=self.passes,
            eval_every=None,
            random_state=self.random_state,
        )
        self.components_ = normalised_rows(self._model.get_topics())
        self.trace_ = _passes(self.passes)

    def _fitted(self, bags: _Bags, **settings: Any) -> Any:
        """The model of gensim, fitted."""
        raise NotImplementedError


class GensimLDA(_GensimModel):
    """gensim's online variational LDA with learned priors, one worker.

    gensim calculates in float32 and draws a random start for each document; the start is drawn
    anew from the seed for every row, so that a row does not depend on the others. Counts below 1
    are passed on as they are.

    Parameters
    ----------
    n_components : int >= 1, number of topics K
    passes : int >= 1, passes over the documents (gensim's own default of 1 under-trains)
    random_state : int in [0, 2**32 - 1]

    References
    ----------
    Hoffman, Blei & Bach (2010).
    """

    def __init__(self, n_components: int = 10, *, passes: int = 20, random_state: int = 0) -> None:
        self.n_components = n_components
        self.passes = passes
        self.random_state = random_state

    def _fitted(self, bags: _Bags, **settings: Any) -> Any:
        from gensim.models import LdaModel

        return LdaModel(bags, alpha="auto", eta="auto", **settings)

    def _topic_shares(self, counts: csr_array) -> NDArray[np.float64]:
        shares = np.empty((counts.shape[0], self.n_components))
        for row, bag in enumerate(_bags(counts)):
            self._model.random_state = np.random.RandomState(self.random_state)
            gamma, _ = self._model.inference([bag])
            shares[row] = gamma[0]
        return normalised_rows(shares)

    @property
    def document_prior_(self) -> NDArray[np.float64] | None:
        """alpha, as gensim learned it."""
        return np.asarray(self._model.alpha, dtype=np.float64)


class GensimNMF(_GensimModel):
    """gensim's online non-negative matrix factorisation of the counts.

    Parameters
    ----------
    n_components : int >= 1, number of topics K
    passes : int >= 1, passes over the documents
    random_state : int in [0, 2**32 - 1]

    References
    ----------
    Zhao & Tan (2017), Online nonnegative matrix factorization with outliers.
    """

    def __init__(self, n_components: int = 10, *, passes: int = 5, random_state: int = 0) -> None:
        self.n_components = n_components
        self.passes = passes
        self.random_state = random_state

    def _fitted(self, bags: _Bags, **settings: Any) -> Any:
        from gensim.models.nmf import Nmf

        return Nmf(bags, **settings)

    def _topic_shares(self, counts: csr_array) -> NDArray[np.float64]:
        shares = np.zeros((counts.shape[0], self.n_components))
        for row, bag in enumerate(_bags(counts)):
            if bag:
                # gensim visits the topics in random order; begin anew so that rows do not interact.
                self._model.random_state = np.random.RandomState(self.random_state)
                found = self._model.get_document_topics(bag, minimum_probability=0.0)
                for topic, share in found:
                    shares[row, topic] = share
        return normalised_rows(shares)


def _double(counts: csr_array) -> csr_array:
    return csr_array(counts, dtype=np.float64)


def _bags(counts: csr_array) -> Iterator[list[tuple[int, float]]]:
    for start, stop in zip(counts.indptr[:-1], counts.indptr[1:], strict=True):
        columns = counts.indices[start:stop].tolist()
        yield list(zip(columns, counts.data[start:stop].tolist(), strict=True))


def _names(counts: csr_array) -> dict[int, str]:
    return {column: str(column) for column in range(counts.shape[1])}


def _passes(number: int) -> pd.DataFrame:
    return pd.DataFrame({"pass": np.arange(1, number + 1, dtype=np.int64)})
