"""The form of government notices goes; what they say stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.clean import clean_text
from topoi.corpus.gazette import drop_notice_form

NOTICE = """Federal Register / Vol. 90, No. 1 / Thursday, January 2, 2025 / Proposed Rules
DEPARTMENT OF HARBOURS
14 CFR Part 5
[Docket No. HBR 102; AG Order No. 6121-2024]
RIN 1124-AA00
Fees for Ferry Licences
AGENCY:
Office of Ferries, Department of Harbours.
ACTION:
Proposed rule; request for comments.
SUMMARY:
The Department proposes to lower the fees that ferries pay, see
Fees for Piers
of 2019, and to end the surcharge,
1 as the
Board
advised in 2023.
2
DATES:
Comments must be received on or before March 3, 2025.
ADDRESSES:
You may send comments by mail to 1 Pier Street:
•
Mail: Room 4
FOR FURTHER INFORMATION CONTACT:
The licence desk, telephone 202-555-0100.
SUPPLEMENTARY INFORMATION:
Ferries carry workers across the bay every day of the year.
1
Harbour Act, section 4.
Dated: December 19, 2024.
Jo Doe,
Director, Office of Ferries.
[FR Doc. 2024-31204 Filed 1-1-25; 8:45 am]
BILLING CODE 4410-14-P
"""


def test_notice_keeps_what_it_says_and_loses_its_form():
    assert clean_text(NOTICE).split("\n\n") == [
        "DEPARTMENT OF HARBOURS\nFees for Ferry Licences",
        "The Department proposes to lower the fees that ferries pay, see Fees for Piers of 2019, "
        "and to end the surcharge, as the Board advised in 2023.",
        "Comments must be received on or before March 3, 2025.",
        "Ferries carry workers across the bay every day of the year.",
        "Harbour Act, section 4.",
    ]


def _lines(raw):
    return [line for line in clean_text(raw).split("\n") if line]


def test_a_notice_without_labels_is_known_by_its_docket():
    raw = """HARBOUR COMMISSION
[Release No. 34-1028; File No. SR-HBR-2025-14]
Pier Exchange; Notice of a Change of Rules on the Use of the Long Pier
Pursuant to Section 19(b)(1)
1 of the Harbour Act (“Act”),
2 and Rule 19b-4 thereunder,
3 notice is given that the Exchange (26 H.A.C. 1 et seq.
) filed a change
4 to its rules.
1
15 H.A.C. 78s(b)(1), as amended.
2
See
Harbour Release (
Pier Order
), in Doe v.
HARBOUR,
89 HR 96223 (March 1).
4
EN21FE25.136
Dated: March 14, 2025.
Jo A. Doe,
Office of Ferries.
Appendix
The piers are listed here."""

    assert _lines(raw) == [
        "HARBOUR COMMISSION",
        "Pier Exchange; Notice of a Change of Rules on the Use of the Long Pier",
        "Pursuant to Section 19(b)(1) of the Harbour Act (“Act”), and Rule 19b-4 thereunder, "
        "notice is given that the Exchange (26 H.A.C. 1 et seq.) filed a change to its rules.",
        "15 H.A.C. 78s(b)(1), as amended.",
        "See Harbour Release (Pier Order), in Doe v. HARBOUR, 89 HR 96223 (March 1).",
        "Appendix",
        "The piers are listed here.",
    ]


def test_a_notice_without_codes_is_known_by_its_signature():
    raw = (
        "Notice is given of a meeting of the\nHarbour Board on ferries.\n"
        "Dated: March 14, 2025.\nJo A. Doe,\nAnalyst, Office of Ferries."
    )

    assert clean_text(raw) == "Notice is given of a meeting of the Harbour Board on ferries."


def test_headings_and_cells_of_tables_are_not_joined():
    raw = (
        "[Docket No. HBR-2025-1]\nSUMMARY:\nFees rise.\nDATES:\nMay 1.\n"
        "List of Topics Discussed in the Memorandum on the Harbour\nI. Summary of Fees\n"
        "Penalty for Blocking the Harbour With Ropes or Chains\n46 H.C. 11506\n157\n46 H.C. 12151"
    )

    assert _lines(raw)[2:] == [
        "List of Topics Discussed in the Memorandum on the Harbour",
        "I. Summary of Fees",
        "Penalty for Blocking the Harbour With Ropes or Chains",
        "46 H.C. 11506",
        "157",
        "46 H.C. 12151",
    ]


def test_labels_may_stand_before_their_text():
    raw = (
        "Ferries\n\nAGENCY:  Office of Ferries.\n\nACTION:  Notice.\n\nSUMMARY:  Fees fall in May."
        "\n\nADDRESSES:  1 Pier Street.\n\nSUPPLEMENTARY INFORMATION:  The Board asked for it."
    )

    assert clean_text(raw) == "Ferries\n\nFees fall in May.\n\nThe Board asked for it."


def test_a_field_that_no_label_ends_keeps_its_text():
    raw = "SUMMARY: Fees fall.\nADDRESSES:\n" + "\n".join(
        f"Paragraph {number} of the matter has its own words." for number in range(5)
    )

    assert clean_text(raw).count("of the matter") == 5


@pytest.mark.parametrize(
    "text",
    [
        "SUMMARY: The talks went well.\n\nThen they went home.",
        "He read the label, AGENCY: and the next, ACTION: and left.",
        "THE SECRETARY: We will act.\n\nQ When?",
        "[Applause]\n[Sic] is what he wrote in the [FR Doc] field.",
        "See 14 CFR Part 5 for the rule that applies to ferries.",
        "Dated: May.\n\nThe letter said so, and she believed it for years.",
        "We counted\n30 boats at the pier.",
    ],
)
def test_other_texts_stay(text):
    assert drop_notice_form(text).text == text


@pytest.mark.parametrize(
    "code",
    [
        "[FR Doc. 2025-01234 Filed 1-16-25; 8:45 am]",
        "BILLING CODE 9111-28-P",
        "Billing Code: 4510-FR-P",
        "[Release No. 34-102264; File No. SR-MIAX-2025-01]",
        "[A-580-904]",
        "[NPS-WASO-NAGPRA-NPS0039429; PPWOCRADN0-PCU00RP14.R50000]",
        "RIN 1615-AC84",
        "8 CFR Parts 103, 106, and 214",
        "Federal Register / Vol. 90, No. 11 / Friday, January 17, 2025 / Rules and Regulations",
    ],
)
def test_code_lines_go_from_any_text(code):
    assert (
        clean_text(f"Ferries stop.\n\n{code}\n\nThe Board met.")
        == "Ferries stop.\n\nThe Board met."
    )


LINES = st.sampled_from(
    [*NOTICE.split("\n"), "the rest", "3", "• Mail", "Jo Doe,", "12 and so on", ""]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=25).map("\n".join))
def test_cleaning_a_notice_twice_is_cleaning_it_once(text):
    once = clean_text(text)

    assert clean_text(once) == once


@pytest.mark.parametrize("text", ["AGENCY:\nDATES:", "AGENCY:\nPiers\nACTION:\nRule\nDATES:\n"])
def test_a_notice_that_is_form_alone_leaves_nothing(text):
    assert drop_notice_form(text).text == ""


def test_ledger_tells_of_the_form():
    outcome = drop_notice_form(NOTICE)

    assert outcome.times > 10
    assert outcome.example.startswith("Federal Register / Vol. 90")
