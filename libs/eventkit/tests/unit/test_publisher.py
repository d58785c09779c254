"""What the publisher makes of answers that come late, or from a producer that cannot be opened."""

from datetime import UTC, datetime
from typing import Any

import pytest
from kafka.errors import ClusterAuthorizationFailedError, KafkaTimeoutError

from eventkit import kafka
from eventkit.ids import new_id
from eventkit.kafka import ACKED, RETRY, KafkaPublisher, KafkaSettings
from eventkit.outbox import Row


class Answer:
    """What becomes of one record."""

    def __init__(self, waits: list[float], *, is_acknowledged: bool) -> None:
        self._waits = waits
        self._is_acknowledged = is_acknowledged

    def succeeded(self) -> bool:
        return self._is_acknowledged

    def get(self, timeout: float) -> None:
        self._waits.append(timeout)
        if not self._is_acknowledged:
            raise KafkaTimeoutError


class Silent:
    """A producer whose broker acknowledges only some records."""

    def __init__(self, acknowledged: set[str]) -> None:
        self._acknowledged = acknowledged
        self._sender = self
        self.waits: list[float] = []

    def send(self, _topic: str, *, key: bytes, **_: Any) -> Answer:
        return Answer(self.waits, is_acknowledged=key.decode() in self._acknowledged)

    def partitions_for(self, _topic: str) -> set[int]:
        return {0}

    def force_close(self) -> None: ...

    def close(self, timeout: float = 0) -> None: ...


def row(key: str) -> Row:
    return Row(id=new_id(), topic="sample.counter", key=key, sequence=1, headers=[], value=b"{}", at=datetime.now(UTC))


def test_what_was_acknowledged_behind_a_late_answer_is_not_sent_again() -> None:
    publisher = KafkaPublisher(KafkaSettings(bootstrap="127.0.0.1:1"))
    publisher._producer = Silent({"a", "c"})
    assert publisher.publish([row("a"), row("b"), row("c")]) == [ACKED, RETRY, ACKED]
    assert publisher.resets == 1


def test_time_to_open_a_producer_is_not_taken_from_the_time_to_send(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(kafka.time, "monotonic", lambda: now[0])
    publisher = KafkaPublisher(KafkaSettings(bootstrap="127.0.0.1:1"))

    producer = Silent({"a"})

    def opened() -> Silent:
        now[0] += 0.0 if publisher._producer else 2 * kafka.PUBLISH_S
        publisher._producer = producer
        return producer

    monkeypatch.setattr(publisher, "_open", opened)
    assert publisher.publish([row("a")]) == [ACKED]
    assert producer.waits == [kafka.PUBLISH_S]


def test_producer_that_cannot_be_opened_makes_no_row_guilty(monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = KafkaPublisher(KafkaSettings(bootstrap="127.0.0.1:1"))

    def refused() -> None:
        raise ClusterAuthorizationFailedError

    monkeypatch.setattr(publisher, "_open", refused)
    assert publisher.publish([row("a"), row("b")]) == [RETRY, RETRY]
