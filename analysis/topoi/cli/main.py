"""Which commands there are, and how their failures end."""

from __future__ import annotations

import io
import os
import sys
import traceback
from importlib import import_module, metadata

import click

from topoi.cli.stopping import code_of, stoppable, words_of
from topoi.errors import TopoiError
from topoi.printable import printable

__all__ = ["cli", "main"]

_COMMANDS = {
    "run": "topoi.cli.run",
    "init": "topoi.cli.init",
    "explain": "topoi.cli.explain",
    "figures": "topoi.cli.figures",
    "report": "topoi.cli.report",
    "themes": "topoi.cli.themes",
    "sheets": "topoi.cli.sheets",
    "search-k": "topoi.cli.search_k",
    "cache": "topoi.cli.cache",
    "export": "topoi.cli.export",
    "doctor": "topoi.cli.doctor",
}

_NO_MEMORY = (
    "There is not enough memory{}. Less is needed with fewer workers, a larger min_docs, fewer "
    "topics, refits 0 or a query that keeps fewer documents. Nothing was left half-written, and "
    "steps that a run finished are kept."
)


class _LazyGroup(click.Group):
    """Loads a command when it is called or its help is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name]).command
        return command


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with: topoi init, then topoi run topoi.toml",
)
@click.version_option(metadata.version("topoi"), prog_name="topoi")
def cli() -> None:
    """How a body of text speaks about migration policy."""


def main() -> None:
    """Run the command line.

    It ends with 0 done, 1 unusable input, 2 usage, 4 differs, 130 and 143 stopped.
    """
    stdout = sys.stdout
    if isinstance(stdout, io.TextIOWrapper):
        stdout.reconfigure(errors="replace")  # a bar of a chart must not end a run in ASCII
    try:
        with stoppable():
            code = cli.main(prog_name="topoi", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        code = end.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt) as stop:
        click.echo(words_of(stop), err=True)
        code = code_of(stop)
    except BrokenPipeError:
        # The reader of our output has left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except SystemExit as end:
        # Where the reader of our output has left, click puts another stream in and ends with 1.
        code = end.code if sys.stdout is stdout else 0
    except (TopoiError, OSError) as error:
        code = _failed(str(error) or type(error).__name__)
    except MemoryError as error:
        code = _failed(_NO_MEMORY.format(f" ({error})" if str(error) else ""))
    except RuntimeError as error:
        if "can't start new thread" not in str(error):  # what Python says under a limit of memory
            raise
        code = _failed(_NO_MEMORY.format(f" ({error})"))
    sys.exit(code if isinstance(code, int) else 0)


def _failed(words: str) -> int:
    if os.environ.get("TOPOI_DEBUG"):
        traceback.print_exc()
    click.echo(f"topoi: {printable(words)}", err=True)
    return 1
