"""Batches (waves) of a programme: plan, seats and the real course of things.

                 ┌── reschedule ──┐
    SCHEDULED ──► OPEN ──► ONGOING ──► COMPLETED ──► MONITORING ──► CLOSED
        ▲ └───┬─────┘
        │     ├──► POSTPONED ──► CANCELLED
        │     │        └── reschedule ──► SCHEDULED
        └─────┴──► CANCELLED

A new date is an event and a new schedule version, not a state. CLOSED needs after-measures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from eventkit.event import Aggregate, TenantId
from eventkit.refusal import RefusedError
from registration.domain.eligibility import Rule


class BatchState(StrEnum):
    """Where a batch stands."""

    SCHEDULED = "SCHEDULED"
    OPEN = "OPEN"
    ONGOING = "ONGOING"
    COMPLETED = "COMPLETED"
    MONITORING = "MONITORING"
    CLOSED = "CLOSED"
    POSTPONED = "POSTPONED"
    CANCELLED = "CANCELLED"


class BatchMove(StrEnum):
    """What can be done to a batch."""

    OPEN = "open"
    START = "start"
    COMPLETE = "complete"
    MONITOR = "monitor"
    CLOSE = "close"
    POSTPONE = "postpone"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    NOMINATE = "nominate"
    SEAT = "seat"
    CHECK_IN = "check_in"
    CHANGE_RULE = "change_rule"


S = BatchState
MOVES: Final[Mapping[BatchMove, Mapping[BatchState, BatchState]]] = {
    BatchMove.OPEN: {S.SCHEDULED: S.OPEN},
    BatchMove.START: {S.OPEN: S.ONGOING},
    BatchMove.COMPLETE: {S.ONGOING: S.COMPLETED},
    BatchMove.MONITOR: {S.COMPLETED: S.MONITORING},
    BatchMove.CLOSE: {S.MONITORING: S.CLOSED},
    BatchMove.POSTPONE: {S.SCHEDULED: S.POSTPONED, S.OPEN: S.POSTPONED},
    BatchMove.RESCHEDULE: {S.SCHEDULED: S.SCHEDULED, S.OPEN: S.OPEN, S.POSTPONED: S.SCHEDULED},
    BatchMove.CANCEL: {S.SCHEDULED: S.CANCELLED, S.OPEN: S.CANCELLED, S.POSTPONED: S.CANCELLED},
    # People come late or in the place of others even after the first day.
    BatchMove.NOMINATE: {S.OPEN: S.OPEN, S.ONGOING: S.ONGOING},
    BatchMove.SEAT: {S.OPEN: S.OPEN, S.ONGOING: S.ONGOING, S.SCHEDULED: S.SCHEDULED},
    BatchMove.CHECK_IN: {S.OPEN: S.OPEN, S.ONGOING: S.ONGOING},
    BatchMove.CHANGE_RULE: {S.SCHEDULED: S.SCHEDULED, S.OPEN: S.OPEN, S.ONGOING: S.ONGOING},
}

# Indonesia keeps no summer time, so the three zones are fixed distances from UTC.
_OFFSETS: Final = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
_USUAL_DAYS: Final = {"RETREAT": range(2, 11), "CLINIC": range(1, 4)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Where a batch takes place; often only the region is known at first, sometimes nothing."""

    name: str | None
    region: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Days and place as somebody decided them."""

    start: date
    end: date
    provisional: bool
    venue: Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleVersion:
    """One plan of a batch; the first is number 1, none is ever changed."""

    number: int
    plan: Plan
    reason_code: str | None
    decided_by_office: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Aggregate):
    """One run of a programme; `taken` counts seats by category and closes exactly at the quota."""

    programme: str
    programme_kind: str
    number: str
    organizer_region: str
    time_zone: str
    state: BatchState
    rule: Rule
    schedule: tuple[ScheduleVersion, ...]
    taken: Mapping[str, int]
    started_at: datetime | None = None
    completed_at: datetime | None = None
    reason_code: str | None = None
    decided_by_office: str | None = None

    @property
    def plan(self) -> Plan:
        """The plan that is in force."""
        return self.schedule[-1].plan

    @property
    def seats_taken(self) -> int:
        """Seats that are held."""
        return sum(self.taken.values())

    @property
    def warnings(self) -> list[str]:
        """What is unusual about the plan, yet allowed."""
        days = (self.plan.end - self.plan.start).days + 1
        usual = _USUAL_DAYS.get(self.programme_kind)
        return ["UNUSUAL_LENGTH"] if usual is not None and days not in usual else []


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBatch:
    """Set period, venue and quota of a new batch."""

    tenant: TenantId
    batch: str
    programme: str
    number: str
    plan: Plan
    time_zone: str | None
    rule: Rule
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBatch:
    """Open, start, complete, postpone or cancel a batch."""

    tenant: TenantId
    batch: str
    at: datetime
    reason_code: str | None
    decided_by_office: str | None
    expected_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleBatch:
    """Move the plan, with the reason and the office that decided."""

    tenant: TenantId
    batch: str
    plan: Plan
    reason_code: str
    decided_by_office: str
    at: datetime
    expected_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRule:
    """Admit others, or give another number of seats."""

    tenant: TenantId
    batch: str
    rule: Rule
    expected_version: int | None


def move_to(batch: Batch, move: BatchMove) -> Batch:
    """Give the batch in its next state; refuses a move that its state does not allow."""
    target = MOVES[move].get(batch.state)
    if target is None:
        raise RefusedError("CONFLICT", "batch_state", state=batch.state, action=move)
    return replace(batch, state=target)


def local_day(moment: datetime, time_zone: str) -> date:
    """Give the day at the venue."""
    return moment.astimezone(timezone(timedelta(hours=_OFFSETS[time_zone]))).date()
