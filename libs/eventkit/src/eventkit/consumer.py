"""The consumer runtime: poll, decide, store in one transaction, and only then tell Kafka.

`gate` decides, `ledger` stores; this module moves records between them and survives what is not there.
"""

import faulthandler
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, Protocol

from kafka.errors import FencedInstanceIdError, KafkaError
from pymongo.errors import PyMongoError

from eventkit import faults, metrics
from eventkit.envelope import Envelope, UndecodableError, decode
from eventkit.feed import Partition, Record
from eventkit.gate import Handler, Known, Projection, Reaction, judge
from eventkit.ledger import Batch, Judged, Position, ReactionFailedError
from eventkit.outbox import OutboxFullError
from eventkit.parking import DeadLetter, Waiting

__all__ = ["Consumer", "Handler", "Projection", "Reaction"]

log = logging.getLogger(__name__)

POLL_MS: Final = 100
BATCH: Final = 500
FIRST: Final = 32  # of a fresh process: what a record costs is not known yet
FEW: Final = 16  # below it a slow commit costs more than its records, and smaller batches only make it worse
PACE_S: Final = 1.0
HUNG_S: Final = 30.0
LAG_GOOD_S: Final = 60.0


class Feed(Protocol):
    """What the consumer needs of the broker."""

    def poll(self, timeout_ms: int, limit: int) -> list[Record]: ...
    def changes(self) -> list[tuple[str, frozenset[Partition]]]: ...
    def assignment(self) -> frozenset[Partition]: ...
    def seek(self, partition: Partition, offset: int) -> None: ...
    def commit(self, offsets: Mapping[Partition, int]) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def lag(self) -> int: ...
    def close(self) -> None: ...


class Ledger(Protocol):
    """What the consumer needs of its store."""

    def claim(self, partitions: Iterable[Partition]) -> dict[Partition, Position]: ...
    def positions(self, partitions: Iterable[Partition]) -> dict[Partition, Position]: ...
    def known(self, projection: Projection[Any], envelopes: Sequence[Envelope]) -> dict[str, Known]: ...
    def store(self, batch: Batch) -> None: ...
    def due(self, partitions: Iterable[Partition], now: datetime) -> list[Waiting]: ...
    def retry(self, attempt: Batch, now: datetime) -> None: ...
    def parked(self) -> int: ...


class BadReleaseError(RuntimeError):
    """Most aggregates of a batch fail: nothing is parked, the batch waits for a mended release."""


class Consumer:
    """One member of a service's group; owns one thread, one batch at a time."""

    def __init__(self, feed: Feed, ledger: Ledger, projections: Sequence[Projection[Any]]) -> None:
        self._feed = feed
        self._ledger = ledger
        self._projections = {each.topic: each for each in projections}
        self._positions: dict[Partition, Position] = {}
        self._unclaimed: frozenset[Partition] = frozenset()
        self._waiting: list[Record] = []
        self._limit = FIRST
        self._failures = 0
        self._retry_at = 0.0
        self._beat = time.monotonic()
        self._lag = 0
        self._newest = time.time()
        self._trouble: str | None = "no partitions yet"

    def step(self) -> int:
        """Take in one batch; gives the number of records that are stored now.

        Raises FencedError when another consumer has taken over; the process then leaves.
        """
        self._beat = time.monotonic()
        polled = self._feed.poll(0 if self._waiting else POLL_MS, BATCH)
        if polled:
            faults.reach("K1")
        self._follow_changes()
        self._waiting += [each for each in polled if self._is_new(each)]
        if time.monotonic() < self._retry_at:
            time.sleep(0.02)
            return 0
        try:
            self._claim_assigned()
            self._look_again()
            stored = self._store_waiting()
            self._retry_parked()
        except (PyMongoError, BadReleaseError, OutboxFullError) as error:
            self._stand_by(error)
            return 0
        self._healed()
        return stored

    def run(self, should_stop: Callable[[], bool]) -> None:
        """Consume until told to stop; raises what no waiting can mend."""
        watchdog = threading.Thread(target=self._watch, args=(should_stop,), name="watchdog", daemon=True)
        watchdog.start()
        try:
            while not should_stop():
                try:
                    self.step()
                except FencedInstanceIdError:
                    raise
                except KafkaError as error:
                    self._failures += 1  # the next good turn takes the trouble back
                    self._trouble = f"kafka: {type(error).__name__}"
                    log.warning("consumer waits for kafka", extra={"error": type(error).__name__})
                    time.sleep(0.5)
        finally:
            self._feed.close()

    def red(self) -> list[str]:
        """Say why this consumer is not ready; empty when it is."""
        reasons = [self._trouble] if self._trouble else []
        if time.monotonic() - self._beat > HUNG_S / 2:
            reasons.append("the loop stands still")
        if self._lag_seconds() > LAG_GOOD_S:
            reasons.append(f"{self._lag} records behind, the oldest for {self._lag_seconds():.0f} s")
        if parked := self._ledger.parked():
            reasons.append(f"{parked} events parked")
        return reasons

    def details(self) -> dict[str, object]:
        """Give the figures of this consumer and bring its gauges up to date."""
        seconds = round(self._lag_seconds(), 1)
        metrics.gauge("lag_records", self._lag)
        metrics.gauge("lag_seconds", seconds)
        parked = self._ledger.parked()  # last: it needs the store, and the lag must show without
        metrics.gauge("parked", parked)
        return {
            "lag_records": self._lag,
            "lag_seconds": seconds,
            "parked": parked,
            "partitions": len(self._positions),
        }

    def _follow_changes(self) -> None:
        """Forget what was taken away, and note what was given: it is claimed once the store answers."""
        changes = self._feed.changes()
        for change, partitions in changes:
            self._drop(partitions)
            if change == "assigned":
                self._unclaimed |= partitions
                self._trouble = None if partitions else "no partitions assigned"
            else:
                self._unclaimed -= partitions
                faults.reach("K10")
        if changes:
            self._fetch_or_not()

    def _claim_assigned(self) -> None:
        """Take over the partitions that were given; what was polled of them before comes again."""
        if self._unclaimed:
            claimed = self._ledger.claim(self._unclaimed)
            for each, position in claimed.items():
                self._feed.seek(each, position.offset)
            self._positions |= claimed
            self._unclaimed = frozenset()
            faults.reach("K0")

    def _look_again(self) -> None:
        """After a failure, leave out what has been stored all the same: only the answer to its commit was lost."""
        if self._failures and self._positions:
            stored = self._ledger.positions(self._positions)
            ours = {each: at for each, at in stored.items() if at.epoch == self._positions[each].epoch}
            self._positions |= ours  # those of a later epoch are another's now: storing will say so
            self._waiting = [each for each in self._waiting if self._is_new(each)]

    def _drop(self, partitions: Iterable[Partition]) -> None:
        gone = set(partitions)
        self._waiting = [each for each in self._waiting if each.partition not in gone]
        for each in gone:
            self._positions.pop(each, None)

    def _is_new(self, record: Record) -> bool:
        position = self._positions.get(record.partition)
        return position is not None and record.offset >= position.offset

    def _store_waiting(self) -> int:
        records = self._waiting[: self._limit]
        if not records:
            return 0
        started = time.monotonic()
        batch = _settle(partial(self._decide, records), self._ledger.store)
        faults.reach("K8")
        self._positions |= batch.positions
        self._waiting = self._waiting[len(records) :]
        self._feed.commit({each: position.offset for each, position in batch.positions.items()})
        faults.reach("K9")
        self._newest = max(each.timestamp_ms for each in records) / 1000
        self._lag = self._feed.lag() + len(self._waiting)
        self._pace(batch, time.monotonic() - started)
        return len(records)

    def _pace(self, batch: Batch, seconds: float) -> None:
        """Let one transaction take about a second: reactions can make a record cost a hundred times a fold."""
        _measure(batch, seconds)
        if seconds > PACE_S and self._limit > FEW:
            self._limit = max(FEW, self._limit // 2)
        elif seconds < PACE_S / 2:
            self._limit = min(BATCH, self._limit * 2)
        self._fetch_or_not()

    def _fetch_or_not(self) -> None:
        """Fetch while nothing waits; a change of partitions may bring some that are not paused, or take what waits."""
        if self._waiting or self._failures:
            self._feed.pause()
        else:
            self._feed.resume()

    def _decide(self, records: Sequence[Record], poisoned: Mapping[str, str]) -> Batch:
        by_topic: dict[str, list[tuple[Partition, Envelope]]] = {}
        dead: list[DeadLetter] = []
        offsets: dict[Partition, int] = {}
        for record in records:
            offsets[record.partition] = record.offset + 1
            try:
                envelope = decode(record.partition.topic, record.key, record.headers, record.value)
                by_topic.setdefault(record.partition.topic, []).append((record.partition, envelope))
            except UndecodableError as error:
                log.warning("record cannot be decoded", extra={"reason": error.reason, "offset": record.offset})
                dead.append(DeadLetter(record=record, reason=error.reason))
        faults.reach("K2")
        judged = [self._judge(topic, received, poisoned) for topic, received in by_topic.items()]
        faults.reach("K3")
        if any(each.verdict.looks_like_a_bad_release for each in judged):
            raise BadReleaseError("most aggregates fail: nothing is parked")
        moves = {each: Position(self._positions[each].epoch, offset) for each, offset in offsets.items()}
        return Batch(judged=judged, dead=dead, positions=moves)

    def _judge(self, topic: str, received: Sequence[tuple[Partition, Envelope]], poisoned: Mapping[str, str]) -> Judged:
        projection = self._projections[topic]
        envelopes = [envelope for _, envelope in received]
        before = self._ledger.known(projection, envelopes)
        verdict = judge(projection, envelopes, before, poisoned)
        partitions = {envelope.key: place.number for place, envelope in received}
        return Judged(projection=projection, before=before, verdict=verdict, partitions=partitions)

    def _retry_parked(self) -> None:
        """Try what is parked again, only of our own partitions: the order of an aggregate has one keeper."""
        now = datetime.now(UTC)
        for waiting in self._ledger.due(self._positions, now):
            if not waiting.envelopes:
                continue  # whoever has the partition now has applied them between the two reads
            faults.reach("P1")
            _settle(partial(self._decide_again, waiting), lambda attempt: self._ledger.retry(attempt, now))

    def _decide_again(self, waiting: Waiting, poisoned: Mapping[str, str]) -> Batch:
        place, envelopes = waiting.partition, waiting.envelopes
        projection = self._projections[place.topic]
        stored = self._ledger.known(projection, envelopes)
        free = {key: Known(known.sequence, known.state) for key, known in stored.items()}
        verdict = judge(projection, envelopes, free, poisoned)
        partitions = {waiting.key: place.number}
        judged = Judged(projection=projection, before=free, verdict=verdict, partitions=partitions)
        return Batch(judged=[judged], positions={place: self._positions[place]})

    def _stand_by(self, error: Exception) -> None:
        """Keep the batch, stop fetching but stay in the group, and try again later; with less, if it took too long."""
        self._failures += 1
        if isinstance(error, PyMongoError) and error.timeout:
            self._limit = max(1, self._limit // 4)
        self._retry_at = time.monotonic() + min(10.0, 0.2 * 2 ** min(self._failures, 6))
        self._trouble = f"{type(error).__name__}: batch waits"
        log.warning("batch waits", extra={"error": type(error).__name__, "failures": self._failures})
        self._feed.pause()

    def _healed(self) -> None:
        if self._failures:
            self._failures = 0
            self._trouble = None
            self._fetch_or_not()

    def _lag_seconds(self) -> float:
        return max(0.0, time.time() - self._newest) if self._lag or self._waiting else 0.0

    def _watch(self, should_stop: Callable[[], bool]) -> None:
        """End the process when the loop hangs: a hung poll keeps its heartbeat and looks alive to Kafka."""
        while not should_stop():
            if time.monotonic() - self._beat > HUNG_S:
                faulthandler.dump_traceback()
                os._exit(70)
            time.sleep(1.0)


def _settle(decide: Callable[[Mapping[str, str]], Batch], write: Callable[[Batch], None]) -> Batch:
    """Write what is decided; each event whose effects cannot be stored is set aside until the rest can."""
    poisoned: dict[str, str] = {}
    while True:
        batch = decide(poisoned)
        try:
            write(batch)
        except ReactionFailedError as error:
            poisoned[error.event] = error.detail
        else:
            return batch


def _measure(batch: Batch, seconds: float) -> None:
    metrics.observe("batch_seconds", seconds)
    metrics.count("applied", sum(each.verdict.applied for each in batch.judged))
    metrics.count("dropped", sum(each.verdict.dropped for each in batch.judged))
    metrics.count("dead_letters", len(batch.dead))
