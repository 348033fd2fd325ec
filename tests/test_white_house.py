"""Does the study of the White House say so where its text is not, and is its calendar in order?"""

import re

import pandas as pd
from white_house_study import FOLDER, PROSE, run_in


def test_without_the_text_the_first_cell_says_so_and_the_others_are_passed_over(tmp_path):
    work = tmp_path / "work"
    work.mkdir()

    names, printed = run_in(work, tmp_path / "ipython")

    assert printed[0].startswith("The White House text is not on this machine")
    assert set(printed[1:]) == {""}
    assert "paragraphs" not in names
    assert list(work.iterdir()) == []


def test_every_linked_page_is_there():
    links = re.findall(r"\]\(([^)]+)\)", PROSE)

    assert links
    assert [link for link in links if not (FOLDER / link).is_file()] == []


def test_events_have_a_date_a_short_label_and_a_source_on_record():
    calendar = pd.read_csv(FOLDER / "policy_calendar.csv")

    assert list(calendar.columns) == ["date", "label", "event", "source"]
    assert 10 <= len(calendar) <= 20
    assert calendar["date"].str.fullmatch(r"20\d\d-\d\d-\d\d").all()
    assert pd.to_datetime(calendar["date"]).is_monotonic_increasing
    assert calendar["label"].is_unique
    assert calendar["label"].str.len().max() <= 20
    on_record = r"\d+ FR \d+|FR Doc|Executive Order|Proclamation|U\.S\.C\.|Act, |Security|Summit"
    assert calendar["source"].str.contains(on_record).all()
