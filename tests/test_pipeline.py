"""Does a run write everything whole and true, the same each time, or nothing at all?"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import warnings
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from handmade import PACK, hashes_of_files, table_file, texts

from topoi.catalogue import CATALOGUE
from topoi.config import RunConfig
from topoi.corpus.corpus import Corpus
from topoi.counted_passages import _without_copies
from topoi.defaults import Copies, Sizes, copies_for, sizes_for
from topoi.errors import InputError, TopoiWarning
from topoi.manifest import input_hashes
from topoi.outputs import topic_label, write_report
from topoi.pipeline import build_study, run
from topoi.plots.table_csv import read_table

# all of the catalogue but that of codes, which this run has not
FIGURES = [name for name in CATALOGUE if name != "calibration"]
FILES = {
    "ledger.parquet", "corpus.parquet", "vocabulary.csv", "topics.csv", "coherence.csv",
    "doc_topics.parquet", "themes.parquet", "documents.csv", "prevalence.csv", "report.html",
    "manifest.json", "figures/captions.json", "sub_themes.parquet",
    "themes.json", "theme_terms.csv", "theme_topics.csv", "counter_words.csv", "folded.csv",
    "topic_terms.csv", "topic_map.csv", "stability.csv", "matrix.zip",
    "fits/KeywordLDA.zip", "fits/LDA.zip", "fits/NMF.zip",
    *(
        f"figures/{name}.{kind}"
        for name in FIGURES
        for kind in ("csv", "svg", "pdf", "png")
    ),
}  # fmt: skip
THEMES = ("root_causes", "border_security", "legal_pathways")


def config_of(source, tmp_path, **more):
    settings = {"starts": 1, "refits": 0, "models": ("LDA",), "topics": 3}
    settings |= {"theme_topics": 1, "residual": 1, "formats": ("svg",), "no_cache": True}
    return RunConfig(source=str(source), out=str(tmp_path / "out"), **{**settings, **more})


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- the files ----------------------------------------------------------------------------------


def test_a_run_writes_these_files_and_no_others(small_run):
    assert set(contents(small_run.out)) == FILES


def test_the_ledger_tells_of_every_file(small_run, small_folder):
    events = pd.read_parquet(small_run.out / "ledger.parquet")
    read = events.loc[events["action"] == "read", "doc_id"]
    ends = events.loc[events["action"].isin(["dropped", "merged"])]

    on_disk = [p for p in small_folder.rglob("*") if p.is_file() and p.name != ".hidden"]
    assert sorted(read) == sorted(p.relative_to(small_folder).as_posix() for p in on_disk)
    reasons = dict(zip(ends["doc_id"], ends["action"], strict=True))
    assert reasons["reprints/empty.txt"] == reasons["reprints/photo.jpg"] == "dropped"
    assert list(reasons.values()).count("merged") == 1


def test_the_corpus_has_documents_and_their_passages(small_run):
    table = pd.read_parquet(small_run.out / "corpus.parquet")
    documents = table.loc[table["level"] == "document"]
    passages = table.loc[table["level"] == "passage"]

    assert list(table.columns[:3]) == ["level", "doc_id", "passage_id"]
    assert list(documents["doc_id"]) == small_run.study.documents.ids
    assert list(passages["passage_id"]) == small_run.study.passages.ids
    assert set(passages["doc_id"]) == set(documents["doc_id"])
    assert (documents["passage_id"] == "").all()
    assert list(passages["text"]) == small_run.study.passages.texts


def test_topics_and_vocabulary_are_those_of_the_fits(small_run):
    topics = read_table((small_run.out / "topics.csv").read_bytes())
    vocabulary = pd.read_csv(small_run.out / "vocabulary.csv", keep_default_na=False)
    fits = small_run.study.fits

    assert list(topics.columns[:6]) == ["model", "topic", "rank", "term", "weight", "label"]
    assert list(dict.fromkeys(topics["model"])) == ["KeywordLDA", "LDA", "NMF"]
    assert set(topics["term"]) <= set(vocabulary["term"])
    n_terms = [np.minimum((fit.topic_term > 0).sum(axis=1), 20) for fit in fits.values()]
    assert len(topics) == np.concatenate(n_terms).sum()
    first = topics.loc[(topics["model"] == "LDA") & (topics["rank"] == 1), "weight"]
    np.testing.assert_allclose(first, fits["LDA"].topic_term.max(axis=1), rtol=1e-5)
    labels = topics.drop_duplicates(["model", "topic"]).set_index(["model", "topic"])["label"]
    themed = fits["KeywordLDA"].topic_names[0]
    assert labels["KeywordLDA", themed] == themed.replace("_", " ")
    terms = topics.loc[(topics["model"] == "LDA") & (topics["topic"] == "topic 1"), "term"]
    assert labels["LDA", "topic 1"] == ", ".join(terms[:3])


def test_shares_of_topics_and_themes_are_those_of_the_fits(small_run):
    topics = pd.read_parquet(small_run.out / "doc_topics.parquet")
    themes = pd.read_parquet(small_run.out / "themes.parquet")

    assert list(topics.columns) == ["model", "doc_id", "passage_id", "topic", "share"]
    for model, fit in small_run.study.fits.items():
        own = topics.loc[topics["model"] == model]
        assert list(own["topic"].head(fit.n_topics)) == list(fit.topic_names)
        shares = own["share"].to_numpy().reshape(fit.doc_topic.shape)
        np.testing.assert_array_equal(shares, fit.doc_topic)
    assert list(themes.columns) == ["doc_id", "passage_id", "theme", "share", "lower", "upper"]
    assert tuple(dict.fromkeys(themes["theme"])) == THEMES
    assert list(dict.fromkeys(themes["passage_id"])) == small_run.study.passages.ids
    for name in themes.columns:
        np.testing.assert_array_equal(themes[name], small_run.study.shares[name])


def test_prevalence_has_all_cuts_and_agrees_with_the_shares(small_run):
    table = pd.read_csv(small_run.out / "prevalence.csv", keep_default_na=False)
    shares = small_run.study.shares

    assert list(table.columns) == [
        "kind", "model", "name", "period", "group", "estimate", "lower", "upper", "level",
        "n_documents", "n_passages", "weighting", "uncertainty", "is_small",
    ]  # fmt: skip
    themes = table.loc[table["kind"] == "theme"]
    whole = themes.loc[(themes["period"] == "") & (themes["group"] == "")]
    weights = shares["n_tokens"]
    for name in THEMES:
        rows = shares["theme"] == name
        expected = np.average(shares.loc[rows, "share"], weights=weights[rows])
        found = whole.loc[whole["name"] == name, "estimate"].astype(float).item()
        assert found == pytest.approx(expected, rel=1e-5)
    cuts = set(zip(themes["period"] != "", themes["group"] != "", strict=True))
    assert cuts == {(False, False), (True, False), (False, True), (True, True)}
    topics = table.loc[(table["kind"] == "topic") & (table["group"] != "")]
    sums = topics.groupby(["model", "period", "group"])["estimate"].sum()
    np.testing.assert_allclose(sums.astype(float), 1.0, atol=1e-4)
    periods = themes.loc[themes["period"] != "", "period"]
    assert periods.str.fullmatch(r"\d{4}-(01|04|07|10)-01").all()


def test_sub_themes_have_their_shares_and_prevalence(small_run):
    study = small_run.study
    parts = pd.read_parquet(small_run.out / "sub_themes.parquet")
    table = pd.read_csv(small_run.out / "prevalence.csv", keep_default_na=False)

    assert list(parts.columns) == ["doc_id", "passage_id", "sub_theme", "share", "lower", "upper"]
    assert set(parts["sub_theme"]) <= set(study.themes.split().names)
    own = table.loc[(table["kind"] == "sub_theme") & (table["period"] == "")]
    whole = own.loc[own["group"] == ""].set_index("name")["estimate"].astype(float)
    assert list(whole.index) == list(dict.fromkeys(parts["sub_theme"]))
    for name, rows in study.sub_shares.groupby("theme"):
        expected = np.average(rows["share"], weights=rows["n_tokens"])
        assert whole[name] == pytest.approx(expected, rel=1e-5)  # six digits are written


def test_documents_have_their_shares(small_run):
    table = read_table((small_run.out / "documents.csv").read_bytes())

    assert list(table.columns) == [
        "doc_id", "title", "source", "date", "n_tokens", "theme", "share", "lower", "upper",
    ]  # fmt: skip
    assert list(dict.fromkeys(table["doc_id"])) == small_run.study.documents.ids
    assert table["date"].str.fullmatch(r"(\d{4}-\d\d-\d\d)?").all()
    shares = small_run.study.shares
    mass = shares.assign(mass=shares["share"] * shares["n_tokens"])
    sums = mass.groupby(["doc_id", "theme"], sort=False)[["mass", "n_tokens"]].sum()
    # Six digits are written.
    np.testing.assert_allclose(table["share"], sums["mass"] / sums["n_tokens"], rtol=1e-5)


def test_figures_have_their_drawings_tables_and_captions(small_run):
    folder = small_run.out / "figures"
    captions = json.loads((folder / "captions.json").read_text())

    assert set(captions) == set(FIGURES)
    for name, caption in captions.items():
        assert len(caption) > 40
        assert b"<svg" in (folder / f"{name}.svg").read_bytes()[:400]
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert len(read_table((folder / f"{name}.csv").read_bytes()))


def test_the_report_shows_the_figures_and_needs_nothing_else(small_run):
    page = (small_run.out / "report.html").read_text(encoding="utf-8")

    n_figures = len(list((small_run.out / "figures").glob("*.svg")))
    assert page.count("data:image/svg+xml;base64,") == n_figures == len(FIGURES)
    assert not re.search(r"""(src|href)=["'](?!#|data:)""", page)


def test_the_manifest_is_true(small_run, small_folder):
    facts = json.loads((small_run.out / "manifest.json").read_text())

    for name, digest in facts["outputs"].items():
        assert hashlib.sha256((small_run.out / name).read_bytes()).hexdigest() == digest
    assert set(facts["outputs"]) == FILES - {"manifest.json"}
    assert facts["inputs"] == hashes_of_files(small_folder)
    assert ".hidden" not in facts["inputs"]
    assert "reprints/photo.jpg" in facts["inputs"]
    assert facts["settings"]["source"] == str(small_folder)
    copies = {name: facts["settings"][name] for name in ("near", "contained", "spun")}
    assert copies == {"near": 0.6, "contained": 0.85, "spun": True}
    assert facts["seed"] == 7
    assert set(facts["versions"]) >= {"topoi", "numpy", "pandas", "pyarrow", "matplotlib"}
    assert facts["themes"]["border_security"]["border patrol*"] > 0
    assert facts["models"]["LDA"]["n_components"] == small_run.study.fits["LDA"].n_topics
    assert facts["models"]["KeywordLDA"]["random_state"] == 14  # two starts of seed 7
    assert facts == small_run.manifest


@pytest.mark.usefixtures("sketched")
def test_the_manifest_names_no_place_of_this_machine_but_the_source(small_folder, tmp_path):
    pack = tmp_path / "mine.toml"
    shipped = Path(__file__).parents[1] / "analysis" / "topoi" / "themes" / "packs"
    shutil.copy(shipped / "migration.toml", pack)
    config = config_of(table_file(tmp_path), tmp_path, themes=str(pack), workers=2)

    text = json.dumps(run(config).manifest)

    text = text.replace(json.dumps(config.source), "")
    assert not re.search(r"/(home|tmp|root|usr|work|Users|private|var|opt)/", text)
    assert '"themes": "mine.toml"' in text
    for word in ('"workers"', '"n_jobs"', "out.put"):
        assert word not in text


# --- the same bytes -----------------------------------------------------------------------------

AGAIN = """
import sys
from topoi.config import RunConfig
from topoi.corpus.corpus import Corpus
from topoi.pipeline import run
sizes = {"starts": 2, "refits": 1, "workers": int(sys.argv[3])}
run(RunConfig(source=sys.argv[1], out=sys.argv[2], **sizes))
"""


ELSEWHERE = {
    "PYTHONHASHSEED": "1",
    "TZ": "Pacific/Auckland",
    "LC_ALL": "de_DE.UTF-8",
    "LANG": "tr_TR",
    "OPENBLAS_CORETYPE": "Prescott",
}


def test_any_process_and_number_of_workers_gives_the_same_bytes(small_run, small_folder, tmp_path):
    subprocess.run(
        [sys.executable, "-c", AGAIN, str(small_folder), str(tmp_path / "out"), "3"],
        env={**os.environ, **ELSEWHERE},
        check=True,
    )

    expected, found = contents(small_run.out), contents(tmp_path / "out")
    assert set(found) == set(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


def test_another_seed_gives_other_shares_and_starts_are_averaged(small_folder, tmp_path):
    def evidence(**more):
        table = build_study(config_of(small_folder, tmp_path, **more)).shares
        # The context of root causes is averaged before it becomes a factor.
        shares = table.loc[table["theme"] != "root_causes", "share"]
        return np.sqrt(shares / (1 - shares))

    alone = [evidence(seed=seed) for seed in (4, 5)]
    both = evidence(seed=2, starts=2)

    assert list(alone[0]) != list(alone[1])
    # Seeds are averaged as far as they are meant, then the root is taken, which gives no less; the
    # share is turned back into evidence, which loses some digits where it is near 1.
    mean = np.mean(alone, axis=0)
    assert (both >= mean * (1 - 1e-9)).all()
    np.testing.assert_allclose(both, mean, rtol=0.01)
    assert np.isclose(both, mean, rtol=1e-9, atol=0).mean() > 0.5  # rows without a doubtful seed


# --- settings -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("sketched")
def test_a_table_with_covariates_runs_and_keeps_them(tmp_path):
    file = table_file(
        tmp_path,
        date=[f"2021-0{k + 1}-03" for k in range(8)],
        party=list("aabbaabb"),
        level=["high"] * 8,
        original_level=["odd"] * 8,
        lower=["small"] * 8,
        upper=["large"] * 8,
        theme=["mine"] * 8,
        original_theme=["old"] * 8,
        share=["1"] * 8,
    )

    result = run(config_of(file, tmp_path, by="party", freq="Y", unit="sentence"))

    table = pd.read_parquet(result.out / "corpus.parquet")
    assert set(table["party"]) == {"a", "b"}
    assert set(table["level"]) == {"document", "passage"}
    # Names that tables of a run have themselves give way.
    assert set(table["original_original_level"]) == {"high"}
    assert set(table["original_level"]) == {"odd"}
    assert set(table["original_lower"]) == {"small"}
    assert set(table["original_original_theme"]) == {"mine"}
    prevalence = pd.read_csv(result.out / "prevalence.csv", keep_default_na=False)
    assert set(prevalence["group"]) == {"", "a", "b"}
    assert set(prevalence["period"]) == {"", "2021-01-01"}
    assert list(result.manifest["inputs"]) == ["speeches.csv"]


@pytest.fixture(scope="module")
def two_places(tmp_path_factory):
    """A table of speeches with covariates, and a folder with another of the same name."""
    folder = tmp_path_factory.mktemp("places")
    known = {"party": list("aabbaabb"), "speaker": [f"s{k}" for k in range(8)]}
    table_file(folder, date=[f"2021-0{k + 1}-03" for k in range(8)], **known)
    (folder / "more").mkdir()
    texts_of_more = [text.replace("valleys", "deltas") for text in texts(8)]
    table_file(folder / "more", text=texts_of_more, **known)
    return folder


@pytest.mark.usefixtures("sketched")
def test_several_sources_are_read_as_one_corpus_with_ids_of_their_paths(two_places, tmp_path):
    sources = (str(two_places / "speeches.csv"), str(two_places / "more"))

    result = run(replace(config_of("x", tmp_path, near=0), source=sources))

    ids = result.study.documents.ids
    assert ids[0] == "speeches.csv#s0"
    assert ids[8] == "more/speeches.csv#s0"
    assert len(set(ids)) == 16
    assert result.manifest["settings"]["source"] == list(sources)
    assert list(result.manifest["inputs"]) == ["speeches.csv", "more/speeches.csv"]


def test_results_in_any_of_several_sources_are_refused(two_places, tmp_path):
    sources = (str(two_places / "speeches.csv"), str(two_places / "more"))
    inside = str(two_places / "more" / "out")

    with pytest.raises(InputError, match=r"more/out\) and the source \(.*more\) lie in one"):
        run(replace(config_of("x", tmp_path), source=sources, out=inside))


@pytest.mark.usefixtures("sketched")
def test_covariates_give_tables_of_shares_by_each_and_no_other_column_is_kept(two_places, tmp_path):
    file = two_places / "speeches.csv"

    result = run(config_of(file, tmp_path, covariates=("party", "speaker"), freq="Y"))

    assert not {"party", "speaker"} - set(result.study.documents.table.columns)
    table = pd.read_csv(result.out / "prevalence_by_covariate.csv", keep_default_na=False)
    assert list(table.columns) == [
        "covariate", "name", "period", "group", "estimate", "lower", "upper", "level",
        "n_documents", "n_passages", "weighting", "uncertainty", "is_small",
    ]  # fmt: skip
    assert list(dict.fromkeys(table["covariate"])) == ["party", "speaker"]
    of_party = table.loc[(table["covariate"] == "party") & (table["period"] == "")]
    shares = result.study.shares
    for row in of_party.to_dict("records"):
        own = shares.loc[(shares["party"] == row["group"]) & (shares["theme"] == row["name"])]
        expected = np.average(own["share"], weights=own["n_tokens"])
        # Six digits are written.
        assert float(row["estimate"]) == pytest.approx(expected, rel=1e-5)
    assert len(of_party) == 6
    assert set(table["period"]) == {"", "2021-01-01"}
    page = (result.out / "report.html").read_text(encoding="utf-8")
    assert page.count("each theme, as measured, by <bdi>") == 2

    one = build_study(config_of(file, tmp_path, covariates=("speaker",)))
    assert "party" not in one.documents.table.columns


def test_the_column_of_by_is_kept_beside_covariates_and_no_other(two_places, tmp_path):
    config = config_of(two_places / "speeches.csv", tmp_path, covariates=("speaker",), by="party")

    study = build_study(config)

    assert (study.by, study.covariates) == ("party", ("speaker",))
    assert set(study.documents.table["party"]) == {"a", "b"}
    one = build_study(replace(config, covariates=("party",)))
    assert "speaker" not in one.documents.table.columns
    assert one.covariates == ("party",)


@pytest.mark.parametrize(("by", "groups"), [("source", "xy"), ("original_source", "ab")])
def test_by_beside_covariates_may_be_a_column_that_has_another_name_in_the_corpus(
    tmp_path, by, groups
):
    columns = {"source": list("ababaabb"), "outlet": list("xxyyxxyy"), "party": list("ccddccdd")}
    file = table_file(tmp_path, **columns)

    study = build_study(
        config_of(file, tmp_path, covariates=("party",), source_column="outlet", by=by)
    )

    assert study.by == by
    assert set(study.documents.table[by]) == set(groups)
    assert ("original_source" in study.documents.table.columns) is (by == "original_source")


def test_a_covariate_with_a_name_of_ours_is_kept_under_another(tmp_path):
    file = table_file(tmp_path, source=list("ababaabb"), outlet=list("xxyyxxyy"))
    config = config_of(file, tmp_path, covariates=("source",), source_column="outlet")

    study = build_study(config)

    assert study.covariates == ("original_source",)
    assert set(study.documents.table["original_source"]) == {"a", "b"}


@pytest.mark.parametrize(
    ("places", "more", "words"),
    [
        (
            ("speeches.csv",),
            {"covariates": ("speeker",)},
            r"speeches\.csv has no column speeker\. It has: id, text, date, party, speaker\. "
            r"did you mean 'speaker' for 'speeker'\?",
        ),
        (
            ("speeches.csv", "more"),
            {"covariates": ("party", "date")},
            r"1 table lacks a column that covariates, by or clusters names\. .*more/speeches\.csv "
            r"has no column date\. It has: id, text, party, speaker\.",
        ),
        (
            ("speeches.csv",),
            {"covariates": ("party",), "by": "speeker"},
            r"speeches\.csv has no column speeker\. It has: id, text, date, party, speaker\. "
            r"did you mean 'speaker' for 'speeker'\?",
        ),
        (
            ("speeches.csv", "more"),
            {"covariates": ("party",), "by": "date"},
            r"The column 'date' cannot be grouped by",
        ),
    ],
)
def test_covariates_that_are_not_there_are_named_with_file_and_columns(
    two_places, tmp_path, places, more, words
):
    sources = [str(two_places / place) for place in places]
    with (
        pytest.raises(InputError, match=words),
        warnings.catch_warnings(action="ignore", category=TopoiWarning),
    ):
        build_study(replace(config_of("x", tmp_path, **more), source=sources))


def test_covariates_of_texts_without_columns_are_refused(small_folder, tmp_path):
    with pytest.raises(
        InputError, match=r"covariates names party, but no table was read from .*ar"
    ):
        build_study(config_of(small_folder, tmp_path, covariates=("party",)))


@pytest.mark.usefixtures("sketched")
def test_a_corpus_without_dates_has_no_trends(tmp_path):
    result = run(config_of(table_file(tmp_path), tmp_path))

    table = pd.read_csv(result.out / "prevalence.csv", keep_default_na=False)
    assert set(table["period"]) == {""}
    assert set(table["group"]) == {""}
    figures = {p.stem for p in (result.out / "figures").glob("*.svg")}
    assert "theme_trends" not in figures
    assert {"top_terms", "topic_theme_map", "seed_audit"} <= figures


def test_one_document_is_enough_where_it_has_passages(tmp_path):
    file = tmp_path / "one.txt"
    file.write_text("\n\n".join(texts(4)), encoding="utf-8")

    result = run(config_of(file, tmp_path, min_docs=1))

    table = pd.read_csv(result.out / "prevalence.csv", keep_default_na=False)
    assert set(table["lower"]) == {""}
    assert set(table["n_documents"]) == {1}


def test_three_articles_run_end_to_end(shared_data, tmp_path):
    places = {"source": str(shared_data / "articles"), "out": str(tmp_path / "out")}

    result = run(RunConfig(**places, starts=1, formats=("svg",)))

    assert result.study.documents.ledger.counts()["read"] == 3
    assert (tmp_path / "out" / "report.html").stat().st_size > 50_000


def test_sizes_follow_the_number_of_passages_unless_given():
    config = RunConfig(source="x")

    assert [sizes_for(config, n).topics for n in (1, 3, 99, 100, 399, 400, 4999, 5000)] == [
        1, 3, 4, 8, 8, 12, 12, 20,
    ]  # fmt: skip
    assert [sizes_for(config, n).residual for n in (1, 3, 4, 5, 99)] == [0, 0, 1, 2, 2]
    assert [sizes_for(config, n).starts for n in (1, 1999, 2000)] == [16, 16, 8]
    given = RunConfig(source="x", topics=3, theme_topics=5, residual=0, min_docs=9, starts=2)
    assert sizes_for(given, 400) == Sizes(
        topics=3, theme_topics=5, residual=0, min_docs=9, starts=2
    )


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_every_model_can_be_asked_for_alone(tmp_path):
    file = table_file(tmp_path)
    for name in ("KeywordLDA", "NMF", "SklearnLDA", "GensimLDA", "GensimNMF"):
        study = build_study(config_of(file, tmp_path, models=(name,), phrases=False))
        assert list(study.fits) == [name]
        assert tuple(dict.fromkeys(study.shares["theme"])) == THEMES


def test_near_zero_merges_nothing(small_folder, tmp_path):
    study = build_study(config_of(small_folder, tmp_path, near=0))

    assert study.documents.ledger.counts()["merged"] == 0


def test_many_merged_documents_are_told():
    words = [f"word{number}" for number in range(60)]
    notices = [" ".join([*words, f"case{number}", "visa border poverty"]) for number in range(30)]
    corpus = Corpus(pd.DataFrame({"doc_id": [str(n) for n in range(30)], "text": notices}))

    with pytest.warns(TopoiWarning, match="29 of 30 documents were merged as copies of others"):
        _without_copies(corpus, Copies(near=0.6, contained=0.85, spun=True))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (0.6, 0.85, True)),
        ({"near": 0.5}, (0.5, 0.85, True)),
        ({"near": 0.7}, (0.7, 0, False)),
        ({"near": 0.7, "contained": 0.9}, (0.7, 0.9, False)),
        ({"near": 0.7, "spun": True}, (0.7, 0, True)),
        ({"contained": 0, "spun": False}, (0.6, 0, False)),
        ({"near": 1}, (1, 0, False)),
        ({"near": 0}, (0, 0, False)),
    ],
)
def test_raised_near_leaves_out_what_is_less_alike_unless_asked_for(settings, expected):
    copies = copies_for(RunConfig(source="x", **settings))

    assert (copies.near, copies.contained, copies.spun) == expected


def test_piece_of_a_longer_text_is_merged_by_the_settings_for_it():
    piece = " ".join(f"word{number}" for number in range(60))
    longer = " ".join([piece, *(f"other{number}" for number in range(90))])
    # Others, so that it is not many documents that are merged.
    others = {f"other{n}": " ".join(f"text{n}of{m}" for m in range(30)) for n in range(5)}
    texts = {"piece": piece, "longer": longer, **others}
    corpus = Corpus(pd.DataFrame({"doc_id": list(texts), "text": list(texts.values())}))

    is_kept = {
        name: "piece" in _without_copies(corpus, copies_for(RunConfig(source="x", **settings))).ids
        for name, settings in {
            "raised": {"near": 0.7},
            "asked for": {"near": 0.7, "contained": 0.85},
            "switched off": {"contained": 0},
        }.items()
    }

    assert is_kept == {"raised": True, "asked for": False, "switched off": True}


def test_near_one_merges_exact_copies_only(small_folder, tmp_path):
    said = []
    study = build_study(config_of(small_folder, tmp_path, near=1), say=said.append)

    assert study.documents.ledger.counts()["merged"] == 1
    assert said[0] == f"reading {small_folder}"


def test_a_query_keeps_the_documents_it_asks_for_and_the_ledger_has_the_others(
    small_folder, tmp_path
):
    study = build_study(config_of(small_folder, tmp_path, query="border* OR visa*"))

    outcomes = study.documents.ledger.outcomes()
    left_out = outcomes.loc[outcomes["step"] == "select"]
    assert 0 < len(left_out) < len(outcomes)
    assert set(left_out["reason"]) == {"not asked for by the query border* OR visa*"}
    assert set(study.passages.table["doc_id"]) == set(study.documents.ids)
    assert set(study.documents.ids).isdisjoint(left_out["doc_id"])


# --- what is refused, with nothing written ------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"topics": 500}, r"LDA is to find 500 topics in 32 passages with terms"),
        ({"theme_topics": 500, "models": ("KeywordLDA",)}, r"KeywordLDA is to find 1501 topics"),
        ({"min_docs": 33}, r"min_docs is 33, but the corpus has only 32 rows"),
        ({"by": "sauce"}, r"There is no column 'sauce' to group by; the corpus has: source, title"),
        ({"by": "text"}, r"The column 'text' cannot be grouped by"),
        ({"query": "zebra"}, r"None of the 8 documents is one that query asks for: zebra"),
        ({"text": "body"}, r"has no column body\. It has: id, text, share"),
        ({"id": "share"}, r"1 values of share occur more than once: x"),
        ({"themes": "migrations"}, r"no theme pack 'migrations' \(did you mean 'migration'\?\)"),
        ({"themes": "nowhere/mine.toml"}, r"theme pack nowhere/mine\.toml cannot be read"),
    ],
)
def test_settings_that_do_not_fit_the_corpus_are_refused(tmp_path, more, words):
    file = table_file(tmp_path, share=["x"] * 8)

    with pytest.raises(InputError, match=words):
        run(config_of(file, tmp_path, **more))
    assert [p.name for p in tmp_path.iterdir()] == ["speeches.csv"]


def test_a_theme_whose_words_never_occur_is_named(tmp_path):
    pack = tmp_path / "pack.toml"
    pack.write_text(
        'name = "p"\n[[theme]]\nname = "law"\ndefinition = "x"\nseeds = ["asylum"]\n'
        '[[theme]]\nname = "sea"\ndefinition = "x"\nseeds = ["whale*", "herring"]\n'
    )

    with pytest.raises(InputError, match=r"theme 'sea' occurs .*looked for whale\*, herring"):
        run(config_of(table_file(tmp_path), tmp_path, themes=str(pack)))
    assert not (tmp_path / "out").exists()


def test_a_source_without_anything_to_read_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "blank").mkdir()
    (tmp_path / "blank" / "a.txt").write_text("  \n")
    no_text = tmp_path / "no_text.csv"
    no_text.write_text("id,body\n1,hello\n")
    no_rows = tmp_path / "no_rows.csv"
    no_rows.write_text("id,text\n")

    for source, words in (
        ("nothing", r"There is nothing at .*nothing\. Give a file or a folder"),
        ("empty", r"There is nothing to read in .*\(no files\)"),
        ("blank", r"There is nothing to read in .*\(empty: 1\)"),
        ("no_text.csv", r"has no column text\. It has: id, body"),
        ("no_rows.csv", r"There is nothing to read in"),
    ):
        with pytest.raises(InputError, match=words):
            run(config_of(tmp_path / source, tmp_path))
    assert not (tmp_path / "out").exists()


def test_text_that_is_only_mark_up_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    for n in range(3):
        (tmp_path / "in" / f"{n}.html").write_text("<html><script>var a = 1;</script></html>")

    with pytest.raises(InputError, match="No text is left"):
        run(config_of(tmp_path / "in", tmp_path))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("source", "out"),
    [
        ("in", "in"),
        ("in", "in/runs"),
        (".", "runs/topoi"),
        ("out/texts", "out"),
        ("out/a.csv", "out"),
    ],
)
def test_results_and_source_may_not_lie_in_one_another(tmp_path, monkeypatch, source, out):
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Path("out/texts").mkdir(parents=True)
    table_file(Path("out"), name="a.csv")
    before = contents(tmp_path)

    with pytest.raises(InputError, match="lie in one another"):
        run(RunConfig(source=source, out=out))
    assert contents(tmp_path) == before


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("mine")

    with pytest.raises(InputError, match=r"accounts for: thesis\.tex\. Nothing was changed"):
        run(config_of(table_file(tmp_path), tmp_path))
    assert contents(tmp_path / "out") == {"thesis.tex": b"mine"}


@pytest.mark.usefixtures("sketched")
def test_an_earlier_run_is_replaced_but_not_with_files_added_to_it(small_run, tmp_path):
    shutil.copytree(small_run.out, tmp_path / "out")
    file = table_file(tmp_path)

    run(config_of(file, tmp_path))
    assert "figures/theme_trends.svg" not in contents(tmp_path / "out")

    (tmp_path / "out" / "figures" / "notes.md").write_text("mine")
    with pytest.raises(InputError, match=r"accounts for: figures/notes\.md"):
        run(config_of(file, tmp_path))


@pytest.mark.parametrize(
    "manifest", ["[]", "{}", '{"outputs": 3}', '{"outputs": {"a.txt": 1}}', "\x00"]
)
def test_a_manifest_of_something_else_does_not_open_a_folder(tmp_path, manifest):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_text("mine")
    (tmp_path / "out" / "manifest.json").write_text(manifest)

    with pytest.raises(InputError, match="no earlier result of topoi accounts for"):
        run(config_of(table_file(tmp_path), tmp_path))
    assert (tmp_path / "out" / "a.txt").read_text() == "mine"


# --- names of files, hostile ones among them ----------------------------------------------------


def test_files_with_odd_names_run_and_are_in_the_manifest(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for n, text in enumerate(texts(6)):
        (folder / f"{n}.txt").write_text(text, encoding="utf-8")
    (folder / "2.txt").rename(folder / 'a "quoted", one\n.txt')
    (folder / "3.txt").rename(folder / "=1+1.txt")
    (folder / "4.txt").rename(folder / os.fsdecode(b"\xff.txt"))
    (tmp_path / "outside.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")

    result = run(config_of(folder, tmp_path))

    names = set(json.loads((result.out / "manifest.json").read_text())["inputs"])
    assert names == {"0.txt", "1.txt", 'a "quoted", one\n.txt', "=1+1.txt", "\\xff.txt", "5.txt"}
    documents = read_table((result.out / "documents.csv").read_bytes())
    assert set(documents["doc_id"]) == names


def test_a_file_that_cannot_be_read_is_noted_and_the_rest_runs(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for n, text in enumerate(texts(6)):
        (folder / f"{n}.txt").write_text(text, encoding="utf-8")
    (folder / "bad.parquet").write_bytes(b"PAR1nonsense")

    with pytest.warns(TopoiWarning, match=r"1 files of .* could not be used: bad\.parquet"):
        study = build_study(config_of(folder, tmp_path))
    assert study.documents.ledger.counts()["dropped"] == 1


@pytest.mark.usefixtures("sketched")
def test_covariates_of_mixed_kinds_do_not_stop_a_run(tmp_path):
    rows = [
        {"text": text, "tag": tag}
        for text, tag in zip(texts(6), [1, "a", None, {"x": 1}, [2], True], strict=True)
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))

    assert run(config_of(file, tmp_path)).out.is_dir()


def test_hashes_of_inputs_name_what_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("a")

    def fail(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("topoi.manifest.file_hash", fail)
    assert input_hashes(tmp_path) == {"a.txt": "unreadable: Permission denied"}


# --- killed -------------------------------------------------------------------------------------


LITTLE = {"models": "LDA", "topics": 3, "starts": 1, "refits": 0, "formats": "svg"}


@pytest.mark.parametrize("moment", ["cleaning", "drawing", "writing"])
def test_a_run_that_is_killed_leaves_the_earlier_result(small_run, two_places, tmp_path, moment):
    shutil.copytree(small_run.out, tmp_path / "out")
    (two_places / "pack.toml").write_text(PACK)
    places = {"source": two_places / "speeches.csv", "themes": two_places / "pack.toml"}
    words = [f"--{n}={w}" for n, w in {**places, "out": tmp_path / "out", **LITTLE}.items()]
    process = subprocess.Popen(
        [sys.executable, "-m", "topoi", "run", *words],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    for line in process.stderr:
        if ("drawing" if moment == "writing" else moment) in line:
            break
    while moment == "writing" and process.poll() is None:
        with suppress(FileNotFoundError):  # the folder took its place while we looked
            if any(tmp_path.glob(".out.*/*")):
                break
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()

    shutil.rmtree(tmp_path / ".topoi-cache")
    left = [p.name for p in tmp_path.iterdir() if p.name != "out"]
    assert all(name.startswith(".out.") for name in left)
    with pytest.raises(InputError):  # the next run sweeps, whatever becomes of it
        run(config_of(tmp_path / "nothing", tmp_path))
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    found = contents(tmp_path / "out")
    if moment != "writing":
        assert found == contents(small_run.out)
    # The signal may come after the new result took its place; then that one is whole.
    digests = json.loads((tmp_path / "out" / "manifest.json").read_text())["outputs"]
    assert set(found) == {*digests, "manifest.json"}
    for name, digest in digests.items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest


# --- reports apart ------------------------------------------------------------------------------


@pytest.mark.usefixtures("sketched")
def test_a_report_can_be_written_alone(small_run, tmp_path):
    path = write_report(small_run.study, tmp_path / "deep" / "page.html")

    assert path.read_text(encoding="utf-8").startswith("<!")
    assert [p.name for p in path.parent.iterdir()] == ["page.html"]


@pytest.mark.parametrize(
    ("themes", "topic", "label"),
    [
        ({"root_causes": (0,)}, "root_causes", "root causes"),
        ({"root_causes": (0, 1)}, "root_causes 2", "root causes 2"),
        ({"root_causes": (0, 1)}, "residual 1", "a, b, c"),
        ({}, "topic 1", "a, b, c"),
    ],
)
def test_topics_of_themes_are_called_by_them_and_others_by_their_terms(themes, topic, label):
    assert topic_label(themes, topic, list("abcd")) == label
