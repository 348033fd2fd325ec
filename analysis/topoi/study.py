"""What one run has found, in memory: the parts that figures, report and files are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.fit import TopicFit
from topoi.html_parts import chip
from topoi.html_table import html_table
from topoi.measures.prevalence import prevalence
from topoi.palette import hues
from topoi.printable import printable
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
    shares : DataFrame, `ThemeFit.shares` of the passages
    by : covariate or "source" by which shares are compared, or None
    freq : pandas period frequency of trends: "M", "Q" or "Y"
    seed : of every random choice
    background : Corpus, passages of other text in which topics about themes were found, too; shares
        are not of it. None where there was none.
    sub_shares : DataFrame, `sub_theme_shares` of the passages; None where there are no sub-themes
    codes : DataFrame, `codes_of_passages`: which passages were coded with which themes. None
        where there are no codes.
    covariates : columns of the documents by which there are further tables of theme shares
    theme_terms : DataFrame, `theme_terms` of the fit that measured the shares; None marks no words
    theme_topics : DataFrame, `theme_topics` of that fit; None tells of no topics behind the shares
    clusters : column whose documents of one value are drawn together in intervals; None draws each
        document alone
    stability : DataFrame, `stability` of the topics after a column model (str); None where no
        model was fitted again
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
    background: Corpus | None = None
    sub_shares: pd.DataFrame | None = None
    codes: pd.DataFrame | None = None
    covariates: tuple[str, ...] = ()
    theme_terms: pd.DataFrame | None = None
    theme_topics: pd.DataFrame | None = None
    stability: pd.DataFrame | None = None
    clusters: str | None = None

    def prevalence(
        self,
        shares: pd.DataFrame | None = None,
        *,
        by: str | None = None,
        freq: str | None = None,
    ) -> pd.DataFrame:
        """`prevalence` of these shares, or else of the themes, with the study's clusters and seed.

        Raises
        ------
        InputError
            If the shares lack a column that is asked for.
        """
        table = self.shares if shares is None else shares
        return prevalence(table, by=by, freq=freq, clusters=self.clusters, random_state=self.seed)

    def __repr__(self) -> str:
        return f"<{self._headline()}>"

    def _repr_html_(self) -> str:
        parts = {
            "documents": repr(self.documents)[1:-1],
            "passages": repr(self.passages)[1:-1],
            "matrix": repr(self.matrix)[1:-1],
            "themes": ", ".join(self.themes.names),
            "fits": "; ".join(f"{name}: {fit.n_topics} topics" for name, fit in self.fits.items()),
            "shares": f"{len(self.shares)} rows, one for each passage and theme",
            "by": self.by or "no groups",
            "freq": self.freq,
            "seed": str(self.seed),
        }
        if self.codes is not None:
            n_coded = self.codes["passage_id"].nunique()
            parts["codes"] = f"{len(self.codes)} codes of {n_coded} passages"
        if self.covariates:
            parts["covariates"] = ", ".join(self.covariates)
        if self.background is not None:
            parts["background"] = repr(self.background)[1:-1]
        cells = {name: escape(printable(told)) for name, told in parts.items()}
        colours = hues(self.themes.names)
        chips = [chip(name, colours[name].colour) for name in self.themes.names]
        cells["themes"] = " ".join(chips)
        table = pd.DataFrame({"part": list(cells), "what it is": list(cells.values())})
        return html_table(self._headline(), table, markup=["what it is"])

    def _headline(self) -> str:
        return (
            f"Study of {self.documents.n_documents} documents in {len(self.passages)} passages: "
            f"{len(self.themes)} themes, models {', '.join(self.fits) or 'none'}"
        )
