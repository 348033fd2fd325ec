"""Does a table of results find its figure, and does the figure show itself?"""

import base64
import re
from functools import partial

import pandas as pd
import pytest
from test_reprs import HOSTILE, Page

import topoi
from topoi import plots
from topoi.errors import InputError
from topoi.plots.drawing import draw
from topoi.plots.render import render
from topoi.plots.table_kinds import KINDS

PREVALENCE = pd.DataFrame(
    {"name": ["root_causes"], "estimate": [0.5], "lower": [0.4], "upper": [0.6]}
    | {"level": 0.95, "n_documents": [12]}
)
COLUMNS = {
    "draw_search_k": {
        **{"measure": "coherence", "k": [4, 8], "value": 0.1, "standard_error": 0.01},
        **{"chance": float("nan"), "within_one_error": True},
    },
    "draw_sensitivity": {
        **{"variation": ["fit", "without seed"], "detail": ["", "visa*"], "theme": "a"},
        **{"is_own": True, "share": 0.2, "change": [0.0, 0.1], "rank_correlation": 0.9},
    },
    "draw_keyness": {
        **{"group": ["x"], "other": "y", "term": "visa", "rate": 2.0, "other_rate": 1.0},
        "z": 3.0,
    },
    "draw_seed_audit": {
        **{"theme": ["a"], "seed": "visa*", "occurrences": 3, "passages": 2, "toward": "b"},
        "is_ambiguous": False,
    },
    "draw_topic_map": {
        **{"topic": ["topic 1", "topic 2"], "x": [0.0, 1.0], "y": [0.0, 0.5], "share": 0.5},
        **{"theme": "", "explained": 0.9},
    },
    "draw_topic_network": {
        **{"topic": ["topic 1"], "other": "topic 2", "correlation": 0.2, "is_link": True},
    },
    "draw_stability": {
        **{"topic": ["topic 1"], "variation": "seed", "similarity": 0.5, "chance": 0.1},
        **{"limit": 0.2, "is_found": True},
    },
    "draw_convergence": {"model": ["LDA"] * 2, "pass": [1, 2], "distance": [0.1, 0.01], "stop": ""},
    "draw_heat_strip": {
        **{"doc_id": ["a"], "title": "A", "place": 1, "start": 0, "end": 9, "theme": "a"},
        "share": 0.5,
    },
    "draw_ledger_flow": {
        **{"step": ["read", "kept"], "action": ["read", "kept"], "reason": "", "n_reasons": 0},
        **{"n_documents": 3, "n_left": 3},
    },
    "draw_ternary": {
        **{"name": ["a", "b", "c"], "estimate": [0.5, 0.3, 0.2], "lower": 0.1, "upper": 0.6},
        **{"level": 0.95, "n_tokens": 100.0, "said": 0.5},
    },
    "draw_small_multiples": {
        **{"name": ["a"], "group": "x", "period": "2021-01-01", "estimate": 0.5, "lower": 0.4},
        **{"upper": 0.6, "level": 0.95, "n_documents": 12},
    },
    "draw_top_terms": {
        **{"topic": ["a"], "term": "visa", "rank": 1, "weight": 0.1, "is_seed": False},
    },
    "draw_topic_themes": {"model": ["LDA"], "topic": "topic 1", "theme": "a", "affinity": 0.2},
    "draw_calibration": {
        **{"name": ["a"], "probability": 0.4, "estimate": 0.5, "lower": 0.4, "upper": 0.6},
        **{"level": 0.95, "n_coded": 20},
    },
    "draw_effects": {
        **{"name": ["a"], "value": "x", "baseline": "y", "estimate": 0.1, "lower": 0.0},
        **{"upper": 0.2, "level": 0.95, "share": 0.3},
    },
    "draw_prevalence": PREVALENCE,
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_tell_which_figure(name):
    found = draw(pd.DataFrame(COLUMNS[name]))

    assert found.drawn_by == name
    assert repr(found).startswith(f"<Drawing of {len(found.table)} rows by {name}: ")


def test_every_figure_that_can_be_drawn_on_axes_can_be_had():
    assert {kind.drawn_by for kind in KINDS} == set(plots.__all__) == set(COLUMNS)


def test_tables_that_have_a_figure_are_of_public_functions():
    assert {kind.made_by.split(" by ")[0] for kind in KINDS} <= set(topoi.__all__)


def test_coefficients_are_drawn_as_effects():
    table = PREVALENCE.drop(columns="n_documents").assign(term="date")

    assert draw(table).drawn_by == "draw_effects"


def test_bytes_are_those_of_the_table():
    found = draw(PREVALENCE)

    assert found.svg == render(plots.draw_prevalence, PREVALENCE, size=None, format="svg")
    assert found.png == draw(PREVALENCE.copy()).png


def test_notebook_shows_drawing_and_caption():
    found = draw(PREVALENCE, caption="How much.")

    html = found._repr_html_()
    image = re.search(r"base64,([^\"]*)", html)[1]
    assert base64.b64decode(image) == found.svg
    assert Page(html).text == "How much."


def test_caption_is_text():
    page = Page(draw(PREVALENCE, caption=f'"{HOSTILE}')._repr_html_())

    assert page.tags == ["figure", "img", "figcaption"]
    assert "<script>alert(1)</script>" in page.text
    assert "\u202e" not in page.text


EVENTS = pd.DataFrame({"date": ["2021-02-03"], "label": ["an order"]})


@pytest.mark.parametrize("more", [{}, {"group": "press"}])
def test_events_are_marked_beside_shares_over_time(more):
    table = pd.concat([PREVALENCE.assign(period=f"2021-0{n}-01", **more) for n in (1, 2, 3)])

    found = draw(table, events=EVENTS)

    assert found.drawn_by == "draw_prevalence"
    drawn = partial(plots.draw_prevalence, events=EVENTS)
    assert found.svg == render(drawn, table, size=None, format="svg")
    assert found.svg != render(plots.draw_prevalence, table, size=None, format="svg")


@pytest.mark.parametrize("name", ["draw_prevalence", "draw_effects"])
def test_events_beside_anything_else_are_refused(name):
    with pytest.raises(InputError, match="Events are marked beside shares over time"):
        draw(pd.DataFrame(COLUMNS[name]), events=EVENTS)


def test_table_without_a_figure_is_refused_with_what_there_is():
    with pytest.raises(InputError, match=r"no figure .* columns a, b.* prevalence; show"):
        draw(pd.DataFrame({"a": [1], "b": [2]}))


def test_table_without_rows_is_refused_at_once():
    with pytest.raises(InputError, match="nothing to draw"):
        draw(PREVALENCE.head(0))
