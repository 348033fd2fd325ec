"""Does a fit over partitions that was stopped go on where it was, and to the same bits?"""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scale_cases import EDGES, MODELS, SEVEN, assert_same, corpus, fits_in_memory, written

from topoi.errors import InputError, TopoiWarning
from topoi.fit import fit_topics
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.scale import fit_parts, part_documents, unfinished
from topoi.scale.threads import ThreadWorkers

N_KILLS = 30


class Stopped(BaseException):
    """Stands for the end of a process at any moment."""


@pytest.fixture(scope="module")
def matrix():
    return corpus()


@pytest.fixture(scope="module")
def in_memory():
    return fits_in_memory()


@pytest.fixture
def counts(matrix, tmp_path):
    return written(matrix, tmp_path / "counts", EDGES["two"])


@pytest.fixture(autouse=True)
def every_pass_is_kept(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)  # no power fails here, and it takes long
    monkeypatch.setattr(unfinished, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(unfinished, "_LEAST_TIMES", 0.0)


class Passes:
    """Stops a fit after so many passes over the documents, and writes their names down."""

    def __init__(self, monkeypatch):
        self.names, self.most = [], None
        real = ThreadWorkers.tables
        passes = self

        def tables(workers, documents, width):
            found = real(workers, documents, width)
            add_up = found.add_up

            def counted(step, rows, total):
                passes.begin(step.name)
                return add_up(step, rows, total)

            found.add_up = counted
            return found

        monkeypatch.setattr(ThreadWorkers, "tables", tables)

    def begin(self, name):
        if self.most is not None and len(self.names) == self.most:
            raise Stopped
        self.names.append(name)

    def stop_after(self, most, fit):
        self.names, self.most = [], most
        with pytest.raises(Stopped):
            fit()
        self.names, self.most = [], None


@pytest.fixture
def passes(monkeypatch):
    return Passes(monkeypatch)


def hidden(folder):
    return sorted(path.name for path in folder.glob(".*"))


def digest(folder):
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


# --- going on -----------------------------------------------------------------------------------


LEARNED = ["pass-10", "draw-10"]
PLANNED = {
    "LDA": [
        *(f"pass-{n}" for n in range(1, 10)),
        *LEARNED,
        "pass-11",
        "pass-12",
        *(f"draw-{n}" for n in range(13, 23)),
    ],
    "LDA, two random starts": [*(f"pass-{n}" for n in range(1, 10)), *LEARNED, "pass-11"] * 2,
    "KeywordLDA": [*(f"pass-{n}" for n in range(1, 10)), *LEARNED, "pass-11", "pass-12"],
    "SeededLDA": [*(f"pass-{n}" for n in range(1, 10)), *LEARNED, "pass-11", "pass-12"],
}


@pytest.mark.parametrize(
    ("name", "most"),
    [
        *(("LDA", most) for most in (1, 10, 13, 22)),
        *(("LDA, two random starts", most) for most in (11, 12, 15)),
        *(("KeywordLDA", 2), ("KeywordLDA", 11), ("SeededLDA", 11)),
    ],
)
def test_a_fit_goes_on_from_its_last_pass_to_the_same_bits(
    name, most, counts, in_memory, passes, tmp_path
):
    planned = PLANNED[name]

    def fit():
        return fit_parts(counts, MODELS[name], tmp_path / "fit")

    passes.stop_after(most, fit)
    found = fit()

    # A pass that priors are learned from is part of the step that it follows.
    before = most - 1 if planned[most - 1 : most + 1] == LEARNED else most
    assert passes.names == planned[before:]
    assert_same(found, counts, in_memory[name])
    assert hidden(tmp_path) == []


def test_priors_that_were_learned_while_topics_were_drawn_are_kept(
    counts, matrix, passes, tmp_path
):
    model = LDA(5, max_iter=2, draw_passes=12, random_state=3)

    def fit():
        return fit_parts(counts, model, tmp_path / "fit")

    passes.stop_after(13, fit)  # two passes and eleven draws: after the tenth they are learned

    assert_same(fit(), counts, fit_topics(matrix, model))
    assert passes.names == ["draw-14"]


def test_it_may_be_stopped_again_and_again(counts, in_memory, passes, tmp_path):
    def fit():
        return fit_parts(counts, MODELS["LDA"], tmp_path / "fit")

    whole = digest(fit().path)
    shutil.rmtree(tmp_path / "fit")
    for _ in range(5):
        passes.stop_after(4, fit)
    found = fit()

    assert len(passes.names) < 5
    assert_same(found, counts, in_memory["LDA"])
    assert digest(found.path) == whole


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stops=st.lists(st.integers(1, 12), max_size=4), name=st.sampled_from(sorted(MODELS)))
def test_wherever_it_is_stopped_the_bits_are_the_same(
    stops, name, matrix, in_memory, passes, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("stops")
    counts = written(matrix, folder / "counts", EDGES["two"])
    for most in stops:
        passes.names, passes.most = [], most
        try:
            fit_parts(counts, MODELS[name], folder / "fit")
        except Stopped:
            continue
    passes.most = None

    assert_same(fit_parts(counts, MODELS[name], folder / "fit"), counts, in_memory[name])


def test_what_is_kept_does_not_grow(counts, passes, tmp_path):
    sizes = []
    for most in (4, 9):
        passes.stop_after(most, lambda: fit_parts(counts, MODELS["LDA"], tmp_path / "fit"))
        folder = tmp_path / ".fit.unfinished"
        assert len(list(folder.glob("rows-*/*"))) <= 3
        sizes.append((folder / "start-0.state").stat().st_size)

    tables = 2 * 60 * 8 * 4
    assert max(sizes) < tables + 6000


def test_nothing_is_kept_before_a_minute_has_gone(counts, passes, tmp_path, monkeypatch):
    monkeypatch.setattr(unfinished, "_LEAST_SECONDS", 60.0)

    passes.stop_after(9, lambda: fit_parts(counts, MODELS["LDA"], tmp_path / "fit"))

    assert hidden(tmp_path) == []


def test_keeping_waits_twenty_times_as_long_as_it_took(counts, tmp_path, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(unfinished, "monotonic", lambda: clock[0])
    monkeypatch.setattr(unfinished, "_LEAST_SECONDS", 60.0)
    monkeypatch.setattr(unfinished, "_LEAST_TIMES", 20.0)
    fit = unfinished.UnfinishedFit(tmp_path / ".fit.unfinished", "key")

    seen = []
    for now, keeping in [(59, 0), (60, 10), (260, 0), (270, 0)]:
        clock[0] = now
        seen.append(fit.is_due())
        if keeping:
            clock[0] += keeping
            fit.kept(now)

    assert seen == [False, True, False, True]


def test_all_that_is_kept_is_on_the_disk_before_it_counts(counts, passes, tmp_path, monkeypatch):
    flushed = set()
    monkeypatch.setattr(os, "fsync", lambda number: flushed.add(os.fstat(number).st_ino))

    passes.stop_after(20, lambda: fit_parts(counts, MODELS["LDA"], tmp_path / "fit"))

    folder = tmp_path / ".fit.unfinished"
    kept = [*folder.glob("*.state"), *folder.glob("rows-*/*/*.npy")]
    assert len([path for path in kept if path.name.endswith(".topics.npy")]) > 2
    assert {path.name for path in kept if path.stat().st_ino not in flushed} == set()


# --- what does not belong to it -----------------------------------------------------------------


CHANGES = {
    "settings": lambda model: LDA(**{**model.get_params(), "max_iter": 13}),
    "seed": lambda model: LDA(**{**model.get_params(), "random_state": 4}),
    "model": lambda model: KeywordLDA([[0, 1]], topics_per_set=2, n_residual=3, max_iter=12),
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_fit_begins_anew(change, counts, matrix, passes, tmp_path):
    model = CHANGES[change](MODELS["LDA"])
    passes.stop_after(7, lambda: fit_parts(counts, MODELS["LDA"], tmp_path / "fit"))

    found = fit_parts(counts, model, tmp_path / "fit")

    assert passes.names[0] == "pass-1"
    assert_same(found, counts, fit_topics(matrix, model))
    assert hidden(tmp_path) == []


def test_other_counts_and_other_partitions_begin_anew(counts, in_memory, passes, tmp_path):
    passes.stop_after(7, lambda: fit_parts(counts, MODELS["LDA"], tmp_path / "fit"))
    again = written(corpus(), tmp_path / "counts", EDGES[SEVEN])

    assert_same(fit_parts(again, MODELS["LDA"], tmp_path / "fit"), again, in_memory["LDA"])
    assert passes.names[0] == "pass-1"

    passes.stop_after(7, lambda: fit_parts(again, MODELS["LDA"], tmp_path / "fit"))
    other = corpus(seed=5)
    new = written(other, tmp_path / "counts", EDGES["two"])

    found = fit_parts(new, MODELS["LDA"], tmp_path / "fit")
    assert_same(found, new, fit_topics(other, MODELS["LDA"]))
    assert passes.names[0] == "pass-1"


def test_other_versions_begin_anew(counts, in_memory, passes, tmp_path, monkeypatch):
    passes.stop_after(7, lambda: fit_parts(counts, MODELS["LDA"], tmp_path / "fit"))
    module = sys.modules[fit_parts.__module__]
    monkeypatch.setattr(module, "code_facts", lambda: {"numpy": "9.9"})

    assert_same(fit_parts(counts, MODELS["LDA"], tmp_path / "fit"), counts, in_memory["LDA"])
    assert passes.names[0] == "pass-1"


def cut(path):
    os.truncate(path, path.stat().st_size // 2)


def emptied(path):
    os.truncate(path, 0)


def altered(path):
    content = bytearray(path.read_bytes())
    content[-len(content) // 3] ^= 1
    path.write_bytes(content)


def replaced(path):
    path.write_bytes(hashlib.sha256(b"foreign").hexdigest().encode() + b"\nforeign")


def zeroed(path):
    path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        *((damage, "start-0.state") for damage in (cut, replaced, os.unlink)),
        *((damage, "draws.state") for damage in (cut, emptied, altered, replaced, zeroed)),
        *((damage, "rows") for damage in (cut, altered, zeroed, os.unlink)),
        *((damage, "topics") for damage in (emptied, altered, os.unlink)),
    ],
)
def test_what_is_damaged_is_told_and_not_used(damage, what, counts, in_memory, passes, tmp_path):
    folder, name = tmp_path / ".fit.unfinished", what
    passes.stop_after(20, lambda: fit_parts(counts, MODELS["LDA"], tmp_path / "fit"))
    if not what.endswith(".state"):
        drawn = next(folder.glob("rows-*/*/*.topics.npy")).parent
        pattern = "*[0-9].npy" if what == "rows" else "*.topics.npy"
        name = next(drawn.glob(pattern)).relative_to(folder)
    damage(folder / name)

    if damage is os.unlink and what.endswith(".state"):
        found = fit_parts(counts, MODELS["LDA"], tmp_path / "fit")
    else:
        with pytest.warns(TopoiWarning, match=r"unfinished fit \((draws|start-0)\) is damaged"):
            found = fit_parts(counts, MODELS["LDA"], tmp_path / "fit")

    assert_same(found, counts, in_memory["LDA"])
    assert len(passes.names) > 3
    assert hidden(tmp_path) == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_changed_bit_is_overlooked(place, bit, tmp_path):
    shutil.rmtree(tmp_path / "u", ignore_errors=True)
    fit = unfinished.UnfinishedFit(tmp_path / "u", "key")
    fit.write("draws", {"rows": "rows-0123abcd/00007"}, {"now": np.arange(40.0)})
    path = tmp_path / "u" / "draws.state"
    head, arrays = fit.read("draws")
    assert (head["rows"], arrays["now"].tolist()) == ("rows-0123abcd/00007", list(range(40)))
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 1 << bit
    path.write_bytes(content)

    with pytest.warns(TopoiWarning, match="is damaged"):
        assert fit.read("draws") is None


def test_rows_of_another_place_are_refused(tmp_path):
    fit = unfinished.UnfinishedFit(tmp_path / "u", "key")
    fit.write("draws", {"rows": "../thesis"}, {"now": np.arange(3.0)})

    with pytest.warns(TopoiWarning, match="is damaged"):
        assert fit.read("draws") is None


def test_a_folder_of_other_things_is_left_alone(counts, tmp_path):
    place = tmp_path / ".fit.unfinished"
    place.mkdir()
    (place / "thesis.docx").write_bytes(b"years")

    with pytest.raises(InputError, match=r"that no unfinished fit accounts for: thesis\.docx"):
        fit_parts(counts, MODELS["LDA"], tmp_path / "fit")

    assert (place / "thesis.docx").read_bytes() == b"years"


@pytest.mark.parametrize("left", [".owner.12ab34cd.77.0123abcd", "rows-0123abcd", "sign"])
def test_what_a_kill_before_the_first_state_leaves_is_no_hindrance(left, counts, tmp_path):
    place = tmp_path / ".fit.unfinished" / left
    place.mkdir(parents=True)

    fit_parts(counts, LDA(2, max_iter=1, draw_passes=0), tmp_path / "fit")

    assert hidden(tmp_path) == []


# --- who works on it ----------------------------------------------------------------------------


def test_a_second_process_goes_on_and_the_first_says_so(counts, in_memory, passes, tmp_path):
    found = []

    def begun_by_another(name):
        if name == "pass-6" and not found:
            found.append(None)  # before it is there, as the second gets here too
            found[0] = fit_parts(counts, MODELS["LDA"], tmp_path / "fit")

    passes.begin = begun_by_another
    with pytest.raises(InputError, match="Another process has gone on with the fit"):
        fit_parts(counts, MODELS["LDA"], tmp_path / "fit")

    assert_same(found[0], counts, in_memory["LDA"])
    assert hidden(tmp_path) == []


def test_who_lost_the_folder_writes_nothing_there(tmp_path):
    first = unfinished.UnfinishedFit(tmp_path / "u", "key")
    unfinished.UnfinishedFit(tmp_path / "u", "key")

    with pytest.raises(InputError, match="Another process has gone on"):
        first.write("draws", {"rows": "rows-0123abcd/00007"}, {})
    first.remove()

    assert [path.name for path in (tmp_path / "u").iterdir()] == ["owner"]


def test_an_error_keeps_what_is_done_and_leaves_no_result(
    counts, in_memory, passes, tmp_path, monkeypatch
):
    real = part_documents.check_part

    def damaged(path, sha256):
        if len(passes.names) == 8:
            raise InputError(f"{path} was altered or damaged")
        real(path, sha256)

    with monkeypatch.context() as patch:
        patch.setattr(part_documents, "check_part", damaged)
        with pytest.raises(InputError, match="was altered or damaged"):
            fit_parts(counts, MODELS["LDA"], tmp_path / "fit")
    assert hidden(tmp_path) == [".fit.unfinished"]
    assert not (tmp_path / "fit").exists()
    passes.names.clear()

    assert_same(fit_parts(counts, MODELS["LDA"], tmp_path / "fit"), counts, in_memory["LDA"])
    assert passes.names[0] == "pass-8"


# --- processes that are killed ------------------------------------------------------------------

PROGRAM = """
import os, sys
from scale_cases import MODELS
from topoi.scale import fit_parts, unfinished

unfinished._LEAST_SECONDS = unfinished._LEAST_TIMES = 0.0
os.fsync = lambda _: None
print("ready", flush=True)
fit_parts(sys.argv[1], MODELS["LDA"], sys.argv[2], cluster=sys.argv[3] if sys.argv[3:] else None)
"""


def started(counts, out, *cluster):
    """A process that fits LDA to the counts, and keeps every pass."""
    place = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, counts.path, out, *cluster],
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": place},
    )  # fmt: skip
    assert process.stdout.readline() == b"ready\n"
    return process


def killed(counts, out, seconds):
    """Whether a process that fits was killed after so many seconds; else it was done before."""
    process = started(counts, out)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def seconds_of(counts, out):
    begun = time.monotonic()
    assert started(counts, out).wait() == 0
    return time.monotonic() - begun


def survived(counts, in_memory, folder, n_kills):
    """Kill a fit at random moments; each time the next one goes on, to the same bits."""
    span, dice, kills = seconds_of(counts, folder / "timed"), random.Random(27), 0
    for number in range(n_kills):
        out = folder / f"fit {number}"
        for _ in range(3):
            kills += killed(counts, out, dice.uniform(0.0, 0.8 * span))
        assert_same(fit_parts(counts, MODELS["LDA"], out), counts, in_memory["LDA"])
        assert hidden(folder) == []
    assert kills >= n_kills


def kill_in_the_fifth_pass(process, folder):
    end = time.monotonic() + 60
    while not list(folder.glob(".fit.unfinished/rows-*/00004")) and time.monotonic() < end:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def test_a_fit_that_is_killed_goes_on(counts, in_memory, passes, tmp_path):
    kill_in_the_fifth_pass(started(counts, tmp_path / "fit"), tmp_path)

    found = fit_parts(counts, MODELS["LDA"], tmp_path / "fit")

    assert "pass-1" not in passes.names
    assert_same(found, counts, in_memory["LDA"])
    assert hidden(tmp_path) == []


@pytest.mark.faults
def test_kills_at_random_moments_are_survived(counts, in_memory, tmp_path):
    survived(counts, in_memory, tmp_path, N_KILLS)
