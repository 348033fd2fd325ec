"""Do counts and fits survive the trip to each format and back, and is hostile input refused?"""

import gzip
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kept_cases import COUNTS, TERMS, small_fit, small_matrix
from scipy.io import mmread
from scipy.sparse import csr_array

import topoi
from topoi.errors import InputError
from topoi.io.interchange.formats import FORMATS, export, import_counts, import_fit
from topoi.io.interchange.gensim_models import from_gensim, from_gensim_corpus, to_gensim
from topoi.io.interchange.sklearn_models import from_sklearn, to_sklearn
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

COUNT_FORMATS = [name for name, each in FORMATS.items() if each.write_counts]
FIT_FORMATS = [name for name, each in FORMATS.items() if each.write_fit]


def random_matrix(n_rows=40, n_terms=30, seed=3):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(0.4, size=(n_rows, n_terms))
    terms = sorted(f"w{n}" for n in range(n_terms))
    units = pd.DataFrame(
        {
            "passage_id": [f"d{n // 2}#{n % 2}" for n in range(n_rows)],
            "doc_id": [f"d{n // 2}" for n in range(n_rows)],
            "date": pd.Series([pd.NaT] * n_rows, dtype="datetime64[us]"),
            "source": pd.Series([""] * n_rows, dtype="str"),
            "title": pd.Series([""] * n_rows, dtype="str"),
            "n_tokens": counts.sum(axis=1),
        }
    )
    vocabulary = Vocabulary(terms, (counts > 0).sum(axis=0), counts.sum(axis=0))
    return DocTermMatrix(csr_array(counts), vocabulary, units)


def random_fit(matrix, n_topics=3, seed=4):
    rng = np.random.default_rng(seed)
    fit = small_fit()
    return type(fit)(
        topic_term=rng.dirichlet(np.full(matrix.shape[1], 0.2), size=n_topics),
        doc_topic=rng.dirichlet(np.ones(n_topics), size=matrix.shape[0]),
        topic_names=tuple(f"topic {n}" for n in range(1, n_topics + 1)),
        vocabulary=matrix.vocabulary,
        units=matrix.units,
        themes={},
        trace=fit.trace,
        provenance={"model": "LDA"},
        document_prior=np.array([0.1, 0.2, 0.7]),
    )


def same_counts(found, matrix):
    assert found.vocabulary.terms == matrix.vocabulary.terms
    assert (found.counts != matrix.counts).nnz == 0
    np.testing.assert_array_equal(found.vocabulary.doc_freq, matrix.vocabulary.doc_freq)
    np.testing.assert_array_equal(found.vocabulary.term_freq, matrix.vocabulary.term_freq)


# --- there and back -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", COUNT_FORMATS)
@pytest.mark.parametrize("make", [small_matrix, random_matrix])
def test_counts_terms_and_ids_survive(tmp_path, name, make):
    matrix = make()

    written = export(matrix, name, tmp_path / "out")
    found, notes = import_counts(name, tmp_path / "out")

    same_counts(found, matrix)
    assert found.ids == matrix.ids
    assert all(file.is_file() for file in written.files)
    label = json.loads((tmp_path / "out" / "export.json").read_text())
    assert label["format"] == name
    assert label["notes"] == list(written.notes)
    assert all(isinstance(note, str) for note in notes)


@pytest.mark.parametrize("name", FIT_FORMATS)
@pytest.mark.parametrize("with_matrix", [True, False])
def test_probabilities_and_shares_survive_to_the_last_bit(tmp_path, name, with_matrix):
    matrix = random_matrix()
    fit = random_fit(matrix)

    export(fit, name, tmp_path / "out", matrix=matrix if with_matrix else None)
    found = import_fit(name, tmp_path / "out").fit

    np.testing.assert_array_equal(found.topic_term, fit.topic_term)
    np.testing.assert_array_equal(found.doc_topic, fit.doc_topic)
    assert found.vocabulary.terms == fit.vocabulary.terms
    if name != "pyldavis":
        np.testing.assert_array_equal(found.document_prior, fit.document_prior)
    assert found.topic_names == fit.topic_names


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_tables_keep_units_themes_and_names(tmp_path, name):
    matrix, fit = small_matrix(), small_fit()

    export(fit, name, tmp_path / "out", matrix=matrix)
    found = import_fit(name, tmp_path / "out").fit

    pd.testing.assert_frame_equal(found.units, fit.units)
    assert found.topic_names == fit.topic_names
    assert found.themes == fit.themes
    counts = import_counts(name, tmp_path / "out").matrix
    same_counts(counts, matrix)
    pd.testing.assert_frame_equal(counts.units, matrix.units)


def test_matrix_market_keeps_dates_and_titles_and_says_what_became_text(tmp_path):
    matrix = small_matrix()

    export(matrix, "matrix-market", tmp_path / "out")
    found, notes = import_counts("matrix-market", tmp_path / "out")

    for column in ("date", "title", "source", "n_tokens"):
        pd.testing.assert_series_equal(found.units[column], matrix.units[column])
    assert float(found.units["seats"][2]) == 1 / 3
    assert notes == ("text, whatever they were: party, seats, old, size",)
    assert (tmp_path / "out" / "units.csv").read_text().count("'=1+1") == 1  # no formula


@pytest.mark.parametrize("name", COUNT_FORMATS)
def test_what_is_left_out_is_said(tmp_path, name):
    notes = export(small_matrix(), name, tmp_path / "out").notes

    assert len(notes) == 1
    assert "folded" in notes[0]
    assert ("party" in notes[0]) == (name in ("gensim", "lda-c", "uci"))


@pytest.mark.parametrize("name", sorted({*COUNT_FORMATS, *FIT_FORMATS}))
def test_two_exports_are_the_same_bytes_and_the_second_replaces_the_first(tmp_path, name):
    matrix = random_matrix()
    thing = random_fit(matrix) if FORMATS[name].write_fit else matrix
    more = {"matrix": matrix} if FORMATS[name].write_fit else {}

    files = export(thing, name, tmp_path / "out", **more).files
    first = [file.read_bytes() for file in files]
    export(thing, name, tmp_path / "out", **more)

    assert [file.read_bytes() for file in files] == first


@pytest.mark.parametrize("name", ["uci", "lda-c", "matrix-market", "gensim"])
def test_packed_text_files_are_read(tmp_path, name):
    matrix = random_matrix()
    for file in export(matrix, name, tmp_path / "out").files:
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()

    same_counts(import_counts(name, tmp_path / "out").matrix, matrix)


def test_terms_in_another_order_are_sorted_with_their_counts(tmp_path):
    (tmp_path / "docword.kos.txt").write_text("2\n3\n3\n1 1 4\n1 3 2\n2 2 1\n")
    (tmp_path / "vocab.kos.txt").write_text("zone\nasylum\nborder\n")

    found, notes = import_counts("uci", tmp_path / "docword.kos.txt")

    assert found.vocabulary.terms == ("asylum", "border", "zone")
    np.testing.assert_array_equal(found.counts.toarray(), [[0, 2, 4], [1, 0, 0]])
    assert found.ids == ["1", "2"]
    assert "documents are called 1 to 2" in notes[0]
    assert list(found.units["n_tokens"]) == [6, 1]


# --- the peers ----------------------------------------------------------------------------------


def test_scipy_reads_the_matrix_and_writes_one_that_is_read(tmp_path):
    matrix = random_matrix()
    folder = tmp_path / "out"
    export(matrix, "matrix-market", folder)

    assert (csr_array(mmread(folder / "counts.mtx")) != matrix.counts).nnz == 0
    from scipy.io import mmwrite

    mmwrite(folder / "counts.mtx", matrix.counts.tocoo())
    same_counts(import_counts("matrix-market", folder).matrix, matrix)


def test_r_reads_counts_terms_and_units_by_the_lines_of_the_documentation(tmp_path):
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed")
    page = (Path(__file__).resolve().parents[1] / "docs" / "storage.md").read_text("utf-8")
    lines = page.split("```r\n")[1].split("```")[0].splitlines()
    read = lines[: next(n for n, line in enumerate(lines) if "quanteda::" in line)]
    shown = ["cat(dim(counts), colSums(counts), colnames(counts), rownames(counts), sep = '|')"]
    export(small_matrix(), "matrix-market", tmp_path / "for_r")

    done = subprocess.run(
        ["Rscript", "-e", "\n".join([*read, *shown])],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip

    if "there is no package called" in done.stderr:
        pytest.skip("R has no Matrix")
    sums = map(str, COUNTS.sum(axis=0))
    expected = ["3", "5", *sums, *TERMS, "a b.txt", "'=1+1", "ü"]
    assert done.stdout.split("|") == expected, done.stderr


def test_gensim_reads_corpus_and_dictionary_and_writes_what_is_read(tmp_path):
    from gensim.corpora import BleiCorpus, Dictionary, MmCorpus

    matrix = random_matrix()
    export(matrix, "gensim", tmp_path / "out")
    dictionary = Dictionary.load_from_text(str(tmp_path / "out" / "dictionary.txt"))
    corpus = list(MmCorpus(str(tmp_path / "out" / "corpus.mm")))

    assert [dictionary[n] for n in range(len(dictionary))] == list(matrix.vocabulary.terms)
    assert dictionary.num_docs == matrix.shape[0]
    same_counts(from_gensim_corpus(corpus, dictionary, ids=matrix.ids).matrix, matrix)

    theirs = tmp_path / "theirs"
    theirs.mkdir()
    texts = [["zone", "asylum", "zone"], [], ["naïve"]]
    dictionary = Dictionary(texts)
    bags = [dictionary.doc2bow(text) for text in texts]
    dictionary.save_as_text(str(theirs / "dictionary.txt"))
    MmCorpus.serialize(str(theirs / "corpus.mm"), bags)
    found = import_counts("gensim", theirs).matrix
    assert found.vocabulary.terms == ("asylum", "naïve", "zone")
    np.testing.assert_array_equal(found.counts.toarray(), [[1, 0, 2], [0, 0, 0], [0, 1, 0]])

    export(matrix, "lda-c", tmp_path / "blei")
    blei = list(BleiCorpus(str(tmp_path / "blei" / "docs.ldac"), str(tmp_path / "blei/vocab.txt")))
    assert blei == [[(t, float(n)) for t, n in bag] for bag in matrix.to_gensim()[0]]


def test_a_model_of_gensim_has_the_topics_of_the_fit_and_goes_back():
    matrix = random_matrix()
    fit = random_fit(matrix)

    model = to_gensim(fit)
    back, notes = from_gensim(model, matrix)

    # The model adds 1e-12 tokens of each term.
    np.testing.assert_allclose(model.get_topics(), fit.topic_term, atol=1e-9)
    np.testing.assert_allclose(back.topic_term, fit.topic_term, atol=1e-9)
    np.testing.assert_allclose(back.document_prior, fit.document_prior, rtol=1e-12)
    np.testing.assert_allclose(back.doc_topic.sum(axis=1), 1.0, atol=1e-9)
    assert notes


def test_a_model_that_gensim_fitted_with_ids_of_its_own_is_a_fit():
    from gensim.models import LdaModel

    matrix = random_matrix()
    bags, names = matrix.to_gensim()
    turn = {key: len(names) - 1 - key for key in names}
    mapped = [[(turn[key], count) for key, count in bag] for bag in bags]
    model = LdaModel(
        mapped, num_topics=2, id2word={turn[k]: w for k, w in names.items()}, random_state=1
    )

    found = from_gensim(model, matrix).fit

    expected = model.get_topics()[:, [turn[k] for k in sorted(turn)]]
    np.testing.assert_allclose(found.topic_term, expected, atol=1e-6)  # float32
    again = from_gensim(model, matrix).fit
    np.testing.assert_array_equal(again.doc_topic, found.doc_topic)
    with pytest.raises(InputError, match=r"differ in 1 terms: w0"):
        from_gensim(model, random_matrix_without_a_term(matrix))


def random_matrix_without_a_term(matrix):
    vocabulary = matrix.vocabulary
    rest = Vocabulary(vocabulary.terms[1:], vocabulary.doc_freq[1:], vocabulary.term_freq[1:])
    return DocTermMatrix(matrix.counts[:, 1:], rest, matrix.units)


def test_models_of_scikit_learn_are_fits_and_fits_are_models():
    from sklearn.decomposition import NMF, LatentDirichletAllocation

    matrix = random_matrix()
    model = LatentDirichletAllocation(3, random_state=1, max_iter=3).fit(matrix.counts)

    fit, notes = from_sklearn(model, matrix)
    np.testing.assert_array_equal(
        fit.topic_term, model.components_ / model.components_.sum(axis=1, keepdims=True)
    )
    np.testing.assert_allclose(fit.doc_topic, model.transform(matrix.counts), rtol=1e-12)
    assert list(fit.document_prior) == [1 / 3] * 3
    assert "divided by the sums" in notes[0]

    again = to_sklearn(fit)
    weights = again.components_ / again.components_.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(weights, fit.topic_term, rtol=1e-9)
    # Weights of the topics differ a little from the fitted ones, and so do the shares.
    np.testing.assert_allclose(again.transform(matrix.counts), fit.doc_topic, atol=0.1)
    assert again.get_params()["n_components"] == 3

    factors = from_sklearn(NMF(2, random_state=1, init="random").fit(matrix.counts), matrix)
    assert factors.fit.document_prior is None
    assert "no document prior" in factors.notes[1]


def test_a_model_of_scikit_learn_that_does_not_fit_is_refused():
    from sklearn.decomposition import PCA, LatentDirichletAllocation

    matrix = random_matrix()
    model = LatentDirichletAllocation(2, max_iter=1).fit(matrix.counts[:, 1:])
    with pytest.raises(InputError, match=r"shape \(2, 29\), but the matrix has 30 terms"):
        from_sklearn(model, matrix)
    with pytest.raises(InputError, match="has no components_ and transform; fit it first"):
        from_sklearn(LatentDirichletAllocation(2), matrix)
    with pytest.raises(InputError, match="components_ must be finite numbers >= 0"):
        from_sklearn(PCA(2).fit(matrix.counts.toarray()), matrix)


def test_pyldavis_gets_the_five_things_it_takes(tmp_path):
    matrix = small_matrix()
    export(small_fit(), "pyldavis", tmp_path / "out", matrix=matrix)
    text = (tmp_path / "out" / "pyldavis.json").read_text()
    values = json.loads(text)

    assert sorted(values) == [
        "doc_lengths", "doc_topic_dists", "term_frequency", "topic_term_dists", "vocab"
    ]  # fmt: skip
    assert values["doc_lengths"] == COUNTS.sum(axis=1).tolist()
    assert values["vocab"] == list(TERMS)
    assert "<" not in text  # a term cannot end a script
    pyldavis = pytest.importorskip("pyLDAvis", reason="pyLDAvis is not installed")
    assert len(pyldavis.prepare(**values).topic_coordinates) == 2


# --- MALLET -------------------------------------------------------------------------------------

STATE = """#doc source pos typeindex type topic
#alpha : 0.5 1.5
#beta : 0.25
0 my file.txt 0 0 border 0
0 my file.txt 1 1 asylum 1
0 my file.txt 2 0 border 0
2 c 0 1 asylum 1
"""


def test_a_state_of_mallet_is_counts_and_a_smoothed_fit(tmp_path):
    (tmp_path / "topic-state.gz").write_bytes(gzip.compress(STATE.encode()))

    found, notes = import_fit("mallet", tmp_path / "topic-state.gz")
    matrix = import_counts("mallet", tmp_path / "topic-state.gz").matrix

    # By hand: (n + .25) / (n_k + 2 * .25), terms sorted; (n + alpha) / (n_d + 2).
    np.testing.assert_allclose(
        found.topic_term, [[0.25 / 2.5, 2.25 / 2.5], [2.25 / 2.5, 0.25 / 2.5]], rtol=1e-12
    )
    np.testing.assert_allclose(
        found.doc_topic, [[2.5 / 5, 2.5 / 5], [0.5 / 2, 1.5 / 2], [0.5 / 3, 2.5 / 3]], rtol=1e-12
    )
    assert list(found.document_prior) == [0.5, 1.5]
    np.testing.assert_array_equal(matrix.counts.toarray(), [[1, 2], [0, 0], [1, 0]])
    assert matrix.ids == ["1", "2", "3"]  # the second has no name
    assert any("beta (0.25)" in note for note in notes)


def test_the_state_that_is_written_has_every_token_near_its_expected_topics(tmp_path):
    matrix = random_matrix()
    fit = random_fit(matrix)
    export(fit, "mallet", tmp_path / "out", matrix=matrix)
    state = gzip.decompress((tmp_path / "out" / "state.mallet.gz").read_bytes()).decode()
    rows = [line.split(" ") for line in state.splitlines()[3:]]

    assert len(rows) == matrix.counts.sum()
    table = pd.DataFrame(rows, columns=["doc", "source", "pos", "index", "type", "topic"])
    assert (table.groupby("doc")["pos"].nunique() == table.groupby("doc").size()).all()
    for (doc, index), part in table.groupby(["doc", "index"]):
        weight = fit.doc_topic[int(doc)] * fit.topic_term[:, int(index)]
        expected = len(part) * weight / weight.sum()
        found = np.bincount(part["topic"].astype(int), minlength=3)
        assert np.abs(found - expected).max() < 1
    (tmp_path / "out" / "word-weights.txt").unlink()
    (tmp_path / "out" / "doc-topics.txt").unlink()
    same_counts(import_counts("mallet", tmp_path / "out").matrix, matrix)


def test_phrases_are_joined_for_mallet_and_a_clash_is_refused(tmp_path):
    notes = export(small_fit(), "mallet", tmp_path / "out").notes
    assert "spaces became underscores in 1 terms" in notes
    assert "root_causes" in (tmp_path / "out" / "word-weights.txt").read_text()

    fit = small_fit()
    terms = ("a", "b", "root causes", "root_causes", "z")
    clash = Vocabulary(terms, fit.vocabulary.doc_freq, fit.vocabulary.term_freq)
    with pytest.raises(InputError, match="root_causes are terms already"):
        export(topoi.TopicFit(**vars_of(fit) | {"vocabulary": clash}), "mallet", tmp_path / "x")


def vars_of(fit):
    names = ("topic_term", "doc_topic", "topic_names", "vocabulary", "units", "themes", "trace")
    return {name: getattr(fit, name) for name in (*names, "provenance", "document_prior")}


def test_pairs_of_topic_and_share_as_older_versions_wrote_them_are_read(tmp_path):
    (tmp_path / "state.mallet").write_text(STATE)
    (tmp_path / "doc-topics.txt").write_text(
        "#doc name topic proportion ...\n0\ta\t1\t0.75\t0\t0.25\t\n1\tb\t0\t0.5\t1\t0.5\n"
        "2\tc\t0\t1.0\t1\t0.0\n"
    )

    found = import_fit("mallet", tmp_path).fit

    np.testing.assert_array_equal(found.doc_topic, [[0.25, 0.75], [0.5, 0.5], [1, 0]])
    assert list(found.units["doc_id"]) == ["a", "b", "c"]


# --- hostile input ------------------------------------------------------------------------------

GOOD = {
    "uci": {"docword.txt": "2\n2\n2\n1 1 4\n2 2 1\n", "vocab.txt": "a\nb\n"},
    "lda-c": {"docs.ldac": "1 0:4\n2 0:1 1:2\n", "vocab.txt": "a\nb\n"},
    "matrix-market": {
        "counts.mtx": "%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 4\n2 2 1\n",
        "terms.txt": "a\nb\n",
    },
    "gensim": {
        "corpus.mm": "%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 4\n2 2 1\n",
        "dictionary.txt": "2\n0\ta\t1\n1\tb\t1\n",
    },
    "mallet": {"state.mallet": STATE},
}
BAD = [
    ("uci", "docword.txt", "2\n2\n2\n1 1 4\n3 2 1\n", "docword.txt, row 5: the document must be a"),
    ("uci", "docword.txt", "2\n2\n2\n1 0 4\n2 2 1\n", "row 4: the term must be a whole number"),
    ("uci", "docword.txt", "2\n2\n2\n1 1 -4\n2 2 1\n", "row 4: the count must be a whole number"),
    ("uci", "docword.txt", "2\n2\n2\n1 1 ٣\n2 2 1\n", "row 4: the count must be"),
    ("uci", "docword.txt", "2\n2\n2\n1 1 1e3\n2 2 1\n", "row 4: the count must be"),
    ("uci", "docword.txt", "2\n2\n2\n1 1 4\n", "says 2 counts and has 1: is it cut"),
    ("uci", "docword.txt", "2\n2\n", "must begin with three rows"),
    ("uci", "docword.txt", "2\n3\n0\n", "says that there are 3 terms, but"),
    ("uci", "docword.txt", "2000000000\n2\n1\n1 1 1\n", "at most 10010 are read"),
    ("uci", "docword.txt", f"2\n2\n2\n1 1 {'9' * 400}\n", "row 4: the count must be"),
    ("uci", "docword.txt", "2\n2\n2\n1 1 2147483647\n1 1 1\n", "in one document exceed 2147483647"),
    ("uci", "vocab.txt", "a\na\n", r"more often: 'a' \(rows 1 and 2\)"),
    ("uci", "vocab.txt", "a\n\nb\n", "says that there are 2 terms"),
    ("uci", "vocab.txt", "\nb\n", r"terms are empty in the rows 1"),
    ("lda-c", "docs.ldac", "1 0:4\n3 0:1 1:2\n", "row 2: the number of terms must be"),
    ("lda-c", "docs.ldac", "1 0:4\n2 0:1\n", "row 2: it says 2 terms and has 1"),
    ("lda-c", "docs.ldac", "1 0:4\n1 2:1\n", "row 2: a term must be a whole number from 0 to 1"),
    ("lda-c", "docs.ldac", "1 0=4\n", "row 1: a term and its count are written 3:1; got '0=4'"),
    ("matrix-market", "counts.mtx", "1 1 1\n", "row 1: the head must be"),
    ("matrix-market", "counts.mtx", "%%MatrixMarket matrix coordinate complex general\n1 1 1\n",
     "numbers must be real or integer; got complex"),
    ("matrix-market", "counts.mtx",
     "%%MatrixMarket matrix coordinate real general\n2 3 1\n1 1 1\n", "has 3 columns, but"),
    ("matrix-market", "counts.mtx",
     "%%MatrixMarket matrix coordinate real general\n2 9 1\n1 1 1\n",
     "Its rows are the terms: transpose it"),
    ("matrix-market", "counts.mtx",
     "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 0.5\n", "row 3: the count must be"),
    ("matrix-market", "counts.mtx",
     "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 nan\n", "row 3: the count must be"),
    ("gensim", "dictionary.txt", "2\n0\ta\t1\n0\tb\t1\n", "row 3: the id 0 occurs a second time"),
    ("gensim", "dictionary.txt", "2\n0\ta\t1\n7\tb\t1\n", "ids must be 0 to 1 without gaps"),
    ("gensim", "dictionary.txt", "2\n0 a 1\n", "row 2: a row is id, term and documents"),
    ("mallet", "state.mallet", STATE.replace("asylum 1", "asylum 9"), "row 5: the topic must be"),
    ("mallet", "state.mallet", STATE.replace("#alpha", "alpha"), "row 2: here stands '#alpha :'"),
    ("mallet", "state.mallet", STATE.replace("0.25", "-1"), "row 3: a prior must be a finite num"),
    ("mallet", "state.mallet", STATE.replace("0.25", "inf"), "row 3: a prior must be a finite"),
    ("mallet", "state.mallet", STATE.splitlines()[0], "row 0: here stands|row 1"),
    ("mallet", "state.mallet", STATE + "9 x\n", "row 8: a row has"),
    ("mallet", "state.mallet", STATE + "99999999 x 0 0 border 0\n", "at most 10050 are read"),
]  # fmt: skip


def folder_of(tmp_path, name, **changes):
    folder = tmp_path / "given"
    folder.mkdir(exist_ok=True)
    for file, text in (GOOD[name] | changes).items():
        (folder / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.mark.parametrize(("name", "file", "text", "words"), BAD)
def test_a_row_that_is_not_as_the_format_has_it_is_named(tmp_path, name, file, text, words):
    good = folder_of(tmp_path, name)
    import_counts(name, good)
    if "transpose" in words:
        (good / "terms.txt").write_text("a\nb\n")

    with pytest.raises(InputError, match=words):
        import_counts(name, folder_of(tmp_path, name, **{file: text}))


@pytest.mark.parametrize("name", GOOD)
def test_files_cut_at_any_place_are_refused_or_read_as_less(tmp_path, name):
    main = next(iter(GOOD[name]))
    text = GOOD[name][main]
    n_tokens = import_counts(name, folder_of(tmp_path, name)).matrix.counts.sum()
    for end in range(len(text)):
        try:
            found = import_counts(name, folder_of(tmp_path, name, **{main: text[:end]})).matrix
        except InputError as error:
            assert "given" in str(error)
        else:
            assert found.counts.sum() <= n_tokens


@pytest.mark.parametrize("name", GOOD)
def test_bytes_that_are_no_text_are_refused_with_their_row(tmp_path, name):
    main = next(iter(GOOD[name]))
    with pytest.raises(InputError, match=r"row 1: it is no UTF-8"):
        import_counts(name, folder_of(tmp_path, name, **{main: b"\xff\xfe1\n"}))


def test_a_packed_file_that_unpacks_to_too_much_or_is_cut_is_refused(tmp_path):
    folder = folder_of(tmp_path, "uci")
    (folder / "docword.txt").unlink()
    packed = gzip.compress(b"2\n2\n2\n" + (b"1 1 4" + b" " * 2**20 + b"\n") * 24)
    (folder / "docword.txt.gz").write_bytes(packed)
    with pytest.raises(InputError, match="unpacks to more than 16777216 bytes"):
        import_counts("uci", folder)

    whole = gzip.compress(b"2\n2\n2\n1 1 4\n2 2 1\n")
    (folder / "docword.txt.gz").write_bytes(whole[:-9])
    with pytest.raises(InputError, match=r"docword\.txt\.gz is damaged or cannot be read"):
        import_counts("uci", folder)


def test_missing_and_doubtful_files_are_named(tmp_path):
    folder = folder_of(tmp_path, "uci")
    (folder / "vocab.txt").unlink()
    with pytest.raises(InputError, match=r"needs vocab\.NAME\.txt or vocab\.txt beside it"):
        import_counts("uci", folder)
    with pytest.raises(InputError, match=r"has no file docs\.ldac or \*\.ldac or \*\.dat"):
        import_counts("lda-c", folder)
    (folder / "docword.txt").unlink()
    for name in "ab":
        (folder / f"docword.{name}.txt").write_text("1\n")
    with pytest.raises(InputError, match=r"several files docword\.\*\.txt: docword\.a\.txt, docw"):
        import_counts("uci", folder)
    for path in (folder / "nothing", "a\x00b"):
        with pytest.raises(InputError, match="is neither a folder nor a file"):
            import_counts("uci", path)


def test_ids_that_do_not_belong_are_refused(tmp_path):
    folder = folder_of(tmp_path, "uci", **{"docs.txt": "a\nb\nc\n"})
    with pytest.raises(InputError, match=r"docs\.txt names 3 documents, but .* has 2"):
        import_counts("uci", folder)
    (folder / "docs.txt").write_text("a\na\n")
    with pytest.raises(InputError, match=r"ids of documents must be unique and not empty; got a"):
        import_counts("uci", folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "doc_id among them"),
        ('doc_id,b\n"1,2\n', "is no CSV file"),
        ("doc_id,b\nx\ny,1\n", "must have 2 cells a row, as its first row; row 2 has 1"),
        ("doc_id,b\nx,1\n", "has 1 rows, but"),
        ("doc_id,date\nx,yesterday\ny,\n", "must be written as 2021-03-31 or be empty"),
        ("doc_id,n_tokens\nx,-1\ny,2\n", "n_tokens must be whole numbers"),
        ("doc_id,doc_id\nx,1\ny,1\n", "a name occurs twice"),
        ("doc_id,b\nx,1\nx,2\n", "ids of documents must be unique"),
    ],
)
def test_units_that_do_not_belong_are_refused(tmp_path, text, words):
    folder = folder_of(tmp_path, "matrix-market", **{"units.csv": text})

    with pytest.raises(InputError, match=words):
        import_counts("matrix-market", folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"vocab": "ab"}, "vocab must be a list of texts"),
        ({"vocab": ["a", "a"]}, "each term may occur once"),
        ({"topic_term_dists": [[0.5, 0.6]]}, "must be probabilities that sum to 1"),
        ({"topic_term_dists": [[0.5], [0.5, 0.5]]}, "must be rows of numbers, all of a length"),
        ({"topic_term_dists": [["x", 1]]}, "must be rows of numbers"),
        ({"doc_topic_dists": [[-1, 2]]}, "must be numbers >= 0"),
        ({"doc_lengths": [1, 2, 3]}, "3 doc_lengths"),
        ({"term_frequency": [1]}, "expected 2 terms in vocab"),
        ({"term_frequency": None}, "term_frequency must be"),
    ],
)
def test_json_that_is_no_topic_model_is_refused(tmp_path, change, words):
    good = {
        "topic_term_dists": [[0.5, 0.5], [0.1, 0.9]],
        "doc_topic_dists": [[0.5, 0.5]],
        "doc_lengths": [4],
        "vocab": ["a", "b"],
        "term_frequency": [2, 2],
    }
    file = tmp_path / "pyldavis.json"
    file.write_text(json.dumps(good))
    assert import_fit("pyldavis", file).fit.n_topics == 2

    file.write_text(json.dumps(good | change))
    with pytest.raises(InputError, match=words):
        import_fit("pyldavis", file)
    for text in ("[1, 2", "[]", "{}", "[" * 10**5):
        file.write_text(text)
        with pytest.raises(InputError, match=r"pyldavis\.json"):
            import_fit("pyldavis", file)


@pytest.mark.parametrize("name", ["parquet", "arrow"])
@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("counts", lambda t: t.assign(term="no such"), "there are no terms 'no such'"),
        ("counts", lambda t: t.assign(count=-1), "counts must be from 0"),
        ("counts", lambda t: t.assign(count=0.5), "count must be int64 but is float64"),
        ("counts", lambda t: t.drop(columns="unit"), "unit must be str but is missing"),
        ("terms", lambda t: t.assign(term="a"), "each term may occur once"),
        ("units", lambda t: t.assign(doc_id="a"), "doc_id must be unique"),
    ],
)
def test_tables_that_do_not_fit_together_are_refused(tmp_path, name, table, change, words):
    tables = FORMATS[name]
    export(small_matrix(), name, tmp_path / "out")
    path = tmp_path / "out" / f"{table}.{name}"
    from topoi.io.interchange.tables import arrow_bytes
    from topoi.io.parts import parquet_bytes

    other = pd.read_parquet(path) if name == "parquet" else pd.read_feather(path)
    write = parquet_bytes if name == "parquet" else arrow_bytes
    path.write_bytes(write(change(other)))

    with pytest.raises(InputError, match=words):
        tables.read_counts(tmp_path / "out")
    path.write_bytes(b"PAR1 ARROW1")
    with pytest.raises(InputError, match=f"{table}.{name} is damaged or no {name} file"):
        tables.read_counts(tmp_path / "out")
    path.unlink()
    with pytest.raises(InputError, match=f"lacks {table}.{name}"):
        tables.read_counts(tmp_path / "out")


@pytest.mark.parametrize("name", ["uci", "lda-c", "matrix-market", "gensim"])
@pytest.mark.parametrize("odd", ["a\nb", "a\rb", "a\udcffb"])
def test_a_term_that_is_no_line_is_refused(tmp_path, name, odd):
    matrix = DocTermMatrix(
        csr_array([[1]]), Vocabulary([odd], [1], [1]), small_matrix().units.iloc[:1]
    )

    with pytest.raises(InputError, match="1 terms cannot be written in this format"):
        export(matrix, name, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_a_format_has_no_place_for_is_refused(tmp_path):
    with pytest.raises(InputError, match="uci has no place for fits; these have: arrow, mallet"):
        export(small_fit(), "uci", tmp_path / "out")
    with pytest.raises(InputError, match="mallet has no place for counts; these have: arrow, gens"):
        export(small_matrix(), "mallet", tmp_path / "out")
    with pytest.raises(InputError, match=r"no format 'malet'; there are: .* Did you mean mallet\?"):
        export(small_fit(), "malet", tmp_path / "out")
    with pytest.raises(InputError, match=r"A DocTermMatrix or a TopicFit is exported; got str"):
        export("x", "uci", tmp_path / "out")
    with pytest.raises(InputError, match=r"is not that of the fit .* terms or ids differ"):
        export(small_fit(), "mallet", tmp_path / "out", matrix=random_matrix())


def test_a_folder_that_no_export_made_is_left_alone(tmp_path):
    folder = folder_of(tmp_path, "uci")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    with pytest.raises(InputError, match=r"accounts for: docword\.txt, vocab\.txt"):
        export(small_matrix(), "uci", folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    shutil.rmtree(folder)
    export(small_matrix(), "uci", folder)
    with pytest.raises(InputError, match="accounts for"):
        export(small_matrix(), "gensim", folder)


def test_shares_given_with_few_digits_are_divided_by_their_sums_and_it_is_said(tmp_path):
    (tmp_path / "state.mallet").write_text(STATE)
    (tmp_path / "doc-topics.txt").write_text("0\ta\t.3333333\t.6666666\n1\tb\t.5\t.5\n2\tc\t0\t1\n")

    found, notes = import_fit("mallet", tmp_path)

    np.testing.assert_allclose(found.doc_topic.sum(axis=1), 1.0, atol=1e-15)
    assert "1 rows of shares were divided by their sums" in notes
    (tmp_path / "doc-topics.txt").write_text("0\ta\t.3\t.6\n1\tb\t.5\t.5\n2\tc\t0\t1\n")
    with pytest.raises(InputError, match=r"sum to 1; 1 are not \(rows 1\)"):
        import_fit("mallet", tmp_path)
