"""Word and PDF files: their text is read in order; what has none is told with the reason."""

import io
import sys
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import pdf_bytes, word_bytes

from topoi.corpus.clean import clean
from topoi.errors import InputError, TopoiWarning
from topoi.io import pdf, word
from topoi.io.read import read_corpus

docx = pytest.importorskip("docx", reason="needs topoi[documents]")
pypdf = pytest.importorskip("pypdf", reason="needs topoi[documents]")


@pytest.fixture
def letter():
    document = docx.Document()
    document.add_paragraph("Border plan presented")
    document.add_paragraph("14 June 2022")
    document.add_paragraph("The plan has two parts:")
    for item in ("more visas", "more judges"):
        paragraph = document.add_paragraph(item)
        properties = paragraph._p.get_or_add_pPr()
        properties.get_or_add_numPr()
    table = document.add_table(rows=3, cols=2)
    rows = [("Country", "Visas"), ("Mexico", "100"), ("Peru | Bolivia", "")]
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("It begins in July.")
    return document


def test_paragraphs_lists_and_tables_of_a_word_file_keep_their_order(tmp_path, letter):
    (tmp_path / "a.docx").write_bytes(word_bytes(letter))

    row = read_corpus(tmp_path / "a.docx").table.iloc[0]

    assert (row["doc_id"], row["title"], str(row["date"].date())) == (
        "a.docx",
        "Border plan presented",
        "2022-06-14",
    )
    assert row["text"].strip() == (
        "The plan has two parts:\n\n- more visas\n- more judges\n\n"
        "| Country | Visas |\n| --- | --- |\n| Mexico | 100 |\n| Peru \\| Bolivia |  |\n\n"
        "It begins in July."
    )


def test_a_table_of_a_word_file_becomes_sentences_when_cleaned(tmp_path, letter):
    (tmp_path / "a.docx").write_bytes(word_bytes(letter))

    text = clean(read_corpus(tmp_path / "a.docx")).texts[0]

    assert "Country: Mexico. Visas: 100." in text


def test_cells_over_several_columns_and_tables_in_tables_are_read_once():
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Wide"
    table.cell(1, 0).text = "Left"
    inner = table.cell(1, 1).add_table(rows=1, cols=1)
    inner.cell(0, 0).text = "Inner"

    text = word.word_text(word_bytes(document))

    assert [text.count(name) for name in ("Wide", "Left", "Inner")] == [1, 1, 1]


def test_tables_too_deep_in_one_another_are_not_passed_over_in_silence():
    document = docx.Document()
    place = document.add_table(rows=1, cols=1)
    for _ in range(8):
        place = place.cell(0, 0).add_table(rows=1, cols=1)

    with pytest.raises(InputError, match="Tables lie 9 deep"):
        word.word_text(word_bytes(document))


def test_pages_of_a_pdf_follow_one_another(tmp_path):
    pages = [["Root causes report", "14 June 2022", "Hunger and vio-"], ["lence drive people out."]]
    (tmp_path / "a.pdf").write_bytes(pdf_bytes(pages))

    row = read_corpus(tmp_path / "a.pdf").table.iloc[0]

    assert (row["title"], str(row["date"].date())) == ("Root causes report", "2022-06-14")
    assert row["text"].strip().split("\n")[-2:] == ["Hunger and vio-", "lence drive people out."]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf_bytes([[], []]), "no text in its pages"),
        (b"%PDF-1.4 cut off", "unreadable"),
        (pdf_bytes([["Text"]])[:200], "unreadable"),
        (b"no pdf", "unreadable"),
        (b"", "unreadable"),
    ],
)
def test_pdf_files_without_text_are_told(tmp_path, content, reason):
    (tmp_path / "a.pdf").write_bytes(content)
    (tmp_path / "b.txt").write_text("Text")

    with pytest.warns(TopoiWarning, match=r"a\.pdf"):
        outcomes = read_corpus(tmp_path).ledger.outcomes()
    assert outcomes["reason"].tolist() == [reason, ""]
    with pytest.raises(InputError, match=r"a\.pdf cannot be read: "):
        read_corpus(tmp_path / "a.pdf")


def test_an_encrypted_pdf_is_told_unless_anyone_may_read_it(tmp_path):
    for name, password in (("a.pdf", "secret"), ("b.pdf", "")):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_bytes([["Words stand here"]])))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        writer.write(tmp_path / name)

    with pytest.warns(TopoiWarning, match=r"a\.pdf"):
        corpus = read_corpus(tmp_path)

    assert corpus.ledger.outcomes()["reason"].tolist() == ["encrypted", ""]
    assert corpus.texts[0].strip() == "Words stand here"


def test_a_pdf_of_too_many_pages_or_characters_is_refused(monkeypatch):
    content = pdf_bytes([["One"], ["Two"], ["Three"]])

    monkeypatch.setattr(pdf, "_MOST_PAGES", 2)
    with pytest.raises(InputError, match="3 pages; 2 are allowed"):
        pdf.pdf_text(content)
    monkeypatch.setattr(pdf, "_MOST_PAGES", 3)
    monkeypatch.setattr(pdf, "_MOST_CHARACTERS", 7)
    with pytest.raises(InputError, match="more than 7 characters"):
        pdf.pdf_text(content)
    monkeypatch.setattr(pdf, "_MOST_CHARACTERS", 100)
    monkeypatch.setattr(pdf, "_MOST_SECONDS", -1.0)
    with pytest.raises(InputError, match="take more than"):
        pdf.pdf_text(content)


def test_a_word_file_that_is_a_bomb_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 40_000_000)

    with pytest.raises(InputError, match="unpacks to 40000000 bytes, too many"):
        read_corpus(tmp_path / "a.docx")


@pytest.mark.parametrize(
    ("package", "installed", "name"),
    [("docx", "python-docx", "a.docx"), ("pypdf", "pypdf", "a.pdf")],
)
def test_a_missing_package_is_named_with_its_extra(
    tmp_path, monkeypatch, letter, package, installed, name
):
    content = word_bytes(letter) if package == "docx" else pdf_bytes([["Text"]])
    (tmp_path / name).write_bytes(content)
    (tmp_path / "b.txt").write_text("Text")
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(InputError, match=f"pip install {installed}"):
        read_corpus(tmp_path / name)
    with pytest.warns(TopoiWarning, match=name):
        assert read_corpus(tmp_path).ledger.outcomes()["reason"].tolist() == [
            "needs topoi[documents]",
            "",
        ]


def test_readers_of_word_and_pdf_are_loaded_only_when_needed(tmp_path):
    import subprocess

    (tmp_path / "a.txt").write_text("Text")
    code = (
        f"import sys, topoi; topoi.read_corpus({str(tmp_path)!r}); "
        "print([name for name in ('docx', 'pypdf', 'lxml') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(["docx", "pdf"]), st.integers(0, 10**6), st.binary(min_size=1, max_size=8))
def test_damaged_files_are_read_or_refused(letter, kind, place, damage):
    content = word_bytes(letter) if kind == "docx" else pdf_bytes([["Words"], ["More words"]])
    place %= len(content)
    content = content[:place] + damage + content[place + len(damage) :]
    reader = word.word_text if kind == "docx" else pdf.pdf_text

    try:
        text = reader(content)
    except InputError:
        return

    assert isinstance(text, str)
