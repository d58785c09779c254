"""Routes of monitoring visits and of the register of innovations."""

from flask import Response
from flask_smorest import Blueprint

from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.ids import new_id
from eventkit.mongo import UnitOfWork
from eventkit.web import if_match, page_of, paged
from monitoring import store
from monitoring.schemas.rows import ListQuery, Nothing, NothingRequest
from monitoring.schemas.visits import (
    AdvanceInnovationBody,
    AdvanceInnovationRequest,
    InnovationQuery,
    InnovationResponse,
    RecordVisitBody,
    RecordVisitRequest,
    RegisterInnovationBody,
    RegisterInnovationRequest,
    RespondBody,
    RespondRequest,
    ScheduleVisitBody,
    ScheduleVisitRequest,
    SettleBody,
    SettleRequest,
    VisitQuery,
    VisitResponse,
)
from monitoring.usecases import visits
from monitoring.views.callers import PLANNERS, READERS, VISITORS


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the visit routes."""
    blueprint = Blueprint("visits", __name__, url_prefix="/v1")
    _visits(blueprint, uow)
    _findings(blueprint, uow)
    _innovations(blueprint, uow)
    return blueprint


def _visits(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/visits", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(VisitQuery, location="query")
    @blueprint.response(200, page_of(VisitResponse))
    def list_visits(query: ListQuery) -> Response:
        """List visits by unit, batch or status."""
        place = store.Place(query.cursor, query.size)
        return paged(
            store.page_of(principal().tenant, store.visits, query.where, uow.reading(), place), VisitResponse()
        )

    @blueprint.route("/visits", methods=["POST"])
    @roles(*VISITORS)
    @blueprint.arguments(ScheduleVisitRequest)
    @blueprint.response(201, VisitResponse)
    def schedule_visit(body: ScheduleVisitBody) -> Response:
        """Plan the next visit of a unit's series; the caller is the visitor."""
        command = body.command(principal().tenant, new_id(), principal().subject)
        return once(uow, 201, VisitResponse(), lambda unit: visits.schedule_visit(unit, command))

    @blueprint.route("/visits/<visit_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, VisitResponse)
    def show_visit(visit_id: str) -> object:
        """Show one visit with its findings."""
        return store.visits.load(principal().tenant, visit_id, uow.reading())

    @blueprint.route("/visits/<visit_id>/record", methods=["POST"])
    @roles(*VISITORS)
    @blueprint.arguments(RecordVisitRequest)
    @blueprint.response(200, VisitResponse)
    def record_visit(body: RecordVisitBody, visit_id: str) -> Response:
        """Write down what a visit found."""
        tenant, version = principal().tenant, if_match()
        return once(
            uow, 200, VisitResponse(), lambda unit: visits.record_visit(unit, tenant, visit_id, version, body.record)
        )

    @blueprint.route("/visits/<visit_id>/close", methods=["POST"])
    @roles(*VISITORS)
    @blueprint.arguments(NothingRequest)
    @blueprint.response(200, VisitResponse)
    def close_visit(_: Nothing, visit_id: str) -> Response:
        """End a visit; refused while a finding is not settled."""
        tenant, version = principal().tenant, if_match()
        return once(uow, 200, VisitResponse(), lambda unit: visits.close_visit(unit, tenant, visit_id, version))


def _findings(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/visits/<visit_id>/findings/<int:number>/respond", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(RespondRequest)
    @blueprint.response(200, VisitResponse)
    def respond(body: RespondBody, visit_id: str, number: int) -> Response:
        """Answer a finding for the unit that owns it."""
        target = visits.FindingOf(principal().tenant, visit_id, number)
        return once(
            uow, 200, VisitResponse(), lambda unit: visits.respond_to_finding(unit, target, body.response, body.on)
        )

    @blueprint.route("/visits/<visit_id>/findings/<int:number>/settle", methods=["POST"])
    @roles(*VISITORS)
    @blueprint.arguments(SettleRequest)
    @blueprint.response(200, VisitResponse)
    def settle(body: SettleBody, visit_id: str, number: int) -> Response:
        """Accept the answer to a finding."""
        target = visits.FindingOf(principal().tenant, visit_id, number)
        return once(uow, 200, VisitResponse(), lambda unit: visits.settle_finding(unit, target, body.on))


def _innovations(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/innovations", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(InnovationQuery, location="query")
    @blueprint.response(200, page_of(InnovationResponse))
    def list_innovations(query: ListQuery) -> Response:
        """List the register."""
        place = store.Place(query.cursor, query.size)
        found = store.page_of(principal().tenant, store.innovations, query.where, uow.reading(), place)
        return paged(found, InnovationResponse())

    @blueprint.route("/innovations", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(RegisterInnovationRequest)
    @blueprint.response(201, InnovationResponse)
    def register_innovation(body: RegisterInnovationBody) -> Response:
        """Put an innovation on the register."""
        command = body.command(principal().tenant, new_id())
        return once(uow, 201, InnovationResponse(), lambda unit: visits.register_innovation(unit, command))

    @blueprint.route("/innovations/<innovation_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, InnovationResponse)
    def show_innovation(innovation_id: str) -> object:
        """Show one entry."""
        return store.innovations.load(principal().tenant, innovation_id, uow.reading())

    @blueprint.route("/innovations/<innovation_id>/advance", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(AdvanceInnovationRequest)
    @blueprint.response(200, InnovationResponse)
    def advance_innovation(body: AdvanceInnovationBody, innovation_id: str) -> Response:
        """Move an entry on."""
        tenant, version = principal().tenant, if_match()
        return once(
            uow,
            200,
            InnovationResponse(),
            lambda unit: visits.advance_innovation(unit, tenant, innovation_id, body.state, version),
        )
