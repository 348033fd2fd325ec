"""How each package is asked for topics, and what it then says of its model.

The documented settings of each, at as many iterations as its documentation or the field commonly
takes, with both cores of a two-core machine where a package can use them. What a package does to
take the documents in (`load`) is not part of the time to fit; words are made of letters, as one of
them asks for.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

THREADS = 2
_LETTERS = 26
_WORD_LENGTH = 5  # 26**5 words

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Topics:
    """`topic_term` (K, V), rows sum to 1, as the package smooths it; `prior` (K,) as learned."""

    topic_term: Matrix
    prior: Matrix | None = None
    n_iter: int | None = None


@dataclass(frozen=True)
class Peer:
    """A package with its settings.

    `load` takes counts (D, V) into the package's own form of a corpus; `fit` takes that, the number
    of topics, the iterations, a seed and the `settings`, which say what differs from the defaults;
    `topics` reads the fitted model, given the number of terms V. Only `fit` is timed.
    """

    package: str
    load: Callable[[csr_array], Any]
    fit: Callable[..., Any]
    topics: Callable[[Any, int], Topics]
    iterations: int
    settings: dict[str, Any] = field(default_factory=dict)


def words_of(counts: csr_array) -> list[list[str]]:
    """Each document as a list of words, grouped by term, a term's word made of its column."""
    vocabulary = np.array([word(column) for column in range(counts.shape[1])])
    bounds = zip(counts.indptr[:-1], counts.indptr[1:], strict=True)
    return [
        np.repeat(vocabulary[counts.indices[a:b]], counts.data[a:b]).tolist() for a, b in bounds
    ]


def word(column: int) -> str:
    """Five letters that stand for a column: aaaaa, aaaab, ..."""
    letters = []
    for _ in range(_WORD_LENGTH):
        column, letter = divmod(column, _LETTERS)
        letters.append(chr(ord("a") + letter))
    return "".join(reversed(letters))


def column(term: str) -> int:
    """The column that a word of `word` stands for."""
    value = 0
    for letter in term:
        value = value * _LETTERS + ord(letter) - ord("a")
    return value


def _in_columns(topic_term: Matrix, terms: list[str], n_terms: int) -> Matrix:
    """Columns put back in the order of the counts; rows sum to 1."""
    placed = np.zeros((len(topic_term), n_terms))
    placed[:, [column(term) for term in terms]] = topic_term
    return _normalised(placed)


def _normalised(topic_term: Matrix) -> Matrix:
    topic_term = np.asarray(topic_term, dtype=np.float64)
    return topic_term / topic_term.sum(axis=1, keepdims=True)


def _tomotopy_load(counts: csr_array) -> Any:
    from tomotopy.utils import Corpus

    corpus = Corpus()
    for document in words_of(counts):
        corpus.add_doc(document)
    return corpus


def _tomotopy_fit(corpus: Any, n_topics: int, iterations: int, seed: int, **settings: Any) -> Any:
    import tomotopy

    model = tomotopy.LDAModel(k=n_topics, seed=seed, corpus=corpus)
    model.train(iterations, **settings)
    return model


def _tomotopy_topics(model: Any, n_terms: int) -> Topics:
    topic_term = np.array([model.get_topic_word_dist(k) for k in range(model.k)])
    placed = _in_columns(topic_term, list(model.used_vocabs), n_terms)
    return Topics(placed, np.asarray(model.alpha, dtype=np.float64))


def _topica_load(counts: csr_array) -> Any:
    import topica

    return topica.Corpus.from_documents(words_of(counts))


def _topica_fit(corpus: Any, n_topics: int, iterations: int, seed: int, **settings: Any) -> Any:
    """Without its trace and without keeping draws, which would cost it time and memory."""
    import topica

    model = topica.LDA(n_topics, seed=seed, **settings)
    return model.fit(corpus, iters=iterations, check_every=0, keep_theta_draws=False)


def _topica_topics(model: Any, n_terms: int) -> Topics:
    topic_term = _in_columns(model.topic_word, model.vocabulary, n_terms)
    return Topics(topic_term, np.asarray(model.alpha))


def _pyrmallet_load(counts: csr_array) -> Any:
    from pyrmallet import _rust_mallet

    return _rust_mallet.Corpus.from_strings([" ".join(words) for words in words_of(counts)])


def _pyrmallet_fit(corpus: Any, n_topics: int, iterations: int, seed: int) -> Any:
    from pyrmallet import _rust_mallet

    return _rust_mallet.train(corpus, num_topics=n_topics, iterations=iterations, seed=seed)


def _pyrmallet_topics(model: Any, n_terms: int) -> Topics:
    topic_term = _in_columns(np.array(model.topic_word_matrix()), model.vocabulary, n_terms)
    return Topics(topic_term, np.array(model.alpha))


def _sklearn_fit(
    counts: csr_array, n_topics: int, iterations: int, seed: int, **settings: Any
) -> Any:
    from sklearn.decomposition import LatentDirichletAllocation

    return LatentDirichletAllocation(
        n_topics, max_iter=iterations, random_state=seed, **settings
    ).fit(counts)


def _sklearn_topics(model: Any, _: int) -> Topics:
    prior = np.full(len(model.components_), model.doc_topic_prior_)
    return Topics(_normalised(model.components_), prior, int(model.n_iter_))


def _gensim_load(counts: csr_array) -> tuple[list[list[tuple[int, int]]], dict[int, str]]:
    bounds = zip(counts.indptr[:-1], counts.indptr[1:], strict=True)
    bags = [
        list(zip(counts.indices[a:b].tolist(), counts.data[a:b].tolist(), strict=True))
        for a, b in bounds
    ]
    return bags, {column: word(column) for column in range(counts.shape[1])}


def _gensim_fit(
    corpus: Any, n_topics: int, iterations: int, seed: int, *, model: str, **settings: Any
) -> Any:
    import gensim.models

    bags, names = corpus
    return getattr(gensim.models, model)(
        bags, n_topics, id2word=names, passes=iterations, random_state=seed, **settings
    )


def _gensim_topics(model: Any, _: int) -> Topics:
    return Topics(_normalised(model.get_topics()), np.asarray(model.alpha, dtype=np.float64))


def _as_is(counts: csr_array) -> csr_array:
    return counts


def _topoi_fit(
    counts: csr_array, n_topics: int, iterations: int, seed: int, **settings: Any
) -> Any:
    """Until it stops by its own rule where `iterations` is 0."""
    import topoi

    if iterations:
        settings["max_iter"] = iterations
    return topoi.LDA(n_topics, random_state=seed, **settings).fit(counts)


def _topoi_topics(model: Any, _: int) -> Topics:
    return Topics(model.components_, model.alpha_, model.n_iter_)


PRODUCT = Peer("topoi", _as_is, _topoi_fit, _topoi_topics, 0, {"n_jobs": THREADS})

_TOMOTOPY = (_tomotopy_load, _tomotopy_fit, _tomotopy_topics)
_TOPICA = (_topica_load, _topica_fit, _topica_topics)
_PYRMALLET = (_pyrmallet_load, _pyrmallet_fit, _pyrmallet_topics)
_SKLEARN = (_as_is, _sklearn_fit, _sklearn_topics)
_GENSIM = (_gensim_load, _gensim_fit, _gensim_topics)
_BATCH = {"learning_method": "batch", "n_jobs": THREADS}
_ONLINE = {"learning_method": "online", "n_jobs": THREADS}
_MULTICORE = {"model": "LdaMulticore", "workers": THREADS}

PEERS: dict[str, Peer] = {
    "tomotopy": Peer("tomotopy", *_TOMOTOPY, 1000, {"workers": THREADS}),
    "topica-sparse": Peer("topica", *_TOPICA, 1000, {"sampler": "sparse", "num_threads": THREADS}),
    "topica-warp": Peer("topica", *_TOPICA, 1000, {"sampler": "warp", "num_threads": THREADS}),
    "topica-cvb0": Peer("topica", *_TOPICA, 100, {"sampler": "cvb0", "num_threads": THREADS}),
    "pyrmallet": Peer("pyrmallet", *_PYRMALLET, 1000),
    "sklearn-batch": Peer("scikit-learn", *_SKLEARN, 30, _BATCH),
    "sklearn-online": Peer("scikit-learn", *_SKLEARN, 10, _ONLINE),
    "gensim": Peer("gensim", *_GENSIM, 20, {"model": "LdaModel"}),
    "gensim-multicore": Peer("gensim", *_GENSIM, 20, _MULTICORE),
}
ENGINES: dict[str, Peer] = {"topoi": PRODUCT, **PEERS}


def source_hash() -> str:
    """Eight letters that change with the source of topoi's kernels and models."""
    import topoi

    folder = Path(topoi.__file__).parent
    digest = hashlib.sha256()
    for name in ("kernels", "models"):
        for path in sorted((folder / name).rglob("*.py")):
            digest.update(os.fsencode(path.relative_to(folder).as_posix()) + path.read_bytes())
    return digest.hexdigest()[:8]
