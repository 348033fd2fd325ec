"""How a body of text speaks about migration policy: topics, theme shares, reproducible figures."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from topoi import plots, scale
    from topoi.catalogue import CATALOGUE, make_figure
    from topoi.config import RunConfig
    from topoi.corpus.clean import clean
    from topoi.corpus.corpus import Corpus
    from topoi.corpus.deduplicate import deduplicate, duplicate_pairs
    from topoi.corpus.duplicate_report import duplicate_report
    from topoi.corpus.explain import explain_cleaning
    from topoi.corpus.language import identify_languages
    from topoi.corpus.ledger import Ledger
    from topoi.corpus.ledger_flow import ledger_flow
    from topoi.corpus.segment import segment
    from topoi.errors import InputError, TopoiError, TopoiWarning
    from topoi.fit import TopicFit, fit_topics
    from topoi.io.coder_answers import read_choices, read_codes
    from topoi.io.coding_files import read_key, write_sheets
    from topoi.io.corpus_store import load_corpus, write_corpus
    from topoi.io.frequent_lines import frequent_lines
    from topoi.io.interchange.formats import export, import_counts, import_fit
    from topoi.io.interchange.gensim_models import from_gensim, from_gensim_corpus, to_gensim
    from topoi.io.interchange.sklearn_models import from_sklearn, to_sklearn
    from topoi.io.matrix_store import read_matrix, write_matrix
    from topoi.io.packs import load_themes
    from topoi.io.read import read_corpus, read_parts
    from topoi.io.run_files import open_run, pack_run
    from topoi.io.sample import load_sample, load_sample_codes, sample_path
    from topoi.io.store import read_fit, write_fit
    from topoi.k_grid import search_k
    from topoi.measures.agreement import agreement, agreement_by_pair
    from topoi.measures.calibration import Calibration, calibrate, held_out_probabilities
    from topoi.measures.calibration_curve import calibration_curve
    from topoi.measures.change_events import change_events
    from topoi.measures.change_points import change_points
    from topoi.measures.coded_prevalence import coded_prevalence
    from topoi.measures.coding_sheet import coding_sheet
    from topoi.measures.coding_task import CodingTask
    from topoi.measures.coherence import coherence, npmi
    from topoi.measures.consensus import consensus_topics
    from topoi.measures.contrasts import average_shares, contrasts
    from topoi.measures.convergence import convergence
    from topoi.measures.corrected_prevalence import corrected_prevalence
    from topoi.measures.effects import effects
    from topoi.measures.event_matches import event_matches
    from topoi.measures.fit_comparison import compare_fits
    from topoi.measures.held_out import held_out
    from topoi.measures.held_out_entries import held_out_entries
    from topoi.measures.intrusion_scores import (
        coder_scores,
        topic_intrusion_scores,
        word_intrusion_scores,
    )
    from topoi.measures.k_search import KSearch
    from topoi.measures.keyness import keyness
    from topoi.measures.keyness_passages import keyness_passages
    from topoi.measures.krippendorff import krippendorff_alpha
    from topoi.measures.labels import suggest_labels
    from topoi.measures.majority import majority_codes
    from topoi.measures.marked_passage import MarkedPassage, explain_passage
    from topoi.measures.new_documents import fold_in, theta_draws
    from topoi.measures.passages import doubtful_passages, typical_passages
    from topoi.measures.permutation import permutation_test
    from topoi.measures.placebo_seeds import placebo_seeds
    from topoi.measures.preprocessing import preprocessing_sensitivity
    from topoi.measures.preprocessing_scores import preprocessing_effects, preprocessing_scores
    from topoi.measures.prevalence import prevalence
    from topoi.measures.score_report import score_report
    from topoi.measures.seed_suggestions import suggest_seeds
    from topoi.measures.share_draws import ShareDraws, share_draws
    from topoi.measures.shares import document_shares, theme_shares, topic_shares
    from topoi.measures.stability import stability, stability_summary
    from topoi.measures.term_scores import term_scores
    from topoi.measures.term_tables import theme_terms, topic_terms
    from topoi.measures.terms import top_terms
    from topoi.measures.theme_audit import ThemeAudit, audit_themes
    from topoi.measures.theme_curve import ThemeCurve
    from topoi.measures.theme_explanation import explain_share
    from topoi.measures.theme_fit import ThemeFit, fit_themes, share_themes
    from topoi.measures.theme_mix import theme_mix
    from topoi.measures.theme_sensitivity import sensitivity_summary, theme_sensitivity
    from topoi.measures.theme_strips import theme_strips
    from topoi.measures.theme_topics import theme_topics
    from topoi.measures.themes import topic_themes
    from topoi.measures.topic_correlation import topic_correlation
    from topoi.measures.topic_intrusion import topic_intrusion
    from topoi.measures.topic_map import topic_map
    from topoi.measures.topic_overlap import topic_diversity, topic_overlap
    from topoi.measures.topic_quality import topic_quality
    from topoi.measures.word_intrusion import word_intrusion
    from topoi.models.adapters import GensimLDA, GensimNMF, SklearnLDA
    from topoi.models.covariate_lda import CovariateLDA
    from topoi.models.keyword_lda import KeywordLDA
    from topoi.models.lda import LDA
    from topoi.models.nmf import NMF
    from topoi.models.seeded_lda import SeededLDA
    from topoi.models.seeded_nmf import SeededNMF
    from topoi.outputs import write_report
    from topoi.pipeline import build_study, run
    from topoi.plots.drawing import Drawing, draw
    from topoi.run_report.page import report_run
    from topoi.shown_table import ShownTable, show
    from topoi.study import Study
    from topoi.text.kwic import Concordance, kwic
    from topoi.text.matrix import DocTermMatrix
    from topoi.text.overlap import vocabulary_overlap
    from topoi.text.plurals import singulars
    from topoi.text.pruning import pruning_costs, pruning_report
    from topoi.text.selection import select
    from topoi.text.sequences import TermSequences, term_sequences
    from topoi.text.vectorise import vectorise, vectorise_stream
    from topoi.text.vocabulary import Vocabulary
    from topoi.theme_run import measure_themes
    from topoi.themes.theme import Seed, Theme, Themes
    from topoi.themes.variations import drop_seed, half_seeds

# Where each public name lives: loaded on first use, so that `import topoi` is light.
_HOMES = {
    "CATALOGUE": "catalogue",
    "Calibration": "measures.calibration",
    "CodingTask": "measures.coding_task",
    "Concordance": "text.kwic",
    "Corpus": "corpus.corpus",
    "CovariateLDA": "models.covariate_lda",
    "DocTermMatrix": "text.matrix",
    "Drawing": "plots.drawing",
    "GensimLDA": "models.adapters",
    "GensimNMF": "models.adapters",
    "InputError": "errors",
    "KSearch": "measures.k_search",
    "KeywordLDA": "models.keyword_lda",
    "LDA": "models.lda",
    "Ledger": "corpus.ledger",
    "MarkedPassage": "measures.marked_passage",
    "NMF": "models.nmf",
    "RunConfig": "config",
    "Seed": "themes.theme",
    "SeededLDA": "models.seeded_lda",
    "SeededNMF": "models.seeded_nmf",
    "ShareDraws": "measures.share_draws",
    "ShownTable": "shown_table",
    "SklearnLDA": "models.adapters",
    "Study": "study",
    "TermSequences": "text.sequences",
    "Theme": "themes.theme",
    "ThemeAudit": "measures.theme_audit",
    "ThemeCurve": "measures.theme_curve",
    "ThemeFit": "measures.theme_fit",
    "Themes": "themes.theme",
    "TopicFit": "fit",
    "TopoiError": "errors",
    "TopoiWarning": "errors",
    "Vocabulary": "text.vocabulary",
    "agreement": "measures.agreement",
    "agreement_by_pair": "measures.agreement",
    "audit_themes": "measures.theme_audit",
    "average_shares": "measures.contrasts",
    "build_study": "pipeline",
    "calibrate": "measures.calibration",
    "calibration_curve": "measures.calibration_curve",
    "change_events": "measures.change_events",
    "change_points": "measures.change_points",
    "clean": "corpus.clean",
    "coded_prevalence": "measures.coded_prevalence",
    "coder_scores": "measures.intrusion_scores",
    "coding_sheet": "measures.coding_sheet",
    "coherence": "measures.coherence",
    "compare_fits": "measures.fit_comparison",
    "consensus_topics": "measures.consensus",
    "contrasts": "measures.contrasts",
    "convergence": "measures.convergence",
    "corrected_prevalence": "measures.corrected_prevalence",
    "deduplicate": "corpus.deduplicate",
    "document_shares": "measures.shares",
    "doubtful_passages": "measures.passages",
    "draw": "plots.drawing",
    "drop_seed": "themes.variations",
    "duplicate_pairs": "corpus.deduplicate",
    "duplicate_report": "corpus.duplicate_report",
    "effects": "measures.effects",
    "event_matches": "measures.event_matches",
    "explain_cleaning": "corpus.explain",
    "explain_passage": "measures.marked_passage",
    "explain_share": "measures.theme_explanation",
    "export": "io.interchange.formats",
    "fit_themes": "measures.theme_fit",
    "fit_topics": "fit",
    "fold_in": "measures.new_documents",
    "frequent_lines": "io.frequent_lines",
    "from_gensim": "io.interchange.gensim_models",
    "from_gensim_corpus": "io.interchange.gensim_models",
    "from_sklearn": "io.interchange.sklearn_models",
    "half_seeds": "themes.variations",
    "held_out": "measures.held_out",
    "held_out_entries": "measures.held_out_entries",
    "held_out_probabilities": "measures.calibration",
    "identify_languages": "corpus.language",
    "import_counts": "io.interchange.formats",
    "import_fit": "io.interchange.formats",
    "keyness": "measures.keyness",
    "keyness_passages": "measures.keyness_passages",
    "krippendorff_alpha": "measures.krippendorff",
    "kwic": "text.kwic",
    "ledger_flow": "corpus.ledger_flow",
    "load_corpus": "io.corpus_store",
    "load_sample": "io.sample",
    "load_sample_codes": "io.sample",
    "load_themes": "io.packs",
    "majority_codes": "measures.majority",
    "make_figure": "catalogue",
    "measure_themes": "theme_run",
    "npmi": "measures.coherence",
    "open_run": "io.run_files",
    "pack_run": "io.run_files",
    "permutation_test": "measures.permutation",
    "placebo_seeds": "measures.placebo_seeds",
    "plots": "plots",
    "preprocessing_effects": "measures.preprocessing_scores",
    "preprocessing_scores": "measures.preprocessing_scores",
    "preprocessing_sensitivity": "measures.preprocessing",
    "prevalence": "measures.prevalence",
    "pruning_costs": "text.pruning",
    "pruning_report": "text.pruning",
    "read_choices": "io.coder_answers",
    "read_codes": "io.coder_answers",
    "read_corpus": "io.read",
    "read_fit": "io.store",
    "read_key": "io.coding_files",
    "read_matrix": "io.matrix_store",
    "read_parts": "io.read",
    "report_run": "run_report.page",
    "run": "pipeline",
    "sample_path": "io.sample",
    "scale": "scale",
    "score_report": "measures.score_report",
    "search_k": "k_grid",
    "segment": "corpus.segment",
    "select": "text.selection",
    "sensitivity_summary": "measures.theme_sensitivity",
    "share_draws": "measures.share_draws",
    "share_themes": "measures.theme_fit",
    "show": "shown_table",
    "singulars": "text.plurals",
    "stability": "measures.stability",
    "stability_summary": "measures.stability",
    "suggest_labels": "measures.labels",
    "suggest_seeds": "measures.seed_suggestions",
    "term_scores": "measures.term_scores",
    "term_sequences": "text.sequences",
    "theme_mix": "measures.theme_mix",
    "theme_sensitivity": "measures.theme_sensitivity",
    "theme_shares": "measures.shares",
    "theme_strips": "measures.theme_strips",
    "theme_terms": "measures.term_tables",
    "theme_topics": "measures.theme_topics",
    "theta_draws": "measures.new_documents",
    "to_gensim": "io.interchange.gensim_models",
    "to_sklearn": "io.interchange.sklearn_models",
    "top_terms": "measures.terms",
    "topic_correlation": "measures.topic_correlation",
    "topic_diversity": "measures.topic_overlap",
    "topic_intrusion": "measures.topic_intrusion",
    "topic_intrusion_scores": "measures.intrusion_scores",
    "topic_map": "measures.topic_map",
    "topic_overlap": "measures.topic_overlap",
    "topic_quality": "measures.topic_quality",
    "topic_shares": "measures.shares",
    "topic_terms": "measures.term_tables",
    "topic_themes": "measures.themes",
    "typical_passages": "measures.passages",
    "vectorise": "text.vectorise",
    "vectorise_stream": "text.vectorise",
    "vocabulary_overlap": "text.overlap",
    "word_intrusion": "measures.word_intrusion",
    "word_intrusion_scores": "measures.intrusion_scores",
    "write_corpus": "io.corpus_store",
    "write_fit": "io.store",
    "write_matrix": "io.matrix_store",
    "write_report": "outputs",
    "write_sheets": "io.coding_files",
}

__all__ = [
    "CATALOGUE",
    "LDA",
    "NMF",
    "Calibration",
    "CodingTask",
    "Concordance",
    "Corpus",
    "CovariateLDA",
    "DocTermMatrix",
    "Drawing",
    "GensimLDA",
    "GensimNMF",
    "InputError",
    "KSearch",
    "KeywordLDA",
    "Ledger",
    "MarkedPassage",
    "RunConfig",
    "Seed",
    "SeededLDA",
    "SeededNMF",
    "ShareDraws",
    "ShownTable",
    "SklearnLDA",
    "Study",
    "TermSequences",
    "Theme",
    "ThemeAudit",
    "ThemeCurve",
    "ThemeFit",
    "Themes",
    "TopicFit",
    "TopoiError",
    "TopoiWarning",
    "Vocabulary",
    "agreement",
    "agreement_by_pair",
    "audit_themes",
    "average_shares",
    "build_study",
    "calibrate",
    "calibration_curve",
    "change_events",
    "change_points",
    "clean",
    "coded_prevalence",
    "coder_scores",
    "coding_sheet",
    "coherence",
    "compare_fits",
    "consensus_topics",
    "contrasts",
    "convergence",
    "corrected_prevalence",
    "deduplicate",
    "document_shares",
    "doubtful_passages",
    "draw",
    "drop_seed",
    "duplicate_pairs",
    "duplicate_report",
    "effects",
    "event_matches",
    "explain_cleaning",
    "explain_passage",
    "explain_share",
    "export",
    "fit_themes",
    "fit_topics",
    "fold_in",
    "frequent_lines",
    "from_gensim",
    "from_gensim_corpus",
    "from_sklearn",
    "half_seeds",
    "held_out",
    "held_out_entries",
    "held_out_probabilities",
    "identify_languages",
    "import_counts",
    "import_fit",
    "keyness",
    "keyness_passages",
    "krippendorff_alpha",
    "kwic",
    "ledger_flow",
    "load_corpus",
    "load_sample",
    "load_sample_codes",
    "load_themes",
    "majority_codes",
    "make_figure",
    "measure_themes",
    "npmi",
    "open_run",
    "pack_run",
    "permutation_test",
    "placebo_seeds",
    "plots",
    "preprocessing_effects",
    "preprocessing_scores",
    "preprocessing_sensitivity",
    "prevalence",
    "pruning_costs",
    "pruning_report",
    "read_choices",
    "read_codes",
    "read_corpus",
    "read_fit",
    "read_key",
    "read_matrix",
    "read_parts",
    "report_run",
    "run",
    "sample_path",
    "scale",
    "score_report",
    "search_k",
    "segment",
    "select",
    "sensitivity_summary",
    "share_draws",
    "share_themes",
    "show",
    "singulars",
    "stability",
    "stability_summary",
    "suggest_labels",
    "suggest_seeds",
    "term_scores",
    "term_sequences",
    "theme_mix",
    "theme_sensitivity",
    "theme_shares",
    "theme_strips",
    "theme_terms",
    "theme_topics",
    "theta_draws",
    "to_gensim",
    "to_sklearn",
    "top_terms",
    "topic_correlation",
    "topic_diversity",
    "topic_intrusion",
    "topic_intrusion_scores",
    "topic_map",
    "topic_overlap",
    "topic_quality",
    "topic_shares",
    "topic_terms",
    "topic_themes",
    "typical_passages",
    "vectorise",
    "vectorise_stream",
    "vocabulary_overlap",
    "word_intrusion",
    "word_intrusion_scores",
    "write_corpus",
    "write_fit",
    "write_matrix",
    "write_report",
    "write_sheets",
]


def __getattr__(name: str) -> object:
    """The public object of this name, loaded when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'topoi' has no attribute {name!r}")
    home = import_module(f"topoi.{_HOMES[name]}")
    found = home if name in ("plots", "scale") else getattr(home, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
