"""The script of the report makes elements and sets text, and has no other way to the page."""

import json
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

import topoi.report.page as page
from topoi.csv_guard import guarded

FOLDER = Path(page.__file__).parent / "script"
FILES = sorted(FOLDER.glob("*.js"))
# What turns text into markup or into a script, or asks a network for something.
UNSAFE = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|srcdoc|\beval\b|new Function"
    r"|\bfetch\b|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bimport\s*\(|DOMParser"
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_file_can_make_markup_or_ask_a_network(path):
    assert UNSAFE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    ["a.innerHTML = b", "eval (x)", "import('x')", "new Function('a')", "self.fetch(a)"],
)
def test_an_unsafe_line_would_be_found(line):
    assert UNSAFE.search(line)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_begins_with_its_question(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]

    assert re.match(r"// [A-Z].+\?", first)


def test_every_file_of_the_folder_is_in_the_page():
    joined = page.page_script()

    assert [path.name for path in FILES if path.read_text(encoding="utf-8") not in joined] == []


def test_the_joined_script_is_well_formed(tmp_path):
    path = tmp_path / "script.js"
    path.write_text(page.page_script(), encoding="utf-8")

    command = [_node(), "--check", path]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stderr


def _node():
    """The program that comes with Playwright."""
    found = find_spec("playwright")
    for root in found.submodule_search_locations if found else ():
        for name in ("node", "node.exe"):
            if (program := Path(root, "driver", name)).is_file():
                return program
    pytest.skip("Playwright, which brings a program to check scripts with, is not installed")


TEXTS = ["=1", "'=1", "a;=1", ';"=1', "\"'-1", "a|'@b\t+c", "x\n- y\r\n=z", "\t=1", "\r", "\x00a"]
TEXTS += ["\uff1d1", "a;\uff201", "root-cause, a=b", "'a'", "", "\U0001f600;+1"]


def test_texts_in_its_tables_are_guarded_as_in_the_files_of_a_run():
    source = (FOLDER / "tables.js").read_text(encoding="utf-8")
    function = source[source.index("function guarded(") :]
    asked = f"{function}; console.log(JSON.stringify({json.dumps(TEXTS)}.map(guarded)))"

    ran = subprocess.run([_node(), "-e", asked], capture_output=True, check=True)

    assert json.loads(ran.stdout) == [guarded(text) for text in TEXTS]
