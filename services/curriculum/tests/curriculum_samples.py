"""Builders with defaults: a clinic and a retreat in small."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from curriculum.domain.attendance import AttendanceRow, AttendanceStatus, MarkAttendance
from curriculum.domain.curriculum import CompletionRule, CurriculumVersion, SessionTemplate, SpeakerSlot, VersionState
from curriculum.domain.schedule import ScheduleSessions, schedule
from curriculum.domain.seen import EnrolmentState, SeenBatch, SeenEnrolment
from curriculum.domain.session import Session
from curriculum.events import EnrolmentKind, GovernmentLevel, SessionKind
from eventkit.envelope import Envelope, Trace
from eventkit.event import EventId, TenantId

TENANT: Final = TenantId("74.71")
AT: Final = datetime(2025, 7, 1, 3, tzinfo=UTC)
MINISTER: Final = SpeakerSlot(office_code="MENDAGRI", government_level=GovernmentLevel.PUSAT, deadline_days=7)
OPEN: Final = SpeakerSlot(candidate_levels=(GovernmentLevel.PUSAT, GovernmentLevel.PROVINSI), deadline_days=7)


def template(code: str = "C2", **changes: Any) -> SessionTemplate:
    """A lecture of two JP on the first morning."""
    lecture = SessionTemplate(
        code=code, title="Arah kebijakan", kind=SessionKind.LECTURE, minutes=90, day_offset=0, start_time="08:00"
    )
    return replace(lecture, **changes)


def version(*templates: SessionTemplate, **changes: Any) -> CurriculumVersion:
    """A published version of the programme `p`."""
    published = CurriculumVersion(
        id="v1",
        version=2,
        curriculum="c",
        programme="p",
        number=1,
        minutes_per_jp=45,
        rule=CompletionRule(),
        sessions=templates or (template(),),
        state=VersionState.PUBLISHED,
    )
    return replace(published, **changes)


def batch(**changes: Any) -> SeenBatch:
    """A one-day batch of the programme `p` in Kendari."""
    seen = SeenBatch(
        id="b",
        programme="p",
        programme_kind="CLINIC",
        number="1",
        planned_start=date(2025, 7, 1),
        planned_end=date(2025, 7, 3),
        time_zone="Asia/Makassar",
    )
    return replace(seen, **changes)


def sessions(*templates: SessionTemplate, of: SeenBatch | None = None) -> list[Session]:
    """The sessions of the batch."""
    command = ScheduleSessions(tenant=TENANT, batch="b", curriculum="c", number=1, at=AT)
    return schedule(of or batch(), version(*templates), command)


def person(id_: str = "e1", **changes: Any) -> SeenEnrolment:
    """An arrived PNS of echelon II."""
    arrived = SeenEnrolment(
        id=id_,
        batch="b",
        person=f"p-{id_}",
        category="CAMAT",
        echelon_group="II",
        asn_status="PNS",
        state=EnrolmentState.CHECKED_IN,
    )
    return replace(arrived, **changes)


def unit(id_: str = "u1", delegates: tuple[str, ...] = ("d1", "d2"), **changes: Any) -> SeenEnrolment:
    """A unit with two delegates."""
    return person(
        id_,
        **{
            "kind": EnrolmentKind.UNIT,
            "person": None,
            "unit": "dinas",
            "delegates": delegates,
            "echelon_group": None,
            "asn_status": None,
            **changes,
        },
    )


def marking(*rows: AttendanceRow, default: AttendanceStatus | None = None, **changes: Any) -> MarkAttendance:
    """A request to mark a session."""
    command = MarkAttendance(tenant=TENANT, session="s", rows=rows, default_status=default, at=AT, by="tester")
    return replace(command, **changes)


def row(enrolment: str = "e1", status: str = "PRESENT", **changes: Any) -> AttendanceRow:
    """One row."""
    return replace(AttendanceRow(enrolment=enrolment, status=AttendanceStatus(status)), **changes)


def envelope(type_: str, aggregate: str, payload: bytes = b"{}", sequence: int = 1) -> Envelope:
    """An envelope as the runtime hands it over."""
    return Envelope(
        id=EventId(f"{aggregate}-{sequence}"),
        type=type_,
        source=f"/bina/{type_.split('.')[2]}",
        tenant=TENANT,
        aggregate=aggregate,
        sequence=sequence,
        time=AT,
        trace=Trace(correlation="test"),
        data=payload,
    )
