"""The demonstration corpus: its files, the truth about it, how it is read and where it is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from sample_cases import THEMES, module_at, of_kinds, planted_rows

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.io import sample as sample_module
from topoi.io.sample import load_sample, load_sample_codes, sample_path

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
SOURCES = [
    "government_release",
    "legislative_speech",
    "news_report",
    "ngo_statement",
    "radio_transcript",
    "think_tank_brief",
]


@pytest.fixture(scope="module")
def built() -> SimpleNamespace:
    """What build.py makes, in memory."""
    sys.path.insert(0, str(SAMPLE))
    try:
        build = module_at(SAMPLE / "build.py")
        sample = build.build()
        return SimpleNamespace(sample=sample, tables=build.tables(sample))
    finally:
        sys.path.remove(str(SAMPLE))


@pytest.fixture(scope="module")
def raw() -> Corpus:
    return load_sample()


@pytest.fixture(scope="module")
def codes() -> pd.DataFrame:
    return load_sample_codes()


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    return planted_rows()


# The files


def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("build.py", "clean_side.py", "soil.py", "dirt.toml"):
        shutil.copy(SAMPLE / name, tmp_path / name)
    shutil.copytree(SAMPLE / "masters", tmp_path / "masters")
    hostile = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}

    subprocess.run([sys.executable, tmp_path / "build.py"], check=True, env=hostile, timeout=120)

    new, old = (
        {name: file.read_bytes() for name, file in _files(folder)} for folder in (tmp_path, SAMPLE)
    )
    assert new.keys() == old.keys()
    assert [name for name in new if new[name] != old[name]] == []


def _files(folder: Path) -> list[tuple[str, Path]]:
    found = [*(folder / "documents").rglob("*"), folder / "codes.csv", folder / "planted.csv"]
    return [(file.relative_to(folder).as_posix(), file) for file in found if file.is_file()]


def test_the_sample_is_smaller_than_one_and_a_half_megabytes() -> None:
    size = sum(file.stat().st_size for _, file in _files(SAMPLE))

    assert size < 1.5e6


def test_file_names_are_portable() -> None:
    names = [name for name, _ in _files(SAMPLE)]

    assert all(re.fullmatch(r"[a-z0-9_/.-]{1,110}", name) for name in names)
    assert len({name.lower() for name in names}) == len(names)


def test_readme_says_first_that_this_is_no_journalism_and_gives_the_counts(
    built: SimpleNamespace,
) -> None:
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")

    assert "not journalism" in text.splitlines()[0]
    assert f"{len(built.sample.files)} files" in text
    assert f"{len(built.sample.codes)} paragraphs" in text
    assert f"{len(built.sample.planted)} planted" in text


# The truth


def test_there_are_27_coded_documents_of_each_of_six_sources(
    raw: Corpus, codes: pd.DataFrame
) -> None:
    source = raw.table.set_index("doc_id")["source"]

    counts = source.loc[codes["doc_id"].unique()].value_counts()

    assert counts.to_dict() == dict.fromkeys(SOURCES, 27)


def test_codes_are_numbered_paragraphs_of_noughts_and_ones(codes: pd.DataFrame) -> None:
    assert list(codes.columns) == ["doc_id", "paragraph", *THEMES, "text"]
    assert codes.dtypes.astype(str).to_dict() == {
        "doc_id": "str", "paragraph": "int64", **dict.fromkeys(THEMES, "int64"), "text": "str",
    }  # fmt: skip
    assert codes[THEMES].isin([0, 1]).all(axis=None)
    assert (codes["text"].str.split().str.len() >= 15).all()
    assert (codes.groupby("doc_id").cumcount() + 1 == codes["paragraph"]).all()


def test_every_theme_and_no_theme_have_a_fair_share_in_every_year(
    raw: Corpus, codes: pd.DataFrame
) -> None:
    year = codes["doc_id"].map(raw.table.set_index("doc_id")["date"].dt.year)
    table = codes[THEMES].assign(none=codes[THEMES].sum(axis=1).eq(0).astype(int))

    shares = table.groupby(year).mean()

    assert shares.index.tolist() == [2021, 2022, 2023, 2024]
    assert shares.min(axis=None) > 0.1


def test_planted_rows_name_documents_or_dropped_files(raw: Corpus, planted: pd.DataFrame) -> None:
    read = set(raw.ledger.outcomes()["doc_id"])

    assert set(planted["doc_id"]) <= read


# Reading


def test_at_least_150_documents_are_read(raw: Corpus) -> None:
    assert len(raw) == 166


def test_every_date_is_right(raw: Corpus, built: SimpleNamespace) -> None:
    dates = raw.table.set_index("doc_id")["date"].dt.date.to_dict()

    wrong = {i: (d, dates.get(i)) for i, d in built.sample.dates.items() if dates.get(i) != d}

    assert wrong == {}
    assert raw.table["date"].dt.year.between(2021, 2024).all()


def test_files_without_text_are_dropped_with_the_reason(raw: Corpus, planted: pd.DataFrame) -> None:
    outcomes = raw.ledger.outcomes()
    dropped = outcomes.loc[outcomes["outcome"] == "dropped"].set_index("doc_id")["reason"]

    expected = {i: "empty" for i, _ in of_kinds(planted, "empty_file")}
    expected |= {i: "unsupported file type" for i, _ in of_kinds(planted, "unsupported_file")}

    assert dropped.to_dict() == expected


def test_other_encodings_are_noted(raw: Corpus, planted: pd.DataFrame) -> None:
    events = raw.ledger.events
    noted = events.loc[events["reason"].str.startswith("decoded as")]

    names = noted.set_index("doc_id")["reason"].str.split().str[2]

    assert names.to_dict() == {
        i: name.removesuffix("-sig") for i, name in of_kinds(planted, "encoding")
    }


def test_titles_are_those_of_the_masters(raw: Corpus, planted: pd.DataFrame) -> None:
    garbled = {i for i, _ in of_kinds(planted, "mojibake")}
    masters = [p.read_text(encoding="utf-8") for p in (SAMPLE / "masters").glob("*/*.txt")]
    known = {re.search(r"^title: (.*)$", text, re.MULTILINE)[1] for text in masters}  # type: ignore[index]
    copies = {i for i, _ in of_kinds(planted, "exact_reprint", "spun_copy")}
    table = raw.table.loc[~raw.table["doc_id"].isin(garbled | copies)]

    titles = table["title"].str.replace(
        r"( \| The Isthmus Ledger| - River Dispatch)$", "", regex=True
    )

    assert titles[~titles.isin(known)].tolist() == []


# Where it is


def test_the_installed_sample_comes_before_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "topoi" / "io").mkdir(parents=True)
    (tmp_path / "data" / "sample" / "documents").mkdir(parents=True)
    monkeypatch.setattr(sample_module, "files", lambda _: tmp_path / "topoi" / "io")
    assert sample_path() == tmp_path / "data" / "sample"

    (tmp_path / "topoi" / "sample" / "documents").mkdir(parents=True)

    assert sample_path() == tmp_path / "topoi" / "sample"


def test_a_missing_sample_is_told_with_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_module, "files", lambda _: tmp_path / "topoi" / "io")

    with pytest.raises(InputError, match=r"demonstration corpus is not in .*Install topoi again"):
        sample_path()
