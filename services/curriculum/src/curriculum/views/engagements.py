"""Routes about speakers and the board."""

from datetime import date

from flask import Response
from flask_smorest import Blueprint

from curriculum import store
from curriculum.domain.curriculum import SpeakerSlot
from curriculum.domain.engagement import (
    Board,
    ChangeEngagement,
    Engagement,
    PlanEngagement,
    ReplaceSpeaker,
    StatusChange,
)
from curriculum.schemas.curricula import SpeakerSlotRequest
from curriculum.schemas.engagements import (
    AsOfQuery,
    BoardResponse,
    ChangeBody,
    ChangeEngagementRequest,
    EngagementListResponse,
    EngagementResponse,
    ReplaceBody,
    ReplaceSpeakerRequest,
)
from curriculum.usecases import engagements as usecases
from curriculum.views.callers import PLANNERS, READERS, now
from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.ids import new_id
from eventkit.mongo import UnitOfWork
from eventkit.web import if_match


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about speakers."""
    blueprint = Blueprint("engagements", __name__, url_prefix="/v1", description="Speakers and the board")
    _reads(blueprint, uow)
    _commands(blueprint, uow)
    return blueprint


def _reads(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/batches/<batch_id>/engagements", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, EngagementListResponse)
    def list_engagements(batch_id: str) -> dict[str, list[Engagement]]:
        """List the speaker slots of a batch, replaced ones too."""
        return {"items": usecases.read_engagements(uow.reading(), principal().tenant, batch_id)}

    @blueprint.route("/batches/<batch_id>/board", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(AsOfQuery, location="query", as_kwargs=True)
    @blueprint.response(200, BoardResponse)
    def show_board(as_of: date, batch_id: str) -> Board:
        """Show which speakers are settled on a day: green or amber, and the days left."""
        return usecases.read_board(uow.reading(), principal().tenant, batch_id, as_of)

    @blueprint.route("/engagements/<engagement_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, EngagementResponse)
    def show_engagement(engagement_id: str) -> Engagement:
        """Show one speaker slot with its history."""
        return store.engagements.load(principal().tenant, engagement_id, uow.reading())


def _commands(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/sessions/<session_id>/engagements", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(SpeakerSlotRequest)
    @blueprint.response(201, EngagementResponse)
    def plan(slot: SpeakerSlot, session_id: str) -> Response:
        """Add a speaker slot to a session."""
        tenant = principal().tenant
        command = PlanEngagement(tenant=tenant, session=session_id, engagement=new_id(), slot=slot, at=now())
        return once(uow, 201, EngagementResponse(), lambda unit: usecases.plan_engagement(unit, command))

    @blueprint.route("/engagements/<engagement_id>/transitions", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(ChangeEngagementRequest)
    @blueprint.response(200, EngagementResponse)
    @blueprint.alt_response(409, description="The slot's state has no such step")
    def change(body: ChangeBody, engagement_id: str) -> Response:
        """Take a slot to its next state."""
        step = StatusChange(
            status=body.status,
            at=now(),
            on=body.on,
            channel=body.channel,
            evidence=body.evidence,
            reason_code=body.reason_code,
        )
        command = ChangeEngagement(
            tenant=principal().tenant,
            engagement=engagement_id,
            change=step,
            office_code=body.office_code,
            government_level=body.government_level,
            holder_label=body.holder_label,
            expected_version=if_match(),
        )
        return once(uow, 200, EngagementResponse(), lambda unit: usecases.change_engagement(unit, command))

    @blueprint.route("/engagements/<engagement_id>/replacements", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(ReplaceSpeakerRequest)
    @blueprint.response(201, EngagementResponse)
    @blueprint.alt_response(409, description="The slot is over")
    def substitute(body: ReplaceBody, engagement_id: str) -> Response:
        """Give the slot to another office; answers the new slot."""
        command = ReplaceSpeaker(
            tenant=principal().tenant,
            engagement=engagement_id,
            replacement=new_id(),
            slot=body.slot,
            reason_code=body.reason_code,
            at=now(),
            expected_version=if_match(),
        )
        return once(uow, 201, EngagementResponse(), lambda unit: usecases.replace_speaker(unit, command))
