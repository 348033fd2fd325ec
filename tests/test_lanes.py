"""Are eight numbers worked on at once as Python would do it, and never read where they are not?"""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numba.core.errors import TypingError

from topoi.kernels.lanes import LANES, copy_row, lane_sum, lanes_of, larger, load, prefetch, store

NUMBERS = st.floats(width=32, allow_nan=True, allow_infinity=True, allow_subnormal=True)
EIGHT = st.lists(NUMBERS, min_size=LANES, max_size=LANES)


def combine(a, b, at, found, sums):
    """Every operation once; found (9, 24), sums (2,)."""
    x, y = load(a, at), load(b, at)
    store(found[0], at, x + y)
    store(found[1], at, x - y)
    store(found[2], at, x * y)
    store(found[3], at, larger(x, y))
    store(found[4], at, larger(y, x))
    store(found[5], at, lanes_of(b[at]))
    total = lanes_of(a[at])
    total += x
    store(found[6], at, total)
    total *= y
    store(found[7], at, total)
    store(found[8], at, x)
    sums[0], sums[1] = lane_sum(x), lane_sum(x * y)


compiled = njit(combine)


def rows_of(a, b, at):
    """Both numbers lists at a place in longer rows, and room for results marked with sevens."""
    rows = np.full((2, 24), 5, np.float32)
    rows[0, at : at + LANES], rows[1, at : at + LANES] = a, b
    return rows[0], rows[1], np.full((9, 24), 7, np.float32), np.zeros(2, np.float32)


def assert_same_bits(found, expected):
    """The same float32 bits; a nan need only be a nan, its payload is nobody's promise."""
    nan = np.isnan(expected)
    np.testing.assert_array_equal(np.isnan(found), nan)
    np.testing.assert_array_equal(found[~nan].view(np.uint32), expected[~nan].view(np.uint32))


@settings(max_examples=150, deadline=None)
@given(a=EIGHT, b=EIGHT, at=st.integers(0, 16))
def test_compiled_lanes_have_the_bits_of_interpreted_ones(a, b, at):
    fast, plain = rows_of(a, b, at), rows_of(a, b, at)

    compiled(fast[0], fast[1], at, fast[2], fast[3])
    with np.errstate(all="ignore"):
        combine(plain[0], plain[1], at, plain[2], plain[3])

    assert_same_bits(fast[2], plain[2])
    assert_same_bits(fast[3], plain[3])


def test_results_are_those_of_numpy_and_nothing_beside_the_eight_is_touched():
    a, b = np.arange(1, 9, dtype=np.float32) / 3, np.float32([2, -3, 0.1, 4, -5, 6, 0, 8])
    rows = rows_of(a, b, 5)

    compiled(rows[0], rows[1], 5, rows[2], rows[3])

    total = a[0] + a
    expected = [a + b, a - b, a * b, np.maximum(a, b), np.maximum(a, b), np.full(8, b[0]), total]
    np.testing.assert_array_equal(rows[2][:, 5:13], [*expected, total * b, a])
    assert (rows[2][:, :5] == 7).all()
    assert (rows[2][:, 13:] == 7).all()


def test_lanes_are_added_in_halves_and_in_no_other_order():
    # 2**24 swallows a 1 that is added alone, and not the four that come together.
    values = np.float32([2**24, 1, 1, 1, 0, 0, 1, 1])
    halves = (values[0] + values[4] + (values[2] + values[6])) + (
        (values[1] + values[5]) + (values[3] + values[7])
    )

    found = np.zeros(2, np.float32)
    compiled(values, np.ones(8, np.float32), 0, np.zeros((9, 8), np.float32), found)

    assert found[0] == halves
    assert found[0] != np.cumsum(values)[-1]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (np.nan, 1.0, 1.0),  # of b where either is nan
        (1.0, np.nan, np.nan),
        (np.inf, 1.0, np.inf),
        (-np.inf, 1.0, 1.0),
        (0.0, -0.0, -0.0),  # equal, so that of b
        (-0.0, 0.0, 0.0),
    ],
)
@pytest.mark.parametrize("combined", [compiled, combine])
def test_the_larger_of_a_nan_an_infinity_or_a_signed_zero_is_as_stated(combined, a, b, expected):
    found = np.zeros((9, 8), np.float32)

    with np.errstate(all="ignore"):
        combined(
            np.full(8, a, np.float32), np.full(8, b, np.float32), 0, found, np.zeros(2, np.float32)
        )

    assert_same_bits(found[3], np.full(8, expected, np.float32))


@njit
def first_eight(row):
    return lane_sum(load(row, 0))


@njit
def put_eight(row, zeros):
    store(row, 0, load(zeros, 0))


@njit
def brought_near(row):
    prefetch(row)
    return row.shape[0]


OTHER_ROWS = {
    "float64": np.ones(16),
    "int32": np.ones(16, np.int32),
    "a column": np.ones((16, 16), np.float32)[:, 0],
    "a row of a Fortran-ordered table": np.asfortranarray(np.ones((16, 16), np.float32))[0],
    "every second number": np.ones(32, np.float32)[::2],
    "backwards": np.ones(32, np.float32)[::-1],
    "two axes": np.ones((16, 16), np.float32),
    "other byte order": np.ones(16, np.dtype(np.float32).newbyteorder()),
    "complex": np.ones(16, np.complex64),
}


@pytest.mark.parametrize("kind", OTHER_ROWS)
def test_rows_that_are_no_contiguous_float32_are_not_read(kind):
    with pytest.raises((TypingError, NotImplementedError)):
        first_eight(OTHER_ROWS[kind])


@pytest.mark.parametrize("kind", OTHER_ROWS)
def test_rows_that_are_no_contiguous_float32_are_not_written(kind):
    row = OTHER_ROWS[kind].copy(order="K")
    row = row if row.strides == OTHER_ROWS[kind].strides else OTHER_ROWS[kind]

    with pytest.raises((TypingError, NotImplementedError)):
        put_eight(row, np.zeros(8, np.float32))

    assert (row == 1).all()


@pytest.mark.parametrize("length", [0, 1, 8, 17, 40])
def test_a_row_that_is_brought_near_stays_as_it_is(length):
    table = np.arange(3 * length, dtype=np.float32).reshape(3, length)
    before = table.copy()

    assert brought_near(table[1]) == brought_near.py_func(table[1]) == length
    assert_same_bits(table, before)
    asked = "\n".join(brought_near.inspect_asm().values())
    assert re.search(r"^\s+(prefetch\w*|prfm)\s", asked, re.MULTILINE)


@pytest.mark.parametrize("kind", OTHER_ROWS)
def test_rows_that_are_no_contiguous_float32_are_not_brought_near(kind):
    with pytest.raises(TypingError):
        brought_near(OTHER_ROWS[kind])


@njit
def copied(row, target):
    copy_row(row, target)


@pytest.mark.parametrize("length", [0, 8, 40])
def test_a_row_is_copied_bit_by_bit_and_nothing_beside_it(length):
    rows = np.full((2, 3, length), 7, np.float32)
    source = np.linspace(-1, 1, length).astype(np.float32)
    source[:1] = np.nan

    copied(source, rows[0, 1])
    copied.py_func(source, rows[1, 1])

    assert_same_bits(rows[0], rows[1])
    assert_same_bits(rows[0, 1], source)
    assert (rows[:, ::2] == 7).all()


@pytest.mark.parametrize("kind", OTHER_ROWS)
def test_rows_that_are_no_contiguous_float32_are_not_copied(kind):
    for row, target in [
        (OTHER_ROWS[kind], np.ones(16, np.float32)),
        (np.ones(16, np.float32), OTHER_ROWS[kind]),
    ]:
        with pytest.raises((TypingError, NotImplementedError)):
            copied(row, target)


@pytest.mark.parametrize("number", [1.0, 1, np.float64(1), np.int64(1), True])
def test_only_a_float32_fills_the_lanes(number):
    @njit
    def filled(number):
        return lane_sum(lanes_of(number))

    with pytest.raises(TypingError):
        filled(number)


def test_lanes_and_single_numbers_do_not_mix():
    row = np.ones(8, np.float32)

    @njit
    def times(row):
        return lane_sum(load(row, 0) * row[0])

    @njit
    def greater(row):
        return lane_sum(larger(load(row, 0), row[0]))

    for mixed in (times, greater):
        with pytest.raises(TypingError):
            mixed(row)
