"""Are the figures of the README's tables those of the pages that benchmarks write?"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
THEMES = (ROOT / "docs" / "benchmarks-themes.md").read_text(encoding="utf-8")
ENGINE = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")

HEADINGS = {
    "171 House bills, titles and summaries": "House bills 2025–26, titles and summaries:",
    "the same with their text": "House bills 2025–26, titles, summaries and text:",
    "100 White House passages": "White House 2021–25: 100",
    "430 of newspapers, UN, Federal Register": "UK newspapers 2014, UN General Debate 2017, Fed",
    "970 of the bundled corpus": "Bundled corpus: 970",
    "held out: 420 of the same kinds": "Held out: UK newspapers",
    "held out: 380 of State of the Union, briefings, survey answers": "Held out: State of the Un",
}
CORPORA = ("UK newspaper articles", "State of the Union", "20 Newsgroups", "White House")
PACKAGES = {
    "tomotopy": "tomotopy",
    "topica, sparse sampler": "topica-sparse",
    "topica, `warp`": "topica-warp",
    "topica, `cvb0`": "topica-cvb0",
    "MALLET's sampler (pyrmallet)": "pyrmallet",
}


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def table_after(text, heading):
    """The rows of the first table whose first line holds the heading, but for that and the rule."""
    lines = text[text.index(heading) :].split("\n\n")[0].splitlines()
    return [cells(line) for line in lines[2:]]


def shortened(value):
    """`.848` of `0.848 [0.804, 0.891]`, with the page's hyphens as the README's minus signs."""
    return value.split(" [")[0].replace("0.", ".").replace("-", "−")


def section(heading):
    return next(part for part in THEMES.split("\n### ") if part.startswith(heading))


@pytest.mark.parametrize("row", table_after(README, "| passages | coded by |"), ids=lambda r: r[0])
def test_theme_scores_are_those_of_the_page(row):
    what, _, *shown = row
    page = section(HEADINGS[what])
    of_method = {
        found[0].removesuffix(" †"): found[4]
        for found in map(cells, page.splitlines())
        if len(found) > 4
    }
    end = re.search(r"that use no labels \((.+)\): (.+) of macro AUC", page)
    expected = ["**`fit_themes`**", "seed words per word", "topica KeyATM", end[1]]

    assert shown[:4] == [shortened(of_method[method]) for method in expected]
    assert shown[4] == end[2].replace("0.", ".").replace("-", "−")


def ratios():
    """The page's ratios by corpus, number of topics and package; the last line of a pair counts."""
    start = ENGINE.index("| times faster to the perplexity of |")
    head = cells(ENGINE[start:].splitlines()[0])[1:]
    found = {}
    for what, *values in table_after(ENGINE, "| times faster to the perplexity of |"):
        corpus = next(name for name in CORPORA if what.startswith(name))
        n_topics = int(re.search(r", (\d+) topics", what)[1])
        for package, value in zip(head, values, strict=True):
            if value != "–":
                found.setdefault((corpus, n_topics, package), value)
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_times_sooner_are_those_of_the_page(package):
    table = {row[0]: row[1:] for row in table_after(README, "| times sooner, 50 / 200 topics |")}
    page = ratios()

    for corpus, shown in zip(CORPORA, table[package], strict=True):
        both = ["–", "–"] if shown == "–" else shown.split(" / ")
        for n_topics, value in zip((50, 200), both, strict=True):
            expected = page.get((corpus, n_topics, PACKAGES[package]), "–")
            number = re.match(r"[\d.]+", expected)
            if number:  # the page has three digits, the README whole numbers
                assert abs(int(re.match(r"\d+", value)[0]) - float(number[0])) <= 0.5
            else:
                assert value.rstrip(" ¹²") == expected.split(" (")[0]


def test_the_least_and_the_greatest_distance_are_those_of_the_page():
    page = re.search(
        r"for each of (\d+) pairs .*: perplexity -(.+)% to \+(.+)% .*, NPMI -0(.+) to .*in (\d) of",
        ENGINE,
    )
    n_pairs, below, above, npmi, n_below = page.groups()

    assert n_pairs == "11" and "In all eleven pairs" in README
    assert f"between {below} % below and {above} % above" in README
    assert (
        n_below == "9"
        and f"in nine of them another has the more coherent topics, by {npmi}" in (README)
    )


def test_batch_online_and_gensim_are_those_of_the_page():
    page = ratios()
    table = {row[0]: row[1] for row in table_after(README, "| times sooner, 50 / 200 topics |")}
    articles = CORPORA[0]

    batch, online = (page[articles, 50, f"sklearn-{kind}"] for kind in ("batch", "online"))
    assert table["scikit-learn, batch · online"] == f"{batch[:-2]} · {online[:-2]} / –"
    assert table["gensim"] == f"{page[articles, 50, 'gensim'][:-2]} / –"
