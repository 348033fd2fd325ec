"""Are events and changes of level marked where they belong, and told below the trends?"""

import warnings

import numpy as np
import pandas as pd
import pytest
from test_plots import HOSTILE, THEMES, overlaps, shares_table, texts_of

import topoi
from topoi import palette
from topoi.errors import InputError
from topoi.plots import draw_prevalence
from topoi.plots.render import render

PERIODS = ["2020-01-01", "2020-04-01", "2020-07-01", "2020-10-01"]


def events_of(*pairs, **more):
    return pd.DataFrame(pairs, columns=["date", "label"]).assign(**more)


def changes_of(**more):
    row = {
        "name": "root_causes", "period": "2020-07-01", "earliest": "2020-04-01",
        "latest": "2020-10-01", "before": 0.123, "after": 0.045, "p_value": 0.01,
    }  # fmt: skip
    return pd.DataFrame([row | more])


def marks_of(ax):
    """Day at which each event's line stands, by its number."""
    left, right = ax.get_xlim()
    return {
        line.get_label(): left + line.get_xdata()[0] * (right - left)
        for line in ax.lines
        if str(line.get_label()).startswith("event ")
    }


def test_changes_become_events_with_what_they_are():
    table = topoi.change_events(pd.concat([changes_of(), changes_of(name="x", after=1.0)]))

    assert table.columns.tolist() == ["date", "label", "name", "earliest", "latest"]
    assert table.iloc[0].tolist() == [
        "2020-07-01", "root causes from 12% to 4.5%", "root_causes", "2020-04-01", "2020-10-01",
    ]  # fmt: skip
    assert table.loc[1, "label"] == "x from 12% to 100%"
    assert "group" in topoi.change_events(changes_of(group="press")).columns
    assert len(topoi.change_events(changes_of().head(0))) == 0


def test_changes_of_change_points_have_the_columns():
    trend = shares_table(periods=[f"20{year}-01-01" for year in range(10, 22)], names=THEMES[:1])
    trend["estimate"] = [0.1] * 6 + [0.6] * 6
    trend["lower"], trend["upper"] = trend["estimate"] - 0.01, trend["estimate"] + 0.01

    found = topoi.change_events(topoi.change_points(trend, n_permutations=99))

    assert found["date"].tolist() == ["2016-01-01"]
    assert found["label"].tolist() == ["root causes from 10% to 60%"]


def test_other_tables_are_no_changes():
    with pytest.raises(InputError, match=r"change_events needs .* missing: period"):
        topoi.change_events(changes_of().drop(columns="period"))


def test_events_are_numbered_by_date_and_listed():
    events = events_of(("2020-08-15", "Later"), ("2020-02-29", "Sooner"))

    ax = draw_prevalence(shares_table(periods=PERIODS), events=events)

    # 50 years of 365 days and 12 leap days lie between 1970 and 2020
    assert marks_of(ax) == pytest.approx({"event 1": 18262 + 59, "event 2": 18262 + 227})
    words = texts_of(ax)
    assert words.index("29 Feb 2020: Sooner") == words.index("1", words.index("2")) + 1
    assert "15 Aug 2020: Later" in words
    assert overlaps(ax) == ([], [])


def test_an_event_in_the_last_period_is_on_the_axis_and_one_after_it_is_counted():
    events = events_of(("2020-12-24", "In"), ("2021-02-01", "After"), ("2019-12-31", "Before"))

    ax = draw_prevalence(shares_table(periods=PERIODS), events=events)

    assert list(marks_of(ax)) == ["event 1"]
    assert ax.get_xlim()[1] > 18262 + 358
    assert "2 events lie outside the time shown" in texts_of(ax)


def test_a_change_has_the_colour_of_its_theme_and_the_time_it_may_lie_in():
    events = pd.concat(
        [events_of(("2020-05-01", "Law")), topoi.change_events(changes_of())], ignore_index=True
    )

    ax = draw_prevalence(shares_table(periods=PERIODS), events=events)

    marks = {line.get_label(): line for line in ax.lines}
    assert marks["event 2"].get_color() == palette.hues(THEMES)["root_causes"].colour
    assert marks["event 1"].get_color() == palette.MUTED
    assert marks["may lie between"].get_xdata().tolist() == [18262 + 91, 18262 + 274]
    assert "Jul 2020 (Apr 2020 to Oct 2020): root causes from 12% to 4.5%" in " ".join(texts_of(ax))


def test_numbers_of_neighbouring_events_do_not_touch():
    events = events_of(*((f"2020-05-{day:02}", f"Event {day}") for day in range(1, 21)))

    ax = draw_prevalence(shares_table(periods=PERIODS), events=events)

    assert len(marks_of(ax)) == 20
    assert overlaps(ax) == ([], [])


def test_events_of_a_group_are_marked_in_its_panel_alone():
    events = events_of(("2020-05-01", "All"), ("2020-06-01", "One")).assign(group=[None, "b"])

    frame = draw_prevalence(shares_table(periods=PERIODS, groups=["a", "b"]), events=events)

    assert [list(marks_of(panel)) for panel in frame.child_axes] == [
        ["event 1"], ["event 1", "event 2"],
    ]  # fmt: skip
    assert "1 Jun 2020: One" in texts_of(frame)
    assert overlaps(frame) == ([], [])


def test_no_events_change_nothing():
    table = shares_table(periods=PERIODS)

    plain, empty = (
        render(lambda t, e=events: draw_prevalence(t, events=e), table, size=None, format="svg")
        for events in (None, events_of())
    )

    assert plain == empty


@pytest.mark.parametrize("groups", [None, ["a", "b"]])
def test_hostile_events_are_drawn(groups):
    events = events_of(*(("2020-05-01", word) for word in HOSTILE), name=HOSTILE)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a letter that the font lacks
        ax = draw_prevalence(shares_table(periods=PERIODS, groups=groups), events=events)
        assert overlaps(ax) == ([], [])


@pytest.mark.parametrize(
    ("table", "events", "text"),
    [
        (shares_table(), events_of(("2020-01-01", "x")), "has no column period"),
        (shares_table(periods=PERIODS), pd.DataFrame({"date": [1]}), "missing: label"),
        (shares_table(periods=PERIODS), events_of(("May", "x")), "not ISO dates: 'May'"),
        (
            shares_table(periods=PERIODS),
            events_of(*[("2020-05-01", "x")] * 99),
            r"99 events are too many to number on an axis of .* fit",
        ),
    ],
)
def test_unusable_events_are_refused(table, events, text):
    with pytest.raises(InputError, match=text):
        draw_prevalence(table, events=events)


def test_dates_may_be_timestamps():
    events = events_of((pd.Timestamp("2020-05-01"), "x")).assign(latest=np.nan)

    assert list(marks_of(draw_prevalence(shares_table(periods=PERIODS), events=events)))
