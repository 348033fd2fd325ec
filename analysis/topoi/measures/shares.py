"""How much of each passage and document belongs to each theme or topic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import one_of
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.measures.row_weights import row_weights
from topoi.measures.theme_evidence import about, seed_weights
from topoi.themes.theme import Themes

__all__ = ["checked_shares", "document_shares", "share_kind", "theme_shares", "topic_shares"]

_ROUNDING = 1e-9  # a sum of shares may pass 1 by so much
# Columns that speak of a passage, not of its document.
_OF_PASSAGES = (
    *("passage_id", "share", "n_tokens", "n_unknown", "coverage", "is_prior_mean"),
    *("passage_cluster", "passage_weight"),
)


def topic_shares(fit: TopicFit) -> pd.DataFrame:
    """The share of each topic in each row of the fit, in long form.

    Returns
    -------
    DataFrame
        The columns of `fit.units` (passage_id where there are passages, doc_id, date, source, ...,
        n_tokens), then topic (str) and share (float64 in [0, 1]; a row's shares sum to 1);
        in the order of the rows, then of the topics.
    """
    return _long(fit.units, fit.doc_topic, list(fit.topic_names), "topic")


def theme_shares(fits: TopicFit | Sequence[TopicFit], themes: Themes) -> pd.DataFrame:
    """The share of each theme in each row: of each topic the part that is about the theme.

    The part of topic k that is about theme t is S_kt / (S_k + 0.02). S_kt is the probability that
    a word of the topic is a seed of the theme, times the seed's weight, and S_k its sum over the
    themes: a topic is half about themes when every fiftieth word is a seed, and not at all when
    none is, whatever its name. So text without the themes has shares near zero. The level still
    falls with many residual topics of KeywordLDA (docs/benchmarks-themes.md): compare shares of
    like fits.

    Parameters
    ----------
    fits : TopicFit, or several of the same rows and terms, of any model
        Fits from other starts and models put borders elsewhere; their mean is steadier and agrees
        better with codes than one does (docs/benchmarks-themes.md).
    themes : Themes

    Returns
    -------
    DataFrame
        As `topic_shares`, with theme instead of topic; what is left to 1 belongs to no theme.

    Raises
    ------
    InputError
        If there is no fit, the fits differ in rows or terms, or a theme has no seed among them.
    """
    several = [fits] if isinstance(fits, TopicFit) else list(fits)
    _check_alike(several)
    seeds = seed_weights(themes, several[0].vocabulary.terms)
    # einsum, not @: its sums have one order whatever BLAS is installed.
    shares = [np.einsum("dk,kt->dt", f.doc_topic, about(f.topic_term, seeds)) for f in several]
    return _long(several[0].units, np.mean(shares, axis=0), themes.names, "theme")


def _check_alike(fits: list[TopicFit]) -> None:
    if not fits:
        raise InputError("There is no fit to take theme shares from; give at least one.")
    first = fits[0]
    for fit in fits:
        if fit.vocabulary.terms != first.vocabulary.terms or not fit.units.equals(first.units):
            raise InputError("The fits differ in their terms or rows; average like with like.")


def document_shares(
    shares: pd.DataFrame, *, weigh: str = "tokens", weights: str | None = None
) -> pd.DataFrame:
    """Shares of whole documents: the mean over their passages.

    Parameters
    ----------
    shares : DataFrame from `theme_shares` or `topic_shares`, or `ThemeFit.shares`
    weigh : {"tokens", "evenly"}
        "tokens": a passage counts by its tokens, so that the share is one of the document's text
        however it was cut. "evenly": each passage that has a token counts as one, so that a long
        answer or speech says no more than a short one.
    weights : str, optional
        Column with a further weight of each passage, such as passage_weight from `deduplicate`;
        passages of weight 0 take no part, and a document without another is left out.

    Returns
    -------
    DataFrame
        The same columns without those that speak of a passage (passage_id, passage_cluster,
        passage_weight, and of new documents n_unknown, coverage, is_prior_mean), one row per
        document and theme or topic, in order of first appearance; n_tokens and share are the
        document's. A document without any token has the plain mean of its passages. Windows that
        overlap count the tokens that they share as often as these stand in one. The limits of a
        document are the means of its passages' limits, as if these erred together, which is
        wider than if they erred apart.

    Raises
    ------
    InputError
        If the table is not one of shares (see `checked_shares`), `weigh` is neither word, or
        `weights` is no column of numbers >= 0, some of them above 0.
    """
    kind = checked_shares(shares)
    one_of("weigh", weigh, ("tokens", "evenly"))
    own = row_weights(shares, weights)
    shares, own = shares.loc[own > 0], own[own > 0]
    tokens = shares["n_tokens"].to_numpy(dtype=np.float64)
    weight = own * np.maximum(tokens if weigh == "tokens" else np.minimum(tokens, 1.0), 1e-9)
    means = [name for name in ("share", "lower", "upper") if name in shares.columns]
    mass = {f"_{name}": weight * shares[name] for name in means}
    groups = shares.assign(**mass, _weight=weight).groupby(["doc_id", kind], sort=False)
    sums = groups[[*mass, "_weight", "n_tokens"]].sum()
    rest = [name for name in shares.columns if name not in _OF_PASSAGES]
    table = groups[rest].first().reset_index(drop=True)
    table["n_tokens"] = sums["n_tokens"].to_numpy()
    for name in means:
        table[name] = (sums[f"_{name}"] / sums["_weight"]).to_numpy()
    return table


def share_kind(shares: pd.DataFrame) -> str:
    """What the table gives shares of: "theme" or "topic".

    Raises
    ------
    InputError
        If the table is not one of shares.
    """
    for kind in ("theme", "topic"):
        if {kind, "share", "doc_id", "n_tokens"} <= set(shares.columns):
            return kind
    raise InputError(
        "A table of shares has the columns doc_id, n_tokens, share and theme or topic; got "
        f"{', '.join(map(str, shares.columns))}."
    )


def checked_shares(shares: pd.DataFrame) -> str:
    """What a whole table gives shares of, "theme" or "topic": each row has one share of each.

    Raises
    ------
    InputError
        If the table is not one of shares; if a share is missing or not in [0, 1], a row has two
        shares of one theme, or none, with the ids of the first.
    """
    kind, key = share_kind(shares), id_column(shares)
    values = shares["share"].to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~((values >= -_ROUNDING) & (values <= 1.0 + _ROUNDING))
    if wrong.any():
        raise InputError(
            f"Shares must be numbers in [0, 1]; {wrong.sum()} are not: "
            f"{listed(shares[key][wrong].drop_duplicates())}."
        )
    rows, ids = pd.factorize(shares[key])
    columns, names = pd.factorize(shares[kind])
    n_shares = np.bincount(rows * len(names) + columns, minlength=len(ids) * len(names))
    faults = {"two shares or more of one": n_shares > 1, "no share of each": n_shares < 1}
    for fault, is_so in faults.items():
        if is_so.any():
            of = np.unique(np.flatnonzero(is_so) // len(names))
            raise InputError(
                f"{len(of)} rows have {fault} {kind}: {listed(ids[of])}. Give the whole table, "
                f"with one row for each {key} and {kind}."
            )
    return kind


def _long(
    units: pd.DataFrame, shares: NDArray[np.float64], names: list[str], kind: str
) -> pd.DataFrame:
    repeated = units.loc[units.index.repeat(len(names))].reset_index(drop=True)
    repeated[kind] = pd.Series(np.tile(np.array(names, dtype=object), len(units)), dtype="str")
    repeated["share"] = shares.ravel()
    return repeated
