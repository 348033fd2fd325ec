"""Does a run do again only what changed, and give the same bytes as if it did everything?"""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from handmade import PACK, texts
from killed import set_aside

from topoi.config import RunConfig
from topoi.errors import InputError, TopoiWarning
from topoi.figures.figure import Figure
from topoi.io.step_folder import StepFolder
from topoi.pipeline import build_study, run

STEPS = (
    "reading", "cleaning", "merging copies", "cutting", "counting terms", "fitting LDA",
    "fitting LDA from other starts", "measuring themes", "drawing and writing",
)  # fmt: skip
SETTINGS = {
    "starts": 1, "refits": 1, "models": ("LDA",), "topics": 3, "formats": ("svg",), "min_docs": 1,
}  # fmt: skip


@pytest.fixture(autouse=True)
def sketched_unless_named(request):
    """Drawings are sketches, see `sketched`, but where the name of the test says otherwise."""
    if "drawn" not in request.node.name:
        request.getfixturevalue("sketched")


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    for number, text in enumerate(texts(4)):
        (folder / f"2021-03-0{number + 1} d{number}.txt").write_text(text, encoding="utf-8")
    return folder


def config_of(source, *, out="out", **more):
    pack = source.parent / "pack.toml"
    pack.write_text(PACK)
    more = {"themes": str(pack), **more}
    return RunConfig(source=str(source), out=str(source.parent / out), **{**SETTINGS, **more})


def ran(config, **more):
    """The steps that were made, those that were as kept, and the sha256 of all files."""
    said = []
    run(config, say=said.append, **more)
    kept = [line.removesuffix(": as kept") for line in said if line.endswith(": as kept")]
    return kept, digest(Path(config.out)), said


def digest(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.relative_to(folder)} {len(path.read_bytes())} ".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def cold(source, **more):
    return ran(config_of(source, out="cold", no_cache=True, **more))[1]


# --- only what changed --------------------------------------------------------------------------


@pytest.mark.parametrize("_", ["sketched", pytest.param("drawn", marks=pytest.mark.faults)])
def test_only_what_changed_is_done_again_and_the_bytes_are_those_of_a_cold_run(source, _):
    kept, first, said = ran(config_of(source))
    assert kept == []
    assert first == cold(source)
    place = source.parent / ".topoi-cache"
    assert f"finished steps are kept in {place}" in said
    (record,) = StepFolder(place).records()
    assert [n for n, _ in record["steps"] if not n.startswith("figure ")] == list(STEPS)
    assert record["is_finished"]

    kept, again, _ = ran(config_of(source))
    assert (kept, again) == (list(STEPS), first)

    kept, drawn, _ = ran(config_of(source, formats=("svg", "png")))
    assert kept == list(STEPS[:-1])
    assert drawn == cold(source, formats=("svg", "png"))
    assert drawn != first

    kept, modelled, _ = ran(config_of(source, topics=2))
    assert kept == [*STEPS[:5], "measuring themes"]
    assert modelled == cold(source, topics=2)

    document = next(source.iterdir())
    document.write_text(document.read_text(encoding="utf-8") + "\n\nA wall of asylum.\n")
    kept, read, _ = ran(config_of(source))
    assert kept == []
    assert read == cold(source) != first


@pytest.mark.faults
def test_workers_times_and_surroundings_do_not_matter_drawn(source):
    _, first, _ = ran(config_of(source))
    for path in [*source.iterdir(), *(source.parent / ".topoi-cache").rglob("*")]:
        os.utime(path, (4e9, 4e9))
    surroundings = {"PYTHONHASHSEED": "3", "TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8"}

    words = [f"--{name.replace('_', '-')}={value}" for name, value in SETTINGS.items()
             if isinstance(value, int)]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "topoi", "run", "--source", str(source), "--models=LDA",
         "--formats=svg", *words, "--workers=2", "--themes", str(source.parent / "pack.toml"),
         "--out", str(source.parent / "out")],
        env={**os.environ, **surroundings}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stderr.count(": as kept") == len(STEPS)
    assert digest(source.parent / "out") == first


@pytest.mark.faults
def test_a_figure_whose_table_is_the_same_is_not_made_again(source, monkeypatch):
    ran(config_of(source))
    drawn = []
    draw = Figure._drawn
    monkeypatch.setattr(
        Figure, "_drawn", lambda figure, form: drawn.append(figure.name) or draw(figure, form)
    )

    ran(config_of(source, topics=2))

    assert "top_terms" in drawn
    assert not {"ledger_flow", "seed_audit", "heat_strip"} & set(drawn)


@pytest.mark.faults
def test_background_and_codes_are_steps_and_settings_of_their_own(source):
    other = source.parent / "other"
    other.mkdir()
    (other / "more.txt").write_text(texts(6)[5], encoding="utf-8")
    more = {"background": str(other)}

    kept, first, _ = ran(config_of(source, **more))
    assert first == cold(source, **more)
    kept, again, _ = ran(config_of(source, **more))
    assert again == first
    assert {"reading the background", "counting the background"} < set(kept)
    (other / "more.txt").write_text(texts(7)[6], encoding="utf-8")
    kept, changed, _ = ran(config_of(source, **more))
    assert changed == cold(source, **more)
    assert "fitting LDA" in kept
    assert not {"reading the background", "measuring themes", "drawing and writing"} & set(kept)


def test_without_cache_nothing_is_kept(source):
    ran(config_of(source, no_cache=True))

    assert sorted(path.name for path in source.parent.iterdir()) == ["out", "pack.toml", "texts"]


def test_a_study_in_memory_keeps_nothing(source):
    build_study(config_of(source))

    assert sorted(path.name for path in source.parent.iterdir()) == ["pack.toml", "texts"]


@pytest.mark.faults
def test_the_warning_of_a_kept_step_is_given_again(source):
    (source / "broken.pdf").write_bytes(b"%PDF-1.4 broken")

    for kept in ([], list(STEPS)):
        with pytest.warns(TopoiWarning) as told:
            assert ran(config_of(source))[0] == kept
        assert any("broken.pdf" in str(each.message) for each in told)


# --- two at once --------------------------------------------------------------------------------


def test_of_two_runs_to_one_folder_the_later_one_stays(source, monkeypatch):
    from topoi import pipeline

    fill, out = pipeline.fill, source.parent / "out"

    def slow(folder, files):
        monkeypatch.setattr("topoi.pipeline.fill", fill)
        run(config_of(source, seed=8))
        assert out.is_dir()
        fill(folder, files)

    monkeypatch.setattr("topoi.pipeline.fill", slow)
    _, found, _ = ran(config_of(source))

    assert found == cold(source)
    assert not list(source.parent.glob(".out*"))


def test_a_run_does_not_replace_themes_that_were_measured_meanwhile(source, monkeypatch):
    from topoi import pipeline
    from topoi.theme_run import write_themes

    fill = pipeline.fill

    def slow(folder, files):
        write_themes(config_of(source))
        fill(folder, files)

    monkeypatch.setattr("topoi.pipeline.fill", slow)
    with pytest.raises(InputError, match=r"holds the results of `topoi themes measure`; name"):
        run(config_of(source))

    assert (source.parent / "out" / "seeds.csv").is_file()


# --- where --------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["texts/kept", "texts", "out/kept", "out", "."])
def test_steps_are_never_kept_in_or_around_source_or_results(source, place):
    with pytest.raises(InputError, match=r"lie in one another.*--cache"):
        run(config_of(source, cache=str(source.parent / place)))


def test_a_folder_of_something_else_is_refused(source):
    other = source.parent / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")

    with pytest.raises(InputError, match="holds something else"):
        run(config_of(source, cache=str(other)))

    assert [path.name for path in other.iterdir()] == ["mine.txt"]


# --- the texts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "no_cache"),
    [
        ("removed", False),
        *(
            pytest.param(*more, marks=pytest.mark.faults)
            for more in (("altered", False), ("added", True))
        ),
    ],
)
def test_files_that_change_while_they_are_read_end_the_run(source, monkeypatch, change, no_cache):
    from topoi import counted_passages

    ran(config_of(source, no_cache=no_cache))
    before = digest(source.parent / "out")
    first = min(source.iterdir())
    first.write_text(first.read_text(encoding="utf-8") + " More.", encoding="utf-8")
    read = counted_passages.read_corpus

    def changed(*places, **how):
        corpus = read(*places, **how)
        if change == "altered":
            first.write_text("other")
        elif change == "removed":
            first.unlink()
        else:
            (source / "new.txt").write_text("new")
        return corpus

    monkeypatch.setattr(counted_passages, "read_corpus", changed)
    with pytest.raises(InputError, match="1 files changed while they were read: "):
        run(config_of(source, no_cache=no_cache))

    assert digest(source.parent / "out") == before
    monkeypatch.setattr(counted_passages, "read_corpus", read)
    assert ran(config_of(source, no_cache=no_cache))[0] == []


# --- killed -------------------------------------------------------------------------------------


def test_a_result_that_a_killed_run_had_set_aside_is_put_back_and_replaced(source):
    _, first, _ = ran(config_of(source))
    out = source.parent / "out"
    out.rename(set_aside(out))

    _, again, _ = ran(config_of(source))

    assert again == first
    assert not list(source.parent.glob(".out*"))


# --- going on -----------------------------------------------------------------------------------


def stopped_at(monkeypatch, name, error, config):
    with monkeypatch.context() as patch:

        def stop(*_, **__):
            raise error

        patch.setattr(f"topoi.pipeline.{name}", stop)
        with pytest.raises(type(error)):
            run(config)


def test_a_stopped_run_goes_on_from_its_last_step(source, monkeypatch):
    stopped_at(monkeypatch, "fit_themes", KeyboardInterrupt(), config_of(source))
    assert not (source.parent / "out").exists()

    kept, found, said = ran(config_of(source), resume=True)

    assert kept == list(STEPS[:-2])
    assert said[0].startswith(f"going on with the run to {source.parent / 'out'}; kept of it: read")
    assert found == cold(source)
    assert ran(config_of(source), resume=True)[2][0].endswith("9 steps of it are kept")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_run_that_is_stopped_says_so_and_keeps_its_steps(
    source, monkeypatch, topoi_command, sent, code
):
    def stop(*_, **__):
        os.kill(os.getpid(), sent)
        time.sleep(10)  # the signal comes before

    monkeypatch.setattr("topoi.run_models.fit_topics", stop)
    # Where tests run in the background of a shell, Python has no handler of its own for this one.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    before = signal.getsignal(signal.SIGTERM)

    ended, out, err = topoi_command("run", "--source", source, "--out", source.parent / "out")

    assert (ended, out) == (code, "")
    assert err.splitlines()[-1] == (
        "stopped; nothing was left half-written, and finished steps are kept: run again to go on"
    )
    assert sorted(path.name for path in source.parent.iterdir()) == [".topoi-cache", "texts"]
    assert len(StepFolder(source.parent / ".topoi-cache").all_keys()) == 5
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.faults
def test_a_result_that_cannot_be_written_is_told_and_the_old_one_stays(source, monkeypatch):
    ran(config_of(source))
    before = digest(source.parent / "out")
    write = Path.write_bytes

    def full(path, content):
        if path.name == "report.html" and ".out." in str(path):
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(
        InputError,
        match=r"Cannot write report.html of the results in .*: No space left on device. An "
        "earlier result there is as it was. Free space",
    ):
        run(config_of(source, freq="M"))

    assert digest(source.parent / "out") == before
    assert not list(source.parent.glob(".out.*"))


def test_there_must_be_a_run_to_go_on_with(source, monkeypatch):
    with pytest.raises(InputError, match=r"There is no run to .*out to go on with.*without --res"):
        run(config_of(source), resume=True)
    with pytest.raises(InputError, match="resume needs kept steps; leave out no_cache"):
        run(config_of(source, no_cache=True), resume=True)

    stopped_at(monkeypatch, "fit_themes", KeyboardInterrupt(), config_of(source))
    with pytest.raises(InputError, match=r"other settings \(seed was 7, now 8\)"):
        run(config_of(source, seed=8), resume=True)
    with pytest.raises(InputError, match=r"There is no run to .*elsewhere"):
        run(config_of(source, out="elsewhere"), resume=True)
    monkeypatch.setattr("topoi.run_steps.code_facts", lambda: {"numpy": "0"})
    with pytest.raises(InputError, match=r"other versions \("):
        run(config_of(source), resume=True)
    monkeypatch.undo()
    min(source.iterdir()).write_text("other")
    with pytest.raises(InputError, match=r"1 files are other ones now \(2021-03-01 d0.txt\)"):
        run(config_of(source), resume=True)


def test_a_run_with_another_theme_pack_under_the_same_path_is_not_gone_on_with(source, monkeypatch):
    pack = source.parent / "own.toml"
    own = 'name = "own"\n[[theme]]\nname = "moves"\ndefinition = "Who moves."\nseeds = ["{}"]\n'
    pack.write_text(own.format("visa*"))
    config = config_of(source, themes=str(pack))
    stopped_at(monkeypatch, "fit_themes", KeyboardInterrupt(), config)
    monkeypatch.undo()

    pack.write_text(own.format("border*"))

    with pytest.raises(InputError, match=r"1 files are other ones now \(.*own.toml\)"):
        run(config, resume=True)


@pytest.mark.faults
def test_a_damaged_record_is_as_none(source):
    ran(config_of(source))
    (record,) = (source.parent / ".topoi-cache" / "runs").iterdir()
    record.write_bytes(record.read_bytes()[:40])

    with pytest.raises(InputError, match="There is no run"):
        run(config_of(source), resume=True)
    assert ran(config_of(source))[0] == list(STEPS)


# --- topoi cache --------------------------------------------------------------------------------


def test_what_another_program_keeps_is_not_cleared(tmp_path, topoi_command):
    folder = tmp_path / ".pytest_cache"
    (folder / "damaged").mkdir(parents=True)
    (folder / "CACHEDIR.TAG").write_text(
        "Signature: 8a477f597d28d172789f06886806bc55\n# This file is a cache of pytest.\n"
    )
    (folder / "damaged" / "thesis.txt").write_text("mine")

    for words in (("info",), ("verify",), ("clear", "--all")):
        code, out, err = topoi_command("cache", words[0], folder, *words[1:])
        assert (code, out) == (1, "")
        assert "holds something else (CACHEDIR.TAG, damaged). Nothing was changed" in err
    assert (folder / "damaged" / "thesis.txt").read_text() == "mine"


def test_kept_steps_are_shown_checked_and_cleared(source, topoi_command):
    place = source.parent / ".topoi-cache"
    ran(config_of(source))
    ran(config_of(source, topics=2))
    n_all = len(StepFolder(place).all_keys())

    code, out, _ = topoi_command("cache", "info", place)
    assert code == 0
    assert "fitting LDA " in out
    assert "last run to " in out
    assert topoi_command("cache", "verify", place)[:2] == (
        0, f"{n_all} of {n_all} steps are whole\n",
    )  # fmt: skip

    code, out, _ = topoi_command("cache", "clear", place, "--older-than", "1")
    assert (code, out.split(" steps")[0]) == (0, "0")
    code, out, _ = topoi_command("cache", "clear", place, "--all-but-last")
    n_left = len(StepFolder(place).all_keys())
    assert 0 < n_left < n_all
    assert out.startswith(f"{n_all - n_left} steps taken away, ")
    assert ran(config_of(source, topics=2))[0] == list(STEPS)
    topoi_command("cache", "clear", place, "--all")
    assert StepFolder(place).all_keys() == []
    assert ran(config_of(source, topics=2))[0] == []


@pytest.mark.faults
def test_a_damaged_step_is_named_and_ends_with_4(source, topoi_command):
    place = source.parent / ".topoi-cache"
    ran(config_of(source))
    key = StepFolder(place).all_keys()[0]
    step = place / "steps" / key
    files = (path for path in step.rglob("*") if path.is_file())
    part = min(path for path in files if path.name != "step.json")
    part.write_bytes(part.read_bytes()[:-1])

    code, out, _ = topoi_command("cache", "verify", place)

    assert code == 4
    assert f"damaged: {step}: {part.relative_to(step).as_posix()} has " in out


def test_clearing_needs_to_be_told_what_and_where(tmp_path, topoi_command):
    assert topoi_command("cache", "clear", tmp_path)[0] == 2
    assert topoi_command("cache", "clear", tmp_path, "--all", "--all-but-last")[0] == 2
    (tmp_path / "mine.txt").write_text("mine")
    for words in (("clear", tmp_path, "--all"), ("info", tmp_path), ("verify", tmp_path)):
        code, _, err = topoi_command("cache", *words)
        assert (code, "holds something else" in err) == (1, True)
    code, _, err = topoi_command("cache", "info", tmp_path / "none")
    assert (code, "There are no kept steps at" in err) == (1, True)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_steps_are_not_kept_where_links_lead_in_a_circle(small_folder, tmp_path):
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    config = RunConfig(
        source=str(small_folder), out=str(tmp_path / "out"), cache=str(tmp_path / "one")
    )

    with pytest.raises(InputError, match=r"kept steps cannot be written to .*one: its links lead"):
        run(config)
