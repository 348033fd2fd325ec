"""How topics are learned from blocks of documents that never sit in memory together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.models.blocks import one_thread
from topoi.models.cvb0 import Cvb0Model
from topoi.models.documents import Documents
from topoi.models.inference import infer
from topoi.models.weights import DocumentPrior, TermWeights, Topics

__all__ = ["StreamingModel"]

_PASSES = 10  # over a block: priors are learned at the tenth
_FORGETTING = 0.7


@dataclass
class _Stream:
    """What is known after some blocks: n_tokens, n_blocks, and counts (V, K') that sum to them."""

    topics: Topics
    prior: DocumentPrior
    term_counts: NDArray[np.float32]
    n_tokens: float
    n_blocks: int = 1


class StreamingModel(Cvb0Model):
    """A model fitted by CVB0 that can also learn block by block."""

    _stream: _Stream

    def partial_fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002 - scikit-learn's y
        """Learn from a further block of documents; goes on from `fit` or earlier blocks.

        The first block is fitted as by `fit`. Each later one is passed over ten times with term
        counts that blend what is known with the block, a share of the sum that falls with the
        number of blocks t as t ** -0.7, but is never less than the block's share of all tokens
        seen: early blocks, met with poor topics, fade. The document prior follows the latest
        block; the topics' prior stays as the first block gave it, and no later block has
        `draw_passes`. Rows with no tokens change
        nothing. The result depends on the blocks and their order, not on `n_jobs`.

        After it there is no `doc_topic_`: use `transform`. `trace_` has a further column, block.

        Raises
        ------
        InputError
            As `fit`; a first block without any token is refused.

        References
        ----------
        Foulds, Boyles, DuBois, Smyth & Welling (2013), Stochastic collapsed variational Bayesian
        inference for LDA, KDD; Hoffman, Blei & Bach (2010) for the falling share. We differ in
        keeping whole blocks, with own tokens taken out.
        """
        if not hasattr(self, "_stream"):
            return self._begin(X)
        self.check_settings()
        counts = self._checked(X, reset=False)
        if counts.nnz:
            with one_thread():
                self._go_on(counts)
        return self

    def fit_documents(self, documents: Documents) -> Self:
        """Learn the topics of documents wherever they are kept; after it there is no `doc_topic_`.

        The topics are those of `fit` to the same counts in memory, to the bit.

        Raises
        ------
        InputError
            If a setting is out of range, or all counts are zero.
        """
        self.check_settings()
        self.n_features_in_ = documents.shape[1]
        self._refuse_empty(documents.n_tokens)
        self.__dict__.pop("doc_topic_", None)
        with one_thread():
            self._fit_documents(documents)
        self.n_iter_ = len(self.trace_)
        return self

    def _begin(self, X: Any) -> Self:
        self.fit(X)
        self.trace_ = self.trace_.assign(block=np.int64(1))
        del self.doc_topic_
        return self

    def _go_on(self, counts: csr_array) -> None:
        stream = self._stream
        if "block" not in self.trace_:
            self.trace_ = self.trace_.assign(block=np.int64(1))
        self.__dict__.pop("doc_topic_", None)
        block_tokens = float(counts.data.sum(dtype=np.float64))
        n_tokens, n_blocks = stream.n_tokens + block_tokens, stream.n_blocks + 1
        share = max(block_tokens / n_tokens, n_blocks**-_FORGETTING)
        blend = _Blend(
            stream.topics,
            np.float32((1.0 - share) * n_tokens / stream.n_tokens) * stream.term_counts,
            np.float32(share * n_tokens / block_tokens),
        )
        posterior = infer(
            counts,
            np.zeros((counts.shape[1], self.n_topics), np.float32),
            blend,
            stream.prior,
            replace(self._passes(n_blocks), max_iter=_PASSES),
        )
        blended = blend.blended(posterior.term_counts)
        self._stream = _Stream(stream.topics, stream.prior, blended, n_tokens, n_blocks)
        trace = self.trace_
        self._keep(posterior, blend, stream.prior)
        new = self.trace_.assign(block=np.int64(n_blocks))
        new["pass"] += len(trace)
        self.trace_ = pd.concat([trace, new], ignore_index=True)
        self.n_iter_ = len(self.trace_)

    def _remember(
        self, documents: Documents, term_counts: NDArray[np.float32], topics: Topics, prior: Any
    ) -> None:
        """Keep what a further block needs."""
        self._stream = _Stream(topics, prior, term_counts, documents.n_tokens)


class _Blend:
    """Topics that see, beside a block's counts, what is kept of earlier ones."""

    def __init__(self, topics: Topics, kept: NDArray[np.float32], scale: np.float32) -> None:
        self._topics, self._kept, self._scale = topics, kept, scale
        self.learned = np.empty(0)

    def __getattr__(self, name: str) -> Any:
        """The learned values of the topics, such as eta."""
        return getattr(self._topics, name)

    def blended(self, term_counts: NDArray[np.float32]) -> NDArray[np.float32]:
        """Kept counts plus the block's, scaled to their share."""
        return np.asarray(self._kept + self._scale * term_counts, dtype=np.float32)

    def weigh(self, term_counts: NDArray[np.float32]) -> TermWeights:
        """Weights of the blend."""
        return self._topics.weigh(self.blended(term_counts))

    def learn(self, term_counts: NDArray[np.float32]) -> None:
        """Nothing: a block says too little of the topics' prior."""

    def topic_term(self, term_counts: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities of the blend."""
        return self._topics.topic_term(self.blended(term_counts))
