"""How fast rows are selected and keywords shown, and how many words a language needs to be told.

`python benchmarks/corpus_select.py` prints both: speed on the White House briefings, languages on
windows of their words (English) and of a text written here (Spanish).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable

import pandas as pd
from page import add_write, printed_into
from sentence_passages import DATA

import topoi

SPANISH = """
La Secretaría de Gobernación informó que las personas migrantes recibirán visas humanitarias en la
frontera sur. El gobierno de Honduras pidió atender las causas de la migración: la pobreza, la
violencia y la sequía que dejaron dos huracanes. Miles de familias esperan en Tapachula una cita
para pedir asilo, y muchas llevan meses sin trabajo. Los campesinos de Chiquimula perdieron la
segunda cosecha de frijol, y los jóvenes hablan de irse al norte. La canciller dijo que los
programas de trabajo temporal abrirán vías legales para quienes hoy pagan a los coyotes. En el
puente internacional, los agentes revisaron cada autobús antes de dejarlo pasar hacia la capital.
El presidente anunció un acuerdo con sus vecinos para vigilar mejor los pasos clandestinos del
Darién. Las remesas sostienen a una de cada cuatro familias del municipio, según la encuesta.
"""
QUERY = '(migra* OR asylum OR "title 42") AND border NEAR/10 (wall OR secur*) AND NOT sport*'


def main() -> None:
    """Print the speeds, then the languages told."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    given = parser.parse_args()
    table = pd.read_parquet(DATA / "wh_briefings_2021_2025.parquet", columns=["id", "text"])
    corpus = topoi.Corpus(table.rename(columns={"id": "doc_id"}))
    with printed_into(given.write, "selection"):
        print_speeds(corpus)
        print_languages(corpus.texts)


def print_speeds(corpus: topoi.Corpus) -> None:
    """Megabytes a second of each step."""
    size = sum(len(text.encode()) for text in corpus.texts) / 1e6
    themes = topoi.load_themes("migration")
    steps: dict[str, Callable[[], object]] = {
        "select by a query": lambda: topoi.select(corpus, query=QUERY),
        "select by themes": lambda: topoi.select(corpus, themes=themes),
        'kwic of "root cause*"': lambda: topoi.kwic(corpus, "root cause*"),
        "segment by speaker": lambda: topoi.segment(corpus, by="speaker"),
        "segment by sentence": lambda: topoi.segment(corpus, by="sentence"),
        "segment by paragraph": lambda: topoi.segment(corpus),
    }
    topoi.select(topoi.Corpus(corpus.table.head(10)), query=QUERY)  # loads the kernels
    for name, step in steps.items():
        start = time.perf_counter()
        rows = step()
        seconds = time.perf_counter() - start
        print(f"{name:24} {size / seconds:7.1f} MB/s  {len(rows):8} rows")  # type: ignore[arg-type]


def print_languages(texts: list[str]) -> None:
    """Texts whose language is told, by their number of words."""
    print(f"\n{'words':>5} {'language':8} {'texts':>5} {'right':>6} {'und':>6} {'wrong':>6}")
    for n_words in (4, 6, 8, 12, 20, 40):
        _print_told("en", _windows(texts, n_words), n_words)
        _print_told("es", _all_windows(SPANISH.split(), n_words), n_words)


def _windows(texts: list[str], n_words: int) -> list[str]:
    """A window of so many words from each of 1,500 texts."""
    rng = random.Random(0)
    found = []
    for text in rng.sample(texts, 1500):
        words = text.split()
        if len(words) > n_words:
            first = rng.randrange(len(words) - n_words)
            found.append(" ".join(words[first : first + n_words]))
    return found


def _all_windows(words: list[str], n_words: int) -> list[str]:
    return [" ".join(words[n : n + n_words]) for n in range(len(words) - n_words)]


def _print_told(language: str, texts: list[str], n_words: int) -> None:
    table = pd.DataFrame({"doc_id": map(str, range(len(texts))), "text": texts})
    told = topoi.identify_languages(topoi.Corpus(table)).table["language"]
    right, unknown = (told == language).mean(), (told == "und").mean()
    shares = f"{right:6.3f} {unknown:6.3f} {1 - right - unknown:6.4f}"
    print(f"{n_words:5} {language:8} {len(texts):5} {shares}")


if __name__ == "__main__":
    main()
