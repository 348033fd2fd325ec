"""The kernels that look for copies do what plain sets and lists of words would."""

import itertools

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.copy_texts import _folded, _hashed
from topoi.kernels import alignment, copies, shingles

TEXTS = ["Ärger, “visa”! Visa_border", "", " - ", "İstanbul ΟΔΟΣ οδος x²", "co-op 3,000 Ünal's"]


def sets_of(rng, n_texts, n_values=60, size=20):
    """Sets of numbers as the kernels take them, and as Python sets."""
    values = np.sort(rng.integers(1, 2**64, size=n_values, dtype=np.uint64))
    rows = [np.sort(rng.choice(values, size=size, replace=False)) for _ in range(n_texts)]
    bounds = np.cumsum([0, *map(len, rows)])
    return np.concatenate(rows), bounds, [set(row.tolist()) for row in rows]


def test_words_are_runs_of_letters_and_digits_without_case():
    hashed = [words.tolist() for words in _hashed(TEXTS)]

    number = {}
    names = [naive.distinct_text(text.replace("İ", "I").replace("ς", "σ")) for text in TEXTS]
    names = [tuple(word.replace("ς", "σ") for word in words) for words in names]
    for words, hashes in zip(names, hashed, strict=True):
        assert len(words) == len(hashes)
        for word, value in zip(words, hashes, strict=True):
            assert number.setdefault(word, value) == value
    assert len(set(number.values())) == len(number)


def test_capital_and_small_letters_fold_to_one():
    folded = _folded()

    for letter in "AÄÉΣςЖ":
        assert folded[ord(letter)] == folded[ord(letter.lower())] != 0
    assert folded[ord("_")] == folded[ord("'")] == folded[0xD800] == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(1, 9), max_size=30), max_size=6))
def test_shingles_are_sorted_and_as_many_as_words_and_pairs(texts):
    words = np.array([w * 0x123456789ABCDEF % 2**64 for t in texts for w in t], dtype=np.uint64)
    bounds = np.cumsum([0, *map(len, texts)])

    found, set_bounds = shingles.shingle_sets(words, bounds)

    for text, row in zip(texts, np.split(found, set_bounds[1:-1]) if texts else [], strict=True):
        assert len(row) == len(set(text) | set(itertools.pairwise(text)))
        assert np.all(row[1:] > row[:-1])


def test_counts_of_texts_are_those_of_plain_sets():
    values, _, sets = sets_of(np.random.default_rng(1), 8)

    found = copies.text_counts(values, 5)

    assert found.tolist() == [min(5, sum(v in one for one in sets)) for v in values.tolist()]


def test_sketches_are_the_first_rare_shingles():
    values, bounds, _ = sets_of(np.random.default_rng(2), 6)
    counts = copies.text_counts(values, 20)

    places, place_bounds, n_rare = copies.sketches(counts, bounds, 2, 4)

    for text in range(6):
        rare = [i for i in range(bounds[text], bounds[text + 1]) if counts[i] <= 2]
        assert places[place_bounds[text] : place_bounds[text + 1]].tolist() == rare[:4]
        assert n_rare[text] == len(rare)


@pytest.mark.parametrize("common", [3, 9])
def test_candidates_share_enough_of_a_sketch(common):
    values, bounds, sets = sets_of(np.random.default_rng(3), 9, n_values=70)
    counts = copies.text_counts(values, 20)
    places, place_bounds, _ = copies.sketches(counts, bounds, common, 8)

    a, b = copies.candidates(values, bounds, counts, places, place_bounds, common, 0.5)

    wanted = set()
    for text, other in itertools.permutations(range(9), 2):
        sketch = values[places[place_bounds[text] : place_bounds[text + 1]]].tolist()
        if sum(v in sets[other] for v in sketch) >= max(2, 0.5 * len(sketch)):
            wanted.add((text, other))
    assert wanted
    assert set(zip(a.tolist(), b.tolist(), strict=True)) == wanted


def test_shared_counts_are_those_of_plain_sets():
    values, bounds, sets = sets_of(np.random.default_rng(4), 7)
    counts = copies.text_counts(values, 20)
    a, b = (np.array(side) for side in zip(*itertools.combinations(range(7), 2), strict=True))

    shared, rare = copies.shared_counts(values, bounds, counts, 2, a, b)

    often = dict(zip(values.tolist(), counts.tolist(), strict=True))
    for one, other, n, n_rare in zip(a, b, shared, rare, strict=True):
        both = sets[one] & sets[other]
        assert (n, n_rare) == (len(both), sum(often[v] <= 2 for v in both))


def test_a_text_joins_the_first_leader_that_is_like_it():
    base = np.arange(1, 21, dtype=np.uint64)
    rows = [base, base + np.uint64(100), np.append(base, np.uint64(99)), base[:18]]
    bounds = np.cumsum([0, *map(len, rows)])
    texts, keys = np.arange(4), np.zeros(4, dtype=np.uint64)
    arrays = (np.concatenate(rows), bounds, texts, texts, keys)

    leader, member, n_capped = copies.leaders(*arrays, 0.9, 64)

    # 20 of 21 shingles and 18 of 20 are shared with the first.
    assert (leader.tolist(), member.tolist(), n_capped) == ([0, 0], [2, 3], 0)
    assert copies.leaders(*arrays, 0.91, 64)[1].tolist() == [2]
    assert copies.leaders(*arrays, 0.99, 1)[2] == 3
    other_keys = np.array([0, 0, 0, 1], dtype=np.uint64)
    assert copies.leaders(*arrays[:4], other_keys, 0.9, 64)[1].tolist() == [2]


def aligned(one, other, longest=8):
    words = np.array([*one, *other], dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bounds = np.array([0, len(one), len(one) + len(other)])
    pair = np.array([0]), np.array([1])
    return alignment.alignments(words, bounds, *pair, longest)[0].tolist()


def test_alignment_counts_equal_words_and_words_for_words():
    text = list(range(1, 41))
    spun = [900 + w if w % 10 == 5 else w for w in text]
    cut = text[:10] + text[30:]
    replaced = text[:10] + list(range(100, 113)) + text[20:]

    assert aligned(text, text) == [40, 0, 0]
    assert aligned(text, spun) == [36, 4, 4]
    assert aligned(text, cut) == [20, 20, 0]
    assert aligned(text, replaced) == [30, 13, 0]
    assert aligned(text, []) == [0, 40, 0]
    assert aligned([1, 2] * 20, [1, 2] * 20) == [40, 0, 0]
    # No pair of sevens is there once: they are found backwards from the pair behind them.
    assert aligned([1, 2, 3, 50, 51, 7, 7, 7, 9], [1, 2, 3, 60, 7, 7, 7, 9]) == [7, 2, 0]


@settings(max_examples=100, deadline=None)
@given(*[st.lists(st.integers(1, 12), max_size=40)] * 2)
def test_aligned_words_are_never_more_than_both_texts_have_in_order(one, other):
    equal, gaps, single = aligned(one, other)

    lengths = np.zeros((len(one) + 1, len(other) + 1), dtype=int)
    for i, j in itertools.product(range(len(one)), range(len(other))):
        both = lengths[i, j] + 1 if one[i] == other[j] else 0
        lengths[i + 1, j + 1] = max(both, lengths[i, j + 1], lengths[i + 1, j])
    assert 0 <= equal <= lengths[-1, -1]
    assert max(len(one), len(other)) <= equal + gaps <= len(one) + len(other)
    assert 0 <= single <= gaps


def test_compiled_kernels_equal_their_python_source():
    values, bounds, _ = sets_of(np.random.default_rng(6), 5)
    rng = np.random.default_rng(7)
    words = rng.integers(1, 2**64, size=30, dtype=np.uint64)[rng.integers(30, size=60)]
    word_bounds = np.array([0, 20, 20, 60])
    codes = np.frombuffer("Ein Haus, 2 Äpfel".encode("utf-32-le"), dtype=np.uint32)
    counts = copies.text_counts(values, 9)
    pair = np.array([0]), np.array([1])
    cases = [
        (shingles.word_hashes, (codes, np.array([0, 4, len(codes)]), _folded())),
        (shingles.shingle_sets, (words, word_bounds)),
        (copies.text_counts, (values, 9)),
        (copies.sketches, (counts, bounds, 3, 4)),
        (copies.shared_counts, (values, bounds, counts, 3, *pair)),
        (copies.bin_minima, (values, bounds, np.arange(5), 4)),
    ]

    for kernel, arguments in cases:
        with np.errstate(over="ignore"):
            plain = kernel.py_func(*arguments)
        for found, wanted in zip(_tuple(kernel(*arguments)), _tuple(plain), strict=True):
            assert np.array_equal(found, wanted), kernel.__name__


def _tuple(value):
    return value if isinstance(value, tuple) else (value,)
