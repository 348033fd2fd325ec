"""How much do the topics of a fit say the same?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from topoi.checks import at_least
from topoi.fit import TopicFit
from topoi.measures.rankings import rank_biased_overlap, top_rankings

__all__ = ["topic_diversity", "topic_overlap"]


def topic_overlap(fit: TopicFit, *, n: int = 50, p: float = 0.9) -> pd.DataFrame:
    """Rank-biased overlap of the top n terms of each two topics.

    Parameters
    ----------
    fit : TopicFit
    n : int >= 1, top terms a topic
    p : float in [0.01, 0.999], how far down one reads: a depth weighs p times the one above it

    Returns
    -------
    DataFrame
        topic, other (str), overlap (float64 in [0, 1], 1 for equal rankings), n_shared (int64,
        terms that both have among their n); a row for each two topics, in their order.

    Raises
    ------
    InputError
        If a setting is out of range.

    References
    ----------
    Webber, Moffat & Zobel (2010), A similarity measure for indefinite rankings, ACM TOIS 28.
    """
    at_least("n", n, 1, whole=True)
    at_least("p", p, 0.01, most=0.999)
    ranked = top_rankings(fit.topic_term, n)
    first, second = np.triu_indices(fit.n_topics, k=1)
    names = np.array(fit.topic_names, dtype=object)
    shared = [
        np.intersect1d(one[one >= 0], two)
        for one, two in zip(ranked[first], ranked[second], strict=True)
    ]
    return pd.DataFrame(
        {
            "topic": pd.Series(names[first], dtype="str"),
            "other": pd.Series(names[second], dtype="str"),
            "overlap": rank_biased_overlap(ranked, ranked, p)[first, second],
            "n_shared": np.array([len(terms) for terms in shared], dtype=np.int64),
        }
    )


def topic_diversity(fit: TopicFit, *, n: int = 25, p: float = 0.9) -> pd.DataFrame:
    """How many different top terms the topics have, and how far they overlap on the whole.

    Parameters
    ----------
    fit : TopicFit
    n, p : as for `topic_overlap`

    Returns
    -------
    DataFrame
        One row: n_topics, n (int64), diversity (float64 in (0, 1]: different terms over all
        places in the lists of top terms), overlap (float64: mean of `topic_overlap`; NaN for one
        topic).

    Raises
    ------
    InputError
        If a setting is out of range.

    References
    ----------
    Dieng, Ruiz & Blei (2020), Topic modeling in embedding spaces, TACL 8, section 6: diversity.
    """
    pairs = topic_overlap(fit, n=n, p=p)
    ranked = top_rankings(fit.topic_term, n)
    terms = ranked[ranked >= 0]
    return pd.DataFrame(
        {
            "n_topics": np.array([fit.n_topics], dtype=np.int64),
            "n": np.array([n], dtype=np.int64),
            "diversity": [len(np.unique(terms)) / len(terms)],
            "overlap": [pairs["overlap"].mean() if len(pairs) else np.nan],
        }
    )
