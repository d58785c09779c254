"""A broker that hangs: the consumer says so in time, and takes it back when the broker goes on."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from eventkit import metrics
from eventkit.feed import LOST_S, SILENT_S, KafkaFeed, LostClientError
from eventkit.ids import new_id
from eventkit.kafka import KafkaSettings
from testkit.kafka import KafkaEngine

pytestmark = pytest.mark.integration


def until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end


@pytest.fixture
def feed(kafka: KafkaEngine) -> Iterator[KafkaFeed]:
    kafka.create_topic("sample.silent", 1)
    access = KafkaSettings(
        bootstrap=kafka.bootstrap, username=kafka.username, password=kafka.password, protocol=kafka.protocol
    )
    made = KafkaFeed(access, new_id(), ["sample.silent"], instance=new_id())
    yield made
    made.close()


def test_consumer_says_within_its_limit_that_kafka_is_silent(kafka: KafkaEngine, feed: KafkaFeed) -> None:

    def polled() -> list[str]:
        feed.poll(100, 10)
        return feed.red()

    until(lambda: not polled() and bool(feed.assignment()), 90)
    assert kafka.process is not None
    os.kill(kafka.process.pid, signal.SIGSTOP)
    try:
        until(lambda: bool(polled()), SILENT_S + 2)
        assert float(str(feed.details()["kafka_silent_seconds"])) >= SILENT_S
        assert metrics.value("kafka_silent_seconds") >= SILENT_S
    finally:
        os.kill(kafka.process.pid, signal.SIGCONT)
    until(lambda: not polled(), 90)


def test_a_join_that_a_short_poll_left_behind_is_finished(feed: KafkaFeed) -> None:
    told: list[str] = []

    def polled(timeout_ms: int) -> None:
        feed.poll(timeout_ms, 10)
        told.extend(change for change, _ in feed.changes())

    until(lambda: polled(100) or bool(feed.assignment()), 90)
    told.clear()
    coordinator = feed._consumer._coordinator
    coordinator._assignment_snapshot = {}  # as when the leader learns of partitions only now
    until(lambda: polled(0) or "revoked" in told, 30)
    until(lambda: bool(coordinator._join_task.is_done), 30)  # while a batch is stored
    until(lambda: polled(100) or told[-1] == "assigned", 30)


def test_a_client_that_hears_nothing_from_a_living_broker_gives_up(
    kafka: KafkaEngine, feed: KafkaFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "silence", lambda: LOST_S + 1)
    with pytest.raises(LostClientError):
        feed.poll(0, 10)
    kafka.kill()
    monkeypatch.setattr(feed, "_asked_at", 0.0)
    assert feed.poll(0, 10) == []  # the broker is away: waiting is right
    kafka.ensure_running()
