"""Does the table of passes say how far each objective was from where it ended, and why it did?"""

import numpy as np
import pandas as pd
import pytest

import topoi
from topoi.fit import TopicFit
from topoi.text.vocabulary import Vocabulary


def fit_of(measure="objective", values=(8.0, 5.0, 4.0), *, model="NMF", most=10, **more):
    values = list(values)
    trace = pd.DataFrame({"pass": np.arange(1, len(values) + 1), measure: values, **more})
    return TopicFit(
        np.array([[1.0]]), np.array([[1.0]]), ("topic 1",),
        Vocabulary(("x",), np.array([1]), np.array([1])), pd.DataFrame({"n_tokens": [1]}), {},
        trace, {"model": model, "settings": {} if most is None else {"max_iter": most}},
    )  # fmt: skip


def test_distances_are_parts_of_the_last_value():
    fits = {"B": fit_of(), "A": fit_of("log_likelihood", (-10.0, -5.0, -8.0))}

    table = topoi.convergence(fits)

    assert table["model"].tolist() == ["B"] * 3 + ["A"] * 3
    assert table["measure"].tolist() == ["objective"] * 3 + ["log_likelihood"] * 3
    assert table["pass"].tolist() == [1, 2, 3] * 2
    np.testing.assert_allclose(table["distance"], [1, 0.25, 0, 0.25, 0.375, 0])
    assert dict(table.dtypes.astype(str)) == {
        "model": "str", "measure": "str", "pass": "int64", "objective": "float64",
        "distance": "float64", "stop": "str",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fit", "stop"),
    [
        (fit_of(most=4), "settled"),
        (fit_of(most=3), "limit"),
        (fit_of(most=np.int64(3)), "limit"),
        (fit_of(most=None), ""),
        (fit_of(most=True), ""),
        (fit_of(most=2, block=[1, 1, 2]), ""),
    ],
)
def test_why_the_passes_ended(fit, stop):
    assert set(topoi.convergence(fit)["stop"]) == {stop}


def test_a_fit_alone_has_the_name_of_its_model():
    assert set(topoi.convergence(fit_of(model="KeywordLDA"))["model"]) == {"KeywordLDA"}


def test_models_that_tell_nothing_have_no_row():
    silent = fit_of("other")

    assert len(topoi.convergence({"silent": silent})) == 0
    assert set(topoi.convergence({"silent": silent, "NMF": fit_of()})["model"]) == {"NMF"}
    assert len(topoi.convergence({})) == 0


def test_a_last_value_of_zero_and_missing_values_stay_numbers_or_missing():
    table = topoi.convergence(fit_of(values=(2.0, np.nan, 0.0)))

    np.testing.assert_array_equal(table["distance"], [2.0, np.nan, 0.0])
