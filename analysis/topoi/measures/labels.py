"""What could each topic be called?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.fit import TopicFit
from topoi.measures.term_scores import frex
from topoi.measures.word_roots import distinct_terms

__all__ = ["suggest_labels"]

_POOL = 50  # most probable terms of a topic, from which a label is taken
_PHRASES = 12  # best of these by FREX, of which a phrase goes first


def suggest_labels(fit: TopicFit, *, n: int = 3, frex_weight: float = 0.5) -> pd.DataFrame:
    """A label for each topic from terms that are frequent in it and tell it from the others.

    Of the 50 most probable terms the best by FREX make the label. A phrase among the best twelve
    goes first, since "border patrol" says more than "patrol". Terms that share a word but for its
    ending are not repeated, and no two topics get the same label.

    Parameters
    ----------
    fit : TopicFit
    n : int >= 1, terms of a label
    frex_weight : float in [0, 1], of exclusivity beside frequency

    Returns
    -------
    DataFrame
        topic, label (str; a topic without terms keeps its name), others (str: the next five terms
        by FREX, ", " between them); in the order of topics.
        ``fit.rename(dict(zip(labels["topic"], labels["label"])))`` takes them; read the topic's
        texts first (`typical_passages`), for a label is a claim.

    Raises
    ------
    InputError
        If a setting is out of range.

    References
    ----------
    Bischof & Airoldi (2012), Summarizing topical content with word frequency and exclusivity, ICML.
    """
    at_least("n", n, 1, whole=True)
    at_least("frex_weight", frex_weight, 0.0, most=1.0)
    scores = frex(fit.topic_term, fit.vocabulary.term_freq, frex_weight)
    names = zip(fit.topic_names, fit.topic_term, strict=True)
    taken = {name for name, probability in names if not (probability > 0).any()}
    rows = []
    for name, probability, score in zip(fit.topic_names, fit.topic_term, scores, strict=True):
        ranked = _ranked(fit, probability, score)
        label, rest = _label(ranked, n, taken)
        if label:
            taken.add(label)
        rows.append((name, label or name, ", ".join(rest[:5])))
    return pd.DataFrame(rows, columns=["topic", "label", "others"]).astype("str")


def _ranked(
    fit: TopicFit, probability: NDArray[np.float64], score: NDArray[np.float64]
) -> list[str]:
    """The most probable terms by FREX, ties by probability and then the alphabet."""
    pool = np.argsort(-probability, kind="stable")[:_POOL]
    pool = pool[probability[pool] > 0]
    order = np.lexsort((pool, -probability[pool], -score[pool]))
    return [fit.vocabulary.terms[column] for column in pool[order]]


def _label(ranked: list[str], n: int, taken: set[str]) -> tuple[str, list[str]]:
    """The label, longer than n terms only where another topic has it, and the terms left over."""
    phrases = [term for term in ranked[:_PHRASES] if " " in term]
    ordered = [*phrases[:1], *(term for term in ranked if term not in phrases[:1])]
    chosen = distinct_terms(ordered, len(ordered))
    size = n
    while ", ".join(chosen[:size]) in taken and size < len(chosen):
        size += 1
    label = ", ".join(chosen[:size])
    number = 2
    while label in taken:
        label = f"{', '.join(chosen[:size])} ({number})"
        number += 1
    return label, [term for term in ranked if term not in chosen[:size]]
