"""Do maps, rings, triangles, panels and rows of topics show what their tables say?"""

import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon

from topoi import palette
from topoi.errors import InputError
from topoi.plots import (
    draw_small_multiples,
    draw_stability,
    draw_ternary,
    draw_topic_map,
    draw_topic_network,
)
from topoi.plots._placement import place_labels
from topoi.plots._ring import ring_order
from topoi.plots.render import render
from topoi.plots.table_csv import read_table, table_csv

THEMES = ("root_causes", "border_security", "legal_pathways")


def place_table(topics=(*THEMES, "residual 1"), **columns):
    n = len(topics)
    angles = 2.3 * np.arange(n)
    table = pd.DataFrame(
        {
            "topic": topics,
            "x": np.cos(angles) * (0.2 + 0.3 * np.arange(n) / n),
            "y": np.sin(angles) * (0.1 + 0.2 * np.arange(n) / n),
            "share": np.arange(1, n + 1) / (n * (n + 1) / 2),
            "theme": [topic if topic in THEMES else "" for topic in topics],
            "terms": "visa, asylum claim",
            "explained": 0.41,
        }
    )
    return table.assign(**columns)


def pair_table(topics=(*THEMES, "residual 1"), links=((0, 1, 0.4), (1, 3, 0.1))):
    found = {(a, b): weight for a, b, weight in links}
    pairs = [(a, b) for a in range(len(topics)) for b in range(a + 1, len(topics))]
    rows = [(topics[a], topics[b], found.get((a, b), -0.2), (a, b) in found) for a, b in pairs]
    return pd.DataFrame(rows, columns=["topic", "other", "correlation", "is_link"])


def mix_table(groups=("press", "congress"), periods=None, names=THEMES):
    rows = [
        (name, group, period, part, part - 0.05, part + 0.1, 0.95, 1000.0 * (g + 1), 0.4, False)
        for part, name in zip((0.2, 0.3, 0.5), names, strict=False)
        for g, group in enumerate(groups or [""])
        for period in periods or [""]
    ]
    columns = ["name", "group", "period", "estimate", "lower", "upper", "level", "n_tokens"]
    table = pd.DataFrame(rows, columns=[*columns, "said", "is_small"])
    unused = [name for name, given in (("group", groups), ("period", periods)) if given is None]
    return table.drop(columns=unused)


def panel_table(groups=("press", "congress"), periods=("2020-01-01", "2021-01-01"), names=THEMES):
    rows = [
        (name, period, group, low + 0.05, low, low + 0.15, 0.95, 20, 40 + g, False)
        for low, name in zip((0.1, 0.2, 0.3), names, strict=False)
        for g, group in enumerate(groups)
        for period in periods
    ]
    columns = ["name", "period", "group", "estimate", "lower", "upper", "level", "n_documents"]
    return pd.DataFrame(rows, columns=[*columns, "n_passages", "is_small"])


def fits_table(topics=(*THEMES, "residual 1"), kinds=("seed", "subsample", "order")):
    rows = [
        (kind, str(number), topic, topic, 0.9 - 0.1 * place - 0.02 * number, 0.05, 0.11, place < 3)
        for kind in kinds
        for number in range(2)
        for place, topic in enumerate(topics)
    ]
    columns = ["variation", "detail", "topic", "matched", "similarity", "chance", "limit"]
    return pd.DataFrame(rows, columns=[*columns, "is_found"])


def words(ax):
    found = [text.get_text() for text in ax.texts]
    for panel in ax.child_axes:
        found += [*words(panel), panel.get_title(loc="left")]
    return [text for text in found if text]


def told(ax):
    return " ".join(words(ax))


def links(ax):
    return [patch for patch in ax.patches if isinstance(patch, PathPatch)]


def marked(ax):
    return [line for line in ax.lines if line.get_marker() not in ("None", "")]


# --- topic map --------------------------------------------------------------------------------


def test_circles_lie_at_their_places_with_areas_as_the_shares():
    table = place_table()

    ax = draw_topic_map(table)

    circles = {tuple(c.get_offsets()[0]): c for c in ax.collections}
    drawn = [circles[place] for place in zip(table["x"], table["y"], strict=True)]
    areas = np.array([circle.get_sizes()[0] for circle in drawn])
    np.testing.assert_allclose(areas / areas.sum(), table["share"], rtol=1e-9)
    edges = [to_hex(circle.get_edgecolor()[0]) for circle in drawn]
    own = palette.hues(THEMES)
    assert edges == [
        *(own[theme].colour for theme in THEMES),
        palette.hues(["topic"])["topic"].colour,
    ]
    assert {"Root causes", "Residual 1", "visa, asylum claim"} <= set(words(ax))
    assert "area of a circle: share of the text, 10% to 40%" in told(ax)
    assert "both axes hold 41% of the inertia" in told(ax)


def test_both_axes_of_a_map_have_one_scale():
    ax = draw_topic_map(place_table())

    box = ax.get_window_extent()
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert (right - left) / box.width == pytest.approx((high - low) / box.height)
    assert "Jensen–Shannon distance" in ax.get_xlabel()


@pytest.mark.parametrize("share", [0.0, np.nan])
def test_topics_at_one_place_and_without_text_are_drawn(share):
    ax = draw_topic_map(place_table(x=0.0, y=0.0, share=share, theme="", explained=np.nan))

    assert len(ax.collections) == 4
    assert "inertia" not in told(ax)


def test_topics_without_room_for_a_name_are_counted():
    topics = [f"topic {n}" for n in range(100)]

    ax = draw_topic_map(place_table(topics, x=0.0, y=0.0))

    named = [text for text in words(ax) if text.startswith("Topic ")]
    assert 0 < len(named) < 100
    assert f"{100 - len(named)} without room for a name" in told(ax)
    assert "visa" not in told(ax)  # terms give way to names


def test_a_topic_without_a_place_is_refused():
    with pytest.raises(InputError, match=r"1 topics have no place on the map.*: root_causes"):
        draw_topic_map(place_table(x=[np.nan, 0.1, 0.2, 0.3]))


# --- labels of points -------------------------------------------------------------------------


def test_labels_lie_inside_apart_and_off_the_points():
    rng = np.random.default_rng(2)
    points, radii = rng.uniform(0.2, 3.8, (25, 2)), rng.uniform(0.02, 0.1, 25)

    boxes = place_labels(points, radii, [[(0.5, 0.13)]] * 25, (4.0, 4.0))

    placed = [box for box in boxes if box is not None]
    assert len(placed) > 20
    for number, box in enumerate(placed):
        right, top = box.left + box.width, box.bottom + box.height
        assert 0 <= box.left < right <= 4
        assert 0 <= box.bottom < top <= 4
        for other in placed[:number]:
            apart = max(other.left - right, box.left - other.left - other.width)
            assert max(apart, other.bottom - top, box.bottom - other.bottom - other.height) > 0
        nearest = np.clip(points, (box.left, box.bottom), (right, top))
        assert (np.hypot(*(points - nearest).T) > radii).all()


def test_a_label_with_room_is_right_of_its_point_without_a_leader():
    (box,) = place_labels(np.array([[1.0, 1.0]]), np.array([0.1]), [[(0.5, 0.2)]], (3.0, 3.0))

    assert box == (pytest.approx(1.14), pytest.approx(0.9), 0.5, 0.2, 0, None)


def test_a_full_place_leaves_the_last_labels_without_a_box():
    points, radii = np.array([[0.5, 0.5]] * 9), np.full(9, 0.02)

    boxes = place_labels(points, radii, [[(0.6, 0.3)]] * 9, (1.4, 1.0))

    assert 0 < boxes.count(None) < 9
    assert None in boxes[4:]


def test_a_label_without_room_takes_its_smaller_size():
    points, radii = np.array([[0.45, 0.1], [0.45, 0.35]]), np.full(2, 0.02)

    boxes = place_labels(points, radii, [[(0.45, 0.3), (0.3, 0.1)]] * 2, (0.9, 0.45))
    wide = place_labels(points, radii, [[(0.45, 0.3), (0.3, 0.1)]] * 2, (3.0, 3.0))

    assert [box.choice for box in boxes] == [1, 1]
    assert [box.choice for box in wide] == [0, 0]


def test_a_label_is_not_put_beside_the_point_of_another():
    points, radii = np.array([[1.0, 1.0], [1.7, 1.0]]), np.full(2, 0.1)

    first, _ = place_labels(points, radii, [[(0.35, 0.13)]] * 2, (3.0, 3.0))

    assert first.left + first.width < 1.0  # on the right it would touch the second


# --- topic network ----------------------------------------------------------------------------


def test_links_are_drawn_as_wide_as_the_correlations():
    ax = draw_topic_network(pair_table())

    wide, thin = sorted(link.get_linewidth() for link in links(ax))[::-1]
    assert wide / thin == pytest.approx(4)
    markers = {line.get_label(): line for line in marked(ax)}
    assert markers["Legal pathways"].get_markerfacecolor() == "white"
    assert markers["Root causes"].get_markerfacecolor() != "white"
    assert {"0.40", "0.10", "correlation of the shares"} <= set(words(ax))
    assert "hollow: no link" in told(ax)


def test_a_link_joins_the_places_of_its_topics():
    ax = draw_topic_network(pair_table(links=[(0, 2, 0.4)]))

    markers = {line.get_label(): line for line in marked(ax)}
    places = [markers[name].get_xydata()[0] for name in ("Root causes", "Legal pathways")]
    ends = links(ax)[0].get_path().vertices[[0, 2]]
    np.testing.assert_allclose(sorted(ends.tolist()), sorted(map(list, places)))


def test_negative_links_and_missing_correlations_are_not_drawn():
    table = pair_table(links=[(0, 1, -0.3), (1, 2, 0.3)])
    table.loc[0, "correlation"] = -0.3
    table.loc[2, "correlation"] = np.nan

    ax = draw_topic_network(table)

    assert len(links(ax)) == 1
    assert "links of no positive correlation, not drawn: 1" in told(ax)


def test_a_network_without_links_says_so():
    ax = draw_topic_network(pair_table(links=[]))

    assert not links(ax)
    assert "no two topics go together" in told(ax)
    assert {"Root causes", "Residual 1"} <= set(words(ax))


def test_terms_stand_under_the_names_on_the_ring():
    ax = draw_topic_network(pair_table().assign(terms="own words", other_terms="other words"))

    assert "other words" in words(ax)


def test_of_many_topics_those_of_the_strongest_links_are_shown():
    topics = [f"topic {n}" for n in range(100)]
    links = [(n, n + 1, 0.9 - n / 200) for n in range(99)]

    ax = draw_topic_network(pair_table(topics, links))

    shown = {text for text in words(ax) if text.startswith("Topic ")}
    assert shown == {f"Topic {n}" for n in range(60)}
    assert "topics not shown: 40" in told(ax)
    assert "weaker links not shown: 40" in told(ax)


@pytest.mark.parametrize("seed", range(5))
def test_a_shuffled_ring_is_put_in_order(seed):
    n = 12
    shuffled = np.random.default_rng(seed).permutation(n)
    weights = np.zeros((n, n))
    for place in range(n):
        one, other = shuffled[place], shuffled[(place + 1) % n]
        weights[one, other] = weights[other, one] = 1.0

    order = ring_order(weights)

    steps = [weights[order[k], order[(k + 1) % n]] for k in range(n)]
    assert order[0] == 0
    assert sorted(order) == list(range(n))
    assert sum(steps) == n


def test_a_ring_of_one_two_or_no_links_keeps_its_order():
    assert ring_order(np.zeros((1, 1))) == [0]
    assert ring_order(np.zeros((2, 2))) == [0, 1]
    assert ring_order(np.zeros((4, 4))) == [0, 1, 2, 3]


# --- triangle ---------------------------------------------------------------------------------


# Parts are .2, .3 and .5 and their intervals reach from -.05 to +.1, so that no mix has less than
# .15, .24 and .4286 of a theme: the triangle begins at 10%, 20% and 40%, and its size is 30%.
LEAST, SIZE = np.array([0.1, 0.2, 0.4]), 0.3


def test_a_point_is_where_its_parts_put_it():
    (ax,) = draw_ternary(mix_table(groups=["x"])).child_axes

    top, left, right = ax.lines[0].get_xydata()[:3]
    (point,) = (c.get_offsets()[0] for c in ax.collections)
    np.testing.assert_allclose(point, (top + left + right) / 3)
    sides = [np.hypot(*(a - b)) for a, b in ((top, left), (left, right), (right, top))]
    np.testing.assert_allclose(sides, sides[0])


def test_intervals_run_through_the_point_towards_the_corner():
    (ax,) = draw_ternary(mix_table(groups=["x"])).child_axes

    top, left, right = ax.lines[0].get_xydata()[:3]
    mixes = [[p, 0.375 * (1 - p), 0.625 * (1 - p)] for p in (0.15, 0.3)]  # the others: 3 to 5
    expected = (np.array(mixes) - LEAST) / SIZE @ [top, left, right]
    spans = [line.get_xydata() for line in ax.lines if line.get_alpha() == 0.8]
    assert len(spans) == 3
    np.testing.assert_allclose(spans[0], expected)
    assert "lines through a point: 95% intervals" in told(draw_ternary(mix_table()))


def test_a_triangle_that_is_cut_has_its_ticks_and_a_small_whole_one():
    (cut,) = draw_ternary(mix_table(groups=["x"])).child_axes
    apart = mix_table()
    apart["estimate"] = [0.9, 0.0, 0.1, 0.1, 0.0, 0.9]
    apart[["lower", "upper"]] = np.nan
    (whole,) = draw_ternary(apart).child_axes

    ticks = [text for text in words(cut) if text.endswith("%")]
    assert ticks == [*("15%", "20%", "25%", "30%", "35%"), *("25%", "30%", "35%", "40%", "45%"),
                     *("45%", "50%", "55%", "60%", "65%")]  # fmt: skip
    full, part = (patch.get_xy() for patch in cut.patches if isinstance(patch, Polygon))
    sides = [np.hypot(*(corners[1] - corners[2])) for corners in (full, part)]
    assert sides[1] / sides[0] == pytest.approx(SIZE)
    assert "dark in the small triangle" in told(draw_ternary(mix_table(groups=["x"])))
    assert [text for text in words(whole) if text.endswith("%")] == ["20%", "40%", "60%", "80%"] * 3
    assert not whole.patches


def test_groups_and_periods_have_a_triangle_each_with_the_same_part_and_areas():
    by_group = mix_table().assign(period="")
    by_period = mix_table(None, ["2020-01-01", "2021-01-01"]).assign(group="", n_tokens=2000.0)

    frame = draw_ternary(pd.concat([by_group, by_period], ignore_index=True))

    one, other = frame.child_axes
    assert {"press", "congress"} <= set(words(one))
    assert {"2020", "2021"} <= set(words(other))
    areas = [sorted(c.get_sizes()[0] for c in panel.collections) for panel in (one, other)]
    np.testing.assert_allclose(areas[0][1], areas[1])
    for line, twin in zip(one.lines[:4], other.lines[:4], strict=True):
        np.testing.assert_allclose(line.get_xydata(), twin.get_xydata())


def test_areas_follow_the_text_on_the_themes():
    ax = draw_ternary(mix_table())

    small, large = sorted(circle.get_sizes()[0] for circle in ax.child_axes[0].collections)
    assert large / small == pytest.approx(2)
    assert "area: words on the themes, 400 to 800" in told(ax)


def test_points_of_few_documents_are_hollow():
    table = mix_table()
    table.loc[table["group"] == "press", ["lower", "upper"]] = np.nan
    small = mix_table().assign(is_small=True)

    for drawn, n_hollow in ((table, 1), (small, 2), (mix_table(), 0)):
        ax = draw_ternary(drawn)
        faces = [to_hex(circle.get_facecolor()[0]) for circle in ax.child_axes[0].collections]
        assert faces.count("#ffffff") == n_hollow
        assert ("hollow" in told(ax)) == bool(n_hollow)


def test_periods_of_a_group_are_joined_in_their_order_and_named_at_the_last():
    periods = ["2022-01-01", "2020-01-01", "2021-01-01"]
    table = mix_table(groups=["press"], periods=periods)
    table["estimate"] = [0.2, 0.3, 0.4, 0.4, 0.4, 0.3, 0.4, 0.3, 0.3]
    table[["lower", "upper"]] = np.nan

    ax = draw_ternary(table)

    (panel,) = ax.child_axes
    top, left, right = panel.lines[0].get_xydata()[:3]
    (path,) = (line.get_xydata() for line in panel.lines if line.get_zorder() == 2.5)
    mixes = np.array([[0.3, 0.4, 0.3], [0.4, 0.3, 0.3], [0.2, 0.4, 0.4]])
    expected = (mixes - [0.15, 0.25, 0.25]) / 0.35 @ [top, left, right]
    np.testing.assert_allclose(path, expected)
    assert words(ax).count("press") == 1
    assert "path: 2020 to 2022, named at the end" in told(ax)


def test_periods_alone_are_named():
    for periods, names in (
        (["2020-04-01", "2020-07-01"], {"2020 Q2", "2020 Q3"}),
        (["2020-04-01", "2020-05-01"], {"Apr 2020", "May 2020"}),
    ):
        assert names <= set(words(draw_ternary(mix_table(groups=None, periods=periods))))


def test_a_theme_of_everything_has_lines_between_the_others():
    table = mix_table(groups=["x"])
    table["estimate"], table["lower"], table["upper"] = [1.0, 0.0, 0.0], [0.9, 0, 0], [1, 0.1, 0.1]

    (ax,) = draw_ternary(table).child_axes

    assert np.isfinite([line.get_xydata().sum() for line in ax.lines]).all()


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (mix_table(names=THEMES[:2]), r"draws three themes; the table has 2: root_causes, border"),
        (mix_table().assign(estimate=0.1), r"parts of 2 cells do not add up to 1: press, congress"),
        (mix_table().assign(estimate=np.nan), r"No cell of the table has a part of each theme"),
    ],
)
def test_a_triangle_of_other_things_is_refused(table, text):
    with pytest.raises(InputError, match=text):
        draw_ternary(table)


# --- small multiples --------------------------------------------------------------------------


def test_panels_are_those_of_most_passages_in_the_order_of_the_table():
    groups = [f"g{n:02d}" for n in range(15)]

    frame = draw_small_multiples(panel_table(groups))

    titles = [panel.get_title(loc="left") for panel in frame.child_axes]
    assert titles == [f"{group}, n = 40" for group in groups[3:]]
    assert "the 12 of 15 groups with most text" in told(frame)
    assert len({(panel.get_xlim(), panel.get_ylim()) for panel in frame.child_axes}) == 1
    assert len(draw_small_multiples(panel_table(groups), most_groups=2).child_axes) == 2


def test_small_cells_are_hollow_and_keep_their_band():
    periods = [f"{year}-01-01" for year in range(2018, 2022)]
    table = panel_table(groups=["press"], periods=periods, names=THEMES[:1])
    table.loc[0, "is_small"] = True

    frame = draw_small_multiples(table)

    (panel,) = frame.child_axes
    hollow = [line for line in panel.lines if line.get_markerfacecolor() == "white"]
    assert [len(line.get_xdata()) for line in hollow] == [1]
    assert len(panel.collections) == 1
    assert "hollow: too few documents for a sound interval" in told(frame)
    assert "band: 95% interval" in told(frame)


def test_cells_without_intervals_are_hollow_where_nothing_tells_small_ones():
    table = panel_table().drop(columns=["is_small", "n_passages"]).assign(lower=np.nan)

    assert "hollow" in told(draw_small_multiples(table))
    assert "band" not in told(draw_small_multiples(table))


def test_no_panel_is_refused():
    with pytest.raises(InputError, match="most_groups must be an int >= 1; got 0"):
        draw_small_multiples(panel_table(), most_groups=0)


# --- stability --------------------------------------------------------------------------------


def means_of(panel):
    """Where the upright bars are, from the first row down."""
    (bars,) = (lines for lines in panel.collections if lines.get_linewidth()[0] == 1.8)
    return [ends[0][0] for ends in bars.get_segments()]


def test_topics_are_sorted_by_their_mean_with_a_dot_for_each_fit():
    table = fits_table().iloc[::-1]

    (panel,) = draw_stability(table).child_axes

    names = [text for text in words(panel) if text[0].isupper()]
    assert names == ["Root causes", "Border security", "Legal pathways", "Residual 1"]
    dots = marked(panel)
    first = sorted(x for line in dots for x, y in line.get_xydata() if y == 0)
    np.testing.assert_allclose(first, [0.88] * 3 + [0.9] * 3)
    assert {line.get_marker() for line in dots} == {"o", "s", "^"}
    np.testing.assert_allclose(means_of(panel), [0.89, 0.79, 0.69, 0.59])
    assert "6 of 6" in words(panel)
    assert "0 of 6" in words(panel)


def test_the_grey_bar_is_the_limit_of_chance_or_its_mean():
    of_fits = draw_stability(fits_table())
    summary = pd.DataFrame(
        {
            "topic": ["a", "a", "a"], "variation": ["seed", "order", "all"], "n_fits": [3, 1, 4],
            "similarity": [0.8, 0.4, 0.7], "chance": [0.1, 0.2, 0.12], "found": [1.0, 0.0, 0.75],
        }
    )  # fmt: skip
    of_summary = draw_stability(summary)

    assert [bar.get_width() for bar in of_fits.child_axes[0].patches if bar.get_width() < 1] == (
        pytest.approx([0.11] * 4)
    )
    (panel,) = of_summary.child_axes
    assert [bar.get_width() for bar in panel.patches if bar.get_width() < 1] == [0.12]
    assert means_of(panel) == [0.7]
    dots = [line.get_xdata()[0] for line in marked(panel)]
    assert dots == [0.8, 0.4]
    assert "75%" in words(panel)
    assert "95% of random topics" in told(of_fits)
    assert "mean of random topics" in told(of_summary)


def test_missing_similarities_come_last_and_without_a_dot():
    table = fits_table()
    table.loc[table["topic"] == "root_causes", ["similarity", "limit"]] = np.nan

    (panel,) = draw_stability(table).child_axes

    assert [text for text in words(panel) if text[0].isupper()][-1] == "Root causes"
    assert len(means_of(panel)) == 3
    assert all(np.isfinite(line.get_xdata()[:6]).all() for line in marked(panel))


def test_many_topics_stand_in_columns():
    frame = draw_stability(fits_table([f"topic {n}" for n in range(100)]))

    assert len(frame.child_axes) == 3


# --- all of them ------------------------------------------------------------------------------


EVERY = [
    (draw_topic_map, place_table()),
    (draw_topic_map, place_table([*THEMES, *(f"residual {n}" for n in range(20))])),
    (draw_topic_network, pair_table()),
    (draw_topic_network, pair_table(["one", "two"], links=[])),
    (draw_ternary, mix_table()),
    (draw_ternary, mix_table(["a", "b", "c"], ["2020-01-01", "2021-01-01"])),
    (draw_small_multiples, panel_table()),
    (draw_small_multiples, panel_table([f"group {n}" for n in range(13)], ["2020-01-01"])),
    (draw_stability, fits_table()),
    (draw_stability, fits_table([f"topic {n}" for n in range(45)], ["seed"])),
]


@pytest.mark.parametrize(("draw", "table"), EVERY[::2])
def test_a_table_re_read_gives_the_same_bytes_and_stays_as_it_was(draw, table):
    before, style = table.copy(deep=True), dict(mpl.rcParams)
    re_read = read_table(table_csv(table))

    first = render(draw, table, size=None, format="svg")

    assert first == render(draw, table, size=None, format="svg")
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(re_read, table, rtol=1e-5)  # six digits are written
    assert dict(mpl.rcParams) == style


@pytest.mark.parametrize(
    ("draw", "table"),
    [
        (draw_topic_map, place_table(["one"])),
        (draw_ternary, mix_table(groups=None)),
        (draw_small_multiples, panel_table(["one"], ["2020-01-01"], THEMES[:1])),
        (draw_stability, fits_table(["one"], ["seed"])),
    ],
)
def test_one_row_is_drawn(draw, table):
    assert words(draw(table))


@pytest.mark.parametrize(("draw", "table"), EVERY[::2])
def test_axes_as_wide_as_a_column_are_used(draw, table):
    figure = Figure(figsize=(3.4, 3.0))
    ax = figure.add_axes((0.16, 0.2, 0.8, 0.7))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert draw(table, ax=ax) is ax
