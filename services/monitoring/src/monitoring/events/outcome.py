"""Facts about the comparison of before and after."""

from dataclasses import dataclass
from typing import ClassVar

from eventkit.event import Event, EventSchema
from monitoring.events.wire import (
    MEASURE_KINDS,
    OUTCOME_STATES,
    closed_field,
    code_field,
    count_field,
    decimal_field,
    id_field,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeComputed(Event):
    """Before against after for one dimension of a batch, over matched pairs only."""

    type: ClassVar[str] = "id.bina.monitoring.outcome.computed.v1"
    outcome: str
    batch: str | None
    unit: str | None = None
    follow_up: str
    dimension: str
    pairs: int
    difference: str | None
    interval_low: str | None
    interval_high: str | None
    status: str
    method_version: str


class OutcomeComputedSchema(EventSchema):
    builds = OutcomeComputed
    outcome = id_field()
    batch = id_field(optional=True)
    unit = id_field(optional=True)
    follow_up = closed_field(MEASURE_KINDS)
    dimension = code_field()
    pairs = count_field()
    difference = decimal_field("mean of after minus before; null unless SHOWN", optional=True)
    interval_low = decimal_field("95 % interval, lower end", optional=True)
    interval_high = decimal_field("95 % interval, upper end", optional=True)
    status = closed_field(OUTCOME_STATES)
    method_version = code_field()
