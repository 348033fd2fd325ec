"""Do weights of documents count as documents would, and are copies drawn together?"""

import numpy as np
import pandas as pd
import pytest

import topoi
from topoi.cli.show import theme_lines
from topoi.config import RunConfig
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.measures.prevalence import prevalence
from topoi.measures.shares import document_shares
from topoi.pipeline import build_study

RNG = np.random.default_rng(11)
ORIGINALS = pd.DataFrame(
    {
        "doc_id": [f"d{number:02}" for number in range(9)],
        "n_tokens": RNG.integers(20, 90, size=9),
        "share": RNG.uniform(0, 0.6, size=9),
        "date": pd.to_datetime(["2021-02-01", "2022-02-01", "2021-03-01"] * 3),
        "source": ["a", "a", "b"] * 3,
        "times": [1, 4, 1, 2, 1, 1, 3, 1, 1],
    }
).assign(theme="t")


def written_out() -> pd.DataFrame:
    """Each document as often as it counts, under ids of its own."""
    rows = ORIGINALS.loc[ORIGINALS.index.repeat(ORIGINALS["times"])].reset_index(drop=True)
    number = rows.groupby("doc_id").cumcount().astype("str")
    return rows.assign(cluster=rows["doc_id"], doc_id=rows["doc_id"] + "-" + number)


def in_passages(table: pd.DataFrame) -> pd.DataFrame:
    """Each document in two passages whose mean it is."""
    first = table.assign(passage_id=table["doc_id"] + "#1", share=table["share"] * 0.5)
    second = table.assign(passage_id=table["doc_id"] + "#2", share=table["share"] * 1.5)
    both = pd.concat([first, second], ignore_index=True)
    return both.sort_values("passage_id", ignore_index=True)


CUTS = [{}, {"by": "source"}, {"freq": "Y"}, {"by": "source", "freq": "Y"}]
FIGURES = ["estimate", "lower", "upper"]


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("form", [lambda table: table, in_passages])
def test_document_that_counts_n_times_is_n_copies_drawn_together(cut, form):
    weighted = prevalence(form(ORIGINALS), weights="times", **cut)

    copies = prevalence(form(written_out()), clusters="cluster", **cut)

    np.testing.assert_allclose(weighted[FIGURES], copies[FIGURES], rtol=1e-12)
    assert weighted["n_documents"].tolist() == copies["n_clusters"].tolist()


@pytest.mark.parametrize("cut", CUTS)
def test_copies_that_share_one_weight_are_the_document_without_them(cut):
    copies = written_out()
    shared = copies.assign(weight=1 / copies["times"])

    found = prevalence(shared, weights="weight", clusters="cluster", **cut)

    alone = prevalence(ORIGINALS, **cut)
    np.testing.assert_allclose(found[FIGURES], alone[FIGURES], rtol=1e-12)
    assert found["n_clusters"].tolist() == alone["n_documents"].tolist()


def test_copies_drawn_alone_make_the_interval_too_narrow():
    many = ORIGINALS.loc[ORIGINALS.index.repeat(10)].reset_index(drop=True)
    number = many.groupby("doc_id").cumcount().astype("str")
    many = many.assign(cluster=many["doc_id"], doc_id=many["doc_id"] + "-" + number)

    alone, together = prevalence(many), prevalence(many, clusters="cluster")

    width = (together["upper"] - together["lower"]) / (alone["upper"] - alone["lower"])
    assert width.item() > 2


def test_estimate_is_the_mean_by_tokens_and_weights_by_hand():
    table = pd.DataFrame(
        {
            "doc_id": ["d", "e"],
            "theme": "t",
            "share": [0.2, 0.8],
            "n_tokens": [30, 10],
            "weight": [1, 4],
        }
    )

    found = prevalence(table, weights="weight")

    assert found["estimate"].item() == pytest.approx((0.2 * 30 + 0.8 * 40) / 70)


def test_table_says_what_it_is_weighted_by():
    weighted = prevalence(ORIGINALS, weights="times", by="source")

    assert weighted["weighting"].tolist() == ["tokens × times"] * 2
    assert prevalence(ORIGINALS)["weighting"].tolist() == ["tokens"]
    assert "n_clusters" not in prevalence(ORIGINALS)


def test_rows_of_weight_zero_take_no_part():
    some = ORIGINALS.assign(weight=[0.0] + [1.0] * 8)

    found = prevalence(some, weights="weight")

    expected = prevalence(ORIGINALS.iloc[1:])
    assert found[FIGURES].equals(expected[FIGURES])
    assert found["n_documents"].item() == 8


def test_passages_are_weighted_within_their_documents():
    table = in_passages(ORIGINALS).assign(passage_weight=[0.0, 1.0, *[1.0] * 16])

    found = document_shares(table, weights="passage_weight").set_index("doc_id")

    assert found["share"]["d00"] == pytest.approx(ORIGINALS["share"][0] * 1.5)
    assert found["share"]["d01"] == pytest.approx(ORIGINALS["share"][1])
    assert found["n_tokens"]["d00"] == ORIGINALS["n_tokens"][0]
    assert "passage_weight" not in found.columns


def test_document_whose_passages_all_weigh_zero_is_left_out():
    table = in_passages(ORIGINALS).assign(passage_weight=[0.0, 0.0, *[1.0] * 16])

    assert "d00" not in set(document_shares(table, weights="passage_weight")["doc_id"])
    assert prevalence(table, weights="passage_weight")["n_documents"].item() == 8


def test_document_without_cluster_is_drawn_alone():
    table = ORIGINALS.assign(cluster=["x", "x", "", None, "y", "y", "", None, "z"])

    assert prevalence(table, clusters="cluster")["n_clusters"].item() == 7


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["much"] + ["1"] * 8, r"numbers >= 0; 1 documents .* column 'weight': d00 \('much'\)"),
        ([-1.0] + [1.0] * 8, r"d00 \(-1\.0\)"),
        ([np.inf] + [1.0] * 8, r"d00 \(inf\)"),
        ([np.nan] * 9, r"9 documents have others .* d04 \(nan\)"),
        ([0.0] * 9, r"No document has a weight above 0 in the column 'weight'"),
    ],
)
def test_weights_that_are_none_are_refused(values, words):
    table = ORIGINALS.assign(weight=values)

    with pytest.raises(InputError, match=words):
        prevalence(table, weights="weight")
    with pytest.raises(InputError, match=words):
        document_shares(table, weights="weight")


def test_missing_columns_are_refused_with_those_there():
    with pytest.raises(InputError, match="no column 'wait' to weigh by; there are: doc_id, n_tok"):
        prevalence(ORIGINALS, weights="wait")
    with pytest.raises(InputError, match="no column 'clan' to draw rows together by; there"):
        prevalence(ORIGINALS, clusters="clan")


# --- from a corpus with copies to its prevalence -------------------------------------------------


@pytest.fixture(scope="module")
def with_copies() -> Corpus:
    """Ten texts of their own words; the third stands four times, the fifth twice."""
    rng = np.random.default_rng(5)
    words = [f"word{number}" for number in range(40)]
    texts = [" ".join(rng.choice(words, size=60)) for _ in range(10)]
    rows = [*texts, texts[2].upper(), texts[2] + ".", texts[2], texts[4]]
    ids = [f"d{number:02}" for number in range(len(rows))]
    return Corpus(pd.DataFrame({"doc_id": ids, "text": rows, "source": "s"}))


def topic_prevalence(corpus: Corpus, **settings) -> pd.DataFrame:
    passages = topoi.segment(corpus)
    matrix = topoi.vectorise(passages, phrases=False, min_docs=1, max_share=1.0)
    # Not fitted, so that they do not depend on how often a text is there.
    topics = np.random.default_rng(2).dirichlet(np.ones(matrix.counts.shape[1]), size=2)
    by_word = topics / topics.sum(axis=0)
    counts = matrix.counts.toarray()
    units = matrix.units.loc[matrix.units.index.repeat(2)].reset_index(drop=True)
    shares = counts @ by_word.T / counts.sum(axis=1, keepdims=True)
    units["topic"] = np.tile(["one", "two"], len(matrix.units))
    return prevalence(units.assign(share=shares.ravel()), **settings)


def test_kept_document_that_stands_for_its_copies_counts_as_they_do(with_copies):
    counted = topoi.deduplicate(with_copies, copies="count")
    marked = topoi.deduplicate(with_copies, copies="mark")

    one = topic_prevalence(counted, weights="weight")
    all_of_them = topic_prevalence(marked, clusters="cluster")

    assert sorted(counted.table["weight"]) == [1] * 8 + [2, 4]
    assert counted.ids == topoi.deduplicate(with_copies).ids
    np.testing.assert_allclose(one[FIGURES], all_of_them[FIGURES], rtol=1e-12)


def test_copies_that_share_a_weight_count_as_the_one_that_is_kept(with_copies):
    weighted = topoi.deduplicate(with_copies, copies="weight")

    shared = topic_prevalence(weighted, weights="weight", clusters="cluster")
    kept = topic_prevalence(topoi.deduplicate(with_copies))

    np.testing.assert_allclose(shared[FIGURES], kept[FIGURES], rtol=1e-12)


def test_what_a_longer_text_contains_is_not_counted(with_copies):
    longer = with_copies.texts[0] + " " + " ".join(f"more{number}" for number in range(80))
    table = with_copies.table[["doc_id", "text"]]
    both = pd.concat([table, pd.DataFrame({"doc_id": ["long"], "text": [longer]})])

    counted = topoi.deduplicate(Corpus(both), copies="count").table.set_index("doc_id")["weight"]

    assert "d00" not in counted.index
    assert counted["long"] == 1


def test_passages_that_stand_for_others_have_their_number():
    text = " ".join(f"word{number}" for number in range(30))
    rows = [("a#1", "a", text), ("a#2", "a", "Words of a alone."), ("b#1", "b", text.upper())]
    passages = Corpus(pd.DataFrame(rows, columns=["passage_id", "doc_id", "text"]))

    counted = topoi.deduplicate(passages, copies="count").table

    assert counted["passage_weight"].tolist() == [2, 1]


# --- in a run -----------------------------------------------------------------------------------


def test_a_run_draws_documents_of_one_cluster_together(tmp_path):
    table = pd.DataFrame(
        {
            "id": [f"r{n}" for n in range(48)],
            "doc_id": [f"d{n // 4}" for n in range(48)],
            "text": [f"{'border patrol fence' if n // 4 % 2 else 'visa and asylum'} poverty again "
                     f"people speak of number{n}" for n in range(48)],
        }
    )  # fmt: skip
    table.to_csv(tmp_path / "rows.csv", index=False)
    given = {"starts": 1, "refits": 0, "models": ("LDA",), "topics": 2, "theme_topics": 1}
    given |= {"source": str(tmp_path / "rows.csv"), "id": "id", "near": 0, "min_docs": 1}

    alone = build_study(RunConfig(**given)).prevalence()
    study = build_study(RunConfig(**given, clusters="doc_id"))
    together = study.prevalence()

    assert study.clusters == "original_doc_id"
    assert list(together["n_clusters"]) == [12] * 3
    assert set(together["uncertainty"]) == {"documents in clusters by original_doc_id"}
    assert "interval over documents in clusters by original_doc_id" in next(theme_lines(study))
    pd.testing.assert_series_equal(together["estimate"], alone["estimate"])
    width = (together["upper"] - together["lower"]) / (alone["upper"] - alone["lower"])
    assert (width.iloc[1:] > 1.5).all()  # rows of one text speak alike: four count as one
    with pytest.raises(InputError, match=r"no column 'doc' for clusters.*original_doc_id"):
        build_study(RunConfig(**given, clusters="doc"))
