"""Where Kafka is, and a publisher that checks what became of every record; `feed` reads.

These two are the only modules that talk to kafka-python.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from eventkit import faults
from eventkit.outbox import Row

log = logging.getLogger(__name__)

PUBLISH_S: Final = 4.0  # below the relay's lease, so that an answer is acted upon while it is held
MAX_RECORD_BYTES: Final = 1_000_000
DOUBTS: Final = 3  # a broker that is short of breath may be late with a topic that is there
TOPIC_FAULTS: Final = ("TopicAuthorizationFailedError", "UnknownTopicOrPartitionError", "InvalidTopicError")


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaSettings:
    """Where the brokers are and who we are there."""

    bootstrap: str
    username: str = ""
    password: str = ""
    protocol: Literal["SASL_PLAINTEXT", "SASL_SSL", "PLAINTEXT"] = "SASL_PLAINTEXT"
    cafile: str | None = None
    client_id: str = "bina"
    session_ms: int = 15_000
    poll_ms: int = 60_000

    def options(self) -> dict[str, Any]:
        """Give the options that producer and consumer share."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap.split(","),
            "client_id": self.client_id,
            "security_protocol": self.protocol,
            "reconnect_backoff_max_ms": 1_000,
            "bootstrap_timeout_ms": 3_000,
            "allow_auto_create_topics": False,
        }
        if self.protocol != "PLAINTEXT":
            options |= {
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return options | ({"ssl_cafile": self.cafile} if self.cafile else {})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: on the topic, to be sent again, or refused for a stated reason."""

    state: Literal["ACKED", "RETRY", "REFUSED"]
    reason: str = ""


ACKED: Final = Outcome("ACKED")
RETRY: Final = Outcome("RETRY")


class KafkaPublisher:
    """Sends rows with acks=all; throws the producer away whenever it cannot be trusted any more."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer: KafkaProducer | None = None
        self._known: set[str] = set()
        self._missing: set[str] = set()
        self._doubts: dict[str, int] = {}
        self.resets = 0

    def publish(self, rows: Sequence[Row]) -> list[Outcome]:
        """Send the rows in order and say of each what became of it; waits at most about PUBLISH_S once connected."""
        self._missing.clear()
        try:
            self._open()  # on a busy machine this alone may take as long, and would leave no time to send
        except KafkaError as error:
            self._discard(error)
            return [RETRY for _ in rows]
        outcomes = {
            row.id: Outcome("REFUSED", "RECORD_TOO_LARGE") for row in rows if _record_bytes(row) > MAX_RECORD_BYTES
        }
        outcomes |= self._deliver(_unblocked(rows, outcomes), time.monotonic() + PUBLISH_S)
        return [outcomes.get(row.id, RETRY) for row in rows]

    def _deliver(self, rows: Sequence[Row], deadline: float) -> dict[str, Outcome]:
        """Send; after a refusal narrow it down with fresh producers until the guilty rows are alone."""
        if not rows or time.monotonic() > deadline:
            return {row.id: RETRY for row in rows}
        outcomes, fault = self._send(rows, deadline)
        if fault is None:
            return outcomes
        undelivered = [row for row in rows if outcomes[row.id] is not ACKED]
        topics = {row.topic for row in undelivered}
        if len(topics) > 1:
            parts = [[row for row in undelivered if row.topic == topic] for topic in sorted(topics)]
        elif fault in TOPIC_FAULTS or len(undelivered) == 1:
            return outcomes | {row.id: Outcome("REFUSED", fault) for row in undelivered}
        else:
            half = len(undelivered) // 2
            parts = [undelivered[:half], undelivered[half:]]
        for part in parts:
            outcomes |= self._deliver(_unblocked(part, outcomes), deadline)
        return outcomes

    def _send(self, rows: Sequence[Row], deadline: float) -> tuple[dict[str, Outcome], str | None]:
        """Send once; the second value names the error that killed the producer, if one did."""
        outcomes = dict.fromkeys((row.id for row in rows), RETRY)
        try:
            producer = self._open()
            # Topics never seen come last: one that is missing must not hold the others up.
            self._await(producer, [row for row in rows if row.topic in self._known], outcomes, deadline)
            unseen = [row for row in rows if row.topic not in self._known]
            present = [row for row in unseen if self._exists(producer, row.topic)]
            absent = [row for row in unseen if self._doubts.get(row.topic, 0) >= DOUBTS]
            outcomes |= {row.id: Outcome("REFUSED", "TOPIC_MISSING") for row in absent}
            self._await(producer, present, outcomes, deadline)
        except KafkaError as error:
            return outcomes, self._discard(error)
        return outcomes, None

    def _await(
        self, producer: KafkaProducer, rows: Sequence[Row], outcomes: dict[str, Outcome], deadline: float
    ) -> None:
        """Start all, then note each acknowledgement as it comes."""
        futures = [
            (row.id, producer.send(row.topic, key=row.key.encode(), value=row.value, headers=row.headers))
            for row in rows
        ]
        if futures:
            faults.reach("R3")
        try:
            for row_id, future in futures:
                future.get(max(0.001, deadline - time.monotonic()))
                outcomes[row_id] = ACKED
                faults.reach("R4")
        except KafkaError:
            # What was acknowledged behind the one that was not need not be sent again.
            outcomes.update({row_id: ACKED for row_id, future in futures if future.succeeded()})
            raise

    def _exists(self, producer: KafkaProducer, topic: str) -> bool:
        """Ask the broker; raises KafkaError when none answers, which says nothing about the topic."""
        if topic in self._known:
            return True
        if topic in self._missing:
            return False
        try:
            producer.partitions_for(topic)
        except KafkaTimeoutError:
            KafkaProducer(**self._settings.options()).close(timeout=0)
            self._missing.add(topic)
            self._doubts[topic] = self._doubts.get(topic, 0) + 1
            return False
        self._doubts.pop(topic, None)
        self._known.add(topic)
        return True

    def _open(self) -> KafkaProducer:
        if self._producer is None:
            self._producer = KafkaProducer(
                **self._settings.options(),
                enable_idempotence=True,
                acks="all",
                # Far above any outage: when it expires on a batch in retry, the producer is dead and silent.
                delivery_timeout_ms=3_600_000,
                request_timeout_ms=10_000,
                batch_size=131_072,
                linger_ms=0,
                max_request_size=MAX_RECORD_BYTES + 100_000,
                max_in_flight_requests_per_connection=5,
                max_block_ms=1_000,
            )
        return self._producer

    def _discard(self, error: KafkaError) -> str | None:
        """Throw the producer away; names the error when the broker refused, None when it was out of reach."""
        log.warning("producer discarded", extra={"error": type(error).__name__})
        producer, self._producer = self._producer, None
        self._known.clear()
        self.resets += 1
        if producer is not None:
            _throw_away(producer)
        return None if error.retriable else type(error).__name__

    def close(self) -> None:
        """Close the producer; whatever is unacknowledged stays in the outbox."""
        if self._producer is not None:
            _throw_away(self._producer)
            self._producer = None


def _throw_away(producer: KafkaProducer) -> None:
    """End a producer with whatever it still holds; the outbox holds it too."""
    # `close` first waits for unsent batches and, when they do not go, raises and leaves its thread running.
    producer._sender.force_close()  # noqa: SLF001 - there is no public way to give up unsent batches
    try:
        producer.close(timeout=1)
    except KafkaError as error:
        log.warning("producer left behind", extra={"error": type(error).__name__})


def _record_bytes(row: Row) -> int:
    return sum(len(name) + len(value) for name, value in row.headers) + len(row.key) + len(row.value)


def _unblocked(rows: Sequence[Row], outcomes: Mapping[str, Outcome]) -> list[Row]:
    """Leave out refused rows and whatever comes behind one of the same key."""
    blocked: set[str] = set()
    free = []
    for row in rows:
        if outcomes.get(row.id, RETRY).state == "REFUSED":
            blocked.add(row.key)
        if row.key not in blocked:
            free.append(row)
    return free
