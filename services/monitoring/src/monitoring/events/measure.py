"""Facts about baselines, tests and follow-ups; never one person's score."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from marshmallow import fields
from marshmallow.validate import Range

from eventkit.event import Event, EventSchema
from monitoring.events.wire import (
    CLOSING_REASONS,
    MEASURE_KINDS,
    closed_field,
    code_field,
    count_field,
    decimal_field,
    id_field,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFact(Event):
    """What every fact about a measure says; a measure belongs to a batch, later also to a unit."""

    measure: str
    batch: str | None
    enrolment: str | None = None
    unit: str | None = None
    kind: str
    instrument: str
    version: int
    expected: int
    received: int
    due_on: date


class MeasureFactSchema(EventSchema):
    measure = id_field()
    batch = id_field(optional=True)
    enrolment = id_field(optional=True)
    unit = id_field(optional=True)
    kind = closed_field(MEASURE_KINDS)
    instrument = code_field()
    version = count_field()
    expected = fields.Integer(
        required=True,
        strict=True,
        validate=Range(min=0),
        metadata={"description": "confirmed enrolments known when this was said"},
    )
    received = fields.Integer(
        required=True,
        strict=True,
        validate=Range(min=0),
        metadata={"description": "participants with at least one answer"},
    )
    due_on = fields.Date(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureOpened(MeasureFact):
    """A baseline, a test or a follow-up is due on a date."""

    type: ClassVar[str] = "id.bina.monitoring.measure.opened.v1"


class MeasureOpenedSchema(MeasureFactSchema):
    builds = MeasureOpened


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRescheduled(MeasureFact):
    """The due date moved because the batch moved."""

    type: ClassVar[str] = "id.bina.monitoring.measure.rescheduled.v1"
    old_due_on: date


class MeasureRescheduledSchema(MeasureFactSchema):
    builds = MeasureRescheduled
    old_due_on = fields.Date(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureClosed(MeasureFact):
    """No further answer is taken."""

    type: ClassVar[str] = "id.bina.monitoring.measure.closed.v1"
    reason: str


class MeasureClosedSchema(MeasureFactSchema):
    builds = MeasureClosed
    reason = closed_field(CLOSING_REASONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureAggregated(Event):
    """The mean of one dimension over at least five participants; smaller groups publish nothing."""

    type: ClassVar[str] = "id.bina.monitoring.measure.aggregated.v1"
    measure: str
    batch: str | None
    kind: str
    dimension: str
    n: int
    mean: str
    suppressed: bool = False


class MeasureAggregatedSchema(EventSchema):
    builds = MeasureAggregated
    measure = id_field()
    batch = id_field(optional=True)
    kind = closed_field(MEASURE_KINDS)
    dimension = code_field()
    n = fields.Integer(required=True, strict=True, validate=Range(min=5))
    mean = decimal_field("mean on the instrument's scale, four places")
    suppressed = fields.Boolean(required=True)
