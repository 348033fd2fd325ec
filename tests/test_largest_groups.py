"""Are the groups that figures compare those with most text, and are they compared right?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from topoi.measures.group_contrasts import group_contrasts
from topoi.measures.keyness import keyness
from topoi.measures.largest_groups import largest_groups
from topoi.measures.typical_terms import have_typical_terms, typical_terms
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary


def units_of(groups, tokens=None):
    n = len(groups)
    return pd.DataFrame(
        {
            "passage_id": [f"p{number:03}" for number in range(n)],
            "doc_id": [f"d{number:03}" for number in range(n)],
            "a b$": groups,
            "n_tokens": tokens or [10] * n,
        }
    )


def matrix_of(counts, groups):
    counts = np.asarray(counts)
    terms = tuple(f"t{number}" for number in range(counts.shape[1]))
    vocabulary = Vocabulary(terms, (counts > 0).sum(axis=0), counts.sum(axis=0))
    units = units_of(groups, counts.sum(axis=1).tolist())
    return DocTermMatrix(csr_array(counts), vocabulary, units)


def test_groups_come_by_their_tokens_and_equals_by_name():
    groups = ["small"] * 3 + ["z"] * 4 + ["a"] * 4 + ["few"] * 2 + [None, ""] * 3

    found = largest_groups(units_of(groups, [1] * 3 + [5] * 8 + [99] * 2 + [7] * 6), "a b$", n=9)

    assert found == ["a", "z", "small"]
    assert largest_groups(units_of(groups), "a b$", n=1) == ["a"]
    assert largest_groups(units_of(groups), "no such column", n=1) == []


def test_documents_without_a_token_do_not_count():
    assert largest_groups(units_of(["a"] * 3, [4, 4, 0]), "a b$", n=2) == []


def test_typical_terms_are_of_each_group_beside_the_other():
    counts = [[9, 1, 5], [8, 1, 5], [9, 2, 5], [9, 1, 5], [1, 9, 5], [1, 8, 5], [2, 9, 5]]

    table = typical_terms(matrix_of(counts, ["many"] * 4 + ["less"] * 3), "a b$", n=1)

    assert table[["group", "other", "term"]].to_numpy().tolist() == [
        ["many", "less", "t0"], ["less", "many", "t1"],
    ]  # fmt: skip
    assert (table["z"] > 0).all()


def test_three_documents_are_enough_for_a_term():
    table = typical_terms(matrix_of([[1, 0]] * 3 + [[0, 1]] * 3, ["a"] * 3 + ["b"] * 3), "a b$")

    assert table["term"].tolist() == ["t0", "t1"]


@pytest.mark.parametrize(
    ("counts", "groups"),
    [
        ([[3, 1]] * 6, ["a"] * 3 + ["b"] * 3),  # the same rates
        ([[3, 1]] * 3 + [[1, 3]] * 2, ["a"] * 3 + ["b"] * 2),  # too few documents
        ([[3, 1]] * 3 + [[1, 3]] * 3, ["a"] * 6),
        ([[0, 0]] * 6, ["a"] * 3 + ["b"] * 3),
    ],
)
def test_groups_that_nothing_tells_apart_have_no_typical_terms(counts, groups):
    assert len(typical_terms(matrix_of(counts, groups), "a b$")) == 0


def test_tables_without_a_row_have_the_columns_of_those_with_rows():
    counts = [[9, 1, 5], [8, 1, 5], [9, 2, 5], [1, 9, 5], [1, 8, 5], [2, 9, 5]]
    two, one = ["a"] * 3 + ["b"] * 3, ["a"] * 6

    def values(number):
        return np.linspace(0.1, 0.7, 6)

    for found, none in (
        (typical_terms(matrix_of(counts, two), "a b$"), typical_terms(matrix_of(counts, one), "x")),
        (
            group_contrasts(shares_of(two, values), "a b$"),
            group_contrasts(shares_of(one, values), "a b$"),
        ),
    ):
        assert len(found) > 0 == len(none)
        assert none.dtypes.astype(str).to_dict() == found.dtypes.astype(str).to_dict()
        assert list(none.columns) == list(found.columns)


@given(st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=6, max_size=9))
@settings(max_examples=60, deadline=None)
def test_whether_there_are_typical_terms_is_known_beforehand(counts):
    matrix = matrix_of(counts, [("a", "b")[number % 2] for number in range(len(counts))])
    filled = np.array([sum(row) > 0 for row in counts])
    enough = min(filled[::2].sum(), filled[1::2].sum()) >= 3
    known = enough and bool((keyness(matrix, "a b$", groups=("a", "b"))["z"].abs() > 1e-9).any())

    assert have_typical_terms(matrix, "a b$") == known == bool(len(typical_terms(matrix, "a b$")))


def shares_of(groups, share):
    units = units_of(groups, [(1, 3)[number % 2] for number in range(len(groups))])
    return pd.concat(
        [units.assign(theme=theme, share=share(number)) for number, theme in enumerate("xy")]
    ).sort_values("doc_id", kind="stable", ignore_index=True)


def test_contrasts_are_of_the_share_of_the_text_with_the_largest_group():
    groups = ["base"] * 6 + ["b"] * 4 + ["c"] * 3
    values = np.linspace(0.1, 0.7, 13)
    shares = shares_of(groups, lambda number: values if number == 0 else 1 - values)
    one = shares.loc[shares["theme"] == "x"]
    means = {
        name: np.average(own["share"], weights=own["n_tokens"]) for name, own in one.groupby("a b$")
    }

    table = group_contrasts(shares, "a b$")

    assert table[["value", "baseline", "name"]].to_numpy().tolist() == [
        ["b", "base", "x"], ["b", "base", "y"], ["c", "base", "x"], ["c", "base", "y"],
    ]  # fmt: skip
    assert set(table["of"]) == {"a b$"}
    expected = [means["b"] - means["base"], means["c"] - means["base"]]
    # Two ways to add the same few numbers: rounding alone is between them.
    np.testing.assert_allclose(table["estimate"][::2], expected, atol=1e-12)
    np.testing.assert_allclose(table["estimate"][1::2], [-e for e in expected], atol=1e-12)
    assert (table["lower"] < table["upper"]).all()


def test_small_groups_and_those_after_the_sixth_take_no_part():
    groups = [name for name in "abcdefgh" for _ in range(3)] + ["tiny"] * 2
    shares = shares_of(groups, lambda number: np.linspace(0, 1, len(groups)))

    # By turns five and seven tokens a group; the first of those with seven is the baseline.
    assert group_contrasts(shares, "a b$")["value"].tolist()[::2] == list("dfhac")
    assert len(group_contrasts(shares_of(["a"] * 9, lambda number: 0.5), "a b$")) == 0


def test_one_share_for_all_gives_differences_of_zero():
    table = group_contrasts(shares_of(["a"] * 3 + ["b"] * 3, lambda number: 0.25), "a b$")

    np.testing.assert_allclose(table[["estimate", "lower", "upper"]], 0, atol=1e-12)
