"""The decision core of the consumer, free of I/O: which events apply now, which wait, which are parked.

sequence ≤ last          dropped: a copy
sequence = last + 1      folded into the aggregate's state, unless something of it is parked
sequence > last + 1      parked as GAP, until what is missing has come
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Generic, Literal, TypeVar

from marshmallow import ValidationError

from eventkit.envelope import Envelope, UndecodableError
from eventkit.event import EventId, EventSchema, TenantId
from eventkit.mongo import Documents, Unit

S = TypeVar("S")
E = TypeVar("E")

ParkReason = Literal[
    "GAP", "BEHIND_PARKED", "UNKNOWN_VERSION", "INVALID_PAYLOAD", "HANDLER_FAILED", "REACTION_FAILED", "UNDECODABLE"
]
FAILURES: Final = frozenset({"UNKNOWN_VERSION", "INVALID_PAYLOAD", "HANDLER_FAILED", "REACTION_FAILED"})
MANY: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(Generic[S, E]):
    """What a reaction is told; `unit` joins the transaction that stores the fold."""

    unit: Unit
    tenant: TenantId
    before: S | None
    after: S
    event: E
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Handler(Generic[S, E]):
    """How one event type is read and folded, and what else it causes here."""

    reader: type[EventSchema]
    fold: Callable[[S | None, E, Envelope], S]
    react: Callable[[Reaction[S, E]], None] | None = None


@dataclass(frozen=True, slots=True)
class Projection(Generic[S]):
    """What a service keeps of the aggregates of one topic: one document each."""

    topic: str
    view: Documents[S]
    handlers: Mapping[str, Handler[S, Any]]


@dataclass(frozen=True, slots=True)
class Known:
    """What the store holds of one aggregate; sequence 0 and no state when it has never been seen."""

    sequence: int = 0
    state: Any = None
    parked: bool = False


@dataclass(frozen=True, slots=True)
class Caused:
    """A reaction that is due once the folds are written."""

    handler: Handler[Any, Any]
    before: Any
    after: Any
    event: Any
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that waits, why, and whether it may be tried as soon as this batch is stored."""

    envelope: Envelope
    reason: ParkReason
    detail: str
    due: bool


@dataclass(slots=True)
class Verdict:
    """What one batch comes to."""

    known: dict[str, Known] = field(default_factory=dict)
    newest: dict[str, EventId] = field(default_factory=dict)  # of each key, the last event that applied
    caused: list[Caused] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    applied: int = 0
    dropped: int = 0

    @property
    def failed(self) -> int:
        return sum(each.reason in FAILURES for each in self.parked)

    @property
    def looks_like_a_bad_release(self) -> bool:
        """Most aggregates of a large batch fail: stopping is right, parking everything is not."""
        return self.failed >= MANY and self.failed > self.applied


class _ParkError(Exception):
    def __init__(self, reason: ParkReason, detail: str) -> None:
        super().__init__(reason)
        self.reason: ParkReason = reason
        self.detail = detail


def judge(
    projection: Projection[Any],
    envelopes: Iterable[Envelope],
    stored: Mapping[str, Known],
    poisoned: Mapping[str, str],
) -> Verdict:
    """Decide over the events of one topic, in their order on the wire.

    `stored` maps keys to what the store holds; `poisoned` maps event ids whose effects failed to the error.
    """
    verdict = Verdict()
    for envelope in envelopes:
        known = verdict.known.get(envelope.key) or stored.get(envelope.key, Known())
        if envelope.sequence <= known.sequence:
            verdict.dropped += 1
            continue
        try:
            verdict.known[envelope.key] = _admit(projection, envelope, known, poisoned, verdict)
            verdict.newest[envelope.key] = envelope.id
            verdict.applied += 1
        except _ParkError as refused:
            verdict.known[envelope.key] = Known(known.sequence, known.state, parked=True)
            is_next = envelope.sequence == known.sequence + 1
            due = is_next and refused.reason == "BEHIND_PARKED"
            verdict.parked.append(Parked(envelope, refused.reason, refused.detail, due))
    return verdict


def _admit(
    projection: Projection[Any], envelope: Envelope, known: Known, poisoned: Mapping[str, str], verdict: Verdict
) -> Known:
    if known.parked:
        raise _ParkError("BEHIND_PARKED", "an earlier event of this aggregate is parked")
    if envelope.sequence > known.sequence + 1:
        raise _ParkError("GAP", f"after {known.sequence} came {envelope.sequence}")
    if envelope.id in poisoned:
        raise _ParkError("REACTION_FAILED", poisoned[envelope.id])
    handler = projection.handlers.get(envelope.type)
    if handler is None:
        _refuse_unknown_version(projection.handlers, envelope.type)
        return Known(envelope.sequence, known.state)
    event = _read(handler.reader, envelope)
    try:
        after = handler.fold(known.state, event, envelope)
    # A fold is the service's code: whatever it raises parks this aggregate and nothing else.
    except Exception as error:
        raise _ParkError("HANDLER_FAILED", f"{type(error).__name__}: {error}"[:300]) from error
    if handler.react is not None:
        verdict.caused.append(Caused(handler, known.state, after, event, envelope))
    return Known(envelope.sequence, after)


def _refuse_unknown_version(handlers: Mapping[str, Handler[Any, Any]], event_type: str) -> None:
    stem = event_type.rpartition(".")[0]
    if any(listed.rpartition(".")[0] == stem for listed in handlers):
        raise _ParkError("UNKNOWN_VERSION", event_type)


@cache
def _schema(reader: type[EventSchema]) -> EventSchema:
    return reader()  # making one takes longer than reading an event


def _read(reader: type[EventSchema], envelope: Envelope) -> Any:
    try:
        return _schema(reader).load(envelope.payload())
    except (ValidationError, UndecodableError) as error:
        raise _ParkError("INVALID_PAYLOAD", str(error)[:300]) from error
