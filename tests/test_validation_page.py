"""Whether what docs/validation.md shows is so."""

import re
from pathlib import Path

import pytest
from validation_cases import fill, planted_fit, planted_passages

import topoi

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "validation.md").read_text(encoding="utf-8")


def test_the_page_runs_from_start_to_end(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    themes = topoi.load_themes("migration")
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    found = {"fit": planted_fit(), "passages": planted_passages(), "themes": themes}

    exec(compile(blocks[0], "validation.md", "exec"), found)
    ids = list(found["coding"].key["item_id"])
    for place, coder in enumerate(("anna", "ben", "chloe"), start=1):
        choice = {"intruder": str(place)}
        fill(Path("validation/words"), coder, lambda row, choice=choice: choice)
        fill(Path("validation/topics"), coder, lambda row, choice=choice: choice)
        fill(
            Path("validation/coding"),
            coder,
            lambda row: dict.fromkeys(themes.names, str(ids.index(row["item_id"]) % 2)),
        )
    for block in blocks[1:]:
        exec(compile(block, "validation.md", "exec"), found)

    assert (found["agreement"]["estimate"] == 1.0).all()
    assert found["prevalence"]["n_passages"].tolist() == [40, 40, 40]
    assert len(found["by_coder"]) == 3 and set(found["pairs"]["kappa"]) == {1.0}
    assert found["precision"]["topic"].tolist()[-1] == "all topics"
    assert set(found["odds"]["measure"]) == {"log odds", "precision"}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z]+_[a-z_]+)`", PAGE))))
def test_every_name_on_the_page_is_known(name):
    columns = {"item_id"}

    assert name in columns or hasattr(topoi, name)


def test_every_linked_file_exists():
    links = re.findall(r"\]\(([^)#]+)", PAGE)

    assert [link for link in links if not (Path("docs") / link).exists()] == []
