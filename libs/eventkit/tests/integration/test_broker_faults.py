"""A broker that hangs: the consumer says so in time, and takes it back when the broker goes on."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from eventkit import metrics
from eventkit.ids import new_id
from eventkit.kafka import SILENT_S, KafkaFeed, KafkaSettings
from testkit.kafka import KafkaEngine

pytestmark = pytest.mark.integration


def until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end


def test_consumer_says_within_its_limit_that_kafka_is_silent(kafka: KafkaEngine) -> None:
    kafka.create_topic("sample.silent", 1)
    access = KafkaSettings(
        bootstrap=kafka.bootstrap, username=kafka.username, password=kafka.password, protocol=kafka.protocol
    )
    feed = KafkaFeed(access, new_id(), ["sample.silent"], instance=new_id())

    def polled() -> list[str]:
        feed.poll(100, 10)
        return feed.red()

    until(lambda: not polled() and bool(feed.assignment()), 90)
    assert kafka.process is not None
    os.kill(kafka.process.pid, signal.SIGSTOP)
    try:
        until(lambda: bool(polled()), SILENT_S + 2)
        assert float(str(feed.details()["kafka_silent_seconds"])) > SILENT_S
        assert metrics.value("kafka_silent_seconds") > SILENT_S
    finally:
        os.kill(kafka.process.pid, signal.SIGCONT)
    until(lambda: not polled(), 90)
    feed.close()
