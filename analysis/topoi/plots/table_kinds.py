"""Which figure is there for which table of results?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["KINDS", "Kind", "kind_of"]


class Kind(NamedTuple):
    """A kind of table that has a figure.

    made_by : the function of topoi whose results are such tables
    drawn_by : the function of `topoi.plots` that draws them
    columns : those by which they are known, separated by spaces
    caption : what the figure shows, where nothing more is said
    """

    made_by: str
    drawn_by: str
    columns: str
    caption: str


KINDS = (
    Kind(
        "search_k",
        "draw_search_k",
        "measure k value standard_error chance within_one_error",
        "How numbers of topics compare, by measures of which higher is better, with one standard "
        "error and the level of chance.",
    ),
    Kind(
        "theme_sensitivity",
        "draw_sensitivity",
        "variation detail theme is_own share change rank_correlation",
        "How far the share of the text moves for each theme: above without single seeds, below "
        "with other choices of seeds and model.",
    ),
    Kind(
        "audit_themes",
        "draw_seed_audit",
        "theme seed occurrences passages toward is_ambiguous",
        "How often the seeds of each theme occur; a marker of another theme stands beside a seed "
        "that goes with that theme at least as much as with its own.",
    ),
    Kind(
        "keyness",
        "draw_keyness",
        "group other term rate other_rate z",
        "The terms most typical of each group, and how often it and the others use them.",
    ),
    Kind(
        "top_terms",
        "draw_top_terms",
        "topic term rank weight is_seed",
        "The most probable terms of each topic. Bars show the probability of the term in the "
        "topic; a dot marks a seed.",
    ),
    Kind(
        "topic_themes",
        "draw_topic_themes",
        "model topic theme affinity",
        "What the topics of each model are about: mean theme share of the passages, weighted by "
        "the tokens that the topic has in each.",
    ),
    Kind(
        "topic_map",
        "draw_topic_map",
        "topic x y share theme explained",
        "How near the topics are to each other by their words; the area of a circle is the share "
        "of the text.",
    ),
    Kind(
        "topic_correlation",
        "draw_topic_network",
        "topic other correlation is_link",
        "Which topics go together: the wider a link, the closer.",
    ),
    Kind(
        "stability",
        "draw_stability",
        "topic variation similarity chance",
        "How like each topic is to those that it is matched with in other fits, beside chance.",
    ),
    Kind(
        "convergence",
        "draw_convergence",
        "model pass distance stop",
        "How far the objective of each model was from its last value, by pass.",
    ),
    Kind(
        "theme_strips",
        "draw_heat_strip",
        "doc_id place start end theme share",
        "Where in each document each theme stands.",
    ),
    Kind(
        "ledger_flow",
        "draw_ledger_flow",
        "step action reason n_reasons n_documents n_left",
        "From documents read to documents kept.",
    ),
    Kind(
        "theme_mix",
        "draw_ternary",
        "name estimate lower upper level n_tokens said",
        "How what is said on three themes is shared among them.",
    ),
    Kind(
        "calibration_curve",
        "draw_calibration",
        "name probability estimate lower upper level n_coded",
        "Coded share against probability. On the dashed line the probability is right.",
    ),
    Kind(
        "contrasts",
        "draw_effects",
        "name value baseline estimate lower upper level",
        "Differences of expected shares between values of a column, with intervals.",
    ),
    Kind(
        "effects",
        "draw_effects",
        "name term estimate lower upper level",
        "Coefficients of a regression of shares, with intervals.",
    ),
    Kind(
        "prevalence by group and period",
        "draw_small_multiples",
        "name group period estimate lower upper level n_documents",
        "Share of the text over time, with intervals; a panel for each group.",
    ),
    Kind(
        "prevalence",
        "draw_prevalence",
        "name estimate lower upper level n_documents",
        "Share of the text, with intervals.",
    ),
)


def kind_of(columns: Iterable[str]) -> Kind | None:
    """The first kind whose columns are all there; None where there is none."""
    known = set(columns)
    return next((kind for kind in KINDS if set(kind.columns.split()) <= known), None)
