"""Requests and responses about speakers and the board."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_load

from curriculum.domain.curriculum import SpeakerRole, SpeakerSlot
from curriculum.domain.engagement import Channel, Colour
from curriculum.events import EngagementStatus, GovernmentLevel
from curriculum.schemas.curricula import SpeakerSlotRequest
from curriculum.schemas.parts import choice_field, code_field, label_field
from eventkit.web import RequestSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBody:
    """The next state of a slot, with its evidence."""

    status: EngagementStatus
    on: date | None = None
    channel: Channel | None = None
    evidence: str | None = None
    reason_code: str | None = None
    office_code: str | None = None
    government_level: GovernmentLevel | None = None
    holder_label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceBody:
    """Who takes the slot, and why."""

    slot: SpeakerSlot
    reason_code: str


class ChangeEngagementRequest(RequestSchema):
    """Take a slot to its next state."""

    status = choice_field(EngagementStatus)
    on = fields.Date(allow_none=True, metadata={"description": "Day of the confirmation or refusal"})
    channel = choice_field(Channel, required=False)
    evidence = code_field(required=False, description="Number of the letter or record")
    reason_code = code_field(required=False)
    office_code = code_field(required=False, description="Names the office on the way to PROPOSED")
    government_level = choice_field(GovernmentLevel, required=False)
    holder_label = label_field(120, required=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ChangeBody:
        """Build the body."""
        return ChangeBody(**data)


class ReplaceSpeakerRequest(RequestSchema):
    """Give the slot to another office; the session stays."""

    slot = fields.Nested(SpeakerSlotRequest, required=True)
    reason_code = code_field()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ReplaceBody:
        """Build the body."""
        return ReplaceBody(**data)


class StatusChangeResponse(Schema):
    """One step in the life of a slot."""

    status = fields.Enum(EngagementStatus, by_value=True, required=True)
    at = fields.AwareDateTime(required=True)
    on = fields.Date(required=True, allow_none=True)
    channel = fields.Enum(Channel, by_value=True, required=True, allow_none=True)
    evidence = fields.String(required=True, allow_none=True)
    reason_code = fields.String(required=True, allow_none=True)


class EngagementResponse(Schema):
    """A speaker slot."""

    id = fields.String(required=True)
    session = fields.String(required=True)
    batch = fields.String(required=True)
    role = fields.Enum(SpeakerRole, by_value=True, required=True)
    status = fields.Enum(EngagementStatus, by_value=True, required=True)
    office_code = fields.String(required=True, allow_none=True)
    government_level = fields.Enum(GovernmentLevel, by_value=True, required=True, allow_none=True)
    holder_label = fields.String(required=True, allow_none=True)
    on_behalf_of = fields.String(required=True, allow_none=True)
    candidate_levels = fields.List(fields.Enum(GovernmentLevel, by_value=True), required=True)
    deadline = fields.Date(required=True, allow_none=True)
    fallback_office = fields.String(required=True, allow_none=True)
    replaces = fields.String(required=True, allow_none=True)
    history = fields.List(fields.Nested(StatusChangeResponse), required=True)
    version = fields.Integer(required=True)


class EngagementListResponse(Schema):
    """The speaker slots of a batch."""

    items = fields.List(fields.Nested(EngagementResponse), required=True)


class AsOfQuery(RequestSchema):
    """The day to look from."""

    as_of = fields.Date(required=True)


class BoardSlotResponse(Schema):
    """One slot on the board; negative days left mean that the deadline has passed."""

    engagement = fields.Nested(EngagementResponse, required=True)
    colour = fields.Enum(Colour, by_value=True, required=True)
    days_left = fields.Integer(required=True, allow_none=True)
    has_delivered = fields.Boolean(required=True)


class BoardResponse(Schema):
    """The speakers of a batch on a given day."""

    batch = fields.String(required=True)
    as_of = fields.Date(required=True)
    colour = fields.Enum(Colour, by_value=True, required=True)
    confirmed = fields.Integer(required=True)
    open = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    slots = fields.List(fields.Nested(BoardSlotResponse), required=True)
