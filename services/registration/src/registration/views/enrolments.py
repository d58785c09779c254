"""Routes about enrolments: lists put forward, decisions in bulk and alone, substitutes, delegates, cover."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema

from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.mongo import UnitOfWork
from eventkit.trail import sensitive
from eventkit.web import if_match, page_of
from registration import store
from registration.domain.enrolment import Enrolment, EnrolmentMove
from registration.domain.report import BulkReport
from registration.schemas.enrolment_answers import BulkReportResponse, EnrolmentResponse
from registration.schemas.enrolments import (
    CheckInRequest,
    CoverBody,
    DelegatesBody,
    DryRunQuery,
    EnrolmentQuery,
    MoveEnrolmentBody,
    MoveEnrolmentRequest,
    MoveRosterBody,
    MoveRosterRequest,
    NameCoverRequest,
    NameDelegatesRequest,
    NominateBody,
    NominateRequest,
    ReasonedMoveRequest,
    SubstituteBody,
    SubstituteRequest,
)
from registration.usecases import enrolments as usecases
from registration.usecases import nominations
from registration.usecases.turns import Turns
from registration.views.callers import MANAGERS, READERS, new_pair, now, vault
from registration.views.listing import answer_page

_ALONE: dict[EnrolmentMove, tuple[type[Schema], str]] = {
    EnrolmentMove.CONFIRM: (MoveEnrolmentRequest, "Give a seat; 409 when the quota is closed and no list is kept."),
    EnrolmentMove.WAITLIST: (MoveEnrolmentRequest, "Let a nominee wait for a seat."),
    EnrolmentMove.DECLINE: (ReasonedMoveRequest, "Refuse a nomination."),
    EnrolmentMove.WITHDRAW: (ReasonedMoveRequest, "Take a nomination or a seat back."),
}
_IN_BULK: dict[EnrolmentMove, tuple[str, type[Schema], str]] = {
    EnrolmentMove.CONFIRM: ("confirmations", MoveRosterRequest, "Give seats to a list, in its order."),
    EnrolmentMove.CHECK_IN: ("check-ins", CheckInRequest, "Record arrivals; a second one changes nothing."),
    EnrolmentMove.NO_SHOW: ("no-shows", MoveRosterRequest, "Record who did not come."),
}


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about enrolments."""
    blueprint = Blueprint("enrolments", __name__, url_prefix="/v1")
    turns = Turns()
    _queries(blueprint, uow)
    _nominations(blueprint, uow, turns)
    _surroundings(blueprint, uow)
    for move, told in _ALONE.items():
        _alone(blueprint, (uow, turns), move, told)
    for move, route in _IN_BULK.items():
        _in_bulk(blueprint, (uow, turns), move, route)
    return blueprint


def _alone(
    blueprint: Blueprint, queue: tuple[UnitOfWork, Turns], move: EnrolmentMove, told: tuple[type[Schema], str]
) -> None:
    (uow, turns), (schema, text) = queue, told

    def view(body: MoveEnrolmentBody, enrolment_id: str) -> Response:
        command = body.command(principal().tenant, enrolment_id, move, now=now(), version=if_match())
        batch = store.enrolments.load(command.tenant, enrolment_id, uow.reading()).batch
        with turns.on(batch):
            return once(uow, 200, EnrolmentResponse(), lambda unit: usecases.move_enrolment(unit, command))

    view.__name__, view.__doc__ = f"{move}_enrolment", text
    answering = blueprint.response(200, EnrolmentResponse)(view)
    loading = blueprint.arguments(schema)(answering)
    blueprint.route(f"/enrolments/<enrolment_id>/{move}", methods=["POST"])(roles(*MANAGERS)(loading))


def _in_bulk(
    blueprint: Blueprint, queue: tuple[UnitOfWork, Turns], move: EnrolmentMove, route: tuple[str, type[Schema], str]
) -> None:
    (uow, turns), (path, schema, text) = queue, route

    def view(body: MoveRosterBody, query: dict[str, Any], batch_id: str) -> Response | BulkReport:
        command = body.command(principal().tenant, batch_id, move, now=now(), dry_run=query["dry_run"])
        if command.dry_run:
            return usecases.move_roster(uow, command)
        with turns.on(batch_id):
            return once(uow, 200, BulkReportResponse(), lambda unit: usecases.move_roster(unit, command))

    view.__name__, view.__doc__ = f"{move}_roster", text
    answering = blueprint.response(200, BulkReportResponse)(view)
    loading = blueprint.arguments(schema)(blueprint.arguments(DryRunQuery, location="query")(answering))
    blueprint.route(f"/batches/<batch_id>/{path}", methods=["POST"])(roles(*MANAGERS)(loading))


def _nominations(blueprint: Blueprint, uow: UnitOfWork, turns: Turns) -> None:
    @blueprint.route("/batches/<batch_id>/nominations", methods=["POST"])
    @roles(*MANAGERS)
    @sensitive
    @blueprint.arguments(NominateRequest)
    @blueprint.arguments(DryRunQuery, location="query")
    @blueprint.response(200, BulkReportResponse)
    def nominate(body: NominateBody, query: dict[str, Any], batch_id: str) -> Response | BulkReport:
        """Put a list forward, at most 200 rows; bad rows are reported and good ones stored."""
        ids, keys = [new_pair() for _ in body.rows], vault()
        command = body.command(principal().tenant, batch_id, ids, now=now(), dry_run=query["dry_run"])
        if command.dry_run:
            return nominations.nominate_roster(uow, keys, command)
        return once(uow, 200, BulkReportResponse(), lambda unit: nominations.nominate_roster(unit, keys, command))

    @blueprint.route("/enrolments/<enrolment_id>/substitutions", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(SubstituteRequest)
    @blueprint.response(201, EnrolmentResponse)
    def substitute(body: SubstituteBody, enrolment_id: str) -> Response:
        """Let somebody else take the seat; answers the new enrolment."""
        keys = vault()
        command = body.command(principal().tenant, enrolment_id, new_pair(), now=now(), version=if_match())
        batch = store.enrolments.load(command.tenant, enrolment_id, uow.reading()).batch
        with turns.on(batch):
            return once(
                uow,
                201,
                EnrolmentResponse(),
                lambda unit: nominations.substitute_enrolment(unit, keys, command),
                location="/v1/enrolments/{id}",
            )


def _surroundings(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/enrolments/<enrolment_id>/delegates", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(NameDelegatesRequest)
    @blueprint.response(200, EnrolmentResponse)
    def name_delegates(body: DelegatesBody, enrolment_id: str) -> Response:
        """Say who comes for a unit; the list replaces the one before."""
        keys = vault()
        rows = tuple(each.row(*new_pair()) for each in body.delegates)
        command = usecases.NameDelegates(
            tenant=principal().tenant, enrolment=enrolment_id, rows=rows, expected_version=if_match()
        )
        return once(uow, 200, EnrolmentResponse(), lambda unit: usecases.name_delegates(unit, keys, command))

    @blueprint.route("/enrolments/<enrolment_id>/covers", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(NameCoverRequest)
    @blueprint.response(200, EnrolmentResponse)
    def name_cover(body: CoverBody, enrolment_id: str) -> Response:
        """Name the acting official of a head."""
        command = body.command(principal().tenant, enrolment_id, if_match())
        return once(uow, 200, EnrolmentResponse(), lambda unit: usecases.name_cover(unit, command))


def _queries(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/enrolments", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(EnrolmentQuery, location="query")
    @blueprint.response(200, page_of(EnrolmentResponse))
    def list_enrolments(query: dict[str, Any]) -> Response:
        """List enrolments by batch, state, category, person or unit."""
        return answer_page(uow, store.enrolments, EnrolmentResponse(), query)

    @blueprint.route("/enrolments/<enrolment_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, EnrolmentResponse)
    def read(enrolment_id: str) -> Enrolment:
        """Show an enrolment with its history."""
        return store.enrolments.load(principal().tenant, enrolment_id, uow.reading())
