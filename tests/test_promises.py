"""Is each promise of docs/promises.md kept, by the tests it names and by how code is written?"""

from __future__ import annotations

import ast
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import offline
import pytest
from scipy import sparse

import topoi
from topoi.io import documents
from topoi.io.read import read_corpus
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(Path(topoi.__file__).parent.rglob("*.py"))
PAGE = ROOT / "docs" / "promises.md"
N_PROMISES = 28

# --- the table ----------------------------------------------------------------------------------


def rows():
    """Number, promise and tests of each row of the table."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0].isdecimal()]


@cache
def names_in(name):
    tree = ast.parse((ROOT / "tests" / name).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_promise_has_a_row_and_each_names_its_proof():
    found = rows()

    assert [int(row[0]) for row in found] == list(range(1, N_PROMISES + 1))
    for row in found:
        assert len(row) == 3, row
        assert re.search(r"`test_\w+\.py::\w+`", row[2]), f"row {row[0]} names no test"


def test_every_test_that_is_named_exists():
    named = [pair for row in rows() for pair in re.findall(r"`(test_\w+\.py)::(\w+)`", row[2])]
    lost = [f"{name}::{test}" for name, test in named if test not in names_in(name)]

    assert lost == []
    assert len(named) > N_PROMISES


# --- how the code is written --------------------------------------------------------------------

# Modules that run what they read, or lead to the network or a shell.
BARRED = {
    *("pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml", "copyreg", "code"),
    *("socket", "ssl", "urllib.request", "http", "ftplib", "smtplib", "requests", "httpx"),
    *("aiohttp", "urllib3", "webbrowser", "xmlrpc", "telnetlib", "runpy", "pty", "codeop"),
    "fsspec",
}
ALLOWED_IMPORTS = {
    ("corpus/processes.py", "pickle.PicklingError"),  # the name of an error
    ("io/urls.py", "fsspec"),  # what a user names by a URL
}
BARRED_CALLS = {"eval", "exec", "compile", "__import__", "input", "breakpoint"}
BARRED_METHODS = {
    *("os.system", "os.popen", "os.fork", "os.forkpty", "pty.spawn", "subprocess.getoutput"),
    *("subprocess.getstatusoutput", "tempfile.mktemp", "jinja2.Template", "os.startfile"),
}
BARRED_NAMES = {"read_pickle", "to_pickle", "eval", "expanduser", "expandvars", "extractall"}


def dotted(node):
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def imported(node):
    """The dotted names that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def barred_import(name):
    steps = name.split(".")
    return any(".".join(steps[:n]) in BARRED for n in range(1, len(steps) + 1))


def faults_of(tree, place=""):
    """What a file must not do, each with its line."""
    for node in ast.walk(tree):
        for name in imported(node):
            if barred_import(name) and (place, name) not in ALLOWED_IMPORTS:
                yield f"{place}:{node.lineno} imports {name}"
        if isinstance(node, ast.Call):
            yield from (f"{place}:{node.lineno} {what}" for what in call_faults(node))


def call_faults(call):
    name = dotted(call.func)
    given = {word.arg: word.value for word in call.keywords}
    last = name.rpartition(".")[2]
    if name in BARRED_CALLS or name in BARRED_METHODS or ("." in name and last in BARRED_NAMES):
        yield f"calls {name}"
    if not is_false(given.get("shell", ast.Constant(False))):
        yield f"{name} with shell"
    if name in ("np.load", "numpy.load") and not is_false(given.get("allow_pickle")):
        yield "np.load without allow_pickle=False"
    if not is_false(given.get("allow_pickle", ast.Constant(False))):
        yield f"{name} with allow_pickle"
    if not is_false(given.get("parallel", ast.Constant(False))):
        yield f"{name} with parallel"
    if last == "get_context" and [a.value for a in call.args] != ["spawn"]:
        yield "starts processes otherwise than by spawn"
    if last in ("Pool", "Process") or (last == "ProcessPoolExecutor" and "mp_context" not in given):
        yield f"{name} without a context"
    if last == "Environment" and not (
        isinstance(given.get("autoescape"), ast.Constant) and given["autoescape"].value is True
    ):
        yield "jinja2 without autoescape=True"


def is_false(node):
    return isinstance(node, ast.Constant) and node.value is False


def test_nothing_that_is_read_can_run_and_nothing_asks_a_network_or_a_shell():
    assert len(SOURCES) > 200
    faults = [
        fault
        for path in SOURCES
        for fault in faults_of(
            ast.parse(path.read_text(encoding="utf-8")),
            path.relative_to(Path(topoi.__file__).parent).as_posix(),
        )
    ]

    assert faults == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle", "from pickle import loads", "import joblib", "from urllib import request",
        "import http.client", "from yaml import load", "eval(a)", "exec(a)", "compile(a, b, c)",
        "table.eval(a)", "pd.read_pickle(a)", "np.load(a)", "np.load(a, allow_pickle=True)",
        "np.load(a, allow_pickle=b)", "subprocess.run(a, shell=True)", "subprocess.run(a, shell=b)",
        "os.system(a)", "os.fork()", "njit(parallel=True)", "multiprocessing.get_context('fork')",
        "multiprocessing.Pool(3)", "ProcessPoolExecutor(3)", "Path(a).expanduser()",
        "os.path.expandvars(a)", "archive.extractall(a)", "Environment()", "import socket as s",
        "np.savez(a, allow_pickle=True)", "Environment(autoescape=False)", "import fsspec",
        "from fsspec.core import url_to_fs",
    ],
)  # fmt: skip
def test_each_of_these_lines_would_be_found(line):
    assert list(faults_of(ast.parse(line)))


# --- network ------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [("192.0.2.1", 9), ("2001:db8::1", 9, 0, 0)])
def test_the_network_is_shut_while_tests_run(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as asking:
        with pytest.raises(offline.NetworkError, match="tests do not ask the network"):
            asking.connect(address)
        with pytest.raises(offline.NetworkError):
            asking.connect_ex(address)
    with pytest.raises(offline.NetworkError):
        socket.getaddrinfo("example.org", 80)

    assert len(offline.asked) == 3
    offline.asked.clear()


def test_loopback_is_open_while_tests_run():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            assert client.getpeername()[1] == port


# --- notebooks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_no_notebook_calls_a_shell(path):
    import json

    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")

    assert not re.search(
        r"(?m)^\s*[!%]|=\s*[!%]|run_cell_magic|run_line_magic|\.system\b|%%|subprocess|os\.system",
        code,
    )
    assert list(faults_of(ast.parse(code), path.stem)) == []


# --- size and depth -----------------------------------------------------------------------------


def test_a_document_beyond_the_size_that_is_held_is_dropped(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "_LARGEST", 1000)
    (tmp_path / "a.txt").write_text("A law of the port.")
    (tmp_path / "b.html").write_text("<p>" + "law " * 300)

    with pytest.warns(topoi.TopoiWarning, match=r"b\.html"):
        corpus = read_corpus(tmp_path)

    assert corpus.ids == ["a.txt"]
    events = corpus.ledger.events.set_index("doc_id")
    assert list(events.loc[["b.html"], "reason"])[-1] == "too large"


# --- memory -------------------------------------------------------------------------------------

SPARSE = [
    getattr(sparse, f"{kind}_{form}")
    for kind in ("csr", "csc", "coo", "lil", "dok", "bsr")
    for form in ("array", "matrix")
]


@pytest.fixture
def no_dense_copy(monkeypatch):
    """Makes a dense copy of a sparse matrix of 100,000 cells or more an error."""

    def refuse(name, plain):
        def made(self, *given, **more):
            if self.shape[0] * self.shape[1] >= 100_000:
                raise AssertionError(f"{name} of {self.shape}")
            return plain(self, *given, **more)

        return made

    for kind in SPARSE:
        for name in ("toarray", "todense"):
            monkeypatch.setattr(kind, name, refuse(name, getattr(kind, name)))


def wide_counts(n_docs=400, n_terms=1000):
    rng = np.random.default_rng(3)
    counts = rng.poisson(0.02, (n_docs, n_terms))
    counts[:, 0] += 1
    return sparse.csr_array(counts.astype(np.int32))


def test_a_dense_copy_would_be_found(no_dense_copy):
    with pytest.raises(AssertionError, match=r"toarray of \(400, 1000\)"):
        wide_counts().toarray()


@pytest.mark.parametrize(
    "model",
    [
        LDA(4, max_iter=2),
        KeywordLDA([[0], [1, 2]], topics_per_set=1, n_residual=2, max_iter=2),
        NMF(4, max_iter=2),
        topoi.SeededLDA([[0], [1, 2]], n_residual=2, max_iter=2),
        topoi.SeededNMF([[0], [1, 2]], n_residual=2, max_iter=2),
        topoi.SklearnLDA(4, max_iter=1),
        topoi.GensimLDA(4, passes=1),
        topoi.GensimNMF(4, passes=1),
    ],
    ids=lambda model: type(model).__name__,
)
def test_no_model_makes_counts_dense(model, no_dense_copy):
    counts = wide_counts()

    fitted = model.fit(counts)

    assert fitted.transform(counts[:150]).shape[0] == 150


# --- threads ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [LDA, NMF])
def test_fits_in_two_threads_are_those_one_after_the_other(kind):
    counts = wide_counts(60, 80)

    def fitted(seed):
        return kind(3, max_iter=5, random_state=seed).fit(counts).components_

    alone = [fitted(seed) for seed in range(6)]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(fitted, range(6)))

    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [1e-6, 1e-2, 1.0, 1e3])
@pytest.mark.parametrize("learn_prior", [True, False])
def test_shares_of_a_million_tokens_are_finite_and_sum_to_one(alpha, learn_prior):
    counts = np.array([[1e6, 3, 0, 0], [0, 1, 1e6, 5e5], [1, 1, 1, 0], [0, 0, 0, 0]])

    model = LDA(3, doc_topic_prior=alpha, learn_prior=learn_prior, max_iter=20).fit(counts)

    for shares in (model.doc_topic_, model.components_, model.transform(counts)):
        assert np.isfinite(shares).all()
        assert (shares >= 0).all()
        np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=0, atol=1e-9)
    assert np.isfinite(model.trace_["log_likelihood"]).all()
