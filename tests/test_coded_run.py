"""Do codes given to a run correct its shares, are bad ones refused before anything is fitted?"""

import json
import shutil
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from handmade import table_file
from validation_cases import fill

import topoi
from topoi.catalogue import CATALOGUE
from topoi.config import RunConfig
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, TopoiWarning
from topoi.figures.figure import Figure
from topoi.io.coded_passages import read_coded_passages
from topoi.measures.run_codes import codes_of_passages
from topoi.pipeline import run
from topoi.plots.table_csv import read_table
from topoi.result_folder import result_folder

THEMES = ["root_causes", "border_security", "legal_pathways"]
QUICK = {"starts": 1, "refits": 0, "formats": ("svg",), "models": ("LDA",), "topics": 3}


def passages_of(n_documents=10, each=4):
    ids = [f"d{document}#{place}" for document in range(n_documents) for place in range(each)]
    documents = [name.split("#")[0] for name in ids]
    letters = ["".join("abcdefghij"[int(digit)] for digit in str(n)) for n in range(len(ids))]
    texts = [f"Passage {name} on visas." for name in letters]
    return Corpus(pd.DataFrame({"passage_id": ids, "doc_id": documents, "text": texts}))


def wide(n=24, **columns):
    """Codes of the first passages; root causes in every second, borders in every third."""
    ids = passages_of().ids[:n]
    codes = {
        name: [str(int(place % step == 0)) for place in range(n)]
        for name, step in zip(THEMES, (2, 3, 4), strict=True)
    }
    return pd.DataFrame({"passage_id": ids, **codes, **columns})


@pytest.fixture(scope="module")
def migration():
    return topoi.load_themes("migration")


def refusal(given, migration):
    with pytest.raises(InputError) as caught:
        codes_of_passages(given, passages_of(), migration)
    return str(caught.value)


# --- which code counts --------------------------------------------------------------------------


def test_wide_and_long_codes_are_the_same(migration):
    given = wide()
    long = given.melt("passage_id", THEMES, var_name="theme", value_name="code")

    found = codes_of_passages(given, passages_of(), migration)

    assert list(found.columns) == [
        *("passage_id", "doc_id", "theme", "code", "n_coders", "weight"),
    ]
    assert list(dict.fromkeys(found["theme"])) == THEMES
    assert found.groupby("theme")["code"].sum().reindex(THEMES).tolist() == [12, 8, 6]
    np.testing.assert_allclose(found["weight"], 40 / 24, rtol=1e-12)
    assert (found["doc_id"] == found["passage_id"].str.split("#").str[0]).all()
    pd.testing.assert_frame_equal(codes_of_passages(long, passages_of(), migration), found)


def test_most_coders_decide_and_ties_are_told(migration):
    first, second, third = (wide(coder=name) for name in "abc")
    third.loc[0, "root_causes"] = "0"
    second.loc[1, "root_causes"] = "1"
    third.loc[1, "root_causes"] = " "
    given = pd.concat([first, second, third], ignore_index=True)

    with pytest.warns(TopoiWarning, match=r"1 codes are ties between coders and left out: d0#1"):
        found = codes_of_passages(given, passages_of(), migration)

    roots = found.loc[found["theme"] == "root_causes"].set_index("passage_id")
    assert (roots.loc["d0#0", "code"], roots.loc["d0#0", "n_coders"]) == (1, 3)
    assert "d0#1" not in roots.index


def test_chances_become_weights_that_stand_for_all_passages(migration):
    chances = ["0.5"] * 12 + ["1"] * 12

    found = codes_of_passages(wide(sampling_probability=chances), passages_of(), migration)

    roots = found.loc[found["theme"] == "root_causes", "weight"].to_numpy()
    # Twelve rows of weight 2 and twelve of weight 1, in all 40 passages.
    np.testing.assert_allclose(roots, [2 * 40 / 36] * 12 + [40 / 36] * 12, rtol=1e-12)


# --- what is refused ----------------------------------------------------------------------------


def test_unknown_passages_and_themes_are_told_together(migration):
    given = wide().rename(columns={"border_security": "border_securty"})
    given.loc[0, "passage_id"] = "d99#0"

    message = refusal(given, migration)

    assert message.startswith("codes: 1 of 24 coded passages are not among the 40 of this run: d99")
    assert "The pack migration has no theme border_securty (is it border_security?)" in message


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (wide().drop(columns="legal_pathways"), "There is no code for legal_pathways."),
        (wide().assign(legal_pathways=""), "There is no code for legal_pathways."),
        (wide().assign(trade="1"), "The pack migration has no theme trade; its themes are root"),
        (
            wide().melt("passage_id", var_name="theme", value_name="code").replace(
                "legal_pathways", "legal"
            ),
            "has no theme legal",
        ),
        (
            wide().assign(root_causes=["2", "yes", *["0"] * 22]),
            "Codes are 0 or 1, or empty; 2 are not: '2' for root_causes of d0#0, 'yes' for root",
        ),
        (
            pd.concat([wide(coder="a"), wide(coder="a").head(2)]),
            "2 passages were coded twice by one coder: d0#0 by a, d0#1 by a.",
        ),
        (
            wide(19),
            "20 coded passages of each theme are the least; there are fewer: root_causes: 19, ",
        ),
        (
            wide().assign(legal_pathways=["1"] * 3 + [""] * 21),
            "there are fewer: legal_pathways: 3.",
        ),
        (
            wide(text="Another text altogether."),
            "24 coded passages have another text in this run than was coded: d0#0,",
        ),
        (wide(weight="-1"), "weight must be a number > 0; 24 are not: -1"),
        (
            wide(weight="1", sampling_probability="1"),
            "The codes have weight and sampling_probability; keep one of them.",
        ),
    ],
)  # fmt: skip
def test_bad_codes_are_refused_with_what_is_wrong(given, words, migration):
    message = refusal(given, migration)

    assert message.startswith("codes: ")
    assert words in message


@pytest.mark.parametrize("is_long", [False, True])
def test_a_row_pasted_twice_is_no_second_coder(tmp_path, migration, is_long):
    given = wide()
    if is_long:
        given = given.melt("passage_id", THEMES, var_name="theme", value_name="code")
    file = tmp_path / "codes.csv"
    pd.concat([given, given.iloc[[2, 4]]]).to_csv(file, index=False)

    message = refusal(read_coded_passages(file), migration)

    first = len(given) + 1
    assert message == (
        "codes: 2 rows code a passage for a theme that an earlier row codes it for: "
        f"d0#2 (codes.csv, row {first}), d1#0 (codes.csv, row {first + 1}). "
        "Take them out, or say in a column coder who coded each row."
    )


def test_rows_that_code_a_passage_for_different_themes_are_no_repetition(migration):
    borders, rest = wide(), wide()
    borders[["root_causes", "legal_pathways"]] = ""
    rest["border_security"] = " "

    found = codes_of_passages(pd.concat([borders, rest]), passages_of(), migration)

    pd.testing.assert_frame_equal(found, codes_of_passages(wide(), passages_of(), migration))


@pytest.mark.parametrize("name", ["text", "shown"])
def test_a_blank_text_is_held_against_nothing_and_others_still_are(migration, name):
    blank = wide(**{name: ["", "  ", "\n"] * 8})

    found = codes_of_passages(blank, passages_of(), migration)

    pd.testing.assert_frame_equal(found, codes_of_passages(wide(), passages_of(), migration))
    words = r"codes: 1 coded passages have another text in this run than was coded: d0#1\. Run"
    with pytest.raises(InputError, match=words):
        codes_of_passages(
            blank.assign(**{name: ["", "another", *[""] * 22]}), passages_of(), migration
        )


@pytest.mark.parametrize("is_long", [False, True])
@pytest.mark.parametrize("empty", [np.nan, None, pd.NA, ""])
def test_cells_without_a_code_are_not_coded_however_they_are_missing(migration, empty, is_long):
    blank = wide().astype({name: object for name in THEMES})
    blank.loc[[3, 9], "border_security"] = empty
    more = passages_of().ids[24:27]
    blank = pd.concat([blank, pd.DataFrame({"passage_id": more, **dict.fromkeys(THEMES, empty)})])
    if is_long:
        blank = blank.melt("passage_id", THEMES, var_name="theme", value_name="code")

    found = codes_of_passages(blank, passages_of(), migration)

    expected = codes_of_passages(wide(), passages_of(), migration)
    is_gone = expected["passage_id"].isin(["d0#3", "d2#1"])
    is_gone &= expected["theme"] == "border_security"
    columns = ["passage_id", "theme", "code", "n_coders"]
    assert found[columns].to_numpy().tolist() == expected.loc[~is_gone, columns].to_numpy().tolist()


@pytest.mark.parametrize("kind", ["float64", "boolean", "Int64"])
def test_codes_are_taken_as_numbers_and_as_truth_values(migration, kind):
    numbers = wide().astype(dict.fromkeys(THEMES, "int64")).astype(dict.fromkeys(THEMES, kind))

    found = codes_of_passages(numbers, passages_of(), migration)

    pd.testing.assert_frame_equal(found, codes_of_passages(wide(), passages_of(), migration))


def test_a_column_of_missing_codes_is_none_and_missing_texts_are_held_against_nothing(migration):
    assert "There is no code for legal_pathways." in refusal(
        wide().assign(legal_pathways=np.nan), migration
    )
    odd = wide().assign(trade=[1.0, np.nan] * 12)
    assert "has no theme trade" in refusal(odd, migration)

    for name in ("text", "shown"):
        found = codes_of_passages(wide(**{name: [np.nan, None] * 12}), passages_of(), migration)
        pd.testing.assert_frame_equal(found, codes_of_passages(wide(), passages_of(), migration))


def test_rows_without_a_code_need_no_weight_in_a_run(migration):
    more = pd.DataFrame({"passage_id": passages_of().ids[24:27], "weight": np.nan})
    given = pd.concat([wide(weight=2.0), more])

    found = codes_of_passages(given, passages_of(), migration)

    expected = codes_of_passages(wide(weight=2.0), passages_of(), migration)
    pd.testing.assert_frame_equal(found, expected)


def test_codes_of_too_few_documents_are_refused(migration):
    passages = passages_of(n_documents=2, each=20)
    given = wide().assign(passage_id=passages.ids[:24])

    with pytest.raises(InputError, match=r"of 3 documents or more: root_causes: 2, border_sec"):
        codes_of_passages(given, passages, migration)


def test_further_columns_and_texts_as_they_are_do_no_harm(migration):
    texts = passages_of().texts[:24]
    given = wide(text=[f" {text.upper()} " for text in texts], note="see 1", page=range(24))

    found = codes_of_passages(given.astype("str"), passages_of(), migration)

    pd.testing.assert_frame_equal(found, codes_of_passages(wide(), passages_of(), migration))


# --- the files ----------------------------------------------------------------------------------


def test_a_table_is_read_as_it_is_written(tmp_path):
    file = tmp_path / "codes.csv"
    file.write_bytes("\ufeffpassage_id;root_causes\r\na#1;1\r\n007;\r\n".encode())

    found = read_coded_passages(file)

    assert found.to_dict("list") == {"passage_id": ["a#1", "007"], "root_causes": ["1", ""]}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, r"codes: .*codes\.csv cannot be read: No such file"),
        ("id,root_causes\na,1\n", r"has no column passage_id; it has: id, root_causes\. Give each"),
        ("passage_id,root_causes\n", r"codes: .*codes\.csv has no rows\."),
        ("item_id,coder,text,root_causes\nx,a,t,1\n", r"Name the folder of their key with codes_k"),
    ],
)
def test_files_that_hold_no_codes_are_refused(tmp_path, content, words):
    file = tmp_path / "codes.csv"
    if content is not None:
        file.write_text(content)

    with pytest.raises(InputError, match=words):
        read_coded_passages(file)


def test_a_key_beside_ids_of_passages_is_refused(tmp_path):
    wide().to_csv(tmp_path / "codes.csv", index=False)

    with pytest.raises(InputError, match=r"codes_key names a key, but .*codes\.csv has ids"):
        read_coded_passages(tmp_path / "codes.csv", tmp_path)


@pytest.fixture
def sheets(tmp_path, migration):
    """The folder of sheets that two coders filled, and that of their key."""
    scores = pd.DataFrame(
        [(name, theme, (place % 7) / 7) for place, name in enumerate(passages_of().ids)
         for theme in THEMES], columns=["passage_id", "theme", "share"],
    )  # fmt: skip
    task = topoi.coding_sheet(passages_of(), migration, 24, scores=scores, random_state=1)
    topoi.write_sheets(task, tmp_path / "out", key=tmp_path / "key", coders=["anna", "ben"])
    for coder in ("anna", "ben"):
        fill(tmp_path / "out", coder, lambda row: dict.fromkeys(THEMES, str(len(row["text"]) % 2)))
    return tmp_path / "out", tmp_path / "key"


def test_sheets_come_with_the_chances_and_texts_of_their_key(sheets, migration):
    found = read_coded_passages(*sheets)

    key = topoi.read_key(sheets[1], manifest=sheets[0]).set_index("passage_id")
    assert len(found) == 24 * 2 * 3
    chances = found.drop_duplicates("passage_id").set_index("passage_id")["sampling_probability"]
    np.testing.assert_array_equal(chances, key.loc[chances.index, "probability"])
    assert codes_of_passages(found, passages_of(), migration)["n_coders"].eq(2).all()
    table = passages_of().table
    changed = Corpus(table.assign(text=table["text"].str.replace("visas", "walls")))
    with pytest.raises(InputError, match="24 coded passages have another text in this run"):
        codes_of_passages(found, changed, migration)


def test_missing_codes_of_sheets_are_told(sheets):
    fill(sheets[0], "anna", lambda row: dict.fromkeys(THEMES, ""))

    with pytest.warns(TopoiWarning, match=r"72 of 144 codes of the sheets in .*out are missing"):
        rows = read_coded_passages(*sheets)

    assert set(rows["coder"]) == {"ben"}


# --- the run ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def code_file(small_run, tmp_path_factory):
    """Codes of 40 passages of the small run: 1 where the share is high, with some errors."""
    shares = small_run.study.shares.pivot(index="passage_id", columns="theme", values="share")
    rng = np.random.default_rng(3)
    drawn = shares.iloc[np.sort(rng.choice(len(shares), 40, replace=False))]
    flips = rng.random(drawn.shape) < 0.1
    codes = ((drawn > 0.4).to_numpy() ^ flips).astype(int)
    table = pd.DataFrame(codes, index=drawn.index, columns=drawn.columns).reset_index()
    file = tmp_path_factory.mktemp("codes") / "mine.csv"
    table[["passage_id", *THEMES]].to_csv(file, index=False)
    return file


@pytest.fixture(scope="module")
def coded_run(small_run, small_folder, code_file, tmp_path_factory):
    """The small run with codes; a drawing whose table is that of the small run is taken from it."""
    out = tmp_path_factory.mktemp("coded_run") / "out"
    sizes = {"starts": 2, "refits": 1}
    config = RunConfig(source=str(small_folder), out=str(out), codes=str(code_file), **sizes)
    before = small_run.out / "figures"
    draw = Figure._drawn

    def drawn(figure, form):
        table = before / f"{figure.name}.csv"
        is_same = table.is_file() and table.read_bytes() == figure.csv
        return (before / f"{figure.name}.{form}").read_bytes() if is_same else draw(figure, form)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "_drawn", drawn)
        return run(config)


def table_of(coded_run, name):
    return read_table((coded_run.out / name).read_bytes())


def test_codes_add_files_and_change_none_of_those_that_are_of_other_things(small_run, coded_run):
    before, after = small_run.manifest["outputs"], coded_run.manifest["outputs"]

    assert set(after) - set(before) == {
        "codes_used.csv", "calibration.json", "corrected_prevalence.csv", "score_report.csv",
        *(f"figures/calibration.{kind}" for kind in ("csv", "svg", "pdf", "png")),
    }  # fmt: skip
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"themes.parquet", "report.html", "figures/captions.json"}
    assert list(coded_run.manifest["codes"]) == ["mine.csv"]
    assert coded_run.manifest["settings"]["codes"] == "mine.csv"


def test_without_codes_nothing_tells_of_them(small_run):
    manifest = json.dumps(small_run.manifest)
    page = (small_run.out / "report.html").read_text(encoding="utf-8")

    assert "codes" not in manifest
    assert "orrected by codes" not in page
    assert ">codes<" not in page


def test_passages_have_probabilities_by_the_kept_calibration(coded_run, code_file):
    themes = pd.read_parquet(coded_run.out / "themes.parquet")
    kept = topoi.Calibration.from_json((coded_run.out / "calibration.json").read_text())
    codes = pd.read_csv(code_file)

    assert list(themes.columns[-3:]) == ["probability", "probability_lower", "probability_upper"]
    shares = coded_run.study.shares
    np.testing.assert_array_equal(themes["probability"], kept.apply(shares)["probability"])
    again = topoi.calibrate(shares, codes).apply(shares)
    # The weights of the codes, all alike, are numbers that were divided.
    np.testing.assert_allclose(themes["probability"], again["probability"], rtol=1e-9)


def test_corrected_prevalence_stands_beside_the_raw_one(coded_run):
    raw = table_of(coded_run, "prevalence.csv")
    raw = raw.loc[raw["kind"] == "theme"]
    corrected = table_of(coded_run, "corrected_prevalence.csv")

    assert list(corrected.columns) == [
        "name", "period", "group", "estimate", "lower", "upper", "level", "n_documents",
        "n_passages", "n_coded", "coded", "share", "method",
    ]  # fmt: skip
    keys = ["name", "period", "group"]
    both = raw.merge(corrected, on=keys, suffixes=("_raw", ""), validate="one_to_one")
    assert len(both) == len(raw) == len(corrected)
    # Both are written with six digits.
    np.testing.assert_allclose(both["share"], both["estimate_raw"], rtol=2e-5, atol=1e-9)
    whole = corrected.loc[(corrected["period"] == "") & (corrected["group"] == "")]
    assert whole["n_coded"].tolist() == [40, 40, 40]
    assert (whole["method"] == "difference").all()
    expected = topoi.corrected_prevalence(
        coded_run.study.shares, coded_run.study.codes, weigh="tokens", random_state=7
    )
    np.testing.assert_allclose(whole["estimate"], expected["estimate"], rtol=1e-5)


def test_scores_are_of_held_out_probabilities_and_of_shares(coded_run):
    table = table_of(coded_run, "score_report.csv")

    assert list(dict.fromkeys(table["judged"])) == ["probability", "share"]
    study = coded_run.study
    held_out = topoi.held_out_probabilities(study.shares, study.codes, random_state=7)
    expected = topoi.score_report(held_out, study.codes, random_state=7)
    own = table.loc[table["judged"] == "probability"]
    np.testing.assert_allclose(own["estimate"], expected["estimate"], rtol=1e-5)


def test_the_page_tells_of_codes_and_shows_both_shares_and_the_figure(coded_run):
    page = (coded_run.out / "report.html").read_text(encoding="utf-8")
    n_documents = coded_run.study.codes["doc_id"].nunique()

    assert f"120 codes of 40 passages in {n_documents} documents were used; all count" in page
    assert "Coded passages: 20 of 40; codes_used.csv has all" in page
    assert page.count("data:image/svg+xml;base64,") == len(CATALOGUE)
    row = table_of(coded_run, "corrected_prevalence.csv").iloc[0]
    cells = "".join(
        f'<td class="n">{value * 100:.1f}%</td>' for value in (row["share"], row["estimate"])
    )
    assert f'<th scope="row"><bdi>Root causes</bdi></th>{cells}' in page


def test_the_figure_has_the_numbers_of_codes(coded_run):
    table = table_of(coded_run, "figures/calibration.csv")

    assert table["n_coded"].dtype == "int64"
    assert table.groupby("name")["n_coded"].sum().tolist() == [40, 40, 40]


def test_the_screen_and_the_summary_have_the_corrected_shares(coded_run, small_run):
    from topoi.cli.show import summary_json, summary_text

    text, facts = summary_text(coded_run), summary_json(coded_run)

    assert "Corrected by codes of 40 passages (95 % interval for the texts as they are):" in text
    assert [row["name"] for row in facts["corrected"]] == THEMES
    json.dumps(facts, allow_nan=False)
    assert "corrected" not in summary_json(small_run)
    assert "Corrected" not in summary_text(small_run)
    assert "120 codes of 40 passages" in coded_run.study._repr_html_()


@pytest.mark.parametrize("content", ["passage_id,root_causes\nx,1\n", "passage_id\nx\n", "a\n1\n"])
def test_bad_codes_end_a_run_before_anything_is_counted_or_written(tmp_path, content):
    (tmp_path / "codes.csv").write_text(content)
    steps = []
    config = RunConfig(
        source=str(table_file(tmp_path)), out=str(tmp_path / "out"),
        codes=str(tmp_path / "codes.csv"), **QUICK,
    )  # fmt: skip

    with pytest.raises(InputError, match=r"^codes: "):
        run(config, say=steps.append)

    assert not any(step.startswith(("counting", "fitting", "measuring")) for step in steps)
    assert not (tmp_path / "out").exists()


def test_missing_codes_end_a_run_before_it_reads(tmp_path):
    steps = []
    config = RunConfig(source=str(table_file(tmp_path)), codes=str(tmp_path / "no.csv"))

    with pytest.raises(InputError, match=r"^codes: .*no\.csv cannot be read"):
        run(replace(config, out=str(tmp_path / "out")), say=steps.append)

    assert not any("reading" in step for step in steps)


def test_themes_measured_alone_are_corrected_too(small_folder, code_file, coded_run, tmp_path):
    from topoi.theme_run import write_themes

    out = tmp_path / "out"
    with warnings.catch_warnings(action="error", category=TopoiWarning):
        write_themes(
            RunConfig(
                source=str(small_folder), out=str(out), starts=2, refits=1, codes=str(code_file)
            )
        )

    for name in (
        "corrected_prevalence.csv",
        "score_report.csv",
        "codes_used.csv",
        "themes.parquet",
    ):
        assert (out / name).read_bytes() == (coded_run.out / name).read_bytes()


def test_codes_of_a_person_in_the_results_are_not_deleted_by_the_next_run(coded_run, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(coded_run.out, out)
    (out / "codes.csv").write_text("passage_id,root_causes\nmine,1\n")

    with pytest.raises(InputError, match=r"accounts for: codes\.csv\. Nothing was changed"):
        run(RunConfig(source=str(table_file(tmp_path)), out=str(out), **QUICK))

    assert (out / "codes.csv").read_text() == "passage_id,root_causes\nmine,1\n"


@pytest.mark.parametrize(
    ("given", "out", "words"),
    [
        (
            {"codes": "out/codes_used.csv"},
            "out",
            r"\(out\) and codes \(out/codes_used\.csv\) lie in",
        ),
        ({"codes": "coding"}, "coding/out", r"\(coding/out\) and codes \(coding\) lie in one"),
        ({"codes": "coding", "codes_key": "out/key"}, "out", r"and codes_key \(out/key\) lie in"),
        (
            {"codes": "coding", "codes_key": "key"},
            "key",
            r"and codes_key \(key\) lie in one another",
        ),
    ],
)
def test_codes_and_results_may_not_lie_in_one_another(tmp_path, monkeypatch, given, out, words):
    monkeypatch.chdir(tmp_path)
    steps = []

    with pytest.raises(InputError, match=words):
        run(RunConfig(source=str(table_file(tmp_path)), out=out, **given), say=steps.append)

    assert steps == []


def test_codes_beside_the_results_and_with_a_wildcard_in_their_name_are_no_fault(tmp_path):
    config = RunConfig(source="texts", out=str(tmp_path / "out"), codes=str(tmp_path / "out*.csv"))

    with result_folder(config, has_models=True) as folder:
        assert folder.is_dir()


def test_the_id_of_a_document_is_told_from_that_of_a_passage(migration):
    passages = passages_of()
    given = wide().assign(passage_id=["d0", *passages.ids[1:24]])

    with pytest.raises(InputError, match=r"d0 is a document; its first passage is d0#001\."):
        codes_of_passages(given, passages, migration)
