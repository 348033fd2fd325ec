"""A small corpus, matrix and fit with what is hard to keep, for tests of files."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Event, Ledger
from topoi.fit import TopicFit
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

TERMS = ("<b>", "asylum", "naïve", "root causes", "zone")
COUNTS = np.array([[0, 3, 1, 0, 2], [0, 0, 0, 0, 0], [5, 0, 0, 1, 0]])


def small_corpus():
    table = pd.DataFrame(
        {
            "doc_id": ["a b.txt", "=1+1", "ü"],
            "text": ["Asylum asylum\nasylum naïve zone zone", "", "<b> root causes"],
            "date": pd.to_datetime(["2021-02-03T00:00:00", None, "2022-12-31T23:59:59"]),
            "source": ["x", "", "x"],
            "title": ["", "@SUM(A1)", "line\r\nbreak"],
            "party": pd.Categorical(["l", None, "r"]),
            "seats": [1.5, float("nan"), 1 / 3],
            "old": [True, False, True],
            "size": pd.array([1, None, 3], dtype="Int64"),
        }
    )
    events = [Event("read", doc_id, "read", "file") for doc_id in (*table["doc_id"], "gone")]
    events.append(Event("clean", "gone", "dropped", "empty", 1, "NA"))
    return Corpus(table, Ledger().add(events))


def small_matrix():
    units = small_corpus().table.drop(columns="text").assign(n_tokens=np.int64([7, 0, 6]))
    folded = pd.DataFrame({"word": ["zones"], "form": ["zone"], "n_tokens": [1]})
    vocabulary = Vocabulary(TERMS, (COUNTS > 0).sum(axis=0), COUNTS.sum(axis=0))
    return DocTermMatrix(
        csr_array(COUNTS), vocabulary, units, folded=folded.astype({"word": "str", "form": "str"})
    )


def small_fit():
    rng = np.random.default_rng(5)
    matrix = small_matrix()
    return TopicFit(
        topic_term=rng.dirichlet(np.full(5, 0.3), size=2),
        doc_topic=rng.dirichlet(np.ones(2), size=3),
        topic_names=("asylum", "residual 1"),
        vocabulary=matrix.vocabulary,
        units=matrix.units,
        themes={"asylum": (0,)},
        trace=pd.DataFrame({"pass": np.arange(1, 4), "moved": [0.5, 0.1, 0.01]}),
        provenance={"model": "LDA", "settings": {"n_components": 2}},
        document_prior=np.array([0.1, 0.30000000000000004]),
    )
