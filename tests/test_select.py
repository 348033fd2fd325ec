"""Are the rows kept that meet the conditions, and is it known why the others are not?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.corpus import Corpus
from topoi.corpus.segment import segment
from topoi.errors import InputError
from topoi.text.selection import select
from topoi.themes.theme import Seed, Theme, Themes

THEMES = Themes("pack", (Theme("x", "X", "d", (Seed("root cause*"), Seed("visa*"))),))


def corpus_of(*texts, dates=None):
    ids = [f"d{number}" for number in range(len(texts))]
    table = pd.DataFrame({"doc_id": ids, "text": list(texts)})
    return Corpus(table if dates is None else table.assign(date=dates))


def dropped(corpus):
    outcomes = corpus.ledger.outcomes()
    lost = outcomes.loc[outcomes["outcome"] == "dropped"]
    assert set(lost["step"]) <= {"select"}
    return dict(zip(lost["doc_id"], lost["reason"], strict=True))


def test_a_query_keeps_the_documents_it_asks_for():
    corpus = select(corpus_of("asylum law", "sport", "Asylum"), query="asylum")

    assert corpus.ids == ["d0", "d2"]
    assert dropped(corpus) == {"d1": "not asked for by the query asylum"}


def test_themes_keep_documents_with_enough_seeds():
    texts = ("root causes", "the root causes and visas", "visa, visas", "")

    assert select(corpus_of(*texts), themes=THEMES).ids == ["d1", "d2"]
    kept = select(corpus_of(*texts), themes=THEMES, min_seeds=1)
    assert kept.ids == ["d0", "d1", "d2"]
    assert dropped(kept) == {"d3": "fewer than 1 seeds of the pack pack"}


@pytest.mark.parametrize(
    ("since", "until", "kept"),
    [
        ("2021-03-31", None, ["d1", "d2", "d3"]),
        (None, "2021-03-31", ["d0", "d1"]),
        ("2021", "2021", ["d1", "d2"]),
        ("2021-04", "2021-12", ["d2"]),
        ("2021-12-31", "2021-12-31", ["d2"]),
    ],
)
def test_dates_are_whole_days_months_and_years(since, until, kept):
    dates = ["2020-12-31T23:00", "2021-03-31T12:00", "2021-12-31T23:59", "2022-01-01", None]
    corpus = select(corpus_of(*"abcde", dates=dates), since=since, until=until)

    assert corpus.ids == kept
    assert dropped(corpus)["d4"] == "no date"


def test_the_first_condition_that_is_not_met_is_the_reason():
    dates = ["2020-01-01", "2021-01-01", "2021-01-02"]
    corpus = corpus_of("sport", "sport", "visa", dates=dates)

    kept = select(corpus, query="visa", since="2021", until="2021-01-01")

    assert len(kept) == 0
    assert dropped(kept) == {
        "d0": "before 2021",
        "d1": "not asked for by the query visa",
        "d2": "after 2021-01-01",
    }


def test_passages_are_judged_alone_and_counted_by_document():
    corpus = corpus_of("A visa.\n\nNone.\n\nNone.", "None.\n\nNone.")

    kept = select(segment(corpus, min_words=1), query="visa")

    assert kept.ids == ["d0#001"]
    assert dropped(kept) == {"d1": "not asked for by the query visa"}
    noted = kept.ledger.events.query("step == 'select' and action == 'noted'")
    assert list(noted["doc_id"]) == ["d0", "d1"]
    assert list(noted["count"]) == [2, 2]
    assert set(noted["reason"]) == {"passages left out: not asked for by the query visa"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "There is no condition: give query, themes, language, since or until"),
        ({"query": "a b"}, "The query cannot be read at character 3"),
        ({"query": "a", "min_seeds": 1}, "min_seeds counts seeds of themes; give themes, too"),
        ({"themes": THEMES, "min_seeds": 0}, "min_seeds must be an int >= 1; got 0"),
        ({"since": "03/04/2021"}, "since must be a date such as 2021-01-20, .*; got '03/04/2021'"),
        ({"until": "2021-02-30"}, "until must be a date such as"),
        ({"until": "9999"}, "until must be a date such as"),
        ({"since": "2022", "until": "2021"}, "since must not be later than until; got 2022 and"),
        ({"language": "xx"}, "Languages must be codes such as en and es; unknown: 'xx'"),
    ],
)
def test_what_cannot_be_selected_is_refused(given, words):
    if "language" in given:
        pytest.importorskip("py3langid")
    with pytest.raises(InputError, match=words):
        select(corpus_of("a"), **given)


WORDS = ["visa", "root causes", "border", "\n\n", "the", "."]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), min_size=1, max_size=6),
    st.lists(st.sampled_from(["2020-05-01", "2021-05-01", None]), min_size=6, max_size=6),
    st.booleans(),
    st.sampled_from([None, "visa", "NOT visa", "border NEAR/2 visa"]),
    st.sampled_from([None, "2021"]),
)
def test_kept_and_left_out_add_up(texts, dates, in_passages, query, since):
    corpus = corpus_of(*texts, dates=dates[: len(texts)])
    rows = segment(corpus, min_words=1) if in_passages else corpus

    kept = select(rows, query=query, since=since, themes=THEMES, min_seeds=1)

    counts = kept.ledger.counts()
    assert counts["read"] == len(texts) == counts["kept"] + counts["dropped"]
    assert counts["kept"] == kept.n_documents
    events = kept.ledger.events.query("step == 'select'")
    n_out = events.loc[events["action"] == ("noted" if in_passages else "dropped"), "count"].sum()
    assert len(kept) + n_out == len(rows)
    left = rows.table.set_index("passage_id" if in_passages else "doc_id")["text"]
    assert kept.texts == left.loc[kept.ids].tolist()
    assert np.all(kept.table["date"] >= "2021") if since else True


# --- languages ----------------------------------------------------------------------------------

ENGLISH = "The President spoke about the root causes of migration from Central America today."
SPANISH = "El presidente habló hoy de las causas de la migración desde Centroamérica."
FRENCH = "Le président a parlé hier des causes profondes de la migration vers le nord."


def test_languages_are_told_and_short_texts_are_not():
    pytest.importorskip("py3langid")
    from topoi.corpus.language import identify_languages

    told = identify_languages(corpus_of(ENGLISH, SPANISH, FRENCH, "", "No.", "12 345 678 " * 9))

    assert list(told.table["language"]) == ["en", "es", "fr", "und", "und", "und"]
    again = identify_languages(told, among=["en", "fr"])
    assert list(again.table["original_language"]) == list(told.table["language"])
    assert set(again.table["language"]) <= {"en", "fr", "und"}


def test_a_language_that_is_not_among_them_is_not_told_for_sure():
    pytest.importorskip("py3langid")
    from topoi.corpus.language import identify_languages

    polish = corpus_of("Polska policja zatrzymała na granicy dwie osoby")

    assert list(identify_languages(polish).table["language"]) == ["und"]


def test_a_text_is_judged_by_its_middle_too():
    pytest.importorskip("py3langid")
    from topoi.corpus.language import identify_languages

    header = "0123456789 " * 95

    assert list(identify_languages(corpus_of(header + SPANISH * 30)).table["language"]) == ["es"]


def test_documents_in_other_languages_are_left_out():
    pytest.importorskip("py3langid")

    kept = select(corpus_of(ENGLISH, SPANISH, "No."), language="es")
    both = select(corpus_of(ENGLISH, SPANISH, "No."), language=["en", "und"])

    assert kept.ids == ["d1"]
    assert "language" not in kept.table.columns
    assert dropped(kept) == {"d0": "language en", "d2": "language und"}
    assert both.ids == ["d0", "d2"]


def test_settings_of_languages_out_of_range_are_refused():
    pytest.importorskip("py3langid")
    from topoi.corpus.language import identify_languages

    with pytest.raises(InputError, match="among must name at least two languages; got en"):
        identify_languages(corpus_of("a"), among="en")
    with pytest.raises(InputError, match="min_letters must be an int >= 1; got 0"):
        identify_languages(corpus_of("a"), min_letters=0)
