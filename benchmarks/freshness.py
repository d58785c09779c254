"""P8: how long an accepted enrolment takes to be visible in another service, against the sum of the hops' floors."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from kafka import KafkaConsumer, KafkaProducer

from benchmarks import client, subject, world
from benchmarks.engines import Engines
from benchmarks.goals import Outcome
from benchmarks.statistics import percentile
from benchmarks.world import World
from eventkit import mongo
from eventkit.mongo import UnitOfWork

SHARE: Final = 0.05
SECONDS: Final = 6.0
HOPS: Final = 60
_SEEN: Final = world.VIEWS["curriculum"]


def measure(of: World, arrivals: float, floors: dict[str, float], repeats: int) -> list[Outcome]:
    """Send at one twentieth of what the service can take, and watch the view of the first reader."""
    rate = max(2.0, SHARE * arrivals)
    ours, ninety_nine = [], []
    for _ in range(repeats):
        took = _travels(of, rate)
        ours.append(percentile(took, 0.5) * 1000)
        ninety_nine.append(round(percentile(took, 0.99) * 1000, 2))
    details = {"rate_per_second": round(rate, 1), "p99_ms": ninety_nine, "floors_ms": floors}
    total = [sum(floors.values())] * repeats
    return [Outcome(goal="P8", unit="ms", ours=ours, ceiling=total, details=details)]


def _travels(of: World, rate: float) -> list[float]:
    nominees = of.next_nominees(round(rate * SECONDS))
    of.use(len(nominees))
    lines = [client.post(f"/v1/enrolments/{each}/confirm", of.bearer) for each in nominees]
    with watching(of) as seen:
        done = client.send(of.port, lines, rate=rate, seconds=SECONDS * 2)
        wanted = {each: done.answered_at[place] for place, each in enumerate(nominees)}
        world.until(lambda: wanted.keys() <= seen.keys())
    # An event may be visible before its request was answered: that counts as no wait at all.
    return [max(0.0, seen[each] - accepted) for each, accepted in wanted.items()]


@contextmanager
def watching(of: World) -> Iterator[dict[str, float]]:
    """Note when each confirmed enrolment is first visible in the reader's store."""
    seen: dict[str, float] = {}
    stop = threading.Event()
    stages: list[dict[str, Any]] = [{"$match": {"operationType": {"$in": ["insert", "replace", "update"]}}}]
    with of.database("curriculum")[_SEEN].watch(stages, max_await_time_ms=200) as stream:

        def follow() -> None:
            while not stop.is_set():
                if (change := stream.try_next()) is not None:
                    seen.setdefault(change["documentKey"]["_id"].partition("/")[2], time.time())

        thread = threading.Thread(target=follow)
        thread.start()
        try:
            yield seen
        finally:
            stop.set()
            thread.join()


def hops(engines: Engines) -> dict[str, float]:
    """Measure the floor of each hop on idle engines; medians in milliseconds.

    Bell: from a commit to its change event. Read: the pending row. Wire: from send to poll. Apply: from the begin
    of a transaction of two documents to its change event.
    """
    uri, store = engines.new_store("hops")
    subject.prepare(store)
    watched = mongo.connect(uri, "hops", service="bench")["outbox"]
    uow = UnitOfWork(store)
    floors: dict[str, list[float]] = {"bell": [], "read": [], "apply": []}
    with watched.watch([], max_await_time_ms=1_000) as stream:
        for _ in range(HOPS):
            began = time.perf_counter()
            subject.create(uow)
            committed = time.perf_counter()
            stream.next()
            heard = time.perf_counter()
            list(store["outbox"].find({}, sort=[("_id", -1)], limit=1))
            floors["read"].append(time.perf_counter() - heard)
            floors["bell"].append(heard - committed)
            floors["apply"].append(heard - began)
    medians = {name: round(percentile(took, 0.5) * 1000, 3) for name, took in floors.items()}
    return medians | {"wire": round(percentile(_wire(engines), 0.5) * 1000, 3)}


def _wire(engines: Engines) -> list[float]:
    topic = engines.new_topic("bench.hop")
    options = engines.kafka_settings().options()
    producer = KafkaProducer(**options, acks="all", enable_idempotence=True)
    consumer = KafkaConsumer(topic, **options, auto_offset_reset="earliest", fetch_max_wait_ms=100)
    row = subject.raw_rows(1)[0]
    took = []
    for _ in range(HOPS):
        began = time.perf_counter()
        producer.send(topic, key=row.key.encode(), value=row.value, headers=row.headers)
        while not consumer.poll(timeout_ms=100):
            continue
        took.append(time.perf_counter() - began)
    producer.close()
    consumer.close()
    return took
