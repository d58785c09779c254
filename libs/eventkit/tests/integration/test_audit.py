"""The audit log on the real engines: append-only, sealed once through any crash, anchored in Kafka."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_args

import pytest
from edge import SERVICE, Desk, app_of
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure

from bina.engines import mongod_access
from eventkit import audit, faults
from eventkit.audit import Finding, Sealer, Verdict
from eventkit.faults import Point
from eventkit.feed import KafkaFeed
from eventkit.ids import new_id
from eventkit.kafka import KafkaPublisher, KafkaSettings
from eventkit.outbox import MongoOutbox
from eventkit.process import prepare
from eventkit.relay import Relay
from testkit import audit as books
from testkit.kafka import KafkaEngine
from testkit.mongo import MongoEngine
from testkit.tokens import TokenFactory

pytestmark = pytest.mark.integration
Document = dict[str, Any]
Store = Database[Document]
TOPIC = "sample.audit"
UNAUTHORIZED = 13


@pytest.fixture
def store(mongo_database: Store) -> Store:
    prepare(SERVICE, mongo_database)
    return mongo_database


@pytest.fixture
def desk(tokens: TokenFactory, store: Store) -> Desk:
    return Desk(app_of(tokens.verifier("registration"), store).test_client(), tokens)


@pytest.fixture
def root(mongo_engine: MongoEngine) -> Iterator[MongoClient[Document]]:
    with mongod_access.root(mongo_engine.store) as opened:
        yield opened


def anchors(store: Store) -> list[bytes]:
    return [each["value"] for each in store["outbox"].find({"topic": TOPIC}, sort=[("sequence", 1)])]


def test_sealing_moves_entries_into_the_chain_and_announces_its_head(desk: Desk, store: Store) -> None:
    sealer = Sealer(store, "sample")
    for count in (3, 2):
        for _ in range(count):
            desk.post()
        assert sealer.seal() == count
    assert sealer.seal() == 0
    assert books.pending(store) == []
    assert [each["_id"] for each in books.entries(store)] == [1, 2, 3, 4, 5]
    assert [row["sequence"] for row in store["outbox"].find({"topic": TOPIC}, sort=[("sequence", 1)])] == [1, 2]
    assert books.verdict(store, anchors(store)) == Verdict(5, 5, None)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda log: log.update_one({"_id": 1}, {"$set": {"subject": "else"}}),
        lambda log: log.replace_one({"_id": 1}, {"subject": "else"}),
        lambda log: log.find_one_and_update({"_id": 1}, {"$set": {"subject": "else"}}),
        lambda log: log.delete_one({"_id": 1}),
        lambda log: log.delete_many({}),
        lambda log: log.drop(),
        lambda log: log.rename("other"),
        lambda log: log.aggregate([{"$match": {"_id": 2}}, {"$out": audit.LOG}]),
        lambda log: log.database.command("collMod", audit.LOG, validator={}),
        lambda log: log.database.command("convertToCapped", audit.LOG, size=4096),
        lambda log: log.database.client.drop_database(log.database.name),
        lambda log: log.database.command("grantRolesToRole", "appender", roles=["readWrite"]),
    ],
)
def test_the_services_own_user_can_only_append(
    desk: Desk, store: Store, attempt: Callable[[Collection[Document]], Any]
) -> None:
    desk.post()
    Sealer(store, "sample").seal()
    before = books.entries(store)
    with pytest.raises(OperationFailure) as refused:
        attempt(audit.log_of(store))
    assert refused.value.code == UNAUTHORIZED
    assert books.entries(store) == before


def test_many_sealers_make_one_chain(desk: Desk, store: Store) -> None:
    for _ in range(30):
        desk.post()
    wanted = {each["_id"] for each in books.pending(store)}
    gate = threading.Barrier(6)

    def work(_: int) -> int:
        gate.wait()
        return sum(Sealer(store, "sample").seal() for _ in range(4))

    with ThreadPoolExecutor(6) as pool:
        counts = list(pool.map(work, range(6)))
    assert sum(counts) == 30
    assert {each["id"] for each in books.entries(store)} == wanted
    assert books.verdict(store, anchors(store)) == Verdict(30, 30, None)


class CrashError(Exception):
    """Stands for the end of the process at this point."""


@pytest.mark.parametrize("point", ["W1", "W2", "R7", "R8", "W5", "W6", "R9"])
def test_a_crash_at_any_step_loses_and_doubles_nothing(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    assert point in get_args(Point)
    for _ in range(3):
        desk.post()
    wanted = [each["_id"] for each in books.pending(store)]

    def crash(at: Point) -> None:
        if at == point:
            raise CrashError

    with monkeypatch.context() as armed:
        armed.setattr(faults, "hook", crash)
        with pytest.raises(CrashError):
            Sealer(store, "sample").seal()
    assert len(books.written(store)) == 3
    Sealer(store, "sample").seal()
    assert [each["id"] for each in books.entries(store)] == wanted
    assert books.verdict(store, anchors(store)) == Verdict(3, 3, None)


def test_a_log_that_takes_nothing_holds_no_event_up_and_turns_red(
    desk: Desk, store: Store, root: MongoClient[Document]
) -> None:
    desk.post()
    forger = root[f"{store.name}_audit"]
    forger.command("updateRole", "appender", privileges=[])
    sealer = Sealer(store, "sample")
    assert sealer.seal() == 0
    assert sealer.red() == ["audit log: OperationFailure"]
    assert (len(books.pending(store)), sealer.details()) == (1, {"audit_pending": 1})
    own = {"resource": {"db": forger.name, "collection": audit.LOG}, "actions": ["find", "insert"]}
    forger.command("updateRole", "appender", privileges=[own])
    assert (sealer.seal(), sealer.red()) == (1, [])


def values_on(settings: KafkaSettings, count: int) -> list[bytes]:
    """Read the whole audit topic, at least so many records."""
    feed = KafkaFeed(settings, new_id(), [TOPIC], instance=new_id())
    found: list[bytes] = []
    deadline = time.monotonic() + 60
    while len(found) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} anchors"
        found += [each.value or b"" for each in feed.poll(100, 500)]
        for place in (place for change, places in feed.changes() if change == "assigned" for place in places):
            feed.seek(place, 0)
    feed.close()
    return found


def test_the_anchors_in_kafka_convict_an_owner_of_the_store(
    desk: Desk, store: Store, kafka: KafkaEngine, root: MongoClient[Document]
) -> None:
    kafka.create_topic(TOPIC, 1)
    kafka.create_topic("sample.counter", 3)
    settings = KafkaSettings(
        bootstrap=kafka.bootstrap, username=kafka.username, password=kafka.password, protocol=kafka.protocol
    )
    relay = Relay(MongoOutbox(store), KafkaPublisher(settings), owner="relay-1", seal=Sealer(store, "sample").seal)
    for _ in range(3):
        desk.post()
    deadline = time.monotonic() + 60
    while books.pending(store) or MongoOutbox(store).depth():
        assert time.monotonic() < deadline, relay.red()
        relay.step()
    relay.close()
    values = values_on(settings, 1)
    assert books.verdict(store, values) == Verdict(3, 3, None)
    log = root[f"{store.name}_audit"][audit.LOG]
    honest = books.entries(store)
    log.update_one({"_id": 2}, {"$set": {"outcome": "REFUSED"}})
    assert books.verdict(store, values).finding == Finding(2, "CHANGED")
    log.delete_one({"_id": 2})
    assert books.verdict(store, values).finding == Finding(2, "MISSING")
    rewrite(log, [])
    assert books.verdict(store, values).finding == Finding(1, "CUT")
    rewrite(
        log, audit.link([{**honest[0], "_id": honest[0]["id"], "subject": "else"}, *map(unsealed, honest[1:])], None)
    )
    assert audit.verify(books.entries(store), []).finding is None
    assert books.verdict(store, values).finding == Finding(1, "RECOMPUTED")


def unsealed(entry: Document) -> Document:
    return {**entry, "_id": entry["id"]}


def rewrite(log: Collection[Document], entries: Sequence[Document]) -> None:
    log.delete_many({})
    if entries:
        log.insert_many(entries)
