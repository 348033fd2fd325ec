"""Why a study has nothing to show in a figure; an empty text where it has."""

from __future__ import annotations

from topoi.study import Study

__all__ = ["lacks_codes", "lacks_dates", "lacks_fits", "lacks_groups", "lacks_map", "lacks_shares"]


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
