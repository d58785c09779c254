"""Commands on action plans, single and in bulk; a bad row never stops the good ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final

from eventkit.event import Event, TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import Fault, NotFoundError, RefusedError
from monitoring import store
from monitoring.domain import plan
from monitoring.domain.plan import (
    ActionPlan,
    ApprovePlan,
    Participant,
    PlanState,
    ReportProgress,
    SubmitPlan,
    VerifyItem,
)
from monitoring.domain.report import Decided, Report, Row, judged, merged, rejected
from monitoring.domain.seen import TAKING_PART, SeenEnrolment

OVERDUE_AT_ONCE: Final = 200

Decision = Callable[[ActionPlan], tuple[ActionPlan, list[Event]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueCheck:
    """What a check for late items found; `more` says that it should be asked again."""

    as_of: date
    plans: int
    told: int
    more: bool


@dataclass(frozen=True, slots=True)
class Submitting:
    """Which batch's plans are handed in, and by whom."""

    tenant: TenantId
    batch: str
    submitter: str


@dataclass(slots=True)
class _Changes:
    """Plans as they stand after the rows so far, and what is to be told of each."""

    plans: dict[str, ActionPlan]
    events: dict[str, list[Event]] = field(default_factory=dict)

    def apply(self, id_: str, decide: Decision) -> Decided:
        """Apply a decision to a plan."""
        found = self.plans.get(id_)
        if found is None:
            raise NotFoundError
        changed, events = decide(found)
        if events:
            self.plans[id_] = changed
            self.events.setdefault(id_, []).extend(events)
        return Decided(id_, is_new=bool(events))

    def pairs(self) -> list[tuple[ActionPlan, list[Event]]]:
        """Give what is to be saved."""
        return [(self.plans[id_], events) for id_, events in self.events.items()]


def submit_plans(unit: Unit, submitting: Submitting, rows: Sequence[SubmitPlan | Row]) -> Report:
    """Hand in the plans of a batch."""

    def work(session: Session) -> Report:
        changes, report = _submissions(submitting, rows, session)
        store.plans.save_many(submitting.tenant, changes.pairs(), session)
        return report

    return unit.run(work)


def preview_plans(unit: Unit, submitting: Submitting, rows: Sequence[SubmitPlan | Row]) -> Report:
    """Report what handing in would say; stores nothing."""
    return _submissions(submitting, rows, unit.reading())[1]


def approve_plans(unit: Unit, tenant: TenantId, rows: Sequence[ApprovePlan | Row]) -> Report:
    """Agree with plans."""
    given = [row for row in rows if isinstance(row, ApprovePlan)]
    steps = [(row.row, row.plan, plan.approve) for row in given]
    return _change(unit, tenant, steps, _unread(rows))


def report_progress(unit: Unit, tenant: TenantId, rows: Sequence[ReportProgress | Row]) -> Report:
    """Move items on."""
    given = [row for row in rows if isinstance(row, ReportProgress)]
    steps: list[tuple[int, str, Decision]] = [(row.row, row.plan, partial(plan.progress, command=row)) for row in given]
    return _change(unit, tenant, steps, _unread(rows))


def verify_items(unit: Unit, tenant: TenantId, verifier: str, rows: Sequence[VerifyItem | Row]) -> Report:
    """Confirm items that are done."""
    given = [row for row in rows if isinstance(row, VerifyItem)]
    steps: list[tuple[int, str, Decision]] = [
        (row.row, row.plan, partial(plan.verify, command=row, verifier=verifier)) for row in given
    ]
    return _change(unit, tenant, steps, _unread(rows))


def change_plan(unit: Unit, tenant: TenantId, id_: str, expected: int | None, decide: Decision) -> ActionPlan:
    """Let one decision change one plan."""

    def work(session: Session) -> ActionPlan:
        changed, events = decide(store.plans.load(tenant, id_, session, expected=expected))
        return store.plans.save(tenant, changed, events, session) if events else changed

    return unit.run(work)


def approve_plan(unit: Unit, tenant: TenantId, id_: str, expected: int | None) -> ActionPlan:
    """Agree with one plan."""
    return change_plan(unit, tenant, id_, expected, plan.approve)


def verify_item(unit: Unit, tenant: TenantId, command: VerifyItem, verifier: str, expected: int | None) -> ActionPlan:
    """Confirm one item."""
    return change_plan(unit, tenant, command.plan, expected, lambda found: plan.verify(found, command, verifier))


def end_plan(unit: Unit, tenant: TenantId, id_: str, state: PlanState, reason: str) -> ActionPlan:
    """Give one plan up."""
    return change_plan(unit, tenant, id_, None, lambda found: plan.end(found, state, reason))


def check_overdue(unit: Unit, tenant: TenantId, as_of: date) -> OverdueCheck:
    """Mark what is late on a date and tell each once; a limited number of plans per call."""

    def work(session: Session) -> OverdueCheck:
        late = store.late_plans(tenant, as_of, OVERDUE_AT_ONCE + 1, session)
        checked = [plan.check_overdue(each, as_of) for each in late[:OVERDUE_AT_ONCE]]
        store.plans.save_many(tenant, [(each, events) for each, events in checked if events], session)
        told = sum(len(events) for _, events in checked)
        return OverdueCheck(as_of=as_of, plans=len(checked), told=told, more=len(late) > OVERDUE_AT_ONCE)

    return unit.run(work)


def _unread(rows: Sequence[object]) -> list[Row]:
    return [row for row in rows if isinstance(row, Row)]


def _change(unit: Unit, tenant: TenantId, steps: Sequence[tuple[int, str, Decision]], unread: Sequence[Row]) -> Report:
    def work(session: Session) -> Report:
        changes = _Changes(store.plans.many(tenant, {id_ for _, id_, _ in steps}, session))
        answered = [judged(row, partial(changes.apply, id_, decide)) for row, id_, decide in steps]
        store.plans.save_many(tenant, changes.pairs(), session)
        return merged(answered, unread)

    return unit.run(work)


def _submissions(batch: Submitting, rows: Sequence[SubmitPlan | Row], session: Session) -> tuple[_Changes, Report]:
    if store.seen_batches.find(batch.tenant, batch.batch, session) is None:
        raise NotFoundError
    given = [row for row in rows if isinstance(row, SubmitPlan)]
    enrolments = store.seen_enrolments.many(batch.tenant, {row.enrolment for row in given}, session)
    known = store.plans.many(batch.tenant, {plan.plan_id(row.enrolment) for row in given}, session)
    changes = _Changes(known)
    answered: list[Row] = []
    for row in given:
        enrolment = enrolments.get(row.enrolment)
        if enrolment is None or enrolment.batch != batch.batch or enrolment.state not in TAKING_PART:
            answered.append(rejected(row.row, Fault("/enrolment", "enrolment_unknown")))
        else:
            answered.append(judged(row.row, partial(_submit, batch, row, enrolment, changes)))
    return changes, merged(answered, _unread(rows))


def _submit(batch: Submitting, row: SubmitPlan, enrolment: SeenEnrolment, changes: _Changes) -> Decided:
    participant = Participant(
        tenant=batch.tenant,
        batch=batch.batch,
        enrolment=row.enrolment,
        unit=enrolment.unit,
        owner=enrolment.person or enrolment.unit or row.enrolment,
    )
    submitted, events = plan.submit(row, participant, batch.submitter)
    stored = changes.plans.get(submitted.id)
    if stored is not None and not plan.is_same(stored, submitted):
        raise RefusedError("CONFLICT", "plan_exists", [Fault("/enrolment", "plan_exists")])
    if stored is not None:
        return Decided(stored.id, is_new=False)
    changes.plans[submitted.id] = submitted
    changes.events[submitted.id] = events
    return Decided(submitted.id, is_new=True)
