"""Copies are found, one document of each cluster stays, and the ledger says which."""

import itertools

import naive
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus import deduplicate as module
from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import deduplicate, duplicate_pairs
from topoi.corpus.segment import segment
from topoi.errors import InputError
from topoi.kernels import minhash


def corpus_of(texts, dates=None, ids=None):
    ids = ids or [f"d{number:02d}" for number in range(len(texts))]
    table = pd.DataFrame({"doc_id": ids, "text": texts})
    if dates is not None:
        table["date"] = pd.to_datetime(dates)
    return Corpus(table)


def prose(rng, n_words):
    """Words with about the frequencies of natural text, in random order."""
    chance = 1 / np.arange(3, 5003)
    return [f"w{word}" for word in rng.choice(5000, size=n_words, p=chance / chance.sum())]


def spun(rng, words, share):
    """The words with this share of them replaced by other words of the language."""
    places = rng.choice(len(words), size=round(share * len(words)), replace=False)
    changed = dict(zip(places.tolist(), prose(rng, len(places)), strict=True))
    return [changed.get(place, word) for place, word in enumerate(words)]


def families(seed, n_families=12, length=200):
    """Originals, each with a reprint and two copies with 10 % of their words replaced."""
    rng = np.random.default_rng(seed)
    texts = []
    for _ in range(n_families):
        words = prose(rng, length)
        texts += [" ".join(words), "REPRINT: " + ", ".join(words).upper() + "."]
        texts += [" ".join(spun(rng, words, share)) for share in (0.1, 0.1)]
    return texts


def merged(corpus):
    events = corpus.ledger.events
    return events.loc[events["action"] == "merged"].reset_index(drop=True)


def clusters(original, kept):
    """Sets of ids that were merged into one document, that document among them."""
    groups = {doc_id: {doc_id} for doc_id in kept.ids}
    for event in merged(kept).itertuples():
        groups[event.detail].add(event.doc_id)
    assert sorted(itertools.chain(*groups.values())) == sorted(original.ids)
    return {frozenset(group) for group in groups.values()}


def test_texts_that_differ_in_case_punctuation_and_space_are_exact_copies():
    corpus = corpus_of(["A visa, please!", "a  VISA\nplease", "A visa: never."])

    kept = deduplicate(corpus)

    assert kept.ids == ["d00", "d02"]
    event = merged(kept).iloc[0]
    assert (event.doc_id, event.reason, event["count"], event.detail) == (
        "d01",
        "exact copy",
        1,
        "d00",
    )


def test_near_copy_is_merged_with_its_similarity():
    words = [f"w{number}" for number in range(40)]
    corpus = corpus_of([" ".join(words), " ".join([*words, "more"])])

    kept = deduplicate(corpus)

    # 40 words and 39 pairs are shared; the longer text has one word and one pair more.
    assert kept.ids == ["d01"]
    event = merged(kept).iloc[0]
    assert (event.doc_id, event.reason) == ("d00", "near copy")
    assert event.detail == "d01"
    noted = kept.ledger.events.query("action == 'noted'").iloc[0]
    assert (noted.doc_id, noted.detail) == ("d00", f"{79 / 81:.2f}")


def test_the_earliest_document_stays_then_the_longest_then_the_first():
    words = [f"w{number}" for number in range(60)]
    long, short = " ".join(words), " ".join(words[:50])

    def kept(texts, dates):
        return deduplicate(corpus_of(texts, dates)).ids

    assert kept([long, short], ["2021-01-02", "2021-01-01"]) == ["d01"]
    assert kept([short, long], ["2021-01-01", "2021-01-01"]) == ["d01"]
    assert kept([long, long], ["2021-01-01", "2021-01-01"]) == ["d00"]
    assert kept([long, short], [None, "2021-01-01"]) == ["d01"]


def test_reprints_and_spun_copies_are_found():
    corpus = corpus_of(families(1))

    kept = deduplicate(corpus)

    found = clusters(corpus, kept)
    wanted = {frozenset(corpus.ids[first : first + 4]) for first in range(0, len(corpus), 4)}
    assert found == wanted


@pytest.mark.parametrize(("share", "near"), [(0.1, 0.7), (0.2, 0.5), (0.25, 0.45)])
def test_share_of_words_replaced_that_a_threshold_still_finds(share, near):
    rng = np.random.default_rng(11)
    originals = [prose(rng, 300) for _ in range(30)]
    texts = [" ".join(words) for words in originals]
    texts += [" ".join(spun(rng, words, share)) for words in originals]

    pairs = duplicate_pairs(corpus_of(texts), near=near)

    wanted = [(f"d{number:02d}", f"d{number + 30:02d}") for number in range(30)]
    assert list(zip(pairs["doc_id_a"], pairs["doc_id_b"], strict=True)) == wanted


def test_unlike_documents_of_one_language_stay():
    rng = np.random.default_rng(2)
    corpus = corpus_of([" ".join(prose(rng, 300)) for _ in range(60)])

    assert deduplicate(corpus).ids == corpus.ids


@pytest.mark.parametrize("near", [0.3, 0.5, 0.8, 1.0])
def test_clusters_are_those_of_all_pairs(near):
    rng = np.random.default_rng(3)
    base = [prose(rng, 80) for _ in range(6)]
    texts = [" ".join(spun(rng, words, share)) for words in base for share in (0, 0.05, 0.2, 0.4)]
    texts += ["Too short for a near copy", "too short for a near copy!", ""]
    corpus = corpus_of(texts)

    found = clusters(corpus, deduplicate(corpus, near=near))

    wanted = naive.duplicate_clusters(texts, near)
    assert found == {frozenset(corpus.ids[number] for number in group) for group in wanted}


@pytest.mark.parametrize("near", [0.3, 0.5, 0.8])
def test_pairs_are_those_of_all_pairs_with_exact_similarity(near):
    rng = np.random.default_rng(4)
    base = [prose(rng, 80) for _ in range(6)]
    texts = [" ".join(spun(rng, words, share)) for words in base for share in (0, 0.05, 0.2, 0.4)]
    corpus = corpus_of(texts)

    pairs = duplicate_pairs(corpus, near=near)

    wanted = [
        (corpus.ids[a], corpus.ids[b], naive.resemblance(texts[a], texts[b]), "near copy")
        for a, b in itertools.combinations(range(len(texts)), 2)
        if naive.are_copies(texts[a], texts[b], near)
    ]
    assert list(pairs.itertuples(index=False, name=None)) == wanted


def test_pair_table_holds_an_exact_copy_once():
    words = " ".join(f"w{number}" for number in range(40))
    corpus = corpus_of([words, words + " more", words.upper(), words + "."])

    pairs = duplicate_pairs(corpus)

    assert list(pairs.columns) == ["doc_id_a", "doc_id_b", "similarity", "kind"]
    assert [tuple(row[:2]) for row in pairs.to_numpy()] == [
        ("d00", "d01"),
        ("d00", "d02"),
        ("d00", "d03"),
    ]
    assert list(pairs["kind"]) == ["near copy", "exact copy", "exact copy"]


def test_order_of_documents_does_not_change_the_clusters():
    texts = families(5, n_families=5)
    ids = [f"d{number:02d}" for number in range(len(texts))]
    dates = [f"2021-01-{1 + number % 28:02d}" for number in range(len(texts))]
    order = np.random.default_rng(0).permutation(len(texts))
    corpus = corpus_of(texts, dates, ids)
    other = corpus_of(*([values[n] for n in order] for values in (texts, dates, ids)))

    kept, other_kept = deduplicate(corpus), deduplicate(other)

    assert sorted(kept.ids) == sorted(other_kept.ids)
    assert clusters(corpus, kept) == clusters(other, other_kept)


def test_without_near_only_exact_copies_are_merged():
    words = " ".join(f"w{number}" for number in range(40))
    corpus = corpus_of([words, words + " more", words + "!"])

    assert deduplicate(corpus, near=None).ids == ["d00", "d01"]
    assert list(duplicate_pairs(corpus, near=None)["kind"]) == ["exact copy"]


def test_texts_under_20_words_are_no_near_copies():
    words = [f"w{number}" for number in range(20)]
    nineteen = corpus_of([" ".join(words[:19]), " ".join(["x", *words[1:19]])])
    twenty = corpus_of([" ".join(words), " ".join(["x", *words[1:]])])

    assert len(deduplicate(nineteen)) == 2
    assert len(deduplicate(twenty)) == 1


def test_texts_without_words_are_copies_of_nothing():
    assert deduplicate(corpus_of(["", "...", "", "?!"])).ids == ["d00", "d01", "d02", "d03"]


def test_title_does_not_count():
    table = pd.DataFrame({"doc_id": ["a", "b"], "text": ["same text"] * 2, "title": ["one", "two"]})

    assert deduplicate(Corpus(table)).ids == ["a"]


def test_no_document_and_one_document():
    empty = Corpus(pd.DataFrame({"doc_id": [], "text": []}))

    assert len(deduplicate(empty)) == 0
    assert len(duplicate_pairs(empty)) == 0
    assert deduplicate(corpus_of(["word " * 30])).ids == ["d00"]


def test_segmented_corpus_is_refused():
    passages = segment(corpus_of(["Some words in a text."]))

    with pytest.raises(InputError, match=r"cut into passages; .* De-duplicate first, then segment"):
        deduplicate(passages)
    with pytest.raises(InputError, match="cut into passages"):
        duplicate_pairs(passages)


@pytest.mark.parametrize("near", [0.0, 0.1, 1.1, float("nan")])
def test_similarity_out_of_range_is_refused(near):
    with pytest.raises(InputError, match=r"similarity in \[0\.2, 1\], or None .* got"):
        deduplicate(corpus_of(["a"]), near=near)


def test_ledger_adds_up_and_covariates_stay():
    corpus = Corpus(corpus_of(families(6, n_families=3)).table.assign(party=list("abcd") * 3))

    kept = deduplicate(corpus)

    counts = kept.ledger.counts()
    assert counts["read"] == counts["kept"] + counts["merged"] == len(corpus)
    assert list(kept.table["party"]) == [
        party
        for doc_id, party in zip(corpus.ids, list("abcd") * 3, strict=True)
        if doc_id in kept.ids
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=18, max_size=26), max_size=8))
def test_any_texts_give_the_clusters_of_all_pairs_or_miss_only_links_at_the_threshold(texts):
    texts = [" ".join(text) for text in texts]
    corpus = corpus_of(texts)

    found = clusters(corpus, deduplicate(corpus))

    wanted = {
        frozenset(corpus.ids[number] for number in group)
        for group in naive.duplicate_clusters(texts, 0.5)
    }
    # A pair near the threshold may be missed, but nothing else may ever be linked.
    assert all(any(group <= other for other in wanted) for group in found)


def _texts_of(sets, bounds):
    numbers = np.arange(len(sets))
    return module._Texts(numbers, numbers, numbers, np.concatenate(sets), bounds)


def test_pair_at_the_threshold_is_found_with_the_promised_probability():
    rng = np.random.default_rng(7)
    n_pairs, n_shared = 2000, 40
    own = rng.integers(0, 2**63, size=(n_pairs, 2, n_shared // 2), dtype=np.uint64)
    shared = rng.integers(0, 2**63, size=(n_pairs, n_shared), dtype=np.uint64)
    sets = [np.sort(np.append(shared[p], own[p, side])) for p in range(n_pairs) for side in (0, 1)]
    bounds = np.cumsum([0, *map(len, sets)])

    texts = _texts_of(sets, bounds)
    a, b, similarity = module._near_pairs(texts, 0.5, spanning=False)

    # 2,000 pairs at exactly 0.5, each found with .995: fewer than .99 would be five sd away.
    assert np.all(similarity == 0.5)
    assert np.array_equal(a + 1, b)
    assert len(a) >= 0.99 * n_pairs


def test_spanning_pairs_connect_the_same_documents_with_fewer_pairs():
    rng = np.random.default_rng(8)
    words = prose(rng, 200)
    corpus = corpus_of([" ".join(spun(rng, words, 0.05)) for _ in range(30)])
    texts = module._distinct_texts(corpus.texts, with_shingles=True)

    few, _, _ = module._near_pairs(texts, 0.5, spanning=True)
    all_pairs, _, _ = module._near_pairs(texts, 0.5, spanning=False)

    assert len(few) == 29
    assert len(all_pairs) == 30 * 29 // 2


def test_spanning_pairs_close_no_ring():
    rng = np.random.default_rng(12)
    texts = []
    for _ in range(4):
        words = prose(rng, 120)
        for _ in range(15):  # each copy from the one before, so that clusters are chains
            words = spun(rng, words, 0.12)
            texts.append(" ".join(words))
    found = module._distinct_texts(texts, with_shingles=True)

    few, _, _ = module._near_pairs(found, 0.5, spanning=True)

    assert len(few) == len(texts) - len(naive.duplicate_clusters(texts, 0.5))


def test_bands_find_the_threshold_within_the_budget_of_hashes():
    for near in np.linspace(0.2, 1, 33):
        n_bands, n_rows = module._bands(near)
        assert 1 - (1 - near**n_rows) ** n_bands >= 0.99
        assert n_bands * n_rows <= 512


def test_compiled_kernels_equal_their_python_source():
    rng = np.random.default_rng(9)
    sets = [np.unique(rng.integers(0, 40, size=12)).astype(np.uint64) for _ in range(6)]
    shingles = np.concatenate(sets)
    bounds = np.cumsum([0, *map(len, sets)])
    factors = rng.integers(0, 2**62, size=8, dtype=np.uint64) * np.uint64(2) + np.uint64(1)

    with np.errstate(over="ignore"):
        plain = minhash.signatures.py_func(shingles, bounds, factors)
        plain_keys = minhash.band_keys.py_func(plain, 2)

    signature = minhash.signatures(shingles, bounds, factors)
    assert np.array_equal(signature, plain)
    assert np.array_equal(minhash.band_keys(signature, 2), plain_keys)
    for a, b in itertools.combinations(range(6), 2):
        x, y = set(sets[a].tolist()), set(sets[b].tolist())
        wanted = len(x & y) / len(x | y)
        assert minhash.jaccard(shingles, bounds, a, b) == wanted
        assert minhash.jaccard.py_func(shingles, bounds, a, b) == wanted


def test_real_reprints_share_their_story(shared_data):
    table = pd.read_parquet(shared_data / "uk_immigration_news_2014.parquet")
    corpus = Corpus(table[["id", "text", "date"]].rename(columns={"id": "doc_id"}).head(700))

    pairs = duplicate_pairs(corpus)

    # Every exact pair is one by the plain definition, and a sample of the rest is exact.
    texts = dict(zip(corpus.ids, corpus.texts, strict=True))
    assert len(pairs) > 20
    for pair in pairs.head(40).itertuples():
        assert pair.similarity == pytest.approx(
            naive.resemblance(texts[pair.doc_id_a], texts[pair.doc_id_b]), abs=1e-12
        )


def test_a_copy_of_a_copy_stays_unless_it_is_like_the_document_that_stays():
    """A is like B and B like C, but A is not like C: only B goes."""
    first = [f"word{number}" for number in range(100)]
    second = first[:80] + [f"other{number}" for number in range(20)]
    third = second[20:] + [f"more{number}" for number in range(20)]
    table = pd.DataFrame(
        {"doc_id": ["a", "b", "c"], "text": [" ".join(t) for t in (first, second, third)]}
    )

    kept = deduplicate(Corpus(table), near=0.6)

    assert kept.ids == ["a", "c"]
    merged = kept.ledger.events.query("action == 'merged'")
    assert merged["doc_id"].tolist() == ["b"]
    assert merged["detail"].tolist() == ["a"]
