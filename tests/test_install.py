"""Whether the tests see what a user installs, with all its data, and nothing else."""

import os
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import topoi

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(topoi.__file__).parent


@pytest.mark.skipif("PYTHONPATH" in os.environ, reason="PYTHONPATH asks for another package")
def test_the_tested_package_is_the_installed_one():
    assert ROOT / "analysis" not in PACKAGE.parents


@pytest.mark.skipif("PYTHONPATH" in os.environ, reason="PYTHONPATH asks for another package")
def test_every_source_file_is_installed():
    source = ROOT / "analysis" / "topoi"
    wanted = {
        p.relative_to(source)
        for p in source.rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }

    missing = [str(path) for path in sorted(wanted) if not (PACKAGE / path).is_file()]

    assert missing == []
    assert [p for p in wanted if (PACKAGE / p).read_bytes() != (source / p).read_bytes()] == []


@pytest.mark.skipif("PYTHONPATH" in os.environ, reason="PYTHONPATH asks for another package")
def test_the_sample_is_installed_as_it_is_in_the_checkout():
    source = ROOT / "data" / "sample" / "documents"
    files = [p.relative_to(source) for p in source.rglob("*") if p.is_file()]

    assert len(files) > 100
    assert topoi.sample_path() == PACKAGE / "sample"
    installed = topoi.sample_path() / "documents"
    assert [f for f in files if (installed / f).read_bytes() != (source / f).read_bytes()] == []


def test_the_version_is_stated_once():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert metadata.version("topoi") == project["version"]


def test_importing_topoi_loads_nothing_heavy():
    heavy = ["numpy", "pandas", "sklearn", "scipy", "matplotlib", "numba", "gensim"]
    code = f"import sys, topoi; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_every_public_name_can_be_had_and_has_a_docstring():
    for name in topoi.__all__:
        found = getattr(topoi, name)
        assert name == "CATALOGUE" or getattr(found, "__doc__", None), name
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = topoi.nonsense


def test_the_lock_names_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert "://" not in lock
    assert lock.count("--hash=sha256:") > 1000
