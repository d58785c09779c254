"""Requests and responses about tenants and organisation units."""

from dataclasses import dataclass
from datetime import date, datetime

from marshmallow import Schema, fields

from eventkit.event import TenantId
from eventkit.web import PageQuery
from registration.domain.unit import ChangeUnit, CloseUnit, RegisterUnit
from registration.events.unit import UNIT_KINDS
from registration.schemas import parts


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardBody:
    """Which government joins."""

    code: str
    at: datetime | None


class OnboardTenantRequest(parts.BodySchema):
    builds = OnboardBody
    code = parts.region(required=True)
    at = parts.instant()


class TenantResponse(Schema):
    """A regional government on the platform."""

    id = fields.String(metadata={"description": "region code"})
    name = fields.String()
    kind = fields.String()
    time_zone = fields.String()
    at = fields.AwareDateTime()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterUnitBody:
    """A unit that begins."""

    kind: str
    name: str
    region: str | None
    parent: str | None
    valid_from: date
    predecessors: tuple[str, ...]

    def command(self, tenant: TenantId, unit: str) -> RegisterUnit:
        """Make the command; a unit works in the tenant's own region unless told."""
        return RegisterUnit(
            tenant=tenant,
            unit=unit,
            kind=self.kind,
            name=self.name,
            region=self.region or tenant,
            parent=self.parent,
            valid_from=self.valid_from,
            predecessors=self.predecessors,
        )


class RegisterUnitRequest(parts.BodySchema):
    builds = RegisterUnitBody
    kind = parts.choice(UNIT_KINDS, required=True)
    name = parts.label(required=True)
    region = parts.region()
    parent = parts.identifier()
    valid_from = parts.day(required=True)
    predecessors = parts.identifiers()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUnitBody:
    """What is different now."""

    kind: str | None
    name: str | None
    region: str | None
    parent: str | None

    def command(self, tenant: TenantId, unit: str, version: int | None) -> ChangeUnit:
        """Make the command."""
        return ChangeUnit(
            tenant=tenant,
            unit=unit,
            kind=self.kind,
            name=self.name,
            region=self.region,
            parent=self.parent,
            expected_version=version,
        )


class ChangeUnitRequest(parts.BodySchema):
    builds = ChangeUnitBody
    kind = parts.choice(UNIT_KINDS)
    name = parts.label()
    region = parts.region()
    parent = parts.identifier()


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseUnitBody:
    """The last day, and who takes over."""

    valid_to: date
    successors: tuple[str, ...]

    def command(self, tenant: TenantId, unit: str, version: int | None) -> CloseUnit:
        """Make the command."""
        return CloseUnit(
            tenant=tenant, unit=unit, valid_to=self.valid_to, successors=self.successors, expected_version=version
        )


class CloseUnitRequest(parts.BodySchema):
    builds = CloseUnitBody
    valid_to = parts.day(required=True)
    successors = parts.identifiers()


class UnitResponse(Schema):
    """An organisation unit."""

    id = fields.String()
    version = fields.Integer()
    kind = fields.String()
    name = fields.String()
    region = fields.String()
    parent = fields.String(allow_none=True)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    predecessors = fields.List(fields.String())
    successors = fields.List(fields.String())


class UnitQuery(PageQuery):
    """Filters of the list of units."""

    kind = parts.choice(UNIT_KINDS)
    alive_on = parts.day()
