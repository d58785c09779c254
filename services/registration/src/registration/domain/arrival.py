"""What surrounds an arrival: the delegates of a unit, the acting official of a head, check-in and no-show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from eventkit.event import Event
from eventkit.refusal import Fault, RefusedError
from registration.domain.batch import Batch, BatchMove, move_to
from registration.domain.codes import CoverKind, EnrolmentKind
from registration.domain.enrolment import (
    LEFT,
    Cover,
    Enrolment,
    EnrolmentMove,
    EnrolmentState,
    needs_cover,
    take_step,
)
from registration.events import EnrolmentCheckedIn, EnrolmentCoverNamed, EnrolmentDelegatesNamed


def name_delegates(enrolment: Enrolment, delegates: Sequence[str]) -> tuple[Enrolment, list[Event]]:
    """Say who comes for a unit; the new list replaces the old one."""
    if enrolment.kind is not EnrolmentKind.UNIT:
        raise RefusedError("CONFLICT", "not_a_unit_enrolment")
    if enrolment.state in LEFT or enrolment.state is EnrolmentState.CHECKED_IN:
        raise RefusedError("CONFLICT", "enrolment_state", state=enrolment.state, action="name_delegates")
    if len(set(delegates)) != len(delegates):
        raise RefusedError("INVALID", "invalid", [Fault("/delegates", "DUPLICATE")])
    if tuple(delegates) == enrolment.delegates:
        return enrolment, []
    named = replace(enrolment, delegates=tuple(delegates))
    event = EnrolmentDelegatesNamed(
        enrolment=named.id, batch=named.batch, delegates=named.delegates, count=len(named.delegates)
    )
    return named, [event]


def name_cover(enrolment: Enrolment, cover: Cover) -> tuple[Enrolment, list[Event]]:
    """Name the acting official of a head for some days."""
    if not needs_cover(enrolment):
        raise RefusedError("CONFLICT", "cover_not_expected", category=enrolment.category)
    if enrolment.state in LEFT:
        raise RefusedError("CONFLICT", "enrolment_state", state=enrolment.state, action="name_cover")
    if faults := _cover_faults(enrolment, cover):
        raise RefusedError("INVALID", "invalid", faults)
    if cover == enrolment.cover:
        return enrolment, []
    event = EnrolmentCoverNamed(
        enrolment=enrolment.id,
        unit=enrolment.unit,
        from_date=cover.from_date,
        to_date=cover.to_date,
        cover_kind=cover.kind,
    )
    return replace(enrolment, cover=cover), [event]


def _cover_faults(enrolment: Enrolment, cover: Cover) -> list[Fault]:
    faults = []
    if cover.to_date < cover.from_date:
        faults.append(Fault("/to_date", "PERIOD_ORDER"))
    if (cover.acting is None) != (cover.kind is CoverKind.EXEMPT):
        faults.append(Fault("/acting", "ACTING_OFFICIAL"))
    if cover.acting is not None and cover.acting == enrolment.person:
        faults.append(Fault("/acting", "ACTING_FOR_ONESELF"))
    return faults


def check_in(batch: Batch, enrolment: Enrolment, persons: int | None, at: datetime) -> tuple[Enrolment, list[Event]]:
    """Record an arrival; a second one of the same enrolment changes nothing."""
    if enrolment.state is EnrolmentState.CHECKED_IN:
        return enrolment, []
    move_to(batch, BatchMove.CHECK_IN)
    arrived = _arriving(enrolment, persons)
    if batch.rule.requires_cover and (code := cover_gap(batch, enrolment)):
        raise RefusedError("CONFLICT", code)
    present = take_step(enrolment, EnrolmentMove.CHECK_IN, at, None)
    event = EnrolmentCheckedIn(enrolment=present.id, batch=present.batch, at=at, persons=arrived)
    return replace(present, arrived=arrived, arrived_at=at), [event]


def record_no_show(batch: Batch, enrolment: Enrolment, at: datetime) -> tuple[Enrolment, list[Event]]:
    """Record that nobody came; the seat stays theirs and no event tells, since arrivals are what is told."""
    move_to(batch, BatchMove.CHECK_IN)
    return take_step(enrolment, EnrolmentMove.NO_SHOW, at, None), []


def cover_gap(batch: Batch, enrolment: Enrolment) -> str:
    """Say what is missing for the head's unit to be run during the planned days (rule R-PLH), or nothing."""
    if not needs_cover(enrolment):
        return ""
    if enrolment.cover is None:
        return "cover_missing"
    covered = enrolment.cover.from_date <= batch.plan.start and batch.plan.end <= enrolment.cover.to_date
    return "" if covered else "cover_period"


def _arriving(enrolment: Enrolment, persons: int | None) -> int:
    expected = 1 if enrolment.kind is EnrolmentKind.PERSON else len(enrolment.delegates)
    if expected == 0:
        raise RefusedError("CONFLICT", "delegates_missing")
    arrived = expected if persons is None else persons
    if not 1 <= arrived <= expected:
        raise RefusedError("CONFLICT", "arrived_out_of_range", persons=arrived, expected=expected)
    return arrived
