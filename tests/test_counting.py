"""Fast counting counts what the plain way counts, on any text, in any parts."""

import gc
import re
import time
import unicodedata
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from gensim.models.phrases import Phrases
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer
from text_cases import corpus_of, joined_tokens, numbered, themes_of

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.kernels import int_table, words
from topoi.text import numbered as numbering
from topoi.text import scan
from topoi.text.joining import join
from topoi.text.numbered import in_chunks
from topoi.text.patterns import Patterns
from topoi.text.phrases import CONNECTORS, learn_phrases
from topoi.text.pruning import pruning_report
from topoi.text.stop_words import stop_words
from topoi.text.tokenise import CHARACTERS, is_number, token_of, token_stream
from topoi.text.vectorise import vectorise, vectorise_stream
from topoi.text.vocabulary import Vocabulary

EVERYTHING = {"phrases": False, "stop_words": None, "min_docs": 1, "max_share": 1.0}
COMPILED = [
    r"(?u)\b\w\w+\b",
    r"\b\w+\b",
    r"\w+",
    r"\w{3,}",
    "[a-z]{3,}",
    "[a-z]+",
    r"\b[a-z][a-z]+\b",
    r"\b[a-z]{2,}\b",
    r"[^\W\d_]{2,}",
    r"[a-zà-ÿ'-]{2,}",
]
OTHERS = [
    r"(?u)\b\w\w+",  # an edge on one side only
    r"\b[a-z-]{2,}\b",  # \b inside a run of the class
    r"[a-z]{2,3}",
    r"[a-z]+?",
    r"[a-z]+|\d",
    r"(?:^|\s)(\w+)",
    r"[a-z]*",
    r"[]a]+",
    r"[^]b]+",
    r"[^][^]+",
    r"(?i)[A-Z]{2,}",
    r"(?<=a)(?=b)|ab",
    "b.",
]
# Letters whose lower case is odd, marks, digits of other scripts, surrogates, spaces, NUL.
ODD = "aAbBiIzUS19_.,'’-–&\n\t /:@ÀßİıΣσςſKÅéе́移٣½²ªᾳǅﬁ\u00ad\u200d\u0345\u2028\x00\x1c😀𝒜"
hostile = st.text(alphabet=st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=[])))


def streams_of(scanner, texts):
    """The token streams of a scanner, as text."""
    return [
        [scanner.names[token] for token in chunk.tokens[start:stop]]
        for chunk in in_chunks(texts, scanner.scan)
        for start, stop in pairwise(chunk.bounds)
    ]


def assert_same(matrix, other):
    assert matrix.vocabulary.terms == other.vocabulary.terms
    assert np.array_equal(matrix.vocabulary.doc_freq, other.vocabulary.doc_freq)
    assert np.array_equal(matrix.vocabulary.term_freq, other.vocabulary.term_freq)
    for part in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(matrix.counts, part), getattr(other.counts, part))
    pd.testing.assert_frame_equal(matrix.units, other.units)


def assert_counts_as_scikit_learn(texts, pattern):
    judge = CountVectorizer(token_pattern=pattern)
    try:
        expected = judge.fit_transform(texts)
    except ValueError:  # empty vocabulary
        with pytest.raises(InputError, match="there are no words"):
            vectorise(corpus_of(texts), token_pattern=pattern, **EVERYTHING)
        return
    matrix = vectorise(corpus_of(texts), token_pattern=pattern, **EVERYTHING)

    expected.sort_indices()
    assert list(matrix.vocabulary.terms) == list(judge.get_feature_names_out())
    for part in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(matrix.counts, part), getattr(expected, part))


# --- the pattern of scikit-learn ---


@pytest.mark.parametrize("pattern", COMPILED)
def test_simple_pattern_is_compiled(pattern):
    assert type(scan.scanner(pattern)).__name__ == "_RunScanner"


@pytest.mark.parametrize("pattern", OTHERS)
def test_other_pattern_is_left_to_the_expression(pattern):
    assert type(scan.scanner(pattern)).__name__ == "_ExpressionScanner"


@pytest.mark.parametrize("pattern", COMPILED + OTHERS)
@settings(max_examples=15, deadline=None)
@given(texts=st.lists(hostile, min_size=1, max_size=4))
def test_any_text_has_the_tokens_of_the_expression(pattern, texts):
    expected = [[token for token in re.findall(pattern, text.lower()) if token] for text in texts]

    assert streams_of(scan.scanner(pattern), texts) == expected


@pytest.mark.parametrize("pattern", [COMPILED[0], COMPILED[4], COMPILED[7], *OTHERS[:2], OTHERS[5]])
@settings(max_examples=6, deadline=None)
@given(texts=st.lists(st.text(alphabet=ODD, max_size=60), min_size=1, max_size=4))
def test_any_texts_count_as_in_scikit_learn(pattern, texts):
    assert_counts_as_scikit_learn(texts, pattern)


@pytest.mark.parametrize("pattern", [r"(?u)\b\w\w+\b", "[a-z]{3,}", r"\b[a-z]{3,}\b", r"\S+"])
def test_real_texts_count_as_in_scikit_learn(pattern, first_rows):
    texts = list(first_rows("uk_immigration_news_2014", 80, "text")["text"])

    assert len(texts) == 80
    assert_counts_as_scikit_learn(texts, pattern)


def test_lower_case_by_table_is_that_of_each_character():
    table = scan._lower_case()

    odd = [c for c in range(0x110000) if chr(c).lower() != chr(table[c])]
    assert "".join(map(chr, odd)) == scan._NOT_BY_TABLE


def test_odd_capitals_are_lowered_within_their_text():
    expected = {"ΟΔΟΣ ΣΑΣ": ["οδος", "σας"], "Σ": ["σ"], "İX ǅ": ["i", "x", "ǆ"], "A": ["a"]}

    for text, tokens in expected.items():
        assert streams_of(scan.scanner(r"\w+"), [text]) == [tokens]
    assert streams_of(scan.scanner(r"\w+"), list(expected)) == list(expected.values())


def test_pattern_keeps_numbers_and_single_letters():
    matrix = vectorise(corpus_of(["a 42 visa", "b"]), token_pattern=r"\w+", **EVERYTHING)

    assert matrix.vocabulary.terms == ("42", "a", "b", "visa")


def test_phrases_are_learned_with_a_pattern_that_gives_odd_tokens():
    texts = ["the white house a*b x"] * 20 + [f"alpha{n} beta{n % 7}" for n in range(60)]

    matrix = vectorise(corpus_of(texts), token_pattern=r"\S+", min_docs=2, max_share=1.0)

    assert {"white house", "a*b"} <= set(matrix.vocabulary.terms)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("[a-z", r"token_pattern must be a regular expression; '\[a-z' is none: unterminated"),
        ("(a)(b)", r"may have one group, the token; '\(a\)\(b\)' has 2. Write \(\?:...\) for"),
        (b"a+", "token_pattern must be a text or None; got b'a\\+'"),
    ],
)
def test_unusable_pattern_is_refused(pattern, message):
    with pytest.raises(InputError, match=message):
        vectorise(corpus_of(["a"]), token_pattern=pattern)


# --- our own tokens ---


@settings(max_examples=150, deadline=None)
@given(st.lists(hostile, min_size=1, max_size=4))
def test_any_text_has_the_tokens_of_the_tokeniser(texts):
    assert streams_of(scan.scanner(None), texts) == [token_stream(text) for text in texts]


@settings(max_examples=250, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from("htps:/w.,-'’& \nUSa1\u0301_"),
            st.sampled_from(["http://", "https://", "www.", "U.S.", "1,0", "\n \n", "a.b"]),
        ),
        max_size=25,
    ).map("".join)
)
def test_addresses_numbers_and_abbreviations_end_where_the_expression_ends_them(text):
    assert streams_of(scan.scanner(None), [text, text]) == [token_stream(text)] * 2


def assigned():
    """Every character with a name, of the large scripts without case every fortieth."""
    for code in range(0x110000):
        kind = unicodedata.category(chr(code))
        if kind not in ("Cn", "Co", "Lo") or code % 40 == 0:
            yield chr(code)


def test_every_character_has_its_place_in_and_between_words():
    text = "".join(f"a{c}b {c} 1{c}2 x.{c}.\n" for c in assigned())

    assert streams_of(scan.scanner(None), [text]) == [token_stream(text)]


def test_punctuation_is_never_a_word_even_when_composed():
    parts = {c: unicodedata.normalize("NFD", c) for c in assigned()}
    is_mark = re.compile(CHARACTERS.punctuation).match
    marks = [c for c in parts if is_mark(c)]
    composed = [apart for c, apart in parts.items() if apart != c and all(map(is_mark, apart))]

    assert not any(token_of(piece) for piece in marks + composed)
    assert len(composed) > 10


@pytest.mark.parametrize("phrases", [False, True])
def test_real_texts_count_as_in_the_plain_way(phrases, first_rows):
    texts = list(first_rows("wh_briefings_2021_2025", 120, "text")["text"])
    settings = {"themes": themes_of("border secur*", "root cause*"), "min_docs": 3}

    matrix = vectorise(corpus_of(texts), phrases=phrases, **settings)

    streams = plain_streams(texts, ["border secur*", "root cause*"], min_docs=3, phrases=phrases)
    judge = CountVectorizer(
        analyzer=lambda stream: [token for token in stream if token],
        vocabulary=matrix.vocabulary.terms,
    )
    assert np.array_equal(judge.transform(streams).toarray(), matrix.counts.toarray())
    n_tokens = [sum(map(bool, stream)) for stream in streams]
    assert list(matrix.units["n_tokens"]) == n_tokens


# --- words are told apart whatever their hashes ---


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="abé移", min_size=1, max_size=12), max_size=40), st.data())
def test_words_with_the_same_hash_stay_apart(tokens, data):
    mask = data.draw(st.sampled_from([0, 1, 0xFF00000000000000, words.WHOLE_HASH]))
    table = scan._WordNumbers(hash_mask=mask)

    numbers, names = [], [""]
    for part in (tokens, tokens[::-1]):
        codes, bounds = scan._codes(part)
        found, new = table.of(codes, bounds[:-1], bounds[1:])
        numbers += found.tolist()
        names += new

    assert [names[number] for number in numbers] == tokens + tokens[::-1]
    assert names[1:] == list(dict.fromkeys(tokens))


def test_short_word_is_not_taken_for_another_with_nul_or_of_another_length():
    tokens = ["a", "\x00a", "a\x00", "\x00", "\x00\x00", "\x01a", "a" * 7, "a" * 8, "ÿ" * 7]
    tokens += ["\x07" + "a" * 7, "ÿ" + "a" * 7, "\x00" * 7, "\x00" * 8]
    codes, bounds = scan._codes(tokens)

    _, new = scan._WordNumbers().of(codes, bounds[:-1], bounds[1:])

    assert new == tokens


def test_table_of_words_grows_with_every_text():
    table = scan._WordNumbers()
    for first in range(0, 20_000, 500):
        tokens = [f"word{number}" for number in range(first, first + 500)]
        codes, bounds = scan._codes(tokens)

        numbers, new = table.of(codes, bounds[:-1], bounds[1:])

        assert new == tokens
        assert numbers.tolist() == list(range(first + 1, first + 501))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 2**62), max_size=30), st.lists(st.integers(0, 2**62), max_size=5))
def test_table_of_numbers_counts_and_finds(keys, others):
    # Multiples of a large power of two share their low bits.
    given_keys = np.array([*keys, *(k >> 50 << 50 for k in keys), *keys], dtype=np.int64)
    table = (np.full(2, -1, dtype=np.int64), np.zeros(2, dtype=np.int64))

    *table, n_used = int_table.add_counts(given_keys, *table, 0)

    wanted = np.array([*given_keys, *others], dtype=np.int64)
    counts = [int((given_keys == key).sum()) for key in wanted]
    assert int_table.values_of(*table, wanted).tolist() == counts
    assert n_used == len(set(given_keys.tolist()))
    numbers, firsts = int_table.number_keys(given_keys)
    distinct = list(dict.fromkeys(given_keys.tolist()))
    assert [distinct[number] for number in numbers] == given_keys.tolist()
    assert given_keys[firsts].tolist() == distinct


# --- nothing depends on parts and threads ---

TEXTS = [
    "The white house and the Border security of the U.S.",
    "",
    "White house: border-security, asylum. Title 42",
    "\x00 asylum",
    "white house staff met the supreme court",
] * 12


@pytest.mark.parametrize("pattern", [None, r"\w+", r"\S+"])
def test_size_of_the_chunks_changes_nothing(pattern, monkeypatch):
    settings = {"min_docs": 2, "max_share": 1.0, "token_pattern": pattern}
    themes = themes_of("border secur*")
    whole = vectorise(corpus_of(TEXTS), themes=themes, **settings)

    for size in (1, 50, 300):
        monkeypatch.setattr(numbering, "_READ", size)
        monkeypatch.setattr(numbering, "_KEPT", size)
        assert_same(vectorise(corpus_of(TEXTS), themes=themes, **settings), whole)
    assert pattern or any(" " in term for term in whole.vocabulary.terms)


def test_threads_do_not_disturb_each_other():
    whole = vectorise(corpus_of(TEXTS), min_docs=2)

    with ThreadPoolExecutor(max_workers=4) as pool:
        others = list(pool.map(lambda _: vectorise(corpus_of(TEXTS), min_docs=2), range(4)))

    for other in others:
        assert_same(other, whole)


@pytest.mark.parametrize("sizes", [[60], [1, 1, 1, 57], [0, 59, 0, 1]])
@pytest.mark.parametrize("phrases", [False, True])
def test_parts_count_as_the_whole(sizes, phrases):
    corpus = corpus_of(TEXTS)
    edges = np.cumsum([0, *sizes])
    parts = (Corpus(corpus.table.iloc[start:stop]) for start, stop in pairwise(edges))
    settings = {"phrases": phrases, "min_docs": 2, "themes": themes_of("border secur*")}

    assert_same(vectorise_stream(parts, **settings), vectorise(corpus, **settings))


def test_parts_are_let_go_before_the_next_is_read():
    earlier = []

    def parts():
        for number in range(3):
            gc.collect()
            assert not any(part() for part in earlier)
            table = pd.DataFrame({"doc_id": [f"d{number}"], "text": ["visa ban"]})
            part = Corpus(table)
            earlier.append(weakref.ref(part))
            yield part
            del part

    assert vectorise_stream(parts(), **EVERYTHING).counts.sum() == 6


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([], "There is no part to count"),
        ([["a"], ["a"]], "1 values of doc_id occur in more than one part: a. Ids must be unique"),
    ],
)
def test_unusable_parts_are_refused(parts, message):
    corpora = [Corpus(pd.DataFrame({"doc_id": ids, "text": ["x"] * len(ids)})) for ids in parts]

    with pytest.raises(InputError, match=message):
        vectorise_stream(corpora)


def test_parts_with_other_columns_are_refused():
    table = pd.DataFrame({"doc_id": ["a"], "text": ["x"]})
    other = table.assign(doc_id="b", party="D")

    with pytest.raises(InputError, match=r"parts have different columns: .*'party'.*Give all"):
        vectorise_stream([Corpus(table), Corpus(other)])


# --- phrases on numbers ---

tokens = st.sampled_from(["a", "ab", "b", "bc", "a-b", "ab-b", "b-bc", "of", "the", "", ""])
slots = st.sampled_from(["a", "a*", "ab", "ab*", "b", "b*", "bc", "of", "a-b*"])
patterns = st.lists(st.lists(slots, min_size=1, max_size=4).map(" ".join), max_size=5)
streams = st.lists(st.lists(tokens, max_size=14), max_size=5)


def words_of(texts):
    return [
        [texts.names[token] for token in chunk.tokens[start:stop]]
        for chunk in texts.chunks
        for start, stop in pairwise(chunk.bounds)
    ]


@settings(max_examples=150, deadline=None)
@given(patterns, streams)
def test_joined_numbers_are_the_joined_tokens(patterns, streams):
    joined = join(numbered(streams), Patterns(patterns))

    assert words_of(joined) == [joined_tokens(Patterns(patterns), stream) for stream in streams]
    assert len(set(joined.names)) == len(joined.names)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(tokens, max_size=14), min_size=1, max_size=5),
    st.integers(1, 6),
    st.sampled_from([-1.0, 0.0, 0.5]),
    st.integers(1, 9),
)
def test_learned_phrases_and_scores_are_those_of_gensim(rows, min_count, threshold, repeats):
    streams = rows * repeats
    settings = {"is_barred": lambda t: t in ("bc", "the"), "min_count": min_count}

    found = learn_phrases(numbered(streams), threshold=threshold, **settings)

    assert found == gensim_phrases(streams, threshold=threshold, **settings)


def test_phrase_that_is_counted_in_several_ways_gets_all_its_counts():
    pairs = [["x", "y"]] * 8 + [["y", "z"]] * 8 + [["z", "x"]]
    streams = pairs + [["x-y", "z"]] * 4 + [["x", "y-z"]] * 4
    settings = {"is_barred": lambda t: False, "min_count": 8, "threshold": -1.0}

    found = learn_phrases(numbered(streams), **settings)

    assert "x y z" in found
    assert found == gensim_phrases(streams, **settings)


def gensim_phrases(streams, *, is_barred, threshold=0.5, min_count=10):
    """Two passes of gensim over runs of tokens, as text."""
    found, joined = {}, list
    for connectors in (frozenset(), CONNECTORS):
        learner = Phrases(
            (joined(run) for run in runs_of(streams, connectors, is_barred)),
            min_count=min_count,
            threshold=threshold,
            scoring="npmi",
            connector_words=connectors,
            delimiter=" ",
        ).freeze()
        found |= {name: s for name, s in learner.phrasegrams.items() if name.count(" ") < 3}
        joined = partial(joined_tokens, Patterns(found))
    return found


def runs_of(streams, connectors, is_barred):
    for stream in streams:
        run = []
        for token in [*stream, ""]:
            is_end = token not in connectors and (token in CONNECTORS or is_barred(token))
            if token and not is_end:
                run.append(token)
            elif run:
                yield run
                run = []


def plain_streams(texts, seeds, *, min_docs, phrases):
    """The token streams that `vectorise` counts, the plain way."""
    kept, stop = Patterns(seeds), stop_words()
    streams = [joined_tokens(kept, token_stream(text)) for text in texts]
    if not phrases:
        return streams

    def is_barred(token):
        return token in stop or len(token) == 1 or is_number(token) or kept.matches(token)

    found = Patterns(gensim_phrases(streams, is_barred=is_barred, min_count=max(10, min_docs)))
    rows = [set(joined_tokens(found, stream)) for stream in streams]
    frequent = [p for p in found.patterns if sum(p in row for row in rows) >= min_docs]
    assert frequent
    return [joined_tokens(Patterns(frequent), stream) for stream in streams]


# --- text that wants to be slow or wrong ---


@pytest.mark.parametrize("pattern", [None, r"(?u)\b\w\w+\b", r"\S+"])
@pytest.mark.parametrize(
    "piece", ["a", "é", "a.", "a-", "1,", "\n ", "www.", "\x00", "aΣ ", "\ud800"]
)
def test_a_megabyte_of_one_piece_takes_linear_time(pattern, piece):
    texts = [piece * (1_000_000 // len(piece))]

    start = time.process_time()
    scan.scanner(pattern).scan(texts)

    # About 0.05 s; a quadratic scan would take hours.
    assert time.process_time() - start < 5


def test_word_of_a_megabyte_is_one_term():
    word = "ab" * 500_000

    matrix = vectorise(corpus_of([word, "x" + word, word]), token_pattern=r"\w+", **EVERYTHING)

    assert matrix.vocabulary.terms == (word, "x" + word)
    assert matrix.counts.toarray().tolist() == [[1, 0], [0, 1], [1, 0]]


def test_nul_and_lone_surrogates_are_characters_like_others():
    texts = ["a\x00b visa\ud800 \udfff\ud800x", "\ud83d\ude00 a", "", "\x00"]

    for pattern in (r"\S+", r"[^\s]{2,}", r"\w+"):
        expected = [re.compile(pattern).findall(text) for text in texts]
        assert streams_of(scan.scanner(pattern), texts) == expected
    assert streams_of(scan.scanner(None), texts) == [token_stream(text) for text in texts]


def test_no_text_at_all():
    for pattern in (None, r"\w+", r"\S+"):
        assert streams_of(scan.scanner(pattern), ["", "", ""]) == [[], [], []]
        assert streams_of(scan.scanner(pattern), []) == []


# --- new text and a given vocabulary ---


def vocabulary_of(*terms):
    zeros = np.zeros(len(terms), dtype=np.int64)
    return Vocabulary(sorted(terms), zeros, zeros)


def test_coverage_by_hand():
    texts = [
        "The asylum law, and a visa 42 b",  # 1 known; law, visa unknown; rest says nothing
        "asylum asylum",
        "the 42 of a",
        "",
        "the U.S. laws",
    ]
    matrix = vectorise(corpus_of(texts), vocabulary=vocabulary_of("asylum", "zebra"))

    assert matrix.counts.toarray().tolist() == [[1, 0], [2, 0], [0, 0], [0, 0], [0, 0]]
    assert list(matrix.units["n_tokens"]) == [8, 2, 4, 0, 3]
    assert list(matrix.units["n_unknown"]) == [2, 0, 0, 0, 2]
    expected = [1 / 3, 1.0, np.nan, np.nan, 0.0]
    assert np.array_equal(matrix.units["coverage"], expected, equal_nan=True)
    assert matrix.units["n_unknown"].dtype == np.int64


def test_stop_word_in_the_vocabulary_is_a_known_token():
    matrix = vectorise(corpus_of(["the visa the"]), vocabulary=vocabulary_of("the"))

    assert matrix.counts.toarray().tolist() == [[2]]
    assert list(matrix.units["coverage"]) == [2 / 3]


def test_phrase_of_the_vocabulary_is_joined_and_punctuation_keeps_it_apart():
    texts = ["white house", "White-House", "white. House", "the white house staff"]

    matrix = vectorise(corpus_of(texts), vocabulary=vocabulary_of("house", "white house"))

    assert matrix.counts.toarray().tolist() == [[0, 1], [0, 1], [1, 0], [0, 1]]
    assert list(matrix.units["n_unknown"]) == [0, 0, 1, 1]


def test_seeds_are_joined_before_learned_phrases_as_in_fitting():
    vocabulary = vocabulary_of("border security", "southern border")
    corpus = corpus_of(["southern border security", "border-security"])
    themes = themes_of("border secur*")

    alone = vectorise(corpus, vocabulary=vocabulary)
    seeded = vectorise(corpus, vocabulary=vocabulary, themes=themes)

    assert alone.counts.toarray().tolist() == [[0, 1], [1, 0]]
    assert seeded.counts.toarray().tolist() == [[1, 0], [1, 0]]


def test_hyphenated_seed_stays_beside_the_phrase_as_in_fitting():
    vocabulary = vocabulary_of("asylum seekers", "asylum-seekers")
    themes = themes_of("asylum seek*", "asylum-seek*")

    matrix = vectorise(corpus_of(["asylum-seekers"]), vocabulary=vocabulary, themes=themes)

    assert matrix.counts.toarray().tolist() == [[0, 1]]


@pytest.mark.parametrize("pattern", [None, r"(?u)\b\w\w+\b", r"\S+"])
def test_text_that_made_the_vocabulary_has_the_same_counts(pattern):
    settings = {"themes": themes_of("border secur*"), "token_pattern": pattern}
    corpus = corpus_of(TEXTS)

    made = vectorise(corpus, min_docs=2, max_share=1.0, **settings)
    again = vectorise(corpus, vocabulary=made.vocabulary, **settings)

    assert np.array_equal(made.counts.toarray(), again.counts.toarray())
    assert again.vocabulary is made.vocabulary
    assert list(again.units["n_tokens"]) == list(made.units["n_tokens"])


def test_real_text_that_made_the_vocabulary_has_the_same_counts(shared_data):
    table = pd.read_parquet(shared_data / "wh_migration_paragraphs_2021_2025.parquet").head(1500)
    corpus = Corpus(table[["id", "text"]].rename(columns={"id": "doc_id"}))
    settings = {"themes": themes_of("border secur*", "root cause*", "title 42")}

    made = vectorise(corpus, max_share=1.0, **settings)
    parts = (Corpus(corpus.table.iloc[n : n + 400]) for n in range(0, 1500, 400))
    again = vectorise_stream(parts, vocabulary=made.vocabulary, **settings)

    assert np.array_equal(made.counts.toarray(), again.counts.toarray())
    assert any(" " in term for term in made.vocabulary.terms)


def test_vocabulary_of_odd_terms_counts_those_it_can():
    vocabulary = vocabulary_of("a*b", "c d*", "visa")

    matrix = vectorise(corpus_of(["a*b visa c"]), vocabulary=vocabulary, token_pattern=r"\S+")

    assert matrix.counts.toarray().tolist() == [[1, 0, 1]]


def test_report_with_a_pattern_adds_up():
    report = pruning_report(corpus_of(TEXTS), token_pattern=r"\w+", phrases=False, min_docs=2)

    matrix = vectorise(corpus_of(TEXTS), token_pattern=r"\w+", phrases=False, min_docs=2)
    assert report["tokens"].sum() == matrix.units["n_tokens"].sum()
    assert report.set_index("rule").loc["number", "terms"] == 0
