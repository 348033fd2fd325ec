"""Are themes measured as the documentation says, for any rows, threads and seeds?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

import topoi
from topoi.errors import InputError
from topoi.measures.theme_curve import USUAL_CURVE
from topoi.measures.theme_fit import usual_starts, usual_topics

THEMES = topoi.Themes(
    "test",
    (
        topoi.Theme("walls", "walls", "Guarding.", (topoi.Seed("wall"), topoi.Seed("guard*"))),
        topoi.Theme(
            "visas", "visas", "Entering.", (topoi.Seed("visa*"), topoi.Seed("permit", 0.5))
        ),
    ),
)
WORDS = {
    "walls": "wall guard fence tower patrol night",
    "visas": "visa permit office form fee queue",
    "none": "bread music river garden market bridge",
}


def planted(n: int, *, seed: int = 0) -> tuple[topoi.Corpus, list[str]]:
    """Passages of 30 words of one kind each; one in three of a kind names none of its seeds."""
    rng = np.random.default_rng(seed)
    kinds = [list(WORDS)[number % 3] for number in range(n)]
    texts = []
    for number, kind in enumerate(kinds):
        words = WORDS[kind].split()[2 if number % 9 < 3 and kind != "none" else 0 :]
        texts.append(" ".join(rng.choice(words, 30)))
    ids = [f"d{number}" for number in range(n)]
    return topoi.Corpus(pd.DataFrame({"doc_id": ids, "text": texts})), kinds


@pytest.fixture(scope="module")
def matrix() -> topoi.DocTermMatrix:
    return topoi.vectorise(planted(180)[0], themes=THEMES, phrases=False)


@pytest.fixture(scope="module")
def fit(matrix: topoi.DocTermMatrix) -> topoi.ThemeFit:
    return topoi.fit_themes(matrix, THEMES, n_topics=(3, 6), n_starts=2)


def rows_of(matrix: topoi.DocTermMatrix, rows: list[int]) -> topoi.DocTermMatrix:
    units = matrix.units.iloc[rows].reset_index(drop=True)
    return topoi.DocTermMatrix(matrix.counts[rows], matrix.vocabulary, units)


def wide(shares: pd.DataFrame, column: str = "share") -> np.ndarray:
    return shares[column].to_numpy().reshape(-1, 2)


def test_shares_are_what_the_formula_gives(matrix, fit):
    terms = list(matrix.vocabulary.terms)
    weights = np.zeros((len(terms), 2))
    for term, theme, weight in (
        ("wall", 0, 1),
        ("guard", 0, 1),
        ("visa", 1, 1),
        ("permit", 1, 0.5),
    ):
        weights[terms.index(term), theme] = weight
    tokens = np.asarray(matrix.counts.sum(axis=0)) @ weights
    marks = weights / np.sqrt(tokens) * tokens.sum() / np.sqrt(tokens).sum()
    parts, meant = np.zeros((180, 2)), np.zeros((180, len(terms), 2))
    for start in fit.starts:
        mass = start.topic_term @ marks
        of_topics = mass / (mass.sum(axis=1, keepdims=True) + 0.02)
        known = topoi.TopicFit(
            start.topic_term, np.zeros((180, len(mass))), tuple(map(str, range(len(mass)))),
            matrix.vocabulary, matrix.units, {}, pd.DataFrame(), {}, start.document_prior,
        )  # fmt: skip
        theta = topoi.fold_in(known, matrix).doc_topic
        parts += theta @ of_topics / len(fit.starts)
        drawn = theta[:, None, :] * start.topic_term.T  # rows, terms, topics
        own = (drawn / drawn.sum(axis=2, keepdims=True)) @ of_topics
        meant += (own + own[:, :, ::-1] / 2) / len(fit.starts)
    hits = np.einsum("dv,dvt,vt->dt", matrix.counts.toarray(), meant, weights)
    rates = hits / (matrix.units["n_tokens"].to_numpy()[:, None] + 30)
    evidence = USUAL_CURVE.seeds * np.sqrt(rates) + USUAL_CURVE.topics * parts
    # Sums of a few numbers in another order.
    np.testing.assert_allclose(wide(fit.shares), evidence**2 / (1 + evidence**2), rtol=1e-12)


def test_planted_themes_are_found_also_where_no_seed_is_named(fit):
    _, kinds = planted(180)
    shares = wide(fit.shares)

    for column, theme in enumerate(THEMES.names):
        assert roc_auc_score([kind == theme for kind in kinds], shares[:, column]) > 0.999
        silent = [n % 9 < 3 and kind == theme for n, kind in enumerate(kinds)]
        others = [kind not in (theme,) for kind in kinds]
        assert shares[silent, column].min() > shares[others, column].max()


def test_a_row_depends_on_its_own_counts_only(matrix, fit):
    rows = [17, 3, 99, 3]
    found = topoi.share_themes(fit, rows_of(matrix, rows))
    whole = topoi.share_themes(fit, matrix)

    assert whole.equals(fit.shares)
    for column in ("share", "lower", "upper"):
        np.testing.assert_array_equal(wide(found, column), wide(whole, column)[rows])


def test_same_bits_for_any_number_of_threads(matrix, fit):
    threaded = topoi.fit_themes(matrix, THEMES, n_topics=(3, 6), n_starts=2, n_jobs=2)

    pd.testing.assert_frame_equal(threaded.shares, fit.shares, check_exact=True)
    assert threaded.provenance == fit.provenance


def test_the_interval_holds_the_share_and_narrows_with_level_and_length(matrix, fit):
    for table in (fit.shares, topoi.share_themes(fit, matrix, n_draws=0)):
        assert (table["lower"] <= table["share"]).all()
        assert (table["share"] <= table["upper"]).all()
    narrow = topoi.share_themes(fit, matrix, level=0.5)
    assert (narrow["upper"] - narrow["lower"] < fit.shares["upper"] - fit.shares["lower"]).all()
    assert narrow["share"].equals(fit.shares["share"])
    texts = ["wall tower", " ".join(["wall tower"] * 40)]
    short, long = (
        topoi.share_themes(
            fit,
            topoi.vectorise(
                topoi.Corpus(pd.DataFrame({"doc_id": ["x"], "text": [text]})),
                vocabulary=matrix.vocabulary,
                phrases=False,
            ),
        ).iloc[0]
        for text in texts
    )
    assert short["upper"] - short["lower"] > 2 * (long["upper"] - long["lower"])


def test_text_without_anything_of_a_theme_has_no_share():
    curve = topoi.ThemeCurve(seeds=5.0, topics=2.0)

    assert curve.probability(curve.evidence(np.zeros(2), np.zeros(2))).tolist() == [0.0, 0.0]
    assert curve.probability(np.array([1.0])).tolist() == [0.5]
    assert curve.evidence(np.array([0.04]), np.array([0.25])).tolist() == [1.5]


def test_other_seeds_need_no_other_fit(matrix, fit):
    swapped = topoi.Themes(
        "swapped",
        (
            topoi.Theme("walls", "walls", "Guarding.", (topoi.Seed("tower"),)),
            topoi.Theme("bread", "bread", "Eating.", (topoi.Seed("bread"),)),
        ),
    )
    _, kinds = planted(180)
    found = topoi.share_themes(fit, matrix, themes=swapped)

    assert list(found["theme"][:2]) == ["walls", "bread"]
    assert roc_auc_score([kind == "none" for kind in kinds], wide(found)[:, 1]) > 0.999


def test_background_helps_a_small_text_and_adds_no_rows(matrix):
    few = rows_of(matrix, list(range(9)))
    alone = topoi.fit_themes(few, THEMES, n_topics=3, n_starts=1)
    helped = topoi.fit_themes(few, THEMES, background=matrix, n_topics=3, n_starts=1)

    assert len(helped.shares) == len(alone.shares) == 18
    assert (
        helped.provenance["background_sha256"]
        == topoi.fit_themes(matrix, THEMES, n_topics=3, n_starts=1, n_draws=0).provenance[
            "counts_sha256"
        ]
    )
    _, kinds = planted(9)
    for column, theme in enumerate(THEMES.names):
        assert roc_auc_score([kind == theme for kind in kinds], wide(helped.shares)[:, column]) == 1


def test_documents_have_limits_too(fit):
    table = fit.shares.rename(columns={"doc_id": "passage_id"})
    table["doc_id"] = [f"d{row // 4}" for row in range(len(table))]
    documents = topoi.document_shares(table)
    first = table.loc[(table["doc_id"] == "d0") & (table["theme"] == "walls")]

    for column in ("share", "lower", "upper"):
        expected = np.average(first[column], weights=first["n_tokens"])
        assert documents[column].iloc[0] == pytest.approx(expected, rel=1e-12)


def test_of_many_rows_each_start_learns_from_some_of_its_own(matrix):
    several = topoi.fit_themes(matrix, THEMES, n_topics=3, n_starts=2, n_draws=0, max_rows=90)

    for number, start in enumerate(several.starts):
        rng = np.random.default_rng(number)
        rows = np.sort(rng.permutation(len(matrix.units))[:90])
        alone = topoi.fit_themes(
            rows_of(matrix, rows.tolist()), THEMES, n_topics=3, n_starts=1, n_draws=0,
            random_state=number,
        )  # fmt: skip
        np.testing.assert_array_equal(start.topic_term, alone.starts[0].topic_term)
    assert len(several.shares) == 2 * len(matrix.units)
    assert several.provenance["settings"]["max_rows"] == 90


def test_rows_of_the_matrix_come_before_those_of_the_background(matrix):
    own, rest = rows_of(matrix, list(range(40))), rows_of(matrix, list(range(40, 180)))
    # The lot of the own rows comes first, so the generator has been used once.
    rng = np.random.default_rng(0)
    rng.permutation(40)
    chosen = [*range(40), *np.sort(40 + rng.permutation(140)[:20])]
    expected = topoi.fit_themes(
        rows_of(matrix, [int(row) for row in chosen]), THEMES, n_topics=3, n_starts=1, n_draws=0
    )
    found = topoi.fit_themes(
        own, THEMES, background=rest, n_topics=3, n_starts=1, n_draws=0, max_rows=60
    )

    np.testing.assert_array_equal(found.starts[0].topic_term, expected.starts[0].topic_term)


def test_shares_are_the_same_whatever_is_held_at_a_time(fit, matrix, monkeypatch):
    monkeypatch.setattr("topoi.measures.theme_parts._ROWS", 7)
    monkeypatch.setattr("topoi.measures.theme_parts._DRAWN_ROWS", 3)

    found = topoi.share_themes(fit, matrix)

    pd.testing.assert_frame_equal(found, fit.shares, check_exact=True)


def test_fewer_rows_than_topics_are_refused(matrix):
    with pytest.raises(InputError, match="max_rows must be an int >= 6; got 5"):
        topoi.fit_themes(matrix, THEMES, n_topics=(3, 6), max_rows=5)


def test_topics_of_a_start_are_a_fit_to_be_judged(fit, matrix):
    second = fit.topics(matrix, 2)
    behind = topoi.theme_topics(fit, matrix)
    of_start = behind.loc[(behind["start"] == 2) & (behind["theme"] == "walls")]

    assert second.n_topics == len(fit.starts[1].topic_term) == len(of_start)
    tokens = matrix.units["n_tokens"].to_numpy(dtype=float)
    expected = tokens @ second.doc_topic / tokens.sum()
    np.testing.assert_allclose(of_start.sort_values("topic")["share"], expected, rtol=1e-6)
    assert len(topoi.top_terms(second, n=3)) == 3 * second.n_topics
    with pytest.raises(InputError, match="start must be an int >= 1 and <= 2; got 3"):
        fit.topics(matrix, 3)


@pytest.mark.parametrize("measure", [topoi.topic_diversity, topoi.word_intrusion, topoi.top_terms])
def test_measures_of_topics_say_where_those_of_themes_are(fit, measure):
    with pytest.raises(AttributeError, match=r"2 sets of topics.*fit\.topics\(matrix, start\)"):
        measure(fit)
    assert not hasattr(fit, "what")


def test_it_shows_itself(fit):
    assert repr(fit) == (
        "<ThemeFit of 2 themes in 180 documents: 2 starts of 3 and 6 topics, 18 terms>"
    )
    assert "share of the text" in fit._repr_html_()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_starts": 0}, "n_starts"),
        ({"n_topics": ()}, "empty sequence"),
        ({"n_topics": 0}, "n_topics"),
        ({"n_topics": 500}, "500 topics in 180"),
        ({"n_draws": 1}, "one draw has no spread"),
        ({"n_draws": -1}, "n_draws"),
        ({"level": 1.0}, "level must lie"),
        ({"random_state": -1}, "random_state"),
    ],
)
def test_settings_out_of_range_are_refused(matrix, settings, message):
    with pytest.raises(topoi.InputError, match=message):
        topoi.fit_themes(matrix, THEMES, **settings)


def test_other_terms_are_refused(matrix, fit):
    other = topoi.vectorise(planted(30)[0], min_docs=2, phrases=False, max_terms=6)

    with pytest.raises(topoi.InputError, match="does not count the 18 terms"):
        topoi.share_themes(fit, other)
    with pytest.raises(topoi.InputError, match="does not count the 18 terms"):
        topoi.fit_themes(matrix, THEMES, background=other)
    lost = topoi.Themes("lost", (topoi.Theme("sea", "sea", "Sailing.", (topoi.Seed("sail"),)),))
    with pytest.raises(topoi.InputError, match="No seed of theme 'sea'"):
        topoi.fit_themes(matrix, lost)


@pytest.mark.parametrize("weights", [(-1, 1), (0, 0), (float("nan"), 1), (1, float("inf"))])
def test_a_curve_has_weights(weights):
    with pytest.raises(topoi.InputError, match="A curve has"):
        topoi.ThemeCurve(*weights)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*" ".join(WORDS.values()).split(), "strange"]), max_size=60))
def test_any_row_has_a_share(fit, words):
    text = " ".join(words)
    corpus = topoi.Corpus(pd.DataFrame({"doc_id": ["x"], "text": [text]}))
    row = topoi.vectorise(corpus, vocabulary=fit.vocabulary, phrases=False)
    found = topoi.share_themes(fit, row)

    assert np.isfinite(found[["share", "lower", "upper"]]).all(axis=None)
    assert (found[["share", "lower", "upper"]].to_numpy() >= 0).all()
    assert (found["upper"] < 1).all()


@pytest.mark.parametrize(
    ("n_rows", "sizes"), [(1, (1,)), (30, (4,)), (240, (12,)), (970, (12, 48)), (10**6, (20, 100))]
)
def test_usual_numbers_of_topics(n_rows, sizes):
    assert usual_topics(n_rows) == sizes


@pytest.mark.parametrize(("n_rows", "n_starts"), [(0, 16), (1999, 16), (2000, 8), (10**6, 8)])
def test_usual_numbers_of_starts(n_rows, n_starts):
    assert usual_starts(n_rows) == n_starts


def test_the_usual_curve_is_that_of_the_documentation():
    assert (USUAL_CURVE.seeds, USUAL_CURVE.topics) == (9.5, 2.6)
