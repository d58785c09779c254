"""What traps are baited with: things of a tenant's own, and raw records made from its events."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

import requests

from prove.arena import Arena
from prove.desk import Desk, Thing
from prove.facts import Seen
from prove.setup import add_batch, add_people, add_programme
from prove.topics import RawRecord

SHARED: Final = "registration.enrolment"  # read by every service that reads at all


def furnish(desk: Desk) -> None:
    """Give a desk things of its own: a unit, a programme, a batch, people in it."""
    desk.keep("units", Thing(desk.must(desk.unit())["id"]))
    add_people(desk, add_batch(desk, add_programme(desk)), 2)


def at_once(acts: Sequence[Callable[[], Any]]) -> None:
    """Do all of this at the same time."""
    threads = [threading.Thread(target=each) for each in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def is_ready(address: str) -> bool:
    """Say whether a program says that it is ready."""
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False


def is_of(key: str, desks: Sequence[Desk]) -> bool:
    """Say whether somebody of these desks has this key."""
    seated = {f"{desk.tenant}/{each.id}" for desk in desks for each in desk.things.get("seated", ())}
    return key in seated


def events(arena: Arena, topic: str) -> dict[str, list[Seen]]:
    """Give the events of a topic that outboxes sent, by key."""
    events: dict[str, list[Seen]] = {}
    for each in arena.ground.wire().get(topic, ()):
        if each.envelope and not each.is_foreign:
            events.setdefault(each.envelope.key, []).append(each)
    return events


def raw(seen: Seen) -> RawRecord:
    """Give a record as it lies there, to be produced again."""
    record = seen.record
    return RawRecord(key=record.key, value=record.value, headers=record.headers)


def raw_pair(arena: Arena, desk: Desk) -> tuple[RawRecord, RawRecord]:
    """Give the first two events of a new aggregate: those of an enrolment under another name."""
    enrolment = desk.things["seated"][0].id
    new = str(UUID(int=arena.random.getrandbits(128), version=4))
    first, second = (
        raw(each) for each in sorted(events(arena, SHARED)[f"{desk.tenant}/{enrolment}"], key=_sequence)[:2]
    )
    return _renamed(first, enrolment, new), _renamed(second, enrolment, new)


def _sequence(seen: Seen) -> int:
    return seen.envelope.sequence if seen.envelope else 0


def _renamed(record: RawRecord, known: str, new: str) -> RawRecord:
    old, name = known.encode(), new.encode()
    return RawRecord(
        key=(record.key or b"").replace(old, name),
        value=(record.value or b"").replace(old, name),
        headers=[(header, value.replace(old, name)) for header, value in record.headers],
    )
