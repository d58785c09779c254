"""Builds the views anew from the start of the topics, beside the live ones, and moves them in when they have caught up.

build   next_* collections, a consumer of their own, readers and the live consumer go on undisturbed
switch  mark (readers get 503) → fence the live consumer → rename each collection → set its positions → unmark
A crash on the way loses nothing: another rebuild begins anew and ends the switch.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, Protocol, cast

import structlog
from kafka.errors import KafkaError
from pymongo.collection import Collection
from pymongo.database import Database

from eventkit import ledger, logs, mongo
from eventkit.consumer import Consumer, Feed
from eventkit.kafka import KafkaFeed, KafkaSettings, Partition
from eventkit.mongo import Document, Documents, Session, UnitOfWork
from eventkit.settings import ServiceSettings, read_settings
from national import store, usecases
from national.app import SERVICE

PREFIX: Final = "next_"
STALLED_S: Final = 60.0
_MOVED: Final = (*(view.name for view in store.TOPICS.values()), ledger.PARKED, ledger.VOIDS)
_log = structlog.get_logger(__name__)


class WholeFeed(Feed, Protocol):
    """A feed that also knows where its topics end."""

    def ends(self, topics: Iterable[str]) -> dict[Partition, int]: ...


class StalledError(RuntimeError):
    """The topics could not be read to their ends; the live views are untouched."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did."""

    generation: int
    records: int
    seconds: float


class NextGeneration(Database[Document]):
    """The same database, seen through names of its own, so that nothing of the live generation is touched."""

    def __getitem__(self, name: str) -> Collection[Document]:
        return super().__getitem__(f"{PREFIX}{name}")


def main(command: str) -> None:
    """Run `rebuild` or `digest` with the settings of the service."""
    settings = read_settings(os.environ, SERVICE.name, ServiceSettings)
    logs.configure(SERVICE.name, command, settings.log_level)
    database = mongo.connect(settings.mongo_uri, settings.mongo_database, service=SERVICE.name)
    if command == "digest":
        result: Any = usecases.digest_views(UnitOfWork(database))
    else:
        topics = [each.topic for each in SERVICE.projections]
        feed = KafkaFeed(_kafka(settings), f"{SERVICE.name}.rebuild", topics, instance=f"{settings.instance}-rebuild")
        try:
            result = rebuild(database, feed)
        finally:
            feed.close()
    sys.stdout.write(json.dumps(asdict(result), sort_keys=True) + "\n")


def rebuild(database: Database[Document], feed: WholeFeed) -> Rebuilt:
    """Replay every topic into a new generation and let readers have it; raises StalledError without progress."""
    began = time.monotonic()
    following = NextGeneration(database.client, database.name)
    _clear(database)
    _prepare(database, following)
    positions = _replay(following, feed)
    generation = _switch(database, positions)
    _clear(database)
    records = sum(positions.values())
    _log.info("views rebuilt", generation=generation, records=records)
    return Rebuilt(generation=generation, records=records, seconds=round(time.monotonic() - began, 3))


def _clear(database: Database[Document]) -> None:
    for name in database.list_collection_names():
        if name.startswith(PREFIX):
            database.drop_collection(name)


def _prepare(database: Database[Document], following: Database[Document]) -> None:
    views = [Documents(f"{PREFIX}{each.name}", each.kind, indexes=each.indexes) for each in store.TOPICS.values()]
    mongo.prepare(database, views)
    mongo.prepare(database, SERVICE.collections)
    ledger.prepare(following)


def _replay(following: Database[Document], feed: WholeFeed) -> dict[str, int]:
    """Read until the ends of a moment after the start; gives the offset reached by checkpoint."""
    consumer = Consumer(feed, ledger.MongoLedger(following, SERVICE.name), SERVICE.projections)
    ends: Mapping[Partition, int] = {}
    moved_at, reached = time.monotonic(), -1
    while True:
        _step(consumer)
        ends = ends or (feed.ends(each.topic for each in SERVICE.projections) if feed.assignment() else {})
        positions = _positions(following)
        if ends and all(positions.get(_checkpoint(each), 0) >= end for each, end in ends.items()):
            return positions
        if (total := sum(positions.values())) > reached:
            moved_at, reached = time.monotonic(), total
        if time.monotonic() - moved_at > STALLED_S:
            raise StalledError(f"no progress after {reached} records: {consumer.red()}")


def _step(consumer: Consumer) -> None:
    try:
        consumer.step()
    except KafkaError as error:
        _log.warning("rebuild waits for kafka", error=type(error).__name__)
        time.sleep(0.5)


def _positions(database: Database[Document]) -> dict[str, int]:
    return {each["_id"]: each["offset"] for each in database[ledger.CHECKPOINTS].find()}


def _checkpoint(partition: Partition) -> str:
    return f"{SERVICE.name}|{partition.topic}|{partition.number}"


def _switch(database: Database[Document], positions: Mapping[str, int]) -> int:
    """Move the new generation in; whatever the live consumer stores meanwhile is fenced off or read again."""
    uow = UnitOfWork(database)
    generation = uow.run(lambda session: _mark(session, is_switching=True))
    database[ledger.CHECKPOINTS].update_many({"_id": {"$in": sorted(positions)}}, {"$inc": {"epoch": 1}})
    for name in _MOVED:
        database[f"{PREFIX}{name}"].rename(name, dropTarget=True)
    uow.run(lambda session: _set_positions(session, positions))
    uow.run(lambda session: _mark(session, is_switching=False))
    return generation


def _mark(session: Session, *, is_switching: bool) -> int:
    current = store.current_generation(store.NATION, session)
    number = current.number + 1 if is_switching else current.number
    marked = replace(current, number=number, is_switching=is_switching)
    store.save_generation(store.NATION, marked, session)
    return number


def _set_positions(session: Session, positions: Mapping[str, int]) -> None:
    for checkpoint, offset in positions.items():
        session.collection(ledger.CHECKPOINTS).update_one(
            {"_id": checkpoint},
            {"$set": {"offset": offset, "group": SERVICE.name}, "$inc": {"epoch": 1}},
            upsert=True,
            session=session.writing(),
        )


def _kafka(settings: ServiceSettings) -> KafkaSettings:
    return KafkaSettings(
        bootstrap=settings.kafka_bootstrap,
        username=settings.kafka_username,
        password=settings.kafka_password,
        protocol=cast("Literal['SASL_PLAINTEXT', 'SASL_SSL', 'PLAINTEXT']", settings.kafka_protocol),
        cafile=settings.kafka_cafile,
        client_id=f"{SERVICE.name}-rebuild",
    )
