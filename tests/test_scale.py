"""Does a corpus in partitions on disk have, to the bit, the topics that it has in memory?"""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scale_cases import (
    EDGES,
    MODELS,
    SEVEN,
    assert_same,
    corpus,
    cut,
    fits_in_memory,
    matrix_of,
    written,
)
from scipy.sparse import csr_array

from topoi.errors import InputError
from topoi.io.store import write_fit
from topoi.models import blocks
from topoi.models.blocks import block_bounds
from topoi.models.covariate_lda import CovariateLDA
from topoi.models.documents import MemoryDocuments
from topoi.models.lda import LDA
from topoi.models.nmf import NMF
from topoi.scale import fit_parts, open_counts, read_part_fit, write_counts
from topoi.scale.part_documents import PartDocuments
from topoi.scale.threads import ThreadWorkers
from topoi.scale.write_counts import CountsWriter


@pytest.fixture(scope="module")
def matrix():
    return corpus()


@pytest.fixture(scope="module")
def in_memory():
    return fits_in_memory()


@pytest.mark.parametrize(
    ("name", "edges"),
    [*(("LDA", edges) for edges in EDGES), *((name, SEVEN) for name in list(MODELS)[1:])],
)
def test_a_fit_over_partitions_has_the_bits_of_the_fit_in_memory(
    name, edges, matrix, in_memory, tmp_path
):
    counts = written(matrix, tmp_path / "counts", EDGES[edges])

    found = fit_parts(counts, MODELS[name], tmp_path / "fit")

    assert_same(found, counts, in_memory[name])
    assert not list((tmp_path / "fit").glob("scratch*"))


def test_threads_do_not_change_a_bit(matrix, in_memory, tmp_path):
    counts = written(matrix, tmp_path / "counts", EDGES["two"])
    model = LDA(**{**MODELS["LDA"].get_params(), "n_jobs": 3})

    found = fit_parts(counts, model, tmp_path / "fit")

    assert_same(found, counts, in_memory["LDA"])


def test_what_is_kept_is_the_fit_of_the_matrix_byte_by_byte(matrix, in_memory, tmp_path):
    counts = written(matrix, tmp_path / "counts", EDGES["two"])
    fit_parts(tmp_path / "counts", MODELS["LDA"], tmp_path / "fit")

    write_fit(read_part_fit(tmp_path / "fit").to_fit(counts), tmp_path / "kept")
    write_fit(in_memory["LDA"], tmp_path / "expected")

    for path in (tmp_path / "expected").iterdir():
        assert (tmp_path / "kept" / path.name).read_bytes() == path.read_bytes(), path.name


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edges=st.sets(st.integers(0, 40), max_size=8), n_blocks=st.integers(1, 11))
def test_wherever_partitions_and_blocks_end_the_documents_are_the_same(
    edges, n_blocks, matrix, tmp_path_factory, monkeypatch
):
    folder = tmp_path_factory.mktemp("cut")
    monkeypatch.setattr(blocks, "N_BLOCKS", n_blocks)
    counts = written(matrix, folder / "counts", sorted({0, 40, *edges}))
    whole = MemoryDocuments(csr_array(matrix.counts, dtype=np.float32))
    parts = PartDocuments(counts, ThreadWorkers(1), folder)
    chosen = np.random.default_rng(n_blocks).random(40) < 0.5

    assert counts.blocks == block_bounds(matrix.counts) == whole.blocks == parts.blocks
    assert_documents_same(parts, whole)
    assert_documents_same(parts.where(chosen), whole.where(chosen))
    assert_documents_same(
        parts.where(chosen).where(chosen[chosen]), whole.where(chosen).where(chosen[chosen])
    )
    shutil.rmtree(folder)


def assert_documents_same(parts, whole):
    assert parts.shape == whole.shape
    joined = list(parts.pieces())
    assert [piece.start for piece in joined] == [
        0, *np.cumsum([len(piece) for piece in joined])[:-1]
    ]  # fmt: skip
    assert sum(len(piece) for piece in joined) == whole.shape[0]
    (expected,) = whole.pieces()
    for name in ("indices", "values"):
        np.testing.assert_array_equal(
            np.concatenate([getattr(piece, name)[piece.stored] for piece in joined]),
            getattr(expected, name),
        )
    lengths = np.concatenate([np.diff(piece.indptr) for piece in joined])
    np.testing.assert_array_equal(lengths, np.diff(expected.indptr))
    for doc in range(0, whole.shape[0], 7):
        for found, wanted in zip(parts.row(doc), whole.row(doc), strict=True):
            np.testing.assert_array_equal(found, wanted)


# --- the folder -----------------------------------------------------------------------------------


def test_a_matrix_comes_back_from_its_folder(matrix, tmp_path):
    counts = write_counts(matrix, tmp_path / "counts", part_size=60)

    again = counts.to_matrix()

    assert len(counts) == 5
    assert (again.counts != matrix.counts).nnz == 0
    assert again.vocabulary.terms == matrix.vocabulary.terms
    pd.testing.assert_frame_equal(again.units, matrix.units)
    head = json.loads((tmp_path / "counts" / "counts.json").read_text())
    assert head["n_tokens"] == counts.n_tokens == matrix.counts.sum()
    assert max(part["stored"] for part in head["parts"] if part["rows"] > 1) <= 60


def test_a_write_that_was_interrupted_goes_on_where_it_was(matrix, tmp_path):
    folder = tmp_path / "counts"

    def broken():
        for number, part in enumerate(cut(matrix, EDGES[SEVEN])):
            if number == 4:
                raise RuntimeError("power cut")
            yield part

    with pytest.raises(RuntimeError, match="power cut"):
        write_counts(broken(), folder)
    with pytest.raises(InputError, match=r"no complete folder of counts.*4 partitions of it"):
        open_counts(folder)
    times = {path.name: path.stat().st_mtime_ns for path in folder.glob("part-*.npz")}
    (folder / "part-00001.npz").write_bytes(b"half of it")

    counts = written(matrix, folder, EDGES[SEVEN])

    assert (counts.to_matrix().counts != matrix.counts).nnz == 0
    kept = {name for name, time in times.items() if (folder / name).stat().st_mtime_ns == time}
    assert kept == {"part-00000.npz", "part-00002.npz", "part-00003.npz"}


def test_a_partition_of_the_same_key_need_not_be_made(matrix, tmp_path):
    writer = CountsWriter(tmp_path, matrix.vocabulary, key="settings and texts")
    writer.add(0, matrix.counts, matrix.units)

    assert CountsWriter(tmp_path, matrix.vocabulary, key="settings and texts").has(0)
    assert not CountsWriter(tmp_path, matrix.vocabulary, key="other settings").has(0)
    assert not CountsWriter(tmp_path, matrix.vocabulary, key="").has(0)
    (tmp_path / "units-00000.parquet").unlink()
    assert not CountsWriter(tmp_path, matrix.vocabulary, key="settings and texts").has(0)


def test_fewer_partitions_leave_none_behind(matrix, tmp_path):
    written(matrix, tmp_path, EDGES[SEVEN])
    counts = written(matrix, tmp_path, EDGES["two"])

    assert len(counts) == len(list(tmp_path.glob("part-*.npz"))) == 2
    assert (counts.to_matrix().counts != matrix.counts).nnz == 0


def test_a_damaged_partition_is_named_and_nothing_is_written(matrix, tmp_path):
    counts = written(matrix, tmp_path / "counts", EDGES["two"])
    path = counts.part_path(1)
    content = bytearray(path.read_bytes())
    content[-300] ^= 1
    path.write_bytes(content)

    with pytest.raises(InputError, match=r"part-00001\.npz was altered or damaged"):
        fit_parts(tmp_path / "counts", MODELS["LDA"], tmp_path / "fit")
    path.unlink()
    with pytest.raises(InputError, match=r"part-00001\.npz is missing"):
        fit_parts(tmp_path / "counts", MODELS["LDA"], tmp_path / "fit")

    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["counts"]


def test_damaged_shares_are_refused(matrix, tmp_path):
    counts = written(matrix, tmp_path / "counts", EDGES["two"])
    found = fit_parts(counts, LDA(2, max_iter=2, draw_passes=0), tmp_path / "fit")
    (tmp_path / "fit" / "doc_topic-00001.npy").write_bytes(b"nothing")

    assert found.doc_topic(0).shape == (19, 2)
    with pytest.raises(InputError, match=r"doc_topic-00001\.npy was altered"):
        found.doc_topic(1)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda head: head.update(schema=99), "schema 99; this version reads 1"),
        (lambda head: head["parts"][0].pop("rows"), "counts.json is damaged"),
        (lambda head: head.update(parts=7), "counts.json is damaged"),
    ],
)
def test_a_head_that_says_nothing_is_refused(damage, message, matrix, tmp_path):
    written(matrix, tmp_path, EDGES["one"])
    head = json.loads((tmp_path / "counts.json").read_text())
    damage(head)
    (tmp_path / "counts.json").write_text(json.dumps(head))

    with pytest.raises(InputError, match=message):
        open_counts(tmp_path)


def test_a_folder_of_other_things_stays_as_it_is(matrix, tmp_path):
    (tmp_path / "thesis.docx").write_bytes(b"years")

    with pytest.raises(InputError, match=r"holds things that are no counts: thesis\.docx"):
        write_counts(matrix, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_matrices_of_several_vocabularies_are_refused(matrix, tmp_path):
    other = matrix_of(np.ones((2, 3), dtype=int), name="other")

    with pytest.raises(InputError, match=r"Matrix 1 .* another vocabulary"):
        write_counts([matrix, other], tmp_path)


@pytest.mark.parametrize("given", [0, 2.5, True])
def test_a_part_size_that_is_none_is_refused(given, matrix, tmp_path):
    with pytest.raises(InputError, match="part_size must be an int >= 1"):
        write_counts(matrix, tmp_path, part_size=given)


def test_no_matrix_and_counts_that_float32_cannot_hold_are_refused(tmp_path):
    with pytest.raises(InputError, match="no matrix to write"):
        write_counts([], tmp_path)
    with pytest.raises(InputError, match="at most 16777216; partition 0 has 16777217"):
        write_counts(matrix_of(np.array([[2**24 + 1, 1]])), tmp_path)


# --- what cannot be fitted ------------------------------------------------------------------------


def test_models_that_need_all_documents_are_refused(matrix, tmp_path):
    counts = written(matrix, tmp_path / "counts", EDGES["two"])

    for model in (NMF(3), CovariateLDA(3)):
        with pytest.raises(InputError, match="cannot be fitted over partitions"):
            fit_parts(counts, model, tmp_path / "fit")


def test_rows_without_terms_and_more_topics_than_rows_are_refused(tmp_path):
    empty = write_counts(matrix_of(np.zeros((4, 3), dtype=int)), tmp_path / "empty")

    with pytest.raises(InputError, match="2 topics in 0 documents with terms"):
        fit_parts(empty, LDA(2), tmp_path / "fit")


def test_a_cluster_that_is_none_is_refused(matrix, tmp_path):
    counts = written(matrix, tmp_path / "counts", EDGES["one"])

    with pytest.raises(InputError, match=r"needs the package distributed|No cluster answers"):
        fit_parts(counts, MODELS["LDA"], tmp_path / "fit", cluster=3.5)


# --- blocks ---------------------------------------------------------------------------------------


def test_more_than_eight_blocks_come_with_more_counts_than_eight_can_hold():
    assert len(blocks.block_targets(2**28)) == 7
    assert len(blocks.block_targets(2**28 + 1)) == 8
    assert len(blocks.block_targets(2**31)) == 63


def test_a_term_with_more_tokens_than_float32_can_count_one_by_one_is_counted_right():
    from topoi.models.documents import term_totals

    counts = csr_array(np.full((40, 1), 2**20 + 1, dtype=np.float32))

    assert term_totals(MemoryDocuments(counts)).tolist() == [40 * (2**20 + 1)]
