"""How much faster than scikit-learn's is our NMF, from the same start to an equal objective?

    python benchmarks/nmf.py [--repeats 3] [--topics 30 50] [--loss …] [--write docs/benchmarks.md]

Data: tf-idf of the UK immigration news of 2014 (../shared/data). The objectives of both are
calculated here, in float64, by one function. Seconds of ours: `fit` leaves out the start, which
both are given, and takes in the last solution of all documents; `equal` is up to the end of the
pass whose objective is within 1e-3 of scikit-learn's last one. scikit-learn has one BLAS thread,
with which it was faster than with two.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from page import add_write, printed_into
from scipy.sparse import csr_array, csr_matrix
from sklearn import decomposition
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits

from topoi.models.nmf import NMF
from topoi.models.nndsvd import start_factors

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SOURCE = DATA / "uk_immigration_news_2014.parquet"
NEAR = 1e-3
JOBS = (2, 1)
SOLVERS = {
    "frobenius": {"solver": "cd", "max_iter": 200},
    "kullback-leibler": {"solver": "mu", "beta_loss": "kullback-leibler", "max_iter": 50},
}
Pair = tuple[NDArray[np.float32], NDArray[np.float32]]


def main() -> None:
    """Print one table."""
    options = asked()
    if not SOURCE.is_file():
        print(f"Nothing is measured: {SOURCE.name} is not in ../shared/data.")
        return
    with printed_into(options.write, "nmf", is_markdown=True):
        print_table(options)


def print_table(options: argparse.Namespace) -> None:
    """The rows of each loss and number of topics."""
    matrix = tfidf()
    print(f"{matrix.shape[0]:,} documents, {matrix.shape[1]:,} terms, {matrix.nnz:,} weights.\n")
    print("| loss | K | who | seconds: fit | equal | ratio: fit | equal | objective | passes |")
    print("|---|---:|---|---:|---:|---:|---:|---:|---:|")
    for loss in options.loss:
        for n_topics in options.topics:
            for line in compared(matrix, loss, n_topics, options.repeats):
                print(line, flush=True)


def asked() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description="Compare our NMF with scikit-learn's.")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--topics", type=int, nargs="+", default=[30, 50])
    parser.add_argument("--loss", nargs="+", default=list(SOLVERS), choices=list(SOLVERS))
    add_write(parser)
    return parser.parse_args()


def tfidf() -> csr_array:
    """Weights (D, V), float32, rows of length 1."""
    texts = pd.read_parquet(SOURCE, columns=["text"])["text"]
    vectoriser = TfidfVectorizer(
        token_pattern=r"[a-z]{3,}", stop_words="english", min_df=5, max_df=0.5, dtype=np.float32
    )
    found = csr_array(vectoriser.fit_transform(texts))
    found.sort_indices()
    return found


def compared(matrix: csr_array, loss: str, n_topics: int, repeats: int) -> list[str]:
    """Rows of the table: scikit-learn and ours in turn, medians of the repeats and their range."""
    factors = start_factors(matrix, n_topics, "nndsvda", 0)
    docs = np.ascontiguousarray(factors.docs[:, :n_topics])
    start = docs, np.ascontiguousarray(factors.terms[:, :n_topics].T)
    small = NMF(2, weighting="counts", loss=loss, max_iter=2)
    small.fit(matrix[:50])  # compiles
    theirs, ours = [], {n_jobs: [] for n_jobs in JOBS}
    for _ in range(repeats):
        theirs.append(scikit_learn(matrix, loss, start))
        for n_jobs in JOBS:
            ours[n_jobs].append(topoi_nmf(matrix, loss, start, n_jobs, theirs[-1][1]))
    seconds = np.array([row[0] for row in theirs])
    _, goal, n_iter = theirs[0]
    rows = [
        f"| {loss} | {n_topics} | scikit-learn | {middle(seconds)} | | | | {goal:.2f} | {n_iter} |"
    ]
    for n_jobs, runs in ours.items():
        fit, equal = np.array([row[:2] for row in runs]).T
        rows.append(
            f"| | | n_jobs={n_jobs} | {middle(fit)} | {middle(equal)} | {middle(seconds / fit)} | "
            f"{middle(seconds / equal)} | {runs[0][2]:.2f} | {runs[0][3]} |"
        )
    return rows


def middle(values: NDArray[np.floating]) -> str:
    """Median, and the least and the most."""
    return f"{np.median(values):.3g} [{values.min():.3g}, {values.max():.3g}]"


def scikit_learn(matrix: csr_array, loss: str, start: Pair) -> tuple[float, float, int]:
    """Seconds, objective and iterations."""
    data = csr_matrix(matrix)
    model = decomposition.NMF(start[0].shape[1], init="custom", tol=1e-4, **SOLVERS[loss])
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        began = time.perf_counter()
        weights = model.fit_transform(data, W=start[0].copy(), H=start[1].copy())
        seconds = time.perf_counter() - began
    return seconds, objective(matrix, loss, weights, model.components_), model.n_iter_


def topoi_nmf(
    matrix: csr_array, loss: str, start: Pair, n_jobs: int, goal: float
) -> tuple[float, float, float, int]:
    """Seconds of the fit, seconds to an equal objective, objective and passes."""
    model = NMF(start[0].shape[1], weighting="counts", loss=loss, init=start, n_jobs=n_jobs)
    began = time.perf_counter()
    model.fit(matrix)
    seconds = time.perf_counter() - began
    reached = model.trace_["objective"].to_numpy() <= goal * (1.0 + NEAR)
    equal = float("nan")
    if reached.any():
        equal = float(model.trace_["seconds"].iloc[: reached.argmax() + 1].sum())
    found = objective(matrix, loss, model.doc_weights_, model.parts_)
    return seconds, equal, found, model.n_iter_


def objective(
    matrix: csr_array, loss: str, weights: NDArray[np.floating], parts: NDArray[np.floating]
) -> float:
    """1/2 ||X - WH||^2 or D(X || WH), in float64."""
    w, h = weights.astype(np.float64), parts.astype(np.float64)
    data = matrix.data.astype(np.float64)
    if loss == "frobenius":
        cross = float(((matrix.astype(np.float64) @ h.T) * w).sum())
        return 0.5 * (float(data @ data) + float(((w.T @ w) * (h @ h.T)).sum())) - cross
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    fits = np.concatenate(
        [
            np.einsum("nk,kn->n", w[rows[part]], h[:, matrix.indices[part]])
            for part in np.array_split(np.arange(matrix.nnz), 20)
        ]
    )
    own = float((data * np.log(data / np.maximum(fits, 1e-20)) - data).sum())
    return own + float(w.sum(axis=0) @ h.sum(axis=1))


if __name__ == "__main__":
    main()
