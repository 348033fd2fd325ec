"""Rules for what scrapers leave: programs, tables without frames, words of pages, processes."""

import re
import time
import warnings

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from topoi.corpus import look as look_module
from topoi.corpus import page_forms, page_lines, page_notes, page_notices, page_wording
from topoi.corpus.boilerplate import drop_boilerplate
from topoi.corpus.clean import RULES, clean, clean_text
from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Event, Ledger
from topoi.corpus.page_tally import is_made_of_page_words
from topoi.corpus.rules import Outcome, Rule
from topoi.errors import InputError

# --- programs and styles


@pytest.mark.parametrize(
    "line",
    [
        "window.dataLayer = window.dataLayer || [];",
        "var ads = []; ads.push({slot: 1});",
        "(function() { document.write('x'); })();",
        "function go(a) {",
        "if (typeof x === 'undefined') { x = 1; }",
        ".post { margin: 0; padding: 0 }",
        "@media (max-width: 600px) {",
        "#main, p.lead { color: #333; }",
        "[caption id='a1' width='300']",
        "[/caption]",
    ],
)
def test_lines_of_programs_and_styles_go(line):
    assert clean_text(f"Aid came.\n\n{line}\n\nThey left.") == "Aid came.\n\nThey left."


@pytest.mark.parametrize(
    "line",
    [
        "(a) submit the document to the window; and",
        "The function of the office is to help; nothing more {sic}",
        "Let us act = let us win;",
        "[caption missing in the original]",
        "He said: {we will pay: all of it}",
        "Rates: a) 3; b) 4;",
    ],
)
def test_lines_that_only_look_like_programs_stay(line):
    assert clean_text(f"Aid came.\n\n{line}") == f"Aid came.\n\n{line}"


# --- tables


def test_tables_without_outer_bars_are_read_with_their_header():
    raw = "Year | Arrivals\n:--|--:\n2019 | 1,200\n2020 | 900\n\nThen it fell."

    assert clean_text(raw) == (
        "Year: 2019. Arrivals: 1,200.\n\nYear: 2020. Arrivals: 900.\n\nThen it fell."
    )


@pytest.mark.parametrize("edge", ["-", "="])
def test_drawn_tables_are_read_with_their_header(edge):
    rule, under = "+------+------+", f"+{edge * 6}+{edge * 6}+"
    raw = f"{rule}\n| Post | Men  |\n{under}\n| East | 14   |\n{rule}\n| West | 7    |\n{rule}"

    assert clean_text(raw) == "Post: East. Men: 14.\n\nPost: West. Men: 7."


def test_single_bars_and_sums_stay():
    text = "Left | right, he wrote, and 3+-+4 is no rule."

    assert clean_text(text) == text


# --- words of pages


@pytest.mark.parametrize(
    "line",
    [
        "Sign up and get the headlines in your inbox every morning",
        "Follow the Valley Sentinel on Instagram",
        "Please log in to leave a comment",
        "Already a subscriber? Log in here",
        "You can unsubscribe at any time using the link in our emails.",
    ],
)
def test_lines_of_nothing_but_page_words_are_of_a_page(line):
    assert is_made_of_page_words(line)


@pytest.mark.parametrize(
    "line",
    [
        "Share the burden",
        "Follow the money on Facebook",
        "Facebook Bans Migrant Smuggler Ads",
        "FACEBOOK AND TWITTER IN GUATEMALA",
        "MR. DOE: Please share this article.",
        "Here, here.",
        "Thank you for being here.",
        "No comment.",
        "",
        "12 13 14",
    ],
)
def test_other_lines_are_not(line):
    assert not is_made_of_page_words(line)


def test_a_call_to_swipe_is_of_a_page():
    assert drop_boilerplate("Swipe left to play").text == ""


@pytest.mark.parametrize("line", ["News > World", "Politics | Business", "about·jobs·help"])
def test_rows_of_links_without_a_word_of_pages_alone_are_looked_at(line):
    assert page_lines.is_boilerplate(line)
    assert drop_boilerplate(line).text == ""


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (page_wording, "_LINES"),
        (page_wording, "_NAMED"),
        (page_wording, "_NOTICES"),
        (page_notes, "_NOTES"),
        (page_notes, "_NAMED"),
        (page_forms, "_FORMS"),
        (page_notices, "_NOTICES"),
    ],
)
def test_every_pattern_has_a_word_by_which_its_lines_are_looked_at(module, name):
    for pattern in getattr(module, name):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            lines = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)

        @settings(max_examples=30, deadline=None, database=None, phases=[Phase.generate],
                  derandomize=True, suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(lines)
        def check(line):
            line = " ".join(line.split())
            if page_lines.is_boilerplate(line):
                assert drop_boilerplate(line).text == "", line

        check()


# --- addresses and encodings


def test_addresses_that_lost_their_points_go():
    assert clean_text("all of the data visit wwwglobal-migrationinfo today") == (
        "all of the data visit today"
    )


def test_japanese_mojibake_of_quotation_marks_is_mended():
    assert clean_text("nigel farage窶冱 appearance, and 移民 stay") == (
        "nigel farage’s appearance, and 移民 stay"
    )


# --- time


UNITS = ["a", " ", "<", "&", "-", "\n", '"', "|", "[", "(", "{", ";", "#", "*", "_", ".", "é", "窶"]
UNITS += [
    "+-",
    "a|",
    "---|",
    "[A",
    "SUMMARY:\n",
    "1\n",
    "a,b",
    "w",
    "www",
    "a@",
    "var ",
    "x{",
    "{a:b;",
]


def seconds(rule, text):
    best = float("inf")
    for _ in range(2):
        look_module._LATEST.clear()
        begin = time.process_time()
        rule.apply(text)
        best = min(best, time.process_time() - begin)
    return best


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_rule_takes_twice_the_time_for_twice_the_text(rule):
    for unit in [*UNITS, "<div>", "<b "]:
        half = unit * (500_000 // len(unit)) if unit not in ("<div>", "<b ") else unit * 20_000
        short = seconds(rule, half)
        # Below a twentieth of a second a pause of the machine may be all that is measured.
        assert short < 0.05 or seconds(rule, half + half) < 2.5 * short + 0.2, unit


# --- processes


def test_any_number_of_processes_gives_the_same_bytes():
    texts = [
        f"<p>Story {n} of the desk.</p>Share this\n\n" + f"Words {n}. " * 60_000 for n in range(4)
    ]
    table = pd.DataFrame({"doc_id": list("abcd"), "text": texts})

    one, two = clean(Corpus(table)), clean(Corpus(table), n_jobs=2)

    assert one.texts == two.texts
    pd.testing.assert_frame_equal(one.ledger.events, two.ledger.events)


def test_rules_that_cannot_travel_are_refused():
    shout = Rule("upper case", lambda text: Outcome(text.upper(), 1, text))
    table = pd.DataFrame({"doc_id": list("abc"), "text": ["x" * 1_000_000] * 3})

    with pytest.raises(InputError, match=r"cannot be sent to another process .* or n_jobs=1"):
        clean(Corpus(table), rules=[shout], n_jobs=2)
    assert clean(Corpus(table), rules=[shout]).texts[0][:3] == "XXX"


@pytest.mark.parametrize("wrong", [0, -2, 1.5, True, "2"])
def test_wrong_numbers_of_processes_are_refused(wrong):
    with pytest.raises(InputError, match="n_jobs must be None, -1 or an int >= 1; got"):
        clean(Corpus(pd.DataFrame({"doc_id": ["a"], "text": ["x"]})), n_jobs=wrong)


def test_rules_by_line_are_asked_again_when_lines_are_changed_not_only_gone():
    calls = []

    def note(text):
        calls.append(text)
        return Outcome(text)

    drop = Rule("drop", lambda text: Outcome(text.replace("x\n", "")), drops_lines=True)
    change = Rule("change", lambda text: Outcome(text.replace("b", "c")))
    clean_text("a\nx\nb", rules=[Rule("note", note, by_line=True), drop, change])

    assert calls == ["a\nx\nb", "a\nc"]


# --- the ledger's examples


def test_examples_are_the_first_different_ones_of_each_rule():
    details = ["<p>", "<p>", "<b>", "", "<i>" + "x" * 200, "<u>"]
    events = [Event("read", f"d{n}", "read", "file") for n in range(6)]
    events += [
        Event("clean", f"d{n}", "changed", "HTML", 2, text) for n, text in enumerate(details)
    ]

    table = Ledger().add(events).examples()

    assert list(table.columns) == [
        "step", "action", "reason", "documents", "count", "example_1", "example_2", "example_3",
    ]  # fmt: skip
    assert table.loc[0, ["example_1", "example_2", "example_3"]].tolist() == ["", "", ""]
    row = table.loc[1]
    assert (row["documents"], row["count"]) == (6, 12)
    assert row[["example_1", "example_2"]].tolist() == ["<p>", "<b>"]
    assert len(row["example_3"]) == 80
    assert Ledger().add(events).examples(most=1)["example_1"].tolist() == ["", "<p>"]


def test_examples_of_an_empty_ledger_and_too_few_are_told():
    assert list(Ledger().examples().columns)[-1] == "example_3"
    with pytest.raises(InputError, match="most must be an int >= 1; got 0"):
        Ledger().examples(most=0)
