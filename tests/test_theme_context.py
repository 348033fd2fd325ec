"""Does a theme with a context count only where its context is spoken of, and is it explained?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

import topoi
from topoi.measures.theme_context import context_factor, context_terms
from topoi.measures.theme_curve import USUAL_CURVE
from topoi.measures.theme_evidence import about, balanced
from topoi.measures.theme_fit import ThemeFit
from topoi.measures.theme_marks import ThemeMarks
from topoi.measures.theme_parts import StartTopics, theme_parts
from topoi.text.vocabulary import Vocabulary

HALF = 0.006


def pack(*, context: tuple[str, ...] = ("migra*", "refuge")) -> topoi.Themes:
    seeds = (topoi.Seed("war"), topoi.Seed("poverty"))
    causes = topoi.Theme("causes", "causes", "Why.", seeds, context=context)
    walls = topoi.Theme("walls", "walls", "Guarding.", (topoi.Seed("wall"),))
    return topoi.Themes("test", (causes, walls))


# Wars in which people flee, wars between firms, and walls; a third of each names no seed.
WORDS = {
    "flight": "war poverty migrants refuge camp family road",
    "firms": "war poverty profit market shares brand price",
    "walls": "wall tower night guard fence gate stone",
}


def planted(n: int = 180) -> tuple[topoi.Corpus, list[str]]:
    rng = np.random.default_rng(1)
    kinds = [list(WORDS)[number % 3] for number in range(n)]
    texts = []
    for number, kind in enumerate(kinds):
        words = WORDS[kind].split()
        silent = number % 9 < 3
        texts.append(" ".join(rng.choice(words[2 if silent else 0 :], 30)))
    ids = [f"d{number}" for number in range(n)]
    return topoi.Corpus(pd.DataFrame({"doc_id": ids, "text": texts})), kinds


@pytest.fixture(scope="module")
def matrix() -> topoi.DocTermMatrix:
    return topoi.vectorise(planted()[0], themes=pack(), phrases=False)


@pytest.fixture(scope="module")
def fit(matrix: topoi.DocTermMatrix) -> topoi.ThemeFit:
    return topoi.fit_themes(matrix, pack(), n_topics=3, n_starts=3)


def wide(shares: pd.DataFrame, column: str = "share") -> np.ndarray:
    return shares[column].to_numpy().reshape(-1, 2)


def of_words(fit: topoi.ThemeFit, *texts: str) -> topoi.DocTermMatrix:
    ids = [f"d{number}" for number in range(len(texts))]
    corpus = topoi.Corpus(pd.DataFrame({"doc_id": ids, "text": list(texts)}))
    return topoi.vectorise(corpus, vocabulary=fit.vocabulary, phrases=False)


# --- the terms of a context ---------------------------------------------------------------------


def test_terms_of_a_context_are_its_words_and_phrases_with_one_inside():
    causes = topoi.Theme(
        "causes", "causes", "d", (topoi.Seed("war"),),
        counter_words=("star wars",), context=("migra*", "home countr*", "trafficking", "wars"),
    )  # fmt: skip
    other = topoi.Theme(
        "other", "other", "d", (topoi.Seed("wall"),), counter_words=("wildlife trafficking",)
    )
    terms = [
        "countries", "home", "home countries", "illegal migrants", "migrant", "migrate north",
        "star wars", "their home country", "trafficking", "war", "wildlife trafficking",
    ]  # fmt: skip

    found = context_terms(topoi.Themes("t", (causes, other)), terms)

    wanted = {
        "home countries", "illegal migrants", "migrant", "migrate north", "their home country",
        "trafficking",
    }  # fmt: skip
    assert {term for term, is_in in zip(terms, found[:, 0], strict=True) if is_in} == wanted
    assert not found[:, 1].any()


def test_a_context_without_a_word_in_the_vocabulary_is_allowed_and_leaves_nothing():
    themes = pack(context=("ocean*",))
    assert not context_terms(themes, ["wall", "war"]).any()
    factor = context_factor(np.zeros((2, 2)), themes)

    assert factor.tolist() == [[0.0, 1.0], [0.0, 1.0]]


# --- the factor ---------------------------------------------------------------------------------


def test_factor_halves_the_odds_at_six_in_a_thousand():
    found = context_factor(np.array([[HALF, 0.0], [0.0019, 0.5], [0.02, 1.0]]), pack())

    squares = found[:, 0] ** 2
    assert squares[0] == pytest.approx(0.5)
    assert squares[1] == pytest.approx(0.01, abs=5e-4)
    assert 1 - squares[2] == pytest.approx(0.008, abs=5e-4)
    assert found[:, 1].tolist() == [1, 1, 1]


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_factor_lies_in_zero_to_one_and_rises(parts):
    parts = np.sort(np.array(parts))
    found = context_factor(np.column_stack([parts, parts]), pack())

    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found[:, 0]) >= 0).all()
    assert (found[:, 1] == 1).all()


# --- shares -------------------------------------------------------------------------------------


def test_shares_are_what_the_formula_gives(fit, matrix):
    """By plain loops: each start, each row, each word."""
    terms = list(matrix.vocabulary.terms)
    weight = {("war", 0): 1.0, ("poverty", 0): 1.0, ("wall", 1): 1.0}
    context = ["migrants", "refuge"]
    tokens = [0.0, 0.0]
    for (term, theme), w in weight.items():
        tokens[theme] += w * matrix.counts[:, [terms.index(term)]].sum()
    scale = [sum(tokens) / sum(np.sqrt(tokens)) / np.sqrt(n) for n in tokens]
    rows = [0, 2, 3, 4, 5, 100]  # the three in the middle name seeds
    for row in rows:
        counts = matrix.counts[[row]].toarray()[0]
        n_tokens = matrix.units["n_tokens"][row]
        about_themes, of_context = np.zeros(2), 0.0
        rates = np.zeros(2)
        for start in fit.starts:
            known = topoi.TopicFit(
                start.topic_term, np.zeros((180, 3)), ("a", "b", "c"), matrix.vocabulary,
                matrix.units, {}, pd.DataFrame(), {}, start.document_prior,
            )  # fmt: skip
            theta = topoi.fold_in(known, matrix).doc_topic[row]
            of_topics = []
            for topic, share in enumerate(theta):
                mass = np.zeros(2)
                for (term, theme), w in weight.items():
                    mass[theme] += w * scale[theme] * start.topic_term[topic, terms.index(term)]
                own = sum(start.topic_term[topic, terms.index(term)] for term in context)
                left = own**2 / np.sqrt(own**4 + (HALF / 2) ** 4)
                of_topics.append(mass / (mass.sum() + 0.02) * [left, 1.0])
                about_themes += share * of_topics[topic] / 3
                of_context += share * own / 3
            for (term, theme), w in weight.items():
                column = terms.index(term)
                drawn = theta * start.topic_term[:, column]
                means = drawn @ np.array(of_topics) / drawn.sum()
                meant = means[theme] + means[1 - theme] / 2
                rates[theme] += w * counts[column] * meant / (n_tokens + 30) / 3
        factor = [of_context**2 / np.sqrt(of_context**4 + HALF**4), 1.0]
        for theme, name in enumerate(fit.themes.names):
            evidence = factor[theme] * (
                USUAL_CURVE.seeds * np.sqrt(rates[theme]) + USUAL_CURVE.topics * about_themes[theme]
            )
            found = fit.shares.loc[fit.shares["doc_id"] == f"d{row}"].set_index("theme")["share"]
            # Sums of some numbers in another order.
            assert found[name] == pytest.approx(evidence**2 / (1 + evidence**2), rel=1e-10)


def test_wars_of_firms_are_no_causes_of_flight(fit, matrix):
    _, kinds = planted()
    causes = wide(fit.shares)[:, 0]
    free = wide(topoi.share_themes(fit, matrix, themes=pack(context=()), n_draws=0))[:, 0]
    flight, firms = ([kind == name for kind in kinds] for name in ("flight", "firms"))

    assert free[firms].mean() > 0.4
    assert causes[firms].max() < 0.02 < 0.4 < causes[flight].mean()
    np.testing.assert_allclose(causes[flight], free[flight], atol=0.01)


def test_other_themes_stay_nearly_as_they_are(fit, matrix):
    """A seed of another theme counts half in topics of this one, which the context takes away."""
    free = topoi.share_themes(fit, matrix, themes=pack(context=()))

    for column in ("share", "lower", "upper"):
        with_context, without = (wide(shares, column)[:, 1] for shares in (fit.shares, free))
        np.testing.assert_allclose(with_context, without, atol=1e-4)
        assert (with_context <= without).all()


def test_limits_shrink_with_the_share(fit):
    table = fit.shares
    assert (table["lower"] <= table["share"]).all()
    assert (table["share"] <= table["upper"]).all()
    firms = wide(table, "upper")[[kind == "firms" for kind in planted()[1]], 0]
    assert firms.max() < 0.03


def test_a_corpus_that_never_speaks_of_the_context_has_nothing_of_the_theme(matrix, fit):
    themes = pack(context=("ocean*",))
    shares = topoi.share_themes(fit, matrix, themes=themes)

    assert (wide(shares)[:, 0] == 0).all()
    assert (wide(shares, "upper")[:, 0] == 0).all()
    assert wide(shares)[:, 1].max() > 0.4


def test_rows_without_words_and_one_row_alone_have_finite_shares(fit):
    rows = of_words(fit, "", "strange words", "war")
    found = topoi.share_themes(fit, rows)
    alone = topoi.share_themes(fit, of_words(fit, "war"))

    assert np.isfinite(wide(found)).all()
    np.testing.assert_array_equal(wide(found)[0], wide(found)[1])
    np.testing.assert_array_equal(wide(found)[2], wide(alone)[0])


def test_one_passage_can_be_fitted():
    corpus = topoi.Corpus(pd.DataFrame({"doc_id": ["a"], "text": ["war wall migrants war wall"]}))
    matrix = topoi.vectorise(corpus, themes=pack(), phrases=False, min_docs=1, max_share=1.0)
    shares = topoi.fit_themes(matrix, pack(), n_topics=1, n_starts=1).shares

    assert ((shares["share"] > 0) & (shares["share"] < 1)).all()


def test_same_bits_for_any_number_of_threads_and_rows(matrix, fit):
    threaded = topoi.share_themes(fit, matrix, n_jobs=2)
    pd.testing.assert_frame_equal(threaded, fit.shares, check_exact=True)
    rows = [100, 4, 7]
    part = topoi.DocTermMatrix(
        matrix.counts[rows], matrix.vocabulary, matrix.units.iloc[rows].reset_index(drop=True)
    )
    for column in ("share", "lower", "upper"):
        found = wide(topoi.share_themes(fit, part), column)
        np.testing.assert_array_equal(found, wide(fit.shares, column)[rows])


def test_the_context_is_recorded(fit):
    assert fit.provenance["settings"]["contexts"] == {"causes": ["migra*", "refuge"]}
    assert pack(context=()).contexts == {}


# --- the balance of themes ----------------------------------------------------------------------


def test_balance_by_hand():
    seeds = np.array([[1.0, 0.0], [0.5, 0.0], [0.0, 1.0], [0.0, 0.0]])
    term_freq = np.array([60, 8, 4, 100])  # 64 weighted tokens of the first, 4 of the second

    found = balanced(seeds, term_freq)

    scale = 68 / (8 + 2)
    np.testing.assert_allclose(found[:, 0], np.array([1, 0.5, 0, 0]) * scale / 8)
    np.testing.assert_allclose(found[:, 1], np.array([0, 0, 1, 0]) * scale / 2)
    # All seeds together weigh what they weighed.
    assert (term_freq @ found).sum() == pytest.approx((term_freq @ seeds).sum())


def test_balance_of_equally_frequent_themes_changes_nothing():
    seeds = np.array([[1.0, 0.0], [0.0, 2.0]])

    np.testing.assert_allclose(balanced(seeds, np.array([6, 3])), seeds)


def test_seeds_that_never_occur_have_finite_weights():
    found = balanced(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([9, 0]))

    assert np.isfinite(found).all()
    assert (found.max(axis=0) > 0).all()


def test_a_rare_theme_has_more_of_a_shared_topic():
    """The frequent theme has most seeds in the topic, but no more than anywhere."""
    seeds = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    topics = np.array([[0.06, 0.04, 0.9], [0.06, 0.0, 0.94]])

    before, after = about(topics, seeds), about(topics, balanced(seeds, np.array([600, 40, 9360])))

    assert before[0, 0] > before[0, 1]
    assert after[0, 1] > after[0, 0]


# --- parts of contexts --------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 3))
def test_parts_of_contexts_are_probabilities_of_their_words(seed, n_starts):
    rng = np.random.default_rng(seed)
    counts = csr_array(rng.integers(0, 3, (5, 7)))
    starts = [
        StartTopics(rng.dirichlet(np.ones(7), 3), rng.random(3) + 0.1) for _ in range(n_starts)
    ]
    all_terms, none = np.ones((7, 2)), np.zeros((7, 2))
    seeds = rng.random((7, 2))

    whole, nothing, half = (
        theme_parts(
            starts, counts, ThemeMarks(pack(), seeds, seeds, context), n_draws=0, n_threads=1
        ).contexts
        for context in (all_terms, none, np.repeat([[1.0], [0.0]], [3, 4], axis=0) * [1, 1])
    )

    np.testing.assert_allclose(whole, 1)
    assert not nothing.any()
    assert ((half > 0) & (half < 1)).all()


# --- explanations -------------------------------------------------------------------------------


def test_terms_of_a_row_add_up_to_the_root_of_the_odds(fit, matrix):
    for row_id in ("d0", "d3", "d4", "d5"):  # the last three name seeds
        table = topoi.explain_share(fit, matrix, row_id)
        sums = table.groupby("theme", sort=False)["evidence"].sum()
        shares = fit.shares.loc[fit.shares["doc_id"] == row_id].set_index("theme")["share"]
        # Shares near 1 lose some digits when odds are taken of them.
        np.testing.assert_allclose(sums, np.sqrt(shares / (1 - shares)), rtol=1e-6)


def test_explanation_shows_the_context_and_what_it_leaves(fit):
    rows = of_words(fit, "war migrants refuge camp", "war profit market price")
    known, other = (topoi.explain_share(fit, rows, row_id) for row_id in rows.ids)

    causes = known.loc[known["theme"] == "causes"]
    assert set(causes.loc[causes["is_context"], "term"]) == {"migrants", "refuge"}
    assert not known.loc[known["theme"] == "walls", "is_context"].any()
    assert known.groupby("theme")["context"].nunique().tolist() == [1, 1]
    assert causes["context"].iloc[0] > 0.99
    assert other.loc[other["theme"] == "causes", "context"].iloc[0] < 0.3
    assert (other.loc[other["theme"] == "walls", "context"] == 1).all()


def test_explained_passage_says_what_the_context_took(fit):
    texts = ["war profit market price", "war migrants refuge camp"]
    corpus = topoi.Corpus(pd.DataFrame({"doc_id": ["d0", "d1"], "text": texts}))
    rows = of_words(fit, *texts)

    taken, left = (repr(topoi.explain_passage(fit, rows, corpus, row_id)) for row_id in rows.ids)

    assert "of what it would be in its context (no word)" in taken
    assert "in its context" not in left


def test_topics_tell_how_far_they_are_of_the_context(fit, matrix):
    table = topoi.theme_topics(fit, matrix)

    assert list(table.columns)[-1] == "context"
    assert table.loc[table["theme"] == "walls", "context"].isna().all()
    causes = table.loc[table["theme"] == "causes"]
    terms = matrix.vocabulary.terms
    columns = [terms.index("migrants"), terms.index("refuge")]
    for row in causes.itertuples():
        phi = fit.starts[row.start - 1].topic_term[row.topic - 1]
        assert row.context == pytest.approx(phi[columns].sum())


def test_sensitivity_has_the_shares_of_the_context(fit, matrix):
    how = {"n_halves": 0, "n_placebos": 1, "n_topics": (), "n_model_seeds": 0}
    table = topoi.theme_sensitivity(fit, matrix, **how)
    for pattern in ("war", "poverty"):
        rows = table.loc[(table["variation"] == "without seed") & (table["detail"] == pattern)]
        shares = topoi.share_themes(fit, matrix, themes=topoi.drop_seed(pack(), pattern), n_draws=0)
        wanted = np.average(wide(shares), axis=0, weights=matrix.units["n_tokens"])
        # Topics are held in single precision.
        np.testing.assert_allclose(rows["share"], wanted, atol=1e-6)
    # Random seeds have no context, so that nothing of the theme is left in them.
    assert topoi.placebo_seeds(matrix, pack(), 0).contexts == {}


# --- packs --------------------------------------------------------------------------------------


PACK = """
name = "p"
[[theme]]
name = "causes"
definition = "Why."
context = {context}
seeds = ["war"]
"""


def load(tmp_path, context: str) -> topoi.Themes:
    file = tmp_path / "p.toml"
    file.write_text(PACK.replace("{context}", context), encoding="utf-8")
    return topoi.load_themes(file)


def test_a_pack_may_give_a_context(tmp_path):
    assert load(tmp_path, '["migra*", "home countr*"]').contexts == {
        "causes": ["migra*", "home countr*"]
    }


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ('"migra*"', "key 'context' must be a list of texts"),
        ('["Migra"]', "key 'context': 'Migra' not usable; write them like seeds"),
        ('["a", "a"]', "Theme 'causes' lists these words of its context twice: a"),
    ],
)
def test_a_context_that_is_not_usable_is_refused(tmp_path, context, message):
    with pytest.raises(topoi.InputError, match=message):
        load(tmp_path, context)


def test_a_theme_refuses_words_that_are_no_patterns():
    with pytest.raises(topoi.InputError, match="Of the context of theme 'causes': Seed 'A b'"):
        pack(context=("A b",))


@pytest.mark.parametrize("name", ["migration", "migration_es"])
def test_shipped_packs_have_a_context_for_root_causes_alone(name):
    themes = topoi.load_themes(name)

    assert list(themes.contexts) == ["root_causes"]
    parts = themes.split()
    assert {name for name in parts.contexts} == {
        theme.name for theme in parts if theme.name.startswith("root_causes")
    }


def test_halves_and_drops_keep_the_context():
    first, second = topoi.half_seeds(pack_of_two(), 0)
    assert first.contexts == second.contexts == pack().contexts
    assert topoi.drop_seed(pack(), "war").contexts == pack().contexts


def pack_of_two() -> topoi.Themes:
    themes = pack()
    causes, walls = themes.themes
    more = replace(walls, seeds=(topoi.Seed("wall"), topoi.Seed("gate")))
    return replace(themes, themes=(causes, more))


def test_a_fit_by_hand_with_one_word_of_the_context():
    """One topic of 1,000 words of which 6 are of the context: the odds are half."""
    terms = ["migrants", "other", "wall", "war"]
    counts = csr_array(np.array([[0, 1, 0, 1]]))
    units = pd.DataFrame({"doc_id": ["a"], "n_tokens": [2]})
    vocabulary = Vocabulary(terms, np.array([0, 1, 0, 1]), np.array([0, 1, 0, 1]))
    matrix = topoi.DocTermMatrix(counts, vocabulary, units)
    start = StartTopics(np.array([[HALF, 0.894, 0.0, 0.1]]), np.array([1.0]))
    curve = topoi.ThemeCurve(seeds=4.0, topics=0.0)
    fit = ThemeFit(pd.DataFrame(), pack(), vocabulary, (start,), curve, {})

    found = topoi.share_themes(fit, matrix, n_draws=0)["share"].to_numpy()

    # Every word is of the one topic, and five sixths of it are about war; 6 of 1,000 words of the
    # context leave a topic most of that.
    meant = 0.1 / 0.12 / np.sqrt(1 + 1 / 16)
    odds = 16 * meant / 32 / 2
    np.testing.assert_allclose(found, [odds / (1 + odds), 0])
