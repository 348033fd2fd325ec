"""Folded words count as one, what is a term of its own stays, and a seed is never lost."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_cases import corpus_of, joined_tokens, themes_of

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.text.patterns import Patterns
from topoi.text.plurals import protected_terms, singulars
from topoi.text.tokenise import token_stream, tokenise
from topoi.text.vectorise import vectorise, vectorise_stream
from topoi.themes.theme import Seed

EVERYTHING = {"phrases": False, "stop_words": None, "min_docs": 1, "max_share": 1.0}


def term_counts(matrix):
    totals = matrix.counts.sum(axis=0)
    return dict(zip(matrix.vocabulary.terms, map(int, totals), strict=True))


def folded_counts(texts, lemmas="plurals", **more):
    return term_counts(vectorise(corpus_of(texts), lemmas=lemmas, **{**EVERYTHING, **more}))


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("visas", "visa"),
        ("policies", "policy"),
        ("ties", "tie"),
        ("crossings", "crossing"),
        ("crises", "crisis"),
        ("taxes", "tax"),
        ("houses", "house"),
        ("buses", "bus"),
        ("women", "woman"),
        ("asylum-seekers", "asylum-seeker"),
        ("lives", "life"),
    ],
)
def test_english_plural_has_its_singular_among_the_bases(word, base):
    assert base in singulars(word)


@pytest.mark.parametrize(
    "word", ["crisis", "status", "congress", "border", "gas", "u.s.", "h-2as", "covid-19", "", "s"]
)
def test_word_that_is_no_english_plural_has_no_base(word):
    assert singulars(word) == ()


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("fronteras", "frontera"),
        ("migraciones", "migración"),
        ("jóvenes", "joven"),
        ("países", "país"),
        ("leyes", "ley"),
        ("jueces", "juez"),
        ("mujeres", "mujer"),
        ("hombres", "hombre"),
        ("meses", "mes"),
        ("intereses", "interés"),
        ("regímenes", "régimen"),
        ("israelíes", "israelí"),
        ("desplazamientos", "desplazamiento"),
    ],
)
def test_spanish_plural_has_its_singular_among_the_bases(word, base):
    assert base in singulars(word, "es")


@pytest.mark.parametrize("word", ["crisis", "virus", "frontera", "mes", "país", "migración"])
def test_word_that_is_no_spanish_plural_has_no_base(word):
    assert singulars(word, "es") == ()


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=12), st.sampled_from(["en", "es"]))
def test_any_text_has_bases_or_none(word, language):
    bases = singulars(word, language)

    assert len(set(bases)) == len(bases)
    assert word not in bases


def test_language_without_a_rule_is_refused():
    with pytest.raises(InputError, match=r"no rule for plurals of the language 'de'.*en, es"):
        singulars("Häuser", "de")


def test_plural_is_counted_as_its_singular_only_where_that_occurs():
    assert folded_counts(["visas visa", "dreams"]) == {"visa": 2, "dreams": 1}


def test_of_two_singulars_the_more_frequent_counts():
    assert folded_counts(["lives life live live"]) == {"live": 3, "life": 1}
    assert folded_counts(["lives life life live"]) == {"live": 1, "life": 3}


@pytest.mark.parametrize(
    ("plural", "singular"), [("media", "medium"), ("news", "new"), ("rights", "right")]
)
def test_terms_of_their_own_are_protected(plural, singular):
    assert folded_counts([f"{plural} {singular}"]) == {plural: 1, singular: 1}


def test_protected_phrase_stays_whole_and_its_words_are_folded_elsewhere():
    texts = ["The United States and other states, a state", "border state"]

    counts = folded_counts(texts)

    assert counts["united states"] == 1
    assert counts["state"] == 3
    assert "states" not in counts


def test_list_of_protected_terms_is_the_users_if_one_is_given():
    assert folded_counts(["news new visas visa"], protected=["visa*"]) == {
        "new": 2,
        "visa": 1,
        "visas": 1,
    }


def test_name_in_capitals_is_no_plural():
    assert folded_counts(["AIDS AIDS aids aid"]) == {"aids": 3, "aid": 1}
    assert folded_counts(["SEALS SEALS seals seal"]) == {"seals": 3, "seal": 1}
    assert folded_counts(["SEALS seals seals seal"]) == {"seal": 4}
    assert folded_counts(["NGOs NGO"]) == {"ngo": 2}


def test_no_word_becomes_a_stop_word_or_comes_of_one():
    texts = ["wills will others other visas"]

    counts = folded_counts(texts, stop_words="en")

    assert counts == {"wills": 1, "visas": 1}


def test_seed_that_the_singular_is_not_stays_as_it_is_written():
    texts = ["illegals illegal visas visa"]

    matrix = vectorise(
        corpus_of(texts), themes=themes_of("illegals", "visa*"), lemmas="plurals", **EVERYTHING
    )

    assert term_counts(matrix) == {"illegals": 1, "illegal": 1, "visa": 2}


def test_seed_sees_words_as_they_are_written_and_as_folded():
    texts = ["work permits expire", "a work permit", "permits", "walls wall"]
    themes = themes_of("work permit", "walls")

    matrix = vectorise(corpus_of(texts), themes=themes, lemmas="plurals", **EVERYTHING)

    assert term_counts(matrix)["work permit"] == 2
    assert term_counts(matrix)["walls"] == 1


def test_phrase_of_a_seed_is_folded_where_the_folded_phrase_occurs():
    texts = ["root causes, root cause. safe ports of entry, gang wars, gang"]
    themes = themes_of("root cause*", "port* of entry", "gang war*")

    counts = term_counts(vectorise(corpus_of(texts), themes=themes, lemmas="plurals", **EVERYTHING))

    assert counts["root cause"] == 2
    assert counts["ports of entry"] == counts["gang wars"] == 1


def test_table_says_what_was_folded_to_what():
    matrix = vectorise(corpus_of(["visas visas visa", "bans ban"]), lemmas="plurals", **EVERYTHING)

    assert list(matrix.folded.itertuples(index=False, name=None)) == [
        ("bans", "ban", 1),
        ("visas", "visa", 2),
    ]
    assert list(map(str, matrix.folded.dtypes)) == ["str", "str", "int64"]


def test_edited_table_can_be_given_back():
    corpus = corpus_of(["visas visa bans ban walls"])
    table = vectorise(corpus, lemmas="plurals", **EVERYTHING).folded
    edited = pd.concat(
        [
            table.loc[table["word"] != "bans"],
            pd.DataFrame([("walls", "wall")], columns=["word", "form"]),
        ]
    )

    matrix = vectorise(corpus, lemmas=edited, **EVERYTHING)

    assert term_counts(matrix) == {"visa": 2, "bans": 1, "ban": 1, "wall": 1}
    mapping = dict(zip(edited["word"], edited["form"], strict=True))
    assert term_counts(vectorise(corpus, lemmas=mapping, **EVERYTHING)) == term_counts(matrix)


def test_form_of_a_form_counts_and_a_circle_leaves_the_words():
    counts = folded_counts(["a1 b1 c1 x1 y1"], lemmas={"a1": "b1", "b1": "c1"})
    assert counts == {"c1": 3, "x1": 1, "y1": 1}

    assert folded_counts(["x1 y1"], lemmas={"x1": "y1", "y1": "x1"}) == {"x1": 1, "y1": 1}


@pytest.mark.parametrize(
    ("lemmas", "message"),
    [
        ("stem", "lemmas must be 'plurals', 'simplemma', a table"),
        (3, "lemmas must be 'plurals', 'simplemma', a table"),
        (pd.DataFrame({"word": ["a"]}), "has the columns word and form; form is not there"),
        ({"Visas": "visa"}, r"1 rows of lemmas are not usable: \('Visas', 'visa'\)\. Write words"),
        ({"visas": 3}, "1 rows of lemmas are not usable"),
        (
            pd.DataFrame({"word": ["a", "a"], "form": ["b", "c"]}),
            "more than one form of: a. Keep one",
        ),
    ],
)
def test_unusable_lemmas_are_refused(lemmas, message):
    with pytest.raises(InputError, match=message):
        vectorise(corpus_of(["visa"]), lemmas=lemmas, **EVERYTHING)


def test_simplemma_folds_forms_of_verbs_and_leaves_protected_terms():
    pytest.importorskip("simplemma")
    texts = ["talked talking talks", "policing media United States"]

    counts = folded_counts(texts, lemmas="simplemma")

    assert counts == {"talk": 3, "policing": 1, "media": 1, "united states": 1}


def test_absent_simplemma_is_named_with_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "simplemma", None)

    with pytest.raises(InputError, match="needs the package simplemma: pip install simplemma"):
        vectorise(corpus_of(["visa"]), lemmas="simplemma", **EVERYTHING)


def test_language_that_simplemma_does_not_know_is_refused():
    pytest.importorskip("simplemma")

    with pytest.raises(InputError, match="no dictionary of the language 'xx'"):
        vectorise(corpus_of(["visa"]), lemmas="simplemma", language="xx", **EVERYTHING)


@pytest.mark.parametrize("language", ["en", "es"])
def test_protected_terms_are_written_as_the_tokeniser_writes_them(language):
    terms = protected_terms(language)

    assert [term for term in terms if " ".join(tokenise(term)) != term] == []
    assert len(set(terms)) == len(terms)


# --- beside the plain way ---

WORDS = ["visa", "visas", "ban", "bans", "policy", "policies", "news", "new", "united", "states"]
WORDS += ["state", "will", "wills", "border", "borders", "a-bans", "a-ban", ".", "AIDS", "aid"]
texts_of_words = st.lists(
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1, max_size=5
).filter(lambda texts: any(token for text in texts for token in tokenise(text)))
seed_lists = st.lists(
    st.sampled_from(["visa", "visas", "ban*", "border visa", "border* ban*", "news", "state"]),
    min_size=1,
    max_size=4,
    unique=True,
)


def plain_counts(texts, seeds):
    """Counts with plurals folded, one obvious step after the other."""
    kept, protected = Patterns(seeds), Patterns(protected_terms("en"))
    streams = [joined_tokens(kept, token_stream(text)) for text in texts]
    streams = [joined_tokens(protected, stream) for stream in streams]
    counts = Counter(token for stream in streams for token in stream if token)
    terms = set(counts)
    for token in {token for text in texts for token in token_stream(text)}:
        counts[token] = sum(tokenise(text).count(token) for text in texts)
    written = Counter(token for text in texts for token in text.replace(".", " ").split())

    def form(word):
        if " " in word:
            ends = word.split(" ")
            firsts = [(singulars(end) or (end,))[0] for end in ends]
            for each in (" ".join(firsts), " ".join([*ends[:-1], firsts[-1]])):
                if each != word and counts[each] and seeds_of(word) <= seeds_of(each):
                    return each if not protected.matches(word) else word
            return word
        if protected.matches(word) or 2 * written[word.upper()] >= (
            written[word.upper()] + written[word]
        ):
            return word
        known = [base for base in singulars(word) if counts[base]]
        known = [base for base in known if seeds_of(word) <= seeds_of(base)]
        return max(known, key=counts.__getitem__, default=word)

    def seeds_of(word):
        return {seed for seed in seeds if Seed(seed).matches(word)}

    forms = {word: form(word) for word in terms}
    streams = [[forms.get(token, token) for token in stream] for stream in streams]
    streams = [joined_tokens(kept, stream) for stream in streams]
    return Counter(token for stream in streams for token in stream if len(token) > 1)


@settings(max_examples=40, deadline=None)
@given(texts_of_words, seed_lists)
def test_folded_counts_are_those_of_the_plain_way(texts, seeds):
    assert folded_counts(texts, keep=seeds) == plain_counts(texts, seeds)


choices = st.fixed_dictionaries(
    {
        "phrases": st.sampled_from([True, False, ["bor* stat*", "vis* ba*", "new* aid"]]),
        "lemmas": st.sampled_from(
            [None, "plurals", {"visas": "ban", "border": "policy", "news": "new"}]
        ),
        "non_words": st.sampled_from(
            [
                None,
                dict.fromkeys(["url", "email", "mention", "hashtag", "date", "number"], "drop"),
                dict.fromkeys(["hashtag", "mention", "number"], "fold"),
            ]
        ),
        "stop_words": st.sampled_from([None, "en", ["visa", "border", "42", "news"]]),
        "min_docs": st.integers(1, 3),
        "max_share": st.sampled_from([0.1, 0.5, 1.0]),
        "max_terms": st.sampled_from([None, 1]),
    }
)
marked = st.sampled_from([*WORDS, "#visa", "@border", "42", "#News", "visa's", "border-visas"])
rows = st.lists(st.lists(marked, max_size=10).map(" ".join), min_size=3, max_size=5)


@settings(max_examples=60, deadline=None)
@given(
    rows,
    st.sets(st.sampled_from(["visa", "visas", "ban*", "news", "42", "will"]), min_size=1),
    choices,
)
def test_no_setting_loses_a_seed(texts, seeds, choices):
    streams = [joined_tokens(Patterns(seeds), token_stream(text)) for text in texts]
    written = {
        seed: sum(Seed(seed).matches(token) for stream in streams for token in stream)
        for seed in seeds
    }
    if not any(written.values()):
        return

    counts = term_counts(vectorise(corpus_of(texts), themes=themes_of(*sorted(seeds)), **choices))

    for seed, n_written in written.items():
        assert sum(n for term, n in counts.items() if Seed(seed).matches(term)) >= n_written


@settings(max_examples=40, deadline=None)
@given(rows, seed_lists, choices)
def test_row_with_a_seed_has_a_seed_under_any_setting(texts, seeds, choices):
    kept = Patterns(seeds)
    has_seed = [any(map(kept.matches, joined_tokens(kept, token_stream(text)))) for text in texts]
    if not any(has_seed):
        return

    matrix = vectorise(corpus_of(texts), themes=themes_of(*seeds), **choices)

    is_seed = [kept.matches(term) for term in matrix.vocabulary.terms]
    found = matrix.counts.toarray()[:, is_seed].sum(axis=1) > 0
    assert all(f for f, h in zip(found, has_seed, strict=True) if h)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4), st.sampled_from(["en", "es"]))
def test_any_text_can_be_folded_and_parts_count_as_the_whole(texts, language):
    more = {**EVERYTHING, "lemmas": "plurals", "language": language, "keep": ["zzz"]}
    corpus = corpus_of([*texts, "zzz"])

    whole = vectorise(corpus, **more)
    parts = [Corpus(corpus.table.iloc[n : n + 1]) for n in range(len(corpus))]

    assert term_counts(vectorise_stream(parts, **more)) == term_counts(whole)


# --- new text ---


def test_text_that_made_the_vocabulary_has_the_same_counts_with_its_table():
    texts = ["border walls, a border wall. visas"] * 12 + ["the wall; root causes, root cause"] * 3
    settings = {"themes": themes_of("root cause*"), "max_share": 1.0}
    made = vectorise(corpus_of(texts), lemmas="plurals", min_docs=2, **settings)

    for lemmas in (made.folded, "plurals"):
        again = vectorise(corpus_of(texts), vocabulary=made.vocabulary, lemmas=lemmas, **settings)

        assert (made.counts != again.counts).nnz == 0
    assert "border wall" in made.vocabulary


def test_plural_in_new_text_is_the_singular_of_the_vocabulary():
    made = vectorise(corpus_of(["visa ban news"]), lemmas="plurals", **EVERYTHING)

    new = vectorise(corpus_of(["visas walls news"]), vocabulary=made.vocabulary, lemmas="plurals")

    assert term_counts(new) == {"ban": 0, "news": 1, "visa": 1}
    assert list(new.unknown["term"]) == ["walls"]
