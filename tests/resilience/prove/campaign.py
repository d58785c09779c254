"""Whether the proof bites: each sabotaged build is run through the scenarios that must catch it."""

import random
import time
from collections.abc import Sequence
from typing import Final

from bina.errors import OperatorError
from prove.arena import Arena
from prove.ground import Ground, prepared
from prove.results import Bite
from prove.sabotages import Sabotage
from prove.scenario import Counterexample, Scenario

SETUP: Final = "setting up"


def scenarios_for(sabotage: Sabotage, scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Choose what must catch it, in the order of its promises; raises ValueError where a promise names nothing."""
    chosen: list[Scenario] = []
    for promised in sabotage.caught_by:
        found = [each for each in scenarios if each.id == promised or each.id.startswith(f"{promised}-")]
        if not found:
            raise ValueError(f"{sabotage.name}: there is no scenario {promised}")
        chosen += found
    return chosen


def bite(sabotage: Sabotage, scenarios: Sequence[Scenario], seed: int) -> Bite:
    """Run the sabotaged build on a platform of its own until a scenario fails."""
    began, by, finding = time.monotonic(), "", ""
    try:
        with prepared(str(seed), {"BINA_SABOTAGE": sabotage.name}) as ground:
            by, finding = _first(scenarios_for(sabotage, scenarios), ground, seed)
    except RuntimeError as error:  # what every tenant needs could not be made
        by, finding = SETUP, _first_line(error)
    except OperatorError as error:  # the machine's fault perhaps: nothing is proven
        finding = _first_line(error)
    seconds = round(time.monotonic() - began, 1)
    return Bite(sabotage=sabotage.name, caught_by=by, finding=finding, seconds=seconds)


def _first(scenarios: Sequence[Scenario], ground: Ground, seed: int) -> tuple[str, str]:
    """Give the first scenario that finds something, and what."""
    for scenario in scenarios:
        if finding := _finding(scenario, Arena(ground, random.Random(f"{seed}/{scenario.id}"))):
            return scenario.id, finding
    return "", ""


def _finding(scenario: Scenario, arena: Arena) -> str:
    try:
        scenario.run(arena)
    except Counterexample as found:
        return f"{found.invariant}: {_first_line(found)}"
    except Exception as error:  # noqa: BLE001 - whatever a broken build raises tells it from a sound one
        return _first_line(error)
    finally:
        arena.disarm()
    return ""


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
