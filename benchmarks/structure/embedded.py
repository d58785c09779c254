"""The rejected form of the outbox: events wait inside the aggregate's document, behind the relay's same port.

An aggregate with pending events carries `pending` (rows in the order of their commit), `head` (the oldest of
their ids; the index is on it, and partial) and, once Kafka refused one of them, `parked`.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pymongo import UpdateOne
from pymongo.change_stream import CollectionChangeStream
from pymongo.write_concern import WriteConcern

from benchmarks.structure.commands import Document, Store
from eventkit.outbox import Lease, MongoOutbox, Row

COLLECTION: Final = "aggregates"
_HAS_EVENTS: Final[Document] = {"head": {"$exists": True}}
_NEWS: Final[Document] = {
    "$or": [
        {"operationType": "insert"},
        # Taking events off is an update too: without this the relay would wake itself.
        {"operationType": "update", "updateDescription.updatedFields.version": {"$exists": True}},
    ]
}


class EmbeddedOutbox:
    """Pending events of one collection of aggregates; the lease is that of the other form."""

    def __init__(self, database: Store) -> None:
        self._aggregates = database[COLLECTION]
        self._deleting = self._aggregates.with_options(write_concern=WriteConcern(w=1))
        self._lease = MongoOutbox(database)
        self._leases = database["leases"]
        self._owner_of: dict[str, str] = {}
        self._bell: CollectionChangeStream[Document] | None = None

    def acquire(self, owner: str) -> Lease | None:
        """Take or renew the lease."""
        return self._lease.acquire(owner)

    def release(self, lease: Lease) -> None:
        """Give the lease back."""
        self._lease.release(lease)

    def pending(self, limit: int) -> tuple[list[Row], dict[str, int]]:
        """Give the oldest rows that may be sent, and the lowest pending sequence of each of their keys."""
        free = {**_HAS_EVENTS, "parked": {"$exists": False}}
        found = self._aggregates.find(free, {"pending": 1}, sort=[("head", 1)], limit=limit)
        held = {each["_id"]: [_row_of(row) for row in each["pending"]] for each in found}
        self._owner_of = {row.id: owner for owner, rows in held.items() for row in rows}
        oldest = sorted((row for rows in held.values() for row in rows), key=lambda row: row.id)[:limit]
        lowest: dict[str, int] = {}
        first_rows = []
        keys = {row.key for row in oldest}
        for rows in held.values():
            first = min(rows, key=lambda row: row.sequence)
            if first.key in keys:
                lowest[first.key] = first.sequence
                first_rows.append(first)
        page = {row.id for row in oldest}
        return oldest + [row for row in first_rows if row.id not in page], lowest

    def delete(self, ids: Sequence[str], lease: Lease) -> bool:
        """Take acknowledged rows off; says False, and takes nothing, when the lease has passed on."""
        if self._leases.count_documents({"_id": "relay", "token": lease.token, "owner": lease.owner}) == 0:
            return False
        by_owner: dict[str, list[str]] = {}
        for each in ids:
            by_owner.setdefault(self._owner_of[each], []).append(each)
        writes = [UpdateOne({"_id": owner}, _without(gone)) for owner, gone in by_owner.items()]
        if writes:
            self._deleting.bulk_write(writes, ordered=False)
        return True

    def park(self, id: str, reason: str) -> None:
        """Set the whole aggregate aside with the reason; later rows wait behind."""
        parked = {"parked": {"row": id, "reason": reason, "at": datetime.now(UTC)}}
        self._aggregates.update_one({"pending._id": id, "parked": {"$exists": False}}, {"$set": parked})

    def release_parked(self) -> int:
        """Let all parked rows be tried again; gives their count."""
        return self._aggregates.update_many(_PARKED, {"$unset": {"parked": ""}}).modified_count

    def depth(self) -> int:
        """Count pending rows; unlike a collection's own count this reads every waiting aggregate."""
        sums = [{"$match": _HAS_EVENTS}, {"$group": {"_id": None, "rows": {"$sum": {"$size": "$pending"}}}}]
        return sum(each["rows"] for each in self._aggregates.aggregate(sums))

    def parked(self) -> int:
        """Count aggregates of which Kafka refused a row."""
        return self._aggregates.count_documents(_PARKED)

    def oldest_age(self) -> timedelta:
        """Say how long the oldest pending row has waited."""
        oldest = self._aggregates.find_one(_HAS_EVENTS, {"pending": 1}, sort=[("head", 1)])
        if oldest is None:
            return timedelta()
        first: datetime = min(row["at"] for row in oldest["pending"])
        return max(timedelta(), datetime.now(UTC) - first)

    def ring(self, wait_ms: int) -> None:
        """Return when events were added, or after `wait_ms`."""
        if self._bell is None:
            news: list[Document] = [{"$match": _NEWS}, {"$project": {"_id": 1}}]
            self._bell = self._aggregates.watch(news, max_await_time_ms=wait_ms)
        elif not self._bell.alive or self._bell.try_next() is not None:
            self._bell.close()
            self._bell = None


_PARKED: Final[Document] = {"parked": {"$exists": True}, **_HAS_EVENTS}


def _without(gone: Iterable[str]) -> list[dict[str, Any]]:
    """Take rows off and say anew which is the oldest left; nothing left leaves the index."""
    kept = {"$filter": {"input": "$pending", "cond": {"$not": [{"$in": ["$$this._id", list(gone)]}]}}}
    head = {"$cond": [{"$eq": ["$pending", []]}, "$$REMOVE", {"$min": "$pending._id"}]}
    return [{"$set": {"pending": kept}}, {"$set": {"head": head}}]


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


def prepare(database: Store) -> None:
    """Create the index of waiting aggregates; safe to repeat."""
    database[COLLECTION].create_index("head", partialFilterExpression=_HAS_EVENTS)
    database[COLLECTION].create_index("parked.at", partialFilterExpression={"parked": {"$exists": True}})
