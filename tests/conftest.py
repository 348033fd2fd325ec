"""What the tests share: the real corpora, small corpora made by hand, a browser."""

import sys
from functools import partial
from pathlib import Path

import offline
import pytest
from browser import launched, opened_in
from sketches import sketched_figures

offline.shut_network()

# The files that take longest, which go first, so that both workers of `make test` end together.
# The first goes through all kernels and compiles them; the second needs none meanwhile.
LONGEST = (
    *("pipeline", "plots", "catalogue", "notebooks", "course", "cli", "readme"),
    *("nmf", "bits", "prior_bits", "figures", "coded_run", "theme_run", "browser_explorer"),
    *("faults", "read_parts", "scale_dask", "hostile_pipe", "validity", "assembly"),
)


def pytest_collection_modifyitems(items):
    """Put the tests of these files first, else all as they were found."""
    places = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture(autouse=True)
def nothing_asked_of_the_network():
    """Fail a test in whose course something beyond this machine was asked for."""
    offline.asked.clear()
    yield
    assert offline.asked == []


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real corpora beside the checkout; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real corpora (../shared/data) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def first_rows(shared_data):
    """A function that gives the first rows of a real corpus without reading the others."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    def read(name, n, *columns):
        with ParquetFile(shared_data / f"{name}.parquet") as file:
            batch = next(file.iter_batches(n, columns=list(columns) or None))
            return pa.Table.from_batches([batch]).to_pandas()

    return read


@pytest.fixture
def topoi_command(monkeypatch, capsys):
    """A function that runs the command in this process: exit code, standard output and error."""
    from topoi.cli.main import main

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["topoi", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        shown = capsys.readouterr()
        return end.value.code, shown.out, shown.err

    return run


@pytest.fixture
def sketched():
    """Figures are not drawn: for runs of which something else is asked."""
    with sketched_figures():
        yield


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory) -> Path:
    """Every sixth document of the bundled corpus, with a copy, an empty file and more."""
    documents = Path(__file__).resolve().parents[1] / "data" / "sample" / "documents"
    folder = tmp_path_factory.mktemp("small") / "articles"
    chosen = sorted(p for p in documents.rglob("*") if p.suffix in (".txt", ".html"))[::6]
    for path in chosen:
        place = folder / path.relative_to(documents)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())
    copy = folder / "reprints" / f"again {chosen[0].name}"
    copy.parent.mkdir()
    copy.write_bytes(chosen[0].read_bytes())
    (folder / "reprints" / "empty.txt").write_text(" \n")
    (folder / "reprints" / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / ".hidden").write_text("hidden")
    return folder


@pytest.fixture(scope="session")
def small_run(small_folder, tmp_path_factory):
    """What `topoi run` gives for the small folder, two starts, one refit; files in its `out`."""
    from topoi.config import RunConfig
    from topoi.pipeline import run

    out = tmp_path_factory.mktemp("small_run") / "out"
    return run(RunConfig(source=str(small_folder), out=str(out), starts=2, refits=1))


@pytest.fixture(scope="module")
def chromium():
    """A headless browser, one for each file of tests; skips where there is none.

    Not for the whole session: while it runs, its thread has an event loop, which other tests do
    not expect.
    """
    with launched() as browser:
        yield browser


@pytest.fixture
def opened(chromium):
    """Opens a file in a window of its own: `with opened(path, scheme="dark") as view:`.

    The view has Playwright's `page` and the record of what happened; see `browser.opened_in`.
    """
    return partial(opened_in, chromium)
