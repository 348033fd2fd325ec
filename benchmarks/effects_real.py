"""Effects and trends on real text: an experiment beside stm's fit, and a policy calendar."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array

import topoi

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
FORMULA = "share ~ treatment * pid_rep"
N_WORLDS = 50
CALENDAR = {
    "2021-01-20": "new administration; border wall and travel bans ended by proclamation",
    "2021-08-15": "evacuation from Kabul",
    "2022-04-21": "Uniting for Ukraine",
    "2022-10-12": "parole for Venezuelans",
    "2023-01-05": "parole for Cubans, Haitians, Nicaraguans, Venezuelans",
    "2023-05-11": "end of Title 42; asylum rule",
    "2024-02-04": "Senate border bill",
    "2024-06-04": "proclamation that suspends entry",
    "2024-06-18": "parole in place for spouses",
}


# --- an experiment ------------------------------------------------------------------------------


def gadarian() -> None:
    """Print the effect of treatment beside that in R stm's fitted reference."""
    warnings.simplefilter("ignore", topoi.TopoiWarning)
    answers = pd.read_parquet(SHARED / "gadarian.parquet").rename(columns={"id": "doc_id"})
    reference = json.loads((SHARED / "reference_gadarianFit.json").read_text(encoding="utf-8"))
    matrix = _stems(answers, reference["vocab"])
    stm = _of_stm(reference, matrix)
    own = topoi.fit_topics(matrix, topoi.LDA(stm.n_topics, n_init=10, random_state=0))
    order = linear_sum_assignment(-_likeness(stm, own))[1]
    print(
        "Open answers on immigration (gadarian, 341), half of them asked what worries them: the "
        "difference that treatment makes to each topic, percentage points with 95 % intervals, by "
        f"`{FORMULA}` averaged over the rows. stm: the shares of R stm's fitted model taken as "
        "known. Its topics: our draws with them held fixed, and fitted again in each world "
        f"({N_WORLDS}). Our topics: LDA of the same words, matched (likeness in brackets).\n"
    )
    draws = [
        topoi.share_draws(fit, matrix, given="treatment * pid_rep", refit=refit, n_worlds=N_WORLDS)
        for fit, refit in ((stm, False), (stm, True), (own, True))
    ]
    tables = [topoi.contrasts(shares, FORMULA, of="treatment") for shares in (stm, *draws)]
    tests = topoi.permutation_test(own, "treatment")
    print("| topic of stm | first stems | stm | stm's topics, fixed | stm's topics, refitted |"
          " our topics | permutation p_max |")  # fmt: skip
    print("|---|---|---:|---:|---:|---:|---:|")
    for topic in range(stm.n_topics):
        best = np.argsort(-stm.topic_term[topic], kind="stable")[:6]
        cells = [_effect(table.iloc[topic]) for table in tables[:3]]
        mine = int(order[topic])
        alike = _likeness(stm, own)[topic, mine]
        cells.append(f"{_effect(tables[3].iloc[mine])} ({alike:.2f})")
        words = ", ".join(matrix.vocabulary.terms[k] for k in best)
        print(f"| {topic + 1} | {words} | " + " | ".join(cells)
              + f" | {tests['p_max'].iloc[mine]:.3f} |")  # fmt: skip


def _effect(row: pd.Series) -> str:
    return f"{row['estimate'] * 100:+.1f} [{row['lower'] * 100:+.1f}, {row['upper'] * 100:+.1f}]"


def _stems(answers: pd.DataFrame, stems: list[str]) -> topoi.DocTermMatrix:
    """Counts of the reference's stems: of a word the longest stem that begins it."""
    known = {stem: place for place, stem in enumerate(stems)}
    counts = np.zeros((len(answers), len(stems)), np.int64)
    for row, text in enumerate(answers["text"]):
        for word in re.findall("[a-z]+", text.lower()):
            place = _stem_of(word, known)
            if place is not None:
                counts[row, place] += 1
    order = np.argsort(np.array(stems, dtype=object), kind="stable")
    counts = counts[:, order]
    vocabulary = topoi.Vocabulary(
        [stems[place] for place in order], (counts > 0).sum(axis=0), counts.sum(axis=0)
    )
    units = answers[["doc_id", "treatment", "pid_rep"]].assign(n_tokens=counts.sum(axis=1))
    return topoi.DocTermMatrix(csr_array(counts), vocabulary, units)


def _stem_of(word: str, known: dict[str, int]) -> int | None:
    for end in range(len(word), max(len(word) - 6, 2), -1):
        for stem in (word[:end], f"{word[: end - 1]}i" if word[end - 1] == "y" else ""):
            if stem in known:
                return known[stem]
    return None


def _of_stm(reference: dict, matrix: topoi.DocTermMatrix) -> topoi.TopicFit:
    """The reference as a fit, its terms in our order."""
    terms = matrix.vocabulary.terms
    place = {stem: column for column, stem in enumerate(reference["vocab"])}
    topic_term = np.array(reference["beta"])[:, [place[term] for term in terms]]
    topic_term = np.maximum(topic_term, 1e-9)
    fit = topoi.fit_topics(matrix, topoi.LDA(len(topic_term), max_iter=1, draw_passes=0))
    theta = np.array(reference["theta"])
    return replace(
        fit,
        topic_term=topic_term / topic_term.sum(axis=1, keepdims=True),
        doc_topic=theta / theta.sum(axis=1, keepdims=True),
        document_prior=np.full(len(topic_term), 1.0),
    )


def _likeness(one: topoi.TopicFit, other: topoi.TopicFit) -> NDArray[np.float64]:
    return np.sqrt(one.topic_term) @ np.sqrt(other.topic_term).T


# --- a policy calendar --------------------------------------------------------------------------


def trends() -> None:
    """Print theme shares by quarter, and their changes beside the policy calendar."""
    passages = pd.read_parquet(SHARED / "wh_migration_paragraphs_2021_2025.parquet")
    passages = passages.rename(columns={"id": "passage_id"})
    passages["date"] = pd.to_datetime(passages["date"])
    passages = passages.drop(columns=["n_tokens", "title"]).sort_values("passage_id")
    corpus = topoi.Corpus(passages)
    themes = topoi.load_themes("migration")
    matrix = topoi.vectorise(corpus, themes=themes, min_docs=5)
    fit = topoi.fit_themes(matrix, themes, n_starts=4)
    draws = topoi.share_draws(fit, matrix, n_worlds=N_WORLDS)
    trend = topoi.prevalence(draws, freq="Q")
    found = topoi.change_points(trend)
    by_month = topoi.change_points(topoi.prevalence(draws, freq="M"), least_periods=3)
    n_documents = passages["doc_id"].nunique()
    print(
        f"White House text on migration, 2021 to January 2025: {len(passages):,} paragraphs of "
        f"{n_documents} documents. Share of the text that speaks of each theme, by quarter, with "
        "95 % intervals over documents, shares and starts; ▲ and ▼: a change of level begins.\n"
    )
    print("| quarter | " + " | ".join(themes.labels.values()) + " | documents | calendar |")
    print("|---|" + "---:|" * len(themes) + "---:|---|")
    for period, own in trend.groupby("period"):
        cells = [_share(row, found) for _, row in own.iterrows()]
        events = "; ".join(text for day, text in CALENDAR.items() if _quarter(day) == period)
        small = " (few)" if own["is_small"].any() else ""
        print(f"| {period[:4]} Q{(int(period[5:7]) + 2) // 3} | " + " | ".join(cells)
              + f" | {own['n_documents'].iloc[0]}{small} | {events} |")  # fmt: skip
    for unit, changes in (("quarters", found), ("months, at least three to a level", by_month)):
        print(f"\nChanges of level by {unit}: {len(changes) or 'none with p < 0.05'}\n")
        if len(changes):
            _print_changes(changes, themes.labels)


def _print_changes(found: pd.DataFrame, labels: dict[str, str]) -> None:
    print("| theme | change from | earliest to latest | before | after | p alone |")
    print("|---|---|---|---:|---:|---:|")
    for row in found.itertuples():
        print(
            f"| {labels[row.name]} | {row.period[:7]} | {row.earliest[:7]} to {row.latest[:7]} | "
            f"{row.before:.1%} | {row.after:.1%} | {row.p_value:.3f} |"
        )


def _quarter(day: str) -> str:
    return pd.Timestamp(day).to_period("Q").start_time.strftime("%Y-%m-%d")


def _share(row: pd.Series, found: pd.DataFrame) -> str:
    own = found.loc[(found["name"] == row["name"]) & (found["period"] == row["period"])]
    mark = "" if not len(own) else ("▲ " if own["change"].iloc[0] > 0 else "▼ ")
    if np.isnan(row["lower"]):
        return f"{mark}{row['estimate']:.0%}"
    return f"{mark}{row['estimate']:.0%} [{row['lower']:.0%}, {row['upper']:.0%}]"
