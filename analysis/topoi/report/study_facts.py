"""What the page tells about a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from topoi.fit import versions
from topoi.measures.coded_run import corrected_text_share, share_scores
from topoi.measures.passages import typical_passages
from topoi.measures.prevalence import prevalence
from topoi.measures.terms import top_terms
from topoi.measures.theme_audit import counter_words
from topoi.report.facts import ReportFacts
from topoi.study import Study

__all__ = ["study_facts"]

_ENDS = ("dropped", "merged")


def study_facts(
    study: Study,
    figures: Sequence[tuple[str, str, bytes]],
    settings: Mapping[str, object],
) -> ReportFacts:
    """The facts of a study, with its figures as (name, caption, SVG bytes)."""
    ledger = study.documents.ledger
    events = ledger.events
    return ReportFacts(
        title="How the text speaks about migration policy",
        counts=ledger.counts(),
        reasons=ledger.summary(),
        examples=events.loc[events["action"].isin(_ENDS)],
        themes=list(study.themes),
        shares=prevalence(study.shares, seed=study.seed),
        figures=list(figures),
        terms=_terms(study),
        passages=typical_passages(study.shares, study.passages),
        settings=settings,
        seed=study.seed,
        versions=versions(),
        parts=None if study.sub_shares is None else prevalence(study.sub_shares, seed=study.seed),
        counters=counter_words(study.matrix, study.themes),
        **_of_codes(study),
        by_covariate={
            by: prevalence(study.shares, by=by, seed=study.seed) for by in study.covariates
        },
    )


def _of_codes(study: Study) -> dict[str, pd.DataFrame]:
    codes, shares = study.codes, study.shares
    if codes is None:
        return {}
    return {
        "codes": codes,
        "corrected": corrected_text_share(shares, codes, seed=study.seed),
        "scores": share_scores(shares, codes, seed=study.seed),
    }


def _terms(study: Study) -> pd.DataFrame:
    frames = [
        top_terms(fit, n=10, themes=study.themes).assign(model=name)
        for name, fit in study.fits.items()
    ]
    return pd.concat(frames, ignore_index=True)
