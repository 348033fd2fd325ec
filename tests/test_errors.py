"""Do shared checks say what was given, what is allowed and what was probably meant?"""

import numpy as np
import pytest

from topoi.checks import at_least, one_of
from topoi.errors import InputError


@pytest.mark.parametrize("allowed", [("sum", "mean"), {"sum": 1, "mean": 2}, ["sum", "mean"]])
def test_an_allowed_word_passes(allowed):
    one_of("aggregate", "mean", allowed)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("men", "aggregate must be one of sum, mean; got 'men'. Did you mean 'mean'?"),
        ("MEAN", "aggregate must be one of sum, mean; got 'MEAN'. Did you mean 'mean'?"),
        ("xyz", "aggregate must be one of sum, mean; got 'xyz'."),
        ("", "aggregate must be one of sum, mean; got ''."),
        (None, "aggregate must be one of sum, mean; got None."),
        (["mean"], "aggregate must be one of sum, mean; got ['mean']."),
    ],
)
def test_any_other_value_is_refused_with_the_nearest_word(value, message):
    with pytest.raises(InputError) as caught:
        one_of("aggregate", value, ("sum", "mean"))

    assert str(caught.value) == message


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_an_int_of_python_or_numpy_passes(value):
    at_least("n", value, 3, most=3, whole=True)


@pytest.mark.parametrize("value", [0, True, np.True_, 3.0, np.float64(3), np.inf, "3", None])
def test_what_is_no_int_of_enough_is_refused(value):
    with pytest.raises(InputError) as caught:
        at_least("n", value, 1, whole=True)

    assert str(caught.value) == f"n must be an int >= 1; got {value!r}."


@pytest.mark.parametrize("value", [1, 0.5, np.float32(0.5), np.int8(2)])
def test_a_number_of_python_or_numpy_passes(value):
    at_least("tol", value, 0.5, most=2)


@pytest.mark.parametrize("value", [0.4, 2.1, np.nan, True, np.True_, 1j, "1", None])
def test_what_is_no_number_in_range_is_refused(value):
    with pytest.raises(InputError) as caught:
        at_least("tol", value, 0.5, most=2)

    assert str(caught.value) == f"tol must be a number >= 0.5 and <= 2; got {value!r}."


def test_a_number_without_end_is_refused():
    with pytest.raises(InputError, match=r"tol must be a number >= 0; got inf\."):
        at_least("tol", np.inf, 0)
