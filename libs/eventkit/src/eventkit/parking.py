"""What a reader has set aside in its own store: events that wait, and records that no code could read.

PARKED       an event that waits for its turn or failed; tried again when due
DEAD_LETTER  a record that cannot be read; a copy lies on the dead-letter topic
REPLAYED     a dead letter that an operator gave back: read anew, then PARKED or DEAD_LETTER again

A row leaves only when its event has taken effect. Whose partition it is decides who may try it.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.database import Database

from eventkit import outbox
from eventkit.envelope import MAX_EVENT_BYTES, Envelope, Header, Trace, UndecodableError, decode
from eventkit.event import EventId, TenantId
from eventkit.feed import Partition, Record
from eventkit.gate import Parked
from eventkit.ids import new_id
from eventkit.mongo import Session

log = logging.getLogger(__name__)

Document = dict[str, Any]
COLLECTION: Final = "parked"
NOBODY: Final = "00"  # the tenant of what cannot be read
RETRY_FIRST: Final = timedelta(seconds=1)
RETRY_LAST: Final = timedelta(minutes=5)
HEADER_BYTES: Final = 8_192  # of a dead letter; more is not ours


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record that no code can read, and why."""

    record: Record
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The events of one aggregate that may be tried again, in order, and the partition that they came from."""

    partition: Partition
    key: str
    envelopes: Sequence[Envelope]


def due(rows: Collection[Document], held: Iterable[Partition], now: datetime, limit: int = 50) -> list[Waiting]:
    """Give the aggregates of these partitions whose turn has come; what an operator replays is read anew first."""
    numbers: dict[str, list[int]] = {}
    for each in held:
        numbers.setdefault(each.topic, []).append(each.number)
    ours = [{"topic": topic, "partition": {"$in": these}} for topic, these in numbers.items()]
    if not ours:
        return []
    states = {"$in": ["PARKED", "REPLAYED"]}
    found = rows.find({"next_at": {"$lte": now}, "state": states, "$or": ours}, limit=limit)
    readable = [row for row in found if row["state"] == "PARKED" or _read_again(rows, row, now)]
    places = {(Partition(each["topic"], each["partition"]), each["key"]) for each in readable}
    return [Waiting(partition=place, key=key, envelopes=_waiting(rows, place, key)) for place, key in sorted(places)]


def back_off(first: Parked, of_key: Document, now: datetime, session: Session) -> None:
    """Note a failed attempt: the first event sets when the aggregate is tried again, the others wait behind it."""
    rows, transaction = session.collection(COLLECTION), session.writing()
    of_first = {**of_key, "sequence": first.envelope.sequence}
    row = rows.find_one(of_first, session=transaction)
    attempts = 1 + (row["attempts"] if row else 0)
    wait = min(RETRY_LAST, RETRY_FIRST * 2 ** min(attempts, 10))
    rows.update_many({**of_key, "next_at": {"$ne": None}}, {"$set": {"next_at": None}}, session=transaction)
    change = {"attempts": attempts, "next_at": now + wait, "reason": first.reason, "detail": first.detail}
    rows.update_one(of_first, {"$set": change}, session=transaction)


def parked_row(place: Partition, parked: Parked, at: datetime) -> Document:
    """Give the row of an event that is set aside."""
    waits_for_others = parked.reason in ("GAP", "BEHIND_PARKED")
    return {
        "_id": f"{place.topic}|{parked.envelope.key}|{parked.envelope.sequence}",
        "topic": place.topic,
        "partition": place.number,
        "reason": parked.reason,
        "detail": parked.detail,
        "first_seen": at,
        "next_at": at if parked.due else None if waits_for_others else at + RETRY_FIRST,
        **_event_fields(parked.envelope),
    }


def dead_row(dead: DeadLetter, at: datetime) -> Document:
    """Give the row of a record that cannot be read; its content stays on the topic."""
    place = dead.record.partition
    return {
        "_id": f"{place.topic}|{place.number}|{dead.record.offset}",
        "tenant": NOBODY,
        "topic": place.topic,
        "partition": place.number,
        "key": (dead.record.key or b"").decode(errors="replace")[:200],
        "state": "DEAD_LETTER",
        "reason": "UNDECODABLE",
        "detail": dead.reason,
        "first_seen": at,
    }


def letter(dead: DeadLetter, reader: str, at: datetime) -> outbox.Row:
    """Give the copy for the dead-letter topic; cut where it would be too large to send."""
    place, offset = dead.record.partition, dead.record.offset
    where = f"{place.topic}/{place.number}/{offset}"
    return outbox.Row(
        id=new_id(),
        topic=f"{place.topic}.{reader}.dlq",
        key=f"dlq/{where}",
        sequence=1,
        headers=[*_bounded(dead.record.headers), ("dlq_reason", dead.reason.encode()), ("dlq_origin", where.encode())],
        value=(dead.record.value or b"")[:MAX_EVENT_BYTES],
        at=at,
    )


def prepare(database: Database[Document]) -> None:
    """Create the indexes of the rows; safe to repeat."""
    database[COLLECTION].create_indexes(
        [
            IndexModel([("key", 1), ("topic", 1), ("sequence", 1)]),
            IndexModel([("state", 1), ("next_at", 1)]),
        ]
    )


def _waiting(rows: Collection[Document], place: Partition, key: str) -> list[Envelope]:
    found = rows.find({"topic": place.topic, "key": key, "state": "PARKED"}, sort=[("sequence", 1)])
    return [_envelope_of(each) for each in found]


def _read_again(rows: Collection[Document], row: Document, now: datetime) -> bool:
    """Read a replayed record as this release can; says whether it is an event now."""
    given = row["record"]
    headers = [(str(name), bytes(value)) for name, value in given["headers"]]
    try:
        envelope = decode(row["topic"], given["key"], headers, given["value"])
    except UndecodableError as error:
        log.warning("dead letter cannot be read", extra={"row": row["_id"], "reason": error.reason})
        back = {"$set": {"state": "DEAD_LETTER", "detail": error.reason}, "$unset": {"record": 0, "next_at": 0}}
        rows.update_one({"_id": row["_id"], "state": "REPLAYED"}, back)
        return False
    log.info("dead letter is read again", extra={"row": row["_id"], "event": envelope.id})
    row |= _event_fields(envelope)
    change = {**_event_fields(envelope), "reason": "REPLAYED", "detail": "", "next_at": now}
    done = rows.update_one({"_id": row["_id"], "state": "REPLAYED"}, {"$set": change, "$unset": {"record": 0}})
    return done.modified_count == 1


def _bounded(headers: Iterable[Header]) -> list[Header]:
    kept: list[Header] = []
    room = HEADER_BYTES
    for name, value in headers:
        room -= len(name.encode()) + len(value)
        if room < 0:
            break
        kept.append((name, value))
    return kept


def _event_fields(envelope: Envelope) -> Document:
    return {
        "tenant": envelope.tenant,
        "key": envelope.key,
        "sequence": envelope.sequence,
        "state": "PARKED",
        "attempts": 0,
        "event": {
            "id": envelope.id,
            "type": envelope.type,
            "source": envelope.source,
            "aggregate": envelope.aggregate,
            "time": envelope.time,
            "correlation": envelope.trace.correlation,
            "causation": envelope.trace.causation,
            "traceparent": envelope.trace.traceparent,
            "data": envelope.data,
        },
    }


def _envelope_of(row: Document) -> Envelope:
    event = row["event"]
    return Envelope(
        id=EventId(event["id"]),
        type=event["type"],
        source=event["source"],
        tenant=TenantId(row["tenant"]),
        aggregate=event["aggregate"],
        sequence=row["sequence"],
        time=event["time"],
        trace=Trace(event["correlation"], event["causation"], event["traceparent"]),
        data=event["data"],
    )
