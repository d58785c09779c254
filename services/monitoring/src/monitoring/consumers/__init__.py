"""What monitoring reads of other services, and what it does on their facts; one mapping of all handlers.

Topics arrive in any order: every fold works from nothing, and counts are taken when they are asked for.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from eventkit.consumer import Handler, Projection, Reaction
from eventkit.envelope import Envelope
from monitoring import store
from monitoring.consumers.readers import (
    BatchMoved,
    BatchMovedReader,
    BatchPlanned,
    BatchPlannedReader,
    BatchTurned,
    BatchTurnedReader,
    Completed,
    CompletedReader,
    EnrolmentTurned,
    EnrolmentTurnedReader,
    Nominated,
    NominatedReader,
    SessionHeld,
    SessionHeldReader,
    UnitDescribed,
    UnitDescribedReader,
    UnitEnded,
    UnitEndedReader,
)
from monitoring.domain.measure import MeasureKind, baseline_due, follow_ups
from monitoring.domain.seen import (
    BatchState,
    EnrolmentState,
    SeenBatch,
    SeenCompletion,
    SeenEnrolment,
    SeenSession,
    SeenUnit,
)
from monitoring.usecases.measures import call_off, follow_schedule


def on_unit_described(_: SeenUnit | None, event: UnitDescribed, __: Envelope) -> SeenUnit:
    """Keep the unit as it is now."""
    return SeenUnit(id=event.unit, kind=event.kind, name=event.name, valid_to=event.valid_to)


def on_unit_closed(seen: SeenUnit | None, event: UnitEnded, _: Envelope) -> SeenUnit:
    """Note the unit's last day."""
    return replace(seen or SeenUnit(id=event.unit), valid_to=event.valid_to)


def on_batch_scheduled(seen: SeenBatch | None, event: BatchPlanned, _: Envelope) -> SeenBatch:
    """Keep the planned period."""
    return replace(
        seen or SeenBatch(id=event.batch),
        programme=event.programme,
        programme_kind=event.programme_kind,
        number=event.number,
        planned_start=event.planned_start,
        planned_end=event.planned_end,
    )


def on_batch_rescheduled(seen: SeenBatch | None, event: BatchMoved, _: Envelope) -> SeenBatch:
    """Keep the new period."""
    return replace(seen or SeenBatch(id=event.batch), planned_start=event.new_start, planned_end=event.new_end)


def on_batch_started(seen: SeenBatch | None, event: BatchTurned, _: Envelope) -> SeenBatch:
    """Note the real first day."""
    return replace(seen or SeenBatch(id=event.batch), state=BatchState.ONGOING, started_on=event.local_date)


def on_batch_completed(seen: SeenBatch | None, event: BatchTurned, _: Envelope) -> SeenBatch:
    """Note the real last day, from which the evaluation clock counts."""
    return replace(seen or SeenBatch(id=event.batch), state=BatchState.COMPLETED, completed_on=event.local_date)


def on_batch_cancelled(seen: SeenBatch | None, event: BatchTurned, _: Envelope) -> SeenBatch:
    """Note that the batch does not take place."""
    return replace(seen or SeenBatch(id=event.batch), state=BatchState.CANCELLED)


def baseline_before(first_day: date) -> Mapping[MeasureKind, date]:
    """Date the baseline of a batch that begins on this day."""
    return {MeasureKind.BASELINE: baseline_due(first_day)}


def after_batch_dated(reaction: Reaction[SeenBatch, Any]) -> None:
    """Open the baseline, or move it with the first day; a batch that has begun keeps the real one."""
    first_day = reaction.after.started_on or reaction.after.planned_start
    if first_day is not None:
        follow_schedule(reaction.unit, reaction.tenant, reaction.after.id, baseline_before(first_day))


def after_batch_completed(reaction: Reaction[SeenBatch, BatchTurned]) -> None:
    """Open the follow-ups, counted from the last day."""
    due = follow_ups(reaction.event.local_date)
    follow_schedule(reaction.unit, reaction.tenant, reaction.after.id, due)


def after_batch_cancelled(reaction: Reaction[SeenBatch, BatchTurned]) -> None:
    """Close what was opened for the batch."""
    call_off(reaction.unit, reaction.tenant, reaction.after.id)


def on_enrolment_nominated(seen: SeenEnrolment | None, event: Nominated, _: Envelope) -> SeenEnrolment:
    """Keep who is put forward; one that the rule refuses never takes part."""
    state = EnrolmentState.NOMINATED if event.eligible else EnrolmentState.REJECTED
    return replace(
        seen or SeenEnrolment(id=event.enrolment),
        batch=event.batch,
        kind=event.kind,
        person=event.person,
        unit=event.unit,
        state=state,
    )


def turned(state: EnrolmentState) -> Handler[SeenEnrolment, EnrolmentTurned]:
    """Handle an event that gives an enrolment another state."""

    def fold(seen: SeenEnrolment | None, event: EnrolmentTurned, _: Envelope) -> SeenEnrolment:
        return replace(seen or SeenEnrolment(id=event.enrolment), batch=event.batch, state=state)

    return Handler(EnrolmentTurnedReader, fold)


def on_session_held(_: SeenSession | None, event: SessionHeld, __: Envelope) -> SeenSession:
    """Keep that the session was held."""
    return SeenSession(id=event.session, batch=event.batch, present=event.present)


def on_completion(_: SeenCompletion | None, event: Completed, __: Envelope) -> SeenCompletion:
    """Keep the latest outcome."""
    return SeenCompletion(id=event.completion, enrolment=event.enrolment, batch=event.batch, outcome=event.outcome)


UNITS: Final[Mapping[str, Handler[SeenUnit, Any]]] = {
    "id.bina.registration.unit.registered.v1": Handler(UnitDescribedReader, on_unit_described),
    "id.bina.registration.unit.changed.v1": Handler(UnitDescribedReader, on_unit_described),
    "id.bina.registration.unit.closed.v1": Handler(UnitEndedReader, on_unit_closed),
}
BATCHES: Final[Mapping[str, Handler[SeenBatch, Any]]] = {
    "id.bina.registration.batch.scheduled.v1": Handler(BatchPlannedReader, on_batch_scheduled, after_batch_dated),
    "id.bina.registration.batch.rescheduled.v1": Handler(BatchMovedReader, on_batch_rescheduled, after_batch_dated),
    "id.bina.registration.batch.started.v1": Handler(BatchTurnedReader, on_batch_started, after_batch_dated),
    "id.bina.registration.batch.completed.v1": Handler(BatchTurnedReader, on_batch_completed, after_batch_completed),
    "id.bina.registration.batch.cancelled.v1": Handler(BatchTurnedReader, on_batch_cancelled, after_batch_cancelled),
}
ENROLMENTS: Final[Mapping[str, Handler[SeenEnrolment, Any]]] = {
    "id.bina.registration.enrolment.nominated.v1": Handler(NominatedReader, on_enrolment_nominated),
    "id.bina.registration.enrolment.confirmed.v1": turned(EnrolmentState.CONFIRMED),
    "id.bina.registration.enrolment.waitlisted.v1": turned(EnrolmentState.WAITLISTED),
    "id.bina.registration.enrolment.declined.v1": turned(EnrolmentState.DECLINED),
    "id.bina.registration.enrolment.substituted.v1": turned(EnrolmentState.SUBSTITUTED),
    "id.bina.registration.enrolment.withdrawn.v1": turned(EnrolmentState.WITHDRAWN),
    "id.bina.registration.enrolment.checked_in.v1": turned(EnrolmentState.CHECKED_IN),
}
SESSIONS: Final[Mapping[str, Handler[SeenSession, Any]]] = {
    "id.bina.curriculum.session.held.v1": Handler(SessionHeldReader, on_session_held),
}
COMPLETIONS: Final[Mapping[str, Handler[SeenCompletion, Any]]] = {
    "id.bina.curriculum.completion.recorded.v1": Handler(CompletedReader, on_completion),
    "id.bina.curriculum.completion.corrected.v1": Handler(CompletedReader, on_completion),
}
PROJECTIONS: Final[tuple[Projection[Any], ...]] = (
    Projection("registration.unit", store.seen_units, UNITS),
    Projection("registration.batch", store.seen_batches, BATCHES),
    Projection("registration.enrolment", store.seen_enrolments, ENROLMENTS),
    Projection("curriculum.session", store.seen_sessions, SESSIONS),
    Projection("curriculum.completion", store.seen_completions, COMPLETIONS),
)
