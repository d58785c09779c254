"""Who was there, what they scored and what they committed to: bulk commands with a report per row."""

from dataclasses import replace

from curriculum import store
from curriculum.domain import attendance, scores
from curriculum.domain import session as sessions
from curriculum.domain.attendance import MarkAttendance, MarkReport
from curriculum.domain.completion import Why
from curriculum.domain.scores import CommitmentReport, RecordCommitments, RecordScores, ScoreReport
from curriculum.domain.seen import SeenEnrolment
from curriculum.domain.session import Session as PlannedSession
from curriculum.domain.session import SessionState
from curriculum.usecases.completions import correct_completions
from eventkit.mongo import Session, Unit


def mark_attendance(uow: Unit, command: MarkAttendance) -> MarkReport:
    """Mark a session in bulk; a correction after the closing changes the head count and the completions."""

    def work(session: Session) -> MarkReport:
        known = store.sessions.load(command.tenant, command.session, session)
        report, roster, sheets = _marked(known, command, session)
        if not report.sheets:
            return report
        store.attendance.put_many(command.tenant, report.sheets, session)
        now = {**sheets, **{each.enrolment: each for each in report.sheets}}
        counted = attendance.count(known, roster.values(), now)
        recounted, events = sessions.recount(replace(known, has_attendance=True), counted)
        # Saved even when only the flag is set: a move of the session meets this write and gives way.
        store.sessions.save(command.tenant, recounted, events, session)
        if known.state is SessionState.HELD:
            why = Why(reason_code=report.reason_code or "ATTENDANCE_ADDED", at=command.at)
            touched = [each.enrolment for each in report.sheets]
            correct_completions(command.tenant, known.batch, touched, why, session)
        return report

    return uow.run(work)


def preview_attendance(session: Session, command: MarkAttendance) -> MarkReport:
    """Say what marking would do; stores nothing."""
    known = store.sessions.load(command.tenant, command.session, session)
    return _marked(known, command, session)[0]


def record_scores(uow: Unit, command: RecordScores) -> ScoreReport:
    """Keep the scores of a test; they stay in this service."""

    def work(session: Session) -> ScoreReport:
        report = preview_scores(session, command)
        store.scores.put_many(command.tenant, report.scores, session)
        return report

    return uow.run(work)


def preview_scores(session: Session, command: RecordScores) -> ScoreReport:
    """Say what recording would do; stores nothing."""
    store.seen_batches.load(command.tenant, command.batch, session)
    roster = store.roster(command.tenant, command.batch, session)
    known = store.scores_of_batch(command.tenant, command.batch, None, session)
    return scores.record(command, roster, known)


def record_commitments(uow: Unit, command: RecordCommitments) -> CommitmentReport:
    """Keep who committed, when, and where the signed text is."""

    def work(session: Session) -> CommitmentReport:
        report = preview_commitments(session, command)
        store.commitments.put_many(command.tenant, report.commitments, session)
        return report

    return uow.run(work)


def preview_commitments(session: Session, command: RecordCommitments) -> CommitmentReport:
    """Say what recording would do; stores nothing."""
    store.seen_batches.load(command.tenant, command.batch, session)
    roster = store.roster(command.tenant, command.batch, session)
    known = store.commitments_of_batch(command.tenant, command.batch, None, session)
    return scores.commit(command, roster, known)


def _marked(
    known: PlannedSession, command: MarkAttendance, session: Session
) -> tuple[MarkReport, dict[str, SeenEnrolment], dict[str, attendance.AttendanceSheet]]:
    roster = store.roster(command.tenant, known.batch, session)
    sheets = store.sheets_of_session(command.tenant, known.id, session)
    return attendance.mark(known, roster, sheets, command), roster, sheets
