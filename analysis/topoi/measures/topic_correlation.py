"""Which topics go together in documents more than their frequency has it?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.measures.resampled import basic_limits, check_resampling, row_draws

__all__ = ["topic_correlation"]


def topic_correlation(
    fit: TopicFit, *, n_resamples: int = 200, level: float = 0.95, random_state: int = 0
) -> pd.DataFrame:
    """Correlation of the shares of each two topics over documents, beside what it must be at least.

    Parameters
    ----------
    fit : TopicFit; shares of passages are averaged over their document, by tokens
    n_resamples : int >= 2, resamples of documents for the intervals
    level : float in (0, 1), of the intervals
    random_state : int >= 0, of the resamples

    Returns
    -------
    DataFrame
        topic, other (str), correlation, lower, upper (float64 in [-1, 1]: basic bootstrap over
        documents), expected (float64 in [-1, 0]), is_link (bool), n_documents (int64); a row for
        each two topics, in their order.

        Shares sum to 1, so that what one topic has the others lack: `expected` is the correlation
        of shares that follow from a Dirichlet distribution with these means,
        -sqrt(p q / ((1 - p) (1 - q))), and nothing else. `is_link`: the interval of the correlation
        less what is expected lies above 0. Of unrelated topics some 2.5 % are called links at the
        usual level. NaN and no link where a topic has the same share in all documents.

    Raises
    ------
    InputError
        If there are fewer than 3 documents or two topics, or a setting is out of range.

    References
    ----------
    Aitchison (1986), The statistical analysis of compositional data, chapter 3, on the bias that
    a constant sum brings about.
    """
    check_resampling(n_resamples, level, random_state)
    if n_resamples < 2:
        raise InputError(f"n_resamples must be an int >= 2; got {n_resamples}.")
    shares, names = _of_documents(fit)
    if len(names) < 3 or fit.n_topics < 2:
        raise InputError(
            f"Correlations need 3 documents and 2 topics at least; the fit has {len(names)} and "
            f"{fit.n_topics}."
        )
    found, expected = _correlated(shares, np.ones(len(names), dtype=np.int64))
    again = [_correlated(shares, w) for w in row_draws(names, n_resamples, random_state)]
    bounds = np.array([-1.0, 1.0])
    lower, upper = basic_limits(found, found, [r for r, _ in again], level, bounds=bounds)
    over = found - expected
    least, _ = basic_limits(over, over, [r - e for r, e in again], level, bounds=2.0 * bounds)
    first, second = np.triu_indices(fit.n_topics, k=1)
    topics = np.array(fit.topic_names, dtype=object)
    return pd.DataFrame(
        {
            "topic": pd.Series(topics[first], dtype="str"),
            "other": pd.Series(topics[second], dtype="str"),
            "correlation": found,
            "lower": lower,
            "upper": upper,
            "expected": expected,
            "is_link": least > 0,
            "n_documents": np.int64(len(names)),
        }
    )


def _of_documents(fit: TopicFit) -> tuple[NDArray[np.float64], list[str]]:
    """Shares (D, K) of the documents by tokens, in the order of their ids, and the ids."""
    codes, names = pd.factorize(fit.units["doc_id"].astype("str"), sort=True)
    n_tokens = np.maximum(fit.units["n_tokens"].to_numpy(dtype=np.float64), 1e-9)
    total = np.bincount(codes, n_tokens, minlength=len(names))
    columns = [
        np.bincount(codes, n_tokens * share, minlength=len(names)) / total
        for share in fit.doc_topic.T
    ]
    return np.stack(columns, axis=1), list(names)


def _correlated(
    shares: NDArray[np.float64], weights: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Correlations of all pairs of columns, and what is expected of them, each (K (K - 1) / 2,)."""
    part = weights / weights.sum()
    means = np.einsum("d,dk->k", part, shares)
    centred = shares - means
    # Of two tables, einsum has one order of sums; with "optimize" it would leave them to BLAS.
    products = np.einsum("dk,dl->kl", part[:, None] * centred, centred)
    variances = products.diagonal()
    first, second = np.triu_indices(len(means), k=1)
    scale = np.sqrt(variances[first] * variances[second])
    odds = means / np.maximum(1.0 - means, 1e-300)
    # Below, a spread is rounding alone.
    varies = (variances > 1e-24)[first] & (variances > 1e-24)[second]
    found = np.where(varies, products[first, second] / np.where(varies, scale, 1.0), np.nan)
    expected = -np.minimum(np.sqrt(odds[first] * odds[second]), 1.0)
    return np.clip(found, -1.0, 1.0), expected
