"""How often each passage uses each term, and which terms are worth counting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.text.known_terms import read_known
from topoi.text.matrix import UNKNOWN_COLUMNS, DocTermMatrix
from topoi.text.numbered import NumberedTexts
from topoi.text.pruning import KEPT, nothing_left, rules_of
from topoi.text.settings import CountSettings, Lemmas, Phrases, Settings
from topoi.text.term_counts import TermFrequencies, count_columns, row_sums
from topoi.text.terms import count, read
from topoi.text.tokenise import BREAK
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Themes

__all__ = ["kept_terms", "vectorise", "vectorise_stream"]


def vectorise(
    passages: Corpus,
    *,
    themes: Themes | None = None,
    language: str | None = None,
    phrases: Phrases = True,
    exclude_phrases: Iterable[str] = (),
    lemmas: Lemmas = None,
    protected: Iterable[str] | None = None,
    non_words: Mapping[str, str] | None = None,
    stop_words: str | Collection[str] | None = "auto",
    min_docs: int = 5,
    max_share: float = 0.5,
    max_terms: int | None = None,
    keep: Iterable[str] = (),
    token_pattern: str | None = None,
    vocabulary: Vocabulary | None = None,
) -> DocTermMatrix:
    """Counts of each term in each row of a corpus, documents or passages.

    Parameters
    ----------
    passages : Corpus
    themes : Themes, optional
        Their phrases are joined first, and no term that matches a seed is ever removed. Their
        counter-words are joined, too, so that a seed inside is not counted; they are terms like
        others.
    language : str, optional
        "en", "es" or another; None is that of the themes, without them English. It chooses the
        stop list, the rule for plurals, the dictionary of simplemma and the protected terms.
    phrases : bool, iterable of str, or DataFrame
        True: phrases are learned from the text and joined. They hold no stop word at an edge, no
        number and nothing that matches a seed or `keep`, and occur in at least `min_docs` rows.
        A list, or a table with a column phrase: these are joined and none is learned. So the
        `phrases` of a matrix can be looked at, edited and given back; given back as they are,
        they make the same matrix. They are counted and pruned like other terms. A seed is not
        taken into another phrase. False: none but those of seeds and `keep`.
    exclude_phrases : iterable of str
        Patterns of phrases that are not to be learned.
    lemmas : "plurals", "simplemma", mapping, DataFrame or None
        What different words are counted as one. "plurals": a plural as its singular, by the rules
        of `singulars`, where the singular occurs in the text, too; of several the most frequent.
        "simplemma": a word as its lemma in the dictionary of the package simplemma. A mapping
        from word to form, or a table with these columns, such as the `folded` of a matrix: just
        these. None: no words. Phrases of seeds are folded where the folded phrase occurs.

        A word stays as it is if it is protected, a stop word or would become one, or if it is an
        instance of a seed or of `keep` that its form is no instance of. Words that are written in
        capitals half of the time and more (AIDS) stay, too, unless a table names them. Seeds see
        words as they are written and as folded: "work permit" finds "work permits" as well.
    protected : iterable of str, optional
        Patterns of words that are not folded and of phrases that are joined before words are
        ("united states"). None is our list for the language. Only with `lemmas`.
    non_words : mapping of str to str, optional
        The rule for each kind of token that is no word: url, email, mention (@name), hashtag,
        date (in digits), number. "drop": left out; "fold": all counted as one term, "<url>";
        "keep": counted, of a web address the host, of a hashtag the word. Kinds that are not
        named are dropped, but for hashtags, which are kept. What a seed or `keep` asks for stays
        whatever the rule. Dates in words are a month, which is a stop word, and numbers.
    stop_words : str, collection of str or None
        "auto", our list for the language; the language of a list of ours; own words in lower
        case; or no stop list.
    min_docs : int >= 1, rows
        A term stays if it occurs in at least so many rows.
    max_share : float in (0, 1], share of rows
        A term stays if it occurs in at most this share of the rows.
    max_terms : int >= 1, optional
        The terms that occur in the most rows stay; ties go to the first in the alphabet.
    keep : iterable of str
        Further patterns, written like seeds, whose terms are joined and never removed.
    token_pattern : str, optional
        A regular expression as in scikit-learn: its matches in the lower-case text are the tokens
        (with a group, what the group matches; an empty match is none). One that goes back and
        forth for too long is an error. Numbers and single letters then stay, and phrases may
        reach across punctuation. None is `tokenise`, to which alone `non_words` applies.
    vocabulary : Vocabulary, optional
        Count these terms and no others, as when new text is to be given to a fitted model. Give
        the other settings as they were when the vocabulary was made: its phrases are joined in
        the same order then. `phrases`, `exclude_phrases`, `min_docs`, `max_share` and `max_terms`
        chose the vocabulary and have no effect on new text. For `lemmas` give the table `folded`
        of the first matrix; with "plurals" a word is folded if its form is in the vocabulary and
        the word is not.

    Returns
    -------
    DocTermMatrix
        Rows as in the corpus, also those left empty. Terms without numbers and single letters,
        unless a seed, `keep` or `non_words` asks for them. Its tables `phrases` and `folded` say
        which words were joined and folded.

        With a `vocabulary` the units have two more columns. `n_unknown` (int64) is the number of
        tokens that are not in the vocabulary though they say something: no stop words, no numbers
        and no single letters. `coverage` (float64, in [0, 1]) is known / (known + unknown)
        tokens, known ones being the sum of the row; nan for a row that has neither. The matrix's
        table `unknown` has the unknown terms; `vocabulary_overlap` sums up.

    Raises
    ------
    InputError
        If a setting is out of range, `min_docs` is larger than the number of rows, or no term is
        left; then the message says which rule removed how many.

    See Also
    --------
    pruning_report : what each rule removed.
    pruning_costs : what is left at other thresholds.
    preprocessing_sensitivity : whether theme shares depend on these settings.
    vectorise_stream : the same for a corpus that does not fit into memory.
    """
    return vectorise_stream(
        [passages],
        themes=themes,
        language=language,
        phrases=phrases,
        exclude_phrases=exclude_phrases,
        lemmas=lemmas,
        protected=protected,
        non_words=non_words,
        stop_words=stop_words,
        min_docs=min_docs,
        max_share=max_share,
        max_terms=max_terms,
        keep=keep,
        token_pattern=token_pattern,
        vocabulary=vocabulary,
    )


def vectorise_stream(
    parts: Iterable[Corpus],
    *,
    vocabulary: Vocabulary | None = None,
    **settings: Unpack[CountSettings],
) -> DocTermMatrix:
    """Counts of `vectorise` for a corpus that comes in parts, whose text is read once.

    Parameters
    ----------
    parts : iterable of Corpus
        For instance a generator that reads one file after another. No part is needed any more
        when the next is asked for. All have the same columns, and no id comes twice.
    vocabulary, settings : as for `vectorise`

    Returns
    -------
    DocTermMatrix
        That of `vectorise` for the corpus in one piece; rows in the order of the parts.

    Raises
    ------
    InputError
        As `vectorise`; also if parts differ in their columns or share an id.

    Notes
    -----
    Tokens are kept as numbers, 4 bytes each, at most twice at a time, besides the matrix, the
    units without their text, and each distinct word once.
    """
    chosen = Settings(**settings)
    if vocabulary is not None:
        return _aligned(parts, vocabulary, chosen)
    found = read(parts, chosen)
    counted, joined = count(found, chosen)
    kept, vocabulary = kept_terms(counted, chosen)
    counts = counted.counts.tocsc()[:, kept].tocsr()
    units = found.units.assign(n_tokens=counted.n_tokens)
    return DocTermMatrix(counts, vocabulary, units, phrases=joined, folded=found.folded)


def kept_terms(
    counted: TermFrequencies, settings: Settings
) -> tuple[NDArray[np.int64], Vocabulary]:
    """The columns that no rule removes, in the order of their terms, and the vocabulary of these.

    Raises
    ------
    InputError
        If no term is left, saying which rule removed how many.
    """
    rules = rules_of(counted, settings)
    kept = np.flatnonzero(rules == KEPT)
    if not len(kept):
        raise InputError(nothing_left(counted, rules, settings))
    kept = np.array(sorted(kept.tolist(), key=counted.terms.__getitem__))
    vocabulary = Vocabulary(
        [counted.terms[column] for column in kept],
        counted.doc_freq[kept],
        counted.term_freq[kept],
    )
    return kept, vocabulary


def _aligned(parts: Iterable[Corpus], vocabulary: Vocabulary, settings: Settings) -> DocTermMatrix:
    """The counts of the terms of a vocabulary, and how much of each row they are."""
    found, joined = read_known(parts, vocabulary, settings)
    columns = [vocabulary.index.get(name, -1) for name in joined.names]
    is_unknown = [
        column < 0 and name != BREAK and settings.empty_word_rule(name) is None
        for name, column in zip(joined.names, columns, strict=True)
    ]
    counts = count_columns(joined, np.array(columns), len(vocabulary))
    n_known, n_unknown = row_sums(counts), _row_tokens(joined, is_unknown)
    with np.errstate(invalid="ignore"):
        coverage = n_known / (n_known + n_unknown)
    n_tokens = _row_tokens(joined, [name != BREAK for name in joined.names])
    columns_of_rows = {"n_tokens": n_tokens, "n_unknown": n_unknown, "coverage": coverage}
    units = found.units.assign(**columns_of_rows)
    unknown = _unknown_terms(joined, is_unknown)
    return DocTermMatrix(counts, vocabulary, units, folded=found.folded, unknown=unknown)


def _row_tokens(texts: NumberedTexts, counts: list[bool]) -> NDArray[np.int64]:
    """How many tokens of each row are of the names that count."""
    return row_sums(count_columns(texts, np.where(counts, 0, -1), 1))


def _unknown_terms(texts: NumberedTexts, is_unknown: list[bool]) -> pd.DataFrame:
    """The unknown terms, the most frequent first."""
    numbers = np.flatnonzero(is_unknown)
    columns = np.full(len(texts.names), -1)
    columns[numbers] = np.arange(len(numbers))
    counts = count_columns(texts, columns, len(numbers))
    n_docs = np.bincount(counts.indices, minlength=len(numbers))
    n_tokens = np.bincount(counts.indices, weights=counts.data, minlength=len(numbers))
    rows = [
        (texts.names[number], int(tokens), int(docs))
        for number, tokens, docs in zip(numbers, n_tokens, n_docs, strict=True)
        if docs
    ]
    ranked = sorted(rows, key=lambda row: (-row[1], row[0]))
    return pd.DataFrame(ranked, columns=list(UNKNOWN_COLUMNS)).astype(UNKNOWN_COLUMNS)
