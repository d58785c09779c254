"""What curriculum learns about action plans: that one was submitted for an enrolment."""

from dataclasses import dataclass, replace
from typing import Any, Final

from marshmallow import fields

from curriculum import store
from curriculum.domain.completion import Why
from curriculum.domain.seen import SeenPlan
from curriculum.usecases.completions import follow_plan
from eventkit.consumer import Handler, Projection, Reaction
from eventkit.envelope import Envelope
from eventkit.event import EventSchema

PLAN_SUBMITTED: Final = "PLAN_SUBMITTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """The field read of `plan.submitted`."""

    enrolment: str


class SubmittedReader(EventSchema):
    builds = Submitted
    enrolment = fields.String(required=True)


def on_plan_submitted(state: SeenPlan | None, event: Submitted, envelope: Envelope) -> SeenPlan:
    """Know that the enrolment has its plan."""
    known = state or SeenPlan(id=envelope.aggregate, enrolment=event.enrolment)
    return replace(known, enrolment=event.enrolment, is_submitted=True)


def complete_with_plan(reaction: Reaction[SeenPlan, Submitted]) -> None:
    """Apply the completion rule again where it asked for the plan."""
    why = Why(reason_code=PLAN_SUBMITTED, at=reaction.envelope.time)
    follow_plan(reaction.unit, reaction.tenant, reaction.event.enrolment, why)


PLANS: Final[Projection[Any]] = Projection(
    "monitoring.plan",
    store.seen_plans,
    {"id.bina.monitoring.plan.submitted.v1": Handler(SubmittedReader, on_plan_submitted, complete_with_plan)},
)
