"""Do the notebooks run, hold nothing but their text, and draw what the command draws?"""

import ast
import hashlib
import json
import re
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

import topoi
from topoi.cli.figures import command
from topoi.provenance import versions

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
KINDS = ("csv", "svg", "pdf", "png")

sys.path.insert(0, str(ROOT / "notebooks"))
from tidy import tidied  # noqa: E402

# What the test asks of the notebook at its end: the figures that it showed, and what its prose
# says about its numbers.
LAST_CELL = """
import hashlib, json
row = matrix.counts[[matrix.ids.index(middle)]].toarray()[0]
columns = themes.seed_columns(matrix.vocabulary.terms)
seeds_of_middle = [name for name, of in columns.items() if any(row[column] for column in of)]
without_code = wide.loc[coded.index[~coded["root_causes"]], "root_causes"]
shown = {figure.name: figure for figure in Out.values() if type(figure).__name__ == "Figure"}
print(json.dumps({
    "figures": {
        f"{name}.{kind}": hashlib.sha256(getattr(figure, kind)).hexdigest()
        for name, figure in shown.items() for kind in ("csv", "svg", "pdf", "png")
    },
    "order": order.T.to_dict(),
    "level": (levels["mean probability"] / levels["passages with the code"]).to_dict(),
    "varied": {name: mean_share(table).to_dict() for name, table in varied.items()},
    "together": (likely.T @ likely).to_dict(),
    "several": int((likely.sum(axis=1) > 1).sum()),
    "middle": float((without_code < with_code[middle]).mean()),
    "middle_is_without_seed": "root_causes" not in seeds_of_middle,
    "corrected": corrected.join(levels)[["lower", "upper", "passages with the code"]].T.to_dict(),
    "median_width": float((shares["upper"] - shares["lower"]).median()),
    "package": topoi.__file__,
}))
"""


def cells_of(path, kind):
    book = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == kind]


def code_of(path):
    return [ast.parse(source) for source in cells_of(path, "code")]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


# --- how they are kept --------------------------------------------------------------------------


def test_there_are_notebooks():
    assert [path.name for path in NOTEBOOKS][:1] == ["01_three_themes.ipynb"]


def test_notebook_is_tidy(path):
    content = path.read_text(encoding="utf-8")

    assert tidied(content) == content, "run: python notebooks/tidy.py"


def test_notebook_holds_no_results(path):
    book = json.loads(path.read_text(encoding="utf-8"))

    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    assert book["metadata"]["language_info"] == {"name": "python"}


def test_ids_follow_from_the_text(path):
    book = json.loads(path.read_text(encoding="utf-8"))

    for cell in book["cells"]:
        text = f"{cell['cell_type']}\n0\n{''.join(cell['source'])}"
        assert cell["id"] == hashlib.sha256(text.encode()).hexdigest()[:12]


def test_tidying_takes_out_what_a_session_left():
    cell = {"cell_type": "code", "id": "x", "source": "1 + 1\n", "metadata": {"tags": ["a"]}}
    run = {**cell, "execution_count": 3, "outputs": [{"output_type": "stream", "text": "2"}]}
    empty = {**run, "source": []}
    metadata = {"language_info": {"name": "python", "version": "3.12.1"}}

    book = json.loads(tidied(json.dumps({"cells": [run, empty, run], "metadata": metadata})))

    first, second = book["cells"]
    assert first["id"] != second["id"]
    assert {key: value for key, value in first.items() if key != "id"} == {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": ["1 + 1"],
    }
    assert "3.12.1" not in json.dumps(book)


# --- what they use ------------------------------------------------------------------------------


def test_only_public_names_are_used(path):
    nodes = [node for tree in code_of(path) for node in ast.walk(tree)]

    used = {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "topoi"
    }
    modules = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    private = [n.attr for n in nodes if isinstance(n, ast.Attribute) and n.attr.startswith("_")]
    assert used, "the notebook uses nothing of topoi"
    assert used <= set(topoi.__all__)
    assert modules <= {"topoi", "pandas", "pathlib", "tempfile", "textwrap"}
    assert not private


def test_nothing_is_drawn_in_the_notebook(path):
    code = "\n".join(cells_of(path, "code"))

    assert not re.search(r"\bplt\.|matplotlib|\.plot\b|savefig|topoi\.plots", code)


def test_definitions_are_short(path):
    definitions = [
        node
        for tree in code_of(path)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    ]

    assert all(node.end_lineno - node.lineno < 5 for node in definitions)


def test_no_path_of_a_machine_is_named(path):
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"[\"'`( ](?:/|~/|[A-Za-z]:\\)[A-Za-z]", text)


# --- what they show -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def executed():
    """What the first notebook says at its end, run by this Python in a folder of its own."""
    nbformat = pytest.importorskip("nbformat", reason="running notebooks needs topoi[notebook]")
    nbclient = pytest.importorskip("nbclient", reason="running notebooks needs topoi[notebook]")
    kernelspec = pytest.importorskip(
        "ipykernel.kernelspec", reason="running notebooks needs topoi[notebook]"
    )
    from traitlets.config import Config

    book = nbformat.read(NOTEBOOKS[0], as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(LAST_CELL))
    nbformat.validate(book)
    # Not pytest's folder: the path of a socket may have no more than some hundred characters.
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        home = Path(place)
        work = home / "work"
        work.mkdir()
        # The kernel of this Python, whatever else is installed under the name python3, and with the
        # topoi that the tests import.
        kernelspec.write_kernel_spec(str(home / "kernels" / "python3"))
        patch.setenv("JUPYTER_PATH", str(home))
        patch.setenv("IPYTHONDIR", str(home / "ipython"))
        patch.setenv("PYTHONPATH", str(Path(topoi.__file__).parents[1]))
        client = nbclient.NotebookClient(
            book,
            timeout=240,
            record_timing=False,
            resources={"metadata": {"path": str(work)}},
            config=Config({"KernelManager": {"transport": "ipc", "ip": str(home / "ipc")}}),
        )
        client.execute()
        assert not list(work.iterdir()), "the notebook left files where it ran"
    return json.loads(book.cells[-1].outputs[0]["text"])


SHOWN = ("top_terms", "theme_trends", "themes_by_source", "topic_theme_map")


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    """The folder that `topoi figures` writes with the figures that the notebook shows."""
    folder = tmp_path_factory.mktemp("figures")
    words = [*SHOWN, "--out", str(folder)]
    result = CliRunner().invoke(command, words, catch_exceptions=False)
    assert result.exit_code == 0
    return folder


def hashes_of(folder):
    files = sorted(path for path in folder.iterdir() if path.suffix[1:] in KINDS)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_notebook_runs_with_this_package(executed):
    assert Path(executed["package"]).samefile(topoi.__file__)


def test_notebook_shows_the_figures_of_themes_and_topics(executed):
    assert set(executed["figures"]) == {f"{n}.{k}" for n in SHOWN for k in KINDS}


def test_notebook_and_command_make_the_same_bytes(executed, figures):
    assert executed["figures"] == hashes_of(figures)


def test_notebook_and_committed_figures_are_the_same_bytes(executed):
    manifest = ROOT / "figures" / "sample" / "manifest.json"
    if not manifest.is_file():
        pytest.skip("figures/sample/ holds no manifest.json yet; `make figures` writes it")
    made_with = json.loads(manifest.read_text(encoding="utf-8"))["versions"]
    # Where the figures were made with other packages the last digit may differ.
    other = [name for name, version in versions().items() if made_with.get(name) != version]
    if other:
        pytest.skip(f"figures/sample/ was made with other versions of {', '.join(other)}")

    assert executed["figures"].items() <= hashes_of(ROOT / "figures" / "sample").items()


def test_levels_and_order_are_as_the_prose_says(executed):
    # "for each theme more often than by either fit's topics alone"; "Within a fifth for two themes.
    # For root causes the mean is less than three quarters of what the coders saw."
    order, level = executed["order"], executed["level"]
    assert set(order) == {"fit_themes", "KeywordLDA", "LDA"}
    for theme, found in order["fit_themes"].items():
        assert found > max(order["KeywordLDA"][theme], order["LDA"][theme])
    assert 0.65 < level["root_causes"] < 0.75
    assert all(0.8 < level[theme] < 1.2 for theme in ("border_security", "legal_pathways"))


def test_overlap_and_intervals_are_as_the_prose_says(executed):
    # "most of these are on borders and pathways together"; "the intervals are wide"; "a higher
    # probability than most of those without the code"; "in words that are no seeds".
    shared = executed["together"]["border_security"]["legal_pathways"]
    assert executed["several"] / 2 < shared <= executed["several"]
    assert executed["median_width"] > 0.3
    assert executed["middle"] > 0.5
    assert executed["middle_is_without_seed"]


def test_what_seeds_and_codes_change_is_as_the_prose_says(executed):
    # "The starts hardly matter"; "with half of them the level falls by a quarter to a little more
    # than a half"; "they hold the coded share of all three themes".
    varied = executed["varied"]
    for theme, share in varied["as above"].items():
        assert abs(varied["other starts"][theme] - share) < 0.015
        for half in ("migration first half", "migration second half"):
            assert 0.2 < 1 - varied[half][theme] / share < 0.6
    for found in executed["corrected"].values():
        assert found["lower"] < found["passages with the code"] < found["upper"]
