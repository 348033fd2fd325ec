"""Whether the record of an opened page misses nothing, so that an empty one means a calm page."""

import pytest
from browser import PAYLOADS, find_chromium, unescaped

pytestmark = pytest.mark.browser

SCRIPTS = [  # what a script does, and the kind and words of its note
    ("fetch('http://ran.invalid/a')", "requests", "http://ran.invalid/a"),
    ("fetch('./other.txt').catch(() => 0)", "requests", "other.txt"),
    ("new WebSocket('ws://ran.invalid/b')", "requests", "ws://ran.invalid/b"),
    ("navigator.sendBeacon('http://ran.invalid/c')", "requests", "http://ran.invalid/c"),
    ("new Image().src = 'next.png'", "requests", "next.png"),
    ("console.error('not well')", "errors", "not well"),
    ("null.length", "errors", "null"),
    ("Promise.reject(new Error('left'))", "errors", "left"),
    ("confirm('Really?')", "dialogs", "confirm Really?"),
    ("window.open('about:blank')", "windows", "about:blank"),
    ("window.ran = 1", "script of a text", "ran"),
]
HEAD = '<!doctype html><html lang="en"><title>t</title><meta name="viewport" content="width=360">'


@pytest.fixture
def page_of(tmp_path):
    """A file that holds this HTML."""

    def write(html, name="a page.html"):
        path = tmp_path / name
        path.write_text(html, encoding="utf-8")
        return path

    return write


def test_each_payload_acts_where_it_is_not_escaped(opened, page_of):
    with opened(page_of(HEAD)) as view:
        for name, payload in PAYLOADS.items():
            view.visit(page_of(unescaped(payload), f"{name}.html"))
            view.stir()

            assert view.happened(), name
            view.page.goto("about:blank")
            view.forget()


def test_what_a_script_does_is_noted(opened, page_of):
    with opened(page_of(HEAD)) as view:
        for number, (script, kind, what) in enumerate(SCRIPTS):
            view.visit(page_of(f"{HEAD}<script>{script}</script>", f"{number}.html"))

            assert [n for n in view.happened() if n.startswith(kind) and what in n], script
            view.page.goto("about:blank")
            view.forget()


def test_a_page_that_does_something_fails_the_test_that_opened_it(opened, page_of):
    path = page_of(f"{HEAD}<script>alert('here')</script>")

    failed = pytest.raises(pytest.fail.Exception, match=r"a page\.html was to stay calm:\ndialogs:")
    with failed, opened(path):
        pass


def test_a_calm_page_is_seen_in_the_scheme_medium_and_width_asked_for(opened, page_of):
    path = page_of(f"{HEAD}<main><h1>Calm</h1><div style='width:500px'>wide</div></main>")
    is_dark = "() => matchMedia('print and (prefers-color-scheme: dark)').matches"

    with opened(path, scheme="dark", media="print", width=360) as dark, opened(path) as light:
        assert dark.page.evaluate(is_dark) and not light.page.evaluate(is_dark)
        assert dark.overhang() > 100 and light.overhang() <= 0
        assert dark.happened() == light.happened() == []


def test_faults_of_access_are_found(opened, page_of):
    path = page_of(f"{HEAD}<main><h1>x</h1><img src='data:image/gif;base64,'><button></button>")

    with opened(path) as view:
        rules = {fault.partition(" ")[0] for fault in view.faults()}

    assert rules == {"image-alt", "button-name"}


def test_a_named_browser_that_is_not_there_is_no_reason_to_skip(monkeypatch):
    monkeypatch.setenv("TOPOI_CHROMIUM", "/no/such/browser")

    with pytest.raises(pytest.fail.Exception, match="TOPOI_CHROMIUM is '/no/such/browser'"):
        find_chromium()


def test_a_machine_without_a_browser_has_none(monkeypatch):
    monkeypatch.delenv("TOPOI_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "")

    assert find_chromium("/no/such/download") is None
