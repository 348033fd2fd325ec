"""Does each object show itself in a notebook without harm, in few words and in any colours?"""

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from topoi.corpus.corpus import Corpus
from topoi.corpus.explain import explain_cleaning
from topoi.corpus.ledger import Event, Ledger
from topoi.fit import TopicFit
from topoi.html_parts import bar, chip, on_screen
from topoi.html_table import html_table, shortened
from topoi.measures.share_draws import ShareDraws
from topoi.measures.theme_curve import ThemeCurve
from topoi.measures.theme_fit import ThemeFit
from topoi.palette import hues
from topoi.shown_table import show
from topoi.study import Study
from topoi.text.kwic import Concordance
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes

HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(2)>&\x0b\u202e"
OURS = {"svg", "rect", "path", "span", "strong", "br"}


class Page(HTMLParser):
    """The tags, attributes and cells of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.rows, self.text = [], [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        self.text += data
        if self.rows:
            self.rows[-1][-1] += data


def rectangles(html):
    """The attributes of each bar, in order."""
    found = re.findall(r"<rect ([^>]*)>", html)
    return [dict(re.findall(r'([a-z]+)="([^"]*)"', each)) for each in found]


def styles_of(html, tag):
    return re.findall(rf'<{tag} style="([^"]*)"', html)


def themes_of(definition="Why people leave.", seeds=("violence", "hunger")):
    theme = Theme("causes", "causes", definition, tuple(Seed(seed) for seed in seeds))
    return Themes("pack", (theme,))


def corpus_of(**columns):
    table = {"doc_id": ["a/1", "a/2"], "text": ["Rain fell.", "Snow fell."], **columns}
    return Corpus(pd.DataFrame(table))


def matrix_of(terms=("asylum", "border", "visa")):
    counts = np.array([[1, 0, 2], [0, 4, 0]])
    vocabulary = Vocabulary(terms, (counts > 0).sum(axis=0), counts.sum(axis=0))
    units = pd.DataFrame({"doc_id": ["a/1", "a/2"], "n_tokens": [10, 30]})
    return DocTermMatrix(csr_array(counts), vocabulary, units)


def fit_of(matrix, names=("causes", "residual 1")):
    return TopicFit(
        topic_term=np.array([[0.2, 0.1, 0.7], [0.3, 0.6, 0.1]]),
        doc_topic=np.array([[0.5, 0.5], [0.1, 0.9]]),
        topic_names=names,
        vocabulary=matrix.vocabulary,
        units=matrix.units,
        themes={"causes": (0,)},
        trace=pd.DataFrame({"pass": [1]}),
        provenance={"model": "KeywordLDA"},
    )


def study_of(corpus, *, themes=None, by=None, model="KeywordLDA"):
    matrix = matrix_of()
    shares = matrix.units.assign(theme="causes", share=0.5)
    fits = {model: fit_of(matrix)}
    return Study(corpus, corpus, matrix, themes or themes_of(), fits, shares, by=by)


def theme_fit_of():
    units = pd.DataFrame({"doc_id": ["a", "b"], "n_tokens": [10, 30], "theme": "causes"})
    shares = units.assign(share=[0.5, 0.1], lower=0.0, upper=1.0)
    return ThemeFit(shares, themes_of(), matrix_of().vocabulary, (), ThemeCurve(1.0, 1.0), {})


def draws_of(name="causes"):
    values = np.array([[[0.5], [0.1]], [[0.3], [0.3]]])
    return ShareDraws(
        values, np.array([0, 1]), np.ones((2, 2), bool), 1.0, (name,), "topic",
        matrix_of().units, 2, ("shares",), (), {},
    )  # fmt: skip


def results_of(text):
    """A table of results whose every text is this one."""
    columns = {"name": [text] * 2, "group": [text] * 2, "uncertainty": [text] * 2}
    numbers = {"estimate": [0.5, 0.1], "lower": [0.4, 0.0], "upper": [0.6, np.nan], "level": 0.95}
    return pd.DataFrame({**columns, **numbers, text: [text, None]})


def concordance_of(text):
    table = {"doc_id": ["a"], "date": pd.to_datetime(["2021-01-01"]), "source": [text]}
    return Concordance(pd.DataFrame({**table, "left": text, "keyword": text, "right": text}))


def hostile(name):
    corpus = corpus_of(source=[HOSTILE, "b"], title=[HOSTILE] * 2, text=[HOSTILE] * 2)
    terms = (HOSTILE, *(f"{HOSTILE}{letter}" for letter in "ab"))
    ends = [Event("read", "b", "read", HOSTILE), Event(HOSTILE, "b", "dropped", HOSTILE)]
    noted = [Event("read", HOSTILE, "read", HOSTILE), Event("clean", HOSTILE, "noted", HOSTILE)]
    objects = {
        "Corpus": corpus,
        "Corpus of covariates": corpus_of(**{HOSTILE: [1, 2]}),
        "Ledger": Ledger().add([*ends, *noted]),
        "Themes": themes_of(definition=HOSTILE, seeds=("a<script>alert(1)</script>\u202e",)),
        "DocTermMatrix": matrix_of(terms),
        "TopicFit": fit_of(matrix_of(terms), names=(HOSTILE, "b")),
        "ThemeFit": theme_fit_of(),
        "ShareDraws": draws_of(HOSTILE),
        "Concordance": concordance_of(HOSTILE),
        "CleaningSteps": explain_cleaning(corpus_of(text=[f"One.\n{HOSTILE}", "Two."]), "a/1"),
        "Study": study_of(corpus, by=HOSTILE, model=HOSTILE),
        "show": show(results_of(HOSTILE)),
        "show of an index": show(results_of(HOSTILE).set_index(HOSTILE)),
    }
    return objects[name]


NAMES = (
    *("Corpus", "Corpus of covariates", "Ledger", "Themes", "DocTermMatrix", "TopicFit"),
    *("ThemeFit", "ShareDraws", "Concordance", "CleaningSteps", "Study"),
    *("show", "show of an index"),
)


@pytest.mark.parametrize("name", NAMES)
def test_what_texts_hold_is_shown_as_text(name):
    page = Page(hostile(name)._repr_html_())

    assert set(page.tags) - OURS == {"p", "table", "thead", "tbody", "tr", "th", "td"}
    assert {key for key, _ in page.attributes if key.startswith("on")} == set()
    assert not set("\x0b\u202e") & set(page.text)
    if name != "ThemeFit":  # whose only texts are names of themes, which are letters and digits
        assert "<script>alert(1)</script>" in page.text


@pytest.mark.parametrize("name", NAMES)
def test_colours_of_letters_are_left_to_the_page_and_fills_let_it_through(name):
    attributes = Page(hostile(name)._repr_html_()).attributes

    styles = [value for key, value in attributes if key == "style"]
    declared = [part.partition(":")[::2] for style in styles for part in style.split(";") if part]
    assert not any(name == "color" or "url" in value or "#" in value for name, value in declared)
    painted = [value for name, value in declared if name == "background"]
    painted += [value for key, value in attributes if key in ("fill", "stroke")]
    assert all(re.fullmatch(r"none|currentColor|rgba\(\d+,\d+,\d+,0\.\d+\)", v) for v in painted)


def test_terminal_shows_what_texts_hold_on_lines_of_their_own_table():
    lines = repr(show(results_of(HOSTILE))).split("\n")

    assert len(lines) == 4
    assert not set("\x0b\u202e") & set("".join(lines))


def test_corpus_shows_its_first_rows_and_names_its_other_columns():
    table = pd.DataFrame(
        {
            "doc_id": [f"a/{number}" for number in range(7)],
            "text": ["long " * 100] * 7,
            "date": pd.to_datetime(["2023-05-11"] * 6 + [None]),
            "party": "D",
            "chamber": "House",
        }
    )

    page = Page(Corpus(table)._repr_html_())

    assert page.rows[0] == ["doc_id", "date", "source", "title", "text"]
    assert [row[0] for row in page.rows[1:]] == ["a/0", "a/1", "a/2", "a/3", "a/4"]
    assert "2023-05-11" in page.rows[1]
    assert max(len(cell) for cell in page.rows[1]) <= 120
    assert "the first 5; further columns: party, chamber" in page.text


def test_corpus_without_dates_or_rows_can_be_shown():
    empty = Corpus(pd.DataFrame({"doc_id": [], "text": []}).astype("str"))

    assert "NaT" not in Page(corpus_of()._repr_html_()).text
    assert len(Page(empty._repr_html_()).rows) == 1


def test_passages_are_shown_by_their_own_ids():
    table = {"passage_id": ["a#001", "a#002"], "doc_id": ["a", "a"], "text": ["One.", "Two."]}

    page = Page(Corpus(pd.DataFrame(table))._repr_html_())

    assert "doc_id" not in page.rows[0]
    assert [row[0] for row in page.rows[1:]] == ["a#001", "a#002"]


def test_ledger_adds_up_in_its_first_line():
    ledger = Ledger().add(
        [
            *(Event("read", doc_id, "read", "file") for doc_id in "abcd"),
            Event("clean", "a", "changed", "HTML removed", 12),
            Event("clean", "b", "dropped", "empty after cleaning"),
            Event("deduplicate", "c", "merged", "exact copy", 1, "a"),
        ]
    )

    page = Page(ledger._repr_html_())

    assert (
        "4 documents read: 2 kept, 1 merged, 1 dropped; on the way 1 changed, 0 noted" in page.text
    )
    assert ["clean", "changed", "HTML removed", "1", "12"] in page.rows


def test_ledger_goes_down_like_stairs_from_read_to_kept():
    events = [Event("read", str(number), "read", "file") for number in range(10)]
    events += [Event("read", "0", "dropped", "empty"), Event("read", "4", "dropped", "empty")]
    events += [Event("deduplicate", "7", "merged", "near copy", 1, "8")]

    html = Ledger().add(events)._repr_html_()

    # 156 pixels for ten documents: from 2 on, 15.6 each.
    bars = [(attrs["x"], attrs["width"]) for attrs in rectangles(html)]
    assert bars == [("2", "156"), ("126.8", "31.2"), ("111.2", "15.6"), ("2", "109.2")]
    assert [row[:3] for row in Page(html).rows[1:]] == [
        ["", "read", "10"],
        ["read", "dropped: empty", "−2"],
        ["deduplicate", "merged: near copy", "−1"],
        ["", "kept", "7"],
    ]


def test_empty_ledger_can_be_shown():
    assert [row[1:3] for row in Page(Ledger()._repr_html_()).rows[1:]] == [
        ["read", "0"],
        ["kept", "0"],
    ]


def test_themes_show_definitions_and_some_seeds():
    page = Page(themes_of(seeds=[f"seed{number:02d}" for number in range(20)])._repr_html_())

    assert page.rows[1][:3] == ["causes", "Why people leave.", "20"]
    assert page.rows[1][3].startswith("seed00 seed01")
    assert page.rows[1][3].endswith("seed11 and 8 more")
    assert repr(themes_of()) == "<1 themes of the pack pack (en): causes>"


def test_seeds_of_full_weight_come_first_and_others_are_dashed():
    seeds = (Seed("home", 0.5), Seed("hunger"), Seed("flood*"))
    html = Themes("pack", (Theme("causes", "causes", "Why.", seeds),))._repr_html_()

    assert Page(html).rows[1][3] == "hunger flood* home"
    assert [style.count("dashed") for style in styles_of(html, "span")] == [0, 0, 0, 1]


def test_seeds_of_less_weight_are_among_those_shown():
    full = [Seed(f"seed{number:02d}") for number in range(20)]
    less = [Seed("a", 0.25), Seed("b", 0.5), *(Seed(f"c{n}", 0.25) for n in range(9))]
    themes = Themes("pack", (Theme("causes", "causes", "Why.", (*less, *full)),))

    words = Page(themes._repr_html_()).rows[1][3].split()
    assert words == [*(f"seed{n:02d}" for n in range(8)), "b", "a", "c0", "c1", "and", "19", "more"]


def test_matrix_shows_its_most_frequent_terms():
    page = Page(matrix_of()._repr_html_())

    assert page.rows == [
        ["term", "tokens", "of the most frequent", "rows"],
        ["border", "4", "", "1"],
        ["visa", "2", "", "1"],
        ["asylum", "1", "", "1"],
    ]
    assert [attrs["width"] for attrs in rectangles(matrix_of()._repr_html_())] == [
        "156",
        "78",
        "39",
    ]


def test_matrix_without_terms_can_be_shown():
    units = pd.DataFrame({"doc_id": ["a"], "n_tokens": [0]})
    nothing = np.zeros(0, np.int64)
    matrix = DocTermMatrix(csr_array((1, 0)), Vocabulary((), nothing, nothing), units)

    assert len(Page(matrix._repr_html_()).rows) == 1


def test_fit_shows_share_and_terms_of_each_topic():
    # 10 tokens at one half and 30 at a tenth: 8 of 40 tokens are in the first topic.
    page = Page(fit_of(matrix_of())._repr_html_())

    assert page.rows[1:] == [
        ["causes", "20.0%", "", "visa, asylum, border"],
        ["residual 1", "80.0%", "", "border, asylum, visa"],
    ]
    assert "KeywordLDA: 2 topics, 3 terms, 2 documents" in page.text


def test_theme_fit_shows_the_share_of_the_text():
    # 10 tokens at one half and 30 at a tenth.
    assert Page(theme_fit_of()._repr_html_()).rows[1] == ["causes", "20.0%", ""]


def test_study_names_its_parts():
    study = study_of(corpus_of())

    parts = dict(Page(study._repr_html_()).rows[1:])

    assert repr(study) == "<Study of 2 documents in 2 passages: 1 themes, models KeywordLDA>"
    assert list(parts) == [
        "documents",
        "passages",
        "matrix",
        "themes",
        "fits",
        "shares",
        "by",
        "freq",
        "seed",
    ]
    assert parts["fits"] == "KeywordLDA: 2 topics"
    assert parts["by"] == "no groups"


def test_numbers_stand_right_and_missing_values_are_empty():
    table = pd.DataFrame({"word": ["a", None], "count": [3, 4]})

    html = html_table("Counts", table)

    assert Page(html).rows == [["word", "count"], ["a", "3"], ["", "4"]]
    assert html.count("text-align:right") == html.count("text-align:left") == 3


def test_long_text_is_cut_with_a_mark():
    assert shortened("short", most=10) == "short"
    assert shortened("exactly 10", most=10) == "exactly 10"
    assert shortened("one two three", most=9) == "one two…"
    # Mostly spaces: what is left is short, but not the whole text.
    assert shortened("a" + " " * 100 + "b", most=10) == "a…"


# --- chips and bars -----------------------------------------------------------------------------


def test_bar_ends_at_its_value_and_its_line_at_the_bounds():
    html = bar(0.25, 0.125, 0.5, most=0.5)

    (found,) = rectangles(html)
    assert (found["x"], found["width"]) == ("2", "78")
    assert 'd="M41 7H158M41 4V10M158 4V10"' in html


def test_bar_of_a_difference_begins_at_zero():
    (found,) = rectangles(bar(-0.5, least=-1.0, most=1.0))

    assert (found["x"], found["width"]) == ("41", "39")
    assert 'd="M80 0V14"' in bar(-0.5, least=-1.0, most=1.0)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0])
def test_no_bar_is_drawn_where_there_is_no_number_or_none_to_see(value):
    assert rectangles(bar(value, np.nan, 1.0, most=1.0)) == []
    assert "stroke" not in bar(value, np.nan, 1.0, most=1.0)


def test_smallest_bar_can_be_seen():
    (found,) = rectangles(bar(1, most=1_000_000))

    assert found["width"] == "1.5"


def test_chip_escapes_its_text_and_is_grey_without_a_colour():
    assert ">a&lt;b&gt;&amp; c</span>" in chip("a<b>&\u202e\n c")
    assert "rgba(128,128,128" in chip("a")


def contrast(one, other):
    """WCAG 2.2: from 1, the same lightness, to 21, black on white."""

    def luminance(colour):
        parts = np.asarray(colour, dtype=float) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("page", [(255, 255, 255), (17, 17, 17)])
@pytest.mark.parametrize(
    "name", ["root_causes", "border_security", "legal_pathways", "a", "topic 1"]
)
def test_bars_are_seen_on_light_and_dark_pages(name, page):
    # Not the 3 : 1 of marks that stand alone: each bar has its number beside it.
    hue = on_screen(hues([name])[name].colour)
    seen = [0.75 * int(hue[at : at + 2], 16) for at in (1, 3, 5)] + 0.25 * np.array(page)

    assert contrast(seen, page) > 1.5
