"""Attendance: one sheet per session and enrolment, marked in bulk, corrected with a reason.

The natural key is session + enrolment + person: sending the same row again changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from curriculum.domain.ids import derived
from curriculum.domain.seen import SeenEnrolment
from curriculum.domain.session import Headcount, Session, SessionState
from eventkit.event import TenantId
from eventkit.refusal import Fault, RefusedError


class AttendanceStatus(StrEnum):
    """Whether somebody was there."""

    PRESENT = "PRESENT"
    LATE = "LATE"
    EXCUSED = "EXCUSED"
    SICK = "SICK"
    ABSENT = "ABSENT"


THERE: Final = frozenset({AttendanceStatus.PRESENT, AttendanceStatus.LATE})
EXCUSED: Final = frozenset({AttendanceStatus.EXCUSED, AttendanceStatus.SICK})


class RowStatus(StrEnum):
    """What became of one row of a bulk request."""

    RECORDED = "RECORDED"
    UNCHANGED = "UNCHANGED"
    CORRECTED = "CORRECTED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One person in one session; without minutes the whole session counts."""

    person: str
    status: AttendanceStatus
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The value that a later row replaced, with the reason and who sent it."""

    replaced: Mark
    reason_code: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceSheet:
    """The marks of one enrolment in one session: one person, or the delegates of a unit."""

    id: str
    session: str
    batch: str
    enrolment: str
    marks: tuple[Mark, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def mark_of(self, person: str) -> Mark | None:
        """Give the person's mark, if there is one."""
        return next((each for each in self.marks if each.person == person), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRow:
    """One row of a request; for a unit without a person it means all delegates."""

    enrolment: str
    status: AttendanceStatus
    person: str | None = None
    minutes: int | None = None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkAttendance:
    """Mark a session: the rows, then everybody else who is enrolled, admitted and unmarked by default."""

    tenant: TenantId
    session: str
    rows: tuple[AttendanceRow, ...]
    at: datetime
    by: str
    default_status: AttendanceStatus | None = None
    expected_persons: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReport:
    """What became of one row."""

    row: int
    status: RowStatus
    id: str
    errors: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkReport:
    """What became of a request: its rows, and the counts with those marked by default."""

    rows: tuple[RowReport, ...]
    by_default: int
    enrolled: int
    sheets: tuple[AttendanceSheet, ...]
    reason_code: str | None = None


@dataclass(slots=True)
class _Book:
    """The sheets while one request is worked through; never leaves this module."""

    session: Session
    command: MarkAttendance
    sheets: dict[str, AttendanceSheet]

    def put(self, enrolment: str, mark: Mark, reason: str | None) -> RowStatus:
        """Write one mark; raises RefusedError for a different value without a reason."""
        sheet = self.sheets.get(enrolment) or _blank(self.session, enrolment)
        old = sheet.mark_of(mark.person)
        if old == mark:
            return RowStatus.UNCHANGED
        corrections = sheet.corrections
        if old is not None:
            if reason is None:
                raise RefusedError("INVALID", "reason_required")
            past = Correction(replaced=old, reason_code=reason, at=self.command.at, by=self.command.by)
            corrections = (*corrections, past)
        others = tuple(each for each in sheet.marks if each.person != mark.person)
        self.sheets[enrolment] = replace(sheet, marks=(*others, mark), corrections=corrections)
        return RowStatus.RECORDED if old is None else RowStatus.CORRECTED


def mark(
    session: Session,
    roster: Mapping[str, SeenEnrolment],
    sheets: Mapping[str, AttendanceSheet],
    command: MarkAttendance,
) -> MarkReport:
    """Apply the rows one by one and report each; a bad row leaves the others alone."""
    if session.state is SessionState.CANCELLED:
        raise RefusedError("CONFLICT", "session_state", state=session.state)
    enrolled = sum(len(each.people) for each in roster.values() if each.is_active)
    if command.expected_persons is not None and enrolled != command.expected_persons:
        raise RefusedError("CONFLICT", "roster_differs", expected=command.expected_persons, known=enrolled)
    book = _Book(session, command, dict(sheets))
    rows = tuple(_apply(book, roster, index, row) for index, row in enumerate(command.rows))
    by_default = _apply_default(book, roster.values())
    reasons = [each.reason_code for each in command.rows if each.reason_code]
    return MarkReport(
        rows=rows,
        by_default=by_default,
        enrolled=enrolled,
        sheets=tuple(sheet for enrolment, sheet in book.sheets.items() if sheets.get(enrolment) != sheet),
        reason_code=reasons[0] if reasons else None,
    )


def count(session: Session, roster: Iterable[SeenEnrolment], sheets: Mapping[str, AttendanceSheet]) -> Headcount:
    """Count the enrolled persons; whoever is admitted and has no mark was absent."""
    there = excused = absent = not_eligible = 0
    for enrolment in roster:
        if not enrolment.is_active:
            continue
        if not enrolment.is_admitted(session.eligible):
            not_eligible += len(enrolment.people)
            continue
        sheet = sheets.get(enrolment.id)
        for person in attending(enrolment, sheet):
            found = sheet.mark_of(person) if sheet else None
            there += found is not None and found.status in THERE
            excused += found is not None and found.status in EXCUSED
            absent += found is None or found.status is AttendanceStatus.ABSENT
    return Headcount(present=there, excused=excused, absent=absent, not_eligible=not_eligible)


def attending(enrolment: SeenEnrolment, sheet: AttendanceSheet | None) -> tuple[str, ...]:
    """Name those who are enrolled now, then former delegates who had been marked as present."""
    marked = sheet.marks if sheet else ()
    former = (each.person for each in marked if each.status in THERE and each.person not in enrolment.people)
    return (*enrolment.people, *former)


def _apply(book: _Book, roster: Mapping[str, SeenEnrolment], index: int, row: AttendanceRow) -> RowReport:
    sheet_id = derived(book.session.id, row.enrolment)
    before = book.sheets.get(row.enrolment)
    try:
        people = _people(book.session, roster.get(row.enrolment), row)
        marks = [Mark(person=each, status=row.status, minutes=row.minutes) for each in people]
        done = {book.put(row.enrolment, each, row.reason_code) for each in marks}
    except RefusedError as refusal:
        if before is not None:
            book.sheets[row.enrolment] = before  # a unit's row counts for all of its delegates or for none
        fault = Fault(f"/rows/{index}", refusal.code)
        return RowReport(row=index, status=RowStatus.REFUSED, id=sheet_id, errors=(fault,))
    order = (RowStatus.CORRECTED, RowStatus.RECORDED, RowStatus.UNCHANGED)
    return RowReport(row=index, status=next(each for each in order if each in done), id=sheet_id)


def _people(session: Session, enrolment: SeenEnrolment | None, row: AttendanceRow) -> tuple[str, ...]:
    if enrolment is None:
        raise RefusedError("INVALID", "enrolment_unknown")
    if not enrolment.is_active:
        raise RefusedError("INVALID", "enrolment_inactive")
    if not enrolment.is_admitted(session.eligible):
        raise RefusedError("INVALID", "not_eligible")
    _check_minutes(session, row)
    if not enrolment.people:
        raise RefusedError("INVALID", "delegates_missing")
    if row.person is not None and row.person not in enrolment.people:
        raise RefusedError("INVALID", "person_unknown")
    return enrolment.people if row.person is None else (row.person,)


def _check_minutes(session: Session, row: AttendanceRow) -> None:
    if row.minutes is not None and row.status not in THERE:
        raise RefusedError("INVALID", "minutes_without_presence")
    if row.minutes is not None and row.minutes > session.minutes:
        raise RefusedError("INVALID", "minutes_too_many")


def _apply_default(book: _Book, roster: Iterable[SeenEnrolment]) -> int:
    status = book.command.default_status
    if status is None:
        return 0
    marked = 0
    named = {(row.enrolment, row.person) for row in book.command.rows}
    for enrolment in roster:
        if not enrolment.is_active or not enrolment.is_admitted(book.session.eligible):
            continue
        sheet = book.sheets.get(enrolment.id)
        for person in enrolment.people:
            # A row that was refused must not turn into the default behind its sender's back.
            if (enrolment.id, None) in named or (enrolment.id, person) in named:
                continue
            if sheet is None or sheet.mark_of(person) is None:
                book.put(enrolment.id, Mark(person=person, status=status), None)
                marked += 1
    return marked


def _blank(session: Session, enrolment: str) -> AttendanceSheet:
    return AttendanceSheet(
        id=derived(session.id, enrolment), session=session.id, batch=session.batch, enrolment=enrolment
    )
