"""Copies are found, one document of each cluster stays, and the ledger says which."""

import itertools
import time

import naive
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.copy_clusters import clusters as clusters_of_texts
from topoi.corpus.copy_pairs import NEAR, CopyPairs
from topoi.corpus.copy_texts import ComparedTexts
from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import deduplicate, duplicate_pairs
from topoi.corpus.duplicate_report import duplicate_report
from topoi.errors import InputError

ONLY_NEAR = {"contained": None, "spun": False}


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
    assert deduplicate(corpus_of([long] * 3, ids=["b", "c", "a"])).ids == ["a"]


def test_reprints_and_spun_copies_are_found():
    corpus = corpus_of(families(1))

    kept = deduplicate(corpus)

    found = clusters(corpus, kept)
    wanted = {frozenset(corpus.ids[first : first + 4]) for first in range(0, len(corpus), 4)}
    assert found == wanted


@pytest.mark.parametrize(("share", "near"), [(0.1, 0.7), (0.2, 0.5), (0.25, 0.45), (0.25, 0.6)])
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

    found = clusters(corpus, deduplicate(corpus, near=near, **ONLY_NEAR))

    wanted = naive.duplicate_clusters(texts, near)
    assert found == {frozenset(corpus.ids[number] for number in group) for group in wanted}


@pytest.mark.parametrize("near", [0.3, 0.5, 0.8])
def test_pairs_are_those_of_all_pairs_with_exact_similarity(near):
    rng = np.random.default_rng(4)
    base = [prose(rng, 80) for _ in range(6)]
    texts = [" ".join(spun(rng, words, share)) for words in base for share in (0, 0.05, 0.2, 0.4)]
    corpus = corpus_of(texts)

    pairs = duplicate_pairs(corpus, near=near, **ONLY_NEAR).drop(columns="contained")

    rare = naive.rare_shingles(texts)
    wanted = [
        (corpus.ids[a], corpus.ids[b], naive.resemblance(texts[a], texts[b]), "near copy")
        for a, b in itertools.combinations(range(len(texts)), 2)
        if naive.are_copies(texts[a], texts[b], near, rare)
    ]
    assert list(pairs.itertuples(index=False, name=None)) == wanted


def test_pair_table_holds_an_exact_copy_once():
    words = " ".join(f"w{number}" for number in range(40))
    corpus = corpus_of([words, words + " more", words.upper(), words + "."])

    pairs = duplicate_pairs(corpus)

    assert list(pairs.columns) == ["doc_id_a", "doc_id_b", "similarity", "contained", "kind"]
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


@pytest.mark.parametrize("near", [0.0, 0.1, 1.1, float("nan")])
def test_similarity_out_of_range_is_refused(near):
    with pytest.raises(InputError, match=r"near must be a share in \[0\.2, 1\], or None .* got"):
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
def test_any_texts_give_the_clusters_of_all_pairs(texts):
    texts = [" ".join(text) for text in texts]
    corpus = corpus_of(texts)

    found = clusters(corpus, deduplicate(corpus, near=0.5, **ONLY_NEAR))

    wanted = {
        frozenset(corpus.ids[number] for number in group)
        for group in naive.duplicate_clusters(texts, 0.5)
    }
    assert found == wanted


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


def test_a_spun_copy_is_told_from_a_near_one():
    rng = np.random.default_rng(21)
    original = prose(rng, 300)
    corpus = corpus_of([" ".join(original), " ".join(spun(rng, original, 0.25))])

    pairs = duplicate_pairs(corpus)

    assert list(pairs["kind"]) == ["spun copy"]
    assert len(deduplicate(corpus, spun=False)) == 2


def test_a_text_that_shares_half_of_its_paragraphs_is_no_spun_copy():
    rng = np.random.default_rng(22)
    shared, one, other = prose(rng, 200), prose(rng, 100), prose(rng, 100)
    corpus = corpus_of([" ".join(shared + one), " ".join(shared + other)])

    assert 0.3 < naive.resemblance(*corpus.texts) < 0.6
    assert len(deduplicate(corpus)) == 2


def test_a_reprint_inside_a_longer_text_goes_into_it_even_if_it_is_earlier():
    rng = np.random.default_rng(23)
    piece, before, after = prose(rng, 80), prose(rng, 300), prose(rng, 300)
    texts = [" ".join(piece), " ".join(before + piece + after)]
    corpus = corpus_of(texts, ["2021-01-01", "2021-06-01"])

    kept = deduplicate(corpus)

    assert kept.ids == ["d01"]
    assert merged(kept)["reason"].tolist() == ["contained copy"]
    noted = kept.ledger.events.query("action == 'noted'").iloc[0]
    assert (noted.reason, noted.detail) == ("share contained in it", "1.00")
    assert len(deduplicate(corpus, contained=None)) == 2


def test_a_contained_text_takes_its_own_copies_along():
    rng = np.random.default_rng(24)
    piece, before = prose(rng, 80), prose(rng, 300)
    texts = [" ".join(piece), " ".join([*piece, "added"]), " ".join(before + piece)]

    kept = deduplicate(corpus_of(texts, ["2021-01-01", "2021-02-01", "2021-03-01"]))

    assert kept.ids == ["d02"]
    assert merged(kept)["detail"].tolist() == ["d02", "d02"]


def notices(n_notices, seed=30, frame=150, own=50):
    """Texts with one frame and words of their own in the middle."""
    rng = np.random.default_rng(seed)
    words = [f"frame{number}" for number in range(frame)]
    for number in range(n_notices):
        fill = [f"own{number}x{word}" for word in rng.integers(50, size=own)]
        yield " ".join([*words[: frame // 2], *fill, *words[frame // 2 :]])


def test_notices_on_one_template_are_not_copies_but_are_told():
    corpus = corpus_of([*notices(30), next(notices(1)) + " printed again"])

    kept = deduplicate(corpus)

    # Of the last one, everything is in the first, what is rare of it, too.
    assert naive.resemblance(*corpus.texts[:2]) > 0.6
    assert merged(kept)["doc_id"].tolist() == ["d00"]


def test_nearly_identical_texts_are_copies_on_a_template_too():
    corpus = corpus_of(list(notices(40, own=2)))

    kept = deduplicate(corpus)

    assert len(kept) == 1
    assert set(merged(kept)["detail"]) == set(kept.ids)


def test_weights_of_a_cluster_sum_to_one_and_nothing_is_taken_out():
    rng = np.random.default_rng(25)
    words, other, around = prose(rng, 100), prose(rng, 100), prose(rng, 400)
    texts = [" ".join(words), " ".join(words).upper(), " ".join([*words, "more"])]
    texts += [" ".join(other), " ".join(around + other), "Something else."]
    corpus = corpus_of(texts)

    weighted = deduplicate(corpus, copies="weight")

    assert weighted.ids == corpus.ids
    stays = deduplicate(corpus).ids
    assert set(weighted.table["cluster"]) == set(stays)
    assert weighted.table["weight"].tolist() == [1 / 3, 1 / 3, 1 / 3, 0, 1, 1]
    actions = weighted.ledger.events.query("step == 'deduplicate'")["action"]
    assert set(actions) == {"noted"}


def test_marked_rows_name_what_would_stay():
    corpus = corpus_of(families(26, n_families=3))

    marked = deduplicate(corpus, copies="mark")

    dropped = merged(deduplicate(corpus)).set_index("doc_id")["detail"]
    wanted = [dropped.get(doc_id, doc_id) for doc_id in corpus.ids]
    assert marked.table["cluster"].tolist() == wanted
    assert "weight" not in marked.table.columns


def test_wrong_choices_are_refused():
    corpus = deduplicate(corpus_of(["some text"]), copies="weight")

    with pytest.raises(
        InputError, match="copies must be one of drop, count, weight, mark; got 'keep'"
    ):
        deduplicate(corpus, copies="keep")
    with pytest.raises(InputError, match="has a column cluster, weight already, which copies='we"):
        deduplicate(corpus, copies="weight")
    with pytest.raises(InputError, match=r"contained must be a share in .* none of these; got 2"):
        deduplicate(corpus, contained=2)
    with pytest.raises(InputError, match="n_jobs must be None, -1 or an int >= 1; got 0"):
        deduplicate(corpus, n_jobs=0)


def test_threads_do_not_change_the_result(monkeypatch):
    monkeypatch.setattr("topoi.corpus.copy_texts._BATCH", 3000)
    monkeypatch.setattr("topoi.corpus.copy_pairs._CHUNK", 5)
    corpus = corpus_of(families(27))

    one, many = deduplicate(corpus), deduplicate(corpus, n_jobs=4)

    pd.testing.assert_frame_equal(one.table, many.table)
    pd.testing.assert_frame_equal(one.ledger.events, many.ledger.events)


def test_batches_do_not_change_the_result(monkeypatch):
    corpus = corpus_of([*families(28), "", "one"])
    whole = duplicate_pairs(corpus)

    monkeypatch.setattr("topoi.corpus.copy_texts._BATCH", 100)
    monkeypatch.setattr("topoi.corpus.copy_pairs._CHUNK", 1)

    pd.testing.assert_frame_equal(duplicate_pairs(corpus), whole)


WORDS = st.sampled_from(
    ["visa", "border", "asylum", "camp", "court", "bill", "aid", "quota", "wall", "work"]
)
TEXTS = st.lists(st.lists(WORDS, max_size=60).map(" ".join), min_size=1, max_size=10)


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_clusters_and_the_ledger_adds_up(texts, random):
    corpus = corpus_of(texts)
    order = list(range(len(texts)))
    random.shuffle(order)
    other = corpus_of([texts[n] for n in order], ids=[corpus.ids[n] for n in order])

    kept, other_kept = deduplicate(corpus), deduplicate(other)

    counts = kept.ledger.counts()
    assert counts["read"] == counts["kept"] + counts["dropped"] + counts["merged"] == len(texts)
    assert clusters(corpus, kept) == clusters(other, other_kept)
    assert sorted(kept.ids) == sorted(other_kept.ids)


@pytest.mark.parametrize("text", ["", "visa", "visa border " * 40, "a" * 300])
def test_very_many_identical_documents_take_no_time(text):
    corpus = corpus_of([text] * 100_000)

    kept = deduplicate(corpus)

    assert len(kept) == (100_000 if text == "" else 1)


def test_one_huge_document_and_one_of_two_words_repeated():
    rng = np.random.default_rng(29)
    huge = " ".join(prose(rng, 700_000))
    corpus = corpus_of([huge, huge[:-8] + " end", "a b " * 500_000, "b a " * 500_000, "- " * 10**6])

    pairs = duplicate_pairs(corpus)

    assert list(zip(pairs["doc_id_a"], pairs["doc_id_b"], strict=True)) == [
        ("d00", "d01"),
        ("d02", "d03"),
    ]


def test_time_is_linear_in_notices_on_one_template():
    def seconds(n_notices):
        corpus = corpus_of(list(notices(n_notices, frame=60, own=20)))
        start = time.process_time()
        deduplicate(corpus)
        return time.process_time() - start

    seconds(500)
    few, many = (min(seconds(n) for _ in range(3)) for n in (2000, 8000))

    assert many < 4 * 2 * few  # quadratic would be sixteen times


def test_a_group_that_is_too_large_is_told(monkeypatch):
    monkeypatch.setattr("topoi.corpus.copy_pairs._MOST_LEADERS", 2)
    rng = np.random.default_rng(31)
    frame = [f"frame{number}" for number in range(60)]
    # Each lacks other words of the frame: all words are common, few pairs of texts are identical.
    kept = [np.sort(rng.choice(60, size=50, replace=False)) for _ in range(300)]
    corpus = corpus_of([" ".join(frame[n] for n in places) for places in kept])

    report = duplicate_report(corpus)

    assert any(note.endswith("some copies may be missed.") for note in report.notes)


def test_exact_copies_are_the_groups_that_a_corpus_came_flagged_with(shared_data):
    columns = ["id", "text", "date", "sha1", "is_duplicate"]
    table = pd.read_parquet(shared_data / "wh_briefings_2021_2025.parquet", columns=columns)
    copied = table[table["sha1"].isin(table.loc[table["is_duplicate"], "sha1"])]
    corpus = corpus_of(list(copied["text"]), list(copied["date"]), list(copied["id"]))

    cluster = deduplicate(corpus, near=None, copies="mark").table["cluster"].to_numpy()

    groups = copied["sha1"].to_numpy()
    assert all(len(set(cluster[groups == one])) == 1 for one in set(groups))
    assert copied["is_duplicate"].sum() <= (cluster != copied["id"]).sum()


def test_a_copy_of_what_goes_is_compared_with_what_stays():
    class Finder:
        """Knows three texts, all copies of one another."""

        texts = ComparedTexts(
            **dict.fromkeys(("rank", "text_of", "first"), np.arange(3)),
            **dict.fromkeys(("words", "shingles"), np.arange(3, dtype=np.uint64)),
            **dict.fromkeys(("word_bounds", "bounds"), np.arange(4)),
        )

        def judged(self, a, b):
            same = np.ones(len(a))
            return CopyPairs(a, b, np.full(len(a), NEAR, dtype=np.int8), same, same)

    finder = Finder()
    found = finder.judged(np.array([0, 1]), np.array([1, 2]))

    assert clusters_of_texts(finder, found).stays.tolist() == [0, 0, 0]
