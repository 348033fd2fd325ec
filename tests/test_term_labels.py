"""Are terms of a formula called so that a reader knows what is compared with what?"""

import numpy as np
import pandas as pd
import pytest

from topoi.measures.formulas import design_of
from topoi.measures.term_labels import term_labels

TABLE = pd.DataFrame(
    {
        "share": 0.0,
        "age_group": ["old", "young"] * 12,
        "source": ["b", "a", "a b"] * 8,
        "score": np.random.default_rng(0).normal(size=24),
        "date": pd.date_range("2021-01-01", periods=24, freq="MS"),
    }
)


def labels(formula, table=TABLE):
    design = design_of(formula, table)
    return dict(zip(design.terms, term_labels(design), strict=True))


def test_values_of_a_category_are_told_with_what_they_are_compared_with():
    assert labels("share ~ C(source) + age_group + score") == {
        "Intercept": "intercept",
        "C(source)[T.a b]": "source: a b (against a)",
        "C(source)[T.b]": "source: b (against a)",
        "age_group[T.young]": "age group: young (against old)",
        "score": "score",
    }


def test_another_baseline_is_the_one_told():
    found = labels("share ~ C(source, contr.treatment('b'))")

    assert list(found.values())[1:] == ["source: a (against b)", "source: a b (against b)"]


def test_interactions_join_their_factors():
    found = labels("share ~ age_group * score")

    assert list(found.values())[1:] == [
        "age group: young (against old)", "score", "age group: young (against old) × score",
    ]  # fmt: skip


def test_parts_of_splines_are_numbered_and_functions_stay():
    found = labels("share ~ bs(date, 3) + np.exp(score)")

    assert list(found.values())[1:] == [
        "date (bs, part 1)", "date (bs, part 2)", "date (bs, part 3)", "np.exp(score)",
    ]  # fmt: skip


def test_other_contrasts_are_called_as_formulaic_does():
    found = labels("share ~ C(source, contr.sum())")

    assert list(found.values())[1:] == [name for name in found if name != "Intercept"]


@pytest.mark.parametrize(
    "value", [r"$\foo$", "<script>", "a]:b[T.c", "x:y", "عربي", "w" * 200, "\x07bell"]
)
def test_values_of_any_letters_are_kept(value):
    found = labels("share ~ C(source)", TABLE.assign(source=["0", value, "0"] * 8))

    base, other = sorted(["0", value])
    assert list(found.values()) == ["intercept", f"source: {other} (against {base})"]


def test_each_term_has_a_label_of_its_own():
    found = labels("share ~ C(source) * age_group * score + bs(date, 3)")

    assert len(set(found.values())) == len(found) > 10
