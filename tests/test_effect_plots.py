"""Do forest plots and dumbbells show what the tables say, whatever words the corpus holds?"""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from topoi.errors import InputError
from topoi.plots import draw_effects, draw_keyness
from topoi.plots.render import render


def contrast_table(names=("root_causes", "legal_pathways"), pairs=(("2", "1"), ("3", "1"))):
    rows = [
        {"name": name, "of": "period", "value": value, "baseline": baseline,
         "estimate": 0.1 * place - 0.05, "lower": 0.1 * place - 0.09, "upper": 0.1 * place - 0.01,
         "level": 0.95, "uncertainty": "documents, shares, topics"}
        for value, baseline in pairs
        for place, name in enumerate(names)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def term_table(family="ols"):
    rows = [
        {"name": name, "term": term, "estimate": 0.2, "lower": lower, "upper": 0.5, "level": 0.9,
         "family": family}
        for name in ("a", "b")
        for term, lower in (("Intercept", 0.1), ("treatment", -0.1))
    ]  # fmt: skip
    return pd.DataFrame(rows)


def dots(ax):
    """Place, marker face and value of each point of the forest plot."""
    return [line for line in ax.lines if line.get_marker() not in ("None", "", None)]


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_points_and_lines_are_percentage_points_around_zero():
    ax = draw_effects(contrast_table())

    points = [(line.get_xdata()[0], line.get_ydata()[0]) for line in dots(ax)]
    np.testing.assert_allclose([x for x, _ in points], [-5, 5, -5, 5])
    assert [y for _, y in points] == [1, 2, 4, 5]  # under a heading each
    lines = [line for line in ax.lines if len(line.get_xdata()) == 2 and line not in dots(ax)]
    spans = [tuple(line.get_xdata()) for line in lines if len(set(line.get_ydata())) == 1]
    np.testing.assert_allclose(spans[:2], [(-9, -1), (1, 9)])
    assert "percentage points" in ax.get_xlabel()
    told = " ".join(words(ax))
    assert "period: 2 – 1" in told
    assert "95% interval, chance in documents, shares, topics" in told
    assert "Legal pathways" in told
    assert "+5  [+1, +9]" in told


def test_terms_are_called_by_their_labels():
    labels = ["intercept", "outlet: x (against y)", "time"] * 2
    table = pd.concat([term_table(), term_table().iloc[[1, 3]].assign(term="date")])
    table = table.sort_values("name", kind="stable").assign(label=labels)

    told = words(draw_effects(table))

    assert "outlet: x (against y)" in told
    assert "time" in told
    assert "treatment" not in told


def test_headings_show_both_sides_of_a_contrast():
    ax = draw_effects(contrast_table(pairs=[("x" * 90, "government release of a state")]))

    assert f"period: {'x' * 27}… – government release of a sta…" in words(ax)


def test_hollow_is_what_holds_zero():
    ax = draw_effects(term_table())
    clear = draw_effects(contrast_table())

    assert {line.get_markerfacecolor() for line in dots(ax)} == {"white"}
    assert "white" not in {line.get_markerfacecolor() for line in dots(clear)}


def test_intercept_is_left_out_and_logits_have_log_odds():
    ax = draw_effects(term_table("logit"))

    assert "log odds" in ax.get_xlabel()
    assert len(dots(ax)) == 2
    assert "Intercept" not in " ".join(words(ax))
    np.testing.assert_allclose([line.get_xdata()[0] for line in dots(ax)], 0.2)


def test_missing_intervals_are_drawn_as_points():
    table = contrast_table().assign(lower=np.nan, upper=np.nan)

    ax = draw_effects(table)

    assert {line.get_markerfacecolor() for line in dots(ax)} == {"white"}


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (contrast_table().drop(columns="level"), r"draw_effects needs the columns.*missing: level"),
        (contrast_table().iloc[:0], r"without rows"),
        (term_table().iloc[[0, 2]], r"without rows"),
    ],
)
def test_forest_plots_of_nothing_are_refused(table, text):
    with pytest.raises(InputError, match=text):
        draw_effects(table)


def keyness_table(terms=("wall", "patrol", "visa"), **columns):
    rows = [
        {"group": group, "other": other, "term": term, "rate": 4.0 - place, "other_rate": 0.0 if
         place == 0 else 1.0, "z": sign * (3.0 - place)}
        for sign, group, other in ((1, "before", "after"), (-1, "after", "before"))
        for place, term in enumerate(terms)
    ]  # fmt: skip
    rows.append({"group": "after", "other": "before", "term": "asylum", "rate": 2.0,
                 "other_rate": 1.0, "z": 1.0})  # fmt: skip
    return pd.DataFrame(rows).assign(**columns)


def test_each_group_has_a_panel_with_its_typical_terms():
    frame = draw_keyness(keyness_table())

    before, after = frame.child_axes
    own = [line for line in dots(before) if line.get_marker() == "o"][:-1]
    assert [line.get_xdata()[0] for line in own] == [4.0, 3.0, 2.0]
    assert [text for text in words(before) if not text.startswith("z ")][:3] == [
        "wall", "patrol", "visa",
    ]  # fmt: skip
    assert "asylum" in words(after)
    assert "wall" not in words(after)
    assert "z 3.0" in words(before)


def test_a_rate_of_zero_is_hollow_at_the_edge():
    before = draw_keyness(keyness_table()).child_axes[0]

    hollow = [line for line in dots(before) if line.get_markerfacecolor() == "white"]
    assert len(hollow) == 1
    assert hollow[0].get_xdata()[0] == before.get_xlim()[0]


def test_themes_have_panels_of_their_own_and_n_terms_is_heeded():
    table = pd.concat([keyness_table(theme="one"), keyness_table(theme="two")])

    frame = draw_keyness(table, n_terms=1)

    assert len(frame.child_axes) == 4
    assert "One: before" in words(frame.child_axes[0])
    assert "patrol" not in words(frame.child_axes[0])


@pytest.mark.parametrize(
    ("table", "more", "text"),
    [
        (keyness_table().drop(columns="z"), {}, r"draw_keyness needs the columns.*missing: z"),
        (keyness_table().assign(z=-1.0), {}, r"No term has z above 0"),
        (keyness_table(), {"n_terms": 0}, r"n_terms must be an int >= 1; got 0"),
    ],
)
def test_dumbbells_of_nothing_are_refused(table, more, text):
    with pytest.raises(InputError, match=text):
        draw_keyness(table, **more)


@pytest.mark.parametrize(
    ("draw", "table"),
    [(draw_effects, contrast_table()), (draw_keyness, keyness_table(theme="one"))],
)
def test_the_same_table_gives_the_same_bytes(draw, table):
    first, second = (render(draw, table, size=None, format="svg") for _ in range(2))

    assert first == second


def test_axes_that_are_given_are_used():
    for draw, table in ((draw_effects, contrast_table()), (draw_keyness, keyness_table())):
        ax = Figure(figsize=(8, 6)).add_axes((0.3, 0.2, 0.5, 0.7))
        assert draw(table, ax=ax) is ax
