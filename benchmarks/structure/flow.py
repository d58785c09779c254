"""What becomes of events after the write, for both forms of the outbox: the relay's rate, and the way to a reader."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from typing import Final

from benchmarks.engines import Engines
from benchmarks.statistics import percentile
from benchmarks.structure import commands, embedded, writers
from benchmarks.structure.commands import Store
from benchmarks.structure.embedded import EmbeddedOutbox
from eventkit import mongo
from eventkit.feed import KafkaFeed
from eventkit.ids import new_id
from eventkit.kafka import KafkaPublisher, KafkaSettings
from eventkit.outbox import MongoOutbox
from eventkit.relay import Outbox, Relay

TOPIC: Final = "bench.aggregate"
PACED_PER_S: Final = 50.0
PACED_S: Final = 3.0
FLOOD_S: Final = 3.0
_PATIENCE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Way:
    """Everything that a process on the way of an event needs to know."""

    uri: str
    kafka: KafkaSettings
    is_embedded: bool


def outbox_of(store: Store, *, is_embedded: bool) -> Outbox:
    """Give the relay's side of one form."""
    return EmbeddedOutbox(store) if is_embedded else MongoOutbox(store)


def drain(engines: Engines, store: Store, *, is_embedded: bool, aggregates: int, each: int) -> Mapping[str, float]:
    """Fill the outbox and let one relay empty it; gives rows per second."""
    commands.reset(store, 0)
    _fill(store, is_embedded=is_embedded, aggregates=aggregates, each=each)
    publisher = KafkaPublisher(engines.kafka_settings())
    relay = Relay(outbox_of(store, is_embedded=is_embedded), publisher, owner=new_id())
    relay.step()  # connects, and takes the lease
    began, sent = time.perf_counter(), 0
    while now_sent := relay.step():
        sent += now_sent
    took = time.perf_counter() - began
    relay.close()
    return {"rows_per_second": sent / took}


def _fill(store: Store, *, is_embedded: bool, aggregates: int, each: int) -> None:
    now = time.time()
    for start in range(0, aggregates, 2_000):
        names = [f"{number:06d}" for number in range(start, min(start + 2_000, aggregates))]
        rows = {name: [commands.event_row(name, place, now) for place in range(1, each + 1)] for name in names}
        if not is_embedded:
            store["outbox"].insert_many([row for several in rows.values() for row in several])
            continue
        documents = [
            commands.aggregate(name) | {"pending": several, "head": several[0]["_id"]} for name, several in rows.items()
        ]
        store[embedded.COLLECTION].insert_many(documents)


def end_to_end(engines: Engines, store: Store, pool: ProcessPoolExecutor, uri: str, name: str) -> Mapping[str, float]:
    """Write at a steady pace and then as fast as eight writers can; a relay and a reader run beside."""
    commands.reset(store, writers.PROCESSES * writers.THREADS * writers.OWNED)
    way = Way(uri, engines.kafka_settings(), is_embedded=name.startswith("embedded"))
    with _running(way) as reader:
        paced = _pace(store, name)
        travelled = _receive(reader, paced)
        began = time.perf_counter()
        written = round(writers.crowd(pool, uri, name, FLOOD_S)["commands"])
        arrived = _receive(reader, written)
        flood = len(arrived) / (time.perf_counter() - began)
    return {
        "p50_ms": percentile(travelled, 0.5) * 1000,
        "p99_ms": percentile(travelled, 0.99) * 1000,
        "events_per_second": flood,
    }


def _pace(store: Store, name: str) -> int:
    count = round(PACED_PER_S * PACED_S)
    began = time.perf_counter()
    for number in range(count):
        while (ahead := began + number / PACED_PER_S - time.perf_counter()) > 0:
            time.sleep(ahead)
        commands.perform(store, name, [f"{number:06d}"])
    return count


def _receive(reader: Connection, count: int) -> list[float]:
    """Wait until so many have come; an event that does not come ends the measurement."""
    travelled: list[float] = []
    deadline = time.monotonic() + _PATIENCE_S
    while len(travelled) < count:
        if not reader.poll(max(0.0, deadline - time.monotonic())):
            raise RuntimeError(f"{count - len(travelled)} events did not come")
        travelled += reader.recv()
    return travelled


@contextmanager
def _running(way: Way) -> Iterator[Connection]:
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    stop = context.Event()
    relay = context.Process(target=_relay, args=(way, stop))
    reader = context.Process(target=_read, args=(way, theirs, stop))
    for each in (reader, relay):
        each.start()
    if not mine.poll(_PATIENCE_S) or mine.recv() != "ready":
        raise RuntimeError("the reader gets no partitions")
    try:
        yield mine
    finally:
        stop.set()
        for each in (relay, reader):
            each.join(_PATIENCE_S)


def _relay(way: Way, stop: Event) -> None:
    store = mongo.connect(way.uri, "structure", service="bench")
    relay = Relay(outbox_of(store, is_embedded=way.is_embedded), KafkaPublisher(way.kafka), owner=new_id())
    relay.run(stop.is_set)


def _read(way: Way, out: Connection, stop: Event) -> None:
    """Tell how long each new event travelled."""
    feed = KafkaFeed(way.kafka, new_id(), [TOPIC], instance=new_id())
    is_ready = False
    while not stop.is_set():
        records = feed.poll(50, 500)
        now = time.time()
        if not is_ready:
            changes = [places for kind, places in feed.changes() if kind == "assigned" and places]
            for partition in (each for places in changes for each in places):
                feed.seek(partition, feed.ends([TOPIC])[partition])
            if changes:
                is_ready = True
                out.send("ready")
            continue
        if records:
            out.send([now - float(each.value or b"0") for each in records])
    feed.close()
