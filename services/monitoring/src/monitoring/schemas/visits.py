"""Bodies and answers about visits and innovations."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Length, OneOf, Range

from eventkit.event import TenantId
from eventkit.web import RequestSchema
from monitoring.domain.innovation import InnovationState, RegisterInnovation
from monitoring.domain.reference import DIMENSIONS
from monitoring.domain.visit import Finding, RecordVisit, ScheduleVisit, VisitState
from monitoring.schemas.rows import TEXT, FilterQuery, code_field, id_field

_MAX_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class ScheduleVisitBody:
    """A visit to plan."""

    unit: str
    batch: str | None
    checklist: str
    checklist_version: int
    planned_on: date

    def command(self, tenant: TenantId, id_: str, visitor: str) -> ScheduleVisit:
        """Make the command of this tenant; the caller is the visitor."""
        return ScheduleVisit(
            tenant=tenant,
            id=id_,
            batch=self.batch,
            unit=self.unit,
            checklist=self.checklist,
            checklist_version=self.checklist_version,
            planned_on=self.planned_on,
            visitor=visitor,
        )


class ScheduleVisitRequest(RequestSchema):
    """Plan a visit; a unit's series of one checklist keeps its version."""

    unit = id_field()
    batch = id_field(required=False)
    checklist = code_field()
    checklist_version = fields.Integer(required=True, strict=True, validate=Range(min=1, max=10_000))
    planned_on = fields.Date(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ScheduleVisitBody:
        return ScheduleVisitBody(**data)


class FindingRequest(RequestSchema):
    """What the visitor saw."""

    dimension = fields.String(required=True, validate=OneOf(list(DIMENSIONS)))
    text = fields.String(required=True, validate=TEXT)
    owner_unit = id_field()
    due_on = fields.Date(required=True)


@dataclass(frozen=True, slots=True)
class RecordVisitBody:
    """What a visit found, as a command."""

    record: RecordVisit


class RecordVisitRequest(RequestSchema):
    """What a visit found."""

    on = fields.Date(required=True)
    score = fields.Integer(required=True, strict=True, validate=Range(min=0, max=100))
    findings = fields.List(fields.Nested(FindingRequest), load_default=list, validate=Length(max=_MAX_FINDINGS))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> RecordVisitBody:
        found = tuple(Finding(number=place, **each) for place, each in enumerate(data["findings"], start=1))
        return RecordVisitBody(RecordVisit(on=data["on"], score=data["score"], findings=found))


@dataclass(frozen=True, slots=True)
class RespondBody:
    """A unit's answer to a finding."""

    response: str
    on: date


class RespondRequest(RequestSchema):
    """Answer a finding."""

    response = fields.String(required=True, validate=TEXT)
    on = fields.Date(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> RespondBody:
        return RespondBody(**data)


@dataclass(frozen=True, slots=True)
class SettleBody:
    """The day on which an answer is accepted."""

    on: date


class SettleRequest(RequestSchema):
    """Accept the answer to a finding."""

    on = fields.Date(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> SettleBody:
        return SettleBody(**data)


class FindingResponse(Schema):
    """A finding."""

    number = fields.Integer()
    dimension = fields.String()
    text = fields.String()
    owner_unit = fields.String()
    due_on = fields.Date()
    status = fields.String(attribute="state")
    response = fields.String(allow_none=True)
    answered_on = fields.Date(allow_none=True)
    settled_on = fields.Date(allow_none=True)


class VisitResponse(Schema):
    """A visit."""

    id = fields.String()
    version = fields.Integer()
    unit = fields.String()
    batch = fields.String(allow_none=True)
    wave = fields.Integer()
    checklist = fields.String()
    checklist_version = fields.Integer()
    planned_on = fields.Date()
    visitor = fields.String()
    status = fields.String(attribute="state")
    conducted_on = fields.Date(allow_none=True)
    score = fields.Integer(allow_none=True)
    score_band = fields.String(allow_none=True)
    findings_open = fields.Integer()
    findings = fields.List(fields.Nested(FindingResponse))


class VisitQuery(FilterQuery):
    """A page of visits."""

    unit = id_field(required=False)
    batch = id_field(required=False)
    state = fields.String(data_key="status", load_default=None, validate=OneOf([each.value for each in VisitState]))


@dataclass(frozen=True, slots=True)
class RegisterInnovationBody:
    """An innovation for the register."""

    unit: str
    batch: str | None
    enrolment: str | None
    title: str
    started_on: date

    def command(self, tenant: TenantId, id_: str) -> RegisterInnovation:
        """Make the command of this tenant."""
        return RegisterInnovation(
            tenant=tenant,
            id=id_,
            unit=self.unit,
            batch=self.batch,
            enrolment=self.enrolment,
            title=self.title,
            started_on=self.started_on,
        )


class RegisterInnovationRequest(RequestSchema):
    """Put an innovation on the register."""

    unit = id_field()
    batch = id_field(required=False)
    enrolment = id_field(required=False)
    title = fields.String(required=True, validate=TEXT)
    started_on = fields.Date(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> RegisterInnovationBody:
        return RegisterInnovationBody(**data)


@dataclass(frozen=True, slots=True)
class AdvanceInnovationBody:
    """The next state of an innovation."""

    state: InnovationState


class AdvanceInnovationRequest(RequestSchema):
    """Move an innovation on."""

    state = fields.Enum(InnovationState, by_value=True, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> AdvanceInnovationBody:
        return AdvanceInnovationBody(**data)


class InnovationResponse(Schema):
    """An innovation of a unit."""

    id = fields.String()
    version = fields.Integer()
    unit = fields.String()
    batch = fields.String(allow_none=True)
    enrolment = fields.String(allow_none=True)
    title = fields.String()
    started_on = fields.Date()
    status = fields.String(attribute="state")


class InnovationQuery(FilterQuery):
    """A page of innovations."""

    unit = id_field(required=False)
    batch = id_field(required=False)
