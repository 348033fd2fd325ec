"""Which language each text is written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import pandas as pd

from topoi.checks import at_least
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed

__all__ = ["LANGUAGES", "UNKNOWN", "identify_languages"]

LANGUAGES = ("ar", "de", "en", "es", "fr", "ht", "it", "nl", "pt", "ru", "uk", "zh")
"""The languages that texts on migration in the Americas and Europe are usually written in."""

UNKNOWN = "und"
"""Stands for a language that cannot be told, as in ISO 639-2."""

_READ = 1000  # characters at the start of a text, and as many in its middle
_SURE = 0.8  # least probability


def identify_languages(
    corpus: Corpus, *, among: Iterable[str] = LANGUAGES, min_letters: int = 20
) -> Corpus:
    """The same rows with a covariate `language`.

    Parameters
    ----------
    corpus : Corpus of documents or passages
    among : iterable of str, at least two codes of ISO 639-1
        Only these are told apart: the fewer, the surer. A text in another language gets that of
        them which is most like it, or "und".
    min_letters : int >= 1; a text with fewer letters is "und"

    Returns
    -------
    Corpus
        `language` is the code, or "und" where the text is too short or no language has a
        probability of 0.8. An earlier `language` column becomes original_language. Of each text
        the first 1,000 characters and 1,000 from its middle on are read.

    Raises
    ------
    InputError
        If py3langid is not installed, a language is unknown to it, or a setting is out of range.

    References
    ----------
    Lui & Baldwin (2012), langid.py: an off-the-shelf language identification tool; the model is
    that of py3langid. benchmarks/corpus_language.py measures how many words it needs.
    """
    at_least("min_letters", min_letters, 1, whole=True)
    tell = _teller(_checked(among))
    found = [_language(text, tell, min_letters) for text in corpus.texts]
    table = corpus.table.rename(columns={"language": "original_language"})
    table["language"] = pd.Series(found, index=table.index, dtype="str")
    return Corpus(table, corpus.ledger)


def _checked(among: Iterable[str]) -> tuple[str, ...]:
    codes = (among,) if isinstance(among, str) else tuple(dict.fromkeys(among))
    if len(codes) < 2:
        raise InputError(f"among must name at least two languages; got {listed(codes) or 'none'}.")
    return codes


def _language(text: str, tell: Callable[[str], tuple[str, float]], min_letters: int) -> str:
    middle = max(_READ, len(text) // 2)
    read = f"{text[:_READ]} {text[middle : middle + _READ]}"
    if sum(map(str.isalpha, read)) < min_letters:
        return UNKNOWN
    language, probability = tell(read)
    return language if probability >= _SURE else UNKNOWN


@lru_cache(maxsize=4)
def _teller(among: tuple[str, ...]) -> Callable[[str], tuple[str, float]]:
    """What tells these languages apart: gives the language of a text and its probability."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        raise InputError(
            "Languages are told by py3langid, which is not installed. Run: pip install py3langid."
        ) from None
    identifier: Any = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    odd = sorted(set(among) - set(identifier.labels))
    if odd:
        raise InputError(
            f"Languages must be codes such as en and es; unknown: {listed(map(repr, odd))}."
        )
    identifier.set_languages(among)
    classify: Callable[[str], tuple[str, float]] = identifier.classify
    return classify
