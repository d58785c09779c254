"""Requests about enrolments: lists put forward, decisions, substitutes, delegates, cover, arrivals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range

from eventkit.event import TenantId
from eventkit.web import PageQuery, RequestSchema
from registration.domain.codes import UNSPECIFIED, CoverKind, EnrolmentKind, PositionKind
from registration.domain.enrolment import Cover, EnrolmentMove, EnrolmentState, MoveEnrolment, NameCover
from registration.domain.nomination import NominateRoster, NominationRow, SubstituteEnrolment
from registration.domain.person import PersonFacts
from registration.domain.roster import MoveRoster, RosterRow
from registration.events.batch import CATEGORIES
from registration.schemas import parts
from registration.schemas.persons import PersonFactsRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationBody:
    """One line of a list."""

    kind: EnrolmentKind
    person: str | None
    facts: PersonFacts | None
    category: str
    position_kind: PositionKind | None
    echelon_id: str | None
    unit: str | None

    def row(self, enrolment: str, new_person: str) -> NominationRow:
        """Make the row, with ids for what may be new; who is typed in belongs to the unit of the row."""
        unit = self.unit or (self.facts.unit if self.facts is not None else None)
        return NominationRow(
            enrolment=enrolment,
            new_person=new_person,
            kind=self.kind,
            person=self.person,
            facts=None if self.facts is None else replace(self.facts, unit=unit),
            category=self.category,
            position_kind=self.position_kind,
            echelon_id=self.echelon_id,
            unit=unit,
        )


class NominationRequest(parts.BodySchema):
    """A known person by id, a person typed in as `facts`, or a unit."""

    builds = NominationBody
    kind = fields.Enum(EnrolmentKind, by_value=True, load_default=EnrolmentKind.PERSON)
    person = parts.identifier()
    facts = fields.Nested(PersonFactsRequest, load_default=None, allow_none=True)
    category = fields.String(load_default=UNSPECIFIED, validate=OneOf(CATEGORIES))
    position_kind = fields.Enum(PositionKind, by_value=True, load_default=None, allow_none=True)
    echelon_id = fields.String(load_default=None, allow_none=True, validate=Length(max=5))
    unit = parts.identifier()


@dataclass(frozen=True, slots=True, kw_only=True)
class NominateBody:
    """A list put forward."""

    rows: tuple[NominationBody, ...]
    at: datetime | None

    def command(
        self, tenant: TenantId, batch: str, ids: Sequence[tuple[str, str]], *, now: datetime, dry_run: bool
    ) -> NominateRoster:
        """Make the command; `ids` are an enrolment's and a person's for each row."""
        rows = tuple(body.row(*pair) for body, pair in zip(self.rows, ids, strict=True))
        return NominateRoster(tenant=tenant, batch=batch, rows=rows, at=self.at or now, dry_run=dry_run)


class NominateRequest(parts.BodySchema):
    builds = NominateBody
    rows = fields.List(fields.Nested(NominationRequest), required=True, validate=Length(min=1, max=parts.MAX_ROWS))
    at = parts.instant()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRosterBody:
    """The same decision for a list of enrolments."""

    rows: tuple[RosterRow, ...]
    at: datetime | None
    reason_code: str | None = None

    def command(self, tenant: TenantId, batch: str, move: EnrolmentMove, *, now: datetime, dry_run: bool) -> MoveRoster:
        """Make the command."""
        return MoveRoster(
            tenant=tenant,
            batch=batch,
            rows=self.rows,
            move=move,
            reason_code=self.reason_code,
            at=self.at or now,
            dry_run=dry_run,
        )


class RosterRowRequest(parts.BodySchema):
    builds = RosterRow
    enrolment = parts.identifier(required=True)


class MoveRosterRequest(parts.BodySchema):
    builds = MoveRosterBody
    rows = fields.List(fields.Nested(RosterRowRequest), required=True, validate=Length(min=1, max=parts.MAX_ROWS))
    at = parts.instant()
    reason_code = parts.code()


class ArrivalRequest(parts.BodySchema):
    """`persons` is how many of a unit's delegates came; all, unless told."""

    builds = RosterRow
    enrolment = parts.identifier(required=True)
    persons = fields.Integer(load_default=None, allow_none=True, strict=True, validate=Range(min=1, max=1000))


class CheckInRequest(parts.BodySchema):
    builds = MoveRosterBody
    rows = fields.List(fields.Nested(ArrivalRequest), required=True, validate=Length(min=1, max=parts.MAX_ROWS))
    at = parts.instant(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveEnrolmentBody:
    """A decision on one enrolment."""

    reason_code: str | None
    at: datetime | None

    def command(
        self, tenant: TenantId, enrolment: str, move: EnrolmentMove, *, now: datetime, version: int | None
    ) -> MoveEnrolment:
        """Make the command."""
        return MoveEnrolment(
            tenant=tenant,
            enrolment=enrolment,
            move=move,
            reason_code=self.reason_code,
            at=self.at or now,
            expected_version=version,
        )


class MoveEnrolmentRequest(parts.BodySchema):
    builds = MoveEnrolmentBody
    reason_code = parts.code()
    at = parts.instant()


class ReasonedMoveRequest(MoveEnrolmentRequest):
    """Whoever is turned away or leaves has a reason."""

    reason_code = parts.code(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstituteBody:
    """Who comes instead, and why."""

    replacement: NominationBody
    reason_code: str
    at: datetime | None

    def command(
        self, tenant: TenantId, enrolment: str, ids: tuple[str, str], *, now: datetime, version: int | None
    ) -> SubstituteEnrolment:
        """Make the command."""
        return SubstituteEnrolment(
            tenant=tenant,
            enrolment=enrolment,
            row=self.replacement.row(*ids),
            reason_code=self.reason_code,
            at=self.at or now,
            expected_version=version,
        )


class SubstituteRequest(parts.BodySchema):
    builds = SubstituteBody
    replacement = fields.Nested(NominationRequest, required=True)
    reason_code = parts.code(required=True)
    at = parts.instant()


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegateBody:
    """A known person, or one typed in."""

    person: str | None
    facts: PersonFacts | None

    def row(self, row: str, new_person: str) -> NominationRow:
        """Make the row by which the person is found or entered."""
        return NominationRow(
            enrolment=row,
            new_person=new_person,
            kind=EnrolmentKind.PERSON,
            person=self.person,
            facts=self.facts,
            category=UNSPECIFIED,
            position_kind=None,
            echelon_id=None,
            unit=None,
        )


class DelegateRequest(parts.BodySchema):
    builds = DelegateBody
    person = parts.identifier()
    facts = fields.Nested(PersonFactsRequest, load_default=None, allow_none=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatesBody:
    """Everybody who comes for the unit."""

    delegates: tuple[DelegateBody, ...]


class NameDelegatesRequest(parts.BodySchema):
    """The whole list; it replaces the one before."""

    builds = DelegatesBody
    delegates = fields.List(fields.Nested(DelegateRequest), required=True, validate=Length(min=1, max=50))


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverBody:
    """Who runs the unit meanwhile."""

    kind: CoverKind
    from_date: date
    to_date: date
    acting: str | None

    def command(self, tenant: TenantId, enrolment: str, version: int | None) -> NameCover:
        """Make the command."""
        cover = Cover(kind=self.kind, from_date=self.from_date, to_date=self.to_date, acting=self.acting)
        return NameCover(tenant=tenant, enrolment=enrolment, cover=cover, expected_version=version)


class NameCoverRequest(parts.BodySchema):
    builds = CoverBody
    kind = fields.Enum(CoverKind, by_value=True, required=True)
    from_date = parts.day(required=True)
    to_date = parts.day(required=True)
    acting = parts.identifier()


class EnrolmentQuery(PageQuery):
    """Filters of the list of enrolments."""

    batch = parts.identifier()
    state = parts.choice(EnrolmentState)
    category = parts.choice(CATEGORIES)
    person = parts.identifier()
    unit = parts.identifier()


class DryRunQuery(RequestSchema):
    """Judge only; store nothing."""

    dry_run = fields.Boolean(load_default=False)
