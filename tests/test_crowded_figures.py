"""Are figures of many themes, many groups, few periods and short documents still told apart?"""

import warnings
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from test_corpus_plots import seeds_table
from test_map_plots import mix_table, place_table, told, words
from test_plots import THEMES, overlaps, shares_table, texts_of

from topoi.catalogue import CATALOGUE
from topoi.errors import TopoiWarning
from topoi.figures.caption import caption_of
from topoi.figures.chosen import shown_strips
from topoi.palette import MUTED, SERIES, hues
from topoi.plots import (
    draw_prevalence,
    draw_seed_audit,
    draw_sensitivity,
    draw_small_multiples,
    draw_ternary,
    draw_topic_map,
)
from topoi.plots.period_names import period_names, with_period_names
from topoi.plots.render import render
from topoi.plots.table_csv import read_table, table_csv

SIX = ("hospitals", "schools", "climate", "taxes", "housing", "peace")
TWELVE = (*SIX, "farming", "rail", "courts", "sport", "energy", "trade")
YEARS = [f"{year}-01-01" for year in range(2010, 2020)]
QUARTERS = ["2024-01-01", "2024-04-01"]
GREY = "#8a929b"


# --- colours and markers


def pairs_of(found):
    return [(hue.colour, hue.marker) for hue in found]


@pytest.mark.parametrize("names", [SIX, TWELVE, (*THEMES, *TWELVE), range(85)])
def test_no_two_themes_have_the_same_colour_and_marker(names):
    pairs = pairs_of(hues([f"theme {name}-" for name in names]).values())

    assert len(set(pairs)) == len(pairs)
    pairs = pairs_of(hues([str(name) for name in names]).values())
    assert len(set(pairs)) == len(pairs)


def test_eight_themes_differ_in_colour_and_in_marker_and_more_have_dashed_lines():
    found = list(hues(TWELVE).values())

    assert len({hue.colour for hue in found[:8]}) == len({hue.marker for hue in found[:8]}) == 8
    assert {hue.dash for hue in found[:8]} == {()}
    assert () not in {hue.dash for hue in found[8:]}


def test_things_that_are_no_themes_are_told_apart():
    assert len(SERIES) >= 12
    assert len(set(pairs_of(SERIES))) == len(SERIES)


def test_more_themes_than_pairs_are_told():
    with pytest.warns(TopoiWarning, match="86 themes and 85 pairs of colour and marker"):
        hues([f"theme of {n}th" for n in range(86)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hues([*(f"theme of {n}th" for n in range(85)), *(f"topic {n}" for n in range(99))])


# What people without one kind of cones see: Machado, Oliveira and Fernandes 2009, severity 1.
SIGHTS = {
    "all cones": np.eye(3),
    "no L": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
             [-0.003882, -0.048116, 1.051998]],
    "no M": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
             [-0.011820, 0.042940, 0.968881]],
    "no S": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
             [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def lab(colour, sight):
    """CIE L*a*b* of a colour in the light of day, as such eyes see it."""
    values = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    light = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
              [0.0193339, 0.1191920, 0.9503041]]  # fmt: skip
    seen = np.clip(np.asarray(SIGHTS[sight]) @ light, 0, 1)
    x, y, z = np.cbrt(np.asarray(to_xyz) @ seen / [0.95047, 1.0, 1.08883])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHTS)
def test_themes_with_the_same_marker_differ_in_colour_for_all_eyes(sight):
    found = hues([*THEMES, *(f"theme of {n}th" for n in range(22))]).values()

    for one, other in combinations(found, 2):
        if one.marker == other.marker:
            gap = np.linalg.norm(lab(one.colour, sight) - lab(other.colour, sight))
            assert gap >= 16, (one, other)


def marks_of(axes):
    """Colour and marker of each series that is drawn, by its name."""
    found = {}
    for line in axes.lines:
        if line.get_marker() not in ("None", None, "") and not line.get_label().startswith("_"):
            found.setdefault(line.get_label(), set()).add(
                (to_hex(line.get_color()), line.get_marker())
            )
    return found


def test_twelve_trends_differ_in_colour_and_marker_and_some_are_dashed():
    axes = draw_prevalence(shares_table(periods=YEARS, names=TWELVE))

    marks = marks_of(axes)
    assert len({min(own) for name, own in marks.items() if name.lower() in TWELVE}) == 12
    lines = [line for line in axes.lines if len(line.get_xdata()) == len(YEARS)]
    dashed = {to_hex(line.get_color()) for line in lines if line.get_linestyle() == "--"}
    assert len(dashed) == 4
    assert overlaps(axes) == ([], [])


def test_of_many_lines_no_intervals_are_drawn_and_that_is_said():
    axes = draw_prevalence(shares_table(periods=YEARS, names=TWELVE))

    assert not axes.collections
    assert "intervals: too many to draw, in the table" in " ".join(texts_of(axes))
    assert draw_prevalence(shares_table(periods=YEARS, names=TWELVE[:8])).collections


@pytest.mark.parametrize("table", [
    shares_table(groups=["a", "b"], names=TWELVE),
    shares_table(groups=["a", "b"], periods=YEARS, names=TWELVE),
    shares_table(periods=QUARTERS, names=TWELVE),
])  # fmt: skip
def test_a_key_of_many_names_stands_on_several_lines_and_cuts_none(table):
    axes = draw_prevalence(table)

    assert {name.capitalize() for name in TWELVE} <= set(texts_of(axes))
    assert overlaps(axes) == ([], [])


def test_circles_of_themes_that_share_a_colour_have_their_markers():
    topics = [f"{name} 1" for name in TWELVE]
    crowded = draw_topic_map(place_table(topics, theme=list(TWELVE)))
    plain = draw_topic_map(place_table(topics[:8], theme=list(TWELVE[:8])))

    marked = [line for line in crowded.lines if line.get_marker() != "None"]
    keys, centres = (
        {
            (line.get_marker(), to_hex(line.get_color()))
            for line in marked
            if line.get_label().startswith("key") == is_key
        }
        for is_key in (True, False)
    )
    assert len(keys) == 12
    assert centres == keys
    assert {line.get_marker() for line in plain.lines} <= {"o", "None"}


# --- few periods


def segments(axes):
    """Place and ends of each upright line of an interval, by colour."""
    return [
        (round(segment[0][0], 6), to_hex(lines.get_color()[0]))
        for lines in axes.collections
        if hasattr(lines, "get_segments") and to_hex(lines.get_color()[0]) != "#dde1e5"
        for segment in lines.get_segments()
    ]


@pytest.mark.parametrize("names", [THEMES, SIX])
def test_intervals_of_few_periods_stand_beside_each_other_not_in_bands(names):
    axes = draw_prevalence(shares_table(periods=QUARTERS, names=names))

    found = segments(axes)
    assert len(found) == 2 * len(names)
    assert len({place for place, _ in found}) == len(found)
    left, right = axes.get_xlim()
    assert sorted(place < (left + right) / 2 for place, _ in found) == (
        [False] * len(names) + [True] * len(names)
    )
    assert "line: 95% interval" in texts_of(axes)
    assert overlaps(axes) == ([], [])


@pytest.mark.parametrize(
    ("periods", "names"),
    [
        (QUARTERS, ["2024 Q1", "2024 Q2"]),
        (["2024-02-01", "2024-03-01", "2024-07-01"], ["Feb 2024", "Mar 2024", "Jul 2024"]),
        (["2019-01-01", "2024-01-01"], ["2019", "2024"]),
        (["2024-01-01"], ["2024"]),
        (["2015-01-01", "2024-04-01", "2024-07-01"], ["2015 Q1", "2024 Q2", "2024 Q3"]),
    ],
)
def test_ticks_of_few_periods_are_at_the_periods_and_called_by_them(periods, names):
    table = shares_table(periods=periods, names=SIX)

    for axes in (
        draw_prevalence(table), *draw_small_multiples(table.assign(group="press")).child_axes,
    ):  # fmt: skip
        labels = [label.get_text().replace("\n", " ") for label in axes.get_xticklabels()]
        assert labels == names
        middles = (
            np.array([place for place, _ in segments(axes)]).reshape(len(SIX), -1).mean(axis=0)
        )
        np.testing.assert_allclose(axes.get_xticks(), middles, atol=1e-3)


def test_periods_too_near_to_be_drawn_to_scale_are_in_equal_steps_and_that_is_said():
    near = draw_prevalence(shares_table(periods=["1990-01-01", "2024-04-01", "2024-07-01"]))
    far = draw_prevalence(shares_table(periods=["2024-01-01", "2024-07-01", "2024-10-01"]))

    steps = [np.diff(axes.get_xticks()) for axes in (near, far)]
    assert steps[0][0] == steps[0][1]
    assert steps[1][0] > 1.5 * steps[1][1]
    said = ["equal steps, not to scale" in " ".join(texts_of(axes)) for axes in (near, far)]
    assert said == [True, False]


def test_few_periods_that_do_not_follow_each_other_are_joined_by_dots():
    for periods, styles in (
        (["2021-01-01", "2024-04-01", "2024-07-01"], [":", "-"]),
        (["2015-01-01", "2024-01-01"], [":"]),
        (["2023-12-01", "2024-01-01", "2024-03-01"], ["-", ":"]),
    ):
        axes = draw_prevalence(shares_table(periods=periods))

        joins = [line for line in axes.lines if line.get_linewidth() == 0.8]
        assert [line.get_linestyle() for line in joins] == styles * 3


def test_an_event_stands_within_its_period():
    events = pd.DataFrame({"date": ["2024-03-20", "2024-05-01"], "label": ["one", "two"]})

    for periods in (QUARTERS, ["2001-01-01", *QUARTERS]):
        axes = draw_prevalence(shares_table(periods=periods), events=events)

        left, right = axes.get_xlim()
        n = len(periods)
        at = [line.get_xdata()[0] for line in axes.lines if line.get_label().startswith("event")]
        assert [int(place * n) - n for place in at] == [-2, -1]
        assert right > left
        assert overlaps(axes) == ([], [])


def test_points_of_few_periods_without_interval_are_hollow_and_said_to_be():
    table = shares_table(periods=QUARTERS, names=THEMES[:1])
    table.loc[1, ["lower", "upper"]] = np.nan

    axes = draw_prevalence(table)

    hollow = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    assert [list(line.get_xdata()) for line in hollow] == [[axes.get_xticks()[1]]]
    assert len(segments(axes)) == 1
    assert "hollow: too few documents for an interval" in " ".join(texts_of(axes))


def test_many_periods_keep_their_bands():
    for periods, names in ((YEARS[:4], THEMES), (YEARS[:5], SIX)):
        axes = draw_prevalence(shares_table(periods=periods, names=names))

        assert not segments(axes)
        assert len(axes.collections) == len(names)


def test_names_of_periods_are_told_where_dates_do_not_tell_them():
    table = shares_table(periods=QUARTERS)

    assert period_names(table) == {"2024-01-01": "2024 Q1", "2024-04-01": "2024 Q2"}
    assert with_period_names(table, "Q") is table
    months = with_period_names(table, "M")
    assert period_names(months) == {"2024-01-01": "Jan 2024", "2024-04-01": "Apr 2024"}
    alone = with_period_names(shares_table(periods=["2024-04-01"]), "Q")
    assert period_names(alone) == {"2024-04-01": "2024 Q2"}
    january = with_period_names(shares_table(periods=["2024-01-01"]), "M")
    assert {"Jan 2024"} == set(january["period_name"])
    assert "Jan 2024" in texts_of(draw_prevalence(read_table(table_csv(january))))


def test_figures_of_a_study_name_its_periods():
    def figure(freq):
        table = shares_table(periods=["2024-01-01", "2025-01-01"])
        study = SimpleNamespace(freq=freq, prevalence=lambda **_: table)
        return CATALOGUE["theme_trends"].table(study)

    assert "period_name" not in figure("Y").columns
    assert list(period_names(figure("Q")).values()) == ["2024 Q1", "2025 Q1"]
    assert list(period_names(figure("M")).values()) == ["Jan 2024", "Jan 2025"]


# --- intervals that stand alone


LONELY = ["2020-01-01", "2020-02-01", "2020-03-01", "2020-06-01", "2020-10-01", "2020-11-01"]


@pytest.mark.parametrize("names", [THEMES, SIX])
def test_lone_intervals_of_different_themes_do_not_share_a_place(names):
    frame = draw_small_multiples(shares_table(periods=LONELY, groups=["a", "b"], names=names))

    for panel in frame.child_axes:
        found = segments(panel)
        assert len(found) == len(names)
        assert len({place for place, _ in found}) == len({colour for _, colour in found})
        points = {x for line in panel.lines for x in line.get_xdata()}
        assert {place for place, _ in found} <= {round(x, 6) for x in points}
    assert "band or upright line: 95% interval" in told(frame)


def test_one_lone_interval_stays_at_its_date():
    axes = draw_prevalence(shares_table(periods=LONELY, names=THEMES[:1]))

    assert [place for place, _ in segments(axes)] == [18414.0]  # 2020-06-01


# --- groups


SIZES = {"blog": 1, "": 40, "post": 300, "scan": 1, "times": 200}


def sizes_table(names=THEMES, sizes=SIZES):
    table = shares_table(groups=list(sizes), names=names)
    table["n_documents"] = table["group"].map(sizes)
    table.loc[table["n_documents"] < 3, ["lower", "upper"]] = np.nan
    return table


def test_groups_of_few_documents_stand_last_in_grey_and_those_without_name_before_them():
    axes = draw_prevalence(sizes_table())

    rows = [text for text in texts_of(axes) if text in {"(none)", *SIZES}]
    assert rows == ["post", "times", "(none)", "blog", "scan"]
    grey = [line.get_ydata()[0] for line in axes.lines if to_hex(line.get_color()) == GREY]
    coloured = [
        line.get_ydata()[0] for line in axes.lines
        if to_hex(line.get_color()) != GREY and not line.get_label().startswith("key")
        and line.get_transform() == axes.transData
    ]  # fmt: skip
    assert len(grey) == 2 * len(THEMES)
    assert min(grey) > max(coloured)
    inks = {text.get_text(): text.get_color() for text in axes.texts}
    assert inks["blog"] == MUTED != inks["post"]
    assert {"1 document", "300 documents"} <= set(texts_of(axes))
    assert "grey: too few documents for an interval" in " ".join(texts_of(axes))


def test_where_no_group_has_an_interval_none_is_grey():
    axes = draw_prevalence(sizes_table(sizes={"a": 1, "b": 2}))

    assert GREY not in {to_hex(line.get_color()) for line in axes.lines}
    assert "hollow: too few documents" in " ".join(texts_of(axes))


def test_many_groups_of_many_themes_fit_on_a_page():
    sizes = {f"source {n:02d}": 5 + n for n in range(14)}

    axes = draw_prevalence(sizes_table(SIX, sizes))

    assert axes.get_figure().get_size_inches()[1] < 9.5
    assert overlaps(axes) == ([], [])


# --- triangle


SOURCES = [f"source {n:02d}" for n in range(13)]


def crosses(panel):
    return [line for line in panel.lines if line.get_alpha() == 0.8]


def test_of_many_groups_the_largest_have_names_and_intervals_and_the_others_numbers():
    ax = draw_ternary(mix_table(SOURCES))

    (panel,) = ax.child_axes
    assert {text for text in words(panel) if text.startswith("source")} == set(SOURCES[-5:])
    assert len(crosses(panel)) == 3 * 5
    assert {str(n) for n in range(1, 9)} <= set(words(panel))
    listed = [text.get_text() for text in ax.texts]
    assert [text for text in listed if text in SOURCES] == SOURCES[:8]
    assert "named: the 5 groups of most text" in told(ax)
    faces = [to_hex(circle.get_edgecolor()[0]) for circle in panel.collections]
    assert faces.count(GREY) == 8
    assert overlaps(ax) == ([], [])


def test_eight_groups_have_names_and_intervals_all():
    ax = draw_ternary(mix_table(SOURCES[:8]))

    (panel,) = ax.child_axes
    assert set(SOURCES[:8]) <= set(words(panel))
    assert len(crosses(panel)) == 3 * 8
    assert "named: the" not in told(ax)


def test_of_many_groups_with_periods_the_smaller_ones_have_their_last_period_only():
    (panel,) = draw_ternary(mix_table(SOURCES, ["2020-01-01", "2021-01-01"])).child_axes

    assert len([line for line in panel.lines if line.get_zorder() == 2.5]) == 5
    assert len(panel.collections) == 5 * 2 + 8


def test_a_group_without_name_stays_among_the_groups():
    by_group = mix_table(["press", "", "radio"]).assign(period="")
    by_period = mix_table(None, ["2020-01-01", "2021-01-01"]).assign(group="")

    frame = draw_ternary(pd.concat([by_group, by_period], ignore_index=True))

    one, other = frame.child_axes
    assert {"press", "(none)", "radio"} <= set(words(one))
    assert {"2020", "2021"} <= set(words(other))
    assert not {"2020", "2021"} & set(words(one))


def test_more_groups_than_a_list_holds_are_counted():
    ax = draw_ternary(mix_table([f"s{n:02d}" for n in range(60)]))

    assert "grey without number: 19 smaller groups" in told(ax)


def test_on_axes_without_room_for_a_list_the_smaller_groups_are_counted():
    ax = Figure(figsize=(3.4, 2.2)).add_axes((0.05, 0.05, 0.9, 0.9))

    draw_ternary(mix_table(SOURCES), ax=ax)

    assert not {str(n) for n in range(1, 9)} & set(words(ax.child_axes[0]))
    assert "grey without number: 8 smaller groups" in told(ax)


# --- strips


def strip_study(sizes):
    """A study of documents with passages of these tokens."""
    rows = [
        (f"{doc_id}-{n}", doc_id, theme, tokens, 0.5)
        for doc_id, passages in sizes.items()
        for n, tokens in enumerate(passages)
        for theme in THEMES
    ]
    columns = ["passage_id", "doc_id", "theme", "n_tokens", "share"]
    return SimpleNamespace(shares=pd.DataFrame(rows, columns=columns))


def test_strips_are_of_documents_with_several_passages():
    study = strip_study(
        {"scan": [9000], "speech": [200] * 9, "letter": [4000], "essay": [800, 900],
         "report": [300] * 14}
    )  # fmt: skip

    told_as, shown = shown_strips(study)

    assert shown == ["report", "speech", "essay"]
    assert told_as == "the longest documents of several passages"


def test_strips_of_two_passages_give_way_to_those_of_more():
    study = strip_study({"pair": [5000, 5000], **{f"d{n}": [100 - n] * 4 for n in range(7)}})

    assert shown_strips(study)[1] == [f"d{n}" for n in range(6)]


def test_the_longest_documents_are_called_so_where_they_have_several_passages():
    study = strip_study({f"d{n}": [100 - n] * 5 for n in range(9)} | {"note": [7]})

    assert shown_strips(study) == ("the longest documents", [f"d{n}" for n in range(6)])


def test_the_figure_of_strips_and_its_caption_are_of_these_documents():
    study = strip_study({"scan": [9000], "speech": [200] * 9, "report": [300] * 14})
    study.__dict__.update(by=None, fits={}, freq="Q", clusters=None)
    spec = CATALOGUE["heat_strip"]

    assert list(dict.fromkeys(spec.table(study)["doc_id"])) == ["report", "speech"]
    assert caption_of(spec.caption, study).startswith(
        "Where the themes stand in the longest documents of several passages: a cell"
    )


# --- sensitivity


def kinds_table(scale=10.0, themes=THEMES):
    kinds = [("fit", "", 0.0, 1.0)]
    kinds += [("without seed", f"seed {n}", -0.001 * (n + 1), 0.99) for n in range(4)]
    kinds += [("half of seeds", str(n), -0.002 * scale * n, 0.9 - 0.1 * n) for n in range(3)]
    kinds += [("random seeds", str(n), 0.002 * scale * n, 0.1 * n) for n in range(3)]
    kinds += [("model seed", "1", 0.001, 0.97)]
    rows = [
        (kind, detail, theme, True, 0.3 + change, change, rho)
        for theme in themes
        for kind, detail, change, rho in kinds
    ]
    columns = ["variation", "detail", "theme", "is_own", "share", "change", "rank_correlation"]
    return pd.DataFrame(rows, columns=columns)


def test_the_rank_correlation_of_a_kind_says_whether_it_is_the_lowest_or_the_highest():
    frame = draw_sensitivity(kinds_table())

    lower = frame.child_axes[3]
    shown = texts_of(lower)
    for kind, rho in (
        ("half of seeds", "lowest ρ .70"),
        ("random seeds", "highest ρ .20"),
        ("model seed", "ρ .97"),
    ):
        assert shown.index(rho) == shown.index(kind) + 1
    assert overlaps(frame) == ([], [])


@pytest.mark.parametrize(
    ("scale", "title"),
    [(10.0, "other choices; axis spans 20 times as much"), (0.35, "other choices")],
)
def test_panels_of_sensitivity_say_what_they_are_and_how_their_axes_compare(scale, title):
    upper, lower = draw_sensitivity(kinds_table(scale, THEMES[:1])).child_axes

    assert "without one seed" in texts_of(upper)
    assert title in texts_of(lower)
    spans = [np.ptp(panel.get_xlim()) for panel in (upper, lower)]
    assert (spans[1] / spans[0] > 1.5) == ("times" in title)


# --- seeds


def test_seeds_are_not_cut_where_there_is_room():
    seeds = ["greenhouse gas emission*", "emission target*", "carbon", "heatwave*"]
    table = seeds_table(SIX, seeds).assign(occurrences=12_345, passages=10_987)

    frame = draw_seed_audit(table)

    assert not [text for text in texts_of(frame) if text.endswith("…")]
    assert set(seeds) <= set(texts_of(frame.child_axes[5]))
    assert frame.get_figure().get_size_inches()[1] < 9.5
    assert overlaps(frame) == ([], [])


def test_seeds_of_three_themes_beside_large_numbers_are_not_cut_short():
    seeds = ["southwest border", "human traffick*", "central america*", "deport*"]
    table = seeds_table(THEMES, seeds).assign(occurrences=1_345, passages=1_187)

    frame = draw_seed_audit(table.assign(is_ambiguous=table["seed"] == "deport*"))

    tops = {round(panel.get_window_extent().y1) for panel in frame.child_axes}
    assert len(tops) == 1
    assert set(seeds) <= set(texts_of(frame.child_axes[0]))
    assert overlaps(frame) == ([], [])


def test_themes_side_by_side_stay_so_for_the_sake_of_a_long_seed():
    frame = draw_seed_audit(seeds_table(THEMES, ["a seed that is very long indeed, more so*", "b"]))

    tops = {round(panel.get_window_extent().y1) for panel in frame.child_axes}
    assert len(tops) == 1


# --- all


CROWDED = {
    "trends6": (draw_prevalence, shares_table(periods=YEARS, names=SIX)),
    "few": (draw_prevalence, shares_table(periods=QUARTERS, names=SIX)),
    "panels": (draw_small_multiples, shares_table(periods=LONELY, groups=[*"abcdefg"], names=SIX)),
    "few panels": (
        draw_small_multiples,
        shares_table(periods=QUARTERS, groups=[*"abcdefg"], names=SIX),
    ),
    "groups": (draw_prevalence, sizes_table(SIX)),
    "triangle": (draw_ternary, mix_table(SOURCES)),
    "sensitivity": (draw_sensitivity, kinds_table(themes=SIX)),
    "seeds": (draw_seed_audit, seeds_table(TWELVE, [f"some long seed {n}*" for n in range(16)])),
}


@pytest.mark.parametrize(("draw", "table"), CROWDED.values(), ids=CROWDED)
def test_crowded_figures_have_no_text_over_text_and_the_same_bytes_each_time(draw, table):
    before = table.copy(deep=True)

    first = render(draw, table, size=None, format="svg")

    assert first == render(draw, read_table(table_csv(table)), size=None, format="svg")
    pd.testing.assert_frame_equal(table, before)
    assert overlaps(draw(table)) == ([], [])
