"""Folds of monitoring.measure, .plan, .visit, .score and .outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from marshmallow import fields

from eventkit.consumer import Handler
from eventkit.envelope import Envelope
from eventkit.event import EventSchema
from national.consumers.keeping import Kept, Reader, Several, day, keep, optional_text, seen, text, whole
from national.domain import Measure, Plan, Result, Score, Visit

_PREFIX: Final = "id.bina.monitoring"


class MeasureReader(Reader):
    batch = optional_text()
    kind = text()
    instrument = text()
    version = whole()
    expected = whole()
    received = whole()
    due_on = day()


class AggregatedReader(Reader):
    """Reads nothing: means of single measures stay with their owner, outcomes are kept."""


class SubmittedReader(Reader):
    unit = optional_text()
    batch = text()
    status = text()
    items = fields.Integer(required=True, strict=True, data_key="item_count")
    due_on = day()
    references = Several(fields.String(), load_default=(), data_key="plan_references")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMoved:
    """A plan, or one of its items where one is named, has another status."""

    item: str | None
    status: str
    due_on: date


class PlanMovedReader(EventSchema):
    builds = PlanMoved
    item = optional_text()
    status = text()
    due_on = day()


def on_plan_moved(plan: Plan | None, event: PlanMoved, envelope: Envelope) -> Plan:
    """Follow the plan's own status; what happens to an item stays with its owner."""
    known = seen(plan, Plan, envelope)
    if event.item is None:
        return replace(known, status=event.status, due_on=event.due_on)
    return known


def on_plan_verified(plan: Plan | None, event: PlanMoved, envelope: Envelope) -> Plan:
    """Note that somebody else than the owner has verified every item."""
    return replace(on_plan_moved(plan, event, envelope), is_verified=True)


class VisitReader(Reader):
    unit = text()
    batch = optional_text()
    wave = whole()
    findings_open = whole()


class ScoreReader(Reader):
    unit = text()
    instrument = text()
    version = text()
    period = text()
    score = text()
    predicate = text()
    source = text()


class ResultReader(Reader):
    batch = optional_text()
    unit = optional_text()
    follow_up = text()
    dimension = text()
    status = text()
    pairs = whole()
    difference = optional_text()
    interval_low = optional_text()
    interval_high = optional_text()
    method_version = text()


MEASURE: Final[Mapping[str, Handler[Measure, Kept]]] = {
    f"{_PREFIX}.measure.opened.v1": Handler(MeasureReader, keep(Measure, status="OPEN")),
    f"{_PREFIX}.measure.rescheduled.v1": Handler(MeasureReader, keep(Measure)),
    f"{_PREFIX}.measure.closed.v1": Handler(MeasureReader, keep(Measure, status="CLOSED")),
    f"{_PREFIX}.measure.aggregated.v1": Handler(AggregatedReader, keep(Measure)),
}
PLAN: Final[Mapping[str, Handler[Plan, Any]]] = {
    f"{_PREFIX}.plan.submitted.v1": Handler(SubmittedReader, keep(Plan)),
    f"{_PREFIX}.plan.approved.v1": Handler(PlanMovedReader, on_plan_moved),
    f"{_PREFIX}.plan.progressed.v1": Handler(PlanMovedReader, on_plan_moved),
    f"{_PREFIX}.plan.overdue.v1": Handler(PlanMovedReader, on_plan_moved),
    f"{_PREFIX}.plan.verified.v1": Handler(PlanMovedReader, on_plan_verified),
}
VISIT: Final[Mapping[str, Handler[Visit, Kept]]] = {
    f"{_PREFIX}.visit.scheduled.v1": Handler(VisitReader, keep(Visit, status="SCHEDULED")),
    f"{_PREFIX}.visit.recorded.v1": Handler(VisitReader, keep(Visit, status="RECORDED")),
    f"{_PREFIX}.visit.closed.v1": Handler(VisitReader, keep(Visit, status="CLOSED")),
}
SCORE: Final[Mapping[str, Handler[Score, Kept]]] = {
    f"{_PREFIX}.score.recorded.v1": Handler(ScoreReader, keep(Score)),
}
OUTCOME: Final[Mapping[str, Handler[Result, Kept]]] = {
    f"{_PREFIX}.outcome.computed.v1": Handler(ResultReader, keep(Result)),
}
