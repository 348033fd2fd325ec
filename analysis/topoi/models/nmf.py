"""Which parts add up to the documents, by non-negative matrix factorisation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.checks import at_least, one_of
from topoi.errors import InputError
from topoi.models.factor_model import FactorModel
from topoi.models.factors import Factors
from topoi.models.nndsvd import INITS, start_factors
from topoi.models.weights import pad_topics

__all__ = ["NMF"]


class NMF(FactorModel):
    """Non-negative matrix factorisation X ≈ WH, with the same bits for any `n_jobs` and machine.

    With X the weighted counts, W (D, K) the documents' weights and H (K, V) the parts, it lowers

        loss(X, WH) + doc_l1 sum(W) + doc_l2/2 ||W||^2 + topic_l1 sum(H) + topic_l2/2 ||H||^2

    where the loss is 1/2 ||X - WH||^2 ("frobenius") or sum x log(x / WH) - x + WH
    ("kullback-leibler"). Beware that WH stays the same if W shrinks while H grows: a penalty on
    one of the two only moves the scale to the other.

    Rows of `components_` are scaled to sum to 1 and the scale is moved to the document weights
    before these are turned into shares. The shares say how much of a document's *weight* a topic
    explains; unlike LDA's they are not probabilities of tokens.

    Parameters
    ----------
    n_components : int >= 1, number of topics K
    weighting : {"tfidf", "counts"}
        "tfidf": ln(1 + count) times smoothed idf, rows to length 1.
    loss : {"frobenius", "kullback-leibler"}
    doc_l1, doc_l2, topic_l1, topic_l2 : float >= 0
        In scikit-learn's terms, which scale with the matrix: doc_l1 = alpha_W l1_ratio V, doc_l2 =
        alpha_W (1 - l1_ratio) V, topic_l1 = alpha_H l1_ratio D, topic_l2 = alpha_H (1 - l1_ratio)
        D. Ours do not scale: with more documents the same topic penalty weighs less.
    init : {"nndsvd", "nndsvda", "random"} or a pair of arrays W (D, K) and H (K, V)
        "nndsvda" fills the zeros of "nndsvd" with the mean of X; Kullback-Leibler updates keep
        zeros, so "nndsvd" is not offered with them. More topics than the matrix has directions
        begin at random. The pair of an earlier fit is its `doc_weights_` and `parts_`.
    max_iter : int >= 1, passes over documents and terms
    tol : float >= 0
        Stop once five passes together lowered the objective by no more than this share of it.
    memory : float in [0, 1], how much the earlier batches count after a `partial_fit`
    n_jobs : int or None, threads; None is 1, -1 all cores
    random_state : int in [0, 2**32 - 1], seed of the start

    Attributes
    ----------
    components_ : float64 array, shape (K, V); rows sum to 1
    doc_topic_ : float64 array, shape (D, K), shares; rows sum to 1, a row without known terms has
        the mean share of all other rows seen in `fit`
    parts_, doc_weights_ : float64 arrays, H (K, V) and W (D, K) in the units of X; W is solved for
        each document with H as it is at the end
    trace_ : DataFrame with columns pass (int64), objective, seconds (float64)
        The objective never rises. Kullback-Leibler: that after the documents' half of the pass;
        rows of batches: the loss per filled document.

    References
    ----------
    Lee & Seung (1999, 2001); Cichocki & Phan (2009) and Gillis & Glineur (2012) for the sweeps;
    Ang & Gillis (2019) for the extrapolation; Boutsidis & Gallopoulos (2008) for the start.
    """

    def __init__(
        self,
        n_components: int = 10,
        *,
        weighting: str = "tfidf",
        loss: str = "frobenius",
        doc_l1: float = 0.0,
        doc_l2: float = 0.0,
        topic_l1: float = 0.0,
        topic_l2: float = 0.0,
        init: Any = "nndsvda",
        max_iter: int = 400,
        tol: float = 1e-4,
        memory: float = 0.9,
        n_jobs: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.n_components = n_components
        self.weighting = weighting
        self.loss = loss
        self.doc_l1 = doc_l1
        self.doc_l2 = doc_l2
        self.topic_l1 = topic_l1
        self.topic_l2 = topic_l2
        self.init = init
        self.max_iter = max_iter
        self.tol = tol
        self.memory = memory
        self.n_jobs = n_jobs
        self.random_state = random_state

    def check_settings(self) -> None:
        """Refuse settings out of range with an InputError that names the first at fault."""
        at_least("n_components", self.n_components, 1, whole=True)
        super().check_settings()
        if not isinstance(self.init, (tuple, list)):
            one_of("init", self.init, INITS)
        if self.loss == "kullback-leibler" and isinstance(self.init, str) and self.init == "nndsvd":
            raise InputError(
                "init='nndsvd' has zeros, which the updates for loss='kullback-leibler' cannot "
                "leave. Use 'nndsvda' or 'random'."
            )

    def _start(self, counts: csr_array, matrix: csr_array) -> Factors:  # noqa: ARG002
        if isinstance(self.init, str):
            return start_factors(matrix, self.n_components, self.init, self.random_state)
        n_docs, n_terms = matrix.shape
        if len(self.init) != 2:
            raise InputError(
                f"init must be a name or a pair of arrays, W and H; got {len(self.init)} arrays."
            )
        docs = _given("W", self.init[0], (n_docs, self.n_components))
        topics = _given("H", self.init[1], (self.n_components, n_terms))
        return Factors(pad_topics(docs), pad_topics(topics.T))


def _given(name: str, values: object, shape: tuple[int, int]) -> NDArray[np.float64]:
    """An array that the user gave as a start, checked."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"init: {name} must be an array of numbers: {error}.") from error
    if array.shape != shape:
        raise InputError(f"init: {name} has shape {array.shape}; expected {shape}.")
    if not np.isfinite(array).all() or (array < 0).any():
        raise InputError(f"init: {name} must hold finite numbers >= 0.")
    return array
