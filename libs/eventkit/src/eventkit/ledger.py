"""What a consumer remembers in its own store: positions, projections, parked events; one transaction per batch.

Each partition has a checkpoint with an epoch. Whoever is assigned the partition raises the epoch; a batch of an
older epoch is refused as a whole, so a consumer that was paused and replaced cannot write any more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import IndexModel, InsertOne, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.database import Database
from pymongo.errors import PyMongoError

from eventkit import faults, outbox
from eventkit.envelope import MAX_EVENT_BYTES, Envelope, Trace
from eventkit.event import EventId, TenantId
from eventkit.gate import Caused, Known, Parked, Projection, Reaction, Verdict
from eventkit.ids import new_id
from eventkit.kafka import Partition, Record
from eventkit.mongo import JoinedUnit, Session, UnitOfWork

Document = dict[str, Any]
CHECKPOINTS: Final = "checkpoints"
PARKED: Final = "parked"
VOIDS: Final = "voids"  # positions of aggregates of which nothing is kept yet
BATCH_TIMEOUT_S: Final = 4.0  # below the server's transaction lifetime
RETRY_FIRST: Final = timedelta(seconds=1)
RETRY_LAST: Final = timedelta(minutes=5)


class FencedError(RuntimeError):
    """Another consumer has these partitions now; this one must leave."""


class ReactionFailedError(RuntimeError):
    """A reaction raised; the batch is decided again without that event."""

    def __init__(self, event: EventId, detail: str) -> None:
        super().__init__(detail)
        self.event = event
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Position:
    """Where we read on in a partition, and the epoch that gives the right to."""

    epoch: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One topic's share of a batch: what was known before and what it comes to."""

    projection: Projection[Any]
    before: Mapping[str, Known]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record that no code can read, and why."""

    record: Record
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything that one transaction stores."""

    judged: Sequence[Judged]
    dead: Sequence[DeadLetter] = ()
    positions: Mapping[Partition, Position]


class MongoLedger:
    """The ledger of one consumer group in the service's own database."""

    def __init__(self, database: Database[Document], group: str, *, admit: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._group = group
        self._work = UnitOfWork(database, timeout=BATCH_TIMEOUT_S, admit=admit)

    def claim(self, partitions: Iterable[Partition]) -> dict[Partition, Position]:
        """Raise the epoch of each partition and say where to read on."""
        claimed = {}
        for each in partitions:
            found = self._database[CHECKPOINTS].find_one_and_update(
                {"_id": self._checkpoint(each)},
                {"$inc": {"epoch": 1}, "$setOnInsert": {"offset": 0, "group": self._group}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
            claimed[each] = _position_of(found or {})
        return claimed

    def known(self, projection: Projection[Any], envelopes: Sequence[Envelope]) -> dict[str, Known]:
        """Read what is stored of the aggregates that these events speak of."""
        keys = sorted({each.key for each in envelopes})
        of_tenants = {"tenant": {"$in": sorted({each.tenant for each in envelopes})}}
        view, voids, parked = (self._database[name] for name in (projection.view.name, VOIDS, PARKED))
        found = {
            each["_id"]: Known(each["sequence"], projection.view.structure(each))
            for each in view.find({"_id": {"$in": keys}, **of_tenants})
        }
        missing = [f"{projection.topic}|{key}" for key in keys if key not in found]
        if missing:
            for each in voids.find({"_id": {"$in": missing}, **of_tenants}):
                found[each["_id"].partition("|")[2]] = Known(each["sequence"])
        for key in parked.distinct("key", {"key": {"$in": keys}, "topic": projection.topic}):
            found[key] = replace(found.get(key, Known()), parked=True)
        return found

    def store(self, batch: Batch) -> None:
        """Store the batch, or nothing of it.

        Raises FencedError when another consumer has taken over, ReactionFailedError for a failing reaction.
        """

        def work(session: Session) -> None:
            faults.reach("K4")
            for each in batch.judged:
                _write_views(each, session)
            faults.reach("K5")
            self._write_parked(batch, session)
            self._write_checkpoints(batch, session)
            faults.reach("K6")
            for each in batch.judged:
                for caused in each.verdict.caused:
                    _react(caused, session)
            faults.reach("K7")

        self._work.run(work)

    def due(self, now: datetime, limit: int = 50) -> dict[tuple[str, str], list[Envelope]]:
        """Give the parked events of aggregates that may be tried again, in order, by topic and key."""
        parked = self._database[PARKED]
        due = parked.find({"next_at": {"$lte": now}, "state": "PARKED"}, {"topic": 1, "key": 1}, limit=limit)
        waiting: dict[tuple[str, str], list[Envelope]] = {}
        for topic, key in {(each["topic"], each["key"]) for each in due}:
            rows = parked.find({"topic": topic, "key": key, "state": "PARKED"}, sort=[("sequence", 1)])
            waiting[topic, key] = [_envelope_of(each) for each in rows]
        return waiting

    def retry(self, judged: Judged, now: datetime) -> None:
        """Store another attempt at one aggregate's parked events: what applied leaves, the first failure backs off."""
        (key,) = {*judged.verdict.known, *judged.before} or {""}
        last = judged.verdict.known.get(key, Known()).sequence

        def work(session: Session) -> None:
            _write_views(judged, session)
            of_key = {"topic": judged.projection.topic, "key": key, "state": "PARKED"}
            rows = session.collection(PARKED)
            rows.delete_many({**of_key, "sequence": {"$lte": last}}, session=session.writing())
            if judged.verdict.parked:
                self._back_off(judged.verdict.parked[0], of_key, now, session)
            for caused in judged.verdict.caused:
                _react(caused, session)

        self._work.run(work)

    def parked(self) -> int:
        """Count the events that wait."""
        return self._database[PARKED].count_documents({"state": "PARKED"})

    def _back_off(self, first: Parked, of_key: Document, now: datetime, session: Session) -> None:
        rows = session.collection(PARKED)
        row = rows.find_one({**of_key, "sequence": first.envelope.sequence}, session=session.writing())
        attempts = 1 + (row["attempts"] if row else 0)
        wait = min(RETRY_LAST, RETRY_FIRST * 2 ** min(attempts, 10))
        change = {"attempts": attempts, "next_at": now + wait, "reason": first.reason, "detail": first.detail}
        rows.update_one({**of_key, "sequence": first.envelope.sequence}, {"$set": change}, session=session.writing())

    def _write_parked(self, batch: Batch, session: Session) -> None:
        writes = [
            ReplaceOne({"_id": row["_id"], "tenant": row["tenant"]}, row, upsert=True)
            for each in batch.judged
            for row in (_parked_row(each.projection.topic, parked, session.at) for parked in each.verdict.parked)
        ]
        dead_rows = [self._dead_row(each, session.at) for each in batch.dead]
        writes += [ReplaceOne({"_id": row["_id"], "tenant": row["tenant"]}, row, upsert=True) for row in dead_rows]
        if writes:
            session.collection(PARKED).bulk_write(writes, session=session.writing())
            faults.reach("D1")
        letters = [self._dead_letter(each, session.at) for each in batch.dead]
        if letters:
            session.collection(outbox.COLLECTION).insert_many(letters, session=session.writing())

    def _write_checkpoints(self, batch: Batch, session: Session) -> None:
        moves = [
            UpdateOne(
                {"_id": self._checkpoint(each), "epoch": to.epoch, "offset": {"$lt": to.offset}},
                {"$set": {"offset": to.offset}},
            )
            for each, to in batch.positions.items()
        ]
        if moves:
            done = session.collection(CHECKPOINTS).bulk_write(moves, session=session.writing())
            if done.matched_count != len(moves):
                raise FencedError

    def _dead_row(self, dead: DeadLetter, at: datetime) -> Document:
        record = dead.record
        return {
            "_id": f"{record.partition.topic}|{record.partition.number}|{record.offset}",
            "tenant": "00",  # whose it is cannot be told
            "topic": record.partition.topic,
            "key": (record.key or b"").decode(errors="replace")[:200],
            "state": "DEAD_LETTER",
            "reason": "UNDECODABLE",
            "detail": dead.reason,
            "first_seen": at,
        }

    def _dead_letter(self, dead: DeadLetter, at: datetime) -> Document:
        record = dead.record
        where = f"{record.partition.topic}/{record.partition.number}/{record.offset}".encode()
        row = outbox.Row(
            id=new_id(),
            topic=f"{record.partition.topic}.{self._group.partition('.')[0]}.dlq",
            key=f"dlq/{where.decode()}",
            sequence=1,
            headers=[*record.headers[:30], ("dlq_reason", dead.reason.encode()), ("dlq_origin", where)],
            value=(record.value or b"")[:MAX_EVENT_BYTES],
            at=at,
        )
        return outbox.document_of(row, "00")

    def _checkpoint(self, partition: Partition) -> str:
        return f"{self._group}|{partition.topic}|{partition.number}"


def _position_of(checkpoint: Document) -> Position:
    return Position(checkpoint["epoch"], checkpoint["offset"])


def _write_views(judged: Judged, session: Session) -> None:
    view, topic = judged.projection.view, judged.projection.topic
    writes: list[InsertOne[Document] | ReplaceOne[Document]] = []
    voids: list[ReplaceOne[Document]] = []
    for key, known in judged.verdict.known.items():
        before = judged.before.get(key, Known())
        if known.sequence == before.sequence:
            continue
        tenant = TenantId(key.partition("/")[0])
        if known.state is None:
            void = {"_id": f"{topic}|{key}", "tenant": tenant, "sequence": known.sequence}
            voids.append(ReplaceOne({"_id": void["_id"], "tenant": tenant}, void, upsert=True))
            continue
        document = view.unstructure(tenant, known.state) | {"_id": key, "sequence": known.sequence}
        same = {"_id": key, "tenant": tenant, "sequence": before.sequence}
        writes.append(InsertOne(document) if before.state is None else ReplaceOne(same, document))
    if voids:
        session.collection(VOIDS).bulk_write(voids, session=session.writing(), ordered=False)
    if writes:
        done = session.collection(view.name).bulk_write(writes, session=session.writing(), ordered=False)
        if done.matched_count + done.inserted_count != len(writes):
            raise FencedError


def _react(caused: Caused, session: Session) -> None:
    envelope = caused.envelope
    trace = Trace(envelope.trace.correlation, causation=envelope.id, traceparent=envelope.trace.traceparent)
    unit = JoinedUnit(replace(session, at=envelope.time, trace=trace))
    reaction = Reaction(
        unit=unit,
        tenant=envelope.tenant,
        before=caused.before,
        after=caused.after,
        event=caused.event,
        envelope=envelope,
    )
    try:
        if caused.handler.react is not None:
            caused.handler.react(reaction)
    except PyMongoError:
        raise
    # A reaction is the service's code: whatever it raises parks this aggregate and nothing else.
    except Exception as error:
        raise ReactionFailedError(envelope.id, f"{type(error).__name__}: {error}"[:300]) from error


def _parked_row(topic: str, parked: Parked, at: datetime) -> Document:
    envelope = parked.envelope
    waits_for_others = parked.reason in ("GAP", "BEHIND_PARKED")
    return {
        "_id": f"{topic}|{envelope.key}|{envelope.sequence}",
        "tenant": envelope.tenant,
        "topic": topic,
        "key": envelope.key,
        "sequence": envelope.sequence,
        "state": "PARKED",
        "reason": parked.reason,
        "detail": parked.detail,
        "attempts": 0,
        "first_seen": at,
        "next_at": at if parked.due else None if waits_for_others else at + RETRY_FIRST,
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


def prepare(database: Database[Document]) -> None:
    """Create the indexes of the ledger; safe to repeat."""
    database[PARKED].create_indexes(
        [
            IndexModel([("key", 1), ("topic", 1), ("sequence", 1)]),
            IndexModel([("next_at", 1)], partialFilterExpression={"next_at": {"$type": "date"}}),
        ]
    )
    for name in (CHECKPOINTS, VOIDS):
        database[name].create_index([("tenant", 1)])
