"""Are typical words those of the papers' formulas, and is one long document one case?"""

import numpy as np
import pandas as pd
import pytest
from effect_cases import matrix_of
from scipy.stats import chi2_contingency

import topoi
from topoi.errors import InputError
from topoi.measures.keyness import keyness
from topoi.measures.keyness_passages import keyness_passages
from topoi.text.matrix import DocTermMatrix

N, V = 24, 8


def case(seed=0, **columns):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.uniform(0.3, 3, V), (N, V))
    units = pd.DataFrame(
        {
            "doc_id": [f"d{k:02}" for k in range(N)],
            "side": np.repeat(["a", "b"], N // 2),
            "speaker": [f"s{k // 2:02}" for k in range(N)],
            "n_tokens": counts.sum(axis=1),
            **columns,
        }
    )
    return matrix_of(counts, units), counts


def naive_log_odds(y, n, y_other, n_other, prior):
    """Monroe, Colaresi & Quinn (2008), equations 16 and 20, term by term."""
    a, a_all = prior * (y + y_other), prior * (n + n_other)
    odds = (y + a) / (n + a_all - y - a)
    other = (y_other + a) / (n_other + a_all - y_other - a)
    return np.log(odds) - np.log(other), 1 / (y + a) + 1 / (y_other + a)


def test_figures_are_those_of_the_formulas():
    matrix, counts = case()

    found = keyness(matrix, "side", groups=("a", "b"), least_clusters=1).set_index("term")

    y, other = counts[: N // 2].sum(axis=0), counts[N // 2 :].sum(axis=0)
    n, n_other = y.sum(), other.sum()
    for place, term in enumerate(matrix.vocabulary.terms):
        row = found.loc[term]
        delta, variance = naive_log_odds(y[place], n, other[place], n_other, 0.1)
        assert row["log_odds"] == pytest.approx(delta, rel=1e-12)
        assert row["z_tokens"] == pytest.approx(delta / np.sqrt(variance), rel=1e-12)
        table = [[y[place], n - y[place]], [other[place], n_other - other[place]]]
        g2 = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
        assert row["log_likelihood"] == pytest.approx(g2, rel=1e-9)
        ratio = (y[place] + 0.5) / (n + 1) / ((other[place] + 0.5) / (n_other + 1))
        assert row["log_ratio"] == pytest.approx(np.log2(ratio), rel=1e-9)
        assert row["rate"] == pytest.approx(1000 * y[place] / n)
        assert row["n_clusters"] == (counts[: N // 2, place] > 0).sum()


@pytest.mark.parametrize("clusters", [None, "speaker", "both_sides"])
def test_variance_between_clusters_is_the_linearised_one(clusters):
    both = [f"c{k % 9}" for k in range(N)]
    matrix, counts = case(1, both_sides=both)

    found = keyness(matrix, "side", groups=("a", "b"), clusters=clusters, least_clusters=1)
    found = found.set_index("term")

    own = matrix.units[clusters or "doc_id"].to_numpy()
    side = matrix.units["side"].to_numpy()
    y, other = (counts[side == name].sum(axis=0) for name in "ab")
    n, n_other = y.sum(), other.sum()
    names = sorted(set(own))
    for place, term in enumerate(matrix.vocabulary.terms):
        moves = []
        a, a_all = 0.1 * (y + other)[place], 0.1 * (n + n_other)
        for name in names:
            move = 0.0
            for sign, label, total, size in ((1, "a", y, n), (-1, "b", other, n_other)):
                rows = (own == name) & (side == label)
                count, tokens = counts[rows, place].sum(), counts[rows].sum()
                smooth = (total[place] + a) / (size + a_all)
                spread = (size + a_all) * smooth * (1 - smooth)
                move += sign * (count - total[place] / size * tokens) / spread
            moves.append(move)
        between = np.sum(np.square(moves)) * len(names) / (len(names) - 1)
        delta, variance = naive_log_odds(y[place], n, other[place], n_other, 0.1)
        expected = delta / np.sqrt(max(variance, between))
        assert found.loc[term, "z"] == pytest.approx(expected, rel=1e-9)


def test_a_word_that_one_document_repeats_is_not_typical():
    """A known mistake: G2 and z count tokens as if each were a case of its own."""
    matrix, counts = case(2)
    counts[3, 0] += 60
    loud = matrix_of(counts, matrix.units.assign(n_tokens=counts.sum(axis=1)))

    row = keyness(loud, "side", groups=("a", "b")).set_index("term").loc["t000"]

    assert row["z_tokens"] > 3
    assert row["log_likelihood"] > 20
    assert row["z"] < 2


def test_a_word_that_many_documents_use_stays_typical():
    matrix, counts = case(3)
    counts[: N // 2, 0] += 4
    spread = matrix_of(counts, matrix.units.assign(n_tokens=counts.sum(axis=1)))

    table = keyness(spread, "side")

    assert table.iloc[0]["term"] == "t000"
    assert table.iloc[0]["z"] > 3
    assert table.iloc[0]["p_bh"] < 0.01


def test_passages_of_a_document_are_one_case():
    matrix, counts = case(4)
    units = matrix.units.assign(passage_id=matrix.units["doc_id"], doc_id=matrix.units["speaker"])
    passages = matrix_of(counts, units)

    pd.testing.assert_frame_equal(
        keyness(passages, "side"), keyness(matrix, "side", clusters="speaker")
    )


def test_two_groups_mirror_each_other_and_more_stand_beside_the_rest():
    matrix, counts = case(5, third=list("aabbcc") * 4)

    two = keyness(matrix, "side", least_clusters=1)
    three = keyness(matrix, "third", least_clusters=1)

    one, other = (two.loc[two["group"] == name].set_index("term") for name in "ab")
    np.testing.assert_allclose(one["z"], -other.loc[one.index, "z"], rtol=1e-9)
    assert three["group"].unique().tolist() == ["a", "b", "c"]
    assert three["other"].unique().tolist() == ["(others)"]
    totals = three.groupby("term")[["count", "other_count"]].sum().sum(axis=1)
    np.testing.assert_allclose(totals / 3, counts.sum(axis=0))


def test_order_of_rows_has_no_say():
    matrix, counts = case(6)
    order = np.random.default_rng(0).permutation(N)
    mixed = matrix_of(counts[order], matrix.units.iloc[order].reset_index(drop=True))

    for clusters in (None, "speaker"):
        pd.testing.assert_frame_equal(
            keyness(mixed, "side", clusters=clusters),
            keyness(matrix, "side", clusters=clusters),
            check_exact=True,
        )


def test_rare_terms_are_left_out():
    matrix, counts = case(7)
    counts[:, 0] = 0
    counts[:2, 0] = 9

    found = keyness(matrix_of(counts, matrix.units), "side")

    assert "t000" not in set(found["term"])
    assert len(found) == 2 * (V - 1)


def shares_for(matrix, share):
    ids = matrix.units[["doc_id", "n_tokens"]]
    return ids.assign(theme="legal", share=np.asarray(share, dtype=float))


def test_words_count_by_the_share_of_the_theme():
    matrix, counts = case(8)
    share = np.random.default_rng(0).uniform(0, 1, N)

    found = keyness(
        matrix, "side", groups=("a", "b"), themes=shares_for(matrix, share), least_clusters=1
    )

    assert list(found.columns[:4]) == ["theme", "group", "other", "term"]
    by_term = found.set_index("term")
    weighted = (counts * share[:, None])[: N // 2].sum(axis=0)
    np.testing.assert_allclose(by_term.loc[list(matrix.vocabulary.terms), "count"], weighted)


def test_shares_of_one_or_nothing_choose_the_rows():
    matrix, _ = case(9)
    share = np.tile([1.0, 0.0, 1.0], N // 3)

    found = keyness(matrix, "side", themes=shares_for(matrix, share), least_clusters=1)

    rows = np.flatnonzero(share)
    part = DocTermMatrix(
        matrix.counts[rows], matrix.vocabulary, matrix.units.iloc[rows].reset_index(drop=True)
    )
    alone = keyness(part, "side", least_clusters=1)
    figures = ["log_odds", "z", "z_tokens", "log_likelihood"]
    np.testing.assert_allclose(found[figures], alone[figures], rtol=1e-9)


@pytest.mark.parametrize(
    ("by", "more", "words"),
    [
        ("party", {}, r"There is no column 'party' to compare"),
        ("same", {}, r"same has no two groups to compare; it has: x"),
        ("side", {"groups": ("a", "z")}, r"two different values of side: a, b; got a, z"),
        ("side", {"groups": ("a", "a")}, r"got a, a"),
        ("side", {"prior": 0}, r"prior must be a number"),
        ("side", {"least_clusters": 0}, r"least_clusters must be an int >= 1"),
        ("side", {"clusters": "outlet"}, r"no column 'outlet' to draw rows together"),
    ],
)
def test_what_cannot_be_compared_is_said(by, more, words):
    matrix, _ = case(0, same="x")
    with pytest.raises(InputError, match=words):
        keyness(matrix, by, **more)


def test_themes_of_other_rows_and_groups_without_words_are_refused():
    matrix, _ = case()
    shares = shares_for(matrix, np.ones(N))
    with pytest.raises(InputError, match=r"1 rows of the matrix have no share of each theme: d00"):
        keyness(matrix, "side", themes=shares.iloc[1:])
    nothing = shares_for(matrix, np.repeat([0.0, 1.0], N // 2))
    with pytest.raises(InputError, match=r"The group 'a' of side has no terms to compare"):
        keyness(matrix, "side", themes=nothing)


# --- on text ------------------------------------------------------------------------------------


TEXTS = {
    "a1": "walls and patrols guard the border, patrols every night",
    "a2": "more patrols and more walls along the border",
    "a3": "patrols stop people at the border walls",
    "b1": "visas and sponsors open a lawful way, visas for workers",
    "b2": "sponsors ask for visas and a lawful way",
    "b3": "lawful visas help sponsors and families",
}


@pytest.fixture(scope="module")
def corpus():
    """Each text three times, as terms of fewer than five documents are not counted."""
    return topoi.Corpus(
        pd.DataFrame(
            {
                "doc_id": [f"{name}-{n}" for n in range(3) for name in TEXTS],
                "text": list(TEXTS.values()) * 3,
                "year": (["2021"] * 3 + ["2024"] * 3) * 3,
            }
        )
    )


def test_corpus_is_counted_and_passages_show_the_words(corpus):
    table = keyness(corpus, "year")
    matrix = topoi.vectorise(corpus)

    found = keyness_passages(table, matrix, corpus, "year", n=2)

    first = table.loc[table["group"] == "2021", "term"].head(3).tolist()
    assert "patrols" in first
    assert found["group"].tolist() == ["2021", "2021", "2024", "2024"]
    assert [row.doc_id[0] for row in found.itertuples()] == ["a", "a", "b", "b"]
    assert found["text"].iloc[0] == TEXTS[found["doc_id"].iloc[0][:2]]
    for row in found.itertuples():
        assert all(term in row.text for term in row.terms.split(", "))
    scores = found.groupby("group")["score"]
    assert (scores.first() >= scores.last()).all()


def test_passages_are_chosen_by_their_share_of_the_theme(corpus):
    matrix = topoi.vectorise(corpus)
    shares = matrix.units[["doc_id", "n_tokens"]].assign(
        theme="t", share=[0.1, 0.9, 0.1, 0.1, 0.1, 0.9] + [0.1] * 12
    )
    table = keyness(matrix, "year", themes=shares)

    found = keyness_passages(table, matrix, corpus, "year", themes=shares, n=1)

    assert found["doc_id"].tolist() == ["a2-0", "b3-0"]
    assert found["theme"].tolist() == ["t", "t"]


def test_passages_refuse_what_does_not_fit(corpus):
    matrix = topoi.vectorise(corpus)
    table = keyness(matrix, "year")
    with pytest.raises(InputError, match="not one of keyness; it lacks: z"):
        keyness_passages(table.drop(columns="z"), matrix, corpus, "year")
    with pytest.raises(InputError, match="by theme; give the themes"):
        keyness_passages(table.assign(theme="t"), matrix, corpus, "year")
    other = topoi.Corpus(pd.DataFrame({"doc_id": ["a1-0"], "text": ["x"]}))
    with pytest.raises(InputError, match=r"17 rows of the matrix have no text: a2-0"):
        keyness_passages(table, matrix, other, "year")
    with pytest.raises(InputError, match="n must be an int >= 1"):
        keyness_passages(table, matrix, corpus, "year", n=0)
