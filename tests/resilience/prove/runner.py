"""Runs scenarios one after another on a shared platform, shows how far it is, and keeps every result."""

import random
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from prove.arena import Arena
from prove.ground import Ground, prepared
from prove.results import Outcome, Results
from prove.scenario import Scenario


@dataclass
class Runner:
    """The list of scenarios, the seed, and where results go."""

    scenarios: Sequence[Scenario]
    seed: int
    results: Results
    resumes: bool = False

    def run(self) -> bool:
        """Run all; says whether every one passed."""
        todo = [each for each in self.scenarios if not (self.resumes and self.results.has_passed(each.id))]
        _say(f"seed {self.seed}; {len(todo)} scenarios, {len(self.scenarios) - len(todo)} passed before")
        with ExitStack() as shared:
            ground: Ground | None = None
            for place, scenario in enumerate(todo):
                left = sum(each.minutes for each in todo[place:])
                _say(f"[{place + 1}/{len(todo)}] {scenario.id} {scenario.title} (about {left:.0f} min left)")
                if ground is None or scenario.needs_fresh_platform:
                    shared.close()
                    ground = shared.enter_context(prepared(str(self.seed)))
                outcome = self.one(scenario, ground)
                self.results.keep(outcome)
                if outcome.error:
                    self.results.keep_traces(outcome, ground)
                    _say(f"FAILED {scenario.id}, seed {self.seed}:\n{outcome.error}")
                    shared.close()
                    ground = None
                else:
                    _say(f"  passed in {outcome.seconds:.1f} s")
        return all(self.results.has_passed(each.id) for each in self.scenarios)

    def one(self, scenario: Scenario, ground: Ground) -> Outcome:
        """Run one scenario on a ground."""
        arena = Arena(ground, random.Random(f"{self.seed}/{scenario.id}"))
        began, error = time.monotonic(), ""
        try:
            scenario.run(arena)
        except Exception as found:  # noqa: BLE001 - whatever it raises is the result
            error = str(found) if isinstance(found, AssertionError) and str(found) else traceback.format_exc()
        finally:
            arena.disarm()
        return Outcome(
            id=scenario.id,
            title=scenario.title,
            seconds=round(time.monotonic() - began, 1),
            error=error,
            checked=arena.checked,
            recoveries=arena.recoveries,
        )


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
