"""Whether intrusion tasks ask what they claim to ask, and their scores are honest."""

from dataclasses import replace

import naive_validation as naive
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import t as student
from validation_cases import WORDS, planted_fit, planted_passages

from topoi import (
    InputError,
    coder_scores,
    topic_intrusion,
    topic_intrusion_scores,
    word_intrusion,
    word_intrusion_scores,
)
from topoi.measures.clustered_means import (
    clustered_proportion,
    crossed_mean,
    crossed_proportion,
    wilson,
)
from topoi.measures.keyed_order import content_id, drawn, keyed_order
from topoi.measures.word_roots import distinct_terms, share_root

# --- order and roots ----------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=5), unique=True, min_size=1), st.integers(0, 9))
def test_a_further_thing_moves_none_of_the_others(things, seed):
    order = keyed_order(things, seed, "x")

    assert sorted(order) == sorted(things)
    assert keyed_order(things[::-1], seed, "x") == order
    assert [thing for thing in order if thing != things[0]] == keyed_order(things[1:], seed, "x")


def test_keyed_orders_are_as_good_as_random():
    firsts = [keyed_order("abcdef", 3, number)[0] for number in range(3000)]

    counts = [firsts.count(letter) for letter in "abcdef"]

    assert sum((count - 500) ** 2 / 500 for count in counts) < 20.5  # chi squared, 5 df, p = .001


def test_samples_have_their_sizes_and_probabilities():
    chosen = drawn(list("abcdefgh"), list("xxxxyyyy"), {"x": 1, "y": 2}, 5)

    assert len(chosen) == 3
    assert sorted(chosen.values()) == [0.25, 0.5, 0.5]
    assert set(chosen) & set("abcd") and chosen == drawn(
        list("hgfedcba"), list("yyyyxxxx"), {"x": 1, "y": 2}, 5
    )


def test_ids_are_of_the_content_and_no_number_or_date():
    ids = [content_id("p", number) for number in range(2000)]

    assert len(set(ids)) == 2000
    assert ids[7] == content_id("p", 7)
    assert all(pd.to_numeric(pd.Series(ids), errors="coerce").isna())


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("migrant", "migration", True),
        ("visa", "visas", True),
        ("work", "working", True),
        ("Migración", "migraciones", True),
        ("border", "border security", True),
        ("U.S.", "us", True),
        ("port", "portugal", False),
        ("rule of law", "port of entry", False),
        ("wall", "visa", False),
        ("us", "usual", False),
    ],
)
def test_terms_that_share_a_root(one, other, alike):
    assert share_root(one, other) is alike
    assert share_root(other, one) is alike


def test_the_likelier_of_two_alike_terms_is_kept():
    assert distinct_terms(["visas", "wall", "visa", "walls", "judge", "hut"], 3) == [
        "visas", "wall", "judge",
    ]  # fmt: skip


# --- word intrusion -----------------------------------------------------------------------------


def test_word_items_hold_the_best_words_and_one_of_another_topic():
    task = word_intrusion(planted_fit(), checks=())

    assert list(task.key["topic"]) == list(WORDS)
    for item, key in zip(
        task.items.itertuples(index=False), task.key.itertuples(index=False), strict=True
    ):
        words = list(item[1:])
        assert words[key.intruder - 1] == key.intruder_word
        assert key.intruder_word in WORDS[key.intruder_topic].split()
        assert key.intruder_topic != key.topic
        own = [word for word in words if word != key.intruder_word]
        assert set(own) == set(distinct_terms(WORDS[key.topic].split(), 5))


def test_intruders_share_no_root_with_shown_words_and_are_rare_in_the_topic():
    fit = planted_fit()
    terms = list(fit.vocabulary.terms)
    for seed in range(40):
        task = word_intrusion(fit, random_state=seed, checks=())
        items = task.items.itertuples(index=False)
        for key, item in zip(task.key.itertuples(), items, strict=True):
            own = [word for word in item[1:] if word != key.intruder_word]
            assert not any(share_root(key.intruder_word, word) for word in own)
            here = fit.topic_term[fit.topic_names.index(key.topic)]
            assert here[terms.index(key.intruder_word)] <= np.quantile(here, 0.5)


def test_intruders_stand_anywhere_and_come_from_every_other_topic():
    keys = pd.concat(
        [word_intrusion(planted_fit(), random_state=s, checks=()).key for s in range(30)]
    )

    assert sorted(set(keys["intruder"])) == [1, 2, 3, 4, 5, 6]
    assert keys["intruder"].value_counts().max() < 55  # of 180; 30 expected, sd 5
    assert set(keys.loc[keys["topic"] == "music", "intruder_topic"]) == set(WORDS) - {"music"}


def test_an_item_does_not_depend_on_how_topics_are_numbered():
    one = word_intrusion(planted_fit(), random_state=3, checks=())
    other = word_intrusion(planted_fit(tuple(WORDS)[::-1]), random_state=3, checks=())

    key = other.key.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(one.key, key)
    pd.testing.assert_frame_equal(one.items, other.items.iloc[::-1].reset_index(drop=True))


def test_several_items_of_a_topic_have_no_word_of_it_in_common():
    task = word_intrusion(planted_fit(), n_words=3, items_per_topic=2, checks=())

    own = [
        {word for word in row if word in WORDS[topic].split()}
        for row, topic in zip(
            task.items.drop(columns="item_id").itertuples(index=False, name=None),
            task.key["topic"],
            strict=True,
        )
    ]
    assert all(len(words) == 3 for words in own)
    assert all(not own[place] & own[place + 1] for place in range(0, len(own), 2))


def test_checks_are_items_like_the_others_and_marked_in_the_key():
    task = word_intrusion(planted_fit())

    assert task.key["is_check"].tolist() == [False] * 6 + [True] * 2
    assert task.key["intruder_word"].tolist()[-2:] == ["lemon", "bicycle"]
    assert list(task.items.columns) == ["item_id", *(f"word_{n}" for n in range(1, 7))]
    assert not {"topic", "intruder", "is_check"} & set(task.items.columns)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"n_words": 1}, "n_words must be an int >= 2; got 1"),
        ({"items_per_topic": 0}, "items_per_topic must be an int >= 1; got 0"),
        ({"low": 1.0}, "low must lie between 0 and 1"),
        ({"random_state": -1}, "random_state must be an int >= 0"),
        ({"items_per_topic": 2}, "6 topics have fewer than 10 terms of different roots: border"),
        ({"n_words": 8, "checks": (("a", "b"),)}, "must have 9 different words or more"),
        ({"checks": (("a", "b"),)}, r"6 different words or more.*got \('a', 'b'\)"),
        ({"checks": ("monday",)}, "6 different words or more"),
    ],
)
def test_word_intrusion_refuses_what_cannot_be(setting, said):
    with pytest.raises(InputError, match=said):
        word_intrusion(planted_fit(), **setting)


def test_word_intrusion_refuses_topics_without_a_possible_intruder():
    fit = planted_fit()
    same = np.vstack([fit.topic_term[0]] * 2)
    twins = replace(
        fit, topic_term=same, topic_names=("one", "two"), doc_topic=fit.doc_topic[:, :2]
    )
    with pytest.raises(InputError, match="No term of another topic is rare enough in one"):
        word_intrusion(twins)


# --- topic intrusion ----------------------------------------------------------------------------


def test_topic_items_show_the_largest_topics_and_a_small_one():
    fit = planted_fit()
    task = topic_intrusion(fit, planted_passages(), 12)

    rows = {unit: row for row, unit in enumerate(fit.units["passage_id"])}
    texts = dict(zip(planted_passages().ids, planted_passages().texts, strict=True))
    for item, key in zip(task.items.itertuples(), task.key.itertuples(), strict=True):
        shares = fit.doc_topic[rows[key.passage_id]]
        shown = [key.share_1, key.share_2, key.share_3, key.share_4]
        assert item.text == texts[key.passage_id]
        assert min(shown) == shown[key.intruder - 1] == pytest.approx(0.01, abs=1e-3)
        assert sorted(shown)[1:] == sorted(shares)[-3:]
        assert fit.topic_names[int(shares.argmax())] == key.topic
        words = (item.topic_1, item.topic_2, item.topic_3, item.topic_4)[key.intruder - 1]
        assert set(words.split(", ")) <= set(WORDS[key.intruder_topic].split())


def test_topic_items_are_spread_over_the_topics_with_known_probability():
    task = topic_intrusion(planted_fit(), planted_passages(), 12)

    assert task.key["topic"].value_counts().tolist() == [2] * 6
    assert task.key["probability"].tolist() == [0.2] * 12  # 2 of 10


def test_passages_that_are_short_empty_or_of_one_topic_are_not_asked_about():
    fit = planted_fit()
    units = fit.units.assign(n_tokens=[3] * 20 + [30] * 40)
    shares = fit.doc_topic.copy()
    shares[20:40] = [0.95, 0.01, 0.01, 0.01, 0.01, 0.01]
    task = topic_intrusion(replace(fit, units=units, doc_topic=shares), planted_passages(), 20)

    assert set(task.key["passage_id"]) == set(fit.units["passage_id"][40:])


def test_no_topic_of_the_upper_half_intrudes():
    fit = planted_fit()
    shares = np.tile([0.4, 0.2, 0.15, 0.1, 0.1, 0.05], (60, 1))
    shares[::6] = np.eye(6)[np.arange(10) % 6]  # so that each topic is the largest somewhere
    fit = replace(fit, doc_topic=shares)

    keys = [
        topic_intrusion(fit, planted_passages(), 50, n_topics=1, random_state=seed).key
        for seed in range(3)
    ]

    mixed = pd.concat(keys).query("share_1 < 0.5 and share_2 < 0.5")
    assert set(mixed["intruder_topic"]) == {"hunger", "school", "music"}


def test_a_topic_with_the_words_of_a_shown_one_does_not_intrude():
    fit = planted_fit()
    topics = fit.topic_term.copy()
    topics[5] = topics[0]  # music has the words of border

    key = topic_intrusion(replace(fit, topic_term=topics), planted_passages(), 60).key

    beside = {topic: set(rows["intruder_topic"]) for topic, rows in key.groupby("topic")}
    assert beside["border"] <= {"hunger", "school"}
    assert beside["hunger"] <= {"asylum", "work"}


def test_long_texts_are_cut_at_a_word():
    passages = planted_passages(text="word " * 100 + "{row}")

    task = topic_intrusion(planted_fit(), passages, 3, most_characters=103)

    assert set(task.items["text"]) == {"word " * 20 + "[...]"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" " * 200 + "word " * 100 + "{row}", "word " * 20 + "[...]"),
        ("\n\t" * 200 + "A short text.", "A short text."),
        (" " * 200 + "a" * 150, "a" * 103 + " [...]"),
    ],
)
def test_leading_blanks_take_no_part_of_a_text_that_is_cut(text, shown):
    task = topic_intrusion(planted_fit(), planted_passages(text=text), 3, most_characters=103)

    assert set(task.items["text"]) == {shown}


@pytest.mark.parametrize(
    ("n", "setting", "said"),
    [
        (0, {}, "n must be an int >= 1; got 0"),
        (3, {"n_topics": 6}, "needs 7 or more"),
        (61, {}, "60 rows are long enough .* n is 61"),
        (3, {"fewest_tokens": 31}, "0 rows are long enough"),
        (3, {"least_share": 1}, "least_share must lie between 0 and 1, or be 0; got 1"),
        (3, {"random_state": 1.5}, "random_state must be an int"),
    ],
)
def test_topic_intrusion_refuses_what_cannot_be(n, setting, said):
    with pytest.raises(InputError, match=said):
        topic_intrusion(planted_fit(), planted_passages(), n, **setting)


def test_topic_intrusion_refuses_a_corpus_without_the_rows():
    with pytest.raises(InputError, match="lacks 57 rows of the fit: d1#000"):
        topic_intrusion(planted_fit(), planted_passages(n_passages=3), 3)


# --- scores -------------------------------------------------------------------------------------


def word_key(n_topics=4, n_checks=0):
    n = n_topics + n_checks
    return pd.DataFrame(
        {
            "item_id": [f"w{k}" for k in range(n)],
            "topic": [f"topic {k}" for k in range(n_topics)] + [""] * n_checks,
            "intruder": [k % 6 + 1 for k in range(n)],
            "n_choices": 6,
            "is_check": [k >= n_topics for k in range(n)],
        }
    )


def choices_of(key, table):
    """Choices from a table of choices, items by coders."""
    rows = [
        (item, f"c{coder}", int(chosen))
        for item, row in zip(key["item_id"], table, strict=True)
        for coder, chosen in enumerate(row)
    ]
    return pd.DataFrame(rows, columns=["item_id", "coder", "chosen"])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_model_precision_is_that_of_the_paper(seed):
    key = word_key(5)
    table = np.random.default_rng(seed).integers(1, 7, (5, 3))

    scores = word_intrusion_scores(choices_of(key, table), key).set_index("topic")

    for topic, intruder, row in zip(key["topic"], key["intruder"], table, strict=True):
        assert scores.loc[topic, "estimate"] == naive.model_precision(row.tolist(), intruder)
    right = table == key["intruder"].to_numpy()[:, None]
    assert scores.loc["all topics", "estimate"] == pytest.approx(right.mean())
    assert (scores["lower"] <= scores["estimate"]).all()
    assert (scores["estimate"] <= scores["upper"]).all()
    assert scores["chance"].tolist() == [1 / 6] * 6


def test_scores_do_not_depend_on_names_of_coders_or_order():
    key = word_key(5)
    choices = choices_of(key, np.random.default_rng(1).integers(1, 4, (5, 3)))
    renamed = choices.assign(coder=choices["coder"].map({"c0": "z", "c1": "b", "c2": "a"}))

    pd.testing.assert_frame_equal(
        word_intrusion_scores(choices, key),
        word_intrusion_scores(renamed.sample(frac=1, random_state=3), key),
    )


def test_checks_count_for_coders_and_not_for_topics():
    key = word_key(2, n_checks=2)
    choices = choices_of(key, [[1, 1], [2, 5], [3, 3], [4, 1]])

    assert word_intrusion_scores(choices, key)["n_answers"].tolist() == [2, 2, 4]
    table = coder_scores(choices, key)
    assert table["estimate"].tolist() == [1.0, 0.5]
    assert table["n_checks_right"].tolist() == [2, 1]
    assert table["n_answers"].tolist() == [2, 2] and table["chance"].tolist() == [1 / 6] * 2


def test_all_right_is_not_sure_and_surer_with_more_topics_not_more_coders():
    def lower(n_topics, n_coders):
        key = word_key(n_topics)
        table = np.repeat(key["intruder"].to_numpy()[:, None], n_coders, axis=1)
        return word_intrusion_scores(choices_of(key, table), key)["lower"].iloc[-1]

    assert lower(8, 2) == lower(8, 20) < lower(40, 2) < 1


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.data())
def test_wilson_bounds_are_where_the_score_test_begins_to_refuse(n, data):
    k = data.draw(st.integers(0, n))
    z = 1.959963984540054
    _, lower, upper = wilson(k, n, 0.95)

    assert naive.wilson_holds(min(lower + 1e-9, 1), k, n, z)
    assert naive.wilson_holds(max(upper - 1e-9, 0), k, n, z)
    assert lower == 0 or not naive.wilson_holds(lower - 1e-6, k, n, z)
    assert upper == 1 or not naive.wilson_holds(upper + 1e-6, k, n, z)


def crossed(table):
    n_rows, n_columns = np.shape(table)
    items, coders = np.repeat(np.arange(n_rows), n_columns), np.tile(np.arange(n_columns), n_rows)
    return np.ravel(table), items.tolist(), coders.tolist()


def test_means_have_the_variance_of_items_and_coders():
    table = np.random.default_rng(2).normal(size=(7, 4)).tolist()
    found = crossed_mean(*crossed(table), 0.95)

    by_items, by_coders = naive.pigeonhole_variances(table)
    freedom = (by_items + by_coders) ** 2 / (by_items**2 / 6 + by_coders**2 / 3)
    half = student.ppf(0.975, freedom) * (by_items + by_coders) ** 0.5
    assert found.estimate == pytest.approx(np.mean(table))
    assert found.upper - found.estimate == pytest.approx(half)
    assert found.estimate - found.lower == pytest.approx(half)


def test_a_mean_without_variation_or_of_one_item_has_no_interval():
    assert np.isnan(crossed_mean(*crossed([[0.0, 0.0], [0.0, 0.0]]), 0.95).lower)
    assert np.isnan(crossed_mean(*crossed([[0.0, 1.0]]), 0.95).lower)
    assert np.isnan(crossed_proportion(*crossed([[0, 1]]), 0.95).upper)


@pytest.mark.parametrize(
    ("n_topics", "n_coders", "spread"), [(10, 3, (1.5, 0.3)), (24, 3, (2, 1)), (20, 5, (1, 0))]
)
def test_intervals_over_all_hold_the_truth_for_new_topics_and_coders(n_topics, n_coders, spread):
    rng = np.random.default_rng(8)

    def chances(n, m):
        topics = spread[0] * rng.standard_normal((n, 1))
        return expit(0.7 + topics + spread[1] * rng.standard_normal((1, m)))

    truth = np.mean([chances(2000, 1).mean() for _ in range(400)])
    held = plain = 0
    for _ in range(200):
        hits = (rng.random((n_topics, n_coders)) < chances(n_topics, n_coders)).astype(int)
        found = crossed_proportion(*crossed(hits), 0.95)
        held += found.lower <= truth <= found.upper
        simple = wilson(hits.sum(), hits.size, 0.95)
        plain += simple.lower <= truth <= simple.upper

    assert held >= 0.93 * 200
    assert plain < held  # answers to one item are no independent draws


def test_answers_count_alike_whether_a_variance_is_zero_or_rounding_noise():
    """A known mistake: a balanced table has six answers or 36, by the last digit of its sums."""
    places = np.add.outer(np.arange(6), np.arange(6)) % 6
    exact, noisy = places < 3, places < 2  # half and a third of each row and column

    for table in (exact, noisy):
        found = crossed_proportion(*crossed(table.astype(int)), 0.95)
        share = table.mean()
        plain = wilson(share * 36, 36, 0.95, z=float(student.ppf(0.975, 5)))
        assert tuple(found) == pytest.approx(tuple(plain))
    nearly = exact.astype(int)
    nearly[0, 0] = 1 - nearly[0, 0]
    close = crossed_proportion(*crossed(nearly), 0.95)
    assert close.upper - close.lower == pytest.approx(0.39, abs=0.06)
    assert np.isnan(crossed_mean(*crossed(noisy.astype(float)), 0.95).lower)
    assert np.isnan(crossed_mean(*crossed(np.full((3, 3), 0.1)), 0.95).lower)


@pytest.mark.parametrize(
    ("n_coders", "n_items", "skill"),
    [(5, 4, (0.6, 0.6)), (3, 2, (3, 1)), (8, 4, (0.5, 0.2)), (5, 3, (40, 10))],
)
def test_a_topics_interval_holds_the_truth_for_other_coders(n_coders, n_items, skill):
    """A known mistake: several answers of one coder count like those of several coders."""
    rng = np.random.default_rng(4)
    coders = np.repeat(np.arange(n_coders), n_items).tolist()
    truth = skill[0] / sum(skill)
    n_runs, held = 1000, 0
    for _ in range(n_runs):
        right = rng.random((n_coders, n_items)) < rng.beta(*skill, n_coders)[:, np.newaxis]
        found = clustered_proportion(right.ravel().astype(int), coders, 0.95)
        held += found.lower <= truth <= found.upper

    # Four standard errors of 1000 runs at 95 % are .028; few coders make it too wide.
    assert held >= (0.95 - 0.028) * n_runs


def test_coders_of_several_items_of_a_topic_are_taken_together():
    key = word_key(2).assign(topic="wall")
    alike = choices_of(key, [[1, 1, 1, 6, 6, 6], [2, 2, 2, 6, 6, 6]])

    scores = word_intrusion_scores(alike, key).set_index("topic").loc["wall"]

    # Each is right always or never: two answers of a coder say no more than one.
    assert tuple(scores[["lower", "upper"]]) == pytest.approx(wilson(3, 6, 0.95)[1:])
    assert scores["n_answers"] == 12


def test_coders_of_whom_nothing_shows_how_they_differ_count_once():
    def bounds(hits, coders):
        return tuple(clustered_proportion(hits, list(coders), 0.95))

    assert bounds([1, 0, 1, 1], "aaaa") == pytest.approx(tuple(wilson(0.75, 1, 0.95)))
    assert bounds([1] * 8, "aabbccdd") == pytest.approx(tuple(wilson(4, 4, 0.95)))
    # One coder gave six of nine answers: (6 + 1 + 1 + 1)^2 / (36 + 3).
    uneven = wilson(81 / 39, 81 / 39, 0.95)
    assert bounds([1] * 9, "aaaaaabcd") == pytest.approx(tuple(uneven))
    assert np.isnan(clustered_proportion([], [], 0.95)).all()


def topic_key():
    return pd.DataFrame(
        {
            "item_id": ["t0", "t1", "t2"],
            "topic": ["wall", "wall", "visa"],
            "intruder": [4, 1, 2],
            "n_choices": 4,
            **{"share_1": [0.6, 0.01, 0.5], "share_2": [0.2, 0.7, 0.02]},
            **{"share_3": [0.1, 0.1, 0.2], "share_4": [0.02, 0.1, 0.1]},
        }
    )


def test_log_odds_are_those_of_the_paper():
    key = topic_key()
    table = [[4, 1], [1, 3], [2, 2]]

    scores = topic_intrusion_scores(choices_of(key, table), key)
    odds = scores.loc[scores["measure"] == "log odds"].set_index("topic")

    shares = key[["share_1", "share_2", "share_3", "share_4"]].to_numpy()
    by_text = [
        naive.topic_log_odds(row, intruder, chosen)
        for row, intruder, chosen in zip(shares, key["intruder"], table, strict=True)
    ]
    assert odds.loc["wall", "estimate"] == pytest.approx(np.mean(by_text[:2]))
    assert odds.loc["all topics", "estimate"] == pytest.approx(np.mean(by_text))
    assert odds.loc["visa", "estimate"] == 0
    by_guessing = [
        naive.topic_log_odds(row, i, [1, 2, 3, 4])
        for row, i in zip(shares, key["intruder"], strict=True)
    ]
    assert odds.loc["all topics", "chance"] == pytest.approx(np.mean(by_guessing))
    assert np.isnan(odds.loc["visa", "lower"])  # one text
    assert (odds["upper"].dropna() <= 0).all()


def test_precision_of_topic_intrusion_stands_beside_the_odds():
    scores = topic_intrusion_scores(choices_of(topic_key(), [[4, 1], [1, 3], [2, 2]]), topic_key())
    precision = scores.loc[scores["measure"] == "precision"].set_index("topic")

    assert precision["estimate"].tolist() == pytest.approx([0.5, 1.0, 4 / 6])
    assert precision["chance"].tolist() == [0.25] * 3
    assert precision["n_items"].tolist() == [2, 1, 3]
    assert precision["n_answers"].tolist() == [4, 2, 6]


def test_shares_of_zero_give_finite_odds():
    key = topic_key().assign(share_4=[0.0, 0.1, 0.1])

    scores = topic_intrusion_scores(choices_of(key, [[1, 1], [1, 1], [2, 2]]), key)

    assert np.isfinite(scores["estimate"]).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c, k: (c.drop(columns="chosen"), k), "choices lack the column chosen"),
        (lambda c, k: (c, k.drop(columns="intruder")), "key lack the column intruder"),
        (lambda c, k: (c, k.iloc[1:]), "1 items are not in the key: w0"),
        (lambda c, k: (pd.concat([c, c.head(1)]), k), "answered items twice: w0"),
        (lambda c, k: (c.head(0), k), "no answer to score"),
    ],
)
def test_scores_refuse_tables_that_do_not_fit(change, said):
    key = word_key()
    choices, key = change(choices_of(key, [[1, 1]] * 4), key)

    for scores in (word_intrusion_scores, coder_scores):
        with pytest.raises(InputError, match=said):
            scores(choices, key)


def test_scores_refuse_a_level_out_of_range():
    with pytest.raises(InputError, match="level"):
        word_intrusion_scores(choices_of(word_key(), [[1]] * 4), word_key(), level=1)
