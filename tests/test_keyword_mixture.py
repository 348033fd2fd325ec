"""Are the two parts of a keyword topic weighed as keyATM's conditionals say?"""

import numpy as np
import pytest
from kernel_cases import padded

from topoi.models.keyword_mixture import KeywordTopics, pairs_of

KEYWORDS = [{0: 1.0, 3: 2.0}, {3: 1.0, 5: 0.5}]
BETA, KEYWORD_PRIOR = 0.05, 0.1
N_TERMS, N_TOPICS = 9, 4


def made(exclusive):
    return pairs_of(
        KEYWORDS,
        n_topics=N_TOPICS,
        n_terms=N_TERMS,
        free_prior=BETA,
        keyword_prior=KEYWORD_PRIOR,
        exclusive=exclusive,
    )


def plain_parts(counts, from_keywords, exclusive):
    """Probabilities (V, K) of the free and the keyword part times 1 - pi and pi, pi, and scales.

    from_keywords (V, K): the share of the tokens that came from the keyword part. Loops over
    topics and terms: Eshima, Imai & Sasaki (2024), the conditionals of the collapsed sampler.
    """
    free, keyword = np.zeros((N_TERMS, N_TOPICS)), np.zeros((N_TERMS, N_TOPICS))
    pi, slope = np.zeros(N_TOPICS), np.zeros((N_TERMS, N_TOPICS))
    for k in range(N_TOPICS):
        own = KEYWORDS[k] if k < len(KEYWORDS) else {}
        listed = {w for words in KEYWORDS for w in words}
        may = [w for w in range(N_TERMS) if w in own or w not in listed or not exclusive]
        n1 = {w: counts[w, k] * from_keywords[w, k] for w in own}
        n0 = {w: counts[w, k] - n1.get(w, 0.0) for w in range(N_TERMS)}
        if own:
            pi[k] = (sum(n1.values()) + 1) / (counts[:, k].sum() + 2)
        below = sum(n0.values()) + len(may) * BETA
        mass = sum(n1.values()) + KEYWORD_PRIOR * sum(own.values())
        for w in may:
            free[w, k] = (1 - pi[k]) * (n0[w] + BETA) / below
            slope[w, k] = (1 - pi[k]) / below
            if w in own:
                keyword[w, k] = pi[k] * (n1[w] + KEYWORD_PRIOR * own[w]) / mass
                share = keyword[w, k] / (free[w, k] + keyword[w, k])
                slope[w, k] = (1 - share) * (1 - pi[k]) / below + share * pi[k] / mass
    return free, keyword, pi, slope


def some_counts(exclusive, seed=0):
    counts = np.random.default_rng(seed).gamma(0.7, 5.0, (N_TERMS, N_TOPICS))
    if exclusive:
        for w in (0, 3, 5):
            for k in range(N_TOPICS):
                if k >= len(KEYWORDS) or w not in KEYWORDS[k]:
                    counts[w, k] = 0.0
    return counts


@pytest.mark.parametrize("exclusive", [True, False])
def test_weights_and_slopes_follow_the_conditionals_call_by_call(exclusive):
    topics = KeywordTopics(made(exclusive))
    from_keywords = np.full((N_TERMS, N_TOPICS), 0.5)  # before the first pass

    for seed in range(3):  # each call splits the counts as the one before left the parts
        counts = some_counts(exclusive, seed)
        found = topics.weigh(padded(counts))
        free, keyword, pi, slope = plain_parts(counts, from_keywords, exclusive)

        weight = (free + keyword).astype(np.float32)
        np.testing.assert_allclose(found.weight[:, :N_TOPICS], weight, rtol=1e-5)
        by_term = found.slope[found.slope_row][:, :N_TOPICS]
        np.testing.assert_allclose(by_term, slope, rtol=1e-5)
        assert not found.weight[:, N_TOPICS:].any()
        assert not found.slope[:, N_TOPICS:].any()
        with np.errstate(invalid="ignore"):
            from_keywords = np.nan_to_num(keyword / (free + keyword))
        np.testing.assert_allclose(topics.mixture(padded(counts)).pi > 0, pi > 0)


@pytest.mark.parametrize("exclusive", [True, False])
def test_topics_are_distributions_closed_where_they_should_be(exclusive):
    topics = KeywordTopics(made(exclusive))

    phi = topics.topic_term(padded(some_counts(exclusive)))

    np.testing.assert_allclose(phi.sum(axis=1), 1.0, atol=1e-12)
    free, keyword, *_ = plain_parts(
        some_counts(exclusive), np.full((N_TERMS, N_TOPICS), 0.5), exclusive
    )
    expected = (free + keyword).T
    np.testing.assert_allclose(phi, expected / expected.sum(axis=1, keepdims=True), rtol=1e-5)
    assert (phi == 0).sum() == (0 if not exclusive else 8)  # 12 pairs of 3 keywords, 4 of them own


def test_without_keywords_the_weights_are_those_of_lda():
    pairs = pairs_of([], n_topics=3, n_terms=5, free_prior=0.2, keyword_prior=0.1, exclusive=True)
    counts = padded(np.random.default_rng(0).gamma(1.0, 2.0, (5, 3)))

    found = KeywordTopics(pairs).weigh(counts)

    smoothed = counts[:, :3].astype(float) + 0.2
    np.testing.assert_allclose(found.weight[:, :3], smoothed / smoothed.sum(axis=0), rtol=1e-6)
    np.testing.assert_allclose(found.slope[0, :3], 1 / smoothed.sum(axis=0), rtol=1e-6)
