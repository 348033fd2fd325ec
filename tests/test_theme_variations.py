"""Packs that differ from a pack by some of their seeds: without one, in halves, by chance."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from topoi.errors import InputError
from topoi.measures.placebo_seeds import placebo_seeds
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes
from topoi.themes.variations import drop_seed, half_seeds

LEGAL = Theme("legal", "Legal", "d", (Seed("visa*", 0.5), Seed("permit"), Seed("asylum")), ("in",))
BORDER = Theme("border", "Border", "d", (Seed("border*"), Seed("patrol", 2.0)))
PACK = Themes("tiny", (LEGAL, BORDER), "en")


def patterns(themes):
    return [[seed.pattern for seed in theme.seeds] for theme in themes]


def matrix(frequencies, *, n_rows=64, order=None):
    """Rows of which the first so many hold each term."""
    terms = sorted(frequencies)
    counts = np.array([[row < frequencies[term] for term in terms] for row in range(n_rows)])
    counts = counts.astype(int)[list(order) if order is not None else slice(None)]
    vocabulary = Vocabulary(terms, counts.sum(axis=0), counts.sum(axis=0))
    ids = [f"d{number}" for number in range(n_rows)]
    return DocTermMatrix(csr_array(counts), vocabulary, pd.DataFrame({"doc_id": ids}))


# --- without a seed -----------------------------------------------------------------------------


def test_a_dropped_seed_is_the_only_change():
    found = drop_seed(PACK, "visa*")

    assert patterns(found) == [["permit", "asylum"], ["border*", "patrol"]]
    assert (found.name, found.language) == ("tiny without visa*", "en")
    assert found.themes[0].includes == ("in",)
    assert found.themes[1] == BORDER
    assert patterns(PACK)[0] == ["visa*", "permit", "asylum"]


def test_a_seed_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(InputError, match=r"'tiny' has no seed 'visas'\. Did you mean 'visa\*'\?"):
        drop_seed(PACK, "visas")


def test_the_only_seed_of_a_theme_cannot_be_dropped():
    single = Themes("tiny", (Theme("legal", "Legal", "d", (Seed("visa"),)),))

    with pytest.raises(InputError, match="'visa' is the only seed of theme 'legal'"):
        drop_seed(single, "visa")


# --- halves -------------------------------------------------------------------------------------


@given(st.integers(0, 1000), st.integers(2, 9))
@settings(max_examples=30, deadline=None)
def test_halves_share_no_seed_and_lose_none(seed, n):
    theme = Theme("x", "x", "d", tuple(Seed(f"w{k}", 1.0 + k) for k in range(n)))

    first, second = half_seeds(Themes("tiny", (theme,)), seed)

    one, two = first.themes[0].seeds, second.themes[0].seeds
    assert sorted(one + two, key=lambda s: s.pattern) == list(theme.seeds)
    assert not set(one) & set(two)
    assert len(one) - len(two) in (0, 1)
    assert list(one) == sorted(one, key=lambda s: s.pattern)


def test_halves_depend_on_the_number_and_on_nothing_else():
    assert half_seeds(PACK, 3) == half_seeds(PACK, 3)
    assert len({str(patterns(half_seeds(PACK, k)[0])) for k in range(20)}) > 3
    assert [half.name for half in half_seeds(PACK, 0)] == ["tiny first half", "tiny second half"]


def test_what_cannot_be_halved_is_refused():
    single = Themes("tiny", (BORDER, Theme("legal", "Legal", "d", (Seed("visa"),))))

    with pytest.raises(InputError, match="Themes with one seed cannot be halved: legal"):
        half_seeds(single, 0)
    with pytest.raises(InputError, match="random_state must be an int >= 0; got -1"):
        half_seeds(PACK, -1)


# --- placebo ------------------------------------------------------------------------------------

FREQUENCIES = {
    **{"visa": 20, "visas": 40, "permit": 4, "border": 30, "patrol": 9},
    **{f"rare{k:02}": 4 for k in range(15)},
    **{f"usual{k:02}": 10 for k in range(15)},
    **{f"wide{k:02}": 32 + k for k in range(15)},
    **{"border town": 9, "#tag": 9, "<url>": 9},
}


def test_placebos_are_other_terms_of_like_frequency_with_the_same_weights():
    found = placebo_seeds(matrix(FREQUENCIES), PACK, 0)

    legal, border = found
    kinds = [seed.pattern[:4] for seed in (*legal.seeds, *border.seeds)]
    assert kinds == ["wide", "rare", "wide", "usua"]  # asylum does not occur and has none
    assert [seed.weight for seed in (*legal.seeds, *border.seeds)] == [0.5, 1.0, 1.0, 2.0]
    assert len({seed.pattern for theme in found for seed in theme.seeds}) == 4
    assert (found.name, found.names, found.labels) == ("tiny placebo", PACK.names, PACK.labels)
    assert "placebo" in legal.definition
    assert legal.includes == ()
    assert PACK.themes == (LEGAL, BORDER)


def test_placebos_are_no_seeds_hold_none_and_can_be_written():
    for number in range(12):
        found = placebo_seeds(matrix(FREQUENCIES), PACK, number)
        chosen = {seed.pattern for theme in found for seed in theme.seeds}
        assert not chosen & {"visa", "visas", "permit", "border", "patrol", "border town"}
        assert not chosen & {"#tag", "<url>"}


def test_placebos_depend_on_the_number_and_not_on_the_order_of_rows():
    order = np.random.default_rng(5).permutation(64)

    first = placebo_seeds(matrix(FREQUENCIES), PACK, 7)

    assert placebo_seeds(matrix(FREQUENCIES, order=order), PACK, 7) == first
    assert len({str(patterns(placebo_seeds(matrix(FREQUENCIES), PACK, k))) for k in range(9)}) > 5


def test_no_term_is_the_placebo_of_two_seeds():
    frequencies = {"visa": 9, "permit": 9, "border": 9, "patrol": 9}
    others = {f"other{k}": 9 for k in range(4)}

    found = placebo_seeds(matrix({**frequencies, **others}), PACK, 0)

    assert sorted(word for words in patterns(found) for word in words) == sorted(others)


def test_placebos_of_a_pack_with_counter_words_have_none():
    @dataclass(frozen=True)
    class Countered(Theme):
        counter_words: tuple[str, ...] = ()

    theme = Countered("legal", "Legal", "d", (Seed("visa"),), counter_words=("jail",))

    found = placebo_seeds(matrix(FREQUENCIES), Themes("tiny", (theme,)), 0)

    assert found.themes[0].counter_words == ()


def test_a_theme_without_any_hit_has_no_placebo():
    war = Theme("war", "War", "d", (Seed("tank"),))

    with pytest.raises(InputError, match=r"No seed occurs of: war\."):
        placebo_seeds(matrix(FREQUENCIES), Themes("tiny", (LEGAL, war)), 0)


def test_too_few_other_terms_are_refused():
    with pytest.raises(InputError, match=r"has 1 terms that are no seeds, too few for .* 2 seeds"):
        placebo_seeds(matrix({"visa": 3, "patrol": 2, "garden": 2}), PACK, 0)
    with pytest.raises(InputError, match="random_state must be an int >= 0; got -1"):
        placebo_seeds(matrix(FREQUENCIES), PACK, -1)
