"""From a committed change to another store's projection, on the real engines."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pipeline import GROUP, World, raise_counter
from pymongo.database import Database
from sample import TENANT, Seen

from eventkit import outbox
from eventkit.feed import KafkaFeed
from eventkit.ids import new_id
from eventkit.kafka import KafkaPublisher
from eventkit.ledger import FencedError, MongoLedger
from eventkit.mongo import connect
from eventkit.outbox import MongoOutbox
from eventkit.relay import Relay
from testkit.kafka import KafkaEngine

pytestmark = pytest.mark.integration
Store = Database[dict[str, Any]]


@pytest.fixture
def world(mongo_database: Store, kafka: KafkaEngine) -> Iterator[World]:
    kafka.create_topic("sample.counter", 3)
    made = World(mongo_database, kafka)
    yield made
    made.close()


def test_a_change_reaches_the_reader_once_and_leaves_the_outbox_empty(world: World) -> None:
    counter = new_id()
    for by in (1, 2, 3):
        raise_counter(world.store, counter, by)
    world.until(lambda: (world.seen(counter) or Seen(id="", total=0, times=0)).total == 6)
    assert world.seen(counter) == Seen(id=counter, total=6, times=3)
    assert world.outbox.depth() == 0
    assert world.consumer.red() == []


def test_copies_and_late_arrivals_of_applied_events_change_nothing(world: World) -> None:
    counter = new_id()
    raise_counter(world.store, counter, 1)
    raise_counter(world.store, counter, 2)
    rows, _ = world.outbox.pending(10)
    KafkaPublisher(world.settings).publish([*rows, rows[0], rows[1], rows[0]])
    world.until(lambda: world.seen(counter) is not None and world.outbox.depth() == 0)
    assert world.seen(counter) == Seen(id=counter, total=3, times=2)


def test_what_kafka_has_is_not_sent_again(world: World, mongo_uri: str) -> None:
    store = connect(mongo_uri, world.store.name, service="sample")  # with the concerns of a real process
    relay = Relay(MongoOutbox(store), KafkaPublisher(world.settings), owner="relay-2")
    for _ in range(20):
        raise_counter(store, new_id(), 1)
        relay.step()
        relay.step()
    relay.close()
    store.client.close()
    feed = KafkaFeed(world.settings, "ends", ["sample.counter"], instance=new_id())
    assert sum(feed.ends(["sample.counter"]).values()) - sum(world.start.values()) == 20
    feed.close()


def test_a_gap_holds_its_aggregate_until_the_missing_event_comes(world: World) -> None:
    counter, other = new_id(), new_id()
    for by in (1, 2, 3):
        raise_counter(world.store, counter, by)
    rows, _ = world.outbox.pending(10)
    publisher = KafkaPublisher(world.settings)
    publisher.publish([rows[0], rows[2]])
    raise_counter(world.store, other, 7)
    first = rows[1].id
    world.store.outbox.delete_many({"key": rows[0].key, "_id": {"$ne": first}})
    world.store.outbox.update_one({"_id": first}, {"$set": {"parked": {"reason": "TEST"}}})
    world.until(lambda: world.seen(other) is not None and world.store.parked.count_documents({}) == 1)
    assert world.seen(counter) == Seen(id=counter, total=1, times=1)
    assert "1 events parked" in world.consumer.red()
    world.outbox.release_parked()
    world.until(lambda: world.store.parked.count_documents({}) == 0)
    assert world.seen(counter) == Seen(id=counter, total=6, times=3)


def test_a_failing_handler_parks_its_aggregate_and_lets_the_others_flow(world: World) -> None:
    unlucky, lucky = new_id(), new_id()
    for by in (5, 666, 1):
        raise_counter(world.store, unlucky, by)
    raise_counter(world.store, lucky, 1)
    world.until(lambda: world.seen(lucky) is not None and world.store.parked.count_documents({}) == 2)
    assert world.seen(unlucky) == Seen(id=unlucky, total=5, times=1)
    reasons = [each["reason"] for each in world.store.parked.find(sort=[("sequence", 1)])]
    assert reasons == ["HANDLER_FAILED", "BEHIND_PARKED"]


def test_undecodable_bytes_go_to_the_dead_letter_topic_and_hold_nobody_up(world: World, kafka: KafkaEngine) -> None:
    kafka.create_topic("sample.counter.reader.dlq", 1)
    counter = new_id()
    poison = outbox.Row(
        id=new_id(), topic="sample.counter", key="x", sequence=1, headers=[], value=b"\x00{", at=datetime.now(UTC)
    )
    KafkaPublisher(world.settings).publish([poison])
    raise_counter(world.store, counter, 1)
    world.until(lambda: world.seen(counter) is not None and world.store.parked.count_documents({}) == 1)
    assert world.store.parked.find_one({})["detail"] == "BAD_ENVELOPE"
    world.until(lambda: world.outbox.depth() == 0)


def test_a_consumer_that_was_replaced_cannot_store_any_more(world: World) -> None:
    counter = new_id()
    raise_counter(world.store, counter, 1)
    world.until(lambda: world.seen(counter) is not None)
    MongoLedger(world.store, GROUP).claim(world.consumer._positions)
    raise_counter(world.store, counter, 2)
    with pytest.raises(FencedError):
        world.until(lambda: world.seen(counter) == Seen(id=counter, total=3, times=2))
    assert world.seen(counter) == Seen(id=counter, total=1, times=1)


def test_a_second_relay_waits_for_the_lease_and_the_first_cannot_delete_afterwards(world: World) -> None:
    lease = world.outbox.acquire("relay-1")
    assert lease is not None
    assert world.outbox.acquire("relay-2") is None
    world.outbox.release(lease)
    successor = world.outbox.acquire("relay-2")
    assert successor is not None
    assert successor.token > lease.token
    raise_counter(world.store, new_id(), 1)
    rows, _ = world.outbox.pending(10)
    assert not world.outbox.delete([rows[0].id], lease)
    assert world.outbox.depth() == 1


def test_rows_of_a_missing_topic_are_parked_and_the_others_flow(world: World) -> None:
    raise_counter(world.store, stuck := new_id(), 1)
    world.store.outbox.update_one({"key": f"{TENANT}/{stuck}"}, {"$set": {"topic": "sample.absent"}})
    raise_counter(world.store, counter := new_id(), 1)
    world.until(lambda: world.seen(counter) is not None)
    world.until(lambda: world.outbox.parked() == 1)  # only what is missing again and again is believed to be
    assert world.store.outbox.find_one({})["parked"]["reason"] == "TOPIC_MISSING"
    assert "1 rows parked" in world.relay.red()


def test_an_oversized_row_is_parked_and_the_others_flow(world: World) -> None:
    raise_counter(world.store, large := new_id(), 1)
    world.store.outbox.update_one({"key": f"{TENANT}/{large}"}, {"$set": {"value": b"x" * 1_100_000}})
    raise_counter(world.store, large, 1)
    raise_counter(world.store, counter := new_id(), 1)
    world.until(lambda: world.seen(counter) is not None)
    assert world.store.outbox.find_one({"sequence": 1})["parked"]["reason"] == "RECORD_TOO_LARGE"
    assert world.store.outbox.count_documents({}) == 2


def test_a_broker_that_was_killed_loses_nothing(world: World, kafka: KafkaEngine) -> None:
    counter = new_id()
    raise_counter(world.store, counter, 1)
    world.until(lambda: world.seen(counter) is not None)
    kafka.kill()
    for _ in range(20):
        raise_counter(world.store, counter, 1)
    threads = threading.active_count()
    assert [world.relay.step() for _ in range(3)] == [0, 0, 0]
    assert world.relay.red() == ["kafka does not acknowledge"]
    assert threading.active_count() <= threads  # producers that were thrown away leave no thread behind
    kafka.ensure_running()
    world.until(lambda: world.seen(counter) == Seen(id=counter, total=21, times=21), seconds=60)


def test_reading_the_topic_again_from_the_start_changes_nothing(world: World) -> None:
    counter = new_id()
    for by in (1, 2):
        raise_counter(world.store, counter, by)
    world.until(lambda: (world.seen(counter) or Seen(id="", total=0, times=0)).times == 2)
    before = list(world.store.seen_counters.find({"tenant": TENANT}))
    world.consumer._feed.close()
    world.rewind()
    world.consumer = world.new_consumer()
    raise_counter(world.store, after := new_id(), 1)
    world.until(lambda: world.seen(after) is not None)
    assert [
        each for each in world.store.seen_counters.find({"tenant": TENANT}) if each["_id"] == before[0]["_id"]
    ] == before
