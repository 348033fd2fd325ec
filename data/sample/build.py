"""How the clean masters become the dirty files that a researcher would have gathered.

Run as ``python data/sample/build.py``: writes documents/, codes.csv and planted.csv beside this
file, the same bytes every time. The lines that are planted stand in dirt.toml.
"""

from __future__ import annotations

import json
import re
import shutil
import string
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import soil
from clean_side import Master, clean_text, read_masters
from soil import blocks, slug, written

HERE = Path(__file__).resolve().parent
DIRT: dict[str, Any] = tomllib.loads((HERE / "dirt.toml").read_text(encoding="utf-8"))
THEMES = ("root_causes", "border_security", "legal_pathways")
ENCODINGS = {4: "cp1252", 8: "utf-16-le", 11: "cp1252", 15: "utf-8-sig", 19: "cp1252"}
INVISIBLE = {5: "\u200b", 9: "\x07", 14: "\ufeff", 20: "\x1f", 25: "\u00ad"}


@dataclass
class Sample:
    """Files by path in documents/, the rows of the two tables, and the true date of each id."""

    files: dict[str, bytes] = field(default_factory=dict)
    codes: list[tuple[Any, ...]] = field(default_factory=list)
    planted: list[tuple[str, str, str]] = field(default_factory=list)
    dates: dict[str, date] = field(default_factory=dict)

    def add(self, doc_id: str, master: Master, content: bytes | None = None) -> None:
        """Keep a document: its file, unless it is a row of one, its date and its codes."""
        if content is not None:
            self.files[doc_id] = content
        self.dates[doc_id] = master.day
        for number, (themes, text) in enumerate(master.paragraphs, start=1):
            if text.startswith("|"):
                self.plant(doc_id, "markdown_table", text.split("\n")[:1])
            flags = [int(theme in themes) for theme in THEMES]
            self.codes.append((doc_id, number, *flags, clean_text(text)))

    def plant(self, doc_id: str, kind: str, details: Iterable[str] = ("",)) -> None:
        """Note what was planted in a document."""
        self.planted += [(doc_id, kind, detail) for detail in details]


def main() -> None:
    """Build everything, write it, and print the counts that the README gives."""
    sample = build()
    shutil.rmtree(HERE / "documents", ignore_errors=True)
    files = {f"documents/{name}": content for name, content in sample.files.items()}
    for name, content in (files | tables(sample)).items():
        path = HERE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(counts(sample))


def build() -> Sample:
    """All files and tables, in memory."""
    sample = Sample()
    masters = read_masters(HERE / "masters")
    of_source: dict[str, list[Master]] = defaultdict(list)
    for master in masters:
        of_source[master.source].append(master)
    writers: dict[str, Callable[[Sample, Master], None]] = {
        "government_release": write_release,
        "ngo_statement": write_statement,
        "think_tank_brief": write_brief,
    }
    for source, write in writers.items():
        for master in of_source[source]:
            write(sample, master)
    for master in of_source["news_report"]:
        if master.number % 2:
            earlier = [m.title for m in of_source["news_report"] if m.day < master.day]
            write_page(sample, master, related=earlier or ["Latest news from the region"])
        else:
            write_scraped(sample, master)
    write_speeches(sample, of_source["legislative_speech"])
    write_transcripts(sample, of_source["radio_transcript"])
    write_copies(sample, {(m.source, m.number): m for m in masters})
    write_rubbish(sample)
    return sample


def tables(sample: Sample) -> dict[str, bytes]:
    """The bytes of codes.csv and planted.csv."""
    codes = [("doc_id", "paragraph", *THEMES, "text"), *sample.codes]
    planted = [("doc_id", "kind", "detail"), *sample.planted]
    return {"codes.csv": soil.csv_bytes(codes), "planted.csv": soil.csv_bytes(planted)}


def counts(sample: Sample) -> str:
    """What was built, in four lines."""
    totals = [sum(column) for column in zip(*(row[2:5] for row in sample.codes), strict=True)]
    themes = ", ".join(f"{name} {n}" for name, n in zip(THEMES, totals, strict=True))
    without = sum(not any(row[2:5]) for row in sample.codes)
    words = sum(len(row[5].split()) for row in sample.codes)
    coded = len({row[0] for row in sample.codes})
    return (
        f"{len(sample.files)} files, {sum(map(len, sample.files.values())) / 1024:.0f} KiB\n"
        f"{coded} coded documents and {len(sample.dates) - coded} copies\n"
        f"{len(sample.codes)} paragraphs, {words} words: {themes}, none {without}\n"
        f"{len(sample.planted)} planted things"
    )


def write_release(sample: Sample, master: Master) -> None:
    """A release: title, date, body, ###, contact; some hard-wrapped, some in other encodings."""
    doc_id = f"government_release/{slug(master.title)}.txt"
    contact = master.chosen(DIRT["government_release"]["contact"], 1)
    is_wrapped = master.number % 3 == 0
    bodies = [soil.wrapped(text) if is_wrapped else text for text in master.texts]
    day = written(master.day, month_first=master.number % 2 == 0)
    text = blocks(master.title, day, "FOR IMMEDIATE RELEASE", *bodies, "###", *contact)
    encoding = ENCODINGS.get(master.number, "utf-8")
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    sample.add(doc_id, master, mark + text.encode(encoding))
    sample.plant(doc_id, "boilerplate_line", ["FOR IMMEDIATE RELEASE", "###", *contact])
    sample.plant(doc_id, "hard_wrap", [""] * is_wrapped)
    sample.plant(doc_id, "encoding", [encoding] * (encoding != "utf-8"))


def write_page(sample: Sample, master: Master, *, related: list[str]) -> None:
    """A whole web page with navigation, share bar, related stories, comments and footer."""
    site = "ledger" if master.number % 4 == 1 else "dispatch"
    has_meta = master.number % 3 == 0
    doc_id = f"news_report/{'' if has_meta else f'{master.day}-'}{slug(master.title)}.html"
    meta = f'<meta property="article:published_time" content="{master.day}T09:30:00+00:00">\n'
    related = master.chosen(related, 3)
    links = [f'<li><a href="/{slug(title)}">{soil.entities(title)}</a></li>' for title in related]
    accents = master.random("accents")
    page = string.Template(DIRT["page"][site]).substitute(
        meta=meta if has_meta else "",
        title=soil.entities(master.title),
        body="\n".join(f"<p>{soil.entities(text, accents)}</p>" for text in master.texts),
        related="\n".join(links),
    )
    sample.add(doc_id, master, page.encode())
    sample.plant(doc_id, "html_page", [site])
    sample.plant(doc_id, "boilerplate_line", [*DIRT["page"]["chrome"][site], *related])


def write_scraped(sample: Sample, master: Master) -> None:
    """What a careless scraper leaves: broken tags, share lines, the lede twice, an epoch."""
    has_epoch = master.number in (6, 14, 22)
    doc_id = f"news_report/{'' if has_epoch else f'{master.day:%Y%m%d}_'}{slug(master.title)}.txt"
    share = master.chosen(DIRT["news_report"]["share"], 2)
    tail = master.chosen(DIRT["news_report"]["tail"], 4)
    bodies, tags = master.texts, list[str]()
    if master.number % 4 == 0:
        bodies, tags = soil.broken(bodies, master.random("tags"))
    lede = master.texts[:1] if master.number % 6 == 2 else []
    noon = datetime(master.day.year, master.day.month, master.day.day, 12, tzinfo=UTC)
    epoch = [str(int(noon.timestamp()))] * has_epoch
    text = blocks(master.title, "\n".join(share), *lede, *bodies, "\n".join(tail), *epoch)
    is_tight = master.number % 8 == 2
    sample.add(doc_id, master, (text.replace("\n\n", "\n") if is_tight else text).encode())
    sample.plant(doc_id, "no_blank_lines", [""] * is_tight)
    sample.plant(doc_id, "boilerplate_line", [*share, *tail])
    sample.plant(doc_id, "broken_tag", tags)
    sample.plant(doc_id, "repeated_line", lede)
    sample.plant(doc_id, "epoch_date", epoch)


def write_statement(sample: Sample, master: Master) -> None:
    """A statement that asks for money: a third in mojibake, in some a bullet twice."""
    doc_id = f"ngo_statement/{master.day}-{slug(master.title)}.txt"
    tail = master.chosen(DIRT["ngo_statement"]["tail"], 3)
    body = blocks(master.title, *master.texts)
    bullets = re.findall(r"^- .*$", body, flags=re.MULTILINE)[:1] * (master.number % 8 in (0, 3))
    for bullet in bullets:
        body = body.replace(bullet, f"{bullet}\n{bullet}", 1)
    text = body + "\n" + "\n".join(tail) + "\n"
    garbled = re.findall(r"[^\x00-\x7f]", text) if master.number % 3 == 1 else []
    sample.add(doc_id, master, (soil.misread(text) if garbled else text).encode())
    sample.plant(doc_id, "boilerplate_line", tail)
    sample.plant(doc_id, "repeated_line", bullets)
    sample.plant(doc_id, "mojibake", [soil.misread(letter) for letter in sorted(set(garbled))])


def write_brief(sample: Sample, master: Master) -> None:
    """A brief in Markdown: heading, emphasis, links, tables, download and newsletter lines."""
    doc_id = f"think_tank_brief/{slug(master.title)}.md"
    top = master.chosen(DIRT["think_tank_brief"]["top"], 1)
    tail = master.chosen(DIRT["think_tank_brief"]["tail"], 2)
    marks = master.random("marks")
    bodies = [soil.marked_up(text, marks) for text in master.texts]
    day = f"*{written(master.day, month_first=False)}*"
    sample.add(
        doc_id, master, blocks(f"# {master.title}", day, *top, *bodies, "---", *tail).encode()
    )
    sample.plant(doc_id, "boilerplate_line", [*top, *tail])


def write_speeches(sample: Sample, masters: list[Master]) -> None:
    """All speeches as lines of JSON, some with characters that nobody sees."""
    name, lines = "legislative_speech/floor_speeches.jsonl", []
    for master in masters:
        key = f"speech-{master.number:02}"
        text = blocks(*master.texts).rstrip()
        sample.add(f"{name}#{key}", master)
        if master.number in INVISIBLE:
            character = INVISIBLE[master.number]
            text = soil.strewn(text, character, master.random("places"))
            sample.plant(f"{name}#{key}", "control_character", [f"U+{ord(character):04X}"])
        item = {"id": key, "date": str(master.day), "title": master.title, "place": master.place}
        lines.append(json.dumps(item | {"text": text}, ensure_ascii=False) + "\n")
    sample.files[name] = "".join(lines).encode()


def write_transcripts(sample: Sample, masters: list[Master]) -> None:
    """All transcripts as rows of a table, half with music and time stamps between the turns."""
    name = "radio_transcript/community_radio.csv"
    rows = [("id", "date", "title", "station", "text")]
    for master in masters:
        key, turns = f"radio-{master.number:02}", master.texts
        sample.add(f"{name}#{key}", master)
        if master.number % 2 == 0:
            sound = master.chosen(DIRT["radio_transcript"]["sound"], 1)
            seconds = [185 + 97 * place + master.number for place in range(len(turns))]
            stamps = [f"[00:{second // 60:02}:{second % 60:02}]" for second in seconds]
            turns = [
                *sound,
                *(line for pair in zip(stamps, turns, strict=True) for line in pair),
                *sound,
            ]
            sample.plant(f"{name}#{key}", "boilerplate_line", sound)
            sample.plant(f"{name}#{key}", "time_stamp", stamps)
        day, station = written(master.day, month_first=True), f"Community radio, {master.place}"
        rows.append((key, day, master.title, station, blocks(*turns).rstrip()))
    sample.files[name] = soil.csv_bytes(rows)


def write_copies(sample: Sample, masters: dict[tuple[str, int], Master]) -> None:
    """Copies that came out later than the originals, as dirt.toml lists them."""
    for copy in DIRT["copies"]:
        original = masters[copy["source"], copy["number"]]
        day = original.day + timedelta(days=copy["days"])
        texts, share = original.texts, copy.get("replaced", 0.0)
        if share:
            texts = soil.spun(texts, share, DIRT["synonyms"], original.random("copy"))
        text = blocks(copy["title"], *texts, "\n".join(copy["lines"]))
        doc_id = f"{copy['folder']}/{day}-{slug(copy['title'])}.txt"
        stem = slug(original.title)
        first = next(name for name in sample.files if stem in name)
        sample.files[doc_id], sample.dates[doc_id] = text.encode(), day
        sample.plant(doc_id, "spun_copy" if share else "exact_reprint", [first])
        sample.plant(doc_id, "boilerplate_line", copy["lines"])


def write_rubbish(sample: Sample) -> None:
    """An empty file, one of spaces, and a picture."""
    spaces = b"   \n \n      \n"
    for name, content, kind in (
        ("news_report/untitled-1.txt", b"", "empty_file"),
        ("ngo_statement/new-document.txt", spaces, "empty_file"),
        ("news_report/logo.png", soil.picture(), "unsupported_file"),
    ):
        sample.files[name] = content
        sample.plant(name, kind)


if __name__ == "__main__":
    main()
