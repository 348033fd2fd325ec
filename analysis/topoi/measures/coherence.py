"""Whether the top terms of a topic occur together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least, one_of
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.measures.coherence_scores import SCORES, pair_values
from topoi.measures.cooccurrence import Counted, reference_for
from topoi.measures.resampled import basic_limits, check_resampling, row_draws
from topoi.measures.terms import top_columns
from topoi.text.matrix import DocTermMatrix
from topoi.text.sequences import TermSequences, term_sequences
from topoi.text.settings import WordSettings

__all__ = ["coherence", "npmi"]

_WINDOWS = {"umass": 0, "uci": 10, "npmi": 10, "c_v": 110}  # words, 0 is the whole row
_EPSILONS = {"umass": 1.0, "uci": 1e-12, "npmi": 1e-12, "c_v": 1e-12}
_BOUNDED = ("npmi", "c_v")  # those that have a value for an epsilon of 0
_AGGREGATES = ("mean", "sum")


def coherence(
    fit: TopicFit,
    text: Corpus | TermSequences | DocTermMatrix,
    *,
    measure: str = "npmi",
    n: int = 10,
    window: int | None = None,
    epsilon: float | None = None,
    aggregate: str = "mean",
    n_resamples: int = 0,
    level: float = 0.95,
    random_state: int = 0,
    **words: Unpack[WordSettings],
) -> pd.DataFrame:
    """How much the top n terms of each topic occur together, with all that the number rests on.

    Parameters
    ----------
    fit : TopicFit
    text : what the terms are counted in: the text that was fitted, or better another
        A `Corpus`, whose words stand in order; `term_sequences`, the same read once for several
        calls; or a `DocTermMatrix` of the fit's terms, of which only whole rows are windows.
    measure : {"umass", "uci", "npmi", "c_v"}
        "umass": log (D(v, u) + epsilon) / D(u) over pairs, u the higher-ranked term, D windows
        that hold the terms. "uci": pointwise mutual information log (P(u, v) + epsilon) /
        (P(u) P(v)). "npmi": that divided by -log (P(u, v) + epsilon), in [-1, 1]. "c_v": mean
        cosine of each term's vector of NPMI with the terms (itself among them) and the sum of
        these vectors, in [-1, 1]; vectors are not raised to a power.
    n : int >= 2, top terms a topic; terms of probability 0 in a topic are none of its top terms
    window : int, words of a sliding window; 0 is the whole row (of a Corpus: text or passage)
        None is 0 for "umass" and a matrix, 10 for "uci" and "npmi", 110 for "c_v". A row of m
        words has max(1, m - window + 1) windows, one without words none.
    epsilon : float >= 0, against the logarithm of 0; None is 1 window for "umass", a probability
        of 1e-12 for the others; 0 gives a pair never seen together an NPMI of -1, its limit
    aggregate : {"mean", "sum"}, over the pairs; "c_v" is a mean in any case
    n_resamples : int >= 0, resamples of documents for the interval; 0 leaves it out
    level : float in (0, 1), of the interval
    random_state : int >= 0, of the resamples
    words : for a Corpus, settings of `vectorise` that say what one word is; see `term_sequences`

    Returns
    -------
    DataFrame
        In the order of topics: topic (str), coherence (float64), with resamples lower, upper
        (float64: basic bootstrap over documents, topics as they are; within [-1, 1] for means of
        "npmi" and "c_v"), n_terms (int64: top terms that occur in the text; only they are paired),
        measure (str), window (int64), epsilon (float64), n (int64), aggregate (str), n_windows
        (int64), reference (str: first 12 digits of the sha256 of the text).

        A topic with fewer than two terms that occur has coherence NaN, and `n_terms` says so.

    Raises
    ------
    InputError
        If a setting is out of range, epsilon is 0 for "umass" or "uci", the text is of other
        terms than the fit, or a window is asked of a matrix.

    Notes
    -----
    Coherence over the fitted text favours topics of common words: look at exclusivity as well
    (`topic_quality`), and compare numbers of equal settings and reference only. gensim 4.4 loses
    a word that occurs twice in a window as soon as the window passes the first one, counts texts
    without words as windows, and gives a pair in all windows NPMI -1; elsewhere ours is its value.

    References
    ----------
    Mimno, Wallach, Talley, Leenders & McCallum (2011), Optimizing semantic coherence in topic
    models, EMNLP, for "umass" (they sum); Newman, Lau, Grieser & Baldwin (2010) for "uci"; Bouma
    (2009) and Aletras & Stevenson (2013) for "npmi"; Röder, Both & Hinneburg (2015), Exploring the
    space of topic coherence measures, WSDM, for "c_v", windows and epsilon.
    """
    check_resampling(n_resamples, level, random_state)
    if isinstance(text, Corpus):
        text = term_sequences(text, fit.vocabulary, **words)
    elif words:
        raise InputError(f"{listed(words)} can be given with a Corpus only.")
    is_matrix = isinstance(text, DocTermMatrix)
    setting = _setting(
        measure, n, 0 if is_matrix and window is None else window, epsilon, aggregate
    )
    best = top_columns(fit.topic_term, n)
    columns = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *best]))
    reference = reference_for(text, fit.vocabulary.terms, columns, setting.window)
    slots = [np.searchsorted(columns, row) for row in best]
    counted = reference.count()
    scores = setting.scores(slots, counted)
    limits = {}
    if n_resamples:
        again = [
            setting.scores(slots, reference.count(weights))
            for weights in row_draws(reference.doc_ids, n_resamples, random_state)
        ]
        lower, upper = basic_limits(scores, scores, again, level, bounds=setting.bounds)
        limits = {"lower": lower, "upper": upper}
    occurs = counted.together.diagonal() > 0
    return pd.DataFrame(
        {
            "topic": pd.Series(fit.topic_names, dtype="str"),
            "coherence": scores,
            **limits,
            "n_terms": np.array([occurs[row].sum() for row in slots], dtype=np.int64),
            **setting.columns(len(slots)),
            "n_windows": np.int64(counted.n_windows),
            "reference": pd.Series([reference.sha256[:12]] * len(slots), dtype="str"),
        }
    )


def npmi(fit: TopicFit, matrix: DocTermMatrix, *, n: int = 10) -> pd.DataFrame:
    """Normalised pointwise mutual information of each topic's top n terms, over the rows.

    Parameters
    ----------
    fit : TopicFit
    matrix : DocTermMatrix with the same vocabulary; two terms occur together when a row has both
    n : int >= 2, top terms a topic

    Returns
    -------
    DataFrame
        topic (str), npmi (float64 in [-1, 1]: the mean over pairs; pairs never seen together
        count -1; NaN with fewer than two terms that occur), n_terms (int64, top terms that
        occur in the matrix), window (str, "row"); in the order of topics.

    Raises
    ------
    InputError
        If n < 2 or the vocabularies differ.

    See Also
    --------
    coherence : the same with other measures, windows and intervals.
    """
    found = coherence(fit, matrix, measure="npmi", n=n, window=0, epsilon=0.0)
    found = found.rename(columns={"coherence": "npmi"})[["topic", "npmi", "n_terms"]]
    return found.assign(window=pd.Series("row", index=found.index, dtype="str"))


@dataclass(frozen=True)
class _Setting:
    measure: str
    n: int
    window: int
    epsilon: float
    aggregate: str

    def scores(self, slots: list[NDArray[np.int64]], counted: Counted) -> NDArray[np.float64]:
        """The coherence of each topic."""
        return np.array([self._score(row, counted) for row in slots], dtype=np.float64)

    def _score(self, slots: NDArray[np.int64], counted: Counted) -> float:
        values = pair_values(self.measure, counted, slots, self.epsilon)
        if not len(values):
            return float("nan")
        return float(values.sum() if self.aggregate == "sum" else values.mean())

    @property
    def bounds(self) -> NDArray[np.float64]:
        """Least and greatest value of a topic, shape (2,); infinite of a sum over its pairs."""
        is_bounded = self.measure in _BOUNDED and self.aggregate == "mean"
        most = 1.0 if is_bounded else np.inf
        return np.array([-most, most])

    def columns(self, n_rows: int) -> dict[str, Any]:
        """What is to be stored beside each number."""
        return {
            "measure": pd.Series([self.measure] * n_rows, dtype="str"),
            "window": np.int64(self.window),
            "epsilon": self.epsilon,
            "n": np.int64(self.n),
            "aggregate": pd.Series([self.aggregate] * n_rows, dtype="str"),
        }


def _setting(
    measure: str, n: int, window: int | None, epsilon: float | None, aggregate: str
) -> _Setting:
    one_of("measure", measure, SCORES)
    one_of("aggregate", aggregate, _AGGREGATES)
    at_least("n", n, 2, whole=True)
    chosen = _WINDOWS[measure] if window is None else window
    at_least("window", chosen, 0, whole=True)
    if chosen == 1:
        raise InputError("window is 1, and no two words stand in one; give 2 or more, or 0.")
    small = _EPSILONS[measure] if epsilon is None else epsilon
    at_least("epsilon", small, 0.0)
    if small == 0 and measure not in _BOUNDED:
        raise InputError(
            f"epsilon is 0, and {measure!r} of a pair never seen together is then minus infinity; "
            f"give a number > 0, or take {' or '.join(_BOUNDED)}."
        )
    used = "mean" if measure == "c_v" else aggregate
    return _Setting(measure, n, int(chosen), float(small), used)
