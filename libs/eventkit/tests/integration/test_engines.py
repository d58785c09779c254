"""The real outbox, broker and ledger pass the suites that the fakes pass."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from pymongo.database import Database
from sample import TENANT, counters, seen
from suites import TOPIC, BrokerSuite, LedgerSuite, OutboxSuite

from eventkit import ledger, mongo, outbox
from eventkit.consumer import Feed, Ledger
from eventkit.feed import KafkaFeed, Partition
from eventkit.ids import new_id
from eventkit.kafka import KafkaPublisher, KafkaSettings
from eventkit.ledger import MongoLedger
from eventkit.outbox import MongoOutbox, Row, document_of
from eventkit.relay import Publisher
from testkit.kafka import KafkaEngine

pytestmark = pytest.mark.integration
Store = Database[dict[str, Any]]


class TestMongoOutbox(OutboxSuite):
    @pytest.fixture
    def outbox(self, mongo_database: Store) -> MongoOutbox:
        outbox.prepare(mongo_database)
        return MongoOutbox(mongo_database)

    @pytest.fixture
    def add(self, mongo_database: Store) -> Callable[[Row], None]:
        def insert(row: Row) -> None:
            mongo_database[outbox.COLLECTION].insert_one(document_of(row, TENANT))

        return insert


class TestMongoLedger(LedgerSuite):
    @pytest.fixture
    def ledger(self, mongo_database: Store) -> Ledger:
        mongo.prepare(mongo_database, [counters, seen])
        outbox.prepare(mongo_database)
        ledger.prepare(mongo_database)
        return MongoLedger(mongo_database, "reader")


class TestKafka(BrokerSuite):
    @pytest.fixture
    def settings(self, kafka: KafkaEngine) -> KafkaSettings:
        kafka.create_topic(TOPIC, 3)
        return KafkaSettings(
            bootstrap=kafka.bootstrap, username=kafka.username, password=kafka.password, protocol=kafka.protocol
        )

    @pytest.fixture(autouse=True)
    def _ends(self, settings: KafkaSettings) -> None:
        feed = KafkaFeed(settings, "ends", [TOPIC], instance=new_id())
        self.start = feed.ends([TOPIC])
        feed.close()

    def rewind(self, feed: Feed, places: Iterable[Partition]) -> None:
        for each in places:
            feed.seek(each, self.start[each])

    @pytest.fixture
    def publisher(self, settings: KafkaSettings) -> Iterator[Publisher]:
        made = KafkaPublisher(settings)
        yield made
        made.close()

    @pytest.fixture
    def open_feed(self, settings: KafkaSettings) -> Iterator[Callable[[], Feed]]:
        opened: list[KafkaFeed] = []

        def open_one() -> Feed:
            opened.append(KafkaFeed(settings, new_id(), [TOPIC], instance=new_id()))
            return opened[-1]

        yield open_one
        for each in opened:
            each.close()

    def test_a_member_that_leaves_in_order_is_replaced_at_once(self, settings: KafkaSettings) -> None:
        group = new_id()
        first, second = (KafkaFeed(settings, group, [TOPIC], instance=new_id()) for _ in range(2))
        try:
            wait_for(lambda: share(first, second) == {0, 1, 2} and first.assignment() and second.assignment())
            first.close()
            began = time.monotonic()
            wait_for(lambda: share(second) == {0, 1, 2})
            assert time.monotonic() - began < settings.session_ms / 1000 / 2
        finally:
            second.close()

    def test_a_member_whose_name_was_taken_does_not_put_its_successor_out(self, settings: KafkaSettings) -> None:
        group, name = new_id(), new_id()
        old, new = (KafkaFeed(settings, group, [TOPIC], instance=name) for _ in range(2))
        try:
            wait_for(lambda: share(old) == {0, 1, 2})
            wait_for(lambda: share(new) == {0, 1, 2})
            old.close()
            end = time.monotonic() + 5
            wait_for(lambda: share(new) == set() or time.monotonic() > end)
            assert share(new) == {0, 1, 2}
            assert [change for change, places in new.changes() if change == "revoked" and places] == []
        finally:
            new.close()


def share(*feeds: KafkaFeed) -> set[int]:
    """Poll every feed once; gives the partitions that they have together."""
    for each in feeds:
        each.poll(50, 1)
    return {place.number for each in feeds for place in each.assignment()}


def wait_for(holds: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
