"""Examples that begin with the same texts: what is made of the same things is made once."""

import contextlib
from pathlib import Path

import pytest

import topoi

# What examples begin with, up to counts; all of it gives the same for the same, and nothing that
# it gives is changed later on.
STEPS = ("load_sample", "clean", "deduplicate", "segment", "vectorise")
# Of what is read, only this: other files may change.
READ = {"read_corpus": topoi.sample_path() / "documents", "load_themes": "migration"}
_made = {}


@contextlib.contextmanager
def beginnings_made_once():
    """Meanwhile the first steps give what they gave for the same objects and settings before."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (*STEPS, *READ):
            patch.setattr(topoi, name, _remembered(name, getattr(topoi, name)))
        yield


def _remembered(name, function):
    def call(*given, **settings):
        if name in READ and given != (READ[name],):
            return function(*given, **settings)
        key = (name, *map(_key, given), *((n, _key(value)) for n, value in settings.items()))
        if key not in _made:
            # What was given is kept, so that its place in memory names nothing else.
            _made[key] = function(*given, **settings), given, settings
        return _made[key][0]

    return call


def _key(value):
    return value if isinstance(value, str | int | float | Path | None) else id(value)
