"""Does the doctor see what is wrong here, and foresee what a run takes?"""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from topoi.config import RunConfig
from topoi.doctor import machine, packages, working
from topoi.doctor.check import Check
from topoi.doctor.estimate import FACTOR, estimate_run, memory_of
from topoi.doctor.installation import check_installation
from topoi.doctor.sampled import Size, sampled_size
from topoi.errors import InputError

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample" / "documents"
SIZE = Size(
    n_bytes=10**6, share=1.0, n_documents=100, n_passages=1000, n_characters=10**6, n_terms=2000,
    n_stored=50_000, seconds=1.0,
)  # fmt: skip


# --- the installation ---------------------------------------------------------------------------


def test_all_is_well_here_and_the_bits_are_those_of_every_machine():
    table = check_installation()

    assert list(table.columns) == ["name", "state", "found", "advice"]
    states = dict(zip(table["name"], table["state"], strict=True))
    for name in ("Python", "numpy", "numba", "same bits", "figures", "temporary files"):
        assert states[name] == "ok", table
    assert "fault" not in set(table["state"])


@pytest.mark.parametrize(
    ("version", "bounds", "expected"),
    [
        ("3.11.2", ">=3.11,<3.14", True),
        ("3.14.0", ">=3.11,<3.14", False),
        ("3.10", ">=3.11,<3.14", False),
        ("2.1.0rc1", ">=2.1", True),
        ("3.0", ">=3.0,<4", True),
        ("3", ">=3.0", True),
        ("10.0", ">=9.1", True),
        ("1.26.4", "", True),
        ("4.4.0.post1", ">=4.4,!=4.4.0", False),
        ("1.5", "<=1.5.0", True),
    ],
)
def test_versions_are_compared_by_their_numbers(version, bounds, expected):
    assert packages.within(version, bounds) is expected


def test_packages_that_are_missing_or_too_old_are_named(monkeypatch):
    there = {"numpy": "1.2", "pandas": "3.1"}

    def version(name):
        if name in there:
            return there[name]
        raise packages.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(packages.metadata, "version", version)
    monkeypatch.setattr(
        packages.metadata,
        "requires",
        lambda _: ["numpy>=2.1", "pandas<4,>=3.0", "numba>=0.61", "pypdf>=5; extra == 'documents'"],
    )
    found = {check.name: check for check in packages.package_checks()}

    assert found["numpy"].state == "fault"
    assert found["numpy"].found == "1.2, but >=2.1 is needed"
    assert found["pandas"].state == "ok"
    assert found["numba"].state == "fault"
    assert found["pypdf"] == Check(
        "pypdf", "note", "not installed (extra documents)", "pip install 'pypdf>=5'"
    )


def test_an_illness_is_a_finding_and_no_crash(monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("no compiler")

    monkeypatch.setattr("numba.njit", fail)
    monkeypatch.setattr(working, "EXPECTED_BITS", "0" * 64)
    found = {check.name: check for check in working.working_checks()}

    assert found["numba"].state == "fault"
    assert "RuntimeError: no compiler" in found["numba"].found
    assert found["same bits"].state == "differs"


def test_memory_is_what_the_container_leaves(monkeypatch, tmp_path):
    limit, used = tmp_path / "limit", tmp_path / "used"
    limit.write_text("1000000\n")
    used.write_text("400000\n")
    monkeypatch.setattr(machine, "_LIMITS", ((str(limit), str(used)), ("/nowhere", "/nowhere")))
    assert machine.free_memory() == 600_000

    limit.write_text("max\n")
    assert machine.free_memory() > 10**8


def test_a_place_for_temporary_files_that_is_missing_is_a_fault(monkeypatch):
    monkeypatch.setattr(machine, "gettempdir", lambda: "/no/such/place")
    monkeypatch.setattr("tempfile.tempdir", "/no/such/place")

    found = {check.name: check for check in machine.machine_checks()}
    assert found["temporary files"].state == "fault"
    assert "TMPDIR" in found["temporary files"].advice


# --- the estimate -------------------------------------------------------------------------------


def test_more_of_anything_takes_more_memory():
    least = sum(memory_of(SIZE, {"LDA": 10}, 1).values())

    for name in ("n_passages", "n_characters", "n_terms", "n_stored"):
        more = replace(SIZE, **{name: 100 * getattr(SIZE, name)})
        assert sum(memory_of(more, {"LDA": 10}, 1).values()) > least
    assert sum(memory_of(SIZE, {"LDA": 400}, 1).values()) > least
    assert sum(memory_of(SIZE, {"LDA": 10, "NMF": 10}, 1).values()) > least


def test_a_sample_foresees_the_size_of_the_whole():
    config = RunConfig(source=str(SAMPLE))

    whole = sampled_size(config)
    part = sampled_size(config, sample=whole.n_bytes // 3)

    assert whole.share == 1.0
    assert 0.2 < part.share < 0.5
    # A third of the documents, so unlike ones: within a half of the truth.
    for name in ("n_documents", "n_passages", "n_characters", "n_stored", "n_terms"):
        assert 0.5 < getattr(part, name) / getattr(whole, name) < 2.0, name


def rows(n):
    return pd.DataFrame(
        {"text": [f"Asylum seekers number {k % 97} wait at the border today." for k in range(n)]}
    )


@pytest.mark.parametrize("name", ["t.csv", "t.parquet", "t.jsonl"])
def test_the_beginning_of_a_large_table_foresees_its_rows(tmp_path, name):
    table, path = rows(4000), tmp_path / name
    if name.endswith("csv"):
        table.to_csv(path, index=False)
    elif name.endswith("jsonl"):
        table.to_json(path, orient="records", lines=True)
    else:
        table.to_parquet(path)

    found = sampled_size(RunConfig(source=str(path)), sample=path.stat().st_size // 4)

    assert found.share < 0.9
    assert 2500 < found.n_documents < 7000


def test_what_does_not_fit_says_the_largest_setting_that_would(topoi_command, monkeypatch):
    monkeypatch.setattr("topoi.doctor.estimate.free_memory", lambda: 10**12)
    roomy = estimate_run(RunConfig(source=str(SAMPLE), topics=10))
    tight = int(roomy.n_bytes) + 10**6
    found = estimate_run(RunConfig(source=str(SAMPLE), topics=2000), free=tight)

    assert roomy.fits
    assert not found.fits
    assert 10 <= found.most_topics < 2000
    config = RunConfig(source=str(SAMPLE), topics=found.most_topics)
    assert estimate_run(config, free=tight).fits
    monkeypatch.setattr("topoi.doctor.estimate.free_memory", lambda: 10**6)
    code, out, _ = topoi_command("doctor", SAMPLE, "--topics", "10")
    assert code == 1
    assert "It does not fit into the 1.0 MB that are free here." in out
    assert "With fewer topics it does not either" in out


# Peaks of whole processes, bytes, by benchmarks/doctor.py, which runs take minutes.
MEASURED = {"bundled": 549e6, "wh_migration_docs_2021_2025": 1044e6}
QUICK = {"starts": 1, "refits": 0, "formats": ("svg",)}


def test_the_memory_of_a_run_on_the_bundled_corpus_is_foreseen():
    found = estimate_run(RunConfig(source=str(SAMPLE), **QUICK))

    assert 1 / FACTOR < MEASURED["bundled"] / found.n_bytes < FACTOR


def test_the_memory_of_a_run_on_a_larger_corpus_is_foreseen_also_from_a_part_of_it(shared_data):
    name = "wh_migration_docs_2021_2025"

    config = RunConfig(source=str(shared_data / f"{name}.parquet"), **QUICK)
    found, part = estimate_run(config), sampled_size(config, sample=500_000)

    assert 1 / FACTOR < MEASURED[name] / found.n_bytes < FACTOR
    foreseen = sum(memory_of(part, found.topics, 1).values())
    assert part.share < 0.5
    assert 1 / FACTOR < MEASURED[name] / foreseen < FACTOR
    # The run found 8671 passages and 4803 terms.
    assert 1 / FACTOR < 8671 / part.n_passages < FACTOR
    assert 1 / FACTOR < 4803 / part.n_terms < FACTOR


# --- the command --------------------------------------------------------------------------------


def test_the_command_prints_checks_and_an_estimate(topoi_command):
    code, out, _ = topoi_command("doctor", SAMPLE, "--topics", "9")

    assert code == 0
    assert "ok      same bits" in out
    assert "LDA 9" in out
    assert "It fits into the " in out
    code, out, _ = topoi_command("doctor", "--json")
    assert code == 0
    assert {check["name"] for check in json.loads(out)["checks"]} >= {"Python", "numba", "cores"}


def test_other_bits_end_with_four_and_a_fault_with_one(topoi_command, monkeypatch):
    monkeypatch.setattr(working, "EXPECTED_BITS", "0" * 64)
    code, out, _ = topoi_command("doctor")
    assert code == 4
    assert "differs same bits" in out
    monkeypatch.setattr("topoi.doctor.packages.within", lambda *_: False)
    assert topoi_command("doctor")[0] == 1


def test_a_source_that_is_not_there_and_settings_without_one_are_errors(topoi_command, tmp_path):
    code, _, err = topoi_command("doctor", tmp_path / "nothing")
    assert code == 1
    assert "nothing" in err
    code, _, err = topoi_command("doctor", "--topics", "5")
    assert code == 2
    assert "Settings are for an estimate" in err
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="nothing to read"):
        sampled_size(RunConfig(source=str(tmp_path / "empty")))
