"""Is a finished step used again where it is the same, and never where it is not whole?"""

import errno
import hashlib
import json
import multiprocessing
import os
import time
import warnings
from pathlib import Path

import pytest
from killed import half_written

from topoi.errors import InputError, TopoiWarning
from topoi.io.step_folder import StepFolder
from topoi.io.steps import Form, Steps

TEXT = Form(lambda text: {"text": text.encode()}, lambda parts: parts["text"].decode())
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def folder(tmp_path):
    return StepFolder(tmp_path / "kept")


def step(folder, *, result="result", name="n", settings=None, parents=(), made=None, say=None):
    """The step, and whether it was made now."""
    calls = []

    def make():
        calls.append(1)
        if made is not None:
            made()
        return result

    said = []
    steps = Steps(folder, say=said.append if say is None else say)
    found = steps.step(name, make, form=TEXT, settings=settings or {}, parents=parents)
    assert found.value == result
    return found, bool(calls)


def entry(folder):
    (key,) = folder.all_keys()
    return folder.folder / "steps" / key


# --- the key ------------------------------------------------------------------------------------


def test_a_finished_step_is_not_made_again(folder):
    assert step(folder)[1]

    said = []
    _, is_made = step(folder, say=said.append)

    assert not is_made
    assert said == ["n: as kept"]


def test_another_name_setting_or_parent_is_another_step(folder):
    first, _ = step(folder)
    others = [{"name": "m"}, {"settings": {"a": 1}}, {"settings": {"a": "1"}}]
    others += [{"parents": (first,)}, {"parents": (first.key, first.key)}]

    assert [step(folder, **other)[1] for other in others] == [True] * 5
    assert [step(folder, **other)[1] for other in others] == [False] * 5


def test_other_code_or_versions_are_another_step(folder, monkeypatch):
    step(folder)

    monkeypatch.setattr("topoi.io.steps.code_facts", lambda: {"source": "other"})

    assert step(folder)[1]


def test_the_code_is_all_files_of_the_package_but_what_is_compiled(tmp_path):
    from topoi.io.steps import _source_hash

    def hash_with(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_py", ".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return _source_hash(tmp_path)

    first = hash_with(a_py="1", packs__b="2")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.nbi").write_text("compiled")
    assert hash_with(sample__c="3") == first
    assert hash_with(packs__b="4") != first
    (tmp_path / "a.py").rename(tmp_path / "z.py")
    assert hash_with(packs__b="2") != first


def test_nothing_is_kept_where_there_is_no_folder():
    steps = Steps(None)

    assert steps.step("n", lambda: "a", form=TEXT, settings={}).value == "a"
    assert steps.keys == []


def test_times_of_files_mean_nothing(folder):
    step(folder)
    for moment in (0, 4e9):
        for path in (entry(folder), *entry(folder).iterdir()):
            os.utime(path, (moment, moment))

        assert not step(folder)[1]


def test_what_was_told_when_a_step_was_made_is_told_again(folder):
    def told():
        warnings.warn("many copies", TopoiWarning, stacklevel=2)

    for _ in range(2):
        with pytest.warns(TopoiWarning, match="^many copies$") as caught:
            step(folder, made=told)
        assert len(caught) == 1


def test_a_step_that_fails_or_is_stopped_is_not_kept(folder):
    for error in (InputError("no"), KeyboardInterrupt()):

        def fail(error=error):
            raise error

        with pytest.raises(type(error)):
            step(folder, made=fail)
    assert folder.all_keys() == []
    assert step(folder)[1]


# --- damage -------------------------------------------------------------------------------------


def cut(place):
    (place / "text").write_bytes(b"resu")


def altered(place):
    (place / "text").write_bytes(b"resulT")


def gone(place):
    (place / "text").unlink()


def headless(place):
    (place / "step.json").unlink()


def half_a_head(place):
    content = (place / "step.json").read_bytes()
    (place / "step.json").write_bytes(content[: len(content) // 2])


def other_head(place):
    kept = json.loads((place / "step.json").read_text())
    kept["head"]["step"] = "another"
    (place / "step.json").write_text(json.dumps(kept))


def of_another_key(place):
    from topoi.io.parts import json_bytes

    kept = json.loads((place / "step.json").read_text())
    kept["head"]["key"] = "0" * 64
    kept["sha256"] = hashlib.sha256(json_bytes(kept["head"])).hexdigest()
    (place / "step.json").write_bytes(json_bytes(kept))


def outside(place):
    from topoi.io.parts import json_bytes

    kept = json.loads((place / "step.json").read_text())
    kept["head"]["parts"] = {"../../secret": [1, "0"]}
    kept["sha256"] = hashlib.sha256(json_bytes(kept["head"])).hexdigest()
    (place / "step.json").write_bytes(json_bytes(kept))


def empty(place):
    for path in place.iterdir():
        path.unlink()


def a_file(place):
    empty(place)
    place.rmdir()
    place.write_text("")


def a_link(place):
    place.rename(place.with_name("elsewhere"))
    place.symlink_to("elsewhere")


DAMAGES = [
    cut, altered, gone, headless, half_a_head, other_head, of_another_key, outside, empty, a_file,
    a_link,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_step_is_told_put_aside_and_made_again(folder, damage):
    step(folder)
    damage(entry(folder))

    with pytest.warns(TopoiWarning, match="'n' in .*kept cannot be used .*made again") as caught:
        _, is_made = step(folder)

    assert len(caught) == 1
    assert is_made
    assert len(folder.damaged()) == 1
    assert not step(folder)[1]
    folder.clear_damaged()
    assert folder.damaged() == []


def test_a_part_that_cannot_be_understood_is_damaged_too(folder):
    number = Form(lambda value: {"text": str(value).encode()}, lambda parts: int(parts["text"]))
    step(folder, result="no number")

    steps = Steps(folder)
    with pytest.warns(TopoiWarning, match="cannot be used"):
        found = steps.step("n", lambda: 3, form=number, settings={}).value

    assert found == 3


def test_a_step_taken_away_before_it_is_opened_is_made_again(folder):
    step(folder)
    found = Steps(folder).step("n", lambda: "result", form=TEXT, settings={})
    folder.remove(folder.all_keys())

    with pytest.warns(TopoiWarning, match="it was taken away"):
        assert found.value == "result"


# --- whose folder -------------------------------------------------------------------------------

MARK = b"Signature: 8a477f597d28d172789f06886806bc55\n# This is a cache of another program.\n"


@pytest.mark.parametrize("name", ["v/cache", "damaged/thesis.txt", "steps/a"])
def test_a_folder_that_another_program_has_marked_is_none_of_ours(folder, name):
    file = folder.folder / name
    file.parent.mkdir(parents=True)
    (folder.folder / "CACHEDIR.TAG").write_bytes(MARK)
    file.write_text("mine")

    with pytest.raises(InputError, match=r"holds something else \(CACHEDIR\.TAG, \w+\)\. Nothing"):
        folder.check()
    assert file.read_text() == "mine"


def test_a_folder_of_steps_with_other_things_in_it_is_refused(folder):
    step(folder)
    folder.check()
    (folder.folder / "thesis.docx").write_text("mine")

    with pytest.raises(InputError, match=r"holds something else \(thesis\.docx\)"):
        folder.check()


def test_what_is_no_folder_or_has_no_mark_is_refused(folder):
    folder.folder.write_text("mine")
    with pytest.raises(InputError, match="is not a folder of kept steps: Not a directory"):
        folder.check()
    folder.folder.unlink()
    (folder.folder / "steps").mkdir(parents=True)
    with pytest.raises(InputError, match=r"something else \(steps\)"):
        folder.check()


def test_a_mark_that_is_being_written_is_no_hindrance(folder):
    folder.folder.mkdir()
    half = half_written(folder.folder / "CACHEDIR.TAG")
    half.write_bytes(b"Sig")

    folder.check()
    folder.sweep()
    assert not half.exists()


def test_of_damaged_steps_only_those_are_taken_away(folder):
    step(folder)
    cut(entry(folder))
    with pytest.warns(TopoiWarning, match="put aside"):
        step(folder)
    mine = folder.folder / "damaged" / "thesis.txt"
    mine.write_text("mine")
    (folder.folder / "steps" / ".gone.mine").mkdir()

    assert len(folder.damaged()) == 1
    folder.clear_damaged()

    assert mine.read_text() == "mine"
    assert (folder.folder / "steps" / ".gone.mine").is_dir()
    assert folder.damaged() == []


# --- the disk -----------------------------------------------------------------------------------


def names(folder):
    return sorted(path.name for path in folder.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("error", [FULL, OSError(errno.EROFS, "Read-only file system")])
def test_a_full_or_read_only_disk_is_told_once_and_ends_nothing(folder, monkeypatch, error):
    write = Path.write_bytes

    def fail(path, content):
        if path.name == "text":
            write(path, content[:2])
            raise error
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fail)
    steps = Steps(folder)
    with pytest.warns(
        TopoiWarning, match=f"cannot be kept .*{error.strerror}.*run goes on"
    ) as told:
        for name in "abc":
            assert steps.step(name, lambda: "r", form=TEXT, settings={}).value == "r"

    assert len(told) == 1
    assert names(folder) == [".gitignore", "CACHEDIR.TAG"]
    assert folder.all_keys() == []


def test_a_value_that_cannot_be_kept_exactly_is_not_kept_and_that_is_said(folder):
    from topoi.io.exact_table import NotKeptError

    def refuse(_):
        raise NotKeptError("t holds a list")

    said = []
    steps = Steps(folder, say=said.append)
    form = Form(refuse, TEXT.value)

    assert steps.step("n", lambda: "r", form=form, settings={}).value == "r"
    assert said == ["n: not kept (t holds a list)"]
    assert folder.all_keys() == []


# --- several at once ----------------------------------------------------------------------------


def _make_slowly(place, start, results):
    start.wait()
    made = []

    def make():
        made.append(1)
        time.sleep(0.05)
        return "x" * 100_000

    found = Steps(StepFolder(place)).step("n", make, form=TEXT, settings={}).value
    results.put((hashlib.sha256(found.encode()).hexdigest(), bool(made)))


def test_several_processes_at_one_step_leave_one_and_nothing_else(folder):
    fork = multiprocessing.get_context("fork")
    start, results = fork.Event(), fork.Queue()
    arguments = (folder.folder, start, results)
    processes = [fork.Process(target=_make_slowly, args=arguments) for _ in range(4)]
    for process in processes:
        process.start()
    start.set()
    found = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()

    assert len({digest for digest, _ in found}) == 1
    assert [path.name for path in (folder.folder / "steps").iterdir()] == folder.all_keys()
    assert len(folder.all_keys()) == 1
    assert folder.read(folder.all_keys()[0]) == {"text": b"x" * 100_000}
    assert folder.damaged() == []


def test_what_a_killed_process_left_half_written_is_swept_and_others_work_is_not(folder):
    step(folder)
    mark = entry(folder).name
    from topoi.io.atomic import _machine

    steps = folder.folder / "steps"
    dead = steps / f".{mark}.{_machine()}.4999999.0a1b2c3d"
    alive = steps / f".{mark}.{_machine()}.{os.getpid()}.0a1b2c3d"
    dead.mkdir()
    alive.mkdir()

    folder.sweep()

    assert not dead.exists()
    assert alive.exists()
    assert len(folder.all_keys()) == 1
