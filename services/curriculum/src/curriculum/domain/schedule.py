"""The plan of a batch: every session of a published version, placed in the batch's period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from curriculum.domain.curriculum import CurriculumVersion, SessionTemplate, VersionState
from curriculum.domain.ids import derived
from curriculum.domain.seen import BatchState, SeenBatch
from curriculum.domain.session import Session, Timing, instant
from eventkit.event import TenantId
from eventkit.refusal import Fault, RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSessions:
    """Give a batch all sessions of a published version."""

    tenant: TenantId
    batch: str
    curriculum: str
    number: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPlan:
    """The sessions of a batch in the order of their time."""

    batch: str
    sessions: tuple[Session, ...]


def schedule(batch: SeenBatch, version: CurriculumVersion, command: ScheduleSessions) -> list[Session]:
    """Place every session of the version in the period of the batch, in the venue's zone."""
    if version.state is not VersionState.PUBLISHED:
        raise RefusedError("CONFLICT", "version_not_published", number=version.number)
    if batch.state in (BatchState.COMPLETED, BatchState.CANCELLED):
        raise RefusedError("CONFLICT", "batch_state", state=batch.state)
    if batch.programme != version.programme:
        raise RefusedError("CONFLICT", "programme_mismatch")
    if batch.planned_start is None or batch.planned_end is None or batch.time_zone is None:
        raise RefusedError("CONFLICT", "batch_without_period")
    _check_period(version.sessions, (batch.planned_end - batch.planned_start).days)
    return [_planned(batch, version, each, command.at) for each in version.sessions]


def _check_period(templates: Sequence[SessionTemplate], last_day: int) -> None:
    faults = [
        Fault(
            f"/sessions/{each.code}", "session_outside_period", (("code", each.code), ("day", str(each.day_offset + 1)))
        )
        for each in templates
        if each.day_offset > last_day
    ]
    if faults:
        raise RefusedError("CONFLICT", "sessions_outside_period", faults)


def _planned(batch: SeenBatch, version: CurriculumVersion, template: SessionTemplate, at: datetime) -> Session:
    first_day, zone = batch.planned_start or date.min, batch.time_zone or "Asia/Jakarta"
    day = first_day + timedelta(days=template.day_offset)
    start = instant(day, template.start_time, zone)
    end = start + timedelta(minutes=template.minutes)
    timing = Timing(number=1, date=day, start_time=template.start_time, zone=zone, start=start, end=end, set_at=at)
    return Session(
        id=derived(batch.id, "session", template.code),
        batch=batch.id,
        curriculum=version.curriculum,
        curriculum_version=version.number,
        version_id=version.id,
        code=template.code,
        title=template.title,
        kind=template.kind,
        minutes=template.minutes,
        jp=template.jp(version.minutes_per_jp),
        minutes_per_jp=version.minutes_per_jp,
        schedule=(timing,),
        batch_schedule=batch.schedule_version,
        eligible=template.eligible,
        values=template.values,
        competencies=template.competencies,
    )
