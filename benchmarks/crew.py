"""Processes beside the measurement, as in production: eight writers in two of them, a relay, a consumer."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from typing import Any, Final

from pymongo.database import Database

from benchmarks import subject
from eventkit import mongo
from eventkit.consumer import Consumer
from eventkit.feed import KafkaFeed
from eventkit.ids import new_id
from eventkit.kafka import KafkaPublisher, KafkaSettings
from eventkit.ledger import MongoLedger
from eventkit.mongo import UnitOfWork
from eventkit.outbox import MongoOutbox
from eventkit.relay import Relay

Store = Database[dict[str, Any]]
PROCESSES: Final = 2
THREADS: Final = 4
SHIFT_S: Final = 3.0
GROUP: Final = "bench"
_PATIENCE_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Way:
    """Where store and broker are, for a process that has nothing but its arguments."""

    uri: str
    kafka: KafkaSettings


def writers() -> ProcessPoolExecutor:
    """Open the writers' processes; they are kept between the runs."""
    return ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"))


def write(pool: ProcessPoolExecutor, uri: str) -> tuple[int, float]:
    """Let all write for one shift; gives how many commands in how many seconds."""
    began = time.perf_counter()
    done = [pool.submit(_shift, uri) for _ in range(PROCESSES)]
    return sum(each.result() for each in done), time.perf_counter() - began


def _shift(uri: str) -> int:
    uow, until = UnitOfWork(_store(uri)), time.monotonic() + SHIFT_S

    def work() -> int:
        written = 0
        while time.monotonic() < until:
            subject.create(uow)
            written += 1
        return written

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(each.result() for each in [threads.submit(work) for _ in range(THREADS)])


@contextmanager
def running(way: Way) -> Iterator[Callable[[], int]]:
    """Run a relay and a consumer for the length of the block; the block is given the count of what was applied."""
    context, store = get_context("spawn"), _store(way.uri)
    _skip_what_is_there(way, store)
    stop = context.Event()
    several = [context.Process(target=each, args=(way, stop)) for each in (_relay, _consume)]
    for each in several:
        each.start()
    try:
        until(lambda: store["checkpoints"].count_documents({"epoch": {"$gt": 0}}) > 0)
        yield store["seen_visits"].estimated_document_count
    finally:
        stop.set()
        for each in several:
            each.join(_PATIENCE_S)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; raises TimeoutError when it does not."""
    deadline = time.monotonic() + _PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("what was waited for did not come")
        time.sleep(0.01)


def _skip_what_is_there(way: Way, store: Store) -> None:
    feed = KafkaFeed(way.kafka, new_id(), [subject.TOPIC], instance=new_id())
    ends = feed.ends([subject.TOPIC])
    feed.close()
    store["checkpoints"].delete_many({})
    marks = [
        {"_id": f"{GROUP}|{each.topic}|{each.number}", "epoch": 0, "offset": end, "group": GROUP}
        for each, end in ends.items()
    ]
    store["checkpoints"].insert_many(marks)


def _relay(way: Way, stop: Event) -> None:
    Relay(MongoOutbox(_store(way.uri)), KafkaPublisher(way.kafka), owner=new_id()).run(stop.is_set)


def _consume(way: Way, stop: Event) -> None:
    feed = KafkaFeed(way.kafka, f"{GROUP}.projection", [subject.TOPIC], instance=new_id())
    Consumer(feed, MongoLedger(_store(way.uri), GROUP), [subject.PROJECTION]).run(stop.is_set)


@cache
def _store(uri: str) -> Store:
    return mongo.connect(uri, "pipeline", service="bench", pool=THREADS + 4)
