"""The platform under test, and everything that a scenario may do to it."""

import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, cast

import requests
from pymongo.database import Database
from pymongo.errors import PyMongoError

from bina import stores
from bina.launcher.control import Platform
from bina.stack import Stack
from eventkit.faults import Point
from eventkit.feed import Record
from prove import checker
from prove.driver import Load
from prove.ground import Ground
from prove.scenario import Counterexample
from prove.topics import RawRecord
from prove.twin import Twin, second
from testkit import faults

CALM_S: Final = 30.0  # what is promised after a fault is healed (I6)
SETTLE_S: Final = 240.0  # what a crowded machine may take; the report says how often it was more than promised
RED_WITHIN_S: Final = 10.0
REBUILD_S: Final = 240.0
Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """How long something took to work again after a fault."""

    what: str
    seconds: float
    detection: float = 0.0
    limit: float | None = None  # what is promised, where something is


@dataclass
class Arena:
    """One scenario's view of the platform; `random` is seeded for this scenario alone."""

    ground: Ground
    random: random.Random
    recoveries: list[Recovery] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)
    expects_parked: bool = False  # events may be set aside for good: the scenario wants it so

    @property
    def platform(self) -> Platform:
        """The running platform."""
        return self.ground.platform

    @property
    def stack(self) -> Stack:
        """What was decided for it: ports, passwords, programs."""
        return self.ground.stack

    # Load

    @contextmanager
    def load(self, *, rate: float = 20.0, writers: int = 4) -> Iterator[Load]:
        """Send requests in the background for the length of the block."""
        load = Load(self.ground.driver, rate=rate, writers=writers, watch=self.ground.sample)
        load.start()
        try:
            yield load
        finally:
            load.stop()

    def drive(self, requests: int) -> None:
        """Send so many seeded requests now."""
        self.ground.driver.drive(requests)

    # Faults

    def arm(self, program: str, point: str, action: str, nth: int = 1) -> None:
        """Let a program be hurt at the nth pass of a point: kill, stop, raise or term."""
        plan = (cast("Point", point), cast("faults.Action", action), nth)
        faults.plan_for(self.ground.faults, program, plan)

    def disarm(self) -> None:
        """Forget all plans that have not fired."""
        for each in self.ground.faults.iterdir():
            if each.name != "environ.json":
                each.unlink(missing_ok=True)

    def fired(self, program: str) -> bool:
        """Say whether the plan of a program was carried out."""
        return faults.fired_file(self.ground.faults, program).exists()

    def wait_fired(self, program: str, *, within: float = 180) -> int:
        """Wait until the program is hurt; gives the id of the process that was."""
        self.until(lambda: self.fired(program), within, f"{program} passes its armed point")
        return int(faults.fired_file(self.ground.faults, program).read_text("ascii"))

    def cont(self, pid: int) -> None:
        """Let a stopped process go on, unless its supervisor has lost patience with it and ended it."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    @contextmanager
    def twin(self, service: str, process: str, **environ: str) -> Iterator[Twin]:
        """Run a second relay or consumer of a service; its faults are armed as `<service>.<process>@2`."""
        with second(self.ground, service, process, environ) as twin:
            yield twin

    def rebuild(self, **environ: str) -> None:
        """Start all services' programs anew with these settings beside the usual ones; without any: as usual."""
        path = self.ground.faults / "environ.json"
        path.write_text(json.dumps(environ), "utf-8")
        names = [f"{service.name}.{process}" for service in self.stack.services for process in service.processes]
        stop = partial(self.platform.stop, within=REBUILD_S)  # the launcher ends one after another
        start = partial(self.platform.start, within=REBUILD_S)
        with ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(stop, names))
            list(pool.map(start, names))

    # Looking inside

    def database(self, service: str) -> Database[Document]:
        """Open the store of a service with the operator's rights."""
        return self.ground.database(service)

    def produce(self, topic: str, records: Sequence[RawRecord]) -> None:
        """Write raw records with the administrator's rights; they are no business of the outbox (I2)."""
        self.ground.topics.produce(topic, records)

    def topic(self, name: str) -> list[Record]:
        """Give every record on a topic."""
        return self.ground.topics.read().get(name, [])

    # Waiting

    def until(self, holds: Callable[[], bool], within: float, what: str) -> float:
        """Poll until something holds; gives the seconds that it took."""
        began = time.monotonic()
        while not holds():
            if time.monotonic() - began > within:
                raise Counterexample("I6", what, within=f"{within:.0f} s", state=self.backlog(), red=self.red())
            time.sleep(0.05)
        return time.monotonic() - began

    def backlog(self) -> Mapping[str, object]:
        """Say what still waits anywhere; empty when nothing does."""
        return _backlog(self.ground, parked_counts=not self.expects_parked)

    def red(self) -> Mapping[str, object]:
        """Say which programs are not ready, and why."""
        names = [f"{service.name}.{process}" for service in self.stack.services for process in service.processes]
        answers = {name: _asked(str(self.platform.ready_address(name))) for name in names}
        return {name: answer for name, answer in answers.items() if answer}

    def converge(self, *, within: float = 60) -> float:
        """Wait until no event waits anywhere; gives the seconds that it took."""
        return self.until(lambda: not self.backlog(), within, "no event waits anywhere")

    def expect_red(self, program: str, *, within: float = RED_WITHIN_S) -> float:
        """Wait until a program that cannot progress says so (I7); gives the seconds that it took."""
        took = self._until_ready(program, within, wanted=False)
        self.checked["I7"] = self.checked.get("I7", 0) + 1
        return took

    def expect_green(self, program: str, *, within: float = 30.0) -> float:
        """Wait until a program is ready again; gives the seconds that it took."""
        return self._until_ready(program, within, wanted=True)

    def is_green(self, program: str) -> bool:
        """Say whether a program is ready."""
        return _is_ready(str(self.platform.ready_address(program)))

    # Results

    def recovered(self, what: str, seconds: float, detection: float = 0.0, *, limit: float | None = None) -> None:
        """Note a recovery time for the report."""
        rounded = {"seconds": round(seconds, 2), "detection": round(detection, 2)}
        self.recoveries.append(Recovery(what=what, limit=limit, **rounded))

    def check(self, *invariants: str) -> None:
        """Wait until everything has settled, then hold these invariants, all by default, against what there is."""
        settled = self.converge(within=SETTLE_S)
        self.recovered("nothing waits any more", settled, limit=CALM_S)
        for name, count in checker.check(self.ground, invariants or checker.ALL).items():
            self.checked[name] = self.checked.get(name, 0) + count

    def _until_ready(self, program: str, within: float, *, wanted: bool) -> float:
        address = str(self.platform.ready_address(program))
        began = time.monotonic()
        while _is_ready(address) is not wanted:
            if time.monotonic() - began > within:
                raise Counterexample("I7", program, expected="ready" if wanted else "red", within=f"{within:.0f} s")
            time.sleep(0.1)
        return time.monotonic() - began


def _is_ready(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False


def _asked(address: str) -> object:
    try:
        answer = requests.get(address, timeout=5)
        return None if answer.ok else answer.json().get("reasons")
    except (requests.RequestException, ValueError) as error:
        return type(error).__name__


def _backlog(ground: Ground, *, parked_counts: bool) -> dict[str, object]:
    waiting: dict[str, object] = {}
    try:
        ends = ground.topics.ends()
        for service in ground.stack.services:
            database = ground.database(service.name)
            report = stores.outbox_of(database)
            if report.rows - (0 if parked_counts else report.parked):
                waiting[f"{service.name} outbox"] = report.rows
            if parked_counts and (parked := database["parked"].count_documents({"state": "PARKED"})):
                waiting[f"{service.name} parked"] = parked
            if behind := _lag(ground, service.name, ends, stores.positions_of(database)):
                waiting[f"{service.name} lag"] = behind
    except PyMongoError as error:
        waiting["store"] = str(error)[:200]
    except Exception as error:  # noqa: BLE001 - while the broker is away, its client raises many kinds
        waiting["kafka"] = f"{type(error).__name__}: {error}"[:200]
    return waiting


def _lag(ground: Ground, service: str, ends: Mapping[Any, int], positions: Mapping[tuple[str, int], int]) -> int:
    read = {topic.name for topic in ground.stack.topics if service in topic.readers}
    return sum(end - positions.get(tuple(each), 0) for each, end in ends.items() if each.topic in read)
