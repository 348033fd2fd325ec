"""Does a table of results find its figure, and does the figure show itself?"""

import base64
import re

import pandas as pd
import pytest
from test_reprs import HOSTILE, Page

from topoi import plots
from topoi.errors import InputError
from topoi.plots.drawing import draw
from topoi.plots.render import render

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


def test_figures_are_those_that_can_be_drawn_on_axes_of_ones_own():
    assert set(COLUMNS) <= set(plots.__all__)


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


def test_table_without_a_figure_is_refused_with_what_there_is():
    with pytest.raises(InputError, match=r"no figure .* columns a, b.* prevalence; show"):
        draw(pd.DataFrame({"a": [1], "b": [2]}))


def test_table_without_rows_is_refused_at_once():
    with pytest.raises(InputError, match="nothing to draw"):
        draw(PREVALENCE.head(0))
