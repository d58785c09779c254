"""A few faults of the whole proof, drawn by a seed that is printed when one of them finds something."""

import random
import secrets
from collections.abc import Iterator

import pytest
from prove import scenarios
from prove.arena import Arena
from prove.ground import Ground, prepared
from prove.scenario import Scenario

SEED = secrets.randbelow(1_000_000)
CHOSEN = [each for each in scenarios.discover() if each.in_cross_section]


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with prepared(str(SEED)) as made:
        yield made


@pytest.mark.parametrize("scenario", CHOSEN, ids=[each.id for each in CHOSEN])
def test_nothing_is_lost_or_doubled(scenario: Scenario, ground: Ground) -> None:
    arena = Arena(ground, random.Random(f"{SEED}/{scenario.id}"))
    try:
        scenario.run(arena)
    except AssertionError as found:
        pytest.fail(f"seed {SEED}: {found}")
    finally:
        arena.disarm()
