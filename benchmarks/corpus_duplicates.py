"""How well and how fast copies are found, beside datasketch.

Copies are planted into one half of the White House briefings: word for word, with 10 % and 25 % of
the words replaced by words drawn from the corpus, and inside a text of the other half. The halves
are told apart by the hash of the id; the rules of `deduplicate` were chosen on the one called
development, figures are reported on the other.

    python benchmarks/corpus_duplicates.py [--half development] [--part quality|flags|speed]
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import re
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from page import add_write, printed_into

import topoi

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
HALVES = ("development", "report")
N_EACH = 300  # planted copies of each kind
LEAST_WORDS = 40
SEED = 4
KINDS = ("exact", "10 % replaced", "25 % replaced", "contained")
Pair = tuple[str, str]


@dataclass(frozen=True)
class Planted:
    """Texts by id; of each planted copy its original and kind, and the text it was put into."""

    texts: dict[str, str]
    dates: dict[str, str]
    original: dict[str, str]
    kind: dict[str, str]
    host: dict[str, str]


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES, default="report")
    parser.add_argument("--part", choices=("quality", "flags", "speed"))
    parser.add_argument("--natural", action="store_true", help="list the pairs not planted")
    add_write(parser)
    asked = parser.parse_args()
    if asked.write and (asked.half != "report" or asked.natural):
        parser.error("--write takes the figures of the half that is reported, without --natural")
    table = pd.read_parquet(SHARED / "wh_briefings_2021_2025.parquet")
    _warm_up()
    steps: dict[str, Callable[[], None]] = {
        "quality": lambda: _print_quality(table, asked.half, with_natural=asked.natural),
        "flags": lambda: _print_flags(table),
        "speed": _print_speed,
    }
    for part, step in steps.items():
        if asked.part in (None, part):
            with printed_into(asked.write, f"duplicates-{part}"):
                step()


def plant(table: pd.DataFrame, half: str) -> Planted:
    """One half of the corpus with planted copies."""
    is_report = np.array([hashlib.sha1(name.encode()).digest()[0] % 2 for name in table["id"]])
    here = table[is_report == HALVES.index(half)]
    hosts = table[is_report != HALVES.index(half)]
    rng = np.random.default_rng(SEED)
    words = [word for text in here["text"].sample(800, random_state=SEED) for word in text.split()]
    long = here[(here["text"].str.split().str.len() >= LEAST_WORDS)]
    chosen = long.sample(N_EACH * (len(KINDS) - 1), random_state=SEED)
    short = long[(long["text"].str.split().str.len() <= 600) & ~long["id"].isin(chosen["id"])]
    short = short.sample(N_EACH, random_state=SEED + 1)
    hosts = hosts[hosts["text"].str.split().str.len().between(800, 4000)]
    hosts = hosts.sample(N_EACH, random_state=SEED)
    planted = Planted(
        dict(zip(here["id"], here["text"], strict=True)),
        dict(zip(here["id"], here["date"], strict=True)),
        {},
        {},
        {},
    )

    def add(kind: str, original: str, text: str) -> str:
        name = f"planted:{len(planted.original):04d}"
        planted.texts[name] = text
        planted.dates[name] = "2025-06-01"
        planted.original[name] = original
        planted.kind[name] = kind
        return name

    rows = list(zip(chosen["id"], chosen["text"], strict=True))
    for name, text in rows[:N_EACH]:
        add("exact", name, re.sub(r"\s+", " ", text).upper() + " .")
    for name, text in rows[N_EACH : 2 * N_EACH]:
        add("10 % replaced", name, _replaced(text, 0.10, words, rng))
    for name, text in rows[2 * N_EACH : 3 * N_EACH]:
        add("25 % replaced", name, _replaced(text, 0.25, words, rng))
    for (name, text), host in zip(short[["id", "text"]].to_numpy(), hosts["text"], strict=True):
        blocks = host.split("\n\n")
        place = int(rng.integers(len(blocks) + 1))
        copy = add("contained", name, "\n\n".join([*blocks[:place], text, *blocks[place:]]))
        planted.host[copy] = host
    return planted


def _replaced(text: str, share: float, words: list[str], rng: np.random.Generator) -> str:
    pieces = re.split(r"(\s+)", text)
    places = [place for place in range(0, len(pieces), 2) if pieces[place]]
    for place in rng.choice(places, size=round(share * len(places)), replace=False):
        pieces[place] = words[rng.integers(len(words))]
    return "".join(pieces)


def shingles(text: str) -> set[object]:
    """Distinct words and pairs of neighbouring words, by another route than topoi's."""
    words = re.findall(r"[^\W_]+", text.lower())
    return set(words) | set(itertools.pairwise(words))


def similarity(a: str, b: str) -> float:
    """Jaccard similarity of the shingles."""
    one, other = shingles(a), shingles(b)
    return len(one & other) / max(len(one | other), 1)


def contained(a: str, b: str) -> float:
    """Shared shingles over those of the smaller text."""
    one, other = shingles(a), shingles(b)
    return len(one & other) / max(min(len(one), len(other)), 1)


# --- quality ------------------------------------------------------------------------------------


def _print_quality(table: pd.DataFrame, half: str, *, with_natural: bool) -> None:
    planted = plant(table, half)
    n_words = sum(len(text.split()) for text in planted.texts.values()) / 1e6
    print(f"\nPlanted copies, {half} half: {len(planted.texts)} documents, {n_words:.1f} M words")
    print(f"{N_EACH} copies of each kind; right: of the same original, or of a copy of it")
    print(f"{'':44}{'recall of':>14}{'':>42}{'precision':>11}{'wrong':>7}{'seconds':>9}")
    print(f"{'':44}" + "".join(f"{kind:>14}" for kind in KINDS))
    found = {}
    for name, find in _finders():
        start = time.perf_counter()
        pairs = find(planted)
        seconds = time.perf_counter() - start
        found[name] = pairs
        _print_scores(name, planted, pairs, seconds)
    _print_clusters(planted)
    _print_natural(table, planted, found["topoi.duplicate_pairs"], with_natural=with_natural)


def _finders() -> list[tuple[str, Callable[[Planted], list[Pair]]]]:
    finders: list[tuple[str, Callable[[Planted], list[Pair]]]] = [
        ("topoi.duplicate_pairs", _topoi_pairs)
    ]
    try:
        import datasketch  # noqa: F401
    except ImportError:
        print("(datasketch is not installed: not compared)")
        return finders
    for width, threshold in (((1, 2), 0.6), ((1, 2), 0.4), ((3,), 0.5)):
        grams = "+".join(map(str, width))
        name = f"datasketch MinHashLSH, {grams}-word, {threshold}"
        finders.append((name, lambda p, w=width, t=threshold: _datasketch_pairs(p, w, t)))
    return finders


def _topoi_pairs(planted: Planted) -> list[Pair]:
    table = topoi.duplicate_pairs(_corpus(planted), n_jobs=2)
    return list(zip(table["doc_id_a"], table["doc_id_b"], strict=True))


def _datasketch_pairs(planted: Planted, width: tuple[int, ...], threshold: float) -> list[Pair]:
    """What the index gives for each document, 128 permutations as its manual has it."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=128)
    pairs = []
    for name, text in planted.texts.items():
        words = re.findall(r"[^\W_]+", text.lower())
        grams = {
            " ".join(words[start : start + n]).encode()
            for n in width
            for start in range(len(words) - n + 1)
        }
        if not grams:
            continue
        sketch = MinHash(num_perm=128)
        sketch.update_batch(sorted(grams))
        pairs += [(other, name) for other in index.query(sketch)]
        index.insert(name, sketch)
    return pairs


def _corpus(planted: Planted) -> topoi.Corpus:
    ids = list(planted.texts)
    return topoi.Corpus(
        pd.DataFrame(
            {
                "doc_id": ids,
                "text": [planted.texts[name] for name in ids],
                "date": pd.to_datetime([planted.dates[name] for name in ids]),
            }
        )
    )


def _print_scores(name: str, planted: Planted, pairs: list[Pair], seconds: float) -> None:
    partners: dict[str, set[str]] = defaultdict(set)
    for a, b in pairs:
        partners[a].add(b)
        partners[b].add(a)
    recalls = []
    for kind in KINDS:
        wanted = [copy for copy in planted.kind if planted.kind[copy] == kind]
        n_found = sum(_is_found(planted, copy, partners) for copy in wanted)
        recalls.append(n_found / len(wanted))
    judged = [_is_right(planted, a, b) for a, b in pairs if {a, b} & set(planted.original)]
    right = sum(judged) / max(len(judged), 1)
    shown = "".join(f"{recall:>14.3f}" for recall in recalls)
    print(f"{name:44}{shown}{right:>11.4f}{len(judged) - sum(judged):>7}{seconds:>9.1f}")


def _is_found(planted: Planted, copy: str, partners: dict[str, set[str]]) -> bool:
    """Whether a copy is in a pair with its original, or both are with one that is the same."""
    original = planted.original[copy]
    if original in partners[copy]:
        return True
    both = sorted(partners[copy] & partners[original])
    return any(similarity(planted.texts[one], planted.texts[original]) == 1 for one in both)


def _is_right(planted: Planted, a: str, b: str) -> bool:
    """Whether two texts, at least one planted, have one origin."""
    if planted.original.get(a, a) == planted.original.get(b, b):
        return True
    pairs = itertools.product(_origins(planted, a), _origins(planted, b))
    return any(similarity(*pair) >= 0.6 or contained(*pair) >= 0.85 for pair in pairs)


def _origins(planted: Planted, name: str) -> list[str]:
    """The texts that a text was made from."""
    original = planted.texts[planted.original.get(name, name)]
    return [original, planted.host[name]] if name in planted.host else [original]


def _print_clusters(planted: Planted) -> None:
    """Recall by what `deduplicate` puts together, which is what counts in an analysis."""
    corpus = topoi.deduplicate(_corpus(planted), copies="mark", n_jobs=2)
    cluster = dict(zip(corpus.ids, corpus.table["cluster"], strict=True))
    recalls = []
    for kind in KINDS:
        wanted = [copy for copy in planted.kind if planted.kind[copy] == kind]
        together = [cluster[copy] == cluster[planted.original[copy]] for copy in wanted]
        recalls.append(sum(together) / len(together))
    judged = [
        _is_right(planted, copy, stays)
        for copy, stays in cluster.items()
        if copy != stays and {copy, stays} & set(planted.original)
    ]
    right = sum(judged) / len(judged)
    shown = "".join(f"{recall:>14.3f}" for recall in recalls)
    print(f"{'topoi.deduplicate, in one cluster':44}{shown}{right:>11.4f}")


def _print_natural(
    table: pd.DataFrame, planted: Planted, pairs: list[Pair], *, with_natural: bool
) -> None:
    """The pairs that nobody planted, by their exact similarity and the agreement of titles."""
    titles = dict(zip(table["id"], table["title"], strict=True))
    natural = [(a, b) for a, b in pairs if not {a, b} & set(planted.original)]
    rows = []
    for a, b in natural:
        texts = planted.texts[a], planted.texts[b]
        alike = similarity(*texts), contained(*texts)
        rows.append((*alike, _same_title(titles[a], titles[b]), a, b))
    found = pd.DataFrame(
        rows, columns=["similarity", "contained", "same_title", "a", "b"]
    ).sort_values(["similarity", "a", "b"], ignore_index=True)
    print(f"\n{len(found)} further pairs, not planted; counted exactly, by plain sets of words:")
    below = ~((found["similarity"] >= 0.6) | (found["contained"] >= 0.85))
    print(f"  below .6 alike and below .85 contained (spun): {int(below.sum())}")
    bands = pd.cut(found["similarity"], [0, 0.6, 0.7, 0.8, 0.9, 1], right=False).astype(str)
    bands = bands.where(found["similarity"] < 1, "1.0")
    print(found.groupby(bands)["same_title"].agg(["size", "mean"]).round(2).to_string())
    if with_natural:
        for row in found.itertuples():
            shown = f"{row.similarity:.2f} {row.contained:.2f} {int(row.same_title)}"
            print(shown, titles[row.a][:110], "|", titles[row.b][:110])


def _same_title(a: str, b: str) -> bool:
    """Whether titles agree but for numbers, dates and who is written to."""
    one, other = (_title_words(title) for title in (a, b))
    return len(one & other) >= 0.8 * min(len(one), len(other))


def _title_words(title: str) -> set[str]:
    form = r"press release|letters?|message|notice|memorandum|the|of|to|on|and|a|in|for|with"
    plain = re.sub(rf"\b(?:{form})\b|\d+", " ", title.lower())
    return set(re.findall(r"[^\W\d_]{2,}", plain))


# --- exact flags --------------------------------------------------------------------------------


def _print_flags(table: pd.DataFrame) -> None:
    """Exact copies beside the flags that came with the corpus, every disagreement explained."""
    corpus = topoi.Corpus(
        table.rename(columns={"id": "doc_id"})[["doc_id", "text", "date"]].assign(
            date=pd.to_datetime(table["date"])
        )
    )
    cluster = topoi.deduplicate(corpus, near=None, copies="mark").table["cluster"]
    ours = (cluster != table["id"]).to_numpy()
    flagged = table["is_duplicate"].to_numpy()
    print(
        f"\nExact copies, all {len(table)} documents: {flagged.sum()} flagged, {ours.sum()} found"
    )
    print(f"  same verdict on {np.mean(ours == flagged):.4f} of the documents")
    groups = pd.DataFrame({"theirs": table["sha1"], "ours": cluster, "is_flag": flagged})
    split = groups.groupby("theirs")["ours"].nunique() > 1
    print(f"  groups of theirs that are in more than one of ours: {int(split.sum())}")
    joined = groups.groupby("ours")["theirs"].nunique()
    print(f"  groups of ours with more than one of theirs: {int((joined > 1).sum())}")
    differ = np.flatnonzero(ours != flagged)
    swapped = sum(_is_swapped(groups, ours, row) for row in differ)
    wider = sum(
        joined[groups["ours"][row]] > 1 for row in differ if not _is_swapped(groups, ours, row)
    )
    print(f"  {len(differ)} disagreements: {swapped} are the other one of a group that has as many")
    print(f"  copies by both (ours keeps the earliest, longest, first id); {wider} are of groups")
    print("  whose texts differ in case or punctuation, which their hash takes for different;")
    print(f"  unexplained: {len(differ) - swapped - wider}")


def _is_swapped(groups: pd.DataFrame, ours: np.ndarray, row: int) -> bool:
    members = groups.index[groups["theirs"] == groups["theirs"][row]]
    return bool(ours[members].sum() == groups["is_flag"][members].sum())


# --- speed --------------------------------------------------------------------------------------


def _print_speed() -> None:
    texts = list(
        pd.read_parquet(SHARED / "federal_register_full.parquet", columns=["text"])["text"]
    )
    print("\nSpeed: the Federal Register, two threads; then notices on one template")
    for n_docs in (5_000, 10_000, 20_000):
        _print_time(f"{n_docs} documents", texts[:n_docs])
    for n_docs in (5_000, 10_000, 20_000):
        _print_time(f"{n_docs} notices on one template", list(_notices(n_docs)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"  peak memory of the whole run {peak:.1f} GB")


def _print_time(name: str, texts: list[str]) -> None:
    corpus = topoi.Corpus(pd.DataFrame({"doc_id": map(str, range(len(texts))), "text": texts}))
    start = time.perf_counter()
    kept = topoi.deduplicate(corpus, n_jobs=2)
    seconds = time.perf_counter() - start
    n_words = sum(text.count(" ") + 1 for text in texts) / 1e6
    print(f"  {name}, {n_words:.1f} M words: {seconds:.1f} s, {len(texts) - len(kept)} merged")


def _notices(n_docs: int) -> Iterable[str]:
    """A frame of 150 words with 50 words of each notice's own."""
    rng = np.random.default_rng(SEED)
    frame = [f"frame{number}" for number in range(150)]
    for _ in range(n_docs):
        own = [f"own{number}" for number in rng.integers(20_000, size=50)]
        yield " ".join([*frame[:75], *own, *frame[75:]])


def _warm_up() -> None:
    """Compile the kernels, so that no measurement does."""
    texts = [
        " ".join(f"w{number}" for number in range(start, start + 60)) for start in (0, 1, 2, 30)
    ]
    topoi.deduplicate(topoi.Corpus(pd.DataFrame({"doc_id": list("abcd"), "text": texts})), n_jobs=2)


if __name__ == "__main__":
    main()
