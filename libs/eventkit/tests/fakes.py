"""Outbox, broker and ledger in memory; each passes the same suite as the real one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from eventkit.envelope import Envelope
from eventkit.feed import Partition, Record
from eventkit.gate import Known, Parked, Projection
from eventkit.kafka import ACKED, Outcome
from eventkit.ledger import Batch, FencedError, Judged, Position, ReactionFailedError
from eventkit.outbox import Lease, Row
from eventkit.parking import Waiting


class MemoryOutbox:
    """An outbox whose rows lie in a list."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self.rows = list(rows)
        self.parked_rows: dict[str, str] = {}
        self.lease = Lease("", 0)

    def acquire(self, owner: str) -> Lease | None:
        if self.lease.owner not in ("", owner):
            return None
        if not self.lease.owner:
            self.lease = Lease(owner, self.lease.token + 1)
        return self.lease

    def release(self, lease: Lease) -> None:
        if lease == self.lease:
            self.lease = Lease("", lease.token)

    def pending(self, limit: int) -> tuple[list[Row], dict[str, int]]:
        blocked = {each.key for each in self.rows if each.id in self.parked_rows}
        free = sorted((each for each in self.rows if each.key not in blocked), key=lambda each: each.id)
        page = free[:limit]
        keys = {each.key for each in page}
        lowest = {key: min(each.sequence for each in free if each.key == key) for key in keys}
        first = [each for each in free if lowest.get(each.key) == each.sequence and each not in page]
        return page + first, lowest

    def delete(self, ids: Sequence[str], lease: Lease) -> bool:
        if lease != self.lease:
            return False
        self.rows = [each for each in self.rows if each.id not in ids]
        return True

    def park(self, id: str, reason: str) -> None:
        self.parked_rows[id] = reason

    def release_parked(self) -> int:
        count, self.parked_rows = len(self.parked_rows), {}
        return count

    def depth(self) -> int:
        return len(self.rows)

    def parked(self) -> int:
        return len(self.parked_rows)

    def oldest_age(self) -> timedelta:
        return max((datetime.now(UTC) - each.at for each in self.rows), default=timedelta())

    def ring(self, wait_ms: int) -> None:
        pass


class MemoryBroker:
    """Topics as lists; acknowledges everything unless told what to answer to a row."""

    def __init__(self, answers: Mapping[str, Outcome] | None = None, *, partitions: int = 3) -> None:
        self.answers = dict(answers or {})
        self.partitions = partitions
        self.logs: dict[Partition, list[Record]] = {}
        self.published: list[Row] = []
        self.resets = 0

    def publish(self, rows: Sequence[Row]) -> list[Outcome]:
        outcomes = [self.answers.get(each.id, ACKED) for each in rows]
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome is ACKED:
                self.append(row)
        return outcomes

    def append(self, row: Row) -> None:
        place = Partition(row.topic, sum(row.key.encode()) % self.partitions)
        log = self.logs.setdefault(place, [])
        record = Record(
            partition=place,
            offset=len(log),
            key=row.key.encode(),
            headers=row.headers,
            value=row.value,
            timestamp_ms=int(row.at.timestamp() * 1000),
        )
        log.append(record)
        self.published.append(row)

    def close(self) -> None:
        pass


class MemoryFeed:
    """Reads a MemoryBroker as the only member of its group."""

    def __init__(self, broker: MemoryBroker, topics: Iterable[str]) -> None:
        self._broker = broker
        places = frozenset(Partition(topic, number) for topic in topics for number in range(broker.partitions))
        self._changes = [("assigned", places)]
        self._offsets = dict.fromkeys(places, 0)
        self.committed: dict[Partition, int] = {}
        self._paused = False

    def poll(self, timeout_ms: int, limit: int) -> list[Record]:
        if self._paused or self._changes:
            return []
        found: list[Record] = []
        for place, offset in self._offsets.items():
            records = self._broker.logs.get(place, [])[offset : offset + limit - len(found)]
            self._offsets[place] += len(records)
            found += records
        return found

    def changes(self) -> list[tuple[str, frozenset[Partition]]]:
        seen, self._changes = self._changes, []
        return seen

    def assignment(self) -> frozenset[Partition]:
        return frozenset(self._offsets)

    def seek(self, partition: Partition, offset: int) -> None:
        self._offsets[partition] = offset

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        self.committed |= offsets

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        self._paused = False

    def lag(self) -> int:
        return sum(len(log) - self._offsets[place] for place, log in self._broker.logs.items())

    def close(self) -> None:
        pass


class MemoryLedger:
    """Positions, states and parked events in dictionaries; a batch is stored whole or not at all."""

    def __init__(self) -> None:
        self.checkpoints: dict[Partition, Position] = {}
        self.states: dict[tuple[str, str], Known] = {}
        self.parked_events: dict[tuple[str, str, int], tuple[Parked, datetime | None]] = {}
        self.sources: dict[tuple[str, str], Partition] = {}
        self.dead: list[str] = []

    def claim(self, partitions: Iterable[Partition]) -> dict[Partition, Position]:
        for each in partitions:
            before = self.checkpoints.get(each, Position(0, 0))
            self.checkpoints[each] = Position(before.epoch + 1, before.offset)
        return {each: self.checkpoints[each] for each in partitions}

    def positions(self, partitions: Iterable[Partition]) -> dict[Partition, Position]:
        return {each: self.checkpoints[each] for each in partitions}

    def known(self, projection: Projection[Any], envelopes: Sequence[Envelope]) -> dict[str, Known]:
        waiting = {(topic, key) for topic, key, _ in self.parked_events}
        found = {}
        for key in {each.key for each in envelopes}:
            place = (projection.topic, key)
            if place in self.states or place in waiting:
                found[key] = replace(self.states.get(place, Known()), parked=place in waiting)
        return found

    def store(self, batch: Batch) -> None:
        for each, to in batch.positions.items():
            now = self.checkpoints[each]
            if now.epoch != to.epoch or now.offset >= to.offset:
                raise FencedError
        for judged in batch.judged:
            self._react(judged)
        for judged in batch.judged:
            self._write(judged, datetime.now(UTC))
        self.dead += [each.reason for each in batch.dead]
        self.checkpoints |= batch.positions

    def due(self, partitions: Iterable[Partition], now: datetime) -> list[Waiting]:
        held = set(partitions)
        places = {
            (self.sources[topic, key], key)
            for (topic, key, _), (_, at) in self.parked_events.items()
            if at is not None and at <= now and self.sources[topic, key] in held
        }
        return [Waiting(partition=place, key=key, envelopes=self._waiting(place.topic, key)) for place, key in places]

    def retry(self, attempt: Batch, now: datetime) -> None:
        (judged,), ((place, right),) = attempt.judged, attempt.positions.items()
        if self.checkpoints[place].epoch != right.epoch:
            raise FencedError
        self._react(judged)
        topic = judged.projection.topic
        (key,) = {*judged.verdict.known, *judged.before}
        if key in judged.verdict.known:
            self.states[topic, key] = replace(judged.verdict.known[key], parked=False)
        last = self.states.get((topic, key), Known()).sequence
        for each in [each for each in self.parked_events if each[:2] == (topic, key) and each[2] <= last]:
            del self.parked_events[each]
        if judged.verdict.parked:
            self._hold_back(topic, key)
        for parked in judged.verdict.parked[:1]:
            place = (topic, parked.envelope.key, parked.envelope.sequence)
            self.parked_events[place] = (parked, now + timedelta(seconds=2))

    def parked(self) -> int:
        return len(self.parked_events)

    def _waiting(self, topic: str, key: str) -> list[Envelope]:
        return [self.parked_events[each][0].envelope for each in sorted(self.parked_events) if each[:2] == (topic, key)]

    def _hold_back(self, topic: str, key: str) -> None:
        for place, (parked, _) in self.parked_events.items():
            if place[:2] == (topic, key):
                self.parked_events[place] = (parked, None)

    def _react(self, judged: Judged) -> None:
        for caused in judged.verdict.caused:
            if caused.envelope.id == "fails":
                raise ReactionFailedError(caused.envelope.id, "told to fail")

    def _write(self, judged: Judged, at: datetime) -> None:
        topic = judged.projection.topic
        for key, known in judged.verdict.known.items():
            self.states[topic, key] = replace(known, parked=False)
        for each in judged.verdict.parked:
            self.sources[topic, each.envelope.key] = judged.place_of(each.envelope.key)
            waits = each.reason in ("GAP", "BEHIND_PARKED")
            due = at if each.due else None if waits else at + timedelta(seconds=1)
            self.parked_events[topic, each.envelope.key, each.envelope.sequence] = (each, due)
