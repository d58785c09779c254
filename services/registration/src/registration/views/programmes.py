"""Routes about programmes and claims."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.ids import new_id
from eventkit.mongo import UnitOfWork
from eventkit.web import if_match, page_of
from registration import store
from registration.domain.programme import Programme
from registration.schemas.programmes import (
    ApproveProgrammeRequest,
    CancelProgrammeRequest,
    DecideBody,
    ProgrammeQuery,
    ProgrammeResponse,
    ProposeProgrammeBody,
    ProposeProgrammeRequest,
    RecordClaimBody,
    RecordClaimRequest,
    ReviewClaimBody,
    ReviewClaimRequest,
)
from registration.usecases import programmes as usecases
from registration.views.callers import MANAGERS, READERS, now
from registration.views.listing import answer_page


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about programmes."""
    blueprint = Blueprint("programmes", __name__, url_prefix="/v1/programmes")
    _queries(blueprint, uow)
    _claims(blueprint, uow)

    @blueprint.route("", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(ProposeProgrammeRequest)
    @blueprint.response(201, ProgrammeResponse)
    def propose(body: ProposeProgrammeBody) -> Response:
        """Put a programme forward."""
        command = body.command(principal().tenant, new_id(), now())
        return once(
            uow,
            201,
            ProgrammeResponse(),
            lambda unit: usecases.propose_programme(unit, command),
            location="/v1/programmes/{id}",
        )

    @blueprint.route("/<programme_id>/approvals", methods=["POST"])
    @roles("tenant_admin")
    @blueprint.arguments(ApproveProgrammeRequest)
    @blueprint.response(200, ProgrammeResponse)
    def approve(body: DecideBody, programme_id: str) -> Response:
        """Approve a programme; the tenant alone decides."""
        command = body.command(principal().tenant, programme_id, now(), if_match())
        return once(uow, 200, ProgrammeResponse(), lambda unit: usecases.approve_programme(unit, command))

    @blueprint.route("/<programme_id>/cancellations", methods=["POST"])
    @roles("tenant_admin")
    @blueprint.arguments(CancelProgrammeRequest)
    @blueprint.response(200, ProgrammeResponse)
    def cancel(body: DecideBody, programme_id: str) -> Response:
        """Give up a programme."""
        command = body.command(principal().tenant, programme_id, now(), if_match())
        return once(uow, 200, ProgrammeResponse(), lambda unit: usecases.cancel_programme(unit, command))

    return blueprint


def _claims(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/<programme_id>/claims", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(RecordClaimRequest)
    @blueprint.response(201, ProgrammeResponse)
    def record(body: RecordClaimBody, programme_id: str) -> Response:
        """Keep a published statement with its source."""
        command = body.command(principal().tenant, programme_id, new_id(), if_match())
        return once(uow, 201, ProgrammeResponse(), lambda unit: usecases.record_claim(unit, command))

    @blueprint.route("/<programme_id>/claims/<claim_id>/reviews", methods=["POST"])
    @roles(*MANAGERS, "evaluator")
    @blueprint.arguments(ReviewClaimRequest)
    @blueprint.response(200, ProgrammeResponse)
    def review(body: ReviewClaimBody, programme_id: str, claim_id: str) -> Response:
        """Verify or dispute a statement."""
        command = body.command(principal().tenant, programme_id, claim_id, if_match())
        return once(uow, 200, ProgrammeResponse(), lambda unit: usecases.review_claim(unit, command))


def _queries(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(ProgrammeQuery, location="query")
    @blueprint.response(200, page_of(ProgrammeResponse))
    def list_programmes(query: dict[str, Any]) -> Response:
        """List programmes by code, kind or state."""
        inner = {f"outline.{name}": query.pop(name) for name in ("code", "kind")}
        return answer_page(uow, store.programmes, ProgrammeResponse(), {**query, **inner})

    @blueprint.route("/<programme_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, ProgrammeResponse)
    def read(programme_id: str) -> Programme:
        """Show a programme with its claims."""
        return store.programmes.load(principal().tenant, programme_id, uow.reading())
