"""Does the table of variations say what comes of each, and the figure what the table says?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import kendalltau, spearmanr
from test_plots import overlaps, texts_of

from topoi.errors import InputError
from topoi.measures.placebo_seeds import placebo_seeds
from topoi.measures.theme_curve import ThemeCurve
from topoi.measures.theme_fit import ThemeFit, fit_themes, share_themes
from topoi.measures.theme_parts import StartTopics
from topoi.measures.theme_sensitivity import (
    _rank_correlation,
    _swapped,
    sensitivity_summary,
    theme_sensitivity,
)
from topoi.plots import draw_sensitivity
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes
from topoi.themes.variations import drop_seed, half_seeds

PACK = Themes(
    "tiny",
    (
        Theme("legal", "Legal", "d", (Seed("visa*"), Seed("permit", 0.5), Seed("absent"))),
        Theme("border", "Border", "d", (Seed("border*"), Seed("patrol"), Seed("permit"))),
    ),
)
OCCUR = Themes(
    "tiny",
    (
        Theme("legal", "Legal", "d", (Seed("visa*"), Seed("permit", 0.5))),
        Theme("border", "Border", "d", (Seed("border*"), Seed("patrol"), Seed("permit"))),
    ),
)
TERMS = sorted(["visa", "visas", "permit", "border", "patrol", *(f"word{n}" for n in range(12))])
NO_REFIT = {"n_topics": (), "n_model_seeds": 0}


def matrix_of(n_rows=40, seed=0):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(0.5, 2.0, size=(n_rows, len(TERMS))))
    counts[0] = 0
    units = pd.DataFrame({"doc_id": [f"d{number}" for number in range(n_rows)]})
    units["source"] = [f"s{number % 4}" for number in range(n_rows)]
    units["n_tokens"] = counts.sum(axis=1) + 3
    vocabulary = Vocabulary(TERMS, (counts > 0).sum(axis=0), counts.sum(axis=0))
    return DocTermMatrix(csr_array(counts), vocabulary, units)


MATRIX = matrix_of()


def fit_of(matrix=MATRIX, *, themes=PACK, seed=0, **provenance):
    """A fit whose topics are drawn, not learned."""
    rng = np.random.default_rng(seed)
    starts = tuple(
        StartTopics(rng.dirichlet(np.full(len(TERMS), 0.3), 4), rng.random(4)) for _ in range(2)
    )
    curve = ThemeCurve(seeds=6.0, topics=3.0)
    return ThemeFit(pd.DataFrame(), themes, matrix.vocabulary, starts, curve, provenance)


FIT = fit_of()


def by_share_themes(fit, matrix, themes):
    """Corpus share and the rows' shares of each theme, by the longer way."""
    table = share_themes(fit, matrix, themes=themes, n_draws=0)
    groups = {name: of for name, of in table.groupby("theme", sort=False)}
    return {
        name: (np.average(of["share"], weights=of["n_tokens"]), of["share"].to_numpy())
        for name, of in groups.items()
    }


def assert_is(rows, fit, matrix, themes):
    """The rows of one variation are those of share_themes with these themes."""
    base, found = (by_share_themes(fit, matrix, pack) for pack in (fit.themes, themes))
    assert list(rows["theme"]) == fit.themes.names
    for row in rows.itertuples():
        share, shares = found[row.theme]
        assert row.share == pytest.approx(share, abs=1e-6)
        assert row.change == pytest.approx(share - base[row.theme][0], abs=1e-6)
        wanted = spearmanr(shares, base[row.theme][1]).statistic
        assert row.rank_correlation == pytest.approx(wanted, abs=1e-3)


# --- the table ----------------------------------------------------------------------------------


def test_the_fit_itself_comes_first_and_does_not_change():
    table = theme_sensitivity(FIT, MATRIX, by="source", n_halves=0, n_placebos=0, **NO_REFIT)

    first = table.head(2)
    assert set(first["variation"]) == {"fit"}
    assert_is(first, FIT, MATRIX, PACK)
    assert list(first["change"]) == [0, 0]
    assert list(first["rank_correlation"]) == pytest.approx([1, 1])
    assert list(first["swapped"]) == [0, 0]


def test_each_seed_that_occurs_is_left_out_once():
    table = theme_sensitivity(FIT, MATRIX, n_halves=0, n_placebos=0, **NO_REFIT)

    without = table.loc[table["variation"] == "without seed"]
    assert list(dict.fromkeys(without["detail"])) == ["visa*", "permit", "border*", "patrol"]
    for pattern, rows in without.groupby("detail"):
        assert_is(rows, FIT, MATRIX, drop_seed(PACK, pattern))
    own = without.loc[without["is_own"], ["detail", "theme"]].to_numpy().tolist()
    assert own == [
        ["visa*", "legal"], ["permit", "legal"], ["permit", "border"],
        ["border*", "border"], ["patrol", "border"],
    ]  # fmt: skip


def test_a_theme_without_its_only_seed_has_no_share():
    pack = Themes("lone", (Theme("legal", "L", "d", (Seed("visa*"), Seed("absent"))),))

    table = theme_sensitivity(
        fit_of(themes=pack), MATRIX, by="source", n_halves=0, n_placebos=0, **NO_REFIT
    )

    lone = table.loc[table["detail"] == "visa*"].iloc[0]
    numbers = lone[["share", "change", "rank_correlation", "swapped"]].to_numpy(dtype=float)
    assert np.isnan(numbers).all()


def test_halves_are_those_of_the_seeds_that_occur():
    table = theme_sensitivity(FIT, MATRIX, n_halves=2, n_placebos=0, random_state=5, **NO_REFIT)

    halves = table.loc[table["variation"] == "half of seeds"]
    names = ["1 first", "1 second", "2 first", "2 second"]
    assert list(dict.fromkeys(halves["detail"])) == names
    packs = [*half_seeds(OCCUR, 5), *half_seeds(OCCUR, 6)]
    for name, pack in zip(names, packs, strict=True):
        assert_is(halves.loc[halves["detail"] == name], FIT, MATRIX, pack)


def test_random_seeds_are_placebos():
    table = theme_sensitivity(FIT, MATRIX, n_halves=0, n_placebos=2, random_state=3, **NO_REFIT)

    placebos = table.loc[table["variation"] == "random seeds"]
    for number in (1, 2):
        rows = placebos.loc[placebos["detail"] == str(number)]
        assert_is(rows, FIT, MATRIX, placebo_seeds(MATRIX, PACK, 2 + number))


def test_refits_are_fits_with_another_number_of_topics_or_seed():
    how = {"n_starts": 2, "n_draws": 0}
    fit = fit_themes(MATRIX, PACK, n_topics=(3, 4), random_state=4, **how)

    table = theme_sensitivity(
        fit, MATRIX, n_halves=0, n_placebos=0, n_topics=[5, (2, 6)], n_model_seeds=2
    ).set_index(["variation", "detail", "theme"])["share"]

    for kind, detail, n_topics, seed in (
        ("number of topics", "5", 5, 4),
        ("number of topics", "2 and 6", (2, 6), 4),
        ("model seed", "8", (3, 4), 8),
    ):
        again = fit_themes(MATRIX, PACK, n_topics=n_topics, random_state=seed, **how).shares
        for name, of in again.groupby("theme"):
            wanted = np.average(of["share"], weights=of["n_tokens"])
            assert table[kind, detail, name] == pytest.approx(wanted, abs=1e-9)


def test_the_usual_numbers_of_topics_are_half_and_twice_as_many():
    fit = fit_themes(MATRIX, PACK, n_topics=(2, 4), n_starts=2, n_draws=0)

    table = theme_sensitivity(fit, MATRIX, n_halves=0, n_placebos=0, n_model_seeds=0)

    sizes = table.loc[table["variation"] == "number of topics", "detail"]
    assert list(dict.fromkeys(sizes)) == ["1 and 2", "4 and 8"]


def test_progress_is_told_and_threads_change_nothing():
    told = []
    more = {"n_halves": 1, "n_placebos": 1, **NO_REFIT}

    table = theme_sensitivity(FIT, MATRIX, progress=lambda *of: told.append(of), **more)

    assert told == [(number, 7) for number in range(1, 8)]
    assert table.equals(theme_sensitivity(FIT, MATRIX, n_jobs=2, **more))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"n_halves": -1}, "n_halves"),
        ({"n_topics": [0]}, "n_topics"),
        ({"by": "party"}, "There is no column 'party' to rank groups by"),
    ],
)
def test_settings_out_of_range_are_refused(more, words):
    with pytest.raises(InputError, match=words):
        theme_sensitivity(FIT, MATRIX, **{"n_placebos": 0, **NO_REFIT, **more})


def test_what_is_needed_for_a_variation_is_asked_for():
    lone = Themes("lone", (Theme("legal", "L", "d", (Seed("visa*"), Seed("absent"))),))

    with pytest.raises(InputError, match="Only one seed occurs of: legal, so there are no halves"):
        theme_sensitivity(fit_of(themes=lone), MATRIX, n_placebos=0, **NO_REFIT)
    with pytest.raises(InputError, match="made with a background, so fitting again needs it"):
        theme_sensitivity(fit_of(background_sha256="x"), MATRIX)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=12))
def test_rank_correlation_is_spearmans_and_swaps_are_discordant_pairs(pairs):
    one, other = np.array(pairs, dtype=float).T

    if len(set(one)) > 1 and len(set(other)) > 1:
        assert _rank_correlation(one, other) == pytest.approx(spearmanr(one, other).statistic)
    else:
        assert np.isnan(_rank_correlation(one, other))
    n = len(one)
    by_hand = sum((one[a] - one[b]) * (other[a] - other[b]) < 0 for a in range(n) for b in range(a))
    assert _swapped(one, other) == pytest.approx(by_hand / (n * (n - 1) / 2))
    if len(set(one)) == len(set(other)) == n:
        assert _swapped(one, other) == pytest.approx((1 - kendalltau(one, other).statistic) / 2)


def test_groups_are_ranked_by_their_token_weighted_share():
    table = theme_sensitivity(
        FIT, MATRIX, by="source", n_halves=0, n_placebos=1, **NO_REFIT
    ).set_index(["variation", "theme"])

    placebo = placebo_seeds(MATRIX, PACK, 0)
    units = MATRIX.units
    for theme in PACK.names:
        ranks = []
        for pack in (PACK, placebo):
            shares = by_share_themes(FIT, MATRIX, pack)[theme][1]
            mass = (shares * units["n_tokens"]).groupby(units["source"]).sum()
            ranks.append(mass / units.groupby("source")["n_tokens"].sum())
        wanted = (1 - kendalltau(*ranks).statistic) / 2
        assert table["swapped"]["random seeds", theme] == pytest.approx(wanted)


# --- summary and figure -------------------------------------------------------------------------


def small_table(*, theme="legal"):
    rows = [
        ("fit", "", True, 0.30, 0.00, 1.00),
        ("without seed", "visa*", True, 0.20, -0.10, 0.90),
        ("without seed", "permit", True, 0.29, -0.01, 0.99),
        ("without seed", "asylum", True, 0.28, -0.02, 0.98),
        ("without seed", "patrol", False, 0.05, -0.25, 0.10),
        ("random seeds", "1", True, 0.26, -0.04, 0.10),
        ("random seeds", "2", True, 0.32, 0.02, 0.20),
        ("model seed", "5", True, 0.31, 0.01, 0.97),
    ]
    columns = ["variation", "detail", "is_own", "share", "change", "rank_correlation"]
    return pd.DataFrame(rows, columns=columns).assign(theme=theme)


def test_the_summary_by_hand():
    table = sensitivity_summary(small_table().assign(swapped=0.25)).set_index("variation")

    assert list(table["n"]) == [3, 2, 1]
    seeds = table.loc["without seed"]
    assert seeds[["share", "lowest", "highest"]].tolist() == [0.30, 0.20, 0.29]
    assert seeds["sd"] == pytest.approx(np.std([0.20, 0.29, 0.28], ddof=1))
    assert table.loc["random seeds", ["rank_lowest", "rank_highest"]].tolist() == [0.1, 0.2]
    assert table["sd"]["model seed"] == pytest.approx(np.std([0.30, 0.31], ddof=1))
    assert table["swapped"].tolist() == [0.25] * 3


def points_of(panel):
    """Changes by row, of the markers."""
    return {
        int(line.get_ydata()[0]): sorted(line.get_xdata())
        for line in panel.lines
        if line.get_marker() not in ("None", None, "") and len(line.get_ydata())
    }


def test_the_strongest_seeds_of_the_theme_are_drawn_and_the_other_kinds_below():
    frame = draw_sensitivity(small_table(), most_seeds=2)

    seeds, others = frame.child_axes
    assert points_of(seeds) == {0: [-10.0], 1: [-2.0]}
    assert [text for text in texts_of(seeds) if text in ("visa*", "asylum", "permit")] == [
        "visa*", "asylum",
    ]  # fmt: skip
    assert points_of(others) == {0: pytest.approx([-4.0, 2.0]), 1: pytest.approx([1.0])}
    assert {".90", ".98"} <= set(texts_of(seeds))
    assert {"highest ρ .20", "ρ .97"} <= set(texts_of(others))
    band = others.patches[0]
    assert (band.get_x(), band.get_width()) == pytest.approx((-4.0, 6.0))
    assert {"Legal", "30%"} <= set(texts_of(seeds))


def test_all_themes_share_their_axes():
    wide = small_table(theme="border").assign(change=lambda table: 3 * table["change"])

    panels = draw_sensitivity(pd.concat([small_table(), wide])).child_axes

    assert len(panels) == 4
    assert panels[0].get_xlim() == panels[1].get_xlim()
    assert panels[2].get_xlim() == panels[3].get_xlim()
    assert panels[0].get_xlim()[0] < -30


def test_an_only_seed_is_named_first():
    table = small_table()
    table.loc[table["detail"] == "permit", ["share", "change", "rank_correlation"]] = np.nan

    panel = draw_sensitivity(table).child_axes[0]

    words = [word for word in texts_of(panel) if word in ("permit", "no other seed", "visa*")]
    assert words == ["permit", "no other seed", "visa*"]
    assert points_of(panel) == {1: [-10.0], 2: [-2.0]}


@pytest.mark.parametrize("kinds", [["without seed"], ["model seed", "random seeds"]])
def test_kinds_that_were_not_tried_are_not_drawn(kinds):
    table = small_table()

    frame = draw_sensitivity(table.loc[table["variation"].isin(["fit", *kinds])])

    assert len(frame.child_axes) == 1
    assert "Legal" in texts_of(frame.child_axes[0])


def test_a_table_without_variations_and_no_seeds_are_refused():
    with pytest.raises(InputError, match="no variation beside the fit"):
        draw_sensitivity(small_table().head(1))
    with pytest.raises(InputError, match="most_seeds must be an int >= 1; got 0"):
        draw_sensitivity(small_table(), most_seeds=0)


@pytest.mark.parametrize("n_themes", [1, 2, 3, 5])
def test_no_words_overlap(n_themes):
    names = ["root_causes", "a theme with a name that no panel can hold in one line", "c", "d", "e"]
    table = pd.concat([small_table(theme=name) for name in names[:n_themes]])
    table = table.replace("visa*", "a phrase that is longer than labels may be")
    table.loc[table["detail"] == "permit", "change"] = np.nan

    assert overlaps(draw_sensitivity(table)) == ([], [])
