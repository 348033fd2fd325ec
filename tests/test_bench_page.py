"""A benchmark's part of a page is what it printed, and every part has its place."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = ROOT / "benchmarks"
MARKED = "before\n<!-- a: begin -->\nold\n<!-- a: end -->\nafter\n"


@pytest.fixture
def page_module(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import page

    yield page
    for name in ("page", "results"):
        sys.modules.pop(name, None)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(MARKED, encoding="utf-8")
    return path


def test_part_becomes_what_was_printed_with_the_machine(page_module, page, capsys):
    with page_module.printed_into(page, "a"):
        sys.stdout.write("speed   1.5\n")
        sys.stdout.write("memory  30\n")
        sys.stdout.flush()

    written = page.read_text(encoding="utf-8")
    assert capsys.readouterr().out == "speed   1.5\nmemory  30\n"
    assert "```text\nspeed   1.5\nmemory  30\n```\n\nMachine: " in written
    assert written.startswith("before\n<!-- a: begin -->\n")
    assert written.endswith("<!-- a: end -->\nafter\n")
    assert "old" not in written


def test_markdown_is_written_as_it_is(page_module, page):
    with page_module.printed_into(page, "a", is_markdown=True):
        sys.stdout.write("| a |\n|---|\n")

    assert "begin -->\n\n| a |\n|---|\n\nMachine: " in page.read_text(encoding="utf-8")


def test_failed_measurement_leaves_the_page_alone(page_module, page):
    with pytest.raises(RuntimeError), page_module.printed_into(page, "a"):
        sys.stdout.write("half of it\n")
        raise RuntimeError

    assert page.read_text(encoding="utf-8") == MARKED


def test_missing_marker_is_told_before_anything_is_measured(page_module, page):
    with (
        pytest.raises(ValueError, match="must have the lines <!-- b: begin -->"),
        page_module.printed_into(page, "b"),
    ):
        pytest.fail("it was measured")


def test_without_a_page_it_only_prints(page_module, capsys):
    with page_module.printed_into(None, "a"):
        sys.stdout.write("1.5\n")

    assert capsys.readouterr().out == "1.5\n"


def test_every_part_of_the_corpus_page_is_written_by_a_benchmark_of_make():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    scripts = set(re.findall(r"benchmarks/(\w+\.py).*\$\(CORPUS_PAGE\)", makefile))
    sources = "".join((BENCHMARKS / name).read_text(encoding="utf-8") for name in scripts)
    page = (ROOT / "docs" / "benchmarks-corpus.md").read_text(encoding="utf-8")

    written = set(re.findall(r'printed_into\([\w.]+, "([\w-]+)"', sources))
    written |= {f"duplicates-{part}" for part in ("quality", "flags", "speed")}

    assert set(re.findall(r"<!-- ([\w-]+): begin -->", page)) == written
    assert set(re.findall(r"<!-- ([\w-]+): end -->", page)) == written


def test_every_part_of_the_measures_page_is_written_by_a_benchmark_of_make():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    scripts = set(re.findall(r"benchmarks/(\w+\.py).*\$\(MEASURES_PAGE\)", makefile))
    sources = "".join((BENCHMARKS / name).read_text(encoding="utf-8") for name in scripts)
    page = (ROOT / "docs" / "benchmarks-measures.md").read_text(encoding="utf-8")

    written = set(re.findall(r'printed_into\([\w.]+, "([\w-]+)"', sources))

    assert set(re.findall(r"<!-- ([\w-]+): begin -->", page)) == written
    assert set(re.findall(r"<!-- ([\w-]+): end -->", page)) == written
