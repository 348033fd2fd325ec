"""Does each object show itself in a notebook without harm, in few words and in any colours?"""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Event, Ledger
from topoi.fit import TopicFit
from topoi.html_table import html_table, shortened
from topoi.study import Study
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes

HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(2)>&\x0b\u202e"


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


def fit_of(matrix):
    return TopicFit(
        topic_term=np.array([[0.2, 0.1, 0.7], [0.3, 0.6, 0.1]]),
        doc_topic=np.array([[0.5, 0.5], [0.1, 0.9]]),
        topic_names=("causes", "residual 1"),
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


def hostile(name):
    corpus = corpus_of(source=[HOSTILE] * 2, title=[HOSTILE] * 2, text=[HOSTILE] * 2)
    terms = (HOSTILE, *(f"{HOSTILE}{letter}" for letter in "ab"))
    objects = {
        "Corpus": corpus,
        "Corpus of covariates": corpus_of(**{HOSTILE: [1, 2]}),
        "Ledger": Ledger().add([Event("read", "a", "read", HOSTILE)]),
        "Themes": themes_of(definition=HOSTILE),
        "TopicFit": fit_of(matrix_of(terms)),
        "Study": study_of(corpus, by=HOSTILE, model=HOSTILE),
    }
    return objects[name]


NAMES = ("Corpus", "Corpus of covariates", "Ledger", "Themes", "TopicFit", "Study")


@pytest.mark.parametrize("name", NAMES)
def test_what_texts_hold_is_shown_as_text(name):
    page = Page(hostile(name)._repr_html_())

    assert set(page.tags) == {"p", "table", "thead", "tbody", "tr", "th", "td"}
    assert {key for key, _ in page.attributes} == {"class", "style"}
    assert "<script>alert(1)</script>" in page.text
    assert not set("\x0b\u202e") & set(page.text)


@pytest.mark.parametrize("name", NAMES)
def test_colours_and_sources_are_left_to_the_page(name):
    html = hostile(name)._repr_html_()

    styles = " ".join(value for key, value in Page(html).attributes if key == "style")
    assert not any(word in styles for word in ("color", "background", "url", "#"))


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


def test_themes_show_definitions_and_some_seeds():
    page = Page(themes_of(seeds=[f"seed{number:02d}" for number in range(20)])._repr_html_())

    assert page.rows[1][:3] == ["causes", "Why people leave.", "20"]
    assert page.rows[1][3].startswith("seed00, seed01")
    assert page.rows[1][3].endswith("seed11, …")
    assert repr(themes_of()) == "<1 themes of the pack pack (en): causes>"


def test_seeds_of_full_weight_come_first():
    seeds = (Seed("home", 0.5), Seed("hunger"), Seed("flood*"))
    themes = Themes("pack", (Theme("causes", "causes", "Why.", seeds),))

    assert Page(themes._repr_html_()).rows[1][3] == "hunger, flood*, home"


def test_fit_shows_share_and_terms_of_each_topic():
    # 10 tokens at one half and 30 at a tenth: 8 of 40 tokens are in the first topic.
    page = Page(fit_of(matrix_of())._repr_html_())

    assert page.rows[1:] == [
        ["causes", "20.0%", "visa, asylum, border"],
        ["residual 1", "80.0%", "border, asylum, visa"],
    ]
    assert "KeywordLDA: 2 topics, 3 terms, 2 documents" in page.text


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
