"""Requests and responses about programmes and claims."""

from dataclasses import dataclass
from datetime import date, datetime

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range, Regexp

from eventkit.event import TenantId
from eventkit.web import PageQuery
from registration.domain.programme import (
    Claim,
    ClaimState,
    DecideProgramme,
    Outline,
    ProgrammeState,
    ProposeProgramme,
    RecordClaim,
    ReviewClaim,
)
from registration.events.programme import INITIATIVES, PROGRAMME_KINDS
from registration.events.wire import PROGRAMME_CODE
from registration.schemas import parts


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeProgrammeBody:
    """A programme as put forward."""

    code: str
    kind: str
    title: str
    organizer_region: str | None
    organizer_unit: str | None
    objectives: tuple[str, ...]
    values: tuple[str, ...]
    legal_basis: tuple[str, ...]
    sponsor_office: str
    initiative: str
    preceding_programme: str | None
    minutes_per_jp: int
    at: datetime | None

    def command(self, tenant: TenantId, programme: str, now: datetime) -> ProposeProgramme:
        """Make the command; the tenant's own region organises unless told."""
        outline = Outline(
            code=self.code,
            kind=self.kind,
            title=self.title,
            organizer_region=self.organizer_region or tenant,
            organizer_unit=self.organizer_unit,
            objectives=self.objectives,
            values=self.values,
            legal_basis=self.legal_basis,
            sponsor_office=self.sponsor_office,
            initiative=self.initiative,
            preceding_programme=self.preceding_programme,
            minutes_per_jp=self.minutes_per_jp,
        )
        return ProposeProgramme(tenant=tenant, programme=programme, outline=outline, at=self.at or now)


class ProposeProgrammeRequest(parts.BodySchema):
    builds = ProposeProgrammeBody
    code = fields.String(required=True, validate=Regexp(PROGRAMME_CODE))
    kind = parts.choice(PROGRAMME_KINDS, required=True)
    title = parts.label(required=True)
    organizer_region = parts.region()
    organizer_unit = parts.identifier()
    objectives = parts.codes()
    values = parts.codes()
    legal_basis = fields.List(parts.label(required=True), validate=Length(max=20), load_default=list)
    sponsor_office = parts.code(required=True)
    initiative = parts.choice(INITIATIVES, required=True)
    preceding_programme = parts.identifier()
    minutes_per_jp = fields.Integer(load_default=45, strict=True, validate=Range(min=1, max=120))
    at = parts.instant()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideBody:
    """Who decided, and why."""

    decided_by_office: str
    at: datetime | None
    reason_code: str | None = None

    def command(self, tenant: TenantId, programme: str, now: datetime, version: int | None) -> DecideProgramme:
        """Make the command."""
        return DecideProgramme(
            tenant=tenant,
            programme=programme,
            at=self.at or now,
            decided_by_office=self.decided_by_office,
            reason_code=self.reason_code,
            expected_version=version,
        )


class ApproveProgrammeRequest(parts.BodySchema):
    builds = DecideBody
    decided_by_office = parts.code(required=True)
    at = parts.instant()


class CancelProgrammeRequest(ApproveProgrammeRequest):
    reason_code = parts.code(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordClaimBody:
    """A published statement."""

    subject: str
    value: str
    source: str
    stated_on: date

    def command(self, tenant: TenantId, programme: str, claim: str, version: int | None) -> RecordClaim:
        """Make the command."""
        stated = Claim(id=claim, subject=self.subject, value=self.value, source=self.source, stated_on=self.stated_on)
        return RecordClaim(tenant=tenant, programme=programme, claim=stated, expected_version=version)


class RecordClaimRequest(parts.BodySchema):
    builds = RecordClaimBody
    subject = parts.label(required=True)
    value = parts.label(required=True)
    source = parts.label(required=True)
    stated_on = parts.day(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewClaimBody:
    """The outcome of a review."""

    status: ClaimState

    def command(self, tenant: TenantId, programme: str, claim: str, version: int | None) -> ReviewClaim:
        """Make the command."""
        return ReviewClaim(
            tenant=tenant, programme=programme, claim=claim, status=self.status, expected_version=version
        )


class ReviewClaimRequest(parts.BodySchema):
    builds = ReviewClaimBody
    status = fields.Enum(ClaimState, by_value=True, required=True)


class ClaimResponse(Schema):
    """A published statement with its source and standing."""

    id = fields.String()
    subject = fields.String()
    value = fields.String()
    source = fields.String()
    stated_on = fields.Date()
    status = fields.String()


class OutlineResponse(Schema):
    """What the programme is for."""

    code = fields.String()
    kind = fields.String()
    title = fields.String()
    organizer_region = fields.String()
    organizer_unit = fields.String(allow_none=True)
    objectives = fields.List(fields.String())
    values = fields.List(fields.String())
    legal_basis = fields.List(fields.String())
    sponsor_office = fields.String()
    initiative = fields.String()
    preceding_programme = fields.String(allow_none=True)
    minutes_per_jp = fields.Integer()


class ProgrammeResponse(Schema):
    """A programme."""

    id = fields.String()
    version = fields.Integer()
    outline = fields.Nested(OutlineResponse)
    state = fields.String()
    proposed_at = fields.AwareDateTime()
    decided_at = fields.AwareDateTime(allow_none=True)
    decided_by_office = fields.String(allow_none=True)
    reason_code = fields.String(allow_none=True)
    claims = fields.List(fields.Nested(ClaimResponse))


class ProgrammeQuery(PageQuery):
    """Filters of the list of programmes."""

    code = fields.String(load_default=None, validate=Regexp(PROGRAMME_CODE))
    kind = parts.choice(PROGRAMME_KINDS)
    state = parts.choice(ProgrammeState)
