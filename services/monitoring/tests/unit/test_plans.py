"""Action plans from submission to the last verified item."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from monitoring_samples import DAY, MALANG, submitted, uuid

from eventkit.event import Event
from eventkit.refusal import RefusedError
from monitoring import events
from monitoring.domain import plan
from monitoring.domain.item import ItemDraft, ItemState, PlanReference
from monitoring.domain.plan import ActionPlan, Participant, PlanState, ReportProgress, SubmitPlan, VerifyItem
from monitoring.events.plan import PlanFact

LATER = DAY + timedelta(days=30)
LONG_AFTER = LATER + timedelta(days=100)


def at_work(*due: date, **others: Any) -> ActionPlan:
    return plan.approve(submitted(*due, **others))[0]


def facts(told: list[Event]) -> list[tuple[type[Event], str | None, str]]:
    """Give what each fact about a plan says: its kind, its item, its status."""
    return [(type(each), each.item, each.status) for each in told if isinstance(each, PlanFact)]


def moved(found: ActionPlan, state: ItemState = ItemState.DONE, item: int = 1) -> ActionPlan:
    return plan.progress(found, ReportProgress(row=0, plan=found.id, item=item, state=state, on=LATER))[0]


def verified(found: ActionPlan, item: int = 1, verifier: str = "atasan") -> tuple[ActionPlan, list[Event]]:
    return plan.verify(found, VerifyItem(row=0, plan=found.id, item=item, on=LATER), verifier)


def test_submitted_plan_names_what_it_claims_and_when_it_ends() -> None:
    references = (PlanReference(kind="IKU", code="2.1", year=2026),)
    items = tuple(ItemDraft(text="Aksi", due_on=day, references=references) for day in (LATER, DAY))
    participant = Participant(tenant=MALANG, batch=uuid(1), enrolment=uuid(10), unit=None, owner=uuid(11))
    made, told = plan.submit(SubmitPlan(row=0, enrolment=uuid(10), on=DAY, items=items), participant, "manager")
    assert (made.due_on, made.next_due_on, made.reference_keys) == (LATER, DAY, ("IKU:2.1",))
    assert isinstance(told[0], events.PlanSubmitted)
    assert (told[0].item_count, told[0].plan_references, told[0].due_on) == (2, ["IKU:2.1"], LATER)
    assert [item.owner for item in made.items] == [uuid(11), uuid(11)]


def test_item_due_before_the_submission_is_refused() -> None:
    command = SubmitPlan(row=0, enrolment=uuid(10), on=LATER, items=(ItemDraft(text="Aksi", due_on=DAY),))
    participant = Participant(tenant=MALANG, batch=uuid(1), enrolment=uuid(10), unit=None, owner=uuid(11))
    with pytest.raises(RefusedError) as refused:
        plan.submit(command, participant, "manager")
    assert refused.value.faults[0].pointer == "/items/0/due_on"


def test_owner_cannot_verify_the_own_item() -> None:
    done = moved(at_work(LATER, owner="budi"))
    with pytest.raises(RefusedError, match="verifier_is_owner"):
        verified(done, verifier="budi")
    assert verified(done, verifier="atasan")[0].items[0].verified_by == "atasan"


def test_plan_is_verified_once_when_its_last_item_is() -> None:
    both = moved(moved(at_work(LATER, LATER)), item=2)
    first, told = verified(both)
    assert (first.state, [type(each) for each in told]) == (PlanState.IN_PROGRESS, [events.PlanProgressed])
    assert verified(first) == (first, [])
    last, told = verified(first, item=2)
    assert last.state is PlanState.COMPLETED
    assert [type(each) for each in told] == [events.PlanProgressed, events.PlanVerified]
    assert last.progress == 1


def test_cancelled_items_do_not_hold_a_plan_back() -> None:
    rest = moved(moved(at_work(LATER, LATER)), ItemState.CANCELLED, item=2)
    assert verified(rest)[0].state is PlanState.COMPLETED


def test_plan_whose_items_are_all_cancelled_is_cancelled() -> None:
    assert moved(at_work(LATER), ItemState.CANCELLED).state is PlanState.CANCELLED


def test_same_report_again_changes_nothing() -> None:
    done = moved(at_work(LATER))
    report = ReportProgress(row=0, plan=done.id, item=1, state=ItemState.DONE, on=LATER)
    assert plan.progress(done, report) == (done, [])


def test_plan_that_begins_says_so_once() -> None:
    found = at_work(LATER, LATER)
    report = ReportProgress(row=0, plan=found.id, item=1, state=ItemState.IN_PROGRESS, on=DAY)
    begun, told = plan.progress(found, report)
    assert facts(told) == [
        (events.PlanProgressed, begun.items[0].id, "IN_PROGRESS"),
        (events.PlanProgressed, None, "IN_PROGRESS"),
    ]
    assert len(plan.progress(begun, replace(report, item=2))[1]) == 1


def test_agreed_plan_is_agreed_once() -> None:
    found = at_work(LATER)
    assert plan.approve(found) == (found, [])
    assert plan.approve(moved(found)) == (moved(found), [])


def test_progress_weighs_items_and_leaves_cancelled_ones_out() -> None:
    found = moved(at_work(LATER, LATER, weight=3))
    assert found.progress == Fraction(3, 6)
    assert moved(found, ItemState.CANCELLED, item=2).progress == 1


def test_passed_date_is_told_once_per_item_and_once_per_plan() -> None:
    late, told = plan.check_overdue(at_work(DAY, LATER), LATER)
    assert (late.state, late.items[0].state, late.next_due_on) == (PlanState.OVERDUE, ItemState.OVERDUE, LATER)
    assert facts(told) == [
        (events.PlanOverdue, late.items[0].id, "OVERDUE"),
        (events.PlanOverdue, None, "OVERDUE"),
    ]
    assert plan.check_overdue(late, LATER) == (late, [])
    later, told = plan.check_overdue(late, LONG_AFTER)
    assert facts(told) == [(events.PlanOverdue, later.items[1].id, "OVERDUE")]
    assert plan.check_overdue(later, LONG_AFTER) == (later, [])


def test_nothing_is_late_on_its_own_day() -> None:
    found = at_work(DAY)
    assert plan.check_overdue(found, DAY) == (found, [])


def test_late_item_can_still_be_done_and_verified() -> None:
    late, _ = plan.check_overdue(at_work(DAY), LATER)
    assert verified(moved(late))[0].state is PlanState.COMPLETED


def test_what_is_done_is_never_late() -> None:
    done = moved(at_work(DAY))
    assert plan.check_overdue(done, LONG_AFTER) == (done, [])


@pytest.mark.parametrize("state", [PlanState.FAILED, PlanState.CANCELLED])
def test_ended_plan_takes_no_further_step(state: PlanState) -> None:
    ended, told = plan.end(at_work(DAY), state, "MUTASI")
    assert facts(told) == [(events.PlanProgressed, None, state)]
    assert plan.check_overdue(ended, LONG_AFTER) == (ended, [])
    for step in (
        lambda: moved(ended),
        lambda: verified(ended),
        lambda: plan.approve(ended),
        lambda: plan.end(ended, state, "LAGI"),
    ):
        with pytest.raises(RefusedError, match="plan_state"):
            step()


def test_plan_must_be_approved_before_it_progresses() -> None:
    with pytest.raises(RefusedError, match="plan_state"):
        moved(submitted(DAY))


def test_item_must_be_done_before_it_is_verified() -> None:
    with pytest.raises(RefusedError, match="item_state"):
        verified(at_work(DAY))


def test_verified_item_does_not_go_back() -> None:
    found, _ = verified(moved(at_work(LATER, LATER)))
    with pytest.raises(RefusedError, match="item_state"):
        moved(found, ItemState.IN_PROGRESS)


@pytest.mark.parametrize("number", [0, 2, -1])
def test_unknown_item_is_refused(number: int) -> None:
    with pytest.raises(RefusedError, match="item_unknown_in_plan"):
        plan.item_of(at_work(DAY), number)


STEPS = st.lists(st.tuples(st.sampled_from(["progress", "done", "cancel", "verify", "check"]), st.integers(1, 3)))


@given(STEPS)
def test_whatever_happens_no_fact_is_told_twice(steps: list[tuple[str, int]]) -> None:
    found = at_work(DAY, LATER, LONG_AFTER)
    told: list[Event] = []
    for step, item in steps:
        try:
            found, new = take(found, step, item)
        except RefusedError:
            continue
        told += new
    overdue = [each.item for each in told if isinstance(each, events.PlanOverdue)]
    assert len(overdue) == len(set(overdue))
    assert sum(isinstance(each, events.PlanVerified) for each in told) <= 1
    states = {item.state for item in found.items}
    assert (found.state is PlanState.COMPLETED) == (
        ItemState.VERIFIED in states and states <= {ItemState.VERIFIED, ItemState.CANCELLED}
    )


def take(found: ActionPlan, step: str, item: int) -> tuple[ActionPlan, list[Event]]:
    match step:
        case "check":
            return plan.check_overdue(found, DAY + timedelta(days=40 * item))
        case "verify":
            return verified(found, item)
        case _:
            state = {"progress": ItemState.IN_PROGRESS, "done": ItemState.DONE, "cancel": ItemState.CANCELLED}[step]
            return plan.progress(found, ReportProgress(row=0, plan=found.id, item=item, state=state, on=LATER))
