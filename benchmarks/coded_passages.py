"""Which passages of the shared corpora were coded for three themes, cut again from the files' text.

benchmarks/coded/README.md says how they were chosen and coded. Their text may not be in the
repository, so each is kept as the stretches of its document's letters and their hash.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score

FOLDER = Path(__file__).resolve().parent / "coded"
# The corpora that each batch is of.
CORPORA = {
    "development": ("uk", "un", "fr"),
    "report": ("uk", "un", "fr"),
    "held_out_2": ("sotu", "press", "survey"),
}
BATCHES = tuple(CORPORA)
FILES = {
    "uk": "uk_immigration_news_2014",
    "un": "ungd2017",
    "fr": "federal_register_full",
    "sotu": "sotu",
    "press": "wh_briefings_2021_2025",
    "survey": "gadarian",
}
CODES = ("root", "border", "legal")


def main() -> None:
    """Print how many passages have each theme and how well the annotators agree."""
    print("| batch | corpus | passages | root | border | legal | alpha: root | border | legal |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
    for batch, corpora in CORPORA.items():
        codes = read_codes(batch)
        for corpus in ["all", *corpora]:
            rows = codes if corpus == "all" else codes[codes["corpus"] == corpus]
            n_with = " | ".join(map(str, majority(rows).sum(axis=0)))
            agreement = " | ".join(f"{alpha(_votes(rows, name)):.2f}" for name in CODES)
            agreement = agreement.replace("nan", "–")
            print(f"| {batch} | {corpus} | {len(rows)} | {n_with} | {agreement} |")
        if f"{CODES[0]}_again" in codes:
            print(_read_again(batch, codes))


def read_codes(batch: str) -> pd.DataFrame:
    """The rows of a batch as they are kept: no text, the codes of each annotator."""
    return pd.read_csv(FOLDER / f"{batch}.csv", dtype={"ranges": "str"})


def cut_passages(batch: str, shared: Path) -> pd.DataFrame:
    """The coded passages whose text is found in the shared corpora.

    Returns
    -------
    DataFrame
        Columns corpus, passage_id, doc_id, text, letters_sha256 (str), root, border, legal (int64,
        what most annotators say), in the order of the batch. How many were found is said on
        standard error.
    """
    kept = read_codes(batch)
    kept["doc_id"] = kept["passage_id"].str.rpartition("#")[0]
    kept["text"] = [""] * len(kept)
    for corpus, rows in kept.groupby("corpus"):
        kept.loc[rows.index, "text"] = _texts_of(rows, documents(shared, corpus))
    kept[list(CODES)] = majority(kept)
    is_found = kept["text"] != ""
    print(f"batch {batch}: {is_found.sum()} of {len(kept)} passages found", file=sys.stderr)
    columns = ["corpus", "passage_id", "doc_id", "text", "letters_sha256", *CODES]
    return kept.loc[is_found, columns].reset_index(drop=True)


def documents(shared: Path, corpus: str) -> pd.DataFrame:
    """Columns id, text (str) of the documents of a corpus.

    Of the White House the press briefings, without copies and without those of the documents on
    migration that settings were chosen on.
    """
    table = pd.read_parquet(shared / f"{FILES[corpus]}.parquet", columns=_columns(corpus))
    if corpus == "press":
        looked_at = pd.read_parquet(
            shared / "wh_migration_docs_2021_2025.parquet", columns=["text"]
        )
        is_kept = (table["category"] == "press-briefings") & ~table["is_duplicate"]
        table = table[is_kept & ~table["text"].isin(looked_at["text"])]
    return table[["id", "text"]]


def _columns(corpus: str) -> list[str]:
    return ["id", "text", *(["category", "is_duplicate"] if corpus == "press" else [])]


def majority(codes: pd.DataFrame) -> np.ndarray:
    """Shape (P, 3): 1 where most of those who coded the batch found the theme."""
    shares = [_votes(codes, name).mean(axis=1) for name in CODES]
    return (np.column_stack(shares) > 1 / 2).astype(np.int64)


def alpha(votes: pd.DataFrame) -> float:
    """Krippendorff's alpha of 0/1 codes, a column for each annotator, none missing.

    nan where all codes are the same, since chance then explains them, and of one annotator.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's alpha-reliability: nominal data.
    """
    n_coders = votes.shape[1]
    if n_coders == 1:
        return float("nan")
    ones = votes.sum(axis=1).to_numpy()
    observed = np.mean(2 * ones * (n_coders - ones) / (n_coders * (n_coders - 1)))
    n_values, n_ones = votes.size, int(ones.sum())
    expected = 2 * n_ones * (n_values - n_ones) / (n_values * (n_values - 1))
    return float(1 - observed / expected) if expected else float("nan")


def kappa(first: pd.Series, second: pd.Series) -> float:
    """Cohen's kappa of two readings in 0/1; nan where both have one code alone."""
    if first.nunique() == 1 and first.equals(second):
        return float("nan")
    return float(cohen_kappa_score(first, second))


def _read_again(batch: str, codes: pd.DataFrame) -> str:
    """How well the second reading of some passages agrees with the first, as a sentence."""
    twice = codes[codes[f"{CODES[0]}_again"].notna()]
    columns = [(twice[f"{name}_A"], twice[f"{name}_again"].astype("int64")) for name in CODES]
    kappas = ", ".join(
        f"{name} {kappa(*pair):.2f}" for name, pair in zip(CODES, columns, strict=True)
    )
    n_unlike = sum(int((first != second).sum()) for first, second in columns)
    return (
        f"\n{batch}: {len(twice)} passages read again; Cohen's kappa {kappas}; "
        f"{n_unlike} of {len(twice) * len(CODES)} codes differ."
    )


def _votes(codes: pd.DataFrame, theme: str) -> pd.DataFrame:
    return codes[[name for who in "ABC" if (name := f"{theme}_{who}") in codes]]


def letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text, folded, and the place in the text that each stands at.

    Blanks, punctuation, hyphens at the end of a line and lines taken out do not change them.
    """
    found, places = [], []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKC", character).casefold():
            if letter.isalnum():
                found.append(letter)
                places.append(place)
    return "".join(found), places


def letters_hash(text: str) -> str:
    """sha256 of the letters and digits of a text."""
    return hashlib.sha256(letters(text)[0].encode()).hexdigest()


def _texts_of(rows: pd.DataFrame, documents: pd.DataFrame) -> list[str]:
    """The text of each row; empty where its document is not there or says something else."""
    raw = dict(zip(documents["id"], documents["text"], strict=True))
    return [
        _cut(raw.get(doc_id, ""), ranges, sha256)
        for doc_id, ranges, sha256 in zip(
            rows["doc_id"], rows["ranges"], rows["letters_sha256"], strict=True
        )
    ]


def _cut(document: str, ranges: str, sha256: str) -> str:
    _, places = letters(document)
    bounds = [[int(number) for number in part.split("-")] for part in ranges.split(";")]
    if not places or bounds[-1][1] > len(places):
        return ""
    pieces = [document[places[first] : _end(document, places[last - 1])] for first, last in bounds]
    text = " ".join(" ".join(pieces).split())
    return text if letters_hash(text) == sha256 else ""


def _end(document: str, last_letter: int) -> int:
    """Where a piece ends: after the marks that follow its last letter."""
    end = last_letter + 1
    while end < len(document) and not document[end].isalnum() and not document[end].isspace():
        end += 1
    return end


if __name__ == "__main__":
    main()
