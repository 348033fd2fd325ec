"""A study's figures are made from its tables alone, or refused with the reason."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from test_plots import HOSTILE

import topoi.plots
from topoi.catalogue import CATALOGUE, available, make_figure
from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Event
from topoi.errors import InputError
from topoi.figures.figure import Figure
from topoi.figures.of_corpus import CORPUS_FIGURES
from topoi.figures.of_groups import GROUP_FIGURES
from topoi.figures.of_themes import THEME_FIGURES
from topoi.figures.of_topics import TOPIC_FIGURES
from topoi.fit import TopicFit
from topoi.measures.shares import theme_shares
from topoi.plots.labels import name_label, safe_label
from topoi.plots.table_csv import read_table, table_csv
from topoi.study import Study
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes

TERMS = ("<b>fence</b>", "=wall", "gang", "visa")
THEMES = Themes(
    "two",
    (
        Theme("border_security", "Border security", "Control.", (Seed("gang"),)),
        Theme("legal_pathways", "Legal pathways", "Ways in.", (Seed("visa"),)),
    ),
)


def make_study(*, dates=True, by="source", has_codes=True):
    n = 12
    codes = [(f"p{i}", theme.name, i % 3 // 2) for theme in THEMES for i in range(n)]
    units = pd.DataFrame(
        {
            "passage_id": [f"p{i}" for i in range(n)],
            "doc_id": [f"d{i}" for i in range(n)],
            "date": pd.to_datetime([f"20{10 + i // 4}-05-01" for i in range(n)])
            if dates
            else pd.Series(pd.NaT, index=range(n), dtype="datetime64[us]"),
            "source": [("press", "=congress")[i % 2] for i in range(n)],
            "title": [f"Title {i}" for i in range(n)],
            "empty": "",
            "n_tokens": np.arange(n) + 10,
        }
    )
    vocabulary = Vocabulary(TERMS, np.full(4, 3), np.full(4, 5))
    topic_term = np.array([[0.1, 0.2, 0.6, 0.1], [0.1, 0.2, 0.1, 0.6], [0.4, 0.4, 0.1, 0.1]])
    first = np.linspace(0.1, 0.6, n)
    doc_topic = np.column_stack([first, 0.7 - first, np.full(n, 0.3)])

    trace = pd.DataFrame({"pass": [1, 2], "objective": [2.0, 1.0]})
    counts = np.tile([1, 2, 1, 1], (n, 1)) + np.outer(np.arange(n) % 2, [0, 0, 2, 0])

    def fitted(names, themes):
        return TopicFit(
            topic_term, doc_topic, names, vocabulary, units, themes, trace, {"model": "x"}
        )

    plain = fitted(("topic 1", "topic 2", "topic 3"), {})
    themed = fitted(
        ("border_security", "legal_pathways", "residual 1"),
        {"border_security": (0,), "legal_pathways": (1,)},
    )
    read = Corpus(units.drop(columns="n_tokens").assign(text="x"))
    corpus = read.with_texts(read.texts, [Event("clean", "d0", "changed", "links removed")])
    again = pd.DataFrame(
        {
            "model": "KeywordLDA",
            "variation": "seed",
            "detail": "4",
            "topic": themed.topic_names,
            "matched": themed.topic_names,
            "similarity": [0.5, 0.25, 0.125],
            "chance": 0.1,
            "limit": 0.2,
            "is_found": [True, True, False],
        }
    )
    return Study(
        stability=again,
        documents=corpus,
        passages=corpus,
        matrix=DocTermMatrix(csr_array(counts), vocabulary, units),
        themes=THEMES,
        fits={"LDA": plain, "KeywordLDA": themed},
        shares=theme_shares(themed, THEMES),
        by=by,
        freq="Y",
        seed=3,
        codes=pd.DataFrame(codes, columns=["passage_id", "theme", "code"]) if has_codes else None,
    )


WANTING = ("theme_ternary", "heat_strip")  # of three themes, of documents of several passages


def with_third_theme(study):
    """The study with shares of a third theme, which is at home in the press."""
    own = study.shares.drop_duplicates("passage_id").assign(theme="root_causes")
    share = np.where(own["source"] == "press", 0.5, 0.1)
    return replace(study, shares=pd.concat([study.shares, own.assign(share=share)]))


@pytest.fixture(scope="module")
def study():
    return make_study()


@pytest.fixture(scope="module")
def figures(study):
    """Every figure; those that the study lacks are of one that has what they need."""
    pairs = study.shares["passage_id"].str[1:].astype(int) // 2
    others = {
        "theme_ternary": with_third_theme(study),
        "heat_strip": replace(study, shares=study.shares.assign(doc_id="d" + pairs.astype("str"))),
    }
    return {name: make_figure(name, others.get(name, study)) for name in CATALOGUE}


def test_the_catalogue_has_each_figure_once_by_its_name():
    specs = [*THEME_FIGURES, *TOPIC_FIGURES, *CORPUS_FIGURES, *GROUP_FIGURES]

    assert list(CATALOGUE.items()) == [(spec.name, spec) for spec in specs]


def test_each_figure_is_drawn_by_a_function_of_plots():
    assert {spec.drawn_by for spec in CATALOGUE.values()} <= set(topoi.plots.__all__)


def test_each_figure_has_table_drawings_and_caption(figures):
    assert list(figures) == list(CATALOGUE)
    for figure in figures.values():
        ElementTree.fromstring(figure.svg)
        assert figure.png.startswith(b"\x89PNG")
        assert figure.pdf.startswith(b"%PDF")
        assert figure.caption.endswith(".")
        assert "{" not in figure.caption
        assert table_csv(figure.table) == figure.csv


def test_the_csv_is_the_contract(figures):
    from topoi.plots.render import render

    for name, figure in figures.items():
        again = render(CATALOGUE[name].draw, read_table(figure.csv), size=None, format="svg")
        assert again == figure.svg


def test_the_same_study_gives_the_same_bytes(study, figures):
    again = make_figure("theme_trends", study)

    assert (again.csv, again.svg, again.png) == (
        figures["theme_trends"].csv,
        figures["theme_trends"].svg,
        figures["theme_trends"].png,
    )


def test_noise_below_six_digits_does_not_reach_the_bytes(study, figures):
    noisy = study.shares.assign(share=study.shares["share"] * (1 + 1e-12))

    again = make_figure("themes_by_source", replace(study, shares=noisy))

    assert again.csv == figures["themes_by_source"].csv
    assert again.svg == figures["themes_by_source"].svg


def test_top_terms_are_of_the_model_that_knows_the_themes(figures):
    table = figures["top_terms"].table

    assert set(table["model"]) == {"KeywordLDA"}
    assert "KeywordLDA" in figures["top_terms"].caption
    assert table.loc[table["is_seed"], "term"].unique().tolist() == ["gang", "visa"]


@pytest.mark.parametrize(
    ("per_theme", "residual", "called", "shown"),
    [(4, 4, "each topic", 12), (6, 8, "each theme topic", 12), (7, 8, "the first topic", 2)],
)
def test_top_terms_of_many_topics_are_cut_to_a_page(study, per_theme, residual, called, shown):
    names = [f"{theme.name} {n}" for theme in THEMES for n in range(1, per_theme + 1)]
    names += [f"residual {n}" for n in range(1, residual + 1)]
    fit = replace(
        study.fits["KeywordLDA"],
        topic_names=tuple(names),
        topic_term=np.full((len(names), 4), 0.25),
        doc_topic=np.full((12, len(names)), 1 / len(names)),
        themes={
            theme.name: tuple(range(place * per_theme, (place + 1) * per_theme))
            for place, theme in enumerate(THEMES)
        },
    )

    figure = make_figure("top_terms", replace(study, fits={"KeywordLDA": fit}))

    assert f"terms of {called}" in figure.caption
    assert figure.table["topic"].nunique() == shown
    assert figure.table["topic"].iloc[0] == "border_security 1"


def test_formula_cells_are_guarded_in_the_file_and_plain_in_the_table(figures):
    assert b"'=wall" in figures["top_terms"].csv
    assert "=wall" in set(figures["top_terms"].table["term"])
    assert set(figures["themes_by_source"].table["group"]) == {"=congress", "press"}


def test_trends_have_the_periods_of_the_study(figures):
    assert figures["theme_trends"].table["period"].unique().tolist() == [
        "2010-01-01",
        "2011-01-01",
        "2012-01-01",
    ]
    assert "by year" in figures["theme_trends"].caption


def test_a_notebook_shows_drawing_and_caption(figures):
    class Tags(HTMLParser):
        found: list

        def handle_starttag(self, tag, attrs):
            self.found.append((tag, dict(attrs)))

    figure = replace(figures["top_terms"], caption='"><script>alert(1)</script>')
    parser = Tags()
    parser.found = []
    parser.feed(figure._repr_mimebundle_()["text/html"])

    assert [tag for tag, _ in parser.found] == ["figure", "img", "figcaption"]
    assert parser.found[1][1]["src"].startswith("data:image/svg+xml;base64,")
    assert repr(figure) == "<Figure top_terms: 12 rows>"


def test_an_unknown_figure_is_refused_with_a_guess(study):
    with pytest.raises(InputError, match=r"no figure 'top_term'\. Did you mean 'top_terms'\?"):
        make_figure("top_term", study)
    with pytest.raises(InputError, match=r"no figure 'qq'\. There are: theme_trends, "):
        make_figure("qq", study)


GROUPED = ("themes_by_source", "small_multiples", "keyness", "contrasts")


@pytest.mark.parametrize(
    ("changes", "names", "reason"),
    [
        ({"dates": False}, ("theme_trends", "small_multiples"), "made: no document has a date"),
        ({"by": None}, GROUPED, "compares no groups"),
        ({"by": "president"}, GROUPED, "no column 'president'"),
        ({"by": "empty"}, GROUPED, "column 'empty' is empty for every document"),
        ({"has_codes": False}, ("calibration",), "the study has no codes. Name a table of coded"),
        ({}, ("theme_ternary",), "a mix is of three themes, and there are 2"),
        ({}, ("heat_strip",), "each document is a single passage"),
    ],
)
def test_a_figure_without_rows_is_refused_with_the_reason(changes, names, reason):
    study = make_study(**changes)

    lacking = [*names, *WANTING]
    assert available(study) == [other for other in CATALOGUE if other not in lacking]
    for name in names:
        with pytest.raises(InputError, match=reason):
            make_figure(name, study)


def test_a_study_without_fits_or_shares_has_the_figures_of_its_words(study):
    empty = replace(study, fits={}, shares=study.shares.head(0))

    assert available(empty) == ["ledger_flow", "seed_audit"]
    with pytest.raises(InputError, match="no fitted model"):
        make_figure("top_terms", empty)
    with pytest.raises(InputError, match="no theme shares"):
        make_figure("theme_trends", empty)


def test_a_mix_is_shown_by_group_and_by_period(figures):
    figure = figures["theme_ternary"]

    cells = figure.table[["group", "period"]].drop_duplicates().to_numpy().tolist()
    assert cells == [
        ["=congress", ""], ["press", ""], ["", "2010-01-01"], ["", "2011-01-01"],
        ["", "2012-01-01"],
    ]  # fmt: skip
    sums = figure.table.groupby(["group", "period"])["estimate"].sum()
    np.testing.assert_allclose(sums, 1.0, atol=1e-5)  # six digits each
    assert "by source and by year" in figure.caption


def test_a_mix_without_groups_or_dates_says_so():
    study = with_third_theme(make_study(dates=False, by=None))

    with pytest.raises(InputError, match=r"compares no groups.* And no document has a date"):
        make_figure("theme_ternary", study)
    only_groups = make_figure("theme_ternary", with_third_theme(make_study(dates=False)))
    assert "period" not in only_groups.table
    assert "themes, by source:" in only_groups.caption


def test_panels_have_periods_of_enough_documents_for_each_group(study):
    monthly = replace(study, freq="M")  # of each group two documents a month, and a year
    crowded = pd.concat([
        study.shares.assign(**{n: study.shares[n] + letter for n in ("doc_id", "passage_id")})
        for letter in "ab"
    ])  # fmt: skip

    few = make_figure("small_multiples", monthly)
    many = make_figure("small_multiples", replace(monthly, shares=crowded))

    assert "by year" in few.caption
    assert few.table["period"].unique().tolist() == ["2010-01-01", "2011-01-01", "2012-01-01"]
    assert "by month" in many.caption
    assert many.table["period"].iloc[0] == "2010-05-01"


def test_a_network_needs_three_documents(study):
    two = study.fits["LDA"].units.assign(doc_id=["a", "b"] * 6)
    fits = {name: replace(fit, units=two) for name, fit in study.fits.items()}

    with pytest.raises(InputError, match="3 documents and 2 topics; there are 2 and 3"):
        make_figure("topic_network", replace(study, fits=fits))


def test_maps_and_networks_name_topics_by_their_terms(figures):
    assert set(figures["topic_map"].table["theme"]) == {"border_security", "legal_pathways", ""}
    assert figures["topic_map"].table["terms"].str.contains("gang").any()
    assert figures["topic_network"].table["other_terms"].str.len().min() > 0


# --- hostile words in every figure ---------------------------------------------------------------

# text columns whose words are topoi's, not those of a corpus, pack or user
OWN_WORDS = ("period", "step", "action", "measure", "stop", "uncertainty", "variation")


def labels_of(table):
    """Columns of words of the corpus, and these words, each once; an empty cell is no word."""
    columns = [name for name in table if table[name].dtype == "str" and name not in OWN_WORDS]
    return columns, list(dict.fromkeys(word for name in columns for word in table[name] if word))


def drawn_words(svg):
    """The texts in an SVG: matplotlib writes each as a comment before its outlines."""
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    elements = ElementTree.fromstring(svg, parser).iter()
    return [unescape(e.text.strip()) for e in elements if e.tag is ElementTree.Comment]


def is_drawn(label, words):
    """Whether a label is among texts: as it is, in a longer one, or cut with an ellipsis."""
    forms = {safe_label(label, 10_000), name_label(label, 10_000)}
    return any(form in word or begins(form, word) for form in forms for word in words)


def begins(form, word):
    """Whether an ellipsis in the text follows the beginning of the label, or of a part of it."""
    cuts = [cut.strip() for cut in word.split("…")[:-1]]
    parts = [part for cut in cuts for part in (cut, re.split(": |– ", cut)[-1])]
    return any(form.startswith(part or "…") for part in parts)


def outside_of(svg):
    """Whatever in an SVG runs or points out of it."""
    found = []
    for element in ElementTree.fromstring(svg).iter():
        tag = element.tag.rpartition("}")[2]
        found += [tag] if tag in ("script", "foreignObject", "a", "iframe") else []
        for name, value in element.attrib.items():
            is_link = name.rpartition("}")[2] == "href"
            if name.startswith("on") or (is_link and not value.startswith(("#", "data:image/png"))):
                found.append(f"{name}={value}")
            found += [value] if "url(" in value.replace("url(#", "") else []
    return found


def with_hostile_words(figure):
    """Which label became which hostile word, and the figure of that; each word stands in one."""
    table = figure.table
    columns, labels = labels_of(table)
    strange = [word.replace("\x00", "\ufffd") for word in HOSTILE]  # as it is in the CSV
    for start in range(0, len(strange), len(labels) or len(strange)):
        new = {"": ""} | {
            label: strange[(start + place) % len(strange)] + (" again" * (place // len(strange)))
            for place, label in enumerate(labels)
        }
        mapped = {column: table[column].map({**new, "": ""}) for column in columns}
        changed = table.assign(**mapped)
        yield new, Figure(figure.spec, figure.caption, table_csv(changed))


@pytest.mark.filterwarnings("ignore:Glyph")  # letters that the font lacks
@pytest.mark.parametrize("name", CATALOGUE)
def test_hostile_words_are_drawn_and_do_no_harm_in_every_figure(name, figures):
    drawn = drawn_words(figures[name].svg)

    for new, hostile in with_hostile_words(figures[name]):
        words = drawn_words(hostile.svg)
        shown = [word for label, word in new.items() if label and is_drawn(label, drawn)]
        assert shown or not any(new)
        assert [word for word in shown if not is_drawn(word, words)] == []
        assert outside_of(hostile.svg) == []
    assert hostile.png.startswith(b"\x89PNG")
    assert not [key for key in (b"/URI", b"/JavaScript", b"/Launch") if key in hostile.pdf]
