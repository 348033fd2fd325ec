"""Which topics do several fits of the same text agree on?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.measures.matching import Matches, matched, matches
from topoi.measures.rankings import average_jaccard, top_rankings
from topoi.models.base import normalised_rows

__all__ = ["consensus_topics"]


def consensus_topics(
    fits: Sequence[TopicFit], *, n: int = 20, n_random: int = 50, random_state: int = 0
) -> TopicFit:
    """One fit whose topics are means over the topics that several fits have in common.

    The fit that agrees most with the others is taken as it is; each of its topics is then averaged
    with the topics of other fits that are matched with it and more alike than 95 % of random
    topics. So a topic that no other fit has stays what it is, and is told apart by its support.

    Parameters
    ----------
    fits : two or more TopicFit of the same rows and terms and the same number of topics, such as
        from other random starts
    n : int >= 2, top terms by which topics are compared
    n_random : int >= 20, sets of random topics for the level of chance
    random_state : int >= 0, of chance

    Returns
    -------
    TopicFit
        Topics, shares (rows divided by their sums) and the document prior are means; names and
        themes are those of the fit that agrees most. Its provenance has an entry `consensus`:
        n_fits, `support` (for each topic the part of the fits that have it, itself included),
        `agreement` (mean similarity of matched topics) and the place of the fit in `fits`.

    Raises
    ------
    InputError
        If there are fewer than two fits, they differ in rows, terms or number of topics, or a
        setting is out of range.

    References
    ----------
    Belford, Mac Namee & Greene (2018), Stability of topic modeling via matrix factorization, for
    the aim; here topics are averaged, which keeps them probabilities.
    """
    at_least("n", n, 2, whole=True)
    at_least("n_random", n_random, 20, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    _check_alike(fits)
    ranked = [top_rankings(fit.topic_term, n) for fit in fits]
    agreement = [_agreement(ranked, one) for one in range(len(fits))]
    chosen = int(np.argmax(agreement))
    others = {
        other: matches(
            ranked[chosen], ranked[other], n_random=n_random,
            rng=np.random.default_rng(np.random.SeedSequence([random_state, chosen, other])),
        )
        for other in range(len(fits))
        if other != chosen
    }  # fmt: skip
    return _averaged(fits, chosen, others, agreement[chosen])


def _agreement(ranked: list[NDArray[np.int64]], one: int) -> float:
    """Mean similarity of a fit's topics and those of each other fit that they are matched with."""
    means = []
    for other in range(len(ranked)):
        if other != one:
            similarity = average_jaccard(ranked[one], ranked[other])
            means.append(similarity[np.arange(len(similarity)), matched(similarity)].mean())
    return float(np.mean(means))


def _averaged(
    fits: Sequence[TopicFit], chosen: int, others: dict[int, Matches], agreement: float
) -> TopicFit:
    base = fits[chosen]
    topics, shares = base.topic_term.copy(), base.doc_topic.copy()
    priors = [fit.document_prior for fit in fits]
    prior = None if any(p is None for p in priors) else np.array(base.document_prior)
    times = np.ones(base.n_topics)
    for other, match in others.items():
        kept, columns = np.flatnonzero(match.is_found), match.columns[match.is_found]
        topics[kept] += fits[other].topic_term[columns]
        shares[:, kept] += fits[other].doc_topic[:, columns]
        if prior is not None:
            prior[kept] += priors[other][columns]  # type: ignore[index]
        times[kept] += 1
    told = {
        "n_fits": len(fits),
        "fit": chosen,
        "agreement": agreement,
        "support": (times / len(fits)).tolist(),
    }
    return replace(
        base,
        topic_term=normalised_rows(topics),
        doc_topic=normalised_rows(shares / times),
        document_prior=None if prior is None else prior / times,
        provenance={**base.provenance, "consensus": told},
    )


def _check_alike(fits: Sequence[TopicFit]) -> None:
    if len(fits) < 2:
        raise InputError(f"A consensus needs two fits at least; got {len(fits)}.")
    first = fits[0]
    for place, fit in enumerate(fits[1:], start=2):
        if fit.vocabulary.terms != first.vocabulary.terms:
            raise InputError(f"Fit {place} has other terms than the first; fit the same matrix.")
        if fit.n_topics != first.n_topics:
            raise InputError(
                f"Fit {place} has {fit.n_topics} topics and the first {first.n_topics}; give fits "
                "with the same number of topics."
            )
        key = id_column(first.units)
        if key not in fit.units or list(fit.units[key]) != list(first.units[key]):
            raise InputError(f"Fit {place} has other rows than the first; fit the same matrix.")
