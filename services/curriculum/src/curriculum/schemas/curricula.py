"""Requests and responses about curricula and their versions."""

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_dump, post_load, validates_schema
from marshmallow.validate import Length

from curriculum.domain.curriculum import (
    CompletionRule,
    CurriculumVersion,
    SessionTemplate,
    SpeakerRole,
    SpeakerSlot,
    VersionState,
)
from curriculum.domain.jp import DEFAULT_MINUTES_PER_JP
from curriculum.events import EchelonGroup, GovernmentLevel, SessionKind
from curriculum.schemas.parts import (
    choice_field,
    clock_field,
    code_field,
    codes_field,
    label_field,
    number_field,
    uuid_field,
)
from eventkit.problem import error_of
from eventkit.web import FaultResponse, RequestSchema

MAX_SESSIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CurriculumBody:
    """A curriculum to begin."""

    programme: str
    code: str
    title: str
    minutes_per_jp: int = DEFAULT_MINUTES_PER_JP


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionBody:
    """The content of a version."""

    sessions: tuple[SessionTemplate, ...]
    rule: CompletionRule
    minutes_per_jp: int | None = None


class CreateCurriculumRequest(RequestSchema):
    """Begin a curriculum."""

    programme = uuid_field()
    code = code_field(description="Unique in the tenant")
    title = label_field(200)
    minutes_per_jp = number_field(30, 120, required=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> CurriculumBody:
        """Build the body."""
        return CurriculumBody(**{name: value for name, value in data.items() if value is not None})


class SpeakerSlotRequest(RequestSchema):
    """A place for a speaker; without an office it is still to be named."""

    role = choice_field(SpeakerRole, required=False)
    office_code = code_field(required=False, description="The office is the key, e.g. KEPALA_BKN")
    government_level = choice_field(GovernmentLevel, required=False)
    holder_label = label_field(120, required=False)
    on_behalf_of = code_field(required=False, description="Office that is represented")
    candidate_levels = fields.List(choice_field(GovernmentLevel), validate=Length(max=5))
    deadline_days = number_field(0, 365, required=False)
    fallback_office = code_field(required=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> SpeakerSlot:
        """Build the slot."""
        given = {name: value for name, value in data.items() if value is not None}
        return SpeakerSlot(**{**given, "candidate_levels": tuple(given.get("candidate_levels", ()))})


class SessionTemplateRequest(RequestSchema):
    """A session of the curriculum; give its minutes, its JP or both (JP other than by rule are set by hand)."""

    code = code_field(description="Unique in the version, e.g. K2")
    title = label_field(200)
    kind = choice_field(SessionKind)
    minutes = number_field(1, 1440, required=False)
    jp = number_field(0, 24, required=False)
    day_offset = number_field(0, 30)
    start_time = clock_field()
    module = label_field(200, required=False)
    eligible = fields.List(choice_field(EchelonGroup), validate=Length(max=5))
    values = codes_field()
    competencies = codes_field()
    speakers = fields.List(fields.Nested(SpeakerSlotRequest), validate=Length(max=10))

    @validates_schema
    def require_length(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a session without any length."""
        if not data.get("minutes") and not data.get("jp"):
            raise ValidationError("minutes_or_jp", "minutes")

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> SessionTemplate:
        """Build the template."""
        lists = {name: tuple(data.get(name, ())) for name in ("eligible", "values", "competencies", "speakers")}
        return SessionTemplate(
            code=data["code"],
            title=data["title"],
            kind=data["kind"],
            minutes=data.get("minutes") or 0,
            jp_by_hand=data.get("jp"),
            day_offset=data["day_offset"],
            start_time=data["start_time"],
            module=data.get("module"),
            **lists,
        )


class CompletionRuleRequest(RequestSchema):
    """What completion asks for beside the share of JP."""

    share_percent = number_field(1, 100, required=False)
    requires_post_test = fields.Boolean()
    requires_plan = fields.Boolean()
    requires_commitment = fields.Boolean()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> CompletionRule:
        """Build the rule."""
        return CompletionRule(**{name: value for name, value in data.items() if value is not None})


class WriteVersionRequest(RequestSchema):
    """The content of a version; it replaces what a draft held."""

    sessions = fields.List(
        fields.Nested(SessionTemplateRequest), required=True, validate=Length(min=1, max=MAX_SESSIONS)
    )
    rule = fields.Nested(CompletionRuleRequest)
    minutes_per_jp = number_field(30, 120, required=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> VersionBody:
        """Build the body."""
        given = {"rule": CompletionRule(), **data, "sessions": tuple(data["sessions"])}
        return VersionBody(**given)


class CurriculumResponse(Schema):
    """A curriculum."""

    id = fields.String(required=True)
    programme = fields.String(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    minutes_per_jp = fields.Integer(required=True)
    last_number = fields.Integer(required=True, metadata={"description": "Number of the latest version; 0 for none"})
    version = fields.Integer(required=True)


class SpeakerSlotResponse(Schema):
    """A place for a speaker."""

    role = fields.Enum(SpeakerRole, by_value=True, required=True)
    office_code = fields.String(required=True, allow_none=True)
    government_level = fields.Enum(GovernmentLevel, by_value=True, required=True, allow_none=True)
    holder_label = fields.String(required=True, allow_none=True)
    on_behalf_of = fields.String(required=True, allow_none=True)
    candidate_levels = fields.List(fields.Enum(GovernmentLevel, by_value=True), required=True)
    deadline_days = fields.Integer(required=True, allow_none=True)
    fallback_office = fields.String(required=True, allow_none=True)


class SessionTemplateResponse(Schema):
    """A session of the curriculum."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.Enum(SessionKind, by_value=True, required=True)
    minutes = fields.Integer(required=True)
    jp_by_hand = fields.Integer(required=True, allow_none=True)
    day_offset = fields.Integer(required=True)
    start_time = fields.String(required=True)
    module = fields.String(required=True, allow_none=True)
    eligible = fields.List(fields.Enum(EchelonGroup, by_value=True), required=True)
    values = fields.List(fields.String(), required=True)
    competencies = fields.List(fields.String(), required=True)
    speakers = fields.List(fields.Nested(SpeakerSlotResponse), required=True)


class CompletionRuleResponse(Schema):
    """What completion asks for."""

    rule_version = fields.String(required=True)
    share_percent = fields.Integer(required=True)
    requires_post_test = fields.Boolean(required=True)
    requires_plan = fields.Boolean(required=True)
    requires_commitment = fields.Boolean(required=True)


class VersionResponse(Schema):
    """A version of a curriculum, with the warnings and errors of the rule for JP in a day."""

    id = fields.String(required=True)
    curriculum = fields.String(required=True)
    programme = fields.String(required=True)
    number = fields.Integer(required=True)
    state = fields.Enum(VersionState, by_value=True, required=True)
    minutes_per_jp = fields.Integer(required=True)
    jp_total = fields.Integer(required=True)
    rule = fields.Nested(CompletionRuleResponse, required=True)
    sessions = fields.List(fields.Nested(SessionTemplateResponse), required=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    warnings = fields.List(fields.Nested(FaultResponse), required=True)
    errors = fields.List(fields.Nested(FaultResponse), required=True)
    version = fields.Integer(required=True)

    @post_dump(pass_original=True)
    def say(self, data: dict[str, Any], version: CurriculumVersion, **_: object) -> dict[str, Any]:
        """Put warnings and errors into words, and add each session's JP."""
        data["warnings"] = [error_of(each) for each in version.warnings]
        data["errors"] = [error_of(each) for each in version.errors]
        for session, template in zip(data["sessions"], version.sessions, strict=True):
            session["jp"] = template.jp(version.minutes_per_jp)
        return data
