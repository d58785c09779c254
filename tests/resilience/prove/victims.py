"""Programs that are armed, hit, and watched until they work again."""

import threading
import time
from dataclasses import dataclass, field
from typing import Final

from kafka.errors import KafkaError
from pymongo.errors import PyMongoError

from bina import stores
from bina.errors import OperatorError
from prove.arena import Arena
from prove.ground import SESSION_MS
from prove.scenario import Counterexample
from testkit import faults

SESSION_S: Final = SESSION_MS / 1000
LEASE_S: Final = 5.0
# What is promised: web 5 s, relay the lease and 2 s, consumer the session and 5 s.
LIMITS: Final = {"api": 5.0, "relay": LEASE_S + 2, "consumer": SESSION_S + 5}
PATIENCE_S: Final = 180.0  # a crowded machine is slow; the figure in the report says by how much


@dataclass
class Victim:
    """One armed program; `watch` notes when it was hit and when its work went on, by itself or by another's hand."""

    arena: Arena
    program: str
    point: str
    action: str
    nth: int
    hit_at: float = 0.0
    seconds: float = 0.0
    pid: int = 0
    error: str = ""
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._watch, name=f"watch {self.program}", daemon=True)

    @property
    def service(self) -> str:
        """Whose program it is."""
        return self.program.partition(".")[0]

    @property
    def process(self) -> str:
        """Which of the service's programs it is."""
        return self.program.partition(".")[2]

    @property
    def names(self) -> tuple[str, str]:
        """Under which names it is armed: a twin may be the one that works at the moment."""
        return self.program, f"{self.program}@2"

    def __str__(self) -> str:
        return f"{self.program} {self.action} at pass {self.nth} of {self.point}"

    def arm(self) -> None:
        """Let it be hit, and begin to watch."""
        for name in self.names:
            self.arena.arm(name, self.point, self.action, self.nth)
        self._thread.start()

    def was_hit(self) -> bool:
        """Say whether it was hit."""
        return any(self.arena.fired(name) for name in self.names)

    def has_resumed(self) -> bool:
        """Say whether its work has gone on, or could not within the patience."""
        return not self._thread.is_alive()

    def settle(self, what: str) -> None:
        """Hold that its work went on, and report how long that took."""
        self._thread.join(PATIENCE_S + 10)
        if self.error or not self.seconds:
            raise Counterexample(
                "I6", f"{self}", resumed=self.error or "never", state=self.arena.backlog(), red=self.arena.red()
            )
        limit = None if (self.process, self.action) == ("api", "stop") else LIMITS[self.process]
        self.arena.recovered(f"{what}: {self.process}", self.seconds, limit=limit)

    def _watch(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self.was_hit():
            if time.monotonic() > deadline:
                self.error = f"{self} was never reached"
                return
            time.sleep(0.05)
        name = next(each for each in self.names if self.arena.fired(each))
        file = faults.fired_file(self.arena.ground.faults, name)
        self.hit_at, self.pid = file.stat().st_mtime, int(file.read_text("ascii"))
        others = [each for each in self.names if each != name]
        for other in self.names:
            (self.arena.ground.faults / other).unlink(missing_ok=True)
        self._await_work(deadline, others)

    def _await_work(self, deadline: float, others: list[str]) -> None:
        goal: _Goal | None = None
        while time.monotonic() < deadline:
            self._wake(others)
            try:
                goal = goal or _Goal(self.arena, self.service, self.process, self.hit_at)
                if goal.is_reached():
                    self.seconds = max(0.01, time.time() - self.hit_at)
                    return
            except (PyMongoError, KafkaError, OperatorError) as error:
                self.error = f"{self}: {type(error).__name__}"
            time.sleep(0.05)
        self.error = f"{self}: its work does not go on within {PATIENCE_S:.0f} s"

    def _wake(self, others: list[str]) -> None:
        """Let a twin that passed its point in the same moment go on: only one is to be silent."""
        for each in others if self.action == "stop" else ():
            if self.arena.fired(each):
                self.arena.cont(self.arena.wait_fired(each))


class _Goal:
    """What must have happened for a program's work to go on: what waited when it was hit is done."""

    def __init__(self, arena: Arena, service: str, process: str, hit_at: float) -> None:
        self._arena = arena
        self._service = service
        self._process = process
        self._hit_at = hit_at
        self._database = arena.database(service)
        self._rows = {row["_id"] for row in self._database["outbox"].find({}, {"_id": 1})}
        self._ends = arena.ground.topics.ends() if process == "consumer" else {}

    def is_reached(self) -> bool:
        if self._process == "api":
            attempts = self._arena.ground.ledger.snapshot()[-200:]
            mine = [each for each in attempts if each.intention.service == self._service]
            return any(each.is_final and each.sent > self._hit_at for each in mine)
        if self._process == "relay":
            return self._database["outbox"].count_documents({"_id": {"$in": list(self._rows)}}) == 0
        positions = stores.positions_of(self._database)
        read = {each.name for each in self._arena.stack.topics if self._service in each.readers}
        wanted = {each: end for each, end in self._ends.items() if each.topic in read and end}
        return all(positions.get((each.topic, each.number), 0) >= end for each, end in wanted.items())
