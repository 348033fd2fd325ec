"""Which dirt is planted in clean texts, and where: the truth that cleaning is judged by."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

__all__ = ["HALVES", "LINE", "Dirty", "Planted", "dirtied", "phrases"]

HALVES = ("development", "report")
LINE = "boiler-plate line"
_DATABASES = 0.3  # of the documents have the header of a newspaper database
_PHRASES = Path(__file__).with_name("dirt_phrases.toml")


class Planted(NamedTuple):
    """One planted thing: its kind, and what of it must not be seen after cleaning."""

    kind: str
    trace: str


class Dirty(NamedTuple):
    """A dirty text, the paragraphs that it was made of, and what was planted.

    `paragraphs` are as cleaning should give them back, whatever was done to them.
    """

    text: str
    paragraphs: list[str]
    planted: list[Planted]


def phrases(half: str) -> list[str]:
    """All boiler-plate lines of a half, family after family."""
    families = tomllib.loads(_PHRASES.read_text(encoding="utf-8"))
    return [line for family in families.values() for line in family[half]]


def dirtied(text: str, *, half: str, seed: int) -> Dirty:
    """The text with boiler-plate lines, debris, tables, broken characters and the rest.

    The same seed gives the same dirt. Paragraphs are what blank lines part; those of several
    lines are left as they are.
    """
    chance = random.Random(f"{half} {seed}")
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    soiled, planted = list(paragraphs), []
    suited = [at for at, part in enumerate(paragraphs) if "\n" not in part and len(part) > 120]
    chance.shuffle(suited)
    for at, (kind, soil) in zip(suited, _SOILS.items(), strict=False):
        soiled[at], traces = soil(paragraphs[at], chance)
        planted.extend(Planted(kind, trace) for trace in traces if trace not in text)
    for kind, block, traces in _blocks(half, chance):
        soiled.insert(chance.randint(1, len(soiled)), block)
        planted.extend(Planted(kind, trace) for trace in traces if trace not in text)
    return Dirty("\n\n".join(soiled), paragraphs, planted)


def _blocks(half: str, chance: random.Random) -> list[tuple[str, str, tuple[str, ...]]]:
    """Things that stand between paragraphs: kind, text, what must not be seen afterwards."""
    blocks = [(LINE, line, (line,)) for line in chance.sample(phrases(half), 4)]
    blocks.append(("code", *chance.choice(_CODE[half])))
    blocks.append(("table", chance.choice(_TABLES[half]), ("|", "---", ":-", "+--", "===", "<t")))
    if chance.random() < _DATABASES:
        header = _header(half, chance)
        blocks.append(("database header", "\n".join(header), tuple(header)))
    return blocks


_CODE: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "development": [
        ("<script>window.ads = window.ads || []; ads.push({slot: 1});</script>", ("ads",)),
        ("<style>.share { display: none; }</style>", ("display",)),
        ('<!-- wp:paragraph {"align":"left"} -->', ("wp:", "-->")),
        ("window.dataLayer = window.dataLayer || [];", ("dataLayer",)),
        ("(function(d, s) { var js = d.createElement(s); js.src = '/a.js'; })(document, 'script');",
         ("createElement",)),
        ('<div class="share-box"><a href="#">Share</a></div>', ("share-box", "\nShare\n")),
        (".article-body { font-size: 16px; color: #333; }", ("font-size",)),
        ('[caption id="attachment_12" align="alignleft" width="300"]', ("attachment_12",)),
        ("googletag.cmd.push(function() { googletag.display('div-1'); });", ("googletag",)),
    ],
    "report": [
        ('<noscript><img src="/pixel.gif" height="1" width="1"/></noscript>', ("pixel",)),
        ('<iframe src="https://video.example/embed/1" allowfullscreen></iframe>', ("iframe",)),
        ("<!-- /wp:image -->", ("wp:", "-->")),
        ("var _gaq = _gaq || []; _gaq.push(['_trackPageview']);", ("_gaq",)),
        ("jQuery(document).ready(function($) { $('.menu').hide(); });", ("jQuery",)),
        ('<ul class="breadcrumb"><li><a href="/">Start</a></li></ul>', ("\nStart\n", "- Start")),
        ("#sidebar { width: 300px; float: right; }", ("300px",)),
        ("[/caption]", ("caption]",)),
        ("if (typeof window.video === 'undefined') { window.video = {}; }", ("typeof",)),
    ],
}  # fmt: skip

_TABLES = {
    "development": [
        "| Step | Aim |\n|---|---|\n| Visas | Fill jobs |\n| Aid | Fight drought |",
        "Year | Arrivals\n---|---\n2019 | 1,200\n2020 | 900",
        "| Region | Budget |\n| :--- | ---: |\n| North | 12 |\n| South | 7 |",
        "+-------+--------+\n| Post  | Guards |\n+-------+--------+\n| East  | 14     |\n"
        "+-------+--------+",
        "<table><tr><th>Visa</th><th>Places</th></tr><tr><td>Farm</td><td>300</td></tr></table>",
    ],
    "report": [
        "| Office | Cases |\n|:------:|------:|\n| Lima | 40 |\n| Quito | 12 |",
        "Port | Ships | Crew\n:--|:-:|--:\nEast | 4 | 90\nWest | 2 | 35",
        "|Month|Flights|\n|--|--|\n|May|6|\n|June|9|",
        "+------+-------+\n| Town | Beds  |\n+======+=======+\n| Tule | 80    |\n+------+-------+",
        "<table class='t'><thead><tr><th>Camp</th><th>Tents</th></tr></thead><tbody><tr>"
        "<td>Rio</td><td>55</td></tr></tbody></table>",
    ],
}


def _header(half: str, chance: random.Random) -> list[str]:
    """The lines that a newspaper database writes between headline and article."""
    day, words = chance.randint(1, 28), chance.randint(200, 1900)
    if half == "development":
        rights = "Copyright 2019. Valley Newspapers Ltd. All rights reserved."
        return [f"{words} words", f"{day} April 2019", "The Valley Sentinel", "VALSEN", "12",
                "English", rights]  # fmt: skip
    return [f"{words:,} words", f"{day} October 2021", "08:15", "Harbour Courier", "HARBC",
            "English", "© 2021 Harbour Press Group Inc."]  # fmt: skip


def _cut(text: str, chance: random.Random) -> tuple[str, str, str]:
    """A text in three, cut before words."""
    places = [at for at, sign in enumerate(text) if sign == " " and text[at - 1].isalpha()
              and text[at + 1 : at + 3].isalpha()]  # fmt: skip
    first, second = sorted(chance.sample(places, 2))
    return text[:first], text[first:second], text[second:]


_Soiled = tuple[str, tuple[str, ...]]


def _broken_tag(text: str, chance: random.Random) -> _Soiled:
    before, within, after = _cut(text, chance)
    name = chance.choice(("strong", "em", "span"))
    return f"{before}<{name}{within} {name} >{after}", (f"<{name}", f"{name} >")


def _tag_pair(text: str, chance: random.Random) -> _Soiled:
    before, within, after = _cut(text, chance)
    tag = chance.choice(('a href="/x?y=1&z=2"', "span style='color:red'", "b", "em class=x"))
    return f"{before} <{tag}>{within[1:]}</{tag.split()[0]}>{after}", (f"<{tag}", "</")


def _entity(text: str, _chance: random.Random) -> _Soiled:
    changed = text.replace("&", "&amp;").replace("’", "&#8217;").replace(" ", "&nbsp;", 1)
    return changed, ("&amp;", "&#8217;", "&nbsp;")


def _line_break(text: str, _chance: random.Random) -> _Soiled:
    return f"<p>{text}<br/></p>", ("<p", "br/")


def _cut_end(text: str, chance: random.Random) -> _Soiled:
    end = chance.choice((" p >", " /p>", "</p", "</div"))
    return f"{text}{end}", (end,)


def _mojibake(text: str, _chance: random.Random) -> _Soiled:
    """UTF-8 read as cp1252, signs that it has not as Latin-1, as browsers do."""
    octets = text.replace("'", "’").encode("utf-8")
    signs = (bytes([octet]).decode("cp1252", "ignore") or chr(octet) for octet in octets)
    return "".join(signs), ("â€",)


def _invisible(text: str, chance: random.Random) -> _Soiled:
    sign = chance.choice("\u200b\ufeff\u00ad\x07\u2060")
    at = next(place for place in range(40, len(text) - 1) if text[place - 1 : place + 1].isalpha())
    return text[:at] + sign + text[at:], (sign,)


def _divided(text: str, _chance: random.Random) -> _Soiled:
    """The text in lines of 66 signs, long words divided where a line is full."""
    lines: list[str] = [""]
    for word in text.split(" "):
        room = 66 - len(lines[-1]) - 1
        if len(word) <= room:
            lines[-1] = f"{lines[-1]} {word}".strip()
        elif word.isalpha() and word.islower() and 4 <= room - 1 <= len(word) - 3:
            lines[-1] += f" {word[: room - 1]}-"
            lines.append(word[room - 1 :])
        else:
            lines.append(word)
    return "\n".join(lines), ()


def _repeated(text: str, _chance: random.Random) -> _Soiled:
    twice = f"{text}\n\n{text}"
    return twice, (twice,)


_SOILS: dict[str, Callable[[str, random.Random], _Soiled]] = {
    "broken tag": _broken_tag,
    "tag": _tag_pair,
    "entity": _entity,
    "line break": _line_break,
    "cut end": _cut_end,
    "mojibake": _mojibake,
    "invisible sign": _invisible,
    "divided words": _divided,
    "repeated paragraph": _repeated,
}
