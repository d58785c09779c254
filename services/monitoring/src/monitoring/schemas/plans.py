"""Bodies and answers about action plans."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Length, OneOf, Range, Regexp

from eventkit.web import RequestSchema
from monitoring.domain.codes import REFERENCE, REFERENCE_CODE, REFERENCE_KINDS
from monitoring.domain.item import ItemDraft, ItemState, PlanReference
from monitoring.domain.number import text_of
from monitoring.domain.plan import ApprovePlan, PlanState, ReportProgress, SubmitPlan, VerifyItem
from monitoring.domain.report import Row
from monitoring.schemas.rows import TEXT, FilterQuery, Rows, code_field, id_field

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
        validate=Length(min=1, max=100),
        metadata={"description": "opaque id; the participant or the unit where left out"},
    )
    co_owner_units = fields.List(id_field(), load_default=list, validate=Length(max=_MAX_REFERENCES))
    weight = fields.Integer(strict=True, load_default=1, validate=Range(min=1, max=100))
    references = fields.List(fields.Nested(ReferenceRequest), load_default=list, validate=Length(max=_MAX_REFERENCES))
    indicator = code_field(required=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ItemDraft:
        tuples = {name: tuple(data.pop(name)) for name in ("co_owner_units", "references")}
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

    rows = Rows(PlanRow)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> PlansBody:
        return PlansBody(**data)


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

    rows = Rows(ApprovalRowRequest)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ApprovalsBody:
        return ApprovalsBody(**data)


class ProgressRequest(RequestSchema):
    """How far an item is."""

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
        return ReportProgress(row=0, plan=data.pop("plan", ""), item=data.pop("item", 0), evidence=evidence, **data)


class ProgressRow(ProgressRequest):
    """How far one item of one plan is."""

    plan = id_field()
    item = fields.Integer(required=True, strict=True, validate=Range(min=1, max=_MAX_ITEMS))


@dataclass(frozen=True, slots=True)
class ProgressBody:
    """Reports of progress."""

    rows: list[ReportProgress | Row]


class ReportProgressRequest(RequestSchema):
    """Report progress in bulk."""

    rows = Rows(ProgressRow)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ProgressBody:
        return ProgressBody(**data)


class VerifyRequest(RequestSchema):
    """The day on which an item is confirmed."""

    on = fields.Date(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> VerifyItem:
        return VerifyItem(row=0, plan=data.get("plan", ""), item=data.get("item", 0), on=data["on"])


class VerifyRow(VerifyRequest):
    """One item of one plan to confirm."""

    plan = id_field()
    item = fields.Integer(required=True, strict=True, validate=Range(min=1, max=_MAX_ITEMS))


@dataclass(frozen=True, slots=True)
class VerificationsBody:
    """Items to confirm."""

    rows: list[VerifyItem | Row]


class VerifyItemsRequest(RequestSchema):
    """Confirm items in bulk."""

    rows = Rows(VerifyRow)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> VerificationsBody:
        return VerificationsBody(**data)


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


class OverdueResponse(Schema):
    """What a check found; ask again while `more` is true."""

    as_of = fields.Date()
    plans = fields.Integer(metadata={"description": "plans that became late"})
    told = fields.Integer(metadata={"description": "events: one per item and one per plan, once in their life"})
    more = fields.Boolean()


class ReferenceResponse(Schema):
    """A line of a planning document."""

    kind = fields.String()
    code = fields.String()
    year = fields.Integer(allow_none=True)


class PlanItemResponse(Schema):
    """An action."""

    id = fields.String()
    number = fields.Integer()
    text = fields.String()
    owner = fields.String()
    due_on = fields.Date()
    co_owner_units = fields.List(fields.String())
    weight = fields.Integer()
    references = fields.List(fields.Nested(ReferenceResponse))
    indicator = fields.String(allow_none=True)
    state = fields.String()
    evidence = fields.List(fields.String())
    done_on = fields.Date(allow_none=True)
    verified_by = fields.String(allow_none=True)
    verified_on = fields.Date(allow_none=True)


class PlanResponse(Schema):
    """An action plan; `progress` is the share of weight that is done."""

    id = fields.String()
    version = fields.Integer()
    batch = fields.String()
    enrolment = fields.String()
    unit = fields.String(allow_none=True)
    submitted_on = fields.Date()
    due_on = fields.Date()
    status = fields.String(attribute="state")
    progress = fields.Function(lambda plan: text_of(plan.progress), metadata={"type": "string"})
    items = fields.List(fields.Nested(PlanItemResponse))
    ended_reason = fields.String(allow_none=True)


class PlanQuery(FilterQuery):
    """A page of plans; `reference` finds what claims to serve it, e.g. `IKU:2.1`."""

    batch = id_field(required=False)
    enrolment = id_field(required=False)
    unit = id_field(required=False)
    state = fields.String(data_key="status", load_default=None, validate=OneOf([each.value for each in PlanState]))
    reference_keys = fields.String(data_key="reference", load_default=None, validate=Regexp(REFERENCE + r"\Z"))


class ActionResponse(PlanItemResponse):
    """An action with the chain it belongs to: participant, unit, action, evidence, verifier, indicator."""

    plan = fields.String()
    batch = fields.String()
    enrolment = fields.String()
    unit = fields.String(allow_none=True)
