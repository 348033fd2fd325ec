"""Do the figures of seeds, strips, the flow of documents and passes show what their tables say?"""

import warnings
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from test_plots import HOSTILE, THEMES, overlaps, texts_of

from topoi import palette
from topoi.errors import InputError
from topoi.plots import draw_convergence, draw_heat_strip, draw_ledger_flow, draw_seed_audit
from topoi.plots.labels import listed_lines, text_width, wrapped
from topoi.plots.render import render
from topoi.plots.table_csv import read_table, table_csv


def seeds_table(themes=THEMES, seeds=("visa*", "asylum", "work permit*", "absent")):
    rows = [
        (theme, seed, 9 * (len(seeds) - 1 - n), 5 * (len(seeds) - 1 - n), themes[-1], n == 1)
        for theme in themes
        for n, seed in enumerate(seeds)
    ]
    columns = ["theme", "seed", "occurrences", "passages", "toward", "is_ambiguous"]
    return pd.DataFrame(rows, columns=columns)


def strips_table(documents=("d1", "d2"), themes=THEMES, sizes=(30, 10, 60)):
    ends = np.cumsum(sizes)
    rows = [
        (doc_id, f"Title of {doc_id}", place, end - size, end, theme, 0.1 * place + 0.2 * number)
        for doc_id in documents
        for place, (size, end) in enumerate(zip(sizes, ends, strict=True), start=1)
        for number, theme in enumerate(themes)
    ]
    columns = ["doc_id", "title", "place", "start", "end", "theme", "share"]
    return pd.DataFrame(rows, columns=columns)


def flow_table(
    reasons=(("read", "dropped", "empty file", 3), ("clean", "changed", "links", 40)), read=50
):
    rows, left = [("", "read", "", 0, read, read)], read
    for step, action, reason, number in reasons:
        left -= number if action in ("dropped", "merged") else 0
        rows.append((step, action, reason, 1 if reason else 34, number, left))
    rows.append(("", "kept", "", 0, left, left))
    columns = ["step", "action", "reason", "n_reasons", "n_documents", "n_left"]
    return pd.DataFrame(rows, columns=columns)


def passes_table(models=("KeywordLDA", "LDA", "NMF"), passes=40, stop="settled"):
    rows = [
        (model, number, 10.0 ** (-number / 10) if number < passes + place else 0.0, stop)
        for place, model in enumerate(models)
        for number in range(1, passes + place + 1)
    ]
    return pd.DataFrame(rows, columns=["model", "pass", "distance", "stop"])


MERGED = (("deduplicate", "merged", "near copy", 7), ("clean", "changed", "", 9))


# --- seeds


def test_each_theme_is_a_panel_with_its_seeds_by_frequency():
    table = seeds_table().iloc[::-1]

    frame = draw_seed_audit(table)

    first = frame.child_axes[0]
    assert [bar.get_width() for bar in first.patches] == [27, 15, 18, 10, 9, 5]
    words = [text.get_text() for text in first.texts]
    assert words[:6] == ["visa*", "27 in 15", "asylum", "18 in 10", "work permit*", "9 in 5"]
    assert [texts_of(panel)[7] for panel in frame.child_axes] == [
        "Legal pathways", "Border security", "Root causes",
    ]  # fmt: skip
    assert len({panel.get_xlim() for panel in frame.child_axes}) == 1


def test_an_ambiguous_seed_has_the_marker_of_the_other_theme():
    panel = draw_seed_audit(seeds_table()).child_axes[0]

    hue = palette.hues(THEMES)["legal_pathways"]
    marks = [line for line in panel.lines if line.get_label() == "goes with another theme"]
    assert [(m.get_marker(), m.get_ydata()[0]) for m in marks] == [(hue.marker, 1)]


def test_the_note_on_ambiguous_seeds_is_there_where_one_is():
    marked, plain = (
        " ".join(texts_of(draw_seed_audit(table)))
        for table in (seeds_table(), seeds_table().assign(is_ambiguous=False))
    )

    assert "goes with the theme of that marker" in marked
    assert "goes with the theme of that marker" not in plain


def test_seeds_that_never_occur_are_named_and_rare_ones_counted():
    seeds = [f"seed {number}" for number in range(6)]
    table = seeds_table(THEMES[:1], seeds)
    table.loc[table["seed"].isin(["seed 3", "seed 4"]), "occurrences"] = 0

    (panel,) = draw_seed_audit(table, most_seeds=2).child_axes

    told = " ".join(text.get_text() for text in panel.texts)
    assert "1 more occur, at most 27 times each" in told
    assert "never occur (3): seed 3, seed 4, seed 5" in told
    assert len(panel.patches) == 2 * 2


def test_a_theme_without_any_seed_in_the_corpus_is_drawn():
    frame = draw_seed_audit(seeds_table().assign(occurrences=0, passages=0))

    assert all(not panel.patches for panel in frame.child_axes)
    assert overlaps(frame) == ([], [])


def test_in_a_column_the_themes_stand_below_each_other():
    ax = Figure(figsize=(3.5, 7)).add_axes((0.01, 0.01, 0.98, 0.98))

    frame = draw_seed_audit(seeds_table(), ax=ax)

    lefts = {round(panel.get_window_extent().x0, 3) for panel in frame.child_axes}
    assert len(lefts) == 1
    assert overlaps(frame) == ([], [])


def test_fewer_than_one_seed_is_refused():
    with pytest.raises(InputError, match=r"most_seeds must be an int >= 1; got 0"):
        draw_seed_audit(seeds_table(), most_seeds=0)


# --- strips


def cells_of(panel):
    """Begin, width and grey of each cell, by row of the strip."""
    found = []
    for row in panel.collections[:-1]:
        boxes = [path.get_extents() for path in row.get_paths()]
        shades = row.get_facecolors()[:, 0]
        found.append([(b.x0, b.width, s) for b, s in zip(boxes, shades, strict=True)])
    return found


def test_cells_are_as_wide_as_their_tokens_and_darker_with_the_share():
    first, second, third = cells_of(draw_heat_strip(strips_table()).child_axes[0])

    np.testing.assert_allclose([(x, w) for x, w, _ in first], [(0, 0.3), (0.3, 0.1), (0.4, 0.6)])
    lightness = [[shade for *_, shade in row] for row in (first, second, third)]
    assert (np.diff(lightness, axis=0) < 0).all()
    assert (np.diff(lightness, axis=1) < 0).all()


def test_a_strip_tells_title_size_and_themes():
    frame = draw_heat_strip(strips_table())

    words = texts_of(frame.child_axes[1])
    assert {"Title of d2", "100 tokens, 3 passages", "Root causes"} <= set(words)
    assert "share of the passage, 0 to 70%" in texts_of(frame)


def test_a_document_without_title_has_its_id_and_one_without_tokens_equal_cells():
    table = strips_table(("d9",)).assign(title="", start=0, end=0)

    (panel,) = draw_heat_strip(table).child_axes

    assert "d9" in texts_of(panel)
    np.testing.assert_allclose([w for _, w, _ in cells_of(panel)[0]], 1 / 3)


def test_a_missing_share_is_white_and_said_to_be():
    table = strips_table(("d1",))
    table.loc[0, "share"] = np.nan

    frame = draw_heat_strip(table)

    assert cells_of(frame.child_axes[0])[0][0][2] == 1.0
    assert "white: none known" in " ".join(texts_of(frame))


def test_narrow_cells_have_no_white_between_them():
    edges = [
        draw_heat_strip(strips_table(("d",), sizes=[5] * n)).child_axes[0].collections[0]
        for n in (5, 500)
    ]

    assert (edges[0].get_edgecolors() == 1).all()
    np.testing.assert_array_equal(edges[1].get_edgecolors(), edges[1].get_facecolors())


# --- the flow of documents


def test_the_stream_narrows_by_what_left_it():
    ax = draw_ledger_flow(flow_table((*MERGED, ("x", "dropped", "old", 10)), read=100))

    spans = [(bar.get_x(), bar.get_width(), bar.get_y() + bar.get_height() / 2)
             for bar in ax.patches]  # fmt: skip
    by_row = {}
    for left, width, place in spans:
        by_row.setdefault(round(place), []).append((left, width))
    assert by_row == {
        0: [(0, 100)], 1: [(0, 100)], 2: [(0, 93), (93, 7)],
        3: [(0, 93)], 4: [(0, 93), (0, 9)], 5: [(0, 93)], 6: [(0, 83), (83, 10)], 7: [(0, 83)],
    }  # fmt: skip


def test_lines_of_the_flow_have_names_and_numbers():
    words = texts_of(draw_ledger_flow(flow_table(MERGED, read=1234)))

    assert words[:10] == [
        "documents read", "1,234", "deduplicate", "merged: near copy", "\N{MINUS SIGN}7",
        "clean", "34 other reasons", "9", "documents kept", "1,227",
    ]  # fmt: skip
    assert "hatched: merged into another; inside: changed" in words
    assert "documents" in words


@pytest.mark.parametrize(
    "table",
    [
        flow_table((), read=0),
        flow_table((), read=1),
        flow_table((("x", "dropped", "all", 50),)),
        flow_table([("x", "dropped", f"reason {n}", 1) for n in range(40)]),
        flow_table((("x", "dropped", "few", 1),), read=10**7),
    ],
)
def test_any_ledger_can_be_drawn(table):
    ax = draw_ledger_flow(table)

    assert overlaps(ax) == ([], [])
    assert ax.get_xlim()[1] >= max(table["n_left"].max(), 1)


def test_what_is_few_of_many_is_still_seen():
    ax = draw_ledger_flow(flow_table((("x", "dropped", "few", 1),), read=10**7))

    gone = next(bar for bar in ax.patches if bar.get_label() == "dropped" or bar.get_height() < 1)
    assert gone.get_width() / 10**7 > 0.005


# --- passes


def lines_of(ax, models):
    return [line for line in ax.lines if line.get_label() in models]


def test_lines_fall_to_what_the_last_pass_changed():
    table = passes_table(("A", "B"), passes=3).assign(distance=[0.5, 0.2, 0, 0.9, 0.4, 0.1, 0])

    ax = draw_convergence(table)

    one, two = lines_of(ax, ["A", "B"])
    assert one.get_ydata().tolist() == [0.5, 0.2, 0.2]
    assert two.get_ydata().tolist() == [0.9, 0.4, 0.1, 0.1]
    stops = [line for line in ax.lines if str(line.get_label()).endswith(": stop")]
    assert [(s.get_xdata()[0], s.get_ydata()[0]) for s in stops] == [(3, 0.2), (4, 0.1)]
    assert {"A", "B", "3 passes", "4 passes"} <= set(texts_of(ax))
    assert ax.get_yscale() == "linear"


def test_the_axis_is_logarithmic_where_that_helps():
    assert draw_convergence(passes_table()).get_yscale() == "log"


@pytest.mark.parametrize(
    ("stop", "face", "words"),
    [
        ("settled", palette.hues(["root_causes"])["root_causes"].colour, "filled: settled"),
        ("limit", "white", "hollow: stopped by the limit of passes"),
        ("", palette.hues(["root_causes"])["root_causes"].colour, ""),
    ],
)
def test_the_marker_tells_why_the_passes_ended(stop, face, words):
    ax = draw_convergence(passes_table(("LDA",), stop=stop))

    (mark,) = (line for line in ax.lines if line.get_label() == "LDA: stop")
    assert mark.get_markerfacecolor() == face
    assert words in texts_of(ax) or not words


@pytest.mark.parametrize("distance", [0.0, np.nan, 1e-300])
def test_distances_of_nothing_can_be_drawn(distance):
    for passes in (1, 5):
        ax = draw_convergence(passes_table(("LDA",), passes=passes).assign(distance=distance))
        assert overlaps(ax) == ([], [])


# --- all of them


EVERY = {
    "seeds": (draw_seed_audit, seeds_table()),
    "seeds5": (draw_seed_audit, seeds_table([*THEMES, "a", "b"])),
    "seeds1": (draw_seed_audit, seeds_table(THEMES[:1], ("visa",))),
    "many seeds": (draw_seed_audit, seeds_table(seeds=[f"some seed {n}*" for n in range(99)])),
    "strips": (draw_heat_strip, strips_table()),
    "strip1": (draw_heat_strip, strips_table(("d",), THEMES[:1], (7,))),
    "flow": (draw_ledger_flow, flow_table(MERGED)),
    "flow1": (draw_ledger_flow, flow_table().head(1)),
    "passes": (draw_convergence, passes_table()),
    "pass1": (draw_convergence, passes_table(("LDA",), passes=1)),
    "passes9": (draw_convergence, passes_table([f"model {n}" for n in range(9)])),
}
every = pytest.mark.parametrize(("draw", "table"), EVERY.values(), ids=EVERY)


@every
def test_labels_neither_overlap_nor_leave_the_figure(draw, table):
    assert overlaps(draw(table)) == ([], [])


@every
def test_given_axes_are_used_and_the_table_stays(draw, table):
    before, ax = table.copy(deep=True), Figure(figsize=(7, 4)).add_subplot()

    assert draw(table, ax=ax) is ax
    pd.testing.assert_frame_equal(table, before)
    assert draw(table).get_figure() is not ax.get_figure()


@every
def test_the_figure_of_the_csv_is_that_of_the_table(draw, table):
    again = read_table(table_csv(table))

    first, second = (render(draw, again, size=None, format="svg") for _ in range(2))
    assert first == second
    pd.testing.assert_frame_equal(again, table, rtol=1e-5)  # six digits are written
    assert texts_of(draw(again)) == texts_of(draw(table))


@every
def test_missing_columns_and_rows_are_named(draw, table):
    gone = table.columns[0] if draw is not draw_convergence else "pass"

    with pytest.raises(InputError, match=rf"{draw.__name__} needs .*missing: {gone}\."):
        draw(table.drop(columns=gone))
    with pytest.raises(InputError, match="without rows"):
        draw(table.head(0))


@pytest.mark.parametrize(
    ("draw", "table"),
    [
        (draw_seed_audit, seeds_table(HOSTILE, HOSTILE)),
        (draw_heat_strip, strips_table(HOSTILE, HOSTILE)),
        (draw_ledger_flow, flow_table([(w, "dropped", w, 1) for w in HOSTILE])),
        (draw_convergence, passes_table(HOSTILE)),
    ],
    ids=["seeds", "strips", "flow", "passes"],
)
def test_hostile_labels_are_drawn_and_give_sound_svg(draw, table):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a letter that the font lacks
        svg = render(draw, table, size=None, format="svg")
        pairs, outside = overlaps(draw(table))

    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert not tags & {"script", "foreignObject", "a"}
    assert (pairs, outside) == ([], [])


def test_lines_hold_whole_words_and_no_more_than_their_width():
    lines = wrapped("one two three " + "w" * 200, points=7, width=0.6)

    assert lines[:2] == ["one two", "three"]
    assert lines[2].endswith("…")
    assert all(text_width(line, points=7) <= 0.6 for line in lines)
    assert wrapped("", points=7, width=1) == []


def test_names_that_do_not_fit_are_counted():
    names = [f"name{n}" for n in range(30)]

    lines = listed_lines("gone:", names, points=7, width=1.5, most=2)

    assert len(lines) == 2
    told = " ".join(lines)
    assert told.startswith("gone: name0, name1")
    named = told.count("name")
    assert told.endswith(f" and {30 - named} more")
    assert listed_lines("gone:", ["a", "b"], points=7, width=1.5, most=2) == ["gone: a, b"]
