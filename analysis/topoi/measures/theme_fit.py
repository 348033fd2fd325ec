"""How likely does each passage speak of each theme, and how sure is that?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from scipy.special import ndtri

from topoi.checks import at_least, fraction
from topoi.errors import InputError
from topoi.fit import TopicFit, check_enough
from topoi.measures.new_documents import check_terms
from topoi.measures.theme_context import context_factor
from topoi.measures.theme_curve import USUAL_CURVE, ThemeCurve
from topoi.measures.theme_evidence import RATE_TOKENS, rates_of, seed_weights
from topoi.measures.theme_marks import marks_of
from topoi.measures.theme_parts import StartTopics, row_topics, theme_parts
from topoi.models.documents import as_documents
from topoi.models.lda import LDA
from topoi.provenance import counts_hash, versions
from topoi.shown_table import shown_html
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Themes
from topoi.workers import worker_count

__all__ = ["ThemeFit", "fit_themes", "share_themes", "usual_starts", "usual_topics"]

_COARSE, _FINE, _FEWEST = 12, 100, 4
_ROWS_A_TOPIC = 20
_FEW_ROWS, _STARTS = 2000, 8
_MAX_ROWS = 200_000
# What a fit of one set of topics has, and those who look for it here are told where it is.
_OF_TOPICS = ("n_topics", "topic_term", "doc_topic", "topic_names", "document_prior", "units")


@dataclass(frozen=True, eq=False)
class ThemeFit:
    """What was learned of a corpus to measure themes, and the shares of its rows.

    Parameters
    ----------
    shares : DataFrame
        The columns of the matrix's units, then theme (str), share, lower, upper (float64 in
        [0, 1]); in the order of the rows, then of the themes. `share` is the probability that a
        reader finds the theme in the row; a row may hold several themes or none, so a row's
        shares need not add up to 1. Averages over rows are shares of the text that speaks of a
        theme. The interval holds what chance in the row's seeds, its topics and the starts of
        the model leave open, not that of its context nor whether the curve fits this corpus:
        `calibrate` with codes.
    themes : Themes
    vocabulary : Vocabulary of the V columns
    starts : tuple of StartTopics
    curve : ThemeCurve, from evidence to probability
    provenance : mapping of str to JSON values: settings, hashes of the counts, versions
    """

    shares: pd.DataFrame
    themes: Themes
    vocabulary: Vocabulary
    starts: tuple[StartTopics, ...]
    curve: ThemeCurve
    provenance: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name in _OF_TOPICS:
            raise AttributeError(
                f"A ThemeFit has no {name}: its shares are means over {len(self.starts)} sets of "
                "topics. theme_topics(fit, matrix) shows those behind each theme, and "
                "fit.topics(matrix, start) gives one set of them as a TopicFit."
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def topics(self, matrix: DocTermMatrix, start: int = 1, n_jobs: int | None = None) -> TopicFit:
        """The topics of one start with their shares in the rows, to be looked at or judged.

        Parameters
        ----------
        matrix : DocTermMatrix of the fit's terms
        start : int from 1, as in `theme_topics`
        n_jobs : int or None, threads; None is 1, -1 all cores; does not change the result

        Returns
        -------
        TopicFit
            Topics "topic 1", ... in the order of `theme_topics`' column topic.

        Raises
        ------
        InputError
            If there is no such start or the matrix counts other terms.
        """
        at_least("start", start, 1, most=len(self.starts), whole=True)
        check_terms(self.vocabulary.terms, matrix.vocabulary.terms)
        of_start = self.starts[start - 1]
        return TopicFit(
            topic_term=of_start.topic_term,
            doc_topic=row_topics(of_start, matrix.counts, worker_count(n_jobs)),
            topic_names=tuple(f"topic {n}" for n in range(1, len(of_start.topic_term) + 1)),
            vocabulary=self.vocabulary,
            units=matrix.units,
            themes={},
            trace=pd.DataFrame({"pass": pd.Series(dtype="int64")}),
            document_prior=of_start.document_prior,
            provenance=self.provenance | {"model": "LDA", "start": start},
        )

    def __repr__(self) -> str:
        return f"<{self._headline()}>"

    def _repr_html_(self) -> str:
        n_tokens = np.maximum(self.shares["n_tokens"].to_numpy(dtype=np.float64), 1e-9)
        shares = [
            np.average(self.shares["share"][of], weights=n_tokens[of])
            for of in (self.shares["theme"] == name for name in self.themes.names)
        ]
        table = pd.DataFrame({"theme": self.themes.names, "share": shares})
        return shown_html(f"{self._headline()}; share of the text that speaks of each", table)

    def _headline(self) -> str:
        n_rows = len(self.shares) // len(self.themes)
        rows = "passages" if "passage_id" in self.shares.columns else "documents"
        return (
            f"ThemeFit of {len(self.themes)} themes in {n_rows} {rows}: {len(self.starts)} starts "
            f"of {self._n_topics()} topics, {len(self.vocabulary)} terms"
        )

    def _n_topics(self) -> str:
        return " and ".join(map(str, sorted({len(start.topic_term) for start in self.starts})))


def usual_topics(n_rows: int) -> tuple[int, ...]:
    """Numbers of topics for so many rows: a coarse cut and a fine one.

    The fine one has a topic for each 20 rows, at least 4 and at most 100, the coarse one a fifth
    of them or 12, whichever is more.
    Coarse topics tell well whether a passage of a small corpus is about a theme, fine ones which
    of two themes it is; the mean of both was better on each corpus with codes than either
    (docs/decisions/0017-theme-measurement.md).
    """
    fine = min(max(n_rows // _ROWS_A_TOPIC, _FEWEST), _FINE, max(n_rows, 1))
    coarse = max(_COARSE, fine // 5)
    return (fine,) if fine <= coarse else (coarse, fine)


def usual_starts(n_rows: int) -> int:
    """Over how many starts so many rows are averaged: 8, or 16 of fewer than 2,000.

    Few rows leave more to the chance of a start, and a start of them takes a moment
    (docs/decisions/0033-seeds-of-other-countries.md).
    """
    return 2 * _STARTS if n_rows < _FEW_ROWS else _STARTS


def fit_themes(
    matrix: DocTermMatrix,
    themes: Themes,
    *,
    background: DocTermMatrix | None = None,
    n_topics: int | Sequence[int] | None = None,
    n_starts: int | None = None,
    n_draws: int = 4,
    level: float = 0.95,
    curve: ThemeCurve = USUAL_CURVE,
    max_rows: int | None = _MAX_ROWS,
    n_jobs: int | None = None,
    random_state: int = 0,
) -> ThemeFit:
    """The probability of each theme in each row, from its seeds and from topics about the theme.

    LDA without seeds finds topics of the text, coarse ones and fine ones, several times. The seeds
    mark which topics are about a theme, and by how much; the part of a row's words in such topics,
    averaged over the starts, says what the row is about when it names no seed, and its own seeds
    what it names, each as far as its topics in the row are about the theme. Where a theme has a
    context, topics and the row count only as far as they speak of it: war is a cause of migration
    where there is migration. One curve for all themes takes the
    evidence to a probability. No labels are used.

    Parameters
    ----------
    matrix : DocTermMatrix of passages (or short documents), D rows; passages of some 40 to 250
        words are what the curve was drawn from
    themes : Themes
    background : DocTermMatrix of the same terms, optional
        Unlabelled text of the same field, ``vectorise(other, vocabulary=matrix.vocabulary)``: the
        topics are found in both, the shares are those of the matrix.
    n_topics : int >= 1 or several, optional
        Several are taken in turn by the starts. None is what `usual_topics` says: a coarse
        number (12 to 20) and a fine one (one for each 20 rows up to 100).
    n_starts : int >= 1, optional; models with other starts, which are averaged. None is what
        `usual_starts` says: 16 for fewer than 2,000 rows of the matrix, 8 for more.
    n_draws : int >= 0, draws of each row's topics in each start for the intervals; 0 leaves the
        uncertainty of a row's topics out
    level : float in (0, 1), of the intervals
    curve : ThemeCurve, from evidence to probability
    max_rows : int >= 1 or None
        From how many rows a start learns its topics at most: where there are more, each start has
        as many of its own, drawn by lot, first of the matrix and only then of the background. All
        rows of the matrix get shares. None takes all, whatever the time.
    n_jobs : int or None, threads; None is 1, -1 all cores; does not change the result
    random_state : int in [0, 2**32 - 1 - n_starts], of the first start; the next ones add 1 each

    Returns
    -------
    ThemeFit

    Raises
    ------
    InputError
        If a theme has no seed among the terms, the background counts other terms, there are fewer
        rows with terms than topics, or a setting is out of range.

    References
    ----------
    Blei, Ng & Jordan (2003) for the topics. Averaging over starts: docs/decisions/0017; contexts
    and the balance of themes: docs/decisions/0022; what seeds mean: docs/decisions/0032.
    """
    n_starts = usual_starts(len(matrix.units)) if n_starts is None else n_starts
    at_least("n_starts", n_starts, 1, whole=True)
    _check_shares(n_draws, level)
    seed_weights(themes, matrix.vocabulary.terms)  # a theme without seeds is refused at once
    joint = matrix if background is None else _joined(matrix, background)
    sizes = _sizes(n_topics, len(joint.units))
    counts = csr_array(joint.counts, dtype=np.float32)
    n_filled = int(np.count_nonzero(np.diff(counts.indptr)))
    check_enough(LDA(max(sizes)), n_filled, has_passages="passage_id" in joint.units.columns)
    if max_rows is not None:
        at_least("max_rows", max_rows, max(sizes), whole=True)
    starts = tuple(
        _start(
            _rows_of_start(counts, len(matrix.units), max_rows, random_state + number),
            sizes[number % len(sizes)], n_jobs, random_state + number,
        )
        for number in range(n_starts)
    )  # fmt: skip
    facts = {
        "model": "ThemeFit",
        "settings": {
            "n_topics": list(sizes), "n_starts": int(n_starts), "n_draws": int(n_draws),
            "level": float(level), "random_state": int(random_state),
            "curve": [curve.seeds, curve.topics],
            "max_rows": None if max_rows is None else int(max_rows),
            "themes": themes.weights,
            "contexts": themes.contexts,
        },
        "counts_sha256": counts_hash(matrix),
        "background_sha256": None if background is None else counts_hash(background),
        "versions": versions(),
    }  # fmt: skip
    fit = ThemeFit(pd.DataFrame(), themes, matrix.vocabulary, starts, curve, facts)
    return replace(
        fit, shares=share_themes(fit, matrix, n_draws=n_draws, level=level, n_jobs=n_jobs)
    )


def share_themes(
    fit: ThemeFit,
    matrix: DocTermMatrix,
    *,
    themes: Themes | None = None,
    n_draws: int = 4,
    level: float = 0.95,
    n_jobs: int | None = None,
) -> pd.DataFrame:
    """The shares of other rows, or by other seeds, with the topics as they are.

    A row's shares depend on its own counts only, and for the rows of the fit with its settings
    they are those of `fit.shares`.

    Parameters
    ----------
    fit : ThemeFit
    matrix : DocTermMatrix of the fit's terms, from ``vectorise(new, vocabulary=fit.vocabulary)``
    themes : Themes, optional; other seeds for the topics of the fit, such as ``themes.split()``
        for sub-themes. None is the fit's own.
    n_draws, level, n_jobs : as for `fit_themes`

    Returns
    -------
    DataFrame as `ThemeFit.shares`

    Raises
    ------
    InputError
        If the matrix counts other terms, a theme has no seed among them, or a setting is out of
        range.
    """
    _check_shares(n_draws, level)
    check_terms(fit.vocabulary.terms, matrix.vocabulary.terms)
    themes = fit.themes if themes is None else themes
    marks = marks_of(themes, fit.vocabulary)
    n_tokens = matrix.units["n_tokens"].to_numpy(dtype=np.float64)
    found = theme_parts(
        fit.starts, matrix.counts, marks, n_draws=n_draws, n_threads=worker_count(n_jobs)
    )
    factor = context_factor(found.contexts, themes)
    evidence = factor * fit.curve.evidence(rates_of(found.hits, n_tokens), found.parts)
    of_seeds = fit.curve.seeds**2 / (4.0 * (n_tokens + RATE_TOKENS))
    spread = factor * np.sqrt(fit.curve.topics**2 * found.variance + of_seeds[:, np.newaxis])
    reach = ndtri((1.0 + level) / 2.0) * spread
    values = (evidence, np.maximum(evidence - reach, 0.0), evidence + reach)
    return _long(matrix.units, themes, *map(fit.curve.probability, values))


def _sizes(n_topics: int | Sequence[int] | None, n_rows: int) -> tuple[int, ...]:
    if n_topics is None:
        return usual_topics(n_rows)
    sizes = (n_topics,) if isinstance(n_topics, int | np.integer) else tuple(n_topics)
    if not sizes:
        raise InputError("n_topics is an empty sequence; give a number of topics, or several.")
    for size in sizes:
        at_least("n_topics", size, 1, whole=True)
    return tuple(int(size) for size in sizes)


def _rows_of_start(counts: csr_array, n_own: int, max_rows: int | None, seed: int) -> csr_array:
    """All rows, or so many drawn by lot: of the first `n_own` as many as there are, then others."""
    n_rows = counts.shape[0]
    if max_rows is None or n_rows <= max_rows:
        return counts
    rng = np.random.default_rng(seed)
    own = rng.permutation(n_own)[:max_rows]
    others = n_own + rng.permutation(n_rows - n_own)[: max_rows - len(own)]
    return csr_array(counts[np.sort(np.concatenate([own, others]))])


def _start(counts: csr_array, n_topics: int, n_jobs: int | None, seed: int) -> StartTopics:
    # The curve was fitted to topics of this start.
    model = LDA(n_topics, init="clusters", draw_passes=0, n_jobs=n_jobs, random_state=seed)
    model.fit_documents(as_documents(counts, n_threads=worker_count(n_jobs)))
    return StartTopics(model.components_, model.alpha_)


def _joined(matrix: DocTermMatrix, background: DocTermMatrix) -> DocTermMatrix:
    check_terms(matrix.vocabulary.terms, background.vocabulary.terms)
    counts = vstack([matrix.counts, background.counts], format="csr")
    units = pd.concat([matrix.units, background.units], ignore_index=True)
    return DocTermMatrix(counts, matrix.vocabulary, units)


def _check_shares(n_draws: int, level: float) -> None:
    at_least("n_draws", n_draws, 0, whole=True)
    if n_draws == 1:
        raise InputError("n_draws is 1, and one draw has no spread; give 0, or 2 and more.")
    fraction("level", level)


def _long(units: pd.DataFrame, themes: Themes, *values: NDArray[np.float64]) -> pd.DataFrame:
    table = units.loc[units.index.repeat(len(themes))].reset_index(drop=True)
    names = np.tile(np.array(themes.names, dtype=object), len(units))
    table["theme"] = pd.Series(names, dtype="str")
    for name, column in zip(("share", "lower", "upper"), values, strict=True):
        table[name] = column.ravel()
    return table
