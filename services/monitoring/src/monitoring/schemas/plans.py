"""Bodies and answers about action plans."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length, OneOf, Range, Regexp

from eventkit.web import RequestSchema
from monitoring.domain.codes import REFERENCE_CODE, REFERENCE_KINDS
from monitoring.domain.item import ItemDraft, ItemState, PlanReference
from monitoring.domain.plan import ApprovePlan, PlanState, ReportProgress, SubmitPlan, VerifyItem
from monitoring.domain.report import Row
from monitoring.schemas.rows import TEXT, code_field, id_field, numbered, rows_field

_MAX_ITEMS = 20
_MAX_REFERENCES = 10


class ReferenceRequest(RequestSchema):
    """A line of a planning document or indicator set."""

    kind = fields.String(required=True, validate=OneOf(REFERENCE_KINDS))
    code = fields.String(required=True, validate=Regexp(REFERENCE_CODE + r"\Z"))
    year = fields.Integer(strict=True, allow_none=True, load_default=None, validate=Range(min=2000, max=2100))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> PlanReference:
        return PlanReference(**data)


class PlanItemRequest(RequestSchema):
    """One action of a plan."""

    text = fields.String(required=True, validate=TEXT)
    due_on = fields.Date(required=True)
    owner = fields.String(
        load_default=None,
        allow_none=True,
        validate=Regexp(r"^(?!.*[0-9]{16})[\w.@:-]{1,100}\Z"),
        metadata={"description": "opaque id; the participant or the unit where left out"},
    )
    co_owner_units = fields.List(id_field(), load_default=list, validate=Length(max=_MAX_REFERENCES))
    weight = fields.Integer(strict=True, load_default=1, validate=Range(min=1, max=100))
    references = fields.List(fields.Nested(ReferenceRequest), load_default=list, validate=Length(max=_MAX_REFERENCES))
    indicator = code_field(required=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ItemDraft:
        tuples: dict[str, Any] = {name: tuple(data.pop(name)) for name in ("co_owner_units", "references")}
        return ItemDraft(**data, **tuples)


class PlanRow(RequestSchema):
    """The plan of one enrolment."""

    enrolment = id_field()
    on = fields.Date(required=True)
    items = fields.List(fields.Nested(PlanItemRequest), required=True, validate=Length(min=1, max=_MAX_ITEMS))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> SubmitPlan:
        return SubmitPlan(row=0, enrolment=data["enrolment"], on=data["on"], items=tuple(data["items"]))


@dataclass(frozen=True, slots=True)
class PlansBody:
    """Plans, and report rows for those that could not be read."""

    rows: list[SubmitPlan | Row]


class SubmitPlansRequest(RequestSchema):
    """Hand in plans in bulk."""

    rows = rows_field(PlanRow)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> PlansBody:
        return PlansBody(numbered(data["rows"]))


class ApprovalRowRequest(RequestSchema):
    """One plan to agree with."""

    plan = id_field()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ApprovePlan:
        return ApprovePlan(row=0, **data)


@dataclass(frozen=True, slots=True)
class ApprovalsBody:
    """Plans to agree with."""

    rows: list[ApprovePlan | Row]


class ApprovePlansRequest(RequestSchema):
    """Agree with plans in bulk."""

    rows = rows_field(ApprovalRowRequest)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ApprovalsBody:
        return ApprovalsBody(numbered(data["rows"]))


class ProgressRow(RequestSchema):
    """How far one item of one plan is."""

    plan = id_field()
    item = fields.Integer(required=True, strict=True, validate=Range(min=1, max=_MAX_ITEMS))
    state = fields.Enum(
        ItemState,
        by_value=True,
        required=True,
        validate=OneOf([ItemState.IN_PROGRESS, ItemState.DONE, ItemState.CANCELLED], error="progress_state"),
    )
    on = fields.Date(required=True)
    evidence = fields.List(code_field(), load_default=list, validate=Length(max=_MAX_REFERENCES))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ReportProgress:
        evidence = tuple(data.pop("evidence"))
        return ReportProgress(row=0, evidence=evidence, **data)


@dataclass(frozen=True, slots=True)
class ProgressBody:
    """Reports of progress."""

    rows: list[ReportProgress | Row]


class ReportProgressRequest(RequestSchema):
    """Report progress in bulk."""

    rows = rows_field(ProgressRow)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ProgressBody:
        return ProgressBody(numbered(data["rows"]))


@dataclass(frozen=True, slots=True)
class VerifyBody:
    """The day on which an item is confirmed."""

    on: date

    def command(self, plan: str, item: int) -> VerifyItem:
        """Make the command for one item of one plan."""
        return VerifyItem(row=0, plan=plan, item=item, on=self.on)


class VerifyRequest(RequestSchema):
    """Confirm one item."""

    on = fields.Date(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> VerifyBody:
        return VerifyBody(**data)


class VerifyRow(RequestSchema):
    """One item of one plan to confirm."""

    plan = id_field()
    item = fields.Integer(required=True, strict=True, validate=Range(min=1, max=_MAX_ITEMS))
    on = fields.Date(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> VerifyItem:
        return VerifyItem(row=0, **data)


@dataclass(frozen=True, slots=True)
class VerificationsBody:
    """Items to confirm."""

    rows: list[VerifyItem | Row]


class VerifyItemsRequest(RequestSchema):
    """Confirm items in bulk."""

    rows = rows_field(VerifyRow)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> VerificationsBody:
        return VerificationsBody(numbered(data["rows"]))


@dataclass(frozen=True, slots=True)
class EndPlanBody:
    """Why a plan is given up."""

    state: PlanState
    reason_code: str


class EndPlanRequest(RequestSchema):
    """Give a plan up."""

    state = fields.Enum(
        PlanState,
        by_value=True,
        required=True,
        validate=OneOf([PlanState.FAILED, PlanState.CANCELLED], error="end_state"),
    )
    reason_code = code_field()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> EndPlanBody:
        return EndPlanBody(**data)


@dataclass(frozen=True, slots=True)
class OverdueBody:
    """The day for which dates are checked."""

    as_of: date


class OverdueRequest(RequestSchema):
    """Check what is late on a day."""

    as_of = fields.Date(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> OverdueBody:
        return OverdueBody(**data)
