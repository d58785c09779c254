"""Facts about action plans and their items; what an item says stays in the store."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from marshmallow import fields
from marshmallow.validate import Length, Regexp

from eventkit.event import Event, EventSchema
from monitoring.events.wire import ITEM_STATES, PLAN_STATES, REFERENCE, closed_field, count_field, id_field


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSubmitted(Event):
    """An enrolment's action plan is handed in."""

    type: ClassVar[str] = "id.bina.monitoring.plan.submitted.v1"
    plan: str
    unit: str | None
    enrolment: str
    batch: str
    item_count: int
    status: str
    due_on: date
    plan_references: list[str]


class PlanSubmittedSchema(EventSchema):
    builds = PlanSubmitted
    plan = id_field()
    unit = id_field(optional=True)
    enrolment = id_field()
    batch = id_field()
    item_count = count_field()
    status = closed_field(PLAN_STATES)
    due_on = fields.Date(required=True, metadata={"description": "latest due date of the plan's items"})
    plan_references = fields.List(fields.String(validate=Regexp(REFERENCE)), required=True, validate=Length(max=200))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFact(Event):
    """What happened to a plan, or to one of its items; the status is the item's where one is named."""

    plan: str
    enrolment: str
    batch: str
    unit: str | None
    item: str | None
    status: str
    due_on: date


class PlanFactSchema(EventSchema):
    plan = id_field()
    enrolment = id_field()
    batch = id_field()
    unit = id_field(optional=True)
    item = id_field(optional=True)
    status = closed_field(tuple(dict.fromkeys(PLAN_STATES + ITEM_STATES)))
    due_on = fields.Date(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanApproved(PlanFact):
    """The superior agrees with the plan."""

    type: ClassVar[str] = "id.bina.monitoring.plan.approved.v1"


class PlanApprovedSchema(PlanFactSchema):
    builds = PlanApproved


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProgressed(PlanFact):
    """An item moved on (a verified item too), or the plan itself where no item is named."""

    type: ClassVar[str] = "id.bina.monitoring.plan.progressed.v1"


class PlanProgressedSchema(PlanFactSchema):
    builds = PlanProgressed


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVerified(PlanFact):
    """Every item of the plan is verified by somebody else than its owner; said once per plan."""

    type: ClassVar[str] = "id.bina.monitoring.plan.verified.v1"


class PlanVerifiedSchema(PlanFactSchema):
    builds = PlanVerified


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOverdue(PlanFact):
    """A due date passed; said once per item and once per plan (no item named)."""

    type: ClassVar[str] = "id.bina.monitoring.plan.overdue.v1"


class PlanOverdueSchema(PlanFactSchema):
    builds = PlanOverdue
