"""Folds of registration.unit, registration.programme and registration.batch into the register."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from marshmallow import fields

from eventkit.consumer import Handler
from eventkit.envelope import Envelope
from eventkit.event import EventSchema
from national.consumers.keeping import (
    Kept,
    Reader,
    day,
    keep,
    moment,
    optional_day,
    optional_text,
    seen,
    text,
    texts,
    whole,
)
from national.domain import Batch, Claim, Programme, Schedule, Unit, with_claim, with_schedule

_PREFIX: Final = "id.bina.registration"


class UnitReader(Reader):
    kind = text()
    name = text()
    region = text()
    parent = optional_text()
    valid_from = day()
    valid_to = optional_day()
    predecessors = texts()
    successors = texts()


class UnitClosedReader(Reader):
    valid_to = day()
    successors = texts()


class ProgrammeReader(Reader):
    code = text()
    kind = text()
    title = text()
    organizer_region = text()
    organizer_unit = optional_text()
    objectives = texts()
    values = texts()
    initiative = text()
    preceding_programme = optional_text()
    minutes_per_jp = whole()


class NothingReader(Reader):
    """Reads nothing: the type of the event says it all."""


class ClaimReader(EventSchema):
    builds = Claim
    claim = text()
    subject = text()
    value = text()
    source = text()
    stated_on = day()
    status = text()


def on_claim_stated(programme: Programme | None, event: Claim, envelope: Envelope) -> Programme:
    """Keep a claim's newest standing beside the programme."""
    return with_claim(seen(programme, Programme, envelope), event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """The first plan of a batch."""

    programme: str
    kind: str
    number: str
    planned_start: date
    planned_end: date
    provisional: bool
    venue_region: str | None
    time_zone: str
    seats_total: int


class ScheduledReader(EventSchema):
    builds = Scheduled
    programme = text()
    kind = fields.String(required=True, data_key="programme_kind")
    number = text()
    planned_start = day()
    planned_end = day()
    provisional = fields.Boolean(load_default=False)
    venue_region = optional_text()
    time_zone = text()
    seats_total = whole()


def on_batch_scheduled(batch: Batch | None, event: Scheduled, envelope: Envelope) -> Batch:
    """Put a batch into the register with its first plan."""
    known = replace(
        seen(batch, Batch, envelope),
        programme=event.programme,
        kind=event.kind,
        number=event.number,
        provisional=event.provisional,
        time_zone=event.time_zone,
        seats_total=event.seats_total,
        status="SCHEDULED",
    )
    first = Schedule(
        version=len(known.schedules) + 1,
        start=event.planned_start,
        end=event.planned_end,
        venue_region=event.venue_region,
    )
    return with_schedule(known, first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescheduled:
    """Another plan, with the reason and the office that decided."""

    new_start: date
    new_end: date
    new_venue_region: str | None
    reason_code: str
    decided_by_office: str
    schedule_version: int


class RescheduledReader(EventSchema):
    builds = Rescheduled
    new_start = day()
    new_end = day()
    new_venue_region = optional_text()
    reason_code = text()
    decided_by_office = text()
    schedule_version = whole()


def on_batch_rescheduled(batch: Batch | None, event: Rescheduled, envelope: Envelope) -> Batch:
    """Add the new plan; every earlier one stays."""
    known = seen(batch, Batch, envelope)
    moved = Schedule(
        version=event.schedule_version,
        start=event.new_start,
        end=event.new_end,
        venue_region=event.new_venue_region,
        reason_code=event.reason_code,
        decided_by_office=event.decided_by_office,
    )
    status = "SCHEDULED" if known.status == "POSTPONED" else known.status
    return with_schedule(replace(known, status=status), moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A batch really begins or ends, on a day at the venue."""

    at: datetime
    local_date: date


class TurnedReader(EventSchema):
    builds = Turned
    at = moment()
    local_date = day()


def on_batch_started(batch: Batch | None, event: Turned, envelope: Envelope) -> Batch:
    """Note the real beginning beside the plans."""
    known = seen(batch, Batch, envelope)
    return replace(
        known, status="ONGOING", started_on=event.local_date, started_at=event.at, year=event.local_date.year
    )


def on_batch_completed(batch: Batch | None, event: Turned, envelope: Envelope) -> Batch:
    """Note the real end."""
    return replace(seen(batch, Batch, envelope), status="COMPLETED", ended_on=event.local_date, ended_at=event.at)


UNIT: Final[Mapping[str, Handler[Unit, Kept]]] = {
    f"{_PREFIX}.unit.registered.v1": Handler(UnitReader, keep(Unit)),
    f"{_PREFIX}.unit.changed.v1": Handler(UnitReader, keep(Unit)),
    f"{_PREFIX}.unit.closed.v1": Handler(UnitClosedReader, keep(Unit)),
}
PROGRAMME: Final[Mapping[str, Handler[Programme, Any]]] = {
    f"{_PREFIX}.programme.proposed.v1": Handler(ProgrammeReader, keep(Programme)),
    f"{_PREFIX}.programme.approved.v1": Handler(NothingReader, keep(Programme, status="APPROVED")),
    f"{_PREFIX}.programme.cancelled.v1": Handler(NothingReader, keep(Programme, status="CANCELLED")),
    f"{_PREFIX}.programme.claim_recorded.v1": Handler(ClaimReader, on_claim_stated),
    f"{_PREFIX}.programme.claim_reviewed.v1": Handler(ClaimReader, on_claim_stated),
}
BATCH: Final[Mapping[str, Handler[Batch, Any]]] = {
    f"{_PREFIX}.batch.scheduled.v1": Handler(ScheduledReader, on_batch_scheduled),
    f"{_PREFIX}.batch.rescheduled.v1": Handler(RescheduledReader, on_batch_rescheduled),
    f"{_PREFIX}.batch.postponed.v1": Handler(NothingReader, keep(Batch, status="POSTPONED")),
    f"{_PREFIX}.batch.started.v1": Handler(TurnedReader, on_batch_started),
    f"{_PREFIX}.batch.completed.v1": Handler(TurnedReader, on_batch_completed),
    f"{_PREFIX}.batch.cancelled.v1": Handler(NothingReader, keep(Batch, status="CANCELLED")),
}
