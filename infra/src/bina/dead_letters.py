"""Dead letters: records that a reader could not decode, what became of each, and their return to that reader.

The copy on `<topic>.<reader>.dlq` says which record it was; the record itself lies on its topic for ever. A replay lays
its bytes beside the reader's own row, and the reader decodes and applies it by its own rules: by sequence, once.
"""

import getpass
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

from bina.engines import kafka_access, mongod_access
from bina.errors import NotRunningError, OperatorError
from bina.launcher.control import Platform
from bina.stack import Stack

Document = dict[str, Any]
WAITING, SETTLED = "DEAD_LETTER", "SETTLED"
_PATIENCE_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One record that a reader set aside; `state` says where it stands with that reader now."""

    service: str
    origin: str  # topic/partition/offset
    reason: str
    at: datetime
    state: str  # DEAD_LETTER, REPLAYED, PARKED, SETTLED
    detail: str = ""

    @property
    def place(self) -> tuple[str, int, int]:
        """Where the record lies."""
        topic, partition, offset = self.origin.rsplit("/", 2)
        return topic, int(partition), int(offset)


def letters(platform: Platform, service: str | None = None, origin: str | None = None) -> list[DeadLetter]:
    """List the dead letters of all readers, or of one, oldest first."""
    if not platform.is_running():
        raise NotRunningError("the platform is not running", fix="bina up")
    stack = platform.stack()
    topics = {
        topic.dead_letters(reader): reader
        for topic in stack.topics
        for reader in topic.readers
        if service in (None, reader)
    }
    states = {reader: _states(stack, reader) for reader in set(topics.values())}
    found = [_letter(topics[record.topic], record, states) for record in _read(stack, topics)]
    return sorted((each for each in found if origin in (None, each.origin)), key=lambda each: each.at)


def replay(platform: Platform, chosen: Iterable[DeadLetter]) -> list[DeadLetter]:
    """Give records back to their readers; gives those that were still waiting, the others are left as they are."""
    stack = platform.stack()
    waiting = [each for each in chosen if each.state == WAITING]
    return [each for each in waiting if _give_back(stack, each, _fetch(stack, each))]


def _read(stack: Stack, topics: Iterable[str]) -> list[Any]:
    try:
        return list(kafka_access.read_records(stack.broker, dict.fromkeys(topics, 1)))
    except KafkaError as error:
        raise NotRunningError(f"Kafka does not answer: {error}", fix="bina status") from error


def _fetch(stack: Stack, wanted: DeadLetter) -> Document:
    """Read the record from its own topic: the copy is cut where it was too large."""
    topic, partition, offset = wanted.place
    place = TopicPartition(topic, partition)
    consumer = KafkaConsumer(**kafka_access.client_options(stack.broker), group_id=None)
    try:
        consumer.assign([place])
        consumer.seek(place, offset)
        records = consumer.poll(timeout_ms=_PATIENCE_MS, max_records=1).get(place, [])
    finally:
        consumer.close()
    if not records or records[0].offset != offset:
        raise OperatorError(f"{wanted.origin} is not on its topic any more")
    headers = [[name, value or b""] for name, value in records[0].headers]
    return {"key": records[0].key, "headers": headers, "value": records[0].value}


def _give_back(stack: Stack, letter: DeadLetter, record: Document) -> bool:
    """Lay the bytes beside the reader's row and note who asked; says False when somebody was faster."""
    now = datetime.now(UTC)
    change = {"$set": {"state": "REPLAYED", "record": record, "next_at": now}}

    def work(session: ClientSession) -> bool:
        database = session.client[letter.service]
        row = {"_id": letter.origin.replace("/", "|"), "state": WAITING}
        if database["parked"].update_one(row, change, session=session).matched_count == 0:
            return False
        database["audit_pending"].insert_one(_entry(letter, record, now), session=session)
        return True

    with _store(stack, letter.service) as client, client.start_session() as session:
        return session.with_transaction(work)


def _entry(letter: DeadLetter, record: Document, at: datetime) -> Document:
    digest = hashlib.sha256(record["value"] or b"").hexdigest()
    return {
        "_id": str(uuid.uuid4()),
        "tenant": "00",
        "at": at.isoformat(),
        "subject": getpass.getuser(),
        "client": "bina",
        "roles": ["operator"],
        "action": "dead_letter.replay",
        "object": letter.origin,
        "outcome": "DONE",
        "status": 0,
        "code": letter.reason,
        "correlation": "",
        "digest": digest,
    }


def _states(stack: Stack, service: str) -> dict[str, Document]:
    """Give the reader's own rows by origin; one that is gone has taken effect."""
    try:
        with _store(stack, service) as client:
            rows = client[service]["parked"].find({"_id": {"$regex": r"\|\d+\|\d+$"}}, {"state": 1, "detail": 1})
            return {str(row["_id"]).replace("|", "/"): row for row in rows}
    except PyMongoError as error:
        raise NotRunningError(f"the store of {service} does not answer: {error}", fix="bina status") from error


def _store(stack: Stack, name: str) -> MongoClient[Document]:
    service = next(each for each in stack.services if each.name == name)
    return mongod_access.root(stack.store(service))


def _letter(service: str, record: Any, states: Mapping[str, Mapping[str, Document]]) -> DeadLetter:
    told = {name: bytes(value or b"").decode(errors="replace") for name, value in record.headers}
    origin = told.get("dlq_origin", "")
    row = states[service].get(origin, {"state": SETTLED})
    return DeadLetter(
        service=service,
        origin=origin,
        reason=told.get("dlq_reason", ""),
        at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        state=str(row["state"]),
        detail=str(row.get("detail", "")),
    )
