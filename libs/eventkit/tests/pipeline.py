"""A producer and a reader on the real engines, with a topic between them."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pymongo.database import Database
from sample import TENANT, TYPE, Counter, CounterRaised, CounterRaisedSchema, Seen, counters, seen

from eventkit import ledger, outbox
from eventkit.consumer import Consumer
from eventkit.envelope import Envelope
from eventkit.feed import KafkaFeed
from eventkit.gate import Handler, Projection
from eventkit.ids import new_id
from eventkit.kafka import KafkaPublisher, KafkaSettings
from eventkit.ledger import MongoLedger
from eventkit.mongo import Session, UnitOfWork, prepare
from eventkit.outbox import MongoOutbox
from eventkit.relay import Relay
from testkit.kafka import KafkaEngine

Store = Database[dict[str, Any]]
GROUP = "reader.projection"


def fold(state: Seen | None, event: CounterRaised, envelope: Envelope) -> Seen:
    if event.by == 666:
        raise ValueError("unlucky")
    if event.by == 777:
        return Seen(id=envelope.aggregate, total=2**70, times=0)
    before = state or Seen(id=envelope.aggregate, total=0, times=0)
    return replace(before, total=before.total + event.by, times=before.times + 1)


def raise_counter(store: Store, counter: str, by: int) -> Counter:
    def work(session: Session) -> Counter:
        found = counters.find(TENANT, counter, session) or Counter(id=counter)
        raised = replace(found, total=found.total + by)
        return counters.save(TENANT, raised, [CounterRaised(counter=counter, by=by)], session)

    return UnitOfWork(store).run(work)


class World:
    """One producer and one reader with a topic between them."""

    def __init__(self, store: Store, kafka: KafkaEngine) -> None:
        prepare(store, [counters, seen])
        outbox.prepare(store)
        ledger.prepare(store)
        self.store = store
        self.settings = KafkaSettings(
            bootstrap=kafka.bootstrap, username=kafka.username, password=kafka.password, protocol=kafka.protocol
        )
        self.outbox = MongoOutbox(store)
        self.relay = Relay(self.outbox, KafkaPublisher(self.settings), owner="relay-1")
        self.projection = Projection("sample.counter", seen, {TYPE: Handler(CounterRaisedSchema, fold)})
        self.read_from_the_end()
        self.consumer = self.new_consumer()

    def read_from_the_end(self) -> None:
        """Leave aside what other tests have put on the topic."""
        feed = KafkaFeed(self.settings, "ends", ["sample.counter"], instance=new_id())
        self.start = feed.ends(["sample.counter"])
        feed.close()
        self.rewind()

    def rewind(self) -> None:
        for each, offset in self.start.items():
            place = {"_id": f"{GROUP}|{each.topic}|{each.number}"}
            self.store.checkpoints.update_one(place, {"$set": {"offset": offset, "epoch": 0}}, upsert=True)

    def new_consumer(self) -> Consumer:
        feed = KafkaFeed(self.settings, GROUP + new_id(), ["sample.counter"], instance=new_id())
        return Consumer(feed, MongoLedger(self.store, GROUP), [self.projection])

    def seen(self, counter: str) -> Seen | None:
        return seen.find(TENANT, counter, UnitOfWork(self.store).reading())

    def until(self, done: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, (self.relay.red(), self.consumer.red())
            self.relay.step()
            self.consumer.step()

    def close(self) -> None:
        self.consumer._feed.close()
        self.relay.close()
