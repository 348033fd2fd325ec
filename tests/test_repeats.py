"""Lines that a text says once more: teasers and bullets go, cells, headings and speech stay."""

import time

import pytest

from topoi.corpus.clean import clean_text
from topoi.corpus.repeats import drop_repeats
from topoi.corpus.rules import Outcome

TEASER = "The port of the isthmus took in more families in May than in all the months before."
OTHER = "A second paragraph tells of the ferries that brought them over the gulf at night."
HEADLINES = [
    "Second sowing fails in the dry east",
    "Mayors of the coast ask for beds",
    "Ferry line to the islands opens again",
]


def paragraphs(*lines):
    return "\n\n".join(lines)


@pytest.mark.parametrize(
    ("lines", "n_gone"),
    [
        ([TEASER, OTHER, TEASER], 1),
        ([TEASER, OTHER, f"“{TEASER}”", OTHER], 2),
        (["Ferries at night", TEASER, TEASER], 1),
        ([OTHER, "The camp is full.", "The camp is full.", "The camp is full."], 2),
        (["Two ferries for the gulf", "TWO FERRIES FOR THE GULF"], 1),
        ([*HEADLINES, TEASER, *HEADLINES], 3),
        ([OTHER, f"{TEASER[:-1]}:", f"{TEASER[:-1]}:"], 1),
        (["你们的船，今天，从岛上，来到港口。"] * 2, 1),
    ],
)
def test_what_pages_say_twice_stays_once(lines, n_gone):
    outcome = drop_repeats(paragraphs(*lines))

    assert outcome.text == paragraphs(*lines[: len(lines) - n_gone])
    assert outcome.times == n_gone


def test_an_item_stays_once_in_its_list():
    text = "Plans:\n- Build the new harbour\n- Train the crews\n- Build the new harbour"

    assert drop_repeats(text).text == text.rsplit("\n", 1)[0]


COMPANY = "Harbour Fishing Company of the Isthmus Limited"
STAYS = {
    "a cell between numbers": [OTHER, "Fine", TEASER, "$500", TEASER, "$700", OTHER],
    "companies in a table": [COMPANY, "12.5", COMPANY, "0.4"],
    "exporter and producer": [OTHER, COMPANY, COMPANY, "12.5"],
    "a row as the one before": ["Fine of the port", "Five hundred dollars a day", "12.5"] * 2,
    "a table's head": ["Number of ships each year", "Crew of each ship", "Hours of a watch"] * 2,
    "headings of a table of contents": [
        "Contents", "I. Scope of the Investigation", "II. Order of the Harbour Board",
        "I. Scope of the Investigation", TEASER, "II. Order of the Harbour Board", OTHER,
    ],
    "a heading in an appendix": [TEASER, "Scope of the Order on Ferries and Barges", OTHER,
                                 "Appendix", "Scope of the Order on Ferries and Barges"],
    "a question as a heading": ["What does the board say of the ferries that cross at night?",
                                TEASER, OTHER,
                                "What does the board say of the ferries that cross at night?"],
    "the value of a label": ["Address:", TEASER, "Time:", "Noon", "Address:", TEASER, "Fee:"],
    "a numbered item": [f"(a) {TEASER}", OTHER, f"(a) {TEASER}"],
    "what is said of names": ["1. Harbour Fishing Company Limited", TEASER, OTHER,
                              "2. Gulf Ferries of the Isthmus", TEASER, OTHER, "3. Barges of Roe"],
    "a sum": [OTHER, "This sum of the board is the 12 ships by 30 days by 4 watches, or 1,440.",
              TEASER, "This sum of the board is the 12 ships by 30 days by 4 watches, or 1,440."],
    "a lead-in": [TEASER[:-1] + ":", OTHER, TEASER[:-1] + ":", "Noon"],
    "a chant": [TEASER, "Let them come in!", "Let them come in!", OTHER],
    "a short sentence elsewhere": ["The camp is full.", OTHER, "The camp is full.", TEASER],
    "two headlines": [*HEADLINES[:2], TEASER, *HEADLINES[:2]],
    "headlines in another order": [*HEADLINES, TEASER, *HEADLINES[::-1]],
    "two words": ["Thank you.", "Thank you."],
}  # fmt: skip


@pytest.mark.parametrize("name", STAYS)
def test_tables_headings_and_speech_stay(name):
    text = paragraphs(*STAYS[name])

    assert drop_repeats(text) == Outcome(text)


def test_an_item_of_another_list_stays():
    text = "East:\n- The harbour has no room\n\nWest:\n- The harbour has no room"

    assert drop_repeats(text) == Outcome(text)


def test_steps_with_numbers_stay_in_their_list():
    text = "- The price goes to 10\n- The order is filled\n- The price goes to 10"

    assert drop_repeats(text) == Outcome(text)


def test_what_speakers_say_again_stays():
    lines = ["MS. ROE: The camp is full.", "MR. DOE: Which camp?", "Q Which one?"]
    said = ["We will not say so here.", "We will not say so here."]

    assert clean_text(paragraphs(*lines, *said)).count("We will not say so here.") == 2
    assert drop_repeats(paragraphs(*said)).text == said[0]


def test_a_long_answer_that_stands_twice_in_a_row_stays_once():
    lines = [f"MS. ROE: {TEASER}", f"MS. ROE: {TEASER}", "MR. DOE: Which port?", "Q Which one?"]

    assert drop_repeats(paragraphs(*lines)).text == paragraphs(lines[0], *lines[2:])


@pytest.mark.parametrize(
    "unit", [f"{TEASER}\n\n", f"{TEASER}\n\n12\n\n", "- The camp is full\n", "a b c d\n\n",
             paragraphs(*HEADLINES, "12", "")]
)  # fmt: skip
def test_many_repeats_take_linear_time(unit):
    drop_repeats(unit * 5)
    begin = time.process_time()
    drop_repeats(unit * 20_000)

    assert time.process_time() - begin < 3
