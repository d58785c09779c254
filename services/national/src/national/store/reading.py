"""Documents by scope, how fresh they are, how far the topics were read, and the fingerprint of it all."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from bson import json_util

from eventkit import ledger
from eventkit.mongo import Documents, Session
from national.store import views
from national.store.scope import Scope

T = TypeVar("T")


def select(scope: Scope, view: Documents[T], where: Mapping[str, Any], session: Session, *, limit: int = 0) -> list[T]:
    """Give what matches in scope, by tenant and then in the order of ids."""
    matching = {**where, **scope.match()}
    found = session.collection(view.name).find(matching, session=session.transaction, sort=[("_id", 1)], limit=limit)
    return [view.structure(each) for each in found]


def count(scope: Scope, view: Documents[Any], session: Session) -> int:
    """Count the documents in scope."""
    return session.collection(view.name).count_documents(scope.match(), session=session.transaction)


def newest_events(scope: Scope, topics: Iterable[str], session: Session) -> list[tuple[str, str, datetime]]:
    """Give tenant, topic and the time of the newest event applied."""
    stages = [
        {"$match": scope.match()},
        {"$sort": {"tenant": 1, "seen_at": 1}},
        {"$group": {"_id": "$tenant", "at": {"$last": "$seen_at"}}},
    ]
    newest = [
        (row["_id"], topic, row["at"])
        for topic in topics
        for row in session.collection(views.TOPICS[topic].name).aggregate(stages, session=session.transaction)
    ]
    return sorted(newest)


def positions(scope: Scope, session: Session) -> dict[str, int]:
    """Give the number of records read of each topic; a position belongs to no tenant, so the scope changes nothing."""
    del scope
    read: dict[str, int] = {}
    of_ours = {"group": {"$exists": True}}
    for row in session.collection(ledger.CHECKPOINTS).find(of_ours, session=session.transaction):
        topic = row["_id"].split("|")[1]
        read[topic] = read.get(topic, 0) + row["offset"]
    return dict(sorted(read.items()))


def fingerprints(scope: Scope, session: Session) -> Iterator[tuple[str, str, int]]:
    """Give name, SHA-256 of the canonical JSON of all documents in the order of ids, and their number."""
    for view in views.TOPICS.values():
        digest, amount = hashlib.sha256(), 0
        found = session.collection(view.name).find(scope.match(), session=session.transaction, sort=[("_id", 1)])
        for amount, document in enumerate(found, start=1):  # noqa: B007 - the last number is the count
            digest.update(json_util.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n")
        yield view.name, digest.hexdigest(), amount
