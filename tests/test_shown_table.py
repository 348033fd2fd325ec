"""Does a table of results show its shares as bars, its settings once, and nothing but its rows?"""

import numpy as np
import pandas as pd
import pytest
from test_reprs import Page, rectangles

from topoi.errors import InputError
from topoi.shown_table import show


def prevalence_of(**columns):
    """As `prevalence` has it, of two themes."""
    table = {
        "name": ["root_causes", "visas"],
        "estimate": [0.25, 0.5],
        "lower": [0.2, np.nan],
        "upper": [0.3, np.nan],
        "level": 0.95,
        "n_documents": [12, 2],
        "uncertainty": "documents",
        "is_small": False,
    }
    return pd.DataFrame({**table, **columns})


def rows_of(table, **settings):
    return Page(show(table, **settings)._repr_html_()).rows


def test_shares_are_in_per_cent_with_their_interval_and_a_bar():
    page = Page(show(prevalence_of())._repr_html_())

    assert page.rows == [
        ["name", "estimate", "interval", "0 to 50.0%", "n_documents"],
        ["root_causes", "25.0%", "[20.0%, 30.0%]", "", "12"],
        ["visas", "50.0%", "", "", "2"],
    ]
    assert "2 rows; 95 % intervals; uncertainty: documents" in page.text


def test_bars_are_as_long_as_shares_and_only_known_bounds_have_a_line():
    html = show(prevalence_of())._repr_html_()

    assert [found["width"] for found in rectangles(html)] == ["78", "156"]
    assert html.count("<path") == 1


def test_terminal_has_the_same_table_in_letters():
    assert repr(show(prevalence_of())).split("\n") == [
        "<2 rows; 95 % intervals; uncertainty: documents>",
        "name         estimate        interval  0 to 50.0%                n_documents",
        "root_causes     25.0%  [20.0%, 30.0%]  ████████████                       12",
        "visas           50.0%                  ████████████████████████            2",
    ]


def test_seed_that_is_a_word_stays_a_column():
    table = pd.DataFrame({"theme": ["a"], "seed": ["visa*"]})

    assert rows_of(table) == [["theme", "seed"], ["a", "visa*"]]
    assert rows_of(table.assign(seed=7)) == [["theme"], ["a"]]


def test_setting_that_differs_between_rows_stays_a_column():
    assert "level" in rows_of(prevalence_of(level=[0.9, 0.95]))[0]


def test_setting_that_differs_beyond_the_shown_rows_stays_a_column():
    assert "uncertainty" in rows_of(prevalence_of(uncertainty=["documents", "shares"]), most=1)[0]


def test_small_cells_are_marked_where_there_are_any():
    rows = rows_of(prevalence_of(is_small=[False, True]))

    assert [row[-1] for row in rows] == ["is_small", "", "yes"]


def test_differences_have_signs_and_bars_on_both_sides_of_zero():
    table = pd.DataFrame(
        {"name": ["a", "a"], "value": ["x", "y"], "baseline": ["y", "z"], "level": 0.9}
        | {"estimate": [-0.1, 0.1], "lower": [-0.1, 0.0], "upper": [0.0, 0.1]}
        | {"p_value": [0.0004, 0.0416]}
    )

    html = show(table)._repr_html_()

    assert Page(html).rows[1:] == [
        ["a", "x", "y", "-10.0%", "[-10.0%, 0.0%]", "", "<0.001"],
        ["a", "y", "z", "+10.0%", "[0.0%, 10.0%]", "", "0.042"],
    ]
    assert [(found["x"], found["width"]) for found in rectangles(html)] == [
        ("2", "78"),
        ("80", "78"),
    ]
    assert "█" not in repr(show(table))


def test_settings_are_told_as_they_are():
    table = pd.DataFrame({"statistic": [1.0], "estimate": [0.1], "unit": "doc_id"})

    page = Page(show(table.assign(n_permutations=999))._repr_html_())
    assert "1 row; unit: doc_id; n permutations: 999" in page.text
    assert page.rows[1] == ["1.00", "+10.0%"]


def test_log_odds_are_no_percentages():
    columns = {"name": ["a"], "term": ["date"], "family": "logit", "estimate": [1.5]}

    assert rows_of(pd.DataFrame({**columns, "lower": 1.0, "upper": 2.0}))[1] == [
        *("a", "date", "+1.50", "[1.00, 2.00]", ""),
    ]


def test_scores_are_no_percentages():
    table = pd.DataFrame({"theme": ["a"], "measure": ["kappa"], "estimate": [0.4]})

    assert rows_of(table)[1] == ["a", "kappa", "0.40"]


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([12345.678, 1.234, np.nan], ["12346", "1", ""]),
        ([-3.0, 1.234, 0.0456], ["-3.00", "1.23", "0.05"]),
        ([0.0456, 0.0, np.inf], ["0.046", "0.000", "inf"]),
        ([np.nan], [""]),
    ],
)
def test_numbers_of_a_column_have_the_same_digits_and_no_powers_of_ten(numbers, shown):
    assert [row[0] for row in rows_of(pd.DataFrame({"rate": numbers}))[1:]] == shown


def test_lowest_and_highest_are_shares_beside_shares_alone():
    table = pd.DataFrame({"theme": ["a"], "lowest": [0.25]})

    assert rows_of(table)[1] == ["a", "0.25"]
    assert rows_of(table.assign(share=0.5))[1][1] == "25.0%"


def test_dates_truths_and_missing_values_are_shown_as_words():
    table = pd.DataFrame(
        {
            "date": pd.to_datetime(["2021-03-04", None]),
            "is_found": [True, False],
            "code": pd.array([1, None], dtype="Int64"),
            "text": ["a\n\nb", None],
            "parts": [[1, 2], [None]],
        }
    )

    assert rows_of(table)[1:] == [
        ["2021-03-04", "yes", "1", "a b", "[1, 2]"],
        ["", "", "", "", "[None]"],
    ]


def test_index_that_says_something_is_a_column():
    table = pd.DataFrame({"documents": [3, 4]}, index=pd.Index(["a", "b"], name="source"))

    assert rows_of(table) == [["source", "documents"], ["a", "3"], ["b", "4"]]


def test_numbers_of_chosen_rows_are_no_column():
    assert rows_of(prevalence_of().iloc[[1]])[0][0] == "name"


def test_columns_that_are_called_as_ours_are_not_lost():
    table = prevalence_of(interval=["one", "two"])

    assert rows_of(table)[0][2] == "interval (shown)"
    assert [row[-1] for row in rows_of(table)[1:]] == ["one", "two"]


def test_first_rows_are_shown_and_all_are_counted():
    page = Page(show(pd.DataFrame({"n": range(100)}), most=3)._repr_html_())

    assert [row[0] for row in page.rows] == ["n", "0", "1", "2"]
    assert "the first 3 of 100 rows" in page.text


@pytest.mark.parametrize("columns", [["n"], ["name", "estimate", "lower", "upper", "level"], []])
def test_table_without_rows_can_be_shown(columns):
    table = pd.DataFrame({name: pd.Series(dtype="float64") for name in columns})

    assert len(rows_of(table)) == 1
    assert repr(show(table)).startswith("<0 rows")


def test_long_words_are_cut_in_the_terminal_and_whole_on_the_page():
    table = pd.DataFrame({"theme": ["m" * 200], "share": [0.5], "text": ["w" * 200]})

    assert max(map(len, repr(show(table)).split("\n"))) < 180
    assert rows_of(table)[1][0] == "m" * 200
    assert rows_of(table)[1][-1] == "w" * 200


def test_table_stays_as_it_was():
    table = prevalence_of()
    before = table.copy(deep=True)

    assert show(table).table is table
    repr(show(table))
    pd.testing.assert_frame_equal(table, before)


def test_one_colour_stands_for_a_name_and_grey_for_topics_without_theme():
    table = pd.DataFrame({"topic": ["visas", "topic 1", "visas"], "share": [0.1, 0.2, 0.3]})

    first, grey, last = (found["fill"] for found in rectangles(show(table)._repr_html_()))
    assert first == last != grey


@pytest.mark.parametrize("given", [None, [1], {"a": [1]}])
def test_other_things_than_tables_are_refused(given):
    with pytest.raises(InputError, match=r"show takes a table .* got"):
        show(given)


def test_columns_of_one_name_and_no_rows_are_refused():
    with pytest.raises(InputError, match="Several columns of the table are called a; rename"):
        show(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(InputError, match="most must be an int >= 1"):
        show(pd.DataFrame({"a": [1]}), most=0)
