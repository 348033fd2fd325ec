"""Do events match changes of level by their dates, and is chance that of a shifted calendar?"""

import numpy as np
import pandas as pd
import pytest

import topoi
from topoi.errors import InputError
from topoi.measures.event_matches import event_matches

YEAR = pd.DataFrame({"period": [f"2021-{month:02d}-01" for month in range(1, 13)]})


def change(period, earliest=None, latest=None, name="border", **more):
    return {
        "name": name, **more, "period": period,
        "earliest": earliest or period, "latest": latest or period,
    }  # fmt: skip


def changes_of(*rows):
    return pd.DataFrame(rows, columns=["name", "period", "earliest", "latest"])


def calendar(**dates):
    return pd.DataFrame({"date": list(dates.values()), "label": list(dates)})


def test_the_nearest_event_is_told_with_its_days_and_the_way_out_of_the_interval():
    changes = changes_of(change("2021-05-01", "2021-04-01", "2021-06-01"), change("2021-10-01"))
    events = calendar(late="2021-11-05", early="2021-04-20", far="2021-07-03")

    found = event_matches(changes, events, YEAR)

    assert found["event"].tolist() == ["early", "late"]
    assert found["event_date"].tolist() == ["2021-04-20", "2021-11-05"]
    assert found["days"].tolist() == [-11, 35]
    assert found["outside"].tolist() == [0, 5]  # five days after 31 October
    assert found["n_inside"].tolist() == [1, 0]
    assert found["is_match"].tolist() == [True, False]
    assert found["n_matched"].tolist() == [1, 1]
    assert set(found["n_events"]) == {3}


def test_of_two_events_as_near_the_earlier_is_told():
    events = calendar(after="2021-05-11", before="2021-04-21")

    found = event_matches(changes_of(change("2021-05-01")), events, YEAR)

    assert found["event"].tolist() == ["before"]
    assert found["days"].tolist() == [-10]


def test_chance_counts_the_days_of_the_year_that_are_as_near():
    # 1 July is the 182nd day of the 365; an event at 11 July is 10 days off. Of all places of a
    # single event 21 are as near, and 2 * 31 + 1 match.
    found = event_matches(changes_of(change("2021-07-01")), calendar(one="2021-07-11"), YEAR)

    assert found["chance"][0] == pytest.approx(21 / 365, rel=1e-12)
    assert found["expected_matched"][0] == pytest.approx(63 / 365, rel=1e-12)
    assert found["p_matched"][0] == pytest.approx(63 / 365, rel=1e-12)


def test_expected_events_inside_are_those_of_the_length_of_the_interval():
    changes = changes_of(change("2021-06-01", "2021-04-01", "2021-06-01"))

    found = event_matches(changes, calendar(a="2021-01-09", b="2021-05-05"), YEAR)

    assert found["n_inside"][0] == 1
    assert found["expected_inside"][0] == pytest.approx(2 * 91 / 365, rel=1e-12)


def test_chance_is_that_of_shifts_written_out():
    rng = np.random.default_rng(3)
    days = np.sort(rng.choice(365, 6, replace=False))
    first = pd.Timestamp("2021-01-01")
    events = calendar(**{f"e{day}": f"{first + pd.Timedelta(days=int(day)):%F}" for day in days})
    starts = ["2021-03-01", "2021-04-01", "2021-11-01"]
    places = [(pd.Timestamp(start) - first).days for start in starts]

    found = event_matches(changes_of(*map(change, starts)), events, YEAR, within=9)

    numbers = []
    for shift in range(365):
        moved = [(day + shift) % 365 for day in days]
        numbers.append(sum(min(abs(day - place) for day in moved) <= 9 for place in places))
    assert found["n_matched"][0] == numbers[0]
    assert found["expected_matched"][0] == pytest.approx(np.mean(numbers), rel=1e-12)
    assert found["p_matched"][0] == np.mean([number >= numbers[0] for number in numbers])


def test_two_names_that_change_together_are_no_stronger_finding_than_one():
    events = calendar(one="2021-07-04")
    both = changes_of(change("2021-07-01"), change("2021-07-01", name="legal"))

    alone = event_matches(both.head(1), events, YEAR)
    together = event_matches(both, events, YEAR)

    assert together["n_matched"].tolist() == [2, 2]
    assert together["p_matched"][0] == alone["p_matched"][0]


def test_months_of_any_length_and_quarters_have_an_end():
    quarters = pd.DataFrame({"period": ["2021-01-01", "2021-04-01", "2021-10-01"]})
    changes = changes_of(change("2021-10-01"))

    found = event_matches(changes, calendar(last="2021-12-31"), quarters)

    assert found["outside"].tolist() == [0]
    february = pd.DataFrame({"period": ["2021-01-01", "2021-02-01"]})
    with pytest.raises(InputError, match="2021-01-01 to 2021-02-28"):
        event_matches(changes_of(change("2021-02-01")), calendar(out="2021-03-01"), february)


@pytest.mark.parametrize(
    ("periods", "period", "last_day"),
    [
        (["2021-01", "2021-03", "2021-07"], "2021-03", "2021-03-31"),
        (["2020-12", "2021-03", "2021-12"], "2021-03", "2021-03-31"),
        (["2021-03", "2022-03"], "2021-03", "2021-03-31"),
        (["2020-04", "2021-04", "2022-04"], "2021-04", "2021-06-30"),
        (["2020-01", "2021-01", "2023-01"], "2021-01", "2021-12-31"),
    ],
)
def test_periods_have_their_own_length_where_others_are_missing(periods, period, last_day):
    """A known mistake: January, March and July pass for quarters, and 20 April lies in March."""
    trend = pd.DataFrame({"period": [f"{month}-01" for month in periods]})
    after = pd.Timestamp(last_day) + pd.Timedelta(days=1)

    inside, outside = (
        event_matches(changes_of(change(f"{period}-01")), calendar(one=day), trend)
        for day in (last_day, f"{after:%F}")
    )

    assert inside["outside"].tolist() == [0]
    assert outside["outside"].tolist() == [1]


def test_events_outside_the_trend_take_no_part():
    events = calendar(before="2020-12-31", inside="2021-02-02", after="2022-01-01")

    found = event_matches(changes_of(change("2021-01-01")), events, YEAR)

    assert found["event"].tolist() == ["inside"]
    assert found["n_events"].tolist() == [1]


def test_groups_and_dates_as_dates_are_kept_and_no_change_gives_no_row():
    events = calendar(one="2021-07-11").assign(date=pd.to_datetime(["2021-07-11"]))
    grouped = pd.DataFrame([change("2021-07-01", group="briefing")])

    found = event_matches(grouped, events, YEAR)
    none = event_matches(changes_of(), events, YEAR)

    assert found["group"].tolist() == ["briefing"]
    assert len(none) == 0
    assert list(none.columns) == [name for name in found.columns if name != "group"]
    assert list(none.dtypes) == list(found.drop(columns="group").dtypes)


def test_changes_of_a_trend_can_be_given_as_they_are():
    values = [0.2] * 6 + [0.5] * 6
    trend = YEAR.assign(name="border", estimate=values, level=0.95)
    trend = trend.assign(lower=trend["estimate"] - 0.05, upper=trend["estimate"] + 0.05)

    changes = topoi.change_points(trend)
    found = topoi.event_matches(changes, calendar(rule="2021-06-28"), trend)

    assert found[["period", "event", "days"]].to_numpy().tolist() == [["2021-07-01", "rule", -3]]


def test_labels_are_kept_as_they_are():
    label = r"$\foo$ <script> عربي" + "x" * 200

    found = event_matches(
        changes_of(change("2021-07-01")),
        pd.DataFrame({"date": ["2021-07-01"], "label": [label]}),
        YEAR,
    )

    assert found["event"].tolist() == [label]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"changes": YEAR}, "changes must be a table of change_points; it lacks: name, earliest"),
        ({"events": YEAR}, "events must be a table of a calendar; it lacks: date, label"),
        ({"trend": YEAR.rename(columns={"period": "when"})}, "trend must be a table of prevalence"),
        ({"trend": YEAR.head(1)}, "trend has fewer than two periods; nothing can change in it"),
        ({"events": calendar(odd="31 June")}, "Dates of events must be written 2021-03-31; got '3"),
        ({"events": calendar(odd=None)}, "Dates of events must be written 2021-03-31"),
        ({"events": calendar(out="1999-01-01")}, "No event lies within the periods of the trend"),
        ({"within": -1}, "within must be an int >= 0"),
    ],
)
def test_unusable_input_is_refused(given, message):
    usual = {
        "changes": changes_of(change("2021-07-01")), "events": calendar(a="2021-07-01"),
        "trend": YEAR, "within": 31,
    }  # fmt: skip

    with pytest.raises(InputError) as error:
        event_matches(**{**usual, **given})

    assert message in str(error.value)
