"""Documents are cut where a reader would cut them, and no word is lost or doubled."""

import time
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.corpus import Corpus
from topoi.corpus.segment import segment
from topoi.corpus.sentences import sentences
from topoi.errors import InputError

EIGHT = "one two three four five six seven eight."


def corpus_of(*texts):
    ids = [f"d{number}" for number in range(len(texts))]
    return Corpus(pd.DataFrame({"doc_id": ids, "text": list(texts)}))


def passages(text, **settings):
    return segment(corpus_of(text), **settings).texts


def test_paragraphs_are_passages():
    assert passages(f"{EIGHT}\n\n{EIGHT}\n \n\n{EIGHT}") == [EIGHT] * 3


def test_lines_without_a_blank_line_are_one_paragraph():
    assert passages(f"{EIGHT}\n{EIGHT}") == [f"{EIGHT}\n{EIGHT}"]


def test_heading_goes_with_the_paragraph_that_follows():
    heading = "What we do about the root causes of migration"

    assert passages(f"{EIGHT}\n\n{heading}\n\n{EIGHT}") == [EIGHT, f"{heading}\n\n{EIGHT}"]


def test_short_sentence_and_long_line_are_no_headings():
    sentence = "This is a sentence of more than eight words."
    line = "this line has no stop at its end but it has more than twelve words"

    assert passages(f"{sentence}\n\n{EIGHT}") == [sentence, EIGHT]
    assert passages(f"{line}\n\n{EIGHT}") == [line, EIGHT]


def test_list_item_without_a_stop_is_no_heading():
    item = "- one two three four five six seven eight"

    assert passages(f"{item}\n\n{EIGHT}") == [item, EIGHT]


def test_lead_in_goes_with_its_list():
    lead_in = "The President will take the following four executive actions today:"
    items = "- one two three\n- four five six\n- seven eight nine"

    assert passages(f"{lead_in}\n\n{items}\n\n{EIGHT}") == [f"{lead_in}\n\n{items}", EIGHT]


def test_items_between_blank_lines_stay_with_their_lead_in_up_to_a_length():
    items = [f"({letter}) {EIGHT}" for letter in "abcdefghijklmnop"]  # 9 words each
    text = "\n\n".join(["The rule would do the following:", *items, EIGHT])

    cut = passages(text)

    assert cut[0] == "\n\n".join(["The rule would do the following:", *items[:13]])
    assert cut[1:] == [*items[13:], EIGHT]


def test_items_without_a_lead_in_are_passages():
    assert passages(f"{EIGHT}\n\n- {EIGHT}\n\n- {EIGHT}") == [EIGHT, f"- {EIGHT}", f"- {EIGHT}"]


def test_short_paragraph_goes_with_the_next_and_the_last_with_the_one_before():
    assert passages(f"Thank you.\n\n{EIGHT}\n\nGood bye.") == [
        f"Thank you.\n\n{EIGHT}\n\nGood bye."
    ]


def test_heading_at_the_end_stays_a_passage_unless_it_is_short():
    heading = "A heading of nine words without any text behind"

    assert passages(f"{EIGHT}\n\n{heading}") == [EIGHT, heading]
    assert passages(f"{EIGHT}\n\nNotes") == [f"{EIGHT}\n\nNotes"]


def test_many_short_lines_are_not_one_endless_heading():
    cut = passages("\n\n".join(["A name and a place"] * 100))

    assert [len(passage.split()) for passage in cut] == [40] * 12 + [20]


def test_least_number_of_words_can_be_one():
    assert passages("Yes.\n\nNo.", min_words=1) == ["Yes.", "No."]


def test_sentences_are_passages():
    text = "The U.S. will act at the border. Did it act before? It did.\n\nIt will act again."

    assert passages(text, by="sentence", min_words=1) == [
        "The U.S. will act at the border.",
        "Did it act before?",
        "It did.",
        "It will act again.",
    ]
    assert passages(text, by="sentence", min_words=3) == [
        "The U.S. will act at the border.",
        "Did it act before?",
        "It did.\n\nIt will act again.",
    ]


def test_short_sentence_goes_with_the_next():
    text = "It did. It did act on the border again."

    assert passages(text, by="sentence", min_words=3) == [text]
    assert passages(text, by="sentence", min_words=2) == ["It did.", text[8:]]


def test_heading_goes_with_the_first_sentence():
    assert passages("Our plan\n\nIt is good. It is new.", by="sentence", min_words=1) == [
        "Our plan\n\nIt is good.",
        "It is new.",
    ]


def test_windows_by_hand():
    words = [f"w{number}" for number in range(10)]
    text = " ".join(words)

    def window(start, stop):
        return " ".join(words[start:stop])

    by_four = passages(text, by="window", words=4, min_words=1)
    short_tail = passages(text + " w10", by="window", words=4, min_words=1)
    overlapping = passages(text, by="window", words=4, overlap=1, min_words=1)

    assert by_four == [window(0, 4), window(4, 10)]  # a tail of 2 words is under 3 x 1
    assert short_tail == [window(0, 4), window(4, 8), "w8 w9 w10"]
    assert overlapping == [window(0, 4), window(3, 7), window(6, 10)]


def test_window_keeps_the_white_space_within():
    assert passages("a b\n\nc  d", by="window", words=9) == ["a b\n\nc  d"]


def test_windows_of_sentences_by_hand():
    text = "We go. You stay. He left.\n\nShe came. They ran."

    def windows(**settings):
        return passages(text, by="window", min_words=1, **settings)

    assert windows(sentences=2) == ["We go. You stay.", "He left.\n\nShe came.", "They ran."]
    assert windows(sentences=3, overlap=1) == [
        "We go. You stay. He left.",
        "He left.\n\nShe came. They ran.",
    ]
    assert passages(text, by="window", sentences=4, min_words=3) == [text]


def test_table_repeats_what_is_known_of_the_document():
    table = pd.DataFrame(
        {
            "doc_id": ["x", "y"],
            "text": [f"{EIGHT}\n\n{EIGHT}", EIGHT],
            "date": pd.to_datetime(["2021-01-20", None]),
            "source": ["WH", "UN"],
            "title": ["One", "Two"],
            "party": ["D", None],
        }
    )

    cut = segment(Corpus(table)).table

    assert list(cut.columns) == ["passage_id", *Corpus(table).table.columns]
    assert list(cut["passage_id"]) == ["x#001", "x#002", "y#001"]
    for name in ("date", "source", "title", "party"):
        assert cut[name].tolist()[0] == cut[name].tolist()[1] == Corpus(table).table[name][0]


def test_numbers_are_as_wide_as_the_document_needs():
    cut = segment(corpus_of(" ".join(["w"] * 1200), "w"), by="window", words=1, min_words=1)

    ids = cut.ids
    assert ids[0] == "d0#0001"
    assert ids[-1] == "d1#001"
    assert ids == sorted(ids)


def test_ledger_notes_the_number_of_passages():
    cut = segment(corpus_of(f"{EIGHT}\n\n{EIGHT}", EIGHT))

    events = cut.ledger.events.tail(2)
    assert list(events["reason"]) == ["cut into passages"] * 2
    assert list(events["action"]) == ["noted"] * 2
    assert list(events["count"]) == [2, 1]
    assert cut.ledger.counts()["kept"] == 2


def sentence_of(n_words):
    return " ".join(["Word"] + ["word"] * (n_words - 1)) + "."


def test_text_without_blank_lines_is_cut_at_sentences_into_even_parts():
    text = " ".join([sentence_of(13)] * 50)  # 650 words

    found = passages(text)

    assert " ".join(found) == text
    assert all(part.endswith(".") for part in found)
    # At most 125 words: six parts, of 8 or 9 sentences.
    assert sorted(len(part.split()) for part in found) == [8 * 13] * 4 + [9 * 13] * 2


def test_what_is_cut_is_noted_and_what_has_250_words_stays_whole():
    whole, long = sentence_of(250), " ".join([sentence_of(50)] * 6)

    cut = segment(corpus_of(f"{whole}\n\n{long}", whole))

    assert [len(text.split()) for text in cut.texts] == [250, 100, 100, 100, 250]
    noted = cut.ledger.events.loc[cut.ledger.events["reason"] == "cut for their length"]
    assert list(noted["doc_id"]) == ["d0"]
    assert list(noted["count"]) == [1]


def test_heading_stays_with_the_first_part():
    found = passages("What we do about it\n\n" + " ".join([sentence_of(50)] * 6))

    assert found[0].startswith("What we do about it\n\nWord")
    assert "\n" not in "".join(found[1:])


def test_a_sentence_without_end_is_cut_between_words():
    text = " ".join(f"w{number}" for number in range(1001))

    found = passages(text)

    assert " ".join(found) == text
    assert [len(part.split()) for part in found] == [112] * 8 + [105]


def test_none_leaves_paragraphs_whole():
    text = " ".join([sentence_of(50)] * 6)

    assert passages(text, max_words=None) == [text]


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 90), min_size=1, max_size=60),
    max_words=st.integers(1, 300),
    min_words=st.integers(1, 40),
)
def test_no_word_is_lost_and_no_part_too_long(sizes, max_words, min_words):
    text = " ".join(sentence_of(size) for size in sizes)
    most = max(max_words, 4 * min_words)

    found = passages(text, max_words=max_words, min_words=min_words)

    assert " ".join(found).split() == text.split()
    lengths = [len(part.split()) for part in found]
    assert max(lengths) <= (most if len(found) == 1 else max(most // 2, 1))
    if len(found) > 1:
        assert min(lengths) >= min(min_words, *sizes)


@pytest.mark.parametrize("by", ["paragraph", "sentence", "window", "speaker"])
@pytest.mark.parametrize("text", ["", "  \n\n "])
def test_document_without_words_is_one_empty_passage(by, text):
    cut = segment(corpus_of(text), by=by)

    assert cut.texts == [""]
    assert cut.ids == ["d0#001"]


def test_no_document():
    cut = segment(Corpus(pd.DataFrame({"doc_id": [], "text": []})))

    assert len(cut) == 0
    assert cut.is_segmented


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"by": "page"}, "by must be one of paragraph, sentence, window, speaker; got 'page'"),
        (
            {"by": "windw", "words": 4},
            r"^by must be one of .*; got 'windw'\. Did you mean 'window'\?$",
        ),
        ({"by": "window", "words": 0}, "words must be an int >= 1; got 0"),
        ({"by": "window", "words": 5, "overlap": 5}, r"overlap must be an int in \[0, words = 5\)"),
        ({"min_words": 0}, "min_words must be an int >= 1; got 0"),
        (
            {"overlap": 3},
            "words, sentences and overlap are for by='window' only; by is 'paragraph'",
        ),
        ({"by": "speaker", "sentences": 3}, "are for by='window' only; by is 'speaker'"),
        ({"by": "speaker", "min_words": 1}, "min_words is not for by='speaker': turns are never"),
        ({"by": "window", "sentences": 0}, "sentences must be an int >= 1; got 0"),
        (
            {"by": "window", "sentences": 2, "overlap": 2},
            r"overlap must be an int in \[0, sentences",
        ),
        (
            {"by": "window", "sentences": 2, "words": 9},
            "Give the windows' words or their sentences",
        ),
        ({"max_words": 0}, "max_words must be an int >= 1; got 0"),
        ({"by": "window", "max_words": 9}, "max_words is for by='paragraph' only; by is 'window'"),
        ({"language": "fr"}, "language must be one of en, es; got 'fr'"),
    ],
)
def test_setting_out_of_range_is_refused(setting, message):
    with pytest.raises(InputError, match=message):
        segment(corpus_of(EIGHT), **setting)


def test_passages_are_not_cut_again():
    with pytest.raises(InputError, match=r"cut into passages already\. Give the whole documents"):
        segment(segment(corpus_of(EIGHT)))


PIECES = [
    "border ",
    "The ",
    "U.S. ",
    "No. ",
    "5 ",
    "e.g. ",
    '"Yes." ',
    "(a) ",
    "\n",
    "\n\n",
    "- ",
    ": ",
    "?",
    "MS. LEE: ",
    "Q ",
]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.sampled_from(["paragraph", "sentence", "window"]),
    st.integers(1, 12),
)
def test_passages_hold_the_words_of_the_document_in_order(text, by, least):
    cut = passages(text, by=by, min_words=least, words=7 if by == "window" else 120)

    assert " ".join(cut).split() == text.split()
    if len(cut) > 1:
        assert all(len(passage.split()) >= min(least, 7) for passage in cut)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_turns_and_their_speakers_hold_the_document_in_order(text):
    cut = segment(corpus_of(text), by="speaker")

    told = " ".join(
        f"{who} {said}" for who, said in zip(cut.table["speaker"], cut.texts, strict=True)
    )
    assert told.replace(":", "").split() == text.replace(":", "").split()
    moved = cut.ledger.events.query("reason == 'names of speakers moved to a column'")
    assert moved["count"].sum() == (cut.table["speaker"] != "").sum()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.integers(1, 5),
    st.integers(1, 9),
)
def test_windows_of_sentences_hold_the_words_of_the_document_in_order(text, size, least):
    cut = passages(text, by="window", sentences=size, min_words=least)

    assert " ".join(cut).split() == text.split()


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 60), st.integers(1, 12), st.data())
def test_windows_overlap_by_the_words_asked_for(n_words, words, data):
    overlap = data.draw(st.integers(0, words - 1))
    text = " ".join(str(number) for number in range(n_words))

    cut = [
        p.split() for p in passages(text, by="window", words=words, overlap=overlap, min_words=1)
    ]

    rebuilt = cut[0]
    for before, passage in pairwise(cut):
        assert before[len(before) - overlap :] == passage[:overlap]
        rebuilt = rebuilt + passage[overlap:]
    assert rebuilt == text.split()


@pytest.mark.parametrize(
    "parts",
    [
        ["He came.", "She went."],
        ["Is it so?", "It is!", "Good\u2026", "Yes."],
        ["\u201cWe are open.\u201d", "He left."],
        ["He said (in May.)", "Then he left."],
        ["Mr. Smith met Dr. Jones and Gov. Lee at St. Mary."],
        ["The U.S. Government acted.", "It did."],
        ["It came from the U.S.", "The law is new."],
        ["We met H.R. 815 and S. 744 at 9 a.m. EST."],
        ["At 9 a.m.", "The session began."],
        ["See No. 5, Sec. 3 and Art. 2 of the act.", "No.", "That is all."],
        ["Chevron v. NRDC is cited.", "Smith et al. (2020) agree."],
        ["It rose by 3.5 percent.", "In 2021.", "Then it fell."],
        ["J. F. Kennedy and Joseph R. Biden spoke."],
        ["Acme Inc. Chairman Lee left.", "He was ill.", "Doctors came."],
        ["On Jan. 20 and Sept. 5 it rained."],
        ["1. The Secretary shall act.", "2. The Congress may act."],
        ["we have seen . . . this . . . before.", "Now we act."],
        ["He said \u201cWhy?\u201d and left."],
        ["82 Fed. Reg. 38,926 and 505 U.S. 788 are cited."],
        ["No stop at the end"],
        ["IV. Solicitation of Comments We ask.", "V. Other matters follow."],
        ["Sec. 9. Reducing the backlog.", "The Secretary shall act."],
        ["Part VI. Evaluation of the pilot.", "It ends in May."],
        ["1.2. Scope of the rule.", "It is narrow."],
        ["See Docket No. FAA-2025-0020 and Nos. MC2025-882 and 3.", "No.", "I do not."],
        ["The Act (Pub. L. 104-113) and H. Con. Res. 14 apply."],
        ["It was affirmed (D.C. Cir. 2009) and at 145 S. Ct. 1497."],
        ["The Act (8 U.S.C. 1101 et seq. ) is amended.", "See Ex. B and Vol. II."],
        ["Exxon, et al. (No. A91) was settled.", "Drs. Fauci and Lee agree."],
        ["We were in the U.S.", "(Applause.)", "And in the U.N. — yes — too."],
        ["It sits in Rm. 5129, Bldg. 32, 10 New Hampshire Ave. NW, Washington."],
        ["It is in Appendix A.", "Comments are due.", "Jill and I.", "Nobody else came."],
        ["It fell to 3.5.", "Americans noticed."],
        ["We met Rep. Lee, Ph.D. Candidate, etc.", "Members left."],
        ["“Everyone is equal.", "Never give up.”", "He smiled."],
    ],
)
def test_sentence_ends_by_hand(parts):
    assert sentences(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["El Sr. Pérez y la Dra. Ana Díaz llegaron a EE. UU. desde México."],
        ["Vive en EE.UU.", "La ley cambió."],
        ["¿Por qué se van?", "¡Por hambre!", "Se van."],
        ["Según el art. 14, inc. B, y la pág. 3 del Decreto No. 2.", "Fin."],
        ["Compró Cementos, S.A. de C.V. en 2020.", "El 5 de ene. 2021 cerró."],
        ["«No hay trabajo.»", "Eso dijo J. L. González."],
        ["Migran por sequía, violencia, etc.", "Muchos vuelven."],
    ],
)
def test_spanish_sentence_ends_by_hand(parts):
    assert sentences(" ".join(parts), language="es") == parts


def test_a_language_without_abbreviations_is_refused():
    with pytest.raises(InputError, match=r"language must be one of en, es; got 'fr'\."):
        sentences("Il est là.", language="fr")


def test_blank_lines_end_a_sentence():
    assert sentences("Our plan\n \nIt is good.\n\n\nYes") == ["Our plan", "It is good.", "Yes"]


def test_lines_of_a_list_are_sentences_and_wrapped_lines_are_not():
    assert sentences("We will:\n- act now\n- act\n  later") == [
        "We will:",
        "- act now",
        "- act\n  later",
    ]


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a\n\n",
        "a:\n\n",
        ".",
        " .",
        ". A",
        '."',
        "\n",
        "\n\n",
        "A B",
        "A’",
        "- ",
        "U.S. ",
        "1. ",
        ")",
        "<",
        "&",
        "-",
        '"',
        " ",
        "A-",
        "Q\nA: ",
    ],
)
@pytest.mark.parametrize("by", ["paragraph", "sentence", "window", "speaker"])
def test_a_megabyte_of_one_piece_takes_linear_time(piece, by):
    corpus = corpus_of(piece * (300_000 // len(piece)))

    start = time.perf_counter()
    segment(corpus, by=by)

    # About 1 s at most; quadratic work would take many minutes.
    assert time.perf_counter() - start < 20
