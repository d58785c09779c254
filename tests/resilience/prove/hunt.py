"""The hunt: every sabotaged build must be caught by its traps; the share that is caught is the score of this proof.

All builds run on one platform. What one has spoilt stays behind: each trap works with things of its own, and the
invariants are held for what came after it was set.
"""

import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from prove import callers, checker, delivery, readers, sabotages
from prove.arena import Arena
from prove.bait import furnish
from prove.desk import Desk
from prove.facts import PLATFORM, Facts
from prove.ground import Ground
from prove.record import Attempt
from prove.results import Bite
from prove.sabotages import Sabotage
from prove.scenario import Counterexample
from prove.setup import TENANTS
from prove.traps import SOON_S, TRAPS, Trap

WANTED: Final = 0.95


@dataclass(frozen=True, slots=True)
class Mark:
    """What there was before a trap was set."""

    attempts: int
    records: dict[str, int]
    keys: dict[str, frozenset[str]]  # of the aggregates on a topic
    documents: dict[tuple[str, str], frozenset[str]]

    @classmethod
    def of(cls, facts: Facts) -> "Mark":
        """Note what is there."""
        stores = ((s, c, d) for s, cs in facts.stores.items() for c, d in cs.items() if c not in PLATFORM)
        return cls(
            attempts=len(facts.attempts),
            records={topic: len(seen) for topic, seen in facts.wire.items()},
            keys={topic: frozenset(keys) for topic, keys in facts.by_key.items()},
            documents={(service, name): frozenset(documents) for service, name, documents in stores},
        )

    def since(self, facts: Facts) -> Facts:
        """Leave out what was there before, and whatever became of it."""
        return replace(
            facts,
            attempts=[each for each in facts.attempts[self.attempts :] if not self._is_old(each)],
            wire={
                topic: [
                    each
                    for each in seen[self.records.get(topic, 0) :]
                    if each.envelope is None or each.envelope.key not in self.keys.get(topic, ())
                ]
                for topic, seen in facts.wire.items()
            },
            stores={
                service: {
                    name: {
                        key: document
                        for key, document in documents.items()
                        if key not in self.documents.get((service, name), ())
                    }
                    for name, documents in collections.items()
                }
                for service, collections in facts.stores.items()
            },
        )

    def _is_old(self, attempt: Attempt) -> bool:
        intention = attempt.intention
        old = self.documents.get((intention.service, intention.kind), frozenset())
        return any(f"{intention.tenant}/{each}" in old for each in (attempt.made, *attempt.rows))


def hunt(ground: Ground, catalogue: Sequence[Sabotage]) -> Iterator[Bite]:
    """Run each build against its traps until one catches it; in the order of the programs that must be started anew."""
    builds = Builds(ground)
    try:
        for sabotage in sorted(catalogue, key=lambda each: TRAPS[_traps_of(each)[0]].programs):
            yield _hunt_one(builds, sabotage)
    finally:
        builds.restore()


def sound(ground: Ground, names: Sequence[str] = tuple(TRAPS)) -> Iterator[tuple[str, float]]:
    """Hold that the sound build passes the traps; a trap that catches everything proves nothing."""
    for name in (each for each in names if each in TRAPS):
        began = time.monotonic()
        spring(ground, name)
        yield name, time.monotonic() - began


def spring(ground: Ground, name: str) -> None:
    """Set one trap for whatever build is running and hold the invariants afterwards."""
    arena = Arena(ground, random.Random(f"{ground.seed}/{name}/{time.time_ns()}"))
    desks = [Desk(tenant=each, client=ground.desks[0].client, random=arena.random) for each in TENANTS[:2]]
    furnish(desks[0])
    arena.converge(within=SOON_S)
    mark = Mark.of(checker.gather(ground))
    try:
        TRAPS[name].run(arena, desks)
        arena.converge(within=SOON_S)
        _hold(ground, mark)
    finally:
        arena.disarm()
        if arena.expects_parked:
            _clear(ground)


def score(caught: Sequence[bool]) -> float:
    """Give the share of the builds that were caught."""
    return sum(caught) / len(caught) if caught else 0.0


@dataclass
class Builds:
    """Which programs run sabotaged at the moment."""

    ground: Ground
    programs: tuple[str, ...] = ()

    def load(self, sabotage: Sabotage, trap: Trap) -> None:
        """Run the programs of the trap in the sabotaged build, and all others in the sound one."""
        if trap.programs != self.programs:
            self.restore()
        self._settings.write_text(sabotages.environment(sabotage, **self._web(trap.web_workers)), "utf-8")
        self.programs = trap.programs
        self._restart()

    def _web(self, workers: int) -> dict[str, str]:
        """Give the settings of a web that runs in several processes, which count into files."""
        if workers == 1:
            return {}
        counts = self.ground.platform.layout.home / "counts"
        counts.mkdir(exist_ok=True)
        return {"BINA_WEB_WORKERS": str(workers), "PROMETHEUS_MULTIPROC_DIR": str(counts)}

    def restore(self) -> None:
        """Run everything in the sound build again."""
        self._settings.unlink(missing_ok=True)
        self._restart()
        self.programs = ()

    @property
    def _settings(self) -> Path:
        return self.ground.faults / "environ.json"

    def _restart(self) -> None:
        # Asked to end, not killed: the supervisor lets what crashes often wait longer and longer.
        with ThreadPoolExecutor() as pool:
            list(pool.map(self.ground.platform.stop, self.programs))
            list(pool.map(self.ground.platform.start, self.programs))


def _traps_of(sabotage: Sabotage) -> list[str]:
    return [each for each in sabotage.caught_by if each in TRAPS]


def _hunt_one(builds: Builds, sabotage: Sabotage) -> Bite:
    began, how, trap = time.monotonic(), "", ""
    for trap in _traps_of(sabotage):
        builds.load(sabotage, TRAPS[trap])
        try:
            spring(builds.ground, trap)
        except Exception as found:  # noqa: BLE001 - any loud failure is a catch
            how = f"{type(found).__name__}: {found}".replace("\n", " ")[:300]
        _clear(builds.ground)
        if how:
            break
    seconds = round(time.monotonic() - began, 1)
    return Bite(sabotage=sabotage.name, caught_by=trap if how else "", finding=how, seconds=seconds)


def _clear(ground: Ground) -> None:
    for service in ground.stack.services:
        database = ground.database(service.name)
        database["parked"].delete_many({})
        database["outbox"].delete_many({})


def _hold(ground: Ground, mark: Mark) -> None:
    found = mark.since(checker.gather(ground))
    delivery.no_loss(found)
    delivery.no_ghost(found)
    delivery.in_order(found)
    readers.exactly_once(found, readers.Refolds())
    delivery.accounted(found)
    callers.own_tenant(found)
    callers.one_effect(found)
    callers.capacity(found)
    if ground.overbooked:
        raise Counterexample("I11", "a batch while load ran", snapshots=ground.overbooked[:3])
