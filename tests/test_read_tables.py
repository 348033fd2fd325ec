"""Tables: each row is read as it is written, or has its line and reason in the ledger."""

import io
import json
from datetime import datetime

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from topoi.corpus.clean import clean
from topoi.corpus.column_names import LATER_COLUMNS
from topoi.errors import InputError, TopoiWarning
from topoi.io import dates, delimited
from topoi.io.dates import date_reader
from topoi.io.ids import RowIds
from topoi.io.read import read_corpus, read_parts

FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def table(tmp_path, content, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def bad_rows(corpus):
    events = corpus.ledger.events.query("action == 'dropped' and reason == 'bad row'")
    return dict(zip(events["doc_id"], events["detail"], strict=True))


# --- cells stay as written

PLAIN = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"])
    | st.sampled_from("\n\t\v\f\x1c\x85\u2028\u2029"),
    max_size=20,
)
WORDS = st.one_of(
    st.sampled_from(["NA", "null", "None", "nan", "007", "1e5", "1.10", "TRUE", "-0", "", "#N/A"]),
    PLAIN,
)


@FEW
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6))
def test_every_cell_of_a_csv_file_stays_as_written(tmp_path, rows):
    frame = pd.DataFrame(
        {"text": [f"Text {text}" for text, _ in rows], "code": [code for _, code in rows]}
    )
    buffer = io.StringIO(newline="")
    frame.to_csv(buffer, index=False, lineterminator="\n")

    corpus = read_corpus(table(tmp_path, buffer.getvalue()))

    assert corpus.texts == list(frame["text"])
    assert list(corpus.table["code"]) == list(frame["code"])


@FEW
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6))
def test_every_string_of_a_jsonl_file_stays_as_written(tmp_path, rows):
    objects = [{"text": f"Text {text}", "code": code} for text, code in rows]

    lines = "\n".join(json.dumps(item, ensure_ascii=False) for item in objects)
    corpus = read_corpus(table(tmp_path, lines, "t.jsonl"))

    assert corpus.texts == [item["text"] for item in objects]
    assert list(corpus.table["code"]) == [item["code"] for item in objects]


def test_numbers_and_empty_cells_of_a_table_are_strings(tmp_path):
    corpus = read_corpus(table(tmp_path, "text,n\nA,1.0\nB,\n"))

    assert corpus.table["n"].tolist() == ["1.0", ""]


@pytest.mark.parametrize("sign", "\u2028\u2029\x85\v\f\x1c")
@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.jsonl", "t.json"])
def test_only_line_feeds_and_carriage_returns_end_a_row(tmp_path, name, sign):
    rows = [{"id": "1", "text": f"One.{sign}Two, three."}, {"id": "2", "text": "Four."}]
    if name.startswith("t.json"):
        # Other signs of these are not allowed bare.
        bare = [json.dumps(row, ensure_ascii=sign in "\v\f\x1c") for row in rows]
        content = "\n".join(bare) if name == "t.jsonl" else f"[{', '.join(bare)}]"
    else:
        separator = "," if name == "t.csv" else "\t"
        # Without quotes round the sign, as pandas writes it.
        content = pd.DataFrame(rows).to_csv(index=False, sep=separator, lineterminator="\r\n")

    corpus = read_corpus(table(tmp_path, content, name))

    assert corpus.texts == [row["text"] for row in rows]
    # They stay until cleaning, which says what it changes.
    assert sign not in clean(corpus).texts[0]


def test_numbers_inside_a_json_value_stay_numbers_as_they_are_written(tmp_path):
    line = '{"text": "A", "n": 1.10, "meta": {"n": 1, "x": [1.50, -0, 1e5, "7", null, true]}}\n'

    row = read_corpus(table(tmp_path, line, "t.jsonl")).table.iloc[0]

    assert row["n"] == "1.10"
    assert row["meta"] == '{"n": 1, "x": [1.50, -0, 1e5, "7", null, true]}'


# --- bad rows


@pytest.mark.parametrize(
    ("content", "texts", "bad"),
    [
        ("id,text\n1,x\n2,y,z\n3,w\n", ["x", "w"], {"line 3": "3 fields where the header has 2"}),
        ('id,text\n1,"x\n2,y\n3,z\n', ["y", "z"], {"line 2": "unexpected end of data"}),
        ('id,text\n1,"x"y\n2,z\n', ["z"], {"line 2": "',' expected after"}),
        # The open quote ends where the next quoted field begins, which is sound itself.
        ('id,text\n1,"x\n2,y\n3,"z\n\nw"\n4,v\n', ["y", "z\n\nw", "v"], {"line 2": "unexpected"}),
        ('id,text\n1,"x\n2,y",z\n3,w\n', ["w"], {"line 2": "unexpected", "line 3": "3 fields"}),
    ],
)
def test_bad_rows_of_a_csv_file_are_dropped_with_their_line(tmp_path, content, texts, bad):
    path = table(tmp_path, content)

    with pytest.warns(TopoiWarning, match=rf"{len(bad)} rows of tables in .*t\.csv could not be"):
        corpus = read_corpus(path)

    assert corpus.texts == texts
    found = bad_rows(corpus)
    assert list(found) == list(bad)
    for line, why in bad.items():
        assert found[line].startswith(f"{path}, {line}: {why}")


def test_lines_are_counted_from_the_first_one_of_the_file(tmp_path):
    path = table(tmp_path, "\n\nsep=;\n\nid;text\n1;x\n2;y;z\n")

    with pytest.warns(TopoiWarning, match=r"line 7: 3 fields"):
        assert read_corpus(path).texts == ["x"]


def test_a_row_keeps_its_number_where_a_bad_one_stands_before_it(tmp_path):
    with pytest.warns(TopoiWarning):
        corpus = read_corpus(table(tmp_path, "text,n\nA,1\nB,2,3\nC,3\n"))

    assert corpus.ids == ["row 1", "row 3"]
    assert corpus.ledger.outcomes()["doc_id"].tolist() == ["row 1", "line 3", "row 3"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"text"', "not valid JSON"),
        ("[1]", "not an object"),
        ('{"text": "y", "id": 1, "text": "z"}', "the key 'text' occurs more than once"),
        ('{"text": "y", "m": {"k": 1, "k": 2}}', "the key 'k' occurs more than once"),
        ("[" * 100_000, ""),
    ],
)
def test_bad_lines_of_a_jsonl_file_are_dropped(tmp_path, line, why):
    content = f'{{"text": "A"}}\n\n{line}\n{{"text": "B", "late": "1"}}\n'

    with pytest.warns(TopoiWarning, match=r"line 3"):
        corpus = read_corpus(table(tmp_path, content, "t.jsonl"))

    assert corpus.texts == ["A", "B"]
    assert corpus.table["late"].tolist() == ["", "1"]
    assert why in bad_rows(corpus)["line 3"]


def test_bad_items_of_a_json_list_are_dropped(tmp_path):
    content = '[{"text": "A"}, 7, {"text": "B", "n": 1, "n": 2}, {"text": "C"}]'

    with pytest.warns(TopoiWarning, match=r"row 2: not an object.* row 3: the key 'n'"):
        corpus = read_corpus(table(tmp_path, content, "t.json"))

    assert corpus.texts == ["A", "C"]
    assert list(bad_rows(corpus)) == ["row 2", "row 3"]


def test_bad_rows_of_one_table_do_not_end_the_run_of_its_folder(tmp_path):
    table(tmp_path, 'id,text\n1,"x"y\n2,z\n')
    table(tmp_path, "Text", "a.txt")

    with pytest.warns(TopoiWarning, match=r"1 rows of tables"):
        corpus = read_corpus(tmp_path)

    assert corpus.ids == ["a.txt", "t.csv#2"]
    assert list(bad_rows(corpus)) == ["t.csv#line 2"]


def test_a_table_of_bad_rows_only_has_nothing_to_read(tmp_path):
    with (
        pytest.warns(TopoiWarning),
        pytest.raises(InputError, match=r"\(bad row: 1\).*line 2: 3 fields"),
    ):
        read_corpus(table(tmp_path, "id,text\n1,x,y\n"))


def test_a_row_that_is_too_long_is_bad_and_the_next_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "LONGEST_ROW", 1000)
    monkeypatch.setattr("topoi.io.tables.LONGEST_ROW", 1000)
    rows = f'id,text\n1,{"x" * 2000}\n2,ok\n3,"{"y" * 900}\n{"z" * 900}"\n4,end\n'

    with pytest.warns(TopoiWarning):
        corpus = read_corpus(table(tmp_path, rows))

    assert corpus.texts == ["ok", "end"]
    assert bad_rows(corpus)["line 2"].endswith("more than 1000 characters in one row")


@pytest.mark.parametrize("line", ['a",b,"', 'a,"', '"",b,"', '"', "a,b", ',","', "a"])
def test_reading_broken_quotes_takes_linear_time(line):
    def looked_at(n_lines):
        count = 0

        class Counted(delimited._Feed):
            def __next__(self):
                nonlocal count
                count += 1
                return super().__next__()

        lines = iter(["x,y\n", *[f"{line}\n"] * n_lines])
        original, delimited._Feed = delimited._Feed, Counted
        try:
            _, records = delimited.delimited_rows(lines, separator=",", where="t.csv")
            n_records = sum(1 for _ in records)
        finally:
            delimited._Feed = original
        assert n_records <= n_lines
        return count

    assert 2001 <= looked_at(2000) <= 3 * 2001 + 3


def test_many_keys_are_refused_before_they_make_a_square(tmp_path):
    lines = "\n".join(f'{{"text": "x", "k{number}": 1}}' for number in range(5000))

    with pytest.raises(InputError, match=r"more than 4096 different keys"):
        read_corpus(table(tmp_path, lines, "t.jsonl"))


def test_many_empty_rows_are_accounted_for(tmp_path):
    path = table(tmp_path, b"id,text\n0,One\n" + b"".join(b"%d,\n" % n for n in range(1, 50_001)))

    counts = read_corpus(path).ledger.counts()

    assert (counts["read"], counts["kept"], counts["dropped"]) == (50_001, 1, 50_000)


# --- ids


def test_repeated_ids_get_a_number_on_request(tmp_path):
    rows = "id,text\na,1\na,2\na (2),3\n,4\na,5\n"

    corpus = read_corpus(table(tmp_path, rows), on_duplicate_id="suffix")

    assert corpus.ids == ["a", "a (2)", "a (2) (2)", "row 4", "a (3)"]
    noted = corpus.ledger.events.query("action == 'noted'")
    assert noted["detail"].tolist() == ["a", "a (2)", "", "a"]


def test_rows_of_one_id_are_told_apart_in_linear_time():
    asked = 0

    class Counted(set):
        def __contains__(self, key):
            nonlocal asked
            asked += 1
            return super().__contains__(key)

    ids = RowIds("id", "suffix", "t.csv")
    ids._seen = Counted()

    named = [row.id for row in ids.of_rows(["a"] * 1000, list(range(1000)))]

    assert named[999] == "a (1000)"
    assert len(set(named)) == 1000
    assert 1000 <= asked < 4000


def test_only_the_first_of_repeated_ids_is_kept_on_request(tmp_path):
    corpus = read_corpus(table(tmp_path, "id,text\na,1\nb,2\na,3\n"), on_duplicate_id="first")

    assert corpus.texts == ["1", "2"]
    dropped = corpus.ledger.events.query("action == 'dropped'")
    assert dropped[["doc_id", "reason", "detail"]].to_numpy().tolist() == [
        ["a (2)", "id occurs again", "a"]
    ]


def test_a_wrong_choice_for_repeated_ids_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"error, suffix, first; got 'sufix'.* 'suffix'\?"):
        read_corpus(table(tmp_path, "text\nx\n"), on_duplicate_id="sufix")


# --- columns


def test_covariates_and_source_are_chosen_by_name(tmp_path):
    path = table(tmp_path, "text,paper,party,year,source\nA,BBC,left,2001,web\n")

    corpus = read_corpus(path, source="paper", covariates=["year"])

    assert list(corpus.table.columns) == ["doc_id", "text", "date", "source", "title", "year"]
    assert corpus.table["source"].tolist() == ["BBC"]
    assert read_corpus(path, covariates=[]).table.columns[-1] == "title"
    assert read_corpus(path, covariates="year").table.columns[-1] == "year"
    assert read_corpus(path, source="paper").table["original_source"].tolist() == ["web"]


def test_a_missing_covariate_is_named(tmp_path):
    path = table(tmp_path, "text,party\nA,left\n")

    with pytest.raises(InputError, match=r"no column partei.*did you mean 'party'"):
        read_corpus(path, covariates=["partei"])


COMMA, SEMICOLON, TAB = "id,text\n1,x\n", "id;text\n1;x\n", "id\ttext\n1\tx\n"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (COMMA, "x"),
        (SEMICOLON, "x"),
        (TAB, "x"),
        ("id;text, full;date\n1;x;2020-01-01\n2;a, b;2020-01-02\n", "x"),
        ("id;text, full;date\n", None),
        ('"id, number";text\n1;x\n', "x"),
        ('id,text,"notes; remarks"\n1,x,"a; b"\n', "x"),
        ("id,text,notes; remarks\n1,x,\n2,y,\n", "x"),
        ("id;text\n1;a, b, c, d, e\n", "a, b, c, d, e"),
        ("id,text;\n1,x\n", "x"),
        ("sep=;\nid;text\n1;x\n", "x"),
        ('"sep=;"\r\nid;text, full\r\n1;x\r\n', "x"),
        ("sep=\t\nid\ttext\n1\tx\n", "x"),
        ("SEP=|\nid|text\n1|x\n", "x"),
        ("sep=,\nid,text;date\n1,x\n", "x"),
    ],
)
def test_the_separator_is_the_one_that_cuts_rows_like_the_header(tmp_path, content, text):
    path = table(tmp_path, content)
    column = next(
        (name for name in ("text, full", "text;date", "text;") if name in content), "text"
    )

    if text is None:
        with pytest.raises(InputError, match=r"empty: 1"):
            read_corpus(path, text=column)
    else:
        assert read_corpus(path, text=column).texts[0] == text


def test_columns_without_name_and_cell_are_left_out(tmp_path):
    corpus = read_corpus(table(tmp_path, "id,text,,\n1,x,,\n2,y, ,\n"))

    assert list(corpus.table.columns) == ["doc_id", "text", "date", "source", "title"]
    assert corpus.texts == ["x", "y"]
    noted = corpus.ledger.events.query("action == 'noted'")
    assert set(noted["reason"]) == {"empty columns without a name left out"}
    assert noted["doc_id"].tolist() == ["1", "2"]


def test_columns_without_a_name_that_hold_something_are_said_by_place(tmp_path):
    message = r"t\.csv: 3 columns have no name: columns 3, 4, 5\. Give each"
    with pytest.raises(InputError, match=message):
        read_corpus(table(tmp_path, "id,text,,,\n1,x,a,,b\n"))
    # One is what an index becomes that pandas writes without a name.
    one = read_corpus(table(tmp_path, ",text,\n0,x,\n1,y,\n", "u.csv"))
    assert one.table[""].tolist() == ["0", "1"]


def test_lines_of_json_are_read_though_the_file_is_called_json(tmp_path):
    content = '\n{"text": "A"}\n\n{"text": "B", "late": 1}\n[7]\n'

    with pytest.warns(TopoiWarning, match=r"line 5: not an object \(\{\.\.\.\}\), but \[7\]"):
        corpus = read_corpus(table(tmp_path, content, "t.json"))

    assert corpus.texts == ["A", "B"]
    assert "content is jsonl, not json" in set(corpus.ledger.events["reason"])
    with pytest.raises(InputError, match=r"must hold a list of objects.*use the ending \.jsonl"):
        read_corpus(table(tmp_path, '{"text": "A"}\n', "one.json"))


@pytest.mark.parametrize("name", ["passage_id", *LATER_COLUMNS])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_covariates_of_our_names_give_way_to_others_that_have_the_new_name(tmp_path, name, kind):
    frame = pd.DataFrame({"text": ["x"], name: ["mine"], f"original_{name}": ["old"]})
    path = tmp_path / f"t.{kind}"
    frame.to_csv(path, index=False) if kind == "csv" else frame.to_parquet(path)

    row = read_corpus(path).table.iloc[0]

    assert row[f"original_original_{name}"] == "mine"
    assert row[f"original_{name}"] == "old"


# --- dates


@pytest.mark.parametrize(
    ("date_format", "written", "day"),
    [
        ("dmy", "03/04/2021", "2021-04-03"),
        ("dmy", "3.4.2021", "2021-04-03"),
        ("dmy", "14 June 2022", "2022-06-14"),
        ("dmy", "2022-06-14", "2022-06-14"),
        ("dmy", "03/04/21", None),
        ("dmy", "04/13/2021", None),
        ("mdy", "03/04/2021", "2021-03-04"),
        ("mdy", "03/04/2021 10:30", "2021-03-04"),
        ("mdy", "3/4/2021 3:00 PM", "2021-03-04"),
        ("mdy", "3/4/2021 11:30:00 pm EST", "2021-03-05"),
        ("dmy", "4.3.2021, 10:30:00.25", "2021-03-04"),
        ("ymd", "2021 3 4", "2021-03-04"),
        ("epoch", "1655164800", "2022-06-14"),
        ("epoch", "1655164800.0", "2022-06-14"),
        ("epoch", "1655164800000", "2022-06-14"),
        ("epoch", "1655164800000000000", "2022-06-14"),
        ("epoch", "0", "1970-01-01"),
        ("epoch", "99999999999", "5138-11-16"),
        ("epoch", "2022-06-14", "2022-06-14"),
        ("%d.%m.%y", "14.06.22", "2022-06-14"),
        ("%d.%m.%y", "2022-06-14", None),
        ("%m/%Y", "06/2022", "2022-06-01"),
        ("%Y-%m-%dT%H:%M%z", "2022-06-14T23:30-0500", "2022-06-15"),
    ],
)
def test_dates_are_read_as_the_user_says_they_are_written(date_format, written, day):
    found = date_reader(date_format)(written)

    assert (None if found.day is None else str(found.day)) == day
    assert found.day is not None or found.note == "date not understood"


@pytest.mark.parametrize("wrong", ["dym", "", "%d.%m", "%Q", "%%Y", "%", "iso"])
def test_a_format_that_is_none_is_refused(tmp_path, wrong):
    with pytest.raises(InputError, match=r"date_format must be one of dmy, mdy, ymd, epoch or"):
        read_corpus(table(tmp_path, "text\nx\n"), date_format=wrong)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["dmy", "mdy", "ymd", "epoch", "%d.%m.%Y"]))
def test_any_text_is_a_day_or_not_understood(written, date_format):
    found = date_reader(date_format)(written)

    assert (found.day is None) == (found.note == "date not understood" or not written.split())


@pytest.mark.parametrize("today", ["1999-12-31", "2026-12-31", "2027-01-01"])
def test_days_are_plausible_from_1900_to_2100_whatever_day_it_is(tmp_path, monkeypatch, today):
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromisoformat(today).replace(tzinfo=tz)

    monkeypatch.setattr(dates, "datetime", Clock)
    days = ["1899-12-31", "1900-01-01", "2027-06-01", "2100-12-31", "2101-01-01"]
    rows = "".join(f"x,{day}\n" for day in days)

    noted = read_corpus(table(tmp_path, f"text,date\n{rows}")).ledger.events.query("count > 0")

    told = noted.query("action == 'noted'")
    assert told[["reason", "detail"]].to_numpy().tolist() == [
        ["date outside 1900 to 2100", "1899-12-31"],
        ["date outside 1900 to 2100", "2101-01-01"],
    ]


def test_dates_of_a_parquet_file_outside_the_plausible_are_noted(tmp_path):
    days = pd.to_datetime(["1654-01-02", "2020-01-01", None])
    pd.DataFrame({"text": ["a", "b", "c"], "date": days}).to_parquet(tmp_path / "t.parquet")

    corpus = read_corpus(tmp_path / "t.parquet")

    noted = corpus.ledger.events.query("action == 'noted'")
    assert noted[["doc_id", "reason", "detail"]].to_numpy().tolist() == [
        ["row 1", "date outside 1900 to 2100", "1654-01-02"]
    ]


@pytest.mark.parametrize(
    ("kind", "given", "written"),
    [
        (pa.timestamp("ms"), 2**62, "146140482-04-24T15:36:27.904"),
        (pa.timestamp("us"), 2**62, "148108-07-06T14:00:27.387904"),
        (pa.timestamp("us"), -(2**62), "-144169-06-28T09:59:32.612096"),
        (pa.timestamp("us", "America/New_York"), 2**62, "148108-07-06T14:00:27.387904"),
        (pa.date32(), 2**31 - 1, "<value out of range: 2147483647>"),
    ],
)
def test_a_day_of_parquet_that_no_calendar_has_is_not_understood(tmp_path, kind, given, written):
    cells = pa.array([given, 0, None], kind)
    columns = {"id": ["a", "b", "c"], "text": ["x", "y", "z"], "date": cells}
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")

    with pytest.warns(TopoiWarning, match=r"1 dates of .* were not understood"):
        corpus = read_corpus(tmp_path / "t.parquet")

    days = corpus.table["date"].dt.strftime("%Y-%m-%d").fillna("")
    assert days.tolist() == ["", "1970-01-01", ""]
    noted = corpus.ledger.events.query("action == 'noted'")
    assert noted[["doc_id", "reason", "detail"]].to_numpy().tolist() == [
        ["a", "date not understood", written]
    ]
    # As a title it is text like any other.
    columns = {"text": ["x", "y", "z"], "title": cells}
    parquet.write_table(pa.table(columns), tmp_path / "u.parquet")
    titles = read_corpus(tmp_path / "u.parquet").table["title"].tolist()
    assert titles[0].startswith(written[:10])
    assert titles[2] == ""


# --- types of parquet


LISTS, STRUCTS = pa.array([["a", "b"] * 600]), pa.array([{"a": "b"}])
MAPS = pa.array([[("a", "b")]], pa.map_(pa.string(), pa.string()))


@pytest.mark.parametrize("role", ["text", "id", "date", "title", "source"])
@pytest.mark.parametrize(
    ("cells", "held"),
    [
        (LISTS, r"list<\w+: string>"),
        (LISTS.cast(pa.large_list(pa.string())), r"large_list<\w+: string>"),
        (pa.array([None], LISTS.type), r"list<\w+: string>"),
        (STRUCTS, r"struct<a: string>"),
        (MAPS, r"map<string, string"),
        (pa.array([b"x"]), "bytes"),
        (pa.array([b"x"], pa.large_binary()), "bytes"),
        (pa.array([b"x"], pa.binary(1)), "bytes"),
    ],
)
def test_cells_that_no_text_can_stand_for_are_refused_in_every_role(tmp_path, role, cells, held):
    columns = {"id": ["a"], "text": ["x"]} | {role: cells}
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")

    with pytest.raises(InputError, match=rf"t\.parquet: column {role} holds {held}.*, not text\."):
        read_corpus(tmp_path / "t.parquet")

    columns = {"id": ["a"], "text": ["x"], "kept": cells}
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    assert len(read_corpus(tmp_path / "t.parquet").table["kept"]) == 1


@pytest.mark.parametrize("with_statistics", [True, False])
def test_one_missing_number_changes_no_other_cell(tmp_path, with_statistics):
    n = 2500
    numbers = [None if place in (600, 2200) else 2000 + place % 20 for place in range(n)]
    flags = [None if place == 2300 else place % 2 == 0 for place in range(n)]
    columns = {
        "text": [f"Text {place}" for place in range(n)],
        "date": pa.array(numbers, pa.int64()), "source": pa.array(numbers, pa.int16()),
        "year": pa.array(numbers, pa.int32()), "flag": flags, "big": pa.array(numbers, pa.uint64()),
        "full": pa.array(range(n), pa.int64()),
    }  # fmt: skip
    path = tmp_path / "t.parquet"
    parquet.write_table(
        pa.table(columns), path, row_group_size=500, write_statistics=with_statistics
    )

    parts = [part.table for part in read_parts(path, rows=700)]

    whole = pd.concat(parts, ignore_index=True)
    years = ["" if number is None else str(number) for number in numbers]
    assert whole["source"].tolist() == years
    assert whole["date"].dt.strftime("%Y").fillna("").tolist() == years
    types = {"year": "Int32", "flag": "boolean", "big": "UInt64"}
    types["full"] = "int64" if with_statistics else "Int64"
    for part in parts:
        assert {name: str(part[name].dtype) for name in types} == types
    assert whole["big"].tolist()[:600] == numbers[:600]
    ids = pa.table({"id": pa.array([1, None, 3]), "text": ["x", "y", "z"]})
    parquet.write_table(ids, path)
    assert read_corpus(path, on_duplicate_id="suffix").ids == ["1", "row 2", "3"]


# --- content of another kind than the name says


def test_a_parquet_file_called_csv_is_read_and_noted(tmp_path):
    pd.DataFrame({"text": ["One"]}).to_parquet(tmp_path / "t.csv")

    corpus = read_corpus(tmp_path / "t.csv")

    assert corpus.texts == ["One"]
    assert "content is parquet, not csv" in set(corpus.ledger.events["reason"])


def test_names_of_an_index_become_columns_and_row_numbers_do_not(tmp_path):
    frame = pd.DataFrame({"text": ["A", "B"]}, index=pd.Index(["x", "y"], name="party"))
    frame.to_parquet(tmp_path / "named.parquet")
    frame.reset_index().iloc[[1]].to_parquet(tmp_path / "rows.parquet")

    assert read_corpus(tmp_path / "named.parquet").table["party"].tolist() == ["x", "y"]
    assert list(read_corpus(tmp_path / "rows.parquet").table.columns[5:]) == ["party"]


def test_categories_of_a_parquet_file_are_read_as_their_values(tmp_path):
    frame = pd.DataFrame({"text": ["A", "B"], "party": pd.Categorical(["l", "r"])})
    frame.to_parquet(tmp_path / "t.parquet")

    party = read_corpus(tmp_path / "t.parquet").table["party"]

    assert party.tolist() == ["l", "r"]
    assert party.dtype == "str"


def test_one_line_of_many_characters_is_one_cell(tmp_path):
    path = table(tmp_path, b"text\n" + b"word " * 2_000_000 + b"\n")

    assert len(read_corpus(path).texts[0]) == 10_000_000


def test_nuls_in_a_table_do_not_end_it(tmp_path):
    assert read_corpus(table(tmp_path, b"text,n\na\0b,1\nc,2\n")).texts == ["a\0b", "c"]


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
def test_columns_that_are_not_asked_for_are_left_out_in_every_format(tmp_path, name):
    frame = pd.DataFrame({"a": ["1"], "text": ["T"], "b": ["2"], "id": ["i"], "c": ["3"]})
    if name == "t.csv":
        frame.to_csv(tmp_path / name, index=False)
    elif name == "t.jsonl":
        frame.to_json(tmp_path / name, orient="records", lines=True)
    else:
        frame.to_parquet(tmp_path / name)

    corpus = read_corpus(tmp_path / name, covariates=["c", "a"])

    assert corpus.table.iloc[0].drop("date").to_dict() == {
        "doc_id": "i", "text": "T", "source": "", "title": "", "a": "1", "c": "3",
    }  # fmt: skip


def test_the_command_reads_dates_and_ids_as_its_flags_say(tmp_path, monkeypatch, capsys):
    from topoi.cli.main import main

    path = table(tmp_path, "id,text,date\na,One,03/04/2021\na,Two,04/04/2021\n")
    read = []

    def recorded(*args, **options):
        read.append(read_corpus(*args, **options))
        raise InputError("far enough")

    monkeypatch.setattr("topoi.counted_passages.read_corpus", recorded)
    flags = ["--date-format", "dmy", "--on-duplicate-id", "suffix", "--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", ["topoi", "run", "--source", str(path), *flags])

    with pytest.raises(SystemExit, match="1"):
        main()

    assert "far enough" in capsys.readouterr().err
    assert read[0].ids == ["a", "a (2)"]
    assert read[0].table["date"].astype(str).tolist() == ["2021-04-03", "2021-04-04"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.jsonl", '{"text": "a", "text": "b"}\n'), ("b.jsonl", "[1]\nx\n"), ("c.jsonl", "[" * 9999)],
)
def test_a_json_file_of_bad_rows_only_says_what_is_wrong_with_them(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    with pytest.warns(TopoiWarning), pytest.raises(InputError, match=r"\(bad row: \d\).*line 1: "):
        read_corpus(path)


def test_rows_without_any_key_have_no_column_of_texts(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("{}\n", encoding="utf-8")

    with pytest.raises(InputError, match="has no column text"):
        read_corpus(path)
