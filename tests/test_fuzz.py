"""What `make fuzz` does for ten minutes, for seconds: is every changed input refused or sound?"""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from fuzz import targets

FEW, MANY = 4, 50  # inputs of a reader, which takes longest, and of another target


def how_many(name):
    return FEW if name.startswith(("read ", "cleaning")) else MANY


def load_kernels(name):
    """Once for each target and process: numba may write what it compiles, which is no fault."""
    with suppress(targets.LossError):
        targets.TARGETS[name](targets.seeds(name)[0])


@pytest.fixture(scope="module", autouse=True)
def watched():
    targets.watch()


@pytest.mark.parametrize("name", targets.TARGETS)
def test_inputs_to_begin_from_are_refused_or_accounted_for(name):
    load_kernels(name)
    for data in [*targets.found(name), *targets.seeds(name)[: how_many(name)]]:
        targets.TARGETS[name](data)


@pytest.mark.parametrize("name", targets.TARGETS)
def test_changed_inputs_are_refused_or_accounted_for(name):
    load_kernels(name)
    chance = random.Random(name)
    pool = targets.seeds(name)

    for _ in range(how_many(name)):
        targets.TARGETS[name](targets.mutated(chance.choice(pool), chance, pool))


@pytest.mark.parametrize("act", ["write", "run", "raise"])
def test_what_a_target_must_not_do_is_a_fault(tmp_path, act):
    def does():
        if act == "write":
            (tmp_path / "x").write_text("x")
        elif act == "run":
            import os

            os.system("true")
        else:
            raise KeyError("x")

    with pytest.raises((targets.LossError, KeyError)), targets.refused_or_sound():
        does()
