"""The relay: moves rows from the outbox to Kafka, in order per key, and deletes only what Kafka has.

`plan` and `settle` decide and do no I/O; `Relay` holds the lease, asks them and carries out what they say.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from pymongo.errors import PyMongoError

from eventkit import audit, faults, metrics
from eventkit.kafka import Outcome
from eventkit.outbox import LEASE_S, Lease, Row

log = logging.getLogger(__name__)

BATCH: Final = 500
SAFETY_POLL_MS: Final = 250
RENEW_S: Final = LEASE_S / 5
PARKED_RETRY_S: Final = 30.0
SEAL_S: Final = 1.0
OLDEST_GOOD: Final = timedelta(seconds=30)


class Outbox(Protocol):
    """What the relay needs of the store."""

    def acquire(self, owner: str) -> Lease | None: ...
    def release(self, lease: Lease) -> None: ...
    def pending(self, limit: int) -> tuple[list[Row], dict[str, int]]: ...
    def delete(self, ids: Sequence[str], lease: Lease) -> bool: ...
    def park(self, id: str, reason: str) -> None: ...
    def release_parked(self) -> int: ...
    def depth(self) -> int: ...
    def parked(self) -> int: ...
    def oldest_age(self) -> timedelta: ...
    def ring(self, wait_ms: int) -> None: ...


class Publisher(Protocol):
    """What the relay needs of the broker."""

    resets: int

    def publish(self, rows: Sequence[Row]) -> list[Outcome]: ...
    def close(self) -> None: ...


def plan(rows: Sequence[Row], lowest: Mapping[str, int], limit: int = BATCH) -> list[Row]:
    """Choose what may be sent now: per key the unbroken run from its lowest pending sequence."""
    following = dict(lowest)
    chosen = []
    for row in sorted(rows, key=lambda each: (each.key, each.sequence)):
        if row.sequence == following.get(row.key):
            chosen.append(row)
            following[row.key] += 1
    oldest_first = {row.id: place for place, row in enumerate(rows)}
    first_of_key: dict[str, int] = {}
    for row in chosen:
        first_of_key.setdefault(row.key, oldest_first[row.id])
    return sorted(chosen, key=lambda each: (first_of_key[each.key], each.sequence))[:limit]


@dataclass(frozen=True, slots=True)
class Settlement:
    """What to do after an attempt: rows to delete, rows to set aside with a reason."""

    delete: list[str]
    park: list[tuple[str, str]]


def settle(rows: Sequence[Row], outcomes: Sequence[Outcome]) -> Settlement:
    """Delete exactly what was acknowledged; park a refused row once nothing of its key waits before it."""
    done = Settlement([], [])
    waiting: set[str] = set()
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome.state == "ACKED":
            done.delete.append(row.id)
        elif outcome.state == "REFUSED" and row.key not in waiting:
            done.park.append((row.id, outcome.reason))
        if outcome.state != "ACKED":
            waiting.add(row.key)
    return done


class Relay:
    """One relay of one service; several may run, one at a time holds the lease."""

    def __init__(
        self,
        outbox: Outbox,
        publisher: Publisher,
        *,
        owner: str,
        clock: Callable[[], float] = time.monotonic,
        seal: Callable[[], int] = lambda: 0,
    ) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self._owner = owner
        self._clock = clock
        self._seal = seal
        self._seal_at = clock()
        self._lease: Lease | None = None
        self._renew_at = 0.0
        self._retry_parked_at = clock() + PARKED_RETRY_S
        self._trouble: str | None = "starting"

    def step(self) -> int:
        """Send one batch; gives how many rows Kafka acknowledged, 0 when there was nothing to do."""
        if not self._holds_lease():
            return 0
        self._retry_parked()
        self._seal_audit()
        rows = plan(*self._outbox.pending(BATCH))
        faults.reach("R2")
        if not rows:
            self._trouble = None
            return 0
        outcomes = self._publisher.publish(rows)
        faults.reach("R5")
        done = settle(rows, outcomes)
        if any(row.topic.endswith(".dlq") and row.id in done.delete for row in rows):
            faults.reach("D2")
        for row_id, reason in done.park:
            log.error("row parked", extra={"row": row_id, "reason": reason})
            self._outbox.park(row_id, reason)
        if done.delete and self._lease and not self._outbox.delete(done.delete, self._lease):
            # Another relay has taken over and sends these rows again; readers drop the copies.
            log.warning("lease lost while publishing", extra={"owner": self._owner})
            self._lease = None
        faults.reach("R6")
        self._trouble = None if done.delete or done.park else "kafka does not acknowledge"
        metrics.count("published", len(done.delete))
        return len(done.delete)

    def run(self, should_stop: Callable[[], bool]) -> None:
        """Relay until told to stop; survives the absence of the store and of Kafka."""
        failures = 0
        while not should_stop():
            try:
                sent = self.step()
                failures = 0 if sent or self._trouble is None else failures + 1
                if not sent:
                    self._outbox.ring(SAFETY_POLL_MS)
                    faults.reach("R1")
            except PyMongoError as error:
                failures += 1
                self._lease = None
                self._trouble = f"store: {type(error).__name__}"
                log.warning("relay waits for its store", extra={"error": type(error).__name__})
            if failures:
                _pause(min(5.0, 0.1 * 2 ** min(failures, 6)), should_stop)
        self.close()

    def close(self) -> None:
        """Give back the lease, so that a successor starts at once."""
        self._publisher.close()
        if self._lease is not None:
            try:
                self._outbox.release(self._lease)
            except PyMongoError:
                log.info("lease left to expire")

    def red(self) -> list[str]:
        """Say why this relay is not ready; empty when it is."""
        age, parked = self._outbox.oldest_age(), self._outbox.parked()
        reasons = [self._trouble] if self._trouble and self._lease else []
        if age > OLDEST_GOOD:
            reasons.append(f"oldest event waits {age.total_seconds():.0f} s")
        if parked:
            reasons.append(f"{parked} rows parked")
        return reasons

    def details(self) -> dict[str, object]:
        """Give the figures of this relay and bring its gauges up to date."""
        depth, age, parked = self._outbox.depth(), self._outbox.oldest_age().total_seconds(), self._outbox.parked()
        metrics.gauge("outbox_depth", depth)
        metrics.gauge("outbox_oldest_seconds", age)
        metrics.gauge("outbox_parked", parked)
        metrics.gauge("producer_resets", self._publisher.resets)
        return {"outbox_rows": depth, "outbox_oldest_seconds": round(age, 1), "outbox_parked": parked}

    def _holds_lease(self) -> bool:
        if self._lease is None or self._clock() >= self._renew_at:
            before = self._lease
            self._lease = self._outbox.acquire(self._owner)
            self._renew_at = self._clock() + RENEW_S
            if self._lease is not None:
                faults.reach("R0")
                if before is None or before.token != self._lease.token:
                    log.info("lease taken", extra={"owner": self._owner, "token": self._lease.token})
        return self._lease is not None

    def _seal_audit(self) -> None:
        """Take the pending audit entries into the chain, one batch at a time; a full batch is followed at once."""
        if self._clock() >= self._seal_at and self._seal() < audit.BATCH:
            self._seal_at = self._clock() + SEAL_S

    def _retry_parked(self) -> None:
        if self._clock() >= self._retry_parked_at:
            self._retry_parked_at = self._clock() + PARKED_RETRY_S
            if self._outbox.release_parked():
                log.info("parked rows are tried again")


def _pause(seconds: float, should_stop: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not should_stop():
        time.sleep(0.05)
