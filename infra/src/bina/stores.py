"""What operators look at inside the services' stores: outbox rows, parked events, positions; with their own rights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from pymongo.database import Database
from pymongo.errors import PyMongoError

from bina.engines import mongod_access
from bina.engines.mongod import Store
from bina.errors import ConfigurationError, NotRunningError
from bina.launcher.control import Platform

Document = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxReport:
    """The events of one service that Kafka does not have yet."""

    service: str
    rows: int
    oldest_seconds: float
    parked: int
    by_topic: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedEvent:
    """One event that a reader has set aside, or one that Kafka refused; never its content."""

    service: str
    where: str  # "reader" or "outbox"
    topic: str
    key: str
    sequence: int | None
    reason: str
    detail: str
    since: datetime | None
    attempts: int


def each_store(platform: Platform, only: str | None, read: Callable[[Database[Document]], T]) -> dict[str, T]:
    """Apply `read` to the database of every service, or of one; a database is named like its service."""
    if not platform.is_running():
        raise NotRunningError("the platform is not running", fix="bina up")
    stack = platform.stack()
    chosen = [service for service in stack.services if only in (None, service.name)]
    if not chosen:
        names = ", ".join(service.name for service in stack.services)
        raise ConfigurationError(f"there is no service {only}", fix=f"one of: {names}")
    return {service.name: _read_from(stack.store(service), service.name, read) for service in chosen}


def outbox_of(database: Database[Document]) -> OutboxReport:
    """Count the pending events of a service."""
    rows = database["outbox"]
    counts = rows.aggregate([{"$group": {"_id": "$topic", "count": {"$sum": 1}}}, {"$sort": {"_id": 1}}])
    by_topic = {str(row["_id"]): int(row["count"]) for row in counts}
    oldest = rows.find_one({}, {"at": 1}, sort=[("_id", 1)])
    age = (datetime.now(UTC) - oldest["at"]).total_seconds() if oldest and "at" in oldest else 0.0
    return OutboxReport(
        service=database.name,
        rows=sum(by_topic.values()),
        oldest_seconds=round(max(0.0, age), 1),
        parked=rows.count_documents({"parked": {"$exists": True}}),
        by_topic=by_topic,
    )


def parked_of(database: Database[Document], limit: int) -> list[ParkedEvent]:
    """List what a service's reader has set aside, and what Kafka refused of its own events."""
    read = database["parked"].find({}, sort=[("first_seen", 1)], limit=limit)
    refused = database["outbox"].find({"parked": {"$exists": True}}, {"value": 0, "headers": 0}, limit=limit)
    return [_read_event(database.name, row) for row in read] + [_refused_event(database.name, row) for row in refused]


def retry(database: Database[Document], key: str | None) -> int:
    """Let parked events be tried again at once; gives how many."""
    chosen: Document = {"key": key} if key else {}
    now = {"$set": {"next_at": datetime.now(UTC)}}
    due = database["parked"].update_many({"state": "PARKED", "next_at": {"$ne": None}, **chosen}, now)
    refused = database["outbox"].update_many({"parked": {"$exists": True}, **chosen}, {"$unset": {"parked": ""}})
    return int(due.modified_count + refused.modified_count)


def positions_of(database: Database[Document]) -> dict[tuple[str, int], int]:
    """Give the next offset that a service's reader will apply, by topic and partition."""
    found = {}
    for row in database["checkpoints"].find({}, {"offset": 1}):
        _, topic, partition = str(row["_id"]).rsplit("|", 2)
        found[topic, int(partition)] = int(row["offset"])
    return found


def _read_from(store: Store, name: str, read: Callable[[Database[Document]], T]) -> T:
    try:
        with mongod_access.root(store) as client:
            aware = client.codec_options.with_options(tz_aware=True)
            return read(client.get_database(name, codec_options=aware))
    except PyMongoError as error:
        raise NotRunningError(f"the store of {name} does not answer: {error}", fix="bina status") from error


def _read_event(service: str, row: Document) -> ParkedEvent:
    return ParkedEvent(
        service=service,
        where="reader",
        topic=str(row.get("topic", "")),
        key=str(row.get("key", "")),
        sequence=row.get("sequence"),
        reason=str(row.get("reason", "")),
        detail=str(row.get("detail", "")),
        since=row.get("first_seen"),
        attempts=int(row.get("attempts", 0)),
    )


def _refused_event(service: str, row: Document) -> ParkedEvent:
    return ParkedEvent(
        service=service,
        where="outbox",
        topic=str(row.get("topic", "")),
        key=str(row.get("key", "")),
        sequence=row.get("sequence"),
        reason="REFUSED_BY_KAFKA",
        detail=str(row["parked"].get("reason", "")),
        since=row["parked"].get("at"),
        attempts=1,
    )
