"""The demonstration corpus, cleaned and cut: planted dirt goes, coded paragraphs stay."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from sample_cases import THEMES, module_at, of_kinds, planted_rows

from topoi.corpus.clean import clean
from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import deduplicate
from topoi.corpus.segment import segment
from topoi.errors import InputError
from topoi.io.sample import load_sample, load_sample_codes

ROOT = Path(__file__).resolve().parents[1]


def _flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def raw() -> Corpus:
    return load_sample()


@pytest.fixture(scope="module")
def cleaned(raw: Corpus) -> Corpus:
    return clean(raw)


@pytest.fixture(scope="module")
def merged(cleaned: Corpus) -> Corpus:
    return deduplicate(cleaned)


@pytest.fixture(scope="module")
def passages(merged: Corpus) -> Corpus:
    return segment(merged, by="paragraph")


@pytest.fixture(scope="module")
def texts(cleaned: Corpus) -> dict[str, str]:
    return dict(zip(cleaned.ids, cleaned.texts, strict=True))


@pytest.fixture(scope="module")
def codes() -> pd.DataFrame:
    return load_sample_codes()


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    return planted_rows()


# Cleaning


def test_planted_lines_are_gone(texts: dict[str, str], planted: pd.DataFrame) -> None:
    lines = of_kinds(planted, "boilerplate_line")

    left = [(i, line) for i, line in lines if line in _lines(texts[i])]

    assert left == []


def test_time_stamp_lines_are_gone(texts: dict[str, str], planted: pd.DataFrame) -> None:
    stamps = of_kinds(planted, "time_stamp")

    left = [(i, stamp) for i, stamp in stamps if stamp in _lines(texts[i])]

    assert left == []


def _lines(text: str) -> set[str]:
    return {line.removeprefix("- ").strip() for line in text.split("\n")}


def test_clean_paragraphs_are_neither_lost_nor_altered(
    texts: dict[str, str], codes: pd.DataFrame
) -> None:
    flat = {i: _flat(text) for i, text in texts.items()}

    lost = [i for i, text in zip(codes["doc_id"], codes["text"], strict=True)
            if _flat(text) not in flat.get(i, "")]  # fmt: skip

    assert len(lost) <= 0.03 * len(codes), f"{len(lost)} of {len(codes)} are lost: {lost[:8]}"


def test_clean_paragraphs_stay_apart(texts: dict[str, str], codes: pd.DataFrame) -> None:
    blocks = {i: {_flat(b) for b in text.split("\n\n")} for i, text in texts.items()}

    cut = [i for i, text in zip(codes["doc_id"], codes["text"], strict=True)
           if _flat(text) not in blocks.get(i, set())]  # fmt: skip

    # A table is one coded paragraph, but each of its rows is a paragraph of its own.
    assert len(cut) <= 0.03 * len(codes), f"{len(cut)} of {len(codes)} are cut: {cut[:12]}"


def test_little_is_left_that_no_master_has(texts: dict[str, str], codes: pd.DataFrame) -> None:
    coded = {i: _flat(" ".join(rows)) for i, rows in codes.groupby("doc_id")["text"]}

    extra = {i: len(_flat(texts[i]).split()) - len(text.split()) for i, text in coded.items()}

    # What may stay is a title within the text, at most.
    assert {i: n for i, n in extra.items() if n > 20} == {}


def test_no_debris_of_tags_is_left(texts: dict[str, str]) -> None:
    debris = re.compile(r"[<>|]|\b(?:strong|li|p) >|&[a-z]+;")

    left = {i: found[0] for i, text in texts.items() if (found := debris.search(text))}

    assert left == {}


def test_mojibake_is_repaired(
    texts: dict[str, str], codes: pd.DataFrame, planted: pd.DataFrame
) -> None:
    garbled = {i for i, _ in of_kinds(planted, "mojibake")}
    rows = codes.loc[codes["doc_id"].isin(garbled)]

    wrong = [i for i, text in zip(rows["doc_id"], rows["text"], strict=True)
             if _flat(text) not in _flat(texts[i])]  # fmt: skip

    assert len(garbled) == 9
    assert wrong == []
    assert [i for i, text in texts.items() if re.search("â€|Ã.|Â", text)] == []


def test_no_control_and_no_invisible_characters_are_left(texts: dict[str, str]) -> None:
    found = {c for text in texts.values() for c in text if unicodedata.category(c)[0] == "C"}

    assert found <= {"\n"}


def test_repeated_lines_stand_once(texts: dict[str, str], planted: pd.DataFrame) -> None:
    lines = of_kinds(planted, "repeated_line")

    counts = {line: _flat(texts[i]).count(_flat(line)) for i, line in lines if "â" not in line}

    assert len(counts) >= 5
    assert {line: n for line, n in counts.items() if n != 1} == {}


# Copies and passages


def test_copies_are_merged_into_their_originals_and_nothing_else_is(
    merged: Corpus, planted: pd.DataFrame
) -> None:
    outcomes = merged.ledger.outcomes()
    found = outcomes.loc[outcomes["outcome"] == "merged"].set_index("doc_id")["detail"]
    originals = dict(of_kinds(planted, "exact_reprint", "spun_copy"))

    assert set(found.index) == set(originals)
    assert [i for i, original in originals.items() if not found[i].startswith(original)] == []


def test_reprints_are_exact_and_spun_copies_near(merged: Corpus, planted: pd.DataFrame) -> None:
    outcomes = merged.ledger.outcomes().set_index("doc_id")["reason"]

    assert {outcomes[i] for i, _ in of_kinds(planted, "exact_reprint")} == {"exact copy"}
    assert {outcomes[i] for i, _ in of_kinds(planted, "spun_copy")} == {"near copy"}


def test_passages_are_the_coded_paragraphs(passages: Corpus, codes: pd.DataFrame) -> None:
    table = passages.table
    blocks = set(zip(table["doc_id"], table["text"].map(_flat), strict=True))
    held = [
        (i, _flat(text)) in blocks for i, text in zip(codes["doc_id"], codes["text"], strict=True)
    ]

    # Titles that stay in the text go with the first paragraph, rows of tables are passages.
    assert sum(held) >= 0.93 * len(codes), f"{sum(held)} of {len(codes)}"


def test_nearly_every_passage_finds_its_codes(passages: Corpus, codes: pd.DataFrame) -> None:
    matched = module_at(ROOT / "benchmarks" / "sample_themes.py").coded_passages(passages, codes)

    assert list(matched.columns) == ["passage_id", *THEMES]
    assert len(matched) >= 0.97 * len(passages)
    assert matched["passage_id"].is_unique
    assert (matched[THEMES].mean() - codes[THEMES].mean()).abs().max() < 0.02


def test_a_passage_of_two_paragraphs_has_the_themes_of_both() -> None:
    coded_passages = module_at(ROOT / "benchmarks" / "sample_themes.py").coded_passages
    passages = Corpus(
        pd.DataFrame(
            {
                "passage_id": ["a#001", "a#002", "b#001"],
                "doc_id": ["a", "a", "b"],
                "text": ["Coffee rust came. A visa, please.", "wire on the levee tonight", "wire"],
            }
        )
    )
    codes = pd.DataFrame(
        {
            "doc_id": ["a"] * 3,
            "root_causes": [1, 0, 0],
            "border_security": [0, 0, 1],
            "legal_pathways": [0, 1, 0],
            "text": ["Coffee rust came.", "A visa, please.", "Wire on the levee at night"],
        }
    )

    matched = coded_passages(passages, codes)

    assert matched.to_dict("list") == {
        "passage_id": ["a#001", "a#002"],
        "root_causes": [1, 0],
        "border_security": [0, 1],
        "legal_pathways": [1, 0],
    }


def test_codes_are_for_passages_only(raw: Corpus, codes: pd.DataFrame, passages: Corpus) -> None:
    coded_passages = module_at(ROOT / "benchmarks" / "sample_themes.py").coded_passages

    with pytest.raises(InputError, match="needs passages; these are documents"):
        coded_passages(raw, codes)
    with pytest.raises(InputError, match="codes lacks the columns root_causes, text"):
        coded_passages(passages, codes.drop(columns=["root_causes", "text"]))
