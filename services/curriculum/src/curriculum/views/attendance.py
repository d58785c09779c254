"""Routes about attendance, test scores and commitments."""

from flask import Response, jsonify
from flask_smorest import Blueprint

from curriculum import store
from curriculum.domain.attendance import MarkAttendance
from curriculum.domain.scores import RecordCommitments, RecordScores
from curriculum.schemas.attendance import (
    AttendanceBody,
    CommitmentResponse,
    CommitmentsBody,
    MarkAttendanceRequest,
    MarkReportResponse,
    RecordCommitmentsRequest,
    RecordScoresRequest,
    ScoreResponse,
    ScoresBody,
    SheetResponse,
)
from curriculum.schemas.parts import BulkResponse, DryRunQuery
from curriculum.usecases import attendance as usecases
from curriculum.views.callers import BULK_TIMEOUT_S, MARKERS, PLANNERS, READERS, RECORD_READERS, now
from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.mongo import UnitOfWork
from eventkit.web import PageQuery, page_of, paged


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about attendance."""
    blueprint = Blueprint("attendance", __name__, url_prefix="/v1", description="Attendance, tests and commitments")
    _reads(blueprint, uow)
    _commands(blueprint, uow.within(BULK_TIMEOUT_S))
    return blueprint


def _reads(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/sessions/<session_id>/attendance", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(PageQuery, location="query", as_kwargs=True)
    @blueprint.response(200, page_of(SheetResponse))
    def list_attendance(cursor: str | None, size: int, session_id: str) -> Response:
        """List the attendance of a session as pseudonyms; names come from registration."""
        tenant, session = principal().tenant, uow.reading()
        known = store.sessions.load(tenant, session_id, session)
        page = store.attendance.page(tenant, {"session": known.id}, session, cursor=cursor, size=size)
        return paged(page, SheetResponse())

    @blueprint.route("/batches/<batch_id>/test-scores", methods=["GET"])
    @roles(*PLANNERS)
    @blueprint.arguments(PageQuery, location="query", as_kwargs=True)
    @blueprint.response(200, page_of(ScoreResponse))
    def list_scores(cursor: str | None, size: int, batch_id: str) -> Response:
        """List the test scores of a batch."""
        tenant, session = principal().tenant, uow.reading()
        batch = store.seen_batches.load(tenant, batch_id, session)
        page = store.scores.page(tenant, {"batch": batch.id}, session, cursor=cursor, size=size)
        return paged(page, ScoreResponse())

    @blueprint.route("/batches/<batch_id>/commitments", methods=["GET"])
    @roles(*RECORD_READERS)
    @blueprint.arguments(PageQuery, location="query", as_kwargs=True)
    @blueprint.response(200, page_of(CommitmentResponse))
    def list_commitments(cursor: str | None, size: int, batch_id: str) -> Response:
        """List the commitments of a batch."""
        tenant, session = principal().tenant, uow.reading()
        batch = store.seen_batches.load(tenant, batch_id, session)
        page = store.commitments.page(tenant, {"batch": batch.id}, session, cursor=cursor, size=size)
        return paged(page, CommitmentResponse())


def _commands(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/sessions/<session_id>/attendance", methods=["POST"])
    @roles(*MARKERS)
    @blueprint.arguments(MarkAttendanceRequest)
    @blueprint.arguments(DryRunQuery, location="query", as_kwargs=True)
    @blueprint.response(200, MarkReportResponse)
    @blueprint.alt_response(409, description="The session is cancelled, or the roster is another than expected")
    def mark(body: AttendanceBody, session_id: str, *, dry_run: bool) -> Response:
        """Mark a session in bulk; bad rows are reported, good rows survive."""
        caller = principal()
        command = MarkAttendance(
            tenant=caller.tenant,
            session=session_id,
            rows=body.rows,
            default_status=body.default_status,
            expected_persons=body.expected_persons,
            at=now(),
            by=caller.subject,
        )
        if dry_run:
            return jsonify(MarkReportResponse().dump(usecases.preview_attendance(uow.reading(), command)))
        return once(uow, 200, MarkReportResponse(), lambda unit: usecases.mark_attendance(unit, command))

    @blueprint.route("/batches/<batch_id>/test-scores", methods=["POST"])
    @roles(*MARKERS)
    @blueprint.arguments(RecordScoresRequest)
    @blueprint.arguments(DryRunQuery, location="query", as_kwargs=True)
    @blueprint.response(200, BulkResponse)
    def record_scores(body: ScoresBody, batch_id: str, *, dry_run: bool) -> Response:
        """Record the scores of a test; they leave this service in no event."""
        caller = principal()
        command = RecordScores(
            tenant=caller.tenant, batch=batch_id, kind=body.kind, rows=body.rows, at=now(), by=caller.subject
        )
        if dry_run:
            return jsonify(BulkResponse().dump(usecases.preview_scores(uow.reading(), command)))
        return once(uow, 200, BulkResponse(), lambda unit: usecases.record_scores(unit, command))

    @blueprint.route("/batches/<batch_id>/commitments", methods=["POST"])
    @roles(*MARKERS)
    @blueprint.arguments(RecordCommitmentsRequest)
    @blueprint.arguments(DryRunQuery, location="query", as_kwargs=True)
    @blueprint.response(200, BulkResponse)
    def record_commitments(body: CommitmentsBody, batch_id: str, *, dry_run: bool) -> Response:
        """Record who committed to something."""
        command = RecordCommitments(tenant=principal().tenant, batch=batch_id, rows=body.rows, at=now())
        if dry_run:
            return jsonify(BulkResponse().dump(usecases.preview_commitments(uow.reading(), command)))
        return once(uow, 200, BulkResponse(), lambda unit: usecases.record_commitments(unit, command))
