"""What a threshold costs is what `vectorise` loses by it; what is unknown is added up."""

from inspect import signature

import numpy as np
import pandas as pd
import pytest
from text_cases import corpus_of, themes_of

from topoi.errors import InputError
from topoi.text.overlap import vocabulary_overlap
from topoi.text.pruning import pruning_costs
from topoi.text.settings import CountSettings, Settings
from topoi.text.vectorise import vectorise

TEXTS = ["visa rare1", "visa ban ban", "visa ban wall", "rare2", "the 42"]


def test_costs_by_hand():
    table = pruning_costs(
        corpus_of(TEXTS), min_docs=[1, 2], max_share=[1.0, 0.4], themes=themes_of("wall", "visa")
    )

    assert list(table.itertuples(index=False, name=None)) == [
        (1, 1.0, 5, 9, 1.0, 0, 0, ""),
        (1, 0.4, 5, 9, 1.0, 0, 1, "visa"),
        (2, 1.0, 3, 7, 7 / 9, 1, 1, "wall"),
        (2, 0.4, 3, 7, 7 / 9, 1, 2, "visa, wall"),
    ]
    kinds = ["int64", "float64", "int64", "int64", "float64", "int64", "int64", "str"]
    assert list(map(str, table.dtypes)) == kinds


@pytest.mark.parametrize("phrases", [True, False])
@pytest.mark.parametrize("lemmas", [None, "plurals"])
def test_costs_are_what_vectorise_leaves(phrases, lemmas):
    texts = [
        f"The white house met {word} on visas and a visa. alpha{n % 9}"
        for n, word in enumerate(["ban", "bans", "wall"] * 20)
    ]
    settings = {"themes": themes_of("wall*"), "phrases": phrases, "lemmas": lemmas}

    table = pruning_costs(corpus_of(texts), min_docs=[1, 7, 30], max_share=[1.0, 0.5], **settings)

    for row in table.itertuples():
        matrix = vectorise(
            corpus_of(texts), min_docs=row.min_docs, max_share=row.max_share, **settings
        )
        assert (row.terms, row.tokens) == (len(matrix.vocabulary), matrix.counts.sum())
    assert len(table) == 6


def test_thresholds_above_the_number_of_rows_are_left_out():
    assert list(pruning_costs(corpus_of(TEXTS), min_docs=[5, 6])["min_docs"].unique()) == [5]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"min_docs": [9]}, r"No value of min_docs \(9\) is at most the number of rows, 5"),
        ({"min_docs": [0]}, "min_docs must be an int >= 1"),
        ({"max_share": [0.5, 2]}, r"in \(0, 1\], at least one; got 2"),
        ({"max_share": []}, "at least one; got none"),
    ],
)
def test_unusable_thresholds_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        pruning_costs(corpus_of(TEXTS), **settings)


@pytest.mark.parametrize(
    ("name", "patterns"),
    [
        ("keep", ["alpha*"]),
        ("phrases", ["white house"]),
        ("exclude_phrases", ["white house"]),
        ("protected", ["visas"]),
    ],
)
def test_patterns_from_a_generator_hold_at_each_threshold(name, patterns):
    texts = [f"The white house met on a visa, visas and alpha{n % 9}" for n in range(60)]
    corpus = corpus_of(texts)
    settings = {"min_docs": [1, 7], "max_share": [1.0], "lemmas": "plurals"}

    table = pruning_costs(corpus, **settings, **{name: (pattern for pattern in patterns)})

    pd.testing.assert_frame_equal(table, pruning_costs(corpus, **settings, **{name: patterns}))


def test_thresholds_may_be_arrays():
    table = pruning_costs(
        corpus_of(TEXTS), min_docs=np.array([1, 2]), max_share=np.array([1.0, 0.4])
    )

    expected = pruning_costs(corpus_of(TEXTS), min_docs=[1, 2], max_share=[1.0, 0.4])
    pd.testing.assert_frame_equal(table, expected)
    with pytest.raises(InputError, match="at least one; got none"):
        pruning_costs(corpus_of(TEXTS), max_share=np.array([]))


def new_matrix():
    made = vectorise(corpus_of(["visa ban wall"]), phrases=False, min_docs=1, max_share=1.0)
    new = corpus_of(["visa the law law", "law 42", "ban", ""], source=["b", "b", "a", "a"])
    return vectorise(new, vocabulary=made.vocabulary)


def test_overlap_adds_up_over_all_rows():
    table = vocabulary_overlap(new_matrix())

    assert table.to_dict("records") == [
        {
            "rows": 4,
            "without_known": 2,
            "known": 2,
            "unknown": 3,
            "coverage": 0.4,
            "terms_used": 2,
            "vocabulary_share": 2 / 3,
        }
    ]


def test_overlap_by_a_column_is_in_its_order():
    table = vocabulary_overlap(new_matrix(), by="source").set_index("source")

    assert list(table.index) == ["a", "b"]
    assert table.loc["a", "coverage"] == 1.0
    assert table.loc["b", "coverage"] == 0.25


def test_overlap_by_numbers_is_in_their_order_with_those_missing_last():
    new = corpus_of(["visa"] * 5, year=[10, 2, np.nan, 10, 9])

    table = vocabulary_overlap(vectorise(new, vocabulary=new_matrix().vocabulary), by="year")

    assert list(table["year"])[:3] == [2, 9, 10]
    assert np.isnan(table["year"][3])
    assert list(table["rows"]) == [1, 1, 2, 1]


def test_text_that_says_nothing_has_no_coverage():
    vocabulary = new_matrix().vocabulary

    table = vocabulary_overlap(vectorise(corpus_of(["", "the 42"]), vocabulary=vocabulary))

    assert np.isnan(table["coverage"][0])
    assert table["without_known"][0] == 2


def test_unknown_terms_are_ranked_by_tokens():
    unknown = vectorise(
        corpus_of(["law law zebra the 42", "law zone"]), vocabulary=new_matrix().vocabulary
    ).unknown

    assert list(unknown.itertuples(index=False, name=None)) == [
        ("law", 3, 2),
        ("zebra", 1, 1),
        ("zone", 1, 1),
    ]


def test_overlap_of_a_vocabulary_of_its_own_is_refused():
    matrix = vectorise(corpus_of(["visa"]), phrases=False, min_docs=1, max_share=1.0)

    with pytest.raises(InputError, match=r"chose its vocabulary itself.*vocabulary=fit"):
        vocabulary_overlap(matrix)


def test_column_that_is_not_there_is_named():
    with pytest.raises(InputError, match="There is no column 'party'; there are doc_id"):
        vocabulary_overlap(new_matrix(), by="party")


def test_settings_and_their_defaults_are_those_of_vectorise():
    asked, kept = (signature(each).parameters for each in (vectorise, Settings.__init__))

    defaults = {name: each.default for name, each in kept.items() if name != "self"}

    assert set(CountSettings.__annotations__) == set(defaults)
    assert {name: asked[name].default for name in defaults} == defaults
    assert set(asked) - set(defaults) == {"passages", "vocabulary"}


@pytest.mark.parametrize("setting", ["max_terms", "max_tems"])
def test_costs_refuse_what_has_no_effect_on_them(setting):
    with pytest.raises(TypeError, match=setting):
        pruning_costs(corpus_of(TEXTS), **{setting: 5})
