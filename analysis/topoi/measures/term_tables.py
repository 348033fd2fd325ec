"""Which terms could stand for each topic or theme, whatever they are ranked by?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.fit import TopicFit
from topoi.measures.term_scores import frex, lift
from topoi.measures.theme_explanation import spoken_alone
from topoi.measures.theme_fit import ThemeFit
from topoi.measures.theme_marks import marks_of

__all__ = ["theme_terms", "topic_terms"]

_RELEVANCE = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # weights of log probability beside log lift
_LEAST_POSTERIOR = 0.05
_FEWEST = 3  # tokens; the lift of a rarer term says nothing
_LIFT = 1.5  # a word speaks for a theme where alone it does so much more than no word

_TOPIC_COLUMNS = {
    "topic": "str",
    "term": "str",
    "probability": "float64",
    "posterior": "float64",
    "lift": "float64",
    "frex": "float64",
    "n_tokens": "int64",
}
_THEME_COLUMNS = {
    "theme": "str",
    "term": "str",
    "is_seed": "bool",
    "alone": "float64",
    "n_tokens": "int64",
}


def topic_terms(fit: TopicFit, *, n: int = 30) -> pd.DataFrame:
    """The terms that are among the n best of a topic by probability, FREX or some relevance.

    Parameters
    ----------
    fit : TopicFit
    n : int >= 1, terms a topic and ranking

    Returns
    -------
    DataFrame
        topic, term (str), probability (float64, of the term in the topic), posterior (float64, of
        the topic given one token of the term: p(k | v) ~ p(v | k) p(k)), lift (float64:
        probability in the topic over that in the text), frex (float64 in (0, 1], at equal
        weights), n_tokens (int64, of the term in the text). For each topic in order its best
        terms, and those of other topics that are in it by 5 % or more of their tokens, by
        falling probability, ties by the alphabet.

    Raises
    ------
    InputError
        If n < 1.

    Notes
    -----
    Relevance is w log probability + (1 - w) log lift. Terms that are among the n best for w of 0,
    .2 ... 1 are there, so that they can be ranked anew for any w; terms of fewer than three tokens
    are left to probability.

    References
    ----------
    Sievert & Shirley (2014), LDAvis, equation 1; Bischof & Airoldi (2012), ICML, for FREX.
    """
    at_least("n", n, 1, whole=True)
    probability, tokens = fit.topic_term, fit.vocabulary.term_freq
    scores = {"lift": lift(probability, tokens), "frex": frex(probability, tokens, 0.5)}
    posterior = _posterior(fit)
    chosen = _best(probability, scores, tokens, n)
    listed = np.asarray(chosen.any(axis=0))
    chosen |= listed[np.newaxis, :] & (posterior >= _LEAST_POSTERIOR)
    terms = np.array(fit.vocabulary.terms, dtype=object)
    frames = []
    for topic, name in enumerate(fit.topic_names):
        columns = np.flatnonzero(chosen[topic])
        columns = columns[np.argsort(-probability[topic, columns], kind="stable")]
        frames.append(
            pd.DataFrame(
                {
                    "topic": name,
                    "term": terms[columns],
                    "probability": probability[topic, columns],
                    "posterior": posterior[topic, columns],
                    "lift": scores["lift"][topic, columns],
                    "frex": scores["frex"][topic, columns],
                    "n_tokens": tokens[columns],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)[list(_TOPIC_COLUMNS)].astype(_TOPIC_COLUMNS)


def theme_terms(fit: ThemeFit, *, n: int = 200) -> pd.DataFrame:
    """The seeds of each theme that occur, and the terms that speak most for it.

    Parameters
    ----------
    fit : ThemeFit
    n : int >= 1, terms a theme beside its seeds

    Returns
    -------
    DataFrame
        theme, term (str), is_seed (bool), alone (float64, in [0, 1]: how far the term speaks of
        the theme with no other word beside it, see `explain_share`), n_tokens (int64, in the text);
        in the order of themes, then by falling alone, ties by the alphabet. A term that is no seed
        is there where it speaks half as much again for the theme as no word does.

    Raises
    ------
    InputError
        If n < 1.
    """
    at_least("n", n, 1, whole=True)
    marks = marks_of(fit.themes, fit.vocabulary)
    tokens = fit.vocabulary.term_freq
    columns = np.arange(len(tokens), dtype=np.int32)
    nothing, alone = spoken_alone(fit, columns, marks)
    terms = np.array(fit.vocabulary.terms, dtype=object)
    frames = []
    for place, theme in enumerate(fit.themes.names):
        order = np.argsort(-alone[:, place], kind="stable")
        is_seed = marks.seeds[order, place] > 0
        speaks = ~is_seed & (alone[order, place] >= _LIFT * nothing[place])
        kept = order[is_seed | (speaks & (np.cumsum(speaks) <= n))]
        frames.append(
            pd.DataFrame(
                {
                    "theme": theme,
                    "term": terms[kept],
                    "is_seed": marks.seeds[kept, place] > 0,
                    "alone": alone[kept, place],
                    "n_tokens": tokens[kept],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)[list(_THEME_COLUMNS)].astype(_THEME_COLUMNS)


def _posterior(fit: TopicFit) -> NDArray[np.float64]:
    """Probability of each topic given a token of each term, (K, V); 0 for terms of no topic."""
    joint = fit.topic_term * fit.shares_of_text[:, np.newaxis]
    total = joint.sum(axis=0)
    found: NDArray[np.float64] = joint / np.where(total > 0, total, 1.0)
    return found


def _best(
    probability: NDArray[np.float64],
    scores: dict[str, NDArray[np.float64]],
    tokens: NDArray[np.int64],
    n: int,
) -> NDArray[np.bool_]:
    """Whether a term is among the n best of a topic by a ranking, (K, V)."""
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log(probability), -1e9), np.maximum(np.log(scores["lift"]), -1e9)
    frequent = np.where(tokens >= _FEWEST, 0.0, -np.inf)
    rankings = [probability, scores["frex"] + frequent]
    rankings += [w * logs[0] + (1.0 - w) * logs[1] + frequent for w in _RELEVANCE[:-1]]
    chosen = np.zeros(probability.shape, dtype=np.bool_)
    for values in rankings:
        best = np.argsort(-values, axis=1, kind="stable")[:, :n]
        np.put_along_axis(chosen, best, np.isfinite(np.take_along_axis(values, best, 1)), axis=1)
    return chosen & (probability > 0)
