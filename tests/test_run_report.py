"""The report is made of the files of a run alone, and what its explorer is given is true."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest

from topoi.errors import InputError
from topoi.io.parts import parquet_bytes
from topoi.io.run_files import RunFiles, open_run
from topoi.measures.term_tables import topic_terms
from topoi.plots.table_csv import read_table
from topoi.report.page import report_page
from topoi.run_report.explorer import explorer
from topoi.run_report.facts import run_facts
from topoi.run_report.page import read_labels, report_run
from topoi.themes.as_json import themes_from_json, themes_to_json


@pytest.fixture(scope="module")
def opened(small_run):
    return open_run(small_run.out)


@pytest.fixture(scope="module")
def values(opened):
    return run_facts(*opened).explorer


def copied(small_run, tmp_path):
    return shutil.copytree(small_run.out, tmp_path / "run")


def with_file(folder, name, content):
    """The run with another file, whose manifest knows it."""
    import hashlib

    (folder / name).write_bytes(content)
    facts = json.loads((folder / "manifest.json").read_text())
    facts["outputs"][name] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(facts))


# --- from the folder ----------------------------------------------------------------------------


def test_the_page_of_the_folder_is_that_of_the_run(small_run, tmp_path):
    path = report_run(small_run.out, tmp_path / "page.html")

    assert path.read_bytes() == (small_run.out / "report.html").read_bytes()


def test_a_changed_or_missing_file_is_named(small_run, tmp_path):
    folder = copied(small_run, tmp_path)
    (folder / "topics.csv").write_text("model\n")
    (folder / "ledger.parquet").unlink()

    with pytest.raises(InputError, match=r"2 files .*ledger\.parquet, topics\.csv.*Run the"):
        report_run(folder)


def test_a_page_takes_the_place_of_a_page_and_of_nothing_else(small_run, tmp_path):
    folder = copied(small_run, tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    thesis = tmp_path / "thesis.docx"
    home = tmp_path / "index.html"
    for path in (thesis, home):
        path.write_text("<!doctype html>mine")

    for path in (folder / "manifest.json", thesis, tmp_path / "page"):
        with pytest.raises(InputError, match=rf"must end in \.html; got .*{path.name}\."):
            report_run(folder, path)
    with pytest.raises(InputError, match=r"index\.html exists and is no report of topoi\. Nothing"):
        report_run(folder, home)
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(InputError, match=r"Cannot write .*folder\.html: Is a directory"):
        report_run(folder, tmp_path / "folder.html")
    assert thesis.read_text() == home.read_text() == "<!doctype html>mine"
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    page = report_run(folder, tmp_path / "PAGE.HTML", most=3)
    assert report_run(folder, page).read_bytes() == (folder / "report.html").read_bytes()


def test_a_lost_report_is_made_again(small_run, tmp_path):
    folder = copied(small_run, tmp_path)
    (folder / "report.html").write_text("old")

    report_run(folder)

    assert (folder / "report.html").read_bytes() == (small_run.out / "report.html").read_bytes()


def test_a_folder_without_a_run_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(InputError, match=r"holds no run .*topoi run"):
        report_run(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(InputError, match="not the manifest of a run"):
        report_run(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(InputError, match="damaged"):
        report_run(tmp_path)
    (tmp_path / "manifest.json").write_text('{"outputs": {}, "models": {}}')
    with pytest.raises(InputError, match="no topic models"):
        report_run(tmp_path)


def test_a_manifest_does_not_lead_out_of_the_folder(small_run, tmp_path):
    folder = copied(small_run, tmp_path)
    with_file(folder, "../secret.csv", b"a\n1\n")

    with pytest.raises(InputError, match=r"secret\.csv"):
        report_run(folder)


def test_a_run_of_an_earlier_version_says_so(small_run, tmp_path):
    folder = copied(small_run, tmp_path)
    facts = json.loads((folder / "manifest.json").read_text())
    del facts["outputs"]["topic_terms.csv"]
    (folder / "manifest.json").write_text(json.dumps(facts))

    with pytest.raises(InputError, match=r"no file topic_terms\.csv.*earlier version"):
        report_run(folder)


# --- what the explorer is given -----------------------------------------------------------------


def test_passages_are_those_of_the_corpus_with_their_shares(small_run, values):
    shares = small_run.study.shares.pivot(index="passage_id", columns="theme", values="share")
    ids = values["passages"]["id"]

    assert ids == small_run.study.passages.ids
    for place, theme in enumerate(values["themes"]):
        np.testing.assert_allclose(  # shares are rounded to ten-thousandths
            np.array(values["passages"]["share"][place]) / 10_000,
            shares.loc[ids, theme["name"]],
            atol=5.1e-5,
        )


def test_passages_without_a_cluster_are_resampled_with_their_document(opened):
    files, facts = opened
    corpus = files.parquet("corpus.parquet")
    docs = list(dict.fromkeys(corpus["doc_id"]))
    speaker = {docs[0]: "a", docs[1]: "a", docs[2]: "", docs[3]: ""}
    corpus["speaker"] = corpus["doc_id"].map(speaker)
    contents = {name: files.content(name) for name in files}
    contents["corpus.parquet"] = parquet_bytes(corpus)
    changed = {**facts, "settings": {**facts["settings"], "clusters": "speaker"}}

    found = run_facts(RunFiles(contents), changed).explorer
    cluster = dict(zip(found["passages"]["doc"], found["passages"]["cluster"], strict=True))

    assert found["clusters"] == "speaker"
    assert cluster[docs[0]] == cluster[docs[1]]
    assert len({cluster[doc] for doc in docs[1:]}) == len(docs) - 1


def test_a_long_text_without_a_space_is_cut(opened):
    from topoi.run_report.explorer import _clipped

    assert _clipped("w" * 9_000) == "w" * 6_000 + " …"
    assert _clipped("word " * 2_000) == ("word " * 1_200).rstrip() + " …"


def test_shares_weighted_by_tokens_are_the_prevalence_of_the_run(small_run, values):
    table = read_table((small_run.out / "prevalence.csv").read_bytes())
    whole = table[(table["kind"] == "theme") & (table["period"] == "") & (table["group"] == "")]
    n = np.array(values["passages"]["n"])

    for place, theme in enumerate(values["themes"]):
        mean = (n * np.array(values["passages"]["share"][place]) / 10_000).sum() / n.sum()
        expected = whole.loc[whole["name"] == theme["name"], "estimate"].iloc[0]
        assert mean == pytest.approx(expected, abs=5.1e-5)  # of the rounded shares


def test_marked_places_hold_their_terms(small_run, values):
    folded = small_run.study.matrix.folded
    forms = dict(zip(folded["word"], folded["form"], strict=True))
    plain = marks = 0
    for text, row in zip(values["passages"]["text"], values["passages"]["marks"], strict=True):
        assert len(row) % 3 == 0
        if not text.isascii():
            continue
        for start, length, term in zip(row[::3], row[1::3], row[2::3], strict=True):
            written = text[start : start + length].lower().replace("-", " ")
            found = values["terms"][term]
            words = [forms.get(word, word) for word in re.findall(r"\w+", written)]
            plain += " ".join(words) == found or written == found
            marks += 1
    assert plain > 0.95 * marks  # the rest holds apostrophes and the like


def test_places_count_as_scripts_do(opened, small_run):
    from topoi.run_report.marks import Marks

    files, _ = opened
    marks = Marks(files, small_run.study.themes, [])
    text = "\U0001f30d\U0001f30d seek asylum"

    row = marks.in_text(text)

    start, length, term = row[-3:]
    units = text.encode("utf-16-le")
    assert units[2 * start : 2 * (start + length)].decode("utf-16-le") == "asylum"
    assert marks.terms[term] == "asylum"


def test_topics_stand_with_size_place_and_quality(small_run, values):
    model = next(model for model in values["models"] if model["name"] == "LDA")
    fit = small_run.study.fits["LDA"]

    assert [topic["name"] for topic in model["topics"]] == list(fit.topic_names)
    np.testing.assert_allclose(
        [topic["share"] for topic in model["topics"]], fit.shares_of_text, rtol=1e-3
    )
    for topic in model["topics"]:
        assert topic["lower"] <= topic["share"] <= topic["upper"]
        assert {"npmi", "x", "y"} <= set(topic)


def test_a_large_run_is_sampled_by_a_fixed_rule_and_the_page_says_so(opened):
    facts = run_facts(*opened, most=7)
    again = run_facts(*opened, most=7)
    ids = facts.explorer["passages"]["id"]
    every = run_facts(*opened).explorer["passages"]["id"]

    assert len(ids) == 7
    assert ids == again.explorer["passages"]["id"] == [name for name in every if name in set(ids)]
    assert facts.explorer["n_passages"] == len(every)
    assert f"a sample of 7 of the {len(every)} passages" in report_page(facts)
    with pytest.raises(InputError, match="at least; most must be >= 1, got 0"):
        run_facts(*opened, most=0)


def test_tables_are_there_with_all_rows(small_run, values):
    named = {table["name"]: table for table in values["tables"]}

    assert set(named) == {
        path.relative_to(small_run.out).as_posix() for path in small_run.out.rglob("*.csv")
    }
    assert named["topics.csv"]["text"].encode() == (small_run.out / "topics.csv").read_bytes()


def test_no_text_can_end_the_data_of_the_page(small_run, tmp_path):
    hostile = "</script><script>alert(1)</script><!-- \u2028 & ' \" \x00 \ud83d \u202e"
    hostile = hostile.encode("utf-8", "replace").decode()
    folder = copied(small_run, tmp_path)
    corpus = pd.read_parquet(folder / "corpus.parquet").assign(text=hostile, title=hostile)
    corpus.to_parquet(tmp_path / "corpus.parquet")
    with_file(folder, "corpus.parquet", (tmp_path / "corpus.parquet").read_bytes())

    page = report_run(folder).read_text(encoding="utf-8")

    data = page.partition('id="run-data">')[2].partition("</script>")[0]
    assert json.loads(data)["passages"]["title"][0].startswith("</script><script>alert(1)")
    assert page.count("</script>") == 2
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)


# --- labels -------------------------------------------------------------------------------------


def test_labels_of_a_file_are_on_the_page(small_run, opened, tmp_path):
    path = tmp_path / "labels.json"
    path.write_text(json.dumps({"LDA": {"topic 1": "Courts <b>"}}))

    models = run_facts(*opened, labels=read_labels(path)).explorer["models"]
    page = report_run(small_run.out, tmp_path / "page.html", labels=path).read_text()

    (model,) = [model for model in models if model["name"] == "LDA"]
    assert model["topics"][0]["label"] == "Courts <b>"
    assert "Courts \\u003cb\\u003e" in page


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"LSA": {}}, "the model 'LSA'; the run has KeywordLDA, LDA, NMF"),
        ({"LDA": {"topic1": "x"}}, "1 topics that LDA does not have: topic1.*'topic 1'"),
    ],
)
def test_labels_of_other_topics_are_refused(opened, labels, message):
    with pytest.raises(InputError, match=message):
        run_facts(*opened, labels=labels)


@pytest.mark.parametrize("text", ["[]", "{", '{"LDA": []}', '{"LDA": {"topic 1": 3}}'])
def test_a_file_without_labels_is_refused(tmp_path, text):
    (tmp_path / "labels.json").write_text(text)

    with pytest.raises(InputError, match="labels"):
        read_labels(tmp_path / "labels.json")


# --- tables of terms ----------------------------------------------------------------------------


def test_the_best_terms_of_any_ranking_are_in_the_table(small_run):
    fit = small_run.study.fits["LDA"]
    table = topic_terms(fit, n=5)
    tokens = fit.vocabulary.term_freq
    terms = np.array(fit.vocabulary.terms)
    share = tokens / tokens.sum()

    for k, name in enumerate(fit.topic_names):
        own = set(table.loc[table["topic"] == name, "term"])
        assert set(terms[np.argsort(-fit.topic_term[k], kind="stable")[:5]]) <= own
        for weight in (0.0, 0.4, 0.8):
            p = np.where(tokens >= 3, fit.topic_term[k], 1e-300)
            relevance = weight * np.log(p) + (1 - weight) * np.log(p / share)
            assert set(terms[np.argsort(-relevance, kind="stable")[:5]]) <= own


def test_posteriors_are_shares_of_the_tokens_of_a_term(small_run):
    fit = small_run.study.fits["NMF"]
    table = topic_terms(fit, n=3)
    row = table.iloc[0]
    column = fit.vocabulary.index[row["term"]]
    joint = fit.topic_term[:, column] * fit.shares_of_text

    assert row["posterior"] == pytest.approx(joint[0] / joint.sum())
    assert (table.groupby("term")["posterior"].sum() <= 1 + 1e-9).all()


def test_terms_of_a_theme_are_seeds_or_speak_for_it(small_run):
    table = small_run.study.theme_terms
    seeds = small_run.study.themes.match(small_run.study.matrix.vocabulary.terms)

    for theme in small_run.study.themes.names:
        own = table.loc[table["theme"] == theme]
        wanted = set(seeds.loc[(seeds["theme"] == theme) & (seeds["term_id"] >= 0), "term"])
        assert set(own.loc[own["is_seed"], "term"]) == wanted
        assert own["alone"].is_monotonic_decreasing


def test_themes_come_back_from_their_file(small_run):
    themes = small_run.study.themes

    assert themes_from_json(json.loads(json.dumps(themes_to_json(themes)))) == themes
    with pytest.raises(InputError, match="not the themes"):
        themes_from_json({"name": "x"})


def test_the_explorer_needs_no_dates_and_no_groups(opened):
    files, _ = opened

    contents = {name: files.content(name) for name in files}
    corpus = files.parquet("corpus.parquet").assign(date=pd.NaT, source="")
    corpus["date"] = corpus["date"].astype("datetime64[us]")
    bare = RunFiles({**contents, "corpus.parquet": parquet_bytes(corpus)})
    themes = themes_from_json(files.json("themes.json"))
    values = explorer(bare, {"settings": {}}, themes, labels={}, most=100)

    assert set(values["passages"]["date"]) == {""}
    assert values["facets"] == []
