"""A broker, its producers and its groups as they may behave at their worst within Kafka's promises.

One idempotent producer session never changes the order of a key; everything else may come twice, late, or after
what a later session sent. A group moves partitions without waiting for the member that held them.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from kafka.errors import KafkaTimeoutError
from model.scheduler import Fate, turn
from model.truth import Truth

from eventkit.feed import Partition, Record
from eventkit.kafka import ACKED, RETRY, Outcome
from eventkit.outbox import Row

PARTITIONS = 3
POLLED = 4


class Broker:
    """The topics, and the requests that are still on their way to them."""

    def __init__(self, truth: Truth | None = None) -> None:
        self.truth = truth
        self.logs: dict[Partition, list[Record]] = {}
        self.flights: list[deque[Row]] = []
        self.refused: set[str] = set()

    def append(self, row: Row, *, from_relay: bool = True) -> None:
        if self.truth is not None:
            self.truth.on_append(row, from_relay=from_relay)
        self.put(row.topic, row.key.encode(), row.headers, row.value)

    def put(self, topic: str, key: bytes, headers: list[tuple[str, bytes]], value: bytes) -> None:
        place = Partition(topic, sum(key) % PARTITIONS)
        log = self.logs.setdefault(place, [])
        log.append(
            Record(partition=place, offset=len(log), key=key, headers=headers, value=value, timestamp_ms=len(log))
        )

    def arrive(self, number: int, count: int) -> None:
        """Let the next records of one flight arrive; those of one key stay in their order."""
        flight = self.flights[number % len(self.flights)]
        for _ in range(min(count, len(flight))):
            self.append(flight.popleft())
        self.flights = [each for each in self.flights if each]

    def drop(self, number: int) -> None:
        """Lose what is left of a flight."""
        del self.flights[number % len(self.flights)]


class ModelPublisher:
    """One relay's publisher: a new session whenever the last one cannot be trusted."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.resets = 0

    def publish(self, rows: Sequence[Row]) -> list[Outcome]:
        if turn("publish") is not Fate.GO:
            self.resets += 1
            return [RETRY] * len(rows)
        blocked, outcomes = set[str](), dict[str, Outcome]()
        free = []
        for row in rows:
            if row.key in self._broker.refused and row.key not in blocked:
                outcomes[row.id] = Outcome("REFUSED", "TOLD_TO")
                blocked.add(row.key)
            elif row.key not in blocked:
                free.append(row)
        outcomes |= self._send(free)
        return [outcomes.get(row.id, RETRY) for row in rows]

    def _send(self, rows: Sequence[Row]) -> dict[str, Outcome]:
        flight = deque(rows)
        self._broker.flights.append(flight)
        fate = turn("await")
        if fate is Fate.GO:
            while flight:
                self._broker.append(flight.popleft())
            self._broker.flights = [each for each in self._broker.flights if each]
        else:
            self.resets += 1  # what is under way stays so: it may arrive later, or never
        came = rows[: len(rows) - len(flight)] if fate is not Fate.LATE else ()
        turn("answered")
        return {row.id: ACKED for row in came}

    def close(self) -> None:
        pass


class Group:
    """The members of one group, and who was promised which partition."""

    def __init__(self, broker: Broker, topic: str) -> None:
        self.broker = broker
        self.places = [Partition(topic, number) for number in range(PARTITIONS)]
        self.members: list[ModelFeed] = []
        self.committed: dict[Partition, int] = {}
        self.rebalances = 0
        self.patient = False  # gives a partition only when whoever held it has let go, as a group in health does

    def rebalance(self, shift: int = 0, without: "ModelFeed | None" = None) -> None:
        """Promise the partitions anew; the members hear of it when they next poll."""
        self.rebalances += 1
        present = [each for each in self.members if each is not without] or self.members
        for each in self.members:
            each.promised = set()
        for number, place in enumerate(self.places):
            if present:
                promised = present[(number + shift) % len(present)].promised
                promised is not None and promised.add(place)


class ModelFeed:
    """One member; what it believes to hold lags behind what the group promised."""

    def __init__(self, group: Group) -> None:
        self.promised: set[Partition] | None = None
        self.group = group
        self._held: dict[Partition, int] = {}
        self._paused: set[Partition] = set()
        self._changes: list[tuple[str, frozenset[Partition]]] = []
        group.members.append(self)
        group.rebalance()

    def poll(self, timeout_ms: int, limit: int) -> list[Record]:
        if turn("poll") is not Fate.GO:
            raise KafkaTimeoutError("told to fail")
        if self.promised is not None:
            self._changes.append(("revoked", frozenset(self._held)))
            self._held = {}
            if self.group.patient and any(each.promised is not None and each._held for each in self.group.members):
                return []
            self._held = {each: self.group.committed.get(each, 0) for each in sorted(self.promised)}
            self._changes.append(("assigned", frozenset(self._held)))
            self._paused, self.promised = set(), None
        found: list[Record] = []
        for place, offset in self._held.items():
            if place not in self._paused:
                records = self.group.broker.logs.get(place, [])[offset : offset + min(limit, POLLED)]
                self._held[place] += len(records)
                found += records
        return found

    def changes(self) -> list[tuple[str, frozenset[Partition]]]:
        seen, self._changes = self._changes, []
        return seen

    def assignment(self) -> frozenset[Partition]:
        return frozenset(self._held)

    def seek(self, partition: Partition, offset: int) -> None:
        if partition in self._held:
            self._held[partition] = offset

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        if turn("commit offsets") is Fate.GO:
            self.group.committed |= offsets

    def pause(self) -> None:
        self._paused = set(self._held)

    def resume(self) -> None:
        self._paused = set()

    def lag(self) -> int:
        return sum(len(self.group.broker.logs.get(place, ())) - offset for place, offset in self._held.items())

    def close(self) -> None:
        turn("leave")
        self.leave()

    def leave(self) -> None:
        """End the membership, by farewell or by silence."""
        if self in self.group.members:
            self.group.members.remove(self)
            self.group.rebalance()


def garbage(number: int) -> tuple[bytes, list[tuple[str, bytes]], bytes]:
    """Make a record that no reader can decode."""
    return f"35.73/{number}".encode(), [("ce_id", b"\xff")], b"\x00{"


def behind(
    logs: Mapping[Partition, list[Record]], places: Iterable[Partition], offsets: Mapping[Partition, int]
) -> int:
    """Count the records that a group has not taken in."""
    return sum(len(logs.get(each, ())) - offsets.get(each, 0) for each in places)
