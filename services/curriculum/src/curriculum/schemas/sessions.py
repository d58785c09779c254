"""Requests and responses about the sessions of a batch."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_load

from curriculum.domain.seen import BatchState
from curriculum.domain.session import SessionState
from curriculum.events import EchelonGroup, SessionKind
from curriculum.schemas.parts import clock_field, code_field, id_field, number_field
from eventkit.web import RequestSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBody:
    """The version to schedule from."""

    curriculum: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleBody:
    """The new local time of one session."""

    date: date
    start_time: str
    reason_code: str
    decided_by_office: str | None = None


class ScheduleSessionsRequest(RequestSchema):
    """Give the batch all sessions of this published version."""

    curriculum = id_field()
    number = number_field(1, 10_000)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ScheduleBody:
        """Build the body."""
        return ScheduleBody(**data)


class RescheduleSessionRequest(RequestSchema):
    """Move one session."""

    date = fields.Date(required=True, metadata={"description": "Local date at the venue"})
    start_time = clock_field()
    reason_code = code_field()
    decided_by_office = code_field(required=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> RescheduleBody:
        """Build the body."""
        return RescheduleBody(**data)


class TimingResponse(Schema):
    """When a session is: local date and time with the zone, and instants in UTC."""

    number = fields.Integer(required=True)
    date = fields.Date(required=True)
    start_time = fields.String(required=True)
    zone = fields.String(required=True)
    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime(required=True)
    set_at = fields.AwareDateTime(required=True)
    reason_code = fields.String(required=True, allow_none=True)
    decided_by_office = fields.String(required=True, allow_none=True)


class HeldBackResponse(Schema):
    """A move of the batch that the session did not follow."""

    batch_schedule = fields.Integer(required=True)
    reason_code = fields.String(required=True)


class HeadcountResponse(Schema):
    """Persons when the list was closed."""

    present = fields.Integer(required=True)
    excused = fields.Integer(required=True)
    absent = fields.Integer(required=True)
    not_eligible = fields.Integer(required=True)


class SessionResponse(Schema):
    """A session with its first plan, the time that holds now and all that lies between."""

    id = fields.String(required=True)
    batch = fields.String(required=True)
    curriculum = fields.String(required=True)
    curriculum_version = fields.Integer(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.Enum(SessionKind, by_value=True, required=True)
    state = fields.Enum(SessionState, by_value=True, required=True)
    minutes = fields.Integer(required=True)
    jp = fields.Integer(required=True)
    minutes_per_jp = fields.Integer(required=True)
    eligible = fields.List(fields.Enum(EchelonGroup, by_value=True), required=True)
    values = fields.List(fields.String(), required=True)
    competencies = fields.List(fields.String(), required=True)
    planned = fields.Nested(TimingResponse, required=True)
    timing = fields.Nested(TimingResponse, required=True)
    schedule = fields.List(fields.Nested(TimingResponse), required=True)
    held_back = fields.List(fields.Nested(HeldBackResponse), required=True)
    has_attendance = fields.Boolean(required=True)
    headcount = fields.Nested(HeadcountResponse, required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)


class BatchPlanResponse(Schema):
    """The sessions of a batch in the order of their time."""

    batch = fields.String(required=True)
    sessions = fields.List(fields.Nested(SessionResponse), required=True)


class BatchResponse(Schema):
    """A batch as far as registration's events tell, and how many are enrolled in it."""

    id = fields.String(required=True)
    programme = fields.String(required=True, allow_none=True)
    programme_kind = fields.String(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True)
    planned_start = fields.Date(required=True, allow_none=True)
    planned_end = fields.Date(required=True, allow_none=True)
    venue_region = fields.String(required=True, allow_none=True)
    time_zone = fields.String(required=True, allow_none=True)
    schedule_version = fields.Integer(required=True)
    state = fields.Enum(BatchState, by_value=True, required=True)
    started_on = fields.Date(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True)
    enrolments = fields.Integer(required=True, metadata={"description": "Enrolments that hold a seat"})
    persons = fields.Integer(required=True, metadata={"description": "Their persons, delegates included"})
