"""The hidden names under which a process that was killed leaves what it was writing."""

from topoi.io.atomic import _machine

NOBODY = 4999999  # no process has this number


def half_written(path):
    """Where it was about to write a file or folder."""
    return path.with_name(f".{path.name}.{_machine()}.{NOBODY}.0a1b2c3d")


def set_aside(path):
    """Where it had put an earlier one, to put the new one in its place."""
    return path.with_name(f"{half_written(path).name}.old")
