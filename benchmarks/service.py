"""Goals of the real registration service on the running platform: P1, P2, P4, P17, P20."""

import itertools
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests
from pymongo import IndexModel
from pymongo.database import Database

from benchmarks import client, machine, world
from benchmarks.goals import Outcome, compared
from benchmarks.interleave import Arm, Figures, Judge, Samples, interleave
from benchmarks.sizes import Sizes
from benchmarks.world import READERS, TENANT, WRITER, World
from bina.engines import mongod_access
from bina.engines.mongod import StoreUser
from bina.ports import free_ports
from bina.process import Program, end_group, start
from eventkit import mongo, outbox
from registration import store as registration

LIST_SIZE: Final = 20
_BARE: Final = StoreUser(database="bare", password="bare-secret")  # noqa: S106 - of a store that lives for minutes


@dataclass(slots=True)
class Desk:
    """The service beside its bare arm, and what was measured with both."""

    world: World
    bare_port: int
    bare_pid: int
    sizes: Sizes
    judge: Judge
    floors: dict[str, float] = field(default_factory=dict)
    arrivals: float = 0.0

    def web(self) -> list[Outcome]:
        """P1, P2, P4: relay and readers are held, so that only the write and the read are compared."""
        page = itertools.cycle(self.world.batches)
        listed = [f"/v1/enrolments?batch={next(page)}&size={LIST_SIZE}" for _ in range(3 * self.sizes.flood_lines)]
        inserts = ["POST\t/v1/inserts\t{}"] * (3 * self.sizes.flood_lines)
        port, bare = self.world.port, self.bare_port
        arms = [
            Arm("enrolment", self._confirm),
            Arm("bare transaction", self._confirm_bare),
            Arm("bare insert", lambda: self._flood(bare, inserts)),
            Arm("list", lambda: self._flood(port, [client.get(each, self.world.bearer) for each in listed])),
            Arm("bare list", lambda: self._flood(bare, [client.get(each, "none") for each in listed])),
        ]
        samples = interleave(arms, self.sizes.repeats, self.judge)
        self.floors["bare transaction"] = _median(samples, "bare transaction", "cpu_us")
        self.arrivals = _median(samples, "enrolment", "per_second")
        pairs = {
            "P1": ("enrolment", "bare transaction"),
            "P2": ("enrolment", "bare insert"),
            "P4": ("list", "bare list"),
        }
        return [compared(goal, samples, "per_second", pair, "requests/s") for goal, pair in pairs.items()]

    def _confirm(self) -> Figures:
        nominees = self.world.next_nominees(self.sizes.flood_lines)
        lines = [client.post(f"/v1/enrolments/{each}/confirm", self.world.bearer) for each in nominees]
        figures = self._flood(self.world.port, lines)
        self.world.use(int(figures["answered"]))
        return figures

    def _confirm_bare(self) -> Figures:
        nominees = self.world.next_nominees(
            self.sizes.flood_lines
        )  # not used up: the bare arm has documents of its own
        lines = [client.post(f"/v1/enrolments/{each}/confirm", "none") for each in nominees]
        before = self._bare_cpu()
        figures = self._flood(self.bare_port, lines)
        return {**figures, "cpu_us": (self._bare_cpu() - before) / figures["answered"] * 1e6}

    def _flood(self, port: int, lines: list[str]) -> Figures:
        done = client.send(port, lines, rate=0, seconds=self.sizes.flood_seconds)
        return {"per_second": float(done.summary["per_second"]), "answered": float(done.count)}

    def _bare_cpu(self) -> float:
        state = self.world.platform.state()
        identity = state.programs["registration.mongod"].identity if state else None
        return machine.cpu_seconds([self.bare_pid, *([identity.pid] if identity else [])])

    def catch_up(self) -> list[Outcome]:
        """P17: everything that was written while relay and readers were held is to reach every reader."""
        expected = _published(self.world)
        before = sum(world.applied(self.world).values())
        for each in (WRITER, *READERS):
            self.world.platform.start(each, within=120)
        began = time.monotonic()
        world.until(lambda: all(each >= expected for each in world.applied(self.world).values()), within=300, every=0.2)
        took = time.monotonic() - began
        backlog = expected - before // len(READERS)
        details = {"backlog_events": backlog, "seconds": round(took, 2), "readers": len(READERS)}
        rate = [backlog / took]
        return [Outcome(goal="P17", unit="events/s", ours=rate, ceiling=[self.arrivals], details=details)]

    def cost(self, floors: Mapping[str, float]) -> list[Outcome]:
        """P20: processor time of all processes per accepted enrolment, from the request to the last reader."""
        per_enrolment = [self._cost(self.sizes.accepted) for _ in range(self.sizes.repeats)]
        parts = {
            "bare transaction": self.floors["bare transaction"],
            "raw produce": floors["produce"],
            "raw bulk writes": floors["bulk"] * len(READERS),
        }
        details = {"floors_cpu_us": {name: round(each, 1) for name, each in parts.items()}}
        ceiling = [sum(parts.values())] * len(per_enrolment)
        return [Outcome(goal="P20", unit="CPU us", ours=per_enrolment, ceiling=ceiling, details=details)]

    def _cost(self, accepted: int) -> float:
        idle = self._idle_share()
        nominees = self.world.next_nominees(accepted)
        self.world.use(accepted)
        lines = [client.post(f"/v1/enrolments/{each}/confirm", self.world.bearer) for each in nominees]
        expected = _published(self.world) + accepted
        before, began = machine.cpu_seconds(self.world.pids()), time.monotonic()
        client.send(self.world.port, lines, rate=0, seconds=120)
        world.until(lambda: all(each >= expected for each in world.applied(self.world).values()), within=300, every=0.5)
        used = machine.cpu_seconds(self.world.pids()) - before - idle * (time.monotonic() - began)
        return used / accepted * 1e6

    def _idle_share(self) -> float:
        """Say how much processor time the platform takes while nothing happens."""
        before, began = machine.cpu_seconds(self.world.pids()), time.monotonic()
        time.sleep(2.0)
        return (machine.cpu_seconds(self.world.pids()) - before) / (time.monotonic() - began)


def _median(samples: Samples, arm: str, figure: str) -> float:
    values = sorted(samples.column(arm, figure))
    return values[len(values) // 2]


def _published(of: World) -> int:
    """Count the events that enrolments have published or will have."""
    stages: list[dict[str, Any]] = [
        {"$match": {"tenant": TENANT}},
        {"$group": {"_id": None, "events": {"$sum": "$sequence"}}},
    ]
    return sum(each["events"] for each in of.database("registration")["enrolments"].aggregate(stages))


@contextmanager
def opened(of: World, sizes: Sizes, judge: Judge) -> Iterator[Desk]:
    """Start the bare arm beside the service, on copies of its documents in the same store."""
    found = of.stack.service("registration")
    if found is None:
        raise LookupError("registration")
    store = of.stack.store(found)
    with mongod_access.root(store) as operator:
        mongod_access.ensure_user(operator, _BARE)
        for name in ("enrolments", "batches"):
            operator["registration"][name].aggregate([{"$out": {"db": "bare", "coll": name}}])
    uri = mongod_access.uri(store, _BARE)
    _prepare(mongo.connect(uri, "bare", service="bench", timeout=None))
    (port,) = free_ports(1)
    environment = of.stack.environment(found) | {"BINA_HTTP_PORT": str(port), "BINA_MONGO_URI": uri}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[1]), "BINA_LOG_LEVEL": "WARNING"}
    program = Program(name="bare", argv=(sys.executable, "-m", "benchmarks.arms"), env=environment)
    process = start(program, of.platform.layout.log / "bare.log")
    try:
        world.until(lambda: _answers(port))
        judge.own = lambda: [*of.pids()]
        yield Desk(of, port, process.pid, sizes, judge)
    finally:
        end_group(process, patience=20)


def _prepare(bare: Database[dict[str, Any]]) -> None:
    for kind in (registration.enrolments, registration.batches):
        bare[kind.name].create_indexes([*kind.indexes, IndexModel([("tenant", 1), ("_id", 1)])])
    bare.create_collection("plain")
    bare["plain"].create_index([("tenant", 1), ("_id", 1)])
    outbox.prepare(bare)


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/v1/none", timeout=5).status_code == 404  # noqa: PLR2004 - it serves
    except requests.RequestException:
        return False
