"""Which terms are suggested for a pack, and what their numbers are."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

import topoi
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.measures.log_odds import weighted_log_odds
from topoi.measures.seed_suggestions import suggest_seeds
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes


def pack(**themes):
    found = tuple(
        Theme(name, name, "A definition.", tuple(Seed(pattern) for pattern in patterns))
        for name, patterns in themes.items()
    )
    return Themes("tiny", found)


def passages_of(texts):
    ids = [f"p{number:03}" for number in range(len(texts))]
    return Corpus(pd.DataFrame({"doc_id": ids, "passage_id": ids, "text": texts}))


def counted(texts, themes):
    return topoi.vectorise(
        passages_of(texts), themes=themes, phrases=False, stop_words=None, min_docs=1, max_share=1.0
    )


def matrix(rows):
    """A matrix of the terms of each row, also of such as no text gives."""
    terms = sorted({term for row in rows for term in row})
    counts = np.array([[row.count(term) for term in terms] for row in rows])
    ids = [f"p{number:03}" for number in range(len(rows))]
    vocabulary = Vocabulary(terms, (counts > 0).sum(axis=0), counts.sum(axis=0))
    units = pd.DataFrame({"doc_id": ids, "passage_id": ids})
    return DocTermMatrix(csr_array(counts), vocabulary, units)


PACK = pack(legal=["visa*", "permit"], border=["border*", "patrol"])
TEXTS = [
    *["visa permit harvest common talk"] * 12,
    *["border patrol river common talk"] * 12,
    *["weather garden common music"] * 12,
    *["border visa talk"] * 2,
]


def test_terms_that_go_with_a_theme_alone_are_suggested_for_it():
    found = suggest_seeds(counted(TEXTS, PACK), PACK)

    # "talk" is in both themes, "common" everywhere, "weather" in none.
    assert found[["theme", "rank", "term"]].to_numpy().tolist() == [
        ["legal", 1, "harvest"], ["border", 1, "river"],
    ]  # fmt: skip


def test_the_numbers_of_a_suggestion_are_those_by_hand():
    found = suggest_seeds(counted(TEXTS, PACK), PACK).iloc[0]

    assert (found["passages"], found["documents"], found["with_theme"]) == (12, 12, 12)
    assert found["share"] == 1.0
    # Rows of the theme hold 12 x 5 + 2 x 3 = 66 terms, rows of none 12 x 4 = 48.
    y, other, prior_all = 12 + 1.2, 0 + 1.2, 0.1 * (66 + 48)
    expected = math.log(y / (66 + prior_all - y)) - math.log(other / (48 + prior_all - other))
    assert found["log_odds"] == pytest.approx(expected)
    assert found["z"] == pytest.approx(expected / math.sqrt(1 / y + 1 / other))
    # Of the theme alone: 60 terms; of the other without it: 60.
    away = math.log(y / (60 + 12 - y)) - math.log(other / (60 + 12 - other))
    assert found["log_odds_others"] == pytest.approx(away)
    assert (found["example_1"], found["example_2"]) == ("p000", "p001")
    assert (found["context"], found["left_out"], found["min_hits"]) == ("", "", 1)


def test_the_words_around_a_term_are_shown_where_there_are_texts():
    found = suggest_seeds(counted(TEXTS, PACK), PACK, passages=passages_of(TEXTS))

    assert found.loc[0, "context"] == "visa permit [harvest] common talk"


def test_seeds_of_any_theme_are_no_suggestions_and_the_pack_stays_as_it_is():
    before = pack(legal=["visa*", "permit"], border=["border*", "patrol"])

    found = suggest_seeds(counted(TEXTS, PACK), PACK)

    assert not PACK.match(list(found["term"]))["term_id"].ge(0).any()
    assert before == PACK


def test_no_more_than_n_terms_a_theme_come():
    texts = [text.replace("harvest", "harvest farm crop") for text in TEXTS]

    found = suggest_seeds(counted(texts, PACK), PACK, 2)

    assert list(found["theme"]) == ["legal", "legal", "border"]
    assert list(found["term"])[:2] == ["crop", "farm"]  # equal numbers: by the alphabet


def test_a_term_of_too_few_documents_is_none():
    table = passages_of(TEXTS).table.assign(doc_id="all in one")
    dtm = topoi.vectorise(
        Corpus(table), themes=PACK, phrases=False, stop_words=None, min_docs=1, max_share=1.0
    )

    assert len(suggest_seeds(dtm, PACK)) == 0
    found = suggest_seeds(dtm, PACK, min_documents=1)
    assert list(found["term"]) == ["harvest", "river"]
    assert list(found["example_2"]) == ["", ""]


def test_a_seed_inside_a_phrase_does_not_speak_for_the_phrase():
    themes = pack(legal=["visa", "permit"], border=["patrol"])
    # "visa office" goes with "visa", which it holds, and never with the other seed.
    alone = [["visa", "visa office", "talk"]] * 15 + [["permit", "talk"]] * 15
    garden = ["weather", "garden", "rose", "lawn", "talk"]
    others = [["patrol", "river", *garden]] * 15 + [garden] * 15
    helped = [["permit", "visa office", "talk"]] * 15

    without = suggest_seeds(matrix(alone + others), themes)
    with_other = suggest_seeds(matrix(alone + others + helped), themes)

    assert "visa office" not in list(without["term"])
    found = with_other.loc[with_other["term"] == "visa office"].iloc[0]
    assert found["left_out"] == "visa"
    assert found["with_theme"] == 15


def test_counter_words_are_not_suggested():
    seeds = (Seed("visa"), Seed("permit"))
    legal = Theme("legal", "legal", "d", seeds, counter_words=("harvest*",))
    themes = Themes("tiny", (legal, PACK.themes[1]))

    assert "harvest" not in list(suggest_seeds(counted(TEXTS, themes), themes)["term"])


def test_two_seeds_are_asked_for_where_enough_passages_have_them():
    texts = [text.replace("visa permit", "visa permit permit") for text in TEXTS] * 10

    chosen = suggest_seeds(counted(texts, PACK), PACK)
    one = suggest_seeds(counted(texts, PACK), PACK, min_hits=1)

    assert set(chosen["min_hits"]) == {2}
    assert set(one["min_hits"]) == {1}


def test_a_pack_of_one_theme_is_judged_beside_the_rest_alone():
    themes = pack(legal=["visa*", "permit"])

    found = suggest_seeds(counted(TEXTS, themes), themes)

    assert list(found["term"]) == ["harvest"]
    assert found["z_others"].isna().all()


def test_themes_that_never_occur_and_texts_without_themes_give_an_empty_table():
    themes = pack(war=["tank"], peace=["treaty"])

    found = suggest_seeds(counted(TEXTS, themes), themes)

    assert len(found) == 0
    assert str(found["z"].dtype) == "float64"


def test_hostile_terms_are_shown_as_they_are_without_a_context():
    odd = ["=cmd()", "#tag", "a*b", "two  blanks", "\x1b[31m"]
    rows = [["visa", *odd]] * 20 + [["weather", "garden", "rose", "lawn", "talk"]] * 20
    dtm = matrix(rows)
    texts = Corpus(dtm.units.assign(text="visa =cmd() #tag a*b"))

    found = suggest_seeds(dtm, pack(legal=["visa"]), passages=texts)

    assert set(found["term"]) == set(odd)
    assert found.set_index("term").loc["a*b", "context"] == ""


@pytest.mark.parametrize("setting", ["n", "min_documents", "min_hits"])
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(InputError, match=rf"{setting} must be an int >= 1; got 0\."):
        suggest_seeds(counted(TEXTS, PACK), PACK, **{setting: 0})


def test_passages_that_are_not_those_of_the_matrix_are_refused():
    with pytest.raises(InputError, match="The passages are other rows than those of the matrix"):
        suggest_seeds(counted(TEXTS, PACK), PACK, passages=passages_of(TEXTS[:-1]))


def test_the_order_of_rows_has_no_say():
    order = np.random.default_rng(0).permutation(len(TEXTS)).tolist()
    table = passages_of(TEXTS).table.iloc[order]
    shuffled = topoi.vectorise(
        Corpus(table), themes=PACK, phrases=False, stop_words=None, min_docs=1, max_share=1.0
    )

    pd.testing.assert_frame_equal(
        suggest_seeds(shuffled, PACK), suggest_seeds(counted(TEXTS, PACK), PACK)
    )


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=8))
@settings(max_examples=40, deadline=None)
def test_log_odds_change_their_sign_with_the_sides_and_are_finite(pairs):
    first, second = (np.array(side) for side in zip(*pairs, strict=True))

    delta, score = weighted_log_odds(first, first.sum(), second, second.sum())
    back, score_back = weighted_log_odds(second, second.sum(), first, first.sum())

    np.testing.assert_allclose(delta, -back, atol=1e-9)
    np.testing.assert_allclose(score, -score_back, atol=1e-9)
    assert np.isfinite(delta).all()
    assert np.isfinite(score).all()
    assert (delta[(first + second) == 0] == 0).all()
