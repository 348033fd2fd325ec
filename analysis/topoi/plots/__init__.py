"""Figures: each function draws one tidy table on matplotlib axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from topoi.plots.calibration import draw_calibration
    from topoi.plots.convergence import draw_convergence
    from topoi.plots.effects import draw_effects
    from topoi.plots.heat_strip import draw_heat_strip
    from topoi.plots.keyness import draw_keyness
    from topoi.plots.ledger_flow import draw_ledger_flow
    from topoi.plots.prevalence import draw_prevalence
    from topoi.plots.search_k import draw_search_k
    from topoi.plots.seed_audit import draw_seed_audit
    from topoi.plots.sensitivity import draw_sensitivity
    from topoi.plots.small_multiples import draw_small_multiples
    from topoi.plots.stability import draw_stability
    from topoi.plots.ternary import draw_ternary
    from topoi.plots.top_terms import draw_top_terms
    from topoi.plots.topic_map import draw_topic_map
    from topoi.plots.topic_network import draw_topic_network
    from topoi.plots.topic_themes import draw_topic_themes

__all__ = [
    "draw_calibration",
    "draw_convergence",
    "draw_effects",
    "draw_heat_strip",
    "draw_keyness",
    "draw_ledger_flow",
    "draw_prevalence",
    "draw_search_k",
    "draw_seed_audit",
    "draw_sensitivity",
    "draw_small_multiples",
    "draw_stability",
    "draw_ternary",
    "draw_top_terms",
    "draw_topic_map",
    "draw_topic_network",
    "draw_topic_themes",
]

_HOMES = {
    "draw_calibration": "topoi.plots.calibration",
    "draw_convergence": "topoi.plots.convergence",
    "draw_effects": "topoi.plots.effects",
    "draw_heat_strip": "topoi.plots.heat_strip",
    "draw_keyness": "topoi.plots.keyness",
    "draw_ledger_flow": "topoi.plots.ledger_flow",
    "draw_prevalence": "topoi.plots.prevalence",
    "draw_search_k": "topoi.plots.search_k",
    "draw_seed_audit": "topoi.plots.seed_audit",
    "draw_sensitivity": "topoi.plots.sensitivity",
    "draw_small_multiples": "topoi.plots.small_multiples",
    "draw_stability": "topoi.plots.stability",
    "draw_ternary": "topoi.plots.ternary",
    "draw_top_terms": "topoi.plots.top_terms",
    "draw_topic_map": "topoi.plots.topic_map",
    "draw_topic_network": "topoi.plots.topic_network",
    "draw_topic_themes": "topoi.plots.topic_themes",
}


def __getattr__(name: str) -> object:
    """The draw function, loaded on first use because matplotlib takes a second to import."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names, whether loaded or not."""
    return sorted(__all__)
