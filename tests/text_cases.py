"""Small corpora and packs of a few words, for tests of what becomes of texts."""

import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.text.numbered import NameList, NumberedTexts
from topoi.themes.theme import Seed, Theme, Themes


def corpus_of(texts, **columns):
    """Documents d0, d1 and so on with these texts and further columns."""
    ids = [f"d{number}" for number in range(len(texts))]
    return Corpus(pd.DataFrame({"doc_id": ids, "text": list(texts), **columns}))


def numbered(streams):
    """Token streams, as those of `token_stream`, numbered."""
    names = NameList()
    return NumberedTexts(names.names, [names.chunk(streams)])


def joined_tokens(patterns, tokens):
    """What `topoi.text.joining.join` makes of one text, one token after the other."""
    return [term for term, _ in patterns._joined(tokens)]


def themes_of(*patterns):
    """One theme with these seeds."""
    seeds = tuple(Seed(pattern) for pattern in patterns)
    return Themes("pack", (Theme("border", "Border", "What the border is about.", seeds),))
