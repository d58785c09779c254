"""What no code can read, or no store can hold, is set aside with its reason, holds nobody up, and can be given back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pipeline import World, raise_counter
from pymongo.database import Database
from sample import TENANT, Seen

from eventkit.envelope import Envelope, Header, Trace, encode
from eventkit.event import EventId
from eventkit.ids import new_id
from eventkit.kafka import KafkaPublisher
from eventkit.outbox import Row
from testkit.kafka import KafkaEngine

pytestmark = pytest.mark.integration
Store = Database[dict[str, Any]]
UNREADABLE: Header = ("ce_specversion", b"9.9")


@pytest.fixture
def world(mongo_database: Store, kafka: KafkaEngine) -> Iterator[World]:
    kafka.create_topic("sample.counter", 3)
    kafka.create_topic("sample.counter.reader.dlq", 1)
    made = World(mongo_database, kafka)
    yield made
    made.close()


def event(counter: str, sequence: int, data: str) -> Envelope:
    return Envelope(
        id=EventId(new_id()),
        type="id.bina.sample.counter.raised.v1",
        source="/bina/sample",
        tenant=TENANT,
        aggregate=counter,
        sequence=sequence,
        time=datetime.now(UTC).replace(microsecond=0),
        trace=Trace("c"),
        data=data.encode(),
    )


def row_of(envelope: Envelope) -> Row:
    headers, value = encode(envelope)
    return Row(
        id=envelope.id,
        topic="sample.counter",
        key=envelope.key,
        sequence=envelope.sequence,
        headers=headers,
        value=value,
        at=envelope.time,
    )


def give_back(store: Store, row: Row) -> None:
    """Do what `bina dlq replay` does: put the record's bytes beside its row and say that it is to be read anew."""
    record = {"key": row.key.encode(), "headers": [[name, value] for name, value in row.headers], "value": row.value}
    change = {"$set": {"state": "REPLAYED", "record": record, "next_at": datetime.now(UTC)}}
    store.parked.update_one({"state": "DEAD_LETTER"}, change)


@pytest.mark.parametrize(
    "data",
    [
        '{"counter":"x","by":1',
        '{"counter":"x","by":9223372036854775808}',
        '{"counter":"x","by":' + "9" * 5000 + "}",
        '{"counter":"\\ud800","by":1}',
        "[" * 100_000,
        '{"counter":"x","by":1e999}',
        '{"counter":"x","by":' + "[" * 100_000,
    ],
    ids=["cut", "beyond 64 bits", "5000 digits", "half a surrogate", "deep", "infinite", "deep within"],
)
def test_a_payload_that_no_store_could_hold_parks_its_aggregate_alone(world: World, data: str) -> None:
    counter, other = new_id(), new_id()
    KafkaPublisher(world.settings).publish([row_of(event(counter, 1, data))])
    raise_counter(world.store, other, 1)
    world.until(lambda: world.seen(other) is not None and world.store.parked.count_documents({}) == 1)
    assert world.store.parked.find_one({})["reason"] == "INVALID_PAYLOAD"
    assert world.seen(counter) is None


def test_a_state_that_no_store_can_hold_parks_the_event_that_made_it_so(world: World) -> None:
    counter, other = new_id(), new_id()
    for by in (1, 777, 2):  # the fold makes of 777 a number beyond 64 bits
        raise_counter(world.store, counter, by)
    raise_counter(world.store, other, 1)
    world.until(lambda: world.seen(other) is not None and world.store.parked.count_documents({}) == 2)
    assert world.seen(counter) == Seen(id=counter, total=1, times=1)
    (guilty, behind) = world.store.parked.find(sort=[("sequence", 1)])
    assert (guilty["sequence"], guilty["reason"]) == (2, "REACTION_FAILED")
    assert "OverflowError" in guilty["detail"]
    assert behind["reason"] == "BEHIND_PARKED"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_sequence", b"9223372036854775808"),
        ("ce_sequence", b"9" * 5000),
        ("ce_time", b"0001-01-01T00:00:00+23:00"),
        ("ce_time", b"yesterday"),
        ("ce_tenantid", b"\xff\xfe"),
        ("ce_id", b"%ED%A0%80"),
        ("ce_padding", b"x" * 900_000),
    ],
)
def test_an_envelope_that_no_store_could_hold_is_a_dead_letter_or_harmless(
    world: World, name: str, value: bytes
) -> None:
    counter, other = new_id(), new_id()
    poison = row_of(event(counter, 1, '{"counter":"x","by":1}'))
    headers = [each for each in poison.headers if each[0] != name] + [(name, value)]
    KafkaPublisher(world.settings).publish([replace(poison, headers=headers)])
    raise_counter(world.store, other, 1)
    world.until(lambda: world.seen(other) is not None and world.outbox.depth() == 0)
    dead = world.store.parked.count_documents({"state": "DEAD_LETTER"})
    assert (world.seen(counter) is None) == (dead == 1)
    assert world.relay.red() == []


def test_a_dead_letter_does_not_hold_the_aggregate_that_it_names(world: World) -> None:
    counter = new_id()
    raise_counter(world.store, counter, 1)
    world.until(lambda: world.seen(counter) is not None)
    poison = row_of(event(counter, 2, "{}"))
    KafkaPublisher(world.settings).publish([replace(poison, headers=[])])
    world.until(lambda: world.store.parked.count_documents({"state": "DEAD_LETTER"}) == 1)
    raise_counter(world.store, counter, 5)
    world.until(lambda: world.seen(counter) == Seen(id=counter, total=6, times=2))
    assert world.store.parked.count_documents({"state": "PARKED"}) == 0


def test_a_dead_letter_that_can_be_read_after_an_upgrade_takes_effect_once_and_frees_what_waited(world: World) -> None:
    counter = new_id()
    for by in (1, 2, 3):
        raise_counter(world.store, counter, by)
    rows, _ = world.outbox.pending(10)
    mine = sorted((each for each in rows if counter in each.key), key=lambda each: each.sequence)
    broken = replace(mine[1], headers=[each for each in mine[1].headers if each[0] != "ce_specversion"] + [UNREADABLE])
    world.store.outbox.delete_many({})
    KafkaPublisher(world.settings).publish([mine[0], broken, mine[2]])
    world.until(lambda: world.store.parked.count_documents({}) == 2 and world.outbox.depth() == 0)
    assert world.seen(counter) == Seen(id=counter, total=1, times=1)
    give_back(world.store, broken)
    world.until(lambda: world.store.parked.count_documents({"state": "REPLAYED"}) == 0)
    assert world.store.parked.count_documents({"state": "DEAD_LETTER"}) == 1  # this release cannot read it either
    for _ in range(2):  # the bytes as the upgraded release reads them; given back twice
        give_back(world.store, mine[1])
        world.until(lambda: world.store.parked.count_documents({}) == 0)
        assert world.seen(counter) == Seen(id=counter, total=6, times=3)
    assert world.consumer.red() == []


def test_a_dead_letter_of_an_event_that_was_applied_meanwhile_leaves_without_effect(world: World) -> None:
    counter = new_id()
    raise_counter(world.store, counter, 4)
    (row,), _ = world.outbox.pending(10)
    KafkaPublisher(world.settings).publish([replace(row, headers=[])])
    world.until(lambda: world.seen(counter) is not None and world.store.parked.count_documents({}) == 1)
    give_back(world.store, row)
    world.until(lambda: world.store.parked.count_documents({}) == 0)
    assert world.seen(counter) == Seen(id=counter, total=4, times=1)
