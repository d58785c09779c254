"""A made-up subject with the sizes of an enrolment, for measurements of the plumbing without a service around it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from marshmallow import fields, validate
from pymongo.database import Database
from pymongo.write_concern import WriteConcern

from eventkit import ledger, mongo, outbox
from eventkit.envelope import Envelope, Trace, encode
from eventkit.event import Aggregate, Event, EventId, EventSchema, TenantId
from eventkit.feed import Partition, Record
from eventkit.gate import Handler, Projection
from eventkit.ids import new_id
from eventkit.mongo import Aggregates, Documents, Session, Unit
from eventkit.outbox import Row, document_of

TENANT: Final = TenantId("35.73")
TYPE: Final = "id.bina.bench.visit.moved.v1"
TOPIC: Final = "bench.visit"
RAW: Final = "bench.raw"  # rows that nobody decodes
_STATE: Final = "s" * 1_000
_NOTES: Final = "n" * 200


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMoved(Event):
    """A visit takes place on another day."""

    type: ClassVar[str] = TYPE
    visit: str
    batch: str
    to: datetime
    code: str
    notes: str


class VisitMovedSchema(EventSchema):
    builds = VisitMoved
    visit = fields.String(required=True)
    batch = fields.String(required=True)
    to = fields.AwareDateTime(required=True)
    code = fields.String(required=True, validate=validate.OneOf(["WEATHER", "VENUE"]))
    notes = fields.String(required=True, validate=validate.Length(max=400))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Aggregate):
    """Something that is moved again and again."""

    to: datetime
    state: str = _STATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a reader keeps of a visit."""

    id: str
    batch: str
    to: datetime
    code: str
    notes: str
    times: int


visits: Final = Aggregates("visits", Visit, schemas={VisitMoved: VisitMovedSchema})
seen: Final = Documents("seen_visits", Seen)


def fold(state: Seen | None, event: VisitMoved, envelope: Envelope) -> Seen:
    """Keep where the visit went last."""
    times = 1 + (state.times if state else 0)
    return Seen(id=envelope.aggregate, batch=event.batch, to=event.to, code=event.code, notes=event.notes, times=times)


PROJECTION: Final[Projection[Any]] = Projection(TOPIC, seen, {TYPE: Handler(VisitMovedSchema, fold)})


def prepare(store: Database[dict[str, Any]]) -> None:
    """Create everything that a service with this subject would have."""
    mongo.prepare(store, [visits, seen])
    outbox.prepare(store)
    ledger.prepare(store)


def moved(visit: str, at: datetime) -> VisitMoved:
    """Make the event."""
    return VisitMoved(visit=visit, batch="b" * 36, to=at, code="VENUE", notes=_NOTES)


def create(uow: Unit) -> None:
    """Run the smallest command there is: one new aggregate with one event."""
    visit = Visit(id=new_id(), to=datetime.now(UTC))

    def work(session: Session) -> None:
        visits.save(TENANT, visit, [moved(visit.id, visit.to)], session)

    uow.run(work)


def envelopes(visit: str, count: int) -> Iterator[Envelope]:
    """Give the first events of one visit."""
    at = datetime.now(UTC).replace(microsecond=0)
    payload = VisitMovedSchema().dumps(moved(visit, at)).encode()
    for sequence in range(1, count + 1):
        yield Envelope(
            id=EventId(new_id()),
            type=TYPE,
            source="/bina/bench",
            tenant=TENANT,
            aggregate=visit,
            sequence=sequence,
            time=at,
            trace=Trace(correlation="c" * 36, traceparent=f"00-{'a' * 32}-{'b' * 16}-01"),
            data=payload,
        )


def row_of(envelope: Envelope, topic: str = TOPIC) -> Row:
    """Give the outbox row of an event."""
    headers, value = encode(envelope)
    return Row(
        id=envelope.id,
        topic=topic,
        key=envelope.key,
        sequence=envelope.sequence,
        headers=headers,
        value=value,
        at=envelope.time,
    )


def raw_rows(count: int) -> list[Row]:
    """Give rows of as many aggregates; headers are encoded once, because only the wire is measured."""
    template = row_of(next(envelopes(new_id(), 1)), RAW)
    return [replace(template, id=new_id(), key=f"{TENANT}/{new_id()}") for _ in range(count)]


def fill(store: Database[dict[str, Any]], count: int) -> None:
    """Put so many raw rows into the outbox, quickly: nobody waits for these writes."""
    quick = store["outbox"].with_options(write_concern=WriteConcern(w=1, j=False))
    for start in range(0, count, 5_000):
        some = [document_of(row, TENANT) for row in raw_rows(min(5_000, count - start))]
        quick.insert_many(some, ordered=False)


def records(aggregates: int, each: int) -> list[Record]:
    """Give records as they lie on a topic of one partition, aggregate after aggregate."""
    found: list[Record] = []
    now = int(time.time() * 1000)
    for _ in range(aggregates):
        for envelope in envelopes(new_id(), each):
            headers, value = encode(envelope)
            record = Record(
                partition=Partition(TOPIC, 0),
                offset=len(found),
                key=envelope.key.encode(),
                headers=headers,
                value=value,
                timestamp_ms=now,
            )
            found.append(record)
    return found
