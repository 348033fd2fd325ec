"""Are topics as far apart on the map as their words differ, and mixes of themes what was said?"""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon, pdist
from test_edited_topics import fit_of

from topoi.errors import InputError
from topoi.measures.prevalence import prevalence
from topoi.measures.theme_mix import theme_mix
from topoi.measures.topic_map import _turned, topic_map

THEMES = ("root_causes", "border_security", "legal_pathways")


def map_of(topics, **more):
    shares = np.full((2, len(topics)), 1.0 / len(topics))
    return topic_map(fit_of(topics, shares, **more))


def random_topics(n_topics, seed=0):
    return np.random.default_rng(seed).dirichlet(np.full(30, 0.2), n_topics)


def distances(table):
    return pdist(table[["x", "y"]].to_numpy())


# --- the map ----------------------------------------------------------------------------------


def test_topics_without_a_common_term_are_one_apart():
    two = map_of([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]])
    three = map_of(np.eye(3))

    np.testing.assert_allclose(two[["x", "y"]], [[0.5, 0.0], [-0.5, 0.0]], rtol=1e-12)
    np.testing.assert_allclose(distances(three), 1.0, rtol=1e-12)
    np.testing.assert_allclose(two["explained"], 1.0, rtol=1e-12)
    np.testing.assert_allclose(three["explained"], 1.0, rtol=1e-12)


def test_three_topics_have_their_jensen_shannon_distances():
    topics = random_topics(3)

    table = map_of(topics)

    # 1e-6: the square root of divergences that are rounded to 12 digits
    np.testing.assert_allclose(distances(table), pdist(topics, jensenshannon_bits), atol=1e-6)


def jensenshannon_bits(one, other):
    return jensenshannon(one, other, base=2)


def test_many_topics_lie_as_the_leading_eigenvectors_have_it():
    topics = random_topics(9, seed=4)
    table = map_of(topics)

    squared = np.array([[jensenshannon_bits(a, b) ** 2 for a in topics] for b in topics])
    centre = np.eye(9) - 1 / 9
    values, vectors = np.linalg.eigh(-0.5 * centre @ squared @ centre)
    leading = vectors[:, -2:] * np.sqrt(values[-2:])

    np.testing.assert_allclose(distances(table), pdist(leading), atol=1e-9)
    np.testing.assert_allclose(table["explained"], values[-2:].sum() / values.sum(), rtol=1e-9)
    assert table["x"].var() > table["y"].var()
    np.testing.assert_allclose(table[["x", "y"]].mean(), 0.0, atol=1e-12)


def test_equal_topics_have_one_place_and_nothing_is_explained():
    one = map_of([[0.5, 0.5]])
    same = map_of([[0.2, 0.8]] * 3)
    pair = map_of([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [0.5, 0.5, 0.0]])

    for table in (one, same):
        assert not table[["x", "y"]].to_numpy().any()
        assert table["explained"].isna().all()
    np.testing.assert_allclose(pair.loc[0, ["x", "y"]], pair.loc[2, ["x", "y"]], atol=1e-9)


def test_noise_in_the_last_digits_moves_no_topic():
    # Equidistant topics: every direction is as good as any other, so rounding could choose.
    topics = np.kron(np.eye(6), [0.5, 0.5])
    noise = 1.0 + 1e-15 * np.random.default_rng(1).integers(-2, 3, topics.shape)

    plain, moved = map_of(topics), map_of(topics * noise)

    np.testing.assert_allclose(moved[["x", "y"]], plain[["x", "y"]], atol=1e-9)


def test_the_first_of_the_farthest_topics_is_on_the_positive_side():
    topics = [[0.6, 0.4, 0.0], [0.4, 0.6, 0.0], [0.0, 0.0, 1.0]]

    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        table = map_of([topics[k] for k in order])
        assert table["x"][order.index(2)] == table["x"].max() > 0
        assert np.sign(table["y"][[order.index(0), order.index(1)]]).tolist() in ([1, -1], [-1, 1])
        first = min(order.index(0), order.index(1))
        assert table["y"][first] > 0


def test_topics_equally_far_out_to_nine_digits_are_a_tie():
    places = np.array([[-0.5, 0.1], [0.5 + 1e-13, -0.2]])

    np.testing.assert_array_equal(_turned(places), [[0.5, -0.1], [-0.5 - 1e-13, 0.2]])


def test_a_map_says_the_share_the_theme_and_the_terms():
    fit = fit_of(
        np.eye(3) * 0.7 + 0.1, [[0.5, 0.3, 0.2]], ["gang", "visa", "wall"],
        topic_names=("root_causes", "legal_pathways", "residual 1"),
        themes={"root_causes": (0,), "legal_pathways": (1,)},
    )  # fmt: skip

    table = topic_map(fit, n_terms=1)

    assert list(table.columns) == ["topic", "x", "y", "share", "theme", "terms", "explained"]
    assert table["topic"].tolist() == ["root_causes", "legal_pathways", "residual 1"]
    assert table["theme"].tolist() == ["root_causes", "legal_pathways", ""]
    assert table["terms"].tolist() == ["gang", "visa", "wall"]
    np.testing.assert_allclose(table["share"], [0.5, 0.3, 0.2])
    with pytest.raises(InputError, match="n must be an int >= 1; got 0"):
        topic_map(fit, n_terms=0)


# --- the mix ----------------------------------------------------------------------------------


def shares_of(rows, **more):
    """A table of shares: rows are (doc_id, source, date, n_tokens, the three shares)."""
    found = [
        (doc, source, date, n_tokens, theme, share)
        for doc, source, date, n_tokens, *shares in rows
        for theme, share in zip(THEMES, shares, strict=False)
    ]
    columns = ["doc_id", "source", "date", "n_tokens", "theme", "share"]
    table = pd.DataFrame(found, columns=columns)
    return table.assign(date=pd.to_datetime(table["date"]), **more)


def many(n=40, total=None, seed=3):
    rng = np.random.default_rng(seed)
    shares = rng.uniform(0.0, 0.3, (n, 3))
    if total is not None:
        shares *= total / shares.sum(axis=1, keepdims=True)
    return shares_of(
        (f"d{k:02d}", "ab"[k % 2], f"202{k % 3}-04-05", 50 + 7 * k, *row)
        for k, row in enumerate(shares)
    )


def test_parts_are_shares_of_what_is_said_on_the_themes():
    table = shares_of(
        [("a", "x", "2020-01-01", 10, 0.2, 0.2, 0.0), ("b", "x", "2020-01-01", 30, 0.1, 0.0, 0.3)]
    )

    mix = theme_mix(table)

    # tokens on the themes: 2 + 3, 2 + 0 and 0 + 9 of 40
    assert mix["name"].tolist() == list(THEMES)
    np.testing.assert_allclose(mix["estimate"], [5 / 16, 2 / 16, 9 / 16], rtol=1e-12)
    np.testing.assert_allclose(mix["said"], 16 / 40, rtol=1e-12)
    assert mix["n_tokens"].tolist() == [40.0] * 3
    assert mix["n_documents"].tolist() == [2] * 3
    assert mix["lower"].isna().all()  # of two documents
    assert set(mix["weighting"]) == {"tokens on the themes"}


def test_parts_of_each_cell_add_up_to_one():
    mix = theme_mix(many(), by="source", freq="Y")

    sums = mix.groupby(["group", "period"])["estimate"].sum()
    assert len(sums) == 6
    np.testing.assert_allclose(sums, 1.0, rtol=1e-12)
    assert ((mix["lower"] < mix["estimate"]) & (mix["estimate"] < mix["upper"])).all()


def test_where_all_documents_say_as_much_a_mix_is_prevalence_rescaled():
    table = many(total=0.5)

    mix, plain = (f(table, by="source", random_state=2) for f in (theme_mix, prevalence))

    # the same draws of documents, so intervals agree but for rounding
    columns = ["estimate", "lower", "upper"]
    np.testing.assert_allclose(mix[columns], plain[columns] / 0.5, rtol=1e-9)
    np.testing.assert_allclose(mix["said"], 0.5, rtol=1e-12)


def test_passages_count_by_what_they_say():
    whole = shares_of([("a", "x", "2020-01-01", 40, 0.125, 0.05, 0.225)])
    cut = shares_of(
        [("a", "x", "2020-01-01", 10, 0.2, 0.2, 0.0), ("a", "x", "2020-01-01", 30, 0.1, 0.0, 0.3)],
        passage_id=["p1"] * 3 + ["p2"] * 3,
    )

    one, other = theme_mix(whole), theme_mix(cut)

    np.testing.assert_allclose(other["estimate"], one["estimate"], rtol=1e-12)
    np.testing.assert_allclose(other["said"], one["said"], rtol=1e-12)


def test_text_that_says_nothing_has_tokens_but_no_part():
    table = shares_of(
        [
            ("a", "x", "2020-01-01", 10, 0.2, 0.2, 0.1),
            ("b", "x", "2020-01-01", 30, 0.0, 0.0, 0.0),
            ("c", "y", "2020-01-01", 30, 0.0, 0.0, 0.0),
        ]
    )

    mix = theme_mix(table, by="source")

    assert set(mix["group"]) == {"x"}
    assert mix["n_tokens"].tolist() == [40.0] * 3
    np.testing.assert_allclose(mix["said"], 5 / 40, rtol=1e-12)
    assert mix["n_documents"].tolist() == [1] * 3


def test_a_weight_of_two_is_a_document_twice():
    rows = [("a", "x", "2020-01-01", 10, 0.2, 0.2, 0.1), ("b", "x", "2020-01-01", 30, 0.3, 0.1, 0)]
    weighted = shares_of(rows, weight=[2.0] * 3 + [1.0] * 3)

    mix = theme_mix(weighted, weights="weight")
    again = theme_mix(shares_of([*rows, ("c", *rows[0][1:])]))

    columns = ["estimate", "n_tokens", "said"]
    np.testing.assert_allclose(mix[columns], again[columns], rtol=1e-12)
    assert set(mix["weighting"]) == {"tokens on the themes × weight"}


def test_a_mix_of_other_than_three_is_refused():
    two = many().loc[lambda table: table["theme"] != "root_causes"]

    with pytest.raises(InputError, match=r"three themes.*has 2: border_security, legal.*Keep the"):
        theme_mix(two)
    with pytest.raises(InputError, match="Every share is 0: nothing is said on any theme"):
        theme_mix(many().assign(share=0.0))
    with pytest.raises(InputError, match="no column 'outlet' to group by"):
        theme_mix(many(), by="outlet")
