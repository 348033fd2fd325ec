"""Whether what we show can be read by everyone, and runs and asks for nothing, in a browser."""

from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest
from browser import ODD, PAYLOADS
from contrast import GRAPHIC, contrast, laid_over, rgb
from test_report import full_facts

from topoi.corpus.corpus import Corpus
from topoi.measures.coding_task import CodingTask
from topoi.measures.marked_passage import MarkedPassage
from topoi.palette import hues
from topoi.printable import printable
from topoi.report.page import report_page
from topoi.themes.theme import Seed, Theme, Themes

pytestmark = pytest.mark.browser

SCHEMES = ("light", "dark")
TEXTS = PAYLOADS | ODD

# What is drawn rather than written on the report's page, and the property that has its colour.
GRAPHICS = {
    ".limits": "stroke", "h3 .swatch": "backgroundColor", ".seed": "textDecorationColor",
    "blockquote": "borderLeftColor", ".terms tbody tr[class] th": "borderLeftColor",
    ".themes article": "borderTopColor",
}  # fmt: skip
# The colours of elements and of what lies behind them, as the browser works them out.
_COLOURS = """([selector, property]) => {
  const paint = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const parts = colour => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const ground = element => {
    for (let above = element; above; above = above.parentElement) {
      const colour = parts(getComputedStyle(above).backgroundColor);
      if (colour[3]) return colour;
    }
    return [255, 255, 255, 255];
  };
  return [...document.querySelectorAll(selector)].filter(e => e.getClientRects().length).map(e =>
    [parts(getComputedStyle(e)[property]), ground(e.parentElement), getComputedStyle(e).opacity]);
}"""


def theme_of(name, text="Words."):
    return Theme(name, name.replace("_", " "), text, (Seed(f"{name}*"),))


@pytest.fixture(scope="module")
def file_of(tmp_path_factory):
    """A file that holds this page."""
    folder = tmp_path_factory.mktemp("pages")

    def write(html):
        path = folder / f"{len(list(folder.iterdir()))}.html"
        path.write_text(html, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def report(file_of):
    """A report with all that a report can have."""
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="700" height="50"/>'
    return file_of(report_page(replace(full_facts(), figures=[("shares", "Shares.", drawing)])))


def notebook_page(*shown):
    """A page that shows objects as a notebook does, with no policy to hold anything back."""
    parts = "".join(
        f"<section><h2>{n}</h2>{o._repr_html_()}</section>" for n, o in enumerate(shown)
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Notebook</title>'
        '<meta name="color-scheme" content="light dark">'
        # said, as axe takes a ground that is not said for white
        "<style>body { background: Canvas; color: CanvasText }</style>"
        f"<body><main><h1>Notebook</h1>{parts}</main></body></html>"
    )


def for_coders(text="plain words"):
    """What people who code and check see in a notebook: passages, tasks, marks and themes."""
    themes = Themes(text, (replace(theme_of("causes", text), label=text),))
    passages = Corpus(pd.DataFrame({"doc_id": [text], "title": [text], "text": [f"{text} end"]}))
    items = pd.DataFrame({"item_id": ["a"], "text": [text]})
    task = CodingTask("coding", items, (text,), items[["item_id"]].assign(shown=""), text, {})
    marks = pd.DataFrame(
        [("causes", place, place + 1, text, place == 0, 0.5, place + 1) for place in range(3)],
        columns=["theme", "start", "end", "term", "is_seed", "evidence", "level"],
    )
    terms = pd.DataFrame(
        {"theme": "causes", "term": [text, ""], "n": [1, 0], "evidence": 0.5, "of_seeds": 0.25,
         "of_topics": 0.25, "context": 0.5, "is_context": [True, False]}
    )  # fmt: skip
    shares = pd.DataFrame({"theme": ["causes"], "share": 0.5, "lower": 0.25, "upper": 0.75})
    marked = MarkedPassage(text, f"abc {text}", {"causes": text}, shares, terms, marks, {text: 1})
    return [passages, task, marked, themes]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 360)])
def test_the_report_has_no_serious_fault_of_access(opened, report, scheme, width):
    with opened(report, scheme=scheme, width=width) as view:
        assert view.faults() == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_coders_see_has_no_serious_fault_of_access(opened, file_of, scheme):
    with opened(file_of(notebook_page(*for_coders())), scheme=scheme) as view:
        assert view.faults() == []


def test_only_tables_and_drawings_scroll_sideways_on_a_small_screen(opened, file_of, report):
    with opened(report, width=360) as view:
        assert view.overhang() <= 0
        view.visit(file_of(report_page(full_facts(ODD["long"]))))
        assert view.overhang() <= 0


def test_links_lead_to_sections_and_can_be_followed_by_key(opened, report):
    with opened(report) as view:
        view.page.keyboard.press("Tab")
        view.page.keyboard.press("Enter")

        view.page.wait_for_url("**#documents")  # fails where the link leads nowhere
        goals = view.page.eval_on_selector_all("a", "all => all.map(a => a.getAttribute('href'))")
        assert goals and all(view.page.locator(f"section{goal}").count() for goal in goals)


def test_print_is_dark_on_white_without_links_and_nothing_is_cut_off(opened, report):
    pypdf = pytest.importorskip("pypdf", reason="reading a PDF needs the extra `documents`")

    with opened(report, scheme="dark", media="print") as view:
        assert not view.page.locator("nav").is_visible()
        assert (
            view.page.eval_on_selector("body", "e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
        )
        printed = pypdf.PdfReader(BytesIO(view.page.pdf(format="A4")))

    words = " ".join(" ".join(page.extract_text() for page in printed.pages).split())
    assert "Most typical passages" in words and "Versions" in words


def test_no_text_runs_or_asks_for_anything_in_the_report(opened, file_of, report):
    with opened(report) as view:
        for name, text in TEXTS.items():
            view.visit(file_of(report_page(full_facts(text))))
            view.stir()

            assert view.happened() + view.handlers() == [], name
            assert printable(text) == view.page.text_content("h1") == view.page.title()


def test_no_text_runs_or_asks_for_anything_in_what_coders_see(opened, file_of):
    page = notebook_page(*(part for text in TEXTS.values() for part in for_coders(text)))

    with opened(file_of(page)) as view:
        view.stir()

        assert view.handlers() == []
        shown = " ".join(view.page.text_content("main").split())
    assert [name for name, text in TEXTS.items() if printable(text) not in shown] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_drawn_can_be_told_from_its_ground(opened, file_of, scheme):
    with opened(file_of(report_page(facts_of_every_hue())), scheme=scheme) as view:
        seen = {
            selector: [ratio(*found) for found in view.page.evaluate(_COLOURS, [selector, kind])]
            for selector, kind in GRAPHICS.items()
        }

    assert all(seen.values())
    faint = {name: [f"{ratio:.2f}" for ratio in ratios if ratio < GRAPHIC]
             for name, ratios in seen.items()}  # fmt: skip
    assert {name: ratios for name, ratios in faint.items() if ratios} == {}


def ratio(colour, ground, opacity):
    """Contrast of an element's colour, as it is seen, with the ground."""
    share = float(opacity) * colour[3] / 255
    return contrast(laid_over(colour[:3], ground[:3], share), ground[:3])


def facts_of_every_hue():
    """Facts with a theme for each hue of the palette that is dark enough on paper."""
    every = hues(["root_causes", "border_security", "legal_pathways", *"abcde"])
    names = [n for n, hue in every.items() if contrast(rgb(hue.colour), (255,) * 3) >= GRAPHIC]
    facts = full_facts()
    shares = pd.concat([facts.shares.head(1).assign(name=name) for name in names])
    terms = pd.concat(
        [facts.terms.assign(topic=name, is_seed=True) for name in [*names, "topic 1"]]
    )
    passages = pd.concat([facts.passages.assign(theme=name) for name in names])
    return replace(
        facts, themes=[theme_of(name) for name in names], shares=shares, terms=terms,
        passages=passages, parts=None, counters=None, codes=None, by_covariate={},
    )  # fmt: skip
