"""Small faults that a reader of cleaned pages found, each on an invented text."""

import pytest

from topoi.corpus.clean import clean_text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Rules are on the board's website, https://a.org/b.", "Rules are on the board's website."),
        ("Write to us via email at jo@port.gov in advance.", "Write to us via email in advance."),
        (
            "Sent through the portal at https://x.gov, and read.",
            "Sent through the portal, and read.",
        ),
        ("See the page: www.x.gov/a, where it stands.", "See the page, where it stands."),
        ("By the Harbour Board. https://x.eu/f.", "By the Harbour Board."),
        ("To join, go to https://x.gov, and sign.", "To join, go to, and sign."),
        ("Read http://a.b, http://c.d, and go on.", "Read, and go on."),
        ("At https://x.org you find more.", "At you find more."),
        ("Look at the ships of x@y.org now.", "Look at the ships now."),
    ],
)
def test_what_leads_to_an_address_goes_with_it(raw, clean):
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("It was the 14 th year.", "It was the 14th year."),
        ("The 21 st century and the 2 nd and 3 rd ships came.",
         "The 21st century and the 2nd and 3rd ships came."),
        ("She wrote in 2011 st. Anne's book.", "She wrote in 2011 st. Anne's book."),
        ("in 2011 st anne wrote 4 st george plays", "in 2011 st anne wrote 4 st george plays"),
        ("The 2,015 th ship", "The 2,015 th ship"),
    ],
)  # fmt: skip
def test_raised_letters_come_down_to_their_number(raw, clean):
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Trade fell <>the port said.", "Trade fell the port said."),
        ("Trade fell < > again.", "Trade fell again."),
        ("Trade fell </> again.", "Trade fell again."),
        ("The query a <> b finds it.", "The query a <> b finds it."),
    ],
)
def test_tags_without_a_name_go(raw, clean):
    assert clean_text(raw) == clean


def test_the_name_of_a_tag_comes_off_a_word_where_there_is_debris_of_it():
    raw = "Build strongregional ties for<strong trade, with strongly held stronghold views."
    plain = "Build strongregional ties."

    assert clean_text(raw) == (
        "Build strong regional ties for trade, with strongly held stronghold views."
    )
    assert clean_text(plain) == plain


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("“Soon the ships will come窶 he said", "“Soon the ships will come” he said"),
        ("the port 窶 once great 窶 fell", "the port – once great – fell"),
        ("中窶 国", "中窶 国"),
    ],
)
def test_half_a_quotation_mark_read_as_japanese_is_mended(raw, clean):
    assert clean_text(raw) == clean


HEAD = "ports reopen the daily express 1 national 12 "


@pytest.mark.parametrize(
    "note",
    [
        "[pa]", "[getty images]", "[]",
        "the tabular content relating to this article is not available to view apologies in "
        "advance for the inconvenience caused",
        "daily express the northern & shell building number 1 some street london ec1a 1aa "
        "tel 0208 000 0000 outside uk +44 208 000 0000",
        "comment on jo does view at telegraphcouk/personalview",
    ],
)  # fmt: skip
def test_notes_of_newspapers_go_from_text_without_capitals(note):
    assert clean_text(f"{HEAD}the ferry {note} sails again") == (
        "ports reopen\n\nthe ferry sails again"
    )


def test_the_credit_of_the_last_picture_goes_and_other_pictures_stay():
    text = "a photograph for the guardian of the pier was shown"

    assert clean_text(f"{HEAD}{text} photograph jo doe/newsteam") == f"ports reopen\n\n{text}"
    assert clean_text(f"{HEAD}{text} photograph jo doe for the guardian").endswith("was shown")


def test_words_in_square_brackets_stay():
    text = "he said [the port] and it [bbc] was [sic] so"

    assert clean_text(HEAD + text).endswith(text)
