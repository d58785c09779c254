"""One command in every form under comparison, as a list of round trips in one transaction, or in none.

The documents have the sizes of an enrolment, its event and its answer. Nothing here is encoded anew: only the
store's share of a command is measured.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bson import Binary
from pymongo import InsertOne, ReplaceOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from eventkit import outbox
from eventkit.ids import new_id

Document = dict[str, Any]
Store = Database[Document]
TENANT: Final = "35.73"
BULK: Final = 200
KEPT_IN_AGGREGATE: Final = 8
_STATE: Final = "s" * 1_200
_VALUE_BYTES: Final = 450
_HEADERS: Final = [[f"ce_attribute{number}", Binary(b"h" * 36)] for number in range(11)]
_ANSWER: Final = "a" * 1_200


@dataclass(slots=True)
class Place:
    """Where one command works: `ids` are the aggregates it changes, `key` is the caller's."""

    store: Store
    session: ClientSession | None
    ids: list[str]
    key: str
    began: float
    loaded: list[Document]


Step = Callable[[Place], None]


def aggregate(id: str) -> Document:
    """Give the stored document of an aggregate as it is before the first command."""
    return {"_id": f"{TENANT}/{id}", "tenant": TENANT, "version": 1, "sequence": 1, "state": _STATE}


def event_row(id: str, sequence: int, began: float) -> Document:
    """Give an outbox row; its value tells when its command began, for whoever measures how long it travels."""
    return {
        "_id": new_id(),
        "tenant": TENANT,
        "topic": "bench.aggregate",
        "key": f"{TENANT}/{id}",
        "sequence": sequence,
        "headers": _HEADERS,
        "value": Binary(repr(began).encode().ljust(_VALUE_BYTES)),
        "at": datetime.now(UTC),
    }


def _record(place: Place, *, answer: str) -> Document:
    now = datetime.now(UTC)
    return {
        "_id": f"{TENANT}/{place.key}",
        "tenant": TENANT,
        "digest": place.key,
        "status": 200,
        "answer": answer,
        "headers": {"ETag": '"2"'},
        "at": now,
    }


def _audit(place: Place) -> Document:
    return {
        "tenant": TENANT,
        "pending": True,
        "entry": {"action": "enrolment.confirm", "subject": "officer", "client": "portal", "route": "r" * 120},
        "objects": place.ids[:1],
        "at": datetime.now(UTC),
    }


def _find_record(place: Place) -> None:
    place.store["records"].find_one({"_id": f"{TENANT}/{place.key}", "tenant": TENANT}, session=place.session)


def _claim(place: Place) -> None:
    place.store["records"].insert_one(_record(place, answer=""), session=place.session)


def _answer(place: Place) -> None:
    change = {"$set": {"answer": _ANSWER, "headers": {"ETag": '"2"'}}}
    found = {"_id": f"{TENANT}/{place.key}", "tenant": TENANT}
    place.store["records"].update_one(found, change, session=place.session)


def _insert_record(place: Place) -> None:
    place.store["records"].insert_one(_record(place, answer=_ANSWER), session=place.session)


def _insert_audit(place: Place) -> None:
    place.store["audit"].insert_one({"_id": new_id(), **_audit(place)}, session=place.session)


def _insert_command(place: Place) -> None:
    record = _record(place, answer=_ANSWER) | {"audit": _audit(place)}
    place.store["commands"].insert_one(record, session=place.session)


def _load(place: Place) -> None:
    found = {"_id": {"$in": [f"{TENANT}/{each}" for each in place.ids]}, "tenant": TENANT}
    place.loaded = list(place.store["aggregates"].find(found, session=place.session))


def _next(loaded: Document) -> Document:
    return loaded | {"version": loaded["version"] + 1, "sequence": loaded["sequence"] + 1}


def _save(place: Place) -> None:
    writes = [
        ReplaceOne({"_id": each["_id"], "tenant": TENANT, "version": each["version"]}, _next(each))
        for each in place.loaded
    ]
    done = place.store["aggregates"].bulk_write(writes, session=place.session)
    if done.matched_count != len(writes):
        raise RuntimeError("a command met another one")


def _rows(place: Place) -> list[Document]:
    return [event_row(each["_id"].partition("/")[2], each["sequence"] + 1, place.began) for each in place.loaded]


def _insert_rows(place: Place) -> None:
    place.store["outbox"].insert_many(_rows(place), session=place.session)


def _insert_rows_and_record(place: Place) -> None:
    place.store["outbox"].insert_many([*_rows(place), _record(place, answer=_ANSWER)], session=place.session)


def _update(place: Place, pushed: Callable[[Document], Document]) -> None:
    """Change only the fields of the state: the relay may take events off the same document meanwhile."""
    writes = []
    for each in place.loaded:
        after = _next(each)
        fields = {name: after[name] for name in ("version", "sequence", "state")}
        known = {"_id": each["_id"], "tenant": TENANT, "version": each["version"]}
        writes.append(UpdateOne(known, {"$set": fields, **pushed(after)}))
    done = place.store["aggregates"].bulk_write(writes, session=place.session)
    if done.matched_count != len(writes):
        raise RuntimeError("a command met another one")


def _events(after: Document, began: float) -> Document:
    row = event_row(after["_id"].partition("/")[2], after["sequence"], began)
    return {"$push": {"pending": row}, "$min": {"head": row["_id"]}}


def _kept(place: Place) -> Document:
    return {"$each": [_record(place, answer=_ANSWER)], "$slice": -KEPT_IN_AGGREGATE}


def _save_with_events(place: Place) -> None:
    _update(place, lambda after: _events(after, place.began))


def _save_with_record(place: Place) -> None:
    _update(place, lambda _: {"$push": {"recent": _kept(place)}})


def _save_with_all(place: Place) -> None:
    def pushed(after: Document) -> Document:
        events = _events(after, place.began)
        audit = {"_id": new_id(), **_audit(place)}
        return events | {"$push": events["$push"] | {"recent": _kept(place), "audit": audit}}

    _update(place, pushed)


RECORD_PLACES: Final[Mapping[str, tuple[Step, ...]]] = {
    "no record": (_load, _save, _insert_rows),
    "today: find, claim, answer": (_find_record, _claim, _load, _save, _insert_rows, _answer),
    "find, insert at the end": (_find_record, _load, _save, _insert_rows, _insert_record),
    "insert at the end": (_load, _save, _insert_rows, _insert_record),
    "beside the outbox rows": (_load, _save, _insert_rows_and_record),
    "inside the aggregate": (_load, _save_with_record, _insert_rows),
    "today + audit": (_find_record, _claim, _load, _save, _insert_rows, _answer, _insert_audit),
    "insert at the end + audit": (_load, _save, _insert_rows, _insert_record, _insert_audit),
    "command record: answer and audit in one": (_load, _save, _insert_rows, _insert_command),
}
OUTBOX_PLACES: Final[Mapping[str, tuple[Step, ...]]] = {
    "own collection": (_load, _save, _insert_rows),
    "embedded": (_load, _save_with_events),
    "own collection + command record": (_load, _save, _insert_rows, _insert_command),
    "embedded + command record": (_load, _save_with_events, _insert_command),
    "embedded, record and audit too": (_load, _save_with_all),
}
ALONE: Final = frozenset({"embedded", "embedded, record and audit too"})  # one document, so no transaction


def perform(store: Store, name: str, ids: list[str]) -> None:
    """Run one command; several aggregates always take a transaction, because they change together or not at all."""
    steps = {**RECORD_PLACES, **OUTBOX_PLACES}[name]
    place = Place(store, None, ids, os.urandom(32).hex(), time.time(), [])
    if name in ALONE and len(ids) == 1:
        _take(steps, place)
        return

    def work(session: ClientSession) -> None:
        place.session = session
        _take(steps, place)

    with store.client.start_session() as session:
        session.with_transaction(work, read_concern=ReadConcern("snapshot"))


def _take(steps: tuple[Step, ...], place: Place) -> None:
    for step in steps:
        step(place)


def reset(store: Store, count: int) -> None:
    """Bring the store to the same state before each run."""
    for name in ("aggregates", "outbox", "records", "audit", "commands"):
        store[name].delete_many({})
    for start in range(0, count, 2_000):
        fresh = [InsertOne(aggregate(f"{number:06d}")) for number in range(start, min(start + 2_000, count))]
        store["aggregates"].bulk_write(fresh, ordered=False)


def prepare(store: Store) -> None:
    """Create the collections with the indexes that each form needs in production."""
    for name in ("aggregates", "records", "audit", "commands"):
        store.create_collection(name)
        store[name].create_index([("tenant", 1), ("_id", 1)])
    outbox.prepare(store)
    store["records"].create_index("at", expireAfterSeconds=24 * 3600)
    store["commands"].create_index("at", expireAfterSeconds=24 * 3600)
    store["audit"].create_index("at", name="pending", partialFilterExpression={"pending": True})
    store["commands"].create_index("at", name="unsealed", partialFilterExpression={"audit.pending": True})
