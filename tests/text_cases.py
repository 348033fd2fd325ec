"""Small corpora and packs of a few words, for tests of what becomes of texts."""

import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.themes.theme import Seed, Theme, Themes


def corpus_of(texts, **columns):
    """Documents d0, d1 and so on with these texts and further columns."""
    ids = [f"d{number}" for number in range(len(texts))]
    return Corpus(pd.DataFrame({"doc_id": ids, "text": list(texts), **columns}))


def themes_of(*patterns):
    """One theme with these seeds."""
    seeds = tuple(Seed(pattern) for pattern in patterns)
    return Themes("pack", (Theme("border", "Border", "What the border is about.", seeds),))
