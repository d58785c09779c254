"""Facts about monitoring visits; what a finding says stays in the store."""

from dataclasses import dataclass
from typing import ClassVar

from marshmallow import fields
from marshmallow.validate import OneOf

from eventkit.event import Event, EventSchema
from monitoring.events.wire import SCORE_BANDS, count_field, id_field


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFact(Event):
    """What every fact about a monitoring visit to a unit says."""

    visit: str
    unit: str
    batch: str | None
    wave: int
    checklist_version: int
    score_band: str | None
    findings_open: int


class VisitFactSchema(EventSchema):
    visit = id_field()
    unit = id_field()
    batch = id_field(optional=True)
    wave = count_field()
    checklist_version = count_field()
    score_band = fields.String(required=True, allow_none=True, validate=OneOf(SCORE_BANDS))
    findings_open = count_field()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitScheduled(VisitFact):
    """A visit is planned."""

    type: ClassVar[str] = "id.bina.monitoring.visit.scheduled.v1"


class VisitScheduledSchema(VisitFactSchema):
    builds = VisitScheduled


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecorded(VisitFact):
    """A visit took place; its findings wait for answers."""

    type: ClassVar[str] = "id.bina.monitoring.visit.recorded.v1"


class VisitRecordedSchema(VisitFactSchema):
    builds = VisitRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitClosed(VisitFact):
    """Every finding of a visit is settled."""

    type: ClassVar[str] = "id.bina.monitoring.visit.closed.v1"


class VisitClosedSchema(VisitFactSchema):
    builds = VisitClosed
