"""What an operator starts by hand: `rebuild` makes the views anew from the topics, `digest` fingerprints them."""

import json
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final, Literal, Protocol, cast

import structlog

from eventkit import logs, mongo
from eventkit.consumer import Consumer, Feed
from eventkit.feed import KafkaFeed, Partition
from eventkit.kafka import KafkaSettings
from eventkit.ledger import MongoLedger
from eventkit.mongo import UnitOfWork
from eventkit.settings import ServiceSettings
from national import usecases
from national.app import SERVICE
from national.settings import from_environment
from national.usecases import Rebuilt

STALLED_S: Final = 60.0
_TOPICS: Final = tuple(each.topic for each in SERVICE.projections)
_log = structlog.get_logger(__name__)


class WholeFeed(Feed, Protocol):
    """A feed that also knows where its topics end."""

    def ends(self, topics: Iterable[str]) -> dict[Partition, int]: ...


class StalledError(RuntimeError):
    """The topics could not be read to their ends; the live views are untouched."""


def main(command: str) -> None:
    """Run one command with the settings of the service, and say in JSON what came of it."""
    settings = from_environment()
    logs.configure(SERVICE.name, command, settings.log_level)
    database = mongo.connect(settings.mongo_uri, settings.mongo_database, service=SERVICE.name, timeout=None)
    with database.client:
        uow = UnitOfWork(database)
        result: Any = usecases.digest_views(uow) if command == "digest" else _rebuild_from_kafka(uow, settings)
    sys.stdout.write(json.dumps(asdict(result), sort_keys=True) + "\n")


def rebuild(uow: UnitOfWork, feed: WholeFeed) -> Rebuilt:
    """Replay every topic into a new generation and let readers have it.

    Raises StalledError, or the broker's own error, and leaves the live views as they are.
    """
    began = time.monotonic()
    following = usecases.begin_generation(uow)
    positions = _replay(uow, feed, Consumer(feed, MongoLedger(following, SERVICE.name), SERVICE.projections))
    generation, records = usecases.switch_generation(uow, positions), sum(positions.values())
    _log.info("views rebuilt", generation=generation, records=records)
    return Rebuilt(generation=generation, records=records, seconds=round(time.monotonic() - began, 3))


def _replay(uow: UnitOfWork, feed: WholeFeed, consumer: Consumer) -> dict[str, int]:
    """Read up to the ends that the topics have once partitions are assigned; gives the position of each."""
    ends: dict[str, int] = {}
    moved_at, furthest = time.monotonic(), -1
    while True:
        consumer.step()
        if not ends and feed.assignment():
            ends = {_checkpoint(each): end for each, end in feed.ends(_TOPICS).items()}
        positions = usecases.read_so_far(uow)
        if ends and all(positions.get(each, 0) >= end for each, end in ends.items()):
            return positions
        if (total := sum(positions.values())) > furthest:
            moved_at, furthest = time.monotonic(), total
        if time.monotonic() - moved_at > STALLED_S:
            raise StalledError(f"no progress after {furthest} records: {consumer.red()}")


def _checkpoint(partition: Partition) -> str:
    return f"{SERVICE.name}|{partition.topic}|{partition.number}"


def _rebuild_from_kafka(uow: UnitOfWork, settings: ServiceSettings) -> Rebuilt:
    access = KafkaSettings(
        bootstrap=settings.kafka_bootstrap,
        username=settings.kafka_username,
        password=settings.kafka_password,
        protocol=cast("Literal['SASL_PLAINTEXT', 'SASL_SSL', 'PLAINTEXT']", settings.kafka_protocol),
        cafile=settings.kafka_cafile,
        client_id=f"{SERVICE.name}-rebuild",
    )
    feed = KafkaFeed(access, f"{SERVICE.name}.rebuild", _TOPICS, instance=f"{settings.instance}-rebuild")
    try:
        return rebuild(uow, feed)
    finally:
        feed.close()
