"""What is left when a run is killed, stopped, starved or cut off, and does the next one mend it?"""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from handmade import PACK, texts

N_KILLS = 30
SETTINGS = ("--starts=2", "--refits=1", "--models=LDA,NMF", "--topics=3", "--formats=svg")
SEED = 26


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults") / "texts"
    folder.mkdir()
    for number, text in enumerate(texts(8)):
        (folder / f"2021-0{number % 3 + 1}-03 d{number}.txt").write_text(text, encoding="utf-8")
    (folder.parent / "pack.toml").write_text(PACK)
    return folder


def command(source, out, *more):
    """`topoi run` in a process of its own, its errors in a pipe."""
    words = ["run", "--source", source, "--out", out, *SETTINGS, *more]
    words += ["--themes", source.parent / "pack.toml"]
    return [sys.executable, "-m", "topoi", *map(str, words)]


def started(source, out, *more, **how):
    how = {"stderr": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, **how}
    return subprocess.Popen(command(source, out, *more), **how)


def done(source, out, *more, **how):
    return subprocess.run(
        command(source, out, *more), capture_output=True, text=True, check=False, **how
    )


def digest(folder):
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return whole.hexdigest()


@pytest.fixture(scope="module")
def uninterrupted(source, tmp_path_factory):
    """sha256 of the results of a run that nobody disturbs and that keeps nothing."""
    out = tmp_path_factory.mktemp("whole") / "out"
    assert done(source, out, "--no-cache").returncode == 0
    return digest(out)


@pytest.fixture(scope="module")
def usual_seconds(source, uninterrupted, tmp_path_factory):
    """How long such a run takes where kernels need not be compiled first."""
    out = tmp_path_factory.mktemp("again") / "out"
    begun = time.monotonic()
    assert done(source, out, "--no-cache").returncode == 0
    seconds = time.monotonic() - begun
    assert digest(out) == uninterrupted
    return seconds


def resumed(source, out):
    """The run goes on; where none had begun, it is said, and a plain one begins."""
    result = done(source, out, "--resume")
    if result.returncode == 1:
        assert "There is no run to" in result.stderr
        result = done(source, out)
    assert result.returncode == 0, result.stderr
    return result


def visible(folder):
    return sorted(path.name for path in folder.iterdir())


def left_over(folder):
    """Half-written things of processes that are gone."""
    return [path for path in folder.rglob(".*") if path.name not in (".topoi-cache", ".gitignore")]


# --- killed -------------------------------------------------------------------------------------


def killed_at(line, source, out):
    """Kill a run when it says that it begins with this."""
    process = started(source, out)
    for said in process.stderr:
        if line in said:
            break
    process.kill()
    process.communicate()


def test_a_run_that_is_killed_twice_ends_with_the_bytes_of_one_that_is_not(
    source, tmp_path, uninterrupted
):
    out = tmp_path / "out"
    killed_at("counting", source, out)
    assert not out.exists()
    killed_at("measuring", source, out)

    result = resumed(source, out)

    assert "kept of it: reading, cleaning" in result.stderr
    assert "fitting LDA: as kept" in result.stderr
    assert digest(out) == uninterrupted
    assert visible(tmp_path) == [".topoi-cache", "out"]
    assert left_over(tmp_path) == []


@pytest.mark.faults
@pytest.mark.timeout(3600)
def test_thirty_kills_at_random_moments_are_survived(
    source, tmp_path, uninterrupted, usual_seconds, capsys
):
    draw = random.Random(SEED)
    moments = [usual_seconds * (kill + draw.random()) / N_KILLS for kill in range(N_KILLS)]
    n_survived, n_killed = 0, 0
    for kill, moment in enumerate(moments):
        folder = tmp_path / str(kill)
        out = folder / "out"
        process = started(source, out, start_new_session=True)
        try:
            process.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            n_killed += 1
        os.killpg(process.pid, signal.SIGKILL) if process.poll() is None else None
        process.communicate()
        resumed(source, out)
        is_same = digest(out) == uninterrupted
        is_tidy = visible(folder) == [".topoi-cache", "out"] and left_over(folder) == []
        n_survived += is_same and is_tidy
        shutil.rmtree(folder)
    with capsys.disabled():
        sys.stderr.write(
            f"\n{n_survived} of {N_KILLS} kills survived ({n_killed} before the run's own end)\n"
        )
    assert n_survived == N_KILLS
    assert n_killed > N_KILLS / 2


@pytest.mark.faults
@pytest.mark.timeout(3600)
def test_one_run_killed_again_and_again_comes_to_its_end(
    source, tmp_path, uninterrupted, usual_seconds, capsys
):
    draw, out = random.Random(SEED + 1), tmp_path / "out"
    n_early = 0
    for _ in range(8):
        process = started(source, out)
        time.sleep(usual_seconds * (0.2 + 0.5 * draw.random()))
        process.kill()
        process.communicate()
        n_early += not out.exists()
    resumed(source, out)
    with capsys.disabled():
        sys.stderr.write(f"\ncame to its end after 8 kills, {n_early} of them before its end\n")
    assert digest(out) == uninterrupted
    assert n_early > 0  # else nothing was killed


# --- stopped ------------------------------------------------------------------------------------


def _heed_stopping():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.faults
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_run_that_is_stopped_says_so_and_keeps_its_steps(source, tmp_path, sent, code):
    process = started(source, tmp_path / "out", preexec_fn=_heed_stopping)
    for line in process.stderr:
        if "fitting" in line:
            break
    process.send_signal(sent)
    out, err = process.communicate()

    assert (process.returncode, out) == (code, "")
    last = err.strip().splitlines()[-1]
    assert last == (
        "stopped; nothing was left half-written, and finished steps are kept: run again to go on"
    )
    assert "Traceback" not in err
    assert visible(tmp_path) == [".topoi-cache"]
    assert left_over(tmp_path) == []
    assert len(list((tmp_path / ".topoi-cache" / "steps").iterdir())) >= 5


# --- starved ------------------------------------------------------------------------------------

STARVED = """
import resource, sys
from pathlib import Path
import topoi.run_report.page, topoi.plots.render, topoi.pipeline, topoi.cli.show  # loaded before
from topoi.cli.main import main
used = int(next(l for l in open("/proc/self/status") if l.startswith("VmSize")).split()[1]) * 1024
resource.setrlimit(resource.RLIMIT_AS, (used + int(sys.argv.pop(1)) * 2**20,) * 2)
main()
"""


def starved(source, out, megabytes, *more):
    words = [str(megabytes), *command(source, out, *more)[3:]]
    return subprocess.run(
        [sys.executable, "-c", STARVED, *words], capture_output=True, text=True, check=False
    )


@pytest.mark.faults
@pytest.mark.timeout(1200)
def test_too_little_memory_is_said_with_what_lowers_it(source, tmp_path, uninterrupted):
    out = tmp_path / "out"
    large = tmp_path / "texts"
    large.mkdir()
    shutil.copy(source.parent / "pack.toml", tmp_path)
    for number in range(400):
        (large / f"{number}.txt").write_text(f"{number}\n\n".join(texts(8)) * 8)
    ends = set()
    for megabytes in (1, 4, 16, 64):
        result = starved(large, out, megabytes, "--topics=200", "--near=0")
        ends.add(result.returncode)
        if result.returncode == 1:
            assert "There is not enough memory" in result.stderr, result.stderr
            assert "fewer workers" in result.stderr
            assert "Traceback" not in result.stderr
        assert not out.exists() or result.returncode == 0
    assert 1 in ends
    assert ends <= {0, 1}


def test_memory_that_is_not_enough_is_told_in_words(source, tmp_path, monkeypatch, topoi_command):
    def starve(*_, **__):
        raise MemoryError("Unable to allocate 9.31 GiB")

    monkeypatch.setattr("topoi.counted_passages.vectorise", starve)
    code, out, err = topoi_command("run", "--source", source, "--out", tmp_path / "out")

    assert (code, out) == (1, "")
    assert err.splitlines()[-1].startswith(
        "topoi: There is not enough memory (Unable to allocate 9.31 GiB). Less is needed with "
        "fewer workers, a larger min_docs, fewer topics"
    )


# --- the disk -----------------------------------------------------------------------------------


@pytest.fixture
def mounted():
    """Mounts a file system of so many bytes at a folder, and takes it away at the end."""
    places = []

    def mount(place, *options):
        place.mkdir(parents=True, exist_ok=True)
        result = subprocess.run(["mount", *options, str(place)], capture_output=True, check=False)
        if result.returncode:
            pytest.skip("file systems cannot be mounted here")
        places.append(place)

    yield mount
    for place in reversed(places):
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.faults
@pytest.mark.parametrize("kilobytes", [64, 400, 1500])
def test_a_full_disk_leaves_the_old_result(source, tmp_path, mounted, kilobytes):
    place = tmp_path / "disk"
    mounted(place, "-t", "tmpfs", "-o", "size=20m", "tmpfs")
    assert done(source, place / "out", "--no-cache").returncode == 0
    before = digest(place / "out")
    filler = place / "filler"
    free = shutil.disk_usage(place).free
    filler.write_bytes(b"\0" * (free - kilobytes * 1024))

    result = done(source, place / "out", "--seed=8")

    assert result.returncode == 1, result.stderr
    assert result.stderr.count("Steps cannot be kept in") == 1
    assert "No space left on device" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
    assert digest(place / "out") == before
    filler.unlink()
    assert done(source, place / "out", "--seed=8").returncode == 0
    assert done(source, tmp_path / "cold", "--seed=8", "--no-cache").returncode == 0
    assert digest(place / "out") == digest(tmp_path / "cold")


@pytest.mark.faults
def test_a_full_disk_for_steps_alone_ends_nothing(source, tmp_path, mounted, uninterrupted):
    place = tmp_path / "disk"
    mounted(place, "-t", "tmpfs", "-o", "size=200k", "tmpfs")

    result = done(source, tmp_path / "out", f"--cache={place / 'kept'}")

    assert result.returncode == 0
    assert result.stderr.count("Steps cannot be kept in") == 1
    assert digest(tmp_path / "out") == uninterrupted
    assert left_over(place) == []


@pytest.mark.faults
def test_a_read_only_disk_is_told(source, tmp_path, mounted, uninterrupted):
    place = tmp_path / "kept"
    place.mkdir()
    done(source, tmp_path / "first", f"--cache={place}")
    mounted(place, "--bind", "-o", "ro", str(place))

    as_kept = done(source, tmp_path / "out", f"--cache={place}")
    other = done(source, tmp_path / "other", f"--cache={place}", "--seed=8")
    results = done(source, place / "out", "--no-cache")

    assert as_kept.returncode == other.returncode == 0
    assert as_kept.stderr.count(": as kept") > 8
    assert digest(tmp_path / "out") == uninterrupted
    assert other.stderr.count("Steps cannot be kept in") == 1
    assert results.returncode == 1
    assert "Read-only file system" in results.stderr


# --- several, and cut off -----------------------------------------------------------------------


@pytest.mark.faults
@pytest.mark.timeout(1200)
def test_eight_runs_on_one_cache_give_the_same(source, tmp_path, uninterrupted):
    kept = tmp_path / "kept"
    processes = [
        started(source, tmp_path / f"out{number}", f"--cache={kept}") for number in range(8)
    ]
    ends = [(process.communicate(), process.returncode) for process in processes]

    assert [code for _, code in ends] == [0] * 8
    assert {digest(tmp_path / f"out{number}") for number in range(8)} == {uninterrupted}
    assert left_over(kept) == []
    check = subprocess.run(
        [sys.executable, "-m", "topoi", "cache", "verify", str(kept)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    n_kept = len(list((kept / "steps").iterdir()))
    assert check.stdout == f"{n_kept} of {n_kept} steps are whole\n"


@pytest.mark.faults
def test_a_reader_that_leaves_is_no_error_and_the_result_is_there(source, tmp_path, uninterrupted):
    words = " ".join(command(source, tmp_path / "out"))
    result = subprocess.run(
        ["bash", "-c", f"{words} | head -c 1; exit ${{PIPESTATUS[0]}}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    assert digest(tmp_path / "out") == uninterrupted


@pytest.mark.faults
def test_a_clock_that_jumps_and_other_surroundings_change_nothing(source, tmp_path, uninterrupted):
    for moment in (0, 4_000_000_000):
        for path in (*source.iterdir(), *(tmp_path.rglob("*"))):
            os.utime(path, (moment, moment))
        for surroundings in (
            {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C"},
            {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "tr_TR.UTF-8"},
        ):
            env = {**os.environ, **surroundings}
            assert done(source, tmp_path / "out", env=env).returncode == 0
            assert digest(tmp_path / "out") == uninterrupted
