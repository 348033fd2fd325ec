"""How the explorer of a run compares with other pages to look at topics with.

Both pages are made of the same fit, twice each, and opened in a headless Chromium that records and
refuses every request. What pyLDAvis asks a network for is then answered from the files that come
with it, so that the page can be looked at. Without pyLDAvis (pip install pyLDAvis) its column says
so. What the columns on topicwizard and BERTopic say is what their documentation says.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from page import add_write, printed_into
from playwright.sync_api import Browser, Page, Route, sync_playwright
from results import version_of

from topoi.config import RunConfig
from topoi.io.sample import sample_settings
from topoi.pipeline import RunResult, run
from topoi.run_report.page import report_run

OPENINGS = 5  # the median of their times counts
_MODEL = "LDA"
_WORST = ("serious", "critical")
_TOPICS = "#map-marks a circle:first-child, circle.dot"  # on our map, and on that of pyLDAvis
_KINDS = {".js": "text/javascript", ".css": "text/css"}
# Nothing is looked up, so that no request leaves the machine even if one slips through.
_FLAGS = ("--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking")
_NOT_STATED = "not stated"
_NOT_MEASURED = "not measured"

Cells = dict[str, str]  # what stands in the row of each question

DOCUMENTED: dict[str, Cells] = {
    "topicwizard": {
        "made of": "any fit of scikit-learn, Gensim, BERTopic (PyPI page)",
        "one file that opens from disk": "no: a web application in Dash (“Web Application”); "
        "single figures as HTML (“Individual Figures”)",
        "passages on the page": "documents, one at a time: word cloud, topics, topics along the "
        "text (“Investigating Documents”)",
        "fields to search in": "a field to choose a document (“Investigating Documents”)",
        "group and period as filters": "a page for groups (“Web Application”)",
        "time line": "along one document (“Investigating Documents”)",
        "weight of relevance": "yes (“Investigating Topics”)",
        "labels can be written and saved": "yes, with the data in a joblib file (“Persistence”)",
    },
    "BERTopic": {
        "made of": "its own fit",
        "one file that opens from disk": "each figure by itself, Plotly as HTML (“Visualization”)",
        "passages on the page": "texts when pointed at, on a map (“Visualize Documents”)",
        "fields to search in": "an option of the map of documents (“Documents with DataMapPlot”)",
        "group and period as filters": "a figure by class, one over time (“Visualization”)",
        "time line": "topics over time, a figure of its own (“Visualization”)",
        "labels can be written and saved": "in Python, before drawing (“Documents with "
        "DataMapPlot”: set_topic_labels)",
    },
}


def main() -> None:
    """Make the pages, look at them, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    page = parser.parse_args().write
    with printed_into(page, "explorers", is_markdown=True), tempfile.TemporaryDirectory() as folder:
        result = run(RunConfig(**sample_settings() | {"out": f"{folder}/run"}))
        with chromium() as browser:
            columns = {
                "topoi": own_column(browser, result, Path(folder)),
                "pyLDAvis": other_column(browser, result, Path(folder)),
                **DOCUMENTED,
            }
        print_table(columns)


def own_column(browser: Browser, result: RunResult, folder: Path) -> Cells:
    """What is measured of the page of the run."""
    pages = [report_run(result.out, folder / f"report{n}.html") for n in (1, 2)]
    return measured(browser, pages, result, answers=None) | {
        "made of": "the run: all its models, themes, codes",
    }


def other_column(browser: Browser, result: RunResult, folder: Path) -> Cells:
    """What is measured of the page that pyLDAvis makes of the same fit."""
    if find_spec("pyLDAvis") is None:
        return {"made of": "pyLDAvis is not installed here"}
    import pyLDAvis

    pages = []
    for n in (1, 2):
        pages.append(folder / f"pyldavis{n}.html")
        pyLDAvis.save_html(prepared(result), str(pages[-1]))
    answers = Path(str(pyLDAvis.__file__)).parent / "js"
    return measured(browser, pages, result, answers=answers) | {
        "made of": f"the fit of {_MODEL}; pyLDAvis {version_of('pyLDAvis')}",
    }


def prepared(result: RunResult) -> Any:
    """The fit as pyLDAvis takes it; it takes no passage without words."""
    import pyLDAvis

    fit, counts = result.study.fits[_MODEL], result.study.matrix.counts
    lengths = counts.sum(axis=1)
    return pyLDAvis.prepare(
        fit.topic_term,
        fit.doc_topic[lengths > 0],
        lengths[lengths > 0],
        list(fit.vocabulary.terms),
        counts.sum(axis=0),
        n_jobs=1,
    )


def measured(
    browser: Browser, pages: list[Path], result: RunResult, *, answers: Path | None
) -> Cells:
    """All cells that a look at the page fills."""
    text = pages[0].read_text(encoding="utf-8")
    with opened(browser, pages[0], answers=None) as (page, asked):
        hosts = sorted({urlsplit(url).netloc for url in asked})
        offline = page.locator(_TOPICS).count()
    with opened(browser, pages[0], answers=answers) as (page, _):
        circles = page.locator(_TOPICS).count()
        cells = looked_at(page)
    return {
        "one file that opens from disk": "yes" if offline else "no: empty without a network",
        "requests on opening": f"{len(asked)}" + (f" ({', '.join(hosts)})" if hosts else ""),
        "what may run, by its own policy": policy(text),
        "size": f"{pages[0].stat().st_size / 1e6:.1f} MB",
        "time to open": f"{opening(browser, pages[0], answers):.1f} s"
        + (" (libraries from disk)" if answers else ""),
        "passages on the page": passages(text, result),
        "circles of topics that Tab reaches": f"{cells.pop('reached')} of {circles}",
        "two builds, the same bytes": "yes" if len({digest(path) for path in pages}) == 1 else "no",
        **cells,
    }


def looked_at(page: Page) -> Cells:
    """What is on the page once it is drawn."""
    found = Axe().run(page).response["violations"]
    worst = [rule["id"] for rule in found if rule["impact"] in _WORST]

    def there(selector: str) -> str:
        return "yes" if page.locator(selector).count() else "no"

    return {
        "reached": str(page.locator("a circle.dot, #map-marks a[href] circle:first-child").count()),
        "fields to search in": str(page.locator("input[type=search]").count()),
        "words marked in the text": there("#passage-list mark"),
        "keyword in context": there("option[value=context]"),
        "group and period as filters": there("#from option:nth-child(2)"),
        "shares with intervals": there("line.limits"),
        "time line": there("svg.time polyline"),
        "weight of relevance": there("input[type=range]"),
        "labels can be written and saved": there("#save-labels"),
        "topic in the address": address(page),
        "axe, serious or critical": f"{len(worst)}" + (f" ({', '.join(worst)})" if worst else ""),
        "letters of text on paper": printed(page),
    }


def address(page: Page) -> str:
    """Whether the address changes when a topic is chosen, so that a link leads back to it."""
    before = page.url
    page.locator(_TOPICS).last.dispatch_event("click")
    page.wait_for_timeout(500)
    return "yes" if page.url != before else "no"


def printed(page: Page) -> str:
    """How many letters of the page are seen on paper."""
    page.emulate_media(media="print")
    return f"{len(page.inner_text('body')):,}"


def passages(text: str, result: RunResult) -> str:
    """How many passages the page holds, found by the beginning of their texts."""
    texts = result.study.passages.table["text"]
    n_held = sum(start.split("\n")[0][:40] in text for start in texts)
    return f"{n_held:,} of {len(texts):,}"


def policy(text: str) -> str:
    """What the page itself allows scripts."""
    if "Content-Security-Policy" not in text:
        return "anything: no policy"
    is_hashed = "script-src 'sha256-" in unescape(text[: text.index("<style")])
    return "one script, by its hash" if is_hashed else "see its policy"


def digest(path: Path) -> str:
    """The hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def opening(browser: Browser, path: Path, answers: Path | None) -> float:
    """Median seconds until a circle of a topic is drawn."""
    seconds = []
    for _ in range(OPENINGS):
        begun = time.perf_counter()
        with opened(browser, path, answers=answers) as (page, _asked):
            page.locator(_TOPICS).first.wait_for(state="attached")
            seconds.append(time.perf_counter() - begun)
    return median(seconds)


@contextmanager
def opened(
    browser: Browser, path: Path, *, answers: Path | None
) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the addresses that it asked for; `answers` is a folder with files for them."""
    context = browser.new_context(viewport={"width": 1300, "height": 900}, locale="en-US")
    asked: list[str] = []

    def answer(route: Route) -> None:
        url = route.request.url
        if url.split("#")[0] == path.as_uri():
            route.continue_()
            return
        asked.append(url)
        file = answers and _file_for(url, answers)
        if file:
            route.fulfill(path=file, content_type=_KINDS[file.suffix])
        else:
            route.abort()

    context.route("**/*", answer)
    page = context.new_page()
    page.goto(path.as_uri(), wait_until="load")
    try:
        yield page, asked
    finally:
        context.close()


def _file_for(url: str, folder: Path) -> Path | None:
    """The file of the package that stands for an address: d3.v5.js may be there as d3.v5.min.js."""
    name = Path(urlsplit(url).path)
    for candidate in (name.name, f"{name.stem}.min{name.suffix}"):
        if (folder / candidate).is_file():
            return folder / candidate
    return None


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser: TOPOI_CHROMIUM, Playwright's own, or one on the PATH."""
    with sync_playwright() as playwright:
        names = (playwright.chromium.executable_path, "chromium", "google-chrome")
        program = os.environ.get("TOPOI_CHROMIUM") or next(filter(None, map(shutil.which, names)))
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield browser
        browser.close()


def print_table(columns: dict[str, Cells]) -> None:
    """A row for each question, in the order of the first column; what no one states is said."""
    first = columns["topoi"]
    questions = ["made of", *(question for question in first if question != "made of")]
    heads = [*columns][:2] + [f"{name}, {_NOT_MEASURED}" for name in DOCUMENTED]
    print(f"| | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    for question in questions:
        shown = [cells.get(question, _NOT_STATED) for cells in columns.values()]
        print(f"| {question} | {' | '.join(shown)} |")


if __name__ == "__main__":
    main()
