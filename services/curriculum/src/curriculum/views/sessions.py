"""Routes about batches as seen here and their sessions."""

from dataclasses import asdict
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from curriculum import store
from curriculum.domain.schedule import BatchPlan, ScheduleSessions
from curriculum.domain.session import CancelSession, CloseSession, RescheduleSession, Session
from curriculum.schemas.parts import ReasonBody, ReasonRequest
from curriculum.schemas.sessions import (
    BatchPlanResponse,
    BatchResponse,
    RescheduleBody,
    RescheduleSessionRequest,
    ScheduleBody,
    ScheduleSessionsRequest,
    SessionResponse,
)
from curriculum.usecases import sessions as usecases
from curriculum.views.callers import MARKERS, PLANNERS, READERS, now
from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.mongo import UnitOfWork
from eventkit.web import if_match


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about sessions."""
    blueprint = Blueprint("sessions", __name__, url_prefix="/v1", description="Sessions of a batch")
    _reads(blueprint, uow)
    _commands(blueprint, uow)
    return blueprint


def _reads(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/batches/<batch_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, BatchResponse)
    def show_batch(batch_id: str) -> dict[str, Any]:
        """Show what this service has learned about a batch."""
        tenant, session = principal().tenant, uow.reading()
        batch = store.seen_batches.load(tenant, batch_id, session)
        active = [each for each in store.roster(tenant, batch_id, session).values() if each.is_active]
        persons = sum(len(each.people) for each in active)
        return {**asdict(batch), "enrolments": len(active), "persons": persons}

    @blueprint.route("/batches/<batch_id>/sessions", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, BatchPlanResponse)
    def list_sessions(batch_id: str) -> BatchPlan:
        """List the sessions of a batch in the order of their time, each with its first plan and its present time."""
        tenant, session = principal().tenant, uow.reading()
        store.seen_batches.load(tenant, batch_id, session)
        return BatchPlan(batch=batch_id, sessions=tuple(store.sessions_of_batch(tenant, batch_id, session)))

    @blueprint.route("/sessions/<session_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, SessionResponse)
    def show_session(session_id: str) -> Session:
        """Show one session."""
        return store.sessions.load(principal().tenant, session_id, uow.reading())


def _commands(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/batches/<batch_id>/sessions", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(ScheduleSessionsRequest)
    @blueprint.response(201, BatchPlanResponse)
    @blueprint.alt_response(409, description="Not published, not this programme, or scheduled already")
    def schedule(body: ScheduleBody, batch_id: str) -> Response:
        """Give a batch all sessions and speaker slots of a published version."""
        tenant = principal().tenant
        command = ScheduleSessions(
            tenant=tenant, batch=batch_id, curriculum=body.curriculum, number=body.number, at=now()
        )
        return once(uow, 201, BatchPlanResponse(), lambda unit: usecases.schedule_sessions(unit, command))

    @blueprint.route("/sessions/<session_id>/reschedules", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(RescheduleSessionRequest)
    @blueprint.response(200, SessionResponse)
    @blueprint.alt_response(409, description="Attendance was recorded, or the session is over")
    def reschedule(body: RescheduleBody, session_id: str) -> Response:
        """Move one session and ask its confirmed speakers again."""
        command = RescheduleSession(
            tenant=principal().tenant,
            session=session_id,
            date=body.date,
            start_time=body.start_time,
            reason_code=body.reason_code,
            decided_by_office=body.decided_by_office,
            at=now(),
            expected_version=if_match(),
        )
        return once(uow, 200, SessionResponse(), lambda unit: usecases.reschedule_session(unit, command))

    @blueprint.route("/sessions/<session_id>/cancellation", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(ReasonRequest)
    @blueprint.response(200, SessionResponse)
    @blueprint.alt_response(409, description="Attendance was recorded, or the session is over")
    def cancel(body: ReasonBody, session_id: str) -> Response:
        """Call one session off."""
        reason, seen = body.reason_code, if_match()
        command = CancelSession(
            tenant=principal().tenant, session=session_id, reason_code=reason, at=now(), expected_version=seen
        )
        return once(uow, 200, SessionResponse(), lambda unit: usecases.cancel_session(unit, command))

    @blueprint.route("/sessions/<session_id>/closing", methods=["POST"])
    @roles(*MARKERS)
    @blueprint.response(200, SessionResponse)
    @blueprint.alt_response(409, description="No attendance yet, or closed already")
    def close(session_id: str) -> Response:
        """Close the attendance list: the session was held, whoever has no mark was absent."""
        command = CloseSession(tenant=principal().tenant, session=session_id, at=now(), expected_version=if_match())
        return once(uow, 200, SessionResponse(), lambda unit: usecases.close_session(unit, command))
