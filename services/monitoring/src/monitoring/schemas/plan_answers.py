"""Answers about action plans, and the queries that find them."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf, Range, Regexp

from monitoring.domain.codes import REFERENCE
from monitoring.domain.number import text_of
from monitoring.domain.plan import PlanState
from monitoring.schemas.rows import FilterQuery, id_field


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


class ActionResponse(Schema):
    """An action with the chain it belongs to: participant, unit, action, evidence, verifier, indicator."""

    plan = fields.String(attribute="plan.id")
    batch = fields.String(attribute="plan.batch")
    enrolment = fields.String(attribute="plan.enrolment")
    unit = fields.String(attribute="plan.unit", allow_none=True)
    action = fields.Nested(PlanItemResponse, attribute="item")


class ActionQuery(FilterQuery):
    """A page of actions, by the plans that they belong to."""

    reference_keys = fields.String(data_key="reference", required=True, validate=Regexp(REFERENCE + r"\Z"))
    batch = id_field(required=False)
    year = fields.Integer(load_default=None, validate=Range(min=2000, max=2100))
