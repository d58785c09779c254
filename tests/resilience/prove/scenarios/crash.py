"""F01: every step of every program is where a process dies, is silent for too long, or fails; and what must hold then.

A round hits up to two web programs, three relays and three consumers at once, each at another step.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Final, get_args

from eventkit.faults import Point
from prove import stimuli
from prove.arena import Arena
from prove.scenario import Counterexample, Scenario
from prove.twin import Twin
from prove.victims import Victim

ACTIONS: Final = ("kill", "raise", "stop")
PASSES: Final = ("first", "fifth", "random")
PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "api": ("registration.api", "curriculum.api"),
    "relay": ("registration.relay", "curriculum.relay", "monitoring.relay"),
    "consumer": ("curriculum.consumer", "monitoring.consumer", "national.consumer"),
}
WITHIN_S: Final = 90.0
SILENT_S: Final = 9.0  # longer than the lease and the session, with some room
Round = Sequence[tuple[str, str]]  # program and point


def part_of(point: str) -> str:
    """Name the program in which a step lies."""
    return {"W": "api", "R": "relay", "K": "consumer", "D1": "consumer", "D2": "relay", "P1": "consumer"}.get(
        point if point in ("D1", "D2", "P1") else point[0], ""
    )


def rounds() -> list[Round]:
    """Deal all steps out to rounds, so that each round hits as many programs as there are."""
    hands: dict[str, Iterator[str]] = {
        part: iter([each for each in get_args(Point) if part_of(each) == part]) for part in PLACES
    }
    dealt: list[Round] = []
    while True:
        hits = [
            (program, point)
            for part, names in PLACES.items()
            for program, point in zip(names, hands[part], strict=False)
        ]
        if not hits:
            return dealt
        dealt.append(hits)


def nth(which: str, chance: random.Random) -> int:
    """Say which pass is meant."""
    return {"first": 1, "fifth": 5}.get(which) or chance.randint(2, 8)


def crash(action: str, which: str, arena: Arena) -> None:
    """Go through all rounds with one action at one pass."""
    for place, hits in enumerate(rounds()):
        _round(arena, f"F01 {action} {which} {place}", [(action, *hit) for hit in hits], which)


def silence(which: str, arena: Arena) -> None:
    """The same with programs that stop for longer than their lease or session, beside twins that take over."""
    with ExitStack() as twins:
        running = [twins.enter_context(arena.twin(*each.split("."))) for each in _with_twins()]
        for twin in running:
            arena.until(twin.is_ready, WITHIN_S, f"{twin.name} is ready")
        for place, hits in enumerate(rounds()):
            _round(arena, f"F01 stop {which} {place}", [("stop", *hit) for hit in hits], which)
            _revive(running)


def sample(arena: Arena) -> None:
    """Some rounds of the matrix, drawn by the seed, with killing and failing."""
    drawn = arena.random.sample(range(len(rounds())), 2)
    for place, action in zip(drawn, ("kill", "raise"), strict=True):
        _round(arena, f"F01 {action} {place}", [(action, *hit) for hit in rounds()[place]], "first")


def _with_twins() -> tuple[str, ...]:
    return (*PLACES["relay"], *PLACES["consumer"])


def _revive(twins: Sequence[Twin]) -> None:
    for twin in twins:
        twin.revive()


def _round(arena: Arena, name: str, hits: Sequence[tuple[str, str, str]], which: str) -> None:
    victims = [Victim(arena, program, point, action, nth(which, arena.random)) for action, program, point in hits]
    try:
        with arena.load(rate=25, writers=4):
            for victim in victims:
                victim.arm()
            until_hit(arena, victims)
            _wake(arena, victims)
            until_resumed(arena, victims)
    finally:
        arena.disarm()
    for victim in victims:
        victim.settle(name.rpartition(" ")[0])
    try:
        arena.check()
    except Counterexample as found:
        armed = "; ".join(map(str, victims))
        raise Counterexample(found.invariant, found.about, round=name, armed=armed, found=str(found)) from found


def until_hit(arena: Arena, victims: Sequence[Victim]) -> None:
    """Give each step its occasion until all have been hit."""
    deadline = time.monotonic() + WITHIN_S
    while waiting := [each for each in victims if not each.was_hit()]:
        for give in _stimuli({each.point for each in waiting}, waiting):
            give(arena)
        if time.monotonic() > deadline or any(each.error for each in victims):
            raise Counterexample("I6", "; ".join(map(str, waiting)), seen="the step is never reached")
        time.sleep(0.3)


def until_resumed(arena: Arena, victims: Sequence[Victim]) -> None:
    """Wait until the work of all victims has gone on."""
    arena.until(lambda: all(each.has_resumed() for each in victims), WITHIN_S, "all work goes on")


def _stimuli(points: set[str], waiting: Sequence[Victim]) -> Iterator[Callable[[Arena], None]]:
    if points & {"D1", "D2"}:
        yield stimuli.poison
    if points & {"D1", "P1"}:
        yield stimuli.disorder
    if points & {"K0", "K10"}:
        yield partial(stimuli.visit_group, services=[each.service for each in waiting if each.point in ("K0", "K10")])


def _wake(arena: Arena, victims: Sequence[Victim]) -> None:
    """Let silent programs go on, once they have been silent for long enough that others took their place."""
    for victim in victims:
        if victim.action == "stop":
            arena.until(lambda one=victim: time.time() > one.hit_at + SILENT_S, WITHIN_S, "the silence lasts")
            arena.cont(victim.pid)


@dataclass(frozen=True, slots=True)
class _Kind:
    action: str
    title: str
    minutes: float


_KINDS: Final = (
    _Kind("kill", "is killed", 1.0),
    _Kind("raise", "fails", 1.0),
    _Kind("stop", "is silent, another takes over, it wakes", 2.0),
)
SCENARIOS: Final = (
    *(
        Scenario(
            id=f"F01-{kind.action}-{which}",
            title=f"each program {kind.title} at each step, {which} pass",
            run=partial(silence, which) if kind.action == "stop" else partial(crash, kind.action, which),
            minutes=kind.minutes,
        )
        for kind in _KINDS
        for which in PASSES
    ),
    Scenario(id="F01-sample", title="some steps of the crash matrix", run=sample, minutes=0.5, in_cross_section=True),
)
