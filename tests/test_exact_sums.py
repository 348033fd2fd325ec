"""Are many numbers added up exactly, whatever their order, and hashed as they would be at once?"""

import hashlib
from fractions import Fraction

import numpy as np
import pytest

from topoi.hashes import add_whole_numbers
from topoi.models.exact_sums import exact_sum, exact_sum_of_squares

MANY = 2**16  # as many as are looked at together


@pytest.mark.parametrize("n", [0, 1, MANY - 1, MANY, MANY + 1, 2 * MANY + 3])
def test_sums_are_those_of_fractions(n):
    rng = np.random.default_rng(n)
    values = (rng.normal(size=n) * 10.0 ** rng.integers(-8, 8, n)).astype(np.float32)
    squares = values.astype(np.float64) ** 2

    for order in (slice(None), slice(None, None, -1)):
        assert exact_sum(values[order]) == float(sum(map(Fraction, values.tolist())))
        assert exact_sum_of_squares(values[order]) == float(sum(map(Fraction, squares.tolist())))


@pytest.mark.parametrize("dtype", [np.int32, np.int64, ">i4", np.float32])
@pytest.mark.parametrize("n", [0, 1, MANY, MANY + 1])
def test_whole_numbers_are_hashed_by_their_values(n, dtype):
    values = np.arange(n)[::-1].astype(dtype)
    digest = hashlib.sha256()

    add_whole_numbers(digest, values)

    wanted = np.ascontiguousarray(values, dtype="<i8").tobytes()
    assert digest.hexdigest() == hashlib.sha256(wanted).hexdigest()
