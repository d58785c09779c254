"""Requests and responses about completion, certificates, the ledger and the figures."""

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Range

from curriculum.domain.certificate import CertificateState
from curriculum.domain.completion import Shortfall
from curriculum.events import EnrolmentKind, Obligation, Outcome
from curriculum.schemas.parts import code_field
from eventkit.web import RequestSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteBody:
    """Why recorded results may change."""

    reason_code: str | None = None


class CompleteBatchRequest(RequestSchema):
    """Apply the rule to the batch; a reason is needed only where a recorded result changes."""

    reason_code = code_field(required=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> CompleteBody:
        """Build the body."""
        return CompleteBody(**data)


class CompletionReportResponse(Schema):
    """What a run of the rule did, and what the batch comes to."""

    batch = fields.String(required=True)
    recorded = fields.Integer(required=True)
    corrected = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    incomplete = fields.Integer(required=True)
    jp_credited = fields.Integer(required=True)


class PersonCreditResponse(Schema):
    """What one person earned."""

    person = fields.String(required=True)
    jp = fields.Integer(required=True)
    jp_possible = fields.Integer(required=True)


class ResultResponse(Schema):
    """What the rule said."""

    outcome = fields.Enum(Outcome, by_value=True, required=True)
    shortfalls = fields.List(fields.Enum(Shortfall, by_value=True), required=True)
    credits = fields.List(fields.Nested(PersonCreditResponse), required=True)
    jp_credited = fields.Integer(required=True)
    jp_possible = fields.Integer(required=True)
    obligation = fields.Enum(Obligation, by_value=True, required=True)
    over_limit = fields.Boolean(required=True)


class PastResultResponse(Schema):
    """A result that was corrected."""

    result = fields.Nested(ResultResponse, required=True)
    reason_code = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class CompletionResponse(Schema):
    """The completion of one enrolment."""

    id = fields.String(required=True)
    batch = fields.String(required=True)
    enrolment = fields.String(required=True)
    kind = fields.Enum(EnrolmentKind, by_value=True, required=True)
    programme = fields.String(required=True, allow_none=True)
    programme_kind = fields.String(required=True, allow_none=True)
    rule_version = fields.String(required=True)
    ledger_year = fields.Integer(required=True)
    ended_on = fields.Date(required=True)
    result = fields.Nested(ResultResponse, required=True)
    past = fields.List(fields.Nested(PastResultResponse), required=True)
    version = fields.Integer(required=True)


class CertificateResponse(Schema):
    """A certificate; the holder's name is registration's."""

    id = fields.String(required=True)
    batch = fields.String(required=True)
    enrolment = fields.String(required=True)
    person = fields.String(required=True)
    number = fields.String(required=True)
    jp = fields.Integer(required=True)
    ended_on = fields.Date(required=True)
    sha256 = fields.String(required=True)
    state = fields.Enum(CertificateState, by_value=True, required=True)
    version = fields.Integer(required=True)


class IssuedCertificatesResponse(Schema):
    """The certificates that were issued now."""

    batch = fields.String(required=True)
    certificates = fields.List(fields.Nested(CertificateResponse), required=True)


class YearQuery(RequestSchema):
    """The calendar year of a ledger."""

    year = fields.Integer(required=True, validate=Range(min=2000, max=2200))


class LedgerEntryResponse(Schema):
    """What one enrolment adds to the year."""

    completion = fields.String(required=True)
    batch = fields.String(required=True)
    enrolment = fields.String(required=True)
    programme = fields.String(required=True, allow_none=True)
    programme_kind = fields.String(required=True, allow_none=True)
    ended_on = fields.Date(required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    jp = fields.Integer(required=True)
    jp_possible = fields.Integer(required=True)


class LedgerResponse(Schema):
    """One person's JP of one year; `over_limit` is a flag and blocks nothing."""

    person = fields.String(required=True)
    year = fields.Integer(required=True)
    obligation = fields.Enum(Obligation, by_value=True, required=True)
    jp = fields.Integer(required=True)
    target = fields.Integer(required=True, allow_none=True)
    limit = fields.Integer(required=True, allow_none=True)
    is_met = fields.Boolean(required=True, allow_none=True)
    over_limit = fields.Boolean(required=True)
    entries = fields.List(fields.Nested(LedgerEntryResponse), required=True)


class FiguresResponse(Schema):
    """The service's own figures, for reconciliation."""

    tenant = fields.String(required=True)
    figures = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    batches = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer()), required=True
    )
