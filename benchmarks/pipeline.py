"""Goals of the plumbing without a service around it: P3, P5, P6, P7, P10, P12, P13."""

import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from kafka import KafkaProducer
from pymongo import InsertOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from benchmarks import crew, machine, subject
from benchmarks.engines import Engines
from benchmarks.goals import Outcome, compared
from benchmarks.interleave import Arm, Figures, Judge, interleave
from benchmarks.shelf import Shelf
from benchmarks.sizes import Sizes
from benchmarks.statistics import percentile, spread
from benchmarks.subject import PROJECTION, RAW, TENANT, TOPIC
from eventkit.consumer import Consumer
from eventkit.event import TenantId
from eventkit.feed import KafkaFeed, Record
from eventkit.ids import new_id
from eventkit.kafka import KafkaPublisher
from eventkit.ledger import MongoLedger
from eventkit.mongo import UnitOfWork
from eventkit.outbox import MongoOutbox
from eventkit.relay import BATCH, Relay

Store = Database[dict[str, Any]]
ALONE_S: Final = 1.5
SINGLE_EVENTS: Final = 300
PER_AGGREGATE: Final = 4
PATIENCE_S: Final = 90.0  # for one run of a consumer or a relay; what hangs must end the measurement


class Pipeline:
    """The comparisons of one run, on one mongod and one broker."""

    def __init__(self, engines: Engines, sizes: Sizes, judge: Judge) -> None:
        self._engines = engines
        self._sizes = sizes
        self._judge = judge
        self.floors: dict[str, float] = {}
        self._uri, self._store = engines.new_store("pipeline")
        subject.prepare(self._store)
        self._store.create_collection("plain")
        engines.new_topic(TOPIC)
        engines.new_topic(RAW)

    def write(self) -> list[Outcome]:
        """P3: one writer on an idle store."""
        uow = UnitOfWork(self._store)
        document = subject.visits.unstructure(TENANT, subject.Visit(id="", to=_now()))

        def insert() -> None:
            self._store["plain"].insert_one(document | {"_id": new_id()})

        arms = [Arm("outbox", lambda: _timed(lambda: subject.create(uow))), Arm("insert", lambda: _timed(insert))]
        samples = interleave(arms, self._sizes.repeats, self._judge)
        self._empty("visits", "plain", "outbox")
        return [compared("P3", samples, "p50_ms", ("outbox", "insert"), "ms")]

    def relay(self) -> list[Outcome]:
        """P5: one relay against a producer of the same bytes."""
        raw = subject.raw_rows(self._sizes.backlog)
        producer = self._producer()

        def produce() -> Figures:
            before, began = self._cpu(), time.perf_counter()
            for start in range(0, len(raw), BATCH):
                page = raw[start : start + BATCH]
                sent = [
                    producer.send(each.topic, key=each.key.encode(), value=each.value, headers=each.headers)
                    for each in page
                ]
                for each in sent:
                    each.get(30)
            took = time.perf_counter() - began
            return {"per_second": len(raw) / took, "cpu_us": (self._cpu() - before) / len(raw) * 1e6}

        def drain() -> Figures:
            subject.fill(self._store, self._sizes.backlog)
            return {"per_second": self._drained(self._store, self._sizes.backlog)}

        samples = interleave([Arm("relay", drain), Arm("produce", produce)], self._sizes.repeats, self._judge)
        producer.close()
        self.floors["produce"] = spread(samples.column("produce", "cpu_us")).median
        return [compared("P5", samples, "per_second", ("relay", "produce"), "rows/s")]

    def projection(self) -> list[Outcome]:
        """P6, P7 and P12: the consumer with its ledger, fed from memory and from the topic, against plain writes."""
        arms = [
            Arm("consumer", lambda: self._consume(self._once)),
            Arm("bulk", self._bulk),
            Arm("single", self._single),
            Arm("rebuild", self._rebuild),
        ]
        samples = interleave(arms, self._sizes.repeats, self._judge)
        self.floors["bulk"] = spread(samples.column("bulk", "cpu_us")).median
        pairs = {"P6": ("consumer", "bulk"), "P7": ("consumer", "single"), "P12": ("rebuild", "bulk")}
        return [compared(goal, samples, "per_second", arms, "events/s") for goal, arms in pairs.items()]

    def end_to_end(self) -> list[Outcome]:
        """P10: eight writers with relay and consumer beside them, against the writers alone."""
        with crew.writers() as pool:
            way = crew.Way(self._uri, self._engines.kafka_settings())

            def alone() -> Figures:
                self._empty("visits", "outbox")
                written, seconds = crew.write(pool, self._uri)
                return {"per_second": written / seconds}

            def through() -> Figures:
                self._empty("visits", "outbox")
                with crew.running(way) as applied:
                    before, began = applied(), time.perf_counter()
                    written, _ = crew.write(pool, self._uri)
                    crew.until(lambda: applied() - before >= written)
                    return {"per_second": written / (time.perf_counter() - began)}

            samples = interleave([Arm("through", through), Arm("alone", alone)], self._sizes.repeats, self._judge)
        return [compared("P10", samples, "per_second", ("through", "alone"), "events/s")]

    def full_outbox(self) -> list[Outcome]:
        """P13: a large outbox in a database of its own, against an empty one."""
        _, full = self._engines.new_store("full")
        subject.prepare(full)
        subject.fill(full, self._sizes.full)
        rows = min(10_000, self._sizes.full // 4)

        def measure(store: Store, *, is_empty: bool) -> Figures:
            uow = UnitOfWork(store)
            wrote = _timed(lambda: subject.create(uow), 2 * ALONE_S)
            if is_empty:
                subject.fill(store, rows)
            return {**wrote, "per_second": self._drained(store, rows)}

        arms = [
            Arm("full", lambda: measure(full, is_empty=False)),
            Arm("empty", lambda: measure(self._store, is_empty=True)),
        ]
        samples = interleave(arms, self._sizes.repeats, self._judge)
        self._engines.mongod.drop_database("full")
        pair = ("full", "empty")
        return [
            compared("P13a", samples, "p99_ms", pair, "ms"),
            compared("P13b", samples, "per_second", pair, "rows/s"),
        ]

    def _drained(self, store: Store, rows: int) -> float:
        """Let a relay send so many rows; gives its rate without the first page, which also connects."""
        publisher = KafkaPublisher(self._engines.kafka_settings())
        relay = Relay(MongoOutbox(store), publisher, owner=new_id())
        relay.step()
        began, sent = time.perf_counter(), 0
        while sent < rows - BATCH and time.perf_counter() - began < PATIENCE_S:
            sent += relay.step()
        took = time.perf_counter() - began
        relay.close()
        return sent / took

    @staticmethod
    def _cpu() -> float:
        """Give the processor time of this process and its engines."""
        return machine.cpu_seconds([os.getpid()])

    def _producer(self) -> KafkaProducer:
        """Make a producer with the relay's settings."""
        return KafkaProducer(
            **self._engines.kafka_settings().options(),
            enable_idempotence=True,
            acks="all",
            batch_size=131_072,
            linger_ms=0,
            max_in_flight_requests_per_connection=5,
        )

    @cached_property
    def _once(self) -> list[Record]:
        """One event of each aggregate, so that nothing can be folded."""
        return subject.records(self._sizes.events, 1)

    def _consume(self, given: Sequence[Record]) -> Figures:
        self._empty("seen_visits", "checkpoints", "voids", "parked")
        consumer = Consumer(Shelf(given), MongoLedger(self._store, "bench"), [PROJECTION])
        consumer.step()
        began, stored = time.perf_counter(), 0
        while stored < len(given) and time.perf_counter() - began < PATIENCE_S:
            stored += consumer.step()
        return {"per_second": len(given) / (time.perf_counter() - began)}

    def _bulk(self) -> Figures:
        documents = self._documents
        self._empty("seen_visits")
        before, began = self._cpu(), time.perf_counter()
        for start in range(0, len(documents), BATCH):
            self._write(documents[start : start + BATCH])
        took = time.perf_counter() - began
        return {"per_second": len(documents) / took, "cpu_us": (self._cpu() - before) / len(documents) * 1e6}

    def _single(self) -> Figures:
        documents = self._documents[:SINGLE_EVENTS]
        self._empty("seen_visits")
        began = time.perf_counter()
        for each in documents:
            self._write([each])
        return {"per_second": len(documents) / (time.perf_counter() - began)}

    @cached_property
    def _documents(self) -> list[dict[str, Any]]:
        """The documents that the consumer would store."""
        found = []
        for envelope in (one for _ in range(self._sizes.events) for one in subject.envelopes(new_id(), 1)):
            event = subject.VisitMovedSchema().loads(envelope.data)
            state = subject.fold(None, event, envelope)
            found.append(subject.seen.unstructure(TenantId(TENANT), state) | {"sequence": 1})
        return found

    def _write(self, documents: Sequence[dict[str, Any]]) -> None:
        def work(session: ClientSession) -> None:
            writes = [InsertOne(dict(each)) for each in documents]
            self._store["seen_visits"].bulk_write(writes, session=session, ordered=False)

        with self._store.client.start_session() as session:
            session.with_transaction(work, read_concern=ReadConcern("snapshot"))

    def _rebuild(self) -> Figures:
        """Read the whole topic anew into an empty view."""
        topic = self._rebuilt_topic
        self._empty("seen_visits", "checkpoints", "voids", "parked")
        feed = KafkaFeed(self._engines.kafka_settings(), new_id(), [topic], instance=new_id())
        consumer = Consumer(feed, MongoLedger(self._store, new_id()), [PROJECTION])
        stored, began, deadline = 0, 0.0, time.monotonic() + PATIENCE_S
        while stored < self._sizes.events:
            stored += consumer.step()
            began = began or (time.perf_counter() if stored else 0.0)
            if time.monotonic() > deadline:
                raise TimeoutError(f"{stored} of {self._sizes.events} events came: {consumer.red()}")
        took = time.perf_counter() - began
        feed.close()
        return {"per_second": (stored - BATCH) / took}

    @cached_property
    def _rebuilt_topic(self) -> str:
        """Fill the topic with several events of each aggregate, as its history has them."""
        publisher = KafkaPublisher(self._engines.kafka_settings())
        several = [subject.envelopes(new_id(), PER_AGGREGATE) for _ in range(self._sizes.events // PER_AGGREGATE)]
        history = [subject.row_of(each) for one in several for each in one]
        for start in range(0, len(history), BATCH):
            publisher.publish(history[start : start + BATCH])
        publisher.close()
        return TOPIC

    def _empty(self, *names: str) -> None:
        for name in names:
            self._store[name].delete_many({})


def _timed(command: Callable[[], None], seconds: float = ALONE_S) -> Figures:
    """Run a command again and again; gives percentiles of its duration."""
    took, until = [], time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        command()
        took.append((time.perf_counter() - began) * 1000)
    return {"p50_ms": percentile(took, 0.5), "p99_ms": percentile(took, 0.99)}


def _now() -> datetime:
    return datetime.now(UTC)
