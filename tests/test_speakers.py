"""Are the speakers of a transcript found, and nobody else?"""

import pandas as pd
import pytest

from topoi.corpus.corpus import Corpus
from topoi.corpus.segment import segment
from topoi.corpus.speakers import turns


@pytest.mark.parametrize(
    ("line", "speaker", "said"),
    [
        ("MS. JEAN-PIERRE: Good morning.", "MS. JEAN-PIERRE", "Good morning."),
        ("THE PRESIDENT: Thank you.", "THE PRESIDENT", "Thank you."),
        ("SENATOR VAN HOLLEN: I agree.", "SENATOR VAN HOLLEN", "I agree."),
        ("PRESIDENT YOON (via interpreter): Hello.", "PRESIDENT YOON", "(via interpreter) Hello."),
        ("MR. O'BRIEN: Yes.", "MR. O'BRIEN", "Yes."),
        ("SEN. McCONNELL: No.", "SEN. McCONNELL", "No."),
        ("PRESIDENTE LÓPEZ OBRADOR: Gracias.", "PRESIDENTE LÓPEZ OBRADOR", "Gracias."),
        ("The PRESIDING OFFICER. The Senator is right.", "The PRESIDING OFFICER", None),
        ("Mr. DURBIN. Mr. President, I rise.", "Mr. DURBIN", "Mr. President, I rise."),
        ("Mr. SMITH of New Jersey. I yield.", "Mr. SMITH of New Jersey", "I yield."),
    ],
)
def test_a_name_with_a_title_is_a_speaker(line, speaker, said):
    found = turns(line)

    assert [turn.speaker for turn in found] == [speaker]
    assert said is None or found[0].text == said


@pytest.mark.parametrize(
    "text",
    [
        "SUMMARY: This rule amends a part.\nDATES: It is effective today.\nSUMMARY: Again.",
        "FACT SHEET: The President Acts\n\nWe act.",
        "A waiver is due.\n\nA second one is not.\n\nA: third",
        "NPR: We won.\n\nText.\n\nText.\n\nText.\n\nText.\n\nText.\n\nNPR: We lost.",
        "He said: no.\nMr. Smith: a man.",
        "At 5:30 we met.\n\nQ fever is a disease.",
        "",
    ],
)
def test_a_text_that_is_no_transcript_is_one_turn_without_speaker(text):
    assert turns(text) == [("", text.strip())]


def test_turns_go_on_to_the_next_name():
    text = (
        "1:05 P.M.\n\nMS. PSAKI: Hi.\n\nFirst, a topper.\n\nQ    Why now?\n\nMS. PSAKI: (Laughs.)"
    )

    assert turns(text) == [
        ("", "1:05 P.M."),
        ("MS. PSAKI", "Hi.\n\nFirst, a topper."),
        ("Q", "Why now?"),
        ("MS. PSAKI", "(Laughs.)"),
    ]


def test_names_without_a_title_count_where_they_come_again():
    text = "BAKER: One.\n\nCALLER FROM SALCAJÁ: Two.\n\nBAKER: Three."

    assert [turn.speaker for turn in turns(text)] == ["BAKER", "CALLER FROM SALCAJÁ", "BAKER"]


def test_names_in_mixed_letters_count_where_they_come_again():
    text = "Senator Cruz: One.\n\nMs. Jean-Pierre: Two.\n\nSenator Cruz: Three."

    assert [turn.speaker for turn in turns(text)][1:] == ["Ms. Jean-Pierre", "Senator Cruz"]


def test_speakers_are_a_column_and_one_of_that_name_is_kept():
    table = pd.DataFrame(
        {"doc_id": ["a", "b"], "text": ["Q Why?\nMR. X: So.", "Plain."], "speaker": ["x", "y"]}
    )

    cut = segment(Corpus(table), by="speaker")

    assert cut.ids == ["a#001", "a#002", "b#001"]
    assert list(cut.table["speaker"]) == ["Q", "MR. X", ""]
    assert list(cut.table["original_speaker"]) == ["x", "x", "y"]
    assert cut.texts == ["Why?", "So.", "Plain."]


def test_press_briefings_have_speakers_and_rules_have_none(shared_data, first_rows):
    columns = ["category", "text"]
    briefings = pd.read_parquet(shared_data / "wh_briefings_2021_2025.parquet", columns=columns)
    spoken = briefings.loc[briefings["category"] == "press-briefings", "text"].head(200)
    rules = first_rows("federal_register_full", 1000, "text")

    assert sum(len(turns(text)) > 1 for text in spoken) >= 198
    assert len(rules) == 1000
    assert sum(len(turns(text)) > 1 for text in rules["text"]) == 0
