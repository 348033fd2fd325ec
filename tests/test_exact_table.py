"""Does exactly the same table come back, or none at all?"""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from topoi.io.exact_table import NotKeptError, exact_table_parts, table_of_parts

NAN = float("nan")


def kept(table):
    return table_of_parts("t", exact_table_parts("t", table))


@pytest.mark.parametrize(
    "values",
    [
        pd.Series(["", "=1+1", None, "é\u0301", "a\x00b"], dtype="str"),
        pd.Series(["a", None], dtype=pd.StringDtype("python", na_value=np.nan)),
        pd.Series(["a", None], dtype=pd.StringDtype("pyarrow", na_value=pd.NA)),
        pd.Series([1, 2**53 + 1, -(2**63)], dtype="int64"),
        pd.Series([0.1 + 0.2, -0.0, NAN, np.inf, 5e-324]),
        pd.Series([0.1, NAN], dtype="float32"),
        pd.Series([True, False]),
        pd.Series([1, None], dtype="Int64"),
        pd.Series(["b", "a", "b"], dtype="category"),
        pd.to_datetime(pd.Series(["2021-02-03", None])).astype("datetime64[us]"),
        pd.to_datetime(pd.Series(["1677-10-01 00:00:00.123456789"])),
        pd.Series([1, "1", 1.0, True, None, NAN, 2**80], dtype="object"),
        pd.Series([date(2021, 2, 3), datetime(2021, 2, 3, 4, tzinfo=UTC)], dtype="object"),
        pd.Series([Decimal("1.10"), pd.NaT, pd.NA, "\udcff lone"], dtype="object"),
        pd.Series([], dtype="str"),
        pd.Series([], dtype="object"),
    ],
    ids=str,
)
def test_a_column_comes_back_with_its_kind_and_every_bit(values):
    table = pd.DataFrame({"values": values})

    found = kept(table)

    assert found.dtypes.tolist() == table.dtypes.tolist()
    for a, b in zip(found["values"], values, strict=True):
        assert type(a) is type(b)
        assert repr(a) == repr(b)  # nan is not equal to itself, and -0.0 is to 0.0


def test_names_of_columns_come_back_in_order_even_odd_ones():
    table = pd.DataFrame([[1, "x", 2.0]], columns=["b", "a.b/ü", "7"])

    assert kept(table).columns.tolist() == ["b", "a.b/ü", "7"]


def test_two_columns_of_one_name_stay_two():
    table = pd.DataFrame([[1, "x"]], columns=["a", "a"])

    assert kept(table).equals(table)


def test_a_table_without_columns_has_its_rows():
    assert len(kept(pd.DataFrame(index=pd.RangeIndex(3)))) == 3


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pd.DataFrame({"a": pd.Series([[1, 2]], dtype="object")}), "holds a list"),
        (pd.DataFrame({3: [1]}), "whose name is no text"),
        (pd.DataFrame({"a": [1, 2]}, index=[7, 9]), "would not come back"),
        (
            pd.DataFrame({"a": pd.Series(["\udcff"], dtype=pd.StringDtype("python", np.nan))}),
            r"^t: .*surrogate",
        ),
    ],
)
def test_what_would_not_come_back_is_refused(table, words):
    with pytest.raises(NotKeptError, match=words):
        exact_table_parts("t", table)


def test_the_same_table_gives_the_same_bytes():
    table = pd.DataFrame({"a": ["x", None], "b": pd.Series([1, "1"], dtype="object")})

    assert exact_table_parts("t", table) == exact_table_parts("t", table.copy())
