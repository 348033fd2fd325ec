"""What one run has found, in memory: the parts that figures, report and files are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.fit import TopicFit
from topoi.text.matrix import DocTermMatrix
from topoi.themes.theme import Themes

__all__ = ["Study"]


@dataclass(frozen=True, eq=False)
class Study:
    """Corpus, counts, fits and theme shares of one run.

    Parameters
    ----------
    documents : Corpus, cleaned and de-duplicated; its ledger tells what went
    passages : Corpus, the same documents in passages
    matrix : DocTermMatrix of the passages
    themes : Themes that were looked for
    fits : mapping from model name ("LDA", "NMF", ...) to its TopicFit, in the order of the run
    shares : DataFrame, `measures.themes.theme_shares` of the passages
    by : covariate or "source" by which shares are compared, or None
    freq : pandas period frequency of trends: "M", "Q" or "Y"
    seed : of every random choice
    """

    documents: Corpus
    passages: Corpus
    matrix: DocTermMatrix
    themes: Themes
    fits: Mapping[str, TopicFit]
    shares: pd.DataFrame
    by: str | None = None
    freq: str = "Q"
    seed: int = 0
