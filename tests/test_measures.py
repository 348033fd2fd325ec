"""Are the measures what one gets by hand, and the same whatever the order and company of rows?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.measures.coherence import npmi
from topoi.measures.passages import doubtful_passages, typical_passages
from topoi.measures.prevalence import prevalence
from topoi.measures.share_draws import as_draws
from topoi.measures.shares import document_shares, share_kind, theme_shares, topic_shares
from topoi.measures.terms import top_columns, top_terms
from topoi.measures.themes import topic_themes
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes


def vocabulary_of(terms):
    return Vocabulary(terms, np.ones(len(terms)), np.ones(len(terms)))


def matrix_of(rows, terms="abcd"):
    counts = np.array(rows)
    units = pd.DataFrame({"doc_id": [f"d{n}" for n in range(len(rows))], "n_tokens": 1})
    return DocTermMatrix(csr_array(counts), vocabulary_of(list(terms)), units)


def fit_of(topic_term, terms="abcd", **more):
    topic_term = np.array(topic_term, dtype=float)
    n_topics = len(topic_term)
    given = {
        "doc_topic": np.full((1, n_topics), 1 / n_topics),
        "topic_names": tuple(f"topic {n + 1}" for n in range(n_topics)),
        "units": pd.DataFrame({"doc_id": ["d"], "n_tokens": [1]}),
        "themes": {},
    }
    return TopicFit(
        topic_term=topic_term,
        vocabulary=vocabulary_of(list(terms)),
        trace=pd.DataFrame({"pass": [1]}),
        provenance={"model": "test"},
        **{**given, **more},
    )


# --- top terms ----------------------------------------------------------------------------------


def test_top_terms_fall_by_weight_and_ties_stand_in_the_alphabet():
    table = top_terms(fit_of([[0.1, 0.4, 0.1, 0.4], [0.25] * 4]), n=3)

    assert list(table["topic"]) == ["topic 1"] * 3 + ["topic 2"] * 3
    assert list(table["term"]) == ["b", "d", "a", "a", "b", "c"]
    assert list(table["rank"]) == [1, 2, 3, 1, 2, 3]
    assert list(table["weight"]) == [0.4, 0.4, 0.1, 0.25, 0.25, 0.25]
    assert not table["is_seed"].any()


def test_top_terms_are_all_terms_where_there_are_fewer():
    table = top_terms(fit_of([[0.1, 0.2, 0.3, 0.4]]), n=50)

    assert "".join(table["term"]) == "dcba"
    assert list(table.dtypes.astype(str)) == ["str", "int64", "str", "float64", "bool"]


def test_top_terms_leave_out_terms_that_are_not_in_the_topic():
    table = top_terms(fit_of([[0.0, 0.75, 0.0, 0.25], [0.25] * 4]), n=3)

    assert list(table["topic"]) == ["topic 1"] * 2 + ["topic 2"] * 3
    assert "".join(table["term"]) == "bdabc"
    assert list(table["rank"]) == [1, 2, 1, 2, 3]
    assert list(table["weight"]) == [0.75, 0.25, 0.25, 0.25, 0.25]


def test_top_terms_mark_the_seeds_of_themes():
    terms = ["bus", "visa", "visas", "visit"]
    themes = Themes("t", (Theme("law", "law", "x", (Seed("visa*"), Seed("never"))),))

    table = top_terms(fit_of([[0.25] * 4], terms), themes=themes)

    assert dict(zip(table["term"], table["is_seed"], strict=True)) == {
        "bus": False, "visa": True, "visas": True, "visit": False,
    }  # fmt: skip


def test_top_terms_refuse_no_terms():
    with pytest.raises(InputError, match=r"n must be an int >= 1; got 0\."):
        top_terms(fit_of([[0.25] * 4]), n=0)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=30).map(lambda row: np.array([row]) / 5.0),
    st.integers(1, 35),
)
def test_top_columns_are_the_first_of_all_sorted(topic_term, n):
    order = np.argsort(-topic_term[0], kind="stable")

    assert list(top_columns(topic_term, n)[0]) == [c for c in order if topic_term[0, c] > 0][:n]


# --- coherence ----------------------------------------------------------------------------------


def test_npmi_is_what_one_gets_by_hand():
    # a in 3 of 4 rows, b in 2, c in 1; a and b in 2, a and c in 1, b and c never.
    matrix = matrix_of([[1, 2, 0, 0], [1, 1, 0, 0], [3, 0, 1, 0], [0, 0, 0, 1]])

    table = npmi(fit_of([[0.5, 0.3, 0.2, 0.0]]), matrix, n=3)

    ab = np.log((2 / 4) / (3 / 4 * 2 / 4)) / -np.log(2 / 4)
    ac = np.log((1 / 4) / (3 / 4 * 1 / 4)) / -np.log(1 / 4)
    assert table["npmi"][0] == pytest.approx((ab + ac - 1) / 3, abs=1e-15)
    assert list(table.columns) == ["topic", "npmi", "n_terms", "window"]
    assert table["n_terms"][0] == 3


def test_terms_never_seen_together_have_npmi_minus_one():
    table = npmi(fit_of([[0.5, 0.5, 0, 0]]), matrix_of([[1, 0, 0, 0], [0, 1, 0, 0]]), n=2)

    assert table["npmi"][0] == -1.0


def test_a_term_in_every_row_says_nothing_about_others_and_all_about_its_like():
    matrix = matrix_of([[1, 1, 1, 0], [1, 1, 0, 0]])

    table = npmi(fit_of([[0.5, 0.0, 0.5, 0.0], [0.5, 0.5, 0.0, 0.0]]), matrix, n=2)

    assert list(table["npmi"]) == [0.0, 1.0]


def test_npmi_counts_terms_that_occur_only_and_needs_two():
    matrix = matrix_of([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0]])

    table = npmi(fit_of([[0.4, 0.3, 0.0, 0.3], [0.0, 0.0, 0.5, 0.5]]), matrix, n=3)

    assert table["n_terms"][0] == 2
    assert table["npmi"][0] == pytest.approx(1.0)
    # Terms of probability 0 are no top terms of the second topic, though "a" occurs.
    assert table["n_terms"][1] == 1
    assert np.isnan(npmi(fit_of([[0.0, 0.0, 0.5, 0.5]]), matrix, n=2)["npmi"][0])


@given(st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=1, max_size=12))
@settings(max_examples=50, deadline=None)
def test_npmi_lies_between_minus_one_and_one(rows):
    table = npmi(fit_of([[0.4, 0.3, 0.2, 0.1]]), matrix_of(rows), n=4)

    if table["n_terms"][0] < 2:
        assert np.isnan(table["npmi"][0])
    else:
        assert -1.0 <= table["npmi"][0] <= 1.0


def test_rows_without_a_term_are_no_windows():
    rows = [[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]]
    fit = fit_of([[0.5, 0.3, 0.2, 0.0]])

    alone, among = (npmi(fit, matrix_of(found), n=3) for found in (rows, rows + [[0] * 4] * 5))

    pd.testing.assert_frame_equal(alone, among, check_exact=True)


def test_npmi_refuses_single_terms_and_another_vocabulary():
    matrix = matrix_of([[1, 1, 1, 1]])
    with pytest.raises(InputError, match=r"n must be an int >= 2.*; got 1\."):
        npmi(fit_of([[0.25] * 4]), matrix, n=1)
    with pytest.raises(InputError, match="does not count the 4 terms of the fit"):
        npmi(fit_of([[0.25] * 4], "abce"), matrix)


# --- shares -------------------------------------------------------------------------------------


def passages_fit(doc_topic, *, n_tokens, doc_ids, themes=None, **columns):
    """A fit of passages with these shares; themes {"x": (0,), ...} or none."""
    doc_topic = np.array(doc_topic, dtype=float)
    n_rows, n_topics = doc_topic.shape
    units = pd.DataFrame(
        {
            "passage_id": pd.Series([f"p{n}" for n in range(n_rows)], dtype="str"),
            "doc_id": pd.Series(doc_ids, dtype="str"),
            "date": columns.pop("date", pd.Series(pd.NaT, index=range(n_rows))),
            "source": columns.pop("source", [""] * n_rows),
            "title": [""] * n_rows,
            **columns,
            "n_tokens": n_tokens,
        }
    )
    units["date"] = pd.to_datetime(units["date"]).astype("datetime64[us]")
    return fit_of(
        np.full((n_topics, 4), 0.25),
        doc_topic=doc_topic,
        units=units,
        themes=themes or {},
    )


def theme_table(shares, *, n_tokens=None, doc_ids=None, **columns):
    """Theme shares of passages: one column of `shares` a theme, which may leave room to 1."""
    shares = np.array(shares, dtype=float)
    n_rows, n_themes = shares.shape
    fit = passages_fit(
        np.column_stack([shares, 1.0 - shares.sum(axis=1)]),
        n_tokens=np.full(n_rows, 10) if n_tokens is None else n_tokens,
        doc_ids=[f"d{n}" for n in range(n_rows)] if doc_ids is None else doc_ids,
        **columns,
    )
    table = topic_shares(fit).rename(columns={"topic": "theme"})
    names = {f"topic {n + 1}": f"theme_{n}" for n in range(n_themes)}
    table["theme"] = table["theme"].map(names)
    return table.dropna(subset=["theme"]).reset_index(drop=True)


def two_themes(*, weight=1.0):
    """Theme "early" has the seed a, theme "late" the seeds c and d."""
    late = (Seed("c"), Seed("d", weight))
    return Themes("two", (Theme("late", "L", "d", late), Theme("early", "E", "d", (Seed("a"),))))


def test_theme_shares_are_topic_shares_times_the_seeds_in_the_topics():
    fit = fit_of(
        [[0.06, 0.94, 0.0, 0.0], [0.0, 0.9, 0.02, 0.08], [0.0, 1.0, 0.0, 0.0]],
        doc_topic=np.array([[0.5, 0.3, 0.2], [0.0, 0.0, 1.0]]),
        units=pd.DataFrame({"doc_id": ["d", "e"], "n_tokens": [5, 5]}),
    )

    table = theme_shares(fit, two_themes(weight=0.25))

    # Topic 1 is .06 / .08 about "early", topic 2 (.02 + .08 / 4) / .06 about "late".
    assert list(table["theme"]) == ["late", "early"] * 2
    np.testing.assert_allclose(table["share"], [0.3 * 4 / 6, 0.5 * 3 / 4, 0.0, 0.0])


def test_theme_shares_do_not_depend_on_how_many_topics_share_the_matter():
    one = fit_of([[0.1, 0.9, 0, 0]], doc_topic=np.ones((1, 1)))
    two = fit_of([[0.1, 0.9, 0, 0]] * 2, doc_topic=np.array([[0.3, 0.7]]))

    shares = [theme_shares(fit, two_themes())["share"] for fit in (one, two)]

    np.testing.assert_allclose(*shares)


def test_shares_of_several_fits_are_averaged():
    fits = [fit_of([[0.02, 0.98 - c, c, 0.0]]) for c in (0.0, 0.04)]

    shares = theme_shares(fits, two_themes())["share"]

    np.testing.assert_allclose(shares, [(0 + 0.04 / 0.08) / 2, (0.02 / 0.04 + 0.02 / 0.08) / 2])


def test_topic_shares_of_a_row_sum_to_one():
    fit = passages_fit([[0.1, 0.9], [0.5, 0.5]], n_tokens=[1, 2], doc_ids=["d", "e"])

    table = topic_shares(fit)

    assert list(table["topic"]) == ["topic 1", "topic 2"] * 2
    np.testing.assert_allclose(table.groupby("passage_id")["share"].sum(), 1.0)


def test_theme_shares_refuse_what_cannot_be_averaged():
    one = passages_fit([[0.5, 0.5]], n_tokens=[1], doc_ids=["d"])
    other = passages_fit([[0.5, 0.5]], n_tokens=[1], doc_ids=["e"])
    words = Themes("none", (Theme("x", "X", "d", (Seed("zebra"),)),))

    with pytest.raises(InputError, match="There is no fit"):
        theme_shares([], two_themes())
    with pytest.raises(InputError, match="The fits differ in their terms or rows"):
        theme_shares([one, other], two_themes())
    with pytest.raises(InputError, match=r"No seed of theme 'x' occurs .* \(looked for zebra\)"):
        theme_shares(one, words)


def test_document_shares_weigh_passages_by_tokens():
    table = document_shares(
        theme_table([[0.2], [0.8], [0.5]], n_tokens=[30, 10, 7], doc_ids=["d", "d", "e"])
    )

    assert list(table["doc_id"]) == ["d", "e"]
    assert list(table["n_tokens"]) == [40, 7]
    np.testing.assert_allclose(table["share"], [(0.2 * 30 + 0.8 * 10) / 40, 0.5])
    assert "passage_id" not in table.columns


def test_document_shares_weigh_passages_evenly_where_asked():
    shares = theme_table([[0.2], [0.8], [0.9]], n_tokens=[30, 10, 0], doc_ids=["d", "d", "d"])

    table = document_shares(shares, weigh="evenly")

    assert list(table["n_tokens"]) == [40]
    assert table["share"].tolist() == pytest.approx([0.5])  # the passage without a token has no say
    assert document_shares(shares)["share"].tolist() == pytest.approx([0.35])


def test_another_weight_of_passages_is_refused():
    with pytest.raises(InputError, match="weigh must be one of tokens, evenly; got 'words'"):
        document_shares(theme_table([[0.2]], n_tokens=[1], doc_ids=["d"]), weigh="words")


def test_a_document_without_tokens_has_the_plain_mean():
    table = document_shares(theme_table([[0.2], [0.8]], n_tokens=[0, 0], doc_ids=["d", "d"]))

    np.testing.assert_allclose(table["share"], [0.5])
    assert list(table["n_tokens"]) == [0]


def test_a_table_without_shares_is_refused():
    with pytest.raises(InputError, match=r"columns doc_id, n_tokens, share .* got a\."):
        share_kind(pd.DataFrame({"a": [1]}))


# --- prevalence ---------------------------------------------------------------------------------

DAYS = ["2021-01-05", "2021-02-28", "2021-04-01", "2022-12-31", "2022-11-30", None]


def six_documents(**more):
    rng = np.random.default_rng(3)
    shares = rng.dirichlet([1, 1, 2], size=12)[:, :2]
    return theme_table(
        shares,
        n_tokens=rng.integers(5, 60, size=12),
        doc_ids=np.repeat([f"d{n}" for n in range(6)], 2),
        date=pd.Series(np.repeat(np.array(DAYS, dtype=object), 2)),
        source=np.repeat(["b", "b", "b", "a", "a", "a"], 2),
        **more,
    )


def test_prevalence_is_the_token_weighted_mean_by_hand():
    table = theme_table(
        [[0.2, 0.1], [0.8, 0.0], [0.5, 0.5]], n_tokens=[30, 10, 20], doc_ids=["d", "d", "e"]
    )

    found = prevalence(table)

    assert list(found["name"]) == ["theme_0", "theme_1"]
    np.testing.assert_allclose(
        found["estimate"], [(6 + 8 + 10) / 60, (3 + 0 + 10) / 60], rtol=1e-14
    )
    assert list(found["n_documents"]) == [2, 2]
    assert list(found["n_passages"]) == [3, 3]
    assert list(found["level"]) == [0.95, 0.95]


def test_fewer_than_three_documents_have_no_interval():
    few = prevalence(theme_table([[0.2], [0.8]]))
    enough = prevalence(theme_table([[0.2], [0.8], [0.5]]))

    assert few[["lower", "upper"]].isna().all().all()
    assert (enough["lower"] <= enough["estimate"]).all()
    assert (enough["upper"] >= enough["estimate"]).all()


def test_shares_of_a_cell_leave_room_for_no_theme_and_topics_fill_it():
    themes = prevalence(six_documents(), by="source", freq="Y")
    fit = passages_fit(
        np.random.default_rng(0).dirichlet([1, 1, 1], size=6),
        n_tokens=[4, 0, 9, 1, 2, 3],
        doc_ids=[f"d{n}" for n in range(6)],
        source=list("aabbab"),
    )
    topics = prevalence(fit, by="source")

    assert (themes.groupby(["group", "period"])["estimate"].sum() <= 1).all()
    np.testing.assert_allclose(topics.groupby("group")["estimate"].sum(), 1.0, rtol=1e-14)


def test_prevalence_of_a_fit_is_of_its_topics():
    fit = passages_fit([[0.25, 0.75], [0.5, 0.5]], n_tokens=[1, 1], doc_ids=["d", "e"])

    assert prevalence(fit).equals(prevalence(topic_shares(fit)))


def test_cells_have_their_own_random_draws():
    """Two groups with the same shares: the estimates agree, the draws do not."""
    shares = np.random.default_rng(1).uniform(0, 0.5, size=20)
    both = theme_table([[x] for x in [*shares, *shares]], source=["a"] * 20 + ["b"] * 20)

    table = prevalence(both, by="source").set_index("group")

    assert table["estimate"]["a"] == pytest.approx(table["estimate"]["b"], rel=1e-12)
    assert table["lower"]["a"] != table["lower"]["b"]


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(11)
    n_sets, n_documents = 1000, 40
    n_tokens = rng.integers(50, 400, size=n_sets * n_documents)
    shares = rng.beta(2, 5, size=n_sets * n_documents)
    table = theme_table(
        shares[:, np.newaxis],
        n_tokens=n_tokens,
        source=np.repeat([f"set {n}" for n in range(n_sets)], n_documents),
    )

    found = prevalence(table, by="source", n_resamples=300)

    truth = 2 / 7  # the mean of Beta(2, 5), tokens being independent of it
    covered = (found["lower"] <= truth) & (truth <= found["upper"])
    assert len(found) == n_sets
    assert 0.92 <= covered.mean() <= 0.97


def test_a_wider_level_gives_a_wider_interval():
    narrow, wide = (prevalence(six_documents(), level=level) for level in (0.5, 0.99))

    assert (wide["lower"] < narrow["lower"]).all()
    assert (wide["upper"] > narrow["upper"]).all()


def test_a_cell_has_the_same_numbers_alone_and_among_others():
    table = six_documents()

    among = prevalence(table, by="source")
    alone = prevalence(table.loc[table["source"] == "a"], by="source")

    pd.testing.assert_frame_equal(
        among.loc[among["group"] == "a"].reset_index(drop=True), alone, check_exact=True
    )


def test_cells_are_resampled_apart():
    shares = np.random.default_rng(0).random((10, 1))
    twins = theme_table(np.concatenate([shares, shares]), source=["a"] * 10 + ["b"] * 10)

    found = prevalence(twins, by="source")

    assert found["estimate"][0] == found["estimate"][1]
    assert found["lower"][0] != found["lower"][1]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_order_of_rows_changes_nothing(seed):
    table = six_documents()
    rows = np.random.default_rng(seed).permutation(len(table))

    for cut in ({}, {"by": "source"}, {"freq": "Y"}, {"by": "source", "freq": "Q"}):
        straight = prevalence(table, **cut)
        mixed = prevalence(table.iloc[rows].set_axis(rows // 2), **cut)  # and any index
        keys = [name for name in ("name", "group", "period") if name in straight.columns]
        pd.testing.assert_frame_equal(
            straight.sort_values(keys, ignore_index=True),
            mixed.sort_values(keys, ignore_index=True),
            check_exact=True,
        )


def test_the_seed_moves_the_interval_and_not_the_estimate():
    table = six_documents()
    first, second = prevalence(table, random_state=1), prevalence(table, random_state=2)

    assert list(first["estimate"]) == list(second["estimate"])
    assert list(first["lower"]) != list(second["lower"])
    pd.testing.assert_frame_equal(first, prevalence(table, random_state=1), check_exact=True)


def test_periods_are_named_by_their_first_day_and_undated_documents_take_no_part():
    table = six_documents()

    quarters = prevalence(table, freq="Q")
    years = prevalence(table, freq="YS")
    months = prevalence(table, freq="M")

    assert list(dict.fromkeys(quarters["period"])) == ["2021-01-01", "2021-04-01", "2022-10-01"]
    assert list(dict.fromkeys(years["period"])) == ["2021-01-01", "2022-01-01"]
    assert list(dict.fromkeys(months["period"])) == [
        "2021-01-01", "2021-02-01", "2021-04-01", "2022-11-01", "2022-12-01",
    ]  # fmt: skip
    assert years.groupby("name")["n_documents"].sum().tolist() == [5, 5]
    assert prevalence(table)["n_documents"].tolist() == [6, 6]


def test_rows_stand_in_the_order_of_names_groups_and_periods():
    found = prevalence(six_documents(), by="source", freq="Y")

    cells = list(zip(found["name"], found["group"], found["period"], strict=True))
    assert cells == [
        (name, group, year)
        for name in ("theme_0", "theme_1")
        for group, year in (("a", "2022-01-01"), ("b", "2021-01-01"))
    ]


def test_documents_without_a_group_are_a_group_that_says_so():
    rows = np.repeat(np.array(["x", "", None, np.nan, "x", "x"], dtype=object), 2)
    found = prevalence(six_documents(camp=rows), by="camp")

    counts = dict(zip(found["group"], found["n_documents"], strict=True))
    assert counts == {"(none)": 3, "x": 3}


def test_groups_may_be_numbers_and_those_missing_are_named():
    rows = np.repeat([1.0, 1.0, 2.5, np.nan, 1.0, 2.5], 2)
    found = prevalence(six_documents(year=rows), by="year")

    counts = dict(zip(found["group"], found["n_documents"], strict=True))
    assert counts == {"(none)": 1, "1.0": 3, "2.5": 2}


def test_passages_of_documents_that_share_a_cell_are_counted():
    found = prevalence(six_documents(), by="source")

    assert set(found["n_passages"]) == {6}


@pytest.mark.parametrize(
    ("settings_", "words"),
    [
        ({"level": 0}, r"level must lie between 0 and 1; got 0\."),
        ({"level": 1.0}, r"level must lie between 0 and 1; got 1\.0\."),
        ({"n_resamples": 0}, r"n_resamples must be an int >= 1; got 0\."),
        ({"n_resamples": 1.5}, r"n_resamples must be an int >= 1; got 1\.5\."),
        ({"random_state": -1}, r"random_state must be an int >= 0; got -1\."),
        ({"random_state": True}, r"random_state must be an int >= 0; got True\."),
        ({"freq": "W"}, r"freq must be one of M, MS, Q, QS, Y, YS; got 'W'\."),
        ({"by": "sauce"}, r"There is no column 'sauce' to group by; there are: date, source"),
        ({"by": "theme"}, r"There is no column 'theme' to group by"),
        ({"by": "share"}, r"There is no column 'share' to group by"),
        ({"by": "n_tokens"}, r"There is no column 'n_tokens' to group by"),
    ],
)
def test_prevalence_refuses_what_it_cannot_do(settings_, words):
    with pytest.raises(InputError, match=words):
        prevalence(six_documents(), **settings_)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (lambda t: t.assign(share=t["share"].mask(t.index == 4)), r"1 are not: d1$|1 are not: p"),
        (lambda t: t.assign(share=t["share"] + 0.9), r"Shares must be numbers in \[0, 1\]"),
        (lambda t: t.assign(share=-t["share"]), r"Shares must be numbers in \[0, 1\]"),
        (
            lambda t: t.loc[t["share"] > 0.2],
            r"rows have no share of each theme: .*Give the whole table",
        ),
        (lambda t: pd.concat([t, t.iloc[:2]]), r"1 rows have two shares or more of one theme"),
    ],
)
@pytest.mark.parametrize("measured", [prevalence, document_shares, as_draws])
def test_a_table_that_is_not_whole_is_refused(spoilt, words, measured):
    with pytest.raises(InputError, match=words):
        measured(spoilt(six_documents()))


def test_a_document_without_tokens_keeps_its_weight_where_documents_count_alike():
    table = theme_table([[0.0], [1.0]], n_tokens=[10, 0], own=[1.0, 0.01])

    found = prevalence(table, weigh="documents", weights="own")

    # 1.0 × 0.01 of 1.01, by hand
    np.testing.assert_allclose(found["estimate"], [0.01 / 1.01], rtol=1e-9)


def test_a_document_without_cluster_is_none_that_is_named_like_it():
    table = theme_table([[0.1], [0.5], [0.9], [0.3]], own=["d1", None, "d1", "e"])

    found = prevalence(table, clusters="own")

    # d1 and d3 are the cluster "d1"; the document d1, which has none, is not of it.
    assert found["n_clusters"].tolist() == [3]


def test_periods_of_undated_documents_are_refused():
    with pytest.raises(InputError, match="No document has a date"):
        prevalence(theme_table([[0.2], [0.8]]), freq="Y")


def test_a_document_without_a_share_of_each_name_is_refused():
    table = six_documents().iloc[:-1]

    with pytest.raises(InputError, match="no share of each theme: p10, p11"):
        prevalence(table.loc[~((table["doc_id"] == "d5") & (table["theme"] == "theme_1"))])


# --- topics and themes --------------------------------------------------------------------------


def test_affinity_is_the_mean_theme_share_weighted_by_the_topics_tokens():
    units = {"n_tokens": [10, 30], "doc_ids": ["d", "e"]}
    shares = theme_table([[0.2, 0.4], [0.6, 0.0]], **units)
    fit = passages_fit([[1.0, 0.0], [0.5, 0.5]], **units)

    table = topic_themes({"LDA": fit}, shares)

    assert list(table.columns) == ["model", "topic", "theme", "affinity"]
    first = [(0.2 * 10 + 0.6 * 15) / 25, (0.4 * 10 + 0.0 * 15) / 25]
    np.testing.assert_allclose(table["affinity"], [*first, 0.6, 0.0])


def test_a_topic_that_no_row_uses_has_no_affinity():
    units = {"n_tokens": [10], "doc_ids": ["d"]}
    fit = passages_fit([[1.0, 0.0]], **units)

    table = topic_themes({"LDA": fit}, theme_table([[0.5]], **units))

    assert table["affinity"][0] == 0.5
    assert np.isnan(table["affinity"][1])


def test_affinity_refuses_shares_of_other_rows_and_no_fits():
    shares = theme_table([[0.2], [0.6]], doc_ids=["d", "e"])
    fit = passages_fit([[1.0, 0.0]], n_tokens=[10], doc_ids=["d"])

    with pytest.raises(InputError, match=r"LDA has other rows than the shares"):
        topic_themes({"LDA": fit}, shares)
    with pytest.raises(InputError, match="There is no fit"):
        topic_themes({}, shares)


# --- typical passages ---------------------------------------------------------------------------


def passages_corpus(doc_ids, texts):
    table = pd.DataFrame(
        {
            "passage_id": [f"p{n}" for n in range(len(texts))],
            "doc_id": doc_ids,
            "text": texts,
        }
    )
    return Corpus(table)


def test_typical_passages_are_the_highest_shares_one_a_document():
    doc_ids = ["d", "d", "e", "f", "g"]
    shares = theme_table(
        [[0.9], [0.8], [0.7], [0.7], [1.0]], n_tokens=[20, 20, 20, 20, 3], doc_ids=doc_ids
    )

    table = typical_passages(shares, passages_corpus(doc_ids, list("abcde")), n=3)

    assert "".join(table["text"]) == "acd"
    assert list(table["share"]) == [0.9, 0.7, 0.7]
    assert list(table.columns) == [
        *("theme", "passage_id", "doc_id", "title", "source", "date", "share", "text"),
    ]


def test_typical_passages_may_be_none():
    shares = theme_table([[0.9]], n_tokens=[3])

    assert len(typical_passages(shares, passages_corpus(["d0"], ["x"]))) == 0
    assert len(typical_passages(shares.head(0), passages_corpus(["d0"], ["x"]))) == 0


def test_typical_passages_refuse_other_rows_and_no_number():
    shares = theme_table([[0.9]])
    with pytest.raises(InputError, match=r"n must be an int >= 1; got 0\."):
        typical_passages(shares, passages_corpus(["d0"], ["x"]), n=0)
    with pytest.raises(InputError, match="not of the same rows"):
        typical_passages(shares.assign(passage_id="q"), passages_corpus(["d0"], ["x"]))


def doubt_table(rows, *, doc_ids=None):
    """Shares with their intervals, of one theme and 20 tokens a row."""
    values = np.array(rows, dtype=float)
    table = theme_table(values[:, :1], n_tokens=[20] * len(rows), doc_ids=doc_ids)
    return table.assign(lower=values[:, 1], upper=values[:, 2])


def test_doubtful_passages_are_near_even_odds_and_wide():
    rows = [(0.5, 0.4, 0.6), (0.55, 0.05, 0.9), (0.9, 0.7, 1.0), (0.5, 0.1, 0.9), (0.1, 0, 0.6)]
    doc_ids = list("defgh")

    table = doubtful_passages(
        doubt_table(rows, doc_ids=doc_ids), passages_corpus(doc_ids, list("abcde")), n=9
    )

    # b and d both reach 0.4 past one half; d is nearer to it
    assert "".join(table["text"]) == "dbaec"
    assert list(table["doubt"]) == pytest.approx([0.4, 0.4, 0.1, 0.1, -0.2])
    assert list(table["passage_id"]) == ["p3", "p1", "p0", "p4", "p2"]


def test_doubtful_passages_are_one_a_document_and_long_enough():
    rows = [(0.5, 0.1, 0.9), (0.5, 0.2, 0.8), (0.6, 0.4, 0.7)]
    shares = doubt_table(rows, doc_ids=["d", "d", "e"]).assign(n_tokens=[20, 20, 14])

    corpus = passages_corpus(["d", "d", "e"], list("abc"))

    assert list(doubtful_passages(shares, corpus)["text"]) == ["a"]
    assert list(doubtful_passages(shares, corpus, fewest_tokens=14)["text"]) == ["a", "c"]
    assert len(doubtful_passages(shares.head(0), corpus)) == 0


def test_doubt_needs_intervals():
    with pytest.raises(InputError, match="shares with intervals; lower, upper is missing"):
        doubtful_passages(theme_table([[0.9]]), passages_corpus(["d0"], ["x"]))
