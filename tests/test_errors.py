"""Do shared checks say what was given, what is allowed and what was probably meant?"""

import pytest

from topoi.errors import InputError, one_of


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
