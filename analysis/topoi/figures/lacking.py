"""Why a study has nothing to show in a figure; an empty text where it has."""

from __future__ import annotations

from topoi.figures.chosen import main_fit
from topoi.measures.convergence import convergence
from topoi.measures.largest_groups import largest_groups
from topoi.measures.typical_terms import have_typical_terms
from topoi.study import Study

__all__ = [
    "lacks_codes",
    "lacks_contrasts",
    "lacks_dates",
    "lacks_events",
    "lacks_fits",
    "lacks_groups",
    "lacks_map",
    "lacks_mix",
    "lacks_network",
    "lacks_panels",
    "lacks_passages",
    "lacks_passes",
    "lacks_refits",
    "lacks_shares",
    "lacks_strips",
    "lacks_typical_terms",
]


def lacks_fits(study: Study) -> str:
    """Empty where there is a topic model."""
    return "" if study.fits else "the study has no fitted model."


def lacks_shares(study: Study) -> str:
    """Empty where there are theme shares."""
    return "" if len(study.shares) else "the study has no theme shares."


def lacks_map(study: Study) -> str:
    """Empty where there are a topic model and theme shares."""
    return lacks_fits(study) or lacks_shares(study)


def lacks_refits(study: Study) -> str:
    """Empty where topics were looked for in fits from other starts."""
    if study.stability is not None:
        return lacks_fits(study)
    return "no model was fitted again from other starts. Ask for some with refits."


def lacks_dates(study: Study) -> str:
    """Empty where there are theme shares of documents with dates."""
    if lacks_shares(study):
        return lacks_shares(study)
    shares = study.shares
    if "date" in shares.columns and bool(shares["date"].notna().any()):
        return ""
    return "no document has a date. Give the documents a date column, or leave the figure out."


def lacks_codes(study: Study) -> str:
    """Empty where there are theme shares and codes."""
    if study.codes is None:
        return "the study has no codes. Name a table of coded passages with codes."
    return lacks_shares(study)


def lacks_groups(study: Study) -> str:
    """Empty where there are theme shares of documents in groups."""
    if lacks_shares(study):
        return lacks_shares(study)
    if study.by is None:
        return "the study compares no groups. Name the column to compare by, such as 'source'."
    if study.by not in study.shares.columns:
        return f"the documents have no column {study.by!r}."
    values = study.shares[study.by]
    if bool((values.notna() & (values.astype(str) != "")).any()):
        return ""
    return f"column {study.by!r} is empty for every document."


def lacks_panels(study: Study) -> str:
    """Empty where there are theme shares of documents in groups, with dates."""
    return lacks_groups(study) or lacks_dates(study)


def lacks_mix(study: Study) -> str:
    """Empty where there are shares of three themes, and groups or dates."""
    if lacks_shares(study):
        return lacks_shares(study)
    n_themes = study.shares["theme"].nunique()
    if n_themes != 3:
        return f"a mix is of three themes, and there are {n_themes}."
    if not bool((study.shares["share"] > 0).any()):
        return "nothing is said on any theme."
    if lacks_groups(study) and lacks_dates(study):
        return f"{lacks_groups(study)} And {lacks_dates(study)}"
    return ""


def lacks_network(study: Study) -> str:
    """Empty where the topics of a model can be correlated over documents."""
    if lacks_fits(study):
        return lacks_fits(study)
    fit = main_fit(study)[1]
    n_documents = fit.units["doc_id"].nunique()
    if n_documents < 3 or fit.n_topics < 2:
        return (
            "correlations need 3 documents and 2 topics; there are "
            f"{n_documents} and {fit.n_topics}."
        )
    return ""


def lacks_events(study: Study) -> str:
    """Empty where the ledger tells of documents."""
    return "" if len(study.passages.ledger) else "the ledger of the study is empty."


def lacks_passages(study: Study) -> str:
    """Empty where there are passages."""
    return "" if study.matrix.shape[0] else "the study has no passage."


def lacks_strips(study: Study) -> str:
    """Empty where there are theme shares, and of some document several passages."""
    if lacks_shares(study):
        return lacks_shares(study)
    shares = study.shares
    passages = shares.loc[shares["theme"] == shares["theme"].iloc[0], "doc_id"]
    return "" if bool(passages.duplicated().any()) else "each document is a single passage."


def lacks_passes(study: Study) -> str:
    """Empty where a model tells how its objective changed from pass to pass."""
    if lacks_fits(study) or len(convergence(study.fits)):
        return lacks_fits(study)
    return "no model of the study tells of its passes; LDA, KeywordLDA and NMF do."


def lacks_contrasts(study: Study) -> str:
    """Empty where two groups have shares of enough documents."""
    if lacks_groups(study) or len(largest_groups(study.shares, str(study.by), n=2)) == 2:
        return lacks_groups(study)
    return f"{study.by!r} has no two groups of 3 documents or more."


def lacks_typical_terms(study: Study) -> str:
    """Empty where a term tells two groups apart."""
    if lacks_groups(study) or have_typical_terms(study.matrix, str(study.by)):
        return lacks_groups(study)
    return f"no term tells two groups of {study.by!r} of 3 documents or more apart."
