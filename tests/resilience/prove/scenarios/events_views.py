"""The national views: one is lost and rebuilt under live traffic; one tenant floods them while another is silent."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import requests

from bina.demo.drive.access import Caller, Tokens
from eventkit.event import TenantId
from prove.arena import Arena
from prove.scenario import Counterexample, Scenario
from prove.wire import TOPIC, Unit

ANALYST: Final = Caller("00", "platform_admin")
RECORDS: Final = 4_000
FLOODED, QUIET = TenantId("35.73"), TenantId("53")  # the third tenant says nothing
FLOOD: Final = 100  # events of the one for each of the other
TURNS: Final = 60
TURN_S: Final = 0.25
GRACE_S: Final = 0.15  # of the moment at which an event is looked for; below it a ratio says nothing


@dataclass
class Reading:
    """What a reader of the reports sees, over and over: figures, refusals, and whatever is neither."""

    arena: Arena
    units: int = 0
    refused: int = 0
    answered: int = 0
    wrong: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def throughout(self) -> Iterator["Reading"]:
        """Read for the length of the block."""
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()

    def _run(self) -> None:
        tokens = Tokens(self.arena.ground.desks[0].client.places)
        while not self._stop.is_set():
            try:
                answer = ask(self.arena, tokens, "/v1/digest")
            except requests.RequestException as error:
                self.wrong.append(type(error).__name__)
                continue
            if answer.status_code == 503:
                self.refused += 1
            elif answer.ok:
                self._compare(answer.json())
            else:
                self.wrong.append(f"{answer.status_code} {answer.text[:200]}")

    def _compare(self, told: Mapping[str, Any]) -> None:
        """Units only ever become more: a reader that sees fewer sees half a view."""
        self.answered += 1
        units = int(told["documents"]["units"])
        if units < self.units:
            self.wrong.append(f"{units} units after {self.units}")
        self.units = max(self.units, units)


def lost_view(arena: Arena) -> None:
    """F40: a collection of national is dropped and rebuilt from the topics while load and reports go on."""
    units = [Unit() for _ in range(RECORDS // 4)]
    arena.produce(TOPIC, [unit.event(number) for unit in units for number in range(1, 5)])
    arena.converge()
    with Reading(arena).throughout() as reading, arena.load(rate=10, writers=2):
        arena.until(lambda: reading.answered > 2, 30, "reports are read")
        arena.database("national")["units"].drop()
        dropped = time.monotonic()
        arena.until(lambda: reading.refused > 0, 10, "readers are refused once a view is lost")
        arena.recovered("readers refused after a view was lost", time.monotonic() - dropped)
        told = _rebuild(arena)
        seen = reading.answered
        arena.until(lambda: reading.answered > seen + 2, 30, "reports are read again")
        arena.recovered("reports again after a view was lost", time.monotonic() - dropped)
    if reading.wrong:
        raise Counterexample("I3", "readers of the reports", saw=reading.wrong[:5], of=len(reading.wrong))
    rate = told["records"] / told["seconds"]
    arena.recovered(f"rebuild of {told['records']} records, {rate:.0f} a second", told["seconds"])
    arena.converge()
    live = _digest(arena)
    _rebuild(arena)
    again = _digest(arena)
    if live != again:
        raise Counterexample("I3", "the digest of all views", live=live, rebuilt=again)
    arena.check()


def flood(arena: Arena) -> None:
    """F42: one tenant sends a hundred events for each of another's, a third says nothing."""
    arena.converge()
    calm = _freshness(arena, flooding=0)
    flooded = _freshness(arena, flooding=FLOOD)
    arena.recovered(f"freshness p99 of the quiet tenant beside a flood (calm {calm:.3f} s)", flooded)
    if flooded > max(2 * calm, calm + GRACE_S):
        raise Counterexample("I6", "freshness p99", calm=f"{calm:.3f} s", flooded=f"{flooded:.3f} s")
    arena.converge()
    arena.check()


def _freshness(arena: Arena, *, flooding: int) -> float:
    """Give the 99th percentile of the time from the topic to the view, for a tenant with one event a turn."""
    times = []
    view = arena.database("national")["units"]
    for _ in range(TURNS):
        began = time.monotonic()
        noise = [Unit(tenant=FLOODED).event(1) for _ in range(flooding)]
        quiet = Unit(tenant=QUIET)
        arena.produce(TOPIC, [*noise, quiet.event(1)])
        sent = time.monotonic()
        arena.until(lambda key=quiet.key: view.count_documents({"_id": key}) == 1, 30, "a quiet tenant is heard")
        times.append(time.monotonic() - sent)
        time.sleep(max(0.0, TURN_S - (time.monotonic() - began)))
    return sorted(times)[int(len(times) * 0.99)]


def _rebuild(arena: Arena) -> dict[str, Any]:
    """Do as an operator does: `python -m national rebuild`."""
    service = arena.stack.service("national")
    if service is None:
        raise ValueError("national")
    program = arena.stack.program(service, "rebuild")
    done = subprocess.run(
        program.argv,
        env={**os.environ, **program.env},
        cwd=arena.platform.layout.root,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )
    if done.returncode:
        raise Counterexample("I3", "python -m national rebuild", status=done.returncode, said=done.stderr[-2000:])
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _digest(arena: Arena) -> object:
    answer = ask(arena, Tokens(arena.ground.desks[0].client.places), "/v1/digest")
    answer.raise_for_status()
    return answer.json()


def ask(arena: Arena, tokens: Tokens, path: str) -> requests.Response:
    """Read a report of national as its administrator."""
    service = arena.stack.service("national")
    if service is None:
        raise ValueError("national")
    headers = {"Authorization": f"Bearer {tokens.get(ANALYST)}", "Accept-Language": "en"}
    return requests.get(arena.stack.url(service.listener("api")) + path, headers=headers, timeout=30)


SCENARIOS: Final = (
    Scenario(id="F40", title="a lost view is rebuilt under live traffic", run=lost_view, minutes=1.5),
    Scenario(id="F42", title="one tenant floods, one is silent", run=flood, minutes=1.0),
)
