"""Whether the findings would be others if the words had been counted in another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.stats import spearmanr, t
from sklearn.base import clone

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed
from topoi.fit import TopicFit, fit_topics
from topoi.measures.shares import document_shares, theme_shares
from topoi.models.base import TopicModel
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.text.matrix import DocTermMatrix
from topoi.text.vectorise import vectorise
from topoi.themes.theme import Themes

__all__ = [
    "OTHER_CHOICES",
    "preprocessing_effects",
    "preprocessing_scores",
    "preprocessing_sensitivity",
]

OTHER_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "no learned phrases": {"phrases": False},
    "plurals folded": {"lemmas": "plurals"},
    "stop words kept": {"stop_words": None, "max_share": 1.0},
    "numbers kept": {"non_words": {"number": "keep"}},
    "rarer terms kept": {"min_docs": 2},
    "common terms dropped": {"max_share": 0.1},
}
"""Settings of `vectorise` that one could as well have chosen, by name."""

_AS_GIVEN, _OTHER_START = "as given", "another start"
_FEW_ROWS = 400  # below it fewer topics
_MOST_CHOICES = 8  # 256 combinations


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
    given = {"themes": themes, **(base or {})}
    named = OTHER_CHOICES if choices is None else choices
    _check_settings([given, *named.values()])
    rows = _every_nth(passages, most_passages)
    if by is not None and by not in rows.table.columns:
        raise InputError(f"There is no column {by!r} to group by in the passages.")
    several = _models(models, themes, len(rows), n_jobs, random_state)
    first = _matrix(rows, given, _AS_GIVEN)
    compared = _Compared(themes, by, first.units, _fitted(first, several, _AS_GIVEN))
    found = compared.rows(_AS_GIVEN, compared.fits)
    found += compared.rows(_OTHER_START, _fitted(first, _restarted(several), _OTHER_START))
    for name, settings in named.items():
        matrix = _matrix(rows, {**given, **settings}, name)
        found += compared.rows(name, _fitted(matrix, several, name))
    kinds = {"choice": "str", "theme": "str", "terms": "int64"}
    return pd.DataFrame(found).astype(kinds)


def preprocessing_scores(
    passages: Corpus,
    *,
    choices: Mapping[str, Mapping[str, Any]] | None = None,
    base: Mapping[str, Any] | None = None,
    most_rows: int = 150,
    most_pairs: int = 50,
) -> pd.DataFrame:
    """How unusual the distances between texts are under each combination of choices (preText).

    For each combination the pairs of rows are ranked by how far their distance is from that as
    given. The score asks where the pairs at its top stand in the rankings of the other
    combinations. A high score is a warning: this combination moves texts that others leave.

    Parameters
    ----------
    passages : Corpus
        Of more than `most_rows` rows every n-th is taken.
    choices : mapping from name to settings of `vectorise`, optional; at most eight
        Each may be made or not, in all combinations; None is OTHER_CHOICES. Where two set the
        same, the later one counts.
    base : mapping of settings of `vectorise`, optional
    most_rows : int >= 3
    most_pairs : int >= 1, pairs at the top of a ranking

    Returns
    -------
    DataFrame
        A row for each combination but that as given, by score, the highest first; a column (bool)
        for each choice, terms (int64), and score (float64 in [0, 1], mean difference of ranks as
        a share of the number of pairs).

    Raises
    ------
    InputError
        If there are no or more than eight choices, fewer than three rows, or a combination leaves
        no term.

    Notes
    -----
    Cosine distance; rows without terms are at distance 1 from all others. Differences of ranks
    are divided by the number of pairs, so that a score can be compared between corpora.

    References
    ----------
    Denny & Spirling (2018), Text preprocessing for unsupervised learning: why it matters, when it
    misleads, and what to do about it, Political Analysis 26, section 4.
    """
    named = OTHER_CHOICES if choices is None else choices
    _check_settings([base or {}, *named.values()])
    if not 1 <= len(named) <= _MOST_CHOICES:
        raise InputError(f"Give one to {_MOST_CHOICES} choices; got {len(named)}.")
    rows = _every_nth(passages, most_rows)
    if len(rows) < 3:
        raise InputError(f"Distances need at least three rows of text; there are {len(rows)}.")
    combinations = list(product([False, True], repeat=len(named)))
    matrices = [
        _matrix(rows, _combined(base or {}, named, made), _name(named, made))
        for made in combinations
    ]
    scores = _scores(np.array([_distances(matrix.counts) for matrix in matrices]), most_pairs)
    table = pd.DataFrame(combinations[1:], columns=list(named))
    table["terms"] = np.array([len(matrix.vocabulary) for matrix in matrices[1:]], dtype=np.int64)
    table["score"] = scores
    return table.sort_values("score", ascending=False, kind="stable", ignore_index=True)


def preprocessing_effects(scores: pd.DataFrame) -> pd.DataFrame:
    """What each choice adds to the score of a combination, by least squares.

    Parameters
    ----------
    scores : DataFrame from `preprocessing_scores`, of at least three choices

    Returns
    -------
    DataFrame
        A row for each choice, in order. Columns choice (str), effect (float64), low, high
        (float64, 95 % interval of the linear model). A choice whose interval lies above 0 makes
        results unusual: see `preprocessing_sensitivity` for which.

    Raises
    ------
    InputError
        If the table is not one of scores or has too few rows.

    References
    ----------
    Denny & Spirling (2018), section 5.2.
    """
    if not {"terms", "score"} <= set(scores.columns):
        raise InputError("The table has no columns terms and score; give preprocessing_scores().")
    names = [name for name in scores.columns if name not in ("terms", "score")]
    n_free = len(scores) - len(names) - 1
    if n_free < 1:
        raise InputError(
            f"{len(scores)} combinations are too few for the effects of {len(names)} choices; "
            "give scores of three choices and more."
        )
    made = scores[names].to_numpy(dtype=np.float64)
    design = np.column_stack([np.ones(len(scores)), made])
    target = scores["score"].to_numpy()
    effects = np.linalg.solve(design.T @ design, design.T @ target)
    left = target - design @ effects
    variance = left @ left / n_free * np.diag(np.linalg.inv(design.T @ design))
    half = t.ppf(0.975, n_free) * np.sqrt(variance)
    return pd.DataFrame(
        {
            "choice": pd.Series(names, dtype="str"),
            "effect": effects[1:],
            "low": (effects - half)[1:],
            "high": (effects + half)[1:],
        }
    )


def _check_settings(given: Sequence[Mapping[str, Any]]) -> None:
    known = [name for name in signature(vectorise).parameters if name not in ("passages",)]
    unknown = sorted({name for settings in given for name in settings} - set(known))
    if unknown:
        raise InputError(
            f"vectorise has no setting {listed(map(repr, unknown))}. Its settings: "
            f"{', '.join(known)}."
        )


def _every_nth(passages: Corpus, most: int) -> Corpus:
    """The corpus, or as many rows of it, evenly spaced."""
    if most < 1:
        raise InputError(f"The most rows to take must be an int >= 1; got {most}.")
    if len(passages) <= most:
        return passages
    places = np.arange(most) * len(passages) // most
    return Corpus(passages.table.iloc[places])


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


def _matrix(rows: Corpus, settings: Mapping[str, Any], choice: str) -> DocTermMatrix:
    try:
        return vectorise(rows, **settings)
    except InputError as error:
        raise InputError(f"The choice {choice!r} cannot be made: {error}") from error


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


def _combined(
    base: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]], made: Sequence[bool]
) -> dict[str, Any]:
    settings = dict(base)
    for choice, is_made in zip(named.values(), made, strict=True):
        settings.update(choice if is_made else {})
    return settings


def _name(named: Mapping[str, object], made: Sequence[bool]) -> str:
    chosen = [name for name, is_made in zip(named, made, strict=True) if is_made]
    return ", ".join(chosen) or _AS_GIVEN


def _distances(counts: csr_array) -> NDArray[np.float64]:
    """Cosine distance of each pair of rows, shape (D (D - 1) / 2,)."""
    values = counts.astype(np.float64)
    products = (values @ values.T).toarray()
    lengths = np.sqrt(np.diag(products))
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = products / np.outer(lengths, lengths)
    cosine = np.nan_to_num(cosine, nan=0.0, posinf=0.0)
    distances: NDArray[np.float64] = 1 - cosine[np.triu_indices(len(lengths), k=1)]
    return np.round(distances, 12)  # ties stay ties whatever the order of the sums


def _scores(distances: NDArray[np.float64], most_pairs: int) -> NDArray[np.float64]:
    """The score of each combination but the first, from the distances of all, shape (S, P)."""
    n_pairs = distances.shape[1]
    n_top = min(most_pairs, n_pairs)
    order = np.argsort(-np.abs(distances[1:] - distances[0]), axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(n_pairs)[None, :], axis=1)
    scores = np.zeros(len(order))
    for number, pairs in enumerate(order[:, :n_top]):
        moved = np.abs(np.delete(ranks, number, axis=0)[:, pairs] - np.arange(n_top))
        scores[number] = moved.mean() / n_pairs if moved.size else 0.0
    return scores
