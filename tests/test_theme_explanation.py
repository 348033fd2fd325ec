"""Do the parts of a share add up to it, and are they marked where they stand in the text?"""

from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.io.packs import load_themes
from topoi.measures.marked_passage import explain_passage
from topoi.measures.theme_curve import ThemeCurve
from topoi.measures.theme_evidence import about, balanced, seed_weights
from topoi.measures.theme_explanation import explain_share
from topoi.measures.theme_fit import ThemeFit, share_themes
from topoi.measures.theme_parts import StartTopics
from topoi.measures.theme_topics import theme_topics
from topoi.printable import printable
from topoi.text.matrix import DocTermMatrix
from topoi.text.term_places import term_places
from topoi.text.vectorise import vectorise
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes

PACK = Themes(
    "tiny",
    (
        Theme("legal", "Legal", "d", (Seed("visa*"), Seed("work permit*", 0.5))),
        Theme("border", "Border", "d", (Seed("border*"), Seed("patrol"))),
    ),
)
CURVE = ThemeCurve(seeds=10.0, topics=8.0)


def fit_of(matrix, *, themes=PACK, n_starts=2, n_topics=3, seed=0):
    """A fit whose topics are drawn, not learned."""
    rng = np.random.default_rng(seed)
    n_terms = matrix.shape[1]
    starts = tuple(
        StartTopics(rng.dirichlet(np.full(n_terms, 0.3) + 0.01, n_topics), rng.random(n_topics))
        for _ in range(n_starts)
    )
    given = {"settings": {"n_draws": 2, "level": 0.9}}
    return ThemeFit(pd.DataFrame(), themes, matrix.vocabulary, starts, CURVE, given)


def matrix_of(counts, terms, *, n_tokens=None):
    counts = np.asarray(counts)
    units = pd.DataFrame({"doc_id": [f"d{number}" for number in range(len(counts))]})
    units["n_tokens"] = counts.sum(axis=1) + 2 if n_tokens is None else n_tokens
    frequencies = (counts > 0).sum(axis=0), counts.sum(axis=0)
    return DocTermMatrix(csr_array(counts), Vocabulary(terms, *frequencies), units)


def corpus_of(*texts):
    ids = [f"d{number}" for number in range(len(texts))]
    return Corpus(pd.DataFrame({"doc_id": ids, "text": list(texts)}))


def counted(*texts, **more):
    corpus = corpus_of(*texts)
    usual = {"themes": PACK, "phrases": False, "min_docs": 1, "max_share": 1.0}
    return corpus, vectorise(corpus, **{**usual, **more})


TERMS = ["border", "law", "patrol", "visa", "visas", "work permit", "year"]
MATRIX = matrix_of([[1, 0, 0, 2, 0, 1, 1], [0, 3, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0]], TERMS)


def root_of_odds(share):
    return np.sqrt(share / (1 - share))


def rows_of(table, theme, n):
    of_theme = table.loc[table["theme"] == theme]
    return of_theme.loc[of_theme["n"] == 0] if n == 0 else of_theme.loc[of_theme["n"] > 0]


# --- what adds up -------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 4), min_size=len(TERMS), max_size=len(TERMS)),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 5),
    st.integers(1, 3),
)
def test_the_parts_add_up_to_the_evidence_of_the_share(counts, seed, n_starts):
    matrix = matrix_of(counts, TERMS)
    fit = fit_of(matrix, seed=seed, n_starts=n_starts)

    shares = share_themes(fit, matrix, n_draws=0)

    for row_id in matrix.ids:
        sums = explain_share(fit, matrix, row_id).groupby("theme")["evidence"].sum()
        wanted = shares.loc[shares["doc_id"] == row_id].set_index("theme")["share"]
        np.testing.assert_allclose(sums[wanted.index], root_of_odds(wanted), atol=1e-6)


def test_each_term_of_the_row_stands_once_a_theme_the_strongest_first():
    table = explain_share(fit_of(MATRIX), MATRIX, "d0")

    assert list(dict.fromkeys(table["theme"])) == ["legal", "border"]
    for theme in PACK.names:
        words = rows_of(table, theme, n=1)
        assert dict(zip(words["term"], words["n"], strict=True)) == {
            "border": 1, "visa": 2, "work permit": 1, "year": 1,
        }  # fmt: skip
        assert list(words["evidence"]) == sorted(words["evidence"], reverse=True)
        assert list(rows_of(table, theme, n=0)["term"]) == ["(prior)"]
    assert set(rows_of(table, "border", n=1).query("is_seed")["term"]) == {"border"}


def test_the_root_of_the_rate_is_split_by_weight_tokens_and_meaning():
    table = explain_share(fit_of(MATRIX), MATRIX, "d0")

    legal = rows_of(table, "legal", n=1).set_index("term")
    visa, permit = 2 * 1.0 * legal["meant"]["visa"], 1 * 0.5 * legal["meant"]["work permit"]
    root = 10.0 * np.sqrt((visa + permit) / (7 + 30))
    assert legal["of_seeds"]["visa"] == pytest.approx(root * visa / (visa + permit))
    assert legal["of_seeds"]["work permit"] == pytest.approx(root * permit / (visa + permit))
    assert 0 < legal["meant"]["visa"] < 1
    assert legal["of_seeds"]["year"] == legal["meant"]["year"] == 0


def test_what_is_there_before_reading_is_the_prior():
    fit = fit_of(MATRIX)

    table = explain_share(fit, MATRIX, "d0")

    seeds = balanced(seed_weights(PACK, TERMS), MATRIX.vocabulary.term_freq)
    means = [
        start.document_prior @ about(start.topic_term, seeds) / (5 + start.document_prior.sum())
        for start in fit.starts
    ]
    found = [rows_of(table, theme, n=0)["evidence"].tolist() for theme in PACK.names]
    np.testing.assert_allclose(found, [[8.0 * value] for value in np.mean(means, axis=0)])


def test_alone_is_the_part_of_a_term_by_the_prior():
    fit = fit_of(MATRIX, n_starts=1)

    table = explain_share(fit, MATRIX, "d0").set_index(["theme", "term"])["alone"]

    start = fit.starts[0]
    drawn = start.topic_term[:, TERMS.index("year")] * start.document_prior
    marks = balanced(seed_weights(PACK, TERMS), MATRIX.vocabulary.term_freq)
    of_topics = about(start.topic_term, marks)
    assert table["legal", "year"] == pytest.approx(drawn @ of_topics[:, 0] / drawn.sum())
    prior = start.document_prior / start.document_prior.sum()
    assert table["legal", "(prior)"] == pytest.approx(prior @ of_topics[:, 0])


def test_topics_of_a_theme_carry_the_words_that_are_drawn_from_them():
    """Topic 1 is about the theme and has law, topic 2 is not and has year."""
    terms = ["law", "visa", "year"]
    matrix = matrix_of([[5, 0, 5]], terms)
    topics = np.array([[0.49, 0.5, 0.01], [0.01, 0.001, 0.989]])
    start = StartTopics(topics, np.array([0.1, 0.1]))
    themes = Themes("one", (Theme("legal", "Legal", "d", (Seed("visa"),)),))
    fit = ThemeFit(pd.DataFrame(), themes, matrix.vocabulary, (start,), CURVE, {})

    found = explain_share(fit, matrix, "d0").set_index("term")["of_topics"]

    # 5 tokens of 10 and 0.2 of the prior, nearly all in the topic, 0.5 / 0.52 of which counts
    assert found["law"] == pytest.approx(8.0 * 5 / 10.2 * (0.5 / 0.52), rel=0.03)
    assert found["year"] < 0.1 * found["law"]


def test_an_empty_row_has_what_is_there_before_reading_only():
    table = explain_share(fit_of(MATRIX), MATRIX, "d2")

    assert list(table["n"]) == [0] * 2


def test_a_row_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(InputError, match=r"No row of the matrix has the doc_id 'd9'\. Did you"):
        explain_share(fit_of(MATRIX), MATRIX, "d9")


def test_a_matrix_of_other_terms_is_refused():
    other = matrix_of([[1, 1]], ["border", "visa"])

    with pytest.raises(InputError, match="terms"):
        explain_share(fit_of(MATRIX), other, "d0")


# --- the topics behind a theme ------------------------------------------------------------------


def test_topics_of_each_theme_by_hand():
    """Topic 1 is of visas, topic 2 of borders, topic 3 of neither."""
    terms = ["border", "law", "visa", "year"]
    matrix = matrix_of([[0, 2, 6, 0], [8, 0, 0, 0], [0, 0, 0, 16], [0, 0, 0, 0]], terms)
    topics = np.array(
        [[0.0, 0.2, 0.78, 0.02], [0.96, 0.02, 0.01, 0.01], [0.001, 0.004, 0.001, 0.994]]
    )
    start = StartTopics(topics, np.full(3, 1e-6))
    fit = ThemeFit(pd.DataFrame(), PACK, matrix.vocabulary, (start, start), CURVE, {})

    table = theme_topics(fit, matrix, n_terms=2)

    assert list(table["theme"]) == ["legal"] * 6 + ["border"] * 6
    assert list(table["start"]) == [1, 1, 1, 2, 2, 2] * 2
    first = table.iloc[0]
    assert (first["topic"], first["terms"], first["seeds"]) == (1, "visa, law", "visa")
    # Seeds of legal have 6 tokens, of border 8, so that those of legal weigh a little more.
    scale = 14 / (np.sqrt(6) + np.sqrt(8)) / np.sqrt(6)
    assert first["part"] == pytest.approx(0.78 * scale / (0.78 * scale + 0.02))
    assert first["share"] == pytest.approx(8 / 32, abs=1e-3)
    mine = table.query("start == 1 and belongs")
    assert list(zip(mine["theme"], mine["topic"], strict=True)) == [("legal", 1), ("border", 2)]
    assert table.groupby(["theme", "start"])["of_theme"].sum().tolist() == pytest.approx([1] * 4)
    border = table.query("theme == 'border' and start == 1").set_index("topic")
    evidence = border["part"] * border["share"]
    np.testing.assert_allclose(border["of_theme"], evidence / evidence.sum())


# --- where the words stand ----------------------------------------------------------------------


def places(text, terms, forms=None, seeds=()):
    found = term_places(text, terms, forms=forms or {}, is_seed=seeds)
    return [(text[place.start : place.end], place.term) for place in found]


def test_folded_words_are_found_as_they_are_written():
    forms = {"permits": "permit", "walls": "wall"}

    assert places("Permits, a permit; Walls", ["permit", "wall"], forms) == [
        ("Permits", "permit"), ("permit", "permit"), ("Walls", "wall"),
    ]  # fmt: skip


@pytest.mark.parametrize("written", ["work permits", "Work-Permits", "work\npermit"])
def test_phrases_are_found_whether_folded_as_a_whole_or_word_by_word(written):
    for forms in ({"work permits": "work permit"}, {"permits": "permit"}):
        if "-" in written and "work permits" not in forms:
            continue
        assert places(f"a {written}.", ["work permit"], forms) == [(written, "work permit")]


def test_a_phrase_takes_its_words_and_a_seed_takes_them_first():
    text = "southern border patrol"

    assert places(text, ["border patrol", "southern border"], seeds=["border patrol"]) == [
        ("border patrol", "border patrol")
    ]
    assert places(text, ["border patrol", "border"]) == [("border patrol", "border patrol")]


PIECES = (
    *("visa", "Visas", "visas,", "work permits", "work permit", "work-permit", "Border", "borders"),
    *("patrols", "patrol", "cities", "city", "US", "U.S.", "united states", "laws", "law", "the"),
    *("#law", "2,000", "42", "-", "&", "\n\n", "border’s", "years", "year", "AIDS", "class"),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join), min_size=1, max_size=4),
    st.sampled_from([None, "plurals"]),
    st.booleans(),
)
def test_every_counted_token_has_its_place(texts, lemmas, phrases):
    given_phrases = ["united states", "city law"] if phrases else False
    corpus, matrix = counted("visa border", *texts, lemmas=lemmas, phrases=given_phrases)
    forms = dict(zip(matrix.folded["word"], matrix.folded["form"], strict=True))
    terms = matrix.vocabulary.terms
    seeds = {term for term, row in zip(terms, seed_weights(PACK, terms), strict=True) if row.any()}

    for row, text in enumerate(corpus.texts):
        of_row = matrix.counts[[row]]
        wanted = {terms[c]: int(n) for c, n in zip(of_row.indices, of_row.data, strict=True)}
        found = term_places(text, list(wanted), forms=forms, is_seed=seeds)
        assert Counter(place.term for place in found) == wanted
        assert all(a.end <= b.start for a, b in pairwise(found))


def test_every_token_of_real_passages_is_found_and_its_share_adds_up(shared_data):
    table = pd.read_parquet(shared_data / "wh_migration_paragraphs_2021_2025.parquet")
    corpus = Corpus(table.iloc[::7, :2].set_axis(["doc_id", "text"], axis=1))
    pack = load_themes("migration")
    matrix = vectorise(corpus, themes=pack, lemmas="plurals")
    fit = fit_of(matrix, themes=pack)
    shares = share_themes(fit, matrix, n_draws=0).set_index(["doc_id", "theme"])["share"]

    n_tokens = 0
    for row_id in matrix.ids[::25]:
        shown = explain_passage(fit, matrix, corpus, row_id)
        assert shown.not_found == {}
        n_tokens += len(shown.terms)
        sums = shown.terms.groupby("theme")["evidence"].sum()
        np.testing.assert_allclose(sums, root_of_odds(shares[row_id][sums.index]), atol=1e-6)
    assert n_tokens > 2_000


# --- what is shown ------------------------------------------------------------------------------


class _Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


TEXT = "Visas and work permits, said\n\nthe border patrol’s chief of borders."


def marked(text=TEXT, **more):
    corpus, matrix = counted(text, "year after year of visas", lemmas="plurals", **more)
    return explain_passage(fit_of(matrix), matrix, corpus, "d0")


def test_seeds_are_marked_at_their_places():
    found = marked().marks.query("is_seed")

    words = [(theme, TEXT[a:b]) for theme, a, b in found[["theme", "start", "end"]].to_numpy()]
    assert words == [
        ("legal", "Visas"), ("legal", "work permits"),
        ("border", "border"), ("border", "patrol’s"), ("border", "borders"),
    ]  # fmt: skip


def test_the_terminal_shows_shares_sums_and_brackets():
    lines = repr(marked()).split("\n")

    assert lines[0] == "<Passage d0: [[seed]], [word of a topic of the theme]>"
    assert lines[1].startswith("Legal ")
    assert "before reading" in lines[1]
    assert "[[Visas]] and [[work permits]]" in repr(marked())


def test_the_numbers_shown_are_the_share_and_parts_of_its_evidence():
    found = marked()
    row = found.shares.iloc[0]

    line = repr(found).split("\n")[1]

    numbers = [float(word) for word in line.partition(": ")[2].split() if "." in word]
    assert line.startswith(f"Legal {row['share']:.0%} ({row['lower']:.0%} to {row['upper']:.0%})")
    assert numbers[0] == pytest.approx(root_of_odds(row["share"]), abs=0.006)
    assert sum(numbers[1:]) == pytest.approx(numbers[0], abs=0.03)


def test_a_word_is_marked_only_where_alone_it_speaks_for_the_theme():
    """Both years and laws are taken into the topic of visas, but years are in every topic."""
    corpus, matrix = counted("visa laws of years", "border of years")
    topics = np.array([[0.01, 0.3, 0.4, 0.29], [0.7, 0.001, 0.001, 0.298]])
    assert matrix.vocabulary.terms == ("border", "laws", "visa", "years")
    start = StartTopics(topics, np.array([0.1, 0.1]))
    fit = ThemeFit(pd.DataFrame(), PACK, matrix.vocabulary, (start,), CURVE, {})

    found = explain_passage(fit, matrix, corpus, "d0")

    assert list(found.marks.query("theme == 'legal'")["term"]) == ["visa", "laws"]
    added = found.terms.query("theme == 'legal'").set_index("term")["evidence"]
    assert added["years"] > 0.3 * added["laws"]


def test_marks_do_not_fade_in_a_long_text():
    """Each word of a text ten times as long adds a tenth, and is marked as before."""
    short = "visas for workers of laws " * 8
    marks = [
        explain_passage(fit_of(matrix), matrix, corpus, "d0").marks
        for corpus, matrix in (counted(text, "border law") for text in (short, short * 10))
    ]

    assert len(marks[0]) > 0
    assert len(marks[1]) == 10 * len(marks[0])


def test_hostile_text_and_labels_stay_text():
    text = '<script>alert("visa")</script> </p><img src=x> "visas" \u202evisa\x00 & <b>border'
    hostile = Themes(
        "tiny", (Theme("legal", "<b onclick=x>\u202e", "d", (Seed("visa*"), Seed("border"))),)
    )
    corpus, matrix = counted(text, themes=hostile)
    shown = explain_passage(fit_of(matrix, themes=hostile), matrix, corpus, "d0")

    tags = _Tags(shown._repr_html_())
    assert {tag for tag, _ in tags.found} <= {"p", "span", "strong", "br"}
    assert {name for _, attrs in tags.found for name in attrs} <= {"style", "title"}
    assert "<script>alert(" in tags.text
    assert not set("\u202e\x00") & set(tags.text + repr(shown))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_shown_whole_but_for_what_cannot_be_shown(text):
    corpus, matrix = counted(f"{text} visa", "border")
    shown = explain_passage(fit_of(matrix), matrix, corpus, "d0")

    tags = _Tags(shown._repr_html_())
    assert {tag for tag, _ in tags.found} <= {"p", "span", "strong", "br"}
    assert "".join(printable(text).split()) in "".join(printable(tags.text).split())
    assert repr(shown)


def test_an_empty_text_is_shown_without_text():
    corpus, matrix = counted("", "visa border")
    shown = explain_passage(fit_of(matrix), matrix, corpus, "d0")

    assert len(shown.marks) == 0
    assert repr(shown).count("no word alone speaks for it; the most adds –") == 2
    assert "no word alone speaks for it" in shown._repr_html_()


def test_terms_without_a_place_in_the_text_are_named():
    corpus, matrix = counted("visa 12,345", "border", non_words={"number": "fold"})

    shown = explain_passage(fit_of(matrix), matrix, corpus, "d0")

    assert shown.not_found == {"<number>": 1}
    assert repr(shown).endswith("Counted, but not found in this text: <number> ×1")
    assert "&lt;number&gt;" in shown._repr_html_()


def test_a_corpus_without_the_row_is_refused():
    _, matrix = counted("visa border", "visa")

    with pytest.raises(InputError, match="The corpus has no row 'd1'"):
        explain_passage(fit_of(matrix), matrix, corpus_of("visa border"), "d1")


@pytest.mark.parametrize(("page", "letters"), [("#ffffff", "#1b1f24"), ("#111111", "#d4d4d4")])
def test_marked_words_can_be_read_on_light_and_dark_pages(page, letters):
    """Contrast of at least 4.5 (WCAG 2.1, criterion 1.4.3), and levels that differ in grey."""
    from topoi.measures.marked_passage import _SHADES

    mixed = [_over(page, (230, 140, 0), float(shade)) for shade in _SHADES]
    light = [_luminance(colour) for colour in [_rgb(page), *mixed]]
    ink = _luminance(_rgb(letters))

    assert min((max(ink, y) + 0.05) / (min(ink, y) + 0.05) for y in light) >= 4.5
    steps = [(max(a, b) + 0.05) / (min(a, b) + 0.05) for a, b in pairwise(light)]
    assert min(steps) >= 1.05


def _rgb(colour):
    return np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)], dtype=float)


def _over(page, colour, shade):
    return shade * np.array(colour) + (1 - shade) * _rgb(page)


def _luminance(rgb):
    part = np.asarray(rgb) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])
