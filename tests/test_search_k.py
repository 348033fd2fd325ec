"""Does the search tell planted numbers of topics, with the same bits however it is run?"""

import json
import os
import signal
import subprocess
import sys
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from planted import matrix_of, planted_corpus
from scipy.optimize import linear_sum_assignment

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.k_grid import search_k
from topoi.measures.document_splits import held_out_rows
from topoi.measures.k_cells import KCells
from topoi.measures.k_search import KSearch
from topoi.measures.matching import dealt_rankings, matched
from topoi.measures.rankings import average_jaccard, padded_rankings
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF
from topoi.plots import draw_search_k
from topoi.text.sequences import term_sequences
from topoi.text.vectorise import vectorise
from topoi.text.vocabulary import Vocabulary

QUICK = LDA(max_iter=12)


@pytest.fixture(scope="module")
def matrix():
    return matrix_of(planted_corpus(3, n_docs=100)[0])


@pytest.fixture(scope="module")
def search(matrix):
    return search_k(matrix, [2, 4, 7], model=QUICK, splits=3, seeds=2)


def of(search, measure):
    return search.table.loc[search.table["measure"] == measure].set_index("k")


# --- Values ---------------------------------------------------------------------------------------


def test_planted_numbers_of_topics_are_found():
    for seed, n_topics in ((1, 4), (2, 6)):
        counts, _ = planted_corpus(seed, n_topics=n_topics, n_docs=240, n_terms=120)
        found = search_k(matrix_of(counts), [2, 3, 4, 6, 9, 12], splits=4, workers=2)

        low, high = found.range
        assert low <= n_topics <= high <= 9
        ends = f"{low} to {high}" if low < high else f"{low}"
        assert found.advice.startswith(f"{ends} topics. ")
        held_out = of(found, "held_out")
        assert not held_out.loc[held_out.index < n_topics, "within_one_error"].any()
        # Fits of the right number agree most above chance.
        rows = of(found, "stability")
        above = (rows["value"] - rows["chance"]) / (1 - rows["chance"])
        assert above.idxmax() <= n_topics


def test_the_table_is_tidy(search):
    assert list(search.table["measure"].unique()) == [
        "held_out", "coherence", "exclusivity", "stability",
    ]  # fmt: skip
    assert list(search.table["k"]) == [2, 4, 7] * 4
    assert search.table.dtypes.astype(str).to_dict() == {
        "measure": "str", "k": "int64", "value": "float64", "standard_error": "float64",
        "chance": "float64", "within_one_error": "bool", "n_fits": "int64",
    }  # fmt: skip
    assert (search.table["n_fits"] == 6).all()
    assert list(search.cells.columns) == [
        "k", "split", "seed", "held_out", "held_out_error", "coherence", "exclusivity",
    ]  # fmt: skip
    assert len(search.cells) == 18


def test_errors_are_those_of_splits_that_share_documents(search):
    by_split = search.cells.groupby(["k", "split"])["held_out"].mean().unstack("k")

    expected = by_split.std(ddof=1) * np.sqrt(1 / 3 + 0.2 / 0.8)

    np.testing.assert_allclose(of(search, "held_out")["value"], by_split.mean(), rtol=1e-14)
    np.testing.assert_allclose(of(search, "held_out")["standard_error"], expected, rtol=1e-12)


def test_the_rule_takes_what_is_not_below_the_best_by_more_than_its_error(search):
    rows = of(search, "coherence")
    best = rows["value"].idxmax()

    expected = rows["value"] >= rows["value"][best] - rows["standard_error"][best]

    assert list(rows["within_one_error"]) == list(expected)


@pytest.mark.parametrize(
    "ids", [None, [f"d{n // 5:02d}" for n in range(100)]], ids=["documents", "passages"]
)
def test_held_out_scores_are_those_of_the_documents_left_out(ids):
    matrix = matrix_of(planted_corpus(3, n_docs=100)[0], ids)
    found = search_k(matrix, [3], model=QUICK, splits=2).cells.iloc[1]
    is_out = held_out_rows(list(matrix.units["doc_id"]), 0.2, 1, 0)
    seed = int(np.random.SeedSequence([0, 1, 0]).generate_state(1)[0]) >> 1
    model = LDA(3, max_iter=12, random_state=seed).fit(matrix.counts[~is_out])

    score = model.held_out(matrix.counts[is_out])

    assert is_out.sum() == 20
    assert found["held_out"] == score.score
    assert found["held_out_error"] == score.standard_error


def plain_stability(fits, n_ranked):
    """Greene, O'Callaghan & Cunningham, written out."""
    values = []
    for one, other in combinations(fits, 2):
        agree = np.zeros((len(one), len(other)))
        for k, a in enumerate(one):
            for j, b in enumerate(other):
                agree[k, j] = np.mean(
                    [
                        len(set(a[:d]) & set(b[:d])) / len(set(a[:d]) | set(b[:d]))
                        for d in range(1, n_ranked + 1)
                    ]
                )
        values.append(agree[linear_sum_assignment(-agree)].mean())
    return values


def test_stability_is_that_of_the_paper(matrix, search, tmp_path):
    again = search_k(matrix, [2, 4, 7], model=QUICK, splits=3, seeds=2, resume=tmp_path)
    for k in (2, 4, 7):
        files = sorted(tmp_path.glob(f"k{k:04d}-*.json"))
        fits = [json.loads(path.read_text())["result"]["topics"] for path in files]
        expected = np.mean(plain_stability(fits, 20))
        assert of(again, "stability")["value"][k] == pytest.approx(expected, rel=1e-12)
    pd.testing.assert_frame_equal(again.table, search.table)


def test_random_topics_are_hardly_less_alike_than_the_chance_level_says():
    rng = np.random.default_rng(0)
    fits = [np.array([rng.permutation(60)[:10] for _ in range(5)]) for _ in range(40)]
    own, dealt = [], []
    for one, other in combinations(fits, 2):
        similarity = average_jaccard(one, other)
        own.append(similarity[np.arange(5), matched(similarity)].mean())
        anew = average_jaccard(one, dealt_rankings(other, np.r_[one, other].ravel(), rng))
        dealt.append(anew[np.arange(5), matched(anew)].mean())

    # Terms are dealt of the 46 or so that are in either fit, the topics were drawn of 60: the level
    # errs on the side of chance, by no more than that.
    assert np.mean(own) < np.mean(dealt) < np.mean(own) + 0.05


def test_dealt_topics_keep_sizes_and_terms_each_once():
    ranked = padded_rankings([np.array([1, 2, 3]), np.array([2, 9]), np.array([], int)], 3)

    dealt = dealt_rankings(ranked, ranked.ravel(), np.random.default_rng(1))

    assert (dealt >= 0).sum(axis=1).tolist() == [3, 2, 0]
    assert set(dealt[dealt >= 0]) <= {1, 2, 3, 9}
    assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in dealt)


def test_topics_are_matched_one_to_one_or_many_to_one():
    square = np.array([[0.9, 0.8], [0.8, 0.1]])
    assert matched(square).tolist() == [1, 0]
    assert matched(np.array([[0.9, 0.8], [0.8, 0.1], [0.2, 0.3]])).tolist() == [0, 0, 1]
    assert matched(np.array([[0.5, 0.5, 0.2]])).tolist() == [0]


# --- The same however it is run -------------------------------------------------------------------


def test_workers_and_order_of_numbers_change_no_bit(matrix, search):
    other = search_k(matrix, [7, 2, 4], model=QUICK, splits=3, seeds=2, workers=2)

    pd.testing.assert_frame_equal(other.table, search.table, check_exact=True)
    pd.testing.assert_frame_equal(other.cells, search.cells, check_exact=True)


def test_splits_depend_on_the_documents_not_on_the_order_of_rows():
    ids = [f"d{n // 3}" for n in range(60)]
    is_out = held_out_rows(ids, 0.2, 0, 5)
    order = np.random.default_rng(0).permutation(60)

    assert is_out.sum() == 12
    assert all(len({o for i, o in zip(ids, is_out, strict=True) if i == d}) == 1 for d in set(ids))
    assert np.array_equal(held_out_rows([ids[i] for i in order], 0.2, 0, 5), is_out[order])
    assert not np.array_equal(held_out_rows(ids, 0.2, 1, 5), is_out)


def test_a_search_goes_on_where_it_was_stopped(matrix, search, tmp_path):
    small = search_k(matrix, [4, 2], model=QUICK, splits=2, seeds=1, resume=tmp_path)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    told = []

    whole = search_k(
        matrix, [2, 4, 7], model=QUICK, splits=3, seeds=2, resume=tmp_path, workers=2,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip

    assert len(small.cells) == len(kept) == 4
    assert all((tmp_path / name).read_bytes() == content for name, content in kept.items())
    assert len(list(tmp_path.iterdir())) == 18
    pd.testing.assert_frame_equal(whole.table, search.table, check_exact=True)
    assert told == [(n, 18) for n in range(1, 19)]


def test_what_is_kept_is_read_and_not_fitted_again(matrix, tmp_path):
    search_k(matrix, [2], model=QUICK, splits=2, resume=tmp_path)
    path = min(tmp_path.iterdir())
    content = json.loads(path.read_text())
    content["result"]["held_out"] = -1.0
    path.write_text(json.dumps(content))

    found = search_k(matrix, [2], model=QUICK, splits=2, resume=tmp_path)

    assert found.cells["held_out"][0] == -1.0


@pytest.mark.parametrize(
    "other",
    [
        {"model": LDA(max_iter=13)},
        {"model": LDA(max_iter=12, random_state=1)},
        {"model": LDA(max_iter=12, init=np.ones((2, 80)))},
        {"random_state": 1},
        {"held_out": 0.3},
        {"n": 5},
        {"n_ranked": 7},
    ],
)
def test_cells_of_other_settings_are_not_taken_for_these(matrix, tmp_path, other):
    given = {"model": QUICK, "splits": 2}
    search_k(matrix, [2], **given, resume=tmp_path)

    search_k(matrix, [2], **{**given, **other}, resume=tmp_path)

    assert len(list(tmp_path.iterdir())) == 4


def test_a_damaged_cell_is_told_by_name(matrix, tmp_path):
    search_k(matrix, [2], model=QUICK, splits=2, resume=tmp_path)
    path = min(tmp_path.iterdir())
    path.write_text("{")

    with pytest.raises(InputError, match="is damaged or no cell of topoi") as error:
        search_k(matrix, [2], model=QUICK, splits=2, resume=tmp_path)
    assert path.name in str(error.value)
    assert "Delete it to do it again" in str(error.value)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_search_that_is_killed_leaves_whole_cells(tmp_path):
    code = (
        "import sys; sys.path[:0] = ['tests']\n"
        "import os, signal\n"
        "from test_search_k import matrix_of, planted_corpus, QUICK\n"
        "from topoi.k_grid import search_k\n"
        "def stop(done, total):\n"
        "    if done == 3: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"search_k(matrix_of(planted_corpus(3, n_docs=60)[0]), [2, 3], model=QUICK, splits=3,"
        f" resume={str(tmp_path)!r}, progress=stop)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL

    files = [path for path in tmp_path.iterdir() if path.suffix == ".json"]
    assert len(files) == 3
    for path in files:
        assert set(json.loads(path.read_text())) == {"cell", "key", "result"}


# --- Other models, other text ---------------------------------------------------------------------


def test_nmf_and_text_of_ones_own_can_be_given(matrix):
    rng = np.random.default_rng(0)
    terms = matrix.vocabulary.terms
    text = term_sequences([rng.choice(terms, 40) for _ in range(30)], matrix.vocabulary)

    found = search_k(matrix, [2, 3], model=NMF(max_iter=20), splits=2, text=text)

    assert np.isfinite(found.table.dropna(subset="chance")["value"]).all()
    assert found.settings["model"] == "NMF"
    own = search_k(matrix, [2, 3], model=NMF(max_iter=20), splits=2)
    assert not np.allclose(of(found, "coherence")["value"], of(own, "coherence")["value"])
    np.testing.assert_array_equal(of(found, "held_out")["value"], of(own, "held_out")["value"])


def test_a_corpus_is_counted_and_its_words_stand_in_windows():
    counts = planted_corpus(3, n_docs=60)[0].astype(int)
    words = [f"{a}{b}word" for a in "abcdefgh" for b in "klmnopqrst"]
    texts = [" ".join(np.repeat(words, row)) for row in counts]
    corpus = Corpus(pd.DataFrame({"doc_id": [f"d{n:02d}" for n in range(60)], "text": texts}))
    matrix = vectorise(corpus)
    text = term_sequences(corpus, matrix.vocabulary)

    found = search_k(corpus, [2, 3], model=QUICK, splits=2)

    expected = search_k(matrix, [2, 3], model=QUICK, splits=2, text=text)
    pd.testing.assert_frame_equal(found.table, expected.table, check_exact=True)


# --- Words ----------------------------------------------------------------------------------------


def made(held_out, coherence, error=0.01, stability=(0.6, 0.5, 0.4, 0.3), chance=0.1):
    """A search over 5, 10, 20 and 40 topics with these values."""
    ks = [5, 10, 20, 40]
    parts = []
    for name, values in (
        ("held_out", held_out), ("coherence", coherence), ("exclusivity", (0.7, 0.6, 0.5, 0.4)),
        ("stability", stability),
    ):  # fmt: skip
        best = np.max(values)
        parts.append(
            pd.DataFrame(
                {
                    "measure": name,
                    "k": ks,
                    "value": values,
                    "standard_error": error,
                    "chance": np.nan if name in ("held_out", "coherence") else chance,
                    "within_one_error": np.array(values) >= best - error,
                    "n_fits": 5,
                }
            )
        )
    return KSearch(pd.concat(parts, ignore_index=True), pd.DataFrame({"k": ks}), {})


def test_advice_is_a_range_in_plain_words():
    found = made((-7.3, -7.1, -7.005, -7.0), (0.10, 0.20, 0.15, 0.1))

    assert found.range == (10, 20)
    assert found.advice == (
        "10 to 20 topics. Held-out text is foretold best with 40; 20 are the fewest within one "
        "standard error. Top terms of topics go together most with 10; any fewer are worse by more "
        "than one standard error. There, exclusivity goes from 0.60 (chance 0.10) to "
        "0.50 (chance 0.10) and stability goes from 0.50 (chance 0.10) to 0.40 (chance 0.10). The "
        "held-out score still rises at 40, the most that were tried."
    )
    assert repr(found).startswith("<KSearch of 4 fits: 10 to 20 topics.")
    assert "10 to 20 topics" in found._repr_html_()


def test_advice_warns_of_topics_no_more_alike_than_by_chance():
    found = made((-7.0, -7.1, -7.2, -7.3), (0.2, 0.1, 0.1, 0.1), stability=(0.6, 0.5, 0.11, 0.1))

    assert found.range == (5, 5)
    assert "5 topics. " in found.advice
    assert "Held-out text is foretold best with 5, the fewest that were tried." in found.advice
    assert "With 20 and 40, fits of other documents and starts may be no more" in found.advice


def unmeasured(table, *measures):
    """The table with no value of these measures, as the search gives it then."""
    is_gone = table["measure"].isin(measures)
    blank = {"value": np.nan, "standard_error": np.nan, "within_one_error": False}
    return table.assign(**{name: table[name].where(~is_gone, by) for name, by in blank.items()})


def test_a_search_in_which_nothing_could_be_measured_says_so():
    full = made((-7.0, -7.1, -7.2, -7.3), (0.2, 0.1, 0.1, 0.1))
    table = unmeasured(full.table, "held_out", "coherence", "exclusivity", "stability")
    found = KSearch(table, full.cells, {})

    said = (
        "No number of topics can be named. The held-out score could not be measured. Coherence "
        "could not be measured."
    )
    assert found.advice == said
    assert repr(found) == f"<KSearch of 4 fits: {said}>"
    assert said in found._repr_html_()
    with pytest.raises(InputError, match="Neither the held-out score nor coherence could be"):
        _ = found.range


@pytest.mark.parametrize(("gone", "ends"), [("held_out", (10, 10)), ("coherence", (20, 20))])
def test_advice_does_with_one_measure_where_the_other_is_missing(gone, ends):
    full = made((-7.3, -7.1, -7.005, -7.0), (0.10, 0.20, 0.15, 0.1))
    found = KSearch(unmeasured(full.table, gone), full.cells, {})

    assert found.range == ends
    assert found.advice.startswith(f"{ends[0]} topics. ")
    assert "could not be measured." in found.advice
    assert ("still rises at 40" in found.advice) == (gone == "coherence")


def test_text_that_is_held_impossible_throughout_is_searched_to_the_end(monkeypatch, matrix):
    measured = KCells.measured

    def nothing(given, cell):
        return measured(given, cell) | {"held_out": -np.inf, "coherence": None}

    monkeypatch.setattr(KCells, "measured", nothing)

    found = search_k(matrix, [2, 3], model=QUICK, splits=2)

    assert found.advice.startswith("No number of topics can be named.")


def test_a_single_number_can_be_tried_and_is_said_to_be_alone(matrix):
    found = search_k(matrix, [3], model=QUICK, splits=2)

    assert found.range == (3, 3)
    assert "No other number was tried" in found.advice


def test_splits_that_cannot_be_compared_have_no_error_of_stability(matrix):
    found = search_k(matrix, [2, 3], model=QUICK, splits=2)

    assert of(found, "stability")["standard_error"].isna().all()
    assert of(found, "stability")["within_one_error"].any()


# --- Figure ---------------------------------------------------------------------------------------


def test_each_measure_has_a_panel_with_its_points_and_chance(search):
    frame = draw_search_k(search.table)

    assert len(frame.child_axes) == 4
    for panel, measure in zip(frame.child_axes, search.table["measure"].unique(), strict=True):
        rows = of(search, measure)
        lines = {line.get_label(): line.get_xydata() for line in panel.lines}
        drawn = np.vstack([lines["within one error"], lines["others"]])
        np.testing.assert_allclose(sorted(drawn[:, 1]), sorted(rows["value"]))
        assert len(lines["within one error"]) == rows["within_one_error"].sum()
        assert ("chance" in lines) == rows["chance"].notna().all()


def test_the_ring_is_round_the_best_above_chance():
    found = made((-7.3, -7.1, -7.0, -7.2), (0.1,) * 4).table
    rows = found["measure"] == "stability"
    found.loc[rows, "value"] = [0.60, 0.55, 0.5, 0.4]
    found.loc[rows, "chance"] = [0.50, 0.2, 0.3, 0.3]

    panels = draw_search_k(found).child_axes

    rings = [
        line.get_xdata()[0]
        for panel in panels
        for line in panel.lines
        if line.get_label() == "best"
    ]
    assert rings == [20, 5, 5, 10]


# --- Errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ks", "more", "message"),
    [
        ([], {}, "ks is empty; give numbers of topics to try"),
        ([1, 2], {}, "each of ks must be an int >= 2; got 1"),
        ([2, 2.5], {}, "each of ks must be an int >= 2; got 2.5"),
        ([2, 3, 2], {}, "ks has 2 more than once"),
        ([2], {"splits": 1}, "splits must be an int >= 2; got 1"),
        ([2], {"seeds": 0}, "seeds must be an int >= 1; got 0"),
        ([2], {"held_out": 0.9}, "held_out must be a number >= 0.05 and <= 0.5; got 0.9"),
        ([2], {"workers": 0}, "n_jobs must be None, -1 or an int >= 1; got 0"),
        ([2], {"model": KeywordLDA([[0]])}, "KeywordLDA has no setting n_components"),
        ([2], {"model": LDA(max_iter=0)}, "max_iter must be an int >= 1; got 0"),
        (
            [2],
            {"model": LDA(random_state=None)},
            "random_state of the model must be an int >= 0; got None",
        ),
    ],
)
def test_settings_out_of_range_are_refused(matrix, ks, more, message):
    with pytest.raises(InputError) as error:
        search_k(matrix, ks, **more)
    assert message in str(error.value)


def test_a_single_document_cannot_be_held_out():
    with pytest.raises(InputError, match="There are 1 documents, and holding some out needs two"):
        search_k(matrix_of([[1, 2], [2, 1]], ["d", "d"]), [2])


def test_more_topics_than_filled_rows_of_any_split_are_refused_before_anything_is_fitted(
    monkeypatch,
):
    counts = planted_corpus(3, n_docs=100)[0]
    ids = [f"d{row:03d}" for row in range(100)]
    # A document that the first split holds out, and another learns from, has no terms.
    splits = [held_out_rows(ids, 0.2, split, 0) for split in range(3)]
    empty = int(np.flatnonzero(splits[0] & ~(splits[1] & splits[2]))[0])
    counts[empty] = 0
    monkeypatch.setattr(LDA, "fit", lambda *_, **__: pytest.fail("something was fitted"))

    message = r"\(split [12]\) are learned from\. LDA is to find 80 topics in 79 documents"
    with pytest.raises(InputError, match=message):
        search_k(matrix_of(counts), [2, 80], model=QUICK, held_out=0.2, splits=3)


def test_text_of_other_terms_is_refused(matrix):
    other = term_sequences([["a"]], Vocabulary(["a"], np.ones(1), np.ones(1)))
    with pytest.raises(InputError, match="does not count the 80 terms of the fit"):
        search_k(matrix, [2], text=other)
