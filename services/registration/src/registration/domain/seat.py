"""Seats of a batch: counted by category on the batch itself, so that a quota closes exactly at its limit."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from eventkit.event import Event
from eventkit.refusal import RefusedError
from registration.domain.batch import Batch, BatchMove, move_to
from registration.domain.codes import Category
from registration.domain.enrolment import (
    SEATED,
    Enrolment,
    EnrolmentMove,
    EnrolmentState,
    MoveEnrolment,
    take_step,
)
from registration.events import (
    EnrolmentConfirmed,
    EnrolmentDeclined,
    EnrolmentWaitlisted,
    EnrolmentWithdrawn,
)

_DECISIONS: Final = {
    EnrolmentMove.WAITLIST: EnrolmentWaitlisted,
    EnrolmentMove.DECLINE: EnrolmentDeclined,
    EnrolmentMove.WITHDRAW: EnrolmentWithdrawn,
}


def seat_refusal(batch: Batch, category: Category) -> str:
    """Name the quota that has no seat left for the category, or nothing."""
    if batch.seats_taken >= batch.rule.seats_total:
        return "quota_full"
    ceilings = {each.category: each.seats for each in batch.rule.quota}
    if batch.taken.get(category, 0) >= ceilings.get(category, batch.rule.seats_total):
        return "quota_category_full"
    return ""


def give_seat(batch: Batch, category: Category) -> Batch:
    """Count one seat more; refuses beyond the quota."""
    if code := seat_refusal(batch, category):
        raise RefusedError("CONFLICT", code, category=category, seats=batch.rule.seats_total)
    return replace(batch, taken={**batch.taken, category: batch.taken.get(category, 0) + 1})


def free_seat(batch: Batch, category: Category) -> Batch:
    """Count one seat less."""
    return replace(batch, taken={**batch.taken, category: batch.taken[category] - 1})


def move_enrolment(batch: Batch, enrolment: Enrolment, command: MoveEnrolment) -> tuple[Batch, Enrolment, list[Event]]:
    """Decide on a nomination or take it back, with the seat that follows from it.

    A confirmation beyond the quota becomes a place on the waiting list where the rule keeps one.
    """
    move, seats = command.move, batch
    if move is EnrolmentMove.CONFIRM:
        return _confirm(batch, enrolment, command)
    moved = take_step(enrolment, move, command.at, command.reason_code)
    if enrolment.state in SEATED and moved.state not in SEATED:
        seats = free_seat(batch, enrolment.category)
    fact = _DECISIONS[move]
    return seats, moved, [fact(enrolment=moved.id, batch=batch.id, reason_code=command.reason_code)]


def _confirm(batch: Batch, enrolment: Enrolment, command: MoveEnrolment) -> tuple[Batch, Enrolment, list[Event]]:
    if enrolment.state in SEATED:
        return batch, enrolment, []
    confirmed = take_step(enrolment, EnrolmentMove.CONFIRM, command.at, command.reason_code)
    move_to(batch, BatchMove.SEAT)
    if seat_refusal(batch, enrolment.category) and batch.rule.keeps_waitlist:
        return _queue(batch, enrolment, command.at)
    seats = give_seat(batch, enrolment.category)
    event = EnrolmentConfirmed(enrolment=confirmed.id, batch=batch.id, reason_code=command.reason_code)
    return seats, confirmed, [event]


def _queue(batch: Batch, enrolment: Enrolment, at: datetime) -> tuple[Batch, Enrolment, list[Event]]:
    if enrolment.state is EnrolmentState.WAITLISTED:
        return batch, enrolment, []
    reason = seat_refusal(batch, enrolment.category).upper()
    queued = take_step(enrolment, EnrolmentMove.WAITLIST, at, reason)
    return batch, queued, [EnrolmentWaitlisted(enrolment=queued.id, batch=batch.id, reason_code=reason)]
