"""A made-up subject for the tests of the plumbing: a counter that is raised."""

from dataclasses import dataclass
from typing import ClassVar, Final

from marshmallow import fields, validate

from eventkit.event import Aggregate, Event, EventSchema, TenantId
from eventkit.mongo import Aggregates, Documents

TENANT: Final = TenantId("35.73")
OTHER_TENANT: Final = TenantId("74.71")
TYPE: Final = "id.bina.sample.counter.raised.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRaised(Event):
    """The counter was raised."""

    type: ClassVar[str] = TYPE
    counter: str
    by: int


class CounterRaisedSchema(EventSchema):
    builds = CounterRaised
    counter = fields.String(required=True)
    by = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter(Aggregate):
    """A number that only grows."""

    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a reader keeps of a counter."""

    id: str
    total: int
    times: int


counters: Final = Aggregates("counters", Counter, schemas={CounterRaised: CounterRaisedSchema})
seen: Final = Documents("seen_counters", Seen)
