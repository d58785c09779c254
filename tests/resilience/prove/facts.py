"""Everything that can be seen of a platform at one moment: stores, topics, read models, and what callers were told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any, Final

from bina.topics import Topic
from eventkit.envelope import Envelope, UndecodableError, decode
from eventkit.feed import Partition, Record
from eventkit.gate import Projection
from prove.record import Attempt
from testkit import tenancy

Document = dict[str, Any]
# Books of the platform itself; every other collection holds documents of tenants.
AUDIT: Final = ".audit"
PLATFORM: Final = tenancy.PLATFORM | {"generations"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as a reader sees it: an event, or bytes that are none and why."""

    record: Record
    envelope: Envelope | None
    reason: str = ""
    is_foreign: bool = False  # produced by hand: no outbox ever held it

    @property
    def place(self) -> str:
        """Where it lies."""
        return f"{self.record.partition.topic}/{self.record.partition.number}/{self.record.offset}"


@dataclass(kw_only=True)
class Facts:
    """One moment of a platform; the keys of `stores` are service, collection and document."""

    topics: Sequence[Topic]
    attempts: Sequence[Attempt] = ()
    stores: Mapping[str, Mapping[str, Mapping[str, Document]]] = field(default_factory=dict)
    wire: Mapping[str, Sequence[Seen]] = field(default_factory=dict)
    projections: Mapping[str, Sequence[Projection[Any]]] = field(default_factory=dict)
    logs: Mapping[str, Sequence[Document]] = field(default_factory=dict)  # the audit log of each service

    def collection(self, service: str, name: str) -> Mapping[str, Document]:
        """Give the documents of a collection, by key."""
        return self.stores.get(service, {}).get(name, {})

    def topic_of(self, service: str, collection: str) -> Topic | None:
        """Find the topic on which the aggregates of a collection speak."""
        names = {f"{service}.{collection.removesuffix(ending)}" for ending in ("s", "es")}
        return next((each for each in self.topics if each.name in names), None)

    def position(self, reader: str, topic: str, key: str) -> int:
        """Give the last sequence that a reader has applied of an aggregate."""
        view = self.projection(reader, topic).view.name
        found = self.collection(reader, view).get(key) or self.collection(reader, "voids").get(f"{topic}|{key}")
        return int(found["sequence"]) if found else 0

    def projection(self, reader: str, topic: str) -> Projection[Any]:
        """Give what a service makes of a topic."""
        return next(each for each in self.projections[reader] if each.topic == topic)

    def pending(self, service: str) -> set[tuple[str, str, int]]:
        """Name what the outbox of a service still holds: topic, key, sequence."""
        rows = self.collection(service, "outbox").values()
        return {(row["topic"], row["key"], int(row["sequence"])) for row in rows}

    @property
    def facts_topics(self) -> Sequence[Topic]:
        """Give the topics on which aggregates speak; the heads of the audit logs are held by I10."""
        return [each for each in self.topics if not each.name.endswith(AUDIT)]

    @cached_property
    def by_key(self) -> Mapping[str, Mapping[str, Sequence[Seen]]]:
        """Sort the events of each topic by key, in their order."""
        sorted_by: dict[str, dict[str, list[Seen]]] = {}
        for topic, seen in self.wire.items():
            keys = sorted_by.setdefault(topic, {})
            for each in seen:
                if each.envelope is not None:
                    keys.setdefault(each.envelope.key, []).append(each)
        return sorted_by

    @cached_property
    def owners(self) -> Mapping[str, set[str]]:
        """Say to which tenants each id of a business document belongs."""
        owners: dict[str, set[str]] = {}
        kinds = [kind for store in self.stores.values() for name, kind in store.items() if name not in PLATFORM]
        for documents in kinds:
            for key, document in documents.items():
                owners.setdefault(key.partition("/")[2], set()).add(str(document.get("tenant")))
        return owners


def read(topic: str, records: Iterable[Record], foreign: set[tuple[Partition, int]]) -> list[Seen]:
    """Decode records as every reader does."""
    return [_seen(topic, each, is_foreign=(each.partition, each.offset) in foreign) for each in records]


def projections_of(services: Iterable[str]) -> dict[str, Sequence[Projection[Any]]]:
    """Give the services' own projections."""
    return {each: import_module(f"{each}.app").SERVICE.projections for each in services}


def _seen(topic: str, record: Record, *, is_foreign: bool) -> Seen:
    try:
        return Seen(record, decode(topic, record.key, record.headers, record.value), is_foreign=is_foreign)
    except UndecodableError as error:
        return Seen(record, None, error.reason, is_foreign)
