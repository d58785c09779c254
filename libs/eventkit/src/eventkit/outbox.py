"""The outbox: finished events wait here, written with the change itself, until Kafka has them.

A row that exists is pending; the relay deletes it after the acknowledgement. Each row holds the bytes
that go to Kafka, so nobody encodes twice and a later schema cannot change what was promised.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pymongo import IndexModel, ReturnDocument
from pymongo.change_stream import CollectionChangeStream
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from eventkit.envelope import MAX_EVENT_BYTES, Envelope, Header, Trace, encode
from eventkit.event import Event, EventId, EventSchema, TenantId, topic_of
from eventkit.ids import new_id
from eventkit.refusal import RefusedError

COLLECTION: Final = "outbox"
LEASES: Final = "leases"
LEASE_S: Final = 5.0
SET_ASIDE: Final = {"parked": {"$exists": True}}
SET_ASIDE_INDEX: Final = "parked_keys"  # named in each query: by itself the store would look at every row
COUNTED_S: Final = 1.0

Document = dict[str, Any]


class InvalidEventError(RuntimeError):
    """The producer made an event that its own schema refuses: a defect here."""


class EventTooLargeError(RefusedError):
    """The change makes an event that no reader would take; the caller must split it."""

    def __init__(self) -> None:
        super().__init__("INVALID", "event_too_large", limit=MAX_EVENT_BYTES)


class OutboxFullError(RefusedError):
    """Too many events wait for Kafka to add more."""

    def __init__(self) -> None:
        super().__init__("UNAVAILABLE", "outbox_full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which aggregate speaks, when, and because of what."""

    tenant: TenantId
    aggregate: str
    at: datetime
    trace: Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record that waits for Kafka; rows of one key go in the order of their sequence."""

    id: str
    topic: str
    key: str
    sequence: int
    headers: list[Header]
    value: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to publish, until it expires; `token` grows with each new holder."""

    owner: str
    token: int


def rows(
    origin: Origin, last_sequence: int, events: Sequence[Event], schemas: Mapping[type[Event], EventSchema]
) -> list[Document]:
    """Give the outbox rows of the aggregate's next events.

    Raises InvalidEventError for an event that its schema refuses and EventTooLargeError, so that the request
    fails, not the reader.
    """
    return [
        _row(origin, last_sequence + place, event, schemas[type(event)]) for place, event in enumerate(events, start=1)
    ]


def _row(origin: Origin, sequence: int, event: Event, schema: EventSchema) -> Document:
    payload = schema.dump(event)
    if faults := schema.validate(payload):
        raise InvalidEventError(f"{event.type}: {faults}")
    envelope = Envelope(
        id=EventId(new_id()),
        type=event.type,
        source=f"/bina/{event.type.split('.')[2]}",
        tenant=origin.tenant,
        aggregate=origin.aggregate,
        sequence=sequence,
        time=origin.at,
        trace=origin.trace,
        data=json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(),
    )
    headers, value = encode(envelope)
    if len(value) > MAX_EVENT_BYTES:
        raise EventTooLargeError
    row = Row(
        id=envelope.id,
        topic=topic_of(event.type),
        key=envelope.key,
        sequence=sequence,
        headers=headers,
        value=value,
        at=origin.at,
    )
    return document_of(row, origin.tenant)


def document_of(row: Row, tenant: str) -> Document:
    """Give the stored form of a row."""
    return {
        "_id": row.id,
        "tenant": tenant,
        "topic": row.topic,
        "key": row.key,
        "sequence": row.sequence,
        "headers": [[name, value] for name, value in row.headers],
        "value": row.value,
        "at": row.at,
    }


def _row_of(document: Document) -> Row:
    return Row(
        id=document["_id"],
        topic=document["topic"],
        key=document["key"],
        sequence=document["sequence"],
        headers=[(name, value) for name, value in document["headers"]],
        value=document["value"],
        at=document["at"],
    )


class MongoOutbox:
    """The relay's side of the outbox: lease, pending rows, deletion of what was acknowledged."""

    def __init__(self, database: Database[Document]) -> None:
        self._rows = database[COLLECTION]
        self._leases = database[LEASES]
        self._bell: CollectionChangeStream[Document] | None = None

    def acquire(self, owner: str) -> Lease | None:
        """Take or renew the lease by the server's clock; None while another relay holds it."""
        mine = {"$eq": ["$owner", owner]}
        expired = {"$lt": [{"$ifNull": ["$until", 0]}, "$$NOW"]}
        free = {"$or": [mine, expired]}
        next_token = {"$add": [{"$ifNull": ["$token", 0]}, 1]}
        change = {
            "token": {"$cond": [expired, next_token, "$token"]},
            "owner": {"$cond": [free, owner, "$owner"]},
            "until": {"$cond": [free, {"$add": ["$$NOW", int(LEASE_S * 1000)]}, "$until"]},
        }
        try:
            held = self._leases.find_one_and_update(
                {"_id": "relay"}, [{"$set": change}], upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:  # two relays made the very first lease at once
            return None
        return Lease(owner, held["token"]) if held and held["owner"] == owner else None

    def release(self, lease: Lease) -> None:
        """Give the lease back, so that the next relay need not wait for its end."""
        self._leases.update_one({"_id": "relay", "token": lease.token}, [{"$set": {"until": "$$NOW"}}])

    def pending(self, limit: int) -> tuple[list[Row], dict[str, int]]:
        """Give the oldest rows that may be sent, and the lowest pending sequence of each of their keys.

        Ids are given out before commit, so a page may hold the second event of a key without its first;
        the lowest sequences tell.
        """
        parked = sorted(
            {each["key"] for each in self._rows.find(SET_ASIDE, {"_id": 0, "key": 1}, hint=SET_ASIDE_INDEX)}
        )
        free: Document = {"key": {"$nin": parked}} if parked else {}
        # In one answer: unless told, the first part of a cursor holds only 101 rows.
        page = self._rows.find(free, sort=[("_id", 1)], limit=limit, batch_size=limit).to_list()
        found = [_row_of(each) for each in page]
        keys = sorted({row.key for row in found})
        lowest: dict[str, int] = {}
        of_keys = self._rows.find({"key": {"$in": keys}}, {"_id": 0, "key": 1, "sequence": 1}, batch_size=2 * limit)
        for each in of_keys.to_list():
            lowest[each["key"]] = min(each["sequence"], lowest.get(each["key"], each["sequence"]))
        present = {(row.key, row.sequence) for row in found}
        absent = [{"key": key, "sequence": first} for key, first in lowest.items() if (key, first) not in present]
        if absent:
            found += [_row_of(each) for each in self._rows.find({"$or": absent})]
        return found, lowest

    def delete(self, ids: Sequence[str], lease: Lease) -> bool:
        """Delete acknowledged rows; says False, and deletes nothing, when the lease has passed on."""
        if self._leases.count_documents({"_id": "relay", "token": lease.token, "owner": lease.owner}) == 0:
            return False
        # Durable before the next look, which reads what a majority has and else would find these rows again.
        self._rows.delete_many({"_id": {"$in": list(ids)}})
        return True

    def park(self, id: str, reason: str) -> None:
        """Set one row aside with its reason; later rows of its key wait behind it."""
        stamp = {"$set": {"parked": {"reason": reason, "at": datetime.now(UTC)}}}
        self._rows.update_one({"_id": id, "parked": {"$exists": False}}, stamp)

    def release_parked(self) -> int:
        """Let all parked rows be tried again; gives their count."""
        return self._rows.update_many(SET_ASIDE, {"$unset": {"parked": ""}}, hint=SET_ASIDE_INDEX).modified_count

    def depth(self) -> int:
        """Count pending rows, from the collection's metadata."""
        return self._rows.estimated_document_count()

    def parked(self) -> int:
        """Count rows that Kafka refused."""
        return self._rows.count_documents(SET_ASIDE, hint=SET_ASIDE_INDEX)

    def oldest_age(self) -> timedelta:
        """Say how long the oldest pending row has waited."""
        oldest = self._rows.find_one({}, {"at": 1}, sort=[("_id", 1)])
        return timedelta() if oldest is None else max(timedelta(), datetime.now(UTC) - oldest["at"])

    def ring(self, wait_ms: int) -> None:
        """Return when rows were added, or after `wait_ms`: a doorbell only, nothing depends on it.

        The first call after work only opens the stream, so that what came meanwhile is looked for once more.
        """
        if self._bell is None:
            inserted: list[Document] = [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}]
            self._bell = self._rows.watch(inserted, max_await_time_ms=wait_ms)
        elif not self._bell.alive or self._bell.try_next() is not None:
            self._bell.close()
            self._bell = None


class Brake:
    """Refuses new work while too many events wait; looks at their number once a second at most."""

    def __init__(
        self, database: Database[Document], limit: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._limit = limit
        self._clock = clock
        self._depth = 0
        self._count_at = float("-inf")
        self._counting = threading.Lock()

    def check(self) -> None:
        """Raise OutboxFullError at the limit; other threads go by the last number while one counts."""
        if self._clock() >= self._count_at and self._counting.acquire(blocking=False):
            try:
                # Of the metadata: no scan, however many there are.
                self._depth = self._database[COLLECTION].estimated_document_count()
                self._count_at = self._clock() + COUNTED_S
            finally:
                self._counting.release()
        if self._depth >= self._limit:
            raise OutboxFullError


def prepare(database: Database[Document]) -> None:
    """Create the outbox and its indexes; safe to repeat."""
    database[COLLECTION].create_indexes(
        [
            IndexModel([("key", 1), ("sequence", 1)]),
            IndexModel([("key", 1)], name=SET_ASIDE_INDEX, partialFilterExpression=SET_ASIDE),
        ]
    )
    database[LEASES].create_index([("until", 1)])
