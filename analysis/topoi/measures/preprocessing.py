"""Whether the findings would be others if the words had been counted in another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import spearmanr
from sklearn.base import clone

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.fit import TopicFit, fit_topics
from topoi.measures.choices import AS_GIVEN, OTHER_CHOICES, check_settings, counted, every_nth
from topoi.measures.shares import document_shares, theme_shares
from topoi.models.base import TopicModel
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.text.matrix import DocTermMatrix
from topoi.text.settings import repeatable
from topoi.themes.theme import Themes

__all__ = ["preprocessing_sensitivity"]

_OTHER_START = "another start"
_FEW_ROWS = 400  # below it fewer topics


def preprocessing_sensitivity(
    passages: Corpus,
    themes: Themes,
    *,
    choices: Mapping[str, Mapping[str, Any]] | None = None,
    base: Mapping[str, Any] | None = None,
    models: Sequence[TopicModel] | None = None,
    by: str | None = None,
    most_passages: int = 5000,
    n_jobs: int | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """How theme shares and topics move when one choice of `vectorise` is made otherwise.

    Parameters
    ----------
    passages : Corpus
        Of more than `most_passages` rows every n-th is taken, which bounds the time.
    themes : Themes
    choices : mapping from name to settings of `vectorise`, optional
        What is done otherwise, each alone; None is OTHER_CHOICES.
    base : mapping of settings of `vectorise`, optional
        How words are counted as a rule, also in the choices that do not say otherwise.
    models : sequence of TopicModel, optional
        Models for theme shares, which are averaged over them; the last that knows no themes is
        the one whose topics are compared. None is KeywordLDA with the themes, and LDA.
    by : str, optional
        A column whose groups' shares are ranked, such as "source".
    most_passages : int >= 1, rows
    n_jobs : int or None, threads of the fits; does not change the result
    random_state : int >= 0

    Returns
    -------
    DataFrame
        A row for each choice and theme, in their order; the first choice is "as given", the
        second "another start": the same counts fitted from another random start, which is the
        measure for all others, since a smaller change is no change. Columns:

        choice, theme (str); terms (int64), of the vocabulary; share (float64 in [0, 1]), the
        theme's share of the text, weighted by tokens of the counts as given; change (float64),
        share less that as given; rank_documents (float64 in [-1, 1]), Spearman's correlation of
        the documents' shares with those as given; rank_groups, the same for the means of the
        groups of `by`, nan without or with fewer than three; topics_kept (float64 in [0, 1]), mean
        cosine of the shares of each topic over the rows with those of the topic that it is
        matched with, one to one; the same for all themes of a choice, nan without such a model.

    Raises
    ------
    InputError
        If a setting is no setting of `vectorise`, a choice leaves no term or no seed of a theme
        (the message names the choice), or there is no column `by`.

    Notes
    -----
    Fits one model each for each choice; about half a minute at the default limits.

    References
    ----------
    Denny & Spirling (2018), Text preprocessing for unsupervised learning, Political Analysis 26,
    for the question; the measures are ours.
    """
    given = repeatable({"themes": themes, **(base or {})})
    named = OTHER_CHOICES if choices is None else choices
    check_settings([given, *named.values()])
    rows = every_nth(passages, most_passages)
    if by is not None and by not in rows.table.columns:
        raise InputError(f"There is no column {by!r} to group by in the passages.")
    several = _models(models, themes, len(rows), n_jobs, random_state)
    first = counted(rows, given, AS_GIVEN)
    compared = _Compared(themes, by, first.units, _fitted(first, several, AS_GIVEN))
    found = compared.rows(AS_GIVEN, compared.fits)
    found += compared.rows(_OTHER_START, _fitted(first, _restarted(several), _OTHER_START))
    for name, settings in named.items():
        matrix = counted(rows, {**given, **settings}, name)
        found += compared.rows(name, _fitted(matrix, several, name))
    kinds = {"choice": "str", "theme": "str", "terms": "int64"}
    return pd.DataFrame(found).astype(kinds)


def _models(
    models: Sequence[TopicModel] | None,
    themes: Themes,
    n_rows: int,
    n_jobs: int | None,
    random_state: int,
) -> list[TopicModel]:
    if models is not None:
        if not models:
            raise InputError("models is empty; give at least one, or None for KeywordLDA and LDA.")
        return list(models)
    is_small = n_rows < _FEW_ROWS
    settings: dict[str, Any] = {"n_jobs": n_jobs, "random_state": random_state}
    return [
        KeywordLDA(
            themes,
            topics_per_set=1 if is_small else 4,
            n_residual=2 if is_small else 12,
            **settings,
        ),
        LDA(5 if is_small else 20, **settings),
    ]


def _restarted(models: Sequence[TopicModel]) -> list[TopicModel]:
    """The same models with the next random start."""
    return [clone(m).set_params(random_state=m.get_params()["random_state"] + 1) for m in models]


def _fitted(matrix: DocTermMatrix, models: Sequence[TopicModel], choice: str) -> list[TopicFit]:
    try:
        return [fit_topics(matrix, model) for model in models]
    except InputError as error:
        raise InputError(f"The choice {choice!r} cannot be fitted: {error}") from error


@dataclass(frozen=True)
class _Compared:
    """What the fits of each choice are compared with."""

    themes: Themes
    by: str | None
    units: pd.DataFrame
    fits: list[TopicFit]

    def rows(self, choice: str, fits: list[TopicFit]) -> list[dict[str, object]]:
        """A row of the table for each theme."""
        found = []
        ours, others = self._shares(fits), self._shares(self.fits)
        kept = _topics_kept(_free_topics(self.fits), _free_topics(fits))
        for theme in self.themes.names:
            now, before = (s.loc[s["theme"] == theme] for s in (ours, others))
            share, usual = _mean(now), _mean(before)
            found.append(
                {
                    "choice": choice,
                    "theme": theme,
                    "terms": len(fits[0].vocabulary),
                    "share": share,
                    "change": share - usual,
                    "rank_documents": _rank_correlation(now["share"], before["share"]),
                    "rank_groups": self._rank_groups(now, before),
                    "topics_kept": kept,
                }
            )
        return found

    def _shares(self, fits: list[TopicFit]) -> pd.DataFrame:
        """Theme shares of the documents, their tokens counted as given."""
        shares = theme_shares(fits, self.themes)
        shares["n_tokens"] = np.repeat(self.units["n_tokens"].to_numpy(), len(self.themes))
        return document_shares(shares)

    def _rank_groups(self, now: pd.DataFrame, before: pd.DataFrame) -> float:
        if self.by is None:
            return np.nan
        means = [
            [_mean(group) for _, group in table.groupby(self.by, sort=True)]
            for table in (now, before)
        ]
        return _rank_correlation(*means)


def _mean(shares: pd.DataFrame) -> float:
    """Mean share, weighted by tokens."""
    weights = np.maximum(shares["n_tokens"].to_numpy(dtype=np.float64), 1e-9)
    return float(np.sum(weights * shares["share"].to_numpy()) / weights.sum())


def _rank_correlation(a: Any, b: Any) -> float:
    """Spearman's correlation; nan of fewer than three values or where all are the same."""
    if len(a) < 3 or len(set(a)) == 1 or len(set(b)) == 1:
        return np.nan
    return float(spearmanr(a, b).statistic)


def _free_topics(fits: list[TopicFit]) -> NDArray[np.float64] | None:
    """The document shares of the last fit that knows no themes."""
    free = [fit.doc_topic for fit in fits if not fit.themes]
    return free[-1] if free else None


def _topics_kept(a: NDArray[np.float64] | None, b: NDArray[np.float64] | None) -> float:
    """Mean cosine of topics over the rows, each matched with one, as well as can be."""
    if a is None or b is None:
        return np.nan
    lengths = np.sqrt(np.einsum("dk,dk->k", a, a)), np.sqrt(np.einsum("dk,dk->k", b, b))
    cosine = np.einsum("dk,dl->kl", a, b) / np.maximum(np.outer(*lengths), 1e-300)
    return float(cosine[linear_sum_assignment(-cosine)].mean())
