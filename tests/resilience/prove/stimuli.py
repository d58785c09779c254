"""Gives seldom steps their occasion: unreadable bytes, events in the wrong order, members that come and go."""

import time
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from kafka import KafkaConsumer
from kafka.coordinator.assignors.range import RangePartitionAssignor

from prove.arena import Arena
from prove.facts import Seen
from prove.topics import RawRecord

SHARED: Final = "registration.enrolment"  # read by every service that reads at all
JOIN_S: Final = 20.0


def poison(arena: Arena) -> None:
    """Put bytes on a topic that no reader can read: each sets them aside and sends on a dead letter (D1 D2)."""
    headers = [("ce_type", b"\xff\xfe"), ("ce_id", b"not an event")]
    arena.produce(SHARED, [RawRecord(key=b"35.73/nobody", value=b"{", headers=headers)])


def disorder(arena: Arena) -> None:
    """Send the second event of a new aggregate before its first, so that it is parked and soon tried again (D1 P1)."""
    first, second = _pair(arena)
    known = first.envelope.aggregate if first.envelope else ""
    new = str(UUID(int=arena.random.getrandbits(128), version=4))
    arena.produce(SHARED, [_renamed(each, known, new) for each in (second, first)])


def visit_group(arena: Arena, services: Iterable[str]) -> None:
    """Join each service's group and leave it again: its own consumer loses partitions and gets them back (K0 K10)."""
    for service in services:
        guest = _guest(arena, service)
        deadline = time.monotonic() + JOIN_S
        while not guest.assignment() and time.monotonic() < deadline:
            guest.poll(timeout_ms=200)
        guest.close(autocommit=False)


def _guest(arena: Arena, service: str) -> KafkaConsumer:
    topics = [each.name for each in arena.stack.topics if service in each.readers]
    guest = KafkaConsumer(
        **arena.ground.topics.options("prove-guest"),
        group_id=f"{service}.projection",
        enable_auto_commit=False,
        session_timeout_ms=6_000,
        heartbeat_interval_ms=1_000,
        partition_assignment_strategy=(RangePartitionAssignor,),
    )
    for each in topics:
        guest.partitions_for_topic(each)
    guest.subscribe(topics=sorted(topics))
    return guest


def _pair(arena: Arena) -> tuple[Seen, Seen]:
    """Find an aggregate with two events of its own."""
    firsts: dict[str, Seen] = {}
    for each in arena.ground.wire()[SHARED]:
        if each.envelope is None or each.is_foreign:
            continue
        if each.envelope.sequence == 1:
            firsts[each.envelope.key] = each
        elif each.envelope.sequence == 2 and each.envelope.key in firsts:
            return firsts[each.envelope.key], each
    raise RuntimeError("no enrolment has two events yet")


def _renamed(seen: Seen, known: str, new: str) -> RawRecord:
    old, name = known.encode(), new.encode()
    record = seen.record
    return RawRecord(
        key=(record.key or b"").replace(old, name),
        value=(record.value or b"").replace(old, name),
        headers=[(header, value.replace(old, name)) for header, value in record.headers],
    )
