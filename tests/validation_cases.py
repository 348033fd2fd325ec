"""A fit with planted topics and passages, and coders who fill their sheets."""

import csv
from io import StringIO

import numpy as np
import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.fit import TopicFit
from topoi.text.vocabulary import Vocabulary

WORDS = {
    "border": "wall patrol fence agent desert visas harvesters employers",
    "asylum": "hearing judge lawyer claim court refuge persecution interview",
    "work": "visa harvest employer wage season farm contract permit",
    "hunger": "drought maize famine drink coffee price flood harsh",
    "school": "teacher pupil lesson campus desk exam library uniform",
    "music": "violin chorus drum opera piano melody guitar flute",
}
TERMS = sorted(word for words in WORDS.values() for word in words.split())


def planted_fit(order=tuple(WORDS), *, n_passages=60):
    """Topics in this order, each with eight words of its own; passages with three topics each."""
    topic_term = np.full((len(order), len(TERMS)), 1e-4)
    for topic, name in enumerate(order):
        for place, word in enumerate(WORDS[name].split()):
            topic_term[topic, TERMS.index(word)] = 0.2 - 0.015 * place
    topic_term /= topic_term.sum(axis=1, keepdims=True)
    names = list(WORDS)
    doc_topic = np.full((n_passages, len(order)), 0.01)
    for row in range(n_passages):
        for share, step in ((0.6, 0), (0.25, 1), (0.12, 2)):
            doc_topic[row, order.index(names[(row + step) % len(names)])] = share
    doc_topic /= doc_topic.sum(axis=1, keepdims=True)
    ids = [f"d{row // 3}#{row % 3:03d}" for row in range(n_passages)]
    units = pd.DataFrame(
        {"passage_id": ids, "doc_id": [unit.split("#")[0] for unit in ids], "n_tokens": 30}
    )
    ones = np.full(len(TERMS), 9)
    return TopicFit(
        topic_term=topic_term,
        doc_topic=doc_topic,
        topic_names=tuple(order),
        vocabulary=Vocabulary(TERMS, ones, ones),
        units=units,
        themes={},
        trace=pd.DataFrame({"pass": [1]}),
        provenance={"model": "test"},
    )


def planted_passages(*, n_passages=60, text="Passage {row} says: »where is the wall?«, she asked."):
    units = planted_fit(n_passages=n_passages).units[["passage_id", "doc_id"]]
    letters = ["".join("abcdefghij"[int(digit)] for digit in str(n)) for n in range(len(units))]
    return Corpus(units.assign(text=[text.format(row=name) for name in letters]))


def read_sheet(path, separator=","):
    """The rows of a sheet as a coder's spreadsheet has them, and their columns."""
    text = path.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text, newline=""), delimiter=separator))
    return rows, list(rows[0])


def save_sheet(path, rows, *, columns=None, separator=",", encoding="utf-8-sig"):
    """What a spreadsheet writes: quotes where needed, the separator of the country."""
    names = list(columns or rows[0])
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([row[name] for name in names] for row in rows)
    path.write_bytes(text.getvalue().encode(encoding, "replace"))


def fill(folder, coder, answer, **more):
    """Fill a coder's sheet in place; `answer` gives of each row what goes into which column."""
    path = folder / f"sheet_{coder}.csv"
    rows, _ = read_sheet(path)
    for row in rows:
        row.update(answer(row))
    save_sheet(path, rows, **more)
    return path
