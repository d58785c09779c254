"""What a consumer remembers in its own store: positions, projections, parked events; one transaction per batch.

Each partition has a checkpoint with an epoch. Whoever is assigned the partition raises the epoch; a batch of an
older epoch is refused as a whole, so a consumer that was paused and replaced cannot write any more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, cast

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import InsertOne, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.database import Database
from pymongo.errors import PyMongoError

from eventkit import faults, outbox, parking
from eventkit.envelope import Envelope, Trace
from eventkit.event import EventId, TenantId
from eventkit.feed import Partition
from eventkit.gate import Caused, Known, Projection, Reaction, Verdict
from eventkit.mongo import JoinedUnit, Session, UnitOfWork
from eventkit.parking import NOBODY, DeadLetter, Waiting

Document = dict[str, Any]
CHECKPOINTS: Final = "checkpoints"
PARKED: Final = parking.COLLECTION
VOIDS: Final = "voids"  # positions of aggregates of which nothing is kept yet
MAX_DOCUMENT_BYTES: Final = 16_000_000  # a little less than the store takes
BATCH_TIMEOUT_S: Final = 4.0  # below the server's transaction lifetime


class FencedError(RuntimeError):
    """Another consumer has these partitions now; this one must leave."""


class ReactionFailedError(RuntimeError):
    """What an event causes cannot be stored; the batch is decided again without that event."""

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
    partitions: Mapping[str, int] = field(default_factory=dict)  # of each key, where its events came from

    def place_of(self, key: str) -> Partition:
        """Say which partition the events of this aggregate come from."""
        return Partition(self.projection.topic, self.partitions[key])


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
        self._reader = group.partition(".")[0]
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

    def positions(self, partitions: Iterable[Partition]) -> dict[Partition, Position]:
        """Say where the stored checkpoints of these partitions stand now."""
        places = {self._checkpoint(each): each for each in partitions}
        found = self._database[CHECKPOINTS].find({"_id": {"$in": sorted(places)}})
        return {places[each["_id"]]: _position_of(each) for each in found}

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
        # A dead letter only claims to be of an aggregate: it holds nobody up.
        waiting = {"key": {"$in": keys}, "topic": projection.topic, "state": "PARKED"}
        for key in parked.distinct("key", waiting):
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
                _react_to(each, session)
            faults.reach("K7")

        self._work.run(work)

    def due(self, partitions: Iterable[Partition], now: datetime) -> list[Waiting]:
        """Give the parked events of aggregates of these partitions that may be tried again."""
        return parking.due(self._database[PARKED], partitions, now)

    def retry(self, attempt: Batch, now: datetime) -> None:
        """Store another attempt at one aggregate's parked events: what applied leaves, the first failure backs off.

        Raises FencedError when another consumer has taken over, ReactionFailedError for a failing reaction.
        """
        (judged,), ((place, right),) = attempt.judged, attempt.positions.items()
        (key,) = {*judged.verdict.known, *judged.before}
        last = (judged.verdict.known.get(key) or judged.before[key]).sequence

        def work(session: Session) -> None:
            self._demand(place, right, now, session)
            _write_views(judged, session)
            of_key = {"topic": place.topic, "key": key, "state": "PARKED"}
            done = {**of_key, "sequence": {"$lte": last}}
            session.collection(PARKED).delete_many(done, session=session.writing())
            if judged.verdict.parked:
                parking.back_off(judged.verdict.parked[0], of_key, now, session)
            _react_to(judged, session)

        self._work.run(work)

    def parked(self) -> int:
        """Count the events that wait."""
        return self._database[PARKED].count_documents({"state": "PARKED"})

    def _write_parked(self, batch: Batch, session: Session) -> None:
        rows = [
            parking.parked_row(each.place_of(parked.envelope.key), parked, session.at)
            for each in batch.judged
            for parked in each.verdict.parked
        ]
        rows += [parking.dead_row(each, session.at) for each in batch.dead]
        if rows:
            writes = [ReplaceOne({"_id": row["_id"], "tenant": row["tenant"]}, row, upsert=True) for row in rows]
            session.collection(PARKED).bulk_write(writes, session=session.writing())
            faults.reach("D1")
        letters = [outbox.document_of(parking.letter(each, self._reader, session.at), NOBODY) for each in batch.dead]
        if letters:
            session.collection(outbox.COLLECTION).insert_many(letters, session=session.writing())

    def _demand(self, place: Partition, right: Position, now: datetime, session: Session) -> None:
        """Hold the right to the partition for this transaction: whoever takes it over conflicts with us."""
        ours = {"_id": self._checkpoint(place), "epoch": right.epoch}
        held = session.collection(CHECKPOINTS).update_one(
            ours, {"$set": {"retried_at": now}}, session=session.writing()
        )
        if held.matched_count == 0:
            raise FencedError

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
        document = _encoded(judged, key, known)
        same = {"_id": key, "tenant": tenant, "sequence": before.sequence}
        writes.append(InsertOne(document) if before.state is None else ReplaceOne(same, document))
    if voids:
        session.collection(VOIDS).bulk_write(voids, session=session.writing(), ordered=False)
    if writes:
        done = session.collection(view.name).bulk_write(writes, session=session.writing(), ordered=False)
        if done.matched_count + done.inserted_count != len(writes):
            raise FencedError


def _encoded(judged: Judged, key: str, known: Known) -> Document:
    """Give the bytes of one document; what no document can hold is the fault of the event that made it so."""
    try:
        tenant = TenantId(key.partition("/")[0])
        fields = judged.projection.view.unstructure(tenant, known.state) | {"_id": key, "sequence": known.sequence}
        document = bson.encode(fields)
    # Numbers, text or types that BSON has no place for: the library raises many kinds.
    except Exception as error:
        detail = f"cannot be stored: {type(error).__name__}: {error}"[:300]
        raise ReactionFailedError(judged.verdict.newest[key], detail) from error
    if len(document) > MAX_DOCUMENT_BYTES:
        raise ReactionFailedError(judged.verdict.newest[key], f"cannot be stored: {len(document)} bytes")
    return cast("Document", RawBSONDocument(document))  # the driver sends these bytes as they are


def _react_to(judged: Judged, session: Session) -> None:
    for caused in judged.verdict.caused:
        _react(caused, session)


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


def prepare(database: Database[Document]) -> None:
    """Create the indexes of the ledger; safe to repeat."""
    parking.prepare(database)
    database[CHECKPOINTS].create_index("group")
    database[VOIDS].create_index("tenant")
