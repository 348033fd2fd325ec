"""How a body of text speaks about migration policy: topics, theme shares, reproducible figures."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from topoi import plots
    from topoi.catalogue import CATALOGUE, make_figure
    from topoi.config import RunConfig
    from topoi.corpus.clean import clean
    from topoi.corpus.corpus import Corpus
    from topoi.corpus.deduplicate import deduplicate, duplicate_pairs
    from topoi.corpus.duplicate_report import duplicate_report
    from topoi.corpus.explain import explain_cleaning
    from topoi.corpus.language import identify_languages
    from topoi.corpus.ledger import Ledger
    from topoi.corpus.segment import segment
    from topoi.errors import InputError, TopoiError, TopoiWarning
    from topoi.fit import TopicFit, fit_topics
    from topoi.io.frequent_lines import frequent_lines
    from topoi.io.packs import load_themes
    from topoi.io.read import read_corpus, read_parts
    from topoi.io.sample import load_sample, load_sample_codes, sample_path
    from topoi.io.store import read_fit, write_fit
    from topoi.measures.coherence import npmi
    from topoi.measures.marked_passage import MarkedPassage, explain_passage
    from topoi.measures.new_documents import fold_in, theta_draws
    from topoi.measures.passages import doubtful_passages, typical_passages
    from topoi.measures.placebo_seeds import placebo_seeds
    from topoi.measures.preprocessing import preprocessing_sensitivity
    from topoi.measures.preprocessing_scores import preprocessing_effects, preprocessing_scores
    from topoi.measures.prevalence import prevalence
    from topoi.measures.seed_suggestions import suggest_seeds
    from topoi.measures.shares import document_shares, theme_shares, topic_shares
    from topoi.measures.terms import top_terms
    from topoi.measures.theme_audit import ThemeAudit, audit_themes
    from topoi.measures.theme_curve import ThemeCurve
    from topoi.measures.theme_explanation import explain_share
    from topoi.measures.theme_fit import ThemeFit, fit_themes, share_themes
    from topoi.measures.theme_sensitivity import sensitivity_summary, theme_sensitivity
    from topoi.measures.theme_topics import theme_topics
    from topoi.measures.themes import topic_themes
    from topoi.models.adapters import GensimLDA, GensimNMF, SklearnLDA
    from topoi.models.covariate_lda import CovariateLDA
    from topoi.models.keyword_lda import KeywordLDA
    from topoi.models.lda import LDA
    from topoi.models.nmf import NMF
    from topoi.models.seeded_lda import SeededLDA
    from topoi.models.seeded_nmf import SeededNMF
    from topoi.outputs import write_report
    from topoi.pipeline import build_study, run
    from topoi.study import Study
    from topoi.text.kwic import Concordance, kwic
    from topoi.text.matrix import DocTermMatrix
    from topoi.text.overlap import vocabulary_overlap
    from topoi.text.plurals import singulars
    from topoi.text.pruning import pruning_costs, pruning_report
    from topoi.text.selection import select
    from topoi.text.vectorise import vectorise, vectorise_stream
    from topoi.text.vocabulary import Vocabulary
    from topoi.themes.theme import Seed, Theme, Themes
    from topoi.themes.variations import drop_seed, half_seeds

# Where each public name lives: loaded on first use, so that `import topoi` is light.
_HOMES = {
    "CATALOGUE": "catalogue",
    "Concordance": "text.kwic",
    "Corpus": "corpus.corpus",
    "CovariateLDA": "models.covariate_lda",
    "DocTermMatrix": "text.matrix",
    "GensimLDA": "models.adapters",
    "GensimNMF": "models.adapters",
    "InputError": "errors",
    "KeywordLDA": "models.keyword_lda",
    "LDA": "models.lda",
    "Ledger": "corpus.ledger",
    "MarkedPassage": "measures.marked_passage",
    "NMF": "models.nmf",
    "RunConfig": "config",
    "Seed": "themes.theme",
    "SeededLDA": "models.seeded_lda",
    "SeededNMF": "models.seeded_nmf",
    "SklearnLDA": "models.adapters",
    "Study": "study",
    "Theme": "themes.theme",
    "ThemeAudit": "measures.theme_audit",
    "ThemeCurve": "measures.theme_curve",
    "ThemeFit": "measures.theme_fit",
    "Themes": "themes.theme",
    "TopicFit": "fit",
    "TopoiError": "errors",
    "TopoiWarning": "errors",
    "Vocabulary": "text.vocabulary",
    "audit_themes": "measures.theme_audit",
    "build_study": "pipeline",
    "clean": "corpus.clean",
    "deduplicate": "corpus.deduplicate",
    "document_shares": "measures.shares",
    "doubtful_passages": "measures.passages",
    "drop_seed": "themes.variations",
    "duplicate_pairs": "corpus.deduplicate",
    "duplicate_report": "corpus.duplicate_report",
    "explain_cleaning": "corpus.explain",
    "explain_passage": "measures.marked_passage",
    "explain_share": "measures.theme_explanation",
    "fit_themes": "measures.theme_fit",
    "fit_topics": "fit",
    "fold_in": "measures.new_documents",
    "frequent_lines": "io.frequent_lines",
    "half_seeds": "themes.variations",
    "identify_languages": "corpus.language",
    "kwic": "text.kwic",
    "load_sample": "io.sample",
    "load_sample_codes": "io.sample",
    "load_themes": "io.packs",
    "make_figure": "catalogue",
    "npmi": "measures.coherence",
    "placebo_seeds": "measures.placebo_seeds",
    "plots": "plots",
    "preprocessing_effects": "measures.preprocessing_scores",
    "preprocessing_scores": "measures.preprocessing_scores",
    "preprocessing_sensitivity": "measures.preprocessing",
    "prevalence": "measures.prevalence",
    "pruning_costs": "text.pruning",
    "pruning_report": "text.pruning",
    "read_corpus": "io.read",
    "read_fit": "io.store",
    "read_parts": "io.read",
    "run": "pipeline",
    "sample_path": "io.sample",
    "segment": "corpus.segment",
    "select": "text.selection",
    "sensitivity_summary": "measures.theme_sensitivity",
    "share_themes": "measures.theme_fit",
    "singulars": "text.plurals",
    "suggest_seeds": "measures.seed_suggestions",
    "theme_sensitivity": "measures.theme_sensitivity",
    "theme_shares": "measures.shares",
    "theme_topics": "measures.theme_topics",
    "theta_draws": "measures.new_documents",
    "top_terms": "measures.terms",
    "topic_shares": "measures.shares",
    "topic_themes": "measures.themes",
    "typical_passages": "measures.passages",
    "vectorise": "text.vectorise",
    "vectorise_stream": "text.vectorise",
    "vocabulary_overlap": "text.overlap",
    "write_fit": "io.store",
    "write_report": "outputs",
}

__all__ = [
    "CATALOGUE",
    "LDA",
    "NMF",
    "Concordance",
    "Corpus",
    "CovariateLDA",
    "DocTermMatrix",
    "GensimLDA",
    "GensimNMF",
    "InputError",
    "KeywordLDA",
    "Ledger",
    "MarkedPassage",
    "RunConfig",
    "Seed",
    "SeededLDA",
    "SeededNMF",
    "SklearnLDA",
    "Study",
    "Theme",
    "ThemeAudit",
    "ThemeCurve",
    "ThemeFit",
    "Themes",
    "TopicFit",
    "TopoiError",
    "TopoiWarning",
    "Vocabulary",
    "audit_themes",
    "build_study",
    "clean",
    "deduplicate",
    "document_shares",
    "doubtful_passages",
    "drop_seed",
    "duplicate_pairs",
    "duplicate_report",
    "explain_cleaning",
    "explain_passage",
    "explain_share",
    "fit_themes",
    "fit_topics",
    "fold_in",
    "frequent_lines",
    "half_seeds",
    "identify_languages",
    "kwic",
    "load_sample",
    "load_sample_codes",
    "load_themes",
    "make_figure",
    "npmi",
    "placebo_seeds",
    "plots",
    "preprocessing_effects",
    "preprocessing_scores",
    "preprocessing_sensitivity",
    "prevalence",
    "pruning_costs",
    "pruning_report",
    "read_corpus",
    "read_fit",
    "read_parts",
    "run",
    "sample_path",
    "segment",
    "select",
    "sensitivity_summary",
    "share_themes",
    "singulars",
    "suggest_seeds",
    "theme_sensitivity",
    "theme_shares",
    "theme_topics",
    "theta_draws",
    "top_terms",
    "topic_shares",
    "topic_themes",
    "typical_passages",
    "vectorise",
    "vectorise_stream",
    "vocabulary_overlap",
    "write_fit",
    "write_report",
]


def __getattr__(name: str) -> object:
    """The public object of this name, loaded when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'topoi' has no attribute {name!r}")
    home = import_module(f"topoi.{_HOMES[name]}")
    found = home if name == "plots" else getattr(home, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
