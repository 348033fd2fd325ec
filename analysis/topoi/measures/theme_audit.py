"""What each seed of a pack finds in a corpus, and whether the seeds of a theme belong together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import fraction
from topoi.measures.company import Company, company, length_classes
from topoi.measures.seed_remarks import (
    FEWEST_DOCUMENTS,
    is_ambiguous,
    seed_remark,
    theme_remark,
)
from topoi.measures.seed_rows import SeedRows
from topoi.shown_table import shown_html
from topoi.text.matrix import DocTermMatrix
from topoi.themes.theme import Themes

__all__ = ["ThemeAudit", "audit_themes", "counter_words"]

_TERMS_SHOWN = 5
_NOT_SHOWN = ("passages_3", "largest_seed", "largest_share")
_TEXTS = ("theme", "seed", "terms", "toward", "other", "largest_seed", "remark")
_COUNTER_COLUMNS = {
    "theme": "str",
    "counter": "str",
    "occurrences": "int64",
    "passages": "int64",
    "documents": "int64",
    "terms": "str",
}


@dataclass(frozen=True, eq=False)
class ThemeAudit:
    """What `audit_themes` finds.

    seeds : DataFrame, a row for each seed, in the order of the pack
    themes : DataFrame, a row for each theme
    overlap : DataFrame, a row for each theme and other theme
    counters : DataFrame, a row for each counter-word, in the order of the pack
    """

    seeds: pd.DataFrame
    themes: pd.DataFrame
    overlap: pd.DataFrame
    counters: pd.DataFrame

    def __repr__(self) -> str:
        return f"<{self._headline()}>"

    def _repr_html_(self) -> str:
        is_absent = self.seeds["occurrences"] == 0
        is_rare = self.seeds["remark"].str.fullmatch("rare: [^;]*")
        noted = self.seeds.loc[(self.seeds["remark"] != "") & ~is_absent & ~is_rare]
        shown = noted[["theme", "seed", "occurrences", "passages", "terms", "remark"]]
        apart = pd.DataFrame(
            {
                "theme": self.themes["theme"],
                f"in fewer than {FEWEST_DOCUMENTS} documents": self._named(is_rare),
                "never": self._named(is_absent),
            }
        )
        fired = self.counters.loc[self.counters["occurrences"] > 0]
        parts = [
            shown_html(self._headline(), self.themes.drop(columns=list(_NOT_SHOWN))),
            shown_html("Seeds to look at", shown),
            shown_html("Seeds too rare to judge, and those that never occur", apart),
        ]
        if len(fired):
            parts.append(shown_html("Counter-words found, not counted as seeds", fired))
        return "".join(parts)

    def _named(self, which: pd.Series[bool]) -> list[str]:
        """These seeds of each theme, in a line."""
        chosen = self.seeds.loc[which]
        return [
            ", ".join(chosen.loc[chosen["theme"] == theme, "seed"])
            for theme in self.themes["theme"]
        ]

    def _headline(self) -> str:
        n_absent = int((self.seeds["occurrences"] == 0).sum())
        n_noted = int((self.seeds["remark"] != "").sum())
        return (
            f"Audit of {len(self.seeds)} seeds of {len(self.themes)} themes: "
            f"{n_absent} never occur, {n_noted - n_absent} others have a remark"
        )


def audit_themes(matrix: DocTermMatrix, themes: Themes, *, level: float = 0.95) -> ThemeAudit:
    """What each seed matches, how often, and whether it goes with its theme, before any fit.

    Parameters
    ----------
    matrix : DocTermMatrix counted with these themes, so that their phrases are terms; better of
        passages than of documents, since whole documents hold seeds of every theme
    themes : Themes; they stay as they are
    level : float in (0, 1), coverage of the intervals, each seed by itself

    Returns
    -------
    ThemeAudit
        `seeds`: theme, seed (str), weight (float64), occurrences (int64, tokens), passages,
        documents (int64, that hold it), share (float64, of the theme's tokens), per_1000
        (float64, of all tokens), terms (str, the most frequent matches with their tokens);
        with_own, chance_own (float64, share of its passages that hold another seed of the theme,
        and of passages of their lengths), pull, pull_lower, pull_upper (float64, their difference
        in log-odds); ambiguity, chance_ambiguity (float64, the same for seeds of other themes);
        toward (str, the other theme that it goes with most), toward_pull, toward_lower,
        toward_upper (float64); exclusivity (float64, in [0, 1]); counter (float64, share of its
        passages that hold a counter-word of the theme; nan where the theme has none); is_ambiguous
        (bool, in 5 documents or more, and goes with `toward` at least as much as with its theme);
        remark (str, empty where there is nothing to say).
        A pull below 0: in passages with this seed the theme's other seeds are rarer than
        elsewhere; it pulls apart.

        `themes`: theme (str), seeds, seeds_found, hits, documents, passages_1, passages_2,
        passages_3 (int64, with at least so many different seeds), share_1 (float64, of all
        passages), per_1000 (float64), largest_seed (str), largest_share (float64), remark (str).

        `overlap`: theme, other (str), passages (int64, that hold both), share (float64, of the
        theme's passages), chance (float64, of passages of their lengths), pull, lower, upper.

        `counters`: theme, counter (str), occurrences (int64, tokens), passages, documents (int64),
        terms (str). Those that pruning took from the matrix do not occur.

    Raises
    ------
    InputError
        If the matrix has no row, or level is out of range. A seed or theme that never occurs is a
        remark and no error.

    Notes
    -----
    Each term that a seed matches counts for it; a term that two seeds of a theme match counts for
    both and once for the theme. What two seeds share is left out when their company is judged
    (leave one out). Rows are compared within tenths of row length, since long passages hold more
    of everything; the place that the seed itself takes in its row is neglected, which lowers pull
    a little in very short rows. For shares, chance and intervals see `topoi.measures.company`.

    exclusivity = L_own / (sum of L over all themes), where L = share / chance of the passages with
    this seed that hold other seeds of a theme; 1 / T where it goes with none of T themes more.

    References
    ----------
    Share of tokens by keyword, and never or rarely found ones: Eshima, Imai & Sasaki (2024),
    Keyword-assisted topic models, and the keyword plot of their package keyATM. Observed beside
    expected co-occurrence: Bouma (2009), Normalized (pointwise) mutual information in collocation
    extraction, equation 2; here in log-odds with an interval. Exclusivity as one part of a sum
    over topics: Bischof & Airoldi (2012), Summarizing topical content with word frequency and
    exclusivity, equation 1.

    See Also
    --------
    suggest_seeds : terms that the pack may lack.
    """
    fraction("level", level)
    rows = SeedRows(matrix, themes)
    passages = _Company(rows, level)
    seeds = pd.DataFrame(_seed_rows(rows, passages))
    seeds["is_ambiguous"] = [is_ambiguous(row) for row in seeds.to_dict("records")]
    seeds["remark"] = [
        seed_remark(row, twins)
        for row, twins in zip(seeds.to_dict("records"), _twins(rows), strict=True)
    ]
    summary = pd.DataFrame(_theme_rows(rows, seeds))
    summary["remark"] = [theme_remark(row) for row in summary.to_dict("records")]
    columns = ["theme", "other", "passages", "share", "chance", "pull", "lower", "upper"]
    overlap = pd.DataFrame(list(_overlap_rows(rows, passages)), columns=columns)
    return ThemeAudit(_typed(seeds), _typed(summary), _typed(overlap), _counters(rows))


def counter_words(matrix: DocTermMatrix, themes: Themes) -> pd.DataFrame:
    """The table `counters` of `audit_themes` alone: how often each counter-word occurs."""
    return _counters(SeedRows(matrix, themes))


def _counters(rows: SeedRows) -> pd.DataFrame:
    counters = pd.DataFrame(list(_counter_rows(rows)), columns=list(_COUNTER_COLUMNS))
    return counters.astype(_COUNTER_COLUMNS)


class _Company:
    """Which themes the rows with some terms hold beside these terms."""

    def __init__(self, rows: SeedRows, level: float) -> None:
        self._rows, self._level = rows, level
        self._classes = length_classes(rows.n_tokens)
        self._n_rows = np.bincount(self._classes)
        self._hits = [rows.hits(marks) for marks in rows.of_theme]
        self._other_hits = [rows.hits(marks) for marks in rows.of_other_themes]

    def of_theme(self, columns: NDArray[np.int64], theme: int) -> Company:
        """Rows with these terms among rows with other terms of a theme."""
        return self._of(columns, self._rows.of_theme[theme], self._hits[theme])

    def of_others(self, columns: NDArray[np.int64], theme: int) -> Company:
        """Rows with these terms among rows with other terms of themes other than this one."""
        return self._of(columns, self._rows.of_other_themes[theme], self._other_hits[theme])

    def _of(
        self, columns: NDArray[np.int64], marks: NDArray[np.bool_], hits: NDArray[np.int64]
    ) -> Company:
        places = np.flatnonzero(self._rows.hits(columns))
        left = hits.copy()
        left[places] -= self._rows.hits(columns[marks[columns]])[places]
        n_holding = np.bincount(self._classes[left > 0], minlength=len(self._n_rows))
        chance = n_holding / self._n_rows
        return company(
            left[places] > 0,
            chance[self._classes[places]],
            self._rows.documents[places],
            level=self._level,
        )


def _seed_rows(rows: SeedRows, passages: _Company) -> Iterator[dict[str, object]]:
    totals = [int(rows.hits(marks).sum()) for marks in rows.of_theme]
    n_tokens = max(1, int(rows.n_tokens.sum()))
    counters = _countered(rows)
    for (place, seed), columns in zip(rows.seeds, rows.columns, strict=True):
        hits = rows.hits(columns)
        held = hits > 0
        yield {
            "theme": rows.themes.names[place],
            "seed": seed.pattern,
            "weight": seed.weight,
            **_frequency(rows, hits),
            "share": hits.sum() / totals[place] if totals[place] else np.nan,
            "per_1000": 1000 * hits.sum() / n_tokens,
            "terms": _shown(rows.term_counts(columns.tolist())),
            **_company_of_seed(rows, passages, place, columns),
            "counter": _share(counters[place], held),
        }


def _twins(rows: SeedRows) -> list[list[tuple[str, str]]]:
    """For each seed the others, theme and pattern, that match the very same terms of the text."""
    names = [(rows.themes.names[place], seed.pattern) for place, seed in rows.seeds]
    found = [
        tuple(term for term, count in rows.term_counts(columns.tolist()) if count)
        for columns in rows.columns
    ]
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for name, terms in zip(names, found, strict=True):
        groups.setdefault(terms, []).append(name)
    return [
        [other for other in groups[terms] if other[1] != name[1]]
        for name, terms in zip(names, found, strict=True)
    ]


def _company_of_seed(
    rows: SeedRows, passages: _Company, place: int, columns: NDArray[np.int64]
) -> dict[str, object]:
    by_theme = [passages.of_theme(columns, number) for number in range(len(rows.themes))]
    own = by_theme[place]
    others = [number for number in range(len(by_theme)) if number != place]
    away = passages.of_others(columns, place) if others else None
    judged = [number for number in others if not np.isnan(by_theme[number].pull)]
    toward = max(judged, key=lambda number: by_theme[number].pull, default=None)
    found = by_theme[toward] if toward is not None else None
    return {
        "with_own": own.share,
        "chance_own": own.chance,
        "pull": own.pull,
        "pull_lower": own.lower,
        "pull_upper": own.upper,
        "ambiguity": away.share if away else np.nan,
        "chance_ambiguity": away.chance if away else np.nan,
        "toward": rows.themes.names[toward] if toward is not None else "",
        "toward_pull": found.pull if found else np.nan,
        "toward_lower": found.lower if found else np.nan,
        "toward_upper": found.upper if found else np.nan,
        "exclusivity": _exclusivity(by_theme, place),
    }


def _exclusivity(by_theme: list[Company], place: int) -> float:
    lifts = [c.share / c.chance if c.chance > 0 else np.nan for c in by_theme]
    total = float(np.nansum(lifts))
    return lifts[place] / total if total > 0 else float("nan")


def _countered(rows: SeedRows) -> list[NDArray[np.bool_] | None]:
    """The rows that hold a counter-word of each theme; None where it has none."""
    found: list[NDArray[np.bool_] | None] = [None] * len(rows.themes)
    for place, _, columns in rows.counters:
        held = rows.hits(columns) > 0
        before = found[place]
        found[place] = held if before is None else before | held
    return found


def _counter_rows(rows: SeedRows) -> Iterator[dict[str, object]]:
    for place, word, columns in rows.counters:
        yield {
            "theme": rows.themes.names[place],
            "counter": word,
            **_frequency(rows, rows.hits(columns)),
            "terms": _shown(rows.term_counts(columns.tolist())),
        }


def _frequency(rows: SeedRows, hits: NDArray[np.int64]) -> dict[str, object]:
    """Occurrences, and the passages and documents that hold them."""
    held = hits > 0
    return {
        "occurrences": int(hits.sum()),
        "passages": int(held.sum()),
        "documents": len(np.unique(rows.documents[held])),
    }


def _share(counter: NDArray[np.bool_] | None, held: NDArray[np.bool_]) -> float:
    if counter is None or not held.any():
        return float("nan")
    return float(counter[held].mean())


def _shown(counts: list[tuple[str, int]]) -> str:
    found = [f"{term} {count}" for term, count in counts if count]
    rest = len(found) - _TERMS_SHOWN
    return ", ".join(found[:_TERMS_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _theme_rows(rows: SeedRows, seeds: pd.DataFrame) -> Iterator[dict[str, object]]:
    n_tokens = max(1, int(rows.n_tokens.sum()))
    for place, (theme, marks) in enumerate(zip(rows.themes, rows.of_theme, strict=True)):
        own = seeds.loc[seeds["theme"] == theme.name]
        hits, n_seeds = rows.hits(marks), rows.n_seeds(place)
        largest = own.iloc[int(own["occurrences"].argmax())]
        yield {
            "theme": theme.name,
            "seeds": len(own),
            "seeds_found": int((own["occurrences"] > 0).sum()),
            "hits": int(hits.sum()),
            "documents": len(np.unique(rows.documents[hits > 0])),
            "passages_1": int((n_seeds >= 1).sum()),
            "passages_2": int((n_seeds >= 2).sum()),
            "passages_3": int((n_seeds >= 3).sum()),
            "share_1": float((n_seeds >= 1).mean()),
            "per_1000": 1000 * hits.sum() / n_tokens,
            "largest_seed": largest["seed"] if hits.any() else "",
            "largest_share": float(largest["share"]),
        }


def _overlap_rows(rows: SeedRows, passages: _Company) -> Iterator[tuple[object, ...]]:
    names = rows.themes.names
    held = [rows.hits(marks) > 0 for marks in rows.of_theme]
    for first, name in enumerate(names):
        columns = np.flatnonzero(rows.of_theme[first])
        for second, other in enumerate(names):
            if second != first:
                both = int((held[first] & held[second]).sum())
                yield name, other, both, *passages.of_theme(columns, second)


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype({name: "str" for name in _TEXTS if name in table.columns})
