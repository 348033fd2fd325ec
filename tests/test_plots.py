"""What is on the axes is what the table says, whatever words the corpus holds."""

import json
import os
import subprocess
import sys
import warnings
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import imread
from test_effect_plots import contrast_table, keyness_table
from test_map_plots import EVERY as MAPS
from test_map_plots import fits_table, mix_table, pair_table, panel_table, place_table

import topoi.errors
from topoi import palette
from topoi.errors import InputError
from topoi.plots import (
    draw_calibration,
    draw_effects,
    draw_keyness,
    draw_prevalence,
    draw_search_k,
    draw_sensitivity,
    draw_small_multiples,
    draw_stability,
    draw_ternary,
    draw_top_terms,
    draw_topic_map,
    draw_topic_network,
    draw_topic_themes,
)
from topoi.plots._blocks import in_columns
from topoi.plots._time_axis import days_of, time_ticks
from topoi.plots.labels import fitted, safe_label, spread, text_width
from topoi.plots.render import render
from topoi.plots.table_csv import read_table, table_csv

THEMES = ("root_causes", "border_security", "legal_pathways")
HOSTILE = [
    r"$\foo$",
    "<script>alert(1)</script>",
    "a\x0bb\x00c\x1b[31m",
    "\u202egnirts\u2066",
    "مرحبا بالعالم",
    "w" * 200,
    "_x",
    "]]>&amp;\ufffe",
    "",
]


def terms_table(topics=THEMES, terms=("wall", "visa", "gang")):
    return pd.DataFrame(
        [
            (topic, rank, term, 0.09 / rank, rank == 1)
            for topic in topics
            for rank, term in enumerate(terms, start=1)
        ],
        columns=["topic", "rank", "term", "weight", "is_seed"],
    )


def shares_table(*, periods=None, groups=None, names=THEMES):
    rows = [
        (name, period, group, low + 0.05, low, low + 0.15, 0.95, 9, 40)
        for low, name in zip(np.arange(0.05, 5, 0.1), names, strict=False)
        for group in groups or [""]
        for period in periods or [""]
    ]
    columns = [
        "name",
        "period",
        "group",
        "estimate",
        "lower",
        "upper",
        "level",
        "n_documents",
        "n_passages",
    ]
    table = pd.DataFrame(rows, columns=columns)
    unused = [name for name, values in (("period", periods), ("group", groups)) if values is None]
    return table.drop(columns=unused)


def map_table(models=("LDA", "NMF"), topics=("topic 1", "topic 2"), themes=THEMES):
    rows = [
        (model, topic, theme, (m + t + c) / 10)
        for m, model in enumerate(models)
        for t, topic in enumerate(topics)
        for c, theme in enumerate(themes)
    ]
    return pd.DataFrame(rows, columns=["model", "topic", "theme", "affinity"])


def curve_table(names=THEMES, points=4):
    places = np.linspace(0.05, 0.9, points)
    rows = [(name, p, p**1.2, p * 0.7, min(p + 0.2, 1), 0.95, 12) for name in names for p in places]
    columns = ["name", "probability", "estimate", "lower", "upper", "level", "n_coded"]
    return pd.DataFrame(rows, columns=columns)


def sensitivity_table(themes=THEMES, seeds=("visa*", "asylum", "work permit*")):
    kinds = [("fit", "")] + [("without seed", seed) for seed in seeds]
    kinds += [(kind, str(n)) for kind in ("half of seeds", "random seeds") for n in range(4)]
    rows = [
        (kind, detail, theme, True, 0.3 - 0.01 * n, -0.01 * n, 1 - 0.02 * n)
        for n, (kind, detail) in enumerate(kinds)
        for theme in themes
    ]
    columns = ["variation", "detail", "theme", "is_own", "share", "change", "rank_correlation"]
    return pd.DataFrame(rows, columns=columns)


def texts_of(axes):
    """All text drawn in axes and their insets, ticks too."""
    found = [text.get_text() for text in axes.texts]
    found += [label.get_text() for label in [*axes.get_xticklabels(), *axes.get_yticklabels()]]
    found += [axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel()]
    for inset in axes.child_axes:
        found += texts_of(inset)
    return [text for text in found if text]


def overlaps(axes):
    """Pairs of texts whose boxes overlap by more than a pixel, and texts outside the figure."""
    figure = axes.get_figure(root=True)
    FigureCanvasAgg(figure).draw()
    every = [axes, *axes.child_axes]
    artists = [text for one in every for text in one.texts if text.get_text()]
    for one in every:
        for axis in (one.xaxis, one.yaxis) if one.axison else ():
            ticks = axis.get_ticklabels()
            artists += [t for t in ticks if t.get_text() and t.get_visible()]
            artists += [axis.label] if axis.label.get_text() else []
        artists += [one._left_title] if one.get_title(loc="left") else []
    boxes = [(artist.get_text(), artist.get_window_extent()) for artist in artists]
    width, height = figure.bbox.width, figure.bbox.height
    outside = [
        text
        for text, box in boxes
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
    pairs = [
        (a, b)
        for place, (a, one) in enumerate(boxes)
        for b, two in boxes[place + 1 :]
        if min(one.x1, two.x1) - max(one.x0, two.x0) > 1
        and min(one.y1, two.y1) - max(one.y0, two.y0) > 1
    ]
    return pairs, outside


# --- top terms


def test_each_topic_is_a_panel_with_a_bar_for_each_term():
    table = terms_table()

    frame = draw_top_terms(table)

    assert [panel.get_title(loc="left") for panel in frame.child_axes] == [
        "Root causes",
        "Border security",
        "Legal pathways",
    ]
    for panel in frame.child_axes:
        assert [bar.get_width() for bar in panel.patches] == pytest.approx([0.09, 0.045, 0.03])
        assert [text.get_text() for text in panel.texts] == ["wall", "visa", "gang"]


def test_terms_stand_at_their_bars_by_rank_not_by_row():
    table = terms_table(topics=("root_causes",)).iloc[::-1]

    (panel,) = draw_top_terms(table).child_axes

    for bar, text in zip(panel.patches, panel.texts, strict=True):
        middle = bar.get_y() + bar.get_height() / 2
        assert middle == pytest.approx(text.get_position()[1])
    assert [text.get_text() for text in panel.texts] == ["wall", "visa", "gang"]


def test_seeds_have_a_dot_and_the_key_explains_it():
    frame = draw_top_terms(terms_table())

    dots = [line.get_ydata()[0] for panel in frame.child_axes for line in panel.lines]

    assert dots == [0, 0, 0]
    assert "seed of the theme" in texts_of(frame)


def test_without_seeds_there_is_no_key():
    frame = draw_top_terms(terms_table().assign(is_seed=False))

    assert "seed of the theme" not in texts_of(frame)


def test_all_panels_share_the_weight_axis_from_zero():
    frame = draw_top_terms(terms_table(topics=("root_causes", "topic 1", "topic 2")))

    assert {panel.get_xlim() for panel in frame.child_axes} == {(0, 0.09 * 1.02)}
    assert "probability of the term in the topic" in texts_of(frame)


def test_a_tick_stands_at_the_frex_of_each_term():
    table = terms_table().assign(frex=[0.9, 0.5, np.nan] * 3)

    frame = draw_top_terms(table)

    for panel in frame.child_axes:
        (ticks,) = (line for line in panel.lines if line.get_label() == "FREX")
        # From 0.4 in the middle of the panel to 1 at its right edge.
        places = [0.5 + 0.5 * 0.5 / 0.6, 0.5 + 0.5 * 0.1 / 0.6]
        np.testing.assert_allclose(ticks.get_xydata(), list(zip(places, [0, 1], strict=True)))
        assert ticks.get_transform() == panel.get_yaxis_transform()
        assert {"0.4", "FREX", "1"} <= set(texts_of(panel))
    assert any(text.startswith("tick: FREX") for text in texts_of(frame))
    assert not any("FREX" in text for text in texts_of(draw_top_terms(terms_table())))


def test_top_terms_of_two_models_are_refused():
    table = pd.concat([terms_table().assign(model=name) for name in ("LDA", "NMF")])

    with pytest.raises(InputError, match="draws one model; the table holds 2: LDA, NMF"):
        draw_top_terms(table)


# --- prevalence


def test_trend_lines_hold_the_estimates_at_their_dates():
    periods = ["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"]
    table = shares_table(periods=periods, names=THEMES[:1])
    table["estimate"] = [0.1, 0.3, 0.2, 0.4]

    axes = draw_prevalence(table)

    solid = next(line for line in axes.lines if line.get_linestyle() == "-")
    assert list(solid.get_xdata()) == [18262.0, 18293.0, 18322.0, 18353.0]  # days since 1970
    assert list(solid.get_ydata()) == [0.1, 0.3, 0.2, 0.4]
    assert to_hex(solid.get_color()) == palette.hues(["root_causes"])["root_causes"].colour
    assert axes.get_ylim()[0] == 0
    assert axes.get_ylabel() == "share of text"


def test_rows_of_a_trend_may_come_in_any_order():
    for years in (2, 5):
        table = shares_table(periods=[f"{2020 + year}-01-01" for year in range(years)])
        backwards = np.arange(len(table)).reshape(-1, years)[:, ::-1].ravel()
        shuffled = table.iloc[backwards]

        assert render(draw_prevalence, table, size=None, format="svg") == render(
            draw_prevalence, shuffled, size=None, format="svg"
        )


def test_a_missing_period_breaks_the_line():
    periods = ["2001-01-01", "2002-01-01", "2005-01-01", "2006-01-01"]

    axes = draw_prevalence(shares_table(periods=periods, names=THEMES[:1]))

    solid = [len(line.get_xdata()) for line in axes.lines if line.get_linestyle() == "-"]
    dotted = [len(line.get_xdata()) for line in axes.lines if line.get_linestyle() == ":"]
    assert solid[:2] == [2, 2]
    assert dotted == [4]


def test_a_point_without_interval_is_hollow_and_said_to_be():
    periods = ["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"]
    table = shares_table(periods=periods, names=THEMES[:1])
    table.loc[1, ["lower", "upper"]] = np.nan

    axes = draw_prevalence(table)

    hollow = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    assert [list(line.get_xdata()) for line in hollow] == [[18293.0]]
    assert "hollow: too few documents for an interval" in " ".join(texts_of(axes))


def test_lines_are_named_at_their_ends_without_collision():
    table = shares_table(periods=[f"{year}-01-01" for year in range(2018, 2022)])
    table["estimate"] = 0.2  # all lines end at the same point

    axes = draw_prevalence(table)
    heights = [text.get_position()[1] for text in axes.texts[: len(THEMES)]]

    assert {"Root causes", "Border security", "Legal pathways"} <= set(texts_of(axes))
    assert min(np.diff(sorted(heights))) > 0.05
    assert overlaps(axes) == ([], [])


def test_groups_are_rows_in_the_order_given_with_a_dot_for_each_theme():
    table = shares_table(groups=["speech", "brief"])

    axes = draw_prevalence(table)

    dots = [
        line for line in axes.lines if line.get_marker() in "os^" and len(line.get_xdata()) == 1
    ]
    placed = [(round(float(d.get_ydata()[0])), round(float(d.get_xdata()[0]), 6)) for d in dots]
    assert placed[:6] == [(0, 0.1), (0, 0.2), (0, 0.3), (1, 0.1), (1, 0.2), (1, 0.3)]
    shown = [text for text in texts_of(axes) if text in ("speech", "brief")]
    assert shown == ["speech", "brief"]
    assert axes.get_ylim() == (1.5, -0.5)


def test_intervals_run_from_lower_to_upper():
    axes = draw_prevalence(shares_table(names=THEMES[:2]))

    spans = [tuple(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]

    assert spans == [(0.05, 0.2), (pytest.approx(0.15), pytest.approx(0.3))]
    assert "line: 95% interval" in texts_of(axes)


def test_trends_by_group_are_panels_with_the_same_axes():
    table = shares_table(periods=["2020-01-01", "2021-01-01"], groups=["b", "a", "c"])

    frame = draw_prevalence(table)

    assert [panel.get_title(loc="left") for panel in frame.child_axes] == ["b", "a", "c"]
    assert len({(panel.get_xlim(), panel.get_ylim()) for panel in frame.child_axes}) == 1


def test_a_group_that_lacks_a_theme_is_drawn():
    table = shares_table(periods=["2020-01-01", "2021-01-01"], groups=["a", "b"])

    frame = draw_prevalence(table.loc[~((table["group"] == "b") & (table["name"] == THEMES[0]))])

    assert len(frame.child_axes[0].lines) > len(frame.child_axes[1].lines) > 0


def test_shares_of_zero_and_missing_shares_are_drawn():
    table = shares_table(names=THEMES[:1])
    table[["estimate", "lower", "upper"]] = 0.0

    assert draw_prevalence(table).get_xlim()[1] > 0
    table[["estimate", "lower", "upper"]] = np.nan
    assert render(draw_prevalence, table, size=None, format="svg").startswith(b"<?xml")


def test_a_period_that_is_no_date_is_refused():
    with pytest.raises(InputError, match=r"1 periods are not ISO dates: 'spring'"):
        draw_prevalence(shares_table(periods=["spring"], names=THEMES[:1]))


# --- topics and themes


def test_cells_hold_the_affinities_of_each_model():
    frame = draw_topic_themes(map_table())

    grids = [panel.collections[0].get_array().ravel().tolist() for panel in frame.child_axes]

    assert grids[0] == pytest.approx([0, 0.1, 0.2, 0.1, 0.2, 0.3])
    assert grids[1] == pytest.approx([0.1, 0.2, 0.3, 0.2, 0.3, 0.4])
    numbers = [text.get_text() for text in frame.child_axes[0].texts[:6]]
    assert numbers == ["0", "10", "20", "10", "20", "30"]
    assert {"LDA", "NMF"} <= set(texts_of(frame))


def test_the_shade_is_the_same_in_every_model():
    frame = draw_topic_themes(map_table())

    limits = {panel.collections[0].get_clim() for panel in frame.child_axes}

    assert limits == {(0, 0.4)}


def test_missing_affinities_are_dashes():
    table = map_table(models=("LDA",))
    table.loc[0, "affinity"] = np.nan

    frame = draw_topic_themes(table.drop(index=4))  # topic 2 has no row for border_security

    numbers = [text.get_text() for text in frame.child_axes[0].texts[:6]]
    assert numbers == ["–", "10", "20", "10", "–", "30"]


# --- calibration


def test_points_of_a_calibration_are_those_of_the_table():
    table = curve_table(THEMES[:2]).sample(frac=1.0, random_state=1)
    table.loc[table["name"] == THEMES[0], ["lower", "upper"]] = np.nan

    frame = draw_calibration(table)

    titles = {panel.get_title(loc="left"): panel for panel in frame.child_axes}
    assert set(titles) == {"Root causes (48 coded)", "Border security (48 coded)"}
    hollow, filled = titles["Root causes (48 coded)"], titles["Border security (48 coded)"]
    drawn = filled.lines[2].get_xydata()
    expected = curve_table(THEMES[1:2])[["probability", "estimate"]].to_numpy()
    np.testing.assert_allclose(drawn, expected)
    assert len(hollow.lines[2].get_xydata()) == 0  # no filled point
    assert len(hollow.lines[3].get_xydata()) == 4
    np.testing.assert_array_equal(filled.lines[0].get_xydata(), [[0, 0], [1, 1]])


# --- numbers of topics


def search_table(ks):
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "measure": measure, "k": ks, "value": np.linspace(low, high, len(ks)),
                    "standard_error": 0.02, "chance": chance, "within_one_error": False,
                }
            )
            for measure, low, high, chance in (
                ("held_out", -7.31, -7.02, np.nan), ("coherence", 0.1, 0.2, np.nan),
                ("exclusivity", 0.7, 0.4, 0.1), ("stability", 0.6, 0.3, 0.1),
            )
        ],
        ignore_index=True,
    )  # fmt: skip


# --- all of them


EVERY = [
    (draw_top_terms, terms_table()),
    (draw_top_terms, terms_table([*THEMES, *(f"residual {n}" for n in range(9))])),
    (draw_prevalence, shares_table()),
    (draw_prevalence, shares_table(periods=["2019-01-01", "2019-04-01", "2019-07-01"])),
    (draw_prevalence, shares_table(periods=[f"20{year}-01-01" for year in range(10, 22)])),
    (draw_prevalence, shares_table(groups=["press", "congress", "think tank"])),
    (draw_prevalence, shares_table(periods=["2019-01-01", "2019-04-01"], groups=["x", "y"])),
    (draw_topic_themes, map_table()),
    (draw_topic_themes, map_table(models=("LDA",))),
    (draw_calibration, curve_table()),
    (draw_calibration, curve_table(THEMES[:1])),
    (draw_calibration, curve_table([*THEMES, "a", "b"])),
    (draw_sensitivity, sensitivity_table()),
    (draw_search_k, search_table([2, 5])),
    (draw_search_k, search_table([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 100, 200])),
    *MAPS,
    (draw_top_terms, terms_table().assign(frex=0.9)),
    (draw_top_terms, terms_table(THEMES[:1]).assign(frex=0.9)),
]
IDS = ["terms", "terms12", "dots", "few", "trends", "groups", "panels", "map", "map1"]
IDS += ["calibration", "calibration1", "calibration5", "sensitivity", "search", "search12"]
IDS += [f"{draw.__name__[5:]}{len(table)}" for draw, table in MAPS]
IDS += ["frex", "frex1"]


@pytest.mark.parametrize(("draw", "table"), EVERY, ids=IDS)
def test_labels_neither_overlap_nor_leave_the_figure(draw, table):
    pairs, outside = overlaps(draw(table))

    assert pairs == []
    assert outside == []


@pytest.mark.parametrize(("draw", "table"), EVERY, ids=IDS)
def test_given_axes_are_used_and_nothing_else_changes(draw, table):
    before, style = table.copy(deep=True), dict(mpl.rcParams)
    ax = Figure(figsize=(7, 4)).add_subplot()

    assert draw(table, ax=ax) is ax

    pd.testing.assert_frame_equal(table, before)
    assert dict(mpl.rcParams) == style
    assert draw(table).get_figure() is not ax.get_figure()
    assert dict(mpl.rcParams) == style


@pytest.mark.parametrize(("draw", "table"), EVERY, ids=IDS)
def test_missing_columns_are_named(draw, table):
    gone = "estimate" if "estimate" in table else table.columns[0]

    with pytest.raises(
        InputError, match=rf"{draw.__name__} needs .*missing: {gone}\. The table has"
    ):
        draw(table.drop(columns=gone))
    with pytest.raises(InputError, match="without rows"):
        draw(table.head(0))


@pytest.mark.parametrize(
    "kind",
    [
        "terms",
        "dots",
        "trends",
        "panels",
        "map",
        "calibration",
        "effects",
        "contrasts",
        "keyness",
        "sensitivity",
        "topic map",
        "network",
        "ternary",
        "small multiples",
        "stability",
    ],
)
def test_hostile_labels_are_drawn_and_give_sound_svg(kind):
    draw, table = {
        "terms": lambda: (draw_top_terms, terms_table(HOSTILE, HOSTILE)),
        "dots": lambda: (draw_prevalence, shares_table(groups=HOSTILE, names=HOSTILE[:6])),
        "trends": lambda: (draw_prevalence, shares_table(periods=["2020-01-01"], names=HOSTILE)),
        "panels": lambda: (draw_prevalence, shares_table(periods=["2020-01-01"], groups=HOSTILE)),
        "calibration": lambda: (draw_calibration, curve_table(HOSTILE)),
        "effects": lambda: (draw_effects, contrast_table(HOSTILE)),
        "contrasts": lambda: (draw_effects, contrast_table(pairs=[(w, w[::-1]) for w in HOSTILE])),
        "keyness": lambda: (draw_keyness, keyness_table(HOSTILE, theme=HOSTILE[1])),
        "map": lambda: (draw_topic_themes, map_table(HOSTILE[4:7], HOSTILE, HOSTILE[3:6])),
        "sensitivity": lambda: (draw_sensitivity, sensitivity_table(HOSTILE[:4], HOSTILE)),
        "topic map": lambda: (draw_topic_map, place_table(HOSTILE).assign(terms=HOSTILE[::-1])),
        "network": lambda: (draw_topic_network, pair_table(HOSTILE, [(0, 5, 0.3), (2, 4, 0.2)])),
        "ternary": lambda: (draw_ternary, mix_table(HOSTILE, names=HOSTILE[3:6])),
        "small multiples": lambda: (draw_small_multiples, panel_table(HOSTILE, names=HOSTILE[:3])),
        "stability": lambda: (draw_stability, fits_table(HOSTILE, HOSTILE[:4])),
    }[kind]()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a letter that the font lacks
        svg = render(draw, table, size=None, format="svg")
        pairs, outside = overlaps(draw(table))

    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert not tags & {"script", "foreignObject", "a"}
    assert b"<script" not in svg
    assert (pairs, outside) == ([], [])


@given(st.text(max_size=40))
@settings(max_examples=25, deadline=None)
def test_any_label_gives_sound_svg(text):
    table = terms_table(("root_causes",), (text,))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        svg = render(draw_top_terms, table, size=None, format="svg")

    ElementTree.fromstring(svg)


SCRIPT = """
import hashlib, json, sys
import topoi.plots
from topoi.plots.render import render
from topoi.plots.table_csv import read_table
for draw, table in json.load(sys.stdin):
    for kind in ("svg", "png", "pdf"):
        content = read_table(table.encode())
        drawn = render(getattr(topoi.plots, draw), content, size=None, format=kind)
        print(hashlib.sha256(drawn).hexdigest())
"""


def run_fresh(code, given="", **environment):
    """What a new Python process prints."""
    folder = str(Path(topoi.errors.__file__).parents[1])
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": folder} | environment,
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.split()


def test_bytes_are_the_same_in_another_process_and_place():
    # Those of a run are drawn in another process and place in tests/test_pipeline.py.
    cases = [
        (draw_search_k, search_table([2, 5])),
        (draw_sensitivity, sensitivity_table()),
        MAPS[4],
    ]
    tables = [(draw.__name__, table_csv(table).decode()) for draw, table in cases]

    there = run_fresh(
        SCRIPT,
        json.dumps(tables),
        PYTHONHASHSEED="77",
        TZ="Asia/Tokyo",
        LANG="tr_TR.UTF-8",
        LC_ALL="C",
    )

    assert there == [
        sha256(render(draw, read_table(table_csv(table)), size=None, format=kind)).hexdigest()
        for draw, table in cases
        for kind in ("svg", "png", "pdf")
    ]


def test_a_users_style_does_not_reach_the_bytes():
    draw, table = EVERY[3]
    plain = render(draw, table, size=None, format="svg")

    with mpl.rc_context({"font.size": 20, "axes.facecolor": "black", "svg.fonttype": "none"}):
        assert render(draw, table, size=None, format="svg") == plain


def test_size_and_format_of_a_drawing():
    draw, table = EVERY[2]

    pixels = imread(BytesIO(render(draw, table, size=(5, 3), format="png")))

    assert pixels.shape[:2] == (600, 1000)
    assert render(draw, table, size=None, format="pdf").startswith(b"%PDF")
    with pytest.raises(InputError, match="format must be one of svg, png, pdf; got 'gif'"):
        render(draw, table, size=None, format="gif")


@pytest.mark.parametrize("place", [3, 7])
def test_a_png_has_256_colours_close_to_those_drawn_and_areas_have_theirs(place, monkeypatch):
    draw, table = EVERY[place]
    packed = imread(BytesIO(render(draw, table, size=None, format="png")))
    monkeypatch.setattr("topoi.plots.render._packed", BytesIO.getvalue)
    drawn = imread(BytesIO(render(draw, table, size=None, format="png")))

    pixels = (255 * drawn[..., :3]).round().astype(int).reshape(-1, 3)
    found = (255 * packed[..., :3]).round().astype(int).reshape(-1, 3)
    colours, which, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    is_area = counts[which] > 2000
    assert len(np.unique(found, axis=0)) <= 256 < len(colours)
    np.testing.assert_array_equal(found[is_area], pixels[is_area])
    np.testing.assert_allclose(found, pixels, atol=20)


# --- colours, labels, ticks, CSV


def grey(colour):
    """Relative luminance (WCAG 2.2) of #rrggbb."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_three_themes_differ_in_grey_and_in_marker():
    found = list(palette.hues(THEMES).values())
    light = sorted(grey(hue.colour) + 0.05 for hue in found)

    assert len({hue.marker for hue in found}) == 3
    assert light[1] / light[0] > 1.5
    assert light[2] / light[1] > 1.5


def test_a_theme_keeps_its_colour_in_any_company():
    alone = palette.hues(["legal_pathways"])
    among = palette.hues(["asylum", "topic 1", "legal_pathways", "legal_pathways 2"])

    assert among["legal_pathways"] == among["legal_pathways 2"] == alone["legal_pathways"]
    assert among["asylum"] not in (among["topic 1"], among["legal_pathways"])


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("a\x0bb\x00c", "a bc"),
        ("\u202eabc\u2066", "abc"),
        ("e\u0301", "é"),
        ("\ud800x", "x"),
        ("one\r\n two", "one two"),
        ("x" * 40, "x" * 27 + "…"),
        (None, "None"),
    ],
)
def test_safe_label(text, label):
    assert safe_label(text) == label


@given(st.text(max_size=60), st.floats(0.2, 2))
@settings(max_examples=50, deadline=None)
def test_a_fitted_text_is_no_wider_than_its_room(text, width):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert text_width(fitted(safe_label(text), points=7, width=width), points=7) <= width


@given(st.lists(st.floats(0, 3), max_size=12))
@settings(max_examples=50, deadline=None)
def test_spread_places_keep_their_gap_and_order(wanted):
    placed = spread(wanted, gap=0.2, high=3)

    order = sorted(range(len(wanted)), key=lambda place: (wanted[place], place))
    steps = np.diff([placed[place] for place in order])
    assert (steps >= 0.2 - 1e-9).all()
    assert all(-1e-9 <= place <= 3 + 1e-9 for place in placed)


def test_labels_with_room_stay_where_they_are_wanted():
    assert spread([2.0, 1.0, 0.5], gap=0.2, high=3) == pytest.approx([2.0, 1.0, 0.5])
    assert spread([1.0, 1.0], gap=0.2, high=3) == pytest.approx([0.9, 1.1])


def test_ticks_name_years_once():
    first, last = days_of(pd.Series(["2019-11-01", "2020-04-01"]))

    places, labels = time_ticks(first, last, most=6)

    assert labels == ["Nov\n2019", "Dec", "Jan\n2020", "Feb", "Mar", "Apr"]
    assert places[2] == 18262
    assert time_ticks(first, last + 9000, most=6)[1] == ["2020", "2025", "2030", "2035", "2040"]


def test_csv_has_six_digits_and_empty_cells_for_missing_numbers():
    table = pd.DataFrame(
        {
            "name": ["a", "b,c"],
            "estimate": [1 / 3, np.nan],
            "n_documents": [3, 4],
            "is_seed": [True, False],
        }
    )

    content = table_csv(table)

    assert content == b'name,estimate,n_documents,is_seed\na,0.333333,3,true\n"b,c",,4,false\n'
    again = read_table(content)
    assert again.dtypes.astype(str).tolist() == ["str", "float64", "int64", "bool"]
    assert table_csv(again) == content


def test_csv_of_any_table_keeps_signs_and_dates():
    table = pd.DataFrame(
        {
            "npmi": [-0.25, np.nan],
            "date": pd.to_datetime(["2020-05-01", None]),
            "text": ["-", None],
            "kept": [True, False],
        }
    )

    assert table_csv(table) == b"npmi,date,text,kept\n-0.25,2020-05-01,'-,true\n,,,false\n"


def test_formulas_are_guarded_in_the_file_and_restored():
    texts = ["=1+1", "+x", "-y", "@z", "\tq", "'=a", "'plain", "007", "NA", "a\r\nb", "-"]
    content = table_csv(pd.DataFrame({"term": texts}))

    assert b"'=1+1" in content
    assert read_table(content)["term"].tolist() == texts


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_any_text_survives_the_csv(texts):
    clean = [text.replace("\x00", "\ufffd") for text in texts]
    table = pd.DataFrame({"term": pd.Series(texts, dtype=object), "name": "x"})

    assert read_table(table_csv(table))["term"].tolist() == clean


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name,estimate\na,x\n", r"Column estimate has 1 cells that are no float64: 'x'"),
        (b"is_seed\nperhaps\n", r"no bool: 'perhaps'"),
        (b"name\n\xff\n", r"not a table of a figure"),
        (b"a,b\n1\n", r"lines differ in their columns"),
        (b"", r"lines differ"),
    ],
)
def test_a_file_that_is_no_table_is_refused(content, message):
    with pytest.raises(InputError, match=message):
        read_table(content)


def test_importing_the_package_does_not_import_matplotlib():
    code = "import sys, topoi.plots; print('matplotlib' in sys.modules)"

    assert run_fresh(code) == ["False"]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=7), st.integers(1, 4))
@settings(max_examples=50, deadline=None)
def test_blocks_keep_their_order_in_the_shortest_columns(heights, n_columns):
    columns = in_columns(heights, n_columns)

    def cut(places, left):
        """The tallest column of the best cut, by trying every cut."""
        whole = sum(heights[place] for place in places)
        cuts = range(1, len(places)) if left > 1 else ()
        return min(
            [
                whole,
                *(
                    max(sum(heights[p] for p in places[:c]), cut(places[c:], left - 1))
                    for c in cuts
                ),
            ]
        )

    every = list(range(len(heights)))
    assert [place for column in columns for place in column] == every
    assert len(columns) <= n_columns
    assert max(sum(heights[p] for p in column) for column in columns) == cut(every, n_columns)
