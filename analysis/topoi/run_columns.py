"""Which columns of tables does a run need, and are they there?"""

from __future__ import annotations

from topoi.config import RunConfig, cluster_column, named_places
from topoi.corpus.column_names import OWN_COLUMNS, RESERVED_COLUMNS, kept_name
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, did_you_mean, listed
from topoi.io.roles import NO_COVARIATE

__all__ = ["check_clusters", "check_column", "covariates_of", "kept_columns", "usual_group"]

_OWN = ("doc_id", "text", "date")  # columns by which nothing is grouped


def kept_columns(config: RunConfig) -> tuple[str, ...] | None:
    """The columns of tables that settings name; None, which is all, without any covariates."""
    if config.covariates is None:
        return None
    asked = (config.by, cluster_column(config.clusters))
    named = [name for name in asked if name and name not in OWN_COLUMNS]
    # A column that bears a name of ours has another one in the corpus.
    plain = [name.removeprefix("original_") for name in named]
    columns = [
        own if own in RESERVED_COLUMNS else name for own, name in zip(plain, named, strict=True)
    ]
    return tuple(dict.fromkeys((*config.covariates, *columns)))


def covariates_of(corpus: Corpus, config: RunConfig) -> tuple[str, ...]:
    """What the columns that `covariates` names are called in the corpus.

    Raises
    ------
    InputError
        If a table has no such column, or there is no table.
    """
    events = corpus.ledger.events
    lacking = events.loc[events["reason"] == NO_COVARIATE, "detail"]
    if len(lacking):
        tables = "1 table lacks" if len(lacking) == 1 else f"{len(lacking)} tables lack"
        raise InputError(
            f"{tables} a column that covariates, by or clusters names. {lacking.iloc[0]}"
        )
    columns = set(corpus.table.columns).difference(_OWN, ("source", "title"))
    named = {name: kept_name(name, columns) for name in config.covariates or ()}
    absent = [name for name, column in named.items() if column is None]
    if absent:
        raise InputError(
            f"covariates names {listed(absent)}, but no table was read from "
            f"{named_places(config.source)}, and other files have no columns. Leave covariates "
            "out."
        )
    return tuple(column for column in named.values() if column)


def check_column(corpus: Corpus, by: str | None) -> None:
    """Refuse to group by a column that is not there or is topoi's own.

    Raises
    ------
    InputError
        Says what there is.
    """
    if by in _OWN:
        raise InputError(f"The column {by!r} cannot be grouped by: topoi uses that name itself.")
    columns = [name for name in corpus.table.columns if name not in _OWN]
    if by is not None and by not in columns:
        hint = did_you_mean(by, columns)
        raise InputError(
            f"There is no column {by!r} to group by; "
            f"the corpus has: {listed(columns, most=20)}.{hint}"
        )


def check_clusters(corpus: Corpus, clusters: str | None) -> None:
    """Refuse clusters by a column that is not there.

    Raises
    ------
    InputError
        Says what there is.
    """
    columns = [name for name in corpus.table.columns if name not in ("doc_id", "text")]
    if clusters is not None and cluster_column(clusters) not in columns:
        hint = did_you_mean(clusters, columns)
        raise InputError(
            f"There is no column {clusters!r} for clusters; "
            f"the corpus has: {listed(columns, most=20)}.{hint}"
        )


def usual_group(corpus: Corpus) -> str | None:
    """The source, where there are several."""
    return "source" if corpus.table["source"].nunique() > 1 else None
