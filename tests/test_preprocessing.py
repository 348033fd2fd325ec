"""A choice that changes nothing shows as nothing, one that matters stands out."""

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.measures.preprocessing import _restarted, preprocessing_sensitivity
from topoi.measures.preprocessing_scores import (
    _scores,
    preprocessing_effects,
    preprocessing_scores,
)
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF
from topoi.themes.theme import Seed, Theme, Themes

THEMES = Themes(
    "pack",
    (
        Theme("border", "Border", "The border.", (Seed("border"), Seed("wall"))),
        Theme("asylum", "Asylum", "Asylum.", (Seed("asylum"), Seed("refugee*"))),
    ),
)
WORDS = {
    "border": ["border", "wall", "patrol", "fence", "guard", "agents"],
    "asylum": ["asylum", "refugees", "claims", "court", "judge", "hearing"],
    "other": ["weather", "school", "music", "garden", "river", "bread"],
}
COLUMNS = ["choice", "theme", "terms", "share", "change", "rank_documents", "rank_groups"]


def planted(n_rows=90):
    """Texts of one subject each, their length and noise drawn once; the last words say nothing."""
    rng = np.random.default_rng(3)
    kinds = list(WORDS)
    rows = []
    for number in range(n_rows):
        own = rng.choice(WORDS[kinds[number % 3]], size=18)
        noise = rng.choice(WORDS[kinds[(number + 1) % 3]], size=4)
        empty = rng.choice(["noise1", "noise2"], size=number % 7)
        rows.append(" ".join([*own, *noise, *empty]))
    table = pd.DataFrame({"doc_id": [f"d{n:03}" for n in range(n_rows)], "text": rows})
    table["party"] = [kinds[number % 3] for number in range(n_rows)]
    return Corpus(table)


def sensitivity(corpus, **more):
    settings = {
        "base": {"phrases": False, "min_docs": 2, "max_share": 1.0},
        "models": [
            KeywordLDA(THEMES, topics_per_set=1, n_residual=1, random_state=1),
            LDA(3, random_state=1),
        ],
        "by": "party",
    }
    return preprocessing_sensitivity(corpus, THEMES, **{**settings, **more})


def test_choice_without_effect_shows_none_and_a_harmful_one_stands_out():
    choices = {
        "nothing": {"max_share": 0.999},
        "half the words": {"stop_words": [w for words in WORDS.values() for w in words[2:4]]},
        "two words": {"stop_words": [w for words in WORDS.values() for w in words[2:]]},
    }

    table = sensitivity(planted(), choices=choices)

    assert list(table.columns) == [*COLUMNS, "topics_kept"]
    assert list(table["choice"].unique()) == ["as given", "another start", *choices]
    for name in ("as given", "nothing"):
        rows = table.loc[table["choice"] == name]
        assert (rows["change"] == 0).all()
        assert np.allclose(rows[["rank_documents", "rank_groups", "topics_kept"]], 1.0)
    kept = table.groupby("choice")["topics_kept"].first()
    assert kept["two words"] < kept["half the words"] < 1
    rank = table.groupby("choice")["rank_documents"].min()
    assert rank["two words"] < rank["half the words"] < 1


def test_another_start_is_the_next_one_of_each_model():
    models = [KeywordLDA(THEMES, random_state=4), LDA(3, max_iter=7)]

    again = _restarted(models)

    assert [model.random_state for model in again] == [5, 1]
    assert again[1].max_iter == 7
    assert [model.random_state for model in models] == [4, 0]


def test_planted_shares_are_found_under_every_choice():
    table = sensitivity(planted(), choices={"fewer": {"min_docs": 5}})

    assert table["share"].between(0.2, 0.45).all()


def test_threads_do_not_change_the_table():
    settings = {"base": {"min_docs": 1}, "choices": {"fewer": {"min_docs": 9}}}

    one = preprocessing_sensitivity(planted(60), THEMES, n_jobs=1, **settings)
    two = preprocessing_sensitivity(planted(60), THEMES, n_jobs=2, **settings)

    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert one["rank_groups"].isna().all()


def test_rows_above_the_limit_are_taken_evenly():
    corpus = planted(90)
    table = sensitivity(corpus, choices={}, most_passages=30)

    every_third = Corpus(corpus.table.iloc[::3])
    pd.testing.assert_frame_equal(table, sensitivity(every_third, choices={}))


def test_patterns_from_a_generator_hold_for_each_choice():
    def table(keep):
        base = {"phrases": False, "min_docs": 2, "max_share": 1.0, "keep": keep}
        return sensitivity(planted(30), base=base, choices={"fewer": {"min_docs": 20}})

    pd.testing.assert_frame_equal(table(iter(["garden"])), table(["garden"]))


def test_without_a_free_model_no_topics_are_compared():
    models = [KeywordLDA(THEMES, topics_per_set=1, n_residual=1)]

    table = sensitivity(planted(30), choices={}, models=models)

    assert table["topics_kept"].isna().all()
    assert sensitivity(planted(30), choices={}, models=[NMF(3)])["topics_kept"].notna().all()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"choices": {"x": {"min_doc": 1}}}, "vectorise has no setting 'min_doc'. Its settings"),
        ({"choices": {"x": {"min_docs": 999}}}, "The choice 'x' cannot be made: min_docs is 999"),
        ({"by": "region"}, "There is no column 'region' to group by"),
        ({"models": []}, "models is empty"),
        ({"most_passages": 0}, "must be an int >= 1; got 0"),
        ({"models": [LDA(999)]}, "The choice 'as given' cannot be fitted: LDA is to find 999"),
    ],
)
def test_unusable_settings_are_refused_by_choice(more, message):
    with pytest.raises(InputError, match=message):
        sensitivity(planted(30), **more)


# --- distances of texts ---


def test_scores_by_hand():
    # Pairs ranked by |change|: combination 1: pairs 0, 1, 2; 2: pairs 2, 1, 0; 3: pairs 0, 1, 2.
    changes = np.array([[0, 0, 0], [0.9, 0.5, 0.1], [0.1, -0.5, 0.9], [-0.8, 0.4, 0.2]])
    distances = changes + np.array([0.0, 0.3, 0.9])

    scores = _scores(distances, most_pairs=1)

    # Top pair of 1 is at rank 2 in 2 and 0 in 3: mean 1 of 3 pairs. Of 2: rank 2 in both.
    assert scores.tolist() == [1 / 3, 2 / 3, 1 / 3]


def test_score_is_high_for_the_combination_that_is_unlike_the_others():
    choices = {  # the later counts: six of seven combinations are as given
        "odd": {"stop_words": [*WORDS["border"], *WORDS["asylum"]]},
        "a": {"stop_words": None},
        "b": {"stop_words": None},
    }
    base = {"phrases": False, "stop_words": None, "min_docs": 1, "max_share": 1.0}

    scores = preprocessing_scores(planted(30), choices=choices, base=base)
    effects = preprocessing_effects(scores)

    assert list(scores.columns) == ["odd", "a", "b", "terms", "score"]
    assert scores.loc[0, ["odd", "a", "b"]].tolist() == [True, False, False]
    assert effects.set_index("choice")["effect"].idxmax() == "odd"
    assert len(scores) == 7
    assert scores["score"].is_monotonic_decreasing
    assert scores["score"].between(0, 1).all()
    assert list(effects.columns) == ["choice", "effect", "lower", "upper"]
    assert list(effects["choice"]) == list(choices)


def test_patterns_from_a_generator_hold_for_each_combination():
    def scores(given):
        base = {"phrases": False, "min_docs": 1, "max_share": 1.0, "keep": given(["garden"])}
        choices = {"fewer": {"min_docs": 12}, "noise": {"keep": given(["noise*"])}}
        return preprocessing_scores(planted(12), choices=choices, base=base)

    pd.testing.assert_frame_equal(scores(iter), scores(list))


def test_effects_are_those_of_least_squares():
    rng = np.random.default_rng(0)
    made = rng.integers(0, 2, size=(40, 2)).astype(bool)
    scores = pd.DataFrame(made, columns=["a", "b"])
    scores["terms"], scores["score"] = 1, 0.1 + 0.3 * made[:, 0] + rng.normal(0, 0.01, 40)

    effects = preprocessing_effects(scores).set_index("choice")

    design = np.column_stack([np.ones(40), made])
    expected = np.linalg.lstsq(design, scores["score"].to_numpy(), rcond=None)[0]
    assert np.allclose(effects["effect"], expected[1:])
    assert effects.loc["a", "lower"] > 0.28
    assert effects.loc["b", "lower"] < 0 < effects.loc["b", "upper"]


def effects_of_all():
    """A number for each bit of the effects of eight choices, in all combinations."""
    made = np.array(list(product([False, True], repeat=8))[1:])
    scores = pd.DataFrame(made, columns=list("abcdefgh"))
    scores["terms"], scores["score"] = 1, np.random.default_rng(0).random(len(made))
    table = preprocessing_effects(scores)
    return [float(value).hex() for value in table[["effect", "lower", "upper"]].to_numpy().ravel()]


@pytest.mark.parametrize("kernel", ["Haswell", "Prescott"])
def test_effects_depend_on_no_blas(kernel):
    found = subprocess.run(
        [sys.executable, "-c", "import test_preprocessing as t; print(*t.effects_of_all())"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
            "OPENBLAS_CORETYPE": kernel,
        },
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip

    assert found.stdout.split() == effects_of_all()


def test_choices_that_cannot_be_told_apart_are_refused():
    scores = pd.DataFrame({"a": [True, False] * 4, "terms": 1, "score": np.arange(8) / 8})

    for other in (scores["a"], ~scores["a"], True, False):
        with pytest.raises(InputError, match="some choices cannot be told apart, or are always"):
            preprocessing_effects(scores.assign(b=other))


@pytest.mark.parametrize(
    ("n_rows", "choices", "message"),
    [
        (30, {}, "Give one to 8 choices; got 0"),
        (30, {str(n): {} for n in range(9)}, "Give one to 8 choices; got 9"),
        (2, {"a": {}}, "at least three rows of text; there are 2"),
    ],
)
def test_too_few_or_too_many_are_refused(n_rows, choices, message):
    with pytest.raises(InputError, match=message):
        preprocessing_scores(planted(n_rows), choices=choices, base={"min_docs": 1})


def test_effects_of_another_table_or_too_few_scores_are_refused():
    with pytest.raises(InputError, match="give preprocessing_scores"):
        preprocessing_effects(pd.DataFrame({"a": [True]}))
    with pytest.raises(InputError, match="1 combinations are too few for the effects of 1 choices"):
        preprocessing_effects(pd.DataFrame({"a": [True], "terms": [1], "score": [0.1]}))
