"""Action plans: what an enrolment will do at work, from submission to the last verified item.

SUBMITTED → APPROVED → IN_PROGRESS → COMPLETED / FAILED; OVERDUE while an item is late; CANCELLED.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from eventkit.event import Aggregate, Event, TenantId
from eventkit.refusal import Fault, RefusedError
from monitoring import events
from monitoring.domain.item import PROGRESS, UNFINISHED, ActionItem, ItemDraft, ItemState, draw_up, is_newly_late


class PlanState(StrEnum):
    """How far a plan is."""

    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    IN_PROGRESS = "IN_PROGRESS"
    OVERDUE = "OVERDUE"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


ENDED: Final = frozenset({PlanState.COMPLETED, PlanState.FAILED, PlanState.CANCELLED})
AT_WORK: Final = frozenset({PlanState.APPROVED, PlanState.IN_PROGRESS, PlanState.OVERDUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPlan(Aggregate):
    """What one enrolment will do at work; `next_due_on` is the earliest date not yet checked off."""

    batch: str
    enrolment: str
    unit: str | None
    submitted_on: date
    submitted_by: str
    due_on: date
    next_due_on: date | None
    items: tuple[ActionItem, ...]
    reference_keys: tuple[str, ...] = ()
    state: PlanState = PlanState.SUBMITTED
    told_overdue: bool = False
    ended_reason: str | None = None

    @property
    def progress(self) -> Fraction:
        """Weigh what is done: Σ(weight · done) / Σ weight, cancelled items apart."""
        live = [item for item in self.items if item.state is not ItemState.CANCELLED]
        done = [item for item in live if item.state in (ItemState.DONE, ItemState.VERIFIED)]
        return Fraction(sum(each.weight for each in done), sum(each.weight for each in live) or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitPlan:
    """Hand in the plan of one enrolment."""

    row: int
    enrolment: str
    on: date
    items: tuple[ItemDraft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Whose plan it is, as far as registration has told."""

    tenant: TenantId
    batch: str
    enrolment: str
    unit: str | None
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovePlan:
    """Agree with one plan of a list."""

    row: int
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportProgress:
    """Say how far an item is."""

    row: int
    plan: str
    item: int
    state: ItemState
    on: date
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyItem:
    """Confirm that an item is done, by somebody else than its owner."""

    row: int
    plan: str
    item: int
    on: date


def plan_id(enrolment: str) -> str:
    """Name the one plan of an enrolment."""
    return str(uuid5(NAMESPACE_URL, f"bina:plan:{enrolment}"))


def submit(command: SubmitPlan, participant: Participant, submitted_by: str) -> tuple[ActionPlan, list[Event]]:
    """Hand in a plan; refuses an item that is due before the plan is handed in."""
    late = [
        Fault(f"/items/{index}/due_on", "due_before_submission")
        for index, item in enumerate(command.items)
        if item.due_on < command.on
    ]
    if late:
        raise RefusedError("INVALID", "plan_invalid", late)
    own_id = plan_id(command.enrolment)
    items = tuple(
        draw_up(own_id, index, draft, participant.owner) for index, draft in enumerate(command.items, start=1)
    )
    keys = {reference.key for item in items for reference in item.references}
    plan = ActionPlan(
        id=own_id,
        batch=participant.batch,
        enrolment=command.enrolment,
        unit=participant.unit,
        submitted_on=command.on,
        submitted_by=submitted_by,
        due_on=max(item.due_on for item in items),
        next_due_on=_next_due(items),
        items=items,
        reference_keys=tuple(sorted(keys)),
    )
    return plan, [_submitted(plan)]


def is_same(plan: ActionPlan, again: ActionPlan) -> bool:
    """Say whether a plan that is handed in again is the one that we have, however far that is."""
    ours, theirs = (
        [
            (each.text, each.owner, each.due_on, each.co_owner_units, each.weight, each.references, each.indicator)
            for each in one.items
        ]
        for one in (plan, again)
    )
    return plan.submitted_on == again.submitted_on and ours == theirs


def approve(plan: ActionPlan) -> tuple[ActionPlan, list[Event]]:
    """Let the superior agree; a plan that is agreed already stays as it is."""
    if plan.state in AT_WORK | {PlanState.COMPLETED}:
        return plan, []
    if plan.state is not PlanState.SUBMITTED:
        raise _wrong_state(plan)
    approved = replace(plan, state=PlanState.APPROVED)
    return approved, [_fact(events.PlanApproved, approved)]


def progress(plan: ActionPlan, command: ReportProgress) -> tuple[ActionPlan, list[Event]]:
    """Move one item on; the same report again changes nothing."""
    item = item_of(plan, command.item)
    if item.state is command.state or (item.state, command.state) == (ItemState.VERIFIED, ItemState.DONE):
        return plan, []
    if plan.state not in AT_WORK:
        raise _wrong_state(plan)
    if item.state not in PROGRESS.get(command.state, frozenset()):
        raise RefusedError("CONFLICT", "item_state", item=item.number, state=item.state)
    evidence = tuple(dict.fromkeys((*item.evidence, *command.evidence)))
    done_on = command.on if command.state is ItemState.DONE else item.done_on
    moved = replace(item, state=command.state, evidence=evidence, done_on=done_on)
    changed = _settle(_with(plan, moved))
    return changed, [_fact(events.PlanProgressed, changed, moved), *_turn(plan, changed)]


def verify(plan: ActionPlan, command: VerifyItem, verifier: str) -> tuple[ActionPlan, list[Event]]:
    """Confirm an item that is done; the owner cannot confirm the own item."""
    item = item_of(plan, command.item)
    if item.owner == verifier:
        raise RefusedError("CONFLICT", "verifier_is_owner", item=item.number)
    if (item.state, item.verified_by) == (ItemState.VERIFIED, verifier):
        return plan, []
    if plan.state not in AT_WORK:
        raise _wrong_state(plan)
    if item.state is not ItemState.DONE:
        raise RefusedError("CONFLICT", "item_state", item=item.number, state=item.state)
    verified = replace(item, state=ItemState.VERIFIED, verified_by=verifier, verified_on=command.on)
    changed = _settle(_with(plan, verified))
    return changed, [_fact(events.PlanProgressed, changed, verified), *_turn(plan, changed)]


def end(plan: ActionPlan, state: PlanState, reason: str) -> tuple[ActionPlan, list[Event]]:
    """Give the plan up: FAILED or CANCELLED."""
    if plan.state in ENDED:
        raise _wrong_state(plan)
    ended = replace(plan, state=state, ended_reason=reason, next_due_on=None)
    return ended, [_fact(events.PlanProgressed, ended)]


def check_overdue(plan: ActionPlan, as_of: date) -> tuple[ActionPlan, list[Event]]:
    """Mark what is late on a date; each item and the plan are told once in their life."""
    if plan.state in ENDED:
        return plan, []
    late = [item for item in plan.items if is_newly_late(item, as_of)]
    if not late:
        return plan, []
    marked = plan
    for item in late:
        marked = _with(marked, replace(item, state=ItemState.OVERDUE, told_overdue=True))
    state = PlanState.OVERDUE if plan.state in AT_WORK else plan.state
    marked = replace(marked, state=state, told_overdue=True, next_due_on=_next_due(marked.items))
    told = [_fact(events.PlanOverdue, marked, item_of(marked, item.number)) for item in late]
    return marked, told if plan.told_overdue else [*told, _fact(events.PlanOverdue, marked)]


def item_of(plan: ActionPlan, number: int) -> ActionItem:
    """Give the item with this number; refuses a number that the plan does not have."""
    if not 1 <= number <= len(plan.items):
        raise RefusedError("NOT_FOUND", "item_unknown_in_plan", item=number)
    return plan.items[number - 1]


def _with(plan: ActionPlan, item: ActionItem) -> ActionPlan:
    items = tuple(item if each.number == item.number else each for each in plan.items)
    return replace(plan, items=items, next_due_on=_next_due(items))


def _settle(plan: ActionPlan) -> ActionPlan:
    states = {item.state for item in plan.items}
    if states == {ItemState.CANCELLED}:
        return replace(plan, state=PlanState.CANCELLED, ended_reason="ALL_ITEMS_CANCELLED")
    if states <= {ItemState.VERIFIED, ItemState.CANCELLED}:
        return replace(plan, state=PlanState.COMPLETED)
    return replace(plan, state=PlanState.OVERDUE if ItemState.OVERDUE in states else PlanState.IN_PROGRESS)


def _turn(before: ActionPlan, after: ActionPlan) -> list[Event]:
    """Say what became of the plan itself, where that differs."""
    if before.state is after.state:
        return []
    is_verified = after.state is PlanState.COMPLETED
    return [_fact(events.PlanVerified if is_verified else events.PlanProgressed, after)]


def _next_due(items: tuple[ActionItem, ...]) -> date | None:
    waiting = [item.due_on for item in items if item.state in UNFINISHED and not item.told_overdue]
    return min(waiting, default=None)


def _wrong_state(plan: ActionPlan) -> RefusedError:
    return RefusedError("CONFLICT", "plan_state", state=plan.state)


def _submitted(plan: ActionPlan) -> Event:
    return events.PlanSubmitted(
        plan=plan.id,
        unit=plan.unit,
        enrolment=plan.enrolment,
        batch=plan.batch,
        item_count=len(plan.items),
        status=plan.state,
        due_on=plan.due_on,
        plan_references=list(plan.reference_keys),
    )


def _fact(make: Callable[..., Event], plan: ActionPlan, item: ActionItem | None = None) -> Event:
    return make(
        plan=plan.id,
        enrolment=plan.enrolment,
        batch=plan.batch,
        unit=plan.unit,
        item=item.id if item else None,
        status=(item or plan).state.value,
        due_on=(item or plan).due_on,
    )
