"""How the settings of a run become flags, one for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar, get_args, get_type_hints

import click

from topoi.config import PLACES, RunConfig
from topoi.settings_file import read_config

__all__ = ["settings_flags", "settings_from"]

Function = TypeVar("Function", bound=Callable[..., Any])

_LISTS = ("models", "covariates", "formats")


def settings_flags(*, without: tuple[str, ...] = ()) -> Callable[[Function], Function]:
    """A decorator that gives a command a flag for every setting but those named."""

    def decorate(function: Function) -> Function:
        hints = get_type_hints(RunConfig)
        for setting in reversed([f for f in fields(RunConfig) if f.name not in without]):
            function = _flag(setting.name, hints[setting.name], setting.metadata["text"])(function)
        return function

    return decorate


def settings_from(file: str | None, flags: dict[str, Any]) -> RunConfig:
    """The settings of a file, where there is one, with the flags that were given on top.

    Raises
    ------
    InputError
        If the file or a value is not usable.
    """
    values = read_config(file) if file else {}
    # A flag that may be repeated and was not given is an empty tuple.
    values.update({name: value for name, value in flags.items() if value not in (None, ())})
    for name in _LISTS:
        if isinstance(flags.get(name), str):
            values[name] = tuple(each.strip() for each in flags[name].split(","))
    return RunConfig(**values)


def _flag(name: str, hint: Any, text: str) -> Callable[[Function], Function]:
    long = "--" + name.replace("_", "-")
    default = getattr(RunConfig, name)
    if name in _LISTS:
        text += "; separated by commas"
        default = ",".join(default or ())
    shown = f" [default: {default}]" if default and not isinstance(default, bool) else ""
    if name in PLACES:
        help_text = f"{text}; may be repeated"
        return click.option(long, name, multiple=True, help=help_text)
    if bool in (get_args(hint) or (hint,)):
        names = long if default is False else f"{long}/--no-{long[2:]}"
        return click.option(names, name, is_flag=True, default=None, help=text)
    kinds = [kind for kind in get_args(hint) or (hint,) if kind in (int, float)]
    kind = kinds[0] if kinds else str
    return click.option(long, name, type=kind, default=None, help=text + shown)
