"""MongoDB as Bina uses it: one transaction per command, tenant first, aggregates saved with their events."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Generic, Protocol, TypeVar, cast

import pymongo
from cattrs.preconf.bson import make_converter
from pymongo import IndexModel, InsertOne, MongoClient, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from eventkit import faults, outbox
from eventkit.envelope import Trace, current_trace
from eventkit.event import Aggregate, Event, EventSchema, TenantId
from eventkit.ids import new_id
from eventkit.refusal import NotFoundError, RefusedError, StaleVersionError

Document = dict[str, Any]
T = TypeVar("T")
A = TypeVar("A", bound=Aggregate)
R = TypeVar("R")

WRITE_TIMEOUT_S: Final = 3.0
CALL_TIMEOUT_S: Final = 5.0
ABORT_S: Final = 0.5
_DUPLICATE_KEY: Final = 11000
_converter: Final = make_converter()


def connect(
    uri: str, database: str, *, service: str, pool: int = 12, timeout: float | None = CALL_TIMEOUT_S
) -> Database[Document]:
    """Open the service's own database with the durability that every promise rests on.

    `timeout` bounds every call outside a unit of work: a store that hangs must not hold up a thread for long.
    """
    client: MongoClient[Document] = MongoClient(
        uri,
        appname=service,
        w="majority",
        journal=True,
        readConcernLevel="majority",
        retryWrites=True,
        retryReads=True,
        maxPoolSize=pool,
        waitQueueTimeoutMS=1_000,
        timeoutMS=None if timeout is None else int(timeout * 1000),
        serverSelectionTimeoutMS=3_000,
        connectTimeoutMS=2_000,
        tz_aware=True,
        uuidRepresentation="standard",
    )
    return client[database]


class OutsideTransactionError(RuntimeError):
    """A write was called without a transaction; that is a defect of the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What store functions work in; `at` and `trace` were taken before the transaction began."""

    database: Database[Document]
    transaction: ClientSession | None
    at: datetime
    trace: Trace

    def collection(self, name: str) -> Collection[Document]:
        return self.database[name]

    def writing(self) -> ClientSession:
        """Give the open transaction; raises OutsideTransactionError where there is none."""
        if self.transaction is None:
            raise OutsideTransactionError
        return self.transaction


class Unit(Protocol):
    """What a use case is given: it runs work in one transaction, or joins the one that is open."""

    def run(self, work: Callable[[Session], T]) -> T: ...

    def reading(self) -> Session: ...


class UnitOfWork:
    """Runs work in a transaction of its own; the work may run again after a conflict."""

    def __init__(
        self,
        database: Database[Document],
        *,
        timeout: float = WRITE_TIMEOUT_S,
        admit: Callable[[], None] = lambda: None,
    ) -> None:
        self.database = database
        self._timeout = timeout
        self._admit = admit

    def within(self, timeout: float) -> "UnitOfWork":
        """Give a unit of work that may take so long."""
        return UnitOfWork(self.database, timeout=timeout, admit=self._admit)

    def run(self, work: Callable[[Session], T]) -> T:
        """Commit everything the work wrote, or nothing.

        Raises what the work raises, and what `admit` raises before it; a PyMongoError when the store stays
        away longer than the time-out.
        """
        self._admit()
        faults.reach("W1")
        at, trace = datetime.now(UTC), current_trace.get() or Trace(correlation=new_id())
        deadline = time.monotonic() + self._timeout

        def once(transaction: ClientSession) -> T:
            with pymongo.timeout(max(0.001, deadline - time.monotonic())):
                faults.reach("W2")
                done = work(Session(database=self.database, transaction=transaction, at=at, trace=trace))
                faults.reach("W5")
                return done

        # The work ends first, so that time is left to tell the server to abort: a transaction that nobody
        # ends keeps its documents locked until the server's own limit, and whoever tries again runs into it.
        with pymongo.timeout(self._timeout + ABORT_S), self.database.client.start_session() as transaction:
            result = transaction.with_transaction(once, read_concern=ReadConcern("snapshot"))
        faults.reach("W6")
        return result

    def reading(self) -> Session:
        """Give a session for reads outside any transaction."""
        trace = current_trace.get() or Trace(correlation="")
        return Session(database=self.database, transaction=None, at=datetime.now(UTC), trace=trace)


class JoinedUnit:
    """Runs work inside a transaction that somebody else commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def run(self, work: Callable[[Session], T]) -> T:
        """Do the work as a part of the open transaction."""
        return work(self._session)

    def reading(self) -> Session:
        """Give the open transaction: reads see what it has written."""
        return self._session


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items in the order of their ids; `next_cursor` is None on the last page."""

    items: list[T]
    next_cursor: str | None


class Documents(Generic[T]):
    """Read side of one collection of one tenant-bound kind; holds no connection and no state."""

    def __init__(self, name: str, kind: type[T], *, indexes: Sequence[IndexModel] = ()) -> None:
        self.name = name
        self.kind = kind
        self.indexes = tuple(indexes)

    def find(self, tenant: TenantId, id: str, session: Session) -> T | None:
        """Give the document, or None."""
        found = session.collection(self.name).find_one(key_filter(tenant, id), session=session.transaction)
        return None if found is None else self.structure(found)

    def load(self, tenant: TenantId, id: str, session: Session, *, expected: int | None = None) -> T:
        """Give the document; raises NotFoundError, or StaleVersionError when it is not at `expected`."""
        found = self.find(tenant, id, session)
        if found is None:
            raise NotFoundError
        if expected is not None and (actual := cast("Any", found).version) != expected:
            raise StaleVersionError(expected=expected, actual=actual)
        return found

    def many(self, tenant: TenantId, ids: Iterable[str], session: Session) -> dict[str, T]:
        """Give those that exist, by id."""
        keys = {"$in": [f"{tenant}/{each}" for each in ids]}
        return {cast("Any", each).id: each for each in self.select(tenant, {"_id": keys}, session)}

    def select(
        self,
        tenant: TenantId,
        where: Mapping[str, Any],
        session: Session,
        *,
        sort: Sequence[tuple[str, int]] = (("_id", 1),),
        limit: int = 0,
    ) -> list[T]:
        """Give what matches in the tenant, in the order of ids unless told."""
        matching = {**where, "tenant": tenant}
        found = session.collection(self.name).find(matching, session=session.transaction, sort=sort, limit=limit)
        return [self.structure(each) for each in found]

    def count(self, tenant: TenantId, where: Mapping[str, Any], session: Session) -> int:
        """Count what matches in the tenant."""
        matching = {**where, "tenant": tenant}
        return session.collection(self.name).count_documents(matching, session=session.transaction)

    def page(
        self, tenant: TenantId, where: Mapping[str, Any], session: Session, *, cursor: str | None, size: int
    ) -> Page[T]:
        """Give the next items after the cursor, which is the id of the last one seen."""
        after = {"_id": {"$gt": f"{tenant}/{cursor}"}} if cursor else {}
        found = self.select(tenant, {**where, **after}, session, limit=size + 1)
        more = len(found) > size
        return Page(found[:size], cast("Any", found[size - 1]).id if more else None)

    def aggregate(self, tenant: TenantId, stages: Sequence[Mapping[str, Any]], session: Session) -> list[Document]:
        """Run the stages over the tenant's documents."""
        pipeline = [{"$match": {"tenant": tenant}}, *stages]
        return list(session.collection(self.name).aggregate(pipeline, session=session.transaction))

    def structure(self, document: Document) -> T:
        """Build the domain object of a stored document."""
        fields = {**document, "id": document["_id"].partition("/")[2]}
        return _converter.structure(fields, self.kind)

    def unstructure(self, tenant: TenantId, item: T) -> Document:
        """Build the stored document of a domain object."""
        fields: Document = _converter.unstructure(item)
        return {"_id": f"{tenant}/{fields.pop('id')}", "tenant": tenant, **fields}


class Records(Documents[R]):
    """A collection that the service writes and that publishes nothing."""

    def put(self, tenant: TenantId, record: R, session: Session) -> R:
        """Insert or replace one."""
        self.put_many(tenant, [record], session)
        return record

    def put_many(self, tenant: TenantId, records: Sequence[R], session: Session) -> None:
        """Insert or replace several in one round trip."""
        documents = [self.unstructure(tenant, each) for each in records]
        writes = [ReplaceOne({"_id": each["_id"], "tenant": tenant}, each, upsert=True) for each in documents]
        if writes:
            session.collection(self.name).bulk_write(writes, session=session.writing())

    def remove(self, tenant: TenantId, id: str, session: Session) -> bool:
        """Delete one; says whether it was there."""
        gone = session.collection(self.name).delete_one(key_filter(tenant, id), session=session.writing())
        return gone.deleted_count == 1


class Aggregates(Documents[A]):
    """A collection of aggregates: each save is conditional on the version and carries its events."""

    def __init__(
        self,
        name: str,
        kind: type[A],
        *,
        schemas: Mapping[type[Event], type[EventSchema]],
        indexes: Sequence[IndexModel] = (),
    ) -> None:
        super().__init__(name, kind, indexes=indexes)
        self.schemas = {event: schema() for event, schema in schemas.items()}  # made once: it takes its time

    def save(self, tenant: TenantId, aggregate: A, events: Sequence[Event], session: Session) -> A:
        """Store the next version with its events in the outbox; gives it back.

        Raises StaleVersionError when the stored version is another, EventTooLargeError, and InvalidEventError
        for a malformed event.
        """
        return self.save_many(tenant, [(aggregate, events)], session)[0]

    def save_many(self, tenant: TenantId, changes: Sequence[tuple[A, Sequence[Event]]], session: Session) -> list[A]:
        """Store several as `save` does, in two round trips."""
        if not changes:
            return []
        rows = [row for one, events in changes for row in self._rows(tenant, one, events, session)]
        saved = [replace(one, version=one.version + 1, sequence=one.sequence + len(events)) for one, events in changes]
        writes = [self._write(tenant, each) for each in saved]
        try:
            done = session.collection(self.name).bulk_write(writes, session=session.writing())
        except BulkWriteError as error:
            raise _duplicate(error) from error
        if done.matched_count + done.inserted_count != len(writes):
            raise StaleVersionError(expected=saved[0].version - 1, actual=-1)
        faults.reach("W3")
        if rows:
            session.collection(outbox.COLLECTION).insert_many(rows, session=session.writing())
            faults.reach("W4")
        return saved

    def _rows(self, tenant: TenantId, one: A, events: Sequence[Event], session: Session) -> list[Document]:
        origin = outbox.Origin(tenant=tenant, aggregate=one.id, at=session.at, trace=session.trace)
        return outbox.rows(origin, one.sequence, events, self.schemas)

    def _write(self, tenant: TenantId, saved: A) -> InsertOne[Document] | ReplaceOne[Document]:
        document = self.unstructure(tenant, saved)
        if saved.version == 1:
            return InsertOne(document)
        return ReplaceOne({"_id": document["_id"], "tenant": tenant, "version": saved.version - 1}, document)


def _duplicate(error: BulkWriteError) -> Exception:
    """Name the unique index that refused the write; any other error stays as it is."""
    faults: list[Document] = (error.details or {}).get("writeErrors", [])
    if any(each.get("code") == _DUPLICATE_KEY for each in faults):
        return RefusedError("CONFLICT", "already_exists", key=", ".join(faults[0].get("keyPattern", {})))
    return error


def key_filter(tenant: TenantId, id: str) -> Document:
    """Give the filter that finds one document of one tenant."""
    return {"_id": f"{tenant}/{id}", "tenant": tenant}


def prepare(database: Database[Document], collections: Iterable[Documents[Any]]) -> None:
    """Create collections with their validators and indexes; safe to repeat."""
    existing = set(database.list_collection_names())
    for each in collections:
        if each.name not in existing:
            database.create_collection(each.name, validator=_TENANT_REQUIRED)
        indexes = [*each.indexes, IndexModel([("tenant", 1), ("_id", 1)])]
        database[each.name].create_indexes(indexes)


_TENANT_REQUIRED: Final = {
    "$jsonSchema": {
        "bsonType": "object",
        "required": ["_id", "tenant"],
        "properties": {"tenant": {"bsonType": "string", "pattern": r"^\d\d(\.\d\d)?$"}},
    }
}
