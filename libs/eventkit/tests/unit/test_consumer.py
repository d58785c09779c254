"""The consumer's conduct with a feed and a ledger in memory: what it does when the store is slow, away or lost."""

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes import MemoryBroker, MemoryFeed, MemoryLedger
from kafka.errors import KafkaTimeoutError
from pymongo.errors import AutoReconnect, ExecutionTimeout
from sample import TENANT
from suites import PROJECTION, TOPIC, raised

from eventkit.consumer import BATCH, FEW, Consumer
from eventkit.envelope import encode
from eventkit.feed import Partition, Record
from eventkit.ledger import Batch, FencedError, Position
from eventkit.outbox import Row
from eventkit.parking import Waiting


def record(aggregate: str, sequence: int, *, by: int = 1, payload: bytes | None = None) -> Row:
    envelope = replace(raised(sequence, by=by), aggregate=aggregate)
    envelope = envelope if payload is None else replace(envelope, data=payload)
    headers, value = encode(envelope)
    at = datetime.now(UTC)
    return Row(id=envelope.id, topic=TOPIC, key=envelope.key, sequence=sequence, headers=headers, value=value, at=at)


class TroubledLedger(MemoryLedger):
    """A ledger that asks `trouble` before it stores."""

    def __init__(self, trouble: Callable[[Batch], None]) -> None:
        super().__init__()
        self._trouble = trouble
        self.sizes: list[int] = []

    def store(self, batch: Batch) -> None:
        self._trouble(batch)
        self.sizes.append(sum(each.verdict.applied for each in batch.judged))
        super().store(batch)


class World:
    """One consumer before a broker full of events."""

    def __init__(self, ledger: MemoryLedger | None = None) -> None:
        self.broker = MemoryBroker()
        self.ledger = ledger or MemoryLedger()
        self.feed = MemoryFeed(self.broker, [TOPIC])
        self.consumer = Consumer(self.feed, self.ledger, [PROJECTION])

    def fill(self, aggregates: int, events: int) -> None:
        for sequence in range(1, events + 1):
            for each in range(aggregates):
                self.broker.append(record(f"a{each}", sequence))

    def run(self, steps: int = 50) -> None:
        for _ in range(steps):
            self.consumer._retry_at = 0.0  # the pauses between attempts are not waited for
            self.consumer.step()

    def totals(self) -> dict[str, int]:
        return {key: known.state.total for (_, key), known in self.ledger.states.items() if known.state}


def test_everything_is_stored_once_and_told_to_the_broker() -> None:
    world = World()
    world.fill(aggregates=7, events=20)
    world.run()
    assert world.totals() == {f"{TENANT}/a{each}": 20 for each in range(7)}
    assert sum(world.feed.committed.values()) == 140
    assert world.consumer.red() == []


def test_a_batch_that_takes_too_long_is_stored_in_smaller_ones() -> None:
    def too_long(batch: Batch) -> None:
        if sum(each.verdict.applied for each in batch.judged) > 40:
            raise ExecutionTimeout("operation exceeded time limit")

    ledger = TroubledLedger(too_long)
    world = World(ledger)
    world.fill(aggregates=30, events=20)
    world.run(200)
    assert world.totals() == {f"{TENANT}/a{each}": 20 for each in range(30)}
    assert max(ledger.sizes) <= 40
    assert world.consumer.red() == []


def test_commits_that_are_slow_whatever_they_hold_do_not_shrink_batches_to_nothing() -> None:
    world = World()
    nothing = Batch(judged=[], positions={})
    for _ in range(20):
        world.consumer._pace(nothing, 1.5)
    assert world.consumer._limit == FEW
    for _ in range(20):
        world.consumer._pace(nothing, 0.4)
    assert world.consumer._limit == BATCH


def test_while_the_store_is_away_nothing_is_lost_parked_or_fetched_on_and_on() -> None:
    away = [True]

    def trouble(_: Batch) -> None:
        if away[0]:
            raise AutoReconnect("connection refused")

    world = World(TroubledLedger(trouble))
    world.fill(aggregates=300, events=4)
    world.run(20)
    assert world.consumer.red()[0] == "AutoReconnect: batch waits"
    assert len(world.consumer._waiting) <= 1_000
    away[0] = False
    world.run(100)
    assert world.totals() == {f"{TENANT}/a{each}": 4 for each in range(300)}
    assert (world.ledger.parked(), world.consumer.red()) == (0, [])


def test_a_batch_whose_answer_was_lost_is_not_stored_again_and_the_consumer_goes_on() -> None:
    class Silent(MemoryLedger):
        def store(self, batch: Batch) -> None:
            super().store(batch)
            if len(self.states) == 1:
                raise AutoReconnect("the answer to the commit is lost")

    world = World(Silent())
    world.fill(aggregates=1, events=3)
    world.run(20)
    world.fill(aggregates=2, events=1)
    world.run(100)
    assert world.totals() == {f"{TENANT}/a0": 3, f"{TENANT}/a1": 1}
    assert world.consumer.red() == []


def test_a_consumer_that_was_replaced_stores_nothing_and_leaves() -> None:
    world = World()
    world.run(1)
    for place, position in world.ledger.checkpoints.items():
        world.ledger.checkpoints[place] = Position(position.epoch + 1, position.offset)
    world.fill(aggregates=1, events=1)
    with pytest.raises(FencedError):
        world.run(3)
    assert world.totals() == {}


def test_fetching_goes_on_when_what_it_was_paused_for_is_taken_away() -> None:
    world = World()
    world.fill(aggregates=5, events=20)
    world.run(2)
    assert world.feed._paused  # more was polled than the first batch takes
    world.feed._changes = [("revoked", world.feed.assignment()), ("assigned", world.feed.assignment())]
    world.run()
    assert world.totals() == {f"{TENANT}/a{each}": 20 for each in range(5)}


def test_records_of_a_partition_that_was_taken_away_are_forgotten() -> None:
    def never(_: Batch) -> None:
        raise AutoReconnect("connection refused")

    world = World(TroubledLedger(never))
    world.run(1)
    world.fill(aggregates=9, events=1)
    world.run(2)
    assert world.consumer._waiting
    world.feed._changes = [("revoked", frozenset(Partition(TOPIC, number) for number in range(3)))]
    world.run(1)
    assert world.consumer._waiting == []


def test_a_release_that_fails_everywhere_parks_nothing_and_waits() -> None:
    world = World()
    for each in range(30):
        world.broker.append(record(f"a{each}", 1, payload=b"{}"))
    world.run(10)
    assert world.ledger.parked() == 0
    assert world.consumer.red()[0] == "BadReleaseError: batch waits"


def test_one_bad_event_is_parked_and_the_rest_goes_on() -> None:
    world = World()
    world.broker.append(record("bad", 1, payload=b"{}"))
    world.fill(aggregates=5, events=3)
    world.run()
    assert len(world.totals()) == 5
    assert world.consumer.red() == ["1 events parked"]


@pytest.mark.parametrize("seed", range(20))
def test_copies_gaps_and_failing_stores_end_in_the_same_state(seed: int) -> None:
    chance = random.Random(seed)

    def trouble(_: Batch) -> None:
        if chance.random() < 0.3:
            raise AutoReconnect("connection reset")

    world = World(TroubledLedger(trouble))
    rows: list[Any] = [record(f"a{each}", sequence) for each in range(5) for sequence in range(1, 9)]
    wire = rows + chance.sample(rows, 20)
    chance.shuffle(wire)
    for each in wire:
        world.broker.append(each)
    world.run(300)
    assert world.totals() == {f"{TENANT}/a{each}": 8 for each in range(5)}
    assert world.ledger.parked() == 0


def test_parked_events_that_a_successor_has_applied_meanwhile_are_passed_over() -> None:
    class Overtaken(MemoryLedger):
        def due(self, partitions: Iterable[Partition], now: datetime) -> list[Waiting]:
            return [Waiting(partition=next(iter(partitions)), key=f"{TENANT}/a0", envelopes=[])]

    world = World(Overtaken())
    world.fill(aggregates=1, events=2)
    world.run(5)
    assert world.totals() == {f"{TENANT}/a0": 2}


def test_a_broker_that_refuses_once_leaves_no_trouble_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.run(1)
    world.fill(aggregates=1, events=1)
    answers = [KafkaTimeoutError("no answer")]
    poll = world.feed.poll

    def refuse_once(timeout_ms: int, limit: int) -> list[Record]:
        if answers:
            raise answers.pop()
        return poll(timeout_ms, limit)

    monkeypatch.setattr(world.feed, "poll", refuse_once)
    turns = iter([False] * 8)
    world.consumer.run(lambda: next(turns, True) if threading.current_thread() is threading.main_thread() else True)
    assert world.totals() == {f"{TENANT}/a0": 1}
    assert world.consumer.red() == []


HANGING = """
import time
from eventkit import consumer
from fakes import MemoryBroker, MemoryFeed, MemoryLedger
from suites import PROJECTION, TOPIC

class Hanging(MemoryFeed):
    def poll(self, timeout_ms, limit):
        time.sleep(60)

consumer.HUNG_S = 0.2
consumer.Consumer(Hanging(MemoryBroker(), [TOPIC]), MemoryLedger(), [PROJECTION]).run(lambda: False)
"""


def test_a_poll_that_never_returns_ends_the_process_with_its_stack() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANGING],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
    )
    assert ended.returncode == 70
    assert "in poll" in ended.stderr
