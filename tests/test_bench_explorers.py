"""The comparison of explorers: what is looked at is what is there, and no cell is invented."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explorer.md"


@pytest.fixture
def explorers(monkeypatch):
    pytest.importorskip("playwright", reason="Playwright is not installed")
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import explorers

    yield explorers
    for name in ("explorers", "page", "results"):
        sys.modules.pop(name, None)


def test_what_a_page_lets_run_is_read_from_its_policy(explorers):
    policy = '<meta http-equiv="Content-Security-Policy" content="script-src &#39;sha256-x&#39;">'

    assert explorers.policy(f"{policy}<style></style>") == "one script, by its hash"
    assert explorers.policy("<script src=a></script>") == "anything: no policy"


def test_an_address_is_answered_by_the_file_of_the_package(explorers, tmp_path):
    (tmp_path / "d3.v5.min.js").touch()

    assert explorers._file_for("https://d3js.org/d3.v5.js", tmp_path).name == "d3.v5.min.js"
    assert explorers._file_for("https://d3js.org/d3.v6.js", tmp_path) is None


def test_what_a_column_does_not_say_is_said_to_be_not_stated(explorers, capsys):
    explorers.print_table({"topoi": {"made of": "a", "size": "1 MB"}, "pyLDAvis": {"made of": "b"}})

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("| | topoi | pyLDAvis | topicwizard, not measured |")
    assert lines[2:] == ["| made of | a | b |", "| size | 1 MB | not stated |"]


def test_each_documented_cell_names_its_page_and_a_row_of_the_table(explorers):
    rows = re.findall(r"^\| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    for name, cells in explorers.DOCUMENTED.items():
        assert set(cells) <= set(rows), name
        assert [q for q, cell in cells.items() if "“" not in cell and q != "made of"] == []
