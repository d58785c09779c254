"""Routes about batches: plan, new plans, rule, and the real course."""

from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema

from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.ids import new_id
from eventkit.mongo import UnitOfWork
from eventkit.web import if_match, page_of
from registration import store
from registration.domain.batch import Batch, BatchMove, ScheduleVersion
from registration.schemas.batch_answers import (
    BatchResponse,
    ReschedulePreviewResponse,
    ScheduleVersionResponse,
    ScheduleVersionsResponse,
)
from registration.schemas.batches import (
    BatchQuery,
    MoveBatchBody,
    MoveBatchRequest,
    RescheduleBatchBody,
    RescheduleBatchRequest,
    RuleBody,
    RuleRequest,
    ScheduleBatchBody,
    ScheduleBatchRequest,
    StopBatchRequest,
    TurnBatchRequest,
)
from registration.usecases import batches as usecases
from registration.views.callers import MANAGERS, READERS, now
from registration.views.listing import answer_page

_MOVES: dict[BatchMove, tuple[type[Schema], str]] = {
    BatchMove.OPEN: (MoveBatchRequest, "Let nominations in."),
    BatchMove.START: (TurnBatchRequest, "Record that the batch really begins."),
    BatchMove.COMPLETE: (TurnBatchRequest, "Record that the batch really ends."),
    BatchMove.MONITOR: (MoveBatchRequest, "Let the evaluation begin."),
    BatchMove.CLOSE: (MoveBatchRequest, "Close the evaluation; refused without after-measures."),
    BatchMove.POSTPONE: (StopBatchRequest, "Let a batch wait for new dates."),
    BatchMove.CANCEL: (StopBatchRequest, "Call a batch off before it begins."),
}


@dataclass(frozen=True, slots=True)
class _Versions:
    items: tuple[ScheduleVersion, ...]


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about batches."""
    blueprint = Blueprint("batches", __name__, url_prefix="/v1/batches")
    _queries(blueprint, uow)
    _reschedules(blueprint, uow)
    for move, (schema, text) in _MOVES.items():
        _move(blueprint, uow, move, (schema, text))

    @blueprint.route("", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(ScheduleBatchRequest)
    @blueprint.response(201, BatchResponse)
    def schedule(body: ScheduleBatchBody) -> Response:
        """Plan a batch of an approved programme."""
        command = body.command(principal().tenant, new_id(), now())
        return once(
            uow, 201, BatchResponse(), lambda unit: usecases.schedule_batch(unit, command), location="/v1/batches/{id}"
        )

    @blueprint.route("/<batch_id>/rules", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(RuleRequest)
    @blueprint.response(200, BatchResponse)
    def change_rule(body: RuleBody, batch_id: str) -> Response:
        """Put a new rule for participants in force; earlier decisions stand."""
        command = body.command(principal().tenant, batch_id, if_match())
        return once(uow, 200, BatchResponse(), lambda unit: usecases.change_rule(unit, command))

    return blueprint


def _move(blueprint: Blueprint, uow: UnitOfWork, move: BatchMove, told: tuple[type[Schema], str]) -> None:
    schema, text = told

    def view(body: MoveBatchBody, batch_id: str) -> Response:
        command = body.command(principal().tenant, batch_id, now(), if_match())
        return once(uow, 200, BatchResponse(), lambda unit: usecases.move_batch(unit, move, command))

    view.__name__, view.__doc__ = f"{move}_batch", text
    answering = blueprint.response(200, BatchResponse)(view)
    loading = blueprint.arguments(schema)(answering)
    blueprint.route(f"/<batch_id>/{move}", methods=["POST"])(roles(*MANAGERS)(loading))


def _reschedules(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/<batch_id>/reschedules", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(RescheduleBatchRequest)
    @blueprint.response(200, BatchResponse)
    def reschedule(body: RescheduleBatchBody, batch_id: str) -> Response:
        """Move the plan with reason and decider; the old plan stays readable."""
        command = body.command(principal().tenant, batch_id, now(), if_match())
        return once(uow, 200, BatchResponse(), lambda unit: usecases.reschedule_batch(unit, command))

    @blueprint.route("/<batch_id>/reschedule-previews", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(RescheduleBatchRequest)
    @blueprint.response(200, ReschedulePreviewResponse)
    def preview(body: RescheduleBatchBody, batch_id: str) -> usecases.ReschedulePreview:
        """Say what a new plan would touch; stores nothing and needs no key."""
        command = body.command(principal().tenant, batch_id, now(), if_match())
        return usecases.preview_reschedule(uow, command)

    @blueprint.route("/<batch_id>/schedule-versions", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, ScheduleVersionsResponse)
    def versions(batch_id: str) -> _Versions:
        """List every plan that the batch ever had, the first one first."""
        return _Versions(store.batches.load(principal().tenant, batch_id, uow.reading()).schedule)

    @blueprint.route("/<batch_id>/schedule-versions/<int:number>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, ScheduleVersionResponse)
    def version(batch_id: str, number: int) -> ScheduleVersion:
        """Show one plan at an address that never changes."""
        return usecases.schedule_version(uow, principal().tenant, batch_id, number)


def _queries(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(BatchQuery, location="query")
    @blueprint.response(200, page_of(BatchResponse))
    def list_batches(query: dict[str, Any]) -> Response:
        """List batches by programme or state."""
        return answer_page(uow, store.batches, BatchResponse(), query)

    @blueprint.route("/<batch_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, BatchResponse)
    def read(batch_id: str) -> Batch:
        """Show a batch."""
        return store.batches.load(principal().tenant, batch_id, uow.reading())
