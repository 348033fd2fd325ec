"""Titles go through the rules for characters, and the ledger says so."""

import pandas as pd

from topoi.corpus.clean import clean
from topoi.corpus.corpus import Corpus
from topoi.corpus.rules import Outcome, Rule

TEXT = "The council asked for more piers."


def cleaned(titles, texts=None, **given):
    ids = [f"d{number}" for number in range(len(titles))]
    table = pd.DataFrame({"doc_id": ids, "title": titles, "text": texts or [TEXT] * len(ids)})
    return clean(Corpus(table), **given)


def title_events(corpus):
    events = corpus.ledger.events
    chosen = events.loc[events["reason"].str.endswith("(title)")]
    return chosen[["doc_id", "reason", "count", "detail"]].to_numpy().tolist()


def test_invisible_and_broken_characters_leave_titles():
    corpus = cleaned(["Biden-\u2060Harris", "The \ufeffport \u200b", "cafÃ©", "Soft\u00adware"])

    assert corpus.table["title"].tolist() == ["Biden-Harris", "The port", "café", "Software"]
    assert title_events(corpus) == [
        ["d0", "odd characters removed (title)", 1, "\\u2060"],
        ["d1", "odd characters removed (title)", 2, "\\ufeff"],
        ["d2", "broken encoding mended (title)", 1, "cafÃ©"],
        ["d3", "odd characters removed (title)", 1, "\\xad"],
    ]


def test_a_line_end_in_a_title_becomes_a_space():
    assert cleaned(["One\u2028two\r\nthree"]).table["title"].tolist() == ["One two three"]


def test_sound_titles_stay_as_they_are_and_leave_no_event():
    titles = ["", "  Two  spaces ", "Read more", "“Élan” – 3 §\u20092", "<b>bold</b>"]

    corpus = cleaned(titles)

    assert corpus.table["title"].tolist() == titles
    assert title_events(corpus) == []


def test_cleaning_titles_twice_is_cleaning_them_once():
    once = cleaned(["a\u200b  b\x0bc", "Caf\u0065\u0301\ufeff", "\u2060"])
    again = clean(once)

    assert again.table["title"].tolist() == once.table["title"].tolist()
    assert once.table["title"].tolist() == ["a b c", "Café", ""]
    assert title_events(again) == title_events(once)


def test_titles_of_dropped_documents_go_with_them():
    corpus = cleaned(["a\u200b", "b\u200b", "c\u200b"], [TEXT, "Read more", "Law and piers."])

    assert corpus.ids == ["d0", "d2"]
    assert corpus.table["title"].tolist() == ["a", "c"]
    assert corpus.texts == [TEXT, "Law and piers."]


def test_only_rules_for_characters_touch_titles():
    shout = Rule("shout", lambda text: Outcome(text.upper(), 1))
    loud = Rule("loud", lambda text: Outcome(text.replace("é", "É"), 1, "é"), in_titles=True)

    corpus = cleaned(["a\u200bé"], rules=[shout, loud])

    assert corpus.table["title"].tolist() == ["a\u200bÉ"]
    assert title_events(corpus) == [["d0", "loud (title)", 1, "é"]]
