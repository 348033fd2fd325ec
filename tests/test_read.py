"""Reading: files of any kind become documents, and each file is accounted for."""

import json
import os
import time
import warnings
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, TopoiWarning
from topoi.io.dates import date_in_name, date_line, read_date
from topoi.io.decode import decode
from topoi.io.read import read_corpus


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def outcomes(corpus: Corpus) -> dict[str, str]:
    table = corpus.ledger.outcomes()
    return dict(zip(table["doc_id"], table["reason"], strict=True))


def reasons(corpus: Corpus, action: str) -> list[str]:
    events = corpus.ledger.events
    return list(events.loc[events["action"] == action, "reason"])


# --- folders


def test_folder_gives_documents_in_path_order(tmp_path):
    write(tmp_path / "b.txt", "Second")
    write(tmp_path / "a" / "z.md", "First")
    write(tmp_path / "a" / "deep" / "y.html", "<p>Deep</p>")

    corpus = read_corpus(tmp_path)

    assert corpus.ids == ["a/deep/y.html", "a/z.md", "b.txt"]
    assert list(corpus.table["source"]) == ["a", "a", ""]
    assert corpus.texts == ["<p>Deep</p>", "First", "Second"]


def test_every_other_file_has_its_reason_in_the_ledger(tmp_path):
    write(tmp_path / "a.txt", "Text")
    write(tmp_path / "empty.txt", " \n\t\n")
    write(tmp_path / "photo.jpg", b"\xff\xd8")
    write(tmp_path / "noise.txt", bytes(range(32)) * 20)
    write(tmp_path / ".hidden", "x")
    write(tmp_path / ".git" / "config.txt", "x")

    with pytest.warns(TopoiWarning, match=r"1 files of .* could not be used: noise\.txt"):
        corpus = read_corpus(tmp_path)

    assert outcomes(corpus) == {
        "a.txt": "",
        "empty.txt": "empty",
        "noise.txt": "unreadable",
        "photo.jpg": "unsupported file type",
    }
    assert corpus.ledger.counts()["read"] == 4


def test_table_in_a_folder_gives_its_rows(tmp_path):
    write(tmp_path / "press" / "t.csv", "id,text,year\nx,One,2001\ny,,2002\n")
    write(tmp_path / "u.jsonl", '{"text": "Two"}\n')

    corpus = read_corpus(tmp_path)

    assert corpus.ids == ["press/t.csv#x", "u.jsonl#row 1"]
    assert list(corpus.table["source"]) == ["press", ""]
    assert outcomes(corpus)["press/t.csv#y"] == "empty"


def test_table_without_text_in_a_folder_is_dropped_with_a_warning(tmp_path):
    write(tmp_path / "a.txt", "Text")
    write(tmp_path / "codes.csv", "code,label\n1,border\n")

    with pytest.warns(TopoiWarning, match=r"codes\.csv"):
        corpus = read_corpus(tmp_path)

    assert outcomes(corpus)["codes.csv"] == "no such column"


def test_a_table_of_texts_that_lacks_a_covariate_alone_is_told_from_other_tables(tmp_path):
    write(tmp_path / "a.csv", "text,party\nText,x\n")
    write(tmp_path / "b.csv", "text\nText\n")
    write(tmp_path / "codes.csv", "code\n1\n")

    with pytest.warns(TopoiWarning, match=r"2 files of .* could not be used: b\.csv, codes\.csv"):
        corpus = read_corpus(tmp_path, covariates=["party"])

    assert outcomes(corpus)["b.csv"] == "no such covariate"
    assert outcomes(corpus)["codes.csv"] == "no such column"


def test_rows_of_a_table_without_text_are_counted(tmp_path):
    write(tmp_path / "a.txt", "Text")
    write(tmp_path / "codes.csv", "code,label\n" + "1,border\n" * 7)

    with pytest.warns(TopoiWarning, match=r"codes\.csv"):
        corpus = read_corpus(tmp_path)

    events = corpus.ledger.events.query("doc_id == 'codes.csv'")
    assert events[["action", "count"]].to_numpy().tolist() == [["read", 1], ["dropped", 7]]
    summary = corpus.ledger.summary().set_index("reason")
    assert summary.loc["no such column", ["documents", "count"]].tolist() == [1, 7]


def test_encoding_of_a_table_is_noted_for_each_row(tmp_path):
    rows = "id,text,note\n1,caf\u00e9,\n2,,\n3,plain,?!\n".encode("cp1252").replace(
        b"?!", b"\x81\x8d"
    )
    write(tmp_path / "t.csv", rows)

    with pytest.warns(TopoiWarning, match=r"1 documents of .* hold bytes that mean .*: t\.csv#3\."):
        events = read_corpus(tmp_path).ledger.events

    names = ["t.csv#1", "t.csv#2", "t.csv#3"]
    assert events.query("action == 'read'")["doc_id"].tolist() == names
    noted = events.query("action == 'noted'")
    assert noted["doc_id"].tolist() == names
    assert set(noted["reason"]) == {"decoded as cp1252"}
    assert noted["count"].tolist() == [1, 1, 1]
    # Only the third row has bytes that mean nothing.
    replaced = events.query("reason == 'undefined bytes replaced'")
    assert replaced[["doc_id", "action", "count"]].to_numpy().tolist() == [
        ["t.csv#3", "changed", 2]
    ]


def test_a_file_that_is_emptied_by_its_date_line_keeps_its_other_events(tmp_path):
    write(tmp_path / "a.txt", "Text")
    write(tmp_path / "b.txt", "14 June 2022\n".encode("utf-8-sig"))
    write(tmp_path / "c.csv", "id,text\n".encode("utf-8-sig"))

    events = read_corpus(tmp_path).ledger.events

    told = events.query("doc_id == 'b.txt'")
    assert told[["action", "reason"]].to_numpy().tolist() == [
        ["read", "file"],
        ["noted", "decoded as utf-8 with mark"],
        ["changed", "date line taken out of the text"],
        ["dropped", "empty"],
    ]
    assert events.query("doc_id == 'c.csv'")["reason"].tolist() == [
        "file",
        "decoded as utf-8 with mark",
        "empty",
    ]


def test_tables_without_rows_are_empty(tmp_path):
    write(tmp_path / "a.txt", "Text")
    write(tmp_path / "b.csv", "id,text\n")
    write(tmp_path / "c.json", "[]")

    assert outcomes(read_corpus(tmp_path)) == {"a.txt": "", "b.csv": "empty", "c.json": "empty"}


def test_repeated_ids_in_a_folder_are_not_passed_over(tmp_path):
    write(tmp_path / "a.txt", "Text")
    write(tmp_path / "b.csv", "id,text\n1,x\n1,y\n")

    with pytest.raises(InputError, match=r"b\.csv: 1 values of id occur more than once: 1"):
        read_corpus(tmp_path)


def test_folder_of_tables_without_the_column_says_which_there_are(tmp_path):
    write(tmp_path / "b.csv", "speech\nx\n")

    with (
        pytest.warns(TopoiWarning),
        pytest.raises(InputError, match=r"no such column: 1.*did you mean 'speech'"),
    ):
        read_corpus(tmp_path, text="speach")


def test_pattern_chooses_files(tmp_path):
    write(tmp_path / "a.txt", "A")
    write(tmp_path / "b.md", "B")

    assert read_corpus(tmp_path, pattern="**/*.md").ids == ["b.md"]
    with pytest.raises(InputError, match="pattern must be a relative file pattern"):
        read_corpus(tmp_path, pattern="/etc/*")


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    outside = write(tmp_path / "outside" / "secret.txt", "Secret")
    folder = tmp_path / "in"
    inner = write(folder / "a.txt", "A")
    (folder / "out.txt").symlink_to(outside)
    (folder / "dir").symlink_to(outside.parent)
    (folder / "same.txt").symlink_to(inner)
    (folder / "broken.txt").symlink_to(folder / "nowhere")
    (folder / "round.txt").symlink_to(folder / "round again.txt")
    (folder / "round again.txt").symlink_to(folder / "round.txt")
    (folder / "loop").symlink_to(folder)

    with pytest.warns(TopoiWarning, match=r"broken\.txt"):
        corpus = read_corpus(folder)

    assert corpus.ids == ["a.txt", "same.txt"]
    assert outcomes(corpus)["out.txt"] == "link out of the folder"
    assert outcomes(corpus)["dir"] == "link out of the folder"
    assert outcomes(corpus)["loop"] == "link to a folder"
    told = corpus.ledger.outcomes().query("reason == 'unreadable'")
    assert dict(zip(told["doc_id"], told["detail"], strict=True)) == {
        "broken.txt": "link to nothing",
        "round again.txt": "loop of links",
        "round.txt": "loop of links",
    }


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_files_without_permission_are_unreadable(tmp_path):
    write(tmp_path / "a.txt", "A")
    write(tmp_path / "b.txt", "B").chmod(0)

    with pytest.warns(TopoiWarning, match=r"b\.txt"):
        assert outcomes(read_corpus(tmp_path))["b.txt"] == "unreadable"


def test_a_file_that_fails_while_read_is_unreadable(tmp_path, monkeypatch):
    write(tmp_path / "a.txt", "A")
    write(tmp_path / "b.txt", "B")
    real = Path.open

    def failing(path, *args, **options):
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **options)

    monkeypatch.setattr(Path, "open", failing)

    with pytest.warns(TopoiWarning, match=r"b\.txt"):
        corpus = read_corpus(tmp_path)
    assert (
        corpus.ledger.outcomes().query("doc_id == 'b.txt'")["detail"].item() == "Permission denied"
    )
    with pytest.raises(InputError, match=r"b\.txt cannot be read: Permission denied"):
        read_corpus(tmp_path / "b.txt")


def test_a_folder_that_lists_but_cannot_be_entered_is_unreadable(tmp_path, monkeypatch):
    write(tmp_path / "a.txt", "A")
    write(tmp_path / "shut" / "x.txt", "X")
    write(tmp_path / "shut" / "deep" / "y.txt", "Y")
    real_stat, real_lstat = os.stat, os.lstat

    def refusing(real):
        def stat(path, *args, **options):
            if "shut/" in os.fspath(path):
                raise PermissionError(13, "Permission denied", os.fspath(path))
            return real(path, *args, **options)

        return stat

    monkeypatch.setattr(os, "stat", refusing(real_stat))
    monkeypatch.setattr(os, "lstat", refusing(real_lstat))
    monkeypatch.setattr(os, "access", lambda path, mode: "shut" not in os.fspath(path))

    with pytest.warns(TopoiWarning, match=r"1 files of .* could not be used: shut\. "):
        corpus = read_corpus(tmp_path)

    assert corpus.ids == ["a.txt"]
    # What such a folder holds is not looked at, as with one that does not even list.
    assert outcomes(corpus) == {"a.txt": "", "shut": "unreadable"}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may enter everything")
def test_folders_without_the_right_to_enter_are_unreadable(tmp_path):
    write(tmp_path / "a.txt", "A")
    write(tmp_path / "shut" / "x.txt", "X")
    (tmp_path / "shut").chmod(0o444)

    with pytest.warns(TopoiWarning, match="could not be used: shut"):
        corpus = read_corpus(tmp_path)

    (tmp_path / "shut").chmod(0o755)
    assert outcomes(corpus) == {"a.txt": "", "shut": "unreadable"}


def test_a_given_folder_that_cannot_be_entered_is_named(tmp_path, monkeypatch):
    write(tmp_path / "a.txt", "A")
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    with pytest.raises(InputError, match=r"The folder .* cannot be read: no permission"):
        read_corpus(tmp_path)


def test_file_names_that_are_no_utf8_stay_apart(tmp_path):
    for name in (b"a\xff.txt", b"a\xfe.txt"):
        (Path(os.fsdecode(os.fsencode(tmp_path))) / os.fsdecode(name)).write_text("x")

    assert read_corpus(tmp_path).ids == ["a\\xfe.txt", "a\\xff.txt"]


@pytest.mark.parametrize("are_several", [False, True])
def test_a_name_that_spells_bytes_out_is_not_taken_for_these_bytes(tmp_path, are_several):
    folder = tmp_path / "in"
    write(folder / "a\\xff.txt", "Spelt out")
    write(Path(os.fsdecode(os.fsencode(folder) + b"/a\xff.txt")), "Bytes")
    write(tmp_path / "other" / "b.txt", "Other")

    corpus = read_corpus([folder, tmp_path / "other"] if are_several else folder)

    read = {i.removeprefix("in/"): text for i, text in zip(corpus.ids, corpus.texts, strict=True)}
    expected = {"a\\\\xff.txt": "Spelt out", "a\\xff.txt": "Bytes"}
    assert read == (expected | {"other/b.txt": "Other"} if are_several else expected)


def test_paths_with_two_dots_are_called_by_where_they_lead(tmp_path, monkeypatch):
    write(tmp_path / "x" / "a" / "f.txt", "F")
    write(tmp_path / "x" / "y" / "b" / "g.txt", "G")
    monkeypatch.chdir(tmp_path / "x" / "y")

    corpus = read_corpus(["../a", "b"])

    assert corpus.ids == ["a/f.txt", "y/b/g.txt"]
    assert list(corpus.table["source"]) == ["a", "y"]
    assert read_corpus(["../y/b", "b", "./b/g.txt", "../../x/y/b/*.txt"]).ids == ["b/g.txt"]


def test_a_file_is_read_once_whatever_links_lead_to_its_folder(tmp_path):
    inner = write(tmp_path / "docs" / "a.txt", "A")
    (tmp_path / "docs" / "same.txt").symlink_to(inner)
    (tmp_path / "link").symlink_to(tmp_path / "docs")

    # A link to a file is a file of its own, as it is below a single path.
    corpus = read_corpus([tmp_path / "docs", tmp_path / "link", tmp_path / "link" / "a.txt"])

    assert corpus.ids == ["docs/a.txt", "docs/same.txt"]


def test_two_files_that_would_have_one_name_are_both_read_and_one_gets_a_number(tmp_path):
    write(tmp_path / "b" / "f.v1.txt", "Plain")
    write(tmp_path / "far" / "b" / "f.v1.txt", "Through a link")
    (tmp_path / "far" / "d").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "far" / "d")

    corpus = read_corpus([tmp_path / "b", tmp_path / "link" / ".." / "b"])

    assert dict(zip(corpus.ids, corpus.texts, strict=True)) == {
        "b/f.v1.txt": "Plain",
        "b/f (2).v1.txt": "Through a link",
    }
    assert reasons(corpus, "noted") == ["name of other documents, got a number"]


def test_a_file_that_is_called_like_a_row_of_a_table_gets_a_number(tmp_path):
    write(tmp_path / "s" / "a.csv", "id,text\n1.txt,Row\n2.csv#1,Row\n")
    write(tmp_path / "s" / "a.csv#1.txt", "File")
    write(tmp_path / "s" / "a.csv#2.csv", "id,text\n1,Other row\n2,Last\n")
    write(tmp_path / "s" / "a.csv (2)#1.txt", "Has the number")
    write(tmp_path / "b.txt#1.txt", "No table before it")

    corpus = read_corpus(tmp_path)

    assert corpus.ids == [
        "b.txt#1.txt", "s/a.csv#1.txt", "s/a.csv#2.csv#1", "s/a.csv (2)#1.txt", "s/a.csv (3)#1.txt",
        "s/a.csv (2)#2.csv#1", "s/a.csv (2)#2.csv#2",
    ]  # fmt: skip
    noted = corpus.ledger.events.query("action == 'noted'")
    assert noted[["doc_id", "reason", "detail"]].to_numpy().tolist() == [
        ["s/a.csv (3)#1.txt", "name of other documents, got a number", "s/a.csv#1.txt"],
        ["s/a.csv (2)#2.csv#1", "name of other documents, got a number", "s/a.csv#2.csv"],
    ]


NAMES = st.sampled_from(
    ["a.txt", "b.md", "c.csv", "d.json", "e.bin", "f.html", "g.parquet", "h.TXT"]
)
CONTENTS = st.sampled_from(
    [
        b"",
        b"  \n",
        b"Text",
        b"text\nOne\n\nTwo\n",
        b'[{"text": "x"}]',
        b"\x00\x01\x02" * 9,
        b"\xff\xfe",
    ]
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.tuples(st.sampled_from(["", "s", "t/u"]), NAMES), CONTENTS, max_size=8))
def test_every_file_of_a_random_folder_is_accounted_for(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("random")
    for (place, name), content in files.items():
        write(folder / place / name, content)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TopoiWarning)
        try:
            corpus = read_corpus(folder)
        except InputError as error:
            assert "nothing to read" in str(error)
            return

    counts = corpus.ledger.counts()
    kept = corpus.ledger.outcomes().query("outcome == 'kept'")["doc_id"]
    assert list(kept) == corpus.ids
    assert counts["read"] == counts["kept"] + counts["dropped"]
    told = {name.split("#")[0] for name in corpus.ledger.outcomes()["doc_id"]}
    for place, name in files:
        path = f"{place}/{name}".lstrip("/")
        assert path in told


# --- what cannot be read


def test_missing_path_says_what_is_supported(tmp_path):
    with pytest.raises(InputError, match=r"nothing at .*gone.*Supported are \.txt, \.md"):
        read_corpus(tmp_path / "gone")


def test_empty_folder_has_nothing_to_read(tmp_path):
    with pytest.raises(InputError, match=r"nothing to read in .* \(no files\)"):
        read_corpus(tmp_path)


def test_folder_of_useless_files_says_why(tmp_path):
    write(tmp_path / "a.jpg", "x")
    write(tmp_path / "b.txt", "")

    with pytest.raises(InputError, match=r"\(unsupported file type: 1; empty: 1\)"):
        read_corpus(tmp_path)


def test_unknown_type_says_what_is_supported(tmp_path):
    with pytest.raises(InputError, match=r"a\.doc has an unknown type\. Supported are"):
        read_corpus(write(tmp_path / "a.doc", "x"))


@pytest.mark.parametrize("content", [b"", b"PAR1 this is not parquet PAR1", b"PAR1"])
def test_corrupt_parquet_names_the_file(tmp_path, content):
    with pytest.raises(InputError, match=r"t\.parquet is not a readable parquet file"):
        read_corpus(write(tmp_path / "t.parquet", content))


def test_binary_file_named_txt_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"a\.txt cannot be read: .* control characters"):
        read_corpus(write(tmp_path / "a.txt", bytes(range(256)) * 4))


def test_single_empty_file_has_nothing_to_read(tmp_path):
    with pytest.raises(InputError, match=r"nothing to read in .*a\.txt \(empty: 1\)"):
        read_corpus(write(tmp_path / "a.txt", ""))


# --- tables


def test_cells_stay_as_written(tmp_path):
    rows = "id,text,code\n007,NA,1.10\nnull,None,\nnan,true,NA\n"

    table = read_corpus(write(tmp_path / "t.csv", rows)).table

    assert list(table["doc_id"]) == ["007", "null", "nan"]
    assert list(table["text"]) == ["NA", "None", "true"]
    assert list(table["code"]) == ["1.10", "", "NA"]


def test_columns_are_found_by_name_and_the_rest_are_covariates(tmp_path):
    rows = "doc_id,text,date,title,source,party\na,One,2020-02-03,T,BBC,left\n"

    table = read_corpus(write(tmp_path / "t.csv", rows)).table

    assert list(table.columns) == ["doc_id", "text", "date", "source", "title", "party"]
    row = table.iloc[0]
    assert (row["doc_id"], row["source"], row["title"], row["party"]) == ("a", "BBC", "T", "left")
    assert row["date"] == pd.Timestamp("2020-02-03")


def test_columns_that_clash_are_renamed(tmp_path):
    rows = "id,doc_id,passage_id,text,date,title,body,day,head\n1,2,3,4,5,6,B,2020-01-01,H\n"

    corpus = read_corpus(
        write(tmp_path / "t.csv", rows), text="body", id="id", date="day", title="head"
    )

    row = corpus.table.iloc[0].to_dict()
    assert row.pop("date") == pd.Timestamp("2020-01-01")
    assert row == {
        "doc_id": "1",
        "text": "B",
        "source": "",
        "title": "H",
        "original_doc_id": "2",
        "original_passage_id": "3",
        "original_text": "4",
        "original_date": "5",
        "original_title": "6",
    }


def test_texts_of_several_columns_are_joined(tmp_path):
    rows = "summary,bill\nShort,Long\n,Only\n"

    corpus = read_corpus(write(tmp_path / "t.csv", rows), text=["summary", "bill"])

    assert corpus.texts == ["Short\n\nLong", "Only"]
    assert corpus.ids == ["row 1", "row 2"]


def test_missing_column_names_the_others_and_the_near_one(tmp_path):
    path = write(tmp_path / "t.csv", "speech,year\na,1\n")

    with pytest.raises(InputError, match=r"no column text\. It has: speech, year\..*text="):
        read_corpus(path)
    with pytest.raises(InputError, match=r"no column speach.*did you mean 'speech' for 'speach'\?"):
        read_corpus(path, text="speach")


def test_duplicate_ids_are_named(tmp_path):
    rows = "id,text\n" + "".join(f"{name},x\n" for name in "aabbccddeeffgg")

    with pytest.raises(
        InputError, match=r"7 values of id occur more than once: a, b, c, d, e and 2"
    ):
        read_corpus(write(tmp_path / "t.csv", rows))


def test_empty_ids_are_named(tmp_path):
    with pytest.raises(InputError, match=r"1 rows have no id \(rows 2\)"):
        read_corpus(write(tmp_path / "t.csv", "id,text\na,x\n,y\n"))


def test_duplicate_column_names_are_refused(tmp_path):
    with pytest.raises(InputError, match="1 column names occur more than once: text"):
        read_corpus(write(tmp_path / "t.csv", "text,text\na,b\n"))


def test_long_fields_line_ends_and_quotes_in_csv(tmp_path):
    long = "word " * 60_000
    rows = f'id,text\r\n1,"{long}"\r\n2,"He said ""no""\r\nand left"\r\n'

    assert read_corpus(write(tmp_path / "t.csv", rows)).texts == [long, 'He said "no"\nand left']


def test_semicolons_and_tabs_separate(tmp_path):
    assert read_corpus(write(tmp_path / "a.csv", "id;text\n1;x, y\n")).texts == ["x, y"]
    assert read_corpus(write(tmp_path / "b.tsv", "id\ttext\n1\tx, y\n")).texts == ["x, y"]


def test_json_list_object_with_list_and_lines(tmp_path):
    items = [
        {"id": 7, "text": "A", "n": 1.50, "tags": ["x"], "gone": None},
        {"id": 8, "text": None},
    ]

    for name, content in (
        ("a.json", json.dumps(items)),
        ("b.json", json.dumps({"meta": 1, "rows": items})),
        ("c.jsonl", "\n".join(map(json.dumps, items)) + "\n\n"),
    ):
        corpus = read_corpus(write(tmp_path / name, content))
        assert corpus.ids == ["7"]
        assert corpus.table.iloc[0][["n", "tags", "gone"]].tolist() == ["1.5", '["x"]', ""]
        assert outcomes(corpus)["8"] == "empty"


def test_json_that_is_broken_as_a_whole_names_file_and_line(tmp_path):
    with pytest.raises(InputError, match=r"a\.json, line 3: not valid JSON"):
        read_corpus(write(tmp_path / "a.json", '[\n{"text": "x"},\n{"text": }\n]'))
    with pytest.raises(InputError, match=r"d\.json must hold a list of objects"):
        read_corpus(write(tmp_path / "d.json", '{"a": 1}'))
    with pytest.raises(
        InputError, match=r"e\.json, line 1: (JSON nested too deeply|not valid JSON)"
    ):
        read_corpus(write(tmp_path / "e.json", "[" * 100_000))
    with pytest.raises(InputError, match=r"f\.json: .*key 'rows' occurs more than once"):
        read_corpus(
            write(tmp_path / "f.json", '{"rows": [{"text": "x"}], "rows": [{"text": "y"}]}')
        )


def test_lone_surrogates_of_json_are_replaced(tmp_path):
    assert read_corpus(write(tmp_path / "a.json", '[{"text": "x\\ud800y"}]')).texts == ["x\ufffdy"]


def test_parquet_keeps_the_types_of_covariates(tmp_path):
    frame = pd.DataFrame(
        {
            "id": [1, 2, 3],
            "text": ["A", None, "C"],
            "date": pd.to_datetime(["2020-01-01T23:30-05:00"] * 3, utc=True),
            "treated": [1, 0, 1],
            "pid": [0.5, None, 1.0],
        }
    )
    frame.to_parquet(tmp_path / "t.parquet")

    corpus = read_corpus(tmp_path / "t.parquet")

    assert corpus.ids == ["1", "3"]
    assert corpus.table["treated"].dtype == "int64"
    assert corpus.table["pid"].tolist() == [0.5, 1.0]
    assert corpus.table["date"].tolist() == [pd.Timestamp("2020-01-02")] * 2
    assert outcomes(corpus)["2"] == "empty"


def test_parquet_with_bytes_for_text_is_refused(tmp_path):
    pd.DataFrame({"text": [b"x"]}).to_parquet(tmp_path / "t.parquet")

    with pytest.raises(InputError, match="column text holds bytes"):
        read_corpus(tmp_path / "t.parquet")


# --- bytes


@pytest.mark.parametrize(
    ("content", "text", "encoding"),
    [
        ("Größe".encode(), "Größe", "utf-8"),
        ("Größe".encode("utf-8-sig"), "Größe", "utf-8 with mark"),
        ("Größe".encode("utf-16"), "Größe", "utf-16-le with mark"),
        ("Größe".encode("utf-32"), "Größe", "utf-32-le with mark"),
        ("Plain words".encode("utf-16-le"), "Plain words", "utf-16-le"),
        ("Plain words".encode("utf-16-be"), "Plain words", "utf-16-be"),
        ("“Größe” costs €5".encode("cp1252"), "“Größe” costs €5", "cp1252"),
        (b"a\r\nb\rc", "a\nb\nc", "utf-8"),
        (b"", "", "utf-8"),
    ],
)
def test_bytes_are_decoded(content, text, encoding):
    decoded = decode(content)

    assert (decoded.text, decoded.encoding, decoded.replaced) == (text, encoding, 0)


def test_undefined_bytes_are_replaced_and_counted(tmp_path):
    with pytest.warns(TopoiWarning, match=r"1 documents of .* hold bytes that mean .*: a\.txt\."):
        corpus = read_corpus(write(tmp_path / "a.txt", b"caf\xe9 \x81\x8d"))

    assert corpus.texts == ["café \ufffd\ufffd"]
    events = corpus.ledger.events.set_index("reason")
    assert events.loc["decoded as cp1252", "action"] == "noted"
    assert events.loc["undefined bytes replaced", "count"] == 2


LINES = "La señora Álvarez cruzó la frontera.\n" * 3


@pytest.mark.parametrize(
    ("content", "text", "replaced"),
    [
        # Pasted in, cut off at the end, and from a program that writes another encoding.
        (LINES.encode() + "Íñigo ".encode() + b"\x92s", f"{LINES}Íñigo \ufffds", 1),
        (LINES.encode() + "Íñigo €".encode()[:-1], f"{LINES}Íñigo \ufffd", 1),
        (LINES.encode() + b"caf\xe9, it\x92s\r\nend", f"{LINES}café, it’s\nend", 0),
        (LINES.encode() + b"\x81\xe9", f"{LINES}\ufffdé", 1),
        (LINES.encode("utf-8-sig") + b"caf\xe9", f"{LINES}café", 0),
        ("Its own \ufffd é\n".encode() * 3 + b"\xe9", "Its own \ufffd é\n" * 3 + "é", 0),
    ],
)
def test_a_bad_byte_does_not_make_another_encoding_of_a_whole_file(content, text, replaced):
    decoded = decode(content)

    assert (decoded.text, decoded.replaced) == (text, replaced)
    assert decoded.encoding.startswith("utf-8")
    assert decoded.encoding.endswith(", lines with none of it as cp1252")
    assert not decoded.is_plain


def test_each_row_of_a_table_of_two_encodings_is_read_in_its_own(tmp_path):
    rows = [f"{number},Ávila y su señor Íñigo\n".encode() for number in range(9)]
    rows += [b"x,caf\xe9\n", "y,señor ".encode() + b"caf\xe9\n"]
    path = write(tmp_path / "t.csv", b"id,text\n" + b"".join(rows))

    with pytest.warns(
        TopoiWarning, match=r"1 documents of .* hold bytes that mean nothing .*: y\."
    ):
        corpus = read_corpus(path)

    assert corpus.texts == ["Ávila y su señor Íñigo"] * 9 + ["café", "señor caf\ufffd"]
    replaced = corpus.ledger.events.query("reason == 'undefined bytes replaced'")
    assert replaced[["doc_id", "action", "count"]].to_numpy().tolist() == [["y", "changed", 1]]


def test_text_of_which_half_is_another_encoding_stays_cp1252():
    assert decode("Café law ".encode() + b"Caf\xe9 rule").encoding == "cp1252"


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-32-be"])
def test_marks_before_marks_are_no_part_of_the_text(codec):
    decoded = decode("\ufeff\ufeffid,text".encode(codec))

    assert (decoded.text, decoded.encoding) == ("id,text", f"{codec} with mark")


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(content):
    try:
        text = decode(content).text
    except InputError:
        return

    text.encode("utf-8")
    assert "\r" not in text


# --- dates and titles


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2022-06-14", "2022-06-14"),
        ("20220614", "2022-06-14"),
        ("2022/06/14", "2022-06-14"),
        ("2022-06-14T23:30:00", "2022-06-14"),
        ("2022-06-14 23:30:00-05:00", "2022-06-15"),
        ("2022-06-14T01:00:00+02:00", "2022-06-13"),
        ("2022-06-14T23:30:00Z", "2022-06-14"),
        ("14 June 2022", "2022-06-14"),
        ("June 14, 2022", "2022-06-14"),
        ("Jun. 14, 2022", "2022-06-14"),
        ("14th of june 2022", "2022-06-14"),
        ("Tuesday, June 14, 2022 10:30 AM EDT", "2022-06-14"),
        ("Tue, 14 Jun 2022 23:30:00 -0500", "2022-06-15"),
        ("May 1 1790", "1790-05-01"),
        ("14 de junio de 2022", "2022-06-14"),
        ("martes, 14 de junio del 2022", "2022-06-14"),
        ("Miércoles 1.º de septiembre de 2021", "2021-09-01"),
        ("junio 14, 2022", "2022-06-14"),
        ("14 dic. 2022", "2022-12-14"),
        ("June 14, 2022 11:30 PM EDT", "2022-06-15"),
        ("June 14, 2022 at 12:30 am pdt", "2022-06-14"),
        ("Tue, 14 Jun 2022 23:30:00 CST", "2022-06-15"),
        ("Tue, 14 Jun 2022 23:30:00 GMT", "2022-06-14"),
        ("14 June 2022, 23:30 Z", "2022-06-14"),
        ("December 31, 2022 11:30 PM MST", "2023-01-01"),
        ("2022-06-14 10:00:00 UTC", "2022-06-14"),
        ("2022-06-14 23:30:00 -0500", "2022-06-15"),
        ("2022/06/14 10:00", "2022-06-14"),
        ("2022/06/14 1:00:00.5 +02:00", "2022-06-13"),
        ("Tue Jun 14 23:30:00 -0500 2022", "2022-06-15"),
        ("Tue Jun 14 10:00:00 +0000 2022", "2022-06-14"),
        ("Tue Jun 14 10:00:00 2022", "2022-06-14"),
        ("14-Jun-2022", "2022-06-14"),
        ("14-Jun-2022 23:30 PST", "2022-06-15"),
    ],
)
def test_dates_are_read(written, day):
    assert read_date(written) == (date.fromisoformat(day), "")


@pytest.mark.parametrize(
    ("written", "day", "note"),
    [
        ("2022-06", "2022-06-01", "date is a month, read as its first day"),
        ("June 2022", "2022-06-01", "date is a month, read as its first day"),
        ("junio de 2022", "2022-06-01", "date is a month, read as its first day"),
        ("2022", "2022-01-01", "date is a year, read as its first day"),
        ("2022-W24", "2022-06-13", "date is a week, read as its first day"),
        ("14 June 2022 23:30 CET", "2022-06-14", "time or zone not understood, day as written"),
        ("14 June 2022 25:30 EST", "2022-06-14", "time or zone not understood, day as written"),
        ("31 Dec 9999 23:30 EST", "9999-12-31", "time or zone not understood, day as written"),
    ],
)
def test_what_a_date_leaves_open_is_noted(written, day, note):
    assert read_date(written) == (date.fromisoformat(day), note)


def test_notes_on_the_date_of_a_document_stand_in_the_ledger(tmp_path):
    write(tmp_path / "a.txt", "June 14, 2022 11:30 PM CET\n\nText.\n")
    write(tmp_path / "b.html", '<meta name="date" content="June 2022"><p>Text.</p>')

    noted = read_corpus(tmp_path).ledger.events.query("action == 'noted'")

    assert noted[["doc_id", "reason", "detail"]].to_numpy().tolist() == [
        ["a.txt", "time or zone not understood, day as written", "June 14, 2022 11:30 PM CET"],
        ["b.html", "date from meta element", "2022-06-01"],
        ["b.html", "date is a month, read as its first day", "June 2022"],
    ]


@pytest.mark.parametrize(
    "written",
    ["03/04/2021", "14.06.2022", "June 2022x", "2022-13-01", "2022-W54", "Smarch 2022", "soon",
     "31 June 2022", "0000000001", "9999999999", "1655164800", "12:30", "5", "31 de abril de 2022",
     "x" * 10_000],
)  # fmt: skip
def test_what_has_no_one_meaning_is_no_date(written):
    assert read_date(written) == (None, "date not understood")


def test_date_notes_stand_in_the_ledger(tmp_path):
    rows = "text,date\na,03/04/2021\nb,1655164800\nc,\nd,2022\ne,2022-06-14\nf,1654-01-02\n"

    with pytest.warns(
        TopoiWarning,
        match=r"2 dates of .*t\.csv \(40% of those given\) were not understood: "
        r"'03/04/2021' \(row 1\), '1655164800' \(row 2\)\. .* date_format=",
    ):
        corpus = read_corpus(write(tmp_path / "t.csv", rows))

    assert list(corpus.table["date"].isna()) == [True, True, True, False, False, False]
    noted = corpus.ledger.events.query("action == 'noted'")
    assert list(zip(noted["doc_id"], noted["reason"], strict=True)) == [
        ("row 1", "date not understood"),
        ("row 2", "date not understood"),
        ("row 4", "date is a year, read as its first day"),
        ("row 6", "date outside 1900 to 2100"),
    ]
    assert noted["detail"].iloc[0] == "03/04/2021"


@pytest.mark.parametrize(
    ("stem", "day"),
    [
        ("2022-06-14-foo", "2022-06-14"),
        ("foo_20220614", "2022-06-14"),
        ("foo 2022.06.14 bar", "2022-06-14"),
        ("foo-2022_06_14", "2022-06-14"),
        ("000_45132c5e0ec61c85", "None"),
        ("id99220614", "None"),
        ("00012022-06-14", "None"),
        ("foo_20221314", "None"),
    ],
)
def test_dates_in_file_names(stem, day):
    assert str(date_in_name(stem)) == day


@pytest.mark.parametrize(
    "line",
    ["14 June 2022", "Date: 2022-06-14", "Published: June 14, 2022", "Posted on 14 June 2022"],
)
def test_date_lines(line):
    assert str(date_line(line).day) == "2022-06-14"


@pytest.mark.parametrize(
    "line",
    [
        "2022",
        "20220614",
        "June 2022",
        "2022-W24",
        "On 14 June 2022 they met.",
        "Posted on the wall",
        "Date",
    ],
)
def test_lines_that_are_no_date_lines(line):
    assert date_line(line).day is None


def test_title_and_date_lines_leave_the_text(tmp_path):
    raw = "Senator visits Panama\nPublished: June 14, 2022\n\nHe met ministers.\n"

    corpus = read_corpus(write(tmp_path / "a.txt", raw))

    row = corpus.table.iloc[0]
    assert row["title"] == "Senator visits Panama"
    assert row["date"] == pd.Timestamp("2022-06-14")
    assert row["text"].strip() == "He met ministers."
    assert reasons(corpus, "changed") == [
        "date line taken out of the text",
        "title line taken out of the text",
    ]


def test_heading_directly_before_text_is_title_and_stays(tmp_path):
    raw = "Senator visits Panama\nHe met ministers on Monday."

    row = read_corpus(write(tmp_path / "a.txt", raw)).table.iloc[0]

    assert row["title"] == "Senator visits Panama"
    assert row["text"] == raw


@pytest.mark.parametrize(
    "raw",
    ["He met ministers.\n\nThen he left.", "HOST: Hi\n\nGUEST: Hi", "- One\n\n- Two", "Only line"],
)
def test_first_lines_that_are_no_titles(tmp_path, raw):
    row = read_corpus(write(tmp_path / "a.txt", raw)).table.iloc[0]

    assert (row["title"], row["text"]) == ("", raw)


def test_file_name_date_wins_and_epoch_line_goes(tmp_path):
    corpus = read_corpus(write(tmp_path / "2020-01-02-a.txt", "Words stand here.\n1655164800\n"))

    row = corpus.table.iloc[0]
    assert row["date"] == pd.Timestamp("2020-01-02")
    assert row["text"].strip() == "Words stand here."
    assert "epoch line taken out of the text" in reasons(corpus, "changed")


def test_epoch_line_gives_the_date(tmp_path):
    corpus = read_corpus(write(tmp_path / "a.txt", "Words stand here.\n1655164800\n"))

    assert corpus.table["date"].item() == pd.Timestamp("2022-06-14")
    assert "date from epoch" in reasons(corpus, "noted")


def test_html_keeps_its_text_and_gives_title_and_date(tmp_path):
    page = (
        '<head><title>Aid &amp; visas</title><meta property="article:published_time" '
        'content="2022-06-14T10:00:00Z"></head><p>Words</p>'
    )

    row = read_corpus(write(tmp_path / "a.html", page)).table.iloc[0]

    assert (row["title"], row["text"]) == ("Aid & visas", page)
    assert row["date"] == pd.Timestamp("2022-06-14")


# --- the real corpora


def test_real_tables_are_read_whole(shared_data: Path):
    for name, rows in (("gadarian", 341), ("sotu", 245), ("uk_immigration_news_2014", 2833)):
        corpus = read_corpus(shared_data / f"{name}.parquet")
        assert len(corpus) == rows
    assert corpus.table["date"].notna().all()
    assert corpus.table["source"].nunique() == 9


def test_articles_are_read_from_their_folder(shared_data: Path):
    corpus = read_corpus(shared_data / "articles")

    assert len(corpus) == 3
    assert corpus.table["title"].iloc[0].startswith("Senator Marco Rubio’s Diplomatic Mission")
    assert corpus.texts[0].startswith("Senator Marco Rubio’s Diplomatic Mission")
    assert corpus.table["date"].isna().all()


def test_an_epoch_line_before_lines_of_hashtags_gives_the_date(tmp_path):
    raw = "Words stand here.\n\n1655164800\n\n#migration #border\n#visas, #asylum\n"

    corpus = read_corpus(write(tmp_path / "a.txt", raw))

    assert corpus.table["date"].item() == pd.Timestamp("2022-06-14")
    assert corpus.texts[0].split("\n") == [
        "Words stand here.", "", "", "#migration #border", "#visas, #asylum", "",
    ]  # fmt: skip


@pytest.mark.parametrize("tail", ["1655164800\nMore words follow.\n", "Page 1655164800\n#a\n"])
def test_an_epoch_number_elsewhere_is_no_date(tmp_path, tail):
    corpus = read_corpus(write(tmp_path / "a.txt", f"Words stand here.\n{tail}"))

    assert corpus.table["date"].isna().all()


HOSTILE = ["a", " ", "<", "&", "-", "\n", '"', "#", "|", "#a ", "<meta ", "<title>", "1", "a\n"]


@pytest.mark.parametrize("kind", ["txt", "html", "csv", "jsonl"])
def test_long_files_of_one_character_are_read_at_once(tmp_path, kind):
    head = "text\n" if kind == "csv" else ""
    for number, unit in enumerate(HOSTILE):
        write(tmp_path / f"{number:02}.{kind}", head + unit * (300_000 // len(unit)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TopoiWarning)
        begun = time.perf_counter()
        try:
            read_corpus(tmp_path)
        except InputError as error:
            assert "nothing to read" in str(error)

    # A pattern whose time grows with the square would need many minutes.
    assert time.perf_counter() - begun < 30
