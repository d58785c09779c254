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
BATCHES: Final = "registration.batch"  # its readers keep every version of its dates


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


def events(arena: Arena, topic: str) -> dict[str, list[Seen]]:
    """Give the events of a topic that outboxes sent, by key."""
    events: dict[str, list[Seen]] = {}
    for each in arena.ground.wire().get(topic, ()):
        if each.envelope and not each.is_foreign:
            events.setdefault(each.envelope.key, []).append(each)
    return events


def raw_pair(arena: Arena, desk: Desk) -> tuple[RawRecord, RawRecord]:
    """Give the first two events of a new aggregate: those of an enrolment under another name."""
    first, second = renamed(arena, SHARED, f"{desk.tenant}/{desk.things['seated'][0].id}")[:2]
    return first, second


def renamed(arena: Arena, topic: str, key: str) -> list[RawRecord]:
    """Give the events of an aggregate under the name of one that nobody knows, in their order."""
    old = key.partition("/")[2].encode()
    new = str(UUID(int=arena.random.getrandbits(128), version=4)).encode()
    by_sequence = {each.envelope.sequence: each.record for each in events(arena, topic)[key] if each.envelope}
    return [
        RawRecord(
            key=(record.key or b"").replace(old, new),
            value=(record.value or b"").replace(old, new),
            headers=[(name, value.replace(old, new)) for name, value in record.headers],
        )
        for _, record in sorted(by_sequence.items())
    ]
