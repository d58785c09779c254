"""Runs scenarios one after another on a shared platform, shows how far it is, and keeps every result."""

import random
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from prove import summary, walk
from prove.arena import Arena
from prove.ground import Ground, prepared
from prove.hunt import WANTED, hunt, score, sound
from prove.results import Outcome, Results
from prove.sabotages import Sabotage
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
        say(f"seed {self.seed}; {len(todo)} scenarios, {len(self.scenarios) - len(todo)} passed before")
        with ExitStack() as shared:
            ground: Ground | None = None
            for place, scenario in enumerate(todo):
                left = sum(each.minutes for each in todo[place:])
                say(f"[{place + 1}/{len(todo)}] {scenario.id} {scenario.title} (about {left:.0f} min left)")
                if ground is None or scenario.needs_fresh_platform:
                    ground = self._fresh(shared)
                if not self._is_passed(scenario, ground):
                    shared.close()
                    ground = None
        return all(self.results.has_passed(each.id) for each in self.scenarios)

    def walk(self) -> bool:
        """Walk through the model; says whether every invariant held."""
        if not (self.resumes and self.results.has_passed(walk.ID)):
            say(f"the model: {walk.STEPS:,} steps")
            self.results.keep(outcome := walk.walk(self.seed))
            say(outcome.error or f"  passed in {outcome.seconds:.1f} s")
        return self.results.has_passed(walk.ID)

    def bite(self, sabotages: Sequence[Sabotage]) -> bool:
        """Run every sabotaged build through its traps; says whether enough were caught.

        The sound build goes first through every trap that is used: a trap that always closes proves nothing.
        """
        todo = [each for each in sabotages if not (self.resumes and self.results.was_caught(each.name))]
        with prepared(f"{self.seed}/hunt") as ground:
            for trap, seconds in sound(ground, sorted({trap for each in todo for trap in each.caught_by})):
                say(f"  the sound build passes {trap} in {seconds:.1f} s")
            for place, bite in enumerate(hunt(ground, todo), start=1):
                self.results.keep_bite(bite)
                told = f"caught by {bite.caught_by}: {bite.finding}" if bite.is_caught else "MISSED"
                say(f"[{place}/{len(todo)}] {bite.sabotage} ({bite.seconds:.0f} s) {told}")
        return score([bool(self.results.was_caught(each.name)) for each in sabotages]) >= WANTED

    def _fresh(self, shared: ExitStack) -> Ground:
        shared.close()
        ground = shared.enter_context(prepared(str(self.seed)))
        self.results.write(f"{summary.PLATFORM}.json", summary.describe(ground))
        return ground

    def _is_passed(self, scenario: Scenario, ground: Ground) -> bool:
        outcome = self._one(scenario, ground)
        self.results.keep(outcome)
        if outcome.error:
            self.results.keep_traces(outcome, ground)
            say(f"FAILED {scenario.id}, seed {self.seed}:\n{outcome.error}")
        else:
            say(f"  passed in {outcome.seconds:.1f} s")
        return not outcome.error

    def _one(self, scenario: Scenario, ground: Ground) -> Outcome:
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


def say(text: str) -> None:
    """Show one line of progress."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()
