"""What curriculum learns about batches; a reschedule moves the sessions, a cancellation calls them off."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from marshmallow import fields

from curriculum import store
from curriculum.domain.seen import BatchState, SeenBatch
from curriculum.domain.session import BatchMove
from curriculum.usecases.sessions import cancel_batch, follow_batch
from eventkit.consumer import Handler, Projection, Reaction
from eventkit.envelope import Envelope
from eventkit.event import EventSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """The fields read of `batch.scheduled`."""

    batch: str
    programme: str
    programme_kind: str
    number: str
    planned_start: date
    planned_end: date
    venue_region: str | None
    time_zone: str


class ScheduledReader(EventSchema):
    builds = Scheduled
    batch = fields.String(required=True)
    programme = fields.String(required=True)
    programme_kind = fields.String(required=True)
    number = fields.String(required=True)
    planned_start = fields.Date(required=True)
    planned_end = fields.Date(required=True)
    venue_region = fields.String(required=True, allow_none=True)
    time_zone = fields.String(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescheduled:
    """The fields read of `batch.rescheduled`."""

    batch: str
    old_start: date
    new_start: date
    new_end: date
    new_venue_region: str | None
    reason_code: str
    decided_by_office: str | None
    schedule_version: int


class RescheduledReader(EventSchema):
    builds = Rescheduled
    batch = fields.String(required=True)
    old_start = fields.Date(required=True)
    new_start = fields.Date(required=True)
    new_end = fields.Date(required=True)
    new_venue_region = fields.String(required=True, allow_none=True)
    reason_code = fields.String(required=True)
    decided_by_office = fields.String(required=True, allow_none=True)
    schedule_version = fields.Integer(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """The fields read of `batch.started`, `.completed` and `.cancelled`."""

    batch: str
    local_date: date


class TurnedReader(EventSchema):
    builds = Turned
    batch = fields.String(required=True)
    local_date = fields.Date(required=True)


def on_batch_scheduled(state: SeenBatch | None, event: Scheduled, envelope: Envelope) -> SeenBatch:
    """Know the batch with its period and zone."""
    return replace(
        _known(state, envelope),
        programme=event.programme,
        programme_kind=event.programme_kind,
        number=event.number,
        planned_start=event.planned_start,
        planned_end=event.planned_end,
        venue_region=event.venue_region,
        time_zone=event.time_zone,
    )


def on_batch_rescheduled(state: SeenBatch | None, event: Rescheduled, envelope: Envelope) -> SeenBatch:
    """Take over the new period and venue."""
    return replace(
        _known(state, envelope),
        planned_start=event.new_start,
        planned_end=event.new_end,
        venue_region=event.new_venue_region,
        schedule_version=event.schedule_version,
    )


def on_batch_started(state: SeenBatch | None, event: Turned, envelope: Envelope) -> SeenBatch:
    """Know that it runs."""
    return replace(_known(state, envelope), state=BatchState.ONGOING, started_on=event.local_date)


def on_batch_completed(state: SeenBatch | None, event: Turned, envelope: Envelope) -> SeenBatch:
    """Know its last day, whose year the ledger uses."""
    return replace(_known(state, envelope), state=BatchState.COMPLETED, ended_on=event.local_date)


def on_batch_cancelled(state: SeenBatch | None, event: Turned, envelope: Envelope) -> SeenBatch:
    """Know that it is off, and since when."""
    return replace(_known(state, envelope), state=BatchState.CANCELLED, cancelled_on=event.local_date)


def move_sessions(reaction: Reaction[SeenBatch, Rescheduled]) -> None:
    """Move the sessions by the day difference and ask confirmed speakers again."""
    event = reaction.event
    batch_move = BatchMove(
        days=(event.new_start - event.old_start).days,
        schedule_version=event.schedule_version,
        reason_code=event.reason_code,
        decided_by_office=event.decided_by_office,
        at=reaction.envelope.time,
    )
    follow_batch(reaction.unit, reaction.tenant, event.batch, batch_move)


def cancel_sessions(reaction: Reaction[SeenBatch, Turned]) -> None:
    """Call off the sessions that have not begun."""
    cancel_batch(reaction.unit, reaction.tenant, reaction.event.batch)


def _known(state: SeenBatch | None, envelope: Envelope) -> SeenBatch:
    return state or SeenBatch(id=envelope.aggregate)


BATCHES: Final[Projection[Any]] = Projection(
    "registration.batch",
    store.seen_batches,
    {
        "id.bina.registration.batch.scheduled.v1": Handler(ScheduledReader, on_batch_scheduled),
        "id.bina.registration.batch.rescheduled.v1": Handler(RescheduledReader, on_batch_rescheduled, move_sessions),
        "id.bina.registration.batch.started.v1": Handler(TurnedReader, on_batch_started),
        "id.bina.registration.batch.completed.v1": Handler(TurnedReader, on_batch_completed),
        "id.bina.registration.batch.cancelled.v1": Handler(TurnedReader, on_batch_cancelled, cancel_sessions),
    },
)
