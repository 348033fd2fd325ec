"""Which singular a word may be the plural of, by the endings of its language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from topoi.errors import InputError, listed

__all__ = ["plural_rule", "protected_terms", "singulars"]

_SHORTEST = 4  # letters; shorter words are mostly names and abbreviations
_ACUTE = str.maketrans("aeiou", "áéíóú")
_PLAIN = str.maketrans("áéíóú", "aeiou")


def singulars(word: str, language: str = "en") -> tuple[str, ...]:
    """What the singular of a word would be, the likeliest first; empty where it is no plural.

    No dictionary is asked, so the answer may be no word at all: `vectorise` folds a word only
    onto one that occurs in the text. Of a word with hyphens the last part is looked at. Lower
    case; "en" and "es" have rules.

    Raises
    ------
    InputError
        If there is no rule for the language.

    Examples
    --------
    >>> singulars("policies"), singulars("asylum-seekers"), singulars("crisis")
    (('policy', 'policie'), ('asylum-seeker',), ())
    >>> singulars("migraciones", "es")
    ('migración', 'migracion', 'migracione')
    """
    rule = plural_rule(language)
    before, hyphen, last = word.rpartition("-")
    if len(last) < _SHORTEST or not last.isalpha():
        return ()
    return tuple(before + hyphen + base for base in dict.fromkeys(rule(last)))


def plural_rule(language: str) -> Callable[[str], list[str]]:
    """The rule for one word of letters.

    Raises
    ------
    InputError
        If there is none for the language.
    """
    if language not in _RULES:
        raise InputError(
            f"There is no rule for plurals of the language {language!r}; there is one for "
            f"{listed(sorted(_RULES))}. Give lemmas='simplemma' or a table of your own, word to "
            "form, or None."
        )
    return _RULES[language]


def protected_terms(language: str) -> tuple[str, ...]:
    """Words and phrases that look like forms of others but are terms of their own."""
    words = _PROTECTED_WORDS.get(language, "").split()
    return (*words, *_PROTECTED_PHRASES.get(language, ()))


def _english(word: str) -> list[str]:
    if word in _ENGLISH_IRREGULAR:
        return _ENGLISH_IRREGULAR[word].split()
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return []
    if word.endswith("ies"):
        return [word[:-3] + "y", word[:-1]]
    if word.endswith(("sses", "shes", "ches", "xes", "zes", "oes")):
        return [word[:-2], word[:-1]]
    if word.endswith("ses"):
        return [word[:-1], word[:-2]]
    return [word[:-1]]


def _spanish(word: str) -> list[str]:
    if word in _SPANISH_IRREGULAR:
        return [_SPANISH_IRREGULAR[word]]
    if not word.endswith("s") or word.endswith(("ss", "us", "is", "ís")):
        return []
    if word.endswith("ces"):
        return [word[:-3] + "z", word[:-1]]
    if word.endswith("es") and word[-3] in "dlnrsyjí":
        return [*_consonant_singulars(word[:-2]), word[:-1]]
    return [word[:-1]] if word[-2] in "aeiouáéíóú" else []


def _consonant_singulars(stem: str) -> list[str]:
    """A stem with the accent where Spanish puts it once "es" is gone: nación, joven, país."""
    bare = stem.translate(_PLAIN)
    if stem != bare:  # jóvenes, países
        return [bare, stem] if stem[-2:-1] in "aeiou" else [stem, bare]
    if stem[-1:] in "ns" and stem[-2:-1] in "aeiou":  # naciones, intereses; planes, meses
        return [stem[:-2] + stem[-2].translate(_ACUTE) + stem[-1], stem]
    return [stem]


_RULES: Mapping[str, Callable[[str], list[str]]] = {"en": _english, "es": _spanish}

_ENGLISH_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "grandchildren": "grandchild",
    "feet": "foot",
    "teeth": "tooth",
    "wives": "wife",
    "lives": "life live",
    "knives": "knife",
    "thieves": "thief",
    "halves": "half",
    "shelves": "shelf",
    "wolves": "wolf",
    "crises": "crisis",
    "analyses": "analysis analyse",
    "theses": "thesis",
    "hypotheses": "hypothesis",
    "emphases": "emphasis",
    "diagnoses": "diagnosis",
    "bases": "base basis",
    "criteria": "criterion",
    "phenomena": "phenomenon",
    "statuses": "status",
    "campuses": "campus",
    "caucuses": "caucus",
    "buses": "bus",
    "viruses": "virus",
    "censuses": "census",
    "countrymen": "countryman",
    "congressmen": "congressman",
    "policemen": "policeman",
    "fishermen": "fisherman",
    "servicemen": "serviceman",
}
_SPANISH_IRREGULAR = {
    "regímenes": "régimen",
    "especímenes": "espécimen",
    "caracteres": "carácter",
}

# Not plurals, or plurals with a sense of their own; and names that end in s.
_PROTECTED_WORDS = {
    "en": """
    media policing united news species series means headquarters proceedings barracks crossroads
    customs arms goods rights affairs commons premises grounds remains savings earnings outskirts
    politics economics ethics logistics mathematics physics statistics athletics genetics basics
    aids sars bias atlas canvas christmas whereas alas pancreas isis hamas
    texas kansas arkansas dallas vegas angeles honduras bahamas philippines netherlands wales
    americas andes balkans maldives seychelles athens brussels naples paris james charles thomas
    times reuters data
    """,
    "es": """
    estados unidos unidas naciones medios bienes honduras afueras víveres
    crisis análisis tesis virus campus lunes martes miércoles jueves viernes
    texas kansas arkansas dallas filipinas bahamas maldivas buenos aires andes
    carlos marcos lucas nicolás tomás andrés londres bruselas parís atenas
    """,
}
_PROTECTED_PHRASES = {
    "en": (
        "united states",
        "united nations",
        "united kingdom",
        "human rights",
        "civil rights",
        "armed forces",
        "los angeles",
        "las vegas",
        "el paso",
    ),
    "es": (
        "estados unidos",
        "naciones unidas",
        "derechos humanos",
        "fuerzas armadas",
        "medios de vida",
        "medios de comunicación",
    ),
}
