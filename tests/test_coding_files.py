"""Whether sheets go out safe and blind, and come back whole or are refused with the reason."""

import csv
import hashlib
import json
import re
from dataclasses import replace
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validation_cases import fill, planted_fit, planted_passages, read_sheet, save_sheet

from topoi import (
    InputError,
    coding_sheet,
    load_themes,
    read_choices,
    read_codes,
    read_key,
    topic_intrusion,
    word_intrusion,
    write_sheets,
)
from topoi.corpus.corpus import Corpus
from topoi.errors import TopoiWarning
from topoi.io.sheet_cells import sheet_csv, shown, stored, without_guard
from topoi.measures.coding_task import fingerprint

THEMES = load_themes("migration")
CODERS = ["anna", "ben"]


def written(task, tmp_path, **more):
    write_sheets(task, tmp_path / "out", key=tmp_path / "key", coders=CODERS, **more)
    return tmp_path / "out", tmp_path / "key"


@pytest.fixture
def sheets(tmp_path):
    """Coding sheets of twelve passages, all filled with zeros."""
    out, key = written(coding_sheet(planted_passages(n_passages=12), THEMES, 12), tmp_path)
    for coder in CODERS:
        fill(out, coder, lambda row: dict.fromkeys(THEMES.names, "0"))
    return out, key


def codes_of(sheets, **more):
    out, key = sheets
    return read_codes(out, manifest=out, key=key, **more)


def change(sheets, coder, edit, **more):
    """Let `edit` change the rows of a filled sheet."""
    path = sheets[0] / f"sheet_{coder}.csv"
    rows, columns = read_sheet(path)
    rows = edit(rows) or rows
    save_sheet(path, rows, **{"columns": columns, **more})


# --- coding sheets ------------------------------------------------------------------------------


def scores_of(passages, theme, best):
    table = pd.DataFrame({"passage_id": passages.ids}).merge(
        pd.DataFrame({"theme": THEMES.names}), how="cross"
    )
    is_best = table["passage_id"].isin(best) & (table["theme"] == theme)
    return table.assign(share=is_best.astype(float) * 0.5 + 0.0)


def test_without_scores_every_passage_is_equally_likely():
    task = coding_sheet(planted_passages(), THEMES, 15)

    assert task.key["probability"].tolist() == [0.25] * 15
    assert set(task.key["stratum"]) == {"rest"} and set(task.key["n_stratum"]) == {60}
    assert task.answers == ("root_causes", "border_security", "legal_pathways")
    assert list(task.items.columns) == ["item_id", "text"]


def test_with_scores_a_rare_theme_is_met_and_its_probability_known():
    passages = planted_passages()
    best = passages.ids[10:14]
    scores = scores_of(passages, "border_security", best)

    key = coding_sheet(passages, THEMES, 12, scores=scores).key

    assert key["stratum"].value_counts().to_dict() == {"rest": 8, "border_security": 4}
    assert set(key.loc[key["stratum"] == "border_security", "passage_id"]) == set(best)
    assert dict(zip(key["stratum"], key["probability"], strict=True)) == {
        "rest": 8 / 56, "border_security": 1.0,
    }  # fmt: skip


def test_probabilities_are_how_often_a_passage_is_drawn():
    passages = planted_passages()
    scores = scores_of(passages, "root_causes", passages.ids[:5])
    drawn = pd.concat(
        [
            coding_sheet(passages, THEMES, 10, scores=scores, part_from_top=0.3, random_state=s).key
            for s in range(60)
        ]
    )

    often = drawn["passage_id"].value_counts().reindex(passages.ids, fill_value=0) / 60

    assert often[:5].mean() == pytest.approx(3 / 5)
    assert often[5:].mean() == pytest.approx(7 / 55)
    assert often[5:].between(0.0, 0.31).all()  # standard error .043
    # Weighted by 1 / probability the sample speaks for all passages.
    assert (1 / drawn["probability"]).sum() / 60 == pytest.approx(60)


def test_a_sample_depends_on_ids_not_on_the_order_of_rows():
    table = planted_passages().table
    one = coding_sheet(Corpus(table), THEMES, 9, random_state=2)
    other = coding_sheet(Corpus(table.iloc[::-1]), THEMES, 9, random_state=2)

    pd.testing.assert_frame_equal(one.key, other.key)
    assert list(one.key["passage_id"]) != list(
        coding_sheet(Corpus(table), THEMES, 9, random_state=3).key["passage_id"]
    )


def test_passages_without_words_are_not_drawn():
    table = planted_passages().table
    table.loc[3:, "text"] = "… —"

    assert len(coding_sheet(Corpus(table), THEMES, 3)) == 3
    with pytest.raises(InputError, match="There are 3 passages with words; 4 were asked for"):
        coding_sheet(Corpus(table), THEMES, 4)


def test_documents_can_be_coded_too(tmp_path):
    corpus = Corpus(pd.DataFrame({"doc_id": ["a", "b", "c"], "text": ["Aaa", "Bbb", "Ccc"]}))
    sheets = written(coding_sheet(corpus, THEMES, 3), tmp_path)
    fill(sheets[0], "ben", lambda row: {n: str(int(row["text"] == "Bbb")) for n in THEMES.names})

    with pytest.warns(TopoiWarning, match="No sheet came back of anna"):
        codes = read_codes(sheets[0] / "sheet_ben.csv", manifest=sheets[0], key=sheets[1])

    assert codes.groupby("passage_id")["code"].sum().to_dict() == {"a": 0, "b": 3, "c": 0}


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"n": 0}, "n must be an int >= 1"),
        ({"top": 0}, "top must lie between 0 and 1"),
        ({"part_from_top": 1.1}, "part_from_top must lie between 0 and 1, or be 0 or 1"),
        ({"n": 2.5}, "n must be an int >= 1"),
        ({"random_state": "a"}, "random_state must be an int"),
        ({"random_state": True}, "random_state must be an int"),
        ({"scores": pd.DataFrame({"theme": []})}, "no column passage_id, share"),
    ],
)
def test_coding_sheet_refuses_settings_out_of_range(setting, said):
    with pytest.raises(InputError, match=said):
        coding_sheet(planted_passages(), THEMES, **{"n": 5, **setting})


def test_ints_of_numpy_draw_and_are_written_as_those_of_python(tmp_path):
    plain = coding_sheet(planted_passages(), THEMES, 5, random_state=3)

    task = coding_sheet(planted_passages(), THEMES, np.int64(5), random_state=np.int64(3))

    assert list(task.items["item_id"]) == list(plain.items["item_id"])
    _, key = written(task, tmp_path)
    assert json.loads((key / "settings.json").read_text()) == plain.settings


def test_scores_of_other_passages_are_refused():
    passages = planted_passages()
    scores = scores_of(passages, "root_causes", passages.ids[:5])

    with pytest.raises(InputError, match="1 passages have no score on some theme: d0#000"):
        coding_sheet(passages, THEMES, 9, scores=scores.iloc[1:])
    with pytest.raises(InputError, match="two scores on a theme: d0#000"):
        coding_sheet(passages, THEMES, 9, scores=pd.concat([scores, scores.head(1)]))
    with pytest.raises(InputError, match="too small to draw from each stratum"):
        coding_sheet(passages, THEMES, 1, scores=scores)


def test_coders_are_told_the_definitions_and_not_the_seeds():
    text = coding_sheet(planted_passages(), THEMES, 3).instructions

    for theme in THEMES:
        assert " ".join(theme.definition.split()) in text
        assert all(f"- {note}" in text for note in (*theme.includes, *theme.excludes))
    assert "root cause*" not in text


# --- sheets go out ------------------------------------------------------------------------------


def test_each_coder_gets_the_same_items_in_another_order(sheets):
    anna, ben = (
        [row["item_id"] for row in read_sheet(sheets[0] / f"sheet_{c}.csv")[0]] for c in CODERS
    )

    assert sorted(anna) == sorted(ben) and anna != ben


def test_sheets_do_not_tell_where_passages_come_from(tmp_path):
    out, _ = written(coding_sheet(planted_passages(), THEMES, 12), tmp_path)

    content = b"".join(path.read_bytes() for path in out.iterdir())

    assert re.search(rb"d[0-9]+#", content) is None
    assert b"rest" not in (out / "sheet_anna.csv").read_bytes()


def test_sheets_do_not_tell_the_intruder(tmp_path):
    out, _ = written(word_intrusion(planted_fit()), tmp_path)

    rows, columns = read_sheet(out / "sheet_anna.csv")
    assert columns == ["item_id", "coder", *(f"word_{n}" for n in range(1, 7)), "intruder"]
    assert {row["intruder"] for row in rows} == {""}
    assert "seed" not in (out / "manifest.json").read_text()


def test_the_same_task_gives_the_same_bytes(tmp_path):
    task = topic_intrusion(planted_fit(), planted_passages(), 6)
    places = [written(task, tmp_path / name) for name in "ab"]

    for one, other in zip(*places, strict=True):
        for path in one.iterdir():
            assert path.read_bytes() == (other / path.name).read_bytes()


def test_the_manifest_holds_the_hash_of_the_key_and_of_the_sheets(tmp_path):
    out, key = written(coding_sheet(planted_passages(), THEMES, 5), tmp_path)
    manifest = json.loads((out / "manifest.json").read_text())

    for folder, part in ((out, "sha256"), (key, "key_sha256")):
        for name, digest in manifest[part].items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert set(manifest["sha256"]) == {"sheet_anna.csv", "sheet_ben.csv", "instructions.md"}


def test_a_key_that_was_changed_is_noticed(sheets):
    key = sheets[1] / "key.csv"
    key.write_bytes(key.read_bytes().replace(b"rest", b"best", 1))

    with pytest.raises(InputError, match="is not the key that these sheets were written with"):
        codes_of(sheets)


@pytest.mark.parametrize("kind", ["words", "topics", "codes"])
def test_the_key_reads_equal_to_what_was_written(kind, tmp_path):
    task = {
        "words": lambda: word_intrusion(planted_fit()),
        "topics": lambda: topic_intrusion(planted_fit(), planted_passages(), 7),
        "codes": lambda: coding_sheet(planted_passages(), THEMES, 7),
    }[kind]()
    out, key = written(task, tmp_path)

    pd.testing.assert_frame_equal(read_key(key, manifest=out), task.key)


def test_ids_with_formulas_and_line_ends_survive_in_the_key(tmp_path):
    ids = ["=1+1", "'=2", "a\r\nb", "-x", "007", "1e5", "", " ", "'", '@x;y,z"q"']
    table = pd.DataFrame({"passage_id": [f"{i}#1" for i in ids], "doc_id": "d", "text": "word"})
    task = coding_sheet(Corpus(table), THEMES, len(ids))
    out, key = written(task, tmp_path)

    assert set(read_key(key, manifest=out)["passage_id"]) == {f"{i}#1" for i in ids}


def test_work_of_coders_is_never_overwritten(sheets):
    out, key = sheets
    task = coding_sheet(planted_passages(n_passages=12), THEMES, 12)
    before = (out / "sheet_anna.csv").read_bytes()

    for places in (
        {"folder": out, "key": key.parent / "k"},
        {"folder": out.parent / "o", "key": key},
    ):
        with pytest.raises(InputError, match="may hold codes that people gave"):
            write_sheets(task, coders=CODERS, **places)
    assert (out / "sheet_anna.csv").read_bytes() == before
    assert not (key.parent / "k").exists() and not (out.parent / "o").exists()


@pytest.mark.parametrize("key", ["out", "out/key", "."])
def test_the_key_does_not_lie_with_the_sheets(key, tmp_path):
    task = coding_sheet(planted_passages(), THEMES, 3)

    with pytest.raises(InputError, match="must lie apart"):
        write_sheets(task, tmp_path / "out", key=tmp_path / key, coders=CODERS)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("coders", "said"),
    [
        ([], "must be a list of names"),
        ("anna", "must be a list of names"),
        (["anna", "../ben", "1"], r"not usable: '\.\./ben', '1'"),
        (["anna", "Anna"], "same name but for its case: anna"),
        (["=x"], "not usable"),
    ],
)
def test_names_that_files_or_spreadsheets_spoil_are_refused(coders, said, tmp_path):
    task = coding_sheet(planted_passages(), THEMES, 3)

    with pytest.raises(InputError, match=said):
        write_sheets(task, tmp_path / "out", key=tmp_path / "key", coders=coders)


def test_another_separator_is_refused(tmp_path):
    with pytest.raises(InputError, match="separator must be"):
        written(coding_sheet(planted_passages(), THEMES, 3), tmp_path, separator="|")


def test_texts_longer_than_a_cell_are_refused(tmp_path):
    corpus = Corpus(pd.DataFrame({"doc_id": ["a"], "text": ["word " * 6554]}))

    with pytest.raises(InputError, match=r"1 texts have more than 32767 characters.*items 1\)"):
        written(coding_sheet(corpus, THEMES, 1), tmp_path)
    assert not (tmp_path / "out").exists() and not (tmp_path / "key").exists()


FORMULA = st.text(st.sampled_from("=+-@\t\r\n;,\"'|aé1 \ud800\x00＝"), max_size=12)


@settings(max_examples=200, deadline=None)
@given(FORMULA, st.sampled_from(",;\t"))
def test_no_cell_can_run_as_a_formula_whatever_separator_it_is_opened_with(text, opened):
    content = sheet_csv(["item_id", "text"], [["p1", *shown([text], where="x")]], separator=",")

    # A reader that knows no quotes sees every beginning that any spreadsheet could see.
    line = content.decode("utf-8-sig").split("\r\n", 1)[1]
    for cell in re.split(f'[{opened}\\n"]', line):
        assert not cell.startswith(("=", "+", "-", "@", "＝")), (text, line)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=5))
def test_cells_of_the_key_come_back_as_they_were(values):
    clean = ["".join(c for c in v if not "\ud800" <= c <= "\udfff") for v in values]
    content = sheet_csv(["x"], [[c] for c in stored(pd.Series(clean, dtype="str"))], separator=",")

    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert [without_guard(row[0]) for row in rows[1:]] == clean


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_what_is_shown_has_the_fingerprint_of_the_text(text):
    assert fingerprint(shown([text], where="x")) == fingerprint([text])


# --- codes come back ----------------------------------------------------------------------------


def test_codes_come_back_by_coder_in_the_order_of_the_key(sheets):
    key = read_key(sheets[1], manifest=sheets[0])

    def is_about_causes(rows):
        for row in rows:
            row["root_causes"] = str(int("e says" in row["text"]))

    change(sheets, "ben", is_about_causes)

    codes = codes_of(sheets)

    assert list(codes.columns) == ["passage_id", "coder", "theme", "code"]
    assert [str(kind) for kind in codes.dtypes] == ["str", "str", "str", "int64"]
    assert codes["passage_id"].tolist() == [
        p for _ in CODERS for p in key["passage_id"] for _ in "abc"
    ]
    assert codes["coder"].tolist() == ["anna"] * 36 + ["ben"] * 36
    assert codes["theme"].tolist() == THEMES.names * 24
    assert codes.loc[codes["code"] == 1, "passage_id"].tolist() == [
        unit for unit in key["passage_id"] if unit == "d1#001"
    ]


def test_a_semicolon_sheet_in_the_code_page_of_windows_is_read(sheets):
    change(sheets, "anna", lambda rows: rows[::-1], separator=";", encoding="cp1252")

    assert len(codes_of(sheets)) == 72


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "mac-roman"])
def test_sheets_in_other_encodings_are_read(sheets, encoding):
    change(sheets, "anna", lambda rows: None, encoding=encoding, separator="\t")

    assert len(codes_of(sheets)) == 72


def test_columns_in_another_order_and_further_ones_are_no_fault(sheets):
    path = sheets[0] / "sheet_anna.csv"
    rows, columns = read_sheet(path)
    save_sheet(path, [row | {"doubt": "here"} for row in rows], columns=[*columns[::-1], "doubt"])

    assert len(codes_of(sheets)) == 72


def test_empty_rows_at_the_end_are_no_fault(sheets):
    change(sheets, "anna", lambda rows: [*rows, dict.fromkeys(rows[0], "")], separator=";")

    assert len(codes_of(sheets)) == 72


@pytest.mark.parametrize("cell", [" 1 ", "1.0", "1,0", "TRUE", "yes"])
def test_numbers_as_spreadsheets_write_them_are_codes(sheets, cell):
    change(sheets, "anna", lambda rows: rows[0].update(root_causes=cell))

    assert codes_of(sheets)["code"].sum() == 1


@pytest.mark.parametrize("cell", ["2", "x", "ja", "-1", "0/1", "1.5", "=1", "½"])
def test_what_is_no_code_is_told_with_its_row(sheets, cell):
    change(sheets, "anna", lambda rows: rows[3].update(border_security=cell))

    with pytest.raises(InputError) as told:
        codes_of(sheets)
    assert f"1 cells are not 0 or 1: {cell!r} in border_security (sheet_anna.csv, row 5)." == str(
        told.value
    )


def test_empty_cells_are_an_error_or_missing_when_allowed(sheets):
    change(sheets, "anna", lambda rows: rows[0].update(root_causes="", legal_pathways=" "))

    with pytest.raises(InputError, match=r"2 cells are empty: root_causes of p.*row 2\)"):
        codes_of(sheets)
    assert len(codes_of(sheets, allow_missing=True)) == 70


def test_missing_rows_are_an_error_or_missing_when_allowed(sheets):
    change(sheets, "anna", lambda rows: rows[2:])

    with pytest.raises(InputError, match=r"2 items have no row: p[0-9a-f]{10} of anna"):
        codes_of(sheets)
    assert len(codes_of(sheets, allow_missing=True)) == 66


def test_a_coder_who_gave_nothing_back_yet_is_told_and_no_fault(sheets):
    (sheets[0] / "sheet_ben.csv").unlink()

    with pytest.warns(TopoiWarning, match="No sheet came back of ben, of the coders anna, ben"):
        found = codes_of(sheets)

    assert set(found["coder"]) == {"anna"}


def test_a_row_twice_is_told_with_both_places(sheets):
    change(sheets, "anna", lambda rows: [*rows, rows[0]])

    with pytest.raises(
        InputError, match=r"1 rows are there twice: p.* of anna \(.*row 2; .*row 14"
    ):
        codes_of(sheets)


def test_two_versions_of_a_sheet_are_told(sheets):
    path = sheets[0] / "sheet_anna.csv"
    (sheets[0] / "sheet_anna (1).csv").write_bytes(path.read_bytes())

    with pytest.raises(InputError, match=r"12 rows are there twice.*given in two versions"):
        codes_of(sheets)


def test_a_passage_of_another_task_is_told(sheets):
    change(sheets, "anna", lambda rows: rows[0].update(item_id="p0000000000"))

    with pytest.raises(InputError, match="1 rows have ids that no item of this task has"):
        codes_of(sheets)


def test_an_id_with_a_slip_is_told_with_the_one_meant(sheets):
    found = {}

    def slip(rows):
        found["right"] = rows[0]["item_id"]
        rows[0]["item_id"] = rows[0]["item_id"].upper() + "x"

    change(sheets, "anna", slip)

    with pytest.raises(InputError, match=f"perhaps {found['right']}"):
        codes_of(sheets)


@pytest.mark.parametrize("made", ["1,23E+11", "4.56e+08", "#NAME?", "12345"])
def test_an_id_that_a_spreadsheet_made_a_number_of_is_told(sheets, made):
    change(sheets, "anna", lambda rows: rows[0].update(item_id=made))

    with pytest.raises(InputError, match="which a spreadsheet made of it"):
        codes_of(sheets)


def test_an_empty_id_and_a_strange_coder_are_told_at_once(sheets):
    def slip(rows):
        rows[0]["item_id"], rows[1]["coder"] = "", "Ana"

    change(sheets, "anna", slip)

    with pytest.raises(InputError) as told:
        codes_of(sheets)
    assert "'', an empty cell (sheet_anna.csv, row 2)" in str(told.value)
    assert "coders that got no sheet: 'Ana', perhaps anna (sheet_anna.csv, row 3)" in str(
        told.value
    )


def test_a_column_sorted_without_the_others_is_noticed(sheets):
    def sort_texts(rows):
        for row, text in zip(rows, sorted(row["text"] for row in rows), strict=True):
            row["text"] = text

    change(sheets, "anna", sort_texts)

    with pytest.raises(InputError, match=r"hold another text than was sent.*sorted without"):
        codes_of(sheets)


def test_a_renamed_column_is_told_with_the_one_meant(sheets):
    path = sheets[0] / "sheet_anna.csv"
    rows, columns = read_sheet(path)
    names = ["Root causes" if name == "root_causes" else name for name in columns]
    save_sheet(path, [dict(zip(names, row.values(), strict=True)) for row in rows], columns=names)

    with pytest.raises(
        InputError, match=r"lacks the columns root_causes \(is it 'Root causes'\?\)"
    ):
        codes_of(sheets)


def test_a_broken_row_is_told(sheets):
    path = sheets[0] / "sheet_anna.csv"
    path.write_bytes(path.read_bytes() + b"p1,anna,too,many,cells,are,in,this,row\r\n")

    with pytest.raises(InputError, match="1 rows cannot be read: line 14"):
        codes_of(sheets)


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_workbooks_are_refused_with_what_to_do(sheets, ending):
    with pytest.raises(InputError, match=r"workbooks are not read. .* save it as CSV"):
        read_codes([f"anna.{ending}"], manifest=sheets[0], key=sheets[1])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "lacks the columns"),
        (b"PK\x03\x04" + bytes(range(256)) * 9, r"^sheet_anna.csv: .* control characters"),
        (b"item_id\n", "lacks the columns coder"),
    ],
)
def test_files_that_are_no_sheets_are_refused(sheets, content, said):
    (sheets[0] / "sheet_anna.csv").write_bytes(content)

    with pytest.raises(InputError, match=said):
        codes_of(sheets)


@pytest.mark.filterwarnings("ignore:No sheet came back")
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_is_done_to_a_sheet_is_read_right_or_refused(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("hostile")
    out, key = written(coding_sheet(planted_passages(n_passages=3), THEMES, 3), root)
    path = fill(out, "anna", lambda row: dict.fromkeys(THEMES.names, "1"))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))

    try:
        codes = read_codes(path, manifest=out, key=key)
    except InputError:
        return
    assert len(codes) == 9 and set(codes["passage_id"]) == {"d0#000", "d0#001", "d0#002"}


def test_files_that_are_not_there_are_told(sheets, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    for paths, said in (
        (["nowhere.csv"], "Cannot read the sheet nowhere.csv"),
        ([], "no sheet to read"),
        (empty, "holds no CSV file"),
    ):
        with pytest.raises(InputError, match=said):
            read_codes(paths, manifest=sheets[0], key=sheets[1])
    with pytest.raises(InputError, match="Cannot read the key"):
        read_codes(sheets[0], manifest=sheets[0], key=empty)
    with pytest.raises(InputError, match="no manifest of coding sheets"):
        read_codes(sheets[0], manifest=empty, key=sheets[1])


@pytest.mark.parametrize(
    "content", ["[]", "{}", "x", '{"schema": 9}', '{"schema": 1, "kind": "x"}']
)
def test_other_files_are_no_manifest(sheets, content):
    (sheets[0] / "manifest.json").write_text(content)

    with pytest.raises(InputError, match="no manifest of coding sheets"):
        codes_of(sheets)


# --- choices come back --------------------------------------------------------------------------


def test_choices_are_read_as_numbers_or_words(tmp_path):
    task = word_intrusion(planted_fit())
    out, key = written(task, tmp_path)
    right = dict(zip(task.key["item_id"], task.key["intruder"], strict=True))
    fill(out, "anna", lambda row: {"intruder": f"{right[row['item_id']]}"})
    fill(out, "ben", lambda row: {"intruder": row[f"word_{right[row['item_id']]}"].upper() + " "})

    choices = read_choices(out, manifest=out, key=key)

    assert choices["chosen"].tolist() == task.key["intruder"].tolist() * 2
    assert choices["item_id"].tolist() == task.key["item_id"].tolist() * 2


@pytest.mark.parametrize("cell", ["0", "7", "zebra", "1 or 2", "²", "99999"])
def test_what_is_no_choice_is_told(tmp_path, cell):
    out, key = written(word_intrusion(planted_fit()), tmp_path)
    for coder in CODERS:
        fill(out, coder, lambda row: {"intruder": "1"})
    fill(out, "anna", lambda row: {"intruder": cell})

    with pytest.raises(InputError, match="8 cells are not a number from 1 to 6"):
        read_choices(out, manifest=out, key=key)


def test_sheets_of_another_task_are_told_how_to_be_read(sheets, tmp_path):
    with pytest.raises(InputError, match="task coding; read them with read_codes"):
        read_choices(sheets[0], manifest=sheets[0], key=sheets[1])
    out, key = written(word_intrusion(planted_fit()), tmp_path / "w")
    with pytest.raises(InputError, match="task word_intrusion; read them with read_choices"):
        read_codes(out, manifest=out, key=key)


def test_a_task_shows_itself():
    task = coding_sheet(planted_passages(), THEMES, 7)

    assert repr(task).startswith("<CodingTask coding: 7 items, answers root_causes, border")
    assert "where is the wall" in task._repr_html_()
    with pytest.raises(InputError, match="kind must be one of"):
        replace(task, kind="x")
    with pytest.raises(InputError, match="same item_id"):
        replace(task, key=task.key.iloc[::-1])
