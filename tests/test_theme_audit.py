"""What the audit of a theme pack says of seeds in tiny corpora, calculated by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import beta

import topoi
from topoi.config import RunConfig
from topoi.corpus.corpus import Corpus
from topoi.counted_passages import count_passages
from topoi.errors import InputError
from topoi.measures.company import company, length_classes
from topoi.measures.theme_audit import audit_themes, counter_words
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes


def pack(**themes):
    """A pack of themes by name, each a list of patterns."""
    found = tuple(
        Theme(name, name, "A definition.", tuple(Seed(pattern) for pattern in patterns))
        for name, patterns in themes.items()
    )
    return Themes("tiny", found)


def counted(texts, themes, *, documents=None):
    """The matrix of texts, each a document unless told otherwise."""
    ids = [f"p{number:03}" for number in range(len(texts))]
    table = pd.DataFrame({"doc_id": documents or ids, "passage_id": ids, "text": texts})
    return topoi.vectorise(
        Corpus(table), themes=themes, phrases=False, stop_words=None, min_docs=1, max_share=1.0
    )


def matrix(counts, terms, *, documents=None):
    counts = np.asarray(counts)
    ids = [f"p{number:03}" for number in range(len(counts))]
    units = pd.DataFrame({"doc_id": documents or ids, "passage_id": ids})
    vocabulary = Vocabulary(terms, (counts > 0).sum(axis=0), counts.sum(axis=0))
    return DocTermMatrix(csr_array(counts), vocabulary, units)


def row(table, **where):
    for name, value in where.items():
        table = table.loc[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


PACK = pack(legal=["visa*", "asylum", "absent"], border=["border*", "border patrol"])
TEXTS = ["visas asylum", "visa words words", "border patrol visa", "border borders", "none at all"]


@pytest.fixture(scope="module")
def audit():
    return audit_themes(counted(TEXTS, PACK), PACK)


# --- one row a seed -----------------------------------------------------------------------------


def test_there_is_a_row_for_each_seed_in_the_order_of_the_pack(audit):
    assert list(zip(audit.seeds["theme"], audit.seeds["seed"], strict=True)) == [
        ("legal", "visa*"), ("legal", "asylum"), ("legal", "absent"),
        ("border", "border*"), ("border", "border patrol"),
    ]  # fmt: skip


def test_counts_of_a_seed_are_those_by_hand(audit):
    visa, border = row(audit.seeds, seed="visa*"), row(audit.seeds, seed="border*")

    assert (visa["occurrences"], visa["passages"], visa["documents"]) == (3, 3, 3)
    assert visa["share"] == pytest.approx(3 / 4)
    assert visa["per_1000"] == pytest.approx(1000 * 3 / 12)
    assert visa["terms"] == "visa 2, visas 1"
    # The word inside the longer seed's phrase is none of its own.
    assert (border["occurrences"], border["passages"]) == (2, 1)
    assert border["terms"] == "border 1, borders 1"


def test_company_is_beside_chance_and_leaves_the_seed_itself_out(audit):
    visa = row(audit.seeds, seed="visa*")

    assert visa["with_own"] == pytest.approx(1 / 3)  # with asylum, in one of three
    assert visa["chance_own"] == pytest.approx(1 / 5)  # asylum in one of five
    assert visa["ambiguity"] == pytest.approx(1 / 3)
    assert visa["chance_ambiguity"] == pytest.approx(2 / 5)
    assert visa["pull"] == pytest.approx(math.log(1.5 / 2.5) - math.log(0.2 / 0.8))
    for name, tail in (("pull_lower", 0.025), ("pull_upper", 0.975)):
        limit = beta.ppf(tail, 1.5, 2.5)
        assert visa[name] == pytest.approx(math.log(limit / (1 - limit)) - math.log(0.25))
    assert visa["toward"] == "border"
    assert visa["toward_pull"] == pytest.approx(math.log(1.5 / 2.5) - math.log(0.4 / 0.6))
    assert visa["exclusivity"] == pytest.approx((5 / 3) / (5 / 3 + 5 / 6))


def test_a_seed_that_never_occurs_is_named_and_has_no_numbers(audit):
    absent = row(audit.seeds, seed="absent")

    assert absent["remark"] == "never occurs"
    assert (absent["occurrences"], absent["passages"], absent["terms"]) == (0, 0, "")
    assert absent[["with_own", "pull", "ambiguity", "exclusivity"]].isna().all()


def test_a_seed_with_most_of_its_themes_hits_dominates(audit):
    assert "dominates: 75% of the theme's hits" in row(audit.seeds, seed="visa*")["remark"]
    assert "dominates" not in row(audit.seeds, seed="asylum")["remark"]


def test_rare_seeds_are_not_judged(audit):
    assert row(audit.seeds, seed="asylum")["remark"] == (
        "rare: 1 document, too few to judge its company"
    )
    assert not audit.seeds["is_ambiguous"].any()


def test_a_theme_with_one_seed_and_a_pack_with_one_theme_have_no_company():
    single = pack(legal=["visa*"])

    found = audit_themes(counted(TEXTS, single), single)

    assert found.seeds[["pull", "ambiguity", "toward_pull", "exclusivity"]].isna().all(axis=None)
    assert found.seeds.loc[0, "toward"] == ""
    assert len(found.overlap) == 0


def test_seeds_that_pull_apart_are_seen():
    themes = pack(legal=["visa", "asylum", "parole"], crime=["gang"])
    texts = ["visa asylum"] * 20 + ["parole gang"] * 20 + ["words"] * 10

    seeds = audit_themes(counted(texts, themes), themes).seeds

    parole = row(seeds, seed="parole")["remark"]
    assert "pulls apart: 0% of its passages hold another seed of its theme, 40% by" in parole
    assert "goes with crime rather than with its theme" in parole
    assert row(seeds, seed="visa")["remark"] == ""
    assert row(seeds, seed="visa")["pull_lower"] > 0
    assert seeds.loc[seeds["is_ambiguous"], "seed"].tolist() == ["parole"]


@pytest.mark.parametrize(("n", "ambiguous"), [(4, []), (5, ["parole"])])
def test_a_seed_of_few_documents_is_not_called_ambiguous(n, ambiguous):
    themes = pack(legal=["visa", "asylum", "parole"], crime=["gang"])
    texts = ["visa asylum"] * 40 + ["parole gang"] * n + ["words"] * 40

    seeds = audit_themes(counted(texts, themes), themes).seeds

    assert seeds.loc[seeds["is_ambiguous"], "seed"].tolist() == ambiguous


def test_a_seed_that_meets_its_theme_by_chance_only_has_no_tie():
    themes = pack(legal=["visa", "asylum"], other=["x"])
    texts = [f"{a} {b}" for a in ("visa", "words") for b in ("asylum", "words")] * 10

    remark = row(audit_themes(counted(texts, themes), themes).seeds, seed="visa")["remark"]

    assert "no tie to its theme is seen: 50% of its passages" in remark


def test_seeds_with_the_same_terms_are_told_and_do_not_keep_each_other_company():
    themes = pack(legal=["visa*", "visas"], other=["x"])

    found = audit_themes(counted(["visas words"] * 6 + ["x"], themes), themes)

    assert "matches the same terms as visas" in found.seeds.loc[0, "remark"]
    assert found.seeds.loc[0, "with_own"] == 0
    assert row(found.themes, theme="legal")["hits"] == 6  # a term counts once for its theme
    assert row(found.themes, theme="legal")["passages_2"] == 0


def test_seeds_that_share_their_most_frequent_terms_only_do_not_match_the_same():
    both = [f"border pa{letter}" for letter in "abcde"]
    terms = [*both, "border post", "bus pass"]
    themes = pack(legal=["bo* p*", "b* pa*"], other=["x"])

    found = audit_themes(matrix([[9, 9, 9, 9, 9, 1, 1]] * 6, terms), themes)

    seeds = found.seeds.set_index("seed")
    assert seeds.loc["bo* p*", "terms"] == seeds.loc["b* pa*", "terms"]  # as far as they are shown
    assert seeds.loc["bo* p*", "occurrences"] == seeds.loc["b* pa*", "occurrences"]
    assert not found.seeds["remark"].str.contains("matches the same terms").any()


def test_seeds_that_match_the_same_many_terms_are_told():
    terms = [f"visa{letter}" for letter in "abcdefg"]
    themes = pack(legal=["visa*", "vi*"], other=["v*", "x"])

    found = audit_themes(matrix([[1] * 7] * 6, terms), themes)

    assert row(found.seeds, seed="visa*")["remark"].endswith(
        "matches the same terms as vi*; matches the same terms as v* of other"
    )


def test_a_term_of_two_themes_does_not_make_its_seeds_ambiguous():
    themes = pack(legal=["visa*"], travel=["visas", "flight"])

    seeds = audit_themes(counted(["visas"] * 3 + ["flight", "words"], themes), themes).seeds

    assert row(seeds, seed="visa*")["ambiguity"] == 0


def test_counter_words_are_counted_where_a_theme_has_them():
    words = ("prison*", "jail")
    theme = Theme("legal", "legal", "d", (Seed("parole"), Seed("visa")), counter_words=words)
    themes = Themes("tiny", (theme,))
    texts = ["parole prison", "parole prisons", "parole jail", "parole", "visa"] * 5

    seeds = audit_themes(counted(texts, themes), themes).seeds

    assert list(seeds["counter"]) == [0.75, 0.0]
    assert "75% of its passages hold a counter-word" in seeds.loc[0, "remark"]


def test_a_notebook_shows_the_counter_words_that_fired_alone():
    words = ("prison parole", "parole board")
    theme = Theme("legal", "legal", "d", (Seed("parole"), Seed("visa")), counter_words=words)
    themes = Themes("p", (theme,))
    dtm = counted(["prison parole tea", "visa cup"] * 4, themes)

    found = audit_themes(dtm, themes)

    html = found._repr_html_()
    assert "Counter-words found, not counted as seeds" in html
    assert "prison parole" in html
    assert "parole board" not in html
    pd.testing.assert_frame_equal(counter_words(dtm, themes), found.counters)


def test_themes_without_counter_words_have_none(audit):
    assert audit.seeds["counter"].isna().all()


# --- themes and their overlap -------------------------------------------------------------------


def test_the_summary_of_a_theme_is_that_by_hand(audit):
    legal = row(audit.themes, theme="legal")

    assert (legal["seeds"], legal["seeds_found"], legal["hits"], legal["documents"]) == (3, 2, 4, 3)
    assert (legal["passages_1"], legal["passages_2"], legal["passages_3"]) == (3, 1, 0)
    assert legal["share_1"] == pytest.approx(3 / 5)
    assert (legal["largest_seed"], legal["largest_share"]) == ("visa*", pytest.approx(0.75))
    assert legal["remark"] == "visa* alone makes 75% of its hits"


def test_the_overlap_of_two_themes_is_beside_chance(audit):
    both = row(audit.overlap, theme="legal", other="border")

    assert both["passages"] == 1
    assert both["share"] == pytest.approx(1 / 3)
    assert both["chance"] == pytest.approx(2 / 5)


def test_a_theme_that_never_occurs_is_a_remark_and_no_error():
    themes = pack(legal=["visa"], war=["tank", "gun"])

    found = audit_themes(counted(["visa words", "visa"], themes), themes)

    war = row(found.themes, theme="war")
    assert war["remark"] == "no seed occurs: the theme cannot be measured here"
    assert (war["hits"], war["largest_seed"]) == (0, "")
    assert set(found.seeds.loc[found.seeds["theme"] == "war", "remark"]) == {"never occurs"}
    assert repr(found).startswith("<Audit of 3 seeds of 2 themes: 2 never occur")


def test_rows_without_words_and_hostile_terms_are_no_obstacle():
    terms = sorted(["#tag", "<url>", "=cmd()", "visa", "visa<script>", "vi*sa", "\x1b[31m"])
    counts = [*np.eye(len(terms), dtype=int).tolist(), [0] * len(terms)]
    themes = pack(legal=["visa*"], other=["x"])

    found = audit_themes(matrix(counts, terms), themes)

    assert row(found.seeds, seed="visa*")["occurrences"] == 2
    html = found._repr_html_()
    assert "visa&lt;script&gt;" in html
    assert "<script>" not in html


def test_a_matrix_without_rows_and_a_level_out_of_range_are_refused():
    empty = matrix(np.zeros((0, 1), dtype=int), ["visa"])

    with pytest.raises(InputError, match="The matrix has no row"):
        audit_themes(empty, PACK)
    with pytest.raises(InputError, match=r"level must lie between 0 and 1; got 1\."):
        audit_themes(counted(TEXTS, PACK), PACK, level=1.0)


COUNTS = st.lists(st.lists(st.integers(0, 2), min_size=5, max_size=5), min_size=2, max_size=12)
PLAIN = pack(one=["a", "b"], two=["c", "d"])


@given(COUNTS, st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_counts_add_up_and_the_order_of_rows_has_no_say(counts, random):
    documents = [f"d{number % 3}" for number in range(len(counts))]
    order = list(range(len(counts)))
    random.shuffle(order)

    found = audit_themes(matrix(counts, list("abcde"), documents=documents), PLAIN)
    shuffled = matrix(
        [counts[k] for k in order], list("abcde"), documents=[documents[k] for k in order]
    )

    sums = found.seeds.groupby("theme", sort=False)["occurrences"].sum()
    assert list(sums) == list(found.themes["hits"])
    assert list(found.seeds["occurrences"]) == np.sum(counts, axis=0)[:4].tolist()
    shares = found.seeds.groupby("theme", sort=False)["share"].sum()
    assert all(share == pytest.approx(1) for share, hits in zip(shares, sums, strict=True) if hits)
    judged = found.seeds.dropna(subset="pull")
    assert (judged["pull_lower"] <= judged["pull_upper"]).all()
    assert (found.themes["passages_3"] <= found.themes["passages_2"]).all()
    again = audit_themes(shuffled, PLAIN)
    for name in ("seeds", "themes", "overlap"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name), rtol=1e-12)


# --- company ------------------------------------------------------------------------------------


def test_rows_of_one_document_count_for_less():
    holds = np.repeat([True, False], 20)
    chance = np.full(40, 0.3)

    apart = company(holds, chance, np.arange(40))
    together = company(holds, chance, np.repeat([0, 1, 2, 3], 10))

    assert together.share == apart.share == 0.5
    assert together.lower < apart.lower
    assert together.upper > apart.upper


def test_the_interval_of_independent_rows_covers_as_often_as_it_says():
    rng = np.random.default_rng(0)
    n, share = 60, 0.3
    true = 0.0  # rows are as chance says
    covered = 0
    for _ in range(1000):
        found = company(rng.random(n) < share, np.full(n, share), np.arange(n))
        covered += found.lower <= true <= found.upper

    assert 920 <= covered <= 980  # 950 in expectation, standard deviation 7


def test_the_interval_of_rows_alike_in_documents_covers_as_often_as_it_says():
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(1000):
        shares = np.repeat(rng.beta(1.5, 3.5, size=40), 5)
        found = company(rng.random(200) < shares, np.full(200, 0.3), np.repeat(np.arange(40), 5))
        covered += found.lower <= 0 <= found.upper

    assert 910 <= covered <= 980  # with each row for itself it is about 830


def test_nothing_can_differ_from_chance_that_is_none_or_all():
    for chance in (0.0, 1.0):
        found = company(np.array([True]), np.array([chance]), np.array([0]))
        assert math.isnan(found.pull)
    assert math.isnan(company(*(np.empty(0, dtype=bool),) * 3).share)


def test_length_is_taken_into_account():
    # Long rows hold everything more often; within a length nothing goes with anything.
    rng = np.random.default_rng(2)
    is_long = np.repeat([False, True], 500)
    held = rng.random((1000, 2)) < np.where(is_long, 0.6, 0.1)[:, np.newaxis]
    filler = np.where(is_long, rng.integers(150, 250, 1000), rng.integers(15, 40, 1000))
    themes = pack(one=["a", "b"])
    counts = np.column_stack([held, filler]).astype(int)

    seeds = audit_themes(matrix(counts, ["a", "b", "z"]), themes).seeds

    assert seeds.loc[0, "with_own"] > held[:, 1].mean() + 0.1
    assert seeds.loc[0, "pull_lower"] < 0 < seeds.loc[0, "pull_upper"]


def test_classes_of_length_hold_equal_rows_together():
    lengths = np.repeat([3, 5, 9], [120, 60, 60])

    classes = length_classes(lengths)

    assert [len(set(classes[lengths == n])) for n in (3, 5, 9)] == [1, 1, 1]
    assert classes[0] < classes[150] < classes[-1]
    assert set(length_classes(np.arange(30))) == {0}
    assert len(set(length_classes(np.arange(5000)))) == 10


# --- the bundled corpus -------------------------------------------------------------------------


def test_the_bundled_corpus_is_audited_as_counting_says(small_folder):
    study = count_passages(RunConfig(source=str(small_folder)))

    found = audit_themes(study.matrix, study.themes)

    match = study.themes.match(study.matrix.vocabulary.terms)
    table = match.loc[match["term_id"] >= 0]
    tokens = table.assign(n=study.matrix.vocabulary.term_freq[table["term_id"]])
    sums = tokens.groupby(["theme", "seed"])["n"].sum()
    seeds = found.seeds.set_index(["theme", "seed"])["occurrences"]
    assert (seeds.loc[sums.index] == sums).all()
    assert seeds.sum() == sums.sum() > 50
    assert len(found.seeds) == sum(len(theme.seeds) for theme in study.themes)
