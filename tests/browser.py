"""What a page does in a browser: a headless Chromium, and a record of all that happens in it."""

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "there is no Chromium here: install one (on Debian `apt-get install chromium`, elsewhere "
    "`.venv/bin/playwright install chromium`), or name yours in TOPOI_CHROMIUM"
)
# Names lead nowhere, so that not even a look-up leaves the machine.
FLAGS = ("--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking")
WORST = ("serious", "critical")

_ACT = "window.ran=1,alert(1),fetch('http://ran.invalid/')"

# Text that acts where it is not escaped, each in at least one place of `unescaped`.
PAYLOADS = {
    "script": f"<script>{_ACT}</script>",
    "image": f'"><img src=x onerror="{_ACT}">',
    "drawing": f"'><svg onload={_ACT}>",
    "address": f"javascript:{_ACT}",
    "link": f'<a href="JaVaScRiPt:{_ACT}">x</a>',
    "handler": f'" onmouseover="{_ACT}" onfocus="{_ACT}" tabindex="0" autofocus x="',
    "end of style": f"</style><script>{_ACT}</script>",
    "end of script": f"</script><script>{_ACT}</script>",
    "end of title": f"</title></textarea></template><script>{_ACT}</script>",
    "end of text": f'"];{_ACT};["',
    "rule": "}*{background:url(http://ran.invalid/a.png)}",
    "sheet": "<link rel=stylesheet href=http://ran.invalid/a.css><img src=//ran.invalid/b.png>",
    "refresh": '<meta http-equiv="refresh" content="0;url=http://ran.invalid/">',
    "frame": f'<iframe srcdoc="<script>parent.{_ACT}</script>"></iframe>',
    "form": f'<form action="javascript:{_ACT}"><button id=go>x</button></form>',
}
# Text that harms in other ways: it is worked out, opens a comment, ends a line, turns the text.
ODD = {
    "template": "{{7*7}}${7*7}<%= 7*7 %>{% raw %}",
    "comment": "<!-- <script>",
    "line ends": "a\u2028b\u2029c\r\nd",
    "direction": "\u202egnp.exe\u2066\u200f",
    "nul": f"a\x00b<\x00script>{_ACT}</script>\x1b[31m\x0b",
    "markup": "]]>&lt;b&gt;&#x3c;script>&amp",
    "long": "w" * 200,
}

_STIR = """() => {
  const kinds = ['mouseover', 'mouseenter', 'pointerenter', 'focus', 'error', 'load', 'toggle'];
  for (const element of document.querySelectorAll('body *'))
    for (const kind of kinds) element.dispatchEvent(new Event(kind));
  const links = document.querySelectorAll('a[href^="javascript:" i], form[action] button');
  for (const link of links) link.click();
}"""
_SETTLE = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)))"


@dataclass
class View:
    """A window with a page (of Playwright) and what has happened in it.

    `own` are the addresses of the files that it was to show; `requests` are those for anything
    else, all refused; `errors` are those of the console and of scripts; `dialogs` were dismissed;
    `windows` are further ones that were opened.
    """

    page: Any
    own: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    windows: list[str] = field(default_factory=list)

    def visit(self, path):
        """Show another file; what has happened stays noted."""
        address = Path(path).resolve().as_uri()
        self.own.add(address)
        self.page.goto(address)

    def happened(self):
        """All that happened, after what is under way has come to its end."""
        self.settle()
        kinds = ("requests", "errors", "dialogs", "windows")
        found = [f"{kind}: {what}" for kind in kinds for what in getattr(self, kind)]
        return found + (["script of a text ran"] if self.page.evaluate("'ran' in window") else [])

    def forget(self):
        """Begin the record anew."""
        for what in (self.requests, self.errors, self.dialogs, self.windows):
            what.clear()

    def settle(self):
        """Wait until what a script or element has just begun is noted."""
        self.page.evaluate(_SETTLE)

    def stir(self):
        """Touch every element, so that a handler that came with a text runs."""
        self.page.evaluate(_STIR)
        self.settle()

    def handlers(self):
        """Names of attributes that would run as script: none is ours."""
        names = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
        return self.page.evaluate(f"() => {names}.filter(name => name.startsWith('on'))")

    def faults(self, impacts=WORST):
        """What axe finds against WCAG and good practice: rule, help and the elements at fault."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [
            f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:200]}"
            for rule in found
            if rule["impact"] in impacts
            for node in rule["nodes"]
        ]

    def overhang(self):
        """By how many pixels the page is wider than the window; 0 or less is none."""
        root = "document.documentElement"
        return self.page.evaluate(f"() => {root}.scrollWidth - {root}.clientWidth")


def find_chromium(downloaded=None):
    """The path of a browser, or None: TOPOI_CHROMIUM, one on the PATH, Playwright's download."""
    named = os.environ.get("TOPOI_CHROMIUM")
    if named:
        found = shutil.which(named)
        return found or pytest.fail(f"TOPOI_CHROMIUM is {named!r}, which cannot be run")
    candidates = [*map(shutil.which, NAMES), downloaded and shutil.which(downloaded)]
    return next(filter(None, candidates), None)


@contextmanager
def launched():
    """A headless browser; where there is none, the test is skipped with what to do."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with api.sync_playwright() as playwright:
        program = find_chromium(playwright.chromium.executable_path)
        if program is None:
            pytest.skip(ADVICE)
        # Playwright starts it without the sandbox, which root could not have anyway.
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened_in(
    browser, path, *, scheme="light", media="screen", width=1200, height=900, calm=True, files=False
):
    """Open a file as a `View`; at the end the test fails if anything happened and `calm` is true.

    `scheme` is "light" or "dark", `media` "screen" or "print", the window's size is in CSS pixels.
    With `files` the page may hand out files. The rest can be changed later on, with
    `view.page.emulate_media` and `set_viewport_size`.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        service_workers="block",
        accept_downloads=files,
        locale="en-US",
        timezone_id="UTC",
    )
    try:
        view = _watched(context)
        view.page.emulate_media(media=media, color_scheme=scheme)
        view.visit(path)
        yield view
        if calm and (found := view.happened()):
            pytest.fail("\n".join([f"{Path(path).name} was to stay calm:", *found]))
    finally:
        context.close()


def _watched(context):
    """An empty page of the context whose requests, errors, dialogs and windows are noted."""
    view = View(context.new_page())

    def answer(route):
        request = route.request
        if _address(request.url) in map(_address, view.own):
            route.continue_()
        else:
            view.requests.append(request.url)
            # "No content" leaves the page where it is, for the rest of the test.
            route.fulfill(status=204) if request.is_navigation_request() else route.abort()

    def dismiss(dialog):
        view.dialogs.append(f"{dialog.type} {dialog.message}")
        dialog.dismiss()

    context.route("**/*", answer)
    context.on("dialog", dismiss)
    context.on("page", lambda page: view.windows.append(page.url))
    context.on("weberror", lambda error: view.errors.append(str(error.error)))
    context.on("console", lambda said: said.type == "error" and view.errors.append(said.text))
    view.page.on("websocket", lambda socket: view.requests.append(socket.url))
    return view


def _address(url):
    return unquote(urldefrag(url).url)


def unescaped(text):
    """A page that holds a text as it is in all places where a careless page would put one."""
    return (
        f'<!doctype html><html lang="en"><title>{text}</title><style>p {{ color: red {text} }}'
        f'</style><script>const held = ["{text}"];</script><a href="{text}">a</a>'
        f"<p title=\"{text}\">p</p><p title='{text}'>p</p><div>{text}</div></html>"
    )
