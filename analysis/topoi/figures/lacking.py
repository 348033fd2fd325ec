"""Why a study has nothing to show in a figure; an empty text where it has."""

from __future__ import annotations

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
    "lacks_passages",
    "lacks_passes",
    "lacks_shares",
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


def lacks_events(study: Study) -> str:
    """Empty where the ledger tells of documents."""
    return "" if len(study.passages.ledger) else "the ledger of the study is empty."


def lacks_passages(study: Study) -> str:
    """Empty where there are passages."""
    return "" if study.matrix.shape[0] else "the study has no passage."


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
