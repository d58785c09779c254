"""One small platform: writers, relays and the consumers of two readers over one store and one broker.

Every method is a step that the walk or Hypothesis may take; the same choices give the same run.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from unittest import mock

from model.broker import Broker, Group, ModelFeed, ModelPublisher, behind, garbage
from model.ledger import ModelLedger
from model.outbox import ModelOutbox
from model.scheduler import Actor, Clock, Fate
from model.truth import EVENTS, TOPIC, WRITERS, Release, Truth, demand

from eventkit import consumer, outbox, relay
from eventkit.consumer import Consumer
from eventkit.envelope import Trace
from eventkit.event import TenantId
from eventkit.outbox import Origin, Row
from eventkit.parking import DeadLetter
from eventkit.relay import Relay

AGGREGATES = [(TenantId(tenant), aggregate) for tenant in ("35.73", "74.71") for aggregate in ("a", "b", "c")]
RELAYS, READERS, MEMBERS = 2, ("first", "second"), (2, 1)
REST_ROUNDS = 400
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Command:
    """A write that has read, decided and given out its ids, and is not committed yet."""

    aggregate: str
    key: str
    read: int
    made: list[tuple[Row, Any]]


class World:
    """The platform and everything that can happen to it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.truth = Truth()
        self.broker = Broker(self.truth)
        self.outbox = ModelOutbox(self.clock, self.truth)
        self.release = Release()
        self.groups = [Group(self.broker, TOPIC) for _ in READERS]
        self.ledgers = [ModelLedger(self.clock, self.clock.now, self.broker, self.truth) for _ in READERS]
        for name, ledger in zip(READERS, self.ledgers, strict=True):
            ledger.letter = lambda dead, name=name: self._write_letter(name, dead)
        self.commands: list[Command] = []
        self.counts: Counter[str] = Counter()
        self._ids, self._late = count(1), 0
        self._owners = count(1)
        self._garbage = count(1)
        self._feeds: dict[int, ModelFeed] = {}
        seats = [reader for reader, members in enumerate(MEMBERS) for _ in range(members)]
        self._bodies = [self._relay] * RELAYS + [self._consumer(reader, seat) for seat, reader in enumerate(seats)]
        self.actors = [Actor(each) for each in self._bodies]

    def resume(self, number: int, fate: Fate) -> None:
        """Let one process go on to its next call; one that is gone is started again."""
        number %= len(self.actors)
        actor = self.actors[number]
        if actor.over:
            self.counts[actor.left or ("crashed" if actor.crashed else "stopped")] += 1
            actor = self.actors[number] = Actor(self._bodies[number])
        actor.resume(fate)

    def terminate(self, number: int) -> None:
        """Ask one process to stop as SIGTERM does."""
        self.actors[number % len(self.actors)].stopping = True

    def begin(self, aggregate: int, kinds: list[int], bad: int, late: int) -> None:
        """Read, decide, give out ids by a clock that may be late; with `bad` 1 the fold fails, with 2 the reaction."""
        self._late = late
        tenant, name = AGGREGATES[aggregate % len(AGGREGATES)]
        origin = Origin(tenant=tenant, aggregate=name, at=self.clock.now(), trace=Trace("c"))
        read = self.truth.sequence(f"{tenant}/{name}")
        events = [EVENTS[kind](by=kind + 1) for kind in kinds]
        rows = [_row(each) for each in outbox.rows(origin, read, events, WRITERS)]
        if bad:
            (self.release.bad_folds if bad == 1 else self.release.bad_reactions).add(rows[0].id)
        self.commands.append(Command(name, f"{tenant}/{name}", read, list(zip(rows, events, strict=True))))

    def end(self, number: int, *, commit: bool) -> None:
        """Commit or abort a command; it conflicts when the aggregate has moved on meanwhile."""
        if self.commands:
            command = self.commands.pop(number % len(self.commands))
            if commit and self.truth.sequence(command.key) == command.read:
                for row, event in command.made:
                    self.truth.commit(row, event, command.aggregate)
                    self.outbox.rows[row.id] = row
                self.counts["events"] += len(command.made)

    def arrive(self, number: int, records: int) -> None:
        """Let a request that was under way arrive."""
        if self.broker.flights:
            self.broker.arrive(number, records)

    def drop(self, number: int) -> None:
        """Lose a request whose sender has given it up."""
        if self.broker.flights:
            self.broker.drop(number)

    def resend(self, number: int) -> None:
        """Put a committed event on the topic once more or out of its order, as a mirror or a zombie may."""
        rows = self.truth.all()
        if rows:
            self.broker.append(rows[number % len(rows)], from_relay=False)

    def litter(self) -> None:
        """Put a record on the topic that nobody can decode."""
        self.broker.put(TOPIC, *garbage(next(self._garbage)))

    def refuse(self, aggregate: int) -> None:
        """Let the broker refuse a key, or accept it again."""
        self.broker.refused ^= {"/".join(AGGREGATES[aggregate % len(AGGREGATES)])}

    def rebalance(self, reader: int, shift: int, *, evict: bool) -> None:
        """Move partitions between members; one that is evicted does not know it yet."""
        group = self.groups[reader % len(self.groups)]
        without = group.members[shift % len(group.members)] if evict and group.members else None
        group.rebalance(shift, without)

    def give_up(self, number: int) -> None:
        """Let a group give the partitions of one consumer to others, as when it has been silent for too long."""
        feed = self._feeds.get(number - RELAYS)
        if feed is not None:
            feed.group.rebalance(0, feed)

    def wait(self, seconds: float) -> None:
        """Let time pass: leases and locks expire, parked events become due."""
        self.clock.seconds += seconds

    def rest(self) -> int:
        """Heal everything and run until nothing moves, then check; gives the steps it took."""
        self.release.mend()
        self.release.upgrade()
        self.broker.refused.clear()
        while self.commands:
            self.end(0, commit=True)
        while self.broker.flights:
            self.broker.arrive(0, 1000)
        for group in self.groups:
            group.patient = True
            group.rebalance()
        steps = 0
        for turn in range(REST_ROUNDS):
            for number in range(len(self.actors)):
                for _ in range(12):
                    self.resume(number, Fate.GO)
                    steps += 1
            if self._is_at_rest():
                break
            self.clock.seconds += 31 if turn % 8 == 7 else 0.5
        self.check()
        return steps

    def check(self) -> None:
        """Check what must hold once nothing moves."""
        demand(not self.outbox.rows, "I1", "rows left in the outbox", list(self.outbox.rows))
        for group, ledger in zip(self.groups, self.ledgers, strict=True):
            applied = {key: ledger.sequence(key) for key in self.truth.committed}
            left = [f"parked {key} {sequence}" for _, key, sequence in ledger.waiting]
            unread = behind(self.broker.logs, group.places, {p: c.offset for p, c in ledger.checkpoints.items()})
            demand(unread == 0, "I6", "records not read", unread)
            self.truth.at_rest(applied, ledger.reactions, left)

    def close(self) -> None:
        """End all processes."""
        for each in self.actors:
            if not each.over:
                each.resume(Fate.CRASH)

    def _is_at_rest(self) -> bool:
        if self.outbox.rows or any(ledger.waiting for ledger in self.ledgers):
            return False
        pairs = zip(self.groups, self.ledgers, strict=True)
        return all(
            behind(self.broker.logs, group.places, {p: c.offset for p, c in ledger.checkpoints.items()}) == 0
            for group, ledger in pairs
        )

    def _relay(self, should_stop: Callable[[], bool]) -> None:
        owner = f"relay-{next(self._owners)}"
        Relay(self.outbox, ModelPublisher(self.broker), owner=owner, clock=self.clock.monotonic).run(should_stop)

    def _consumer(self, reader: int, seat: int) -> Callable[[Callable[[], bool]], None]:
        def body(should_stop: Callable[[], bool]) -> None:
            if seat in self._feeds:
                self._feeds[seat].leave()
            feed = self._feeds[seat] = ModelFeed(self.groups[reader])
            Consumer(feed, self.ledgers[reader], [self.release.projection]).run(should_stop)

        return body

    def _write_letter(self, reader: str, dead: DeadLetter) -> None:
        place = dead.record.partition
        row = Row(
            id=self.new_id(),
            topic=f"{place.topic}.{reader}.dlq",
            key=f"dlq/{place.number}/{dead.record.offset}",
            sequence=1,
            headers=[],
            value=dead.record.value or b"",
            at=self.clock.now(),
        )
        self.truth.letters[row.id] = row
        self.outbox.rows[row.id] = row

    def new_id(self) -> str:
        """Give out an id; ids follow the clocks of the writers, not the order of commits."""
        number = next(self._ids)
        return f"{1000 + number - self._late:06}-{number:06}"


def _row(document: dict[str, Any]) -> Row:
    names = ("topic", "key", "sequence", "value", "at")
    fields = {name: document[name] for name in names}
    return Row(id=document["_id"], headers=[(name, value) for name, value in document["headers"]], **fields)


@contextmanager
def opened() -> Iterator[World]:
    """Give a world in which the loops know no other time and no other ids than its own."""
    world = World()
    loops = {
        consumer: {"time": world.clock, "datetime": world.clock, "threading": world.clock},
        relay: {"time": world.clock},
        outbox: {"new_id": world.new_id},
    }
    patches = [mock.patch.multiple(module, **names) for module, names in loops.items()]
    for each in patches:
        each.start()
    try:
        yield world
    finally:
        world.close()
        for each in patches:
            each.stop()
