"""The same views from a real broker: live, rebuilt, and live again."""

from collections.abc import Iterator
from typing import Any

import pytest
from national_events import Topics, id_of, kendari, malang
from national_world import Ask, Db

from eventkit.consumer import Consumer
from eventkit.envelope import decode
from eventkit.feed import KafkaFeed
from eventkit.kafka import KafkaPublisher, KafkaSettings
from eventkit.ledger import MongoLedger
from eventkit.mongo import UnitOfWork
from eventkit.outbox import Row
from national import rebuild
from national.app import SERVICE

pytestmark = pytest.mark.integration
NAMES = [each.topic for each in SERVICE.projections]


@pytest.fixture
def access(kafka: Any) -> KafkaSettings:
    for name in NAMES:
        kafka.create_topic(name, 2)
    return KafkaSettings(
        bootstrap=kafka.bootstrap,
        username=kafka.username,
        password=kafka.password,
        protocol=kafka.protocol,
        cafile=None,
        client_id="national-test",
    )


@pytest.fixture
def publisher(access: KafkaSettings) -> Iterator[KafkaPublisher]:
    publisher = KafkaPublisher(access)
    yield publisher
    publisher.close()


def publish(publisher: KafkaPublisher, topics: Topics, first: int = 0) -> None:
    rows = []
    for each in topics.records[first:]:
        envelope = decode(each.partition.topic, each.key, each.headers, each.value)
        rows.append(
            Row(
                id=envelope.id,
                topic=each.partition.topic,
                key=envelope.key,
                sequence=envelope.sequence,
                headers=each.headers,
                value=each.value or b"",
                at=envelope.time,
            )
        )
    assert {outcome.state for outcome in publisher.publish(rows)} == {"ACKED"}


def read(database: Db, access: KafkaSettings, until: int, member: str) -> None:
    """Consume until so many records are stored."""
    feed = KafkaFeed(access, f"national.{member}", NAMES, instance=member)
    try:
        consumer = Consumer(feed, MongoLedger(database, SERVICE.name), SERVICE.projections)
        while sum(each["offset"] for each in database["checkpoints"].find()) < until:
            consumer.step()
    finally:
        feed.close()


def test_a_view_rebuilt_from_the_broker_equals_the_live_one(
    database: Db, access: KafkaSettings, publisher: KafkaPublisher, get: Ask
) -> None:
    topics = Topics()
    kendari(topics)
    malang(topics)
    publish(publisher, topics)
    read(database, access, len(topics.records), "first")
    before = get("/v1/digest", "platform_admin").json
    assert before["documents"]["enrolments"] == 163

    feed = KafkaFeed(access, "national.rebuild", NAMES, instance="rebuild")
    try:
        rebuilt = rebuild.rebuild(UnitOfWork(database), feed)
    finally:
        feed.close()
    assert rebuilt.records == len(topics.records)
    assert get("/v1/digest", "platform_admin").json == before

    known = len(topics.records)
    topics.enrol("74.71", id_of(id_of("74.71", "KDI-RTR-2025"), "W1"), "CAMAT", 99)
    publish(publisher, topics, known)
    read(database, access, len(topics.records), "second")
    figures = get("/v1/reconciliation?tenant=74.71", "platform_admin").json["figures"]
    assert (figures["confirmed"], figures["checked_in"]) == (64, 64)
