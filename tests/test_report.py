"""The report shows all facts, and nothing of a corpus can act in it."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.ledger import Event, Ledger
from topoi.errors import InputError
from topoi.report.page import ReportFacts, report_page
from topoi.themes.theme import Seed, Theme

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(2)</script>",
    "javascript:alert(3)",
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnp.exe\u2066 \x00\x0b\x1b",
    "' onmouseover='alert(4)",
    "<!-- ",
    "]]>",
]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(5)</script></svg>'


def make_facts(text="plain words"):
    ledger = Ledger().add(Event("read", f"{text}{n}", "read", text) for n in range(30))
    ledger = ledger.add(Event("clean", f"{text}{n}", "dropped", text, 1, text) for n in range(25))
    shares = [
        ("legal_pathways", 0.25, 0.2, 0.3, 0.95, 5, 1234),
        (text, 0.5, *[np.nan] * 2, 0.95, 2, 9),
    ]
    return ReportFacts(
        title=text,
        counts=ledger.counts(),
        reasons=ledger.summary(),
        examples=ledger.events.loc[ledger.events["action"] == "dropped"],
        themes=[
            Theme(
                "legal_pathways", text, text, (Seed("visa*"),), includes=(text,), excludes=(text,)
            ),
            Theme("root_causes", "Root causes", "Why.", (Seed("gang"),)),
        ],
        shares=pd.DataFrame(
            shares,
            columns=["name", "estimate", "lower", "upper", "level", "n_documents", "n_passages"],
        ),
        figures=[(text, text, SVG)],
        terms=pd.DataFrame(
            [(text, text, 2, "second", 0.1, False), (text, text, 1, text, 0.25, True)],
            columns=["model", "topic", "rank", "term", "weight", "is_seed"],
        ),
        passages=pd.DataFrame(
            [("legal_pathways", text, pd.Timestamp("2021-03-04"), text, f"{text} " * 300, 0.875)],
            columns=["theme", "title", "date", "source", "text", "share"],
        ),
        settings={text: text, "models": ["LDA"], "nothing": None},
        seed=11,
        versions={"topoi": text},
    )


def full_facts(text="plain words"):
    """Facts of a run with sub-themes, counter-words, covariates and codes as well."""
    facts = make_facts(text)
    seeds = (Seed("visa*", sub_theme="work"), Seed("asylum", sub_theme="care"))
    themes = [replace(facts.themes[0], seeds=seeds, counter_words=("visa card",)), facts.themes[1]]
    names = [theme.name for theme in themes]
    parts = facts.shares.head(1).assign(name="legal_pathways_work")
    groups = pd.concat(
        [
            facts.shares.head(1).assign(name=name, group=group, n_documents=size)
            for name in names
            for group, size in ((text, 5), ("small", 1))
        ]
    )
    groups.loc[groups["group"] == "small", ["lower", "upper"]] = np.nan
    codes = pd.DataFrame(
        [(f"{text}{n}", f"{text}{n // 2}", name, n % 2, 1 + n % 2, 1.0 + n % 2)
         for name in names for n in range(30)],
        columns=["passage_id", "doc_id", "theme", "code", "n_coders", "weight"],
    )  # fmt: skip
    corrected = pd.DataFrame({"name": names, "estimate": 0.375, "lower": 0.25, "upper": 0.5})
    corrected = corrected.assign(level=0.95, n_coded=30, coded=0.5, share=0.125)
    scores = pd.DataFrame(
        [("probability", name, measure, 0.5, 0.25, 0.75)
         for name in (*names, "macro") for measure in ("f1", "roc_auc", "brier", "kappa")],
        columns=["judged", "theme", "measure", "estimate", "lower", "upper"],
    )  # fmt: skip
    scores.loc[0, ["estimate", "lower", "upper"]] = np.nan
    return replace(
        facts,
        themes=themes,
        by_covariate={text: groups},
        parts=parts,
        counters=pd.DataFrame(
            [("legal_pathways", text, 3), ("legal_pathways", "visa card", 0)],
            columns=["theme", "counter", "occurrences"],
        ),
        codes=codes,
        corrected=corrected,
        scores=scores,
    )


class Page(HTMLParser):
    """Elements with their attributes, and the text, of a page."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.parts = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_comment(self, data):
        self.elements.append(("comment", {}))

    def handle_data(self, data):
        self.parts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.parts).split())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_adds_no_element_and_no_attribute(hostile):
    plain, page = Page(report_page(full_facts())), Page(report_page(full_facts(hostile)))

    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    assert [set(found) for _, found in page.elements] == [set(found) for _, found in plain.elements]
    assert not {"script", "comment", "iframe", "object"} & {tag for tag, _ in page.elements}
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for link in (attributes.get("href"), attributes.get("src")):
            assert link is None or link.startswith(("#", "data:image/svg+xml;base64,"))


@given(st.text(max_size=60))
@settings(max_examples=20, deadline=None)
def test_any_text_gives_a_page_that_can_be_written(text):
    text = text.encode("utf-8", "replace").decode("utf-8")  # what a pandas column can hold
    plain = [tag for tag, _ in Page(report_page(full_facts())).elements]

    html = report_page(full_facts(text))

    assert [tag for tag, _ in Page(html).elements] == plain
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", html)
    html.encode("utf-8")


def test_hostile_text_is_shown_as_it_is():
    page = Page(report_page(make_facts("<script>alert(1)</script>")))

    assert page.text.count("<script>alert(1)</script>") > 10


def test_the_policy_allows_our_style_and_images_only():
    html = report_page(make_facts("</style>"))
    policy = next(found["content"] for _, found in Page(html).elements if "http-equiv" in found)
    style = html.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in html.replace("http-equiv", "")


def test_counts_reasons_and_examples_are_shown():
    text = Page(report_page(make_facts())).text

    assert "= 30" in text
    assert "5 + 0 + 25 = 30" in text
    assert "clean dropped plain words 25 25" in text
    assert "Examples: 20 of 25" in text
    assert "plain words19" in text
    assert "plain words29" not in text


def test_shares_are_shown_with_intervals_or_the_lack_of_them():
    html = report_page(make_facts())
    text = Page(html).text

    assert "Legal pathways 25.0% 20.0% to 30.0% 5 1,234" in text
    assert "Plain words 50.0% too few documents 2 9" in text
    assert "95% interval over documents" in text
    bars = [found["width"] for tag, found in Page(html).elements if tag == "rect"]
    assert bars == ["50.00", "100.00"]
    limits = [(f["x1"], f["x2"]) for tag, f in Page(html).elements if tag == "line"]
    assert limits == [("40.00", "60.00")]


def test_groups_of_a_covariate_are_shown_by_size_with_intervals_or_without():
    text = Page(report_page(full_facts())).text

    caption = "Share of the text that speaks of each theme, as measured, by plain words ."
    assert f"{caption} Group Plain words Root causes Documents" in text
    assert text.index(caption) < text.index("Corrected by codes")
    assert "plain words 25.0% 20.0% to 30.0% 25.0% 20.0% to 30.0% 5 small 25.0% 25.0% 1" in text


def test_only_the_largest_groups_are_shown_and_that_is_said():
    facts = full_facts()
    groups = facts.by_covariate["plain words"]
    many = pd.concat([groups.assign(group=f"g{n:02}", n_documents=n)[:1] for n in range(40)])
    both = pd.concat([many, many.assign(name="root_causes")])

    text = Page(report_page(replace(facts, by_covariate={"party": both}))).text

    assert "The 30 groups with most documents of 40; prevalence_by_covariate.csv has all." in text
    assert "g39" in text
    assert "g09" not in text


def test_sub_themes_are_shown_in_the_colour_of_their_theme_with_those_not_found():
    page = Page(report_page(full_facts()))

    assert "Sub-theme Share Bar Interval Documents Passages Plain words: work 25.0%" in page.text
    assert "No seed occurs of: plain words: care ." in page.text
    rows = [found.get("class") for tag, found in page.elements if tag == "tr"]
    assert rows.count("hue-0") == 2  # the theme and its part
    assert "Sub-theme" not in Page(report_page(make_facts())).text


def test_counter_words_that_fired_stand_with_their_theme_and_others_do_not():
    text = Page(report_page(full_facts())).text

    assert "Counter-words found , not counted as seeds: plain words (3)" in text
    assert "visa card" not in text
    assert "Counter-words" not in Page(report_page(make_facts())).text


def test_codes_are_told_with_raw_and_corrected_shares_and_scores():
    text = Page(report_page(full_facts())).text

    assert (
        "60 codes of 30 passages in 15 documents were used, of up to 2 coders each, by majority; "
        "each passage counts by the chance with which it was drawn."
    ) in text
    assert "Legal pathways 12.5% 37.5% 25.0% to 50.0% 50.0% 30" in text
    assert "Legal pathways – 0.50 0.25 to 0.75" in text
    assert "Mean over themes 0.50 0.25 to 0.75" in text
    assert "Coded passages: 20 of 30; codes_used.csv has all" in text
    assert "plain words1 plain words, Root causes" in text
    assert "plain words0 none" in text
    assert "Corrected" not in Page(report_page(make_facts())).text


def test_passages_are_cut_at_a_word_and_say_where_they_are_from():
    text = Page(report_page(make_facts())).text

    quote = re.search(r"Most typical passages Plain words (.*?) …", text)[1]
    assert 600 < len(quote) <= 700
    assert quote.endswith(("plain", "words"))
    assert "2021-03-04 · plain words · theme share 87.5%" in text
    assert "Root causes No passage of this theme." in text


def test_terms_stand_by_rank_and_seeds_are_marked():
    page = Page(report_page(make_facts()))

    assert "plain words 0.25 second 0.1" in page.text
    assert sum(found.get("class") == "seed" for tag, found in page.elements if tag == "strong") == 2


def test_settings_seed_and_versions_are_shown():
    text = Page(report_page(make_facts())).text

    assert "Settings seed 11 plain words plain words" in text
    assert 'models ["LDA"] nothing null' in text
    assert "Versions topoi plain words" in text


def test_drawings_are_images_with_their_caption_as_text():
    html = report_page(make_facts())
    (image,) = [found for tag, found in Page(html).elements if tag == "img"]

    assert base64.b64decode(image["src"].partition("base64,")[2]) == SVG
    assert image["alt"] == "plain words"
    assert "Figure 1." in Page(html).text


@pytest.mark.parametrize("date", [pd.NaT, None, "", np.nan, "NaT"])
def test_an_unknown_date_is_left_out(date):
    facts = make_facts()
    passages = facts.passages.assign(date=pd.Series([date], dtype=object))

    text = Page(report_page(replace(facts, passages=passages))).text

    assert "plain words · plain words · theme share 87.5%" in text


def test_a_study_with_nothing_to_show_gives_a_page():
    facts = make_facts()
    empty = replace(
        facts,
        counts=Ledger().counts(),
        themes=[],
        figures=[],
        settings={},
        versions={},
        **{
            name: getattr(facts, name).head(0)
            for name in ("reasons", "examples", "shares", "terms", "passages")
        },
    )

    page = Page(report_page(empty))

    assert "0 + 0 + 0 = 0" in page.text
    assert "Figures" not in page.text


def test_the_same_facts_give_the_same_page():
    assert report_page(make_facts()) == report_page(make_facts())


def test_missing_columns_and_counts_are_named():
    facts = make_facts()

    with pytest.raises(InputError, match=r"lack: passages\.title, counts\['merged'\]\."):
        replace(
            facts,
            passages=facts.passages.drop(columns="title"),
            counts={"read": 1, "kept": 1, "dropped": 0},
        )
