"""A seeded random walk over the steps of the model: what Hypothesis finds and shrinks, this repeats by the million."""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from model.scheduler import Fate
from model.truth import Counterexample
from model.world import World, opened

EPISODE = 400
PAUSE = 80
IDLE = ("start", "poll", "sleep", "wait for the bell")
FATES = (Fate.GO, Fate.FAIL, Fate.LATE, Fate.CRASH)
Step = Callable[[World, random.Random], None]


def _begin(world: World, chance: random.Random) -> None:
    kinds = chance.choices((0, 1, 2), (90, 2, 8), k=chance.choice((1, 1, 2, 3)))
    bad = chance.choices((0, 1, 2), (94, 3, 3))[0]
    world.begin(chance.randrange(6), kinds, bad, chance.choice((0, 0, 5, 30)))


STEPS: tuple[tuple[int, Step], ...] = (
    (40, _begin),
    (44, lambda world, chance: world.end(chance.randrange(9), commit=chance.random() < 0.9)),
    (12, lambda world, chance: world.arrive(chance.randrange(9), chance.randint(1, 3))),
    (2, lambda world, chance: world.drop(chance.randrange(9))),
    (5, lambda world, chance: world.resend(chance.randrange(999))),
    (2, lambda world, _: world.litter()),
    (3, lambda world, chance: world.refuse(chance.randrange(6))),
    (4, lambda world, chance: world.rebalance(chance.randrange(2), chance.randrange(4), evict=chance.random() < 0.5)),
    (4, lambda world, chance: world.wait(chance.choice((0.5, 6.0, 40.0)))),
    (2, lambda world, chance: world.terminate(chance.randrange(5))),
    (1, lambda world, _: world.release.mend()),
    (1, lambda world, _: world.release.upgrade() if world.clock.seconds > 500 else None),
)


@dataclass(slots=True)
class Report:
    """What a walk did; it ends early only by a Counterexample."""

    seed: int
    steps: int = 0
    episodes: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        pace = f"{self.steps / self.seconds:,.0f} steps/s" if self.seconds else ""
        counts = ", ".join(f"{name} {number:,}" for name, number in sorted(self.counts.items()))
        return f"model: seed {self.seed}, {self.steps:,} steps, {self.episodes:,} episodes, {pace}; {counts}"


def run(steps: int, seed: int) -> Report:
    """Walk at least so many steps; raises Counterexample, naming the episode that replays it."""
    logging.getLogger("eventkit").setLevel(logging.CRITICAL)
    report, started = Report(seed), time.monotonic()
    while report.steps < steps:
        replay(seed, report.episodes, report)
        report.episodes += 1
    report.seconds = time.monotonic() - started
    return report


def replay(seed: int, episode: int, report: Report) -> None:
    """Run one episode: trouble, then rest, then the checks."""
    with opened() as world:
        steps = 0
        try:
            for _ in _walk(world, random.Random(f"{seed}/{episode}")):
                steps += 1
            steps += world.rest()
        except Counterexample as found:
            raise Counterexample(f"{found} (seed {seed}, episode {episode}, step {steps})") from found
        finally:
            report.steps += steps
            report.counts.update(world.counts)
    for name, number in (
        ("records", sum(len(each) for each in world.broker.logs.values())),
        ("rebalances", sum(each.rebalances for each in world.groups)),
        ("dead letters", len(world.truth.letters)),
    ):
        report.counts[name] += number


def _walk(world: World, chance: random.Random) -> Iterator[None]:
    """Take the steps of an episode; now and then one process stands still for long, as a zombie would."""
    weights, steps = zip(*STEPS, strict=True)
    total = sum(weights)
    frozen = -1
    for number in range(EPISODE):
        if number % PAUSE == 0:
            busy = [each for each, actor in enumerate(world.actors) if actor.at not in IDLE]
            frozen = chance.choice([*busy, -1])
            world.give_up(frozen)
        if chance.random() < total / 600:
            chance.choices(steps, weights)[0](world, chance)
        else:
            actor = chance.randrange(len(world.actors))
            if actor != frozen:
                world.resume(actor, chance.choices(FATES, (93, 3, 2, 2))[0])
        yield
