"""Arguments for the topic kernels, small and padded, and how to compile the kernels anew."""

import hashlib
import json
import re
import sys
import tempfile
import types
from pathlib import Path

import numpy as np
from handmade import table_file
from scipy.sparse import csr_array

from topoi.catalogue import make_figure
from topoi.config import RunConfig
from topoi.kernels import cvb0, drawn_pass, logarithm
from topoi.kernels.lanes import LANES
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.pipeline import build_study

FUSED = re.compile(r"\b(?:v?fn?m(?:add|sub)\w*|fml[as]\w*|xvn?m(?:add|sub)\w*)\b")


def csr(counts):
    """What the kernels take of a matrix: indptr int64, indices int32, counts float32."""
    sparse = csr_array(np.asarray(counts, dtype=np.float32))
    return sparse.indptr.astype(np.int64), sparse.indices.astype(np.int32), sparse.data


def padded(values):
    """Zero columns added up to whole lanes, float32."""
    values = np.asarray(values, dtype=np.float32)
    width = -(-values.shape[-1] // LANES) * LANES
    extra = [(0, 0)] * (values.ndim - 1) + [(0, width - values.shape[-1])]
    return np.ascontiguousarray(np.pad(values, extra))


def poisson(shape, seed=0, mean=0.8):
    """Random whole counts."""
    return np.random.default_rng(seed).poisson(mean, shape)


class Case:
    """Arguments of one pass, K topics and their padding."""

    def __init__(self, counts, seed=0, n_topics=3, alpha=0.4, kept=True, rows=None):
        rng = np.random.default_rng(seed)
        self.counts = np.asarray(counts, dtype=np.float64)
        n_docs, n_terms = self.counts.shape
        self.n_topics = n_topics
        self.alpha = padded(
            np.atleast_2d(np.broadcast_to(alpha, (*np.shape(alpha)[:-1], n_topics)))
        )
        self.weight = padded(rng.dirichlet(np.full(n_terms, 0.5), n_topics).T + 1e-3)
        self.slope_row = np.asarray(np.zeros(n_terms) if rows is None else rows, dtype=np.int32)
        self.slope = padded(rng.uniform(1e-4, 1e-2, (self.slope_row.max() + 1, n_topics)))
        lengths = self.counts.sum(axis=1, keepdims=True)
        shares = rng.dirichlet(np.ones(n_topics), n_docs) if kept else np.zeros((1, n_topics))
        self.doc_counts = padded(lengths * shares)

    def run(self, n_sweeps=1, kernel=cvb0.cvb0_pass):
        """doc_counts, term_counts and log likelihood as the kernel gives them."""
        doc_counts, term_counts = self.doc_counts.copy(), np.zeros_like(self.weight)
        log_likelihood = kernel(
            *csr(self.counts), self.weight, self.slope, self.slope_row, self.alpha, doc_counts,
            term_counts, n_sweeps, 0.0,
        )  # fmt: skip
        return doc_counts, term_counts, log_likelihood

    def drawn(self, topics=None, n_sweeps=1, kernel=drawn_pass.drawn_pass, **stream):
        """doc_counts, term_counts and the topic of each piece as the kernel draws them."""
        doc_counts, term_counts = self.doc_counts.copy(), np.zeros_like(self.weight)
        indptr, indices, counts = csr(self.counts)
        places = drawn_pass.piece_places(indptr, counts)
        kind = stream.get("kind", np.int16)
        found = np.full(places[-1], 99, kind) if topics is None else topics.copy()
        number, seed, first = (stream.get(name, 0) for name in ("number", "seed", "first_doc"))
        kernel(
            indptr, indices, counts, self.weight, self.slope, self.slope_row, self.alpha,
            doc_counts, term_counts, found, places, topics is None, n_sweeps, np.uint64(seed),
            np.uint64(first), np.uint64(number),
        )  # fmt: skip
        return doc_counts, term_counts, found

    def fold_in(self, most_sweeps=5, tolerance=0.0, kernel=cvb0.fold_in):
        """doc_counts with the weights as topics."""
        found = np.full(self.doc_counts.shape, 7.0, np.float32)
        kernel(*csr(self.counts), self.weight, self.alpha, found, most_sweeps, tolerance)
        return found

    def plain(self):
        """weight, slope, alpha, doc_counts without padding, float64, for the naive versions."""
        k = self.n_topics
        kept = (self.weight, self.slope[self.slope_row], self.alpha, self.doc_counts)
        return [values[:, :k].astype(float) for values in kept]


def fresh(module):
    """The module compiled anew: machine code from numba's cache has no assembly to read.

    The logarithm, which kernels take from another module, is compiled anew, too; the lanes have no
    machine code of their own.
    """
    copy = types.ModuleType("fresh")
    path = Path(module.__file__)
    source = path.read_text(encoding="utf-8").replace("cache=True", "cache=False")
    exec(compile(source, str(path), "exec"), copy.__dict__)
    if module is not logarithm and hasattr(copy, "natural_log"):
        copy.natural_log = fresh(logarithm).natural_log
    return copy


def assembly(function):
    """The machine code of all compiled versions of a function."""
    return "\n".join(function.inspect_asm().values())


def fitted_digests():
    """SHA-256 of some fits: several blocks and lanes, both starts, learned priors."""
    rng = np.random.default_rng(5)
    topics = rng.dirichlet(np.full(60, 0.1), 5)
    # By hand: the generator's own product of matrices would ask the BLAS at hand.
    shares = rng.dirichlet(np.full(5, 0.3), 120)
    mixed = (shares[:, :, np.newaxis] * topics).sum(axis=1)
    counts = np.array([rng.multinomial(30, row / row.sum()) for row in mixed]).astype(float)
    models = {
        "clusters": LDA(17, max_iter=22),
        "random": LDA(5, init="random", n_init=2, max_iter=22),
        "keywords": KeywordLDA([{3: 1.0, 1: 2.0}, [4, 5]], topics_per_set=2, n_residual=3),
        "shared keywords": KeywordLDA([[3], [3, 5]], exclusive=False, n_residual=9, max_iter=22),
    }
    return {
        name: _digest(model.fit(counts, held_out=counts[:20])) for name, model in models.items()
    }


def table_digests():
    """SHA-256 of the tables of two figures, made from texts on."""
    columns = {"date": [f"202{k}-05-01" for k in range(8)]}
    sizes = {"starts": 1, "topics": 3, "theme_topics": 1, "residual": 1, "near": 0}
    with tempfile.TemporaryDirectory() as folder:
        source = str(table_file(Path(folder), **columns))
        study = build_study(RunConfig(source=source, models=("KeywordLDA",), freq="Y", **sizes))
    tables = {name: make_figure(name, study).csv for name in ("theme_trends", "topic_theme_map")}
    return {name: hashlib.sha256(csv).hexdigest() for name, csv in tables.items()}


def _digest(model):
    kept = model.trace_.drop(columns="seconds").to_numpy()
    arrays = model.components_, model.doc_topic_, model.alpha_, kept
    return hashlib.sha256(b"".join(values.tobytes() for values in arrays)).hexdigest()


def print_digests(*, with_tables):
    """The digests as JSON, with the name of the processor that numba compiled for."""
    _, processor, _ = cvb0.cvb0_pass.targetctx.codegen().magic_tuple()
    found = {**fitted_digests(), "processor": processor}
    if with_tables:
        found |= table_digests()
    sys.stdout.write(json.dumps(found))
