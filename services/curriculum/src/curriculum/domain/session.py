"""One session of a batch: moved alone or with its batch, closed with a head count, or called off.

SCHEDULED → HELD (attendance closed) | CANCELLED. A move adds a timing; the first plan stays readable.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypedDict
from zoneinfo import ZoneInfo

from curriculum.domain.jp import Worth
from curriculum.events import (
    EchelonGroup,
    SessionCancelled,
    SessionHeld,
    SessionKind,
    SessionRecounted,
    SessionRescheduled,
    SessionScheduled,
)
from eventkit.event import Aggregate, Event, TenantId
from eventkit.refusal import RefusedError


class SessionState(StrEnum):
    """The life of a session."""

    SCHEDULED = "SCHEDULED"
    HELD = "HELD"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a session is, in the venue's own time and as instants; who decided it, and why."""

    number: int
    date: date
    start_time: str
    zone: str
    start: datetime
    end: datetime
    set_at: datetime
    reason_code: str | None = None
    decided_by_office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A move of the batch that this session did not follow."""

    batch_schedule: int
    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """How many persons were there when the list was closed."""

    present: int
    excused: int
    absent: int
    not_eligible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Aggregate):
    """One session of one batch."""

    batch: str
    curriculum: str
    curriculum_version: int
    version_id: str
    code: str
    title: str
    kind: SessionKind
    minutes: int
    jp: int
    minutes_per_jp: int
    schedule: tuple[Timing, ...]
    batch_schedule: int
    eligible: tuple[EchelonGroup, ...] = ()
    values: tuple[str, ...] = ()
    competencies: tuple[str, ...] = ()
    state: SessionState = SessionState.SCHEDULED
    has_attendance: bool = False
    held_back: tuple[HeldBack, ...] = ()
    headcount: Headcount | None = None
    closed_at: datetime | None = None
    cancel_reason: str | None = None

    @property
    def timing(self) -> Timing:
        """The time that holds now."""
        return self.schedule[-1]

    @property
    def planned(self) -> Timing:
        """The first plan."""
        return self.schedule[0]

    @property
    def worth(self) -> Worth:
        return Worth(minutes=self.minutes, jp=self.jp, minutes_per_jp=self.minutes_per_jp)


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleSession:
    """Move one session to another local time."""

    tenant: TenantId
    session: str
    date: date
    start_time: str
    reason_code: str
    at: datetime
    decided_by_office: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSession:
    """Call one session off."""

    tenant: TenantId
    session: str
    reason_code: str
    at: datetime
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSession:
    """Close the attendance list of one session."""

    tenant: TenantId
    session: str
    at: datetime
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMove:
    """The day difference by which a batch moved, and its schedule version."""

    days: int
    schedule_version: int
    reason_code: str
    at: datetime
    decided_by_office: str | None = None


def scheduled(session: Session) -> SessionScheduled:
    """Tell that the session has its time."""
    return SessionScheduled(**_scheduling(session))


def move(session: Session, timing: Timing) -> tuple[Session, list[Event]]:
    """Give the session another time; refused once attendance was recorded or the session is over."""
    _check_scheduled(session)
    if session.has_attendance:
        raise RefusedError("CONFLICT", "attendance_recorded", session=session.code)
    old, moved = session.timing, replace(session, schedule=(*session.schedule, timing))
    reason = timing.reason_code or "BATCH_RESCHEDULED"
    return moved, [SessionRescheduled(**_scheduling(moved), old_start=old.start, old_end=old.end, reason_code=reason)]


def reschedule(session: Session, command: RescheduleSession) -> tuple[Session, list[Event]]:
    """Move one session on its own."""
    timing = timing_of(session, command.date, command.start_time, command.at)
    decided = replace(timing, reason_code=command.reason_code, decided_by_office=command.decided_by_office)
    return move(session, decided)


def follow(session: Session, batch_move: BatchMove) -> tuple[Session, list[Event]]:
    """Move with the batch by whole days; a session with attendance stays and remembers that it did."""
    if session.batch_schedule >= batch_move.schedule_version or session.state is SessionState.CANCELLED:
        return session, []
    informed = replace(session, batch_schedule=batch_move.schedule_version)
    if session.has_attendance or session.state is SessionState.HELD:
        kept = HeldBack(batch_schedule=batch_move.schedule_version, reason_code="ATTENDANCE_RECORDED")
        return replace(informed, held_back=(*session.held_back, kept)), []
    if batch_move.days == 0:
        return informed, []
    day = session.timing.date + timedelta(days=batch_move.days)
    timing = timing_of(session, day, session.timing.start_time, batch_move.at)
    reason, office = batch_move.reason_code, batch_move.decided_by_office
    return move(informed, replace(timing, reason_code=reason, decided_by_office=office))


def cancel(session: Session, reason_code: str) -> tuple[Session, list[Event]]:
    """Call the session off; refused once attendance was recorded."""
    _check_scheduled(session)
    if session.has_attendance:
        raise RefusedError("CONFLICT", "attendance_recorded", session=session.code)
    off = replace(session, state=SessionState.CANCELLED, cancel_reason=reason_code)
    return off, [SessionCancelled(**_scheduling(off), reason_code=reason_code)]


def close(session: Session, headcount: Headcount, at: datetime) -> tuple[Session, list[Event]]:
    """Close the attendance list; the session was held."""
    _check_scheduled(session)
    if not session.has_attendance:
        raise RefusedError("CONFLICT", "attendance_missing", session=session.code)
    held = replace(session, state=SessionState.HELD, headcount=headcount, closed_at=at)
    return held, [SessionHeld(**_counted(held, headcount))]


def recount(session: Session, headcount: Headcount) -> tuple[Session, list[Event]]:
    """Replace the head count of a held session after a correction, if it changed."""
    if session.state is not SessionState.HELD or session.headcount == headcount:
        return session, []
    return replace(session, headcount=headcount), [SessionRecounted(**_counted(session, headcount))]


def timing_of(session: Session, day: date, start_time: str, at: datetime) -> Timing:
    """Compute the next timing of the session from the venue's local time."""
    number, zone = session.timing.number + 1, session.timing.zone
    start = instant(day, start_time, zone)
    end = start + timedelta(minutes=session.minutes)
    return Timing(number=number, date=day, start_time=start_time, zone=zone, start=start, end=end, set_at=at)


def instant(day: date, start_time: str, zone: str) -> datetime:
    """Turn a local time into an instant in UTC."""
    return datetime.combine(day, time.fromisoformat(start_time), ZoneInfo(zone)).astimezone(UTC)


def _check_scheduled(session: Session) -> None:
    if session.state is not SessionState.SCHEDULED:
        raise RefusedError("CONFLICT", "session_state", state=session.state)


class _Scheduling(TypedDict):
    session: str
    batch: str
    curriculum: str
    version: int
    kind: str
    jp: int
    start: datetime
    end: datetime
    eligible: tuple[str, ...]
    schedule_version: int


def _scheduling(session: Session) -> _Scheduling:
    return {
        "session": session.id,
        "batch": session.batch,
        "curriculum": session.curriculum,
        "version": session.curriculum_version,
        "kind": session.kind,
        "jp": session.jp,
        "start": session.timing.start,
        "end": session.timing.end,
        "eligible": session.eligible,
        "schedule_version": session.timing.number,
    }


class _Counted(TypedDict):
    session: str
    batch: str
    kind: str
    jp: int
    present: int
    excused: int
    absent: int
    not_eligible: int


def _counted(session: Session, headcount: Headcount) -> _Counted:
    return {
        "session": session.id,
        "batch": session.batch,
        "kind": session.kind,
        "jp": session.jp,
        "present": headcount.present,
        "excused": headcount.excused,
        "absent": headcount.absent,
        "not_eligible": headcount.not_eligible,
    }
