"""Do models with priors of their own have the same bits on any number of threads and any CPU?"""

import json
import os
import subprocess
import sys

FITS = """
import hashlib, json
import numpy as np
from topoi.models.covariate_lda import CovariateLDA
from topoi.models.seeded_lda import SeededLDA

rng = np.random.default_rng(5)
topics = rng.dirichlet(np.full(60, 0.1), 5)
shares = rng.dirichlet(np.full(5, 0.3), 120)
counts = np.array([rng.multinomial(30, row @ topics) for row in shares]).astype(float)
covariates = np.column_stack([shares[:, 0] > 0.2, rng.normal(2000, 5, 120)])
keywords = [{3: 1.0, 1: 2.0}, [4, 5]]


def digest(*arrays):
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


def seeded(n_jobs):
    model = SeededLDA(keywords, topics_per_set=2, n_residual=3, max_iter=15, n_jobs=n_jobs)
    model.fit(counts)
    return digest(model.components_, model.doc_topic_, model.alpha_)


def by_covariates(n_jobs):
    model = CovariateLDA(9, max_iter=25, n_jobs=n_jobs).fit(counts, covariates=covariates)
    draws = model.theta_draws(counts[:5], 3, covariates=covariates[:5])
    return digest(model.components_, model.doc_topic_, model.lambda_, model.alpha_, draws)


def found(n_jobs):
    return [seeded(n_jobs), by_covariates(n_jobs)]
"""


def test_bits_depend_neither_on_threads_nor_on_the_cpu():
    space = {}
    exec(FITS, space)  # so that both processes run the same

    here = {tuple(space["found"](n_jobs)) for n_jobs in (1, 2, 3, 8)}

    generic = {"NUMBA_CPU_NAME": "generic", "PYTHONHASHSEED": "1"}
    there = subprocess.run(
        [sys.executable, "-c", FITS + "print(json.dumps(found(2)))"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **generic},
        capture_output=True,
        text=True,
        check=True,
    )
    assert here == {tuple(json.loads(there.stdout))}
