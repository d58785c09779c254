"""The fields that monitoring reads of each event, and no others: the rest may change."""

from dataclasses import dataclass
from datetime import date

from marshmallow import fields

from eventkit.event import EventSchema


@dataclass(frozen=True, slots=True)
class UnitDescribed:
    """A unit as it is from now on."""

    unit: str
    kind: str
    name: str
    valid_to: date | None = None


class UnitDescribedReader(EventSchema):
    builds = UnitDescribed
    unit = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    valid_to = fields.Date(allow_none=True)


@dataclass(frozen=True, slots=True)
class UnitEnded:
    """A unit ends."""

    unit: str
    valid_to: date


class UnitEndedReader(EventSchema):
    builds = UnitEnded
    unit = fields.String(required=True)
    valid_to = fields.Date(required=True)


@dataclass(frozen=True, slots=True)
class BatchPlanned:
    """A batch gets its first dates."""

    batch: str
    programme: str
    programme_kind: str
    number: str
    planned_start: date
    planned_end: date


class BatchPlannedReader(EventSchema):
    builds = BatchPlanned
    batch = fields.String(required=True)
    programme = fields.String(required=True)
    programme_kind = fields.String(required=True)
    number = fields.String(required=True)
    planned_start = fields.Date(required=True)
    planned_end = fields.Date(required=True)


@dataclass(frozen=True, slots=True)
class BatchMoved:
    """A batch gets other dates."""

    batch: str
    new_start: date
    new_end: date


class BatchMovedReader(EventSchema):
    builds = BatchMoved
    batch = fields.String(required=True)
    new_start = fields.Date(required=True)
    new_end = fields.Date(required=True)


@dataclass(frozen=True, slots=True)
class BatchTurned:
    """A batch begins, ends or is called off on a day at its venue."""

    batch: str
    local_date: date


class BatchTurnedReader(EventSchema):
    builds = BatchTurned
    batch = fields.String(required=True)
    local_date = fields.Date(required=True)


@dataclass(frozen=True, slots=True)
class Nominated:
    """A person or a unit is put forward."""

    enrolment: str
    batch: str
    kind: str
    eligible: bool
    person: str | None = None
    unit: str | None = None


class NominatedReader(EventSchema):
    builds = Nominated
    enrolment = fields.String(required=True)
    batch = fields.String(required=True)
    kind = fields.String(required=True)
    eligible = fields.Boolean(required=True)
    person = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)


@dataclass(frozen=True, slots=True)
class EnrolmentTurned:
    """An enrolment gets another state."""

    enrolment: str
    batch: str


class EnrolmentTurnedReader(EventSchema):
    builds = EnrolmentTurned
    enrolment = fields.String(required=True)
    batch = fields.String(required=True)


@dataclass(frozen=True, slots=True)
class SessionHeld:
    """The attendance list of a session is closed."""

    session: str
    batch: str
    present: int


class SessionHeldReader(EventSchema):
    builds = SessionHeld
    session = fields.String(required=True)
    batch = fields.String(required=True)
    present = fields.Integer(required=True)


@dataclass(frozen=True, slots=True)
class Completed:
    """The completion rule was applied to an enrolment."""

    completion: str
    enrolment: str
    batch: str
    outcome: str


class CompletedReader(EventSchema):
    builds = Completed
    completion = fields.String(required=True)
    enrolment = fields.String(required=True)
    batch = fields.String(required=True)
    outcome = fields.String(required=True)
