"""What was committed and what must follow from it: the invariants, checked at each effect and at rest."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from marshmallow import fields

from eventkit.envelope import Envelope
from eventkit.event import Event, EventSchema
from eventkit.feed import Record
from eventkit.gate import Handler, Projection, Reaction
from eventkit.mongo import Documents
from eventkit.outbox import Row

TOPIC = "sample.counter"


class Counterexample(AssertionError):  # noqa: N818 - that is what it is called
    """An invariant does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised(Event):
    type: ClassVar[str] = "id.bina.sample.counter.raised.v1"
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedAnew(Event):
    """The same in a version that readers learn of later."""

    type: ClassVar[str] = "id.bina.sample.counter.raised.v2"
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted(Event):
    """No reader listens to it."""

    type: ClassVar[str] = "id.bina.sample.counter.painted.v1"
    by: int


def _schema(event: type[Event]) -> type[EventSchema]:
    by = fields.Integer(required=True)
    return type(f"{event.__name__}Schema", (EventSchema,), {"builds": event, "by": by})


EVENTS: tuple[type[Any], ...] = (Raised, RaisedAnew, Painted)
READERS = {each: _schema(each) for each in EVENTS}
WRITERS = {event: schema() for event, schema in READERS.items()}


@dataclass(frozen=True, slots=True)
class Tally:
    """What a reader keeps: the sum, the number of events, and a digest of which ones in which order."""

    id: str
    total: int = 0
    times: int = 0
    digest: int = 0


def fold(before: Tally | None, event: Any, envelope: Envelope) -> Tally:
    one = before or Tally(envelope.aggregate)
    return replace(one, total=one.total + event.by, times=one.times + 1, digest=hash((one.digest, envelope.id)))


@dataclass(frozen=True, slots=True)
class Committed:
    """One committed event, and the state that all readers have after it."""

    row: Row
    reacts: bool
    state: Tally | None


class Release:
    """The readers' code: fails for some events until mended, and learns a new version when upgraded."""

    def __init__(self) -> None:
        self.bad_folds: set[str] = set()
        self.bad_reactions: set[str] = set()
        self._handlers = {Raised.type: self._handler(Raised)}
        self.projection: Projection[Any] = Projection(TOPIC, Documents("tallies", Tally), self._handlers)

    def upgrade(self) -> None:
        self._handlers[RaisedAnew.type] = self._handler(RaisedAnew)

    def mend(self) -> None:
        self.bad_folds.clear()
        self.bad_reactions.clear()

    def _handler(self, event: type[Event]) -> Handler[Any, Any]:
        return Handler(READERS[event], self._fold, self._react)

    def _fold(self, before: Tally | None, event: Any, envelope: Envelope) -> Tally:
        if envelope.id in self.bad_folds:
            raise ValueError("told to fail")
        return fold(before, event, envelope)

    def _react(self, reaction: Reaction[Any, Any]) -> None:
        effects: Any = reaction.unit
        effects.append(reaction.envelope.id)
        if reaction.envelope.id in self.bad_reactions:
            raise ValueError("told to fail")


class Truth:
    """The committed events by key, in order, and what has been seen of them."""

    def __init__(self) -> None:
        self.committed: dict[str, list[Committed]] = defaultdict(list)
        self.letters: dict[str, Row] = {}
        self.published: Counter[str] = Counter()
        self.wire: Counter[str] = Counter()

    def sequence(self, key: str) -> int:
        return len(self.committed[key])

    def commit(self, row: Row, event: Any, aggregate: str) -> None:
        before = self.committed[row.key][-1].state if self.committed[row.key] else None
        heard = not isinstance(event, Painted)
        state = before
        if heard:
            one = before or Tally(aggregate)
            state = Tally(aggregate, one.total + event.by, one.times + 1, hash((one.digest, row.id)))
        self.committed[row.key].append(Committed(row, heard, state))

    def all(self) -> list[Row]:
        return [each.row for events in self.committed.values() for each in events]

    def on_append(self, row: Row, *, from_relay: bool) -> None:
        """I2 and I4: what comes to the broker is a committed event, byte by byte; relays leave no gap in a key."""
        events = self.committed.get(row.key, [])
        known = self.letters.get(row.id) or (events[row.sequence - 1].row if row.sequence <= len(events) else None)
        demand(known == row, "I2", "a record without a committed event", row.key, row.sequence)
        self.published[row.id] += 1
        if from_relay:
            demand(row.sequence <= self.wire[row.key] + 1, "I4", "sent before its predecessor", row.key, row.sequence)
            self.wire[row.key] = max(self.wire[row.key], row.sequence)

    def on_delete(self, ids: Iterable[str]) -> None:
        """I1: a row leaves the outbox only when its record lies on the topic."""
        for each in ids:
            demand(each in self.published, "I1", "deleted, but not on the topic", each)

    def on_applied(self, key: str, before: int, after: int, state: Tally | None) -> None:
        """I3 and I4: a state is the fold of the first n committed events, and n only grows."""
        demand(after > before, "I4", "sequence went back", key, before, after)
        demand(after <= self.sequence(key), "I2", "applied, but never committed", key, after)
        demand(state == self.committed[key][after - 1].state, "I3", "not the fold of the first events", key, after)

    def reactions(self, applied: Mapping[str, int]) -> Counter[str]:
        """Give the reactions that must have happened, each once, when so much is applied."""
        return Counter(e.row.id for key, n in applied.items() for e in self.committed[key][:n] if e.reacts)

    def at_rest(self, applied: Mapping[str, int], reactions: Counter[str], pending: Sequence[str]) -> None:
        """I1, I3, I8: once nothing moves, each event is on the topic and applied, and nothing is left."""
        missing = [row.id for row in self.all() if row.id not in self.published]
        demand(not missing, "I1", "committed, but never on the topic", missing)
        behind = {key: (applied.get(key, 0), len(events)) for key, events in self.committed.items()}
        behind = {key: (done, of) for key, (done, of) in behind.items() if done < of}
        demand(not behind, "I1", "not applied", behind, "parked:", pending)
        demand(reactions == self.reactions(applied), "I3", "reactions lost or doubled")
        demand(not pending, "I8", "still pending", pending)
        lost = [each for each in self.letters if each not in self.published]
        demand(not lost, "I8", "dead letters not on their topic", lost)


def is_accounted(record: Record, applied: int) -> bool:
    """I8: say whether the effect of a record that is behind the checkpoint is in the reader's state."""
    headers = dict(record.headers)
    return "ce_sequence" in headers and applied >= int(headers["ce_sequence"])


def demand(holds: object, invariant: str, *facts: object) -> None:
    """Raise a readable Counterexample unless this holds."""
    if not holds:
        raise Counterexample(f"{invariant}: {' '.join(str(each) for each in facts)}")
