"""What tests of the demonstration corpus have alike: its themes, what was planted, its programs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd

from topoi.io.sample import sample_path

THEMES = ["root_causes", "border_security", "legal_pathways"]


def module_at(path: Path) -> ModuleType:
    """The module of a file that is in no package."""
    spec = importlib.util.spec_from_file_location(f"sample_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def planted_rows() -> pd.DataFrame:
    """The table of what was planted: doc_id, kind, detail."""
    return pd.read_csv(sample_path() / "planted.csv", keep_default_na=False)


def of_kinds(planted: pd.DataFrame, *kinds: str) -> list[tuple[str, str]]:
    """Document and detail of what was planted of these kinds."""
    rows = planted.loc[planted["kind"].isin(kinds)]
    return list(zip(rows["doc_id"], rows["detail"], strict=True))
