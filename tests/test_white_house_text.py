"""Does the study of the White House say what its text shows?"""

import pandas as pd
import pytest
from white_house_study import FOLDER, run_in

pytestmark = pytest.mark.studies


@pytest.fixture(scope="module")
def names(shared_data, tmp_path_factory):
    return run_in(FOLDER, tmp_path_factory.mktemp("ipython"))[0]


@pytest.fixture(scope="module")
def own(names):
    """Shares of the White House's own words by quarter, a column for each theme."""
    quarters = names["quarters"]
    own = quarters.loc[quarters["group"] == "White House"]
    return own.pivot(index="period", columns="name", values="estimate")


def test_words_on_migration_are_two_or_three_in_a_hundred(names):
    # "Two to three words in a hundred stand in a paragraph that names migration"
    words = names["words"].loc[["2021", "2022", "2023", "2024"]]
    share = words["in these paragraphs"] / words["all words"]

    assert share.between(0.015, 0.035).all()


def test_the_measure_orders_passages_as_the_coders_do_and_overstates_root_causes(names):
    agreement = names["agreement"].loc[names["is_auc"]].set_index("theme")
    level = names["level"]

    assert (agreement["estimate"] > 0.93).all()  # "The order is good"
    assert (agreement["lower"] > 0.85).all()
    twice = level.loc["root_causes", "share measured"] / level.loc["root_causes", "share coded"]
    assert 1.7 < twice < 2.3  # "sees twice as much"
    assert (level["alpha of the coders"] > 0.9).all()  # "far better than people usually do"


def test_one_full_quarter_is_unlike_the_others(own):
    # "between a fifth and a little over two fifths of the text in every full quarter but one …
    # six tenths, and both other themes fell to their lowest"
    full = own.drop(index="2025-01-01")
    early = full.loc["2024-01-01"]
    rest = full.drop(index="2024-01-01")

    assert rest["border_security"].between(0.2, 0.44).all()
    assert early["border_security"] == pytest.approx(0.6, abs=0.05)
    assert (
        early[["root_causes", "legal_pathways"]] < rest.min()[["root_causes", "legal_pathways"]]
    ).all()


def test_reporters_ask_about_borders_all_the_time(names):
    # "half to seven tenths of the text of their questions, in every quarter"
    quarters = names["quarters"]
    asked = quarters.loc[
        (quarters["group"] == "reporters") & (quarters["name"] == "border_security"), "estimate"
    ]

    assert asked.between(0.48, 0.72).all()


def test_the_last_quarter_is_as_short_as_the_caption_says(names):
    quarters = names["quarters"]

    assert set(quarters.loc[quarters["period"] == "2025-01-01", "n_documents"]) == {7}
    assert names["table"]["date"].max() == pd.Timestamp("2025-01-10")


def test_kinds_of_document_are_as_the_prose_says_and_do_not_explain_it(names):
    # "Press briefings speak most of borders …; statements speak most of causes. … There were
    # [more briefings], but it is not that."
    kinds = names["kinds"].loc[~names["kinds"]["is_small"]]
    wide = kinds.pivot(index="group", columns="name", values="estimate")
    table = names["table"].loc[names["table"]["own"] == 1]
    briefings = (table["category"] == "press-briefings").groupby(table["when"]).mean()
    contrast = names["contrast"].set_index("name")

    assert wide["border_security"].idxmax() == "press-briefings"
    assert wide["root_causes"].idxmax() == "statements-releases"
    assert briefings["early 2024"] > briefings["other months"] + 0.1
    assert contrast.loc["border_security", "lower"] > 0.15
    assert (contrast.loc[["root_causes", "legal_pathways"], "upper"] < 0).all()


def test_changes_are_those_that_the_prose_tells(names):
    changes = names["changes"]
    own = changes.loc[changes["group"] == "White House"].set_index(["name", "period"])["change"]
    asked = changes.loc[changes["group"] == "reporters", "change"]

    assert own.gt(0).to_dict() == {
        ("border_security", "2024-01-01"): True,
        ("border_security", "2024-04-01"): False,
        ("root_causes", "2024-01-01"): False,
        ("root_causes", "2024-11-01"): True,
        ("legal_pathways", "2024-01-01"): False,
        ("legal_pathways", "2024-05-01"): True,
    }
    assert len(asked) == 2
    assert asked.abs().max() < own["border_security"].abs().min()  # "two smaller ones"
    years = [
        (pd.Timestamp(latest) - pd.Timestamp(earliest)).days / 365.25
        for earliest, latest in zip(changes["earliest"], changes["latest"], strict=True)
    ]
    assert sum(year >= 1 for year in years) > len(years) / 2  # "most … wider than a year"


def test_the_last_level_rests_on_few_documents(names):
    months = names["months"]
    after = (months["group"] == "White House") & (months["period"] >= "2024-11-01")

    assert months.loc[after & (months["name"] == "root_causes"), "n_documents"].sum() == 38


def test_changes_hang_on_the_settings_as_the_prose_says(names):
    sizes = {name: len(found) for name, found in names["otherwise"].items()}
    blocks = names["otherwise"]["months, shuffled three at a time"]
    by_quarter = names["otherwise"]["quarters, two to a level"]

    assert len(blocks) == 0
    assert set(by_quarter["group"]) == {"reporters"}
    assert len(by_quarter) == 2
    assert sizes["months, three to a level (above)"] == 8


def test_fewer_events_are_near_than_by_chance(names):
    # "Two of eight changes …, the election and the end of Title 42; a shifted calendar has four on
    # average. With fifteen events in four years"; "Every change has an event inside its interval"
    matches = names["matches"]

    assert len(matches) == 8
    assert matches["n_events"][0] == 15
    assert matches["n_matched"][0] == 2
    assert set(matches.loc[matches["is_match"], "event"]) == {"election", "Title 42 ends"}
    assert 3.5 < matches["expected_matched"][0] < 4.5
    assert (matches["n_inside"] > 0).all()
    assert (matches["n_inside"] - matches["expected_inside"]).abs().max() < 2.5


def test_words_are_of_a_bill(names):
    typical = names["typical"]
    clear = typical.loc[(typical["p_bh"] < 0.05) & (typical["z"] > 0)]
    early = clear.loc[clear["group"] == "early 2024", "term"]
    before = clear.loc[clear["group"] == "2023", "term"]

    assert {"bipartisan", "senate", "deal", "border patrol"} <= set(early.head(5))
    assert {"bill", "toughest", "fairest", "reforms"} <= set(early)
    assert {"legal pathways", "countries", "migration"} <= set(before)
    assert len(before) < len(early) / 4  # "Few words of 2023 are clear"


def test_half_of_the_seeds_find_the_same_difference(names):
    # "With the second half borders rise by two thirds as much, and legal pathways fall by a third"
    halves = pd.DataFrame(names["halves"]).T
    levels = names["then"].pivot(index="name", columns="group", values="estimate")

    second = halves.loc["migration second half"] / halves.loc["the whole list"]

    assert (halves["border_security"] > 0.18).all()
    assert (halves[["root_causes", "legal_pathways"]] < -0.06).all(axis=None)
    assert second["border_security"] == pytest.approx(2 / 3, abs=0.05)
    assert second["legal_pathways"] == pytest.approx(1 / 3, abs=0.05)
    assert levels.loc["border_security", "early 2024"] > 0.55


def test_the_sentence_to_print_is_made_of_numbers_of_the_table(names):
    # "while a border bill was before the Senate": it was negotiated in January, published and voted
    # on in February 2024.
    then = names["then"].set_index(["name", "group"])["estimate"].mul(100).round()

    for group in ("early 2024", "other months"):
        assert f"{then[('border_security', group)]:.0f} %" in names["sentence"]
