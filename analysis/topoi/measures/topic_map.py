"""Which topics lie near each other on a map of two dimensions?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.fit import TopicFit
from topoi.kernels.eigen import jacobi
from topoi.measures.labels import suggest_labels

__all__ = ["topic_map"]

_DIGITS = 12  # of a divergence; the libraries' logarithms differ in the last of 16
_ROUNDING = 1e-9  # an eigenvalue below is one of rounding
_LEAST = 1e-300  # of which the logarithm is taken; times a probability of 0 it is 0
_ROWS = 16  # topics compared at a time, so that they stay in the cache


def topic_map(fit: TopicFit, *, n_terms: int = 3) -> pd.DataFrame:
    """Places of the topics on a plane, so that topics of like words lie near each other.

    Parameters
    ----------
    fit : TopicFit
    n_terms : int >= 1, terms that are named of a topic

    Returns
    -------
    DataFrame
        topic (str), x, y (float64, Jensen-Shannon distance: 0 between equal topics, 1 between
        topics without a common term), share (float64 in [0, 1], of the text), theme (str: the
        theme that the topic was fitted to, "" for none), terms (str: `suggest_labels`), explained
        (float64 in [0, 1]: part of the inertia of the distances that both axes hold, the same in
        each row; NaN where all topics are equal); in the order of topics.

        x is the axis of the greater inertia. The mean of each axis is 0, and of the topics
        farthest out on it the first is on the positive side.

    Raises
    ------
    InputError
        If n_terms < 1.

    Notes
    -----
    Classical scaling of the square root of the Jensen-Shannon divergence in bits. It is a distance
    (Endres & Schindelin 2003) of points in a Euclidean space (Fuglede & Topsøe 2004), so that no
    eigenvalue is below zero. Topics that lie apart on the map differ; topics that lie together may
    differ on an axis that is not shown, the more so the less is `explained`. Takes time in
    proportion to K² V + K³.

    References
    ----------
    Torgerson (1952), Multidimensional scaling: I. Theory and method; Gower (1966), Some distance
    properties of latent root and vector methods used in multivariate analysis, Biometrika 53.
    Endres & Schindelin (2003), A new metric for probability distributions. Fuglede & Topsøe (2004),
    Jensen-Shannon divergence and Hilbert space embedding.
    """
    labels = suggest_labels(fit, n=n_terms)
    places, explained = _scaled(_divergences(fit.topic_term))
    return pd.DataFrame(
        {
            "topic": pd.Series(fit.topic_names, dtype="str"),
            "x": places[:, 0],
            "y": places[:, 1],
            "share": fit.shares_of_text,
            "theme": pd.Series(_themes(fit), dtype="str"),
            "terms": labels["label"],
            "explained": explained,
        }
    )


def _themes(fit: TopicFit) -> list[str]:
    found = [""] * fit.n_topics
    for theme, topics in fit.themes.items():
        for topic in topics:
            found[topic] = theme
    return found


def _divergences(topic_term: NDArray[np.float64]) -> NDArray[np.float64]:
    """Jensen-Shannon divergence of each two topics, bits, (K, K): rounded, so that ties are ties.

    The entropy of the mean less the mean of the entropies, half the square of Endres and
    Schindelin's distance (2003).
    """
    n_topics = len(topic_term)
    entropy = _entropies(topic_term)
    found = np.zeros((n_topics, n_topics))
    for k in range(n_topics):
        for start in range(k + 1, n_topics, _ROWS):
            others = slice(start, start + _ROWS)
            mixed = _entropies(0.5 * (topic_term[k] + topic_term[others]))
            above = (mixed - 0.5 * (entropy[k] + entropy[others])) / np.log(2.0)
            found[k, others] = np.round(np.clip(above, 0.0, 1.0), _DIGITS)
    return found + found.T


def _entropies(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Entropy of each row, nats."""
    # einsum, not @: its sums have one order whatever BLAS is installed.
    return np.asarray(-np.einsum("kv,kv->k", rows, np.log(np.maximum(rows, _LEAST))))


def _scaled(squared: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Places (K, 2) whose squared distances are nearest to those given, and what they hold.

    Gower (1966), section 2: the two leading eigenvectors of the centred matrix.
    """
    means = squared.mean(axis=1)
    products = -0.5 * (squared - (means[:, None] + means[None, :]) + means.mean())
    vectors = np.empty_like(products)
    jacobi(products, vectors)
    values = products.diagonal().copy()
    values[values < _ROUNDING] = 0.0
    first = np.argsort(-values, kind="stable")[:2]
    places = np.zeros((len(squared), 2))
    places[:, : len(first)] = vectors[:, first] * np.sqrt(values[first])
    total = float(values.sum())
    return _turned(places), float(values[first].sum()) / total if total > 0 else np.nan


def _turned(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each axis with the first of the topics that are farthest out, to nine digits, above zero."""
    size = np.abs(places)
    farthest = np.argmax(size >= size.max(axis=0) * (1.0 - 1e-9), axis=0)
    signs = np.where(places[farthest, [0, 1]] < 0, -1.0, 1.0)
    return np.asarray(places * signs + 0.0)  # + 0.0: no minus zero
