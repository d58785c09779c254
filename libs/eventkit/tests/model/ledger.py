"""A ledger that does step by step what the real one does, with every failure that MongoDB allows between.

A transaction locks what it writes; one whose client was killed keeps its locks until the server's limit.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from model.broker import Broker
from model.scheduler import Clock, CrashError, step
from model.truth import Tally, Truth, demand, is_accounted
from pymongo.errors import OperationFailure

from eventkit.envelope import Envelope
from eventkit.feed import Partition
from eventkit.gate import Caused, Known, Parked, Projection, Reaction
from eventkit.ledger import Batch, FencedError, Judged, Position, ReactionFailedError
from eventkit.parking import RETRY_FIRST, RETRY_LAST, DeadLetter, Waiting

LIFETIME_S = 5.0
Lock = tuple[object, float]


@dataclass(frozen=True, slots=True)
class Held:
    """One parked event."""

    partition: Partition
    envelope: Envelope
    attempts: int
    next_at: datetime | None


class ModelLedger:
    """What one group remembers; all its consumers share this one."""

    def __init__(self, clock: Clock, now: Callable[[], datetime], broker: Broker, truth: Truth | None = None) -> None:
        self.checkpoints: dict[Partition, Position] = {}
        self.views: dict[str, Known] = {}
        self.voids: dict[str, Known] = {}
        self.waiting: dict[tuple[str, str, int], Held] = {}
        self.dead: dict[tuple[Partition, int], str] = {}
        self.reactions: Counter[str] = Counter()
        self.letter: Callable[[DeadLetter], None] = lambda _: None
        self._clock, self._now, self._broker, self._truth = clock, now, broker, truth
        self._locks: dict[Hashable, Lock] = {}

    def claim(self, partitions: Iterable[Partition]) -> dict[Partition, Position]:
        claimed = {}
        for each in sorted(partitions):
            step("claim")
            self._refuse_locked({each})
            before = self.checkpoints.get(each, Position(0, 0))
            claimed[each] = self.checkpoints[each] = Position(before.epoch + 1, before.offset)
        step("claimed")
        return claimed

    def positions(self, partitions: Iterable[Partition]) -> dict[Partition, Position]:
        step("positions")
        return {each: self.checkpoints[each] for each in partitions}

    def sequence(self, key: str) -> int:
        return self.views.get(key, self.voids.get(key, Known())).sequence

    def known(self, projection: Projection[Any], envelopes: Sequence[Envelope]) -> dict[str, Known]:
        keys = sorted({each.key for each in envelopes})
        step("read views")
        found = {key: self.views[key] for key in keys if key in self.views}
        step("read voids")
        found |= {key: self.voids[key] for key in keys if key not in found and key in self.voids}
        step("read parked keys")
        parked = {key for _, key, _ in self.waiting}
        return found | {key: replace(found.get(key, Known()), parked=True) for key in keys if key in parked}

    def store(self, batch: Batch) -> None:
        written = {key for judged in batch.judged for key in self._moved(judged)}
        with self._transaction({*batch.positions, *written}) as commit:
            for judged in batch.judged:
                self._check_views(judged)
            self._check_checkpoints(batch.positions)
            reactions = [each for judged in batch.judged for each in _reactions(judged.verdict.caused)]
            commit()
            for judged in batch.judged:
                self._write_views(judged)
                self._write_parked(judged)
            for each in batch.dead:
                self.dead[each.record.partition, each.record.offset] = each.reason
                self.letter(each)
            self._write_checkpoints(batch.positions)
            self.reactions.update(reactions)
        step("committed")

    def due(self, partitions: Iterable[Partition], now: datetime) -> list[Waiting]:
        step("read due keys")
        held = set(partitions)
        rows = [row for row in self.waiting.values() if row.next_at is not None and row.next_at <= now]
        due = sorted({(row.partition, row.envelope.key) for row in rows if row.partition in held})
        found = []
        for place, key in due:
            step("read parked events")
            mine = [self.waiting[each].envelope for each in sorted(self.waiting) if each[:2] == (place.topic, key)]
            found.append(Waiting(partition=place, key=key, envelopes=mine))
        return found

    def retry(self, attempt: Batch, now: datetime) -> None:
        (judged,), ((place, right),) = attempt.judged, attempt.positions.items()
        (key,) = {*judged.verdict.known, *judged.before}
        last = (judged.verdict.known.get(key) or judged.before[key]).sequence
        with self._transaction({place, *self._moved(judged)}) as commit:
            self._demand_right(place, right)
            self._check_views(judged)
            reactions = list(_reactions(judged.verdict.caused))
            commit()
            self._write_views(judged)
            for each in [each for each in self.waiting if each[:2] == (place.topic, key) and each[2] <= last]:
                del self.waiting[each]
            if judged.verdict.parked:
                self._back_off(place.topic, judged.verdict.parked[0], now)
            self.reactions.update(reactions)
        step("committed")

    def _demand_right(self, place: Partition, right: Position) -> None:
        if self.checkpoints[place].epoch != right.epoch:
            raise FencedError

    def parked(self) -> int:
        return len(self.waiting)

    @contextmanager
    def _transaction(self, keys: set[Hashable]) -> Iterator[Callable[[], None]]:
        """Lock what is written until the end, or until the server's limit when the client is gone."""
        step("begin")
        self._refuse_locked(keys)
        mine = (object(), self._clock.seconds + LIFETIME_S)
        self._locks |= dict.fromkeys(keys, mine)

        def commit() -> None:
            step("commit")
            if mine[1] < self._clock.seconds:
                raise OperationFailure("transaction has been aborted", 251)

        try:
            step("write")
            yield commit
        except CrashError:
            raise  # nobody tells the server: the locks stay
        except BaseException:
            self._unlock(mine)
            raise
        self._unlock(mine)

    def _unlock(self, mine: Lock) -> None:
        self._locks = {key: held for key, held in self._locks.items() if held is not mine}

    def _refuse_locked(self, keys: Iterable[Hashable]) -> None:
        if any(key in self._locks and self._locks[key][1] >= self._clock.seconds for key in keys):
            raise OperationFailure("write conflict", 112)

    def _moved(self, judged: Judged) -> list[str]:
        verdict, before = judged.verdict, judged.before
        return [key for key, known in verdict.known.items() if known.sequence != before.get(key, Known()).sequence]

    def _check_views(self, judged: Judged) -> None:
        for key in self._moved(judged):
            before, after = judged.before.get(key, Known()), judged.verdict.known[key]
            if after.state is None:
                continue
            stored = self.views.get(key)
            if before.state is None and stored is not None:
                raise OperationFailure("duplicate key", 11000)
            if before.state is not None and (stored is None or stored.sequence != before.sequence):
                raise FencedError

    def _write_views(self, judged: Judged) -> None:
        for key in self._moved(judged):
            after = replace(judged.verdict.known[key], parked=False)
            if self._truth is not None:
                state: Tally | None = after.state
                self._truth.on_applied(key, self.sequence(key), after.sequence, state)
            (self.voids if after.state is None else self.views)[key] = after

    def _write_parked(self, judged: Judged) -> None:
        now = self._now()
        for each in judged.verdict.parked:
            waits = each.reason in ("GAP", "BEHIND_PARKED")
            next_at = now if each.due else None if waits else now + RETRY_FIRST
            partition, key = judged.place_of(each.envelope.key), each.envelope.key
            self.waiting[partition.topic, key, each.envelope.sequence] = Held(partition, each.envelope, 0, next_at)

    def _back_off(self, topic: str, first: Parked, now: datetime) -> None:
        of_key = [each for each in self.waiting if each[:2] == (topic, first.envelope.key)]
        for each in of_key:
            self.waiting[each] = replace(self.waiting[each], next_at=None)
        place = (topic, first.envelope.key, first.envelope.sequence)
        if place in self.waiting:
            attempts = self.waiting[place].attempts + 1
            wait = min(RETRY_LAST, RETRY_FIRST * 2 ** min(attempts, 10))
            self.waiting[place] = replace(self.waiting[place], attempts=attempts, next_at=now + wait)

    def _check_checkpoints(self, positions: Mapping[Partition, Position]) -> None:
        for each, to in positions.items():
            self._demand_right(each, to)
            if self.checkpoints[each].offset >= to.offset:
                raise FencedError

    def _write_checkpoints(self, positions: Mapping[Partition, Position]) -> None:
        for each, to in positions.items():
            before = self.checkpoints[each]
            self.checkpoints[each] = to
            if self._truth is not None:
                demand(to.epoch == before.epoch, "fencing", "a replaced consumer moved", each, before, to)
                demand(to.offset > before.offset, "I4", "checkpoint went back", each, before, to)
                self._account(each, before.offset, to.offset)

    def _account(self, place: Partition, start: int, end: int) -> None:
        for record in self._broker.logs[place][start:end]:
            headers, key = dict(record.headers), (record.key or b"").decode()
            aside = (place, record.offset) in self.dead
            aside |= (place.topic, key, int(headers.get("ce_sequence", 0))) in self.waiting
            holds = aside or is_accounted(record, self.sequence(key))
            demand(holds, "I8", "neither applied nor parked nor dead", place, record.offset, key)


def _reactions(caused: Sequence[Caused]) -> Iterator[str]:
    """Run the reactions; what they did counts only when the transaction is committed."""
    for each in caused:
        done: Any = []
        envelope = each.envelope
        reaction = Reaction(
            unit=done, tenant=envelope.tenant, before=each.before, after=each.after, event=each.event, envelope=envelope
        )
        try:
            if each.handler.react is not None:
                each.handler.react(reaction)
        except ValueError as error:
            raise ReactionFailedError(envelope.id, str(error)) from error
        yield from done
