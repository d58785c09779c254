"""The load: a seeded mix of everything that staff does, from several tenants and writers at once."""

import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, Protocol

from pymongo.errors import PyMongoError

from prove.desk import Desk, Thing
from prove.record import Attempt

SAMPLE_S: Final = 0.3
LOSE_EVERY: Final = 12  # one request in so many loses its first answer


class Driver:
    """Sends one request after another; what is asked follows from the seed."""

    def __init__(self, desks: list[Desk], chance: random.Random) -> None:
        self.desks = desks
        self._random = chance
        self._lock = threading.Lock()

    def drive(self, requests: int) -> None:
        """Send so many requests, one after the other."""
        for _ in range(requests):
            self.one()

    def one(self) -> None:
        """Send one request of the mix."""
        with self._lock:
            desk = self._random.choice(self.desks)
            (act,) = self._random.choices(list(MIX), weights=list(MIX.values()))
            loses = self._random.randrange(LOSE_EVERY) == 0
        act(desk, loses=loses)


class Load:
    """Load in the background until it is stopped; at most `rate` requests in a second."""

    def __init__(self, driver: Driver, *, rate: float, writers: int, watch: Callable[[], None]) -> None:
        self._driver = driver
        self._watch = watch
        self._pause = writers / rate
        self._stop = threading.Event()
        self._resting = threading.Event()
        self._lock = threading.Lock()
        self._count = 0
        self.errors: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, name=f"writer-{place}") for place in range(writers)]
        self._threads.append(threading.Thread(target=self._look, name="sampler"))

    def start(self) -> None:
        """Begin."""
        for each in self._threads:
            each.start()

    def pause(self) -> None:
        """Send nothing until `resume`."""
        self._resting.set()

    def resume(self) -> None:
        """Go on."""
        self._resting.clear()

    def count(self) -> int:
        """Give how many requests have ended."""
        return self._count

    def stop(self) -> None:
        """End, and raise what a writer raised."""
        self._stop.set()
        for each in self._threads:
            each.join()
        if self.errors:
            raise self.errors[0]

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                began = time.monotonic()
                self._turn()
                self._stop.wait(max(0.0, self._pause - (time.monotonic() - began)))
        except BaseException as error:  # noqa: BLE001 - it is raised where the load is stopped
            self.errors.append(error)

    def _look(self) -> None:
        """Take snapshots beside the writers; while the store is away there is nothing to see."""
        while not self._stop.wait(SAMPLE_S):
            with suppress(PyMongoError):
                self._watch()

    def _turn(self) -> None:
        if not self._resting.is_set():
            self._driver.one()
            with self._lock:
                self._count += 1


class Act(Protocol):
    """One thing that staff does; `loses` hangs up on the first answer."""

    def __call__(self, desk: Desk, *, loses: bool) -> None: ...


def _updated(thing: Thing, attempt: Attempt) -> None:
    if attempt.is_success and attempt.version is not None:
        thing.version = max(thing.version, attempt.version)


def register_unit(desk: Desk, *, loses: bool) -> None:
    """Let a unit begin."""
    attempt, _ = desk.do(desk.unit(), lose_first=loses)
    if attempt.is_success:
        desk.keep("units", Thing(attempt.made))


def change_unit(desk: Desk, *, loses: bool) -> None:
    """Describe a unit anew at its last known version."""
    unit = desk.any("units")
    attempt, _ = desk.do(desk.unit_change(unit), lose_first=loses)
    _updated(unit, attempt)
    _look_again(desk, unit, attempt, "units")


def propose_programme(desk: Desk, *, loses: bool) -> None:
    """Propose and approve a programme."""
    attempt, _ = desk.do(desk.programme(), lose_first=loses)
    if attempt.is_success and desk.do(desk.approval(attempt.made))[0].is_success:
        desk.keep("programmes", Thing(attempt.made))


def schedule_batch(desk: Desk, *, loses: bool) -> None:
    """Plan and open a batch with few seats."""
    programme, seats = desk.any("programmes").id, 3
    attempt, _ = desk.do(desk.batch(programme, seats), lose_first=loses)
    if not attempt.is_success:
        return
    batch = Thing(attempt.made, 1, programme, seats)
    opened, _ = desk.do(desk.opening(batch.id))
    _updated(batch, opened)
    if opened.is_success:
        desk.keep("batches", batch)


def reschedule_batch(desk: Desk, *, loses: bool) -> None:
    """Move a batch at its last known version."""
    batch = desk.any("batches")
    attempt, _ = desk.do(desk.reschedule(batch), lose_first=loses)
    _updated(batch, attempt)
    _look_again(desk, batch, attempt, "batches")


def register_person(desk: Desk, *, loses: bool) -> None:
    """Enter a person."""
    desk.do(desk.person(), lose_first=loses)


def nominate(desk: Desk, *, loses: bool) -> None:
    """Put some new people forward."""
    batch = desk.any("batches")
    attempt, body = desk.do(desk.nomination(batch.id, 2), lose_first=loses)
    if attempt.is_success:
        for row in body["rows"]:
            if row["status"] == "NOMINATED":
                desk.keep("nominated", Thing(row["id"], parent=batch.id))


def confirm(desk: Desk, *, loses: bool) -> None:
    """Give a seat, where there is one."""
    if desk.has("nominated"):
        enrolment = desk.any("nominated")
        attempt, _ = desk.do(desk.confirmation(enrolment.id), lose_first=loses)
        _updated(enrolment, attempt)


def race_for_last_seat(desk: Desk, *, loses: bool) -> None:
    """Let several people try for the seats of one batch at once."""
    del loses
    if not desk.has("nominated"):
        return
    batch = desk.any("nominated").parent
    rivals = [each for each in desk.things["nominated"] if each.parent == batch][-4:]
    threads = [threading.Thread(target=lambda one=one: desk.do(desk.confirmation(one.id))) for one in rivals]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def mark_attendance(desk: Desk, *, loses: bool) -> None:
    """Mark several people in one session."""
    session = desk.any("sessions")
    enrolments = [each.id for each in desk.things["seated"] if each.parent == session.parent]
    desk.do(desk.attendance(session.id, enrolments), lose_first=loses)


def plan_visit(desk: Desk, *, loses: bool) -> None:
    """Plan a visit to a unit that monitoring may or may not know yet."""
    desk.do(desk.visit(desk.things["units"][0].id), lose_first=loses)


def repeat(desk: Desk, *, loses: bool) -> None:
    """Send again what was acknowledged before, with its key."""
    del loses
    with desk.lock:
        again = desk.random.choice(desk.acknowledged[-200:])
    desk.client.send(again)


def look(desk: Desk, *, loses: bool) -> None:
    """Read a list."""
    del loses
    with desk.lock:
        service, kind = desk.random.choice(LISTS)
    desk.do(desk.listing(service, kind))


def _look_again(desk: Desk, thing: Thing, attempt: Attempt, kind: str) -> None:
    """Learn the version that made an update stale."""
    if attempt.status in (409, 412):
        seen, body = desk.do(desk.intend("tenant_admin", "GET", f"registration /v1/{kind}/{thing.id}", kind))
        if seen.is_success:
            thing.version = max(thing.version, int(body["version"]))


LISTS: Final = (
    ("registration", "units"),
    ("registration", "programmes"),
    ("registration", "batches"),
    ("registration", "enrolments"),
    ("curriculum", "curricula"),
    ("monitoring", "visits"),
)
MIX: Final[Mapping[Act, int]] = {
    register_unit: 10,
    change_unit: 10,
    propose_programme: 4,
    schedule_batch: 8,
    reschedule_batch: 12,
    register_person: 4,
    nominate: 10,
    confirm: 10,
    race_for_last_seat: 3,
    mark_attendance: 10,
    plan_visit: 8,
    repeat: 6,
    look: 5,
}
